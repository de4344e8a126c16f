"""Invented people as columns: households in a municipality, families that share surnames, twins, namesakes, CURP."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import Self

import numpy as np
import pyarrow as pa

from bienestar.calculations.curp import assembled, check_digits, given_letters, letters_of, surname_letters
from bienestar.demo.people.areas import LETTERS, Areas
from bienestar.demo.people.given_names import given_names
from bienestar.demo.people.surnames import surnames

YEAR = 365.2425  # days
#: Households: a couple with children, a mother with children, a couple, one person.
_KINDS = (0.46, 0.17, 0.12, 0.25)
#: Years of the head of a household: from, to, parts.
_HEADS = ((18, 25, 8), (25, 35, 22), (35, 45, 22), (45, 55, 18), (55, 65, 14), (65, 75, 10), (75, 97, 6))
#: Parts of families with one child, two, three, four, five.
_CHILDREN = (0.26, 0.36, 0.23, 0.1, 0.05)
_LEFT_HOME_AFTER, _LEFT_HOME = 24, 0.6
_TWIN = 0.025
_NAMESAKES = 0.004
_ONE_SURNAME = 0.02
_THIRD_SEX = 0.0002
_BORN_ABROAD = 0.008
_CHILD_BORN_ELSEWHERE, _ADULT_BORN_ELSEWHERE = 0.05, 0.2


@dataclass(frozen=True)
class People:
    """Columns of people, one place each.

    ``given``, ``first``, ``second``: places in the words of ``given_names()`` and ``surnames()``; −1: no second one.
    ``born``: day. ``sex``: H, M or X as a byte. ``state``: place in ``LETTERS``. ``municipality``: place in the areas.
    ``household``: who lives together. ``curp``: 18 bytes each.
    """

    given: np.ndarray
    first: np.ndarray
    second: np.ndarray
    born: np.ndarray
    sex: np.ndarray
    state: np.ndarray
    municipality: np.ndarray
    household: np.ndarray
    curp: np.ndarray

    def __len__(self) -> int:
        return len(self.given)

    def take(self, places: np.ndarray) -> Self:
        """Those people, in that order."""
        return type(self)(**{field.name: getattr(self, field.name)[places] for field in fields(self)})


class Marks:
    """Gives the 17th character so that no two people of a run get the same CURP: 0, 1, … or A, B, … as people come.

    Remembers eight bytes a person.
    """

    def __init__(self) -> None:
        self._given = np.empty(0, dtype=np.uint64)

    def give(self, base: np.ndarray, born: np.ndarray) -> np.ndarray:
        """One character, as a byte, for each row of 16."""
        halves = np.ascontiguousarray(base).view(np.uint64)
        key = halves[:, 0] * np.uint64(0x9E3779B97F4A7C15) ^ halves[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F)
        rank = np.zeros(len(key), dtype=np.uint64)
        taken, waiting = key.copy(), np.arange(len(key))
        while len(waiting):
            keys = taken[waiting]
            again = waiting[repeated(keys) | self._has(keys)]
            fresh = np.setdiff1d(waiting, again, assume_unique=True)
            self._given = np.sort(np.concatenate([self._given, taken[fresh]]), kind="stable")
            rank[again] += np.uint64(1)
            taken[again] = key[again] + rank[again] * np.uint64(0xD1B54A32D192ED03)
            waiting = again
        start = np.where(born < np.datetime64("2000-01-01"), ord("0"), ord("A"))
        return (start + rank.astype(np.int64) % 10).astype(np.uint8)

    def _has(self, keys: np.ndarray) -> np.ndarray:
        if not len(self._given):
            return np.zeros(len(keys), dtype=bool)
        places = np.minimum(np.searchsorted(self._given, keys), len(self._given) - 1)
        return np.asarray(self._given[places] == keys)


def invent_people(rng: np.random.Generator, count: int, places: Areas, today: dt.date, marks: Marks) -> People:
    """``count`` people alive on ``today``, in no order."""
    day = np.datetime64(today, "D")
    homes = _Homes(rng, count, places, day)
    grown, children = _grown(rng, homes), _children(rng, homes, day)
    rows = {name: np.concatenate([grown[name], children[name]]) for name in grown}
    kept = rng.permutation(len(rows["born"]))[:count]
    rows = {name: column[np.sort(kept)] for name, column in rows.items()}
    woman = rows.pop("woman")
    adult = rows["born"] < day - np.timedelta64(int(18 * YEAR), "D")
    municipality = homes.municipality[rows["household"]]
    state = _birth_states(rng, places.home[municipality], adult)
    given = _given(rng, woman, rows["born"], rows["household"])
    second = np.where(rng.random(count) < _ONE_SURNAME, -1, rows["second"])
    sex = np.where(rng.random(count) < _THIRD_SEX, ord("X"), np.where(woman, ord("M"), ord("H"))).astype(np.uint8)
    people = {**rows, "given": given, "second": second, "state": state, "municipality": municipality, "sex": sex}
    _plant_namesakes(rng, people)
    curp = np.empty((count, 18), dtype=np.uint8)
    curp[:, :16] = _bases(people)
    curp[:, 16] = marks.give(curp[:, :16], people["born"])
    curp[:, 17] = check_digits(curp)
    return People(**people, curp=curp)


class _Homes:
    """Households: who is in each and the surnames that its children get."""

    def __init__(self, rng: np.random.Generator, count: int, places: Areas, day: np.datetime64) -> None:
        total = count // 2 + 10
        kind = rng.choice(4, total, p=_KINDS)
        sizes = np.where(kind < 2, rng.choice(5, total, p=_CHILDREN) + 1, 0)
        # Grown children leave home, so more homes than people / members are needed; what is too much is not made.
        grown = np.where((kind == 0) | (kind == 2), 2, 1)
        enough = int(np.searchsorted(np.cumsum(grown + 0.6 * sizes), count * 1.03 + 30)) + 1
        self.kind, self.children = kind[:enough], sizes[:enough]
        self.count = len(self.kind)
        self.municipality = _drawn(rng, places.rising, self.count)
        self.home = places.home[self.municipality]
        band = rng.choice(len(_HEADS), self.count, p=np.array([part for *_, part in _HEADS]) / 100)
        low, high = (np.array([head[i] for head in _HEADS], dtype=float)[band] for i in (0, 1))
        age = low + (high - low) * rng.random(self.count)
        self.born = day - (age * YEAR).astype("timedelta64[D]")
        names = surnames()
        self.his = [names.draw(rng, self.home, LETTERS) for _ in range(2)]
        self.hers = [names.draw(rng, self.home, LETTERS) for _ in range(2)]


def _grown(rng: np.random.Generator, homes: _Homes) -> dict[str, np.ndarray]:
    """Fathers, mothers and people who live alone."""
    every = np.arange(homes.count)
    alone_man = (homes.kind == 3) & (rng.random(homes.count) < 0.48)
    mothers, fathers = every[~alone_man], every[(homes.kind == 0) | (homes.kind == 2) | alone_man]
    older = rng.normal(2.5, 4.0, len(fathers)) * YEAR
    his_day = homes.born[fathers] - np.where(alone_man[fathers], 0, older).astype("timedelta64[D]")
    youngest = homes.born.max()  # nobody is a parent before the youngest head is
    return {
        "household": np.concatenate([mothers, fathers]),
        "born": np.concatenate([homes.born[mothers], np.minimum(his_day, youngest)]),
        "woman": np.concatenate([np.ones(len(mothers), dtype=bool), np.zeros(len(fathers), dtype=bool)]),
        "first": np.concatenate([homes.hers[0][mothers], homes.his[0][fathers]]),
        "second": np.concatenate([homes.hers[1][mothers], homes.his[1][fathers]]),
    }


def _children(rng: np.random.Generator, homes: _Homes, day: np.datetime64) -> dict[str, np.ndarray]:
    """Children, born when their mother was 16 to 41; one in forty is a twin of the one before."""
    household = np.repeat(np.arange(homes.count), homes.children)
    mother_age = (day - homes.born[household]).astype(float) / YEAR
    latest = np.clip(mother_age, 16.1, 41.0)
    birth = homes.born[household] + ((16 + (latest - 16) * rng.random(len(household))) * YEAR).astype("timedelta64[D]")
    birth = np.minimum(birth, day)
    woman = rng.random(len(household)) < 0.49
    follows = np.concatenate([[False], household[1:] == household[:-1]])[: len(household)]
    twin = np.flatnonzero(follows & (rng.random(len(household)) < _TWIN))
    for place in twin:  # one after the other, so that three in a row share a day
        birth[place] = birth[place - 1]
    alike = twin[rng.random(len(twin)) < 0.5]
    woman[alike] = woman[alike - 1]
    unnamed_father = ((homes.kind == 1) & (rng.random(homes.count) < 0.5))[household]
    first = np.where(unnamed_father, homes.hers[0][household], homes.his[0][household])
    second = np.where(unnamed_father, homes.hers[1][household], homes.hers[0][household])
    grown = (day - birth).astype(float) > _LEFT_HOME_AFTER * YEAR
    stays = ~(grown & (rng.random(len(household)) < _LEFT_HOME))
    columns = {"household": household, "born": birth, "woman": woman, "first": first, "second": second}
    return {name: column[stays] for name, column in columns.items()}


def _birth_states(rng: np.random.Generator, home: np.ndarray, adult: np.ndarray) -> np.ndarray:
    chance = rng.random(len(home))
    elsewhere = chance < np.where(adult, _ADULT_BORN_ELSEWHERE, _CHILD_BORN_ELSEWHERE)
    states = np.where(elsewhere, rng.integers(0, len(LETTERS) - 1, len(home)), home)
    return np.where(chance < _BORN_ABROAD, len(LETTERS) - 1, states).astype(np.int32)


def _given(rng: np.random.Generator, woman: np.ndarray, born: np.ndarray, household: np.ndarray) -> np.ndarray:
    """Given names; those of one household born in the same twenty years differ (a son may have his father's)."""
    names = given_names()
    given = names.draw(rng, woman, born)
    era = born.astype("datetime64[Y]").astype(np.int64) // 20
    waiting = np.arange(len(given))
    for _ in range(30):
        again = waiting[repeated((household[waiting] * 64 + era[waiting] % 64) * len(names.words) + given[waiting])]
        if not len(again):
            break
        given[again] = names.draw(rng, woman[again], born[again])
        waiting = waiting[np.isin(household[waiting], household[again])]
    return given


def repeated(keys: np.ndarray) -> np.ndarray:
    """Which of ``keys`` stand further up already."""
    order = np.argsort(keys, kind="stable")
    found = np.zeros(len(keys), dtype=bool)
    found[order[1:]] = keys[order[1:]] == keys[order[:-1]]
    return found


def _plant_namesakes(rng: np.random.Generator, people: dict[str, np.ndarray]) -> None:
    """Some get the whole name of another of their sex; half of them live in the same place, a third share the year."""
    one, other = [], []
    for sex in b"HM":
        drawn = rng.permutation(np.flatnonzero(people["sex"] == sex))
        many = int(len(drawn) * _NAMESAKES)
        one.append(drawn[:many])
        other.append(drawn[many : 2 * many])
    one, other = np.concatenate(one), np.concatenate(other)
    for name in ("given", "first", "second"):
        people[name][one] = people[name][other]
    near = rng.random(len(one)) < 0.5
    people["municipality"][one[near]] = people["municipality"][other[near]]
    year = rng.random(len(one)) < 1 / 3
    shift = rng.integers(1, 200, len(one)).astype("timedelta64[D]")
    people["born"][one[year]] = people["born"][other[year]] - shift[year]


def _bases(people: dict[str, np.ndarray]) -> np.ndarray:
    of_surnames, of_given = _letters()
    letters = np.array(LETTERS, dtype="S2")[people["state"]]
    first, second, given = (
        table.of(people[name]) for table, name in ((of_surnames, "first"), (of_surnames, "second"), (of_given, "given"))
    )
    return assembled(given, first, second, people["born"], people["sex"].view("S1"), letters)


class _Letters:
    """The letters that each word brings to a CURP, worked out when somebody bears it."""

    def __init__(self, words: tuple[str, ...], letters: Callable[[str], str]) -> None:
        self.words, self.letters = words, letters
        self.table = np.zeros((len(words) + 1, 3), dtype=np.uint8)
        self.table[-1] = ord("X")  # of −1: no word

    def of(self, places: np.ndarray) -> np.ndarray:
        """Three letters for each place in ``words``, one row each."""
        new = np.unique(places[self.table[places, 0] == 0])
        if len(new):
            self.table[new] = letters_of(pa.array([self.words[place] for place in new]), self.letters)
        return self.table[places]


@cache
def _letters() -> tuple[_Letters, _Letters]:
    return _Letters(surnames().words, surname_letters), _Letters(given_names().words, given_letters)


def _drawn(rng: np.random.Generator, rising: np.ndarray, count: int) -> np.ndarray:
    places = np.searchsorted(rising, rng.random(count), side="right")
    return np.minimum(places, len(rising) - 1).astype(np.int32)
