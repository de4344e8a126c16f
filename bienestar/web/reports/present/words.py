"""Words for improvement actions: what is done, in what it is counted, and which record closes it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class ActionWords:
    """A kind of action."""

    label: str
    unit: str
    closes: str


def action_words(group: str, way: str) -> ActionWords:
    """The words for closing a gap of ``group`` by ``way``: "repair" what exists, or "acquire" what does not."""
    found = _words().get((group, way))
    return found or ActionWords(f"{group}: {way}", "", _("the register counts the resource as usable"))


def _words() -> dict[tuple[str, str], ActionWords]:
    posts, rooms, beds, devices = _("posts"), _("rooms"), _("beds"), _("devices")
    staffed = _("the staff register counts the post as filled")
    usable = _("the register counts it as usable in the unit")
    return {
        ("staff", "repair"): ActionWords(_("Fill a vacant post"), posts, staffed),
        ("staff", "acquire"): ActionWords(_("Open a post and fill it"), posts, staffed),
        ("room", "repair"): ActionWords(_("Put a room back into use"), rooms, usable),
        ("room", "acquire"): ActionWords(_("Build or fit out a room"), rooms, usable),
        ("bed", "repair"): ActionWords(_("Put a bed back into use"), beds, usable),
        ("bed", "acquire"): ActionWords(_("Install a bed"), beds, usable),
        ("equipment", "repair"): ActionWords(_("Repair a device"), devices, usable),
        ("equipment", "acquire"): ActionWords(_("Buy a device"), devices, usable),
        ("utility", "repair"): ActionWords(
            _("Repair a utility (water, power, drainage, internet)"), _("installations"), usable
        ),
        ("utility", "acquire"): ActionWords(
            _("Install a utility (water, power, drainage, internet)"), _("installations"), usable
        ),
        ("water", "repair"): ActionWords(
            _("Bring the water to its quality standard"), _("tests"), _("a test with a good result is recorded")
        ),
        ("water", "acquire"): ActionWords(
            _("Test the quality of the water"), _("tests"), _("a test with a good result is recorded")
        ),
        ("opening", "repair"): ActionWords(
            _("Open the authorised days again"), _("days a week"), _("the hours of the unit show the days")
        ),
        ("opening", "acquire"): ActionWords(
            _("Open more days a week"), _("days a week"), _("the hours of the unit show the days")
        ),
    }
