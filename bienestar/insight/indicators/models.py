"""Sets of values: every indicator over one snapshot. The values are in a file; here is what was reckoned, from what."""

from django.db import models

from bienestar.insight.indicators.choices import SetStage
from bienestar.insight.snapshots.models import Snapshot


class ValueSet(models.Model):
    """Every indicator by one version of the definitions over one snapshot. Never changed; corrected, it is another."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="value_sets")
    definitions_sha256 = models.CharField(max_length=64, help_text="of the indicators as they were reckoned")
    sha256 = models.CharField(max_length=64, help_text="of the file of values")
    folder = models.CharField(max_length=90, unique=True, help_text="under BIENESTAR_HOME/indicators")
    engine = models.CharField(max_length=10)
    values = models.PositiveBigIntegerField()
    stage = models.CharField(max_length=10, choices=SetStage.choices, default=SetStage.DRAFT)
    computed_at = models.DateTimeField(auto_now_add=True)
    computed_by = models.CharField(max_length=150)
    seconds = models.FloatField()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.CharField(max_length=150, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="why it was reckoned again; no personal data")

    class Meta:
        ordering = ["-snapshot__cut_off", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "definitions_sha256"], name="values_once_a_rule"),
            models.CheckConstraint(
                condition=models.Q(stage="draft", published_at=None)
                | models.Q(stage="published", published_at__isnull=False),
                name="published_values_have_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.folder

    @property
    def number(self) -> int:
        """What names the set in addresses."""
        return int(self.pk)

    @property
    def cut_off(self):  # type: ignore[no-untyped-def]
        """The day that the values are of."""
        return self.snapshot.cut_off
