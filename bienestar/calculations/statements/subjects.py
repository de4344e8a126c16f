"""Which indicator a figure is about: by the words that stand nearest, or as the figure that it goes on from."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from bienestar.calculations.statements.letters import spelled
from bienestar.calculations.statements.passage import OF_THEM, REACH, SIGNS, Draft, Passage, Reason
from bienestar.calculations.statements.words import Found, Subject

#: Words that stand farther tell nothing of a figure.
FARTHEST = 42.0
#: So far, in words, a figure that goes on from the one before stands from what that is about.
GOING_ON, JOINED = 6.0, -8.0
#: So much farther are words that the next figure stands right behind; so much nearer those of a figure's own clause.
NEXT, OWN = 4.0, 6.0
#: So many figures of a list may share what is said after it.
LONGEST_LIST = 6
#: How far the words of a heading stand from the numbers below it.
HEADED = 15.0
_REFERRING = frozenset(spelled("les them themselves their theirs whose cuyos cuyas"))
_IN_PLACES = frozenset(spelled("de en in of at across to entre from a para for"))
_ENDING = frozenset(spelled(", ; . : ( y e o and or | - – —"))
_CLOSING = frozenset(spelled(", ; ) | . ("))
#: A growth may be of whatever is counted or paid, not of a share.
NOT_GROWING = frozenset({"percent", "points", "rate", "count"})
#: Within so many words does a word that forbids a subject forbid it.
AGAINST = 12


@dataclass(frozen=True)
class About:
    """What a figure is about: how far the words are that say so, and which subject's they are."""

    #: Empty when it is known to be about something that no indicator tells.
    indicator: str
    score: float
    subject: int
    reasons: list[Reason]
    #: Whether words that it must have near stand in the figure's own clause, after it.
    own: bool = False


def find_subjects(passage: Passage) -> list[About | None]:
    """What each figure is about: by its own words, or as the figure before it that it goes on from."""
    abouts: list[About | None] = []
    for n, draft in enumerate(passage.drafts):
        own = _about(passage, draft)
        gone_on = _goes_on(passage, n, abouts[-1] if n else None)
        if (
            gone_on is not None
            and own is not None
            and own.own
            and not (_of_them(passage, draft) and draft.unit in SIGNS)
        ):
            gone_on = None
        if gone_on is not None and (own is None or gone_on.score < own.score):
            own = gone_on
        abouts.append(own)
    for n in range(len(abouts) - 2, -1, -1):
        after = abouts[n + 1]
        own = abouts[n]
        if after is not None and _listed(passage, n) and (own is None or own.score > after.score + 3):
            told = Reason("goes_on", passage.words_of(passage.drafts[n + 1]), after.indicator)
            abouts[n] = About(
                after.indicator, after.score + 2, after.subject, [told] if after.indicator else after.reasons
            )
    for n, draft in enumerate(passage.drafts):  # both of a pair are of the same
        if draft.partner == n + 1:
            one, two = abouts[n], abouts[n + 1]
            alike = passage.drafts[n + 1].unit == draft.unit and not _two_things(draft, passage.drafts[n + 1])
            if alike and one and two and one.indicator != two.indicator:
                better = one if one.score <= two.score else two
                abouts[n] = abouts[n + 1] = better
    for n, draft in enumerate(passage.drafts):
        own = abouts[n]
        if draft.role == "growth" and not (own and passage.words.subjects[own.subject].growth):
            pair = next((k for k in (n + 1, n - 1) if _of_a_rise(passage, abouts, k, draft)), None)
            abouts[n] = own if pair is None else abouts[pair]
    return abouts


def _listed(passage: Passage, n: int) -> bool:
    """Whether a figure and the next are of a list that is told at its end: ``Nayarit, 96 %; Colima, 94 %: recetas``."""
    one, two = passage.drafts[n], passage.drafts[n + 1]
    between = range(one.last, two.first)
    if passage.sentence_of(one) != passage.sentence_of(two) or one.unit != two.unit or not 1 <= len(between) <= 6:
        return False
    marks = {passage.tokens[i].plain for i in between}
    same = one.noun is two.noun or two.noun is None or one.noun is None
    return same and bool(marks & {";", ","}) and not passage.subjects.between(one.last, two.first)


def _two_things(one: Draft, two: Draft) -> bool:
    """Whether each of a pair has its own thing: ``de 3,622 unidades rurales a 11,935 centros de salud``."""
    return one.noun is not None and two.noun is not None and one.noun is not two.noun


def _of_a_rise(passage: Passage, abouts: list[About | None], n: int, draft: Draft) -> bool:
    """Whether figure ``n`` is of a rise from–to in the sentence of a growth, so that the growth is of the same."""
    if not 0 <= n < len(passage.drafts) or abouts[n] is None or passage.drafts[n].role not in {"from", "to"}:
        return False
    return passage.sentence_of(passage.drafts[n]) == passage.sentence_of(draft)


def _goes_on(passage: Passage, n: int, about: About | None) -> About | None:
    """The same as the figure before in the sentence, of the same unit, or a share of what that counts."""
    draft, before = passage.drafts[n], passage.drafts[n - 1] if n else None
    if (
        before is None
        or about is None
        or passage.sentence_of(before) != passage.sentence_of(draft)
        or draft.role in {"growth", "whole"}
    ):
        return None
    words = [token.plain for token in passage.tokens[before.last : min(draft.first, before.last + REACH)]]
    score = GOING_ON + 0.4 * len(words) + 3 * words.count(";")
    indicator = about.indicator
    counted = any(one.indicator == indicator and draft.unit in one.counts for one in passage.words.subjects)
    if draft.unit not in SIGNS and draft.unit != before.unit:
        # "1,812 kits at 604 clinics", "4,747 units of 13 states": where the first are.
        if not counted or not _IN_PLACES & set(words[-3:]) or before.unit in SIGNS or {";", ","} & set(words):
            return None
        score = JOINED
    elif draft.unit != before.unit:
        if draft.unit != "percent" or before.unit in SIGNS - {"pesos", "count"} or before.role == "whole":
            return None
        indicator = passage.words.subjects[about.subject].share or indicator
        if indicator and not any(
            one.indicator == indicator and "percent" in one.counts for one in passage.words.subjects
        ):
            return None
    elif draft.noun is not None and draft.noun is not before.noun and draft.noun.first >= draft.last:
        score += 4
    elif draft.noun is not None and draft.noun is before.noun:
        score -= 4
    if _of_them(passage, draft):
        score -= 8
    told = Reason("goes_on", passage.words_of(before), indicator) if indicator else about.reasons[0]
    return About(indicator, score, about.subject, [told])


def _of_them(passage: Passage, draft: Draft) -> bool:
    """Whether a figure is said of what the one before counts: ``40% of them``."""
    return tuple(token.plain for token in passage.tokens[draft.last : draft.last + 2]) in OF_THEM


def _about(passage: Passage, draft: Draft) -> About | None:
    """The indicator whose words stand nearest, those that also have their near words first."""
    low, high = passage.around(draft)
    earlier = max(min(low, passage.bounds.get(passage.sentence_of(draft) - 1, (low, low))[0]), low - REACH)
    if draft.heading is not None:
        earlier = draft.heading
    best: About | None = None
    index = _nearby(passage, draft, earlier, low, high)
    allowed: dict[int, tuple[float, list[str], bool] | None] = {}
    first = low if draft.noun is not None and draft.noun.first >= low else earlier
    lent = draft.unit in SIGNS or draft.noun is None or draft.noun.end <= draft.first
    for one in passage.subjects.between(first, high):
        for meaning in one.meanings:
            n = int(meaning)
            subject = passage.words.subjects[n]
            counted = draft.unit in subject.counts or (draft.unit == "points" and "percent" in subject.counts)
            if not counted and not (draft.unit != "points" and draft.role == "growth" and subject.counts - NOT_GROWING):
                continue
            if subject.growth and draft.role != "growth" and not (draft.unit == "points" and "growth" in draft.cues):
                continue
            if n not in allowed:
                allowed[n] = _near(passage, subject, index, draft, low)
            near = allowed[n]
            if near is None:
                continue
            score = _distance(passage, one, draft, low)
            score += near[0] * (0.3 if near[0] < 0 and passage.crosses(one, draft) else 1)
            theirs = _of_the_next(passage, one, draft)
            if subject.weight and not theirs and not passage.crosses(one, draft):
                score -= subject.weight
            score += NEXT * theirs
            own = lent and near[2]
            if own:
                score -= OWN
            score -= subject.growth
            if subject.near and draft.role == "whole":
                score += 14
            score -= 0.75 * (one.words.count(" ") + one.words.count("-"))
            if score < FARTHEST and (best is None or (score, n) < (best.score, best.subject)):
                told = [Reason("subject" if subject.indicator else "outside", one.words, subject.indicator)]
                told += [Reason("near", words, subject.indicator) for words in near[1] if subject.indicator]
                best = About(subject.indicator, score, n, told, own)
    return best


def _distance(passage: Passage, one: Found, draft: Draft, low: int) -> float:
    """How far words stand from a figure: marks and other figures between them make it farther."""
    if one.first < low and draft.heading is not None:
        return HEADED
    if one.first < low:
        return 30 + (low - one.end) * 0.3
    if one.first >= draft.last:
        between, gap, side = (draft.last, one.first), one.first - draft.last, 0.0
        if gap and passage.tokens[draft.last].plain in _CLOSING:
            side = 5.0
    elif one.end <= draft.first:
        between, gap, side = (one.end, draft.first), draft.first - one.end, 2.0
        if gap and passage.tokens[draft.first - 1].plain in {":", ",", "(", "|"}:
            side = 0.0
    else:
        return 0.0
    noun = draft.noun
    place = bisect_left(passage.draft_starts, draft.first)
    lent = place > 0 and place - 1 != draft.partner and one.end <= draft.first
    lent = lent and passage.drafts[place - 1].counts(one)
    lent_noun = noun is not None and place > 0 and place - 1 != draft.partner and noun.end <= draft.first
    lent_noun = lent_noun and noun is not None and passage.drafts[place - 1].counts(noun)
    own = noun and not lent and not lent_noun and not passage.crosses(noun, draft)
    if noun and own and one.first < noun.end and noun.first < one.end:
        return 0.0
    crossed = bisect_left(passage.draft_starts, between[1]) - bisect_left(passage.draft_starts, between[0])
    if draft.partner is not None and crossed and between[0] <= passage.drafts[draft.partner].first < between[1]:
        crossed -= 1
    if place + 1 < len(passage.drafts) and passage.is_whole(place + 1, draft) and one.first >= draft.last:
        crossed -= between[0] <= passage.drafts[place + 1].first < between[1]
    crossed += lent
    marks = [token.plain for token in passage.tokens[between[0] : between[1]] if token.kind == "mark"]
    if noun and noun.first >= draft.last and ";" in marks:
        return 60.0
    return gap + side + 4 * crossed + sum(2 if mark in {",", ":", "(", ")"} else 6 * (mark == ";") for mark in marks)


def _nearby(passage: Passage, draft: Draft, earlier: int, low: int, high: int) -> dict[str, tuple[float, Found]]:
    """Each near phrase of the passage where it stands nearest: how far, one said earlier counting farther."""
    index: dict[str, tuple[float, Found]] = {}
    for found in passage.near.between(earlier, high):
        gap = abs(found.first - draft.first) * 0.25 + (6 if found.first < low else 0)
        if found.first >= low and found.end <= draft.first and _parted(passage, found, draft):
            gap += 6
        if draft.heading is not None and found.first < low:
            gap = 2.0
        following = _end_of_list(passage, draft)
        if following < len(passage.draft_starts) and found.first > passage.draft_starts[following]:
            gap += 6 * (passage.drafts[following].role != "whole")
        for phrase in found.meanings:
            if phrase not in index or gap < index[phrase][0]:
                index[phrase] = (gap, found)
    return index


def _end_of_list(passage: Passage, draft: Draft) -> int:
    """The first figure that is not of a figure's list: after ``16 hospitals and 261 clinics`` both are meant."""
    first = bisect_right(passage.draft_starts, draft.first)
    end = min(first + LONGEST_LIST, len(passage.drafts))
    for n in range(first, end):
        one, two = passage.drafts[n - 1], passage.drafts[n]
        between = passage.tokens[one.last : two.first]
        joined = len(between) <= 5 and bool(between) and between[-1].plain in {"and", "y", "e", ","}
        things = [draft.noun.end for draft in (one, two) if draft.noun is not None and draft.noun.first >= draft.last]
        if not joined or len(things) < 2 or one.unit != two.unit or passage.near.between(things[0], two.first - 1):
            return n
    return end


def _near(
    passage: Passage, subject: Subject, index: dict[str, tuple[float, Found]], draft: Draft, low: int
) -> tuple[float, list[str], bool] | None:
    """What the near words take from the distance, the words, and whether one stands after the figure in its own
    clause; None when one is missing or stands in the way."""
    for phrase in subject.without:
        found = index[phrase][1] if phrase in index else None
        near = found is not None and found.first >= low and abs(found.first - draft.first) <= AGAINST
        if found is None or not near or passage.crosses(found, draft) or _apart(passage, found, draft):
            continue
        place = bisect_left(passage.draft_starts, draft.first)
        own = draft.noun is not None and draft.noun.first >= draft.last
        # Of "16 hospitals and 261 clinics" those are counted; of "900 committees and 850 cards were handed to them"
        # it is they that hold the cards.
        counted = own and place > 0 and passage.drafts[place - 1].counts(found)
        if not counted or _refers(passage, passage.drafts[place - 1], draft):
            return None
    score, words, own = 0.0, [], False
    _low, high = passage.around(draft)
    end = passage.next_first(draft, high)
    stop = next((i for i in range(draft.last, end) if passage.tokens[i].plain in {";", ","}), end)
    for group in subject.near:
        reach = [index[phrase] for phrase in group if phrase in index]
        if not reach:
            return None
        gap, one = min(reach, key=lambda pair: pair[0])
        own = own or any(draft.last <= found.first < stop - (stop == end < high) for _gap, found in reach)
        own = own or any(_begins_clause(passage, found, draft) for _gap, found in reach)
        score += min(gap, 12) - 7
        words.append(one.words)
    return score, words, own


def _refers(passage: Passage, before: Draft, draft: Draft) -> bool:
    """Whether a word between two figures or right after stands for what the first counts: ``se les entregaron``."""
    words = {token.plain for token in passage.tokens[before.last : draft.first]}
    return bool(words & _REFERRING)


def _begins_clause(passage: Passage, found: Found, draft: Draft) -> bool:
    """Whether words stand between a conjunction and the figure: ``prints 40,000 and has handed out 5.2 million``."""
    place = bisect_left(passage.draft_starts, draft.first)
    before = passage.drafts[place - 1] if place else None
    if before is None or draft.partner == place - 1 or not before.last < found.first < draft.first:
        return False
    words = {token.plain for token in passage.tokens[before.last : found.first]}
    return bool(words & {"and", "y", "but", "pero", "mientras", "while"})


def _of_the_next(passage: Passage, one: Found, draft: Draft) -> bool:
    """Whether words after a figure stand right before the next: the ``comprobado`` of ``ha comprobado 71 %``."""
    if one.first <= draft.last:
        return False
    place = bisect_right(passage.draft_starts, draft.first)
    following = passage.drafts[place] if place < len(passage.drafts) else None
    if following is None or draft.partner == place or not 0 <= following.first - one.end <= 1:
        return False
    return following.first == one.end or passage.tokens[one.end].plain not in _ENDING


def _parted(passage: Passage, one: Found, draft: Draft) -> bool:
    """Whether a semicolon stands between words and a figure after them."""
    return any(token.plain == ";" for token in passage.tokens[one.end : draft.first])


def _apart(passage: Passage, one: Found, draft: Draft) -> bool:
    """Whether words stand after a figure behind a semicolon."""
    return any(token.plain == ";" for token in passage.tokens[draft.last : one.first])
