"""One sentence that the next page shows once: what the form just did."""

from __future__ import annotations

from django.http import HttpRequest

KEY = "notice"


def say(request: HttpRequest, sentence: str) -> None:
    """Keep a sentence for the next page that the reader opens."""
    request.session[KEY] = str(sentence)


def said(request: HttpRequest) -> str:
    """The sentence kept, which is then forgotten; "" when there is none."""
    return request.session.pop(KEY, "") if KEY in request.session else ""
