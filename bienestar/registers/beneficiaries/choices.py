"""The lists that persons, affiliations and cards choose from."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Precision(models.TextChoices):
    """How exactly a birth date is known; the date kept is the first day of what is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("not known")


class IdentifierKind(models.TextChoices):
    """What a person is found by. A value of each kind belongs to one person for ever."""

    CURP = "curp", _("CURP")
    FOLIO = "folio", _("temporary folio")
    ORIGIN = "origin", _("number in the register it came from")


class Purpose(models.TextChoices):
    """What a person agrees to, or is told of."""

    PRIVACY_NOTICE = "privacy_notice", _("was given the privacy notice")
    NAME_ON_CARD = "name_on_card", _("name in the card's code")


class Basis(models.TextChoices):
    """On what an affiliation rests."""

    EXACT = "exact", _("the same CURP")
    MODEL = "model", _("names and dates agree")
    REVIEW = "review", _("a person decided")
    TOLD = "told", _("the person said so")


class CardStage(models.TextChoices):
    """Where a card is on its way, from the request to the hand and to its end."""

    REQUESTED = "requested", _("requested")
    VALIDATED = "validated", _("validated")
    OBSERVED = "observed", _("stopped: something to correct")
    PRINTED = "printed", _("printed")
    SHIPPED = "shipped", _("shipped")
    RECEIVED = "received", _("at the module")
    DELIVERED = "delivered", _("delivered")
    ACTIVE = "active", _("active")
    REPLACED = "replaced", _("replaced")
    REVOKED = "revoked", _("revoked")
    CANCELLED = "cancelled", _("cancelled before delivery")


#: Stages at which a card is over: the person may have another.
ENDED = (CardStage.REPLACED, CardStage.REVOKED, CardStage.CANCELLED)

#: From which stages a card comes to each stage; every step is checked against it. A card begins as requested.
COMES_FROM: dict[CardStage, frozenset[CardStage]] = {
    # Signed again before it is printed, or waiting for a second piece because the first was spoiled.
    CardStage.VALIDATED: frozenset(
        {
            CardStage.REQUESTED,
            CardStage.OBSERVED,
            CardStage.VALIDATED,
            CardStage.PRINTED,
            CardStage.SHIPPED,
            CardStage.RECEIVED,
        }
    ),
    CardStage.OBSERVED: frozenset({CardStage.REQUESTED, CardStage.OBSERVED}),
    CardStage.PRINTED: frozenset({CardStage.VALIDATED}),
    CardStage.SHIPPED: frozenset({CardStage.PRINTED}),
    CardStage.RECEIVED: frozenset({CardStage.SHIPPED}),
    CardStage.DELIVERED: frozenset({CardStage.RECEIVED}),
    CardStage.ACTIVE: frozenset({CardStage.DELIVERED}),
    CardStage.REPLACED: frozenset(CardStage) - {*ENDED, CardStage.REQUESTED, CardStage.OBSERVED},
    CardStage.REVOKED: frozenset(CardStage) - {*ENDED, CardStage.REQUESTED, CardStage.OBSERVED},
    CardStage.CANCELLED: frozenset(CardStage) - {*ENDED, CardStage.DELIVERED, CardStage.ACTIVE},
}
