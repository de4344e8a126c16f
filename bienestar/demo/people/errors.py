"""What goes wrong when people's data are written down, copied and typed again: each kind at its part of a rate."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np

from bienestar.demo.people.areas import LETTERS, Areas
from bienestar.demo.people.given_names import given_names
from bienestar.demo.people.population import People
from bienestar.demo.people.surnames import surnames

#: Of the rate asked for, how much falls on each kind, among the records in which the kind can happen.
KINDS = {
    "surnames swapped": 0.2,
    "second surname missing": 0.4,
    "given name shortened": 0.5,  # of two given names: María Guadalupe becomes Ma. Guadalupe or Guadalupe
    "given name mistyped": 0.5,
    "first surname mistyped": 0.5,
    "second surname mistyped": 0.5,
    "accents lost": 0.5,  # and Ñ becomes N
    "day and month swapped": 0.2,  # of days up to the 12th
    "one digit of the date": 0.5,
    "year off": 0.2,
    "sex": 0.1,
    "state of birth": 0.1,
    "municipality moved": 1.0,
    "CURP missing": 1.0,
    "CURP mistyped": 1.0,
}
#: A register checks what it takes in: its CURP are whole or not there.
CHECKED = frozenset(KINDS) - {"CURP mistyped"}

_KEYBOARD = ("qwertyuiop", "asdfghjklñ", "zxcvbnm")
_PLAIN = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")
_SHORT = {
    "María": ("Ma.", "M.", "Ma"),
    "José": ("J.", "Jose"),
    "Juan": ("J.",),
    "Francisco": ("Fco.",),
    "Guadalupe": ("Gpe.",),
}


@dataclass
class Records:
    """People as somebody wrote them down: columns that may be damaged.

    ``words`` of a name column: the texts that its places stand for; what is mistyped is added at their end. A place of
    −1 is an empty cell. ``has_curp`` false: not written.
    """

    people: People
    has_curp: np.ndarray
    added: list[str] = field(default_factory=list)
    given: np.ndarray = field(init=False)
    first: np.ndarray = field(init=False)
    second: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        surnames_first = len(given_names().words)
        self.given = self.people.given.astype(np.int64)
        self.first = self.people.first.astype(np.int64) + surnames_first
        self.second = np.where(self.people.second < 0, -1, self.people.second.astype(np.int64) + surnames_first)

    def __len__(self) -> int:
        return len(self.people)

    def text(self, place: int) -> str:
        """What stands in a place."""
        known = all_words()
        return known[place] if place < len(known) else self.added[place - len(known)]

    def rewrite(self, column: np.ndarray, rows: Iterable[int], change: Callable[[str], str]) -> None:
        """Give some rows of a name column what ``change`` makes of it; nothing left is an empty cell."""
        known = len(all_words())
        for row in rows:
            if column[row] >= 0:
                text = change(self.text(column[row]))
                column[row] = known + len(self.added) if text else -1
                if text:
                    self.added.append(text)


_WORDS: list[str] = []


def all_words() -> list[str]:
    """Given names, then surnames: what the places of name columns stand for."""
    if not _WORDS:
        _WORDS.extend((*given_names().words, *surnames().words))
    return _WORDS


def write_down(
    rng: np.random.Generator, people: People, places: Areas, rate: float, kinds: Iterable[str] = frozenset(KINDS)
) -> Records:
    """Copy people down with errors: each of ``kinds`` happens to a record with probability ``rate`` · its part.

    The kinds are independent of each other; ``people`` is not touched.
    """
    # What the errors write into is copied; what they do not touch is shared.
    copied = People(
        **{name: getattr(people, name) for name in ("given", "first", "second", "household")},
        **{name: getattr(people, name).copy() for name in ("born", "sex", "state", "municipality", "curp")},
    )
    records = Records(copied, np.ones(len(people), dtype=bool))
    wanted = set(kinds)
    for kind, part in KINDS.items():
        hit = np.flatnonzero(rng.random(len(people)) < rate * part)
        if kind in wanted and len(hit):
            _DAMAGE[kind](rng, records, hit, places)
    return records


def _swap_surnames(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    both = hit[records.second[hit] >= 0]
    records.first[both], records.second[both] = records.second[both], records.first[both]


def _lose_second(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    records.second[hit] = -1


def _shorten(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    chances = iter(rng.random(len(hit)))

    def change(text: str) -> str:
        chance = next(chances)
        head, _, rest = text.partition(" ")
        short = _SHORT.get(head)
        if not rest:
            return text
        if short and chance < 0.6:
            return f"{short[int(chance / 0.6 * len(short))]} {rest}"
        last = rest.rpartition(" ")[2]
        return last if chance < 0.8 else head

    records.rewrite(records.given, hit, change)


def _mistype(column: str) -> Callable[[np.random.Generator, Records, np.ndarray, Areas], None]:
    def damage(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
        chances = iter(rng.random((len(hit), 3)).tolist())
        records.rewrite(getattr(records, column), hit, lambda text: mistyped(text, *next(chances)))

    return damage


def mistyped(text: str, kind: float, place: float, pick: float) -> str:
    """A neighbouring key, two letters exchanged, one left out or one doubled; the three chances are from 0 to 1."""
    if len(text) < 2:
        return text + text
    at = int(place * (len(text) - 1))
    if kind < 0.35:
        return text[:at] + _neighbour(text[at], pick) + text[at + 1 :]
    if kind < 0.6 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if kind < 0.85:
        return text[:at] + text[at + 1 :]
    return text[: at + 1] + text[at:]


def _neighbour(sign: str, pick: float) -> str:
    plain = sign.lower().translate(_PLAIN) if sign not in "ñÑ" else "ñ"
    for row in _KEYBOARD:
        at = row.find(plain)
        if at >= 0:
            beside = row[max(at - 1, 0) : at] + row[at + 1 : at + 2]
            found = beside[int(pick * len(beside))]
            return found.upper() if sign.isupper() else found
    return "x"


def _lose_accents(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    for column in (records.given, records.first, records.second):
        records.rewrite(column, hit, lambda text: text.translate(_PLAIN))


def _swap_day_and_month(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    year, month, day = _parts(records.people.born[hit])
    can = (day <= 12) & (day != month)
    _set_born(records, hit[can], year[can], day[can], month[can])


def _change_digit(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    year, month, day = _parts(records.people.born[hit])
    other = rng.integers(1, 10, len(hit))
    of_year = rng.random(len(hit)) < 0.5
    new_year = np.where(of_year, year // 10 * 10 + (year + other) % 10, year)
    moved = day // 10 * 10 + (day % 10 + other) % 10
    new_day = np.where(of_year | (moved < 1) | (moved > 28), day, moved)
    unmoved = ~of_year & (new_day == day)
    new_day = np.where(unmoved, np.where(day > 1, day - 1, day + 1), new_day)
    _set_born(records, hit, new_year, month, new_day)


def _change_year(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    year, month, day = _parts(records.people.born[hit])
    _set_born(records, hit, year + rng.choice([-10, -1, -1, -1, 1, 1], len(hit)), month, day)


def _set_born(records: Records, rows: np.ndarray, year: np.ndarray, month: np.ndarray, day: np.ndarray) -> None:
    """Dates that do not exist become the last day of their month; a year that has not come yet is ten years ago."""
    latest = records.people.born.max().astype("datetime64[Y]").astype(int) + 1970
    year = np.where(year >= latest, year - 10, year)
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    last = ((months + 1).astype("datetime64[D]") - months.astype("datetime64[D]")).astype(int)
    records.people.born[rows] = months.astype("datetime64[D]") + np.minimum(day, last) - 1


def _parts(born: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    months = born.astype("datetime64[M]")
    year = born.astype("datetime64[Y]").astype(int) + 1970
    return year, months.astype(int) % 12 + 1, (born - months.astype("datetime64[D]")).astype(int) + 1


def _change_sex(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    records.people.sex[hit] = np.where(records.people.sex[hit] == ord("H"), ord("M"), ord("H"))


def _change_state(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    shift = rng.integers(1, len(LETTERS), len(hit))
    records.people.state[hit] = (records.people.state[hit] + shift) % len(LETTERS)


def _move(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    """Four of five movers stay in their state."""
    here = records.people.municipality[hit]
    first, last = places.first[here], places.last[here]
    near = (rng.random(len(hit)) < 0.8) & (last > first)
    start, many = np.where(near, first, 0), np.where(near, last - first + 1, len(places.codes))
    step = 1 + (rng.random(len(hit)) * (many - 1)).astype(int)
    records.people.municipality[hit] = start + (here - start + np.minimum(step, many - 1)) % many


def _lose_curp(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    records.has_curp[hit] = False


def _mistype_curp(rng: np.random.Generator, records: Records, hit: np.ndarray, places: Areas) -> None:
    """One character becomes another of its kind, a letter or a digit."""
    curp = records.people.curp
    at = rng.integers(0, 18, len(hit))
    sign = curp[hit, at].astype(np.int64)
    digit = sign < ord("A")
    start, many = np.where(digit, ord("0"), ord("A")), np.where(digit, 10, 26)
    shift = 1 + (rng.random(len(hit)) * (many - 1)).astype(np.int64)
    curp[hit, at] = start + (sign - start + shift) % many


_DAMAGE = {
    "surnames swapped": _swap_surnames,
    "second surname missing": _lose_second,
    "given name shortened": _shorten,
    "given name mistyped": _mistype("given"),
    "first surname mistyped": _mistype("first"),
    "second surname mistyped": _mistype("second"),
    "accents lost": _lose_accents,
    "day and month swapped": _swap_day_and_month,
    "one digit of the date": _change_digit,
    "year off": _change_year,
    "sex": _change_sex,
    "state of birth": _change_state,
    "municipality moved": _move,
    "CURP missing": _lose_curp,
    "CURP mistyped": _mistype_curp,
}
