"""The dictionary of indicators: every one is there, in both languages, on tables and columns that are described."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot
from sqlglot import exp

from bienestar.foundation.definitions.catalogue import catalogue, typologies
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.indicators import Indicator, Measure, OtherIndicator, indicators, units_of_measure
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.frozen import providers
from bienestar.foundation.territory.choices import Measure as Measured
from bienestar.insight.gaps.choices import Readiness

#: Every indicator that the claims of the founding articles, and the work of the service, need.
GROUPS = {
    "POP": "01 02 03 04 05",
    "ENR": "01 02 03",
    "CRD": "01 02 03 04 05",
    "FAC": "01 02 03 04 04B 04C 05 05B 06 07 08",
    "TRF": "01 01B 02 03 04 05",
    "CEN": "01 02 02B 03 04 05 05B 06 06A",
    "WRK": "01 02 03 04 05 06 06B 07 08 09 09B 09C 10 11 11B 11C 12 13 14",
    "REC": "01 02 03 04 05 05B 06",
    "OPS": "01 01A 01B 01C 02",
    "SUP": "01 02 03 04 05 06 07 08 09 09B 10 10B 11",
    "EQP": "01 02 02B 03 03B 04 05",
    "FIN": "01",
    "LCN": "01 02 03 04 04B 05 06",
    "RDY": "01 01A 02",
    "SVA": "01",
    "UTL": "01 02",
    "TRN": "01",
    "DQ": "01 02",
}
DICTIONARY = [f"{group}-{number}" for group, numbers in GROUPS.items() for number in numbers.split()]
#: What is reckoned from the records of single persons; small counts of these are not shown to everybody.
TABLES_OF_PERSONS = {name for name, table in frozen_tables().items() if table.personal}
#: Places, specialties and days of persons are no persons.
NO_PERSONS = {"count(distinct municipality)", "count(distinct specialty)", "median(days_to_delivery)"}
#: Names in an expression that are not columns.
DAYS = {"cut_off", "since"}
#: Attributes reached with a dot: the table that has them.
JOINED = {"unit": "units", "municipality": "municipalities"}


def measures(indicator: Indicator) -> Iterator[tuple[str, Measure]]:
    """The amounts of an indicator, with the name of their place in it."""
    if indicator.numerator:
        yield "numerator", indicator.numerator
    if isinstance(indicator.denominator, Measure):
        yield "denominator", indicator.denominator


def has_column(table: str, prefix: str, name: str) -> bool:
    """Whether ``name`` or ``prefix.name`` may be written of a row of ``table``."""
    tables = frozen_tables()
    if not prefix:
        return name in tables[table].columns
    return prefix in JOINED and prefix in tables[table].columns and name in tables[JOINED[prefix]].columns


def columns_of(expression: str) -> Iterator[tuple[str, str]]:
    """(prefix, name) of every column that an expression names."""
    for column in sqlglot.parse_one(expression, dialect="duckdb").find_all(exp.Column):
        if column.table or column.name not in DAYS:
            yield column.table, column.name


def test_every_indicator_of_the_dictionary_is_there() -> None:
    assert sorted(indicators()) == sorted(DICTIONARY)


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_it_says_what_it_is_in_both_languages(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    words = [one.name, one.why, one.method, one.minimum_evidence, one.owner, one.basis.reference, *one.caveats]
    words += [band.name for band in one.bands]
    for text in words:
        assert text.es.strip()
        assert text.en.strip()
    # A caveat, a reason or a method that was only copied is not a translation.
    assert all(text.es != text.en for text in (one.why, one.method, one.minimum_evidence, *one.caveats))
    assert one.caveats, "every number has something that the reader must know"
    assert one.reviewed_on <= dt.date(2026, 11, 22)


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_its_tables_and_columns_are_described(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    for place, measure in measures(one):
        assert measure.table in frozen_tables(), place
        for expression in (measure.where, measure.having, measure.value, *measure.by, *one.splits):
            for prefix, name in columns_of(expression) if expression else ():
                assert has_column(measure.table, prefix, name), f"{place}: {prefix}.{name} in {expression}"
        if "municipality" in one.geography:
            assert "municipality" in frozen_tables()[measure.table].columns
        if "unit" in one.geography:
            assert "unit" in frozen_tables()[measure.table].columns


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_another_indicator_that_it_needs_can_be_looked_up_at_its_places_and_splits(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    if one.change_of:
        assert set(one.geography) <= set(indicators()[one.change_of].geography)
    if isinstance(one.denominator, OtherIndicator):
        other = indicators()[one.denominator.indicator]
        assert other.numerator, "a denominator is another indicator's numerator"
        assert set(one.geography) <= set(other.geography)
        assert set(one.splits) <= set(other.splits)


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_a_flow_looks_back_from_the_cut_off(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    if one.period == "flow":
        for place, measure in measures(one):
            assert ("", "since") in [
                (column.table, column.name)
                for column in sqlglot.parse_one(measure.where, dialect="duckdb").find_all(exp.Column)
            ], place


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_what_counts_persons_says_so(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    counted = units_of_measure()[one.counts or one.unit]
    of_persons = any(measure.table in TABLES_OF_PERSONS for _place, measure in measures(one))
    if of_persons and one.numerator and one.numerator.value not in NO_PERSONS:
        assert counted.people


@pytest.mark.parametrize("indicator_id", DICTIONARY)
def test_a_rate_says_what_its_numerator_counts(indicator_id: str) -> None:
    one = indicators()[indicator_id]
    if one.denominator:
        assert one.counts


def literals(expression: str, column: str) -> Iterator[str]:
    """Texts that a column is compared with, in = and in."""
    for node in sqlglot.parse_one(expression, dialect="duckdb").find_all(exp.EQ, exp.In):
        if isinstance(node.this, exp.Column) and node.this.name == column:
            for text in node.expressions or [node.expression]:
                if isinstance(text, exp.Literal) and text.is_string:
                    yield text.this


def test_codes_that_a_rule_names_are_in_the_catalogues() -> None:
    known = {
        "resource": set(catalogue().resources),
        "unit_type": set(typologies().unit_types),
        "measure": set(Measured.values),
        "readiness": set(Readiness.values),
    }
    staff = {"category": set(catalogue().categories)}
    seen = set()
    for one in indicators().values():
        for _place, measure in measures(one):
            for column, codes in (known | (staff if measure.table == "staff" else {})).items():
                found = set(literals(measure.where, column)) if measure.where else set()
                assert found <= codes, one.id
                seen |= {column} if found else set()
    assert seen == {*known, *staff}


def test_every_table_that_waits_for_its_register_is_needed_by_an_indicator() -> None:
    needed = {measure.table for one in indicators().values() for _place, measure in measures(one)}
    assert set(frozen_tables()) - set(providers()) - set(JOINED.values()) <= needed


def test_who_must_report_is_told_by_columns_of_the_units() -> None:
    for name, table in frozen_tables().items():
        if table.reports:
            assert table.reports.date is None or table.kinds[table.reports.date] == "date", name
            for prefix, column in columns_of(table.reports.due):
                assert has_column("units", prefix, column), f"{name}: {column}"


def test_no_column_has_the_name_of_a_day() -> None:
    for name, table in frozen_tables().items():
        assert not DAYS & set(table.columns), name


def test_small_counts_of_people_are_held_back_and_estimates_are_not() -> None:
    units = units_of_measure()
    for code in ("persons", "cards", "workers"):
        assert units[code].people
    for code in ("inhabitants", "filled_posts", "hospitals", "percent", "pesos"):
        assert not units[code].people
    for unit in units.values():
        assert unit.es.strip()
        assert unit.en.strip()


def test_states_are_counted_by_band_of_specialist_coverage() -> None:
    coverage = indicators()["WRK-06"]
    found = {value: coverage.band_of(value) for value in (103.0, 100.0, 99.99, 95.0, 94.9, 90.0, 89.9, 0.0)}
    assert [band.code if band else None for band in found.values()] == [
        "full",
        "full",
        "high",
        "high",
        "middle",
        "middle",
        "low",
        "low",
    ]
    assert indicators()["POP-01"].band_of(1.0) is None


def test_the_example_of_the_manual_is_an_indicator(tmp_path: Path, settings: Any) -> None:
    manual = (Path(settings.DEFINITIONS_DIR).parent / "docs/how-to/add-an-indicator.md").read_text(encoding="utf-8")
    example = re.search(r"(?:^    .*\n)+", manual, re.MULTILINE)
    assert example
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    file = tmp_path / "definitions" / "indicators" / "FAC-09.yaml"
    file.write_text(textwrap.dedent(example.group()), encoding="utf-8")
    one = indicators()["FAC-09"]
    assert one.numerator
    assert all(has_column("units", *column) for column in columns_of(one.numerator.where))


def test_bands_out_of_order_are_refused_with_their_line(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    file = tmp_path / "definitions" / "indicators" / "WRK-06.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("at_least: 95", "at_least: 85"), encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"WRK-06\.yaml.*bands go from the highest down"):
        indicators()
