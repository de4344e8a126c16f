"""The published totals as a file that explains itself: what, of when, under which licence, with its fingerprint."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bienestar.insight.indicators.queries.open_data import LICENCE
from bienestar.web.components.downloads import csv_text, text_file
from bienestar.web.public.rows import columns, table
from bienestar.web.public.views import Published, published_of


@require_safe
def totals(request: HttpRequest, code: str, run: int) -> HttpResponse:
    """Every published total of a territory, the same as on its page."""
    found = published_of(code, run)
    resources, services = found.rows(request.LANGUAGE_CODE)
    told = columns()
    body = csv_text([name for name, _words in told], table(resources, services))
    link = request.build_absolute_uri(reverse("public_run", args=[code, run]))
    lines = [*_preamble(found, link), *(f"{name}: {words}" for name, words in told)]
    lines.append(_("empty: does not apply; unknown: nobody has counted it, which is not zero; <5: fewer than 5 people"))
    lines.append(f"sha256: {hashlib.sha256(body.encode()).hexdigest()} ({_('of all that follows this line')})")
    before = "".join(f"# {line}\n" for line in lines)
    return text_file(f"bienestar-{code}-{found.run.as_of.isoformat()}-{run}.csv", before + body)


def _preamble(found: Published, link: str) -> list[str]:
    run = found.run
    return [
        f"{_('Diagnosis')}: {found.area.name} ({found.area.code}), {run.as_of.isoformat()}",
        f"{_('Published')}: {run.published_at.date().isoformat()}",
        f"{_('Standards')}: {run.standards.version}, sha256 {run.standards.sha256}",
        f"{_('Hash of the lines of the diagnosis')}: {run.records_sha256}",
        f"{_('Permanent link')}: {link}",
        f"{_('Licence')}: {LICENCE}",
    ]
