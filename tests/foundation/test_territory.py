"""Areas, boundaries and figures through their actions and queries."""

import datetime as dt

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.journal.models import JournalEntry
from bienestar.foundation.territory.actions import (
    AreaRow,
    BoundaryRow,
    FigureRow,
    put_areas,
    put_boundaries,
    put_figures,
)
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area
from bienestar.foundation.territory.queries import (
    area_visible_to,
    area_with_code,
    areas_visible_to,
    common_path,
    figures_as_of,
    level_of,
    path_of,
)

ROWS = [AreaRow("MX", "México"), AreaRow("13", "Hidalgo"), AreaRow("13048", "Pachuca", 20.1, -98.7)]


def test_the_tree_is_told_by_the_codes(system):
    stored = put_areas(by=system, rows=[*ROWS, AreaRow("130480001", "Centro")])
    assert stored.outcomes == ("created",) * 4
    locality = area_with_code("130480001")
    assert locality.path == "MX/13/13048/130480001/"
    assert locality.parent.parent.parent.code == "MX"


def test_the_same_areas_again_change_nothing_and_leave_no_trace(system):
    put_areas(by=system, rows=ROWS)
    before = JournalEntry.objects.count()
    assert put_areas(by=system, rows=ROWS).outcomes == ("unchanged",) * 3
    assert JournalEntry.objects.count() == before


def test_a_correction_is_stored_and_a_blank_never_erases(system):
    put_areas(by=system, rows=ROWS)
    assert put_areas(by=system, rows=[AreaRow("13048", "Pachuca de Soto")]).outcomes == ("changed",)
    area = area_with_code("13048")
    assert (area.name, area.latitude) == ("Pachuca de Soto", 20.1)


def test_an_area_without_its_parent_is_refused_whole(system):
    with pytest.raises(ValueError, match="its parent 13 is not stored"):
        put_areas(by=system, rows=[AreaRow("MX", "México"), AreaRow("13048", "Pachuca")])
    assert not Area.objects.exists()


def test_writing_a_territory_needs_the_permission_there(people, territory):
    row = [AreaRow("91001", "Otro nombre")]
    with pytest.raises(PermissionDenied):
        put_areas(by=people.coordinator_b, rows=row)
    with pytest.raises(PermissionDenied):
        put_areas(by=people.auditor, rows=row)
    assert put_areas(by=people.coordinator_a, rows=row).outcomes == ("changed",)


def test_boundaries_are_replaced_only_when_they_differ(system, territory):
    area = territory.municipalities["91001"]
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    row = BoundaryRow(area.pk, square, (0.0, 0.0, 1.0, 1.0))
    assert put_boundaries(by=system, rows=[row]).outcomes == ("changed",)
    assert put_boundaries(by=system, rows=[row]).outcomes == ("unchanged",)


def test_figures_are_dated_and_the_newest_by_then_holds(system, source, territory):
    area = territory.municipalities["91001"]
    newer = FigureRow(area.pk, Measure.POPULATION, dt.date(2025, 1, 1), 41_000)
    assert put_figures(by=system, rows=[newer, newer], source=source).outcomes == ("created", "unchanged")
    assert figures_as_of([area.pk], Measure.POPULATION, dt.date(2024, 7, 1))[area.pk].value == 40_000
    assert figures_as_of([area.pk], Measure.POPULATION, dt.date(2025, 1, 1))[area.pk].value == 41_000
    # Older than every figure: the oldest, with its date for the page to show.
    assert figures_as_of([area.pk], Measure.POPULATION, dt.date(2000, 1, 1))[area.pk].as_of == dt.date(2020, 3, 15)
    assert figures_as_of(None, Measure.POPULATION, None)[area.pk].value == 41_000


def test_a_person_sees_only_their_territory(people, territory):
    assert area_visible_to(people.coordinator_a, "91001", Permission.VIEW_GAPS).name == "Peña Alta"
    with pytest.raises(Area.DoesNotExist):
        area_visible_to(people.coordinator_a, "92", Permission.VIEW_GAPS)
    seen = areas_visible_to(people.coordinator_a, Permission.VIEW_GAPS, Level.STATE)
    assert [area.code for area in seen] == ["91"]
    # The country's page is there for whoever may see some of it.
    assert area_visible_to(people.coordinator_a, "MX", Permission.VIEW_GAPS).code == "MX"
    with pytest.raises(Area.DoesNotExist):
        area_visible_to(people.public, "91", Permission.VIEW_GAPS)


@pytest.mark.parametrize("code", ["1", "13O48", "MXX", "1304", ""])
def test_a_code_of_another_form_is_no_area(db, code):
    with pytest.raises(Area.DoesNotExist):
        area_with_code(code)


def test_levels_are_told_by_the_form_of_the_code():
    assert [level_of(code) for code in ("MX", "13", "13048", "130480001")] == list(Level)


codes = st.sampled_from(["MX", "13", "14", "13048", "13001", "14001", "130480001", "130480002", "140010009"])


@given(st.lists(codes, min_size=1))
def test_the_common_path_is_the_deepest_area_that_holds_all(some):
    paths = [path_of(code) for code in some]
    found = common_path(paths)
    assert all(path.startswith(found) for path in paths)
    deeper = [path_of(c) for c in ("MX", "13", "14", "13048", "13001", "14001", "130480001", "130480002", "140010009")]
    assert not [p for p in deeper if len(p) > len(found) and all(path.startswith(p) for path in paths)]
