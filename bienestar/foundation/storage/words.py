"""Searching names as people type them: any case, with and without accents, on every database."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from django.db.models import Q


def holding(fields: Sequence[str], words: str) -> Q:
    """Rows of which one of ``fields`` holds every word, for names of catalogues in capitals and of people in small.

    SQLite ignores case for ASCII only, and PostgreSQL minds accents: so each spelling is asked for.
    """
    found = Q()
    for word in words.split():
        bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        spelled = Q(pk__in=[])
        for spelling in dict.fromkeys([word, word.lower(), word.upper(), word.title(), bare]):
            for field in fields:
                spelled |= Q(**{f"{field}__icontains": spelling})
        found &= spelled
    return found
