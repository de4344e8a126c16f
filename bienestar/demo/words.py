"""Invented names that sound as they would in Mexico and belong to no state or municipality there."""

from __future__ import annotations

import random

STATE_NAMES = (
    "Sierralba", "Valdoro", "Montelura", "Riofresno", "Llanobrisa", "Peñaluz", "Aguaserena", "Piedraluna",
    "Cedralia", "Nopalinda", "Encinavera", "Tierraclara", "Altocéfiro", "Bajamarea", "Lomaverdía", "Cañadulce",
    "Solmontes", "Ventisquera", "Arenalba", "Palmerosa", "Fuentelmar", "Mirasauces", "Ocotaria", "Jacarandia",
    "Tejocotla", "Guayacana", "Zarzaleda", "Mezquitania", "Copalaria", "Nubelinda", "Cumbrefría", "Esteromar",
)  # fmt: skip
COUNTRY_NAME = "País inventado"

_STEMS = (
    "Ahuex", "Tepox", "Cozam", "Xilom", "Tlalox", "Chimac", "Mizquix", "Acalox", "Olinac", "Zacual", "Tecalt",
    "Cuixom", "Huilox", "Nexcal", "Pochix", "Quimal", "Yolox", "Izcual", "Metlax", "Copalm",
)  # fmt: skip
_ENDINGS = ("tlán", "itepec", "titla", "apan", "alco", "antla", "acán", "ocan", "inco", "ulco")
_HEADS = (
    "Villa", "Puerto", "Valle", "Laguna", "Cerro", "Ojo de Agua", "Llano", "Cañada", "Loma", "Peña", "Vega", "Arroyo",
    "Mesa", "Estero", "Cumbre", "Ribera",
)  # fmt: skip
_TAILS = (
    "del Alba", "de Neblina", "de los Copales", "Bermeja", "del Zenzontle", "de Cal y Canto", "del Venado Azul",
    "de las Garzas", "de Obsidiana", "del Tejón", "de la Calandria", "del Mezquital Viejo", "de los Ocotes",
    "del Cenzontle Negro", "de Agua Mansa", "del Jilguero", "de Piedra Lisa", "de los Capulines", "del Colibrí",
    "de la Niebla Alta",
)  # fmt: skip
_LOCALITY_HEADS = (
    "El", "Rancho", "Barrio", "Ejido", "Paso", "Rincón", "Tierra", "Palo", "Agua", "Corral", "Paraje", "Salto",
)  # fmt: skip
_LOCALITY_TAILS = (
    "Encino Solo", "del Sauce", "la Garza", "del Tepozán", "el Huizache", "Escondido", "del Nogal", "los Pirules",
    "del Capulín", "Buena Sombra", "la Calera", "del Tordo", "los Magueyes", "del Ocote", "Prieto", "la Cantera",
    "del Zapote", "el Carrizal", "Tres Cruces", "del Fresno", "la Neblina", "Piedra Ancha", "del Águila",
    "los Liquidámbares",
)  # fmt: skip
_GIVEN = ("Alma", "Bruno", "Celia", "Darío", "Elvira", "Fermín", "Graciela", "Homero")
_SURNAMES = (
    "Montelirio",
    "Sauceda Luz",
    "Ríoseco",
    "Aldaverde",
    "Cerrillo Alba",
    "Peñaflor Neri",
    "Llanes Mar",
    "Ocotero",
)


def state_name(place: int) -> str:
    """The name of the invented state in that place, from 0."""
    return STATE_NAMES[place]


def municipality_names(rng: random.Random, count: int) -> list[str]:
    """Different names, in alphabetical order as codes are given."""
    composed = [stem + ending for stem in _STEMS for ending in _ENDINGS]
    spoken = [f"{head} {tail}" for head in _HEADS for tail in _TAILS]
    names = rng.sample(composed, min(count, count // 2 + 1, len(composed)))
    names += rng.sample(spoken, min(len(spoken), count - len(names)))
    while len(names) < count:
        names.append(f"{rng.choice(_STEMS)}{rng.choice(_ENDINGS)} {rng.choice(_TAILS)} {len(names)}")
    return sorted(names)


def locality_names(rng: random.Random, count: int) -> list[str]:
    """Different names for the localities of one municipality."""
    every = [f"{head} {tail}" for head in _LOCALITY_HEADS for tail in _LOCALITY_TAILS]
    names = rng.sample(every, min(count, len(every)))
    return names + [f"{every[n % len(every)]} {n // len(every) + 1}" for n in range(len(names), count)]


def person(place: int) -> str:
    """The name of an invented person."""
    return f"{_GIVEN[place % len(_GIVEN)]} {_SURNAMES[(place * 3 + 1) % len(_SURNAMES)]}"
