"""The kinds of unit that are invented and how many of each a state has."""

from __future__ import annotations

from dataclasses import dataclass

from bienestar.demo.dice import shares


@dataclass(frozen=True)
class Kind:
    """A kind of unit. ``seat``: where such units stand; ``nuclei``: fewest and most basic nuclei."""

    code: str
    unit_type: str
    title: str
    seat: str
    institution: str = "IMB"
    nuclei: tuple[int, int] = (0, 0)
    first_level: bool = False
    beds: bool = False
    care: bool = True
    title_numbered: bool = False
    establishment: str = "De consulta externa"
    level: int = 1


KINDS = {
    kind.code: kind
    for kind in (
        Kind("general_hospital", "general_hospital", "Hospital General de", "capital", beds=True, level=2,
             establishment="De hospitalización"),
        Kind("community_hospital", "community_hospital", "Hospital Comunitario de", "regions", beds=True, level=2,
             establishment="De hospitalización"),
        Kind("with_beds", "health_center_with_beds", "Centro de Salud con Hospitalización", "regions", nuclei=(2, 3),
             first_level=True, beds=True),
        Kind("extended", "extended_health_center", "CESSA", "towns", nuclei=(3, 6), first_level=True),
        Kind("urban", "urban_health_center", "Centro de Salud Urbano", "urban", nuclei=(1, 8), first_level=True,
             title_numbered=True),
        Kind("rural", "rural_health_center", "Centro de Salud Rural", "villages", nuclei=(1, 3), first_level=True),
        Kind("rural_medical", "rural_medical_unit", "Unidad Médica Rural", "villages", institution="IMO", nuclei=(1, 1),
             first_level=True),
        Kind("mobile", "mobile_unit", "Unidad Móvil", "towns", nuclei=(1, 1), first_level=True, title_numbered=True),
        Kind("specialty", "specialty_outpatient_unit", "UNEME Enfermedades Crónicas", "capital", level=2),
        Kind("office", "office", "Oficinas del Distrito de Salud", "towns", care=False, level=0,
             establishment="De apoyo"),
        Kind("warehouse", "warehouse", "Almacén Estatal", "capital", care=False, level=0, establishment="De apoyo"),
    )
}  # fmt: skip

#: CLUES typology keys by unit type, or by type and nuclei.
RURAL_KEYS = {1: "A", 2: "B", 3: "C"}
URBAN_KEYS = dict(enumerate("DEFGHIJKLQRS", start=1))
OTHER_KEYS = {
    "general_hospital": "M",
    "community_hospital": "N",
    "with_beds": "Z",
    "extended": "CES",
    "mobile": "P",
    "specialty": "UNE",
    "office": "OFI",
    "warehouse": "ALM",
}


def typology(kind: Kind, nuclei: int) -> tuple[str, str]:
    """The typology key of a unit and its name; a legacy rural unit has none in the catalogue."""
    many = "núcleo básico" if nuclei == 1 else "núcleos básicos"
    if kind.code == "rural":
        return RURAL_KEYS[nuclei], f"Rural de {nuclei:02d} {many}"
    if kind.code == "urban":
        return URBAN_KEYS[nuclei], f"Urbano de {nuclei:02d} {many}"
    return OTHER_KEYS.get(kind.code, ""), kind.title.removesuffix(" de")


def mix(units: int, hospitals: int) -> dict[str, int]:
    """How many of each kind among ``units``: few in a small state, at least one general hospital."""
    rest = units - hospitals
    general = max(1, hospitals // 3) if hospitals else 0
    found = {"general_hospital": general, "community_hospital": hospitals - general}
    for kind, each in (("with_beds", 100), ("extended", 75), ("specialty", 100), ("mobile", 25), ("office", 60)):
        found[kind] = rest // each
    found["warehouse"] = rest // 150
    left = units - sum(found.values())
    found["urban"], found["rural_medical"], found["rural"] = shares(left, [0.19, 0.09, 0.72])
    return found
