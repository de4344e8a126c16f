"""Staff that a workload calls for: WISN, Workload Indicators of Staffing Need (World Health Organization).

The formulas are those of the WHO user's manual; times and allowances are data (definitions/standards/), each
with its basis. See docs/methods/staffing.md for a worked example.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class WorkingYear:
    """What a year of one worker is made of. Days are working days; a share of sick days is an average."""

    days_per_week: float
    hours_per_day: float
    holidays: float
    annual_leave: float
    sick_leave: float
    training: float
    other: float = 0.0


def available_hours(year: WorkingYear) -> float:
    """Available working time (AWT), hours per worker per year: (52·d − days not worked) · h."""
    away = year.holidays + year.annual_leave + year.sick_leave + year.training + year.other
    return (52 * year.days_per_week - away) * year.hours_per_day


def wisn_required(
    volumes: Array, minutes: Array, awt: float, category_share: float = 0.0, individual_hours: float = 0.0
) -> Array:
    """Workers that a year's volume of work calls for, one value a unit.

    Args:
        volumes: activities a year, shape (units, activities); NaN = not known.
        minutes: minutes that one activity takes, shape (activities,).
        awt: available working hours per worker per year, > 0.
        category_share: share of everybody's time that goes to support work (ΣCAS), from 0 to below 1.
        individual_hours: hours a year that some of them, together, give to other duties (ΣIAS).

    Returns:
        A·CAF + IAF, shape (units,); A = Σ volume / (awt·60 / minutes), CAF = 1/(1 − share), IAF = hours/awt.
    """
    if awt <= 0 or not 0 <= category_share < 1:
        raise ValueError("a working year needs hours, and support work a share below 1")
    standard_workload = awt * 60 / np.asarray(minutes, dtype=float)
    activities = (np.asarray(volumes, dtype=float) / standard_workload).sum(axis=1)
    return np.asarray(activities / (1 - category_share) + individual_hours / awt)


def wisn_ratio(current: Array, required: Array) -> Array:
    """Current staff over required: below 1 too few. NaN where nothing is required or one is not known."""
    return np.asarray(current / np.where(np.asarray(required) > 0, required, np.nan))
