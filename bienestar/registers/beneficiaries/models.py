"""Persons: one record each, what they are found by, the institutions that cover them, and their cards."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.models import Area
from bienestar.registers.beneficiaries.choices import ENDED, Basis, CardStage, IdentifierKind, Precision, Purpose


class Person(models.Model):
    """A person. ``uid`` is random and says nothing of them: it is what addresses and the journal carry.

    ``path`` is where the person is attended: the path of the assigned unit, or of the municipality of the home where
    there is none; territory limits compare it. A row with ``merged_into`` is the same person as that row: it is never
    shown by itself, its identifiers, affiliations and cards count as the other's, and undoing the merge is emptying
    the field.
    """

    uid = models.CharField(max_length=12, unique=True)
    given_names = models.CharField(max_length=120, help_text="as given, accents and all")
    first_surname = models.CharField(max_length=80)
    second_surname = models.CharField(max_length=80, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    birth_precision = models.CharField(max_length=8, choices=Precision.choices, default=Precision.DAY)
    sex = models.CharField(max_length=1, blank=True, help_text="a letter of definitions/people.yaml; empty: not told")
    birth_state = models.CharField(max_length=2, blank=True, help_text="RENAPO's two letters; NE: abroad")
    told_curp = models.CharField(
        max_length=18, blank=True, help_text="a CURP as told that does not hold; compared, and never an identifier"
    )
    home = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", help_text="municipality or locality")
    locality_name = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=250, blank=True)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    path = models.CharField(max_length=60, db_index=True)
    died_on = models.DateField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged")
    registered_at = models.DateTimeField(auto_now_add=True)
    registered_by = models.CharField(max_length=150)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(birth_precision=Precision.UNKNOWN, birth_date=None)
                | (~Q(birth_precision=Precision.UNKNOWN) & Q(birth_date__isnull=False)),
                name="person_birth_date_as_precise",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="person_not_merged_into_itself"),
            models.CheckConstraint(condition=Q(path__endswith="/"), name="person_path_ends_in_slash"),
            models.CheckConstraint(
                condition=Q(died_on=None) | Q(birth_date=None) | Q(died_on__gte=F("birth_date")),
                name="person_dies_after_birth",
            ),
            models.CheckConstraint(condition=~Q(given_names="") | ~Q(first_surname=""), name="person_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.uid  # a name would end in a log one day


class PersonIdentifier(models.Model):
    """What a person is found by: CURP, temporary folio, number in the register they came from."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=8, choices=IdentifierKind.choices)
    value = models.CharField(max_length=80, help_text="of kind origin: publisher:number")
    since = models.DateField()
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value"], name="identifier_of_one_person"),
            models.UniqueConstraint(fields=["person"], condition=Q(kind=IdentifierKind.CURP), name="one_curp_a_person"),
        ]

    def __str__(self) -> str:
        return self.kind


class NameKey(models.Model):
    """A hash of two name parts by sound, in no order: what a search by name looks up (``calculations.names``)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="name_keys", db_index=False)
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="name_key_once_a_person")]
        indexes = [models.Index(fields=["key"], name="name_key")]

    def __str__(self) -> str:
        return str(self.key)


class Consent(models.Model):
    """What a person agreed to or was told of, when, and under which version of the privacy notice. Rows are dated."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    given = models.BooleanField()
    at = models.DateTimeField()
    notice_version = models.CharField(max_length=20)
    recorded_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["person", "purpose", "at"])]

    def __str__(self) -> str:
        return f"{self.purpose} {self.given}"


class Roll(models.Model):
    """One cut of an institution's roll of affiliated people. Its entries are a file of columns, not rows here.

    Tens of millions of people who are not ours stand in it: they are kept only as long as their cut is compared.
    """

    institution = models.CharField(max_length=20, help_text="a code of definitions/people.yaml")
    cut_off = models.DateField()
    file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="+")
    stored = models.CharField(max_length=200, blank=True, help_text="folder under BIENESTAR_HOME; empty: deleted")
    entries = models.PositiveBigIntegerField()
    refused = models.PositiveBigIntegerField(default=0)
    received_at = models.DateTimeField(auto_now_add=True)
    matched_at = models.DateTimeField(null=True, blank=True, help_text="last time persons were compared with it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["institution", "cut_off", "file"], name="roll_file_once_a_cut"),
            models.CheckConstraint(condition=~Q(institution=""), name="roll_of_somebody"),
        ]
        indexes = [models.Index(fields=["institution", "cut_off"])]

    def __str__(self) -> str:
        return f"{self.institution} {self.cut_off}"


class Affiliation(models.Model):
    """An institution covers a person, from when to when, on what that rests."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="affiliations")
    institution = models.CharField(max_length=20)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True, help_text="last day; empty while open")
    basis = models.CharField(max_length=8, choices=Basis.choices)
    weight = models.FloatField(null=True, blank=True, help_text="match weight in bits, where a model linked them")
    entry = models.CharField(
        max_length=64, blank=True, help_text="the entry's number in the roll, hashed with the institution's code"
    )
    roll = models.ForeignKey(Roll, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_by = models.ForeignKey(Roll, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "institution"], condition=Q(valid_to=None), name="one_open_affiliation_each"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="affiliation_period_in_order"
            ),
            models.CheckConstraint(condition=~Q(institution=""), name="affiliation_with_somebody"),
        ]
        indexes = [models.Index(fields=["institution", "valid_to"])]

    def __str__(self) -> str:
        return f"{self.institution} {self.valid_from}–{self.valid_to or ''}"


class Card(models.Model):
    """A card: the right to say "I am registered", signed. Which piece of plastic carries it is enrolment's work.

    ``position`` is the card's place in the status list, given once and never again to another card.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cards")
    folio = models.CharField(max_length=15, unique=True, help_text="state 2, module 4, serial 8, check digit")
    position = models.PositiveIntegerField(unique=True)
    stage = models.CharField(max_length=10, choices=CardStage.choices, default=CardStage.REQUESTED)
    path = models.CharField(max_length=60, db_index=True, help_text="of the module that serves it")
    name_on_card = models.CharField(max_length=120, blank=True, help_text="as signed; empty without consent")
    unit_name = models.CharField(max_length=120, blank=True, help_text="as printed")
    key_id = models.CharField(max_length=16, blank=True, help_text="signing key; empty until validated")
    issued_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    requested_at = models.DateTimeField(auto_now_add=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=~Q(stage__in=ENDED), name="one_living_card_a_person"),
            models.CheckConstraint(
                condition=Q(stage__in=[CardStage.REQUESTED, CardStage.OBSERVED, CardStage.CANCELLED])
                | (Q(issued_on__isnull=False, expires_on__gt=F("issued_on")) & ~Q(key_id="")),
                name="card_signed_before_it_is_printed",
            ),
        ]
        indexes = [
            models.Index(fields=["path", "stage"]),
            models.Index(fields=["key_id", "stage"]),
            # What the status list is made of, and how it knows that it is old.
            models.Index(fields=["position"], name="card_ended", condition=Q(stage__in=ENDED)),
        ]

    def __str__(self) -> str:
        return self.folio


class CardEvent(models.Model):
    """One step of a card: to which stage, when, by whom, and for a delivery to whom and what was seen."""

    card = models.ForeignKey(Card, on_delete=models.CASCADE, related_name="events")
    stage = models.CharField(max_length=10, choices=CardStage.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    seen = models.CharField(max_length=30, blank=True, help_text="document seen: a code of definitions/people.yaml")
    to = models.CharField(max_length=12, blank=True, help_text="holder, parent, guardian…: a code of people.yaml")
    note = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(stage=CardStage.DELIVERED) | (~Q(seen="") & ~Q(to="")), name="delivered_to_somebody_seen"
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=[*ENDED, CardStage.OBSERVED]) | ~Q(note=""), name="stopped_or_ended_for_a_reason"
            ),
        ]
        indexes = [models.Index(fields=["card", "at"])]

    def __str__(self) -> str:
        return f"{self.card_id} {self.stage}"
