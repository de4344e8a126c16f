"""The lists that enrolment chooses from."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Result(models.TextChoices):
    """What an eligibility check concluded. Whatever it says, the person is attended."""

    ELIGIBLE = "eligible", _("without social security: eligible")
    COVERED = "covered", _("covered by another institution")
    UNKNOWN = "unknown", _("not known yet")
    CONTESTED = "contested", _("contested")


class CheckBasis(models.TextChoices):
    """What made the conclusion."""

    MATCH = "match", _("comparison with the rolls")
    LOOKUP = "lookup", _("look-up at registration")
    PERSON = "person", _("a person decided")


class Engine(models.TextChoices):
    """What computed a match."""

    DUCKDB = "duckdb", "DuckDB"
    SPARK = "spark", "Spark"


class PairKind(models.TextChoices):
    """What two records a reviewer compares."""

    ENTRY = "entry", _("a person and an entry of a roll")
    PERSONS = "persons", _("two persons")


class Verdict(models.TextChoices):
    """What a reviewer decided of a pair."""

    SAME = "same", _("the same person")
    DIFFERENT = "different", _("two different people")


class PieceStage(models.TextChoices):
    """Where a piece is, and what became of it."""

    WAITING = "waiting", _("to be printed")
    PRINTED = "printed", _("printed")
    SPOILED = "spoiled", _("spoiled")
    SHIPPED = "shipped", _("on the way")
    RECEIVED = "received", _("in stock at the module")
    MISSING = "missing", _("missing")
    DELIVERED = "delivered", _("delivered")
    RETURNED = "returned", _("returned")


#: From which stages a piece comes to each stage. What is printed never becomes unprinted.
PIECE_COMES_FROM: dict[PieceStage, frozenset[PieceStage]] = {
    PieceStage.PRINTED: frozenset({PieceStage.WAITING}),
    PieceStage.SHIPPED: frozenset({PieceStage.PRINTED}),
    # A missing piece may be found.
    PieceStage.RECEIVED: frozenset({PieceStage.SHIPPED, PieceStage.MISSING}),
    PieceStage.MISSING: frozenset({PieceStage.SHIPPED, PieceStage.RECEIVED}),
    PieceStage.SPOILED: frozenset({PieceStage.PRINTED, PieceStage.SHIPPED, PieceStage.RECEIVED, PieceStage.MISSING}),
    PieceStage.DELIVERED: frozenset({PieceStage.RECEIVED}),
    PieceStage.RETURNED: frozenset({PieceStage.RECEIVED}),
}


class BatchStage(models.TextChoices):
    """How far a print batch is."""

    OPEN = "open", pgettext_lazy("batch", "being put together")
    PRINTING = "printing", pgettext_lazy("batch", "being printed")
    PRINTED = "printed", pgettext_lazy("batch", "printed")
    SHIPPED = "shipped", pgettext_lazy("batch", "shipped")
    RECEIVED = "received", pgettext_lazy("batch", "received at the module")
    CLOSED = "closed", pgettext_lazy("batch", "closed")
