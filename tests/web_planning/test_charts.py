"""The geometry of the curve."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.web.planning.charts import curve_chart, ticks
from bienestar.web.planning.rows import better_sentence


@pytest.mark.parametrize(
    ("most", "expected"), [(10, [0, 2, 4, 6, 8, 10]), (0.7, [0, 0.2, 0.4, 0.6, 0.8]), (1, [0, 0.2, 0.4, 0.6, 0.8, 1])]
)
def test_ticks_are_round(most, expected):
    assert ticks(most) == pytest.approx(expected)


@given(st.floats(min_value=1e-3, max_value=1e12))
def test_ticks_reach_the_top_and_are_few(most):
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most * (1 - 1e-6)
    assert 3 <= len(found) <= 13


def test_every_point_lies_inside_the_drawing():
    points = [
        SimpleNamespace(budget=budget * 1_000_000, value=value, bound=value * 1.01, greedy_value=value * 0.9)
        for budget, value in [(1, 100.0), (2, 150.0), (3, 150.0)]
    ]
    chart = curve_chart(points)
    for line in (chart.plan, chart.bound, chart.greedy):
        for place in line.split():
            x, y = map(float, place.split(","))
            assert chart.left <= x <= chart.right
            assert chart.top <= y <= chart.bottom
    assert len(chart.dots) == 3
    assert chart.dots[0][1] > chart.dots[1][1] == chart.dots[2][1]


@pytest.mark.parametrize(
    ("gap", "words"), [(0.0, "no plan can do better"), (0.0029, "0.3 %"), (0.0031, "0.4 %"), (0.0002, "0.02 %")]
)
def test_a_proof_is_never_overstated(gap, words, settings):
    from django.utils import translation

    with translation.override("en"):
        assert words in better_sentence(gap)
