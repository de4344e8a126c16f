"""Costs and planning rules: the files in force are whole, and a wrong one is refused by file, line and field."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from bienestar.foundation.definitions.catalogue import catalogue
from bienestar.foundation.definitions.costs import costs
from bienestar.foundation.definitions.files import DefinitionError
from bienestar.foundation.definitions.planning import planning_rules
from bienestar.foundation.definitions.standards import standards
from bienestar.insight.planning.choices import Money


@pytest.fixture
def folder(tmp_path: Path, root: Path, settings: Any) -> Path:
    """A copy of the definitions that a test may spoil."""
    copy = tmp_path / "definitions"
    shutil.copytree(root / "definitions", copy)
    settings.DEFINITIONS_DIR = copy
    return copy


def spoil(path: Path, old: str, new: str) -> int:
    """Replace ``old`` by ``new`` and return the line it stood in."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    os.utime(path, ns=(1, path.stat().st_mtime_ns + 1))
    return text[: text.index(old)].count("\n") + 1


def test_everything_that_a_standard_asks_for_has_a_cost_with_a_basis() -> None:
    found = costs()
    asked = {line.resource for unit_type in standards().unit_types for line in standards().requirements(unit_type)}
    assert asked <= set(found.costs)
    buyable = {code for code, one in catalogue().resources.items() if one.group != "activity"}
    assert buyable == set(found.costs)
    assert all(found.bases[line.acquire.basis].text.es for line in found.costs.values())
    assert {line.acquire.money for line in found.costs.values()} == set(Money.values)


def test_published_anchors_agree_with_the_figures_that_cite_them() -> None:
    found = costs()
    retired = 47_441 * 12 + 47_441 / 30 * 20
    assert found.costs["staff.paediatrician"].acquire.amount == pytest.approx(retired * 1.3, rel=0.01)
    assert "47,441" in found.bases["post_specialist"].text.es
    assert round(17_555e6 / 189_324, -1) == pytest.approx(92_725, abs=10)
    assert round(236e6 / 2_236) == pytest.approx(105_546, abs=1)


def test_rules_in_force() -> None:
    rules = planning_rules()
    weights = [rules.marginalisation_weights.of(degree) for degree in (1, 2, 3, 4, 5)]
    assert weights == sorted(weights)
    assert rules.marginalisation_weights.of(None) == rules.marginalisation_weights.of(3)
    assert rules.hires.limits == {}


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("equipment.scale:", "equipment.skale:", r"costs.equipment.skale: there is no resource 'equipment.skale'"),
        ("money: works", "money: bricks", r"costs.*money"),
        ("amount: 780000", "amount: -1", r"costs.staff.paediatrician.acquire.amount"),
        ("basis: grant}", "basis: grand}", r"there is no basis 'grand' under bases"),
        ("585000, money: payroll", "585000, money: works", r"staff is paid from payroll, not from works"),
        ("  utility.gas:\n", "  activity.births:\n", r"cannot be bought"),
        ("currency: MXN", "currency: USD", r"currency"),
    ],
)
def test_a_wrong_cost_is_named_with_file_and_line(folder: Path, old: str, new: str, says: str) -> None:
    line = spoil(folder / "costs.yaml", old, new)
    with pytest.raises(DefinitionError, match=says) as refused:
        costs()
    assert str(refused.value).startswith(f"costs.yaml, line {line}")


def test_a_resource_without_a_cost_is_named(folder: Path) -> None:
    spoil(folder / "resources.yaml", "  # water\n", "  utility.sun: {group: utility, name: {es: Sol, en: Sun}}\n")
    with pytest.raises(DefinitionError, match=r"no cost for utility.sun"):
        costs()


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("4: 1.1, 5: 1.2", "4: 1.1", r"each of the degrees 1 to 5"),
        ("3: 1.0", "3: 0.0", r"a weight must be above 0"),
        ("degrees: [4, 5]", "degrees: [4, 6]", r"6 is not a degree from 1 to 5"),
        ("limits: {}", "limits: {staff.wizard: 3}", r"'staff.wizard' is not a category of staff"),
        ("limits: {}", "limits: {staff.chemist: -3}", r"cannot be fewer than 0"),
        ("basis: floor}", "basis: ceiling}", r"there is no basis 'ceiling'"),
        ("years: 1,", "years: 0,", r"horizon_years.years"),
        ("    opening.days_per_week:", "    opening.weeks:", r"there is no resource 'opening.weeks'"),
        ("quantity: 5, basis: weekdays", "quantity: 5, basis: holidays", r"there is no basis 'holidays'"),
    ],
)
def test_a_wrong_rule_is_named_with_file_and_line(folder: Path, old: str, new: str, says: str) -> None:
    line = spoil(folder / "planning.yaml", old, new)
    with pytest.raises(DefinitionError, match=says) as refused:
        planning_rules()
    assert str(refused.value).startswith(f"planning.yaml, line {line}")
