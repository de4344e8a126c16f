"""Levels of the territory and the figures that are kept about it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """Levels of the Area tree."""

    COUNTRY = "country", _("Country")
    STATE = "state", _("State")
    MUNICIPALITY = "municipality", _("Municipality")
    LOCALITY = "locality", _("Locality")


class Measure(models.TextChoices):
    """A figure about an area on a date. Counts are people; the index and the degree are CONAPO's."""

    POPULATION = "population", _("Population")
    NO_HEALTH_ENTITLEMENT = "no_health_entitlement", _("People without entitlement to health services")
    NO_SOCIAL_SECURITY = "no_social_security", _("People without social security")
    NO_HEALTH_ACCESS = "no_health_access", _("People without access to health services")
    INDIGENOUS_SPEAKERS = "indigenous_speakers", _("People who speak an indigenous language")
    MARGINALISATION_INDEX = "marginalisation_index", _("Marginalisation index")
    MARGINALISATION_DEGREE = "marginalisation_degree", _("Degree of marginalisation")


class Degree(models.IntegerChoices):
    """CONAPO's degree of marginalisation, least to most."""

    VERY_LOW = 1, _("Very low")
    LOW = 2, _("Low")
    MEDIUM = 3, _("Medium")
    HIGH = 4, _("High")
    VERY_HIGH = 5, _("Very high")
