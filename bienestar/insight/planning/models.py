"""Scenarios: what a budget buys, frozen with the run and the costs that it was reckoned from."""

from django.db import models
from django.db.models import Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.territory.models import Area
from bienestar.insight.gaps.models import DiagnosisRun
from bienestar.insight.planning.choices import Money, Reason


class Scenario(models.Model):
    """One plan for one diagnosis run and one budget, with its proof and its rival."""

    run = models.ForeignKey(DiagnosisRun, on_delete=models.PROTECT, related_name="scenarios")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=120)
    made_by = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    budget = models.DecimalField(max_digits=16, decimal_places=2)
    limits = models.JSONField(default=dict, help_text="money by kind, hires by category, equity floors, locks")
    costs_version = models.CharField(max_length=40)
    costs_sha256 = models.CharField(max_length=64)
    gap_target = models.FloatField()
    spent = models.DecimalField(max_digits=16, decimal_places=2)
    value = models.FloatField(help_text="weighted people gaining a service")
    bound = models.FloatField(help_text="no plan can be worth more")
    gap = models.FloatField(help_text="(bound - value) / bound, proven")
    greedy_value = models.FloatField(help_text="value of the best simple greedy plan")
    people_gaining = models.FloatField(
        help_text="people without social security who gain a service, none counted twice"
    )
    price_of_million = models.FloatField(help_text="value that one more million pesos would add")
    seconds = models.FloatField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(spent__lte=models.F("budget")), name="scenario_within_budget"),
            models.CheckConstraint(condition=Q(budget__gte=0, spent__gte=0), name="scenario_money_not_negative"),
        ]
        indexes = [models.Index(fields=["area", "-made_at"])]

    def __str__(self) -> str:
        return self.name


class ScenarioItem(models.Model):
    """One service in one unit: chosen or refused, what it costs, whom it serves, and why."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="items")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    service = models.CharField(max_length=60)
    chosen = models.BooleanField()
    cost = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    people = models.FloatField(null=True)
    value = models.FloatField()
    reason = models.CharField(max_length=20, choices=Reason.choices)
    figures = models.JSONField(default=dict, help_text="figures for the sentence of the reason")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "unit", "service"], name="scenario_item_once")]
        indexes = [models.Index(fields=["scenario", "chosen", "-value"], name="scenario_item_by_value")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.service}"


class ScenarioPurchase(models.Model):
    """What a chosen plan acquires or repairs in a unit; a resource that services share stands once."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="purchases")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    resource = models.CharField(max_length=60)
    to_repair = models.FloatField(default=0)
    to_acquire = models.FloatField(default=0)
    uncounted = models.BooleanField(default=False, help_text="nobody counted what there is: taken as missing")
    money = models.CharField(max_length=10, choices=Money.choices)
    cost = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scenario", "unit", "resource", "money"], name="purchase_once")]
        indexes = [models.Index(fields=["scenario", "money"], name="purchase_by_money")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource}"
