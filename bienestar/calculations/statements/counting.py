"""Which numbers of a text count something: a year, a decree, a phone number or ``one`` as an article do not."""

from __future__ import annotations

from bienestar.calculations.statements.letters import spelled
from bienestar.calculations.statements.numbers import SMALL, number_at
from bienestar.calculations.statements.passage import PARTS, Draft, Passage
from bienestar.calculations.statements.shares import (
    is_base,
    is_part_of,
    join_shares,
    make_of_base,
    make_rate,
    one_of,
    share_word,
)
from bienestar.calculations.statements.traps import is_year

_YEAR_BEFORE = frozenset(spelled("en desde since in by para hasta until during durante ano year del"))
_NO_THING = frozenset(
    spelled(
        "de del la el los las y e o en a que se lo le son es fue of and or in on at to by the is are was were be has"
        " have had de veces times hundred"
    )
)
_STARTS = frozenset({*SMALL, "mil", "medio", "media", "half", "a"})
#: Characters of the longest number that is read as one.
LONGEST = 24


def find_numbers(passage: Passage) -> None:
    """Find the numbers that are figures; the others are left out, each with its reason."""
    i = 0
    base: Draft | None = None
    while i < len(passage.tokens):
        token = passage.tokens[i]
        found = (share_word(passage, i) if token.kind == "word" else None) or one_of(passage, i)
        cent = token.plain in {"ciento", "cien"} and passage.word(i - 1, token.sentence) == "por"
        if found is None and not cent and (token.kind == "number" or token.plain in _STARTS):
            if len(token.plain) > LONGEST:
                passage.traps.leave_out(token.start, token.end, "notation")
                i += 1
                continue
            number = number_at(passage.tokens, i, passage.is_spanish(token.sentence))
            if number is not None:
                found = Draft(
                    number, token.start, passage.tokens[number.last - 1].end, i, number.last, value=number.value
                )
        if found is None:
            i += 1
            continue
        if passage.traps.holds(found.start, found.end):
            i += 1
            continue
        reason = _no_figure(passage, found)
        if reason == "word" and base is not None and 1 < found.number.value < base.number.value:
            reason = ""  # "de cada diez recetas, ocho"
        if reason:
            passage.traps.leave_out(found.start, found.end, reason)
            if reason == "base":
                base = None if passage.drafts and make_rate(passage, len(passage.drafts) - 1, found) else found
        else:
            if base is not None:
                make_of_base(passage, found, base)
            passage.drafts.append(found)
            passage.draft_starts.append(found.first)
        i = found.last
    join_shares(passage)


def _no_figure(passage: Passage, draft: Draft) -> str:
    """Why a number is no figure; empty when it is one."""
    number, sentence = draft.number, passage.sentence_of(draft)
    i = draft.first
    before = passage.word(i - 1, sentence)
    if _reference(passage, i, sentence):
        return "reference"
    if any("fixed" in one.meanings for one in passage.cues.at(i)):
        return "word"
    if is_base(passage, draft, sentence):
        return "base"
    after = passage.word(draft.last, sentence)
    signed = after in {"%"} or before in {"$"} or number.scaled
    plain_year = number.raw and is_year(number.raw) and not signed
    if plain_year and (before in _YEAR_BEFORE or not passage.nouns.at(draft.last)):
        return "year"
    if after == "bis":
        return "reference"
    if not number.raw:
        if number.value in {0, 1}:
            return "word"
        if is_part_of(passage, draft):
            return ""
        if not number.scaled and not _counts_something(passage, draft, sentence):
            return "word"
    if (
        number.raw
        and len(number.raw) >= 9
        and number.raw.isdecimal()
        and not passage.nouns.at(draft.last)
        and not signed
    ):
        return "notation"
    return ""


def _counts_something(passage: Passage, draft: Draft, sentence: int) -> bool:
    """Whether a number in words stands before a thing, a sign, or another that it is compared with."""
    after = passage.word(draft.last, sentence)
    beyond = passage.word(draft.last + 1, sentence)
    before = passage.word(draft.first - 1, sentence)
    if before in {"other", "others", "otros", "otras"} or (before in {"los", "las"} and not after.isalpha()):
        return True
    if after in {"a", "to", "de", "of", "out"} and _number_soon(passage, draft.last + 1):
        return True
    if after in {"por", "per"} and beyond in {"ciento", "cent"}:
        return True
    if after == "in" and (SMALL.get(beyond) in PARTS or beyond in {"10", "100"}):
        return True
    if after in {"-"}:
        return beyond not in {""}
    return after.isalpha() and after not in _NO_THING


def _number_soon(passage: Passage, i: int) -> bool:
    return any(t.kind == "number" or t.plain in SMALL for t in passage.tokens[i : i + 3])


def _reference(passage: Passage, i: int, sentence: int) -> bool:
    j = i - 1
    while passage.word(j, sentence) in {".", ":", "#", "º", "°", "n"} and j > i - 4:
        if passage.word(j, sentence) == "#":
            return True
        if passage.word(j, sentence) == ":" and passage.word(j - 1, sentence) not in {"no", "num"}:
            return False
        j -= 1
    word = passage.word(j, sentence)
    if word == "no" and j == i - 1 and not passage.word(j - 1, sentence).isalpha():
        return False  # "660 hospitales"; "no 80"
    if "reference" in passage.cues_ending_at(j + 1):
        return True
    if word == "bis":
        return True
    joined = word in {"y", "and", ",", "-", "–", "a", "to", "al", "o", "or", "de", "of"}
    before = passage.tokens[j - 1] if joined and j > 0 else None
    if before is None or before.kind != "number" or before.sentence != sentence:
        return False
    told = passage.traps.left_out[-1] if passage.traps.left_out else None
    return told is not None and told.reason == "reference" and told.end == before.end
