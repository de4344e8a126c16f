"""Keys of the same form as CLUES, with a check digit that fits, for units that do not exist."""

from __future__ import annotations


def unit_key(letters: str, institution: str, serial: int) -> str:
    """A key: two letters of a state, three of an institution, five digits, one check digit.

    check = 2 · (serial - sum of the places in the alphabet of the five letters) mod 7, as found to hold in 130 of
    131 published keys.
    """
    if not 0 < serial < 100_000:
        raise ValueError(f"a serial has five digits and is not 0: {serial}")
    return f"{letters}{institution}{serial:05d}{check_digit(letters + institution, serial)}"


def check_digit(letters: str, serial: int) -> int:
    """The last digit of a key that begins with five letters and a serial."""
    return 2 * (serial - sum(ord(letter) - ord("A") + 1 for letter in letters)) % 7
