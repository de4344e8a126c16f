"""Invented names are invented."""

from __future__ import annotations

import csv

import pytest
from django.conf import settings

from bienestar.demo.dice import dice
from bienestar.demo.scales import country_scale
from bienestar.demo.words import STATE_NAMES, locality_names, municipality_names


def test_names_are_different_and_in_order() -> None:
    for count in (1, 5, 40, 200, 900):
        names = municipality_names(dice(1, count), count)
        assert len(set(names)) == len(names) == count
        assert names == sorted(names)
        assert len(set(locality_names(dice(1, count), count))) == count
    assert len(set(STATE_NAMES)) == len(STATE_NAMES) == 32


@pytest.mark.realdata
def test_no_real_state_or_municipality_has_such_a_name() -> None:
    files = [
        settings.REAL_DATA_DIR / "population" / name
        for name in ("municipalities_ageeml_2025.csv", "localities_over_1000.csv")
    ]
    if not all(file.exists() for file in files):
        pytest.skip(f"the catalogues of municipalities and localities are not in {settings.REAL_DATA_DIR}")
    real = set()
    for file in files:
        with file.open(encoding="utf-8-sig") as rows:
            real |= {str(value).strip().casefold() for row in csv.DictReader(rows) for value in row.values()}
    invented = set(STATE_NAMES)
    for code, size in country_scale(1).states.items():
        invented |= set(municipality_names(dice(1, code, "territory"), size.municipalities))
    assert not {name for name in invented if name.casefold() in real}
