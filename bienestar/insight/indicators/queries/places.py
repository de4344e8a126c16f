"""Names of places and registers as a set of values knows them: those that its snapshot froze."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import duckdb

from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code, country
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.rules import rules_of
from bienestar.insight.indicators.queries.selecting import tables_of
from bienestar.insight.indicators.queries.values import COUNTRY, definitions_of
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of


@dataclass(frozen=True)
class Place:
    """A place with its name, and the places that it lies in ("" where it lies in none, or none is told)."""

    level: str
    code: str
    name: str
    state: str = ""
    municipality: str = ""


def states_of(value_set: ValueSet) -> dict[str, Place]:
    """Every state of the territory by its code; their names do not change between snapshots."""
    found = areas_by_code(Level.STATE)
    return {code: Place("state", code, found[code].name) for code in sorted(found)}


def places_named(value_set: ValueSet, level: str, codes: Iterable[str]) -> dict[str, Place]:
    """Places of one level by their codes, with the names of the snapshot; one that it does not name is not there."""
    wanted = sorted(set(codes))
    if not wanted:
        return {}
    if level == "country":
        return {COUNTRY: Place("country", COUNTRY, country().name)}
    if level == "state":
        return {code: place for code, place in states_of(value_set).items() if code in set(wanted)}
    table = "municipalities" if level == "municipality" else "units"
    manifest = manifest_of(value_set.snapshot)
    if table not in manifest.tables:
        return {}
    key = "municipality" if level == "municipality" else "unit"
    within = "municipality" if level == "unit" else "NULL::VARCHAR"
    with duckdb.connect(config={"threads": 1, "memory_limit": "512MB"}) as con:
        attach(con, folder_of(value_set.snapshot), manifest, {table})
        rows = con.execute(
            f'SELECT "{key}", name, state, {within} FROM "{table}" WHERE "{key}" IN (SELECT unnest(?))',  # noqa: S608
            [wanted],
        ).fetchall()
    return {code: Place(level, code, name or code, state or "", inside or "") for code, name, state, inside in rows}


def missing_registers(value_set: ValueSet) -> dict[str, list[FrozenTableShape]]:
    """By indicator: the tables that it needs and that the snapshot does not have, described; only where there are."""
    shapes = frozen_tables()
    found = _missing_tables(value_set.pk, value_set.sha256)
    return {name: [shapes[table] for table in tables if table in shapes] for name, tables in found.items()}


@lru_cache(maxsize=32)
def _missing_tables(pk: int, sha256: str) -> dict[str, list[str]]:
    """Kept by the hash of the values: neither rules nor tables of a set ever change."""
    value_set = ValueSet.objects.select_related("snapshot").get(pk=pk)
    definitions = definitions_of(value_set)
    recorded = manifest_of(value_set.snapshot).tables.keys()
    found = {}
    for name, one in definitions.items():
        base = definitions.get(one.change_of, one) if one.change_of else one
        try:
            needed = set().union(*(tables_of(rule) for rule in rules_of(base, definitions) if rule))
        except DefinitionError:
            continue
        if absent := sorted(needed - recorded):
            found[name] = absent
    return found
