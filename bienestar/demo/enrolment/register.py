"""Registering invented people at the clinics of a handful of municipalities, from a person file like anybody's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bienestar.demo.build import Built
from bienestar.demo.dice import dice
from bienestar.demo.people import Written, areas, write
from bienestar.demo.people.files import rows_of
from bienestar.foundation.facilities.queries import keys_of, units_by_key, units_visible_to
from bienestar.registers.beneficiaries.actions import PersonEntry, put_persons

if TYPE_CHECKING:
    import datetime as dt

    from bienestar.foundation.accounts.models import User
    from bienestar.foundation.facilities.models import Unit

MUNICIPALITIES = 5
ERRORS = 0.2
#: Institutions and the part of the people whom each covers.
ROLLS = {"imss": 0.24, "issste": 0.06, "pemex": 0.01}
ORIGIN = "padron-inventado"
#: Of those who live where there is a clinic, the part that is assigned to one.
_ASSIGNED = 0.9
_CLINICS = ("urban", "extended", "with_beds", "rural", "rural_medical")
_STREETS = ("Calle del Encino", "Calle del Alba", "Avenida de los Copales", "Calle del Zenzontle", "Privada del Nogal")


@dataclass(frozen=True)
class Ground:
    """Where people enrol: of each municipality its clinics, the first one that with the counter.

    The municipality of the demo's operator comes first, and there the operator's clinic.
    """

    clinics: dict[str, list[Unit]]

    @property
    def counters(self) -> list[Unit]:
        """One clinic for each municipality."""
        return [units[0] for units in self.clinics.values()]


def ground(by: User, built: Built) -> Ground:
    """The municipality of the operator's counter and the others with the most clinics."""
    found: dict[str, list[Unit]] = defaultdict(list)
    keys = [built.counter, *(key for kind in _CLINICS for key in built.keys.get(kind, ()) if key != built.counter)]
    ids = units_by_key(keys)
    units = {
        unit.pk: unit
        for unit in units_visible_to(by).filter(path__startswith=built.path).select_related("municipality")
    }
    for unit in (units[ids[key]] for key in keys):
        found[unit.municipality.code].append(unit)
    first = next(iter(found))
    others = sorted((code for code in found if code != first), key=lambda code: (-len(found[code]), code))
    return Ground({code: found[code] for code in [first, *others[: MUNICIPALITIES - 1]]})


def write_files(folder: Path, seed: int, code: str, where: Ground, people: int, today: dt.date) -> Written:
    """The person file, the rolls and the truth of the demo; the operator's municipality has twice as many people."""
    weights = {municipality: 2.0 if place == 0 else 1.0 for place, municipality in enumerate(where.clinics)}
    return write(folder, people, seed * 100 + int(code), ERRORS, ROLLS, places=areas(weights), today=today)


def register(by: User, built: Built, seed: int, where: Ground, files: Written, source: Any) -> int:
    """Put the person file into the register; how many people that made."""
    entries = _entries(seed, built.code, where, files)
    return put_persons(by=by, path=built.path, entries=entries, source=source).touched


def _entries(seed: int, code: str, where: Ground, files: Written) -> Iterator[tuple[int, PersonEntry]]:
    rng = dice(seed, code, "enrolment", "homes")
    current = keys_of(unit.pk for units in where.clinics.values() for unit in units)
    keys = {municipality: [current[unit.pk] for unit in units] for municipality, units in where.clinics.items()}
    # Who comes a second time came without papers: by the CURP they would have been found.
    again = {row["person_id"] for row in rows_of(files.files["duplicates"])}
    for number, row in enumerate(rows_of(files.files["persons"]), start=2):
        if row["id"] in again:
            row["curp"] = None
        told: dict[str, Any] = {name: value for name, value in row.items() if value is not None and name != "id"}
        near = keys[told["municipality"]]
        # Half of a town goes to the clinic with the counter, the others to any.
        unit = near[0] if rng.random() < 0.5 else rng.choice(near)
        assigned = rng.random() < _ASSIGNED
        address = f"{rng.choice(_STREETS)} {rng.randrange(1, 180)}"
        origin = f"{ORIGIN}:{row['id']}"
        yield number, PersonEntry(**told, origin=origin, unit=unit if assigned else "", address=address)
