"""Status, stratum, level of a medical unit. Typologies and unit types are data: definitions/typologies.yaml."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Whether a unit works (CLUES: estatus de operación)."""

    OPERATING = "operating", _("Operating")
    CLOSED = "closed", _("Out of operation")
    BUILDING = "building", _("Under construction")
    PENDING = "pending", _("Waiting to open")


class Stratum(models.TextChoices):
    """CLUES: estrato de la unidad."""

    RURAL = "rural", _("Rural")
    URBAN = "urban", _("Urban")
    UNKNOWN = "unknown", _("Not known")


class CareLevel(models.IntegerChoices):
    """CLUES: nivel de atención."""

    NOT_APPLICABLE = 0, _("Does not apply")
    FIRST = 1, _("First level")
    SECOND = 2, _("Second level")
    THIRD = 3, _("Third level")


class IdentifierSystem(models.TextChoices):
    """Whose key a key is."""

    CLUES = "clues", _("CLUES key")
