"""One cell at a time: text, codes, numbers, dates, hours, yes or no, coordinates.

Official files come from many hands: keys that lost their zeros to a spreadsheet ("13.0"), dates in four forms,
text encoded twice ("NIÃ‘O"). Each function takes whatever the reader gave (text, number, date) and returns a plain
value, None for a blank cell, or raises BadValue with the reason in words.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

EXCEL_EPOCH = dt.date(1899, 12, 30)
EXCEL_DAYS = (10_000, 80_000)  # 1927 to 2119: a whole number outside is no spreadsheet date
YEARS = (1800, 2100)
# Mexico with its islands, in degrees: a point outside is a mistake of writing, not a place.
LATITUDES = (14.0, 33.0)
LONGITUDES = (-119.0, -86.0)
MAX_COUNT = 2_000_000_000  # more is a mistake, and no database column holds it

# Byte marks, joiners, what steers a terminal, and what turns the direction of writing round.
_STEERING = [*range(9), *range(14, 28), 127, *range(128, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
_INVISIBLE = dict.fromkeys([*map(ord, "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"), *_STEERING], None)
_BLANKS = re.compile(r"\s+")  # str patterns count the no-break space as a blank
_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.0*)?")
_NUMBER = re.compile(r"[+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:[eE][+-]?\d+)?")
_DEGREES = re.compile(r"([+-]?\d{1,3})\s*°\s*(\d{1,2})\s*['’´]\s*([\d.]+)\s*[\"”″]?\s*([NSEWO]?)")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T]\d.*)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]\d.*)?")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0*)?)?(?:\s*(?:H|HRS?|HORAS)\.?)?", re.IGNORECASE)


class BadValue(Exception):
    """A cell that cannot be read as what its column holds; the argument is the reason, for the reader."""

    def __init__(self, reason: Any) -> None:
        super().__init__(str(reason))
        self.reason = reason


def mend(text: str) -> str:
    """Text that was encoded twice, put right; any other text unchanged.

    UTF-8 read as Windows-1252 turns "Ñ" into "Ã‘". It is turned back only when the way back gives valid UTF-8 and
    the same mistake made again gives the text that was found.
    """
    if "Ã" not in text and "Â" not in text:
        return text
    try:
        mended = b"".join(_one_byte(letter) for letter in text).decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text
    again = "".join(_one_letter(byte) for byte in mended.encode("utf-8"))
    return mended if again == text else text


def _one_byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")


def _one_letter(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def text(value: Any) -> str:
    """The cell as text: outer blanks, no-break spaces and byte marks gone, inner blanks single; "" when blank.

    A whole number that a spreadsheet gave as 13.0 is "13".
    """
    if value is None:
        return ""
    if isinstance(value, str):
        found = value
    elif isinstance(value, float) and value.is_integer():
        found = str(int(value))
    else:
        found = str(value)
    return _BLANKS.sub(" ", mend(found).translate(_INVISIBLE)).strip()


def plain(value: Any) -> str:
    """Text for comparing: no accents, upper case, single blanks ("Sí " → "SI")."""
    return "".join(c for c in unicodedata.normalize("NFKD", text(value)) if not unicodedata.combining(c)).upper()


def code(value: Any, width: int) -> str | None:
    """Digits with their zeros back ("3.0" → "003" for width 3); None when blank."""
    found = text(value)
    if not found:
        return None
    if not _WHOLE.fullmatch(found) or found[0] in "+-":
        raise BadValue(_("it should be a number of %(width)s digits") % {"width": width})
    digits = found.split(".")[0]
    if len(digits.lstrip("0")) > width:
        raise BadValue(_("it should be a number of %(width)s digits") % {"width": width})
    return digits.lstrip("0").zfill(width)


def whole(value: Any) -> int | None:
    """A count: a whole number, zero or more; None when blank or suppressed ("*")."""
    found = text(value)
    if not found or found == "*":
        return None
    if _THOUSANDS.fullmatch(found):
        found = found.replace(",", "")
    if not _WHOLE.fullmatch(found):
        raise BadValue(_("it should be a whole number"))
    number = int(found.split(".")[0])
    if number < 0:
        raise BadValue(_("it is below zero"))
    if number > MAX_COUNT:
        raise BadValue(_("it is too large"))
    return number


def decimal(value: Any) -> float | None:
    """A number, with a point or a comma for the decimals; None when blank or suppressed."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value):
            return float(value)
        raise BadValue(_("it should be a number"))
    found = text(value)
    if not found or found == "*":
        return None
    if not _NUMBER.fullmatch(found):
        raise BadValue(_("it should be a number"))
    number = float(found.replace(",", "."))
    if not math.isfinite(number):
        raise BadValue(_("it should be a number"))
    return number


def day(value: Any) -> dt.date | None:
    """A date written dd/mm/yyyy, yyyy-mm-dd, as a spreadsheet's day number or date cell; None when blank."""
    if isinstance(value, dt.datetime):
        return _plausible(value.date())
    if isinstance(value, dt.date):
        return _plausible(value)
    found = text(value)
    if not found:
        return None
    if match := _DAY_FIRST.fullmatch(found):
        date, month, year = (int(part) for part in match.groups())
    elif match := _YEAR_FIRST.fullmatch(found):
        year, month, date = (int(part) for part in match.groups())
    elif _WHOLE.fullmatch(found) and EXCEL_DAYS[0] <= int(found.split(".")[0]) <= EXCEL_DAYS[1]:
        return EXCEL_EPOCH + dt.timedelta(days=int(found.split(".")[0]))
    else:
        raise BadValue(_("it should be a date, day/month/year"))
    try:
        return _plausible(dt.date(year, month, date))
    except ValueError:
        raise BadValue(_("there is no such day in the calendar")) from None


def _plausible(found: dt.date) -> dt.date:
    if not YEARS[0] <= found.year <= YEARS[1]:
        raise BadValue(_("the year is not possible"))
    return found


def clock(value: Any) -> dt.time | None:
    """An hour of the day: "08:00", "8:00:00", a time cell or a fraction of a day; "24:00" is midnight."""
    if isinstance(value, dt.datetime):
        return value.time().replace(microsecond=0)
    if isinstance(value, dt.time):
        return value.replace(microsecond=0)
    if isinstance(value, dt.timedelta):
        value = value.total_seconds() / 86_400
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value <= 1:
            raise BadValue(_("it should be an hour such as 08:00"))
        minutes = round(value * 1440) % 1440
        return dt.time(minutes // 60, minutes % 60)
    found = text(value)
    if not found:
        return None
    match = _CLOCK.fullmatch(found)
    if not match:
        raise BadValue(_("it should be an hour such as 08:00"))
    hour, minute, second = (int(part or 0) for part in match.groups())
    if (hour, minute, second) == (24, 0, 0):
        hour = 0
    try:
        return dt.time(hour, minute, second)
    except ValueError:
        raise BadValue(_("it should be an hour such as 08:00")) from None


def yes_no(value: Any) -> int | None:
    """1 for SI, 0 for NO, None when blank."""
    found = plain(value)
    if not found:
        return None
    if found in {"SI", "NO"}:
        return int(found == "SI")
    raise BadValue(_("it should be SI or NO"))


def degrees(value: Any) -> float | None:
    """A coordinate in decimal degrees, also from 98°26'18.139" W; None when blank."""
    found = text(value)
    match = _DEGREES.fullmatch(found)
    if not match:
        return decimal(value)
    whole_part, minutes, seconds, side = match.groups()
    size = abs(int(whole_part)) + int(minutes) / 60 + float(seconds) / 3600
    return -size if whole_part.startswith("-") or side in {"S", "W", "O"} else size


def point(latitude: float | None, longitude: float | None) -> tuple[float | None, float | None, Any]:
    """A pair of coordinates put right where the mistake is plain: (latitude, longitude, doubt or None).

    Swapped or unsigned coordinates that fall in Mexico once mended are kept; anything else is left empty.
    """
    if latitude is None and longitude is None:
        return None, None, None
    if latitude is None or longitude is None:
        return None, None, _("one of the two coordinates is missing; the point was left empty")
    if latitude == 0 or longitude == 0:
        return None, None, _("a coordinate is zero; the point was left empty")
    if _in_mexico(latitude, longitude):
        return latitude, longitude, None
    if _in_mexico(latitude, -longitude):
        return latitude, -longitude, _("the longitude has no minus sign; it was put")
    if _in_mexico(longitude, latitude):
        return longitude, latitude, _("latitude and longitude are swapped; they were put right")
    if _in_mexico(longitude, -latitude):
        return longitude, -latitude, _("latitude and longitude are swapped; they were put right")
    return None, None, _("the point is not in Mexico; it was left empty")


def _in_mexico(latitude: float, longitude: float) -> bool:
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
