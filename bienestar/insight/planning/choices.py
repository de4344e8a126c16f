"""Kinds of money, what a purchase does, and why an item is in a plan or not."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Money(models.TextChoices):
    """A kind of money: what is voted for wages cannot buy a sterilizer."""

    PAYROLL = "payroll", _("Payroll")
    EQUIPMENT = "equipment", _("Equipment")
    WORKS = "works", _("Works")
    OPERATION = "operation", _("Operation")


class Reason(models.TextChoices):
    """Why an item was chosen or refused; the sentence with its figures is made on the page."""

    LOCKED_IN = "locked_in", _("The planner locked it in")
    LOCKED_OUT = "locked_out", _("The planner locked it out")
    BEST_VALUE = "best_value", _("It gives more people a service for each peso than what was left out")
    EQUITY = "equity", _("It is chosen so that the equity floor is kept")
    FITS_REST = "fits_rest", _("It fits in what the better items left of the budget")
    BUDGET = "budget", _("The budget does not reach: it gives fewer people a service for each peso")
    BUDGET_KIND = "budget_kind", _("The money of one kind that it needs is used up")
    PEOPLE = "people", _("There are not enough people to hire")
    TOO_LARGE = "too_large", _("It costs more than the whole budget")
    NO_PEOPLE = "no_people", _("No people without social security are known to use it")
    UNKNOWN = "unknown", _("It cannot be costed until what is not known is counted")
    NO_COST = "no_cost", _("A resource that it needs has no cost in the costs file")
