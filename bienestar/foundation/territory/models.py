"""Where: one tree of areas with INEGI codes as text, their boundaries, and dated figures with their source."""

from django.db import models
from django.db.models import F, Q

from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.choices import Level, Measure


class Area(models.Model):
    """A country, state, municipality or locality.

    ``code`` is INEGI's key as text with its zeros: "MX", "13", "13048", "130480001".
    ``path`` is the codes from the root, each followed by a slash: "MX/13/13048/130480001/"; territory limits are
    prefixes of it.
    """

    level = models.CharField(max_length=12, choices=Level.choices)
    code = models.CharField(max_length=9)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=40, unique=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    valid_from = models.DateField(null=True, blank=True, help_text="empty: since before our records")
    valid_to = models.DateField(null=True, blank=True)
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "code"], name="area_code_once_per_level"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")) | Q(valid_to=None) | Q(valid_from=None),
                name="area_period_in_order",
            ),
            models.CheckConstraint(condition=Q(level="country") | Q(parent__isnull=False), name="area_has_parent"),
            models.CheckConstraint(
                condition=Q(latitude=None) | Q(latitude__gte=-90, latitude__lte=90),
                name="area_latitude_on_earth",
            ),
        ]
        indexes = [models.Index(fields=["level", "code"])]

    def __str__(self) -> str:
        return self.name


class AreaBoundary(models.Model):
    """The outline of an area as GeoJSON geometry in degrees (WGS 84), and its bounding box."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, related_name="boundary")
    geometry = models.TextField()
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(east__gte=F("west"), north__gte=F("south")), name="boundary_box_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.area}"


class AreaFigure(models.Model):
    """A figure about an area on a date, with who says so."""

    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="figures")
    measure = models.CharField(max_length=30, choices=Measure.choices)
    as_of = models.DateField()
    value = models.FloatField()
    source = models.ForeignKey(SourceFile, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "measure", "as_of"], name="area_figure_once_a_date"),
            models.CheckConstraint(
                condition=Q(value__gte=0) | Q(measure="marginalisation_index"),
                name="area_figure_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.measure} {self.as_of} {self.value}"
