"""The report of a published set for everybody: which files there are, and each of them."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from pathlib import Path
from typing import TYPE_CHECKING

from csp.constants import SELF
from csp.decorators import csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.queries.values import sets_visible_to
from bienestar.web.components.downloads import XLSX
from bienestar.web.page import Link, address
from bienestar.web.pulso_report.files import LANGUAGES, MANIFEST
from bienestar.web.pulso_report.kept import folder_with_files, kept_folder, make_unless_busy
from bienestar.web.reports.workbook import sheet_name

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

log = logging.getLogger(__name__)
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": XLSX,
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
}
READ_IN_PLACE = {".html", ".pdf"}


@require_safe
def all_files(request: HttpRequest, number: int) -> HttpResponse:
    """The files of a set's report with the size and the hash of each.

    While they are not made the page answers at once, and asks again for itself with ``hacer``, which makes them: a
    reader sees that it works, and one process at most is busy with it.
    """
    value_set = _published(number)
    asked, failed = "hacer" in request.GET, False
    folder = kept_folder(value_set)
    if folder is None and asked:
        try:
            folder = make_unless_busy(value_set)
        except Exception:  # whatever it was, the figures of the set stand, and the reader is told
            log.exception("The report of set %s could not be made.", number)
            failed = True
    crumbs = [
        Link(_("The Pulso: the country"), address("pulso")),
        Link(date_format(value_set.cut_off), address("pulso_set", number)),
        Link(_("The report")),
    ]
    if folder is None:
        context = {"set": value_set, "asked": asked, "failed": failed, "crumbs": crumbs}
        return render(request, "pulso_report/files.html", context)
    manifest = next(folder.glob(f"*-{MANIFEST}"))
    listed = sorted(json.loads(manifest.read_bytes())["files"], key=_as_people_ask)
    for one in listed:
        one["url"] = address("pulso_report_file", number, one["name"])
        one["words"] = _words(one["name"])
    languages = {code: [one for one in listed if f"-{code}" in one["name"]] for code in LANGUAGES}
    context = {
        "set": value_set,
        "languages": [
            (_("In Spanish"), "es", languages["es"]),
            (_("In English"), "en", languages["en"]),
            (_("In both languages"), "", [one for one in listed if one["name"].endswith(".json")]),
        ],
        "manifest": address("pulso_report_file", number, manifest.name),
        "crumbs": crumbs,
    }
    return render(request, "pulso_report/files.html", context)


def _words(name: str) -> str:
    """What a file of the report is, in the reader's language whatever the file's."""
    kinds = {
        ".html": _("The report as a page (HTML)"),
        ".pdf": _("The report as a document to print (PDF)"),
        ".xlsx": _("Every table in one workbook (XLSX)"),
        ".json": _("Every figure, for programs (JSON)"),
    }
    path = Path(name)
    if path.suffix in kinds:
        return kinds[path.suffix]
    tables = {
        "country": _("Table: the whole country (CSV)"),
        "states": _("Table: state by state (CSV)"),
        "municipalities": _("Table: municipality by municipality (CSV)"),
        "splits": _("Table: the country by sex, age, type of unit and the like (CSV)"),
        "trends": _("Table: every cut-off (CSV)"),
        "completeness": _("Table: who has reported (CSV)"),
        "completeness_states": _("Table: who has reported, state by state (CSV)"),
        "claims": _("Table: published figures beside ours (CSV)"),
        "not_recorded": _("Table: what is not yet recorded (CSV)"),
        "rules": _("Table: the rule of every indicator (CSV)"),
    }
    for language in LANGUAGES:
        with translation.override(language):
            for key, words in tables.items():
                if path.stem.endswith(f"-{language}-{sheet_name(key)}"):
                    return words
    return name


def _as_people_ask(one: dict[str, str]) -> tuple[int, str]:
    """What is read first, what is reckoned with after it."""
    return list(KINDS).index(Path(one["name"]).suffix), one["name"]


@require_safe
def one_file(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One file of a set's report; 404 where the report has no such file."""
    folder = folder_with_files(_published(number))
    path = next((one for one in folder.iterdir() if one.name == name), None)
    if path is None:
        raise Http404(name)
    return _answer(request, path)


def _answer(request: HttpRequest, path: Path) -> HttpResponse:
    content = path.read_bytes()
    answer = HttpResponse(content, content_type=KINDS[path.suffix])
    how = "inline" if path.suffix in READ_IN_PLACE else "attachment"
    answer.headers["Content-Disposition"] = f'{how}; filename="{path.name}"'
    if path.suffix != ".html":
        return answer
    # The file carries its own style, which is allowed by its hash and nothing else is.
    style = re.search(rb"<style>(.*?)</style>", content, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style[1] if style else b"").digest()).decode()
    policy = csp_update({"style-src": [SELF, f"'sha256-{digest}'"]})
    allowed: HttpResponse = policy(lambda _request: answer)(request)
    return allowed


def _published(number: int) -> ValueSet:
    """A published set; 404 for a draft and for a number that there is not, whoever asks."""
    found = sets_visible_to(PublicUser()).filter(pk=number).first()
    if found is None:
        raise Http404(number)
    return found
