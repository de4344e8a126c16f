"""Freezing the invented registers and publishing their figures: before the handover, after the second census, today."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.utils import timezone

from bienestar.demo.size import FIRST_DIAGNOSIS, SECOND_DIAGNOSIS
from bienestar.insight.indicators.actions import compute_values, publish_values
from bienestar.insight.snapshots.actions import take_snapshot

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User


def cut_offs() -> tuple[dt.date, ...]:
    """The day of each cut-off, the oldest first."""
    return (FIRST_DIAGNOSIS, SECOND_DIAGNOSIS, timezone.localdate())


def publish_figures(by: User, cut_off: dt.date) -> None:
    """Freeze the registers as of a day, reckon every indicator, publish; done twice, nothing more."""
    snapshot = take_snapshot(by=by, cut_off=cut_off)
    publish_values(by=by, value_set=compute_values(by=by, snapshot=snapshot))
