"""The folio of a card: state (2 digits), enrolment module (4), serial (8) and a check digit (ISO 7064 MOD 11,10).

The check digit catches every single wrong digit, and nearly every swap of two neighbours. A folio says nothing about
the person: it is a place and a running number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from stdnum.iso7064 import mod_11_10

STATES = range(1, 100)  # INEGI has 1 to 32; invented states of demonstrations and tests have others
LENGTH = 15
MARKS = re.compile(r"[\s.\-‐-―]+")  # what people put between the groups; hyphens and dashes of every length
DIGITS = re.compile(r"[0-9]+")

Wrong = Literal["characters", "length", "check_digit", "state"]


class FolioError(ValueError):
    """A text that is not a folio; ``wrong`` says why and the text itself is not repeated."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Folio:
    """The parts of a valid folio."""

    state: str
    module: str
    serial: int

    def __str__(self) -> str:
        return make(self.state, self.module, self.serial)


def make(state: str | int, module: str | int, serial: int) -> str:
    """The fifteen digits. Raises FolioError for a state outside 1–99 and ValueError for a part that is too long."""
    if int(state) not in STATES:
        raise FolioError("state")
    if not 0 <= int(module) <= 9_999 or not 0 <= serial <= 99_999_999:
        raise ValueError("a folio has room for 4 digits of module and 8 of serial")
    digits = f"{int(state):02d}{int(module):04d}{serial:08d}"
    return digits + str(mod_11_10.calc_check_digit(digits))


def parse(text: str) -> Folio:
    """The parts of a folio as a person types it, with or without marks between the groups. Raises FolioError."""
    digits = MARKS.sub("", text)
    if not DIGITS.fullmatch(digits):
        raise FolioError("characters")
    if len(digits) != LENGTH:
        raise FolioError("length")
    if not mod_11_10.is_valid(digits):
        raise FolioError("check_digit")
    if int(digits[:2]) not in STATES:
        raise FolioError("state")
    return Folio(digits[:2], digits[2:6], int(digits[6:14]))


def check(text: str) -> bool:
    """Whether a text is exactly the fifteen digits of a folio, without marks."""
    try:
        return str(parse(text)) == text
    except FolioError:
        return False


def spoken(folio: str) -> str:
    """The folio in groups for reading aloud: ``13 0012 0000 4567 8``."""
    return f"{folio[:2]} {folio[2:6]} {folio[6:10]} {folio[10:14]} {folio[14:]}"
