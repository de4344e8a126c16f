"""Downloading a list of people: who is wanted, how many they are, what for, and then the file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.queries import Actor, access_of, require_anywhere
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.foundation.territory.choices import Level
from bienestar.foundation.territory.queries import areas_visible_to
from bienestar.operations.enrolment.choices import Result
from bienestar.operations.enrolment.queries import people_with
from bienestar.registers.beneficiaries.actions import ExportRefused, export_persons
from bienestar.registers.beneficiaries.queries import ExportChoice, persons_to_export
from bienestar.web.components.downloads import RowsFile
from bienestar.web.components.widgets import LongSelect
from bienestar.web.page import Link

COLUMNS = {
    "record": gettext_lazy("Number of the record"),
    "curp": gettext_lazy("CURP"),
    "folio": gettext_lazy("Temporary folio"),
    "given_names": gettext_lazy("Given names"),
    "first_surname": gettext_lazy("First surname"),
    "second_surname": gettext_lazy("Second surname"),
    "birth_date": gettext_lazy("Birth date"),
    "birth_year": gettext_lazy("Year of birth"),
    "sex": gettext_lazy("Sex"),
    "birth_state": gettext_lazy("State of birth"),
    "municipality": gettext_lazy("Code of the municipality"),
    "municipality_name": gettext_lazy("Municipality of the home"),
    "locality_name": gettext_lazy("Locality"),
    "address": gettext_lazy("Address"),
    "unit": gettext_lazy("CLUES of the unit"),
    "unit_name": gettext_lazy("Unit"),
    "card": gettext_lazy("Folio of the card"),
    "card_stage": gettext_lazy("Where the card is"),
}
KINDS = ("csv", "xlsx")


class ChoiceForm(forms.Form):
    """Who is wanted. It stands in the address: nothing in it is of a person."""

    place = forms.ChoiceField(
        label=gettext_lazy("Municipality"),
        help_text=gettext_lazy("Where the people are attended."),
        required=False,
        widget=LongSelect,
    )
    unit = forms.CharField(label=gettext_lazy("CLUES key of the unit"), required=False, max_length=20)
    result = forms.ChoiceField(label=gettext_lazy("Social security"), required=False)
    card = forms.ChoiceField(
        label=gettext_lazy("Card"),
        required=False,
        choices=(
            ("", gettext_lazy("All")),
            ("with", gettext_lazy("With a card, or one on its way")),
            ("without", gettext_lazy("Without a card")),
        ),
    )

    def __init__(self, *args: Any, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.places = {area.code: area for area in areas_visible_to(by, Permission.EXPORT_PERSONS, Level.MUNICIPALITY)}
        named = sorted((area.name, code) for code, area in self.places.items())
        self.fields["place"].choices = [("", _("All of your territory")), *((code, name) for name, code in named)]
        self.fields["result"].choices = [("", _("All")), *((one.value, _first_up(str(one.label))) for one in Result)]

    def clean_unit(self) -> Any:
        """The unit of that key, if lists of its people may be downloaded."""
        key = self.cleaned_data["unit"].strip()
        if not key:
            return None
        try:
            return unit_visible_to(self.by, key, Permission.EXPORT_PERSONS)
        except ObjectDoesNotExist:
            raise ValidationError(_("There is no unit with this key in your territory.")) from None

    def clean(self) -> dict[str, Any]:
        """The unit lies in the municipality, where both are told."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        place, unit = self.places.get(told.get("place", "")), told.get("unit")
        if place and unit and not unit.path.startswith(place.path):
            self.add_error("unit", _("This unit is in another municipality."))
        return told

    def choice(self) -> ExportChoice:
        """What the action takes; the form is valid."""
        told = self.cleaned_data
        place = told["unit"] or self.places.get(told["place"])
        return ExportChoice(
            path=place.path if place else "",
            card={"with": True, "without": False}.get(told["card"]),
            **({"fits": people_with(told["result"]), "result": told["result"]} if told["result"] else {}),
        )


class Radios(forms.RadioSelect):
    """Choices that the page writes itself, in one fieldset that an error leads to."""

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The fieldset."""
        return id_


class PurposeForm(forms.Form):
    """What the list is for; it decides the columns."""

    purpose = forms.ChoiceField(
        label=gettext_lazy("What the list is for"),
        widget=Radios,
        error_messages={"required": gettext_lazy("Choose what the list is for.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "es"
        rules = people_rules().exports
        self.fields["purpose"].choices = [(code, rule.name.in_language(language)) for code, rule in rules.items()]

    def rows(self) -> list[dict[str, Any]]:
        """Each purpose with its columns in words."""
        rules, chosen = people_rules().exports, self["purpose"].value()
        return [
            {
                "code": code,
                "name": name,
                "columns": ", ".join(str(COLUMNS[column]) for column in rules[code].columns),
                "chosen": code == chosen,
            }
            for code, name in self.fields["purpose"].choices
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """How many fit, and with a purpose the file. The file goes out only by POST and is kept nowhere."""
    require_anywhere(request.actor, Permission.EXPORT_PERSONS)
    sent = request.POST if request.method == "POST" else None
    # Without anything asked for, everybody of the territory is counted.
    form = ChoiceForm(sent if sent is not None else request.GET, by=request.actor)
    purposes = PurposeForm(sent)
    count = None
    if form.is_valid():
        choice = form.choice()
        if sent is not None and purposes.is_valid():
            answer = _file(request, choice, purposes)
            if answer is not None:
                return answer
        count = persons_to_export(request.actor, choice).count()
    context = {
        "form": form,
        "purposes": purposes,
        "count": count,
        "asked": {name: form[name].value() or "" for name in form.fields},
        "crumbs": [Link(_("Counter"), _counter(request.actor)), Link(_("Download a list of people"))],
    }
    return render(request, "people/export.html", context)


def _file(request: HttpRequest, choice: ExportChoice, purposes: PurposeForm) -> HttpResponseBase | None:
    """The list as a file; None once the form says why there is none."""
    purpose = purposes.cleaned_data["purpose"]
    kind = request.POST.get("kind", "")
    kind = kind if kind in KINDS else "csv"
    head = [str(COLUMNS[column]) for column in people_rules().exports[purpose].columns]
    file = RowsFile(kind, head)
    try:
        export_persons(by=request.actor, choice=choice, purpose=purpose, put=file.put, most=file.most)
    except ExportRefused as refused:
        file.drop()
        purposes.add_error("purpose", str(refused))
        return None
    except BaseException:
        file.drop()
        raise
    return file.answer(f"personas-{timezone.localdate().isoformat()}.{kind}")


def may_export(by: Actor) -> bool:
    """Whether the reader downloads lists of people anywhere."""
    return bool(access_of(by).paths(Permission.EXPORT_PERSONS))


def _counter(by: Actor) -> str:
    return reverse("counter") if access_of(by).paths(Permission.VIEW_PERSONS) else ""


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
