"""Words that shade a figure: ``more than``, ``about``, ``grew``."""

from __future__ import annotations

from bisect import bisect_left

from bienestar.calculations.statements.passage import CUE_BEFORE, Draft, Passage, Reason

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
    for one in passage.cues.at(draft.last):
        if "higher" in one.meanings:
            draft.cues.add("growth")
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
    if (
        draft.unit in {"percent", "points"}
        and "growth" in draft.cues
        and draft.role not in {"from", "to", "low", "high"}
    ):
        draft.role = "growth"
    plus = passage.word(draft.first - 1, sentence) == "+"
    if plus and draft.unit in {"percent", "points"}:
        draft.role = "growth"
