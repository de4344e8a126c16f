"""Labelled invented people as files: a person file, institutions' rolls, and the truth about who is who.

The same files for the same arguments. People are made in parts of a fixed size, so memory does not grow with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet

from bienestar.demo.dice import array_dice
from bienestar.demo.people.areas import LETTERS, Areas, invented_areas
from bienestar.demo.people.errors import CHECKED, Records, all_words, write_down
from bienestar.demo.people.population import Marks, People, invent_people
from bienestar.demo.size import PROJECTION_DAY

Format = Literal["parquet", "csv"]

#: Institutions and the part of the person file that stands in the roll of each.
ROLLS = {"imss": 0.30, "issste": 0.06, "pemex": 0.01}
#: Of the entries of a roll, the part that are persons of the person file; the others are nobody there.
OVERLAP = 0.6
#: The part of the person file that are second records of somebody.
DUPLICATES = 0.005
#: The person file is checked when it is written: its errors are this part of the rate.
OF_PERSONS = 0.25
PART = 200_000

_TEXT = ("id", "curp", "given_names", "first_surname", "second_surname")
_PERSONS = pa.schema(
    [(name, pa.string()) for name in _TEXT]
    + [("birth_date", pa.date32())]
    + [(name, pa.string()) for name in ("sex", "birth_state", "municipality")]
)
_ROLL = pa.schema([*_PERSONS, ("valid_from", pa.date32()), ("valid_to", pa.date32())])
_TRUTH = pa.schema([(name, pa.string()) for name in ("person_id", "institution", "entry_id")])
_DOUBLE = pa.schema([("person_id", pa.string()), ("same_as", pa.string())])


@dataclass(frozen=True)
class Written:
    """What was written: files by name ("persons", "roll-imss", "truth", "duplicates") and their numbers of rows."""

    files: dict[str, Path]
    rows: dict[str, int]


def write(
    folder: Path,
    n: int,
    seed: int,
    errors: float,
    rolls: Mapping[str, float] | None = None,
    format: Format = "parquet",
    places: Areas | None = None,
    today: dt.date = PROJECTION_DAY,
) -> Written:
    """Write ``n`` records of persons, one roll for each institution, and the truth, into ``folder``.

    Args:
        errors: rate of errors, 0 to 1: each kind of ``errors.KINDS`` happens to an entry of a roll with its part of
            this rate, to a record of the person file with a quarter of that (and a CURP there is never mistyped).
        rolls: the part of the person file, up to 0.9 each, that stands in each institution's roll; each roll gets so
            many entries of other people that the persons are 60 % of it. ``{"imss": 0.6}``: a roll of ``n`` entries.
        places: where people live; by default the municipalities of the invented country.

    Second records of a person stand in no roll, so a person's pair with an entry is one. ValueError for arguments
    that cannot be.
    """
    parts = dict(ROLLS if rolls is None else rolls)
    _check(n, errors, parts, format)
    folder.mkdir(parents=True, exist_ok=True)
    marks = Marks()
    where = places or invented_areas()
    names = {"persons": _PERSONS, **{f"roll-{name}": _ROLL for name in parts}, "truth": _TRUTH, "duplicates": _DOUBLE}
    paths = {name: folder / f"{name}.{format}" for name in names}
    with _Files({paths[name]: schema for name, schema in names.items()}, format) as files:
        for number, start in enumerate(range(0, n, PART)):
            rng = array_dice(seed, "people", number)
            part = _Part(rng, min(PART, n - start), parts, where, today, marks)
            part.write(files, paths, errors)
        return Written(paths, {name: files.rows[path] for name, path in paths.items()})


def _check(n: int, errors: float, rolls: Mapping[str, float], format: str) -> None:
    if n < 1:
        raise ValueError("at least one person")
    if not 0 <= errors <= 1:
        raise ValueError("the rate of errors is from 0 to 1")
    if format not in ("parquet", "csv"):
        raise ValueError("files are parquet or csv")
    for name, share in rolls.items():
        if not 0 < share <= 0.9:
            raise ValueError(f"the part of persons in the roll of {name} is above 0 and up to 0.9")
        if not (name.isascii() and name.replace("_", "").isalnum()):
            raise ValueError("the name of a roll has letters, digits and _ only")


class _Part:
    """One part of the people: who is a person, who only an entry, who both, who stands twice."""

    def __init__(
        self,
        rng: np.random.Generator,
        records: int,
        rolls: dict[str, float],
        places: Areas,
        today: dt.date,
        marks: Marks,
    ) -> None:
        self.rng, self.places, self.rolls, self.today = rng, places, rolls, today
        self.seconds = round(records * DUPLICATES)
        self.count = records - self.seconds
        strangers = [round(records * share * (1 / OVERLAP - 1)) for share in rolls.values()]
        self.people = invent_people(rng, self.count + sum(strangers), places, today, marks)
        order = rng.permutation(len(self.people))
        self.persons = order[: self.count]
        self.strangers = np.split(order[self.count :], np.cumsum(strangers)[:-1]) if strangers else []
        self.covered = [round(records * share) for share in rolls.values()]

    def write(self, files: _Files, paths: dict[str, Path], errors: float) -> None:
        rng = self.rng
        # Second records are of the last persons, entries of the first: a person with two records is in no roll.
        doubled = self.persons[self.count - self.seconds :]
        rows = np.concatenate([self.persons, doubled])
        shuffled = rng.permutation(len(rows))
        records = write_down(rng, self.people.take(rows[shuffled]), self.places, errors * OF_PERSONS, CHECKED)
        ids = _ids(files.rows[paths["persons"]], len(rows), "persons", 10)
        files.add(paths["persons"], self._columns(records, ids))
        place = np.empty(len(rows), dtype=np.int64)
        place[shuffled] = np.arange(len(rows))  # where each of ``rows`` stands in the file
        original = place[self.count - self.seconds : self.count]
        files.add(paths["duplicates"], [ids.take(pa.array(p)) for p in (place[self.count :], original)])
        free = self.count - self.seconds
        for number, name in enumerate(self.rolls):
            chosen = rng.permutation(free)[: min(self.covered[number], free)]
            entries = np.concatenate([self.persons[chosen], self.strangers[number]])
            mixed = rng.permutation(len(entries))
            path = paths[f"roll-{name}"]
            entry_ids = _ids(files.rows[path], len(entries), name, 11)
            written = write_down(rng, self.people.take(entries[mixed]), self.places, errors)
            files.add(path, [*self._columns(written, entry_ids), *self._validity(written.people)])
            stands = np.empty(len(entries), dtype=np.int64)
            stands[mixed] = np.arange(len(entries))
            pairs = ids.take(pa.array(place[chosen])), entry_ids.take(pa.array(stands[: len(chosen)]))
            files.add(paths["truth"], [pairs[0], pa.repeat(name, len(chosen)), pairs[1]])

    def _columns(self, records: Records, ids: pa.Array) -> list[pa.Array]:
        """The columns of the linker, in the order of the schema."""
        words = pa.chunked_array([_known_words(), pa.array(records.added, pa.string())])
        people = records.people
        names = (records.given, records.first, records.second)
        given, first, second = (words.take(pa.array(name, mask=name < 0)) for name in names)
        return [
            ids,
            pc.if_else(pa.array(records.has_curp), _fixed(people.curp), pa.scalar(None, pa.string())),
            given,
            first,
            second,
            pa.array(people.born.astype("datetime64[D]")),
            _fixed(people.sex.reshape(-1, 1)),
            pa.array(LETTERS).take(pa.array(people.state)),
            pa.array(self.places.codes).take(pa.array(people.municipality)),
        ]

    def _validity(self, people: People) -> list[pa.Array]:
        """Since when an entry counts, and until when: one in seven has ended."""
        day = np.datetime64(self.today, "D")
        since = day - np.minimum(self.rng.exponential(2200, len(people)), 14_000).astype("timedelta64[D]")
        since = np.maximum(since, people.born)
        ended = self.rng.random(len(people)) < 1 / 7
        until = since + (self.rng.random(len(people)) * (day - since).astype(float)).astype("timedelta64[D]")
        return [pa.array(since), pa.array(until, mask=~ended)]


class _Files:
    """Files that grow part by part; ``rows`` counts them."""

    def __init__(self, schemas: Mapping[Path, pa.Schema], format: Format) -> None:
        self.schemas, self.format = schemas, format
        self.rows = dict.fromkeys(schemas, 0)
        self._writers: dict[Path, pyarrow.parquet.ParquetWriter | pyarrow.csv.CSVWriter] = {}

    def __enter__(self) -> Self:
        for path, schema in self.schemas.items():
            if self.format == "csv":
                plain = pyarrow.csv.WriteOptions(quoting_style="needed")
                self._writers[path] = pyarrow.csv.CSVWriter(path, schema, write_options=plain)
            else:
                self._writers[path] = pyarrow.parquet.ParquetWriter(path, schema, compression="zstd")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for writer in self._writers.values():
            writer.close()

    def add(self, path: Path, columns: list[pa.Array | pa.ChunkedArray]) -> None:
        table = pa.table(columns, schema=self.schemas[path])
        self._writers[path].write_table(table)
        self.rows[path] += table.num_rows


def _ids(start: int, count: int, kind: str, digits: int) -> pa.Array:
    """Different numbers that tell nothing: the next ``count`` of a fixed walk through a prime field."""
    prime = 9_999_999_967 if digits == 10 else 99_999_999_977
    first = int(array_dice(1, "people", "numbers", kind).integers(1, prime))
    numbers = ((np.arange(start, start + count) + 1) * 7_368_787 + first) % prime
    return pc.utf8_lpad(pa.array(numbers).cast(pa.string()), digits, "0")


def _fixed(signs: np.ndarray) -> pa.Array:
    """Text of rows of bytes that are all as long."""
    count, width = signs.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(signs))]
    )


@cache
def _known_words() -> pa.Array:
    return pa.array(all_words())


def rows_of(path: Path) -> Iterator[dict[str, object]]:
    """The rows of one file of ``write``, for small ones."""
    read = pyarrow.csv.read_csv if path.suffix == ".csv" else pyarrow.parquet.read_table
    yield from read(path).to_pylist()
