"""What every page knows: who is reading, in which language, and the name of the product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def page_context(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    return {"demo": settings.DEMO}
