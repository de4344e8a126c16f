"""Devices of each unit by type: existing and working, as counted on a day."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile


class EquipmentCount(models.Model):
    """Devices of one type (an ``equipment.…`` resource) in a unit; empty means "not counted", never 0."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="equipment")
    resource = models.CharField(max_length=60)
    as_of = models.DateField()
    existing = models.FloatField(null=True)
    usable = models.FloatField(null=True, help_text="in working order")
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "resource", "as_of"], name="equipment_once_a_day"),
            models.CheckConstraint(condition=Q(existing=None) | Q(existing__gte=0), name="equipment_not_negative"),
            models.CheckConstraint(
                condition=Q(usable=None) | Q(usable__gte=0, usable__lte=F("existing")),
                name="equipment_working_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource} {self.as_of}"
