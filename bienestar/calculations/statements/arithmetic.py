"""Whether the arithmetic of a text holds by its own figures: growth, sums, shares, unit costs, states, averages.

Every written figure stands for an interval: what it could be before it was rounded. A text is called inconsistent only
when no figures within those intervals give what it states; where nothing can be said, nothing is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bienestar.calculations.statements.figures import SIGNS, Figure

Interval = tuple[Decimal, Decimal]
#: A sum that is missed by more than this share was probably not meant as one.
NEAR_MISS = Decimal("0.05")
#: So many letters at most between a share and the share that it is of.
CLOSE = 10
MOST_PARTS = 12
MOST_FIGURES = 60


@dataclass(frozen=True)
class Check:
    """One check. ``kind``: growth, difference, sum, share, unit_cost, exchange, states, average.

    ``verdict``: consistent, inconsistent, or computed where the text states nothing to compare with. ``parts``: the
    figures it was reckoned of, by their places in the list; ``about``: the figure that is checked, likewise. ``unit``:
    of ``computed``. ``group``: the group of states that a count is compared with.
    """

    kind: str
    verdict: str
    parts: tuple[int, ...]
    about: int | None
    stated: Decimal | None
    computed: Decimal
    unit: str
    working: str
    group: str = ""


def checks_of(figures: Sequence[Figure], groups: Mapping[str, int]) -> list[Check]:
    """Every check that a text's figures allow. ``groups``: named groups of states with how many they are."""
    by_sentence: dict[int, list[int]] = defaultdict(list)
    for n, figure in enumerate(figures):
        by_sentence[figure.sentence].append(n)
    found: list[Check] = []
    for sentence, inside in sorted(by_sentence.items()):
        near = [*by_sentence.get(sentence - 1, [])[-MOST_FIGURES:], *inside]
        if len(inside) > MOST_FIGURES:
            continue  # a table in one line: nothing says what belongs together
        found += _growth(figures, inside, near)
        found += _sums(figures, inside, near)
        found += _shares(figures, inside)
        found += _shares_of_shares(figures, inside)
        found += _costs(figures, inside)
        found += _averages(figures, inside, near)
        found += _states(figures, inside, near, groups, found)
    return found


def interval(figure: Figure) -> Interval:
    """What a written figure may have been: half its last digit to each side, three zeros or more read as rounded."""
    return reach_of(figure.value, figure.step, about=figure.qualifier == "about")


def reach_of(value: Decimal, step: Decimal, *, about: bool) -> Interval:
    """What a value written with a last digit worth ``step`` may have been before it was rounded."""
    if value and value == value.to_integral_value():
        whole, zeros = int(abs(value)), 0
        while whole % 10 == 0:
            whole, zeros = whole // 10, zeros + 1
        if zeros >= 3:
            step = max(step, Decimal(10**zeros))
    half = step / 2 if step != 1 else Decimal(0)
    low, high = value - half, value + half
    if about:
        low, high = min(low, value * Decimal("0.95")), max(high, value * Decimal("1.05"))
    return low, high


def _vague(figure: Figure) -> bool:
    return figure.qualifier in {"more_than", "less_than"}


def _meets(one: Interval, two: Interval) -> bool:
    return one[0] <= two[1] and two[0] <= one[1]


def _verdict(stated: Figure, computed: Interval) -> str:
    low, high = interval(stated)
    if stated.unit in {"percent", "points"} and stated.step == 1:
        low, high = stated.value - Decimal("0.5"), stated.value + Decimal("0.5")
    if stated.qualifier == "more_than":
        return "consistent" if computed[1] >= low else "inconsistent"
    if stated.qualifier == "less_than":
        return "consistent" if computed[0] <= high else "inconsistent"
    return "consistent" if _meets((low, high), computed) else "inconsistent"


def _growth(figures: Sequence[Figure], inside: list[int], near: list[int]) -> Iterator[Check]:
    """From–to with a stated growth, in per cent or in the things themselves."""
    for n in inside:
        stated = figures[n]
        told = n > 0 and figures[n - 1].role == "to" and figures[n - 1].unit == "percent"
        points = stated.unit == "points" and told and figures[n - 1].sentence == stated.sentence
        if (
            stated.role != "growth"
            and not points
            and not ("growth" in stated.cues and not stated.role and stated.unit not in SIGNS)
        ):
            continue
        pairs = [i for i in near if figures[i].role == "from" and figures[i].partner is not None]
        pairs = [i for i in pairs if figures[i].sentence == stated.sentence] or pairs
        if stated.unit not in {"percent"}:
            of = "percent" if stated.unit == "points" else stated.unit
            pairs = [i for i in pairs if figures[i].unit == of]
        pairs = [i for i in pairs if figures[i].unit not in {"percent"}] if stated.unit == "percent" else pairs
        if not pairs:
            continue
        i = min(pairs, key=lambda one: abs(figures[one].start - stated.start))
        j = figures[i].partner
        assert j is not None
        one, two = figures[i], figures[j]
        if _vague(one) or _vague(two) or one.value <= 0 or one.unit != two.unit:
            continue
        (a, b), (c, d) = interval(one), interval(two)
        if two.value < one.value and (stated.value >= 0) and {"decline", "lower"} & stated.cues:
            # "fell from 12,000 to 9,000, a reduction of 25 %": by how much it fell
            one, two, (a, b), (c, d) = two, one, (c, d), (a, b)
            yield from _fall(stated, n, (i, j), (one, two), ((a, b), (c, d)))
            continue
        rise = two.value - one.value
        if stated.unit == "percent":
            computed = rise / one.value * 100
            reach = ((c / b - 1) * 100, (d / a - 1) * 100) if a > 0 else (computed, computed)
            working = f"({_n(two.value)} − {_n(one.value)}) ÷ {_n(one.value)} = {_n(computed, 1)} %"
            yield Check("growth", _verdict(stated, reach), (i, j), n, stated.value, computed, "percent", working)
        else:
            working = f"{_n(two.value)} − {_n(one.value)} = {_n(rise)}"
            yield Check(
                "difference", _verdict(stated, (c - b, d - a)), (i, j), n, stated.value, rise, stated.unit, working
            )


def _fall(
    stated: Figure, n: int, parts: tuple[int, int], ends: tuple[Figure, Figure], reach: tuple[Interval, Interval]
) -> Iterator[Check]:
    """By how much something fell, from the second of ``ends`` down to the first."""
    (low, high), ((a, b), (c, d)) = ends, reach
    fall = high.value - low.value
    if stated.unit == "percent":
        computed = fall / high.value * 100
        working = f"({_n(high.value)} − {_n(low.value)}) ÷ {_n(high.value)} = {_n(computed, 1)} %"
        between = ((1 - b / c) * 100, (1 - a / d) * 100) if c > 0 else (computed, computed)
        yield Check("growth", _verdict(stated, between), parts, n, stated.value, computed, "percent", working)
        return
    working = f"{_n(high.value)} − {_n(low.value)} = {_n(fall)}"
    yield Check("difference", _verdict(stated, (c - b, d - a)), parts, n, stated.value, fall, stated.unit, working)


def _sums(figures: Sequence[Figure], inside: list[int], near: list[int]) -> Iterator[Check]:
    """Parts against the total that the text states for them."""
    for n in inside:
        total = figures[n]
        listed = [i for i in inside if i > n and _addable(figures[i], total)]
        opens = "parts" in total.cues and len(listed) >= 3 and listed[0] == n + 1
        if "total" not in total.cues and not opens:
            continue
        rivals = [i for i in (n - 1, n + 1) if i in inside and figures[i].unit == total.unit]
        if any("total" in figures[i].cues and figures[i].value > total.value for i in rivals):
            continue  # the word stands between two figures: the total is the larger
        if total.unit in {"percent", "points", "rate"} or total.role in {"from", "low", "high", "growth"}:
            continue
        before = [i for i in near if i < n and _addable(figures[i], total)]
        after = [i for i in inside if i > n and _addable(figures[i], total)]
        for run in _runs(before, ends=True) + _runs(after, ends=False):
            if sum(figures[i].value for i in run) == total.value:
                yield _sum(figures, run, n, "consistent")
                break
        else:
            explicit = before if len(before) >= 3 else after if len(after) >= 3 else []
            if not explicit or len(explicit) > MOST_PARTS or any(_vague(figures[i]) for i in explicit):
                continue
            computed = sum((figures[i].value for i in explicit), Decimal(0))
            reach = (
                sum((interval(figures[i])[0] for i in explicit), Decimal(0)),
                sum((interval(figures[i])[1] for i in explicit), Decimal(0)),
            )
            if abs(computed - total.value) <= total.value * NEAR_MISS:
                yield _sum(figures, explicit, n, _verdict(total, reach))


def _addable(part: Figure, total: Figure) -> bool:
    return part.unit == total.unit and part.value < total.value and part.role not in {"from", "low", "high", "growth"}


def _runs(places: list[int], ends: bool) -> list[list[int]]:
    """Runs of two or more neighbours that end (or begin) next to the total, the longest first; then all others."""
    places = places[-MOST_PARTS:] if ends else places[:MOST_PARTS]
    edge = [places[k:] for k in range(len(places) - 1)] if ends else [places[:k] for k in range(len(places), 1, -1)]
    return [run for run in edge if len(run) >= 2]


def _sum(figures: Sequence[Figure], parts: Iterable[int], total: int, verdict: str) -> Check:
    run = tuple(parts)
    computed = sum((figures[i].value for i in run), Decimal(0))
    working = f"{' + '.join(_n(figures[i].value) for i in run)} = {_n(computed)}"
    return Check("sum", verdict, run, total, figures[total].value, computed, figures[total].unit, working)


def _shares(figures: Sequence[Figure], inside: list[int]) -> Iterator[Check]:
    """``X of Y, Z %``."""
    for n in inside:
        stated = figures[n]
        if stated.unit != "percent" or stated.role in {"growth", "from", "to", "low", "high"}:
            continue
        wholes = [i for i in inside if figures[i].role == "whole" and figures[i].unit not in SIGNS]
        for whole in wholes:
            parts = [
                i
                for i in (whole - 1, whole + 1)
                if i in inside
                and not figures[i].role
                and figures[i].unit not in SIGNS
                and figures[i].value <= figures[whole].value
                and (abs(n - max(i, whole)) == 1 or (i == whole + 1 and n == whole - 1 and "again" in figures[i].cues))
                and (i < whole or n > i or figures[i].unit == figures[whole].unit)
            ]
            if len(parts) != 1 or _vague(figures[parts[0]]) or _vague(figures[whole]):
                continue
            part = parts[0]
            (a, b), (c, d) = interval(figures[part]), interval(figures[whole])
            if c <= 0:
                continue
            computed = figures[part].value / figures[whole].value * 100
            working = f"{_n(figures[part].value)} ÷ {_n(figures[whole].value)} = {_n(computed, 1)} %"
            reach = (a / d * 100, b / c * 100)
            yield Check("share", _verdict(stated, reach), (part, whole), n, stated.value, computed, "percent", working)


def _shares_of_shares(figures: Sequence[Figure], inside: list[int]) -> Iterator[Check]:
    """``95 % of the 80 %, that is 76 %``: a share of a share."""
    for i, j, n in zip(inside, inside[1:], inside[2:], strict=False):
        one, two, stated = figures[i], figures[j], figures[n]
        if {one.unit, two.unit, stated.unit} != {"percent"} or one.role or two.role or stated.role:
            continue
        if "again" not in stated.cues or two.start - one.end > CLOSE or any(_vague(f) for f in (one, two, stated)):
            continue
        (a, b), (c, d) = _share_reach(one), _share_reach(two)
        computed = one.value * two.value / 100
        working = f"{_n(one.value)} % × {_n(two.value)} % = {_n(computed, 1)} %"
        reach = (a * c / 100, b * d / 100)
        yield Check("share", _verdict(stated, reach), (i, j), n, stated.value, computed, "percent", working)


def _share_reach(figure: Figure) -> Interval:
    """What a percentage may have been; a whole one was rounded to a whole one."""
    low, high = interval(figure)
    half = Decimal("0.5") if figure.step == 1 else Decimal(0)
    return low - half, high + half


def _costs(figures: Sequence[Figure], inside: list[int]) -> Iterator[Check]:
    """Money for a number of things, and pesos beside dollars."""
    money = [i for i in inside if figures[i].unit in {"pesos", "dollars"} and "each" not in figures[i].cues]
    each = [i for i in inside if figures[i].unit == "pesos" and "each" in figures[i].cues]
    if len(each) == 2 and not money:  # "at 92,725 pesos each cost 17,555 million": the smaller is of each
        each.sort(key=lambda i: figures[i].value)
        money = [each.pop()]
    things = [
        i for i in inside if figures[i].unit in {"items", "cards", "kits"} and figures[i].role not in {"from", "growth"}
    ]
    pesos = [i for i in money if figures[i].unit == "pesos"]
    dollars = [i for i in money if figures[i].unit == "dollars"]
    if len(pesos) == 1 and len(things) == 1 and figures[things[0]].value >= 1:
        m, k = pesos[0], things[0]
        computed = figures[m].value / figures[k].value
        working = f"{_n(figures[m].value)} ÷ {_n(figures[k].value)} = {_n(computed, 0)}"
        if len(each) == 1:
            (a, b), (c, d) = interval(figures[m]), interval(figures[k])
            verdict = _verdict(figures[each[0]], (a / d, b / c))
            yield Check("unit_cost", verdict, (m, k), each[0], figures[each[0]].value, computed, "pesos", working)
        else:
            yield Check("unit_cost", "computed", (m, k), m, None, computed, "pesos", working)
    if len(pesos) == 1 and len(dollars) == 1 and abs(pesos[0] - dollars[0]) == 1 and figures[dollars[0]].value > 0:
        computed = figures[pesos[0]].value / figures[dollars[0]].value
        working = f"{_n(figures[pesos[0]].value)} ÷ {_n(figures[dollars[0]].value)} = {_n(computed, 2)}"
        yield Check("exchange", "computed", (pesos[0], dollars[0]), dollars[0], None, computed, "pesos", working)


def _averages(figures: Sequence[Figure], inside: list[int], near: list[int]) -> Iterator[Check]:
    """States by band with a stated overall percentage: ``14 at 100 %, 9 at 95 %, 98 % overall``."""
    for n in inside:
        stated = figures[n]
        if stated.unit != "percent" or not {"average", "overall"} & stated.cues:
            continue
        bands = [
            (i, j)
            for i, j in zip(near, near[1:], strict=False)
            if figures[i].unit in {"states", "units", "municipalities"}
            and figures[j].unit == "percent"
            and j != n
            and figures[i].sentence == figures[j].sentence
            and i < n
        ]
        if len(bands) < 2 or any(_vague(figures[j]) or _vague(figures[i]) for i, j in bands):
            continue
        weight = sum((figures[i].value for i, _ in bands), Decimal(0))
        computed = sum((figures[i].value * figures[j].value for i, j in bands), Decimal(0)) / weight
        margin = Decimal("0.05")
        verdict = _verdict(stated, (computed - margin, computed + margin))
        lowest, highest = min(figures[j].value for _, j in bands), max(figures[j].value for _, j in bands)
        outside = stated.value > highest or stated.value < lowest
        if verdict == "inconsistent" and "average" not in stated.cues and not outside:
            continue  # another weighting than by number may give it
        working = (
            f"({' + '.join(f'{_n(figures[i].value)} × {_n(figures[j].value)}' for i, j in bands)}) ÷ {_n(weight)}"
            f" = {_n(computed, 2)} %"
        )
        parts = tuple(i for band in bands for i in band)
        yield Check("average", verdict, parts, n, stated.value, computed, "percent", working)


def _states(
    figures: Sequence[Figure], inside: list[int], near: list[int], groups: Mapping[str, int], sums: list[Check]
) -> Iterator[Check]:
    """Counts of states that add up to another count in the text, or to a group of states that is known."""
    counts = [i for i in inside if figures[i].unit == "states" and not figures[i].role and not _vague(figures[i])]
    parts = [i for i in counts if figures[i].value < 32]
    if len(parts) < 2 or any(set(one.parts) & set(parts) for one in sums if one.kind == "sum"):
        return
    largest = max(near, key=lambda i: figures[i].value if figures[i].unit == "states" else -1)
    rest = [i for i in parts if i != largest]
    if len(rest) >= 2 and sum(figures[i].value for i in rest) == figures[largest].value:
        yield _sum(figures, rest, largest, "consistent")
        return
    total = sum((figures[i].value for i in parts), Decimal(0))
    for name, size in groups.items():
        if total == size and len(parts) == 2:
            working = f"{' + '.join(_n(figures[i].value) for i in parts)} = {_n(total)}"
            yield Check("states", "consistent", tuple(parts), parts[-1], Decimal(size), total, "states", working, name)
            return


def _n(value: Decimal, places: int | None = None) -> str:
    if places is None:
        whole = value == value.to_integral_value()
        return f"{value:,.0f}" if whole else f"{value.normalize():,f}"
    return f"{value:,.{places}f}"
