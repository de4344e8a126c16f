"""Open data: the hashes are those of the bytes, and nothing personal and nothing held back is anywhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re

import duckdb
import pytest
from click.testing import CliRunner

from bienestar.cli.indicators import indicators
from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.storage.cells import harmless
from bienestar.insight.indicators.actions import publish_values
from bienestar.insight.indicators.queries.open_data import SUMS, open_data
from bienestar.insight.indicators.queries.values import definitions_of, values_of
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of
from tests.indicators.made import PLANNED, make_set

pytestmark = pytest.mark.django_db


def get(client, value_set, name: str) -> bytes:
    answer = client.get(f"/pulso/datos/{value_set.number}/{name}")
    assert answer.status_code == 200, name
    return b"".join(answer.streaming_content)


def csv_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_hashes_sizes_and_rows_are_those_of_the_bytes_served(client, pulso_set):
    listed = dict(reversed(line.split("  ")) for line in get(client, pulso_set, SUMS).decode().splitlines())
    catalogue = json.loads(get(client, pulso_set, "catalogue.json"))
    told = {one["dct:identifier"]: one for one in catalogue["dcat:distribution"]}
    assert set(listed) == {*told, "catalogue.json"}
    for name, sha256 in listed.items():
        content = get(client, pulso_set, name)
        assert hashlib.sha256(content).hexdigest() == sha256, name
        if name in told:
            assert told[name]["dcat:byteSize"] == len(content)
            assert told[name]["spdx:checksum"]["spdx:checksumValue"] == sha256
    for one in open_data(pulso_set).files:
        if one.rows is not None:
            assert len(csv_of(get(client, pulso_set, one.name))) == one.rows
    page = client.get("/pulso/datos/").content.decode()
    assert set(re.findall(r'href="/pulso/datos/\d+/([^"]+)"', page)) == {*listed, SUMS}


def test_made_again_the_files_are_the_same(client, pulso_set):
    first = open_data(pulso_set)
    hashes = [one.sha256 for one in first.files]
    (first.folder / "index.json").unlink()
    for left in first.folder.iterdir():
        left.unlink()
    first.folder.rmdir()
    assert [one.sha256 for one in open_data(pulso_set).files] == hashes


def test_every_indicator_has_what_the_public_reads_and_nothing_more(client, pulso_set):
    withheld = 0
    for indicator, definition in definitions_of(pulso_set).items():
        if definition.change_of:
            continue
        rows = csv_of(get(client, pulso_set, f"{indicator}.csv"))
        expected = values_of(PublicUser(), pulso_set, indicator, split=None)
        assert len(rows) == len(expected)
        for row, one in zip(rows, expected, strict=True):
            assert (row["level"], row["code"], row["split"], row["status"]) == (
                one.level,
                one.code,
                one.split,
                one.status,
            )
            for name in ("numerator", "denominator", "value", "rows"):
                assert (float(row[name]) if row[name] else None) == getattr(one, name)
            if one.status == "withheld":
                withheld += 1
                assert not any(row[name] for name in ("numerator", "denominator", "value", "rows"))
    assert withheld > 10


def test_no_personal_table_or_column_is_open_and_open_tables_are_whole(client, pulso_set):
    shapes = frozen_tables()
    manifest = manifest_of(pulso_set.snapshot)
    names = {one.about for one in open_data(pulso_set).files if one.kind == "table"}
    assert {"units", "staff", "municipalities"} <= names
    assert "persons" in manifest.tables
    assert not names & {name for name, shape in shapes.items() if shape.personal}
    personal = [shape for shape in shapes.values() if shape.personal]
    keys = {column for shape in personal for column in shape.key if column not in ("state", "unit", "edition")}
    with duckdb.connect() as con:
        attach(con, folder_of(pulso_set.snapshot), manifest)
        single = {
            str(row[0]) for row in con.execute("SELECT person FROM persons UNION SELECT card FROM cards").fetchall()
        }
    for name in names:
        rows = csv_of(get(client, pulso_set, f"tabla-{name}.csv"))
        assert list(rows[0]) == shapes[name].open_columns
        assert not set(rows[0]) & (keys - {"unit", "round"})
        assert len(rows) == manifest.tables[name].rows
        assert not single & {cell for row in rows for cell in row.values()}


def test_a_column_that_becomes_personal_leaves_the_open_files(client, pulso_set, monkeypatch):
    before = open_data(pulso_set)
    shapes = dict(frozen_tables())
    units = shapes["units"]
    hidden = units.columns["clues"].model_copy(update={"personal": True})
    shapes["units"] = units.model_copy(update={"columns": {**units.columns, "clues": hidden}})
    monkeypatch.setattr("bienestar.insight.indicators.queries.open_data.frozen_tables", lambda: shapes)
    after = open_data(pulso_set)
    assert after.folder != before.folder
    assert "clues" not in csv_of((after.folder / "tabla-units.csv").read_bytes())[0]


def test_the_dictionary_tells_every_column_in_both_languages(client, pulso_set):
    rows = csv_of(get(client, pulso_set, "diccionario-tablas.csv"))
    told = {(row["file"], row["column"]) for row in rows}
    assert all(row["meaning_es"] and row["meaning_en"] and row["table_es"] != "" for row in rows)
    for one in open_data(pulso_set).files:
        if one.kind in ("indicator", "table"):
            head = get(client, pulso_set, one.name).decode().partition("\n")[0].split(",")
            name = one.name if one.kind == "table" else "<id>.csv"
            assert {(name, column) for column in head} <= told
    indicators = csv_of(get(client, pulso_set, "diccionario-indicadores.csv"))
    assert {row["id"] for row in indicators} == set(definitions_of(pulso_set))
    assert "CC BY 4.0" in get(client, pulso_set, "licencia.txt").decode()


def test_who_has_a_file_already_is_told_so(client, pulso_set):
    address = f"/pulso/datos/{pulso_set.number}/FAC-02.csv"
    answer = client.get(address)
    assert "max-age" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Length"] == str(len(b"".join(answer.streaming_content)))
    again = client.get(address, headers={"if-none-match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    only_head = client.head(address)
    b"".join(only_head.streaming_content)
    assert only_head.headers["ETag"] == answer.headers["ETag"]


@pytest.mark.parametrize("name", ["nothing.csv", "index.json", "..%2Fmanifest.json", "tabla-persons.csv", "tmp"])
def test_only_listed_files_are_served(client, pulso_set, name):
    assert client.get(f"/pulso/datos/{pulso_set.number}/{name}").status_code == 404


def test_a_draft_has_no_open_files_until_it_is_published(client, system):
    draft = make_set(system, leave_out=(*PLANNED, "equipment"), publish=False)
    assert client.get(f"/pulso/datos/{draft.number}/").status_code == 404
    assert client.get(f"/pulso/datos/{draft.number}/FAC-02.csv").status_code == 404
    publish_values(by=system, value_set=draft)
    assert get(client, draft, "FAC-02.csv").startswith(b"indicator,version,level,code")


def test_words_that_a_spreadsheet_would_run_are_made_harmless(client, two_sets):
    with duckdb.connect() as con:
        attach(con, folder_of(two_sets.after.snapshot), manifest_of(two_sets.after.snapshot))
        names = dict(con.execute("SELECT unit, name FROM units").fetchall())
    assert sum(name.startswith("=") for name in names.values()) > 3
    rows = csv_of(get(client, two_sets.after, "tabla-units.csv"))
    assert {row["unit"]: row["name"] for row in rows} == {unit: harmless(name) for unit, name in names.items()}


def test_the_command_makes_the_files_and_lists_their_hashes(client, pulso_set):
    done = CliRunner().invoke(indicators, ["open-data", str(pulso_set.number)])
    assert done.exit_code == 0, done.output
    listed = {line.split()[-1]: line.split()[0] for line in done.output.splitlines()[:-1]}
    assert listed == {one.name: one.sha256 for one in open_data(pulso_set).files}
    assert CliRunner().invoke(indicators, ["open-data", "999"]).exit_code == 2
