"""Pages of published figures. Read as the public, whoever reads; a pasted text is neither kept nor logged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.foundation.definitions.claims import claims, rules
from bienestar.foundation.definitions.indicators import indicators
from bienestar.foundation.definitions.statements import statements
from bienestar.insight.indicators.queries.claims import (
    VERDICTS,
    CheckedClaim,
    Comparison,
    PublishedClaim,
    published_claims,
    read_text,
)
from bienestar.insight.indicators.queries.values import COUNTRY
from bienestar.web.page import Link

PAGE = 20
#: With this in the address the page comes with an example to check.
TRY = "ejemplo"


@dataclass(frozen=True)
class Row:
    """A claim of the list: its words, what it is compared with, and the rules that settle it."""

    claim: Any
    said: str
    unit: str
    comparison: Any
    verdict: str
    settled: list[tuple[str, str, str]]
    address: str
    indicators: list[tuple[str, str]]


def address_of(found: Comparison | CheckedClaim) -> str:
    """Where our value that a figure is compared with opens into its records; empty where it is of no single place."""
    single = found.code == COUNTRY or found.code.isdecimal()
    if found.value_set is None or not found.indicator or not single or found.computed is None:
        return ""
    return reverse("pulso_value", args=[found.value_set, found.indicator, found.code])


def verdict_words() -> dict[str, str]:
    """What each verdict says on the screen."""
    return {
        "agrees": _("Agrees with ours"),
        "differs": _("Differs from ours"),
        "not_recorded": _("Not yet recorded"),
        "no_indicator": _("No indicator found"),
        "not_checkable": _("Cannot be compared"),
    }


def crumbs(*last: Link) -> list[Link]:
    """The Pulso → published figures → …"""
    return [Link(_("The Pulso: the country"), reverse("pulso")), *last]


def tabs(here: str) -> list[Link]:
    """The two pages of published figures."""
    pages = (("published_claims", _("Published figures")), ("check_claims", _("Check a text")))
    return [Link(words, "" if name == here else reverse(name)) for name, words in pages]


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """Every claim kept as data beside ours, by source, verdict and words."""
    source, verdict = request.GET.get("source", ""), request.GET.get("verdict", "")
    words = request.GET.get("q", "").strip()[:100]
    every = [_row(one, request.LANGUAGE_CODE) for one in published_claims(PublicUser())]
    sources = {row.claim.id.partition("-")[0]: row.claim.source.name for row in every}
    rows = [
        row
        for row in every
        if (not source or row.claim.id.startswith(f"{source}-"))
        and (not verdict or row.comparison.verdict == verdict)
        and (not words or words.casefold() in f"{row.claim.id} {row.said} {row.claim.indicators}".casefold())
    ]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "found": len(rows),
        "all": len(every),
        "sources": sources,
        "source": source,
        "verdicts": {code: verdict_words()[code] for code in VERDICTS},
        "verdict": verdict,
        "words": words,
        "tabs": tabs("published_claims"),
        "crumbs": crumbs(Link(_("Published figures"))),
    }
    return render(request, "claims/published.html", context)


def _row(one: PublishedClaim, language: str) -> Row:
    claim, told = one.claim, rules()
    return Row(
        claim=claim,
        said=claim.said.in_language(language),
        unit=statements().units[claim.unit].name.in_language(language) if claim.unit else "",
        comparison=one.comparison,
        verdict=verdict_words()[one.comparison.verdict],
        settled=[
            (code, told[code].found.in_language(language), told[code].rule.in_language(language))
            for code in claim.rules
        ],
        address=address_of(one.comparison),
        indicators=[(code, name) for code in claim.indicators if (name := indicator_name(code, language))],
    )


def indicator_name(code: str | None, language: str) -> str:
    """An indicator in the reader's language; "" where the dictionary has no such indicator."""
    found = indicators().get(code or "")
    return found.name.in_language(language) if found else ""


@dataclass(frozen=True)
class Piece:
    """A figure of a pasted text with the words of its page."""

    found: CheckedClaim
    unit: str
    verdict: str
    checks: list[tuple[str, str, str]]
    address: str
    indicator: str


@sensitive_post_parameters("text")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """A form to paste a text, and its figures beside ours. The text goes back to who sent it and nowhere else."""
    limit = int(statements().limits.page_characters.value)
    context: dict[str, Any] = {"limit": limit, "tabs": tabs("check_claims"), "text": "", "try": TRY}
    context["crumbs"] = crumbs(Link(_("Published figures"), reverse("published_claims")), Link(_("Check a text")))
    if TRY in request.GET:
        context["text"] = _example(request)
    if request.method == "POST":
        text = request.POST.get("text", "")
        context["text"] = text
        if len(text) > limit:
            told = _("The text has %(length)s characters and this page takes %(limit)s: paste it in parts.")
            context |= {"wrong": told % {"length": len(text), "limit": limit}, "text": text[:limit]}
        elif not text.strip():
            context["wrong"] = _("Paste a text first.")
        else:
            read = read_text(PublicUser(), text)
            context["checked"] = True
            context["pieces"] = [_piece(one, request.LANGUAGE_CODE) for one in read.claims]
            context["left_out"] = [(one.text, _reasons()[one.reason]) for one in read.left_out]
    response = render(request, "claims/check.html", context, status=422 if "wrong" in context else 200)
    response["Cache-Control"] = "no-store"
    return response


def _piece(one: CheckedClaim, language: str) -> Piece:
    verdicts = {
        "consistent": _("The text's arithmetic holds"),
        "inconsistent": _("The text's arithmetic does not hold"),
        "computed": _("Reckoned from the text"),
    }
    checks = [
        (check.verdict, verdicts[check.verdict], check.working + _stated(check.stated, check.verdict))
        for check in one.checks
    ]
    unit = statements().units[one.unit].name.in_language(language)
    name = indicator_name(one.indicator, language)
    return Piece(one, unit, verdict_words()[one.verdict], checks, address_of(one), name)


def _stated(stated: Any, verdict: str) -> str:
    if stated is None or verdict != "inconsistent":
        return ""
    return "; " + _("the text says %(stated)s") % {"stated": f"{stated.normalize():,f}"}


def _example(request: HttpRequest) -> str:
    """A sentence to begin with: two claims of the list."""
    found = claims()
    return " ".join(found[code].said.in_language(request.LANGUAGE_CODE) for code in ("C001-13", "C001-14"))


def _reasons() -> dict[str, str]:
    return {
        "address": _("an address"),
        "age": _("an age"),
        "base": _("what a rate is of"),
        "code": _("a code or a name"),
        "date": _("a date"),
        "list": _("the number of a line or section"),
        "measure": _("a dose or a measure"),
        "notation": _("a notation"),
        "note": _("a note"),
        "ordinal": _("an ordinal"),
        "period": _("a period"),
        "reference": _("the number of a document, article or level"),
        "schedule": _("opening days or hours"),
        "telephone": _("a telephone number"),
        "time": _("a time of day"),
        "version": _("the number of a version"),
        "word": _("a word that is no count here"),
        "year": _("a year"),
    }
