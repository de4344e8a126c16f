"""The document of a frozen diagnosis: its figures are those of the run, and only who may sees them."""

from __future__ import annotations

import csv
import io
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from django.db.models import Sum
from django.urls import reverse
from pypdf import PdfReader

from bienestar.cli.report import report
from bienestar.demo.size import SECOND_DIAGNOSIS
from bienestar.foundation.accounts.queries import system_user
from bienestar.foundation.facilities.models import CatchmentCell
from bienestar.foundation.territory.actions import AreaRow, put_areas
from bienestar.insight.gaps.models import AreaService, AreaTotal, GapLine, RunUnit, ServiceResult
from bienestar.insight.planning.models import ScenarioItem, ScenarioPurchase
from bienestar.web.reports.collect import collect, published_rows
from bienestar.web.reports.present import present

ENDINGS = ("pdf", "xlsx", "html", "zip")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def content(diagnosed):
    return collect(system_user(), diagnosed.area, diagnosed.run, "en")


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_figures_are_those_of_the_run(content, diagnosed):
    run = diagnosed.run
    assert (content.coverage.units, content.coverage.units_observed) == (run.units, run.units_observed)
    totals = {row.resource: row for row in AreaTotal.objects.filter(run=run, area=diagnosed.area)}
    assert {row.code for row in content.resources} == set(totals)
    for row in content.resources:
        total = totals[row.code]
        assert (row.required, row.existing, row.usable, row.gap) == (
            *(total.required, total.existing, total.usable),
            total.gap,
        )
        assert row.to_repair + row.to_acquire == row.gap
    services = AreaService.objects.filter(run=run, area=diagnosed.area)
    assert {row.code: row.units_ready for row in content.services} == dict(
        services.values_list("service", "units_ready")
    )
    assert sum(row.repairs + row.acquisitions for row in content.resources) == run.actions
    assert content.coverage.lines == GapLine.objects.filter(run=run).count()
    assert content.coverage.lines_unknown == GapLine.objects.filter(run=run, gap=None).count()


def test_places_and_units_add_up_to_the_state(content, diagnosed):
    staff = AreaTotal.objects.filter(run=diagnosed.run, area=diagnosed.area, resource__startswith="staff.")
    gap = staff.aggregate(gap=Sum("gap"))["gap"]
    assert content.gap_of("staff") == gap
    assert sum(row.staff_gap or 0 for row in content.places) == gap
    assert sum(row.staff_gap or 0 for row in content.units) == gap
    assert sum(row.units for row in content.places) == content.coverage.units
    assert sum(row.services_ready for row in content.places) == sum(row.units_ready for row in content.services)


def test_vacancies_are_those_that_the_run_froze(content, diagnosed):
    assert content.vacancies == diagnosed.run.posts[diagnosed.area.code]["vacant"]


def test_published_figures_stand_in_the_document(diagnosed):
    hidalgo = SimpleNamespace(code="13")
    assert [(row.subject, row.value, row.at_least) for row in published_rows(hidalgo, "es")] == [
        ("staff_gap", 4000, True),
        ("equipment_gap", 8000, False),
    ]


def test_a_unit_that_nobody_visited_has_no_gap_to_tell(content, diagnosed):
    unseen = {row.key: row for row in content.units if not row.observed}
    assert unseen
    known = set(
        GapLine.objects.filter(run=diagnosed.run, resource__startswith="staff.", gap__isnull=False).values_list(
            "unit__uid", flat=True
        )
    )
    frozen = RunUnit.objects.filter(run=diagnosed.run, observed=False).exclude(unit__uid__in=known)
    assert frozen
    assert [row.staff_gap for row in unseen.values() if row.staff_gap is not None] == []


def test_what_holds_the_worst_units_back_is_their_services_own(content, diagnosed):
    worst = max(content.units, key=lambda row: row.hardship)
    assert worst.missing
    held = ServiceResult.objects.filter(
        run=diagnosed.run, unit__identifiers__value=worst.key, readiness="held"
    ).values_list("missing", flat=True)
    amounts = {repair + acquire for missing in held for _code, repair, acquire in missing}
    assert {quantity for _name, quantity in worst.missing} <= amounts


def test_plan_is_the_scenario(content, diagnosed):
    plan = content.plan
    purchases = ScenarioPurchase.objects.filter(scenario=diagnosed.scenario)
    assert plan.number == diagnosed.scenario.pk
    assert sum(amount for _kind, amount in plan.spent_by_money) == plan.spent
    assert sum(line.cost for line in plan.purchases) == purchases.aggregate(cost=Sum("cost"))["cost"]
    assert len(plan.items) == ScenarioItem.objects.filter(scenario=diagnosed.scenario).count()
    assert sum(count for _words, count in plan.refused_reasons) == len(plan.items) - len(plan.chosen)


def test_sources_name_every_file_with_its_hash(content):
    assert content.sources
    assert all(len(source.sha256) == 64 and source.publisher for source in content.sources)


def test_no_catchment_cell_is_told(content, system):
    text = repr(present(content))
    cells = CatchmentCell.objects.values_list("locality_code", flat=True)
    assert cells
    assert not [code for code in set(cells) if code in text]


def test_the_map_draws_every_municipality(content):
    assert content.map.svg.count("<path") == len(content.places)
    assert "style=" not in content.map.svg


def test_later_loads_do_not_change_the_document(content, system, diagnosed):
    assert present(content) == present(collect(system, diagnosed.area, diagnosed.run, "en"))


def test_country_and_municipality_have_their_document_too(system, diagnosed):
    municipality = next(area for area in diagnosed.area.children.order_by("code"))
    found = present(collect(system, municipality, diagnosed.run, "en"))
    assert found.title == f"Diagnosis: {municipality.name}"
    assert "places" not in [part.key for part in found.sections]


@pytest.mark.parametrize(
    ("role", "path", "page", "file"),
    [
        ("state_coordinator", "MX/51/", 200, 200),
        ("state_coordinator", "MX/52/", 404, 404),
        ("census_lead", "MX/51/", 200, 200),
        ("auditor", "MX/", 200, 200),
        ("unit_director", "MX/51/51001/", 404, 404),
    ],
)
def test_who_may_read_and_who_may_take_it_home(client, account, diagnosed, role, path, page, file):
    client.force_login(account(role, path))
    code, run = diagnosed.built.code, diagnosed.run.pk
    assert client.get(reverse("document", args=[code, run])).status_code == page
    assert {client.get(reverse("document_file", args=[code, run, e])).status_code for e in ENDINGS} == {file}


def test_a_stranger_is_sent_to_sign_in(client, diagnosed):
    answer = client.get(reverse("document", args=[diagnosed.built.code, diagnosed.run.pk]))
    assert answer.status_code == 302
    assert reverse("sign_in") in answer.url


def test_census_lead_sees_neither_people_nor_plan(client, account, diagnosed):
    client.force_login(account("census_lead"))
    page = client.get(reverse("document", args=[diagnosed.built.code, diagnosed.run.pk])).content.decode()
    assert "What a budget buys" not in page
    assert "People served" not in page


def test_downloads_are_what_they_say(client, account, diagnosed):
    client.force_login(account("state_coordinator"))
    code, run = diagnosed.built.code, diagnosed.run.pk
    pdf = client.get(reverse("document_file", args=[code, run, "pdf"]))
    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == (
        f'attachment; filename="diagnosis-{code}-{SECOND_DIAGNOSIS}-{diagnosed.run.records_sha256[:8]}.pdf"'
    )
    assert client.get(reverse("document_file", args=[code, run, "exe"])).status_code == 404
    assert client.get(reverse("document", args=[code, run + 1])).status_code == 404


def test_page_asks_the_database_the_same_number_of_times(client, account, diagnosed, django_assert_max_num_queries):
    client.force_login(account("state_coordinator"))
    url = reverse("document", args=[diagnosed.built.code, diagnosed.run.pk])
    client.get(url)
    with django_assert_max_num_queries(45):
        client.get(url)


def test_command_writes_every_file_with_the_runs_figures(diagnosed, content, tmp_path):
    answer = CliRunner().invoke(report, ["--area", "51", "--out", str(tmp_path / "a"), "--language", "en"])
    assert answer.exit_code == 0, answer.output
    written = sorted(path.name for path in (tmp_path / "a").iterdir())
    assert {path.rsplit(".", 1)[1] for path in written} == {"html", "pdf", "xlsx", "csv"}
    assert all(name in answer.output for name in written)
    gaps = rows_of(next((tmp_path / "a").glob("*-gaps.csv")))
    by_code = {row.code: row for row in content.resources if row.units_known}
    assert {row["Code"]: float(row["Missing"]) for row in gaps if row["Code"] in by_code} == {
        code: round(row.gap, 4) for code, row in by_code.items()
    }
    text = " ".join(PdfReader(next((tmp_path / "a").glob("*.pdf"))).pages[0].extract_text().split())
    assert diagnosed.run.records_sha256 in text.replace(" ", "")


def test_the_same_run_gives_the_same_files(diagnosed, tmp_path):
    for folder in ("a", "b"):
        assert CliRunner().invoke(report, ["--area", "51", "--out", str(tmp_path / folder)]).exit_code == 0
    first, second = ({path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} for folder in ("a", "b"))
    assert first == second


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--area", "99"], "There is no area with the code 99."),
        (["--area", "nowhere"], "There is no area with the code nowhere."),
        (["--area", "51", "--run", "999"], "There is no diagnosis number 999 of area 51."),
        (["--area", "51", "--scenario", "999"], "There is no plan number 999 for this diagnosis and area."),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(diagnosed, tmp_path, arguments, sentence):
    answer = CliRunner().invoke(report, [*arguments, "--out", str(tmp_path)])
    assert answer.exit_code == 2
    assert answer.output.strip().splitlines()[-1].endswith(sentence)


def test_an_area_without_diagnosis_says_how_to_make_one(diagnosed, system, tmp_path):
    put_areas(by=system, rows=[AreaRow(code="52", name="Costa Brava")])
    answer = CliRunner().invoke(report, ["--area", "52", "--out", str(tmp_path)])
    assert answer.exit_code == 2
    assert "--as-of 20" in answer.output
    assert "bienestar diagnose --area 52" in answer.output


def test_a_folder_that_cannot_be_written_is_told(diagnosed, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    answer = CliRunner().invoke(report, ["--area", "51", "--out", str(blocked / "below")])
    assert answer.exit_code == 2
    assert "cannot be written" in answer.output
