"""Compiles the translations: every ``django.po`` becomes the ``django.mo`` that Django reads, without GNU gettext.

Run as ``python -m bienestar.config.translations``. It imports no settings, so that set-up can call it first.
"""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "web" / "locale"


def compile_translations(folder: Path = LOCALE) -> list[Path]:
    """Write a .mo beside each .po that is newer than it; return those written."""
    written = []
    for po in sorted(folder.glob("*/LC_MESSAGES/django.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        with po.open("rb") as source:
            catalog = read_po(source, locale=po.parent.parent.name)
        with mo.open("wb") as target:
            write_mo(target, catalog)
        written.append(mo)
    return written


def main() -> None:
    """Compile, and say what was written."""
    for mo in compile_translations():
        sys.stdout.write(f"· Compiled the translation {mo.parent.parent.name}\n")


if __name__ == "__main__":
    main()
