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
_THIRD, _THIRDS = Decimal(100) / 3, Decimal(200) / 3
_SHARES: tuple[tuple[tuple[str, ...], Decimal], ...] = (
    (("mitad",), Decimal(50)),
    (("half",), Decimal(50)),
    (("dos", "terceras", "partes"), _THIRDS),
    (("dos", "tercios"), _THIRDS),
    (("two", "thirds"), _THIRDS),
    (("two", "-", "thirds"), _THIRDS),
    (("un", "tercio"), _THIRD),
    (("tercera", "parte"), _THIRD),
    (("a", "third"), _THIRD),
    (("one", "third"), _THIRD),
    (("tres", "cuartas", "partes"), Decimal(75)),
    (("three", "quarters"), Decimal(75)),
    (("cuarta", "parte"), Decimal(25)),
    (("a", "quarter"), Decimal(25)),
)


def share_word(passage: Passage, i: int) -> Draft | None:
    """``la mitad de``, ``half of``, ``two thirds of``: a share in words."""
    for words, value in _SHARES:
        end = i + len(words)
        if tuple(token.plain for token in passage.tokens[i:end]) != words:
            continue
        after = passage.word(end, passage.tokens[i].sentence)
        if after not in {"de", "of", "del", "the", "los", "las"} or passage.traps.holds(
            passage.tokens[i].start, passage.tokens[end - 1].end
        ):
            return None
        step = Decimal(5) if value == 50 else Decimal(3)
        number = Number(i, end, value, step, True, "")
        start, stop = passage.tokens[i].start, passage.tokens[end - 1].end
        share = Draft(number, start, stop, i, end, "percent", value=value, qualifier="about")
        share.reasons.append(Reason("share", passage.reading.text[start:stop], "percent"))
        return share
    return None


def one_of(passage: Passage, i: int) -> Draft | None:
    """``una de cada cinco``, ``one in four``: a share in words that begins with one."""
    sentence = passage.tokens[i].sentence
    if passage.tokens[i].plain not in {"un", "una", "uno", "one", "1"}:
        return None
    joined = next((k for k in (3, 2, 1) if _joins_parts(passage, i + 1, k, sentence)), 0)
    whole = number_at(passage.tokens, i + 1 + joined, passage.is_spanish(sentence)) if joined else None
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
    if base.number.value > 100:
        draft.unit, draft.per = "rate", int(base.number.value)
    else:
        draft.value = draft.number.value * 100 / base.number.value
        draft.number = replace(draft.number, value=draft.value, step=100 / base.number.value, scaled=True, raw="")
        draft.unit = "percent"
    draft.reasons.append(Reason("unit", words, draft.unit))


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
