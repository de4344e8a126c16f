"""Pages for everybody: what has been published and nothing else, no single unit's gaps, no count of few people."""

import csv
import datetime as dt
import hashlib
import re

import pytest
from django.utils import timezone

from bienestar.calculations.disclosure import is_few
from bienestar.foundation.accounts.actions import create_user, grant_role
from bienestar.foundation.definitions.standards import standards
from bienestar.foundation.facilities.models import OpeningHours, Unit, UnitStatus
from bienestar.insight.gaps.actions import publish_run
from bienestar.insight.gaps.models import AreaService, AreaTotal, DiagnosisRun, RunUnit, StandardsVersion

pytestmark = pytest.mark.django_db
# resource: required, existing, usable, gap, units required, short, unknown
TOTALS = {
    "staff.general_physician": (40, 30, 25, 17, 12, 7, 0),
    "staff.internist": (6, 5, 4, 2, 2, 1, 0),
    "equipment.scale": (12, 3, 3, 9, 12, 9, 0),
    "utility.water_service": (12, 0, 0, 0, 12, 0, 12),
}
# service: units required, ready, unknown, people, people ready
SERVICES = {"general_consultation": (12, 5, 2, 42_000, 18_500.4), "dental_care": (3, 1, 0, 900, 3.2)}


@pytest.fixture
def make_run(territory, units, people):
    """A diagnosis of an area with the totals above, published or not."""
    version, _ = StandardsVersion.objects.get_or_create(
        sha256=standards().sha256, defaults={"version": standards().version, "content": standards().content()}
    )

    def make(area, as_of=dt.date(2024, 7, 1), publish=True, of=None):
        run = DiagnosisRun.objects.create(
            area=area,
            as_of=as_of,
            standards=version,
            made_by="planner",
            units=12,
            units_observed=10,
            records_sha256="d" * 64,
        )
        for place in of or [area]:
            fill(run, place)
        unit = units["XAIMB000011"]
        RunUnit.objects.create(run=run, unit=unit, unit_type=unit.unit_type, observed=True, people=42_000)
        return publish_run(by=people.planner, run=run) if publish else run

    return make


def fill(run, area):
    for resource, figures in TOTALS.items():
        AreaTotal.objects.create(
            run=run,
            area=area,
            resource=resource,
            **dict(
                zip(
                    ("required", "existing", "usable", "gap", "units_required", "units_short", "units_unknown"),
                    figures,
                    strict=True,
                )
            ),
        )
    for service, figures in SERVICES.items():
        names = ("units_required", "units_ready", "units_unknown", "people", "people_ready")
        AreaService.objects.create(run=run, area=area, service=service, **dict(zip(names, figures, strict=True)))


def english(client):
    client.cookies["django_language"] = "en"
    return client


def text(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def cells(answer, name):
    """The words of the cells of the row that begins with ``name``."""
    row = re.search(rf'<th scope="row">{re.escape(name)}</th>(.*?)</tr>', answer.content.decode(), re.S).group(1)
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)]


def test_the_root_leads_a_stranger_to_the_public_page(client, people):
    assert client.get("/").url == "/publico/"
    assert client.get("/publico/").status_code == 200


def test_only_what_is_published_is_there(client, territory, make_run):
    run = make_run(territory.state_a, publish=False)
    assert "Sierra Clara" not in client.get("/publico/").content.decode()
    assert client.get("/publico/diagnosticos/91/").status_code == 404
    assert client.get(f"/publico/diagnosticos/91/{run.pk}/").status_code == 404
    assert client.get(f"/publico/diagnosticos/91/{run.pk}/totales.csv").status_code == 404


def test_publishing_makes_it_there_without_signing_in(client, territory, make_run):
    make_run(territory.state_a)
    assert "Sierra Clara" in client.get("/publico/").content.decode()
    page = text(english(client).get("/publico/diagnosticos/91/"))
    assert standards().version in page
    assert standards().sha256 in page
    assert "d" * 64 in page
    assert "July 1, 2024" in page or "1 July 2024" in page


def test_the_newest_is_shown_and_the_older_keeps_its_address(client, territory, make_run):
    older = make_run(territory.state_a, as_of=dt.date(2023, 7, 1))
    newer = make_run(territory.state_a)
    assert f"/publico/diagnosticos/91/{newer.pk}/" in client.get("/publico/diagnosticos/91/").content.decode()
    page = english(client).get(f"/publico/diagnosticos/91/{older.pk}/")
    assert "A newer diagnosis" in text(page)
    assert "2023" in text(page)


def test_a_run_of_the_country_tells_of_every_state(client, territory, make_run):
    make_run(territory.country, of=[territory.country, territory.state_a, territory.state_b])
    page = client.get("/publico/").content.decode()
    assert "Sierra Clara" in page
    assert "Costa Brava" in page
    assert client.get("/publico/diagnosticos/92/").status_code == 200
    assert client.get("/publico/diagnosticos/MX/").status_code == 200


@pytest.mark.parametrize("code", ["91001", "77", "MXX", "00"])
def test_smaller_territories_and_others_are_not_there(client, territory, make_run, code):
    make_run(territory.state_a)
    assert client.get(f"/publico/diagnosticos/{code}/").status_code == 404


def test_counts_of_few_people_are_held_back(client, territory, make_run):
    make_run(territory.state_a)
    page = english(client).get("/publico/diagnosticos/91/")
    internist = cells(page, "Internist")
    assert internist == ["6", "5", "fewer than 5", "2", "1", "0"]
    assert cells(page, "General or family physician") == ["40", "30", "25", "17", "7", "0"]
    assert cells(page, "Scale with height rod")[2] == "3"
    dental = cells(page, standards().service_name("dental_care", "en"))
    assert dental == ["3", "1", "0", "900", "fewer than 5"]


@pytest.mark.parametrize(("count", "few"), [(None, False), (0, True), (4, True), (4.4, True), (4.6, False), (5, False)])
def test_what_counts_as_few(count, few):
    assert is_few(count) is few


def test_what_nobody_counted_is_not_zero(client, territory, make_run):
    make_run(territory.state_a)
    water = cells(english(client).get("/publico/diagnosticos/91/"), "Drinking water service")
    assert water == ["12", "not known", "not known", "not known", "0", "12"]


def test_no_unit_is_named_beside_a_gap(client, territory, units, make_run):
    make_run(territory.state_a)
    page = client.get("/publico/diagnosticos/91/").content.decode()
    for unit in units.values():
        assert unit.name not in page
        assert unit.uid not in page


def split(answer):
    """Lines above the table, and the table's own text."""
    lines = answer.content.decode("utf-8-sig").splitlines(keepends=True)
    above = [line for line in lines if line.startswith("#")]
    return above, "".join(lines[len(above) :])


def test_the_file_explains_itself_and_its_hash_fits(client, territory, make_run):
    run = make_run(territory.state_a)
    above, body = split(english(client).get(f"/publico/diagnosticos/91/{run.pk}/totales.csv"))
    words = "".join(above)
    assert "CC BY 4.0" in words
    assert "2024-07-01" in words
    assert f"/publico/diagnosticos/91/{run.pk}/" in words
    assert standards().sha256 in words
    assert hashlib.sha256(body.encode()).hexdigest() in above[-1]
    for column in next(csv.reader(body.splitlines())):
        assert f"# {column}: " in words


def test_the_file_says_what_the_page_says(client, territory, make_run):
    run = make_run(territory.state_a)
    page = english(client).get(f"/publico/diagnosticos/91/{run.pk}/")
    _above, body = split(client.get(f"/publico/diagnosticos/91/{run.pk}/totales.csv"))
    rows = list(csv.DictReader(body.splitlines()))
    assert len(rows) == len(TOTALS) + len(SERVICES)
    shown = {"fewer than 5": "<5", "not known": "unknown"}
    for row in rows:
        seen = [shown.get(cell, cell.replace(",", "")) for cell in cells(page, row["name"])]
        resource = ("required", "existing", "usable", "gap", "units_short", "units_unknown")
        service = ("units_required", "units_ready", "units_unknown", "people", "people_ready")
        assert seen == [row[name] for name in (resource if row["kind"] == "resource" else service)]


def test_the_list_of_units(client, units, source):
    OpeningHours.objects.create(
        unit=units["XAIMB000011"], as_of=dt.date(2025, 1, 1), opens=dt.time(8), closes=dt.time(20), weekdays="12345"
    )
    page = english(client).get("/publico/unidades/")
    words = text(page)
    assert "Centro de Salud Peña Alta" in words
    assert "XBIMB000022" in words
    assert "Monday" in words
    assert "not known" in words


def test_searching_units(client, units):
    found = client.get("/publico/unidades/", {"q": "xaimb000035"}).content.decode()
    assert "Centro de Salud Río Seco" in found
    assert "Hospital" not in found
    state = client.get("/publico/unidades/", {"state": "92"}).content.decode()
    assert "Médanos" in state
    assert "Peña Alta" not in state
    Unit.objects.filter(uid="XAIMB000011").update(name="CENTRO DE SALUD PEÑA ALTA")
    for words in ("peña alta", "PEÑA", "centro peña"):
        assert "CENTRO DE SALUD PEÑA ALTA" in client.get("/publico/unidades/", {"q": words}).content.decode()
    both = client.get("/publico/unidades/", {"q": "hospital sierra"}).content.decode()
    assert "Hospital General Sierra Clara" in both
    assert "Puerto Hondo" not in both.split("<tbody>")[1]


def test_a_closed_unit_is_not_on_the_list(client, units):
    UnitStatus.objects.filter(unit=units["XAIMB000035"]).update(status="closed")
    assert "XAIMB000035" not in client.get("/publico/unidades/").content.decode()


def test_a_coordinator_sees_the_same_as_a_stranger(client, people, territory, make_run):
    make_run(territory.state_a)
    client.force_login(people.coordinator_b)
    assert client.get("/publico/diagnosticos/91/").status_code == 200
    assert "Peña Alta" in client.get("/publico/unidades/").content.decode()


@pytest.mark.parametrize("url", ["/publico/", "/publico/unidades/", "/publico/diagnosticos/91/"])
def test_an_account_without_any_role_reads_them_too(client, system, people, territory, make_run, url):
    make_run(territory.state_a)
    client.force_login(create_user(by=system, username="nadie", display_name="Nadie", password=None))
    assert client.get(url).status_code == 200


def test_a_past_role_does_not_matter(client, system, people, territory):
    person = create_user(by=system, username="antes", display_name="Antes", password=None)
    day = timezone.localdate() - dt.timedelta(days=10)
    grant_role(by=system, user=person, role="auditor", area_path="MX/", valid_from=day, valid_to=day)
    client.force_login(person)
    assert client.get("/").url == "/publico/"


@pytest.mark.parametrize("pages", [1, 2])
def test_the_same_number_of_queries_for_one_unit_and_for_more(client, units, pages, django_assert_max_num_queries):
    words = {1: "xaimb000035", 2: "centro"}[pages]
    client.get("/publico/unidades/")
    with django_assert_max_num_queries(7):
        client.get("/publico/unidades/", {"q": words})
