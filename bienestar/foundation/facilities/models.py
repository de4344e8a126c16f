"""Medical units: what each is, its keys and operators over time, where it stands, whom it serves, rooms and beds."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.choices import CareLevel, IdentifierSystem, Status, Stratum
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.models import Area


def _period_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(valid_to__gte=F("valid_from")) | Q(valid_to=None) | Q(valid_from=None), name=name
    )


class Unit(models.Model):
    """A medical unit. Its key changes when it is handed over, so the key is not its identity: ``uid`` is.

    ``uid`` is the first CLUES under which this system met the unit and never changes; ``path`` is the
    municipality's path followed by ``U-<uid>/`` and is what territory limits compare. Each described field remembers
    which file told it, so that files may be loaded in any order with the same result.
    """

    uid = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=250)
    municipality = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="units")
    locality = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    locality_name = models.CharField(max_length=200, blank=True)
    jurisdiction = models.CharField(max_length=120, blank=True, help_text="health district")
    path = models.CharField(max_length=60, unique=True)
    establishment = models.CharField(max_length=60, blank=True, help_text="CLUES: tipo de establecimiento")
    typology = models.CharField(max_length=10, blank=True, help_text="CLUES: clave de tipología")
    typology_name = models.CharField(max_length=120, blank=True)
    subtypology_name = models.CharField(max_length=150, blank=True)
    unit_type = models.CharField(max_length=40, help_text="code of definitions/typologies.yaml")
    nuclei = models.PositiveSmallIntegerField(null=True, blank=True, help_text="núcleos básicos by its typology")
    care_level = models.PositiveSmallIntegerField(choices=CareLevel.choices, null=True, blank=True)
    stratum = models.CharField(max_length=8, choices=Stratum.choices, default=Stratum.UNKNOWN)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    outside_municipality = models.BooleanField(
        null=True,
        blank=True,
        help_text="its point lies outside its municipality's outline; empty: cannot be told",
    )
    source = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, null=True, blank=True, help_text="the file that last changed the row"
    )
    provenance = models.JSONField(
        default=dict,
        help_text="field → [1 told under an open key or 0, date of the file, start of its sha256]",
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the same unit met under two keys: this row only holds what frozen results said of it",
    )

    class Meta:
        indexes = [models.Index(fields=["municipality", "unit_type"]), models.Index(fields=["name"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__gte=-90, latitude__lte=90),
                name="unit_latitude_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(longitude=None) | Q(longitude__gte=-180, longitude__lte=180),
                name="unit_longitude_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.name}"


class UnitIdentifier(models.Model):
    """A key of a unit and when it held. A key belongs to one unit for ever."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="identifiers")
    system = models.CharField(max_length=10, choices=IdentifierSystem.choices, default=IdentifierSystem.CLUES)
    value = models.CharField(max_length=20)
    valid_from = models.DateField(null=True, blank=True, help_text="empty: since before our records")
    valid_to = models.DateField(
        null=True, blank=True, help_text="last day; empty while open, or closed on a day unknown"
    )
    is_current = models.BooleanField(default=True, help_text="the key in use by the newest source")
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="identifier_of_one_unit"),
            models.UniqueConstraint(
                fields=["unit", "system"], condition=Q(is_current=True), name="one_current_key_a_unit"
            ),
            _period_in_order("identifier_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.value


class UnitOperator(models.Model):
    """Who operated a unit and when; the institution's code in CLUES (IMB, IMO, SSA…)."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="operators")
    operator = models.CharField(max_length=10)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "operator"], name="operator_once_a_unit"),
            _period_in_order("operator_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.operator


class UnitStatus(models.Model):
    """Whether a unit worked, and from when to when."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="statuses")
    status = models.CharField(max_length=10, choices=Status.choices)
    valid_from = models.DateField(null=True, blank=True, help_text="empty: since before our records")
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(valid_to=None), name="one_open_status_a_unit"),
            _period_in_order("status_period_in_order"),
        ]

    def __str__(self) -> str:
        return self.status


class CapacityCount(models.Model):
    """How many rooms, beds, utilities… a unit has, and how many can be used, as counted on a day.

    ``existing`` empty means "not counted", never 0. Resource codes are those of definitions/resources.yaml, groups
    room, bed, utility, water, opening and activity (a year's volume, in ``existing``).
    """

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="capacities")
    resource = models.CharField(max_length=60)
    as_of = models.DateField()
    existing = models.FloatField(null=True)
    usable = models.FloatField(null=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "resource", "as_of"], name="capacity_once_a_day"),
            models.CheckConstraint(condition=Q(existing=None) | Q(existing__gte=0), name="capacity_not_negative"),
            models.CheckConstraint(
                condition=Q(usable=None) | Q(usable__gte=0, usable__lte=F("existing")),
                name="capacity_usable_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource} {self.as_of}"


class OpeningHours(models.Model):
    """Hours of a unit's day; ``weekdays`` is e.g. "1234567" (Monday 1), empty where the source does not say."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="hours")
    as_of = models.DateField()
    opens = models.TimeField()
    closes = models.TimeField(help_text="not after ``opens``: open over midnight, or round the clock when equal")
    weekdays = models.CharField(max_length=7, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "as_of"], name="hours_once_a_day")]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"


class CatchmentCell(models.Model):
    """People of one locality or block whom a unit serves. A cell can be one person: never shown, only summed."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="catchment")
    locality_code = models.CharField(max_length=9)
    block = models.CharField(max_length=8, blank=True, help_text="AGEB")
    as_of = models.DateField()
    population = models.PositiveIntegerField()
    entitled = models.PositiveIntegerField(null=True)
    not_entitled = models.PositiveIntegerField(null=True)
    minutes = models.FloatField(null=True)
    kilometres = models.FloatField(null=True)
    road = models.CharField(max_length=4, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "locality_code", "block", "as_of"], name="catchment_cell_once_a_date"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.locality_code}{self.block}"


class CatchmentGroup(models.Model):
    """People of a unit's catchment without entitlement by sex and five-year age group, summed over its cells."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="catchment_groups")
    sex = models.CharField(max_length=1, choices=[("h", "H"), ("m", "M")])
    age_group = models.CharField(max_length=12)
    as_of = models.DateField()
    people = models.PositiveIntegerField()
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "sex", "age_group", "as_of"], name="catchment_group_once_a_date")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.sex}{self.age_group}"
