"""Results that a diagnosis can come to. Not counted is a third state, never 0."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunStage(models.TextChoices):
    """A run is written whole or not at all; it may then be published."""

    DONE = "done", _("Done")
    PUBLISHED = "published", _("Published")


class Readiness(models.TextChoices):
    """Whether a unit can give a service that its type must offer."""

    READY = "ready", _("Ready")
    HELD = "held", _("Held back")
    UNKNOWN = "unknown", _("Not known")
