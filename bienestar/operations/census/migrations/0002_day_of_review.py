"""The day of a review beside the moment at which it was entered: reviews are also made on paper and entered later."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.models.functions import TruncDate


def same_day(apps: Any, schema_editor: Any) -> None:
    """What was decided before counts from the day on which it was entered."""
    decided = apps.get_model("census", "Visit").objects.exclude(decided_at=None)
    decided.update(decided_on=TruncDate("decided_at"))


class Migration(migrations.Migration):
    dependencies = [("census", "0001_initial")]

    operations = [
        migrations.AddField(
            "visit",
            "decided_on",
            models.DateField(blank=True, help_text="the day of the review, from which it counts", null=True),
        ),
        migrations.RunPython(same_day, migrations.RunPython.noop, elidable=True),
    ]
