"""How large the invented state is, which codes it bears, and the days on which its story happens."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FIRST_CODE = 51
STATES = 32


@dataclass(frozen=True)
class Size:
    """How much to invent for one state."""

    municipalities: int = 40
    units: int = 300
    hospitals: int = 6
    people: int = 1_200_000

    def __post_init__(self) -> None:
        if not 1 <= self.municipalities <= 900:
            raise ValueError("a state has 1 to 900 municipalities")
        if self.units < self.municipalities + self.hospitals:
            raise ValueError("a state has at least one unit a municipality beside its hospitals")


#: The invented state of `bienestar demo`.
STATE = Size()
#: For tests and trials that want a whole small state in a second or two.
SMALL = Size(municipalities=5, units=20, hospitals=1, people=60_000)
UNITS_OF_A_COUNTRY = 12_600


def codes(states: int) -> list[str]:
    """Codes of that many invented states, from "51" upward: INEGI's own end at "32"."""
    if not 1 <= states <= STATES:
        raise ValueError(f"1 to {STATES} states can be invented")
    return [str(FIRST_CODE + n) for n in range(states)]


def letters(code: str) -> str:
    """Two letters that begin the keys of a state's units: none that a real state's keys begin with."""
    place = int(code) - FIRST_CODE
    return ("W" if place < 26 else "U") + chr(ord("A") + place % 26)


# The story: two population dates, a first census of part of the units, the handover, a census of all of them.
POPULATION_DAY = dt.date(2020, 3, 15)
PROJECTION_DAY = dt.date(2024, 7, 1)
CATCHMENT_DAY = dt.date(2023, 1, 31)
FIRST_LIST_DAY = dt.date(2022, 12, 31)
FIRST_ROUND = (dt.date(2023, 2, 6), dt.date(2023, 3, 17))
FIRST_DIAGNOSIS = dt.date(2023, 3, 31)
HANDOVER = dt.date(2023, 7, 16)
SECOND_LIST_DAY = dt.date(2023, 12, 31)
HOURS_DAY = dt.date(2024, 1, 31)
SECOND_ROUND = (dt.date(2024, 2, 6), dt.date(2024, 4, 19))
SECOND_DIAGNOSIS = dt.date(2024, 4, 30)
