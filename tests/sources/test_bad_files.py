"""A file that cannot be what is asked gets one sentence and exit code 2, and leaves nothing behind."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bienestar.cli.ingest import ingest
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile
from tests.sources.files import as_csv, catalogue, national, new, write_xlsx


def run(*words: object) -> Result:
    return CliRunner().invoke(ingest, [str(word) for word in words], catch_exceptions=False)


def workbook(folder: Path) -> bytes:
    path = write_xlsx(folder / "whole.xlsx", {"A": [list(national(1)), list(national(1).values())]})
    return path.read_bytes()


def zip_of(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "x")
    return out.getvalue()


LIST = as_csv([national(1)]).encode()
BAD = {
    "empty": (b"", "empty"),
    "blanks": (b" \n\n ", "empty"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"0" * 5000, "PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"0" * 5000, "picture"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000, "old Excel"),
    "gzip": (b"\x1f\x8b\x08" + b"\0" * 500, "compressed"),
    "zip of something": (zip_of("data.csv"), "compressed"),
    "utf-16": (LIST.decode().encode("utf-16"), "UTF-16"),
    "noise": (os.urandom(300_000), "not text"),
    "one endless line": (b"abcdefgh," * 50_000, "never ends"),
    "json": (json.dumps({"type": "FeatureCollection", "features": []}).encode(), "JSON"),
    "words": (b"Estimado director:\nle env\xc3\xado el archivo.\n", "headings"),
    "another kind": (b"CLUES,HORA INICIO,HORA FIN\nHGIMB000011,08:00,15:00\n", "those of hours"),
    "a column lost": (LIST.replace(b"nombre_de_la_unidad", b"unidad"), "nombre_de_la_unidad"),
    "a heading twice": (LIST.replace(b"nombre_comercial", b"Nombre_de_la_Unidad "), "more than once"),
    "an open quotation mark": (LIST + b'"' + b"x," * 200_000, "quotation mark"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_gets_one_sentence_and_exit_code_2(territory: Path, name: str) -> None:
    content, word = BAD[name]
    path = territory / "unidades_2026.csv"
    path.write_bytes(content)
    sources = SourceFile.objects.count()
    result = run("clues", path, "--language", "en")
    assert result.exit_code == 2
    told = result.stderr.strip()
    assert told.startswith("unidades_2026.csv: ")
    assert word in told
    assert len(told.splitlines()) == 1
    assert not Unit.objects.exists()
    assert SourceFile.objects.count() == sources


@pytest.mark.django_db
@pytest.mark.parametrize("share", [0.3, 0.9, 0.995])
def test_a_truncated_workbook(territory: Path, share: float) -> None:
    whole = workbook(territory)
    path = territory / "cut_2026.xlsx"
    path.write_bytes(whole[: int(len(whole) * share)])
    result = run("clues", path, "--language", "en")
    assert result.exit_code == 2
    assert "cut short" in result.stderr


@pytest.mark.django_db
def test_a_workbook_with_an_empty_sheet(territory: Path) -> None:
    result = run("clues", write_xlsx(territory / "empty_2026.xlsx", {"A": []}), "--language", "en")
    assert result.exit_code == 2
    assert "no rows" in result.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["municipalities", "population", "geometry", "hours", "sinerhias", "catchment"])
@pytest.mark.parametrize("name", ["pdf", "noise", "words", "empty", "zip of something"])
def test_every_kind_refuses_what_is_no_table(territory: Path, kind: str, name: str) -> None:
    path = territory / "archivo_2026.csv"
    path.write_bytes(BAD[name][0])
    result = run(kind, path)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.django_db
def test_a_missing_file_and_a_folder(territory: Path) -> None:
    assert run("clues", territory / "none.csv").exit_code == 2
    assert run("clues", territory).exit_code == 2


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_usual_encoding_and_delimiter_is_read(territory: Path, encoding: str, delimiter: str) -> None:
    text = as_csv([national(1, nombre_de_la_unidad="PEÑA")], delimiter=delimiter)
    path = territory / "lista_2026.csv"
    path.write_bytes(text.encode(encoding))
    assert run("clues", path).exit_code == 0
    assert Unit.objects.get().name == "PEÑA"


@pytest.mark.django_db
def test_a_heading_with_accents_blanks_and_a_byte_mark_is_the_same_heading(territory: Path) -> None:

    row = catalogue(new(7))
    renamed = {f" {name.replace('ESTATUS DE OPERACION', 'Estatus de Operación')}\u00a0": v for name, v in row.items()}
    path = territory / "corte_2025-03.csv"
    path.write_text(as_csv([renamed]), encoding="utf-8-sig")
    assert run("clues", path).exit_code == 0
    assert Unit.objects.get().statuses.get().status == "operating"
