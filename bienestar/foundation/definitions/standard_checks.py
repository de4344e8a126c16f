"""What the shapes of the standards cannot see: that every code, name and formula of a file means something."""

from __future__ import annotations

from collections.abc import Iterator

from bienestar.calculations import formulas
from bienestar.foundation.definitions.catalogue import catalogue, typologies
from bienestar.foundation.definitions.files import Located, Location
from bienestar.foundation.definitions.standard_shapes import (
    VARIABLES,
    Need,
    Parameter,
    Service,
    Standards,
    StandardsFile,
    UnitTypeStandard,
    WisnCategory,
)


class Checks:
    """The checks of one file against the whole that it is part of."""

    def __init__(self, located: Located, whole: Standards) -> None:
        self.located, self.whole = located, whole
        self.resources = catalogue().resources
        self.names = set(VARIABLES) | set(whole.parameters)

    def check(self, content: StandardsFile) -> None:
        """Raise DefinitionError for the first thing that is wrong in this file."""
        for name, parameter in content.parameters.items():
            self.parameter(name, parameter)
        for name, needs in content.sets.items():
            self.needs(("sets", name), needs.requires)
        for name, service in content.services.items():
            self.service(name, service)
        for name, standard in content.unit_types.items():
            self.unit_type(name, standard)
        for name, category in content.wisn.items():
            self.category(name, category)

    def refuse(self, at: Location, reason: str) -> None:
        """Raise the error of this file at ``at``."""
        raise self.located.error(at, reason)

    def basis(self, at: Location, code: str) -> None:
        """Refuse a basis that no file declares."""
        if code not in self.whole.bases:
            self.refuse(at, f"there is no basis {code!r}; there are: {', '.join(sorted(self.whole.bases))}")

    def formula(self, at: Location, text: str) -> None:
        """Refuse a formula that cannot be read or uses an unknown name."""
        try:
            formulas.parse(text, self.names)
        except formulas.FormulaError as error:
            self.refuse(at, str(error))

    def parameter(self, name: str, parameter: Parameter) -> None:
        """A parameter's name must be a word that formulas can use and that is not taken."""
        at = ("parameters", name)
        if name in VARIABLES or name in formulas.FUNCTIONS or not name.isidentifier():
            self.refuse(at, f"{name!r} cannot name a parameter; it is taken or not one plain word")
        self.basis((*at, "basis"), parameter.basis)

    def needs(self, at: Location, needs: list[Need]) -> None:
        """Every need of a set or service."""
        for i, need in enumerate(needs):
            here = (*at, "requires", i)
            if need.resource not in self.resources or self.resources[need.resource].group == "activity":
                self.refuse(
                    (*here, "resource"),
                    f"{need.resource!r} is not a resource of resources.yaml that can be required",
                )
            self.formula((*here, "quantity"), need.quantity)
            self.basis((*here, "basis"), need.basis)

    def service(self, name: str, service: Service) -> None:
        """A service's formulas, bases and sets; a resource may be asked only once in it."""
        at = ("services", name)
        self.basis((*at, "weight_basis"), service.weight_basis)
        if service.users_basis:
            self.basis((*at, "users_basis"), service.users_basis)
        self.formula((*at, "users"), service.users)
        if service.offered_when is not None:
            self.formula((*at, "offered_when"), service.offered_when)
        for i, code in enumerate(service.sets):
            if code not in self.whole.sets:
                self.refuse((*at, "sets", i), f"there is no set {code!r}")
        self.needs(at, service.requires)
        for place, resource in self.twice(at, service):
            self.refuse(place, f"{resource!r} is asked twice in this service, here and in a set or line before it")
        if not service.sets and not service.requires:
            self.refuse(at, "a service that requires nothing would always be ready; say what it needs")

    def twice(self, at: Location, service: Service) -> Iterator[tuple[Location, str]]:
        """Places where a service asks for a resource that it has already asked for."""
        places = [
            ((*at, "sets", i), n.resource)
            for i, code in enumerate(service.sets)
            for n in self.whole.sets[code].requires
        ]
        places += [((*at, "requires", i), n.resource) for i, n in enumerate(service.requires)]
        seen: set[str] = set()
        for place, resource in places:
            if resource in seen:
                yield place, resource
            seen.add(resource)

    def unit_type(self, name: str, standard: UnitTypeStandard) -> None:
        """A unit type must exist and its services be declared, each once."""
        at = ("unit_types", name)
        if name not in typologies().unit_types:
            self.refuse(at, f"there is no unit type {name!r} in typologies.yaml")
        for i, code in enumerate(standard.services):
            if code not in self.whole.services:
                self.refuse((*at, "services", i), f"there is no service {code!r}")
            if code in standard.services[:i]:
                self.refuse((*at, "services", i), f"the service {code!r} stands twice")
        self.basis((*at, "basis"), standard.basis)
        for code, own in standard.values.items():
            if code not in self.whole.parameters:
                self.refuse((*at, "values", code), f"there is no parameter {code!r}")
            self.basis((*at, "values", code, "basis"), own.basis)

    def category(self, name: str, category: WisnCategory) -> None:
        """A WISN category is a staff resource with a working year and activities that the catalogue knows."""
        at = ("wisn", name)
        if name not in self.resources or self.resources[name].group != "staff":
            self.refuse(at, f"{name!r} is not a staff resource of resources.yaml")
        if category.available_hours() <= 0:
            self.refuse(at, "holidays, leave and training leave no working time in the year")
        self.basis((*at, "basis"), category.basis)
        self.basis((*at, "allowances_basis"), category.allowances_basis)
        for i, activity in enumerate(category.activities):
            here = (*at, "activities", i)
            if activity.activity not in self.resources or self.resources[activity.activity].group != "activity":
                self.refuse((*here, "activity"), f"{activity.activity!r} is not an activity of resources.yaml")
            self.basis((*here, "basis"), activity.basis)
