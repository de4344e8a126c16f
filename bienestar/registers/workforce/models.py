"""Posts of each unit by category: authorised and filled, as counted on a day."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.facilities.models import Unit
from bienestar.foundation.journal.models import SourceFile


class StaffCount(models.Model):
    """Posts of one category (a ``staff.…`` resource) in a unit; empty means "not counted", never 0."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="staff")
    resource = models.CharField(max_length=60)
    as_of = models.DateField()
    existing = models.FloatField(null=True, help_text="authorised posts")
    usable = models.FloatField(null=True, help_text="posts with a person in them")
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "resource", "as_of"], name="staff_once_a_day"),
            models.CheckConstraint(condition=Q(existing=None) | Q(existing__gte=0), name="staff_not_negative"),
            models.CheckConstraint(
                condition=Q(usable=None) | Q(usable__gte=0, usable__lte=F("existing")),
                name="staff_filled_exists",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.resource} {self.as_of}"
