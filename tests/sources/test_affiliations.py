"""Rolls of institutions: what is kept, what is refused, and files that are not what they should be."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils.translation import override

from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.registers.beneficiaries.models import Roll
from bienestar.registers.beneficiaries.queries import current_roll, current_rolls, find_in_roll, roll_entries
from bienestar.sources.layouts import Unusable
from tests.sources.rolls import CUT_OFF, curp, issues_of, load_roll, row, write_roll


@pytest.fixture(autouse=True)
def _home(settings: object, tmp_path: Path, system: User) -> None:
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]


def stored(roll: Roll) -> list[dict[str, object]]:
    """Every entry of a roll, in the order in which it lies."""
    found = duckdb.connect().execute(f"SELECT * FROM '{roll_entries(roll)}'")
    names = [column[0] for column in found.description]
    return [dict(zip(names, values, strict=True)) for values in found.fetchall()]


def test_a_roll_becomes_sorted_columns_and_one_row(tmp_path: Path) -> None:
    outcome = load_roll(write_roll(tmp_path / "padron.csv", [row(n) for n in (5, 3, 9, 1)]))
    assert (outcome.rows_read, outcome.accepted, outcome.rejected, outcome.warned) == (4, 4, 0, 0)
    roll = current_roll("imss")
    assert roll is not None
    assert (roll.cut_off, roll.entries, roll.refused) == (CUT_OFF, 4, 0)
    entries = stored(roll)
    assert [one["curp"] for one in entries] == sorted(curp(n) for n in (5, 3, 9, 1))
    one = next(one for one in entries if one["curp"] == curp(3))
    assert len(str(one.pop("entry"))) == 64
    assert one == {
        "curp": curp(3),
        "holds": True,
        "given_names": "JOSÉ ÁNGEL",
        "first_surname": "MUÑOZ",
        "second_surname": "INVENTADO 3",
        "birth_date": dt.date(1983, 3, 12),
        "sex": "H",
        "birth_state": "HG",
        "municipality": "13048",
        "valid_from": dt.date(2020, 1, 15),
        "valid_to": None,
    }
    entry = JournalEntry.objects.get(action="beneficiaries.receive_roll")
    assert (entry.subject, entry.records) == (f"roll:imss:{CUT_OFF}", 4)


def roll_as_parquet(path: Path, rows: list[dict[str, Any]], **cells: Any) -> Path:
    columns = {name: [one[name] or None for one in rows] for name in rows[0]}
    pq.write_table(pa.table({**columns, **cells}), path)
    return path


def test_parquet_of_other_types_says_the_same(tmp_path: Path) -> None:
    rows = [row(n, id=str(900 + n), birth_state="13", municipality="9002") for n in range(3)]
    load_roll(write_roll(tmp_path / "padron.csv", rows))
    wanted = stored(current_roll("imss"))
    path = roll_as_parquet(
        tmp_path / "padron.parquet",
        rows,
        id=[float(one["id"]) for one in rows],
        municipality=[9002.0] * 3,
        birth_state=[Decimal("13.00")] * 3,
        given_names=[one["given_names"].encode() for one in rows],
        sex=pa.array(["H"] * 3).dictionary_encode(),
        birth_date=[dt.datetime.fromisoformat(one["birth_date"]) for one in rows],
        valid_from=pa.array([dt.date(2020, 1, 15)] * 3),
    )
    outcome = load_roll(path)
    assert (outcome.accepted, outcome.warned) == (3, 0)
    assert stored(current_roll("imss")) == wanted


def test_lists_are_no_names(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="listas o registros"):
        load_roll(roll_as_parquet(tmp_path / "padron.parquet", [row(1)], given_names=[["Ana"]]))


@pytest.mark.parametrize("wrong", [b"Mu\xf1oz", b"Mu\x81oz"])
def test_one_row_that_is_not_utf8_spoils_no_other(tmp_path: Path, wrong: bytes) -> None:
    """One file made of two, or one letter that was damaged."""
    path = write_roll(tmp_path / "padron.csv", [row(1), row(2, first_surname="Munoz"), row(3)])
    path.write_bytes(path.read_bytes().replace(b"Munoz", wrong))
    assert load_roll(path).accepted == 3
    names = [one["first_surname"] for one in stored(current_roll("imss"))]
    assert names == ["MUÑOZ", wrong.decode("latin-1").upper(), "MUÑOZ"]


@pytest.mark.parametrize("year", [1, 120, 1942])
def test_a_cut_off_before_there_were_rolls_is_refused(tmp_path: Path, year: int) -> None:
    with override("en"), pytest.raises(Unusable, match="mind the year of the cut-off"):
        load_roll(write_roll(tmp_path / "padron.csv", [row(1)]), cut_off=dt.date(year, 1, 1))


def test_columns_that_no_layout_knows_are_named(tmp_path: Path) -> None:
    rows = [{**row(1), "Teléfono": "1"}]
    with override("en"):
        outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    assert outcome.notes == ("Columns that were not read, because no layout knows their heading: Teléfono.",)


def test_what_it_lacks_is_said_before_what_it_looks_like(tmp_path: Path) -> None:
    rows = [{name: cell for name, cell in row(1).items() if name != "curp"}]
    with override("en"), pytest.raises(Unusable, match="For a file of kind affiliations it lacks the column curp"):
        load_roll(write_roll(tmp_path / "padron.csv", rows))


def test_one_person_is_found_in_a_roll_of_many(tmp_path: Path) -> None:
    rows = [row(n) for n in range(9000)] + [row(4321, id="7", valid_to="2026-12-31")]
    load_roll(write_roll(tmp_path / "padron.csv", rows))
    roll = current_roll("imss")
    assert roll is not None
    found = find_in_roll(roll, curp(4321))
    assert {(one.second_surname, one.valid_to) for one in found} == {
        ("INVENTADO 4321", None),
        ("INVENTADO 4321", dt.date(2026, 12, 31)),
    }
    assert find_in_roll(roll, "AAAA000000HDFAAA00") == []
    assert find_in_roll(roll, "ZZZZ000000HDFAAA00") == []
    assert [one.curp for one in find_in_roll(roll, curp(0))] == [curp(0)]


def test_the_same_bytes_again_change_nothing(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "padron.csv", [row(1), row(2), row(3, valid_to="2019-01-01")])
    first = load_roll(path)
    rows = list(Roll.objects.values())
    entries = JournalEntry.objects.count()
    again = load_roll(path)
    assert (first.accepted, first.rejected) == (2, 1)
    assert (again.accepted, again.unchanged, again.rejected) == (0, 2, 1)
    assert list(Roll.objects.values()) == rows
    assert JournalEntry.objects.count() == entries
    assert issues_of(first)[0][:2] == ("4", "valid_to")


def test_what_cannot_be_an_entry_is_refused_by_row_and_column_and_the_rest_is_kept(tmp_path: Path) -> None:
    rows = [
        row(1),
        row(2, id=" "),
        row(3, id="9" * 41),
        row(4, valid_from="2020-02-30"),
        row(5, valid_to="mañana"),
        row(6, valid_from="2021-01-01", valid_to="2020-12-31"),
        row(7, curp="", birth_date="1987-13-01"),
        row(8),
    ]
    outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (8, 2, 6)
    listed = [(line, column) for line, column, *_rest in issues_of(outcome)]
    refused = [("3", "id"), ("4", "id"), ("5", "valid_from"), ("6", "valid_to"), ("7", "valid_to"), ("8", "curp")]
    assert listed == refused
    assert [group[3] for group in outcome.groups if group[0] == "refused"] == [1] * 6


def test_what_only_looks_odd_is_kept_without_it_and_counted(tmp_path: Path) -> None:
    wrong = curp(2)[:17] + str((int(curp(2)[17]) + 1) % 10)
    rows = [
        row(1, curp="XEXX"),
        row(2, curp=wrong),
        row(3, curp=curp(3)[:11] + "ZZ" + curp(3)[13:]),
        row(4, birth_date="31/02/1984"),
        row(5, birth_date="2031-01-01"),
        row(6, sex="7", birth_state="QQ", municipality="Pachuca"),
        row(7, given_names="A" * 150, valid_to="9999-12-31"),
        row(8, sex="mujer", birth_state="13", municipality="1001", birth_date="12/03/1988"),
    ]
    outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    assert (outcome.accepted, outcome.rejected, outcome.warned) == (8, 0, 7)
    assert [(line, column) for line, column, *_rest in issues_of(outcome)] == [
        ("2", "curp"),
        ("3", "curp"),
        ("4", "curp"),
        ("5", "birth_date"),
        ("6", "birth_date"),
        ("7", "birth_state"),
        ("7", "municipality"),
        ("7", "sex"),
        ("8", "given_names"),
    ]
    roll = current_roll("imss")
    assert roll is not None
    by_name = {str(one["second_surname"])[-1]: one for one in stored(roll)}
    assert [(by_name[n]["curp"] is None, by_name[n]["holds"]) for n in "1238"] == [
        (True, False),
        (False, False),
        (False, False),
        (False, True),
    ]
    assert (by_name["4"]["birth_date"], by_name["5"]["birth_date"], by_name["6"]["sex"]) == (None, None, None)
    assert (len(str(by_name["7"]["given_names"])), by_name["7"]["valid_to"]) == (120, None)
    last = by_name["8"]
    told = (last["sex"], last["birth_state"], last["municipality"], last["birth_date"])
    assert told == ("M", "HG", "01001", dt.date(1988, 3, 12))


def test_the_list_of_issues_tells_nobody_apart(tmp_path: Path) -> None:
    rows = [
        row(1, curp="PEPJ850312HHGRRN99", given_names="Zutana", birth_date="1985-99-99", valid_to="x"),
        row(2, curp="NOTACURPATALL", second_surname="Fulánez"),
        row(3),
        row(3, given_names="Mengana"),
    ]
    outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    text = Path(outcome.issues_file).read_text(encoding="utf-8-sig")
    for personal in ("PEPJ85", "850312", "ZUTANA", "Zutana", "1985-99", "NOTACURP", "Fulánez", "Mengana", curp(3)):
        assert personal not in text
    assert "NO*********LL" in text
    assert (outcome.accepted, outcome.rejected) == (1, 3)


def test_the_same_number_twice(tmp_path: Path) -> None:
    rows = [row(1), row(2), row(1), row(3), row(3, valid_to="2027-01-01"), row(4)]
    outcome = load_roll(write_roll(tmp_path / "padron.csv", rows))
    assert (outcome.rows_read, outcome.accepted, outcome.unchanged, outcome.rejected) == (6, 3, 1, 2)
    assert [(line, column) for line, column, *_rest in issues_of(outcome)] == [("4", "id"), ("5", "id"), ("6", "id")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_any_end_of_line(tmp_path: Path, encoding: str, end: str) -> None:
    if encoding == "utf-16-le":
        path = write_roll(tmp_path / "padron.csv", [row(1), row(2)], encoding, lineterminator=end)
        path.write_bytes(b"\xff\xfe" + path.read_bytes())
    else:
        path = write_roll(tmp_path / "padron.csv", [row(1), row(2)], encoding, lineterminator=end)
    outcome = load_roll(path)
    assert (outcome.accepted, outcome.rejected, outcome.warned) == (2, 0, 0)
    roll = current_roll("imss")
    assert roll is not None
    assert {(one["given_names"], one["first_surname"]) for one in stored(roll)} == {("JOSÉ ÁNGEL", "MUÑOZ")}


def test_spanish_headings_another_delimiter_a_banner_and_line_feeds_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "padron.csv"
    text = (
        "Padrón de prueba;;;;;\nNSS;CURP;Nombre(s);Primer apellido;Segundo apellido;Fecha de nacimiento\n"
        f'1;{curp(1)};"ANA\nMARÍA";PEÑA;;12/03/1981\n2;{curp(2)};ANA;PEÑA\n\n3;{curp(3)};ANA;PEÑA;;12/03/1983;x\n'
        f"4;{curp(4)};ANA;PEÑA;;99/99/9999\n"
    )
    path.write_text(text, encoding="utf-8")
    outcome = load_roll(path)
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (4, 2, 2)
    reasons = {reason for severity, _column, reason, *_rest in outcome.groups if severity == "refused"}
    assert len(reasons) == 2
    roll = current_roll("imss")
    assert roll is not None
    assert {one["given_names"] for one in stored(roll)} == {"ANA MARÍA", "ANA"}


def test_columns_come_in_any_order_and_any_type_from_parquet(tmp_path: Path) -> None:
    csv = write_roll(tmp_path / "padron.csv", [row(1), row(2, id="", valid_to="2030-01-01"), row(3)])
    con = duckdb.connect()
    path = tmp_path / "padron.parquet"
    con.execute(
        f"""COPY (SELECT birth_date::DATE AS birth_date, valid_to::TIMESTAMP AS valid_to, * EXCLUDE (birth_date,
        valid_to, municipality), municipality::INT AS municipality, 1 AS other
        FROM read_csv('{csv}', all_varchar = true)) TO '{path}'"""
    )
    outcome = load_roll(path)
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (3, 2, 1)
    assert issues_of(outcome)[0][:2] == ("2", "id")
    roll = current_roll("imss")
    assert roll is not None
    assert {one["birth_date"] for one in stored(roll)} == {dt.date(1981, 3, 12), dt.date(1983, 3, 12)}
    broken = tmp_path / "cut.parquet"
    broken.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(Unusable):
        load_roll(broken)


def _unusable(tmp_path: Path) -> dict[str, bytes]:
    good = write_roll(tmp_path / "good.csv", [row(n) for n in range(50)]).read_bytes()
    head, first = good.split(b"\n")[:2]
    return {
        "empty": b"",
        "headings only": head + b"\n",
        "none that can be used": head + b"\n" + first.replace(b"00000000000,", b",", 1) + b"\n",
        "a heading twice": head.replace(b"sex", b"curp") + b"\n" + first + b"\n",
        "a column missing": good.replace(b"birth_date", b"otra", 1),
        "an unknown delimiter": good.replace(b",", b"~"),
        "a quote never closed": good.replace(b",MU", b',"MU', 1),
        "a picture": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "an archive": b"PK\x03\x04" + bytes(200),
        "noise": bytes(range(256)) * 50,
        "cut in a letter": "id,curp".encode("utf-16")[:-1],
        "half of a parquet": b"PAR1" + bytes(300),
    }


@pytest.mark.parametrize("what", range(12))
def test_a_file_that_is_no_roll_is_refused_with_a_sentence_and_changes_nothing(tmp_path: Path, what: int) -> None:
    load_roll(write_roll(tmp_path / "before.csv", [row(1)]))
    name, content = list(_unusable(tmp_path).items())[what]
    path = tmp_path / "roll"
    path.write_bytes(content)
    with pytest.raises(Unusable) as told:
        load_roll(path, cut_off=CUT_OFF + dt.timedelta(days=1))
    assert str(told.value).rstrip().endswith((".", "?")), name
    assert "MU" not in str(told.value)
    assert Roll.objects.count() == 1
    assert [path.name for path in (tmp_path / "home" / "rolls").glob(".work-*")] == []


def test_a_file_cut_short_loses_its_last_row_only(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "padron.csv", [row(n) for n in range(20)])
    path.write_bytes(path.read_bytes()[:-60])
    outcome = load_roll(path)
    assert (outcome.accepted, outcome.rejected) == (19, 1)
    assert issues_of(outcome)[0][0] == "21"


def test_rows_after_unreadable_ones_keep_their_numbers(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "padron.csv", [row(n) for n in range(8)])
    lines = path.read_text().split("\n")
    lines[2] = "1,2"
    lines[3] += ",x,y"
    lines[6] = lines[6].replace("00000000005,", ",")
    path.write_text("\n".join(lines))
    outcome = load_roll(path)
    assert [line for line, *_rest in issues_of(outcome)] == ["3", "4", "7"]
    assert (outcome.rows_read, outcome.accepted, outcome.rejected) == (8, 5, 3)


def test_cuts_follow_each_other_and_history_stays(tmp_path: Path) -> None:
    january, march = dt.date(2026, 1, 1), dt.date(2026, 3, 1)
    load_roll(write_roll(tmp_path / "a.csv", [row(1), row(2), row(4)]), cut_off=march)
    older = load_roll(write_roll(tmp_path / "b.csv", [row(1)]), cut_off=january)
    current = current_roll("imss")
    assert current is not None
    assert (current.cut_off, len(older.notes)) == (march, 2)  # it is history, and it is short
    assert current_roll("imss", dt.date(2026, 2, 1)).cut_off == january  # type: ignore[union-attr]
    again = load_roll(write_roll(tmp_path / "c.csv", [row(1), row(3), row(5)]), cut_off=march)
    assert len(again.notes) == 1
    assert Roll.objects.count() == 3
    assert find_in_roll(current_roll("imss"), curp(3)) != []  # type: ignore[arg-type]
    assert find_in_roll(current, curp(2)) != []
    assert current_rolls(march).keys() == {"imss"}
    load_roll(write_roll(tmp_path / "d.csv", [row(1)]), source="issste", cut_off=january)
    numbers = {find_in_roll(roll, curp(1))[0].entry for roll in current_rolls(march).values()}
    assert len(numbers) == 2  # the same number of two institutions is not one number


def test_a_dry_run_and_strictness_write_nothing(tmp_path: Path) -> None:
    path = write_roll(tmp_path / "a.csv", [row(1), row(2, id="")])
    for outcome in (load_roll(path, dry_run=True), load_roll(path, strict=True)):
        assert (outcome.accepted, outcome.rejected, outcome.written) == (1, 1, False)
    assert not Roll.objects.exists()
    assert not list((tmp_path / "home" / "rolls").glob("imss/*"))


def test_a_roll_that_lost_most_of_its_entries_waits_for_somebody_s_word(tmp_path: Path) -> None:
    """Whoever it leaves out would be called eligible."""
    load_roll(write_roll(tmp_path / "a.csv", [row(number) for number in range(1, 8)]), cut_off=dt.date(2026, 3, 31))
    short = write_roll(tmp_path / "b.csv", [row(1), row(2)])
    with pytest.raises(Unusable, match="--fewer"):
        load_roll(short, cut_off=dt.date(2026, 6, 30))
    assert current_roll("imss").cut_off == dt.date(2026, 3, 31)
    assert len(load_roll(short, cut_off=dt.date(2026, 6, 30), dry_run=True).notes) == 1
    assert load_roll(short, cut_off=dt.date(2026, 6, 30), fewer=True).accepted == 2
    assert current_roll("imss").cut_off == dt.date(2026, 6, 30)


@pytest.mark.parametrize(
    "options", [{"source": "otro"}, {"source": ""}, {"cut_off": None}, {"cut_off": dt.date(2999, 1, 1)}]
)
def test_whose_roll_of_which_day_must_be_told(tmp_path: Path, options: dict[str, object]) -> None:
    with pytest.raises(Unusable):
        load_roll(write_roll(tmp_path / "a.csv", [row(1)]), **options)  # type: ignore[arg-type]
    assert not Roll.objects.exists()
