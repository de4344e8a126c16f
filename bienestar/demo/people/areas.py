"""Where invented people live: municipalities, how many live in each, and the state of birth that goes with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from bienestar.calculations.curp import ABROAD, STATE_LETTERS
from bienestar.demo.scales import country_scale
from bienestar.demo.size import FIRST_CODE, STATES

#: Letters of the states of birth in the order of their codes, and abroad.
LETTERS = (*STATE_LETTERS.values(), ABROAD)


@dataclass(frozen=True)
class Areas:
    """Municipalities in the order of their codes.

    ``codes``: five digits each, as text. ``rising``: sums of their shares of the people, ending in 1.
    ``home``: for each, the place in ``LETTERS`` of those born there. ``first``, ``last``: of each, the places of the
    first and last municipality of the same state.
    """

    codes: tuple[str, ...]
    rising: np.ndarray
    home: np.ndarray
    first: np.ndarray
    last: np.ndarray


def areas(people: Mapping[str, float]) -> Areas:
    """Areas from people by municipality code, which begins with its state's two digits.

    Real states (01 to 32) give their own letters; an invented one (51 to 82) borrows the letters of the state in the
    same place, as the letters of a key must exist. ValueError for another code.
    """
    codes = tuple(sorted(people))
    if not codes:
        raise ValueError("people need at least one municipality")
    for code in codes:
        if len(code) != 5 or not code.isdigit() or not _place_of(code[:2]):
            raise ValueError(f"{code!r} is no code of a municipality: five digits that begin with a state's")
    states = np.array([code[:2] for code in codes])
    weights = np.array([people[code] for code in codes], dtype=float)
    if not (weights > 0).all():
        raise ValueError("every municipality has people")
    return Areas(
        codes,
        np.cumsum(weights / weights.sum()),
        np.array([_place_of(state) - 1 for state in states], dtype=np.int32),
        np.searchsorted(states, states, side="left"),
        np.searchsorted(states, states, side="right") - 1,
    )


def invented_areas(states: Iterable[str] = ()) -> Areas:
    """The municipalities of the invented country, or of some of its states ("51" to "82"); each has fewer people."""
    wanted = set(states)
    people = {
        f"{code}{number:03d}": size.people / (number + 2.0)
        for code, size in country_scale(1).states.items()
        if not wanted or code in wanted
        for number in range(1, size.municipalities + 1)
    }
    return areas(people)


def _place_of(state: str) -> int:
    """From 1 to 32; 0 for digits that are no state's."""
    number = int(state)
    if FIRST_CODE <= number < FIRST_CODE + STATES:
        return number - FIRST_CODE + 1
    return number if 1 <= number <= len(STATE_LETTERS) else 0
