"""Published figures beside ours: verdicts, the day of ours, groups of states, bands, and the command."""

from __future__ import annotations

import datetime as dt
import json

import duckdb
import pytest
from click.testing import CliRunner
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from bienestar.cli.main import cli
from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.claims import check_text, published_claims, read_text
from bienestar.insight.indicators.queries.freezing import fill_claim_checks
from bienestar.insight.indicators.queries.storage import VALUES, file_of
from bienestar.insight.indicators.queries.values import value_of

pytestmark = pytest.mark.django_db
KEYS = [
    "text",
    "figure",
    "unit",
    "scope",
    "as_of",
    "indicator",
    "published",
    "computed",
    "difference",
    "verdict",
    "arithmetic",
]


@pytest.fixture(autouse=True)
def _english():
    with override("en"):
        yield


def hospitals(value_set, code="MX"):
    found = value_of(PublicUser(), value_set, "FAC-01", code)
    assert found.value is not None
    return int(found.value)


def test_a_figure_that_is_ours_agrees_and_one_that_is_not_differs(pulso_set):
    ours = hospitals(pulso_set)
    right, wrong = check_text(PublicUser(), f"There are {ours} hospitals. There are {ours + 40} hospitals.", pulso_set)
    assert (right.verdict, right.computed, right.difference) == ("agrees", ours, 0)
    assert (wrong.verdict, wrong.computed, wrong.difference) == ("differs", ours, 40)
    assert (right.indicator, right.cut_off) == ("FAC-01", pulso_set.cut_off)
    assert "«hospitals» → FAC-01." in right.explanation
    assert any("names no place" in words for words in right.explanation)


def test_more_than_and_about_are_taken_at_their_word(pulso_set):
    ours = hospitals(pulso_set)
    text = f"More than {ours - 1} hospitals. More than {ours * 2} hospitals. Fewer than {ours * 2} hospitals."
    assert [one.verdict for one in check_text(PublicUser(), text, pulso_set)] == ["agrees", "differs", "agrees"]


def test_the_nearest_cut_off_is_used_and_another_day_is_said(pulso_sets):
    early, late = pulso_sets.earlier.cut_off, pulso_sets.newest.cut_off
    for near, day in ((early, early - dt.timedelta(days=20)), (late, late + dt.timedelta(days=3)), (late, late)):
        (found,) = check_text(PublicUser(), f"On {day:%Y-%m-%d} there were 12 hospitals.")
        assert (found.as_of, found.cut_off) == (day, near)
        said = [words for words in found.explanation if "Compared with ours" in words]
        assert ("nearest day there is" in said[0]) == (day != near)


def test_what_has_no_register_is_not_recorded_and_never_nought(pulso_set):
    (found,) = check_text(PublicUser(), "There are 11,816 committees.", pulso_set)
    assert (found.indicator, found.verdict, found.computed, found.difference) == ("LCN-01", "not_recorded", None, None)
    assert any("not yet recorded" in words for words in found.explanation)


def test_without_any_values_nothing_is_compared(people):
    (found,) = check_text(PublicUser(), "There are 660 hospitals.")
    assert (found.verdict, found.computed) == ("not_recorded", None)


def test_what_leads_to_no_indicator_is_listed_all_the_same(pulso_set):
    (found,) = check_text(PublicUser(), "The five principles are public and free.", pulso_set)
    assert (found.figure, found.indicator, found.verdict) == (5, None, "no_indicator")


def test_a_growth_is_checked_by_its_own_values(pulso_set):
    text = "Los trabajadores de las tres categorías pasaron de 121,000 a 168,627, un incremento de 40.5 %."
    first, second, growth = check_text(PublicUser(), text, pulso_set)
    assert growth.verdict == "not_checkable"
    assert growth.arithmetic == "inconsistent: (168,627 − 121,000) ÷ 121,000 = 39.4 %; stated 40.5"
    assert first.verdict == "not_checkable"
    assert second.indicator == "WRK-05"


def test_few_people_are_held_back_from_everybody(pulso_set, settings):
    found = check_text(PublicUser(), "En Hidalgo se registró a 3 personas.", pulso_set)
    assert [one.verdict for one in found] == ["not_recorded"]


def test_left_out_digits_are_told_with_their_reason(pulso_set):
    read = read_text(PublicUser(), "Pulso no. 176, 24 de septiembre de 2024: 12 hospitales.", pulso_set)
    assert [(one.text, one.reason) for one in read.left_out] == [
        ("176", "reference"),
        ("24 de septiembre de 2024", "date"),
    ]


def test_the_page_names_every_reason_that_digits_are_left_out_for(client, db):
    text = "Tome 500 mg. Operan 660 hospitales [2] en IMSS-Bienestar 2.0; acuda a 44 Reforma Avenue."
    answer = client.post(reverse("check_claims"), {"text": text})
    told = answer.content.decode()
    assert answer.status_code == 200
    assert all(words in told for words in ("una dosis o una medida", "el número de una versión"))


def test_every_published_claim_has_a_verdict_with_its_reason(pulso_set):
    found = {one.claim.id: one.comparison for one in published_claims(PublicUser(), pulso_set)}
    assert len([code for code in found if code.startswith("C")]) == 85
    assert found["C000-14"].verdict == "not_checkable"
    assert found["C001-14"].verdict == "not_checkable"
    assert all(one.why for one in found.values())
    assert found["C000-03"].verdict == "differs"
    assert found["C000-03"].computed == hospitals(pulso_set)


def run(*words):
    return CliRunner().invoke(cli, ["claims", *map(str, words)])


def test_the_command_answers_in_json(pulso_set, tmp_path):
    path, out = tmp_path / "speech.txt", tmp_path / "out.json"
    path.write_bytes(b"Hay 660 hospitales.\r\nHay cinco principios.\r\n")
    result = run("check", path, "--json", out)
    assert result.exit_code == 0, result.output
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [list(row) for row in rows] == [KEYS, KEYS]
    assert (rows[0]["text"], rows[0]["figure"], rows[0]["unit"], rows[0]["indicator"]) == (
        "660",
        660,
        "units",
        "FAC-01",
    )
    assert rows[0]["computed"] == hospitals(pulso_set)
    assert (rows[1]["verdict"], rows[1]["indicator"], rows[1]["computed"]) == ("no_indicator", None, None)
    shown = run("check", path, "--json", "-")
    assert json.loads(shown.output) == rows


def test_a_file_without_figures_or_empty_is_no_error(people, tmp_path):
    path = tmp_path / "empty.txt"
    for content in (b"", b"\xef\xbb\xbf", b"Sin cifras.\r\n"):
        path.write_bytes(content)
        result = run("check", path, "--json", "-")
        assert (result.exit_code, json.loads(result.output)) == (0, [])
    assert "No se encontraron cifras." in run("check", path).output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("Cifras: 660 hospitales en Mérida ñ".encode("latin-1"), "is not UTF-8 text (byte "),
        (b"9" * 5_000_001, "is longer than 5,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(people, tmp_path, content, said):
    path = tmp_path / "speech.txt"
    path.write_bytes(content)
    result = run("check", path)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert said in result.output


def test_a_file_that_is_not_there_is_one_sentence(people, tmp_path):
    result = run("check", tmp_path / "none.txt")
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")


def test_a_text_comes_from_the_input_too(pulso_set, tmp_path):
    text = "En 2026 hay 88 hospitales."
    path = tmp_path / "text.txt"
    path.write_text(text, encoding="utf-8")
    piped = CliRunner().invoke(cli, ["claims", "check", "-", "--json", "-"], input=text)
    assert piped.exit_code == 0
    assert piped.output == run("check", path, "--json", "-").output
    assert '"88 hospitales"' in piped.output or '"88"' in piped.output


def test_the_list_gives_all_claims(pulso_set, tmp_path):
    out = tmp_path / "claims.json"
    assert run("list", "--json", out).exit_code == 0
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert sum(row["id"].startswith("C") for row in rows) == 85
    assert next(row for row in rows if row["id"] == "C000-14")["status"] == "not_resolvable"


def checked(day):
    con = duckdb.connect()
    fill_claim_checks(con, "frozen", day)
    return {row[0]: row[1:] for row in con.execute("SELECT claim, checkable, within_tolerance FROM frozen").fetchall()}


def test_claims_are_frozen_beside_what_was_public_of_earlier_days(pulso_sets):
    today = timezone.localdate()
    assert checked(today - dt.timedelta(days=1)) == {}, "nothing was public yet"
    assert checked(pulso_sets.earlier.cut_off) == {}
    rows = checked(today)
    wanted = {one.claim.id: one.comparison.verdict for one in published_claims(PublicUser())}
    assert rows == {code: (told in ("agrees", "differs"), told == "agrees") for code, told in wanted.items()}
    assert any(checkable for checkable, _within in rows.values())


def test_the_set_of_the_cut_off_itself_is_no_measure_of_its_claims(pulso_sets):
    ValueSet.objects.update(published_at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC))
    earlier = {one.claim.id: one.comparison.verdict for one in published_claims(PublicUser(), pulso_sets.earlier)}
    rows = checked(pulso_sets.newest.cut_off)
    assert {code: told[0] for code, told in rows.items()} == {
        code: told in ("agrees", "differs") for code, told in earlier.items()
    }
    file_of(pulso_sets.earlier, VALUES).rename(file_of(pulso_sets.earlier, "away"))
    try:
        assert checked(pulso_sets.newest.cut_off) == {}, "its values are not on this machine"
    finally:
        file_of(pulso_sets.earlier, "away").rename(file_of(pulso_sets.earlier, VALUES))
