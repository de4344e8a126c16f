"""What a person may be allowed to do. Which role holds which is data: definitions/roles.yaml."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(models.TextChoices):
    """One thing that a person may do in a territory; the policy page of the product."""

    VIEW_UNITS = "view_units", _("See units and what is there")
    VIEW_GAPS = "view_gaps", _("See what is missing")
    VIEW_CATCHMENT = "view_catchment", _("See how many people a unit serves")
    VIEW_PLANS = "view_plans", _("See plans and scenarios")
    VIEW_PUBLISHED = "view_published", _("See published diagnoses")
    VIEW_JOURNAL = "view_journal", _("Read the journal of actions")
    EXPORT = "export", _("Download tables and documents")
    EDIT_UNITS = "edit_units", _("Change units and their keys")
    IMPORT_FILES = "import_files", _("Load official files")
    RECORD_VISIT = "record_visit", _("Record census visits")
    REVIEW_VISIT = "review_visit", _("Accept or refuse census visits")
    MANAGE_ROUND = "manage_round", _("Open and close census rounds")
    RUN_DIAGNOSIS = "run_diagnosis", _("Run a diagnosis")
    PUBLISH_DIAGNOSIS = "publish_diagnosis", _("Publish a diagnosis")
    MAKE_PLAN = "make_plan", _("Make and save plans")
    MANAGE_ACCESS = "manage_access", _("Give and end roles")
    VIEW_PERSONS = "view_persons", _("Search for people and see their records")
    REGISTER_PERSON = "register_person", _("Register people and correct their records")
    EXPORT_PERSONS = "export_persons", _("Download lists of people")
    RUN_MATCH = "run_match", _("Compare people with the rolls of institutions")
    REVIEW_MATCH = "review_match", _("Decide whether two records are one person")
    VIEW_CARDS = "view_cards", _("See how many cards were printed and delivered")
    MANAGE_CARDS = "manage_cards", _("Validate, print, ship and revoke cards")
    DELIVER_CARD = "deliver_card", _("Receive and deliver cards")
    MANAGE_KEYS = "manage_keys", _("Make and retire the keys that sign cards")
    VIEW_INDICATORS = "view_indicators", _("See indicators before they are published, and the records behind them")
    TAKE_SNAPSHOT = "take_snapshot", _("Freeze the registers and reckon the indicators")
    PUBLISH_INDICATORS = "publish_indicators", _("Publish indicators")
    SEAL_JOURNAL = "seal_journal", _("Seal the journal")
