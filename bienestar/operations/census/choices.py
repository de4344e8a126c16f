"""Stages of a census round, a visit and an observation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoundStage(models.TextChoices):
    """A round is open while visits come in."""

    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class VisitStage(models.TextChoices):
    """What has been decided about a visit."""

    RECORDED = "recorded", _("Waiting for review")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")
