"""What is missing by resource, improvement actions, diagnoses and their comparison."""

import re

import pytest

from bienestar.insight.gaps.models import GapLine
from tests.web.conftest import LINES, freeze
from tests.web.test_territory import english, text_of


def test_every_resource_of_the_standards_is_listed_with_its_sums(as_role, diagnosis):
    page = text_of(english(as_role("auditor")).get("/areas/91/gaps/"))
    assert re.search(r"General or family physician 6 3 3 3 3 0", page)
    assert re.search(r"Drinking water service 0 0 0 0 0 3", page)


def test_a_resource_tells_the_units_that_lack_it_and_those_not_known(as_role, diagnosis):
    client = english(as_role("auditor"))
    lacking = text_of(client.get("/areas/91/gaps/staff.general_physician/"))
    assert "Centro de Salud Río Seco" in lacking
    assert "Rows 1 to 3 of 3" in lacking
    none = text_of(client.get("/areas/91/gaps/utility.water_service/"))
    assert "There is none." in none
    unknown = text_of(client.get("/areas/91/gaps/utility.water_service/?show=unknown"))
    assert "Rows 1 to 3 of 3" in unknown
    assert unknown.count("not known") >= 9


def test_a_resource_that_does_not_exist_is_not_there(as_role, diagnosis):
    assert as_role("auditor").get("/areas/91/gaps/staff.wizard/").status_code == 404


@pytest.mark.parametrize(
    ("asked", "kinds"),
    [
        ("", {"Create a post and fill it", "Repair"}),
        ("group=staff", {"Create a post and fill it"}),
        ("kind=repair", {"Repair"}),
        ("group=bed", set()),
    ],
)
def test_actions_say_what_to_do_and_what_closes_them(as_role, diagnosis, asked, kinds):
    page = text_of(english(as_role("coordinator_a")).get(f"/areas/91/actions/?{asked}"))
    found = {kind for kind in ("Create a post and fill it", "Repair", "Buy") if re.search(rf"{kind} \d", page)}
    assert found == kinds
    assert page.count("Closes when") == 3 * len(kinds)


def test_two_diagnoses_show_what_closed_and_why(as_role, diagnosis, units, territory, source, monkeypatch):
    inside = [unit for unit in units.values() if unit.path.startswith("MX/91/")]
    client = english(as_role("planner"))
    assert "There are not two diagnoses" in text_of(client.get("/areas/91/diagnoses/compare/"))
    monkeypatch.setitem(LINES, "staff.general_physician", (2, 2, 2))
    for unit in inside:
        unit.staff.all().delete()
        unit.equipment.all().delete()
        unit.capacities.all().delete()
        unit.visits.all().delete()
        unit.hours.all().delete()
    later = freeze(territory.state_a, inside, source)
    assert "Compare two diagnoses" in text_of(client.get("/areas/91/diagnoses/"))
    form = text_of(client.get("/areas/91/diagnoses/compare/"))
    assert f"Number {later.pk}: Sierra Clara on 1 July 2024" in form
    page = text_of(client.get(f"/areas/91/diagnoses/compare/?earlier={diagnosis.pk}&later={later.pk}"))
    assert re.search(r"Closed 3 Opened 0 Changed 0", page)
    assert "What the records say is there changed" in page
    backwards = text_of(client.get(f"/areas/91/diagnoses/compare/?earlier={later.pk}&later={diagnosis.pk}"))
    assert re.search(r"Closed 0 Opened 3 Changed 0", backwards)


def test_a_comparison_with_a_run_of_elsewhere_is_refused_in_words(as_role, diagnosis, territory, units, source):
    other = freeze(territory.state_b, [units["XBIMB000010"]], source)
    page = as_role("planner").get(f"/areas/91/diagnoses/compare/?earlier={diagnosis.pk}&later={other.pk}")
    assert 'role="alert"' not in page.content.decode()
    freeze(territory.country, [], source)
    page = as_role("planner").get(f"/areas/91/diagnoses/compare/?earlier={diagnosis.pk}&later={other.pk}")
    assert 'role="alert"' in page.content.decode()


def test_lines_stand_only_for_what_a_reader_may_see(as_role, diagnosis):
    assert GapLine.objects.filter(run=diagnosis).count() == 3 * len(LINES)
    page = text_of(as_role("coordinator_a").get("/areas/91/actions/"))
    assert "Costa Brava" not in page


def test_the_standards_are_for_everybody_with_the_basis_of_each_line(as_role):
    client = english(as_role("public"))
    page = text_of(client.get("/standards/"))
    assert "general consulting rooms that exist" in page
    assert re.search(r"(Law|Programme|Source|Assumption) ", page)
    lines = text_of(client.get("/standards/rural_health_center/"))
    assert "General or family physician" in lines
    assert client.get("/standards/palace/").status_code == 404


def test_every_word_of_a_formula_is_explained():
    from bienestar.foundation.definitions.standard_shapes import VARIABLES
    from bienestar.web.gaps.standards import VARIABLE_WORDS

    assert VARIABLE_WORDS.keys() == VARIABLES.keys()
