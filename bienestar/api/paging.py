"""Pages of a list: ``limit`` and ``offset``, and shapes of parameters that every list shares."""

from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Path, Schema
from ninja.pagination import PaginationBase

# A zero byte is text to SQLite and an error to PostgreSQL: refused for both.
Words = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
RowNumber = Annotated[int, Field(ge=1, lt=2**63)]
KeyInPath = Annotated[str, Path(max_length=20, pattern=r"^[^\x00]*$")]
NumberInPath = Annotated[int, Path(ge=1, lt=2**63)]


class Pages(PaginationBase):
    """``{items, count, limit, offset}``; ``count`` is of the whole list."""

    class Input(Schema):
        limit: int = Field(100, ge=1, le=1000, description="rows of a page")
        offset: int = Field(0, ge=0, lt=2**31, description="rows to pass over")

    class Output(Schema):
        items: list[Any]
        count: int
        limit: int
        offset: int

    def paginate_queryset(
        self, queryset: QuerySet[Any], pagination: Input, request: HttpRequest, **params: Any
    ) -> dict[str, Any]:
        return {
            "items": list(queryset[pagination.offset : pagination.offset + pagination.limit]),
            "count": queryset.order_by().count(),
            "limit": pagination.limit,
            "offset": pagination.offset,
        }
