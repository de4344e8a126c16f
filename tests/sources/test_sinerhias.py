"""The census workbook becomes a round with one visit a unit, by code and heading, and fills the registers."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from bienestar.foundation.facilities.queries import capacities_as_of
from bienestar.foundation.territory.queries import ROOT
from bienestar.operations.census.models import CensusRound, Observation, Visit
from bienestar.operations.census.queries import progress
from bienestar.registers.workforce.queries import counts_as_of
from tests.sources.census import ASKED, POSTS, parts, row, sheet, workbook
from tests.sources.files import CENSUS_DAY, catalogue, load, national, new, old, write_csv, write_xlsx

NAME = "SINERHIAS_HGO_2024-07-01.xlsx"


@pytest.fixture
def units(territory: Path) -> Path:
    """Three units in operation, with new and old keys; the folder."""
    load("clues", write_csv(territory / "lista_2026.csv", [national(n) for n in (1, 2, 3)]))
    return territory


def seen(resource: str) -> list[tuple[float | None, float | None]]:
    rows = Observation.objects.filter(resource=resource).order_by("visit__unit__uid")
    return list(rows.values_list("existing", "usable"))


def test_old_keys_land_on_the_units_that_have_new_ones(units: Path) -> None:
    outcome = load("sinerhias", workbook(units / NAME, [old(1), old(2), old(9)]))
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (3, 2, 1)
    assert "SSA" in outcome.groups[0][2]
    round_ = CensusRound.objects.get()
    assert (round_.name, round_.area.code, round_.starts_on) == ("SINERHIAS 2024-07-01", "13", CENSUS_DAY)
    standing = progress(round_)
    assert (standing.expected, standing.visited, standing.accepted, standing.unexpected) == (3, 2, 2, 0)
    assert {key for visit in Visit.objects.all() for key in visit.unit.identifiers.values_list("value", flat=True)} == {
        new(1),
        old(1),
        new(2),
        old(2),
    }


def test_what_was_seen(units: Path) -> None:
    load("sinerhias", workbook(units / NAME, [old(1)]))
    assert seen("staff.general_physician") == [(2, 1)]
    assert seen("staff.general_nurse") == [(3, 3)]
    assert seen("staff.traumatologist") == [(2, 1)]
    assert seen("staff.administrative") == []
    assert seen("room.general_consulting") == [(4, 3)]
    assert seen("utility.water_service") == [(1, 1)]
    assert seen("utility.drainage") == [(1, 1)]
    assert seen("utility.internet") == [(0, 0)]
    assert seen("room.patient_toilet") == [(4, 4)]
    assert seen("equipment.scale") == []
    assert ("staff.general_physician", 2.0, 1.0) in [c[1:] for c in counts_as_of(CENSUS_DAY, ROOT)]
    assert ("room.general_consulting", 4.0, 3.0) in [c[1:] for c in capacities_as_of(CENSUS_DAY, ROOT)]


def test_a_blank_is_not_known_and_never_zero(units: Path) -> None:
    changed = {"posts": ["", 1, "", 5, 3, 7], "filled": ["", 1, 0, 5, "", 7], "asked": ["", "NO", "", "", ""]}
    load("sinerhias", workbook(units / NAME, [old(1)], rooms=["", "", "", 1, 0, 1], **changed))
    assert seen("staff.general_physician") == [(None, None)]
    assert seen("staff.traumatologist") == [(None, None)]
    assert seen("staff.general_nurse") == [(3, None)]
    assert seen("room.general_consulting") == [(None, None)]
    assert seen("utility.water_service") == [(None, None)]
    assert seen("utility.drainage") == [(None, None)]
    assert seen("utility.internet") == [(None, None)]


def test_what_contradicts_itself_is_doubted(units: Path) -> None:
    changed = {"posts": [2, 1, 1, 5, 3, 7], "filled": [4, 1, 1, 5, 2, 7], "empty": [0, 0, 0, 0, 0, 0]}
    outcome = load("sinerhias", workbook(units / NAME, [old(1)], asked=["QUIZA", "NO", "NO", "CABLE", -3], **changed))
    assert seen("staff.general_physician") == [(2, None)]
    assert seen("utility.water_service") == [(None, None)]
    assert seen("utility.internet") == [(1, 1)]
    assert seen("room.patient_toilet") == [(None, None)]
    assert outcome.warned == 1
    with open(outcome.issues_file, encoding="utf-8-sig", newline="") as stream:
        issues = list(csv.reader(stream))[1:]
    assert ("Orden1", "7", "1.1.1 ¿CUENTA CON SERVICIO DE AGUA POTABLE?", "QUIZA") in {tuple(i[1:5]) for i in issues}
    assert any(i[3] == "11.50.4.1 TOTAL - GENERALES" and "3" in i[5] for i in issues)


def test_the_order_of_sheets_and_columns_does_not_matter(units: Path) -> None:
    load("sinerhias", workbook(units / NAME, [old(1)]))
    before = list(Observation.objects.order_by("resource").values_list("resource", "existing", "usable"))
    Observation.objects.all().delete()
    Visit.objects.all().delete()
    turned = list(reversed(list(zip(ASKED, ["SI", "NO ", "SI", "NO TIENE", 4], strict=True))))
    rows = [row(old(1), *(value for _c, value in turned))]
    posts = dict(zip((code for code, _h in POSTS), [2, 1, 1, 5, 3, 7], strict=True))
    filled = dict(zip((code for code, _h in POSTS), [1, 1, 0, 5, 3, 7], strict=True))
    backwards = list(reversed(POSTS))
    sheets = {
        "Hoja C": sheet("x", [("2.1.1.1.A", "TOTAL NUMERO DE CONSULTORIOS DE MEDICINA GENERAL"),
                              ("2.1.1.4.A", "TOTAL -NUMERO DE CONSULTORIOS DE MEDICINA FAMILIAR"),
                              ("2.1.1.4.A", "HABILITADOS - NUMERO DE CONSULTORIOS DE MEDICINA FAMILIAR"),
                              ("2.1.1.1.A", "HABILITADOS - NUMERO DE CONSULTORIOS DE MEDICINA GENERAL")],
                        [row(old(1), 3, 1, 1, 2)]),
        "Hoja A": sheet("x", parts(backwards, "OCUPADAS"), [row(old(1), *(filled[c] for c, _h in backwards))]),
        "Hoja B": sheet("x", parts(backwards, "TOTAL"), [row(old(1), *(posts[c] for c, _h in backwards))]),
        "Hoja D": sheet("x", [heading for heading, _v in turned], rows),
    }  # fmt: skip
    load("sinerhias", write_xlsx(units / "otro_2024-07-01.xlsx", sheets))
    assert list(Observation.objects.order_by("resource").values_list("resource", "existing", "usable")) == before


def test_a_code_under_another_heading_is_not_read(units: Path) -> None:
    other = sheet(
        "Orden 1",
        [("1.1.1", "NUMERO DE ELEVADORES"), ("1.1.2", "¿CUENTA SERVICIO DE ENERGIA ELECTRICA?")],
        [row(old(1), "SI", "SI")],
    )
    outcome = load("sinerhias", workbook(units / NAME, [old(1)], sheets={"Orden1": other}))
    assert seen("utility.water_service") == []
    assert seen("utility.electricity") == [(1, 1)]
    assert any(column == "1.1.1" for _s, column, _r, _n, _f in outcome.groups)


def test_two_rows_of_a_unit_that_disagree_are_both_refused(units: Path) -> None:
    rows = [row(old(1), "SI", "NO", "NO", "NO TIENE", 1), row(old(1), "NO", "NO", "NO", "NO TIENE", 1)]
    twice = sheet("Orden 1", ASKED, [*rows, row(old(2), "SI", "NO", "NO", "NO TIENE", 1)])
    outcome = load("sinerhias", workbook(units / NAME, [old(1), old(2)], sheets={"Orden1": twice}))
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (2, 1, 1)


def test_the_second_time_nothing_changes(units: Path) -> None:
    path = workbook(units / NAME, [old(1), old(2)])
    load("sinerhias", path)
    outcome = load("sinerhias", path)
    assert (outcome.accepted, outcome.unchanged) == (0, 2)
    assert Visit.objects.count() == 2


def test_a_unit_that_is_met_under_its_old_key_alone_keeps_its_visit_when_its_keys_are_tied(units: Path) -> None:
    load("clues", write_csv(units / "ssa_2024-01.csv", [catalogue(old(8))]))
    load("sinerhias", workbook(units / NAME, [old(8)]))
    load("clues", write_csv(units / "lista_2027.csv", [national(8)]))
    visit = Visit.objects.get()
    assert set(visit.unit.identifiers.values_list("value", flat=True)) == {old(8), new(8)}
