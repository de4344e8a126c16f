"""Indicators, sets of values and values. Anybody reads what is published; officials what their role lets them see."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Field, Path, Query, Router, Schema
from ninja.pagination import paginate

from bienestar.api.paging import NumberInPath, Pages, RowNumber, Words
from bienestar.api.readers import ANYBODY
from bienestar.foundation.accounts.queries import Actor
from bienestar.foundation.definitions.indicators import Indicator, indicators, units_of_measure
from bienestar.insight.indicators.choices import SetStage, ValueLevel, ValueStatus
from bienestar.insight.indicators.queries.values import (
    COUNTRY,
    definitions_of,
    newest_set,
    series_of,
    sets_visible_to,
    value_of,
    values_of,
)

router = Router(tags=["indicators"], auth=ANYBODY)
Place = Annotated[str, Field(pattern=r"^(MX|[0-9]{2}|[0-9]{5})$")]
CodeInPath = Annotated[str, Path(max_length=60, pattern=r"^[^\x00]*$")]


class Listed(Pages):
    """The same pages over rows that are at hand."""

    def paginate_queryset(
        self, queryset: Sequence[Any], pagination: Pages.Input, request: HttpRequest, **params: Any
    ) -> dict[str, Any]:
        return {
            "items": list(queryset[pagination.offset : pagination.offset + pagination.limit]),
            "count": len(queryset),
            "limit": pagination.limit,
            "offset": pagination.offset,
        }


class MeasureOut(Schema):
    """An amount: rows of a frozen table that fit a condition, and what is reckoned of them."""

    table: str | None = None
    where: str = ""
    by: list[str] = []
    having: str = ""
    value: str = ""
    indicator: str | None = Field(None, description="another indicator's numerator, in place of a table")


class IndicatorOut(Schema):
    """A published number's rule, in the reader's language."""

    id: str
    version: int
    name: str
    why: str
    method: str
    unit: str
    unit_name: str
    numerator: MeasureOut | None
    denominator: MeasureOut | None
    times: float
    change_of: str | None
    period: str
    days: int | None
    geography: list[str]
    splits: list[str]
    direction: str
    caveats: list[str]
    minimum_evidence: str
    owner: str
    reviewed_on: dt.date

    @staticmethod
    def of(one: Indicator) -> dict[str, Any]:
        """What is told of a definition."""
        language = get_language() or "es"
        unit = units_of_measure().get(one.unit)
        told = one.model_dump(exclude={"name", "why", "method", "caveats", "minimum_evidence", "owner"})
        for text in ("name", "why", "method", "minimum_evidence", "owner"):
            told[text] = getattr(one, text).in_language(language)
        told["caveats"] = [caveat.in_language(language) for caveat in one.caveats]
        told["unit_name"] = unit.in_language(language) if unit else one.unit
        return told


class SetOut(Schema):
    """Every indicator over one snapshot, by one version of the rules; frozen."""

    id: int = Field(alias="pk")
    cut_off: dt.date
    stage: SetStage
    computed_at: dt.datetime
    published_at: dt.datetime | None
    values: int
    sha256: str
    definitions_sha256: str
    snapshot_sha256: str = Field(alias="snapshot.sha256")
    note: str


class ValueOut(Schema):
    """A value. Null is not a number that is nought: ``status`` says why there is none.

    ``rows``: records behind the numerator. ``completeness``: share of the units that must report and have, in time.
    """

    indicator: str
    version: int
    level: ValueLevel
    code: str
    state: str
    municipality: str
    split: str
    member: str
    numerator: float | None
    denominator: float | None
    value: float | None
    status: ValueStatus
    rows: int | None
    units_due: int | None
    units_reported: int | None
    completeness: float | None
    public: bool


class EarlierOut(Schema):
    """The same value in the newest published set of a cut-off."""

    set: int
    cut_off: dt.date
    value: ValueOut


class ValueEvidenceOut(Schema):
    """A value with what it rests on: its rule, its set, the same value at every published cut-off."""

    value: ValueOut
    definition: IndicatorOut
    set: SetOut
    series: list[EarlierOut]


class ValueFilter(Schema):
    """Which values: of an indicator, at a level, inside a place, by a split."""

    set_number: RowNumber | None = Field(None, alias="set", description="the newest published set unless told")
    indicator: Words
    level: ValueLevel | None = Field(None, description="all levels unless told")
    under: Place = Field(COUNTRY, description="MX, a state's or a municipality's code")
    split: Words = Field("", description="a split's name; empty: undivided values")


def _set(by: Actor, number: int | None) -> Any:
    """A set that the reader may see, the newest published one without a number; 404."""
    found = newest_set(by) if number is None else sets_visible_to(by).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


@router.get("/indicators", response=list[IndicatorOut])
@paginate(Listed)
def indicator_list(request: HttpRequest) -> list[dict[str, Any]]:
    """The rules in force. The rule of an old value stands with its evidence."""
    return [IndicatorOut.of(one) for one in indicators().values()]


@router.get("/indicators/{name}", response=IndicatorOut)
def indicator(request: HttpRequest, name: CodeInPath) -> dict[str, Any]:
    """One rule in force."""
    found = indicators().get(name)
    if found is None:
        raise Http404
    return IndicatorOut.of(found)


@router.get("/sets", response=list[SetOut])
@paginate(Pages)
def sets(request: HttpRequest) -> Any:
    """Sets of values, the newest cut-off first; drafts only for who may see indicators."""
    return sets_visible_to(request.auth)


@router.get("/values", response=list[ValueOut])
@paginate(Listed)
def values(request: HttpRequest, wanted: Query[ValueFilter]) -> list[Any]:
    """Values of an indicator; what tells of few people is withheld from who may not see it."""
    by = request.auth
    found = _set(by, wanted.set_number)
    if wanted.indicator not in definitions_of(found):
        raise Http404
    level = str(wanted.level.value) if wanted.level else None
    return values_of(by, found, wanted.indicator, level=level, under=wanted.under, split=wanted.split)


@router.get("/values/{number}/{name}/{code}", response=ValueEvidenceOut)
def evidence(
    request: HttpRequest,
    number: NumberInPath,
    name: CodeInPath,
    code: CodeInPath,
    split: Words = "",
    member: Words = "",
) -> dict[str, Any]:
    """One value with its rule, its set, and the same value at every published cut-off."""
    by = request.auth
    found = _set(by, number)
    definition = definitions_of(found).get(name)
    if definition is None:
        raise Http404
    return {
        "value": value_of(by, found, name, code, split, member),
        "definition": IndicatorOut.of(definition),
        "set": found,
        "series": [
            {"set": one.number, "cut_off": one.cut_off, "value": value}
            for one, value in series_of(by, name, code, split, member)
        ],
    }
