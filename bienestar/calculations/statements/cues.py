"""Words that shade a figure: ``more than``, ``about``, ``grew``."""

from __future__ import annotations

from bisect import bisect_left

from bienestar.calculations.statements.passage import CUE_BEFORE, Draft, Passage, Reason

#: Before a number these, and a Spanish ``a``, say what something rose or fell to, not by how much.
_LEVEL = frozenset({"al", "to", "hasta"})
#: So many words after a number may a word stand that shades it.
CUE_AFTER = 6


def read_cues(passage: Passage, draft: Draft) -> None:
    """Note the words that shade a figure, and what it is by them: a least, a most, a growth."""
    sentence = passage.sentence_of(draft)
    low, high = passage.bounds[sentence]
    ending = passage.cues_ending_at(draft.first)
    for cue in ("more_than", "less_than", "about"):
        if cue in ending and not draft.qualifier:
            draft.qualifier = cue
            near = passage.cues.between(draft.first - 5, draft.first)
            words = next(one.words for one in near if one.end == draft.first and cue in one.meanings)
            draft.reasons.append(Reason("qualifier", words, cue))
    sign = passage.word(draft.first - 1, sentence)
    arrow = passage.word(draft.first - 2, sentence) in {"-", "="}
    plus = passage.word(draft.last, sentence) == "+"
    least = plus or (sign in {">", "≥"} and not arrow)
    if not draft.qualifier and (least or sign in {"<", "≤"}):
        draft.qualifier = "more_than" if least else "less_than"
        words = passage.words_between(draft.first - (not plus), draft.last + plus)
        draft.reasons.append(Reason("qualifier", words, draft.qualifier))
    for one in passage.cues.at(draft.last):
        if "higher" in one.meanings:
            draft.cues.add("growth")
        if "lower" in one.meanings:
            draft.cues.add("decline")
        if "or_more" in one.meanings and not draft.qualifier:
            draft.qualifier = "more_than"
            draft.reasons.append(Reason("qualifier", one.words, "more_than"))
    place = bisect_left(passage.draft_starts, draft.first)
    previous = max(low, passage.drafts[place - 1].last) if place else low
    following = passage.next_first(draft, high)
    ahead = range(draft.last, min(high, draft.last + CUE_AFTER))
    stop = next((i for i in ahead if passage.tokens[i].plain == ";"), high)
    first, end = max(low, draft.first - 2 * CUE_BEFORE), min(high, draft.last + CUE_AFTER)
    for one in passage.cues.between(first, end):
        before = previous <= one.first and one.end <= draft.first and draft.first - one.end <= CUE_BEFORE
        after = draft.last <= one.first < min(following, draft.last + CUE_AFTER, stop)
        if before or after:
            draft.cues |= set(one.meanings)
    towards = passage.word(draft.first - (2 if sign == "un" else 1), sentence)
    level = towards in _LEVEL or (towards == "a" and passage.is_spanish(sentence))
    fell = draft.unit == "points" or (place > 0 and passage.drafts[place - 1].role == "to")
    changes = "growth" in draft.cues or ("decline" in draft.cues and fell)
    if (
        draft.unit in {"percent", "points"}
        and changes
        and not level
        and draft.role not in {"from", "to", "low", "high"}
    ):
        draft.role = "growth"
    if draft.unit == "percent" and not draft.role and place and _tells_again(passage, passage.drafts[place - 1], draft):
        draft.role = "growth"
        draft.cues |= {"decline"} if sign in {"-", "−", "–"} else set()
    plus = passage.word(draft.first - 1, sentence) == "+"
    if plus and draft.unit in {"percent", "points"}:
        draft.role = "growth"


def _tells_again(passage: Passage, before: Draft, draft: Draft) -> bool:
    """Whether a percentage says a rise from–to in other words: ``de 80 a 660, es decir, 725 %``."""
    same = passage.sentence_of(before) == passage.sentence_of(draft) and draft.first - before.last <= CUE_AFTER
    if not same or before.role != "to" or before.unit in {"percent", "points"}:
        return False
    alone = "(" in {passage.tokens[draft.first - k].plain for k in (1, 2) if draft.first - k > before.last - 1}
    return alone or any("again" in one.meanings for one in passage.cues.between(before.last, draft.first))
