"""Every file of the report of a set, and the manifest with the hash of each."""

from __future__ import annotations

import json

from bienestar.web.pulso_report.content import PulsoContent
from bienestar.web.pulso_report.data import identity_of, json_of, sha256_of
from bienestar.web.pulso_report.present import present
from bienestar.web.reports.csv_files import csv_files_of
from bienestar.web.reports.html import html_of
from bienestar.web.reports.pdf import pdf_of
from bienestar.web.reports.workbook import workbook_of

LANGUAGES = ("es", "en")
MANIFEST = "manifest.json"


def files_of(content: PulsoContent, languages: tuple[str, ...] = LANGUAGES) -> dict[str, bytes]:
    """File name → bytes: data as JSON, then page, PDF, workbook and tables of each language, and the manifest last.

    The same content gives the same bytes.
    """
    stem = content.identity.stem
    data = json_of(content)
    found = {f"{stem}.json": data}
    for language in languages:
        document = present(content, language, sha256_of(data))
        found[f"{stem}-{language}.html"] = html_of(document).encode()
        found[f"{stem}-{language}.pdf"] = pdf_of(document)
        found[f"{stem}-{language}.xlsx"] = workbook_of(document)
        found |= {f"{stem}-{language}-{name}": table for name, table in csv_files_of(document).items()}
    return found | {f"{stem}-{MANIFEST}": manifest_of(content, found)}


def manifest_of(content: PulsoContent, files: dict[str, bytes]) -> bytes:
    """Which set, and name, size and SHA-256 of every file of its report."""
    listed = [{"name": name, "bytes": len(body), "sha256": sha256_of(body)} for name, body in sorted(files.items())]
    return (json.dumps({**identity_of(content), "files": listed}, ensure_ascii=False, indent=1) + "\n").encode()
