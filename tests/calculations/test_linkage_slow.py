"""A slow linker in plain Python, written from docs/methods/matching-persons.md, gives each pair the same weight."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bienestar.calculations.linkage import FIELDS, Model, Record, explain
from bienestar.calculations.linkage.compared import level_number, once
from bienestar.calculations.linkage.model import Frequencies, LevelOdds

PARTICLES = {"DA", "DAS", "DE", "DEL", "DER", "DI", "DIE", "DD", "EL", "LA", "LAS", "LOS", "LE", "LES", "MAC", "MC"}
PARTICLES |= {"VAN", "VON", "Y", "MI"}


def plain(text):
    """Words in capitals without accents; particles go, unless a name has no other word or ends in one."""
    if text is None:
        return None
    letters = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).upper()
    words = re.findall("[A-Z]+", letters)
    ends = letters.rstrip()[-1:].isalpha() if letters.strip() else False
    kept = [word for n, word in enumerate(words) if word not in PARTICLES or (n == len(words) - 1 and ends)]
    return " ".join(kept) or None


def main_name(names):
    words = (names or "").split()
    return (
        None
        if not words
        else words[1]
        if len(words) > 1 and words[0] in ("MARIA", "JOSE", "MA", "J", "M")
        else words[0]
    )


def edits(one, other):
    """Letters to insert, delete or change, by the textbook table."""
    row = list(range(len(other) + 1))
    for n, a in enumerate(one, 1):
        before, row = row, [n]
        for k, b in enumerate(other, 1):
            row.append(min(before[k] + 1, row[-1] + 1, before[k - 1] + (a != b)))
    return row[-1]


def typo(one, other):
    turned = any(one[:n] + one[n + 1] + one[n] + one[n + 2 :] == other for n in range(len(one) - 1))
    return edits(one, other) <= 1 or turned


def near(one, other):
    return min(len(one), len(other)) > 5 and edits(one, other) <= 2


def given_level(a, b):
    one, other, main, twin = (
        plain(a.given_names),
        plain(b.given_names),
        *map(main_name, map(plain, (a.given_names, b.given_names))),
    )
    if one == other:
        return "equal"
    if typo(one, other):
        return "typo"
    if main == twin:
        return "main"
    if twin in one.split() or main in other.split():
        return "part"
    return "near" if typo(main, twin) or near(one, other) else "different"


def surname_level(a, b, field):
    mine, theirs = [plain(a.first_surname), plain(a.second_surname)], [plain(b.first_surname), plain(b.second_surname)]
    one, other = plain(getattr(a, field)), plain(getattr(b, field))
    if one == other:
        return "equal"
    if None not in mine and mine == theirs[::-1]:
        return "crossed"
    return "typo" if typo(one, other) else "near" if near(one, other) else "different"


def birth_level(one, other):
    if one == other:
        return "equal"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "day and month swapped"
    same_day = (one.month, one.day) == (other.month, other.day)
    if (one.year == other.year or same_day) and typo(f"{one:%Y%m%d}", f"{other:%Y%m%d}"):
        return "one digit"
    return "same year" if one.year == other.year else "same day and month" if same_day else "different"


def level(field, a, b):
    """The level of a field, None where a value is missing."""
    one, other = getattr(a, field), getattr(b, field)
    if field in ("given_names", "first_surname", "second_surname"):
        one, other = plain(one), plain(other)
    if one in (None, "") or other in (None, ""):
        return None
    if field == "given_names":
        return given_level(a, b)
    if field.endswith("surname"):
        return surname_level(a, b, field)
    if field == "birth_date":
        return birth_level(one, other)
    if field == "curp":
        return "equal" if one == other else "typo" if typo(one, other) else "different"
    if field == "municipality" and one != other and one[:2] == other[:2]:
        return "same state"
    return "equal" if one == other else "different"


def slow(model, a, b):
    """Field → bits, the prior among them."""
    bits = {"prior": math.log2(model.prior / (1 - model.prior))}
    for field in FIELDS:
        found = level(field.name, a, b)
        if found is None:
            bits[field.name] = 0.0
            continue
        odds = next(one for one in model.levels[field.name] if one.name == found)
        u = odds.u
        if field.name in model.frequencies and found == "equal":
            known = model.frequencies[field.name]
            u = known.shares.get(plain(getattr(a, field.name)), known.rare)
        bits[field.name] = math.log2(odds.m / u)
    return bits


def some_model():
    """Any weights will do; each is another."""
    levels, n = {}, 0
    for field in FIELDS:
        ones = []
        for one in field.levels:
            n += 1
            ones.append(LevelOdds(one.name, 0.9 / n, 0.003 * n))
        levels[field.name] = tuple(ones)
    names = ("given_names", "first_surname", "second_surname")
    frequencies = {name: Frequencies(0.0001, {"GARCIA": 0.04, "ANA": 0.02, "CRUZ": 0.01}) for name in names}
    return Model(0.001, levels, frequencies, {})


MODEL = some_model()
NAMES = [
    "Ana",
    "ana",
    "María Ana",
    "Ma. Ana",
    "Juan Carlos",
    "Carlos",
    "Jaun Carlos",
    "José",
    "Jose Luis",
    "María de los Ángeles",
]
SURNAMES = [
    "García",
    "GARCIA",
    "Garcai",
    "Graciano",
    "Graziana",
    "De la Cruz",
    "Cruz",
    "Núñez",
    "Nuñes",
    "Y",
    "-",
    "",
    "de",
    "Ñ",
]
CURPS = [
    "HELJ850312HOCRPN01",
    "HELJ850312HOCRPN0A",
    "HELJ850321HOCRPN01",
    "EHLJ850312HOCRPN01",
    "NUXA920704MVZXXN09",
    "HELJ850312HORCPN01",
]
CURPS += ["HELJ85012HOCRPN01", ""]
DAYS = [dt.date(1985, 3, 12), dt.date(1985, 12, 3), dt.date(1985, 3, 21), dt.date(1958, 3, 12), dt.date(1986, 3, 12)]
DAYS += [dt.date(1985, 7, 30), dt.date(2001, 2, 3), dt.date(1999, 3, 12)]
letters = st.text(st.sampled_from("ABCÑÉ -'"), max_size=9)


def maybe(values):
    return st.one_of(st.none(), st.sampled_from(values))


records = st.builds(
    Record,
    curp=maybe(CURPS),
    given_names=st.one_of(maybe(NAMES), letters),
    first_surname=st.one_of(maybe(SURNAMES), letters),
    second_surname=maybe(SURNAMES),
    birth_date=maybe(DAYS),
    sex=maybe(["H", "M", "X"]),
    birth_state=maybe(["OC", "VZ"]),
    municipality=maybe(["20067", "20068", "30087"]),
)


@settings(max_examples=60, deadline=None)
@given(records, records)
def test_a_slow_linker_gives_the_same_weights(a, b):
    assert {reason.field: reason.weight for reason in explain(MODEL, a, b)} == pytest.approx(slow(MODEL, a, b))


@settings(max_examples=25, deadline=None)
@given(records, records)
def test_left_and_right_weigh_the_same(a, b):
    assert [(r.field, r.level) for r in explain(MODEL, a, b)] == [(r.field, r.level) for r in explain(MODEL, b, a)]


@settings(max_examples=15, deadline=None)
@given(records, st.sampled_from([field.name for field in FIELDS]))
def test_what_is_missing_says_nothing(a, field):
    without = Record(**{name: getattr(a, name) for name in Record.__dataclass_fields__ if name != field})
    found = {reason.field: reason for reason in explain(MODEL, a, without)}
    assert (found[field].level, found[field].weight) == ("missing", 0.0)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ABC"), max_size=6), st.text(st.sampled_from("ABC"), max_size=6))
def test_the_typo_of_the_database_is_the_typo_of_the_textbook(one, other):
    ask = "levenshtein(?, ?) < 2 OR (length(?) = length(?) AND levenshtein(?, ?) = 2 AND damerau_levenshtein(?, ?) = 1)"
    found = duckdb.execute(f"SELECT {ask}", [one, other] * 4).fetchall()[0][0]
    assert found is typo(one, other)


curps = st.text(st.sampled_from("AB1Ñ"), min_size=16, max_size=19)


@st.composite
def mistyped(draw):
    """A CURP and how somebody typed it: one letter off, two turned, one left out, or another altogether."""
    one = draw(curps)
    place = draw(st.integers(0, len(one) - 2))
    a, b = one[place], one[place + 1]
    how = draw(st.sampled_from(["other", "turned", "left out", "more", "twice", "another"]))
    said = {"other": "Z" + b, "turned": b + a, "left out": b, "more": a + "Z" + b, "twice": "ZZ"}
    return (one, draw(curps)) if how == "another" else (one, one[:place] + said[how] + one[place + 2 :])


@settings(max_examples=400, deadline=None)
@given(mistyped())
def test_a_curp_compared_place_by_place_is_at_the_same_level(pair):
    """What DuckDB is given, and what Spark is given, which has no comparison by place."""
    field = next(field for field in FIELDS if field.name == "curp")
    by_place, by_edits = once(level_number(field)), level_number(field)
    assert by_place != by_edits
    ask = f"SELECT {by_place}, {by_edits} FROM (SELECT ? AS curp_l, ? AS curp_r)"
    found = duckdb.execute(ask, list(pair)).fetchall()[0]
    assert found[0] == found[1]
