"""Maps: projection, shades, what a legend says."""

import json

from hypothesis import given
from hypothesis import strategies as st

from bienestar.web.components.maps import draw, drawing, forget_drawings, shade_limits, shade_of, shaded_map

NUMBERS = st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=1, max_size=60)


def square(west, south, side):
    ring = [[west, south], [west + side, south], [west + side, south + side], [west, south + side], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def test_north_is_up_and_west_is_left():
    drawn = draw([("south", square(0, 0, 1)), ("north", square(0, 1, 1)), ("east", square(1, 0, 1))])
    start = {code: tuple(map(int, path[1:].split("l")[0].split())) for code, path in drawn.paths.items()}
    assert start["north"][1] < start["south"][1]
    assert start["east"][0] > start["south"][0]
    assert 0 < drawn.height <= 1300
    assert drawn.width <= 1000


def test_shapes_are_squeezed_by_their_latitude():
    at_equator, far_north = draw([("a", square(0, -0.5, 1))]), draw([("a", square(0, 59.5, 1))])
    assert abs(at_equator.height - at_equator.width) <= 1
    assert abs(far_north.width / far_north.height - 0.5) < 0.01


def test_an_islet_is_dropped_and_an_only_islet_is_not():
    main, islet = [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]], [[[2, 0], [2.0005, 0], [2, 0.0005], [2, 0]]]
    both = json.dumps({"type": "MultiPolygon", "coordinates": [main, islet]})
    assert draw([("a", both)]).paths["a"].count("M") == 1
    alone = json.dumps({"type": "Polygon", "coordinates": islet})
    assert draw([("a", square(0, 0, 1)), ("b", alone)]).paths["b"].startswith("M")


@given(NUMBERS)
def test_more_is_never_lighter(values):
    limits = shade_limits(values)
    known = sorted(value for value in values if value is not None)
    shades = [int(shade_of(value, limits).removeprefix("shade-")) for value in known]
    assert shades == sorted(shades)
    assert all((value == 0) == (shade == 0) for value, shade in zip(known, shades, strict=True))
    if any(known):
        assert max(shades) == 5
    assert shade_of(None, limits) == "shade-unknown"


@given(NUMBERS)
def test_the_legend_tells_every_shade_on_the_map_and_no_other(values):
    codes = [str(n) for n in range(len(values))]
    drawn = draw([(code, square(float(n), 0.0, 1)) for n, code in enumerate(codes)])
    rows = [(code, code, value, "/") for code, value in zip(codes, values, strict=True)]
    found = shaded_map(drawn, rows, "x")
    assert found is not None
    assert {row.shade for row in found.legend} == {shape.shade for shape in found.shapes}


def test_the_legend_says_why_there_is_no_value():
    drawn = draw([("a", square(0.0, 0.0, 1)), ("b", square(1.0, 0.0, 1))])
    rows = [("a", "A", 1.0, "/"), ("b", "B", None, "/")]
    plain, told = shaded_map(drawn, rows, "x"), shaded_map(drawn, rows, "x", no_value="no aplica")
    assert plain is not None
    assert told is not None
    assert told.legend[-1].words == "No aplica"
    assert "no aplica" in told.shapes[-1].title
    assert plain.legend[-1].words != "No aplica"


def test_without_outlines_there_is_no_map():
    assert shaded_map(draw([]), [("a", "A", 1.0, "/")], "x") is None


def test_outlines_are_asked_for_once():
    asked = []

    def outlines():
        asked.append(1)
        return [("a", square(0, 0, 1))]

    forget_drawings()
    drawing(("91", "municipality"), outlines)
    drawing(("91", "municipality"), outlines)
    assert asked == [1]
