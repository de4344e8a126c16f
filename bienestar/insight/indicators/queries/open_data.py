"""A published set as open files: values of every indicator, open tables, dictionary, licence, hashes, catalogue.

The files are made once of what is frozen, by streaming from Parquet to CSV, and served as they lie: the hash in the
list is the hash of the bytes. They can always be made again, and come out equal; nothing personal and nothing held
back is ever written into them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterable, Iterator
from csv import writer
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from bienestar.foundation.definitions.files import Text
from bienestar.foundation.definitions.indicators import Indicator, Measure, units_of_measure
from bienestar.foundation.definitions.tables import FrozenTableShape, frozen_tables
from bienestar.foundation.storage.cells import harmless
from bienestar.foundation.storage.frozen import quoted
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.storage import VALUES, file_of
from bienestar.insight.indicators.queries.values import definitions_of
from bienestar.insight.snapshots.queries.manifests import Manifest
from bienestar.insight.snapshots.queries.reading import attach, folder_of, manifest_of

FORMAT = 1
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"
LICENCE_NAME = "Creative Commons Attribution 4.0 (CC BY 4.0)"
LICENCE = f"{LICENCE_NAME}, {LICENCE_ADDRESS}"
INDEX = "index.json"
SUMS, CATALOGUE, LICENCE_FILE = "sha256sums.txt", "catalogue.json", "licencia.txt"
TABLES_FILE, INDICATORS_FILE = "diccionario-tablas.csv", "diccionario-indicadores.csv"
CSV, TEXT, JSON = "text/csv", "text/plain", "application/json"
#: Columns of a file of values; those of AMOUNTS are empty where a value is held back.
AMOUNTS = ("numerator", "denominator", "value", "rows")


@dataclass(frozen=True)
class OpenFile:
    """One file. ``about``: the indicator or table; ``rows``: below the head, None where it is no table."""

    name: str
    kind: str
    about: str
    media: str
    rows: int | None
    bytes: int
    sha256: str


@dataclass(frozen=True)
class OpenData:
    """The open files of a set, and where they lie."""

    folder: Path
    files: tuple[OpenFile, ...]

    def file(self, name: str) -> OpenFile | None:
        """One file by its name."""
        return next((one for one in self.files if one.name == name), None)

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(one.bytes for one in self.files)


def open_data(value_set: ValueSet) -> OpenData:
    """The open files of a published set; made at the first call.

    Raises OSError or ValueError where the set's snapshot is not on this machine.
    """
    manifest = manifest_of(value_set.snapshot)
    folder = Path(settings.HOME) / "open" / f"{value_set.number}-{_content(value_set, manifest)[:16]}"
    if not (folder / INDEX).exists():
        _make(value_set, manifest, folder)
    index = json.loads((folder / INDEX).read_bytes())
    return OpenData(folder, tuple(OpenFile(**one) for one in index))


def open_columns(manifest: Manifest) -> dict[str, list[str]]:
    """The columns of each frozen table that everybody may have; none of a table of single people."""
    shapes = frozen_tables()
    return {
        name: [column for column in table.columns if name in shapes and column in shapes[name].open_columns]
        for name, table in sorted(manifest.tables.items())
    }


def _content(value_set: ValueSet, manifest: Manifest) -> str:
    """What the files are made of: another definition of what is open gives other files."""
    published = value_set.published_at.date().isoformat() if value_set.published_at else ""
    shapes = {name: shape.model_dump(mode="json") for name, shape in frozen_tables().items()}
    hashes = [value_set.sha256, value_set.definitions_sha256, manifest.sha256]
    told = [FORMAT, *hashes, published, open_columns(manifest), shapes]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _make(value_set: ValueSet, manifest: Manifest, folder: Path) -> None:
    draft = folder.parent / f".draft-{os.getpid()}-{threading.get_ident()}"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        files = list(_Making(value_set, manifest, draft).all())
        (draft / INDEX).write_text(json.dumps([asdict(one) for one in files], indent=1))
        try:
            draft.rename(folder)
        except OSError:
            if not (folder / INDEX).exists():  # another process was faster, and made the same
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


class _Making:
    """Writes every file of a set into a folder."""

    def __init__(self, value_set: ValueSet, manifest: Manifest, folder: Path) -> None:
        self.value_set, self.manifest, self.folder = value_set, manifest, folder
        self.definitions = definitions_of(value_set)
        self.tables = {name: columns for name, columns in open_columns(manifest).items() if columns}

    def all(self) -> Iterator[OpenFile]:
        """The files in the order in which they are listed; the catalogue and the sums come last."""
        found = [*self._tables_of_rows(), *self._words()]
        catalogue = self._text(CATALOGUE, "catalogue", JSON, self._catalogue(found))
        listed = [*found, catalogue]
        sums = "".join(f"{one.sha256}  {one.name}\n" for one in listed)
        yield from listed
        yield self._text(SUMS, "sums", TEXT, sums)

    def _tables_of_rows(self) -> Iterator[OpenFile]:
        scratch = self.folder / "tmp"
        with duckdb.connect(config={"threads": 1, "memory_limit": "512MB", "temp_directory": str(scratch)}) as con:
            for name, one in sorted(self.definitions.items()):
                if one.change_of is None:
                    yield self._values(con, name)
            attach(con, folder_of(self.value_set.snapshot), self.manifest, set(self.tables))
            for name, columns in sorted(self.tables.items()):
                yield self._rows(con, name, columns)
        shutil.rmtree(scratch, ignore_errors=True)

    def _values(self, con: duckdb.DuckDBPyConnection, indicator: str) -> OpenFile:
        """What everybody may see of an indicator; a value held back has its status and nothing else."""
        shown = {name: f"CASE WHEN public THEN {_plain(name)} END AS {name}" for name in AMOUNTS}
        select = f"""
            SELECT indicator, version, level, code, state, municipality, split, {_words("member", "VARCHAR")},
                   {shown["numerator"]}, {shown["denominator"]}, {shown["value"]},
                   CASE WHEN public THEN status ELSE 'withheld' END AS status, {shown["rows"]},
                   units_due, units_reported
            FROM read_parquet('{file_of(self.value_set, VALUES)}') WHERE indicator = '{indicator}'
        """  # noqa: S608
        return self._copied(con, select, f"{indicator}.csv", "indicator", indicator)

    def _rows(self, con: duckdb.DuckDBPyConnection, name: str, columns: list[str]) -> OpenFile:
        table = self.manifest.tables[name]
        told = ", ".join(_words(column, table.columns[column]) for column in columns)
        order = ", ".join(quoted(column) for column in table.key)
        select = f"SELECT {told} FROM {quoted(name)} ORDER BY {order}"  # noqa: S608
        return self._copied(con, select, f"tabla-{name}.csv", "table", name)

    def _copied(self, con: duckdb.DuckDBPyConnection, select: str, file: str, kind: str, about: str) -> OpenFile:
        path = self.folder / file
        rows = con.execute(f"COPY ({select}) TO '{path}' (FORMAT csv, HEADER true)").fetchall()[0][0]
        return self._done(file, kind, about, CSV, int(rows))

    def _words(self) -> Iterator[OpenFile]:
        yield self._csv(TABLES_FILE, "dictionary", self._columns())
        yield self._csv(INDICATORS_FILE, "dictionary", self._indicators())
        yield self._text(LICENCE_FILE, "licence", TEXT, self._licence())

    def _columns(self) -> Iterator[list[Any]]:
        """Every column of every file of a table, and of the files of indicators, in both languages."""
        yield ["file", "column", "kind", "key", "meaning_es", "meaning_en", "table_es", "table_en", "row_es", "row_en"]
        for column, (es, en) in _value_columns().items():
            yield ["<id>.csv", column, "", "", es, en, *_both(_value_of_indicator), *_both(_row_of_values)]
        shapes = frozen_tables()
        for name, columns in sorted(self.tables.items()):
            shape = shapes[name]
            for column in columns:
                yield [f"tabla-{name}.csv", column, *_column_told(shape, column)]

    def _indicators(self) -> Iterator[list[Any]]:
        """Every indicator of the set: what it is and how it is reckoned."""
        texts = ("name", "why", "method", "minimum_evidence", "owner")
        yield [
            *("id", "version", "file", "unit_es", "unit_en", "period", "days", "times", "geography", "splits"),
            *(f"{text}_{language}" for text in texts for language in ("es", "en")),
            *("caveats_es", "caveats_en", "numerator", "denominator", "change_of"),
        ]
        for name, one in sorted(self.definitions.items()):
            unit = units_of_measure().get(one.unit)
            yield [
                *(name, one.version, "" if one.change_of else f"{name}.csv"),
                *((unit.es, unit.en) if unit else (one.unit, one.unit)),
                *(one.period, one.days, one.times, " ".join(one.geography), " ".join(one.splits)),
                *(told for text in texts for told in _languages(getattr(one, text))),
                " ".join(caveat.es for caveat in one.caveats),
                " ".join(caveat.en for caveat in one.caveats),
                _measure(one.numerator),
                _measure(one.denominator),
                one.change_of,
            ]

    def _licence(self) -> str:
        lines = []
        for language in ("es", "en"):
            with override(language):
                lines += [
                    _("Licence of the data: %(licence)s") % {"licence": LICENCE},
                    _("You may copy, change and use them for any purpose if you say where they come from:"),
                    self._title(),
                    _("Values about few people are held back; they are not in these files."),
                    "",
                ]
        return "\n".join(lines)

    def _title(self) -> str:
        told = {"day": self.value_set.cut_off.isoformat(), "number": self.value_set.number}
        return _("Bienestar, indicators and open tables, cut-off %(day)s, set %(number)s") % told

    def _titles(self) -> list[dict[str, str]]:
        found = []
        for language in ("es", "en"):
            with override(language):
                found.append({"@language": language, "@value": self._title()})
        return found

    def _catalogue(self, files: Iterable[OpenFile]) -> str:
        """The files as a dataset of DCAT (W3C, version 2); addresses are relative to the catalogue's own."""
        value_set = self.value_set
        content = {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "spdx": "http://spdx.org/rdf/terms#",
            },
            "@type": "dcat:Dataset",
            "dct:identifier": f"bienestar-{value_set.cut_off.isoformat()}-{value_set.number}",
            "dct:title": self._titles(),
            "dct:issued": value_set.published_at.date().isoformat() if value_set.published_at else None,
            "dct:temporal": value_set.cut_off.isoformat(),
            "dct:license": LICENCE_ADDRESS,
            "dct:language": ["es", "en"],
            "dct:provenance": {"values_sha256": value_set.sha256, "snapshot_sha256": value_set.snapshot.sha256},
            "dcat:distribution": [self._distribution(one) for one in files],
        }
        return json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def _distribution(self, one: OpenFile) -> dict[str, Any]:
        name = self._name_of(one)
        found: dict[str, Any] = {
            "@type": "dcat:Distribution",
            "dct:identifier": one.name,
            "dcat:downloadURL": {"@id": one.name},
            "dcat:mediaType": one.media,
            "dcat:byteSize": one.bytes,
            "spdx:checksum": {"spdx:algorithm": "sha256", "spdx:checksumValue": one.sha256},
        }
        if name is not None:
            found["dct:title"] = [{"@language": key, "@value": getattr(name, key)} for key in ("es", "en")]
        return found

    def _name_of(self, one: OpenFile) -> Text | None:
        if one.kind == "indicator":
            return self.definitions[one.about].name
        return frozen_tables()[one.about].name if one.kind == "table" else None

    def _csv(self, name: str, kind: str, rows: Iterable[list[Any]]) -> OpenFile:
        count = -1
        with (self.folder / name).open("w", encoding="utf-8", newline="") as file:
            lines = writer(file, lineterminator="\n")
            for row in rows:
                lines.writerow([harmless(cell) for cell in row])
                count += 1
        return self._done(name, kind, "", CSV, count)

    def _text(self, name: str, kind: str, media: str, text: str) -> OpenFile:
        (self.folder / name).write_bytes(text.encode())
        return self._done(name, kind, "", media, None)

    def _done(self, name: str, kind: str, about: str, media: str, rows: int | None) -> OpenFile:
        path = self.folder / name
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return OpenFile(name, kind, about, media, rows, path.stat().st_size, sha256)


def _plain(name: str) -> str:
    """An amount without the noughts that its exact type adds."""
    if name in ("numerator", "denominator"):
        return f"regexp_replace(CAST({name} AS VARCHAR), '\\.?0+$', '')"
    return name


def _words(column: str, kind: str) -> str:
    """A column as it is written; words that a spreadsheet would run get an apostrophe, as in ``storage.cells``."""
    name = quoted(column)
    if kind not in ("text", "VARCHAR"):
        return name
    runs = f"regexp_matches({name}, '^[=+@\\t\\r-]') AND TRY_CAST({name} AS DOUBLE) IS NULL"
    return f"CASE WHEN {runs} THEN '''' || {name} ELSE {name} END AS {name}"


def _languages(text: Text) -> tuple[str, str]:
    return text.es, text.en


def _column_told(shape: FrozenTableShape, column: str) -> list[str]:
    one = shape.columns[column]
    key = "yes" if column in shape.key else ""
    return [one.kind, key, *_languages(one), *_languages(shape.name), *_languages(shape.row)]


def _measure(measure: Any) -> str:
    """A measure in one line: table, condition, gathering, amount."""
    if measure is None:
        return ""
    if not isinstance(measure, Measure):
        return str(measure.indicator)
    parts = [
        measure.table,
        f"where {measure.where}" if measure.where else "",
        f"by {', '.join(measure.by)}" if measure.by else "",
        f"having {measure.having}" if measure.having else "",
        measure.value,
    ]
    return "; ".join(part for part in parts if part)


def _both(words: Any) -> list[str]:
    """A sentence in both languages."""
    found = []
    for language in ("es", "en"):
        with override(language):
            found.append(str(words()))
    return found


def _value_of_indicator() -> str:
    return _("Values of one indicator")


def _row_of_values() -> str:
    return _("One value: a place, or a part of it")


def _value_columns() -> dict[str, list[str]]:
    """Columns of the files of indicators with what they mean, in both languages."""
    told = {
        "indicator": lambda: _("Id of the indicator"),
        "version": lambda: _("Version of its rule"),
        "level": lambda: _("country, state, municipality or unit"),
        "code": lambda: _("MX, the code of INEGI, or the key of the unit in this system"),
        "state": lambda: _("State of the place"),
        "municipality": lambda: _("Municipality of the place"),
        "split": lambda: _("What the value is divided by; empty: undivided"),
        "member": lambda: _("Which part of it"),
        "numerator": lambda: _("Numerator"),
        "denominator": lambda: _("Denominator; empty where there is none"),
        "value": lambda: _("The value; empty where it is not known, not recorded or held back"),
        "status": lambda: _("known, unknown, undefined (nothing to divide by), not_recorded or withheld (few people)"),
        "rows": lambda: _("Records behind the numerator"),
        "units_due": lambda: _("Units that must report"),
        "units_reported": lambda: _("Of them, those that have, in time"),
    }
    return {column: _both(words) for column, words in told.items()}


def title_of(one: OpenFile, definitions: dict[str, Indicator], language: str) -> str:
    """What a file holds, in the reader's language."""
    if one.kind == "indicator":
        return definitions[one.about].name.in_language(language)
    if one.kind == "table":
        return frozen_tables()[one.about].name.in_language(language)
    return {
        TABLES_FILE: _("Dictionary of the columns, in both languages"),
        INDICATORS_FILE: _("Dictionary of the indicators, in both languages"),
        LICENCE_FILE: _("Licence"),
        CATALOGUE: _("Catalogue of all files for programs (DCAT)"),
        SUMS: _("SHA-256 of every file"),
    }[one.name]
