"""The invented state: the same for the same seed, whole, plausible, and with honest holes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import transaction

from bienestar.demo.build import Built, build_state
from bienestar.demo.size import Size
from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.facilities.queries import unit_with_history, units_by_key
from bienestar.foundation.journal.models import JournalEntry, SourceFile
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.models import Area
from tests.demo.content import content

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(system) -> Built:
    return build_state(by=system, seed=1)


def test_the_same_seed_gives_the_same_content_and_another_seed_another(system) -> None:
    told = []
    for seed in (3, 3, 4):
        with transaction.atomic():
            build_state(by=system, seed=seed)
            told.append(content())
            transaction.set_rollback(True)
    assert told[0] == told[1]
    assert told[0]["Unit"] != told[2]["Unit"]
    of_later_steps = {"DiagnosisRun", "Scenario", "ScenarioItem"}
    assert {name for name, (rows, _) in told[0].items() if not rows} == of_later_steps


def test_content_does_not_depend_on_the_order_of_sets() -> None:
    """Two processes with other hash seeds invent the same."""
    program = (
        "from bienestar.demo.land import draw; from bienestar.demo.size import SMALL;"
        "from bienestar.demo.territory import invent_state; from bienestar.demo.units import invent_units;"
        "from bienestar.demo.census import invent_rounds; import hashlib;"
        "s = invent_state(5, '52', SMALL, draw(5, {'52': 5})['52']); u = invent_units(5, s, SMALL);"
        "print(hashlib.sha256(repr((s, u, invent_rounds(5, '52', u))).encode()).hexdigest())"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=settings.BASE_DIR,
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "77")
    }
    assert len(told) == 1


def test_made_twice_nothing_is_doubled(built, system) -> None:
    before = content()
    assert build_state(by=system, seed=1) == built
    assert content() == before


def test_everything_says_that_it_is_invented(built) -> None:
    assert set(SourceFile.objects.values_list("kind", "publisher")) == {("demo", "Datos inventados")}
    assert not Unit.objects.filter(source=None).exists()
    assert set(JournalEntry.objects.filter(area_path__startswith="MX/51").values_list("actor", flat=True)) == {
        "sistema"
    }


def test_units_were_handed_over(built) -> None:
    unit = unit_with_history(Unit.objects.get(pk=units_by_key()[built.unit("rural")]))
    new, old = unit.identifiers.all()
    assert (new.value[2:5], new.is_current, new.valid_to) == ("IMB", True, None)
    assert (old.value[2:5], old.is_current) == ("SSA", False)
    assert (new.valid_from - old.valid_to).days == 1
    assert {row.operator for row in unit.operators.all()} == {"IMB", "SSA"}


@pytest.mark.parametrize(
    "size",
    [
        Size(municipalities=1, units=2, hospitals=0, people=900),
        Size(municipalities=12, units=13, hospitals=1, people=30_000),
        Size(municipalities=3, units=120, hospitals=4, people=400_000),
    ],
)
def test_states_of_odd_sizes(system, size) -> None:
    build_state(by=system, seed=2, code="82", size=size)
    assert Unit.objects.count() == size.units
    assert Area.objects.filter(level=Level.MUNICIPALITY).count() == size.municipalities


def test_sizes_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="at least one unit a municipality"):
        Size(municipalities=5, units=4)
