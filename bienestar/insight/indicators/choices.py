"""What is known of a value, and how far a set of values has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ValueStatus(models.TextChoices):
    """Why there is a number, or none. No number is never nought."""

    KNOWN = "known", _("Known")
    UNKNOWN = "unknown", _("Not known")
    UNDEFINED = "undefined", _("Nothing to divide by")
    NOT_RECORDED = "not_recorded", _("Not yet recorded")
    WITHHELD = "withheld", _("Held back: too few people")


class SetStage(models.TextChoices):
    """A set of values is a draft until somebody publishes it."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")


class ValueLevel(models.TextChoices):
    """Places that values are of."""

    COUNTRY = "country", _("Country")
    STATE = "state", _("State")
    MUNICIPALITY = "municipality", _("Municipality")
    UNIT = "unit", _("Medical unit")


class NoScope(models.TextChoices):
    """Why a difference cannot be told unit by unit."""

    NOT_KNOWN = "not_known", _("One of the two values is not known.")
    WITHHELD = "withheld", _("It would tell of few people: only officials of the place see it.")
    CHANGE = "change", _("It is itself a difference between two cut-offs.")
    NO_UNITS = "no_units", _("Its records do not say the medical unit, so nothing shows which units they come from.")
    NOT_ADDITIVE = "not_additive", _("The amounts of units do not add up to that of the place.")
    NO_SNAPSHOT = "no_snapshot", _("The frozen tables of one of the two days are not on this machine.")
    OTHER_COLUMNS = "other_columns", _("One of the snapshots lacks a table or column that the rule needs.")
