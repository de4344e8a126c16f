"""Files may come in any order, rows too: the database is the same."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from tests.sources import state
from tests.sources.files import (
    CATALOGUE,
    catalogue,
    closed,
    load,
    national,
    new,
    old,
    square,
    write_csv,
    write_xlsx,
)


def the_files(folder: Path) -> list[tuple[str, Path]]:
    """The four lists of units of one state, and its outlines. Unit 3 has no old key; unit 4 has closed since."""
    newer = [national(n, nombre_de_la_unidad=f"NOMBRE NUEVO {n}") for n in (1, 2)]
    newer.append(national(3, clues_ssa_y_sme=""))
    newer.append(national(4, estatus_de_operacion="FUERA DE OPERACION", longitud="-95.0"))
    crosswalk = [[*CATALOGUE, "CLUES_SSH"]]
    for n in (1, 2, 3, 4):
        crosswalk.append([*catalogue(new(n)).values(), "" if n == 3 else old(n)])
    outlines = folder / "outlines_2020.geojson"
    outlines.write_text(json.dumps({"type": "FeatureCollection", "features": [square("13001", -99, 20)]}))
    return [
        ("clues", write_csv(folder / "nacional_2026.csv", newer)),
        ("clues", write_csv(folder / "imb_2025-01.csv", [catalogue(new(n)) for n in (1, 2, 3, 4)])),
        ("clues", write_csv(folder / "ssa_2025-01.csv", [closed(old(n)) for n in (1, 2, 4)])),
        ("clues", write_xlsx(folder / "cruce_2025-01.xlsx", {"Sheet1": crosswalk})),
        ("geometry", outlines),
    ]


@pytest.mark.django_db
def test_the_lists_of_units_give_the_same_units_in_any_order(territory: Path) -> None:
    *lists, outlines = the_files(territory)
    seen: list[tuple[list[str], Any]] = []
    for index, order in enumerate(itertools.permutations(lists)):
        files = list(order)
        files.insert(index % (len(lists) + 1), outlines)
        with transaction.atomic():
            for kind, path in files:
                load(kind, path)
            seen.append(([path.name for _kind, path in files], state.units()))
            transaction.set_rollback(True)
    first = seen[0][1]
    assert sorted(first) == sorted([f"{new(1)} {old(1)}", f"{new(2)} {old(2)}", new(3), f"{new(4)} {old(4)}"])
    assert first[f"{new(1)} {old(1)}"]["name"] == "NOMBRE NUEVO 1"
    assert first[f"{new(4)} {old(4)}"]["outside_municipality"] is True
    wrong = [(names, _difference(found, first)) for names, found in seen if found != first]
    assert not wrong, (len(wrong), *wrong[:3])


def _difference(one: dict[str, Any], other: dict[str, Any]) -> list[Any]:
    """What two databases do not share, for the reader of a failure."""
    if sorted(one) != sorted(other):
        return [sorted(one), sorted(other)]
    return [
        (key, name, one[key][name], other[key][name])
        for key in one
        for name in one[key]
        if one[key][name] != other[key][name]
    ]


CELLS = st.sampled_from(["", " ", "0", "*", "x", "99/99/9999", "-1", "1e400", "ñ" * 300, "=1+1", "NaN"])


@pytest.mark.django_db
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_rows_in_any_order_repeated_or_with_spoilt_cells_give_the_same_units(territory: Path, data: Any) -> None:
    rows: list[dict[str, Any]] = [national(n) for n in range(1, 6)]
    for row in rows:
        for column in data.draw(st.lists(st.sampled_from(sorted(rows[0])), max_size=2, unique=True)):
            row[column] = data.draw(CELLS)
    repeats = data.draw(st.lists(st.sampled_from(range(5)), max_size=4))
    shuffled = data.draw(st.permutations(rows + [rows[i] for i in repeats] + [dict.fromkeys(rows[0], "")]))
    found = []
    for order, spoilt in (("straight", rows), ("shuffled", shuffled)):
        with transaction.atomic():
            outcome = load("clues", write_csv(territory / f"{order}_2026.csv", spoilt))
            assert outcome.rows_read == outcome.accepted + outcome.unchanged + outcome.rejected
            units = state.units()
            again = load("clues", territory / f"{order}_2026.csv")
            assert again.accepted == 0
            assert state.units() == units
            found.append(units)
            transaction.set_rollback(True)
    assert found[0] == found[1]
