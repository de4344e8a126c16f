"""The figures of a text: how much, of what, where, when, about which indicator, and by which words that is known."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bienestar.calculations.statements.dates import Dated
from bienestar.calculations.statements.letters import Reading, spelled
from bienestar.calculations.statements.numbers import SCALES, SMALL, THOUSAND, Number, number_at
from bienestar.calculations.statements.traps import LeftOut, Traps, is_year
from bienestar.calculations.statements.words import Found, Subject, Vocabulary, singular

#: Units that come from signs or from the number itself, not from a counted thing.
SIGNS = frozenset({"percent", "points", "pesos", "dollars", "rate", "count"})
_DESCRIBING = frozenset(spelled("that which who que with without con sin of de del lacking having"))
_SHARED = frozenset({"percent", "points"})
_PEOPLE_DO = frozenset(spelled("no carecen tienen viven cuentan lack have live still do"))
#: What may be counted in parts of one.
_IN_PARTS = frozenset({"days", "hours", "months", "visits"})
_STOPS = frozenset(
    spelled(
        "y e and or u o but pero con with en in for para que while mientras si when cuando from desde at across entre"
        " between has have had tiene tienen es son is are was were will al by por segun sin without to hasta que"
        " who which a as como ya se lo le les no not han ha hay been already still mediante were number every"
        " all todos todas cada"
    )
)
FARTHEST = 42.0
#: So far, in words, a figure that goes on from the one before stands from what that is about.
GOING_ON, JOINED = 6.0, -8.0
_IN_PLACES = frozenset(spelled("de en in of at across to entre from a para for"))
_OF_THEM = frozenset(
    (of, them)
    for of, those in (("of", "them these those which whom"), ("de", "ellos ellas estos estas esos esas"))
    for them in those.split()
)
_CLOSING = frozenset(spelled(", ; ) | . ("))
_SPANISH = frozenset(spelled("de la el los las en del que y por para con se un una al su sus es son fue han más mas"))
_ENGLISH = frozenset(spelled("the of and in to a for with from by is are was were has have on at that this its"))
_YEAR_BEFORE = frozenset(spelled("en desde since in by para hasta until during durante ano year del"))
_NO_THING = frozenset(
    spelled(
        "de del la el los las y e o en a que se lo le son es fue of and or in on at to by the is are was were be has"
        " have had de veces times hundred"
    )
)
_VERBS = frozenset(
    spelled(
        "ya still hoy now aun todavia already siguen sigue tenian hace"
        " open opens abren abre work works trabajan operan operate"
        " fueron fue eran era estan esta quedaron came come were was joined left remain remained opened llegaron"
    )
)
_MONEY = {
    **dict.fromkeys(("pesos", "peso", "mxn"), "pesos"),
    **dict.fromkeys(("dollars", "dollar", "dolares", "dolar", "usd", "dlls"), "dollars"),
}
_BASES = frozenset(Decimal(10**n) for n in range(2, 8))
_STARTS = frozenset({*SMALL, "mil", "medio", "media", "half", "a"})
#: What a share in whole numbers is of, and the words between: ``tres de cada cuatro``.
_PARTS = frozenset(Decimal(n) for n in (3, 4, 5, 6, 8, 10, 20, 100))
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
#: How many words forward and back a counted thing, a word that forbids, a cue, may stand.
#: So far in a long sentence do words tell of a figure.
REACH = 40
#: Characters of the longest number that is read as one.
LONGEST = 24
#: A growth may be of whatever is counted or paid, not of a share.
NOT_GROWING = frozenset({"percent", "points", "rate", "count"})
WINDOW, BEHIND, AGAINST, CUE_BEFORE, CUE_AFTER = 6, 24, 12, 10, 6


@dataclass(frozen=True)
class Reason:
    """Why: ``kind`` of what was understood, the ``words`` that told it, and what it ``gave``."""

    kind: str
    words: str
    gave: str


@dataclass(frozen=True)
class Figure:
    """A figure of a text. ``start``, ``end``: its place in the text as written. ``step``: worth of its last digit.

    ``role``: from, to (of a rise), low, high (of a range), whole (what a share is of), growth, or empty. ``partner``:
    the other one of a pair, by its place in the list. ``scope``: code of an area or a group, "" when nothing says it.
    ``as_of``: last day of the date said; ``as_of_precision``: day, month, year. ``per``: what a rate is of.
    """

    text: str
    start: int
    end: int
    value: Decimal
    step: Decimal
    unit: str
    qualifier: str = ""
    role: str = ""
    partner: int | None = None
    indicator: str | None = None
    scope: str = ""
    as_of: dt.date | None = None
    as_of_precision: str = ""
    per: int | None = None
    sentence: int = 0
    near_words: str = ""
    cues: frozenset[str] = frozenset()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Read:
    """What was read in a text: its figures and what has digits and is none, both in the order of the text."""

    figures: tuple[Figure, ...]
    left_out: tuple[LeftOut, ...]


@dataclass
class _Draft:
    number: Number
    start: int
    end: int
    first: int  # tokens of the whole figure, with its sign
    last: int
    unit: str = ""
    noun: Found | None = None
    value: Decimal = Decimal(0)
    qualifier: str = ""
    role: str = ""
    partner: int | None = None
    per: int | None = None
    cues: set[str] = field(default_factory=set)
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True)
class _About:
    """What a figure is about: how far the words are that say so, and which subject's they are."""

    indicator: str
    score: float
    subject: int
    reasons: list[Reason]


def read_figures(text: str, vocabulary: Vocabulary) -> Read:
    """Every figure of a text in Spanish or English, in its order."""
    return _Finder(Reading(text), vocabulary).read()


class _Finder:
    def __init__(self, reading: Reading, vocabulary: Vocabulary) -> None:
        self.reading, self.words = reading, vocabulary
        self.tokens = reading.tokens
        self.traps = Traps(reading, frozenset({*SCALES, *THOUSAND, "por", "percent", "per"}))
        self.nouns = vocabulary.unit_phrases.find(reading)
        self.noun_starts = [one.first for one in self.nouns]
        self.cues = vocabulary.cue_phrases.find(reading, longest=False)
        self.cue_starts = [one.first for one in self.cues]
        self.subjects = vocabulary.subject_phrases.find(reading, longest=False)
        self.subject_starts = [one.first for one in self.subjects]
        self.near = vocabulary.near_phrases.find(reading, longest=False)
        self.near_starts = [one.first for one in self.near]
        self.scopes = vocabulary.scope_phrases.find(reading)
        self.scope_starts = [one.first for one in self.scopes]
        self.spanish: dict[int, bool] = {}
        self.bounds: dict[int, tuple[int, int]] = {}
        for i, token in enumerate(self.tokens):
            low, _ = self.bounds.get(token.sentence, (i, i))
            self.bounds[token.sentence] = (low, i + 1)
        self.drafts: list[_Draft] = []
        self.abouts: list[_About | None] = []
        self.draft_starts: list[int] = []
        self.dated: list[Dated] = []
        self.date_starts: list[int] = []

    # -- numbers ---------------------------------------------------------------------------------------------------

    def read(self) -> Read:
        """All figures, then what joins them, then what each is about."""
        self._numbers()
        for n in range(len(self.drafts)):
            self._sign(n)
        for n in range(len(self.drafts)):
            self._pair(n)
        self._whole()
        for n in range(len(self.drafts)):
            self._thing(n)
        for n in range(len(self.drafts) - 1, -1, -1):
            self._lend(n)
        for n in range(len(self.drafts)):
            self._said_before(n)
        for draft in self.drafts:
            self._thousandths(draft)
            self._cues(draft)
        self._find_dates()
        self._subjects()
        figures = [self._figure(n) for n in range(len(self.drafts))]
        figures = self._carry(figures)
        return Read(tuple(figures), tuple(sorted(self.traps.left_out, key=lambda one: one.start)))

    def _is_spanish(self, sentence: int) -> bool:
        if sentence not in self.spanish:
            low, high = self.bounds[sentence]
            words = [token.plain for token in self.tokens[low:high]]
            spanish = sum(word in _SPANISH for word in words)
            english = sum(word in _ENGLISH for word in words)
            self.spanish[sentence] = spanish > english
        return self.spanish[sentence]

    def _numbers(self) -> None:
        i = 0
        base: _Draft | None = None
        while i < len(self.tokens):
            token = self.tokens[i]
            found = (self._share_word(i) if token.kind == "word" else None) or self._one_of(i)
            cent = token.plain in {"ciento", "cien"} and self._word(i - 1, token.sentence) == "por"
            if found is None and not cent and (token.kind == "number" or token.plain in _STARTS):
                if len(token.plain) > LONGEST:
                    self.traps.leave_out(token.start, token.end, "notation")
                    i += 1
                    continue
                number = number_at(self.tokens, i, self._is_spanish(token.sentence))
                if number is not None:
                    found = _Draft(
                        number, token.start, self.tokens[number.last - 1].end, i, number.last, value=number.value
                    )
            if found is None:
                i += 1
                continue
            if self.traps.holds(found.start, found.end):
                i += 1
                continue
            reason = self._no_figure(found)
            if reason == "word" and base is not None and 1 < found.number.value < base.number.value:
                reason = ""  # "de cada diez recetas, ocho"
            if reason:
                self.traps.leave_out(found.start, found.end, reason)
                if reason == "base":
                    base = None if self.drafts and self._rate(len(self.drafts) - 1, found) else found
            else:
                if base is not None:
                    self._of_base(found, base)
                self.drafts.append(found)
                self.draft_starts.append(found.first)
            i = found.last
        self._nine_of_ten()

    def _share_word(self, i: int) -> _Draft | None:
        """``la mitad de``, ``half of``, ``two thirds of``: a share in words."""
        for words, value in _SHARES:
            end = i + len(words)
            if tuple(token.plain for token in self.tokens[i:end]) != words:
                continue
            after = self._word(end, self.tokens[i].sentence)
            if after not in {"de", "of", "del", "the", "los", "las"} or self.traps.holds(
                self.tokens[i].start, self.tokens[end - 1].end
            ):
                return None
            step = Decimal(5) if value == 50 else Decimal(3)
            number = Number(i, end, value, step, True, "")
            start, stop = self.tokens[i].start, self.tokens[end - 1].end
            share = _Draft(number, start, stop, i, end, "percent", value=value, qualifier="about")
            share.reasons.append(Reason("share", self.reading.text[start:stop], "percent"))
            return share
        return None

    def _one_of(self, i: int) -> _Draft | None:
        """``una de cada cinco``, ``one in four``: a share in words that begins with one."""
        sentence = self.tokens[i].sentence
        if self.tokens[i].plain not in {"un", "una", "uno", "one", "1"}:
            return None
        joined = next((k for k in (3, 2, 1) if self._joins_parts(i + 1, k, sentence)), 0)
        whole = number_at(self.tokens, i + 1 + joined, self._is_spanish(sentence)) if joined else None
        if whole is None or whole.value not in _PARTS:
            return None
        start, stop = self.tokens[i].start, self.tokens[whole.last - 1].end
        if self.tokens[i].plain == "1" and self.traps.holds(start, stop):
            return None
        value = 100 / whole.value
        share = _Draft(
            Number(i, whole.last, value, value, True, ""), start, stop, i, whole.last, "percent", value=value
        )
        share.reasons.append(Reason("share", self.reading.text[start:stop], "percent"))
        return share

    def _joins_parts(self, i: int, words: int, sentence: int) -> bool:
        return tuple(self._word(i + k, sentence) for k in range(words)) in _OF_EVERY and i + words < len(self.tokens)

    def _word(self, i: int, sentence: int) -> str:
        inside = 0 <= i < len(self.tokens) and self.tokens[i].sentence == sentence
        return self.tokens[i].plain if inside else ""

    def _cue_ending_at(self, i: int) -> set[str]:
        """Cues whose last word is just before token ``i``."""
        found: set[str] = set()
        for one in self._within(self.cues, self.cue_starts, i - 5, i):
            if one.end == i:
                found |= set(one.meanings)
        return found

    def _cue_at(self, i: int) -> list[Found]:
        return [one for one in self._within(self.cues, self.cue_starts, i, i + 1) if one.first == i]

    @staticmethod
    def _within(found: Sequence[Found], starts: Sequence[int], first: int, end: int) -> Sequence[Found]:
        return found[bisect_left(starts, first) : bisect_left(starts, end)]

    def _no_figure(self, draft: _Draft) -> str:
        """Why a number is no figure; empty when it is one."""
        number, sentence = draft.number, self.tokens[draft.first].sentence
        i = draft.first
        before = self._word(i - 1, sentence)
        if self._reference(i, sentence):
            return "reference"
        if any("fixed" in one.meanings for one in self._cue_at(i)):
            return "word"
        if self._per(draft, sentence):
            return "base"
        after = self._word(draft.last, sentence)
        signed = after in {"%"} or before in {"$"} or number.scaled
        plain_year = number.raw and is_year(number.raw) and not signed
        if plain_year and (before in _YEAR_BEFORE or not self._noun_at(draft.last, sentence)):
            return "year"
        if not number.raw:
            if number.value in {0, 1}:
                return "word"
            if not number.scaled and not self._counts_something(draft, sentence):
                return "word"
        if (
            number.raw
            and len(number.raw) >= 9
            and number.raw.isdecimal()
            and not self._noun_at(draft.last, sentence)
            and not signed
        ):
            return "notation"
        return ""

    def _noun_at(self, i: int, sentence: int) -> bool:
        return any(one.first == i for one in self._within(self.nouns, self.noun_starts, i, i + 1))

    def _counts_something(self, draft: _Draft, sentence: int) -> bool:
        """Whether a number in words stands before a thing, a sign, or another that it is compared with."""
        after = self._word(draft.last, sentence)
        beyond = self._word(draft.last + 1, sentence)
        before = self._word(draft.first - 1, sentence)
        if before in {"other", "others", "otros", "otras"} or (before in {"los", "las"} and not after.isalpha()):
            return True
        if after in {"a", "to", "de", "of", "out"} and self._number_soon(draft.last + 1):
            return True
        if after in {"por", "per"} and beyond in {"ciento", "cent"}:
            return True
        if after == "in" and (SMALL.get(beyond) in _PARTS or beyond in {"10", "100"}):
            return True
        if after in {"-"}:
            return beyond not in {""}
        return after.isalpha() and after not in _NO_THING

    def _number_soon(self, i: int) -> bool:
        return any(t.kind == "number" or t.plain in SMALL for t in self.tokens[i : i + 3])

    def _reference(self, i: int, sentence: int) -> bool:
        j = i - 1
        while self._word(j, sentence) in {".", ":", "#", "º", "°", "n"} and j > i - 4:
            if self._word(j, sentence) == "#":
                return True
            if self._word(j, sentence) == ":" and self._word(j - 1, sentence) not in {"no", "num"}:
                return False
            j -= 1
        word = self._word(j, sentence)
        if "reference" in self._cue_ending_at(j + 1):
            return True
        if word == "bis":
            return True
        joined = word in {"y", "and", ",", "-", "–", "a", "to", "al", "o", "or"}
        before = self.tokens[j - 1] if joined and j > 0 else None
        if before is None or before.kind != "number" or before.sentence != sentence:
            return False
        told = self.traps.left_out[-1] if self.traps.left_out else None
        return told is not None and told.reason == "reference" and told.end == before.end

    def _per(self, draft: _Draft, sentence: int) -> bool:
        """Whether the number is what a rate is of: ``por cada 10 mil habitantes``, ``per 100,000``."""
        value = draft.number.value
        before = self._word(draft.first - 1, sentence)
        twice = f"{self._word(draft.first - 2, sentence)} {before}"
        if value in _PARTS and twice in {"de cada", "of every", "por cada", "for every"}:
            last = self.drafts[-1] if self.drafts else None
            return last is None or draft.first - last.last > 3
        if value < 100 or value not in _BASES:
            return False
        if before == "per" or twice in {"por cada", "for every", "for each", "in every", "de cada", "of every"}:
            return True
        after = self._word(draft.last, sentence)
        return before in {"por", "x"} and singular(after) in {singular(w) for w in ("habitantes", "personas", "people")}

    def _rate(self, n: int, base: _Draft) -> bool:
        """Make a rate of the figure that its base follows, and of those joined to it; False when none is near."""
        near = self.drafts[n]
        sentence = self.tokens[base.first].sentence
        same = self.tokens[near.first].sentence == sentence
        if not same or base.first - near.last > 8 or near.unit not in {"", "count"}:
            return False
        words = self.reading.text[self.tokens[max(base.first - 2, near.last)].start : base.end]
        following = base.first
        for draft in (self.drafts[k] for k in range(n, -1, -1)):
            between = [token.plain for token in self.tokens[draft.last : following]]
            joined = draft is near or (
                {"y", "e", "and", ","} & set(between)
                and not {";", ":", "%"} & set(between)
                and len(between) <= 6
                and "." in draft.number.raw
                and self.tokens[draft.first].sentence == sentence
            )
            if not joined or draft.unit or draft.number.value > base.number.value:
                break
            draft.unit, draft.per, following = "rate", int(base.number.value), draft.first
            draft.reasons.append(Reason("unit", words, "rate"))
        return True

    def _of_base(self, draft: _Draft, base: _Draft) -> None:
        """``De cada 10 mil personas, 4.1``; ``de cada diez recetas, ocho``: the base is said before."""
        sentence = self.tokens[base.first].sentence
        signed = (
            self._word(draft.last, sentence) in {"%", "por", "percent"} or self._word(draft.first - 1, sentence) == "$"
        )
        ended = self.tokens[draft.first].sentence != sentence or draft.first - base.last > REACH
        stopped = any(token.plain == ";" for token in self.tokens[base.last : min(draft.first, base.last + REACH)])
        if ended or stopped or signed or draft.unit or draft.number.value > base.number.value or draft.number.scaled:
            return
        words = self.reading.text[base.start : base.end]
        if base.number.value > 100:
            draft.unit, draft.per = "rate", int(base.number.value)
        else:
            draft.value = draft.number.value * 100 / base.number.value
            draft.number = replace(draft.number, value=draft.value, step=100 / base.number.value, scaled=True, raw="")
            draft.unit = "percent"
        draft.reasons.append(Reason("unit", words, draft.unit))

    def _nine_of_ten(self) -> None:
        """``nueve de cada diez``, ``9 out of 10``, ``six in ten``: one figure, a share."""
        kept: list[_Draft] = []
        for draft in self.drafts:
            last = kept[-1] if kept else None
            if last is not None and not last.unit and not draft.unit and draft.number.value in _PARTS:
                words = tuple(token.plain for token in self.tokens[last.last : draft.first])
                whole = draft.number.value
                out = words == ("out", "of") and whole in {10, 100}
                few = words in {("of",), ("in",)} and whole == 10 and not last.number.scaled
                few = few or (words == ("in",) and not last.number.raw and not draft.number.raw)
                if (words in _OF_EVERY - {("in",)} or out or few) and last.number.value <= whole:
                    value = last.number.value * 100 / whole
                    last.number = replace(last.number, value=value, step=100 / whole, scaled=True, raw="")
                    last.value, last.unit, last.end, last.last = value, "percent", draft.end, draft.last
                    last.reasons.append(Reason("share", self.reading.text[last.start : last.end], "percent"))
                    continue
            kept.append(draft)
        self.drafts = kept
        self.draft_starts = [draft.first for draft in kept]

    # -- signs and pairs -------------------------------------------------------------------------------------------

    def _sign(self, n: int) -> None:
        """Percent, points, money: signs and words beside the number."""
        draft = self.drafts[n]
        sentence = self.tokens[draft.first].sentence
        if draft.unit:
            return
        i = draft.last
        after = [self._word(i + k, sentence) for k in range(4)]
        if after[0] == "%" or after[0] in {"percent", "porciento", "pct"}:
            self._signed(draft, "percent", 1)
        elif tuple(after[:2]) in {("por", "ciento"), ("per", "cent"), ("por", "cien")}:
            self._signed(draft, "percent", 2)
        elif after[0] in {"puntos", "punto"} or (after[0] == "points" or after[0] == "point"):
            words = 2 if after[1].startswith("porcentual") else 1
            draft.unit = "points"
            self._told(draft, "unit", i, i + words, "points")
        elif after[0] == "percentage" and after[1].startswith("point") or after[0] == "pp":
            draft.unit = "points"
            self._told(draft, "unit", i, i + 1 + (after[0] != "pp"), "points")
        else:
            self._money(draft, sentence, after)

    def _signed(self, draft: _Draft, unit: str, tokens: int) -> None:
        self._told(draft, "unit", draft.last, draft.last + tokens, unit)
        draft.unit = unit
        draft.last += tokens
        draft.end = self.tokens[draft.last - 1].end

    def _told(self, draft: _Draft, kind: str, first: int, end: int, gave: str) -> None:
        words = self.reading.text[self.tokens[first].start : self.tokens[end - 1].end]
        draft.reasons.append(Reason(kind, words, gave))

    def _money(self, draft: _Draft, sentence: int, after: list[str]) -> None:
        i = draft.first - 1
        if self._word(i, sentence) == "$":
            first, unit = i, "pesos"
            code = self._word(i - 1, sentence)
            if code in {"us", "usd", "u", "eu", "mx", "mxn"}:
                first, unit = i - 1, "pesos" if code.startswith("mx") else "dollars"
            self._told(draft, "unit", first, draft.first, unit)
            draft.first, draft.start, draft.unit = first, self.tokens[first].start, unit
            return
        if self._word(i, sentence) in {"usd", "mxn"}:
            draft.unit = "dollars" if self._word(i, sentence) == "usd" else "pesos"
            self._told(draft, "unit", i, draft.first, draft.unit)
            draft.first, draft.start = i, self.tokens[i].start
            return
        if draft.number.money:
            draft.unit = "pesos" if draft.number.money == "mdp" else "dollars"
            self._told(draft, "unit", draft.last - 1, draft.last, draft.unit)
            return
        for k, word in enumerate(after[:3]):
            coin = _MONEY.get(word)
            if coin:
                draft.unit = coin
                self._told(draft, "unit", draft.last + k, draft.last + k + 1, coin)
                return
            if word not in {"de", "of", "mexican"}:
                return

    def _pair(self, n: int) -> None:
        """``de A a B``, ``entre A y B``, ``A–B``: the two tell of each other."""
        if n + 1 >= len(self.drafts):
            return
        one, two = self.drafts[n], self.drafts[n + 1]
        sentence = self.tokens[one.first].sentence
        if self.tokens[two.first].sentence != sentence or one.partner is not None:
            return
        middle = [token.plain for token in self.tokens[one.last : two.first]]
        before = self._word(one.first - 1, sentence)
        more = {"mas", "over", "more"} & {self._word(one.first - 2, sentence), self._word(one.first - 3, sentence)}
        short = len(middle) <= 5 and "," not in middle and ";" not in middle
        rises = (short and before in {"de", "from", "los", "las"} and not more) or before in {"from"}
        to = (
            bool(middle)
            and middle[-1] in {"a", "to", "hasta"}
            or middle[-2:] in (["a", "los"], ["a", "las"], ["to", "the"])
        )
        if to and len(middle) <= 5 and (rises or self._rise_before(one, sentence)):
            one.role, two.role = "from", "to"
        elif _ranges(before, middle) or (to and len(middle) == 1):
            one.role, two.role = "low", "high"
        elif middle in (["→"],) or middle == ["-", ">"]:
            one.role, two.role = "from", "to"
        else:
            return
        one.partner, two.partner = n + 1, n
        words = self.reading.text[one.start : two.end]
        for draft in (one, two):
            draft.reasons.append(Reason("pair", words, draft.role))

    def _rise_before(self, draft: _Draft, sentence: int) -> bool:
        low, _ = self.bounds[sentence]
        for one in self._within(self.cues, self.cue_starts, max(low, draft.first - 6), draft.first):
            if "rise" in one.meanings or "growth" in one.meanings:
                return True
        return False

    def _whole(self) -> None:
        """``7,199 of the 11,935 centres``, ``60 % de 11,935 centros``: the second is the whole."""
        for one, two in zip(self.drafts, self.drafts[1:], strict=False):
            sentence = self.tokens[one.first].sentence
            if self.tokens[two.first].sentence != sentence or two.role:
                continue
            middle = tuple(token.plain for token in self.tokens[one.last : two.first])
            tail = middle[-3:]
            joined = tail[-1:] in (("of",), ("de",)) or tail[-2:] in (
                ("de", "los"),
                ("de", "las"),
                ("of", "the"),
                ("of", "its"),
                ("de", "sus"),
                ("out", "of"),
            )
            if (
                len(middle) <= 4
                and joined
                and (one.unit == "percent" or one.value < two.value)
                and two.unit != "percent"
            ):
                two.role = "whole"
        for n, draft in enumerate(self.drafts):
            sentence = self.tokens[draft.first].sentence
            words = (self._word(draft.first - 2, sentence), self._word(draft.first - 1, sentence))
            opens = draft.first - 2 == self.bounds[sentence][0]
            follows = n + 1 < len(self.drafts) and self.tokens[self.drafts[n + 1].first].sentence == sentence
            if opens and words in {("de", "los"), ("de", "las"), ("of", "the")} and follows and not draft.role:
                draft.role = "whole"

    # -- units -----------------------------------------------------------------------------------------------------

    def _thing(self, n: int) -> None:
        """The counted thing that follows the number."""
        draft = self.drafts[n]
        sentence = self.tokens[draft.first].sentence
        i, steps = draft.last, 0
        limit = self.draft_starts[n + 1] if n + 1 < len(self.drafts) else len(self.tokens)
        while i < limit and steps < WINDOW:
            token = self.tokens[i]
            if token.sentence != sentence or (token.kind == "mark" and token.plain not in {"-", "(", '"', "“"}):
                break
            here = [one for one in self._within(self.nouns, self.noun_starts, i, i + 1) if one.first == i]
            if here:
                noun = here[0] if self._is_spanish(sentence) else self._head(here[0])
                draft.noun = noun
                if not draft.unit:
                    draft.unit = noun.meanings[0]
                    draft.reasons.append(Reason("unit", noun.words, draft.unit))
                break
            if token.plain in _STOPS and not (steps == 0 and token.plain in {"a"}):
                break
            i, steps = i + 1, steps + 1

    def _head(self, noun: Found) -> Found:
        """The last of English things that stand side by side: ``specialist posts`` are posts."""
        for one in self._within(self.nouns, self.noun_starts, noun.end, noun.end + 2):
            if one.first == noun.end:
                noun = one
        return noun

    def _lend(self, n: int) -> None:
        """The first of a pair counts what the second does: ``from 23,967 to 274,977 employees``, ``60 a 70 %``."""
        draft = self.drafts[n]
        follows = n + 1 < len(self.drafts) and self.drafts[n + 1].role == "whole"
        if draft.unit or (draft.partner is None and not follows):
            return
        other = self.drafts[n + 1 if draft.partner is None else draft.partner]
        if not other.unit:
            return
        draft.unit, draft.noun = other.unit, other.noun
        draft.reasons.append(
            Reason("unit", other.noun.words if other.noun else self.reading.text[other.start : other.end], draft.unit)
        )
        scaled = other.number.scaled and not draft.number.scaled and other.unit in {"pesos", "dollars"}
        if scaled or (other.number.scaled and not draft.number.scaled and draft.role == "low" and other.number.raw):
            self._lend_scale(draft, other)

    def _lend_scale(self, draft: _Draft, other: _Draft) -> None:
        """``entre 3 y 5 millones``: the first is in millions too."""
        for size in (10**9, 10**6, 1000):
            if other.number.value >= size and draft.value * size <= other.number.value * 10 and draft.value < 1000:
                draft.value *= size
                draft.number = replace(draft.number, value=draft.value, step=draft.number.step * size, scaled=True)
                draft.reasons.append(Reason("scale", self.reading.text[other.start : other.end], str(size)))
                return

    def _said_before(self, n: int) -> None:
        """A number with no thing after it counts what was said before: ``Hospitals grew from 80 to 660``."""
        draft = self.drafts[n]
        if draft.unit:
            return
        sentence = self.tokens[draft.first].sentence
        low, _ = self.bounds[sentence]
        before = self.drafts[n - 1] if n else None
        same = before is not None and self.tokens[before.first].sentence == sentence
        around = {self._word(draft.first - k, sentence) for k in (1, 2)} | {self._word(draft.last, sentence)}
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
                "cuales",
            }
        )
        like = next((one for one in reversed(self.drafts[max(0, n - 2) : n]) if one.unit not in _SHARED), None)
        if like is not None and self._like_before(draft, like):
            draft.unit, draft.noun, draft.per = like.unit, like.noun, like.per
            draft.reasons.append(Reason("unit", self._words_of(like), draft.unit))
            return
        if other and same and before is not None and draft.partner != n - 1:
            for earlier in reversed(self.drafts[max(0, n - 3) : n]):
                if earlier.unit and earlier.unit not in SIGNS and self.tokens[earlier.first].sentence == sentence:
                    draft.unit, draft.noun = earlier.unit, earlier.noun
                    draft.reasons.append(Reason("unit", self.reading.text[earlier.start : earlier.end], draft.unit))
                    return
        if draft.partner is not None and draft.partner < n and self.drafts[draft.partner].unit:
            first = self.drafts[draft.partner]
            draft.unit, draft.noun = first.unit, first.noun
            draft.reasons.append(
                Reason(
                    "unit", first.noun.words if first.noun else self.reading.text[first.start : first.end], draft.unit
                )
            )
            return
        nouns = self._within(self.nouns, self.noun_starts, max(low, draft.first - BEHIND), draft.first)
        after = self._word(draft.last, sentence)
        if draft.number.value % 1 and not draft.number.scaled and not _grouped(draft.number.raw):
            nouns = [one for one in nouns if one.meanings[0] in _IN_PARTS]
        pronoun = tuple(self._word(draft.last + k, sentence) for k in (0, 1)) in _OF_THEM
        label = self._word(draft.first - 1, sentence) == ":" and bool(nouns) and nouns[-1].end == draft.first - 1
        alone = not (after.isalpha() and after not in _STOPS and after not in _VERBS)
        if nouns and (alone or pronoun or label):
            noun = min(nouns, key=lambda one: self._back(one, draft))
            draft.unit, draft.noun = noun.meanings[0], noun
            draft.reasons.append(Reason("unit", noun.words, draft.unit))
            return
        # "53 millones no tienen …": so many who have, lack or live somewhere are people.
        people = draft.number.scaled and draft.value >= 10**6 and after in _PEOPLE_DO
        draft.unit = "persons" if people else "count"

    def _like_before(self, draft: _Draft, before: _Draft) -> bool:
        """Whether a number with no thing counts what the one before did: ``versus 15.8``, ``up from 23``, ``; 310
        remain``, and money after money."""
        sentence = self.tokens[draft.first].sentence
        apart = self.tokens[before.first].sentence != sentence
        if apart or not before.unit or draft.partner is not None or before.unit == "count":
            return False
        if draft.number.scaled and draft.value >= 10**6 and before.unit in {"pesos", "dollars"}:
            return self._word(draft.last, sentence) not in {"de", "of"}
        after = self._word(draft.last, sentence)
        dated = after in {"of", "de"} and is_year(self._word(draft.last + 1, sentence))
        if after.isalpha() and after not in _STOPS and after not in _VERBS and not dated:
            return False
        between = range(before.last, draft.first)
        if len(between) > 2 * CUE_BEFORE:
            return False
        marks = {self.tokens[i].plain for i in between}
        if before.unit == "rate" and draft.number.value % 1 and ";" not in marks:
            return True
        if len(between) > CUE_BEFORE or self._noun_between(before.last, draft.first, before.noun):
            return False
        if ";" in marks:
            return True
        near = self._within(self.cues, self.cue_starts, before.last, draft.first)
        return any("against" in one.meanings for one in near)

    def _noun_between(self, first: int, end: int, but: Found | None) -> bool:
        return any(one is not but for one in self._within(self.nouns, self.noun_starts, first, end))

    def _back(self, noun: Found, draft: _Draft) -> float:
        """How far back a thing stands; one that another number counts is farther."""
        place = bisect_right(self.draft_starts, noun.first)
        taken = place > 0 and self._belongs(noun, self.drafts[place - 1])
        head = self._headed(noun)
        return (draft.first - noun.end) + 6 * taken + (0 if head is None else noun.end - head.end + 0.5)

    def _headed(self, noun: Found) -> Found | None:
        """The thing that a thing only describes: the centres of ``centres that lacked a doctor``."""
        place = bisect_left(self.noun_starts, noun.first)
        head = self.nouns[place - 1] if place else None
        if (
            head is None
            or noun.first - head.end > 5
            or self.tokens[head.first].sentence != self.tokens[noun.first].sentence
        ):
            return None
        between = [token.plain for token in self.tokens[head.end : noun.first]]
        apart = any(token.kind != "word" for token in self.tokens[head.end : noun.first]) or {"y", "and"} & set(between)
        return head if between and between[0] in _DESCRIBING and not apart else None

    @staticmethod
    def _belongs(words: Found, draft: _Draft) -> bool:
        """Whether words are of the thing that a figure before them counts."""
        return draft.noun is not None and draft.last <= words.first and words.end <= draft.noun.end

    def _thousandths(self, draft: _Draft) -> None:
        """``1.925 municipios``: of things there are no thousandths, so the point groups thousands."""
        raw = draft.number.raw
        if _grouped(raw) and not draft.number.scaled and draft.unit not in SIGNS | {"days", "hours"}:
            draft.value = draft.number.value * 1000
            draft.number = replace(draft.number, value=draft.value, step=Decimal(1))
            draft.reasons.append(Reason("thousands", raw, f"{draft.value:.0f}"))

    # -- what else is said of a figure -----------------------------------------------------------------------------

    def _cues(self, draft: _Draft) -> None:
        sentence = self.tokens[draft.first].sentence
        low, high = self.bounds[sentence]
        ending = self._cue_ending_at(draft.first)
        for cue in ("more_than", "less_than", "about"):
            if cue in ending and not draft.qualifier:
                draft.qualifier = cue
                near = self._within(self.cues, self.cue_starts, draft.first - 5, draft.first)
                words = next(one.words for one in near if one.end == draft.first and cue in one.meanings)
                draft.reasons.append(Reason("qualifier", words, cue))
        for one in self._cue_at(draft.last):
            if "higher" in one.meanings:
                draft.cues.add("growth")
            if "or_more" in one.meanings and not draft.qualifier:
                draft.qualifier = "more_than"
                draft.reasons.append(Reason("qualifier", one.words, "more_than"))
        place = bisect_left(self.draft_starts, draft.first)
        previous = max(low, self.drafts[place - 1].last) if place else low
        following = self._next_first(draft, high)
        first, end = max(low, draft.first - 2 * CUE_BEFORE), min(high, draft.last + CUE_AFTER)
        for one in self._within(self.cues, self.cue_starts, first, end):
            before = previous <= one.first and one.end <= draft.first and draft.first - one.end <= CUE_BEFORE
            after = draft.last <= one.first < min(following, draft.last + CUE_AFTER)
            if before or after:
                draft.cues |= set(one.meanings)
        if (
            draft.unit in {"percent", "points"}
            and "growth" in draft.cues
            and draft.role not in {"from", "to", "low", "high"}
        ):
            draft.role = "growth"
        plus = self._word(draft.first - 1, sentence) == "+"
        if plus and draft.unit in {"percent", "points"}:
            draft.role = "growth"

    def _next_first(self, draft: _Draft, high: int) -> int:
        place = bisect_right(self.draft_starts, draft.first)
        return min(high, self.draft_starts[place]) if place < len(self.draft_starts) else high

    def _figure(self, n: int) -> Figure:
        draft = self.drafts[n]
        sentence = self.tokens[draft.first].sentence
        low, high = self.bounds[sentence]
        low, high = max(low, draft.first - REACH), min(high, draft.last + REACH)
        about = self.abouts[n]
        indicator = about.indicator if about else None
        reasons = about.reasons if about else []
        scope, said = self._scope(draft, low, high)
        when, told = self._when(draft, low, high)
        number = Reason("number", self.reading.text[draft.start : draft.end], _plain_number(draft.value))
        around = self.reading.text[
            self.tokens[max(low, draft.first - 8)].start : self.tokens[min(high, draft.last + 8) - 1].end
        ]
        return Figure(
            text=self.reading.text[draft.start : draft.end],
            start=draft.start,
            end=draft.end,
            value=draft.value,
            step=draft.number.step,
            unit=draft.unit,
            qualifier=draft.qualifier,
            role=draft.role,
            partner=draft.partner,
            indicator=indicator,
            scope=scope,
            as_of=when.last_day if when else None,
            as_of_precision=when.precision if when else "",
            per=draft.per,
            sentence=sentence,
            near_words=" ".join(around.split()),
            cues=frozenset(draft.cues),
            reasons=(number, *draft.reasons, *reasons, *said, *told),
        )

    def _subjects(self) -> None:
        """What each figure is about: by its own words, or as the figure before it that it goes on from."""
        for n, draft in enumerate(self.drafts):
            sentence = self.tokens[draft.first].sentence
            low, high = self.bounds[sentence]
            low, high = max(low, draft.first - REACH), min(high, draft.last + REACH)
            own = self._about(draft, sentence, low, high)
            gone_on = self._goes_on(n, sentence)
            if gone_on is not None and (own is None or gone_on.score < own.score):
                own = gone_on
            self.abouts.append(own)
        for n, draft in enumerate(self.drafts):  # both of a pair are of the same
            if draft.partner == n + 1:
                one, two = self.abouts[n], self.abouts[n + 1]
                alike = self.drafts[n + 1].unit == draft.unit and not self._two_things(draft, self.drafts[n + 1])
                if alike and one and two and one.indicator != two.indicator:
                    better = one if one.score <= two.score else two
                    self.abouts[n] = self.abouts[n + 1] = better

        for n, draft in enumerate(self.drafts):
            own = self.abouts[n]
            if draft.role == "growth" and not (own and self.words.subjects[own.subject].growth):
                pair = next((k for k in (n + 1, n - 1) if self._of_a_rise(k, draft)), None)
                self.abouts[n] = own if pair is None else self.abouts[pair]

    @staticmethod
    def _two_things(one: _Draft, two: _Draft) -> bool:
        """Whether each of a pair has its own thing: ``de 3,622 unidades rurales a 11,935 centros de salud``."""
        return one.noun is not None and two.noun is not None and one.noun is not two.noun

    def _of_a_rise(self, n: int, draft: _Draft) -> bool:
        """Whether figure ``n`` is of a rise from–to in the sentence of a growth, so that the growth is of the same."""
        if not 0 <= n < len(self.drafts) or self.abouts[n] is None or self.drafts[n].role not in {"from", "to"}:
            return False
        return self.tokens[self.drafts[n].first].sentence == self.tokens[draft.first].sentence

    def _goes_on(self, n: int, sentence: int) -> _About | None:
        """The same as the figure before in the sentence, of the same unit, or a share of what that counts."""
        draft, before = self.drafts[n], self.drafts[n - 1] if n else None
        about = self.abouts[n - 1] if n else None
        if (
            before is None
            or about is None
            or self.tokens[before.first].sentence != sentence
            or draft.role in {"growth", "whole"}
        ):
            return None
        words = [token.plain for token in self.tokens[before.last : min(draft.first, before.last + REACH)]]
        score = GOING_ON + 0.4 * len(words) + 3 * words.count(";")
        indicator = about.indicator
        counted = any(one.indicator == indicator and draft.unit in one.counts for one in self.words.subjects)
        if draft.unit not in SIGNS and draft.unit != before.unit:
            # "1,812 kits at 604 clinics", "4,747 units of 13 states": where the first are.
            if not counted or not _IN_PLACES & set(words[-3:]) or before.unit in SIGNS or {";", ","} & set(words):
                return None
            score = JOINED
        elif draft.unit != before.unit:
            if draft.unit != "percent" or before.unit in SIGNS - {"pesos", "count"} or before.role == "whole":
                return None
            indicator = self.words.subjects[about.subject].share or indicator
            if not any(one.indicator == indicator and "percent" in one.counts for one in self.words.subjects):
                return None
        elif draft.noun is not None and draft.noun is not before.noun and draft.noun.first >= draft.last:
            score += 4
        elif draft.noun is not None and draft.noun is before.noun:
            score -= 4
        if tuple(token.plain for token in self.tokens[draft.last : draft.last + 2]) in _OF_THEM:
            score -= 8
        return _About(indicator, score, about.subject, [Reason("goes_on", self._words_of(before), indicator)])

    def _words_of(self, draft: _Draft) -> str:
        return self.reading.text[draft.start : draft.end]

    def _about(self, draft: _Draft, sentence: int, low: int, high: int) -> _About | None:
        """The indicator whose words stand nearest, those that also have their near words first."""
        earlier = max(min(low, self.bounds.get(sentence - 1, (low, low))[0]), low - REACH)
        best: _About | None = None
        index = self._nearby(draft, earlier, low, high)
        allowed: dict[int, tuple[float, list[str]] | None] = {}
        first = low if draft.noun is not None and draft.noun.first >= low else earlier
        for one in self._within(self.subjects, self.subject_starts, first, high):
            for meaning in one.meanings:
                n = int(meaning)
                subject = self.words.subjects[n]
                counted = draft.unit in subject.counts or (draft.unit == "points" and "percent" in subject.counts)
                if not counted and not (
                    draft.unit != "points" and draft.role == "growth" and subject.counts - NOT_GROWING
                ):
                    continue
                if (
                    subject.growth
                    and draft.role != "growth"
                    and not (draft.unit == "points" and "growth" in draft.cues)
                ):
                    continue
                if n not in allowed:
                    allowed[n] = self._near(subject, index, draft, low)
                near = allowed[n]
                if near is None:
                    continue
                score = self._distance(one, draft, low)
                score += near[0] * (0.3 if near[0] < 0 and self._crosses(one, draft) else 1)
                if subject.weight and not self._crosses(one, draft):
                    score -= subject.weight
                score -= subject.growth
                if subject.near and draft.role == "whole":
                    score += 14
                score -= 0.75 * (one.words.count(" ") + one.words.count("-"))
                if score < FARTHEST and (best is None or (score, n) < (best.score, best.subject)):
                    told = [Reason("subject", one.words, subject.indicator)]
                    told += [Reason("near", words, subject.indicator) for words in near[1]]
                    best = _About(subject.indicator, score, n, told)
        return best

    def _distance(self, one: Found, draft: _Draft, low: int) -> float:
        if one.first < low:
            return 30 + (low - one.end) * 0.3
        if one.first >= draft.last:
            between, gap, side = (draft.last, one.first), one.first - draft.last, 0.0
            if gap and self.tokens[draft.last].plain in _CLOSING:
                side = 5.0
        elif one.end <= draft.first:
            between, gap, side = (one.end, draft.first), draft.first - one.end, 2.0
            if gap and self.tokens[draft.first - 1].plain in {":", ",", "(", "|"}:
                side = 0.0
        else:
            return 0.0
        noun = draft.noun
        place = bisect_left(self.draft_starts, draft.first)
        lent = place > 0 and place - 1 != draft.partner and one.end <= draft.first
        lent = lent and self._belongs(one, self.drafts[place - 1])
        lent_noun = noun is not None and place > 0 and place - 1 != draft.partner and noun.end <= draft.first
        lent_noun = lent_noun and noun is not None and self._belongs(noun, self.drafts[place - 1])
        own = noun and not lent and not lent_noun and not self._crosses(noun, draft)
        if noun and own and one.first < noun.end and noun.first < one.end:
            return 0.0
        crossed = bisect_left(self.draft_starts, between[1]) - bisect_left(self.draft_starts, between[0])
        if draft.partner is not None and crossed and between[0] <= self.drafts[draft.partner].first < between[1]:
            crossed -= 1
        crossed += lent
        marks = [token.plain for token in self.tokens[between[0] : between[1]] if token.kind == "mark"]
        if noun and noun.first >= draft.last and ";" in marks:
            return 60.0
        return (
            gap + side + 4 * crossed + sum(2 if mark in {",", ":", "(", ")"} else 6 * (mark == ";") for mark in marks)
        )

    def _crosses(self, one: Found, draft: _Draft) -> bool:
        """Whether another figure, not its pair, stands between a figure and words."""
        after = one.first >= draft.last
        first, end = (draft.last, one.first) if after else (one.end, draft.first)
        place = bisect_left(self.draft_starts, first)
        between = range(place, bisect_left(self.draft_starts, end))
        return any(n != draft.partner for n in between)

    def _nearby(self, draft: _Draft, earlier: int, low: int, high: int) -> dict[str, tuple[float, Found]]:
        """Each near phrase of the passage where it stands nearest: how far, one said earlier counting farther."""
        index: dict[str, tuple[float, Found]] = {}
        for found in self._within(self.near, self.near_starts, earlier, high):
            gap = abs(found.first - draft.first) * 0.25 + (6 if found.first < low else 0)
            following = bisect_right(self.draft_starts, draft.first)
            if following < len(self.draft_starts) and found.first > self.draft_starts[following]:
                gap += 6 * (self.drafts[following].role != "whole")
            for phrase in found.meanings:
                if phrase not in index or gap < index[phrase][0]:
                    index[phrase] = (gap, found)
        return index

    def _near(
        self, subject: Subject, index: dict[str, tuple[float, Found]], draft: _Draft, low: int
    ) -> tuple[float, list[str]] | None:
        """What the near words take from the distance, and the words; None when one is missing or stands in the way."""
        for phrase in subject.without:
            found = index[phrase][1] if phrase in index else None
            near = found is not None and found.first >= low and abs(found.first - draft.first) <= AGAINST
            if found is not None and near and not self._crosses(found, draft):
                return None
        score, words = 0.0, []
        for group in subject.near:
            reach = [index[phrase] for phrase in group if phrase in index]
            if not reach:
                return None
            gap, one = min(reach, key=lambda pair: pair[0])
            score += min(gap, 12) - 7
            words.append(one.words)
        return score, words

    def _scope(self, draft: _Draft, low: int, high: int) -> tuple[str, list[Reason]]:
        here = self._within(self.scopes, self.scope_starts, low, high)
        if not here:
            return "", []
        narrow = [one for one in here if one.meanings[0] != "MX"] or list(here)
        one = min(narrow, key=lambda found: abs(found.first - draft.first) + (3 if found.first > draft.first else 0))
        return one.meanings[0], [Reason("scope", one.words, one.meanings[0])]

    def _when(self, draft: _Draft, low: int, high: int) -> tuple[Dated | None, list[Reason]]:
        start, end = self.tokens[low].start, self.tokens[high - 1].end
        best: tuple[int, Dated] | None = None
        for one in self._dates_between(start, end):
            first, stop = self.reading.original(one.first, one.end)
            gap = min(abs(first - draft.end), abs(draft.start - stop))
            if best is None or gap < best[0]:
                best = (gap, one)
        if best is None:
            return None, []
        first, stop = self.reading.original(best[1].first, best[1].end)
        return best[1], [Reason("date", self.reading.text[first:stop], best[1].last_day.isoformat())]

    def _dates_between(self, start: int, end: int) -> list[Dated]:
        return self.dated[bisect_left(self.date_starts, start) : bisect_left(self.date_starts, end)]

    def _find_dates(self) -> None:
        """Days, months and bare years, in the order of the text."""
        self.dated = list(self.traps.dates)
        for left in self.traps.left_out:
            if left.reason == "year" and left.text.isdecimal():
                first, end = self.reading.folded(left.start), self.reading.folded(left.end)
                self.dated.append(Dated(first, end, dt.date(int(left.text), 12, 31), "year"))
        self.dated = sorted((one for one in self.dated if not self._begins(one)), key=lambda one: one.first)
        self.date_starts = [self.reading.original(one.first, one.end)[0] for one in self.dated]

    def _begins(self, one: Dated) -> bool:
        """Whether it is the day since when, not the day of which."""
        before = self.reading.plain[max(0, one.first - 14) : one.first].split()[-2:]
        return bool({"desde", "since", "from", "partir"} & set(before))

    def _carry(self, figures: list[Figure]) -> list[Figure]:
        """Place and date of a sentence without its own are those of the nearest sentence before that says one."""
        scopes = [one for one in self.scopes if one.meanings[0] != "MX"]
        starts = [one.first for one in scopes]
        days = [one for one in self.dated if one.precision == "day"]
        day_starts = [self.reading.original(one.first, one.end)[0] for one in days]
        found = []
        for figure, draft in zip(figures, self.drafts, strict=True):
            if not figure.scope and (place := bisect_left(starts, self.bounds[figure.sentence][0])):
                scope = scopes[place - 1]
                reason = Reason("scope_before", scope.words, scope.meanings[0])
                figure = replace(figure, scope=scope.meanings[0], reasons=(*figure.reasons, reason))
            if figure.as_of is None and figure.role != "from" and (place := bisect_left(day_starts, draft.start)):
                day = days[place - 1]
                words = self.reading.text[slice(*self.reading.original(day.first, day.end))]
                reasons = (*figure.reasons, Reason("date_before", words, day.last_day.isoformat()))
                figure = replace(figure, as_of=day.last_day, as_of_precision=day.precision, reasons=reasons)
            found.append(figure)
        return found


def _ranges(before: str, middle: list[str]) -> bool:
    between = before in {"entre", "between"} and middle in (["y"], ["and"], ["e"])
    return between or middle in (["-"], ["–"], ["—"])


def _grouped(raw: str) -> bool:
    """Whether a point may group thousands: ``1.925``."""
    return len(raw) in {5, 6, 7} and raw[-4] == "." and not raw.startswith("0") and raw.count(".") == 1


def _plain_number(value: Decimal) -> str:
    whole = value == value.to_integral_value()
    return f"{value:,.0f}" if whole else f"{value.normalize():,f}"
