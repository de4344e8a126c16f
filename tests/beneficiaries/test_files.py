"""Files of persons: each row one person however often the file comes; what is wrong is said row by row."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from bienestar.demo.people import write
from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.registers.beneficiaries.actions import correct_person, merge_persons, move_person, register_person
from bienestar.registers.beneficiaries.models import NameKey, Person, PersonIdentifier
from bienestar.registers.beneficiaries.queries import (
    curp_of,
    person_by_identifier,
    search_persons,
)
from bienestar.sources.layouts import Unusable
from bienestar.sources.run import Outcome, Request, ingest
from tests.beneficiaries.conftest import JUAN, LUPE, curp_for
from tests.conftest import Territory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What the program says is compared in English, whatever translations are compiled."""
    with translation.override("en"):
        yield


COLUMNS = ("id", "curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state") + (
    "municipality",
    "unit",
)
ROWS = [
    ("1", "HELJ850312HOCRPN01", "Juan Carlos", "Hernández", "López", "1985-03-12", "H", "OC", "91001", "XAIMB000011"),
    ("2", "CUOG011231MCSRRDA6", "María Guadalupe", "De la Cruz", "Ortiz", "2001-12-31", "M", "CS", "91002", ""),
    ("3", "", "Nayeli", "Ek", "Uc", "2024-02-29", "M", "QR", "92001", ""),
]

Load = Callable[..., Outcome]


def text(rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([columns, *rows])
    return stream.getvalue()


@pytest.fixture
def load(system: User, territory: Territory, units: Any, tmp_path: Path) -> Load:
    """``load(ROWS)``: the outcome of a CSV file with these rows, or of bytes as they are; reasons in English."""

    def run(content: Any, name: str = "persons.csv", **asked: Any) -> Outcome:
        path = tmp_path / name
        data = content if isinstance(content, bytes) else text(content).encode()
        path.write_bytes(data)
        with translation.override("en"):
            return ingest(by=system, request=Request(kind="persons", path=path, publisher="Padrón X", **asked))

    return run


def reasons(outcome: Outcome) -> list[tuple[str, str, str, int]]:
    return [(severity, column, reason, first) for severity, column, reason, _count, first in outcome.groups]


def everything() -> list[Any]:
    """Every row that a file can write, without when and which file."""
    persons = Person.objects.order_by("pk").values_list("pk", "uid", "given_names", "birth_date", "path", "told_curp")
    identifiers = PersonIdentifier.objects.order_by("pk").values_list("person", "kind", "value")
    return [*persons, *identifiers, *NameKey.objects.order_by("pk").values_list("person", "key")]


def test_each_row_is_a_person_and_the_second_time_nothing_changes(load: Load, system: User) -> None:
    first = load(ROWS)
    assert (first.rows_read, first.accepted, first.rejected, first.warned) == (3, 3, 0, 0)
    juan = person_by_identifier("curp", JUAN.curp)
    assert juan is not None
    assert (juan.path, juan.first_surname) == ("MX/91/91001/U-XAIMB000011/", "Hernández")
    assert person_by_identifier("origin", "padron-x:1") == juan
    baby = person_by_identifier("origin", "padron-x:3")
    assert baby is not None
    assert (curp_of(baby), baby.path, baby.birth_date) == ("", "MX/92/92001/", dt.date(2024, 2, 29))
    assert search_persons(system, "cruz guadalupe").total == 1
    (row,) = JournalEntry.objects.filter(action="beneficiaries.put_persons")
    assert (row.records, row.detail, len(row.records_sha256)) == (3, {"created": 3, "changed": 0}, 64)
    before = everything()
    again = load(ROWS)
    assert (again.accepted, again.unchanged) == (0, 3)
    assert everything() == before
    assert JournalEntry.objects.filter(action="beneficiaries.put_persons").count() == 1


def test_parquet_and_a_workbook_say_the_same_as_csv(load: Load, tmp_path: Path) -> None:
    load(ROWS)
    before = everything()
    columns = {name: [row[place] or None for row in ROWS] for place, name in enumerate(COLUMNS)}
    table = pa.table(columns | {"birth_date": [dt.date.fromisoformat(row[5]) for row in ROWS]})
    pq.write_table(table, tmp_path / "made.parquet")
    outcome = load((tmp_path / "made.parquet").read_bytes(), "persons.parquet")
    assert (outcome.unchanged, outcome.rows_read) == (3, 3)
    assert everything() == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_encoding_gives_the_same_names(load: Load, encoding: str, end: str) -> None:
    load(text(ROWS).replace("\n", end).encode(encoding))
    assert sorted(Person.objects.values_list("first_surname", flat=True)) == ["De la Cruz", "Ek", "Hernández"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (text(ROWS, [*COLUMNS[:-1], "CURP"]).encode(), "The heading “curp” appears more than once"),
        (text([row[1:] for row in ROWS], COLUMNS[1:]).encode(), "lacks the column id"),
        (text(ROWS).encode("utf-16"), "UTF-16"),
        (b"PAR1" + b"\x15\x04\x15" * 900, "The Parquet file is damaged or was cut short"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x00\x01\x02" * 500, "not text (CSV)"),
    ],
    ids=["empty", "heading twice", "no id", "utf-16", "no footer", "pdf", "noise"],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_sentence(load: Load, content: bytes, sentence: str) -> None:
    with pytest.raises(Unusable, match="(?s).*") as caught:
        load(content)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not Person.objects.exists()


def test_a_parquet_file_cut_short_leaves_nothing(load: Load, tmp_path: Path) -> None:
    made = write(tmp_path / "people", 300, 1, 0.0, rolls={"imss": 0.5})
    whole = made.files["persons"].read_bytes()
    for size in (len(whole) // 2, len(whole) - 3):
        with pytest.raises(Unusable) as caught:
            load(whole[:size], "persons.parquet")
        assert "damaged or was cut short" in str(caught.value)
    assert not Person.objects.exists()


def test_a_quotation_mark_that_never_closes_hides_no_rows(load: Load) -> None:
    content = text(ROWS).replace("María Guadalupe", '"María Guadalupe').encode()
    with pytest.raises(Unusable, match="After row 2 a quotation mark is opened and never closed"):
        load(content)
    assert not Person.objects.exists()


def test_rows_within_a_quotation_are_not_taken_for_a_name(load: Load) -> None:
    """As one row they would be the name of whom row 3 tells with the data of whom row 5 tells."""
    rows = [
        (str(number), "", f"Nombre{number}", "Ruiz", "", "1990-01-01", "H", "HG", "91001", "") for number in range(2, 7)
    ]
    content = text(rows).replace("Nombre3", '"Nombre3').replace("Nombre5", 'Nombre5"').encode()
    outcome = load(content)
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (3, 2, 1)
    told = "its quotation mark closes 2 lines further down, and these were not read: mend it and load it again"
    assert reasons(outcome) == [("refused", "", told, 3)]
    assert set(Person.objects.values_list("given_names", flat=True)) == {"Nombre2", "Nombre6"}


def test_a_name_over_two_lines_is_a_name(load: Load) -> None:
    rows = [("1", "", "Ana\r\nLuisa", "Ruiz", "", "1990-01-01", "M", "HG", "91001", "")]
    assert load(rows).accepted == 1
    assert Person.objects.get().given_names == "Ana Luisa"


@pytest.mark.parametrize("cell", ["x" * 200_000, '"' + "x" * 200_000])
def test_a_cell_without_end_is_one_sentence(load: Load, cell: str) -> None:
    content = text([*ROWS, ROWS[0]]).encode()
    with pytest.raises(Unusable, match="a cell has more than 131072 letters, or its quotation mark never closes"):
        load(content * 2000 + cell.encode())


def test_columns_that_no_layout_knows_are_named(load: Load) -> None:
    content = text([(*row, "x") for row in ROWS], ("id", "clave curp", *COLUMNS[2:], "Teléfono")).encode()
    outcome = load(content)
    assert outcome.notes == (
        "Columns that were not read, because no layout knows their heading: clave curp, Teléfono.",
    )
    assert load(ROWS).notes == ()


def test_what_steers_a_terminal_or_turns_writing_round_is_no_part_of_a_name(load: Load) -> None:
    load([("1", "", "Ju\x1b[31man\u202e", "Ru\x07iz", "", "1990-01-01", "H", "HG", "91001", ""), *[ROWS[2]] * 80])
    assert Person.objects.filter(given_names="Ju[31man", first_surname="Ruiz").exists()


def columns_of(rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    return {name: [row[place] or None for row in rows] for place, name in enumerate(COLUMNS)}


def parquet(columns: dict[str, Any], tmp_path: Path) -> bytes:
    pq.write_table(pa.table(columns), tmp_path / "other.parquet")
    return (tmp_path / "other.parquet").read_bytes()


DAYS = [dt.date.fromisoformat(row[5]) for row in ROWS]


def to_the_nanosecond(days: list[dt.date]) -> pa.Array:
    """Moments of those days that Python's own dates cannot tell."""
    moments = pa.array(days).cast(pa.timestamp("ns")).cast("int64")
    return pa.array([moment + 123 for moment in moments.to_pylist()]).cast(pa.timestamp("ns"))


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("birth_date", pa.array([row[5] for row in ROWS])),
        ("birth_date", pa.array(DAYS).cast(pa.timestamp("ns"))),
        ("birth_date", to_the_nanosecond(DAYS)),
        ("birth_date", pa.array(DAYS).cast(pa.timestamp("us", "UTC"))),
        ("given_names", pa.array([row[2].encode() for row in ROWS])),
        ("given_names", pa.array([row[2].encode("latin-1") for row in ROWS])),
        ("given_names", pa.array([row[2] for row in ROWS]).dictionary_encode()),
        ("sex", pa.array([row[6].encode() for row in ROWS]).dictionary_encode()),
        ("id", pa.array([1, 2, 3])),
        ("id", pa.array([1.0, 2.0, 3.0])),
        ("municipality", pa.array([91001.0, 91002.0, 92001.0])),
    ],
)
def test_parquet_of_other_types_says_the_same(load: Load, tmp_path: Path, column: str, cells: pa.Array) -> None:
    load(ROWS)
    outcome = load(parquet({**columns_of(ROWS), column: cells}, tmp_path), "other.parquet")
    assert (outcome.rows_read, outcome.unchanged, outcome.groups) == (3, 3, ())


def test_a_day_that_no_calendar_has_is_a_doubt(load: Load, tmp_path: Path) -> None:
    cells = pa.array([DAYS[0], None, DAYS[2]], pa.date32()).cast("int32").to_pylist()
    days = pa.array([cells[0], -(10**7), cells[2]], pa.int32()).cast(pa.date32())
    outcome = load(parquet({**columns_of(ROWS), "birth_date": days}, tmp_path), "other.parquet")
    assert (outcome.accepted, outcome.warned) == (3, 1)
    assert ("doubted", "birth_date", "it should be a date, day/month/year", 3) in reasons(outcome)
    assert set(Person.objects.values_list("birth_date", flat=True)) == {DAYS[0], None, DAYS[2]}


@pytest.mark.parametrize("cells", [[["Ana"], ["Eva"], ["Luz"]], [{"a": "Ana"}, {"a": "Eva"}, {"a": "Luz"}]])
def test_lists_and_records_are_no_names(load: Load, tmp_path: Path, cells: list[Any]) -> None:
    with pytest.raises(Unusable, match="holds lists or records"):
        load(parquet({**columns_of(ROWS), "given_names": cells}, tmp_path), "other.parquet")
    assert load(parquet({**columns_of(ROWS), "notes": cells}, tmp_path), "other.parquet").accepted == 3


def test_a_csv_file_cut_within_a_row_keeps_the_good_rows_and_says_so(load: Load) -> None:
    whole = text(ROWS).encode()
    cut = whole[: whole.index(b"Nayeli") + 3]
    assert load(cut + b'"Uc', "quoted.csv").rejected == 1
    Person.objects.all().delete()
    outcome = load(cut)
    assert (outcome.accepted, outcome.rejected) == (2, 1)
    assert reasons(outcome) == [
        ("refused", "", "the row has fewer cells than there are headings: it was cut short", 4),
        ("doubted", "", "the last line has no end: the file may have been cut short", 0),
    ]


def row(**told: str) -> tuple[str, ...]:
    return tuple({**dict(zip(COLUMNS, ROWS[0], strict=True)), **told}[name] for name in COLUMNS)


@pytest.mark.parametrize(
    ("told", "column", "words"),
    [
        ({"curp": "HELJ850312HOCRPN02"}, "curp", "last digit"),
        ({"curp": "HELJ850230HOCRPN01"}, "curp", "calendar"),
        ({"curp": "HELJ85"}, "curp", "18"),
        ({"birth_date": "1985-02-30", "curp": ""}, "birth_date", "no such day"),
        ({"birth_date": "12 de marzo", "curp": ""}, "birth_date", "should be a date"),
        ({"birth_date": "2099-03-12", "curp": ""}, "birth_date", "not come"),
        ({"birth_date": "1801-03-12", "curp": ""}, "birth_date", "alive"),
        ({"sex": "W"}, "sex", "must be one of"),
        ({"birth_state": "QQ"}, "birth_state", "no state"),
        ({"unit": "XXIMB999999"}, "unit", "CLUES"),
        ({"birth_date": "1985-03-21"}, "birth_date", "another birth date"),
        ({"sex": "M"}, "sex", "another sex"),
        ({"given_names": "x" * 130, "curp": ""}, "given_names", "cut"),
    ],
)
def test_what_is_wrong_with_a_value_is_doubted_and_the_person_kept(
    load: Load, told: dict[str, str], column: str, words: str
) -> None:
    outcome = load([row(**told), ROWS[1]])
    assert (outcome.accepted, outcome.rejected, outcome.warned) == (2, 0, 1)
    ((severity, where, reason, first),) = reasons(outcome)
    assert (severity, where, first) == ("doubted", column, 2)
    assert words in reason
    assert load([row(**told), ROWS[1]]).unchanged == 2


def test_a_curp_that_cannot_be_is_kept_as_told_and_finds_nobody(load: Load) -> None:
    load([row(curp="HELJ850312HOCRPN02")])
    person = Person.objects.get()
    assert (person.told_curp, curp_of(person)) == ("HELJ850312HOCRPN02", "")
    load([ROWS[0]])
    person = Person.objects.get()
    assert (person.told_curp, curp_of(person)) == ("", JUAN.curp), "mended by the next file"


@pytest.mark.parametrize(
    ("told", "column", "words"),
    [
        ({"id": ""}, "id", "blank"),
        ({"given_names": "", "first_surname": "?"}, "given_names", "Write a name"),
        ({"municipality": "91999"}, "municipality", "not stored"),
        ({"municipality": "Pachuca"}, "municipality", "digits"),
        ({"municipality": ""}, "municipality", "not stored"),
    ],
)
def test_a_row_without_its_person_is_refused_and_the_rest_kept(
    load: Load, told: dict[str, str], column: str, words: str
) -> None:
    outcome = load([ROWS[1], row(**told), ROWS[2]])
    assert (outcome.accepted, outcome.rejected) == (2, 1)
    ((severity, where, reason, first),) = reasons(outcome)
    assert (severity, where, first) == ("refused", column, 3)
    assert words in reason


def test_no_list_of_issues_holds_what_is_personal(load: Load) -> None:
    outcome = load([row(curp="HELJ850312HOCRPN02", birth_date="1985-02-30", sex="W"), row(id="", given_names="Zoila")])
    told = Path(outcome.issues_file).read_text()
    assert outcome.rejected == outcome.warned == 1
    for personal in ("HELJ", "1985", "Hernández", "Zoila", "Juan"):
        assert personal not in told


def test_a_number_that_stands_twice(load: Load) -> None:
    outcome = load([ROWS[0], ROWS[0], row(given_names="Pedro"), ROWS[1]])
    assert (outcome.accepted, outcome.unchanged, outcome.rejected) == (2, 1, 1)
    assert Person.objects.count() == 2


def test_one_curp_under_two_numbers_is_one_person_unless_nothing_else_agrees(load: Load) -> None:
    rows = [
        ROWS[0],
        row(id="8", given_names="Juan"),
        row(id="9", given_names="Ana", first_surname="Uc", second_surname="Ek", birth_date="1990-01-01"),
    ]
    outcome = load(rows)
    assert outcome.accepted == 3
    juan, other = Person.objects.order_by("pk")
    assert person_by_identifier("origin", "padron-x:8") == juan
    assert (other.given_names, other.told_curp, curp_of(other)) == ("Ana", JUAN.curp, "")
    assert any("Another person" in reason for _s, _c, reason, _n in reasons(outcome))
    before = everything()
    assert load(rows).unchanged == 3
    assert everything() == before


def test_a_file_corrects_what_it_brought_and_nothing_that_somebody_corrected(load: Load, system: User) -> None:
    register_person(by=system, entry=replace(LUPE, unit=""))
    load(ROWS)
    changed = load([row(second_surname="Lopes"), row(id="2", curp=LUPE.curp, given_names="Lupe", first_surname="Cruz")])
    assert (changed.accepted, changed.unchanged) == (1, 1)
    lupe = person_by_identifier("origin", "padron-x:2")
    juan = person_by_identifier("curp", JUAN.curp)
    assert juan is not None
    assert lupe is not None
    assert (juan.second_surname, lupe.given_names) == ("Lopes", "María Guadalupe")
    assert search_persons(system, "juan lopes").persons == (juan,)
    correct_person(by=system, person=juan, entry=replace(JUAN, second_surname="López Mateos"))
    assert load(ROWS).accepted == 0
    assert Person.objects.get(pk=juan.pk).second_surname == "López Mateos"


def test_a_file_moves_nobody_back_who_moved(load: Load, system: User) -> None:
    load(ROWS)
    juan = person_by_identifier("curp", JUAN.curp)
    assert juan is not None
    assert JUAN.birth_date
    move_person(
        by=system,
        curp=JUAN.curp,
        birth_date=JUAN.birth_date,
        name=f"{JUAN.given_names} {JUAN.first_surname}",
        unit="XBIMB000010",
    )
    load(ROWS)
    assert Person.objects.get(pk=juan.pk).path == "MX/92/92002/U-XBIMB000010/"


def test_a_curp_comes_later_and_a_former_or_merged_one_makes_nobody_new(load: Load, system: User) -> None:
    load([row(curp="")])
    assert load([ROWS[0]]).accepted == 1
    juan = Person.objects.get()
    assert curp_of(juan) == JUAN.curp
    correct_person(by=system, person=juan, entry=replace(JUAN, curp=curp_for(JUAN, "1")))
    assert load([row(id="77")]).accepted == 1
    assert person_by_identifier("origin", "padron-x:77") == juan
    load([ROWS[1]])
    lupe = Person.objects.latest("pk")
    merge_persons(by=system, survivor=juan, merged=lupe)
    assert load([ROWS[1]]).unchanged == 1
    assert Person.objects.count() == 2


def test_only_one_state_when_asked(load: Load) -> None:
    outcome = load(ROWS, state="92")
    assert (outcome.rows_read, outcome.accepted) == (1, 1)
    assert Person.objects.get().given_names == "Nayeli"


def test_a_dry_run_writes_nothing(load: Load) -> None:
    assert load(ROWS, dry_run=True).accepted == 3
    assert not Person.objects.exists()
    assert not JournalEntry.objects.filter(action="beneficiaries.put_persons").exists()


def test_small_pieces_and_one_large_piece_write_the_same(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    from bienestar.registers.beneficiaries.actions import bulk

    rows = [*ROWS, row(id="8"), row(id="9", curp=""), row(id="9", curp="")]
    load(rows)
    whole = [one[2:] for one in everything()]
    Person.objects.all().delete()
    monkeypatch.setattr(bulk, "PIECE", 1)
    load(rows)
    assert [one[2:] for one in everything()] == whole


def test_invented_people_are_all_taken(load: Load, tmp_path: Path, territory: Territory, system: User) -> None:
    from bienestar.demo.people.areas import invented_areas
    from bienestar.foundation.territory.actions import AreaRow, put_areas

    places = invented_areas(["51"])
    put_areas(by=system, rows=[AreaRow("51", "Uno"), *(AreaRow(str(code), f"M {code}") for code in places.codes)])
    made = write(tmp_path / "people", 2_000, 7, 0.1, rolls={"imss": 0.5}, format="csv", places=places)
    outcome = load(made.files["persons"].read_bytes())
    assert (outcome.rows_read, outcome.rejected) == (2_000, 0)
    assert PersonIdentifier.objects.filter(kind="origin").count() == 2_000
    assert load(made.files["persons"].read_bytes()).unchanged == 2_000


@pytest.fixture(scope="module")
def prepared(request: pytest.FixtureRequest) -> Path | None:
    """On SQLite a database to begin with."""
    return request.getfixturevalue("prepared_database") if connection.vendor == "sqlite" else None


class Own:
    """An empty database of the same kind as the tests', used by real processes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.admin = folder, ""
        self.address = f"sqlite:///{folder}/own.sqlite3"
        if connection.vendor == "postgresql":
            kept = connection.settings_dict
            where = f"postgresql://{kept['USER']}@{kept['HOST'] or '127.0.0.1'}:{kept['PORT'] or 5432}"
            self.admin, self.address = f"{where}/postgres", f"{where}/{kept['NAME']}_own"
            self.in_postgres(f'DROP DATABASE IF EXISTS "{kept["NAME"]}_own"', f'CREATE DATABASE "{kept["NAME"]}_own"')

    def in_postgres(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    def bienestar(self, *words: object) -> subprocess.Popen[bytes]:
        home = {"BIENESTAR_HOME": str(self.folder / "home"), "PYTHONPATH": str(settings.BASE_DIR)}
        command = [sys.executable, "-c", "from bienestar.cli.main import main; main()", *map(str, words)]
        environment = {**os.environ, **home, "DATABASE_URL": self.address}
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def answer(self, *words: object) -> bytes:
        process = self.bienestar(*words)
        told, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        return told

    def written(self) -> int:
        """Bytes that the open transaction has written, whether it will commit or not."""
        if self.admin:
            with psycopg.connect(self.address) as own:
                found = own.execute("SELECT pg_relation_size('beneficiaries_person')").fetchone()
                return int(found[0]) if found else 0
        log = self.folder / "own.sqlite3-wal"
        return log.stat().st_size if log.exists() else 0

    def persons(self) -> int:
        sql = "SELECT COUNT(*) FROM beneficiaries_person"
        if self.admin:
            with psycopg.connect(self.address) as own:
                return int(own.execute(sql).fetchone()[0])  # type: ignore[index]
        with closing(sqlite3.connect(self.folder / "own.sqlite3")) as own:
            return int(own.execute(sql).fetchone()[0])


def test_a_process_killed_in_mid_import_leaves_nothing_and_the_next_one_all(
    tmp_path: Path, prepared: Path | None, db: None
) -> None:
    own, count = Own(tmp_path), 21_000  # more than one piece
    areas = text([["13", "Hidalgo", "048", "Pachuca", "0001"]], ["cve_ent", "nom_ent", "cve_mun", "nom_mun", "cve_cab"])
    (tmp_path / "municipalities.csv").write_text(areas)
    letters = "ABCDEFGHIJ"
    rows = [
        (str(n), "", "Ana", "".join(letters[int(d)] for d in str(n)), "Ek", "1990-01-01", "M", "HG", "13048", "")
        for n in range(count)
    ]
    (tmp_path / "persons.csv").write_text(text(rows))
    if prepared:
        shutil.copy(prepared, tmp_path / "own.sqlite3")
    else:
        own.answer("migrate", "--quiet")
    own.answer("ingest", "municipalities", tmp_path / "municipalities.csv")
    load = ("ingest", "persons", tmp_path / "persons.csv", "--json", "-")
    process, before = own.bienestar(*load), own.written()
    # Rows of the open transaction are on the disk: that is the middle.
    while process.poll() is None and own.written() <= before:
        time.sleep(0.005)
    killed = process.poll() is None
    process.kill()
    process.communicate()
    assert own.persons() in ({0, count} if killed else {count})
    json.loads(own.answer(*load))
    again = json.loads(own.answer(*load))
    assert (again["rows_read"], again["unchanged"], own.persons()) == (count, count, count)
    if own.admin:
        own.in_postgres(f'DROP DATABASE "{urlparse(own.address).path[1:]}"')
