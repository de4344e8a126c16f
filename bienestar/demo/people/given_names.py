"""Given names by sex and time of birth, commonest first, alone and compound (María Guadalupe, José Luis).

Written from general knowledge of which names were given when; the shares fall with the rank. No person's data.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

import numpy as np

#: A name given before 1965, from then to 1989, and from 1990 on, is drawn from the first, second and third list.
ERAS = (dt.date(1965, 1, 1), dt.date(1990, 1, 1))

_MEN = (
    """
    Juan,José,Francisco,Antonio,Jesús,Pedro,Manuel,Miguel,Luis,Carlos,Jorge,Roberto,Ramón,Raúl,Javier,Rafael,Guadalupe,
    Mario,Alfredo,Fernando,Ricardo,Enrique,Daniel,Salvador,Arturo,Guillermo,Alberto,Ángel,Martín,Alejandro,Víctor,
    Héctor,Pablo,Felipe,Ignacio,Rubén,Armando,Andrés,Gilberto,Agustín,Vicente,Ernesto,Santiago,Tomás,Domingo,Gerardo,
    Joaquín,Rodolfo,Sergio,Nicolás,Eduardo,Alfonso,Leonardo,Julio,César,Benito,Abel,Lorenzo,Gabriel,Félix,Cruz,
    Marcos,Esteban,Isidro,Simón,Hilario,Eusebio,Crescencio,Leopoldo,Margarito,Aurelio,Porfirio,Efraín,Adolfo,Anselmo,
    Camilo,Cirilo,Demetrio,Donaciano,Eligio,Epifanio,Eulogio,Evaristo,Fidel,Florencio,Froylán,Genaro,Gregorio,
    Heriberto,Homero,Jacinto,Lázaro,Librado,Lucio,Macario,Melquiades,Modesto,Nazario,Odilón,Pascual,Ponciano,Refugio,
    Rogelio,Romualdo,Sabino,Silvestre,Teodoro,Timoteo,Toribio,Trinidad,Urbano,Valentín,Wenceslao,Zacarías,Zenón
    """,
    """
    Juan,José,Luis,Francisco,Jesús,Miguel,Jorge,Carlos,Antonio,Alejandro,Javier,Martín,Víctor,Manuel,Fernando,Ricardo,
    Roberto,Sergio,Eduardo,Raúl,Gerardo,Arturo,Daniel,Pedro,Rafael,Mario,Héctor,Gabriel,Enrique,Óscar,Alberto,Marco,
    David,Armando,Alfredo,Guillermo,Julio,César,Ángel,Rubén,Omar,Hugo,Salvador,Felipe,Ramón,Guadalupe,Adrián,Rodolfo,
    Ernesto,Gustavo,Israel,Agustín,Alfonso,Pablo,Ignacio,Joel,Iván,Edgar,Rogelio,Gilberto,Andrés,Jaime,Moisés,Saúl,
    Efraín,Noé,Abel,Isaac,Isaías,Benjamín,Ulises,Erick,Hernán,Leonel,Adán,Eleazar,Humberto,Ismael,Joaquín,Leobardo,
    Leonardo,Lorenzo,Mauricio,Nicolás,Nahúm,Octavio,Orlando,Ramiro,Reynaldo,René,Rigoberto,Samuel,Santiago,Tomás,
    Uriel,Vicente,Wilfrido,Marcelo,Fidel,Filiberto,Fabián,Elías,Bernardo,Aarón,Abraham,Amado,Baltazar,Cuauhtémoc
    """,
    """
    Luis,José,Juan,Jesús,Ángel,Santiago,Mateo,Diego,Alejandro,Miguel,Carlos,Daniel,Emiliano,Leonardo,Sebastián,Jorge,
    Gael,Iker,Emmanuel,Axel,Fernando,Kevin,Brandon,Brayan,Jonathan,Eduardo,David,Francisco,Ricardo,Rodrigo,Alan,
    Matías,Christian,Erick,Edgar,Iván,Óscar,Manuel,Antonio,Alexis,Alexander,Jared,Maximiliano,Dylan,Ian,Thiago,Liam,
    Gabriel,Adrián,Víctor,Isaac,Josué,Joshua,Elías,Uriel,Ulises,Leonel,Damián,Dante,Abraham,Aarón,Samuel,Tadeo,
    Nicolás,Julián,Julio,César,Héctor,Hugo,Marco,Andrés,Pablo,Rafael,Roberto,Raúl,Omar,Ismael,Israel,Joel,Kenneth,
    Lian,Luciano,Milan,Neymar,Noah,Patricio,Rogelio,Saúl,Santos,Tristán,Yael,Zaid,Ámbar,Bastian,Caleb,Derek,Eder,
    Ezequiel,Fabricio,Gerardo,Giovanni,Itan,Jair,Kaleb,Lorenzo,Marcelo,Martín,Misael,Moisés,Pedro,Yahir,Yeray
    """,
)
_WOMEN = (
    """
    María,Juana,Guadalupe,Margarita,Josefina,Rosa,Francisca,Teresa,Elena,Leticia,Silvia,Martha,Alicia,Gloria,Antonia,
    Yolanda,Irma,Catalina,Esperanza,Concepción,Carmen,Socorro,Ana,Rosario,Dolores,Virginia,Lucía,Victoria,Isabel,
    Patricia,Josefa,Refugio,Graciela,Luz,Elvira,Angelina,Amalia,Petra,Blanca,Micaela,Julia,Consuelo,Bertha,Estela,
    Ofelia,Celia,Eva,Norma,Manuela,Andrea,Amparo,Aurora,Enriqueta,Beatriz,Carolina,Cecilia,Clara,Cristina,Delfina,
    Eloísa,Emilia,Ernestina,Esther,Eulalia,Eufemia,Felipa,Felícitas,Florencia,Gregoria,Herlinda,Hermelinda,Ignacia,
    Inés,Irene,Isidra,Jovita,Laura,Lidia,Lorenza,Luisa,Magdalena,Marcelina,Matilde,Mercedes,Natividad,Nicolasa,Olga,
    Otilia,Paula,Rafaela,Raquel,Ramona,Raymunda,Rebeca,Rita,Rufina,Sara,Severiana,Sofía,Soledad,Tomasa,Trinidad,Úrsula,
    Valentina,Verónica,Vicenta,Zenaida,Zoila
    """,
    """
    María,Guadalupe,Verónica,Leticia,Patricia,Elizabeth,Alejandra,Norma,Adriana,Claudia,Sandra,Gabriela,Ana,Rosa,Laura,
    Martha,Silvia,Araceli,Juana,Margarita,Alma,Maribel,Mónica,Teresa,Yolanda,Lucía,Angélica,Irma,Gloria,Diana,Erika,
    Elena,Blanca,Rocío,Carmen,Isabel,Luz,Karina,Nancy,Beatriz,Mayra,Miriam,Susana,Brenda,Edith,Griselda,Antonia,
    Catalina,Liliana,Lorena,Marisol,Nora,Olga,Reyna,Sonia,Lilia,Virginia,Yadira,Yesenia,Carolina,Cecilia,Cristina,
    Dora,Dulce,Elvia,Elsa,Esmeralda,Esther,Eva,Fabiola,Flor,Francisca,Graciela,Hilda,Hortensia,Ileana,Imelda,Inés,
    Iris,Ivonne,Janet,Josefina,Judith,Julia,Karla,Lidia,Liliana,Lourdes,Lizbeth,Magdalena,Marcela,Marina,Marlene,
    Minerva,Nadia,Natalia,Nidia,Noemí,Ofelia,Oralia,Paola,Paula,Raquel,Rebeca,Rosalba,Rosario,Ruth,Sara,Selene,Tania
    """,
    """
    María,Ximena,Guadalupe,Valentina,Ana,Fernanda,Camila,Sofía,Regina,Renata,Daniela,Andrea,Valeria,Mariana,Alejandra,
    Karla,Melissa,Jimena,Natalia,Alondra,Diana,Michelle,Vanessa,Estefanía,Abigail,Elizabeth,Victoria,Romina,Isabella,
    Danna,Aitana,Emily,Kimberly,Jazmín,Itzel,Lizbeth,Paola,Brenda,Esmeralda,Evelyn,Fátima,Gabriela,Karen,Karina,
    Lesly,Luz,Monserrat,Nancy,Nayeli,Perla,Samantha,Sandra,Sara,Yareli,Zoe,Xóchitl,Yamileth,Yesenia,Wendy,Verónica,
    Ariadna,Arely,Amairani,Angélica,Aranza,Aylín,Bárbara,Brittany,Carla,Carolina,Citlali,Dafne,Dulce,Elena,Frida,
    Genesis,Giselle,Hanna,Ingrid,Ivana,Julieta,Kenia,Lucía,Luciana,Luna,Mía,Miranda,Naomi,Nicole,Odalys,Paulina,
    Rosa,Salma,Sherlyn,Tania,Vania,Yaretzi,Yuridia,Zaira,Ámbar,Ángela,Berenice,Cecilia,Constanza,Dayana,Eimy,Heidi
    """,
)

#: First parts of compound names with how often each, for men and women; what follows is drawn by rank.
_FIRST_OF_MEN = {
    "José": 26, "Juan": 14, "Luis": 10, "Miguel": 6, "Jesús": 6, "Carlos": 5, "Víctor": 3, "Francisco": 4, "Jorge": 3,
    "Ángel": 3, "Marco": 3, "Julio": 2, "Héctor": 1, "Pedro": 1, "Diego": 1, "Cristian": 1,
}  # fmt: skip
_FIRST_OF_WOMEN = {
    "María": 40, "Ana": 12, "Rosa": 6, "Martha": 3, "Blanca": 3, "Luz": 3, "Alma": 3, "Norma": 2, "Claudia": 2,
    "Dulce": 2, "Karla": 2, "Diana": 2, "Laura": 2, "Juana": 2, "Silvia": 1, "Sandra": 1,
}  # fmt: skip
_SECOND_OF_MEN = """
    Luis,Antonio,Manuel,Carlos,Ángel,Alberto,Guadalupe,Eduardo,Alfredo,Enrique,Javier,Alejandro,Daniel,Ramón,Juan,David,
    Fernando,de Jesús,Martín,Ricardo,Francisco,Miguel,Armando,Emmanuel,Isabel,Trinidad,Pablo,Arturo,Roberto,Iván,César,
    Rafael,Pedro,Gabriel,Ignacio,Adrián,Eugenio,Refugio,Omar,Santiago,Sebastián,Alonso,Salvador,Natividad,María,Gilberto
"""
_SECOND_OF_WOMEN = """
    Guadalupe,Fernanda,del Carmen,Elena,Isabel,Luisa,Teresa,Laura,Karen,de los Ángeles,Patricia,Cristina,Lilia,José,
    de Jesús,de Lourdes,Concepción,del Rosario,Alejandra,Gabriela,Elizabeth,Verónica,de la Luz,Magdalena,Esther,Paola,
    Beatriz,Angélica,Victoria,Eugenia,Dolores,Estela,Cecilia,Antonia,Sofía,Ximena,Fátima,Leticia,del Socorro,Karina,
    Lucía,Rosario,Camila,Daniela,de la Cruz,Monserrat,Margarita,del Pilar,Josefina,del Refugio,Trinidad,Aurora,Yazmín
"""
#: The part of people with a compound name in each era.
_COMPOUND = {"H": (0.34, 0.48, 0.50), "M": (0.46, 0.52, 0.42)}


@dataclass(frozen=True)
class GivenNames:
    """All given names, and which are drawn how often.

    ``words``: every name once. For a sex (H, M) and an era (0, 1, 2): places in ``words`` and the sums of the shares.
    """

    words: tuple[str, ...]
    places: dict[tuple[str, int], np.ndarray]
    rising: dict[tuple[str, int], np.ndarray]

    def draw(self, rng: np.random.Generator, women: np.ndarray, born: np.ndarray) -> np.ndarray:
        """A given name for each: ``women`` true or false, ``born`` in days; as places in ``words``."""
        found = np.empty(len(women), dtype=np.int32)
        chance = rng.random(len(women))
        eras = np.searchsorted(np.array(ERAS, dtype="datetime64[D]"), born, side="right")
        for (sex, era), places in self.places.items():
            here = np.flatnonzero((women == (sex == "M")) & (eras == era))
            drawn = np.searchsorted(self.rising[sex, era], chance[here], side="right")
            found[here] = places[np.minimum(drawn, len(places) - 1)]
        return found


@cache
def given_names() -> GivenNames:
    """The given names of the invented people, the same in every process."""
    tables = {}
    for sex, lists, firsts, seconds in (
        ("H", _MEN, _FIRST_OF_MEN, _SECOND_OF_MEN),
        ("M", _WOMEN, _FIRST_OF_WOMEN, _SECOND_OF_WOMEN),
    ):
        for era, text in enumerate(lists):
            tables[sex, era] = _table(_split(text), firsts, _split(seconds), _COMPOUND[sex][era])
    words = list(dict.fromkeys(word for table in tables.values() for word in table))
    place = {word: number for number, word in enumerate(words)}
    places = {key: np.array([place[word] for word in table], dtype=np.int32) for key, table in tables.items()}
    rising = {key: np.cumsum(list(table.values())) for key, table in tables.items()}
    return GivenNames(tuple(words), places, rising)


def _table(alone: list[str], firsts: dict[str, int], seconds: list[str], compound: float) -> dict[str, float]:
    """The share of each name, alone and compound: together 1."""
    shares = dict(zip(alone, _falling(len(alone)) * (1 - compound), strict=True))
    second = dict(zip(seconds, _falling(len(seconds)), strict=True))
    pairs = {
        f"{first} {other}": count * share
        for first, count in firsts.items()
        for other, share in second.items()
        if first != other
    }
    whole = sum(pairs.values())
    for name, weight in pairs.items():
        shares[name] = shares.get(name, 0.0) + weight / whole * compound
    return shares


def _falling(count: int) -> np.ndarray:
    """Shares that fall with the rank and add up to 1."""
    shares = 1 / (np.arange(count) + 6.0)
    return shares / shares.sum()


def _split(text: str) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
