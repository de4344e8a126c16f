"""Storing where invented people live, so that their file can be loaded into a database that holds nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bienestar.demo.build import KIND, PUBLISHER
from bienestar.demo.make import NOT_REAL, CannotMix
from bienestar.demo.people.areas import Areas, invented_areas
from bienestar.foundation.journal.actions import keep_source
from bienestar.foundation.journal.queries import kinds_received
from bienestar.foundation.territory.actions import AreaRow, put_areas
from bienestar.foundation.territory.queries import COUNTRY_CODE

if TYPE_CHECKING:
    from bienestar.foundation.accounts.models import User


def store_places(by: User, places: Areas | None = None) -> int:
    """Store the country, its states and the municipalities of ``places``; how many municipalities.

    CannotMix where the database holds real data. Stored again, nothing changes.
    """
    if set(kinds_received(but_of=PUBLISHER)) - NOT_REAL:
        raise CannotMix("this database holds real data, and invented data is never mixed into it")
    codes = list(map(str, (places or invented_areas()).codes))
    source = keep_source(sha256="invented-places".ljust(64, "0"), kind=KIND, name="municipios", publisher=PUBLISHER)
    rows = [AreaRow(COUNTRY_CODE, "País inventado")]
    rows += [AreaRow(code, f"Estado inventado {code}") for code in sorted({code[:2] for code in codes})]
    rows += [AreaRow(code, f"Municipio inventado {code}") for code in codes]
    put_areas(by=by, rows=rows, source=source)
    return len(codes)
