"""Whom each unit serves: parts add up to their whole, nobody crosses a state line, a slow search finds the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.people import nearest, on_sphere, shares, site_of_each

NAN = float("nan")


def test_shares_by_weight_and_by_the_mean_where_not_known():
    found = shares(np.array([0, 0, 1, 1, 1]), np.array([3.0, 1.0, 2.0, 4.0, NAN]), 2)
    np.testing.assert_allclose(found, [0.75, 0.25, 2 / 9, 4 / 9, 3 / 9])


def test_nobody_known_in_a_group_shares_alike():
    np.testing.assert_allclose(shares(np.array([0, 0]), np.array([NAN, 0.0]), 1), [0.5, 0.5])


@given(st.lists(st.tuples(st.integers(0, 3), st.one_of(st.none(), st.floats(0, 900))), min_size=1, max_size=12))
def test_parts_of_a_group_add_up_to_one(members):
    groups = np.array([group for group, _ in members])
    found = shares(groups, np.array([NAN if w is None else w for _, w in members]), 4)
    for group in set(groups.tolist()):
        assert found[groups == group].sum() == pytest.approx(1)


def haversine(one, other):
    """Great-circle angle of two places, the textbook way."""
    (phi1, lam1), (phi2, lam2) = (map(math.radians, place) for place in (one, other))
    h = math.sin((phi2 - phi1) / 2) ** 2 + math.cos(phi1) * math.cos(phi2) * math.sin((lam2 - lam1) / 2) ** 2
    return 2 * math.asin(min(1, math.sqrt(h)))


places = st.lists(st.tuples(st.floats(14, 33), st.floats(-118, -86)), min_size=1, max_size=8)


@given(places, places)
def test_the_nearest_is_the_nearest_on_the_globe(towns, sites):
    points, others = (on_sphere(*np.array(found).T) for found in (towns, sites))
    for town, site in zip(towns, nearest(points, others).tolist(), strict=True):
        best = min(haversine(town, other) for other in sites)
        assert haversine(town, sites[site]) == pytest.approx(best, abs=1e-7)


def test_without_coordinates_nothing_is_near():
    somewhere = on_sphere(np.array([20.0]), np.array([-99.0]))
    nowhere = on_sphere(np.array([NAN]), np.array([NAN]))
    assert nearest(nowhere, somewhere).tolist() == [-1]
    assert nearest(somewhere, nowhere).tolist() == [-1]


def test_own_site_first_and_never_over_the_state_line():
    towns = on_sphere(np.array([20.0, 20.1, 20.2, 25.0]), np.array([-99.0, -99.0, -99.0, -99.0]))
    sites = on_sphere(np.array([20.0, 20.2]), np.array([-99.0, -99.0]))
    own = np.array([0, -1, 1, -1])
    found = site_of_each(own, towns, sites, np.array([1, 1, 2, 3]), np.array([1, 2]))
    assert found.tolist() == [0, 0, 1, -1]
