"""An indicator between two cut-offs: as reported, and on constant scope with its growth in pieces.

As reported is what was frozen and shown. The pieces are reckoned again of the frozen tables of both days, unit by unit
and by the later rule, and must add up to what was reported, to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import duckdb
from django.core.cache import cache

from bienestar.calculations.growth import (
    Group,
    Piece,
    Split,
    UnitAmounts,
    group_of,
    growth,
    is_same_scope,
    pieces_of_unit,
    split_growth,
)
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of
from bienestar.foundation.definitions.indicators import Indicator, Measure, OtherIndicator
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.choices import NoScope, ValueStatus
from bienestar.insight.indicators.models import ValueSet
from bienestar.insight.indicators.queries.by_unit import (
    EARLIER,
    LATER,
    RELABELLED,
    Counted,
    TwoDays,
    adds_up_by_unit,
    rule_of,
    two_days,
)
from bienestar.insight.indicators.queries.rules import Rule
from bienestar.insight.indicators.queries.values import COUNTRY, Value, definitions_of, value_of
from bienestar.insight.snapshots.queries.manifests import code_version

KEPT = 7 * 24 * 3600  # seconds; the sets never change
NOTHING = Counted(Decimal(0), 0)
NUMERATOR, DENOMINATOR = "numerator", "denominator"


class DoesNotAddUp(Exception):
    """The frozen tables do not give what was reported: a file is not the one that the values were reckoned of."""


@dataclass(frozen=True)
class UnitChange:
    """One unit's part of a difference. ``group``: a Group, or "reported" where it told on one of the days only."""

    unit: str
    name: str
    state: str
    group: str
    before: Decimal
    after: Decimal
    pieces: dict[Piece, Decimal]


@dataclass(frozen=True)
class Part:
    """The numerator or the denominator: both amounts, and the pieces or why there are none."""

    name: str
    before: Decimal | None
    after: Decimal | None
    split: Split | None = None
    why_not: str = ""
    changes: tuple[UnitChange, ...] = ()

    @property
    def difference(self) -> Decimal | None:
        """After less before."""
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """An indicator at one place on two days. ``same_*``: its value over the units that told on both days."""

    definition: Indicator
    rule_changed: bool
    before: Value
    after: Value
    parts: tuple[Part, ...]
    same_before: float | None
    same_after: float | None
    same_units: int | None
    why_not: str

    @property
    def difference(self) -> float | None:
        """After less before, in the indicator's unit (points, where it is a percentage)."""
        return _less(self.before.value, self.after.value)

    @property
    def growth(self) -> float | None:
        """(after − before) ÷ before, as reported."""
        return growth(self.before.value, self.after.value)

    @property
    def same_difference(self) -> float | None:
        """The difference on constant scope."""
        return _less(self.same_before, self.same_after)

    @property
    def same_growth(self) -> float | None:
        """The growth on constant scope."""
        return growth(self.same_before, self.same_after)


def _less(before: float | None, after: float | None) -> float | None:
    return None if before is None or after is None else after - before


def compare_sets(by: Actor, before: ValueSet, after: ValueSet, indicator: str, code: str = COUNTRY) -> Comparison:
    """An indicator of the country or a state between two sets.

    Raises KeyError where one of the sets has no such indicator, DoesNotAddUp where a snapshot was changed.
    """
    was, definition = definitions_of(before)[indicator], definitions_of(after)[indicator]
    values = value_of(by, before, indicator, code), value_of(by, after, indicator, code)
    why = _why_not(definition, values)
    parts = () if why else _parts(by, before, after, definition, code, values)
    why = why or next((part.why_not for part in parts if part.why_not), "")
    same: tuple[float | None, float | None] = (None, None)
    if parts and not why:
        same = _same_values(definition, parts)
    splits = [part.split for part in parts if part.split]
    return Comparison(
        definition=definition,
        rule_changed=was.version != definition.version or _rules(was, {}) != _rules(definition, {}),
        before=values[0],
        after=values[1],
        parts=parts,
        same_before=same[0],
        same_after=same[1],
        same_units=splits[0].same_units if splits and not why else None,
        why_not=why,
    )


def _why_not(definition: Indicator, values: tuple[Value, Value]) -> str:
    """Why nothing can be told unit by unit, from the values alone."""
    if definition.change_of:
        return str(NoScope.CHANGE)
    if any(value.status == ValueStatus.WITHHELD for value in values):
        return str(NoScope.WITHHELD)
    if any(value.numerator is None for value in values):
        return str(NoScope.NOT_KNOWN)
    return ""


def _rules(definition: Indicator, others: dict[str, Indicator]) -> dict[str, Measure | OtherIndicator | None]:
    """The measures of an indicator; one that is another's numerator is that, where ``others`` are given."""
    below = definition.denominator
    if isinstance(below, OtherIndicator) and others:
        below = others[below.indicator].numerator
    return {NUMERATOR: definition.numerator, DENOMINATOR: below}


def _parts(
    by: Actor, before: ValueSet, after: ValueSet, definition: Indicator, code: str, values: tuple[Value, Value]
) -> tuple[Part, ...]:
    """Numerator and denominator, each with its pieces or why not."""
    early, late = definitions_of(before), definitions_of(after)
    was, now = _rules(early[definition.id], early), _rules(definition, late)
    path = "MX/" if code == COUNTRY else f"MX/{code}/"
    officials = access_of(by).can(Permission.VIEW_INDICATORS, path)
    wanted, whys = {}, {}
    for name, measure in now.items():
        if isinstance(measure, Measure):
            rule = rule_of(measure)
            whys[name] = _why_not_rule(rule, officials)
            if not whys[name]:
                wanted[name] = rule
    same_rule = {name: was[name] == now[name] and early[definition.id].days == definition.days for name in wanted}
    told = _reckoned(before, after, definition, code, wanted) if wanted else {}
    parts = []
    for name, why in whys.items():
        amounts = _amount(values[0], name), _amount(values[1], name)
        found = told if isinstance(told, str) else told.get(name)
        if why or found is None or isinstance(found, str):
            parts.append(Part(name, *amounts, why_not=why or str(found or NoScope.OTHER_COLUMNS)))
            continue
        parts.append(_part(name, amounts, found, same_rule=same_rule[name]))
    return tuple(parts)


def _amount(value: Value, name: str) -> Decimal | None:
    told = value.numerator if name == NUMERATOR else value.denominator
    return None if told is None else Decimal(str(told)).quantize(Decimal("0.0001"))


def _why_not_rule(rule: Rule, officials: bool) -> str:
    if "unit" not in frozen_tables()[rule.table].columns:
        return str(NoScope.NO_UNITS)
    if not adds_up_by_unit(rule):
        return str(NoScope.NOT_ADDITIVE)
    # Pieces of people could be subtracted from what is shown of their units.
    return str(NoScope.WITHHELD) if rule.personal and not officials else ""


@dataclass(frozen=True)
class _Reckoned:
    """Every unit of a part with what became of it; ``before``: the earlier amount by the later rule."""

    changes: tuple[UnitChange, ...]
    units: tuple[tuple[Group, UnitAmounts], ...]

    @property
    def before(self) -> Decimal:
        return sum((amounts.before for _group, amounts in self.units), Decimal(0))

    @property
    def after(self) -> Decimal:
        return sum((amounts.after for _group, amounts in self.units), Decimal(0))


def _part(name: str, amounts: tuple[Decimal | None, Decimal | None], found: _Reckoned, *, same_rule: bool) -> Part:
    before, after = amounts
    if before is None or after is None:
        return Part(name, before, after, why_not=str(NoScope.NOT_KNOWN))
    by_rule = found.before - before
    if found.after != after or (same_rule and by_rule):
        raise DoesNotAddUp(f"{name}: {found.before} and {found.after} reckoned, {before} and {after} reported")
    return Part(name, before, after, split_growth(found.units, rule=by_rule), "", found.changes)


def _reckoned(
    before: ValueSet, after: ValueSet, definition: Indicator, code: str, rules: dict[str, Rule]
) -> dict[str, _Reckoned | str] | str:
    """The units of each part, or why not; kept, because neither set ever changes."""
    sets = f"{before.sha256[:24]}-{after.sha256[:24]}"
    key = f"compare-{code_version()[-12:]}-{sets}-{definition.id}-{code}-{'-'.join(rules)}"
    kept: dict[str, _Reckoned | str] | None = cache.get(key)
    if kept is not None:
        return kept
    try:
        with two_days(before.snapshot, after.snapshot) as tables:
            having = {name: rule for name, rule in rules.items() if tables.has(rule)}
            found: dict[str, _Reckoned | str] = dict(_of_units(tables, definition.days, code, having))
    except (OSError, ValueError, duckdb.Error):
        return str(NoScope.NO_SNAPSHOT)
    found |= {name: str(NoScope.OTHER_COLUMNS) for name in rules if name not in found}
    cache.set(key, found, KEPT)
    return found


def _of_units(tables: TwoDays, days: int | None, code: str, rules: dict[str, Rule]) -> dict[str, _Reckoned]:
    """Every unit of the country or of a state, grouped by what became of it on both sides of a ratio alike."""
    if not rules:
        return {}
    state = None if code == COUNTRY else code
    counted = {
        name: {when: tables.counted(rule, days, when, state) for when in (EARLIER, RELABELLED, LATER)}
        for name, rule in rules.items()
    }
    early, late = tables.units(EARLIER), tables.units(LATER)
    uids = {unit for each in counted.values() for units in each.values() for unit in units}
    groups: dict[str | None, Group] = {}
    for uid in uids:
        was, is_now = early.get(uid or ""), late.get(uid or "")
        groups[uid] = group_of(
            was.then if was else None,
            is_now.then if is_now else None,
            tables.before.cut_off,
            counted_before=any(each[EARLIER].get(uid, NOTHING).rows for each in counted.values()),
            counted_after=any(each[LATER].get(uid, NOTHING).rows for each in counted.values()),
        )
    told = {name: _Told(tables, rule) for name, rule in rules.items()}
    silent = {
        name: {
            uid: UnitTold(
                told[name].on(EARLIER, uid, counted[name][EARLIER].get(uid)),
                told[name].on(LATER, uid, counted[name][LATER].get(uid)),
            )
            for uid in uids
        }
        for name in rules
    }
    found = {}
    for name in rules:
        changes, units = [], []
        for uid in sorted(uids, key=lambda each: (each is None, each or "")):
            before, relabelled, after = (
                counted[name][when].get(uid, NOTHING).amount or Decimal(0) for when in (EARLIER, RELABELLED, LATER)
            )
            amounts = UnitAmounts(
                before,
                relabelled,
                after,
                # Like is compared with like on both sides: a unit that is silent in one part is silent in both.
                told_before=all(each[uid].before for each in silent.values()),
                told_after=all(each[uid].after for each in silent.values()),
            )
            units.append((groups[uid], amounts))
            unit = late.get(uid or "") or early.get(uid or "")
            group = str(groups[uid])
            if groups[uid] == Group.SAME and not is_same_scope(groups[uid], amounts):
                group = str(Piece.REPORTED)
            changes.append(
                UnitChange(
                    uid or "",
                    unit.name if unit else "",
                    unit.state if unit else "",
                    group,
                    amounts.before,
                    amounts.after,
                    pieces_of_unit(groups[uid], amounts),
                )
            )
        found[name] = _Reckoned(tuple(changes), tuple(units))
    return found


@dataclass(frozen=True)
class UnitTold:
    """Whether a unit's records say anything on each day."""

    before: bool
    after: bool


class _Told:
    """Which units have told a register anything, for registers into which units report."""

    def __init__(self, tables: TwoDays, rule: Rule) -> None:
        shape = frozen_tables()[rule.table]
        self.units = (
            {when: tables.told(rule.table, when) for when in (EARLIER, LATER)} if shape.reports is not None else None
        )

    def on(self, when: str, uid: str | None, counted: Counted | None) -> bool:
        if counted is not None and counted.rows and counted.amount is None:
            return False  # there are records, and none says how many
        return self.units is None or uid is None or uid in self.units[when]


def _same_values(definition: Indicator, parts: tuple[Part, ...]) -> tuple[float | None, float | None]:
    """The indicator's value over the constant scope, on both days."""
    splits = [part.split for part in parts if part.split]
    if len(splits) != (1 if definition.denominator is None else 2):
        return None, None
    above = splits[0]
    if definition.denominator is None:
        return float(above.same_before) * definition.times, float(above.same_after) * definition.times
    below = splits[1]
    return (
        _ratio(above.same_before, below.same_before, definition.times),
        _ratio(above.same_after, below.same_after, definition.times),
    )


def _ratio(above: Decimal, below: Decimal, times: float) -> float | None:
    return float(above) / float(below) * times if below else None
