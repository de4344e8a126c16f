"""Invented people: the same for the same seed, like people, damaged as often as asked, and true labels."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest
from click.testing import CliRunner

from bienestar.calculations.curp import Named, compare, fault
from bienestar.cli.demo import demo
from bienestar.demo.dice import array_dice
from bienestar.demo.people import areas, invented_areas, write
from bienestar.demo.people.areas import LETTERS
from bienestar.demo.people.errors import KINDS, write_down
from bienestar.demo.people.given_names import given_names
from bienestar.demo.people.population import Marks, invent_people
from bienestar.demo.people.surnames import surnames

TODAY = dt.date(2024, 7, 1)
FIELDS = ("curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state", "municipality")


def read(path):
    return pyarrow.parquet.read_table(path)


def rows(path):
    return {row.get("id"): row for row in read(path).to_pylist()}


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return write(tmp_path_factory.mktemp("clean"), 6000, 5, 0.0)


@pytest.fixture(scope="module")
def damaged(tmp_path_factory):
    return write(tmp_path_factory.mktemp("damaged"), 6000, 5, 0.2, {"imss": 0.6})


@pytest.fixture(scope="module")
def crowd():
    return invent_people(array_dice(2, "crowd"), 8000, invented_areas(), TODAY, Marks())


def test_the_same_for_the_same_seed(tmp_path, damaged) -> None:
    again = write(tmp_path / "again", 6000, 5, 0.2, {"imss": 0.6})
    other = write(tmp_path / "other", 6000, 6, 0.2, {"imss": 0.6})
    assert again.rows == damaged.rows
    for name, path in again.files.items():
        assert read(path).equals(read(damaged.files[name]))
    assert not read(other.files["persons"]).equals(read(damaged.files["persons"]))


def test_as_many_as_were_asked_for(clean, damaged) -> None:
    assert damaged.rows == {"persons": 6000, "roll-imss": 6000, "truth": 3600, "duplicates": 30}
    assert clean.rows["persons"] == 6000
    assert (clean.rows["roll-imss"], clean.rows["roll-issste"], clean.rows["roll-pemex"]) == (3000, 600, 100)
    assert clean.rows["truth"] == 1800 + 360 + 60


def test_the_truth_is_of_rows_that_are_there(clean, damaged) -> None:
    for written in (clean, damaged):
        persons = rows(written.files["persons"])
        assert len(persons) == written.rows["persons"], "an id is used once"
        pairs = read(written.files["truth"]).to_pylist()
        for institution in {pair["institution"] for pair in pairs}:
            entries = rows(written.files[f"roll-{institution}"])
            assert len(entries) == written.rows[f"roll-{institution}"]
            ours = [pair for pair in pairs if pair["institution"] == institution]
            assert len({pair["person_id"] for pair in ours}) == len({pair["entry_id"] for pair in ours}) == len(ours)
            assert {pair["person_id"] for pair in ours} <= persons.keys()
            assert {pair["entry_id"] for pair in ours} <= entries.keys()
        twice = read(written.files["duplicates"]).to_pylist()
        both = {row["person_id"] for row in twice} | {row["same_as"] for row in twice}
        assert len(both) == 2 * len(twice)
        assert both <= persons.keys()
        assert not both & {pair["person_id"] for pair in pairs}


def test_without_errors_the_truth_can_be_read_off(clean) -> None:
    persons = rows(clean.files["persons"])
    entries = {name: rows(path) for name, path in clean.files.items() if name.startswith("roll-")}
    for pair in read(clean.files["truth"]).to_pylist():
        person, entry = persons[pair["person_id"]], entries[f"roll-{pair['institution']}"][pair["entry_id"]]
        assert [person[field] for field in FIELDS] == [entry[field] for field in FIELDS]
    for pair in read(clean.files["duplicates"]).to_pylist():
        person, other = persons[pair["person_id"]], persons[pair["same_as"]]
        assert [person[field] for field in FIELDS] == [other[field] for field in FIELDS]
    strangers = {entry["curp"] for found in entries.values() for entry in found.values()}
    matched = {persons[pair["person_id"]]["curp"] for pair in read(clean.files["truth"]).to_pylist()}
    assert not (strangers - matched) & {person["curp"] for person in persons.values()}


def test_every_curp_is_one_and_agrees_with_its_person(clean) -> None:
    found = Counter()
    for row in rows(clean.files["persons"]).values():
        assert fault(row["curp"], TODAY) is None
        names = (row["given_names"], row["first_surname"], row["second_surname"])
        assert compare(row["curp"], Named(*names, row["birth_date"], row["sex"], row["birth_state"])) == ()
        found[row["curp"]] += 1
    assert max(found.values()) == 2
    assert sum(count == 2 for count in found.values()) == clean.rows["duplicates"]


def test_the_person_file_was_checked_and_a_roll_was_not(damaged) -> None:
    def parts(path):
        found = [row["curp"] for row in rows(path).values()]
        wrong = sum(fault(curp, TODAY) is not None for curp in found if curp)
        return found.count(None) / len(found), wrong / len(found)

    missing, wrong = parts(damaged.files["persons"])
    assert wrong == 0
    assert missing == pytest.approx(0.05, abs=0.01)
    missing, wrong = parts(damaged.files["roll-imss"])
    assert missing == pytest.approx(0.2, abs=0.02)
    assert 0.11 < wrong < 0.17, "0.8 · 0.2, less those that still look whole"


TOUCHED = {
    "surnames swapped": {"first", "second"},
    "second surname missing": {"second"},
    "given name shortened": {"given"},
    "given name mistyped": {"given"},
    "first surname mistyped": {"first"},
    "second surname mistyped": {"second"},
    "accents lost": {"given", "first", "second"},
    "day and month swapped": {"born"},
    "one digit of the date": {"born"},
    "year off": {"born"},
    "sex": {"sex"},
    "state of birth": {"state"},
    "municipality moved": {"municipality"},
    "CURP missing": {"has_curp"},
    "CURP mistyped": {"curp"},
}


def columns(records):
    names = {
        name: np.array([records.text(place) if place >= 0 else "" for place in getattr(records, name)])
        for name in ("given", "first", "second")
    }
    people = {name: getattr(records.people, name) for name in ("born", "sex", "state", "municipality")}
    return names | people | {"curp": records.people.curp.view("S18")[:, 0], "has_curp": records.has_curp}


def can_happen(kind, before):
    """In which records an error of a kind can be seen."""
    every = np.ones(len(before["born"]), dtype=bool)
    has_second = before["second"] != ""
    day = before["born"] - before["born"].astype("datetime64[M]").astype("datetime64[D]")
    day, month = day.astype(int) + 1, before["born"].astype("datetime64[M]").astype(int) % 12 + 1
    compound = np.array([" " in name for name in before["given"]])
    accents = set("áéíóúüñÁÉÍÓÚÜÑ")
    accented = [
        bool(accents & set("".join(names)))
        for names in zip(before["given"], before["first"], before["second"], strict=True)
    ]
    return {
        "surnames swapped": has_second & (before["first"] != before["second"]),
        "second surname missing": has_second,
        "second surname mistyped": has_second,
        "given name shortened": compound,
        "accents lost": np.array(accented),
        "day and month swapped": (day <= 12) & (day != month),
    }.get(kind, every)


@pytest.mark.parametrize("kind", KINDS)
def test_each_error_happens_as_often_as_asked_and_touches_nothing_else(crowd, kind) -> None:
    places = invented_areas()
    before = columns(write_down(array_dice(3), crowd, places, 0.0))
    after = columns(write_down(array_dice(3), crowd, places, 0.5, {kind}))
    changed = {name: before[name] != after[name] for name in before}
    assert {name for name, found in changed.items() if found.any()} == TOUCHED[kind]
    seen = np.logical_or.reduce(list(changed.values()))
    possible = can_happen(kind, before)
    assert not (seen & ~possible).any()
    assert seen[possible].mean() == pytest.approx(0.5 * KINDS[kind], rel=0.15)
    assert (after["born"] <= np.datetime64(TODAY)).all()


def test_writing_down_leaves_the_people_as_they_are(crowd) -> None:
    before = [getattr(crowd, name).copy() for name in ("given", "first", "second", "born", "sex", "state", "curp")]
    write_down(array_dice(4), crowd, invented_areas(), 1.0)
    after = [getattr(crowd, name) for name in ("given", "first", "second", "born", "sex", "state", "curp")]
    assert all((one == other).all() for one, other in zip(before, after, strict=True))


def test_there_are_twins_siblings_and_namesakes(crowd) -> None:
    homes, names = defaultdict(list), Counter()
    for i in range(len(crowd)):
        homes[crowd.household[i], crowd.first[i], crowd.second[i]].append((crowd.born[i], crowd.given[i]))
        names[crowd.given[i], crowd.first[i], crowd.second[i]] += 1
    siblings = [found for found in homes.values() if len(found) > 1]
    twins = [found for found in siblings if len({born for born, _ in found}) < len(found)]
    assert len(siblings) > 300
    assert len(twins) > 15
    assert all(len({given for _, given in found}) == len(found) for found in twins), "twins have different names"
    assert sum(count > 1 for count in names.values()) > 15
    assert len({row.tobytes() for row in crowd.curp}) == len(crowd)


def test_ages_and_places_are_like_a_country(crowd) -> None:
    age = (np.datetime64(TODAY) - crowd.born).astype(float) / 365.25
    assert 0.2 < (age < 15).mean() < 0.3
    assert 0.06 < (age >= 65).mean() < 0.14
    assert age.min() >= 0
    assert age.max() < 115
    home = invented_areas().home[crowd.municipality]
    assert 0.8 < (crowd.state == home).mean() < 0.95
    assert (crowd.state == LETTERS.index("NE")).any()
    assert Counter(crowd.sex.tolist()).keys() <= set(b"HMX")


def test_names_are_as_common_as_in_mexico() -> None:
    rng = array_dice(1, "names")
    for state, word, low, high in (("DF", "Hernández", 0.035, 0.055), ("YN", "Chan", 0.02, 0.2), ("SR", "Chan", 0, 0)):
        drawn = surnames().draw(rng, np.full(20_000, LETTERS.index(state)), LETTERS)
        assert low <= (drawn == surnames().words.index(word)).mean() <= high
    many = surnames().draw(rng, np.zeros(20_000, dtype=int), LETTERS)
    assert len(set(many.tolist())) > 2000, "rare surnames are there"
    old, new = (np.full(5000, day, dtype="datetime64[D]") for day in ("1950-01-01", "2010-01-01"))
    kinds = [given_names().draw(rng, np.ones(5000, dtype=bool), born) for born in (old, new)]
    texts = [[given_names().words[place] for place in found] for found in kinds]
    assert texts[0].count("Ximena") == 0 < texts[1].count("Ximena")
    for found in texts:
        assert 0.12 < sum(text.startswith("María") for text in found) / 5000 < 0.3


def test_no_two_people_of_any_parts_get_the_same_key() -> None:
    marks = Marks()
    base = np.frombuffer(b"HELJ850312HOCRPN" * 2 + b"RULA900101MPLZPN", dtype=np.uint8).reshape(-1, 16)
    born = np.array(["1985-03-12", "1985-03-12", "1990-01-01"], dtype="datetime64[D]")
    given = [chr(sign) for _ in range(2) for sign in marks.give(base, born)]
    assert sorted(given[:2] + given[3:5]) == ["0", "1", "2", "3"]
    assert given[2] != given[5]
    after = np.array(["2010-01-01"], dtype="datetime64[D]")
    assert marks.give(np.frombuffer(b"RULA100101MPLZPN", dtype=np.uint8).reshape(1, 16), after).tobytes() == b"A"


def test_areas_are_text_and_given(tmp_path) -> None:
    where = areas({"01001": 10, "31050": 5.5, "52003": 1})
    written = write(tmp_path, 400, 1, 0.3, {"imss": 0.5}, "csv", where)
    text = written.files["persons"].read_text(encoding="utf-8")
    assert '"01001"' in text
    as_text = pyarrow.csv.ConvertOptions(column_types={"municipality": "string", "id": "string"})
    table = pyarrow.csv.read_csv(written.files["persons"], convert_options=as_text)
    assert set(table["municipality"].to_pylist()) == {"01001", "31050", "52003"}
    assert {"AS", "YN", "BC"} <= set(table["birth_state"].to_pylist())


@pytest.mark.parametrize("people", [{}, {"1001": 5}, {"33001": 5}, {"abcde": 5}, {"01001": 0}])
def test_places_that_cannot_be_are_refused(people) -> None:
    with pytest.raises(ValueError, match="municipality"):
        areas(people)


def test_csv_says_the_same(tmp_path) -> None:
    as_csv, as_parquet = write(tmp_path, 50, 3, 0.5, format="csv"), write(tmp_path, 50, 3, 0.5)
    table = read(as_parquet.files["roll-imss"])
    types = pyarrow.csv.ConvertOptions(column_types=table.schema, strings_can_be_null=True)
    assert pyarrow.csv.read_csv(as_csv.files["roll-imss"], convert_options=types).equals(table)


def test_the_command_writes_the_files(tmp_path) -> None:
    out = tmp_path / "people"
    asked = [
        "people",
        "--n",
        "200",
        "--seed",
        "4",
        "--errors",
        "0.1",
        "--out",
        str(out),
        "--rolls",
        "imss=0.5,pemex=.1",
    ]
    result = CliRunner().invoke(demo, asked)
    assert result.exit_code == 0, result.output
    names = {"persons", "roll-imss", "roll-pemex", "truth", "duplicates"}
    assert {path.name for path in out.iterdir()} == {f"{name}.parquet" for name in names}
    assert "persons.parquet  200" in result.output.replace("\n", "")
    assert read(out / "persons.parquet").num_rows == 200


@pytest.mark.parametrize(
    "wrong",
    [["--n", "0"], ["--errors", "2"], ["--rolls", "imss"], ["--rolls", "imss=x"], ["--rolls", "imss=1"]]
    + [["--rolls", "../x=0.5"], ["--format", "xml"]],
)
def test_what_cannot_be_written_is_said(tmp_path, wrong) -> None:
    result = CliRunner().invoke(demo, ["people", "--n", "10", "--out", str(tmp_path / "out"), *wrong])
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    result = CliRunner().invoke(demo, ["people", "--n", "10", "--out", str(tmp_path / "file" / "out")])
    assert result.exit_code == 2
    assert "cannot be written" in result.output
