"""One cell at a time."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from bienestar.sources import cells
from bienestar.sources.cells import BadValue


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ("  La\u00a0 Cañada\ufeff ", "La Cañada"),
        ("CAÃ‘ADA CHICA", "CAÑADA CHICA"),
        ("ÃREA", "ÃREA"),
        ("PanteÃ³n", "Panteón"),
        ("Ã\x81REA", "ÁREA"),
        (13.0, "13"),
        (13.5, "13.5"),
        (None, ""),
    ],
)
def test_text(found: Any, text: str) -> None:
    assert cells.text(found) == text


@given(st.text(alphabet=st.characters(codec="latin-1", categories=("L", "N", "P", "Zs"))))
def test_text_encoded_twice_comes_back(original: str) -> None:
    """Whatever latin letters a name has, reading its UTF-8 as Windows-1252 is undone."""
    wrong = "".join(cells._one_letter(byte) for byte in original.encode("utf-8"))
    if cells.mend(original) == original:
        assert cells.mend(wrong) == original


@pytest.mark.parametrize(
    ("found", "width", "code"),
    [("1", 3, "001"), ("13.0", 2, "13"), (13.0, 2, "13"), ("0001", 3, "001"), ("", 3, None), (None, 2, None)],
)
def test_code(found: Any, width: int, code: str | None) -> None:
    assert cells.code(found, width) == code


@pytest.mark.parametrize("found", ["1234", "-1", "1.5", "x", "1e2"])
def test_no_code(found: str) -> None:
    with pytest.raises(BadValue):
        cells.code(found, 3)


@pytest.mark.parametrize(
    ("found", "number"),
    [("    48693", 48693), ("1,234,567", 1234567), ("7.0", 7), ("*", None), ("", None), (3.0, 3), ("0", 0)],
)
def test_whole(found: Any, number: int | None) -> None:
    assert cells.whole(found) == number


@pytest.mark.parametrize("found", ["-1", "1.5", "nan", "inf", "1e9", "99999999999", "12,34", "NO"])
def test_not_whole(found: str) -> None:
    with pytest.raises(BadValue):
        cells.whole(found)


@pytest.mark.parametrize(
    ("found", "date"),
    [
        ("18/07/2024", dt.date(2024, 7, 18)),
        ("2024-07-18", dt.date(2024, 7, 18)),
        ("2024-07-18 00:00:00", dt.date(2024, 7, 18)),
        ("18-7-2024", dt.date(2024, 7, 18)),
        (45491, dt.date(2024, 7, 18)),
        ("45491.0", dt.date(2024, 7, 18)),
        (dt.datetime(2024, 7, 18, 5, tzinfo=dt.UTC), dt.date(2024, 7, 18)),
        ("", None),
    ],
)
def test_day(found: Any, date: dt.date | None) -> None:
    assert cells.day(found) == date


@pytest.mark.parametrize("found", ["07/18/2024", "30/02/2024", "1/1/24", "ayer", "01/01/0001", "123"])
def test_no_day(found: str) -> None:
    with pytest.raises(BadValue):
        cells.day(found)


@pytest.mark.parametrize(
    ("found", "time"),
    [
        ("08:00", (8, 0)),
        ("8:00:00", (8, 0)),
        (0.5, (12, 0)),
        ("24:00", (0, 0)),
        (dt.time(7, 30), (7, 30)),
        ("09:00 HRS", (9, 0)),
    ],
)
def test_clock(found: Any, time: tuple[int, int]) -> None:
    assert cells.clock(found) == dt.time(*time)


@pytest.mark.parametrize("found", ["25:00", "8", "8.5.1", "mañana", 3])
def test_no_clock(found: Any) -> None:
    with pytest.raises(BadValue):
        cells.clock(found)


def test_yes_no() -> None:
    assert [cells.yes_no(v) for v in ("SI", "Sí ", " NO", "NO\u00a0", "", None)] == [1, 1, 0, 0, None, None]
    with pytest.raises(BadValue):
        cells.yes_no("QUIZA")


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.dates(), st.booleans()))
def test_a_cell_is_read_or_refused_and_nothing_else(found: Any) -> None:
    for read in (
        cells.text,
        lambda v: cells.code(v, 3),
        cells.whole,
        cells.decimal,
        cells.day,
        cells.clock,
        cells.yes_no,
        cells.degrees,
    ):
        with contextlib.suppress(BadValue):
            read(found)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_point_is_in_mexico_or_empty(latitude: float, longitude: float) -> None:
    y, x, doubt = cells.point(latitude, longitude)
    if y is None or x is None:
        assert (y, x) == (None, None)
        assert doubt
    else:
        assert cells.LATITUDES[0] <= y <= cells.LATITUDES[1]
        assert cells.LONGITUDES[0] <= x <= cells.LONGITUDES[1]
