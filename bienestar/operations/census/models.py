"""The census: rounds, the units each expects, visits, and what was seen in them."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.models import Area
from bienestar.operations.census.choices import RoundStage, VisitStage


class CensusRound(models.Model):
    """One campaign of visits over a state's units."""

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="census_rounds")
    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    stage = models.CharField(max_length=8, choices=RoundStage.choices, default=RoundStage.OPEN)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "name"], name="round_name_once_an_area"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="round_dates_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CensusTeam(models.Model):
    """People who visit together. Numbers and a label only: names of people live in workforce."""

    round = models.ForeignKey(CensusRound, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=80)
    surveyors = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="team_once_a_round")]

    def __str__(self) -> str:
        return self.name


class ExpectedUnit(models.Model):
    """A unit that a round means to visit."""

    round = models.ForeignKey(CensusRound, on_delete=models.CASCADE, related_name="expected")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="expected_in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "unit"], name="expected_once_a_round")]

    def __str__(self) -> str:
        return f"{self.round_id} {self.unit_id}"


class Visit(models.Model):
    """One unit on one day."""

    round = models.ForeignKey(CensusRound, on_delete=models.PROTECT, related_name="visits")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="visits")
    team = models.ForeignKey(CensusTeam, on_delete=models.PROTECT, null=True, blank=True)
    visited_on = models.DateField()
    stage = models.CharField(max_length=8, choices=VisitStage.choices, default=VisitStage.RECORDED)
    decided_by = models.CharField(max_length=150, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True, help_text="the day of the review, from which it counts")
    note = models.CharField(max_length=500, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "unit", "visited_on"], name="visit_once_a_day")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.visited_on}"


class Observation(models.Model):
    """One thing seen in a visit: how many exist and how many can be used. Empty: looked for and not counted."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="observations")
    resource = models.CharField(max_length=60)
    existing = models.FloatField(null=True)
    usable = models.FloatField(null=True)
    origin = models.CharField(max_length=120, blank=True, help_text="where in the source: sheet, row, variable code")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["visit", "resource"], name="observation_once_a_visit"),
            models.CheckConstraint(condition=Q(existing=None) | Q(existing__gte=0), name="observation_not_negative"),
            models.CheckConstraint(
                condition=Q(usable=None) | Q(usable__gte=0, usable__lte=F("existing")),
                name="observation_usable_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.existing}/{self.usable}"
