"""Form controls of the pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe


class LongSelect(forms.Select):
    """A select written in one go: Django renders a template for each option, and the catalogue has 140."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = set(self.format_value(value))
        parts = []
        for option, label in self.choices:
            if isinstance(label, list | tuple):
                inside = "".join(_option(code, words, chosen) for code, words in label)
                parts.append(f'<optgroup label="{conditional_escape(option)}">{inside}</optgroup>')
            else:
                parts.append(_option(option, label, chosen))
        attributes = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        # Each part has been escaped where it was made.
        return format_html("<select{}>{}</select>", attributes, mark_safe("".join(parts)))  # noqa: S308


def _option(value: Any, label: Any, chosen: set[str]) -> str:
    mark = " selected" if str(value) in chosen else ""
    return f'<option value="{conditional_escape(value)}"{mark}>{conditional_escape(label)}</option>'
