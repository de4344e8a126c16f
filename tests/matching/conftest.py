"""Invented people of the small territory, and rolls as an institution sends them."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import random
from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from bienestar.calculations import curp
from bienestar.foundation.journal.models import SourceFile
from bienestar.operations.enrolment.actions import match
from bienestar.registers.beneficiaries.models import Person, PersonIdentifier, Roll

TODAY = timezone.localdate()
CUT = TODAY - dt.timedelta(days=30)
COLUMNS = ("entry", "curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state") + (
    "municipality",
    "valid_from",
    "valid_to",
)
_numbers = itertools.count(1)

#: Made with the formula and matching letters: nobody has them.
PEOPLE = {
    "juan": ("HELJ850312HOCRPN01", "Juan Carlos", "Hernández", "López", dt.date(1985, 3, 12), "H", "OC"),
    "ana": ("NUXA920704MVZXXN09", "Ana", "Núñez", "", dt.date(1992, 7, 4), "M", "VZ"),
    "lupe": ("CUOG011231MCSRRDA6", "María Guadalupe", "De la Cruz", "Ortiz", dt.date(2001, 12, 31), "M", "CS"),
    "jose": ("PEDJ790109HHGXMS08", "José", "Peña", "Domínguez", dt.date(1979, 1, 9), "H", "HG"),
    "luis": ("MAAL600520HQRRVS02", "José Luis", "Martínez", "Ávila", dt.date(1960, 5, 20), "H", "QR"),
}


@pytest.fixture
def person(territory, source) -> Callable[..., Person]:
    """Make a person: one of ``PEOPLE`` by name, with or without the CURP, at home in a municipality."""

    def make(name: str, *, with_curp: bool = True, home: str = "91001", **changed: Any) -> Person:
        key, given, first, second, born, sex, state = PEOPLE[name]
        area = territory.municipalities[home]
        number = next(_numbers)
        made = Person.objects.create(
            **{
                "uid": f"P{number:011d}",
                "given_names": given,
                "first_surname": first,
                "second_surname": second,
                "birth_date": born,
                "sex": sex,
                "birth_state": state,
                "home": area,
                "path": area.path,
                "registered_by": "test",
            }
            | changed
        )
        if with_curp:
            PersonIdentifier.objects.create(person=made, kind="curp", value=key, since=CUT)
        return made

    return make


def entry(name: str, number: str = "", **changed: Any) -> dict[str, Any]:
    """An entry of a roll for one of ``PEOPLE``."""
    told = dict(zip(("curp", *COLUMNS[2:8]), PEOPLE[name], strict=True))
    return {
        "entry": hashlib.sha256((number or f"N{name}").encode()).hexdigest(),
        "municipality": "91001",
        "valid_from": None,
        "valid_to": None,
        **told,
        **changed,
    }


@pytest.fixture
def roll(db, settings) -> Callable[..., Roll]:
    """Store a cut of an institution's roll, as the importer leaves it."""

    def make(institution: str, entries: Sequence[dict[str, Any]], cut_off: dt.date = CUT) -> Roll:
        number = next(_numbers)
        folder = settings.HOME / "rolls" / str(number)
        folder.mkdir(parents=True)
        types = {
            name: pa.date32() if name in {"birth_date", "valid_from", "valid_to"} else pa.string() for name in COLUMNS
        }
        rows = [{name: row.get(name) or None for name in COLUMNS} for row in sorted(entries, key=lambda e: e["curp"])]
        pq.write_table(pa.Table.from_pylist(rows, pa.schema(list(types.items()))), folder / "entries.parquet")
        file = SourceFile.objects.create(sha256=f"{number:064d}", kind="affiliations", name="roll.csv")
        return Roll.objects.create(
            institution=institution, cut_off=cut_off, file=file, stored=f"rolls/{number}", entries=len(entries)
        )

    return make


@pytest.fixture
def run(system) -> Callable[..., Any]:
    """Compare everybody."""
    return lambda **given: match(by=system, **given)


GIVEN = [
    "Alma",
    "Bruno",
    "Carla",
    "Diego",
    "Elena",
    "Fabio",
    "Gloria",
    "Hugo",
    "Irma",
    "Jorge",
    "Karla",
    "Leo",
    "Marta",
]
GIVEN += ["Nadia", "Omar", "Paula", "Raúl", "Sara", "Tomás", "Úrsula", "Víctor", "Wendy", "Ximena", "Yago", "Zoe"]
SURNAMES = ["Abad", "Bravo", "Cano", "Durán", "Estrada", "Flores", "Galindo", "Herrera", "Ibarra", "Juárez", "Lara"]
SURNAMES += ["Mora", "Nava", "Olmos", "Prado", "Quiroz", "Rivas", "Salas", "Téllez", "Uribe", "Vega", "Yáñez", "Zamora"]


@pytest.fixture
def crowd(territory) -> list[dict[str, Any]]:
    """Four hundred other people of both states, so that there is something to learn from; their entries."""
    dice = random.Random(7)
    persons, told = [], []
    for number in range(400):
        home = dice.choice(list(territory.municipalities.values()))
        born = dt.date(1950, 1, 1) + dt.timedelta(days=dice.randrange(25_000))
        row = {
            "given_names": " ".join(dice.sample(GIVEN, 2)),
            "first_surname": dice.choice(SURNAMES),
            "second_surname": dice.choice(SURNAMES),
            "birth_date": born,
            "sex": dice.choice("HM"),
            "birth_state": dice.choice(["HG", "PL", "VZ", "OC"]),
        }
        persons.append(Person(uid=f"C{number:011d}", home=home, path=home.path, registered_by="test", **row))
        key = curp.base(curp.Named(**row)) + "0123456789ABCDEFGHIJ"[number % 10 + 10 * (born.year > 1999)]
        told.append({**row, "curp": key + curp.check_digit(key), "municipality": home.code})
    made = Person.objects.bulk_create(persons)
    PersonIdentifier.objects.bulk_create(
        PersonIdentifier(person=one, kind="curp", value=row["curp"], since=CUT)
        for one, row in zip(made, told, strict=True)
    )
    return [
        {**row, "entry": hashlib.sha256(row["curp"].encode()).hexdigest(), "valid_from": None, "valid_to": None}
        for row in told
    ]


@pytest.fixture
def doubtful(person, roll) -> Person:
    """Ana, in ISSSTE's roll under her CURP with another given name and birth date: somebody must decide."""
    ana = person("ana")
    roll("imss", [])
    other = {"given_names": "Rosa Elvira", "birth_date": dt.date(1961, 2, 3)}
    roll("issste", [entry("ana", valid_from=dt.date(2020, 1, 1), **other)])
    return ana
