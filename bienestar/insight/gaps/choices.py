"""Results that a diagnosis can come to. Not counted is a third state, never 0."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class RunStage(models.TextChoices):
    """A run is written whole or not at all; it may then be published."""

    DONE = "done", _("Done")
    PUBLISHED = "published", _("Published")


class Readiness(models.TextChoices):
    """Whether a unit can give a service that its type must offer."""

    READY = "ready", _("Ready")
    HELD = "held", _("Held back")
    UNKNOWN = "unknown", _("Not known")


class ActionKind(models.TextChoices):
    """What has to be done about a gap."""

    FILL_POST = "fill_post", _("Fill a vacant post")
    NEW_POST = "new_post", _("Create a post and fill it")
    BUY = "buy", _("Buy")
    REPAIR = "repair", _("Repair")
    BUILD = "build", _("Build or fit out")
    CONNECT = "connect", _("Connect or install")
    OPEN_DAYS = "open_days", _("Open more days")
    TEST_WATER = "test_water", _("Test the water")


class Outcome(models.TextChoices):
    """What became of a gap between two runs."""

    CLOSED = "closed", pgettext_lazy("gap", "Closed")
    OPENED = "opened", _("Opened")
    CHANGED = "changed", _("Changed")


class Why(models.TextChoices):
    """Why a gap differs between two runs."""

    STANDARD = "standard", _("The standard changed")
    FIGURES = "figures", _("Rooms, beds, people or hours that the standard counts with changed")
    RECORD = "record", _("What the records say is there changed")
    BECAME_KNOWN = "became_known", _("It was not known and now is")
    BECAME_UNKNOWN = "became_unknown", _("It was known and no longer is")
    UNIT_ADDED = "unit_added", _("The unit was not in the earlier run")
    UNIT_REMOVED = "unit_removed", _("The unit is not in the later run")
