"""Reading frozen values: what was reckoned of a place on a day, as far as the reader may see it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import duckdb
from django.db.models import QuerySet

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.indicators import Indicator
from bienestar.insight.indicators.choices import SetStage, ValueStatus
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.storage import REPORTING, VALUES, file_of, frozen_definitions

COUNTRY = "MX"
#: Levels whose undivided values a process keeps once it has read them.
LARGE = ("country", "state")
COLUMNS = (
    "indicator, version, level, code, coalesce(state, ''), coalesce(municipality, ''), split, member, "
    "CAST(numerator AS DOUBLE), CAST(denominator AS DOUBLE), value, status, rows, units_due, units_reported, public"
)


@dataclass(frozen=True)
class Value:
    """One frozen value.

    ``rows``: records behind the numerator; ``units_due``, ``units_reported``: who must report, and has, in time.
    """

    indicator: str
    version: int
    level: str
    code: str
    state: str
    municipality: str
    split: str
    member: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: str
    rows: int | None
    units_due: int | None
    units_reported: int | None
    public: bool

    @property
    def completeness(self) -> float | None:
        """Share of the units that must report whose newest row is in time, 0 to 1; None where units do not report."""
        return self.units_reported / self.units_due if self.units_due and self.units_reported is not None else None

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.status == ValueStatus.KNOWN

    @property
    def path(self) -> str:
        """The place in the tree of territories, as permissions are given over it."""
        parts = [part for part in (self.state, self.municipality) if part]
        return "/".join(["MX", *parts, *([f"U-{self.code}"] if self.level == "unit" else [])]) + "/"


def sets_visible_to(by: Actor) -> QuerySet[ValueSet]:
    """Sets of values, the newest cut-off first; only published ones for who may not see indicators."""
    found = ValueSet.objects.select_related("snapshot")
    if not access_of(by).paths(Permission.VIEW_INDICATORS):
        found = found.filter(stage=SetStage.PUBLISHED)
    return found.order_by("-snapshot__cut_off", "-pk")


def newest_set(by: Actor) -> ValueSet | None:
    """The newest published set of the newest cut-off, for everybody alike; None when nothing is published."""
    return sets_visible_to(by).filter(stage=SetStage.PUBLISHED).first()


def published_sets(until: dt.datetime | None = None) -> list[ValueSet]:
    """The newest published set of each cut-off, oldest cut-off first. ``until``: as it was at that moment."""
    found = ValueSet.objects.filter(stage=SetStage.PUBLISHED).select_related("snapshot").order_by("pk")
    newest: dict[dt.date, ValueSet] = {}
    for one in found.filter(published_at__lte=until) if until else found:
        newest[one.cut_off] = one
    return [newest[day] for day in sorted(newest)]


def published_set_of(cut_off: dt.date) -> ValueSet | None:
    """The newest published set of a cut-off; None when nothing of that day is published."""
    return next((one for one in published_sets() if one.cut_off == cut_off), None)


def definitions_of(value_set: ValueSet) -> dict[str, Indicator]:
    """The indicators by whose rules a set was reckoned, by their ids."""
    return _definitions(value_set.pk, value_set.definitions_sha256)


@lru_cache(maxsize=32)
def _definitions(pk: int, sha256: str) -> dict[str, Indicator]:
    return frozen_definitions(ValueSet.objects.select_related("snapshot").get(pk=pk))


def value_of(
    by: Actor, value_set: ValueSet, indicator: str, code: str = COUNTRY, split: str = "", member: str = ""
) -> Value:
    """One value; where none was frozen (no such place, register or member) one that is not known or not recorded.

    Raises KeyError when the set has no such indicator.
    """
    definition = definitions_of(value_set)[indicator]
    if definition.change_of:
        return _change(by, value_set, definition, code)
    if _is_large(code) and not split and not member:
        found = _large_places(value_set).get(indicator, {}).get(code)
        rows = [found] if found else []
    else:
        asked = "indicator = ? AND code = ? AND split = ? AND member = ?"
        rows = _rows(value_set, asked, [indicator, code, split, member])
    if rows:
        return _as_seen(by, rows)[0]
    return _missing(value_set, definition, code, split, member)


def values_of(
    by: Actor,
    value_set: ValueSet,
    indicator: str,
    *,
    level: str | None = None,
    under: str = COUNTRY,
    split: str | None = "",
) -> list[Value]:
    """Values of an indicator at one level (all levels: None) in a place, in the order of codes; the place included.

    ``under``: MX, a state's or a municipality's code. ``split``: "" for undivided values, a split's name for its
    members, None for everything.
    """
    if level in LARGE and split == "" and _is_large(under):
        places = _large_places(value_set).get(indicator, {}).values()
        return _as_seen(by, [one for one in places if one.level == level and under in (COUNTRY, one.state)])
    conditions, given = ["indicator = ?"], [indicator]
    if level is not None:
        conditions.append("level = ?")
        given.append(level)
    if under != COUNTRY:
        conditions.append("state = ?" if len(under) == 2 else "municipality = ?")
        given.append(under)
    if split is not None:
        conditions.append("split = ?")
        given.append(split)
    return _as_seen(by, _rows(value_set, " AND ".join(conditions), given))


def values_at(by: Actor, value_set: ValueSet, code: str = COUNTRY) -> dict[str, Value]:
    """The undivided value of every indicator at one place, by its id; a place's page in one question."""
    if _is_large(code):
        rows = [places[code] for places in _large_places(value_set).values() if code in places]
    else:
        rows = _rows(value_set, "code = ? AND split = ''", [code])
    found = {one.indicator: one for one in _as_seen(by, rows)}
    for name, definition in definitions_of(value_set).items():
        if name not in found:
            found[name] = (
                _change(by, value_set, definition, code)
                if definition.change_of
                else _missing(value_set, definition, code, "", "")
            )
    return dict(sorted(found.items()))


def series_of(
    by: Actor, indicator: str, code: str = COUNTRY, split: str = "", member: str = ""
) -> list[tuple[ValueSet, Value]]:
    """The value at each cut-off, oldest first, by the newest published set of each."""
    return [
        (one, value_of(by, one, indicator, code, split, member))
        for one in published_sets()
        if indicator in definitions_of(one)
    ]


@dataclass(frozen=True)
class Reporting:
    """How far a register is told of in a place."""

    register: str
    code: str
    units_due: int
    units_in_time: int
    units_late: int
    units_never: int
    newest: dt.date | None


def reporting_by(value_set: ValueSet, level: str, under: str = COUNTRY) -> list[Reporting]:
    """Each register at each place of a level: units that must report, in time, late, never."""
    place = {"country": "'MX'", "state": "state", "municipality": "municipality", "unit": "unit"}[level]
    inside, given = _inside(under)
    rows = _question(
        f"""
        SELECT register, {place} AS code, count(*) FILTER (due), count(*) FILTER (due AND in_time),
               count(*) FILTER (due AND NOT in_time AND rows > 0), count(*) FILTER (due AND rows = 0), max(newest)
        FROM read_parquet(?) WHERE {inside} GROUP BY ALL ORDER BY register, code
        """,  # noqa: S608
        [str(file_of(value_set, REPORTING)), *given],
    )
    return [Reporting(*row) for row in rows]


@dataclass(frozen=True)
class Silent:
    """A unit that must report and has not, or not in time."""

    register: str
    state: str
    municipality: str
    unit: str
    newest: dt.date | None


def silent_units(value_set: ValueSet, register: str, under: str = COUNTRY) -> list[Silent]:
    """Units that owe a report to a register: those that never told anything first, then the oldest."""
    inside, given = _inside(under)
    rows = _question(
        f"""
        SELECT register, state, coalesce(municipality, ''), unit, newest FROM read_parquet(?)
        WHERE register = ? AND due AND NOT in_time AND {inside} ORDER BY newest NULLS FIRST, unit
        """,  # noqa: S608
        [str(file_of(value_set, REPORTING)), register, *given],
    )
    return [Silent(*row) for row in rows]


def _inside(under: str) -> tuple[str, list[str]]:
    if under == COUNTRY:
        return "true", []
    return ("state = ?" if len(under) == 2 else "municipality = ?"), [under]


def _rows(value_set: ValueSet, condition: str, given: Sequence[Any]) -> list[Value]:
    """Rows of a set's file, in the order in which they are frozen."""
    select = f"SELECT {COLUMNS} FROM read_parquet(?) WHERE {condition}"  # noqa: S608  conditions are written above
    return [Value(*row) for row in _question(select, [str(file_of(value_set, VALUES)), *given])]


def _is_large(code: str) -> bool:
    """Whether a code is the country's or a state's."""
    return code == COUNTRY or (len(code) == 2 and code.isdigit())


def _large_places(value_set: ValueSet) -> dict[str, dict[str, Value]]:
    """The undivided values of the country and its states, by indicator and code: most of what pages and reports ask.

    They are few (an indicator's are 33) and never change, so that they are read once and kept by the process.
    """
    file = file_of(value_set, VALUES)
    told = file.stat()
    return _read_large_places(str(file), told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=16)
def _read_large_places(file: str, _changed: int, _bytes: int) -> dict[str, dict[str, Value]]:
    found: dict[str, dict[str, Value]] = {}
    select = f"SELECT {COLUMNS} FROM read_parquet(?) WHERE level IN ('country', 'state') AND split = ''"  # noqa: S608
    for one in (Value(*row) for row in _question(select, [file])):
        found.setdefault(one.indicator, {})[one.code] = one
    return found


def _as_seen(by: Actor, values: Iterable[Value]) -> list[Value]:
    """What the reader may see: who holds VIEW_INDICATORS over the place sees all, others what is public."""
    access = access_of(by)
    return [one if one.public or access.can(Permission.VIEW_INDICATORS, one.path) else _withheld(one) for one in values]


def _withheld(one: Value) -> Value:
    return replace(one, numerator=None, denominator=None, value=None, rows=None, status=str(ValueStatus.WITHHELD))


def _missing(value_set: ValueSet, definition: Indicator, code: str, split: str, member: str) -> Value:
    """A value that was not frozen: its register is not there, or there is nothing of that place."""
    whole = _large_places(value_set).get(definition.id, {}).get(COUNTRY)
    recorded = whole is None or whole.status != ValueStatus.NOT_RECORDED
    status = ValueStatus.UNKNOWN if recorded else ValueStatus.NOT_RECORDED
    level = (
        "country" if code == COUNTRY else "state" if len(code) == 2 else "municipality" if len(code) == 5 else "unit"
    )
    none = (None,) * 3
    return Value(
        definition.id,
        definition.version,
        level,
        code,
        "",
        "",
        split,
        member,
        *none,
        str(status),
        None,
        None,
        None,
        True,
    )


def _change(by: Actor, value_set: ValueSet, definition: Indicator, code: str) -> Value:
    """The difference between this cut-off and the one before, as that stood published when this set was."""
    base = definition.change_of or ""
    now = value_of(by, value_set, base, code)
    earlier = [
        one
        for one in published_sets(value_set.published_at)
        if one.cut_off < value_set.cut_off and base in definitions_of(one)
    ]
    before = value_of(by, earlier[-1], base, code) if earlier else None
    if now.value is None or before is None or before.value is None:
        status = now.status if now.value is None else ValueStatus.UNKNOWN
        return replace(
            now,
            indicator=definition.id,
            version=definition.version,
            numerator=None,
            denominator=None,
            value=None,
            status=str(status),
        )
    return replace(
        now,
        indicator=definition.id,
        version=definition.version,
        numerator=now.value,
        denominator=before.value,
        value=now.value - before.value,
    )


_local = threading.local()


def _question(sql: str, given: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Ask DuckDB, one connection a thread: it holds nothing but the footers of files that never change."""
    if not hasattr(_local, "con"):
        _local.con = duckdb.connect(config={"threads": 1, "memory_limit": "512MB", "enable_object_cache": True})
    return list(_local.con.execute(sql, list(given)).fetchall())
