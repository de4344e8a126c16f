"""The thing that a figure counts: after the number, lent by its pair, or said before it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from decimal import Decimal

from bienestar.calculations.statements.letters import spelled
from bienestar.calculations.statements.numbers import SMALL
from bienestar.calculations.statements.passage import CUE_BEFORE, OF_THEM, SIGNS, Draft, Passage, Reason
from bienestar.calculations.statements.traps import is_year
from bienestar.calculations.statements.words import Found

_DESCRIBING = frozenset(spelled("that which who que with without con sin of de del lacking having"))
_SHARED = frozenset({"percent", "points"})
_PEOPLE_DO = frozenset(spelled("no carecen tienen viven cuentan lack have live still do"))
_OF_WHICH = frozenset({("de", "los", "que"), ("de", "las", "que"), ("de", "los", "cuales"), ("de", "las", "cuales")})
_EACH = frozenset(spelled("por by per cada each every segun mismo misma same"))
_PARTICIPLE = ("ado", "ada", "ados", "adas", "ido", "ida", "idos", "idas", "scrita", "scritas", "scrito", "scritos")
#: Words for a body of people, whose kind the next word tells: ``plantilla de médicos``.
_COLLECTIVE = frozenset(spelled("plantilla personal plantel workforce staff force profesionales professionals"))
#: What may be counted in parts of one.
_IN_PARTS = frozenset({"days", "hours", "months", "visits"})
_STOPS = frozenset(
    spelled(
        "y e and or u o but pero con with en in for para que while mientras si when cuando from desde at across entre"
        " between has have had tiene tienen es son is are was were will al by por segun sin without to hasta que"
        " who which a as como ya se lo le les no not han ha hay been already still mediante were number every"
        " all todos todas cada per del"
    )
)
_VERBS = frozenset(
    spelled(
        "ya still hoy now aun todavia already siguen sigue tenian hace"
        " open opens abren abre work works trabajan operan operate"
        " fueron fue eran era estan esta quedaron came come were was joined left remain remained opened llegaron"
        " it they we there that with out belong belongs"
        " took take gained got get need needs needing lack lacking do did does went go live made make stand stood"
        " run runs use uses say report reports reach cover offer provide give show know see send receive"
        " awaiting pending held hold met meet"
        " cuentan carecen tienen funcionan operan necesitan requieren reciben esperan viven faltan quedan permanecen"
        " cumplen pasan tampoco solo apenas hechas hechos puestas puestos resueltas resueltos abiertas abiertos"
    )
)
#: Words for how many, which count nothing themselves: ``decenas de médicos``.
_QUANTITY = ("mile", "decena", "docena", "cient", "total", "thousand", "hundred", "dozen", "score", "million", "tens")
#: English words for many that have no plural ending.
_MANY = frozenset(spelled("people staff personnel equipment women men children workforce population apparatus surgery"))
#: Endings of verbs and participles, of what the number says and not of a thing: ``411 terminadas``, ``26 se sumaron``.
_VERBAL = ("aron", "ieron", "eron", "aban", "ados", "adas", "idos", "idas", "ed")
#: A line of a list has so many words at most.
LINE = 9
#: How many words forward and back a counted thing may stand.
WINDOW, BEHIND = 6, 24
#: Tokens of the longest list that what is said behind it tells of: every state with its number.
LIST = 200


def find_thing(passage: Passage, n: int) -> None:
    """The counted thing that follows the number."""
    draft = passage.drafts[n]
    sentence = passage.sentence_of(draft)
    i, steps = draft.last, 0
    limit = passage.draft_starts[n + 1] if n + 1 < len(passage.drafts) else len(passage.tokens)
    if tuple(passage.word(i + k, sentence) for k in (0, 1)) in OF_THEM:
        return  # the staff of "90 of them lack staff" is not counted
    while i < limit and steps < WINDOW:
        token = passage.tokens[i]
        noted = i == draft.last and token.plain in {"*", "†", "‡", "+"}  # "660* hospitales", "660+ hospitals"
        if token.sentence != sentence or (
            token.kind == "mark" and token.plain not in {"-", "(", '"', "“"} and not noted
        ):
            break
        here = passage.nouns.at(i)
        if here and _describes(passage, draft, here[0]):
            break
        if here:
            joined = passage.word(i - 1, sentence) == "-"  # "a 500-bed hospital"
            noun = here[0] if joined or passage.is_spanish(sentence) else _head(passage, here[0])
            draft.noun = noun
            if not draft.unit:
                draft.unit = noun.meanings[0]
                draft.reasons.append(Reason("unit", noun.words, draft.unit))
            break
        if token.plain in _STOPS and not (steps == 0 and token.plain in {"a"}):
            break
        i, steps = i + 1, steps + 1


def _describes(passage: Passage, draft: Draft, noun: Found) -> bool:
    """Whether a thing only describes one that is not known: the users of ``45,310 quejas de usuarios``, the patient of
    ``120 patient complaints``."""
    sentence = passage.sentence_of(draft)
    between = [passage.word(i, sentence) for i in range(draft.last, noun.first)]
    if len(between) > 1 and between[-1] in {"de", "del", "of"} and between[0].isalpha():
        head = between[1] in {"de", "del", "of"}
        named = between[0] if head or between[-2] in _STOPS else between[-2]
        many = named.endswith("s") and not named.startswith(_QUANTITY)
        return many and between[0] not in {"de", "of"}
    after = passage.word(noun.end, sentence)
    if passage.is_spanish(sentence) or passage.nouns.at(noun.end) or not after.endswith("s") or len(after) < 5:
        return False
    last = passage.tokens[noun.end - 1].plain
    alone = not last.endswith("s") and last not in _MANY and draft.number.value > 1
    return alone and after.isalpha() and not passage.cues.at(noun.end) and after not in _STOPS | _VERBS


def _head(passage: Passage, noun: Found) -> Found:
    """The last of English things that stand side by side: ``specialist posts`` are posts."""
    for one in passage.nouns.between(noun.end, noun.end + 2):
        if one.first == noun.end:
            noun = one
    return noun


def lend_thing(passage: Passage, n: int) -> None:
    """The first of a pair counts what the second does: ``from 23,967 to 274,977 employees``, ``60 a 70 %``."""
    draft = passage.drafts[n]
    follows = n + 1 < len(passage.drafts) and passage.drafts[n + 1].role == "whole"
    if draft.unit or (draft.partner is None and not follows):
        return
    other = passage.drafts[n + 1 if draft.partner is None else draft.partner]
    if not other.unit:
        return
    draft.unit, draft.noun = other.unit, other.noun
    draft.reasons.append(Reason("unit", other.noun.words if other.noun else passage.words_of(other), draft.unit))
    scaled = other.number.scaled and not draft.number.scaled and other.unit in {"pesos", "dollars"}
    if scaled or (other.number.scaled and not draft.number.scaled and draft.role == "low" and other.number.raw):
        _lend_scale(passage, draft, other)


def _lend_scale(passage: Passage, draft: Draft, other: Draft) -> None:
    """``entre 3 y 5 millones``: the first is in millions too."""
    for size in (10**9, 10**6, 1000):
        if other.number.value >= size and draft.value * size <= other.number.value * 10 and draft.value < 1000:
            draft.value *= size
            draft.number = replace(draft.number, value=draft.value, step=draft.number.step * size, scaled=True)
            draft.reasons.append(Reason("scale", passage.words_of(other), str(size)))
            return


def find_thing_before(passage: Passage, n: int) -> None:
    """A number with no thing after it counts what was said before: ``Hospitals grew from 80 to 660``."""
    draft = passage.drafts[n]
    if draft.unit or _times(passage, draft):
        return
    sentence = passage.sentence_of(draft)
    low, _ = passage.bounds[sentence]
    before = passage.drafts[n - 1] if n else None
    same = before is not None and passage.sentence_of(before) == sentence
    around = {passage.word(draft.first - k, sentence) for k in (1, 2)} | {passage.word(draft.last, sentence)}
    other = bool(
        around
        & {
            "other",
            "others",
            "otros",
            "otras",
            "restantes",
            "remaining",
            "rest",
            "ellos",
            "ellas",
            "whom",
            "which",
            "cuales",
        }
    )
    if same and before is not None and _of_a_whole(passage, draft, before):
        draft.unit, draft.noun = before.unit, before.noun
        draft.reasons.append(Reason("unit", passage.words_of(before), draft.unit))
        return
    told = tuple(passage.word(draft.first - k, sentence) for k in (3, 2, 1))
    more = passage.word(draft.last, sentence) in {"more", "additional", "adicionales"}
    other = other or told in _OF_WHICH or more
    like = next((one for one in reversed(passage.drafts[max(0, n - 2) : n]) if one.unit not in _SHARED), None)
    if like is not None and _like_before(passage, draft, like):
        draft.unit, draft.noun, draft.per = like.unit, like.noun, like.per
        draft.reasons.append(Reason("unit", passage.words_of(like), draft.unit))
        return
    if other and same and before is not None and draft.partner != n - 1:
        for earlier in reversed(passage.drafts[max(0, n - 3) : n]):
            if earlier.unit and earlier.unit not in SIGNS and passage.sentence_of(earlier) == sentence:
                draft.unit, draft.noun = earlier.unit, earlier.noun
                draft.reasons.append(Reason("unit", passage.words_of(earlier), draft.unit))
                return
    if draft.partner is not None and draft.partner < n and passage.drafts[draft.partner].unit:
        first = passage.drafts[draft.partner]
        draft.unit, draft.noun = first.unit, first.noun
        draft.reasons.append(Reason("unit", first.noun.words if first.noun else passage.words_of(first), draft.unit))
        return
    nouns = passage.nouns.between(max(low, draft.first - BEHIND), draft.first)
    nouns = [one for one in nouns if not _divides(passage, one)]
    if same and before is not None:
        if _told_again(passage, before, draft):
            nouns = [one for one in nouns if one.first >= before.first] or nouns
        if _total_of_list(passage, n):
            nouns = [one for one in nouns if one is before.noun] or nouns
    after = passage.word(draft.last, sentence)
    if draft.number.value % 1 and not draft.number.scaled and not _grouped(draft.number.raw):
        nouns = [one for one in nouns if one.meanings[0] in _IN_PARTS]
    pronoun = tuple(passage.word(draft.last + k, sentence) for k in (0, 1)) in OF_THEM
    label = (
        passage.word(draft.first - 1, sentence) in {":", "of", "de"}
        and bool(nouns)
        and nouns[-1].end == draft.first - 1
    )
    alone = not _names(passage, draft) or (after in {"de", "of"} and _number_follows(passage, n))
    counted = before.noun if pronoun and same and before is not None and before.noun in nouns else None
    if nouns and (alone or pronoun or label):
        noun = counted or min(nouns, key=lambda one: _back(passage, one, draft))
        draft.unit, draft.noun = noun.meanings[0], noun
        draft.reasons.append(Reason("unit", noun.words, draft.unit))
        return
    if _of_a_heading(passage, draft, n):
        return
    # "53 millones no tienen …": so many who have, lack or live somewhere are people.
    people = draft.number.scaled and draft.value >= 10**6 and after in _PEOPLE_DO
    draft.unit = "persons" if people else "count"


def _told_again(passage: Passage, before: Draft, draft: Draft) -> bool:
    """``told us that 9.8 million cards are printed and that 8.1 million …``: who tells stands before the first."""
    words = [token.plain for token in passage.tokens[before.last : draft.first]]
    return any(pair in {("and", "that"), ("y", "que")} for pair in zip(words, words[1:], strict=False))


def _total_of_list(passage: Passage, n: int) -> bool:
    """Whether a number is the total of a list that counts one thing: ``…; Morelos, 11: hospitals …, 38 in all``."""
    listed = passage.drafts[max(0, n - 2) : n]
    if len(listed) < 2 or listed[0].noun is None or listed[0].noun is not listed[1].noun:
        return False
    draft = passage.drafts[n]
    return any("total" in one.meanings for one in passage.cues.between(draft.last, draft.last + 1))


def _times(passage: Passage, draft: Draft) -> bool:
    """``acude 2.3 veces al año a consulta``: of what is done so many times, visits are counted."""
    sentence = passage.sentence_of(draft)
    how_often = passage.word(draft.last + 1, sentence) in {"al", "por", "cada", "en", "a", "per", "each", "every"}
    if passage.word(draft.last, sentence) not in {"veces", "times"} or not how_often:
        return False  # nor "5 veces más consultas"
    low, high = passage.bounds[sentence]
    near = [
        one
        for one in passage.nouns.between(max(low, draft.first - WINDOW), min(high, draft.last + WINDOW))
        if one.meanings[0] == "visits"
    ]
    if not near:
        return False
    draft.unit, draft.noun = "visits", near[0]
    draft.reasons.append(Reason("unit", near[0].words, "visits"))
    return True


def find_thing_behind_list(passage: Passage, n: int) -> None:
    """``Hidalgo, 19; Morelos, 11: the hospitals that were handed over``: a list counts what is said behind it. To be
    called from the last number to the first."""
    draft = passage.drafts[n]
    sentence = passage.sentence_of(draft)
    low, high = passage.bounds[sentence]
    if (
        draft.unit
        or passage.nouns.between(max(low, draft.first - LIST), draft.first)
        or passage.word(draft.first - 1, sentence) not in {",", ":"}
    ):
        return
    after = passage.word(draft.last, sentence)
    following = passage.drafts[n + 1] if n + 1 < len(passage.drafts) else None
    if after == ":" and n and passage.sentence_of(passage.drafts[n - 1]) == sentence:
        last = passage.next_first(draft, high)
        nouns = [one for one in passage.nouns.between(draft.last, last) if not _divides(passage, one)]
        if not nouns or passage.word(passage.drafts[n - 1].last, sentence) != ";":
            return
        draft.unit, draft.noun = nouns[0].meanings[0], nouns[0]
    elif after == ";" and following is not None and passage.sentence_of(following) == sentence and following.noun:
        if not following.last <= following.noun.first < draft.last + LIST or not _behind_list(passage, following):
            return
        draft.unit, draft.noun = following.unit, following.noun
    else:
        return
    draft.reasons.append(Reason("unit", draft.noun.words, draft.unit))


def _behind_list(passage: Passage, draft: Draft) -> bool:
    """Whether a colon stands between a number and the thing after it."""
    assert draft.noun is not None
    return ":" in {token.plain for token in passage.tokens[draft.last : draft.noun.first]}


def _of_a_heading(passage: Passage, draft: Draft, n: int) -> bool:
    """``Hospitales por estado:`` and a line for each: a number alone in a short line counts what the heading names."""
    sentence = passage.sentence_of(draft)
    low, high = passage.bounds[sentence]
    if high - low > LINE or (draft.number.value % 1 and not draft.number.scaled):
        return False
    # "Visitadas: 2,604", "Filled in full: 6.4 million": of what the sentence before names.
    label = passage.tokens[low].plain.endswith(_VERBAL) and passage.word(draft.first - 1, sentence) == ":"
    before = passage.drafts[n - 1] if n else None
    if before is not None and before.heading is not None and sentence - passage.sentence_of(before) <= 1:
        draft.unit, draft.noun, draft.heading = before.unit, before.noun, before.heading
    elif label and before is not None and passage.sentence_of(before) == sentence - 1 and before.noun is not None:
        draft.unit, draft.noun, draft.heading = before.unit, before.noun, passage.bounds[sentence - 1][0]
    elif before is None or passage.sentence_of(before) < sentence - 1:
        first, end = passage.bounds.get(sentence - 1, (low, low))
        nouns = [one for one in passage.nouns.between(first, end) if not _divides(passage, one)]
        if not nouns or (passage.tokens[end - 1].plain in {".", "!"} and not label):
            return False
        draft.unit, draft.noun, draft.heading = nouns[0].meanings[0], nouns[0], first
    else:
        return False
    assert draft.noun is not None
    draft.reasons.append(Reason("unit", draft.noun.words, draft.unit))
    return True


def _number_follows(passage: Passage, n: int) -> bool:
    """Whether the next figure is said right after ``de`` or ``of``: ``7.2 millones de los 8 millones``."""
    return n + 1 < len(passage.drafts) and passage.drafts[n + 1].first - passage.drafts[n].last <= 2


def _of_a_whole(passage: Passage, draft: Draft, before: Draft) -> bool:
    """Whether a number with no thing is a part of the one before, or that a part of it: ``De los 31 hitos, 27``,
    ``14,210 hallazgos de los 52 mil``."""
    after = passage.word(draft.last, passage.sentence_of(draft))
    opened = before.role == "whole" and passage.tokens[draft.first - 1].plain == "," and not after.endswith("s")
    if (_names(passage, draft) and not opened) or before.unit in SIGNS - {"count"}:
        return False
    return bool(before.unit) and (before.role == "whole" or (draft.role == "whole" and draft.first - before.last <= 5))


def _names(passage: Passage, draft: Draft) -> bool:
    """Whether the word after a number may name a thing; a verb, a participle and the small words do not. In Spanish
    things of which there are many end in ``s``: the ``atienden`` of ``212 atienden`` is none."""
    after, sentence = passage.word(draft.last, passage.sentence_of(draft)), passage.sentence_of(draft)
    if not after.isalpha() or after in _STOPS or after in _VERBS or after.endswith(_VERBAL):
        return False
    return after.endswith("s") or after in {"de", "of"} or not passage.is_spanish(sentence)


def _divides(passage: Passage, noun: Found) -> bool:
    """Whether a thing only says by what figures are told apart, or when: ``por estado``, ``same day``."""
    last = passage.tokens[noun.end - 1].plain
    sentence = passage.tokens[noun.first].sentence
    if noun.meanings[0] in {"days", "hours", "months"}:
        counted = passage.tokens[noun.first - 1].kind == "number" or passage.word(noun.first - 1, sentence) in SMALL
        if counted or not last.endswith("s"):
            return True
    before = passage.word(noun.first - 1, passage.tokens[noun.first].sentence)
    return before in _EACH and not last.endswith("s")


def _like_before(passage: Passage, draft: Draft, before: Draft) -> bool:
    """Whether a number with no thing counts what the one before did: ``versus 15.8``, ``up from 23``, ``; 310
    remain``, and money after money."""
    sentence = passage.sentence_of(draft)
    apart = passage.sentence_of(before) != sentence
    million = draft.number.scaled and draft.value >= 10**6
    if apart and million and before.unit in {"pesos", "dollars"} and sentence - passage.sentence_of(before) == 1:
        # money goes on: "Payroll: 55,000 million pesos. Works: 12,000 million."
        return not _noun_between(passage, passage.bounds[sentence][0], passage.bounds[sentence][1], None)
    if apart or not before.unit or draft.partner is not None or before.unit == "count":
        return False
    if million and before.unit in {"pesos", "dollars"}:
        return passage.word(draft.last, sentence) not in {"de", "of"}
    after = passage.word(draft.last, sentence)
    beyond = passage.word(draft.last + 1, sentence)
    if after in {"mas", "menos", "more", "fewer", "less"} and (beyond in {"que", "than"} or not beyond.isalpha()):
        return not _noun_between(passage, before.last, draft.first, before.noun)
    dated = after in {"of", "de"} and is_year(passage.word(draft.last + 1, sentence))
    if _names(passage, draft) and not dated:
        return False
    if after in {"in", "en"} and passage.word(draft.first - 1, sentence) in {"and", "y"}:
        return _all_placed(passage, before.last, draft.first, before.noun)
    between = range(before.last, draft.first)
    if len(between) > 2 * CUE_BEFORE:
        return False
    marks = {passage.tokens[i].plain for i in between}
    if before.unit == "rate" and draft.number.value % 1 and ";" not in marks:
        return True
    if _placed(passage, draft):
        return True
    if len(between) > CUE_BEFORE or _noun_between(passage, before.last, draft.first, before.noun):
        return False
    if ";" in marks:
        return True
    near = passage.cues.between(before.last, draft.first)
    return any("against" in one.meanings for one in near)


def _placed(passage: Passage, draft: Draft) -> bool:
    """Whether a number stands behind a semicolon and a place only: ``14.2 per 10,000; Chiapas, 9.7``."""
    sentence = passage.sentence_of(draft)
    i = draft.first - 1
    if passage.word(i, sentence) not in {",", ":"}:
        return False
    while i > 0 and passage.word(i, sentence) not in {";", ""} and draft.first - i < CUE_BEFORE:
        i -= 1
    places = passage.scopes.between(i + 1, draft.first)
    return passage.word(i, sentence) == ";" and any(one.end == draft.first - 1 for one in places)


def _all_placed(passage: Passage, first: int, end: int, but: Found | None) -> bool:
    """Whether things between two numbers only say where: ``64.5 a week in city clinics and 51 in the countryside``."""
    found = [one for one in passage.nouns.between(first, end) if one is not but]
    return all({"in", "en"} & {token.plain for token in passage.tokens[one.first - 2 : one.first]} for one in found)


def _noun_between(passage: Passage, first: int, end: int, but: Found | None) -> bool:
    return any(one is not but for one in passage.nouns.between(first, end))


def _back(passage: Passage, noun: Found, draft: Draft) -> float:
    """How far back a thing stands; one that another number counts is farther."""
    place = bisect_right(passage.draft_starts, noun.first)
    taken = place > 0 and passage.drafts[place - 1].counts(noun)
    head = _headed(passage, noun)
    return (draft.first - noun.end) + 6 * taken + (0 if head is None else noun.end - head.end + 0.5)


def _headed(passage: Passage, noun: Found) -> Found | None:
    """The thing that a thing only describes: the centres of ``centres that lacked a doctor``."""
    place = bisect_left(passage.nouns.starts, noun.first)
    head = passage.nouns.found[place - 1] if place else None
    if (
        head is None
        or noun.first - head.end > 5
        or passage.tokens[head.first].sentence != passage.tokens[noun.first].sentence
    ):
        return None
    between = [token.plain for token in passage.tokens[head.end : noun.first]]
    if not between:
        return _headed(passage, head)  # the doctors of "plazas para médicos especialistas"
    apart = any(token.kind != "word" for token in passage.tokens[head.end : noun.first]) or {"y", "and"} & set(between)
    if passage.tokens[head.end - 1].plain in _COLLECTIVE and head.meanings == noun.meanings:
        return None
    describes = between and (between[0] in _DESCRIBING or between[0].endswith(_PARTICIPLE))
    return head if describes and not apart else None


def group_thousands(draft: Draft) -> None:
    """``1.925 municipios``: of things there are no thousandths, so the point groups thousands."""
    raw = draft.number.raw
    if _grouped(raw) and not draft.number.scaled and draft.unit not in SIGNS | {"days", "hours"}:
        draft.value = draft.number.value * 1000
        draft.number = replace(draft.number, value=draft.value, step=Decimal(1))
        draft.reasons.append(Reason("thousands", raw, f"{draft.value:.0f}"))


def _grouped(raw: str) -> bool:
    """Whether a point may group thousands: ``1.925``."""
    return len(raw) in {5, 6, 7} and raw[-4] == "." and not raw.startswith("0") and raw.count(".") == 1
