"""Tables of the report: short ones for page and PDF, complete ones for workbook and CSV."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bienestar.foundation.definitions.statements import statements
from bienestar.insight.indicators.choices import ValueLevel, ValueStatus
from bienestar.insight.indicators.queries.claims import PublishedClaim
from bienestar.insight.indicators.queries.values import Reporting, Value
from bienestar.web.claims.views import verdict_words
from bienestar.web.pulso_report import words
from bienestar.web.pulso_report.content import PulsoContent
from bienestar.web.reports.blocks import NOT_APPLICABLE, Amount, Column, Row, Table

MOST_CUT_OFFS = 6


def _value_columns(first: tuple[Column, ...]) -> tuple[Column, ...]:
    return (
        *first,
        Column("value", _("Value"), "count", 1.3),
        Column("numerator", _("Numerator"), "count", 1.3),
        Column("denominator", _("Denominator"), "count", 1.6),
        Column("completeness", _("Have reported"), "percent", 1.3),
    )


def _value_cells(content: PulsoContent, one: Value) -> tuple[object, ...]:
    return (
        words.amount(content, one),
        words.plain(one.numerator),
        words.plain(one.denominator),
        NOT_APPLICABLE if one.completeness is None else one.completeness,
    )


def chapter_table(content: PulsoContent, key: str, title: str, names: Iterable[str]) -> Table:
    """The indicators of a chapter for the country, each beside its value at the cut-off before."""
    columns = (
        Column("id", _("Key"), "code", 0.85),
        Column("name", _("Name"), width=2.3),
        *_value_columns(())[:1],
        Column("unit", _("Unit"), width=1.5),
        *_value_columns(())[1:3],
        Column("before", _("Before"), "count", 1.3),
        *_value_columns(())[3:],
    )
    rows = []
    for name in names:
        one, before = content.country[name], content.before(name)
        cells = _value_cells(content, one)
        earlier = NOT_APPLICABLE if before is None else _earlier(content, before.number, before.value)
        unit = words.unit_words(content, name)
        rows.append(
            Row((name, words.said(content.definitions[name].name), cells[0], unit, *cells[1:3], earlier, cells[3]))
        )
    return Table(key, title, columns, tuple(rows))


def _earlier(content: PulsoContent, number: int, one: Value) -> Amount:
    """A value of another set, with the address that it has there."""
    base = f"{content.identity.address}/pulso/valor/{number}/{one.indicator}/{one.code}/"
    told = words.amount(content, one)
    return Amount(told.value, told.decimals, told.words, base)


def places_table(content: PulsoContent, key: str, title: str, values: Iterable[Value], place: str) -> Table:
    """An indicator at each place of a level."""
    columns = _value_columns((Column("code", _("Code"), "code", 0.7), Column("name", place, width=2.4)))
    rows = (Row((one.code, content.names.get(one.code, one.code), *_value_cells(content, one))) for one in values)
    return Table(key, title, columns, tuple(rows))


def trends_table(content: PulsoContent, names: Iterable[str]) -> Table:
    """The newest cut-offs side by side."""
    days = sorted({point.cut_off for name in names for point in content.series[name]})[-MOST_CUT_OFFS:]
    columns = (
        Column("id", _("Key"), "code", 0.8),
        Column("name", _("Name"), width=2.6),
        *(Column(day.isoformat(), day.isoformat(), "count") for day in days),
    )
    rows = []
    for name in names:
        at = {point.cut_off: _earlier(content, point.number, point.value) for point in content.series[name]}
        rows.append(
            Row((name, words.said(content.definitions[name].name), *(at.get(day, NOT_APPLICABLE) for day in days)))
        )
    return Table("trends", _("Each cut-off"), columns, tuple(rows))


def bands_table(content: PulsoContent, name: str) -> Table:
    """How many states are in each band, and which."""
    columns = (
        Column("band", _("Band"), width=1),
        Column("states", _("States"), "count", 0.7),
        Column("which", _("Which"), width=4.6),
    )
    rows = [
        Row((words.said(band.name), Amount(len(found)), ", ".join(content.names[one.code] for one in found)))
        for band, found in content.bands(name)
    ]
    without = [one for one in content.states.get(name, ()) if one.value is None]
    if without:
        which = ", ".join(f"{content.names[one.code]} ({words.status_words(one.status)})" for one in without)
        rows.append(Row((_("No value"), Amount(len(without)), which)))
    return Table(f"bands-{name}", words.title_of(content, name), columns, tuple(rows))


def reporting_table(
    rows: Iterable[Reporting], register_names: dict[str, str], names: dict[str, str], key: str
) -> Table:
    """Who has reported, by register; with a column of places where ``key`` is of states."""
    by_state = key == "completeness_states"
    columns = (
        Column("register", pgettext("noun", "Register"), width=2.2),
        *((Column("code", _("Code"), "code", 0.6), Column("state", _("State"), width=1.6)) if by_state else ()),
        Column("due", _("Units that must report"), "count"),
        Column("in_time", _("In time"), "count"),
        Column("late", _("Late"), "count"),
        Column("never", _("Never"), "count"),
        Column("share", _("Share in time"), "percent"),
        Column("newest", _("Newest row"), "date"),
    )
    found = []
    for one in rows:
        place = (one.code, names.get(one.code, one.code)) if by_state else ()
        share = one.units_in_time / one.units_due if one.units_due else NOT_APPLICABLE
        counts = (one.units_due, one.units_in_time, one.units_late, one.units_never)
        newest = one.newest if one.newest is not None else NOT_APPLICABLE
        found.append(Row((register_names.get(one.register, one.register), *place, *counts, share, newest)))
    return Table(key, _("Completeness by register"), columns, tuple(found))


def not_recorded_table(content: PulsoContent) -> Table:
    """Indicators that wait for their register, and what it must bring."""
    columns = (
        Column("id", _("Key"), "code", 0.8),
        Column("name", _("Name"), width=2),
        Column("evidence", _("Evidence that is needed"), width=3.2),
    )
    rows = (Row((one.id, words.said(one.name), words.said(one.minimum_evidence))) for one in content.not_recorded)
    return Table("not_recorded", _("Not yet recorded"), columns, tuple(rows))


def claims_table(content: PulsoContent) -> Table:
    """What was published beside what this set gives, with the difference."""
    columns = (
        Column("id", _("Key"), "code", 0.85),
        Column("said", _("Published"), width=3),
        Column("as_of", _("Date"), "date", 1),
        Column("figure", _("Figure"), "count", 1.55),
        Column("unit", _("Unit"), width=1.2),
        Column("indicator", _("Rule"), "code", 0.85),
        Column("computed", _("Ours"), "count", 1.25),
        Column("difference", _("Difference"), "count", 1.25),
        Column("verdict", _("Verdict"), width=1.3),
    )
    units, verdicts = statements().units, verdict_words()
    rows = []
    for one in content.claims:
        claim, found = one.claim, one.comparison
        cells = (
            claim.id,
            words.said(claim.said),
            claim.as_of,
            words.plain(claim.figure),
            words.said(units[claim.unit].name) if claim.unit else "",
            found.indicator or "",
            _ours(content, one),
            words.plain(found.difference),
            verdicts[found.verdict],
        )
        rows.append(Row(cells))
    return Table("claims", _("Published figures beside ours"), columns, tuple(rows))


def _ours(content: PulsoContent, one: PublishedClaim) -> Amount | str:
    """What this set gives, with its address where it is a value as it stands (and not a numerator or a count)."""
    found = one.comparison
    value = content.value_at(found.indicator or "", found.code)
    if value is not None and value.value is not None and value.value == found.computed:
        return words.amount(content, value)
    return words.plain(found.computed)


def rules_table(content: PulsoContent) -> Table:
    """How each indicator is reckoned."""
    columns = (
        Column("id", _("Key"), "code", 0.8),
        Column("version", _("Version"), "count", 0.6),
        Column("name", _("Name"), width=1.8),
        Column("method", _("How it is reckoned"), width=4.2),
    )
    rows = (
        Row((one.id, one.version, words.said(one.name), words.said(one.method))) for one in content.definitions.values()
    )
    return Table("rules", _("How each figure is reckoned"), columns, tuple(rows))


def values_table(content: PulsoContent, key: str, title: str, values: Iterable[Value]) -> Table:
    """Every digit of values, for programs: one row a value with its address."""
    columns = (
        Column("indicator", _("Indicator"), "code"),
        Column("version", _("Version"), "count"),
        Column("name", _("Name")),
        Column("level", _("Level")),
        Column("code", _("Code"), "code"),
        Column("place", _("Place")),
        Column("split", _("Split by")),
        Column("member", _("Member")),
        Column("value", _("Value"), "count"),
        Column("unit", _("Unit")),
        Column("numerator", _("Numerator"), "count"),
        Column("denominator", _("Denominator"), "count"),
        Column("status", _("Status")),
        Column("rows", _("Records"), "count"),
        Column("units_due", _("Units that must report"), "count"),
        Column("units_reported", _("Units that reported"), "count"),
        Column("cut_off", _("Cut-off"), "date"),
        Column("address", _("Permanent address")),
    )
    rows = (
        Row(
            (
                one.indicator,
                one.version,
                words.said(content.definitions[one.indicator].name),
                str(ValueLevel(one.level).label),
                one.code,
                content.names.get(one.code, one.code),
                one.split,
                one.member,
                *(_exact(number) for number in (one.value,)),
                words.unit_words(content, one.indicator),
                *(_exact(number) for number in (one.numerator, one.denominator)),
                str(ValueStatus(one.status).label),
                *(_exact(number) for number in (one.rows, one.units_due, one.units_reported)),
                content.identity.cut_off,
                words.address_of(content, one),
            )
        )
        for one in values
    )
    return Table(key, title, columns, tuple(rows))


def _exact(number: float | None) -> Amount | str:
    """A number with every digit; an empty cell where there is none, because the status says why."""
    return "" if number is None else Amount(number)


def files(content: PulsoContent, register_names: dict[str, str]) -> tuple[Table, ...]:
    """The complete tables: one sheet of the workbook and one CSV file each."""
    country = list(content.country.values())
    states = [one for rows in content.states.values() for one in rows]
    municipalities = [one for rows in content.municipalities.values() for one in rows]
    found = [
        values_table(content, "country", _("The country"), country),
        values_table(content, "states", _("States"), states),
        values_table(content, "municipalities", _("Municipalities"), municipalities),
        values_table(content, "splits", _("The country, split"), content.splits),
        trends_table(content, [name for name in content.definitions if content.series.get(name)]),
        reporting_table(content.reporting, register_names, content.names, "completeness"),
        reporting_table(content.reporting_states, register_names, content.names, "completeness_states"),
        claims_table(content),
        not_recorded_table(content),
        rules_table(content),
    ]
    return tuple(found)
