"""CURP, Mexico's population key: is it well formed, what does it say, and what would a person's key begin with.

Source of the rules: Instructivo normativo para la asignación de la CURP (DOF, 18 October 2021). The check digit and the
list of words are python-stdnum's; its traps are closed here: it trims and upper-cases silently, takes births of the
future, calls a man ``M`` (in a CURP ``M`` is a woman) and does not know sex ``X``.

The 17th character is given by the register of population, so a computed key is compared and never assigned.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from stdnum.exceptions import ValidationError
from stdnum.mx import curp as stdnum

LENGTH = 18
#: Letters of each state in a CURP by the state's two digits; ``ABROAD`` stands for every other country.
STATE_LETTERS = {
    "01": "AS", "02": "BC", "03": "BS", "04": "CC", "05": "CL", "06": "CM", "07": "CS", "08": "CH", "09": "DF",
    "10": "DG", "11": "GT", "12": "GR", "13": "HG", "14": "JC", "15": "MC", "16": "MN", "17": "MS", "18": "NT",
    "19": "NL", "20": "OC", "21": "PL", "22": "QT", "23": "QR", "24": "SP", "25": "SL", "26": "SR", "27": "TC",
    "28": "TS", "29": "TL", "30": "VZ", "31": "YN", "32": "ZS",
}  # fmt: skip
ABROAD = "NE"
BIRTH_STATES = frozenset(STATE_LETTERS.values()) | {ABROAD}
#: H man (hombre), M woman (mujer), X neither.
SEXES = frozenset("HMX")

PARTICLES = frozenset(
    ("DA", "DAS", "DE", "DEL", "DER", "DI", "DIE", "DD", "EL", "LA", "LAS", "LOS", "LE", "LES", "MAC", "MC", "VAN")
    + ("VON", "Y", "MI")
)
#: Written first, these count only when no other given name follows: María, José and their short forms.
PASSED_OVER = frozenset(("MARIA", "MA", "M", "JOSE", "J"))
_WORDS = """
    BACA BAKA BUEI BUEY CACA CACO CAGA CAGO CAKA CAKO COGE COGI COJA COJE COJI COJO COLA CULO FALO FETO GETA GUEI GUEY
    JETA JOTO KACA KACO KAGA KAGO KAKA KAKO KOGE KOGI KOJA KOJE KOJI KOJO KOLA KULO LILO LOCA LOCO LOKA LOKO MAME MAMO
    MEAR MEAS MEON MIAR MION MOCO MOKO MULA MULO NACA NACO PEDA PEDO PENE PIPI PITO POPO PUTA PUTO QULO RATA ROBA ROBE
    ROBO RUIN SENO TETA VACA VAGA VAGO VAKA VUEI VUEY WUEI WUEY
"""
#: The 81 words that no key may begin with; the second letter becomes X.
WORDS = frozenset(_WORDS.split())
_VOWELS = "AEIOU"
_CONSONANTS = "BCDFGHJKLMNPQRSTVWXYZÑ"
#: Stands for / - . and ' inside a name: it fills a vowel's place and a consonant's, as X.
_MARK = "/"


class Fault(StrEnum):
    """Why a text is no CURP, the first that is found in this order."""

    LENGTH = "length"
    FORM = "form"
    WORD = "word"
    SEX = "sex"
    STATE = "state"
    DATE = "date"
    FUTURE = "future"
    CHECK = "check"


class NotACurp(ValueError):
    """A text that cannot be a CURP. It says why and never repeats the text, which may be somebody's."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Curp:
    """What a well-formed CURP says. ``sex``: H, M or X. ``birth_state``: two letters, NE abroad."""

    text: str
    birth_date: dt.date
    sex: str
    birth_state: str


@dataclass(frozen=True)
class Named:
    """What a CURP is made from; None or empty: not known (a second surname may also not exist)."""

    given_names: str | None
    first_surname: str | None
    second_surname: str | None
    birth_date: dt.date | None
    sex: str | None
    birth_state: str | None


@dataclass(frozen=True)
class Difference:
    """A field of ``Named`` that the CURP contradicts: the characters in the CURP, and those that the person gives."""

    field: str
    in_curp: str
    expected: str


def normal(text: str) -> str:
    """What somebody typed, without spaces and hyphens, in capitals: "helj 850312-hocrpn01" is the same key."""
    return "".join(text.split()).replace("-", "").upper()


def fault(text: str, today: dt.date, sexes: frozenset[str] = SEXES) -> Fault | None:
    """Why ``text`` is no CURP on ``today``, or None when it is one.

    It is taken as it stands (see ``normal``). A key of somebody born after ``today`` is refused.
    """
    if len(text) != LENGTH:
        return Fault.LENGTH
    form = (str.isalpha,) * 4 + (str.isdigit,) * 6 + (str.isalpha,) * 6 + (str.isalnum, str.isdigit)
    if not text.isascii() or text != text.upper() or not all(is_(sign) for is_, sign in zip(form, text, strict=True)):
        return Fault.FORM
    if text[:4] in WORDS:
        return Fault.WORD
    if text[10] not in sexes:
        return Fault.SEX
    if text[11:13] not in BIRTH_STATES:
        return Fault.STATE
    known_to_stdnum = text[:10] + "H" + text[11:]
    try:
        stdnum.validate(known_to_stdnum, validate_check_digits=False)
        born = stdnum.get_birth_date(known_to_stdnum)
    except ValidationError:
        return Fault.DATE
    if born > today:
        return Fault.FUTURE
    return None if text[17] == check_digit(text) else Fault.CHECK


def read(text: str, today: dt.date, sexes: frozenset[str] = SEXES) -> Curp:
    """What a CURP says; NotACurp when it is none (see ``fault``). The 17th character tells the century."""
    wrong = fault(text, today, sexes)
    if wrong:
        raise NotACurp(wrong)
    return Curp(text, stdnum.get_birth_date(text), text[10], text[11:13])


def check_digit(text: str) -> str:
    """The 18th character that fits the first 17, letters A to Z and digits only."""
    return stdnum.calc_check_digit(text[:17])


def base(person: Named) -> str:
    """The first 16 characters of the CURP that a person would get; an unknown part of the name gives X.

    ``birth_date``, ``sex`` and ``birth_state`` must be known (ValueError).
    """
    if person.birth_date is None or not person.sex or not person.birth_state:
        raise ValueError("a CURP needs the birth date, the sex and the state of birth")
    first, second, given = _parts(person)
    start = first[:2] + second[0] + given[0]
    if start in WORDS:
        start = start[0] + "X" + start[2:]
    return f"{start}{person.birth_date:%y%m%d}{person.sex}{person.birth_state}{first[2]}{second[2]}{given[2]}"


def compare(curp: str, person: Named) -> tuple[Difference, ...]:
    """Where a well-formed CURP and what is known of a person contradict each other, in the order of ``Named``.

    An unknown field contradicts nothing, but a second surname that is not there does when the CURP has one. Real
    keys sometimes break the rules: a difference is for a person to look at, not a reason to refuse.
    """
    first, second, given = _parts(person)
    start = first[:2] + second[0] + given[0]
    vowel = "X" if start in WORDS or (curp[1] == "X" and _may_hide_word(curp, person)) else first[1]
    said = {
        "given_names": (curp[3] + curp[15], given[0] + given[2], person.given_names),
        "first_surname": (curp[:2] + curp[13], first[0] + vowel + first[2], person.first_surname),
        "second_surname": (curp[2] + curp[14], second[0] + second[2], person.first_surname),
        "birth_date": (_date_of(curp), f"{person.birth_date:%Y%m%d}" if person.birth_date else "", person.birth_date),
        "sex": (curp[10], person.sex or "", person.sex),
        "birth_state": (curp[11:13], person.birth_state or "", person.birth_state),
    }
    return tuple(
        Difference(name, found, expected)
        for name, (found, expected, known) in said.items()
        if known and found != expected
    )


def _may_hide_word(curp: str, person: Named) -> bool:
    """Whether the X could have hidden a word although a part of the name is not known here."""
    if person.given_names and person.second_surname:
        return False
    return any(f"{curp[0]}{vowel}{curp[2:4]}" in WORDS for vowel in _VOWELS)


def _date_of(curp: str) -> str:
    return ("19" if curp[16].isdigit() else "20") + curp[4:10]


def _parts(person: Named) -> tuple[str, str, str]:
    """Of each name its first letter, first inner vowel and first inner consonant: first, second surname, given."""
    return (
        surname_letters(person.first_surname or ""),
        surname_letters(person.second_surname or ""),
        given_letters(person.given_names or ""),
    )


def surname_letters(surname: str) -> str:
    """First letter, first inner vowel and first inner consonant of the first word that is no particle: "CUR"."""
    return _letters(_without_particles(_words(surname)))


def given_letters(given_names: str) -> str:
    """The same of the given names, where María and José are passed over if another name follows."""
    words = _without_particles(_words(given_names))
    if len(words) > 1 and words[0].rstrip(_MARK) in PASSED_OVER:
        words = _without_particles(words[1:])
    return _letters(words)


def _words(text: str) -> list[str]:
    kept = text.upper().replace("Ñ", "\0").replace("N\u0303", "\0")
    plain = "".join(sign for sign in unicodedata.normalize("NFD", kept) if not unicodedata.combining(sign))
    marked = "".join(_MARK if sign in "/-.'’" else sign for sign in plain.replace("\0", "Ñ"))
    words = ("".join(sign for sign in word if sign in _VOWELS + _CONSONANTS + _MARK) for word in marked.split())
    return [word for word in words if word.strip(_MARK)]


def _without_particles(words: list[str]) -> list[str]:
    """The words from the first that is no particle on; all of them when there is no other."""
    for place, word in enumerate(words):
        if word not in PARTICLES:
            return words[place:]
    return words


def _letters(words: list[str]) -> str:
    if not words:
        return "XXX"
    word = words[0]
    vowel = next((sign for sign in word[1:] if sign in _VOWELS + _MARK), "X")
    consonant = next((sign for sign in word[1:] if sign in _CONSONANTS + _MARK), "X")
    return (word[0] + vowel + consonant).replace("Ñ", "X").replace(_MARK, "X")


def bases(
    given_names: pa.Array,
    first_surname: pa.Array,
    second_surname: pa.Array,
    birth_date: NDArray[np.datetime64],
    sex: NDArray[np.bytes_],
    birth_state: NDArray[np.bytes_],
) -> NDArray[np.uint8]:
    """``base`` of many people at once: one row of 16 characters each, as bytes.

    The names are text arrays, dictionary-encoded or not (null: none); each different name is worked out once.
    ``birth_date`` in days; ``sex`` S1; ``birth_state`` S2.
    """
    return assembled(
        letters_of(given_names, given_letters),
        letters_of(first_surname, surname_letters),
        letters_of(second_surname, surname_letters),
        birth_date,
        sex,
        birth_state,
    )


def letters_of(names: pa.Array, letters: Callable[[str], str]) -> NDArray[np.uint8]:
    """The three ``letters`` (``given_letters``, ``surname_letters``) of each name as bytes, one row each."""
    coded = names if isinstance(names, pa.DictionaryArray) else names.dictionary_encode()
    different = [letters(name or "") for name in coded.dictionary.to_pylist()] + ["XXX"]
    table = np.frombuffer("".join(different).encode("ascii"), dtype=np.uint8).reshape(-1, 3)
    return table[coded.indices.fill_null(len(different) - 1).to_numpy(zero_copy_only=False)]


def assembled(
    given: NDArray[np.uint8],
    first: NDArray[np.uint8],
    second: NDArray[np.uint8],
    birth_date: NDArray[np.datetime64],
    sex: NDArray[np.bytes_],
    birth_state: NDArray[np.bytes_],
) -> NDArray[np.uint8]:
    """``bases`` from the letters that ``letters_of`` gave."""
    found = np.empty((len(birth_date), 16), dtype=np.uint8)
    found[:, :2], found[:, 2], found[:, 3] = first[:, :2], second[:, 0], given[:, 0]
    words = np.array(sorted(WORDS), dtype="S4").view(">u4")
    hidden = np.isin(np.ascontiguousarray(found[:, :4]).view(">u4")[:, 0], words)
    found[hidden, 1] = ord("X")
    found[:, 4:10] = _digits_of(birth_date)
    found[:, 10] = sex.view(np.uint8)
    found[:, 11:13] = birth_state.view(np.uint8).reshape(-1, 2)
    found[:, 13], found[:, 14], found[:, 15] = first[:, 2], second[:, 2], given[:, 2]
    return found


def check_digits(signs: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """``check_digit`` of many: from rows of at least 17 characters as bytes, one character each."""
    worth = np.zeros(256, dtype=np.int32)
    for place, sign in enumerate("0123456789ABCDEFGHIJKLMN&OPQRSTUVWXYZ"):
        worth[ord(sign)] = place
    total = np.zeros(len(signs), dtype=np.int32)
    for place in range(17):
        total += worth[signs[:, place]] * (18 - place)
    return ((10 - total % 10) % 10 + ord("0")).astype(np.uint8)


def _digits_of(days: NDArray[np.datetime64]) -> NDArray[np.uint8]:
    """The six digits YYMMDD of each day."""
    months = days.astype("datetime64[M]")
    year = (days.astype("datetime64[Y]").astype(np.int64) + 1970) % 100
    month = months.astype(np.int64) % 12 + 1
    day = (days.astype("datetime64[D]") - months.astype("datetime64[D]")).astype(np.int64) + 1
    parts = [digit for part in (year, month, day) for digit in (part // 10, part % 10)]
    return (np.stack(parts, axis=1) + ord("0")).astype(np.uint8)
