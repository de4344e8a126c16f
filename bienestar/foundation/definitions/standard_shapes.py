"""Shapes of the standards' files: bases, parameters, sets, services, unit types, workloads."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bienestar.calculations import staffing
from bienestar.foundation.definitions.files import Definition, Text

BasisKind = Literal["law", "programme", "source", "assumption"]
# What a formula may ask of a unit. Counts are what exists, from the registers; see docs/methods/gaps.md.
VARIABLES: dict[str, str] = {
    "rooms": "general consulting rooms that exist",
    "dental_rooms": "dental surgeries that exist",
    "specialty_rooms": "specialty consulting rooms that exist",
    "beds": "inpatient (census) beds that exist",
    "intensive_beds": "intensive care beds that exist",
    "emergency_beds": "emergency and observation beds that exist",
    "theatres": "operating theatres that exist",
    "delivery_rooms": "delivery rooms that exist",
    "medicine_beds": "internal medicine beds that exist",
    "surgery_beds": "surgical beds that exist",
    "obstetrics_beds": "obstetric beds that exist",
    "paediatrics_beds": "paediatric beds that exist",
    "psychiatry_beds": "psychiatric beds that exist",
    "nuclei": "basic nuclei of the typology; where it names none, the general consulting rooms that exist",
    "people": "people without social security whom the unit serves",
    "population": "all people whom the unit serves; where only the others are known, those",
    "shifts": "shifts a day, from the hours a day",
    "days": "days a week on which a unit of this type must open",
    "hours_per_day": "hours a day that the unit opens; where not known, those of its type",
}
# share: the unit's catchment, or its part of its municipality's people; municipality: all of them;
# nearest_general, nearest_of_type: the municipalities for which it is the nearest general hospital, or of its own type.
Serves = Literal["share", "municipality", "nearest_general", "nearest_of_type"]
QuantityText = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) in (int, float) else value)]


class Basis(Definition):
    """Why a line is in the standard, and where to read it."""

    kind: BasisKind
    text: Text
    reference: str = ""


class Parameter(Definition):
    """A number that formulas use by name."""

    value: float
    basis: str
    name: Text


class Need(Definition):
    """A quantity of one resource: a number or a formula. Rounded up to whole things."""

    resource: str
    quantity: QuantityText
    basis: str
    note: Text | None = None


class NeedSet(Definition):
    """Needs that several services have alike, written once."""

    name: Text
    requires: list[Need]


class Service(Definition):
    """Something that a unit does for people, and all that it takes.

    ``offered_when``: a condition; a unit for which it does not hold need not offer the service.
    """

    name: Text
    weight: float = Field(gt=0, description="worth of one person gaining it, beside the other services")
    weight_basis: str
    users: QuantityText = "people"
    users_basis: str = ""
    offered_when: QuantityText | None = None
    sets: list[str] = []
    requires: list[Need] = []


class TypeValue(Definition):
    """Another number for a parameter in one type of unit."""

    value: float
    basis: str


class UnitTypeStandard(Definition):
    """What a type of unit must offer, in the order in which what exists is given, whom it serves, when it opens."""

    services: list[str] = Field(min_length=1)
    serves: Serves
    days: float = Field(ge=1, le=7)
    hours_per_day: float = Field(gt=0, le=24)
    basis: str
    values: dict[str, TypeValue] = {}


class WisnActivity(Definition):
    """How long one activity takes a worker of a category."""

    activity: str
    minutes: float = Field(gt=0)
    basis: str


class WisnCategory(Definition):
    """The working year, activities and allowances of one category of staff."""

    days_per_week: float = Field(gt=0, le=7)
    hours_per_day: float = Field(gt=0, le=24)
    holidays: float = Field(ge=0)
    annual_leave: float = Field(ge=0)
    sick_leave: float = Field(ge=0)
    training: float = Field(ge=0)
    other: float = Field(ge=0, default=0)
    basis: str
    activities: list[WisnActivity] = Field(min_length=1)
    support_share: float = Field(ge=0, lt=1)
    individual_hours: float = Field(ge=0, default=0)
    allowances_basis: str

    def available_hours(self) -> float:
        """Available working time, hours per worker per year."""
        away = (self.holidays, self.annual_leave, self.sick_leave, self.training, self.other)
        return staffing.available_hours(staffing.WorkingYear(self.days_per_week, self.hours_per_day, *away))


class StandardsFile(Definition):
    """One file; every part is optional, the files of the folder complete each other."""

    version: str | None = None
    title: Text | None = None
    valid_from: dt.date | None = None
    bases: dict[str, Basis] = {}
    parameters: dict[str, Parameter] = {}
    sets: dict[str, NeedSet] = {}
    services: dict[str, Service] = {}
    unit_types: dict[str, UnitTypeStandard] = {}
    wisn: dict[str, WisnCategory] = {}


class Requirement(Definition):
    """One line of the standard of a unit type: this service asks this quantity of this resource, because."""

    service: str
    resource: str
    quantity: str
    basis: str
    note: Text | None = None


class Standards(Definition):
    """One version of the standards, whole."""

    version: str
    title: Text
    valid_from: dt.date
    bases: dict[str, Basis]
    parameters: dict[str, Parameter]
    sets: dict[str, NeedSet]
    services: dict[str, Service]
    unit_types: dict[str, UnitTypeStandard]
    wisn: dict[str, WisnCategory]
    sha256: str

    def requirements(self, unit_type: str) -> list[Requirement]:
        """Every line for a unit type, in the order of its services; a set's lines stand before the service's own."""
        found = []
        for code in self.unit_types[unit_type].services:
            service = self.services[code]
            needs = [need for name in service.sets for need in self.sets[name].requires] + service.requires
            found += [Requirement(service=code, **need.model_dump()) for need in needs]
        return found

    def lines_for(self, unit_type: str, resource: str) -> list[Requirement]:
        """The lines of a unit type that ask for one resource; none when the type has no standard."""
        if unit_type not in self.unit_types:
            return []
        return [line for line in self.requirements(unit_type) if line.resource == resource]

    def parameter_values(self, unit_type: str) -> dict[str, float]:
        """Each parameter's number by its name, as it is for a type of unit."""
        values = {name: parameter.value for name, parameter in self.parameters.items()}
        return values | {name: own.value for name, own in self.unit_types[unit_type].values.items()}

    def service_name(self, code: str, language: str) -> str:
        """The words for a service; a code that is not in this version is shown as it is."""
        found = self.services.get(code)
        return found.name.in_language(language) if found else code

    def content(self) -> dict[str, Any]:
        """Everything as plain JSON data, to be frozen with a diagnosis run."""
        return self.model_dump(mode="json")
