"""Downloads hold exactly the rows of the filtered table, in its order."""

import csv
import io
import re

import pytest
from django.utils.translation import gettext, override
from python_calamine import CalamineWorkbook

from bienestar.foundation.facilities.models import Unit
from tests.web.conftest import add_unit, freeze


def csv_rows(response):
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def xlsx_rows(response):
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0)
    return sheet.to_python()


@pytest.mark.parametrize("asked", ["", "q=peñ", "type=rural_health_center&sort=-name", "ready=all", "visited=yes"])
def test_a_file_holds_the_rows_of_the_table(as_role, territory, units, source, asked):
    for number in range(6):
        add_unit(territory, number)
    freeze(territory.state_a, [*Unit.objects.filter(path__startswith="MX/91/")], source)
    client = as_role("auditor")
    page = client.get(f"/areas/91/?{asked}").content.decode()
    shown = re.findall(r'<code class="note">(\w+)</code>', page)
    as_csv = csv_rows(client.get(f"/areas/91/units.csv?{asked}"))
    as_xlsx = xlsx_rows(client.get(f"/areas/91/units.xlsx?{asked}"))
    assert [row[0] for row in as_csv[1:]] == shown
    assert [row[0] for row in as_xlsx[1:]] == shown
    assert as_csv[0] == [str(cell) for cell in as_xlsx[0]]


def test_the_links_of_the_page_keep_what_was_asked(as_role, diagnosis):
    page = as_role("auditor").get("/areas/91/?q=r%C3%ADo&sort=-name&page=1&map=bed").content.decode()
    assert 'href="/areas/91/units.csv?q=r%C3%ADo&amp;sort=-name"' in page


def test_not_known_is_an_empty_cell_and_numbers_are_numbers(as_role, diagnosis, units):
    diagnosis.run_units.filter(unit=units["XAIMB000011"]).update(people=None)
    rows = xlsx_rows(as_role("auditor").get("/areas/91/units.xlsx?sort=people"))
    assert rows[1][4:7] == [1200.0, 1.0, 2.0]
    assert rows[-1][4] == ""


@pytest.mark.parametrize(("role", "sees"), [("auditor", True), ("census_lead", False)])
def test_whom_a_unit_serves_is_for_who_may_see_catchments(as_role, diagnosis, role, sees):
    client = as_role(role)
    with override("es"):
        words = gettext("People without social security")
    page = client.get("/areas/91/?sort=-people").content.decode()
    table = page[page.index('id="units-table"') :].split("</table>")[0]
    heads, first, *_rest = csv_rows(client.get("/areas/91/units.csv"))
    assert (words in heads, len(heads), len(first)) == ((True, 12, 12) if sees else (False, 11, 11))
    assert (words in table) == sees
    unit = client.get("/units/XAIMB000011/").content.decode()
    assert (words in unit[unit.index('id="services"') :]) == sees


def test_a_name_is_never_a_formula(as_role, territory, source):
    unit = add_unit(territory, 1)
    Unit.objects.filter(pk=unit.pk).update(name="=1+1")
    freeze(territory.state_a, [unit], source)
    assert csv_rows(as_role("auditor").get("/areas/91/units.csv"))[1][1] == "'=1+1"
    assert xlsx_rows(as_role("auditor").get("/areas/91/units.xlsx"))[1][1] == "=1+1"


def test_without_a_diagnosis_the_file_has_the_units_on_record(as_role, units):
    rows = csv_rows(as_role("coordinator_b").get("/areas/92/units.csv"))
    assert [row[0] for row in rows[1:]] == ["XBIMB000010", "XBIMB000022"]
    assert rows[1][5] == ""
