"""Enrolment: who is eligible and on what evidence, pairs for review and what was decided, batches of cards."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.territory.models import Area
from bienestar.operations.enrolment.choices import (
    BatchStage,
    CheckBasis,
    Engine,
    PairKind,
    PieceStage,
    Result,
    Verdict,
)
from bienestar.registers.beneficiaries.models import Card, Person


class MatchRun(models.Model):
    """One comparison of the persons with the current rolls and with each other."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.CharField(max_length=150)
    engine = models.CharField(max_length=8, choices=Engine.choices)
    rolls = models.JSONField(default=list, help_text="[roll id, institution, cut-off] of each roll compared")
    model = models.JSONField(default=dict, help_text="weights learned, as calculations.linkage writes them")
    counts = models.JSONField(default=dict, help_text="persons, rolls, linked, covered, eligible, review…")

    def __str__(self) -> str:
        return f"{self.pk} {self.started_at:%Y-%m-%d}"


class EligibilityCheck(models.Model):
    """A dated conclusion about one person, with what each source said. Older ones stay; one is current."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="checks", db_index=False)
    checked_on = models.DateField()
    result = models.CharField(max_length=10, choices=Result.choices)
    institution = models.CharField(max_length=20, blank=True, help_text="who covers the person")
    valid_until = models.DateField(null=True, blank=True, help_text="until when it holds; then check again")
    evidence = models.JSONField(
        default=list, help_text="[institution, cut-off, found: yes/no/review/old/none/later] each"
    )
    basis = models.CharField(max_length=8, choices=CheckBasis.choices)
    decided_by = models.CharField(max_length=150)
    note = models.CharField(max_length=250, blank=True, help_text="no personal data")
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(is_current=True), name="one_current_check_a_person"),
            models.CheckConstraint(
                condition=Q(result=Result.COVERED) & ~Q(institution="") | ~Q(result=Result.COVERED) & Q(institution=""),
                name="covered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(result__in=[Result.ELIGIBLE, Result.COVERED]) | Q(valid_until__isnull=False),
                name="conclusion_has_a_last_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("checked_on")), name="check_period_in_order"
            ),
        ]
        indexes = [models.Index(fields=["person", "checked_on"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.result} {self.checked_on}"


class ReviewPair(models.Model):
    """Two records that the model can neither link nor part: a person decides.

    ``entry_data`` holds what the reviewer must see of a roll's entry; it is emptied when the pair is decided.
    """

    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="pairs")
    kind = models.CharField(max_length=8, choices=PairKind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    institution = models.CharField(max_length=20, blank=True)
    entry = models.CharField(max_length=64, blank=True, help_text="as Affiliation.entry")
    entry_data = models.JSONField(default=dict)
    weight = models.FloatField(help_text="match weight in bits")
    probability = models.FloatField()
    path = models.CharField(max_length=60, db_index=True, help_text="of the person; of two, what they share")
    waits_since = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "entry"],
                condition=Q(kind=PairKind.ENTRY),
                name="pair_with_entry_once",
            ),
            models.UniqueConstraint(
                fields=["person", "other"], condition=Q(kind=PairKind.PERSONS), name="pair_of_persons_once"
            ),
            models.CheckConstraint(
                condition=Q(kind=PairKind.ENTRY, other=None) & ~Q(entry="") & ~Q(institution="")
                | Q(kind=PairKind.PERSONS, institution="", entry="", person__lt=F("other")),
                name="pair_of_its_kind",
            ),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=1), name="pair_has_a_probability"),
        ]
        indexes = [models.Index(fields=["path", "-probability"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MatchDecision(models.Model):
    """What a person decided of two records: kept for ever, so that nobody is asked again. Undone, not deleted."""

    kind = models.CharField(max_length=8, choices=PairKind.choices)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="decisions")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    institution = models.CharField(max_length=20, blank=True)
    entry = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    weight = models.FloatField(null=True, blank=True, help_text="what the model had said")
    probability = models.FloatField(null=True, blank=True)
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    waits_since = models.DateTimeField(null=True, blank=True, help_text="of the pair, should the decision be undone")
    path = models.CharField(max_length=60, db_index=True)
    decided_by = models.CharField(max_length=150)
    decided_at = models.DateTimeField()
    note = models.CharField(max_length=250, blank=True, help_text="no personal data")
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution", "entry"],
                condition=Q(kind=PairKind.ENTRY, undone_at=None),
                name="decided_once_of_an_entry",
            ),
            models.UniqueConstraint(
                fields=["person", "other"],
                condition=Q(kind=PairKind.PERSONS, undone_at=None),
                name="decided_once_of_persons",
            ),
            models.CheckConstraint(
                condition=Q(kind=PairKind.ENTRY, other=None) & ~Q(entry="") & ~Q(institution="")
                | Q(kind=PairKind.PERSONS, institution="", entry="", person__lt=F("other")),
                name="decision_of_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by="") | Q(undone_at__isnull=False) & ~Q(undone_by=""),
                name="decision_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.verdict}"


class Module(models.Model):
    """An enrolment module: where people register and get their cards."""

    code = models.CharField(max_length=6, unique=True, help_text="state (2) and number (4): begins every folio")
    name = models.CharField(max_length=120)
    municipality = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=60, help_text="of its unit, or of its municipality")
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    last_serial = models.PositiveIntegerField(default=0, help_text="of the folios that it gave")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")), name="module_period_in_order"
            ),
            models.CheckConstraint(condition=Q(last_serial__lte=99_999_999), name="module_serial_has_eight_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class SigningKey(models.Model):
    """The public half of a key that signs cards, and when it may. The private half is a file, never a row."""

    kid = models.CharField(max_length=16, unique=True, help_text="four bytes as hexadecimal")
    public = models.CharField(max_length=64, unique=True, help_text="Ed25519, 32 bytes as hexadecimal")
    valid_from = models.DateField()
    retired_on = models.DateField(null=True, blank=True, help_text="signs no more; what it signed holds")
    compromised_on = models.DateField(
        null=True, blank=True, help_text="from this day on nothing that it signed is believed"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_on=None) | Q(retired_on__gte=F("valid_from")), name="key_period_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.kid


class StatusList(models.Model):
    """The list that tells verifiers which cards are revoked: its address, and how many positions it has given.

    There is one row; whoever gives a position holds it until the transaction ends, so that none is given twice.
    """

    uri = models.CharField(max_length=60, unique=True, help_text="stands in every token; never changed")
    positions = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.uri


class CardBatch(models.Model):
    """Cards printed together for one module, and how far they are."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveIntegerField(help_text="counts within the module")
    stage = models.CharField(max_length=8, choices=BatchStage.choices, default=BatchStage.OPEN)
    path = models.CharField(max_length=60, db_index=True, help_text="the module's")
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=150)
    printed = models.PositiveIntegerField(default=0, help_text="pieces that left the press, counted when they did")
    printed_at = models.DateTimeField(null=True, blank=True)
    shipped_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    carrier = models.CharField(max_length=120, blank=True, help_text="who took it, and under which number")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module", "number"], name="batch_number_once_a_module"),
            models.CheckConstraint(
                condition=Q(stage__in=[BatchStage.OPEN, BatchStage.PRINTING])
                | Q(printed_at__isnull=False, printed__gt=0),
                name="batch_printed_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[BatchStage.SHIPPED, BatchStage.RECEIVED]) | Q(shipped_at__isnull=False),
                name="batch_shipped_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(stage=BatchStage.RECEIVED) | Q(received_at__isnull=False), name="batch_received_on_a_day"
            ),
            models.CheckConstraint(
                condition=Q(stage=BatchStage.CLOSED, closed_at__isnull=False)
                | (~Q(stage=BatchStage.CLOSED) & Q(closed_at=None)),
                name="batch_closed_on_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.module_id}-{self.number}"


class CardPiece(models.Model):
    """One printed piece: a card may need a second one when the first is spoiled. What is printed is accounted for."""

    batch = models.ForeignKey(CardBatch, on_delete=models.PROTECT, related_name="pieces")
    card = models.ForeignKey(Card, on_delete=models.PROTECT, related_name="pieces")
    place = models.PositiveIntegerField(help_text="in the batch, from 1: sheet and slot follow from it")
    stage = models.CharField(max_length=9, choices=PieceStage.choices, default=PieceStage.WAITING)
    counted_at = models.DateTimeField(null=True, blank=True, help_text="last time somebody held it and scanned it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "place"], name="place_once_a_batch"),
            models.CheckConstraint(condition=Q(place__gte=1), name="places_begin_at_one"),
            models.UniqueConstraint(fields=["batch", "card"], name="piece_once_a_batch"),
            models.UniqueConstraint(
                fields=["card"],
                condition=~Q(stage__in=[PieceStage.SPOILED, PieceStage.RETURNED]),
                name="one_good_piece_a_card",
            ),
        ]
        indexes = [models.Index(fields=["batch", "stage"])]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.place}"


class PieceStep(models.Model):
    """One step of a piece: to which stage, when, by whom. What stood where on a day is reckoned from these."""

    piece = models.ForeignKey(CardPiece, on_delete=models.CASCADE, related_name="steps", db_index=False)
    stage = models.CharField(max_length=9, choices=PieceStage.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    note = models.CharField(max_length=250, blank=True, help_text="no personal data")

    class Meta:
        indexes = [models.Index(fields=["piece", "at"])]

    def __str__(self) -> str:
        return f"{self.piece_id} {self.stage}"


class StockCount(models.Model):
    """Somebody counts the pieces in stock at a module: what is held is scanned, the rest is missing."""

    module = models.ForeignKey(Module, on_delete=models.PROTECT, related_name="counts")
    path = models.CharField(max_length=60, db_index=True, help_text="the module's")
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=150)
    finished_at = models.DateTimeField(null=True, blank=True)
    held = models.PositiveIntegerField(default=0, help_text="pieces scanned")
    missed = models.PositiveIntegerField(default=0, help_text="pieces that should have been there")
    found = models.PositiveIntegerField(default=0, help_text="missing before, and there")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["module"], condition=Q(finished_at=None), name="one_open_count_a_module")
        ]

    def __str__(self) -> str:
        return f"{self.module_id} {self.started_at:%Y-%m-%d}"
