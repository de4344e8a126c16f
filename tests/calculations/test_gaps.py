"""The gap engine against a second, slow and obvious implementation: plain Python, fractions, one unit at a time.

The second one evaluates formulas by another route too: it rewrites them as Python text over exact fractions, with
None for "not known", instead of walking the parsed tree over arrays.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.formulas import parse
from bienestar.calculations.gaps import HELD, NOT_OFFERED, READY, UNKNOWN, Need, Stock, assess

NAN = float("nan")
CODES = {"ready": READY, "held": HELD, "unknown": UNKNOWN, "not offered": NOT_OFFERED}
FORMULAS = [
    "rooms",
    "max(1, rooms)",
    "rooms * 2 - 3",
    "rooms / 2 + people / 3000",
    "cover(rooms, 7 * 8, 40, 0.15)",
    "1 if rooms >= 2 else 0",
    "2 if people > 2500 else rooms",
    "ceil(people / 3000) * 2",
    "0",
    "3",
]


class NotKnown(Exception):
    """Something that the formula needs is not known."""


def slowly(text: str, values: dict[str, Fraction | None]) -> Fraction | None:
    """A formula's value by letting Python itself read it, over fractions; None: not known."""

    class Names(dict):
        def __missing__(self, name):
            if values[name] is None:
                raise NotKnown(name)
            return values[name]

    def cover(posts, hours, contract, absence):
        return posts * hours / (contract * (1 - absence))

    words = Names(
        ceil=lambda x: Fraction(math.ceil(x)),
        max=max,
        min=min,
        cover=cover,
        when=lambda c, a, b: a if c else b,
        F=Fraction,
    )
    exact = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"F('\1')", text)
    try:
        return Fraction(eval(exact, {"__builtins__": {}}, words))  # noqa: S307  our own texts above
    except NotKnown:
        return None


def slow_unit(lines, offered, stock, values):
    """One unit by the rules in prose. Returns (resources, shares, readiness)."""
    asked = {}
    for service, resource, shared, text in lines:
        wanted = slowly(text, values)
        whole = None if wanted is None else max(0, math.ceil(wanted))
        if offered[service] is None and whole != 0:
            whole = None
        if offered[service] is False:
            whole = 0
        asked.setdefault(resource, (shared, []))[1].append((service, whole))
    resources, missing, unknown = {}, {s: {} for s in offered}, {s: set() for s in offered}
    for resource, (shared, wants) in asked.items():
        existing, usable = stock.get(resource, (None, None))
        if existing == 0:
            usable = 0
        amounts = [whole for _, whole in wants]
        required = None if None in amounts else (max(amounts) if shared else sum(amounts))
        if required is None or usable is None:
            resources[resource] = (required, None, 0, 0)
            for service, whole in wants:
                if whole != 0:
                    unknown[service].add(resource)
            if required == 0:
                resources[resource] = (0, None, 0, 0)
                for service, _ in wants:
                    unknown[service].discard(resource)
            continue
        broken = max(0, existing - usable) if existing is not None else 0
        gap = max(0, required - usable)
        resources[resource] = (required, gap, min(gap, broken), gap - min(gap, broken))
        left, left_broken = usable, broken
        for service, whole in wants:
            lacks = max(0, whole - left)
            repairs = min(lacks, left_broken)
            if not shared:
                left, left_broken = max(0, left - whole), left_broken - repairs
            if lacks:
                missing[service][resource] = (repairs, lacks - repairs)
    readiness = {}
    for service, must in offered.items():
        if must is False:
            readiness[service] = "not offered"
        elif missing[service]:
            readiness[service] = "held"
        elif unknown[service] or must is None:
            readiness[service] = "unknown"
        else:
            readiness[service] = "ready"
    return resources, missing, unknown, readiness


amounts = st.one_of(st.none(), st.integers(0, 8), st.sampled_from([0.5, 1.5]))
counts = st.tuples(amounts, amounts).map(
    lambda pair: pair if None in pair or pair[1] <= pair[0] else (pair[1], pair[0])
)
line = st.tuples(st.sampled_from("abc"), st.sampled_from("xyzw"), st.sampled_from(FORMULAS))
unit = st.fixed_dictionaries(
    {
        "rooms": st.one_of(st.none(), st.integers(0, 5)),
        "people": st.one_of(st.none(), st.integers(0, 9000)),
        "offered": st.fixed_dictionaries({s: st.sampled_from([True, True, True, False, None]) for s in "abc"}),
        "stock": st.dictionaries(st.sampled_from("xyzw"), counts),
    }
)


def number(value):
    return NAN if value is None else float(value)


def same(fast: float, slow) -> bool:
    return math.isnan(fast) if slow is None else fast == pytest.approx(float(slow), abs=1e-6)


@given(st.lists(line, min_size=1, max_size=8), st.lists(unit, min_size=1, max_size=4))
def test_the_two_implementations_agree(drawn, units):
    lines = sorted({(s, r): (s, r, r == "w", f) for s, r, f in drawn}.values(), key=lambda found: found[0])
    names = {n: np.array([number(u[n]) for u in units]) for n in ("rooms", "people")}
    needs = [Need(s, r, shared, parse(f, names).evaluate(names)) for s, r, shared, f in lines]
    offered = {s: np.array([number(u["offered"][s]) for u in units]) for s in "abc"}
    stocks = {
        r: Stock(*(np.array([number(u["stock"].get(r, (None, None))[side]) for u in units]) for side in (0, 1)))
        for r in "xyz"
    }
    stocks["w"] = Stock(
        *(np.array([number(u["stock"].get("w", (None, None))[side]) for u in units]) for side in (0, 1))
    )
    found = assess(needs, stocks, offered)
    for i, one in enumerate(units):
        values = {n: None if one[n] is None else Fraction(one[n]) for n in ("rooms", "people")}
        resources, missing, unknown, readiness = slow_unit(lines, one["offered"], one["stock"], values)
        for resource, (required, gap, repair, acquire) in resources.items():
            fast = found.resources[resource]
            assert same(fast.required[i], required)
            if required != 0:
                assert same(fast.gap[i], gap)
            assert same(fast.to_repair[i], repair)
            assert same(fast.to_acquire[i], acquire)
        for service in "abc":
            assert found.readiness[service][i] == CODES[readiness[service]]
            lacks = {
                p.resource: (p.to_repair[i], p.to_acquire[i])
                for p in found.shares[service]
                if p.to_repair[i] + p.to_acquire[i] > 0
            }
            assert lacks == {r: pytest.approx(tuple(map(float, pair))) for r, pair in missing[service].items()}
            assert {p.resource for p in found.shares[service] if p.unknown[i]} == unknown[service]


def one_unit(lines, stock, offered=("a", "b")):
    """Assess a single unit: lines (service, resource, shared, quantity)."""
    needs = [Need(s, r, shared, np.array([float(q)])) for s, r, shared, q in lines]
    stocks = {r: Stock(np.array([number(e)]), np.array([number(u)])) for r, (e, u) in stock.items()}
    return assess(needs, stocks, {s: np.ones(1) for s in offered})


def test_worked_example_of_the_method():
    """docs/methods/gaps.md: two rooms open 56 hours, three nurses of which one post is vacant."""
    posts = float(parse("cover(2, 7 * 8, 40, 0.15)", []).evaluate({}))
    found = one_unit(
        [("a", "nurse", False, posts), ("b", "nurse", False, 1), ("a", "water", True, 1), ("b", "water", True, 1)],
        {"nurse": (3, 2), "water": (1, 0)},
    )
    nurse, water = found.resources["nurse"], found.resources["water"]
    assert (nurse.required[0], nurse.gap[0], nurse.to_repair[0], nurse.to_acquire[0]) == (5, 3, 1, 2)
    assert (water.required[0], water.gap[0], water.to_repair[0], water.to_acquire[0]) == (1, 1, 1, 0)
    shares = {s: [(p.resource, p.to_repair[0], p.to_acquire[0]) for p in found.shares[s]] for s in "ab"}
    assert shares == {"a": [("nurse", 1, 1), ("water", 1, 0)], "b": [("nurse", 0, 1), ("water", 1, 0)]}


def test_nothing_counted_is_not_nothing_there():
    found = one_unit([("a", "bed", False, 4)], {}, offered=("a",))
    assert math.isnan(found.resources["bed"].gap[0])
    assert found.readiness["a"][0] == UNKNOWN


def test_counted_as_none_there_is_a_gap():
    found = one_unit([("a", "bed", False, 4)], {"bed": (0, None)}, offered=("a",))
    assert found.resources["bed"].gap[0] == 4
    assert found.readiness["a"][0] == HELD


def test_what_is_counted_but_not_tried_is_not_known():
    found = one_unit([("a", "scale", False, 2)], {"scale": (5, None)}, offered=("a",))
    assert math.isnan(found.resources["scale"].gap[0])


def test_more_than_required_is_no_gap():
    found = one_unit([("a", "scale", False, 2)], {"scale": (5, 3)}, offered=("a",))
    assert found.resources["scale"].gap[0] == 0
    assert found.readiness["a"][0] == READY


def test_one_known_gap_holds_a_service_even_when_the_rest_is_not_known():
    found = one_unit([("a", "scale", False, 2), ("a", "bed", False, 1)], {"scale": (0, 0)}, offered=("a",))
    assert found.readiness["a"][0] == HELD
