"""What happened: one row per action, and the files that values came from."""

from django.db import models


class JournalEntry(models.Model):
    """One action that somebody did. Appended in the action's own transaction; never changed, never deleted."""

    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=150, help_text="username at the time; text, so that it outlives the account")
    action = models.CharField(max_length=80, help_text="dotted name of the action, e.g. census.accept_visits")
    subject = models.CharField(max_length=200, help_text="what was acted on, e.g. unit:HGIMB000011")
    area_path = models.CharField(max_length=120, db_index=True, help_text="territory, for who may read the row")
    detail = models.JSONField(default=dict, help_text="no personal data")
    records = models.PositiveIntegerField(default=1, help_text="how many records the action touched")
    records_sha256 = models.CharField(max_length=64, blank=True, help_text="hash of the set, for bulk actions")

    class Meta:
        indexes = [models.Index(fields=["action", "at"]), models.Index(fields=["subject"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action} {self.subject}"


class Seal(models.Model):
    """A hash over the journal rows since the last seal, chained to it: a missing or changed row is found."""

    at = models.DateTimeField(auto_now_add=True)
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField(unique=True)
    previous_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.first_entry}–{self.last_entry} {self.sha256[:12]}"


class SourceFile(models.Model):
    """A file from which values came: the provenance of every value that it brought."""

    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=40, help_text="importer kind, e.g. clues, or demo, or page")
    name = models.CharField(max_length=200, help_text="file name without its folder")
    publisher = models.CharField(max_length=200, blank=True)
    published_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sha256", "kind"], name="source_file_once")]

    def __str__(self) -> str:
        return f"{self.name} ({self.publisher or '?'}, {self.published_on or '?'})"
