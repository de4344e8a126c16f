"""Figures that tell of each other: from and to, low and high, a part and its whole."""

from __future__ import annotations

from bienestar.calculations.statements.passage import Draft, Passage, Reason


def join_pair(passage: Passage, n: int) -> None:
    """``de A a B``, ``entre A y B``, ``A–B``: the two tell of each other."""
    if n + 1 >= len(passage.drafts):
        return
    one, two = passage.drafts[n], passage.drafts[n + 1]
    sentence = passage.sentence_of(one)
    if passage.sentence_of(two) != sentence or one.partner is not None:
        return
    if one.unit == "percent" and two.unit != "percent" and two.number.value > 100:
        return  # "fell by 38% to 12,450"
    middle = [token.plain for token in passage.tokens[one.last : two.first]]
    before = passage.word(one.first - 1, sentence)
    if before == "un":
        before = passage.word(one.first - 2, sentence)
    other = len(middle) == 2 and middle[0].isalpha() and middle[0].endswith("s") and not passage.nouns.at(one.last)
    if before == "by" or (other and before not in {"de", "from"} and passage.nouns.at(two.last)):
        return  # "rose by 4 points to 63", "on 1,310 routes to 8,300 clinics"
    more = {"mas", "over", "more"} & {passage.word(one.first - 2, sentence), passage.word(one.first - 3, sentence)}
    short = len(middle) <= 5 and "," not in middle and ";" not in middle
    rises = (short and before in {"de", "from", "los", "las"} and not more) or before in {"from"}
    to = (
        bool(middle)
        and middle[-1] in {"a", "to", "hasta"}
        or middle[-2:] in (["a", "los"], ["a", "las"], ["to", "the"], ["a", "un"])
    )
    if to and len(middle) <= 5 and (rises or _rise_before(passage, one, sentence)):
        one.role, two.role = "from", "to"
    elif middle[-2:] in (["up", "from"], ["down", "from"]) and len(middle) <= 4 and one.unit == two.unit:
        one.role, two.role = "to", "from"
    elif _ranges(before, middle) or (to and len(middle) == 1):
        one.role, two.role = "low", "high"
    elif middle in (["→"],) or middle in (["-", ">"], ["=", ">"]):
        one.role, two.role = "from", "to"
    else:
        return
    one.partner, two.partner = n + 1, n
    words = passage.reading.text[one.start : two.end]
    for draft in (one, two):
        draft.reasons.append(Reason("pair", words, draft.role))


def _rise_before(passage: Passage, draft: Draft, sentence: int) -> bool:
    low, _ = passage.bounds[sentence]
    for one in passage.cues.between(max(low, draft.first - 6), draft.first):
        if "rise" in one.meanings or "growth" in one.meanings:
            return True
    return False


def find_wholes(passage: Passage) -> None:
    """``7,199 of the 11,935 centres``, ``60 % de 11,935 centros``: the second is the whole."""
    for one, two in zip(passage.drafts, passage.drafts[1:], strict=False):
        sentence = passage.sentence_of(one)
        if passage.sentence_of(two) != sentence or two.role:
            continue
        middle = tuple(token.plain for token in passage.tokens[one.last : two.first])
        tail = middle[-3:]
        joined = tail[-1:] in (("of",), ("de",)) or tail[-2:] in (
            ("de", "los"),
            ("de", "las"),
            ("of", "the"),
            ("of", "its"),
            ("de", "sus"),
            ("out", "of"),
        )
        # "3 turnos de 8 horas": each of something that is not known.
        other = len(middle) == 2 and middle[0].endswith("s") and not passage.nouns.at(one.last)
        if (
            len(middle) <= 4
            and joined
            and not other
            and (one.unit == "percent" or one.value < two.value or two.number.raw[-4:-3] == ".")
            and two.unit != "percent"
        ):
            two.role = "whole"
    for n, draft in enumerate(passage.drafts):
        sentence = passage.sentence_of(draft)
        words = (passage.word(draft.first - 2, sentence), passage.word(draft.first - 1, sentence))
        opens = draft.first - 2 == passage.bounds[sentence][0]
        if draft.first - 1 == passage.bounds[sentence][0] and words[1] in {"de", "of"} and passage.nouns.at(draft.last):
            opens, words = True, ("of", "the")  # "De 11,935 clínicas, 7,199 abren"
        follows = n + 1 < len(passage.drafts) and passage.sentence_of(passage.drafts[n + 1]) == sentence
        if opens and words in {("de", "los"), ("de", "las"), ("of", "the")} and follows and not draft.role:
            draft.role = "whole"


def _ranges(before: str, middle: list[str]) -> bool:
    between = before in {"entre", "between"} and middle in (["y"], ["and"], ["e"])
    return between or middle in (["-"], ["–"], ["—"])
