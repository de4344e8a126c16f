"""The Pulso report: every file says what the frozen set says, and nothing that is held back."""

from __future__ import annotations

import csv
import fcntl
import hashlib
import io
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from bienestar.cli.indicators import indicators as indicators_command
from bienestar.cli.report import report
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.storage import VALUES, file_of
from bienestar.web.components.maps import forget_drawings
from bienestar.web.pulso_report import kept
from bienestar.web.pulso_report.content import PulsoContent, ReportRefused, collect
from bienestar.web.pulso_report.files import files_of
from tests.indicators.made import make_set, make_sets

ADDRESS = "https://pulso.example"
LANGUAGES = ("es", "en")
VALUE_LINK = re.compile(rf"{ADDRESS}/pulso/valor/(\d+)/([A-Z]+-\d+[A-Z]?)/(\w+)/$")
DAY = "2026-09-30"


@dataclass(frozen=True)
class Made:
    """A report with its files by the end of their names; and the frozen values, read from the set's own file."""

    content: PulsoContent
    files: dict[str, bytes]
    frozen: dict[tuple[str, str, str, str], dict[str, Any]]
    earlier: dict[str, dict[str, Any]]

    def file(self, ending: str) -> bytes:
        (found,) = [body for name, body in self.files.items() if name.endswith(ending)]
        return found

    def rows(self, ending: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.file(ending).decode("utf-8-sig"), newline="")))


_kept: dict[str, Made] = {}


@pytest.fixture
def made(system, territory) -> Made:
    """Two cut-offs over invented tables; the report of the newer one, made once for all tests."""
    if "made" not in _kept:
        forget_drawings()
        sets = make_sets(system)
        content = collect(sets.newest, ADDRESS)
        country = {key[0]: row for key, row in frozen(sets.earlier).items() if key[1:] == ("MX", "", "")}
        _kept["made"] = Made(content, files_of(content), frozen(sets.newest), country)
    return _kept["made"]


def frozen(value_set: ValueSet) -> dict[tuple[str, str, str, str], dict[str, Any]]:
    """Every row of the file of values, by indicator, code, split and member."""
    rows = pq.read_table(file_of(value_set, VALUES)).to_pylist()
    return {(row["indicator"], row["code"], row["split"], row["member"]): row for row in rows}


def written(value: float, decimals: int) -> str:
    """How a value is written in Mexico, the slow way."""
    return f"{round(value, decimals):,.{decimals}f}"


class Links(HTMLParser):
    """The links of a page: (address, words)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.inside: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.inside = dict(attributes)["href"] or ""
            self.found.append((self.inside, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.inside = None

    def handle_data(self, words: str) -> None:
        if self.inside is not None:
            self.found[-1] = (self.inside, self.found[-1][1] + words)


def test_json_has_every_public_digit_and_none_that_is_held_back(made):
    data = json.loads(made.files[f"{made.content.identity.stem}.json"])
    said = {(one["indicator"], one["code"], one["split"], one["member"]): one for one in data["values"]}
    held = 0
    for key, row in made.frozen.items():
        if row["level"] == "unit" or (row["split"] and row["level"] != "country"):
            continue
        one = said.pop(key)
        if not row["public"]:
            held += 1
            assert one["status"] == "withheld"
            assert [one[name] for name in ("value", "numerator", "denominator", "rows")] == [None] * 4
        else:
            assert one["value"] == row["value"]
            assert one["status"] == row["status"]
            for name in ("numerator", "denominator"):
                assert one[name] == (None if row[name] is None else float(row[name]))
    assert held > 5
    # What is left is reckoned at reading: differences between cut-offs, and what has no register.
    assert all(one["status"] == "not_recorded" or key[0].startswith("SUP-08") for key, one in said.items())


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_say_what_the_json_says(made, language):
    data = json.loads(made.files[f"{made.content.identity.stem}.json"])
    said = [(one["indicator"], one["code"], one["split"], one["member"], one["value"]) for one in data["values"]]
    names = {
        "es": ("pais", "desgloses", "estados", "municipios"),
        "en": ("country", "splits", "states", "municipalities"),
    }
    found = []
    book = CalamineWorkbook.from_filelike(io.BytesIO(made.file(f"-{language}.xlsx")))
    for name in names[language]:
        rows = list(csv.reader(io.StringIO(made.file(f"-{language}-{name}.csv").decode("utf-8-sig"), newline="")))
        found += [(row[0], row[4], row[6], row[7], float(row[8]) if row[8] else None) for row in rows[1:]]
        sheet = book.get_sheet_by_name(name).to_python()
        assert len(sheet) == len(rows)
        for cells, row in zip(sheet[1:], rows[1:], strict=True):
            assert [cells[0], cells[4]] == [row[0], row[4]]
            for place in (8, 10, 11):
                assert cells[place] == (pytest.approx(float(row[place]), rel=1e-14) if row[place] else "")
    assert sorted(found, key=str) == sorted(said, key=str)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_number_of_the_page_is_that_of_the_address_it_leads_to(made, language):
    page = made.file(f"-{language}.html").decode()
    seen = 0
    for url, words in Links(page).found:
        match = VALUE_LINK.match(url)
        if match is None:
            continue
        number, name, code = match.groups()
        here = int(number) == made.content.identity.number
        row = made.frozen.get((name, code, "", "")) if here else made.earlier.get(name)
        if row is None or row["value"] is None or not row["public"]:
            assert not re.search(r"\d", words), (url, words)
            continue
        definition = made.content.definitions[name]
        # People and posts are counted whole: 8,227 and not 8,227.0.
        counted = definition.denominator is None and row["value"] == int(row["value"])
        decimals = 0 if counted else made.content.units[definition.unit].decimals
        told = words.strip().removesuffix(" %")
        # A share that is not nothing never seems to be.
        while decimals < 4 and row["value"] and not written(row["value"], decimals).strip("0.,"):
            decimals += 1
        assert told == written(row["value"], decimals), url
        seen += 1
    assert seen > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_and_leads_where_the_page_does(made, language):
    reader = PdfReader(io.BytesIO(made.file(f"-{language}.pdf")))
    text = " ".join(" ".join(page.extract_text().split()) for page in reader.pages)
    leads = {
        note.get_object()["/A"]["/URI"]
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object()
    }
    shown = [(url, words.strip()) for url, words in Links(made.file(f"-{language}.html").decode()).found]
    assert {url for url, _words in shown} == leads
    assert not [words for _url, words in shown if re.search(r"\d", words) and words not in text]
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", xmp, re.DOTALL)
    assert reader.trailer["/Root"]["/Lang"].lower().startswith(language)
    for place, page in enumerate(reader.pages, 1):
        assert re.search(rf"\b{place} (de|of) {len(reader.pages)}\b", " ".join(page.extract_text().split()))


def test_the_cover_carries_the_hash_of_the_data_the_document_all_of_them_and_the_manifest_those_of_every_file(made):
    identity = made.content.identity
    manifest = json.loads(made.files[f"{identity.stem}-manifest.json"])
    listed = {one["name"]: one["sha256"] for one in manifest["files"]}
    assert listed == {
        name: hashlib.sha256(body).hexdigest()
        for name, body in made.files.items()
        if not name.endswith("manifest.json")
    }
    data = listed[f"{identity.stem}.json"]
    for language in LANGUAGES:
        page = made.file(f"-{language}.html").decode()
        printed = [
            "".join(one.extract_text().split()) for one in PdfReader(io.BytesIO(made.file(f"-{language}.pdf"))).pages
        ]
        assert data in printed[0]
        for digest in (identity.values_sha256, identity.definitions_sha256, identity.snapshot_sha256, data):
            assert digest in page
            assert digest in "".join(printed)
    assert manifest["sha256"]["values"] == identity.values_sha256


def test_charts_have_their_table_and_their_words_and_fetch_nothing(made):
    page = made.file("-en.html").decode()
    alternatives = re.findall(r'role="img" aria-label="([^"]+)"', page)
    assert len(alternatives) >= 4
    assert all(len(words) > 40 for words in alternatives)
    assert not re.search(r"<(link|script|img|iframe)|@import|url\((?!#)", page)
    assert not re.search(r'<(?!meta|div|svg)[a-z]+ [^>]*style="', page)
    for section in re.split(r"<h2", page)[1:]:
        if "<figure" in section and 'role="img"' in section:
            assert "<table" in section
    identifiers = re.findall(r'<[^>]+ id="(?!unknown)([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


def test_states_are_counted_by_band_and_percentages_never_averaged(made):
    data = json.loads(made.files[f"{made.content.identity.stem}.json"])
    limits = {"full": (100, 1e9), "high": (95, 100), "middle": (90, 95), "low": (-1, 90)}
    for band, codes in data["bands"]["WRK-06"].items():
        low, high = limits[band]
        told = [
            key[1]
            for key, row in made.frozen.items()
            if key[0] == "WRK-06" and row["level"] == "state" and not row["split"] and row["value"] is not None
            if low <= row["value"] < high and row["public"]
        ]
        assert codes == sorted(told)


def test_the_same_set_gives_the_same_bytes_whatever_is_published_later(system, territory):
    first = make_set(system)
    before = files_of(collect(first, ADDRESS), ("en",))
    make_sets(system)
    again = files_of(collect(ValueSet.objects.get(pk=first.pk), ADDRESS), ("en",))
    assert again == before


def test_registers_that_are_not_there_are_listed_and_never_nought(system, territory):
    empty = make_set(system, leave_out=tuple(frozen_tables()))
    content = collect(empty, ADDRESS)
    files = files_of(content, ("en",))
    data = json.loads(files[f"{content.identity.stem}.json"])
    assert len(data["not_recorded"]) == len(data["indicators"])
    assert {one["value"] for one in data["values"]} == {None}
    page = files[f"{content.identity.stem}-en.html"].decode()
    assert "Not yet recorded" in page
    assert not [words for url, words in Links(page).found if VALUE_LINK.match(url) and re.search(r"\d", words)]


def test_a_draft_has_no_report(system, territory):
    draft = make_set(system, publish=False)
    ValueSet.objects.filter(pk=draft.pk).update(stage="draft", published_at=None)
    with pytest.raises(ReportRefused):
        collect(ValueSet.objects.get(pk=draft.pk), ADDRESS)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(report, ["pulso", *arguments])


def test_command_writes_the_files_of_the_language_that_is_asked_for(system, territory, tmp_path):
    make_set(system)
    done = run("--cut-off", DAY, "--out", str(tmp_path / "new" / "folder"), "--language", "en", "--address", ADDRESS)
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "new" / "folder").iterdir()}
    assert {Path(name).suffix for name in names} == {".html", ".pdf", ".xlsx", ".csv", ".json"}
    assert not [name for name in names if "-es" in name]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cut-off", "2020-01-01"], "No set of values is published for 2020-01-01"),
        (["--cut-off", "someday"], "someday"),
        (["--cut-off", DAY, "--state", "77"], "77"),
    ],
)
def test_what_cannot_be_reported_is_one_sentence(system, territory, tmp_path, options, words):
    make_set(system)
    done = run(*options, "--out", str(tmp_path / "out"))
    assert done.exit_code == 2
    assert words in done.output
    assert done.output.count("Error:") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_to_is_one_sentence(system, territory, tmp_path):
    make_set(system)
    (tmp_path / "file").write_text("")
    done = run("--cut-off", DAY, "--out", str(tmp_path / "file" / "out"), "--language", "en")
    assert done.exit_code == 2
    assert "cannot be written to" in done.output


def test_the_diagnosis_still_asks_for_its_area():
    done = CliRunner().invoke(report, ["--out", "somewhere"])
    assert done.exit_code == 2
    assert "--area" in done.output


def test_the_committed_method_annex_is_that_of_the_definitions(tmp_path):
    """When it fails: bienestar indicators annex --out docs/methods/indicators.md"""
    done = CliRunner().invoke(indicators_command, ["annex", "--out", str(tmp_path / "annex.md")])
    assert done.exit_code == 0, done.output
    committed = Path(__file__).parents[2] / "docs" / "methods" / "indicators.md"
    assert (tmp_path / "annex.md").read_text() == committed.read_text()


@pytest.fixture
def served(system, territory) -> Iterator[ValueSet]:
    """A published set, whose report nobody has asked for yet."""
    shutil.rmtree(kept.home(), ignore_errors=True)
    return make_set(system)


@pytest.mark.django_db
def test_everybody_can_fetch_the_report_and_finds_the_same_files(served, client):
    page = client.get(f"/pulso/informe/{served.pk}/?hacer=1")
    assert page.status_code == 200
    page = client.get(f"/pulso/informe/{served.pk}/")
    names = sorted(set(re.findall(rf'href="/pulso/informe/{served.pk}/([^"]+)"', page.content.decode())))
    assert {Path(name).suffix for name in names} == {".html", ".pdf", ".xlsx", ".csv", ".json"}
    for name in names:
        answer = client.get(f"/pulso/informe/{served.pk}/{name}")
        assert answer.status_code == 200
        digest = hashlib.sha256(answer.content).hexdigest()
        assert name.endswith("manifest.json") or digest in page.content.decode()
    links = re.findall(r'<a href="/pulso/informe/[^>]*>([^<]+)</a>', page.content.decode())
    assert len(links) == len(names)
    assert not [words for words in links if "pulso-2" in words], "a file is offered by its name and not in words"
    shown = client.get(f"/pulso/informe/{served.pk}/{next(name for name in names if name.endswith('-es.html'))}")
    assert "sha256-" in shown.headers["Content-Security-Policy"]
    assert "unsafe" not in shown.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_page_does_not_wait_for_files_that_are_not_made(served, client):
    page = client.get(f"/pulso/informe/{served.pk}/").content.decode()
    assert 'hx-trigger="load, submit"' in page
    assert kept.kept_folder(served) is None
    kept.home().mkdir(parents=True, exist_ok=True)
    with (kept.home() / ".lock").open("w") as lock:  # another process makes files
        fcntl.flock(lock, fcntl.LOCK_EX)
        page = client.get(f"/pulso/informe/{served.pk}/?hacer=1").content.decode()
    assert 'hx-trigger="load delay:2s, submit"' in page
    assert kept.kept_folder(served) is None


@pytest.mark.django_db
def test_a_report_that_cannot_be_made_takes_no_publication_back(served, client, caplog):
    ValueSet.objects.filter(pk=served.pk).update(stage="draft", published_at=None, published_by="")
    kept.home().parent.mkdir(parents=True, exist_ok=True)
    kept.home().write_text("a file where the folder must be")
    try:
        answer = CliRunner().invoke(indicators_command, ["publish", str(served.pk)])
        assert answer.exit_code == 0, answer.output
        assert "could not be made" in answer.stderr
        page = client.get(f"/pulso/informe/{served.pk}/?hacer=1")
    finally:
        kept.home().unlink()
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
    assert "hx-trigger" not in page.content.decode()
    assert f"The report of set {served.pk} could not be made." in caplog.text
    assert client.get(f"/pulso/cortes/{served.pk}/").status_code == 200


@pytest.mark.django_db
def test_the_command_that_publishes_makes_the_report(served):
    ValueSet.objects.filter(pk=served.pk).update(stage="draft", published_at=None, published_by="")
    answer = CliRunner().invoke(indicators_command, ["publish", str(served.pk)])
    assert answer.exit_code == 0, answer.output
    folder = kept.kept_folder(served)
    assert folder is not None
    assert any(one.suffix == ".pdf" for one in folder.iterdir())


@pytest.mark.django_db
def test_what_is_not_published_or_not_there_is_not_found(served, client):
    ValueSet.objects.filter(pk=served.pk).update(stage="draft", published_at=None)
    assert client.get(f"/pulso/informe/{served.pk}/").status_code == 404
    assert client.get("/pulso/informe/999/").status_code == 404
