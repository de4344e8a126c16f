"""How the report writes a value: its digits, its unit, its permanent address, or why there is none."""

from __future__ import annotations

from urllib.parse import quote

from bienestar.insight.indicators.queries.values import Value
from bienestar.web.pulso.words import places_of, status_words
from bienestar.web.pulso.words import told as said
from bienestar.web.pulso_report.content import PulsoContent
from bienestar.web.reports.blocks import Amount

AMOUNT_DECIMALS = 1


def address_of(content: PulsoContent, one: Value) -> str:
    """The permanent address of a value, where its definition and the records behind it are."""
    base = f"{content.identity.address}/pulso/valor/{content.identity.number}/{one.indicator}/{one.code}/"
    return f"{base}{quote(one.split)}/{quote(one.member)}/" if one.split else base


def decimals_of(content: PulsoContent, indicator: str) -> int:
    """How many decimals values of an indicator are written with."""
    return content.units[content.definitions[indicator].unit].decimals


def amount(content: PulsoContent, one: Value) -> Amount:
    """The value with its address; words where nothing may or can be said."""
    words, places = "" if one.value is not None else status_words(one.status), decimals_of(content, one.indicator)
    if one.value is not None:
        places = places_of(float(one.value), content.definitions[one.indicator], places)
    return Amount(one.value, places, words, address_of(content, one))


def plain(value: float | None) -> Amount | str:
    """A number without an address of its own, such as a numerator; nothing where something else says why."""
    if value is None:
        return ""
    return Amount(value, 0 if float(value).is_integer() else AMOUNT_DECIMALS)


def unit_words(content: PulsoContent, indicator: str) -> str:
    """What values of an indicator count."""
    return said(content.units[content.definitions[indicator].unit])


def with_unit(content: PulsoContent, one: Value) -> str:
    """ "66.7 %", "12 hospitals", "not known"."""
    told = amount(content, one)
    return told.text if told.value is None else f"{told.text} {unit_words(content, one.indicator)}"


def title_of(content: PulsoContent, indicator: str) -> str:
    """ "FAC-01 · Hospitals operating"."""
    return f"{indicator} · {said(content.definitions[indicator].name)}"
