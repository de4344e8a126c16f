"""How large the invented state is, which codes it bears, and the days on which its story happens."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from django.utils import timezone

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


#: The last day of the story as told, and how long ago it is at least.
_END, SINCE_THE_END = dt.date(2024, 4, 30), dt.timedelta(days=31)


def moved(day: dt.date, today: dt.date) -> dt.date:
    """A day of the story as told in 2024, moved by as many quarters as it takes to end one to four months ago.

    A demo whose last census is years old would show that nobody reports in time. The last of a month stays the last.
    """
    end = today - SINCE_THE_END
    months = (end.year - _END.year) * 12 + end.month - _END.month - (end.day < _END.day)
    years, month = divmod(day.month - 1 + 3 * max(0, months // 3), 12)
    last = monthrange(day.year + years, month + 1)[1]
    ends_month = day.day == monthrange(day.year, day.month)[1]
    return dt.date(day.year + years, month + 1, last if ends_month else min(day.day, last))


def _day(year: int, month: int, day: int) -> dt.date:
    return moved(dt.date(year, month, day), timezone.localdate())


# The story: two population dates, a first census of part of the units, the handover, a census of all of them. The
# papers of each census are reviewed together; those of the second's last days wait for the next time.
POPULATION_DAY = dt.date(2020, 3, 15)
PROJECTION_DAY = dt.date(2024, 7, 1)
CATCHMENT_DAY = _day(2023, 1, 31)
FIRST_LIST_DAY = _day(2022, 12, 31)
FIRST_ROUND = (_day(2023, 2, 6), _day(2023, 3, 17))
FIRST_REVIEW = _day(2023, 3, 24)
FIRST_DIAGNOSIS = _day(2023, 3, 31)
HANDOVER = _day(2023, 7, 16)
SECOND_LIST_DAY = _day(2023, 12, 31)
HOURS_DAY = _day(2024, 1, 31)
SECOND_ROUND = (_day(2024, 2, 6), _day(2024, 4, 19))
SECOND_REVIEW = _day(2024, 4, 24)
SECOND_DIAGNOSIS = _day(2024, 4, 30)
LAST_REVIEW = SECOND_DIAGNOSIS + dt.timedelta(days=20)
#: Visits of so many last days of the second census are reviewed at the last.
LEFT_FOR_LAST = dt.timedelta(days=7)
