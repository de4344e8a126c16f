"""The messages that the program says: every msgid in its Python files and templates, found without GNU gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parent.parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
TEXT = r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# What Django's templatize makes of translate tags; a plural's second form shares the entry of its first.
IN_TEMPLATE = re.compile(rf"(?<!\w)(?:n?gettext|_)\(\s*u?{TEXT}")


def used_messages(package: Path = PACKAGE) -> Iterator[tuple[str, Path]]:
    """Each msgid with a file that says it; one that several files say comes more than once."""
    for path in sorted(package.rglob("*.py")):
        with path.open("rb") as source:
            for _line, message, _comments, _context in extract("python", source, keywords=KEYWORDS):
                yield message if isinstance(message, str) else message[0], path
    for path in sorted(package.rglob("*.html")):
        told = templatize(path.read_text(encoding="utf-8"), origin=str(path))
        for found in IN_TEMPLATE.finditer(told):
            yield ast.literal_eval(found.group(1)), path
