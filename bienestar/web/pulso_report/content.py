"""What the Pulso report says, as plain values of one published set: read once, then written in words, charts and files.

Everything is read as the public reads it, so a value that is held back is not here at all. Nothing here knows a
language's grammar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from bienestar.foundation.accounts.queries import ROOT, PublicUser
from bienestar.foundation.definitions.indicators import Band, Indicator, UnitOfMeasure, units_of_measure
from bienestar.foundation.definitions.pulso import PulsoReport, pulso_report
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import area_with_code, areas_by_code, boundaries_under
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.claims import PublishedClaim, published_claims
from bienestar.insight.indicators.queries.values import (
    COUNTRY,
    Reporting,
    Value,
    definitions_of,
    published_sets,
    reporting_by,
    value_of,
    values_at,
    values_of,
)
from bienestar.insight.snapshots.queries.reading import manifest_of
from bienestar.web.components.maps import Flat, flattened

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

STATE, MUNICIPALITY = "state", "municipality"


class ReportRefused(Exception):
    """The report cannot be made as asked; one sentence."""


@dataclass(frozen=True)
class Identity:
    """Which set of values, and what makes it checkable."""

    number: int
    cut_off: dt.date
    computed_at: dt.datetime
    published_at: dt.datetime
    values_sha256: str
    definitions_sha256: str
    snapshot: str
    snapshot_sha256: str
    snapshot_rows: int
    code_version: str
    address: str

    @property
    def stem(self) -> str:
        """How the names of all files of the report begin."""
        return f"pulso-{self.cut_off.isoformat()}-{self.values_sha256[:8]}"


@dataclass(frozen=True)
class Point:
    """An indicator's value for the country at an earlier or at this cut-off."""

    number: int
    cut_off: dt.date
    value: Value


@dataclass(frozen=True)
class StateMap:
    """A state whose municipalities are drawn, and by which indicator."""

    code: str
    indicator: str
    outlines: Flat


@dataclass(frozen=True)
class PulsoContent:
    """Everything that the report says; ``names``: places by their codes; ``outlines``: of the states."""

    identity: Identity
    report: PulsoReport
    definitions: dict[str, Indicator]
    units: dict[str, UnitOfMeasure]
    country: dict[str, Value]
    splits: tuple[Value, ...]
    states: dict[str, tuple[Value, ...]]
    municipalities: dict[str, tuple[Value, ...]]
    series: dict[str, tuple[Point, ...]]
    reporting: tuple[Reporting, ...]
    reporting_states: tuple[Reporting, ...]
    claims: tuple[PublishedClaim, ...]
    names: dict[str, str]
    outlines: Flat
    state_maps: tuple[StateMap, ...]

    @property
    def not_recorded(self) -> tuple[Indicator, ...]:
        """Indicators whose register does not exist yet."""
        return tuple(
            self.definitions[name]
            for name, one in self.country.items()
            if one.status == ValueStatus.NOT_RECORDED and name in self.definitions
        )

    def before(self, indicator: str) -> Point | None:
        """The value of the published cut-off before this one."""
        earlier = [point for point in self.series.get(indicator, ()) if point.cut_off < self.identity.cut_off]
        return earlier[-1] if earlier else None

    def value_at(self, indicator: str, code: str) -> Value | None:
        """The undivided value of an indicator for the country or a state; None where there is none."""
        if code == COUNTRY:
            return self.country.get(indicator)
        return next((one for one in self.states.get(indicator, ()) if one.code == code), None)

    def bands(self, indicator: str) -> tuple[tuple[Band, tuple[Value, ...]], ...]:
        """The states whose value is known by the band that it falls in."""
        definition = self.definitions[indicator]
        return tuple(
            (
                band,
                tuple(
                    one
                    for one in self.states.get(indicator, ())
                    if one.value is not None and definition.band_of(one.value) == band
                ),
            )
            for band in definition.bands
        )


def collect(value_set: ValueSet, address: str, of_states: tuple[str, ...] = ()) -> PulsoContent:
    """What the report of a published set says. ``of_states``: whose municipalities are drawn; none told: of the state
    that has most of them.

    The same set gives the same content whenever it is asked: cut-offs published later have no part in it. Raises
    ReportRefused for a set that nobody published or a state that has no values.
    """
    if value_set.published_at is None:
        raise ReportRefused(_("A set of values that is not published has no report."))
    definitions, by = definitions_of(value_set), PublicUser()
    states = {name: _at(by, value_set, name, STATE) for name in definitions}
    municipalities = {name: _at(by, value_set, name, MUNICIPALITY) for name in definitions}
    report = pulso_report()
    drawn = state_maps(report, municipalities, of_states)
    reporting_states = tuple(reporting_by(value_set, STATE))
    return PulsoContent(
        identity=_identity(value_set, address.rstrip("/")),
        report=report,
        definitions=definitions,
        units=units_of_measure(),
        country=values_at(by, value_set, COUNTRY),
        splits=tuple(
            one
            for name in definitions
            for one in values_of(by, value_set, name, level="country", split=None)
            if one.split
        ),
        states=states,
        municipalities=municipalities,
        series=_series(by, value_set, definitions),
        reporting=tuple(reporting_by(value_set, "country")),
        reporting_states=reporting_states,
        claims=tuple(published_claims(by, value_set)),
        names=_names([*_codes(states), *(one.code for one in reporting_states)], _codes(municipalities)),
        outlines=_flat(ROOT, Level.STATE),
        state_maps=drawn,
    )


def _identity(value_set: ValueSet, address: str) -> Identity:
    snapshot = value_set.snapshot
    return Identity(
        number=value_set.number,
        cut_off=snapshot.cut_off,
        computed_at=value_set.computed_at,
        published_at=value_set.published_at or value_set.computed_at,
        values_sha256=value_set.sha256,
        definitions_sha256=value_set.definitions_sha256,
        snapshot=snapshot.folder,
        snapshot_sha256=snapshot.sha256,
        snapshot_rows=snapshot.rows,
        code_version=manifest_of(snapshot).code_version,
        address=address,
    )


def _at(by: PublicUser, value_set: ValueSet, name: str, level: str) -> tuple[Value, ...]:
    return tuple(values_of(by, value_set, name, level=level))


def _series(by: PublicUser, value_set: ValueSet, definitions: dict[str, Indicator]) -> dict[str, tuple[Point, ...]]:
    """Cut-offs up to this one, by what had been published when this set was; this set stands for its own day."""
    earlier = [one for one in published_sets(value_set.published_at) if one.cut_off < value_set.cut_off]
    return {
        name: tuple(
            Point(one.number, one.cut_off, value_of(by, one, name))
            for one in [*earlier, value_set]
            if name in definitions_of(one)
        )
        for name in definitions
    }


def state_maps(
    report: PulsoReport, municipalities: dict[str, tuple[Value, ...]], of_states: tuple[str, ...]
) -> tuple[StateMap, ...]:
    """The states to draw, each by the first indicator of the list in which its municipalities differ, or it has."""
    listed = [name for name in report.municipal_maps if name in municipalities]
    known = {name: _known_by_state(municipalities[name]) for name in listed}
    different = {name: _known_by_state(municipalities[name], different=True) for name in listed}
    codes = of_states or _fullest(known)
    found = []
    for code in codes:
        named = next((name for name, states in different.items() if states.get(code, 0) > 1), None)
        named = named or next((name for name, states in known.items() if states.get(code)), None)
        if named is None:
            raise ReportRefused(_("No municipality of %(code)s has a value to draw.") % {"code": code})
        flat = _flat(f"{ROOT}{code}/", Level.MUNICIPALITY)
        if flat.shapes:
            found.append(StateMap(code, named, flat))
    return tuple(found)


def _known_by_state(values: Iterable[Value], *, different: bool = False) -> dict[str, int]:
    """How many places of each state have a value, or how many different values there are."""
    found: dict[str, list[float]] = {}
    for one in values:
        if one.value is not None:
            found.setdefault(one.state, []).append(one.value)
    return {state: len(set(known) if different else known) for state, known in found.items()}


def _fullest(known: dict[str, dict[str, int]]) -> tuple[str, ...]:
    for states in known.values():
        most = max(states.values(), default=0)
        if most:
            return (min(code for code, count in states.items() if count == most),)
    return ()


def _flat(path: str, level: Level) -> Flat:
    return flattened((row.area.code, row.geometry) for row in boundaries_under(path, level))


def _codes(values: dict[str, tuple[Value, ...]]) -> set[str]:
    return {one.code for rows in values.values() for one in rows}


def _names(states: Iterable[str], municipalities: Iterable[str]) -> dict[str, str]:
    """Names of places by their codes; a place that the territory does not know keeps its code."""
    asked = {Level.STATE: set(states), Level.MUNICIPALITY: set(municipalities)}
    names = {code: code for codes in asked.values() for code in codes}
    for level, codes in asked.items():
        names |= {code: area.name for code, area in areas_by_code(level, codes).items()}
    return names | {COUNTRY: area_with_code(COUNTRY).name}
