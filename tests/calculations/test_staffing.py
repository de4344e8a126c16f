"""WISN: the published test vector, and what it does with the unknown."""

import numpy as np
import pytest

from bienestar.calculations.staffing import WorkingYear, available_hours, wisn_ratio, wisn_required


def test_vector_of_the_manual():
    required = wisn_required(np.array([[6400.0]]), np.array([15.0]), 1600, category_share=0.25, individual_hours=160)
    assert required[0] == pytest.approx(1.4333, abs=1e-4)
    assert wisn_ratio(np.array([1.0]), required)[0] == pytest.approx(0.698, abs=1e-3)
    assert 1 - required[0] == pytest.approx(-0.433, abs=1e-3)


def test_available_hours():
    assert available_hours(WorkingYear(5, 8, holidays=9, annual_leave=20, sick_leave=6, training=5)) == 1760


def test_two_activities_add_up_and_unknown_volume_is_unknown():
    volumes = np.array([[1600.0, 800.0], [1600.0, np.nan]])
    required = wisn_required(volumes, np.array([60.0, 60.0]), 1600)
    assert required[0] == pytest.approx(1.5)
    assert np.isnan(required[1])


def test_ratio_where_nothing_is_required_is_not_known():
    assert np.isnan(wisn_ratio(np.array([1.0]), np.array([0.0]))[0])


@pytest.mark.parametrize(("awt", "share"), [(0, 0), (1600, 1), (1600, -0.1)])
def test_impossible_year_is_refused(awt, share):
    with pytest.raises(ValueError, match="working year"):
        wisn_required(np.array([[1.0]]), np.array([1.0]), awt, share)
