"""Snapshots: the frozen tables are Parquet files under ``BIENESTAR_HOME/snapshots``; here is what was frozen when."""

from django.db import models


class Snapshot(models.Model):
    """The registers as they stood at the end of a day. Never changed; taken again, it is another one."""

    cut_off = models.DateField()
    folder = models.CharField(max_length=60, unique=True, help_text="under BIENESTAR_HOME/snapshots")
    sha256 = models.CharField(max_length=64, help_text="of its manifest, which holds the hash of every file")
    rows = models.PositiveBigIntegerField()
    bytes = models.PositiveBigIntegerField()
    bytes_shared = models.PositiveBigIntegerField(
        default=0, help_text="in files that are the same as in the snapshot before, and stored once"
    )
    last_entry = models.BigIntegerField(help_text="the newest row of the journal when it was taken")
    taken_at = models.DateTimeField(auto_now_add=True)
    taken_by = models.CharField(max_length=150)
    seconds = models.FloatField()

    class Meta:
        ordering = ["-cut_off", "-pk"]
        constraints = [models.UniqueConstraint(fields=["cut_off", "sha256"], name="snapshot_once_a_content")]

    def __str__(self) -> str:
        return f"{self.folder}"
