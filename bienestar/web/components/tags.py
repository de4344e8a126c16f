"""Template tags and filters of every page: numbers with their units, what is not known, tables, links."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import template
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bienestar.calculations.cards import folio as folios
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import access_of
from bienestar.foundation.definitions.catalogue import catalogue, unit_type_name
from bienestar.foundation.definitions.catalogue import resource_name as name_of_resource
from bienestar.foundation.definitions.indicators import indicators
from bienestar.foundation.definitions.standards import standards
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.planning.queries.sentences import reason_sentence
from bienestar.web.components.tables import Table
from bienestar.web.notices import said
from bienestar.web.page import address

register = template.Library()


@register.simple_tag
def not_known() -> SafeString:
    """The words for what nobody has counted: never an empty cell, never a zero."""
    return format_html('<span class="not-known">{}</span>', _("not known"))


@register.filter
def quantity(value: float | Decimal | str | None) -> str | SafeString:
    """A count as people write it: 1,234 or 1.5; None is "not known"; words are left as they are."""
    if value is None or value == "":
        return not_known()
    if isinstance(value, str):
        return value
    # A tenth matters of 1.6 posts and of nothing that is counted by the thousand.
    whole_number = abs(value) >= 1000 or round(value, 1) == round(value)
    return number_format(round(value, 1), decimal_pos=0 if whole_number else 1, use_l10n=True, force_grouping=True)


@register.filter
def whole(value: float | None) -> str | SafeString:
    """A quantity shown without decimals: people reckoned by shares are not whole, people on a page are."""
    return quantity(None if value is None else round(value))


@register.filter
def disclosed(cell: Any) -> str | SafeString:
    """A figure for everybody: "fewer than 5" where the people counted are few."""
    return _("fewer than 5") if cell.few else quantity(cell.value)


@register.filter
def short(value: float) -> str:
    """A number beside an axis: 250, 1.5, 120,000."""
    return number_format(value, decimal_pos=0 if value == int(value) else 1, use_l10n=True, force_grouping=True)


@register.filter
def decimals(value: float | None, places: int) -> str | SafeString:
    """A number with a fixed count of decimals, so that a column lines up."""
    if value is None:
        return not_known()
    return number_format(round(value, int(places)), decimal_pos=int(places), use_l10n=True, force_grouping=True)


@register.filter
def percent(part: float | None, whole: float | None) -> str | SafeString:
    """``part`` of ``whole`` in per cent, no decimals; not known without a whole."""
    if part is None or not whole:
        return not_known()
    return f"{number_format(round(100 * part / whole), decimal_pos=0, use_l10n=True)} %"


@register.filter
def pesos(value: float | Decimal | None) -> str | SafeString:
    """An amount in pesos, whole; None is "not known"."""
    if value is None:
        return not_known()
    amount = number_format(round(value), decimal_pos=0, use_l10n=True, force_grouping=True)
    return _("%(amount)s pesos") % {"amount": amount}


@register.filter
def millions(value: float | Decimal | None) -> str | SafeString:
    """An amount in millions with one decimal, where the words "million pesos" stand beside it."""
    return decimals(None if value is None else float(value) / 1_000_000, 1)


@register.filter
def million_pesos(value: float | Decimal | None) -> str | SafeString:
    """An amount in millions of pesos with one decimal; None is "not known"."""
    if value is None:
        return not_known()
    amount = number_format(round(float(value) / 1_000_000, 1), decimal_pos=1, use_l10n=True, force_grouping=True)
    return _("%(amount)s million pesos") % {"amount": amount}


@register.filter
def resource_name(code: str) -> str:
    """The words for a resource code in the reader's language."""
    return name_of_resource(code, get_language() or "es")


@register.filter
def group_name(code: str) -> str:
    """The words for the group of a resource code, or for a group's own code."""
    group = catalogue().groups.get(code.split(".")[0])  # type: ignore[call-overload]
    return group.in_language(get_language() or "es") if group else code


@register.filter
def type_name(code: str) -> str:
    """The words for a unit type code."""
    return unit_type_name(code, get_language() or "es")


@register.filter
def service_name(code: str) -> str:
    """The words for a service by the standards in force; a code that they no longer have is shown as it is."""
    return standards().service_name(code, get_language() or "es")


@register.filter
def in_language(text: Any) -> str:
    """A ``Text`` of a definition file in the reader's language."""
    return text.in_language(get_language() or "es") if text else ""


@register.filter
def indicators_named(text: str) -> SafeString:
    """Words in which the id of another indicator stands, with its name instead, leading to its page."""
    parts = re.split(r"\b([A-Z]{2,3}-\d{2}[A-Z]?)\b", text)
    named = indicators() if len(parts) > 1 else {}
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', address("pulso_indicator", part), in_language(named[part].name)),)
            if part in named
            else (part,)
            for part in parts
        ),
    )


@register.inclusion_tag("components/badge.html")
def readiness(code: str) -> dict[str, Any]:
    """The badge of a service's readiness, in words; colour only repeats them."""
    return {"code": code, "words": Readiness(code).label}


@register.inclusion_tag("components/figure.html")
def figure(label: Any, value: Any, unit: Any = "", as_of: Any = None, note: Any = "") -> dict[str, Any]:
    """One figure with its unit, its date and how it is counted; stands inside ``<dl class="figures">``."""
    return {"label": label, "value": value, "unit": unit, "as_of": as_of, "note": note}


@register.inclusion_tag("components/figure.html")
def published(claim: Any) -> dict[str, Any]:
    """A figure that somebody else published, with who, when, what was said and how it was counted."""
    language = get_language() or "es"
    value = quantity(claim.value)
    said, how = claim.said.in_language(language), claim.how_counted.in_language(language)
    return {
        "label": _("Published: %(source)s") % {"source": claim.source},
        "value": _("more than %(value)s") % {"value": value} if claim.at_least else value,
        "as_of": claim.as_of,
        "note": f"{said} {how}",
    }


@register.inclusion_tag("components/field.html")
def field(field: Any) -> dict[str, Any]:
    """A form field: label, hint, error, control."""
    return {"field": field}


@register.inclusion_tag("components/summary_list.html")
def summary_list(rows: Any) -> dict[str, Any]:
    """Rows of (label, value[, note]); a value of None is "not known"."""
    return {"rows": rows}


@register.inclusion_tag("components/tabs.html")
def tabs(items: Any, label: str = "") -> dict[str, Any]:
    """Sub-pages as links: ``Link`` rows, the one without address is the page itself.

    Where a page has two rows of them, ``label`` tells them apart for who cannot see them.
    """
    return {"items": items, "label": label}


@register.inclusion_tag("components/table_head.html", takes_context=True)
def table_head(context: dict[str, Any], table: Table) -> dict[str, Any]:
    """The head of a table with a sort link in each sortable column; other parameters of the address are kept."""
    return {"columns": table.head(context["request"].GET)}


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Any, anchor: str = "", parameter: str = "page") -> dict[str, Any]:
    """Previous and next page of a Django ``Page``, keeping the other parameters of the address."""
    query = context["request"].GET.copy()

    def address(number: int) -> str:
        query[parameter] = str(number)
        return f"?{query.urlencode()}{anchor}"

    return {
        "page": page,
        "previous_url": address(page.previous_page_number()) if page.has_previous() else "",
        "next_url": address(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], permission: str, path: str) -> bool:
    """Whether the reader holds a permission over a path: ``{% may "export" area.path as exportable %}``."""
    return access_of(context["actor"]).can(Permission(permission), path)


@register.inclusion_tag("components/notice.html", takes_context=True)
def notice(context: dict[str, Any]) -> dict[str, Any]:
    """What the form sent before this page did, said once."""
    return {"sentence": said(context["request"])}


@register.simple_tag
def shortfall(code: str, repair: float, acquire: float) -> str:
    """What a service lacks of one resource: "Steriliser (to repair: 1, to get: 2)"; of staff, posts."""
    staff = code.startswith("staff.")
    parts = []
    if repair:
        parts.append((_("vacant posts: %(n)s") if staff else _("to repair: %(n)s")) % {"n": quantity(repair)})
    if acquire:
        parts.append((_("new posts: %(n)s") if staff else _("to get: %(n)s")) % {"n": quantity(acquire)})
    return f"{resource_name(code)} ({', '.join(parts)})"


@register.filter
def plan_reason(item: Any) -> str:
    """Why a plan chose or refused a service, as one sentence."""
    return reason_sentence(item)


@register.filter
def page_address(name: str, argument: Any) -> str:
    """The address of a page by its name, or "" where the product does not have it."""
    return address(name, argument)


@register.simple_tag(takes_context=True)
def folio_of(context: Any, card: Any) -> SafeString:
    """A card's folio, leading to the record of its holder where the reader may open it. ``card.person`` is at hand."""
    words = format_html("<code>{}</code>", folios.spoken(card.folio))
    page = address("person", card.person.uid)
    if not page or not access_of(context["actor"]).can(Permission.VIEW_PERSONS, card.person.path):
        return words
    return format_html('<a href="{}">{}</a>', page, words)


@register.filter
def spoken(folio: str) -> str:
    """A card's folio in groups of digits, as people read it aloud."""
    return folios.spoken(folio)


@register.filter
def closing_words(action: Any) -> str:
    """Which change of a record closes an improvement action."""
    return action.closes_when(get_language() or "es")
