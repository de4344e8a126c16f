"""What the verifier says. The page carries all its sentences: it must speak without a network."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    """Every sentence by its code, in the language of the moment. ``{name}`` is filled in by the page."""
    return {
        "zone": settings.TIME_ZONE,
        "attend": _("Attend the person."),
        "verdicts": _verdicts(),
        "reasons": _reasons(),
        "doubts": _doubts(),
        "lists": _lists(),
        "scanner": _scanner(),
        "no_name": _("The card does not say the name. Ask the person."),
        "name": _("Name"),
        "folio": _("Folio"),
        "valid_from": _("In force from"),
        "valid_to": _("In force until"),
    }


def _verdicts() -> dict[str, list[str]]:
    """Verdict → what it is, and what to do besides attending the person."""
    return {
        "valid": [
            _("Valid card"),
            _("The service issued this card, nobody has changed it and it is in force."),
        ],
        "expired": [
            _("Expired card"),
            _("The service issued this card, and its time has ended. Help the person to ask for a new one."),
        ],
        "not_yet_valid": [
            _("Not in force yet"),
            _("The card begins on a later day. See whether the date of this device is right."),
        ],
        "revoked": [
            _("Revoked card"),
            _(
                "The service has ended this card; perhaps it was lost or replaced. Ask for the newer "
                "card, or look the person up at the counter."
            ),
        ],
        "unknown_key": [
            _("This card cannot be verified"),
            _("The key that signed this card is not among the keys of this device. Update the lists and check again."),
        ],
        "tampered": [
            _("Altered card"),
            _(
                "What the card says is not what was signed. Do not copy anything from it, look the person"
                " up at the counter and tell your supervisor."
            ),
        ],
        "unreadable": [
            _("This code cannot be read"),
            _(
                "Read the whole code again, with light and without reflections. If it stays so, look the "
                "person up at the counter."
            ),
        ],
    }


def _reasons() -> dict[str, str]:
    """Reason → what to say instead of the verdict's own sentence."""
    compromised = _(
        "The key that signed this card was stolen, so the card proves nothing. Look the person up at the "
        "counter and ask for a new card."
    )
    retired = _(
        "The card says that it was signed when its key did not sign. Do not copy anything from it, and "
        "tell your supervisor."
    )
    return {
        "key_compromised": compromised,
        "key_retired": retired,
        "key_not_yet": retired,
        "outside_list": _(
            "The list of cards does not know this one although it should. Look the person up at the "
            "counter and tell your supervisor."
        ),
        "empty": _("Nothing was read. Scan the code of the card, or paste its text."),
        "not_base45": _(
            "This is not the code of a card, or not all of it. The code is the large square of the card. If you use "
            "a code reader, see that its keyboard is the same as this device's."
        ),
        "too_long": _("This text is too long to be the code of a card."),
        "not_a_card": _("This was signed by the service, but it is not a card."),
    }


def _doubts() -> dict[str, str]:
    """Doubt → the caution that goes with the answer."""
    return {
        "no_list": _("Whether the card has been revoked is not known: this device has no list that tells of it."),
        "stale_list": _("The list of revoked cards is old. Connect this device to the network when you can."),
        "newer_than_list": _("The card is newer than the list of revoked cards, so the list does not tell of it yet."),
        "key_compromised_later": _(
            "The key of this card was stolen after the card's date. Look the person up at the counter to be sure."
        ),
    }


def _lists() -> dict[str, str]:
    """About the keys and the list of revoked cards that the device carries."""
    return {
        "of": _("Lists of {date}, {age} old."),
        "just_now": _("Lists of {date}, less than an hour old."),
        "stale": _("They should be newer: connect this device to the network."),
        "none": _("This device has no lists yet: connect it to the network and open this page once."),
        "no_statuses": _("This device has the keys but no list of revoked cards."),
        "no_keys": _("The service has no keys yet, so there are no cards to verify."),
        "updating": _("Bringing the lists…"),
        "offline": _("Without network: the lists of this device are used."),
        "failed": _("The lists could not be brought. The ones of this device are used."),
        "clock": _("The clock of this device is behind its lists. Set its date and time."),
        "kept": _("This page is kept on this device and works without network."),
        "kept_without_camera": _(
            "This page is kept on this device and works without network, but not its camera yet: stay "
            "connected a moment."
        ),
        "not_kept": _("This page is not kept on this device yet: stay connected a moment."),
        "cannot_keep": _("This browser cannot keep the page: it will need the network each time."),
        "cannot_check": _(
            "This browser is too old to check signatures. Use a newer one, or look the person up at the counter."
        ),
        "insecure": _(
            "This address is not secure (https), so the browser lets nothing be verified here. Open the "
            "page by its https address."
        ),
    }


def _scanner() -> dict[str, str]:
    """About the camera and pictures."""
    return {
        "looking": _("Hold the code in front of the camera, whole and flat."),
        "refused": _(
            "The camera is not allowed. Allow it for this page in the browser's settings, or use a "
            "picture or a code reader."
        ),
        "none": _("This device has no camera. Use a picture or a code reader."),
        "busy": _("Another program is using the camera. Close it and try again."),
        "failed": _("The camera cannot be used ({why}). Use a picture or a code reader."),
        "reading": _("Reading the picture…"),
        "no_code": _("There is no code to be read in this picture. Take another one, nearer and with light."),
        "no_picture": _("This file is not a picture."),
        "no_library": _(
            "What reads codes is not on this device yet. Connect it to the network once, or paste the text."
        ),
    }
