"""The report in words: its sections in the order in which somebody reads who wants to check what was said."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.values import Value
from bienestar.web.claims.views import verdict_words
from bienestar.web.public.files import LICENCE
from bienestar.web.pulso_report import tables, words
from bienestar.web.pulso_report.content import PulsoContent
from bienestar.web.reports import charts
from bienestar.web.reports.blocks import (
    Block,
    Document,
    Figure,
    Figures,
    Paragraph,
    Picture,
    Points,
    Section,
    Terms,
    day,
    number,
)
from bienestar.web.reports.content import Map

FULL = 100.0
LEAST_ON_A_MAP = 2  # different values
LINES_TOGETHER = 6  # small charts that stand on one page


def present(content: PulsoContent, language: str, data_sha256: str) -> Document:
    """The document in a language. Pure: the same content gives the same document."""
    with translation.override(language):
        return _document(content, language, data_sha256)


def _document(content: PulsoContent, language: str, data_sha256: str) -> Document:
    identity = content.identity
    title = _("Pulso: the state of the service")
    return Document(
        language=language,
        title=title,
        area=content.names["MX"],
        as_of=identity.cut_off,
        made_at=identity.published_at,
        short_hash=identity.values_sha256[:12],
        facts=_facts(content, data_sha256),
        warning=_warning(content),
        sections=tuple(section for section in _sections(content) if section.blocks),
        files=tables.files(content, register_names()),
        running=(
            title,
            _("As of %(day)s") % {"day": day(identity.cut_off)},
            _("Set of values %(number)s · %(hash)s") % {"number": identity.number, "hash": identity.values_sha256[:12]},
        ),
        page_words=(_("Page"), _("of")),
    )


def register_names() -> dict[str, str]:
    """Names of the frozen tables in the active language."""
    return {name: words.said(shape.name) for name, shape in frozen_tables().items()}


def _facts(content: PulsoContent, data_sha256: str) -> tuple[tuple[str, str], ...]:
    """What the report is, on its first page; what it was made of stands at its end."""
    identity = content.identity
    return (
        (_("Cut-off"), day(identity.cut_off)),
        (_("Set of values"), str(identity.number)),
        (_("Published"), moment(identity.published_at)),
        (_("SHA-256 of this report's data"), data_sha256),
    )


def _provenance(content: PulsoContent) -> tuple[tuple[str, str], ...]:
    """What the figures were made of, for who checks them."""
    identity = content.identity
    indicator, place = _("INDICATOR"), _("PLACE")
    return (
        (_("Reckoned"), moment(identity.computed_at)),
        (_("Snapshot of the registers"), f"{identity.snapshot} ({number(identity.snapshot_rows)})"),
        (_("Program that froze it"), identity.code_version),
        (_("SHA-256 of the values"), identity.values_sha256),
        (_("SHA-256 of the definitions"), identity.definitions_sha256),
        (_("SHA-256 of the snapshot"), identity.snapshot_sha256),
        (_("Address of any figure"), f"{identity.address}/pulso/valor/{identity.number}/{indicator}/{place}/"),
    )


def moment(when: dt.datetime) -> str:
    """A day and time as people of the service read it."""
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")


def _warning(content: PulsoContent) -> str:
    """How many figures there are, and that the rest is not nought."""
    found = list(content.country.values())
    return _(
        "Of %(all)s indicators, %(known)s have a value for the country, %(waiting)s wait for a register that does not "
        "exist yet and %(unknown)s cannot be told. What is not known is not 0."
    ) % {
        "all": len(found),
        "known": sum(one.value is not None for one in found),
        "waiting": len(content.not_recorded),
        "unknown": sum(one.value is None and one.status != ValueStatus.NOT_RECORDED for one in found),
    }


def _sections(content: PulsoContent) -> list[Section]:
    return [
        Section("summary", _("What was said to the nation, reckoned"), _headline(content)),
        Section("bands", _("States by band"), tuple(_bands(content))),
        Section("states", _("Maps of the states"), tuple(_state_maps(content))),
        Section("municipalities", _("Maps of municipalities"), tuple(_municipal_maps(content))),
        Section("trends", _("From cut-off to cut-off"), tuple(_trends(content))),
        Section("indicators", _("Every indicator that is recorded, for the country"), tuple(_chapters(content))),
        Section("completeness", _("Who has reported"), tuple(_completeness(content))),
        Section("claims", _("Published figures beside ours"), tuple(_claims(content))),
        Section("waiting", _("Not yet recorded"), tuple(_waiting(content))),
        Section("rules", _("How each figure is reckoned"), (tables.rules_table(content),)),
        Section("method", _("How to check this report"), (Points(_checks(content)), Terms(_provenance(content)))),
    ]


def _headline(content: PulsoContent) -> tuple[Block, ...]:
    """The figures that have a value, large; those that have none in one sentence."""
    found = [content.country[name] for name in content.report.headline if name in content.country]
    known = [one for one in found if one.value is not None]
    blocks: list[Block] = [
        Figures(tuple(_figure(content, one) for one in known[start : start + 4])) for start in range(0, len(known), 4)
    ]
    without = [one for one in found if one.value is None]
    if without:
        listed = "; ".join(
            f"{words.title_of(content, one.indicator)}: {words.status_words(one.status)}" for one in without
        )
        blocks.append(Paragraph(_("Without a figure: %(which)s.") % {"which": listed}))
    return tuple(blocks)


def _figure(content: PulsoContent, one: Value) -> Figure:
    told = words.amount(content, one)
    percent = content.definitions[one.indicator].unit == "percent"
    parts = [one.indicator, *([] if percent else [words.unit_words(content, one.indicator)])]
    if one.denominator is not None and one.numerator is not None:
        parts.append(_("%(part)s of %(whole)s") % {"part": number(one.numerator), "whole": number(one.denominator)})
    shown = f"{told.text} %" if percent else told.text
    return Figure(words.said(content.definitions[one.indicator].name), shown, " · ".join(parts), told.url)


def _bands(content: PulsoContent) -> Iterable[Block]:
    """States counted in the bands of each indicator that has any; percentages are never averaged."""
    for name, definition in content.definitions.items():
        counted = content.bands(name)
        if not definition.bands or not any(found for _band, found in counted):
            continue
        rows = [charts.Bar(words.said(band.name), float(len(found)), str(len(found))) for band, found in counted]
        alt = _("Bars: states by band of %(name)s. %(told)s.") % {
            "name": words.title_of(content, name),
            "told": "; ".join(f"{row.label}: {row.words}" for row in rows),
        }
        yield Paragraph(
            _("%(name)s. The country: %(value)s, sum over sum; states are counted, their percentages never averaged.")
            % {"name": words.title_of(content, name), "value": words.with_unit(content, content.country[name])}
        )
        yield Picture(charts.bars(rows, _("States")), alt, words.title_of(content, name))
        yield tables.bands_table(content, name)


def _state_maps(content: PulsoContent) -> Iterable[Block]:
    for name in content.report.maps:
        values = content.states.get(name, ())
        if any(one.value is not None for one in values):
            title = words.title_of(content, name)
            drawn = charts.shaded(content.outlines, {one.code: one.value for one in values}, "0")
            yield from _map(content, drawn, values, name, _("Map of the states by %(name)s.") % {"name": title})
            yield tables.places_table(content, f"map-{name}", title, values, _("State"))


def _municipal_maps(content: PulsoContent) -> Iterable[Block]:
    for one in content.state_maps:
        values = [row for row in content.municipalities[one.indicator] if row.state == one.code]
        title = f"{content.names.get(one.code, one.code)}: {words.title_of(content, one.indicator)}"
        drawn = charts.shaded(one.outlines, {row.code: row.value for row in values}, "0")
        told = _("Map of the municipalities of %(name)s.") % {"name": title}
        yield from _map(content, drawn, values, one.indicator, told)
        yield tables.places_table(content, f"map-{one.code}", title, values, _("Municipality"))


def _map(content: PulsoContent, drawn: Map | None, values: Iterable[Value], name: str, told: str) -> Iterable[Block]:
    """The map with its words: the highest, the lowest, how many have no value.

    None without outlines, and none where every place has the same value: the table is enough.
    """
    if drawn is None or len({one.value for one in values if one.value is not None}) < LEAST_ON_A_MAP:
        return
    known = sorted((one for one in values if one.value is not None), key=lambda one: (one.value or 0, one.code))
    sentences = [told]
    if known:
        extremes = ((_("Highest"), known[-1]), (_("lowest"), known[0]))
        ends = [f"{which}: {content.names[one.code]}, {words.with_unit(content, one)}" for which, one in extremes]
        sentences.append("; ".join(ends) + ".")
    without = sum(one.value is None for one in values)
    if without:
        sentences.append(_("Without a value: %(count)s.") % {"count": without})
    caption = f"{words.title_of(content, name)} ({words.unit_words(content, name)}), {day(content.identity.cut_off)}"
    yield Picture(drawn, " ".join(sentences), caption)


def _trends(content: PulsoContent) -> Iterable[Block]:
    """A line for each figure of the first page that has numbers at two cut-offs, and all of them in a table."""
    names = [name for name in content.report.headline if content.series.get(name)]
    lines = []
    for name in names:
        known = [point for point in content.series[name] if point.value.value is not None]
        if len(known) > 1:
            points = tuple(
                (point.cut_off.isoformat(), float(point.value.value or 0), words.amount(content, point.value).text)
                for point in known
            )
            lines.append(charts.Trend(words.title_of(content, name), points))
    if not lines:
        yield Paragraph(_("This is the first cut-off with values: there is nothing yet to compare with."))
        return
    yield Paragraph(
        _("As reported at each cut-off. A change may come from units that joined, not from more of anything.")
    )
    for start in range(0, len(lines), LINES_TOGETHER):
        some = lines[start : start + LINES_TOGETHER]
        told = "; ".join(
            f"{line.title}: {line.points[0][2]} ({line.points[0][0]}) → {line.points[-1][2]} ({line.points[-1][0]})"
            for line in some
        )
        yield Picture(charts.trends(some), _("Lines from cut-off to cut-off. %(told)s.") % {"told": told}, "")
    yield tables.trends_table(content, names)


def _chapters(content: PulsoContent) -> Iterable[Block]:
    """Every indicator whose records are kept, chapter by chapter."""
    recorded = [name for name, one in content.country.items() if one.status != ValueStatus.NOT_RECORDED]
    for chapter, names in content.report.by_chapter(recorded):
        code = chapter.code if chapter else "other"
        title = words.said(chapter.name) if chapter else _("Other indicators")
        yield tables.chapter_table(content, f"chapter-{code}", title, names)


def _completeness(content: PulsoContent) -> Iterable[Block]:
    rows = [one for one in content.reporting if one.units_due]
    if not rows:
        yield Paragraph(_("No register says yet which units must report to it."))
        return
    names = register_names()
    bars = []
    for one in rows:
        share = FULL * one.units_in_time / one.units_due
        bars.append(charts.Bar(names.get(one.register, one.register), share, f"{share:.0f} %"))
    alt = _("Bars: share of units that reported in time, by register. %(told)s.") % {
        "told": "; ".join(f"{bar.label}: {bar.words}" for bar in bars)
    }
    title = _("Share of units that reported in time")
    yield Picture(charts.bars(bars, title, FULL), alt, title)
    yield tables.reporting_table(rows, names, content.names, "completeness")
    yield Paragraph(_("By state: in the workbook and in the CSV files."))


def _claims(content: PulsoContent) -> Iterable[Block]:
    """What was published, with the verdict of this set on each."""
    counted = Counter(one.comparison.verdict for one in content.claims)
    listed = [f"{words_said}: {counted[code]}" for code, words_said in verdict_words().items() if counted[code]]
    yield Paragraph(
        _(
            "Published on other days by others, so a difference may be a difference of date or of scope. Growth is "
            "never typed: it is reckoned from two values. %(told)s."
        )
        % {"told": "; ".join(listed)}
    )
    yield tables.claims_table(content)


def _waiting(content: PulsoContent) -> Iterable[Block]:
    if content.not_recorded:
        yield Paragraph(
            _("These indicators are defined and checked, and no register holds their records yet. None of them is 0.")
        )
        yield tables.not_recorded_table(content)


def _checks(content: PulsoContent) -> tuple[str, ...]:
    identity = content.identity
    return (
        _(
            "Every number has a permanent address, which shows its definition, numerator, denominator, completeness "
            "and the records behind it. In this document each number is a link to it."
        ),
        _(
            "The values of this report were frozen once, from the registers as they stood at the end of the cut-off; "
            "reckoned again from the same snapshot they give the same bytes."
        ),
        _(
            "The same set of values gives the same files of this report, byte by byte; the manifest beside them lists "
            "the SHA-256 of each."
        ),
        _("Counts of few people are held back, also where they could be found by subtraction."),
        _("Open data, definitions and earlier cut-offs: %(address)s") % {"address": f"{identity.address}/pulso/"},
        f"{_('Licence')}: {LICENCE}",
    )
