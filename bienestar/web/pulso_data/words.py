"""Sets, places and numbers in words, for the pages of data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import Http404
from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_by_code
from bienestar.insight.indicators.queries.values import COUNTRY, newest_set, published_sets


def told(text: Any) -> str:
    """A ``Text`` of a definition in the reader's language."""
    return str(text.in_language(get_language() or "es"))


def register_name(table: str) -> str:
    """A register's name; its code where its description is gone."""
    shape = frozen_tables().get(table)
    return told(shape.name) if shape else table


def number(value: Any, decimals: int | None = None) -> str:
    """A number as people write it; without ``decimals`` it has one where it is not whole. None: not known."""
    if value is None:
        return _("not known")
    places = decimals if decimals is not None else 0 if value == round(value) else 1
    return str(number_format(round(value, places), decimal_pos=places, use_l10n=True, force_grouping=True))


def signed(value: Any, decimals: int | None = None) -> str:
    """A difference with its sign."""
    if value is None:
        return _("not known")
    words = number(abs(value), decimals)
    return words if not value else f"{'+' if value > 0 else '−'}{words}"


def signed_percent(share: float | None) -> str:
    """A growth in per cent with its sign."""
    return _("not known") if share is None else f"{signed(100 * share, 2)} %"


def states() -> dict[str, str]:
    """Names of states by their code."""
    return {code: area.name for code, area in sorted(areas_by_code(Level.STATE).items())}


def place_name(code: str) -> str:
    """The country's or a state's name; its code where no territory has it."""
    level = Level.COUNTRY if code == COUNTRY else Level.STATE if len(code) == 2 else Level.MUNICIPALITY
    area = areas_by_code(level, [code]).get(code)
    return str(area.name) if area else code


def municipalities(codes: Iterable[str]) -> dict[str, str]:
    """Names of municipalities by their code."""
    return {code: area.name for code, area in areas_by_code(Level.MUNICIPALITY, codes).items()}


def published_set(number_asked: str | int | None) -> Any:
    """The published set of that number, the newest without one; 404 where there is none."""
    if not number_asked:
        found = newest_set(PublicUser())
    else:
        found = next((one for one in published_sets() if str(one.number) == str(number_asked)), None)
    if found is None:
        raise Http404("no such published set")
    return found
