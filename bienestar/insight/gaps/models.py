"""Diagnosis runs, frozen: what each unit must have, what it has, what is missing and what is not known.

``run`` has no index of its own where a unique constraint begins with it: a run is a million rows.
"""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.choices import Readiness, RunStage


class StandardsVersion(models.Model):
    """The standards as they were when a run used them: the whole content, so that an old run still explains itself."""

    version = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    content = models.JSONField()
    loaded_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.version


class DiagnosisRun(models.Model):
    """One diagnosis of an area on a date against one version of the standards. Never changed once written."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="diagnoses")
    as_of = models.DateField()
    standards = models.ForeignKey(StandardsVersion, on_delete=models.PROTECT)
    stage = models.CharField(max_length=10, choices=RunStage.choices, default=RunStage.DONE)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    units = models.PositiveIntegerField(help_text="operating units of a type that has a standard")
    units_observed = models.PositiveIntegerField(help_text="of which with an accepted census visit by the date")
    units_without_standard = models.PositiveIntegerField(default=0, help_text="offices, warehouses…")
    actions = models.PositiveIntegerField(default=0, help_text="improvement actions: repairs and acquisitions")
    posts = models.JSONField(
        default=dict, help_text="area code → {authorised, filled, vacant}: sums of the workforce register"
    )
    records_sha256 = models.CharField(max_length=64, help_text="hash over every frozen line")

    class Meta:
        indexes = [models.Index(fields=["area", "-made_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(units_observed__lte=F("units")), name="run_observed_within_units")
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.as_of}"


class RunUnit(models.Model):
    """One unit in a run: whether it was visited, whom it serves, the figures its formulas used, and its summary."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="run_units", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    unit_type = models.CharField(max_length=40)
    observed = models.BooleanField()
    people = models.FloatField(null=True, help_text="people without social security whom the unit serves")
    people_basis = models.CharField(max_length=40, blank=True, help_text="how people was reckoned; see docs/methods")
    variables = models.JSONField(default=dict)
    services_required = models.PositiveSmallIntegerField(default=0)
    services_ready = models.PositiveSmallIntegerField(default=0)
    services_unknown = models.PositiveSmallIntegerField(default=0)
    staff_gap = models.FloatField(default=0)
    equipment_gap = models.FloatField(default=0)
    lines_unknown = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit"], name="run_unit_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.unit_id}"


class GapLine(models.Model):
    """One resource in one unit: required, existing, usable, gap. An empty value is not known, never 0."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="lines", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    resource = models.CharField(max_length=60)
    required = models.FloatField(null=True)
    existing = models.FloatField(null=True)
    usable = models.FloatField(null=True)
    gap = models.FloatField(null=True)
    to_repair = models.FloatField(default=0, help_text="part of the gap that exists and does not work")
    to_acquire = models.FloatField(default=0, help_text="part of the gap to hire, buy, build or open")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "unit", "resource"], name="gap_line_once"),
            models.CheckConstraint(condition=Q(gap=None) | Q(gap__gte=0), name="gap_not_negative"),
            models.CheckConstraint(
                condition=Q(gap__isnull=False, required__isnull=False, usable__isnull=False) | Q(gap__isnull=True),
                name="gap_only_of_known",
            ),
        ]
        indexes = [models.Index(fields=["run", "resource", "gap"], name="gap_line_by_resource")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource} {self.gap}"


class ServiceResult(models.Model):
    """One service in one unit: ready, or which resources hold it back, or which are not known."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="services", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.CharField(max_length=60)
    readiness = models.CharField(max_length=8, choices=Readiness.choices)
    people = models.FloatField(null=True, help_text="people without social security who would use it here")
    missing = models.JSONField(default=list, help_text="[[resource, to_repair, to_acquire], …]")
    unknown = models.JSONField(default=list, help_text="[[resource, asked or null], …] not counted, or not computable")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit", "service"], name="service_result_once")]
        indexes = [models.Index(fields=["run", "service", "readiness"], name="service_by_readiness")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.service} {self.readiness}"


class AreaTotal(models.Model):
    """A resource summed over the units of the run's area or of one of its states or municipalities."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="totals", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    resource = models.CharField(max_length=60)
    required = models.FloatField()
    existing = models.FloatField()
    usable = models.FloatField()
    gap = models.FloatField()
    units_required = models.PositiveIntegerField(help_text="units that must have it")
    units_short = models.PositiveIntegerField()
    units_unknown = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "area", "resource"], name="area_total_once")]
        indexes = [models.Index(fields=["run", "resource"], name="area_total_by_resource")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.resource} {self.gap}"


class AreaService(models.Model):
    """A service over the units of an area: in how many it is required, ready, not known."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="service_totals", db_index=False)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    units_required = models.PositiveIntegerField()
    units_ready = models.PositiveIntegerField()
    units_unknown = models.PositiveIntegerField()
    people = models.FloatField(help_text="people without social security of the units that require it")
    people_ready = models.FloatField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "area", "service"], name="area_service_once")]

    def __str__(self) -> str:
        return f"{self.area_id} {self.service}"


class WisnLine(models.Model):
    """Staff of one category that a unit's activity calls for by WISN, beside the standard; only where it is known."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.CASCADE, related_name="wisn", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    resource = models.CharField(max_length=60)
    required = models.FloatField()
    current = models.FloatField()
    ratio = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "unit", "resource"], name="wisn_line_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource} {self.ratio}"
