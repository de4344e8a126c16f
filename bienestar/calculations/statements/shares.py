"""Shares and rates that words make: ``half of``, ``nine out of ten``, ``per 100,000``, ``de cada 10 mil``."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bienestar.calculations.statements.numbers import Number, number_at
from bienestar.calculations.statements.passage import PARTS, REACH, Draft, Passage, Reason
from bienestar.calculations.statements.words import singular

#: What a rate may be of.
_BASES = frozenset(Decimal(10**n) for n in range(2, 8))
#: The words between a share in whole numbers and what it is of: ``tres de cada cuatro``.
_OF_EVERY = frozenset({("de", "cada"), ("of", "every"), ("in", "every"), ("out", "of", "every"), ("in",)})
#: A part of a whole in words, Spanish and English: how many of them make it up.
_PARTS_ES = {"tercera": 3, "cuarta": 4, "quinta": 5, "sexta": 6, "septima": 7, "octava": 8, "novena": 9, "decima": 10}
_PARTS_EN = {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10}
_ONES = {"un": 1, "una": 1, "a": 1, "one": 1, "dos": 2, "two": 2, "tres": 3, "three": 3, "cuatro": 4, "four": 4}


def _fraction(words: list[str]) -> tuple[int, Decimal] | None:
    """How many words a share takes and what it is in per cent: ``tres cuartas partes``, ``two-fifths``."""
    if words[0] in {"mitad", "half"}:
        return 1, Decimal(50)
    if words[0] in _PARTS_ES and words[1] == "parte":
        return 2, Decimal(100) / _PARTS_ES[words[0]]
    if words[0] not in _ONES:
        return None
    above, dash = _ONES[words[0]], words[1] == "-"
    named, then = words[1 + dash], words[2 + dash]
    if named in {"tercio", "tercios"}:
        below, taken = 3, 2
    elif singular(named) in _PARTS_ES and then in {"parte", "partes"}:
        below, taken = _PARTS_ES[singular(named)], 3
    elif singular(named) in _PARTS_EN:
        below, taken = _PARTS_EN[singular(named)], 2 + dash
    else:
        return None
    return (taken, Decimal(100 * above) / below) if above < below else None


def share_word(passage: Passage, i: int) -> Draft | None:
    """``la mitad de``, ``half of``, ``two thirds of``: a share in words."""
    sentence = passage.tokens[i].sentence
    found = _fraction([passage.word(i + n, sentence) for n in range(4)])
    if found is None:
        return None
    end, value = i + found[0], found[1]
    start, stop = passage.tokens[i].start, passage.tokens[end - 1].end
    after = passage.word(end, sentence)
    if after not in {"de", "of", "del", "the", "los", "las"} or passage.traps.holds(start, stop):
        return None
    step = Decimal(5) if value == 50 else Decimal(3)
    share = Draft(Number(i, end, value, step, True, ""), start, stop, i, end, "percent", value=value, qualifier="about")
    share.reasons.append(Reason("share", passage.reading.text[start:stop], "percent"))
    return share


def one_of(passage: Passage, i: int) -> Draft | None:
    """``una de cada cinco``, ``one in four``: a share in words that begins with one."""
    sentence = passage.tokens[i].sentence
    if passage.tokens[i].plain not in {"un", "una", "uno", "one", "1"}:
        return None
    named = passage.nouns.at(i + 1)
    after = named[0].end if named else i + 1  # "one clinic in five"
    joined = next((k for k in (3, 2, 1) if _joins_parts(passage, after, k, sentence)), 0)
    whole = number_at(passage.tokens, after + joined, passage.is_spanish(sentence)) if joined else None
    if whole is None or whole.value not in PARTS:
        return None
    start, stop = passage.tokens[i].start, passage.tokens[whole.last - 1].end
    if passage.tokens[i].plain == "1" and passage.traps.holds(start, stop):
        return None
    value = 100 / whole.value
    share = Draft(Number(i, whole.last, value, value, True, ""), start, stop, i, whole.last, "percent", value=value)
    share.reasons.append(Reason("share", passage.reading.text[start:stop], "percent"))
    return share


def _joins_parts(passage: Passage, i: int, words: int, sentence: int) -> bool:
    return tuple(passage.word(i + k, sentence) for k in range(words)) in _OF_EVERY and i + words < len(passage.tokens)


def is_part_of(passage: Passage, draft: Draft) -> bool:
    """Whether a number is what the one just before is a share of: the ``diez`` of ``en Colima, nueve de cada diez``."""
    last = passage.drafts[-1] if passage.drafts else None
    if last is None or draft.number.value not in PARTS or passage.sentence_of(last) != passage.sentence_of(draft):
        return False
    between = tuple(token.plain for token in passage.tokens[last.last : draft.first])
    return between in _OF_EVERY and last.number.value <= draft.number.value


def is_base(passage: Passage, draft: Draft, sentence: int) -> bool:
    """Whether the number is what a rate is of: ``por cada 10 mil habitantes``, ``per 100,000``."""
    value = draft.number.value
    before = passage.word(draft.first - 1, sentence)
    twice = f"{passage.word(draft.first - 2, sentence)} {before}"
    if value in PARTS and twice in {"de cada", "of every", "por cada", "for every"}:
        last = passage.drafts[-1] if passage.drafts else None
        return last is None or draft.first - last.last > 3
    if value < 100 or value not in _BASES:
        return False
    if before == "per" or twice in {"por cada", "for every", "for each", "in every", "de cada", "of every"}:
        return True
    after = passage.word(draft.last, sentence)
    return before in {"por", "x"} and singular(after) in {singular(w) for w in ("habitantes", "personas", "people")}


def make_rate(passage: Passage, n: int, base: Draft) -> bool:
    """Make a rate of the figure that its base follows, and of those joined to it; False when none is near."""
    near = passage.drafts[n]
    sentence = passage.sentence_of(base)
    same = passage.sentence_of(near) == sentence
    if not same or base.first - near.last > 8 or near.unit not in {"", "count"}:
        return False
    words = passage.reading.text[passage.tokens[max(base.first - 2, near.last)].start : base.end]
    following = base.first
    for draft in (passage.drafts[k] for k in range(n, -1, -1)):
        between = [token.plain for token in passage.tokens[draft.last : following]]
        joined = draft is near or (
            {"y", "e", "and", ","} & set(between)
            and not {";", ":", "%"} & set(between)
            and len(between) <= 6
            and "." in draft.number.raw
            and passage.sentence_of(draft) == sentence
        )
        if not joined or draft.unit or draft.number.value > base.number.value:
            break
        draft.unit, draft.per, following = "rate", int(base.number.value), draft.first
        draft.reasons.append(Reason("unit", words, "rate"))
    return True


def make_of_base(passage: Passage, draft: Draft, base: Draft) -> None:
    """``De cada 10 mil personas, 4.1``; ``de cada diez recetas, ocho``: the base is said before."""
    sentence = passage.sentence_of(base)
    signed = (
        passage.word(draft.last, sentence) in {"%", "por", "percent"} or passage.word(draft.first - 1, sentence) == "$"
    )
    ended = passage.sentence_of(draft) != sentence or draft.first - base.last > REACH
    stopped = any(token.plain == ";" for token in passage.tokens[base.last : min(draft.first, base.last + REACH)])
    if ended or stopped or signed or draft.unit or draft.number.value > base.number.value or draft.number.scaled:
        return
    words = passage.words_of(base)
    if base.number.value > 100 or (base.number.value == 100 and _differ(passage, base, draft)):
        draft.unit, draft.per = "rate", int(base.number.value)
    else:
        draft.value = draft.number.value * 100 / base.number.value
        draft.number = replace(draft.number, value=draft.value, step=100 / base.number.value, scaled=True, raw="")
        draft.unit = "percent"
    draft.reasons.append(Reason("unit", words, draft.unit))


def _differ(passage: Passage, one: Draft, two: Draft) -> bool:
    """Whether two numbers are followed by two known things: ``for every 100 beds there are 40 nurses``."""
    things = [passage.nouns.at(draft.last) for draft in (one, two)]
    return all(things) and things[0][0].meanings[0] != things[1][0].meanings[0]


def join_shares(passage: Passage) -> None:
    """``nueve de cada diez``, ``9 out of 10``, ``six in ten``: one figure, a share."""
    kept: list[Draft] = []
    for draft in passage.drafts:
        last = kept[-1] if kept else None
        if last is not None and not last.unit and not draft.unit and draft.number.value in PARTS:
            words = tuple(token.plain for token in passage.tokens[last.last : draft.first])
            whole = draft.number.value
            out = words == ("out", "of") and whole in {10, 100}
            few = words in {("of",), ("in",)} and whole == 10 and not last.number.scaled
            few = few or (words == ("in",) and not last.number.raw and not draft.number.raw)
            if (words in _OF_EVERY - {("in",)} or out or few) and last.number.value <= whole:
                value = last.number.value * 100 / whole
                last.number = replace(last.number, value=value, step=100 / whole, scaled=True, raw="")
                last.value, last.unit, last.end, last.last = value, "percent", draft.end, draft.last
                last.reasons.append(Reason("share", passage.words_of(last), "percent"))
                continue
        kept.append(draft)
    passage.drafts = kept
    passage.draft_starts = [draft.first for draft in kept]
