"""Surnames as often as they are borne: some three hundred by rank, surnames of peoples, and rare ones made by rule.

The shares of the first twenty are those of births registered from 2017 to 2020 (INEGI), divided by the two surnames of
some 8.2 million births; from there they fall as 1 / (rank + 10). No person's data: only words and how common they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from bienestar.calculations.curp import ABROAD, BIRTH_STATES
from bienestar.demo.dice import array_dice

#: Registered births 2017-2020 that bear the surname as first or second, in thousands.
_COUNTED = {
    "Hernández": 672.0, "García": 458.8, "Martínez": 447.1, "López": 412.2, "González": 352.7, "Pérez": 332.0,
    "Rodríguez": 293.5, "Sánchez": 288.5, "Ramírez": 258.4, "Cruz": 204.6, "Flores": 180.8, "Gómez": 180.5,
    "Morales": 148.5, "Vázquez": 145.3, "Jiménez": 141.4, "Reyes": 141.1, "Torres": 128.6, "Díaz": 125.4,
    "Gutiérrez": 113.0, "Mendoza": 101.0,
}  # fmt: skip
_BORNE = 2 * 8200.0  # thousands: two surnames of each birth

#: The next by rank, roughly.
_RANKED = """
    Ruiz,Ortiz,Aguilar,Castillo,Moreno,Rivera,Álvarez,Romero,Chávez,Ramos,Méndez,Herrera,Juárez,Domínguez,Medina,
    Guzmán,Castro,Vargas,De la Cruz,Velázquez,Rojas,Muñoz,Santiago,Contreras,Luna,Salazar,Ortega,Guerrero,Bautista,
    Estrada,Salas,Cortés,Santos,Lara,Ríos,Soto,Alvarado,Delgado,Silva,Vega,Cervantes,León,Rangel,Fernández,Ávila,
    Valdez,Castañeda,Navarro,Campos,Carrillo,Solís,Peña,Ibarra,Sandoval,Mejía,Valencia,Robles,Espinoza,Núñez,
    Miranda,Cabrera,Padilla,Suárez,Aguirre,Molina,Rosas,Pacheco,Acosta,Márquez,Ayala,Trejo,Cárdenas,Montes,
    Camacho,Fuentes,Orozco,Maldonado,Gallegos,Barrera,Figueroa,Leyva,Lozano,Valenzuela,Serrano,Huerta,Rosales,
    Osorio,Zamora,Escobar,Nava,Arellano,Palacios,Montoya,Andrade,Villegas,Arias,Tapia,Franco,Cortez,Cisneros,
    Villanueva,Zavala,Bernal,Salgado,Trujillo,Pineda,Villa,Mora,Meza,Esquivel,Galván,Garza,Treviño,Macías,
    Zúñiga,Barajas,Enríquez,Calderón,Tovar,Parra,Félix,Beltrán,Cano,Rubio,Correa,Quintero,Rosado,Arroyo,Ponce,
    Velasco,Segura,Ochoa,Cuevas,Gallardo,Vera,Guevara,Duarte,Olvera,Paredes,Uribe,Corona,Cordero,Murillo,
    Hidalgo,Bravo,Lugo,Galindo,Granados,Victoria,Carmona,Bonilla,Alonso,Arredondo,Saucedo,Vásquez,Marín,Toledo,
    Zapata,Zárate,Peralta,Nieto,Escobedo,Rocha,Leal,Cantú,Elizondo,Benítez,Saldaña,Villarreal,
    Montero,Rivas,Ávalos,Santana,De León,Becerra,Mata,Carranza,Sosa,Bustamante,Vidal,Roldán,Quiroz,
    Cabello,Rentería,Magaña,Villaseñor,Oropeza,Aranda,Blanco,Mercado,Chacón,Amador,Casas,Caballero,Alarcón,
    Montiel,Alfaro,Sierra,Roque,Tellez,Arteaga,Gálvez,Sotelo,Crisóstomo,Antonio,Felipe,Pascual,Nicolás,Matías,
    Lucas,Mateo,Gaspar,Baltazar,Simón,Tomás,Jacinto,Marcos,Francisco,Miguel,Jerónimo,Lázaro,Ventura,Salvador,
    Del Ángel,De Jesús,De los Santos,Del Valle,De la Rosa,De la Torre,De la Fuente,De la Peña,Del Río,
    De la Garza,De la O,Montes de Oca,Ponce de León,Covarrubias,Escalante,Barragán,Verduzco,Arreola,Anaya,Zepeda,
    Cázares,Negrete,Rueda,Coronado,Dávila,Puente,Briones,Balderas,Banda,Torales,Urbina,Olivares,Linares,Barrios,
    Bárcenas,Monroy,Mondragón,Archundia,Colín,Garduño,Alcántara,Basurto,Nájera,Quezada,Sáenz,
    Terrazas,Armendáriz,Loya,Chaparro,Ordóñez,Olivas,Aragón,Bojórquez,Gastélum,Angulo,Inzunza,Sarabia,
    Burgos,Arce,Pulido,Farías,Mojica,Zamudio,Equihua,Rendón,Añorve,Nogueda,Abarca,Ñáñez,Ibáñez,Patiño,Carreño,
    Ceniceros,Zermeño,Güemes,Argüello,Agüero,Yáñez,Zaragoza,Oviedo,Vallejo,Toscano,Mayorga,Lemus,Córdova,Palma
"""

#: Surnames of peoples: how many of ten thousand surnames in each state of birth, and which, the commonest first.
_PEOPLES: dict[str, tuple[dict[str, int], str]] = {
    "maya": (
        {"YN": 4600, "QR": 2700, "CC": 2400},
        "Chan,Pech,Canul,May,Canché,Dzul,Poot,Chi,Uc,Cauich,Ek,Tun,Puc,Ku,Dzib,Balam,Caamal,Moo,Pool,Cocom,Koh,Chuc,"
        "Tzuc,Cob,Noh,Ac,Be,Mis,Xool,Huchim,Euán,Kantún,Naal,Uicab,Yam,Che,Kú,Mex,Ucán,Batún,Nah,Tuz,Hau,Ch'el",
    ),
    "tsotsil and tseltal": (
        {"CS": 1100},
        "Tzintzun,Jolote,Xilón,Chilón,Girón,Ts'ul,Bolom,Patishtán,Tzeel,Ic,Moshán,Oxlaj,Shilón,"
        "Cundapí,Nucamendi,Nanguyasmú,Tovilla,Jonapá,Chacoj,Ton,Tzab,Ch'ix",
    ),
    "zapotec, mixtec, mixe": (
        {"OC": 650},
        "Xicoténcatl,Yescas,Ñuú,Xhuncá,Toral,Nisalú,Bixido,Yaguel,Tzompa,Vichido,Cusi,Lachi,"
        "Guelatao,Ñuún,Yucuná,Xini,Dxaa,Goxi",
    ),
    "nahua, otomí, totonac": (
        {"PL": 1300, "TL": 1500, "VZ": 450, "HG": 500, "GR": 500, "MC": 200, "MS": 400, "SP": 350, "QT": 200},
        "Xochitl,Tecuapetla,Cuautle,Tlapa,Coyotl,Xicale,Tlatelpa,Popoca,Cuamatzi,Zempoalteca,Tepatzi,Tzoni,Ahuatl,"
        "Quiahua,Tecpa,Xolo,Tlaxcala,Cóyotl,Techalotzi,Nochebuena,Cuatecontzi,Tlilayatzi,Zitlalpopoca,"
        "Mecatl,Ixtepan,Atonal,Temoltzi,Papaqui,Toxqui,Xahuentitla,Yautenzi",
    ),
    "purépecha": (
        {"MN": 450},
        "Tzintzún,Cuiriz,Huipe,Cira,Turja,Sixtos,Tzitziqui,Uarhi,Charicha,Piritzio,Hurtazé",
    ),
    "north": (
        {"SR": 250, "SL": 60, "CH": 200, "NT": 150, "DG": 80},
        "Buitimea,Yocupicio,Moroyoqui,Bacasegua,Anguamea,Matuz,Siquiros,Bakánawi,Jusaino,Güicho",
    ),
}

#: The part of all surnames that are among the rare ones.
_RARE_SHARE = 0.2
RARE = 40_000
_HEADS = "Al Ar Bal Bar Ber Cal Car Cas Cor Es Fer Gal Gar Ger Gon Iz Lar Lez Mal Mar Men Mon Mor Nar Ol Or Pal Pe Qui "
_HEADS += "Ran Ren Ri Ro Sal San Ser Sol Ta Te Tor Ur Val Ve Vi Yu Za Ze Zu Ech Ira Ola Uga Ibar Aran Ugal Etxe Gorri"
_MIDDLES = "a ba be ca co da de di ga go gui la le lo ma me mi na ne no ra re ri ro sa se ta te ti va ve za ña ñi rre"
_ENDINGS = (
    "bal cio dejo dón do garay ga gui la lde les llo lla mendi nde ndo nes nte ño ña ques ra rena res ría ro rra "
)
_ENDINGS += "rta rte sa so ta te tegui to vides zo zábal"


@dataclass(frozen=True)
class Surnames:
    """All surnames, and for each state of birth which are drawn how often.

    ``words``: every surname once. ``places`` and ``rising`` by two letters of a state: the surnames' places in
    ``words``, and the sums of their shares up to each, ending in 1.
    """

    words: tuple[str, ...]
    places: dict[str, np.ndarray]
    rising: dict[str, np.ndarray]

    def draw(self, rng: np.random.Generator, states: np.ndarray, letters: tuple[str, ...]) -> np.ndarray:
        """One surname for each state of birth (places in ``letters``), as places in ``words``."""
        found = np.empty(len(states), dtype=np.int32)
        chance = rng.random(len(states))
        for place in np.flatnonzero(np.bincount(states)):
            here = np.flatnonzero(states == place)
            state = letters[place]
            drawn = np.searchsorted(self.rising[state], chance[here], side="right")
            found[here] = self.places[state][np.minimum(drawn, len(self.places[state]) - 1)]
        return found


@cache
def surnames() -> Surnames:
    """The surnames of the invented people, the same in every process."""
    common = _common()
    rare = _rare(set(common) | {word for _, words in _PEOPLES.values() for word in _split(words)})
    words = list(dict.fromkeys([*common, *(w for _, own in _PEOPLES.values() for w in _split(own)), *rare]))
    place = {word: number for number, word in enumerate(words)}
    usual = np.array([place[word] for word in [*common, *rare]], dtype=np.int32)
    shares = np.concatenate([_to(np.array(list(common.values())), 1 - _RARE_SHARE), _falling(len(rare), _RARE_SHARE)])
    own = {state: (many / 10_000, _split(text)) for where, text in _PEOPLES.values() for state, many in where.items()}
    places, rising = {}, {}
    for state in sorted(BIRTH_STATES | {ABROAD}):
        part, names = own.get(state, (0.0, []))
        places[state] = np.concatenate([usual, np.array([place[name] for name in names], dtype=np.int32)])
        rising[state] = np.cumsum(np.concatenate([shares * (1 - part), _falling(len(names), part)]))
    return Surnames(tuple(words), places, rising)


def _split(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _common() -> dict[str, float]:
    """The share of each listed surname, unscaled."""
    found = {word: count / _BORNE for word, count in _COUNTED.items()}
    last = min(found.values())
    start = 1.5 * len(found)  # from there slower than 1 / rank, as registers do
    for rank, word in enumerate((w for w in _split(_RANKED) if w not in found), start=1):
        found.setdefault(word, last * start / (start + rank))
    return found


def _rare(taken: set[str]) -> list[str]:
    """Surnames that nobody needs to bear: a head, up to two middles and an ending."""
    rng = array_dice(1, "people", "rare surnames")
    heads, middles, endings = _HEADS.split(), ["", *_MIDDLES.split()], _ENDINGS.split()
    found: dict[str, None] = {}
    while len(found) < RARE:
        drawn = zip(rng.integers(0, len(heads), RARE), rng.integers(0, len(middles), (RARE, 2)), strict=True)
        ends = rng.integers(0, len(endings), RARE)
        for (head, (middle, other)), end in zip(drawn, ends, strict=True):
            word = heads[head] + middles[middle] + (middles[other] if head % 3 == 0 else "") + endings[end]
            if word not in taken and not any(pair in word for pair in ("nñ", "lñ", "rñ", "sñ")):
                found[word] = None
    return list(found)[:RARE]


def _falling(count: int, total: float) -> np.ndarray:
    """Shares that fall as 1 / rank^0.8 and add up to ``total``."""
    return _to((np.arange(count) + 8.0) ** -0.8, total)


def _to(shares: np.ndarray, total: float) -> np.ndarray:
    return shares * (total / shares.sum()) if len(shares) else shares
