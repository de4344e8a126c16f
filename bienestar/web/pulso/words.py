"""Values in words: numbers with their unit, why there is none, what a split and its members are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import NoReverseMatch, reverse
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from bienestar.foundation.definitions.catalogue import catalogue, unit_type_name
from bienestar.foundation.definitions.catalogue import resource_name as name_of_resource
from bienestar.foundation.definitions.indicators import Indicator, units_of_measure
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.definitions.pulso import pulso_report
from bienestar.foundation.definitions.tables import frozen_tables
from bienestar.insight.gaps.choices import Readiness
from bienestar.insight.indicators.choices import ValueStatus
from bienestar.insight.indicators.queries.rules import split_column
from bienestar.insight.indicators.queries.values import Value
from bienestar.registers.beneficiaries.choices import CardStage

if TYPE_CHECKING:
    from bienestar.insight.indicators.models import ValueSet

SPLITS: dict[str, str | Promise] = {
    "sex": gettext_lazy("Sex"),
    "age_group": gettext_lazy("Age"),
    "operator": gettext_lazy("Operator"),
    "care_level": gettext_lazy("Level of care"),
    "unit_type": gettext_lazy("Type of unit"),
    "stratum": gettext_lazy("Rural or urban"),
    "resource": gettext_lazy("Resource"),
    "category": gettext_lazy("Category"),
    "stage": gettext_lazy("Stage"),
    "service": gettext_lazy("Service"),
    "round": gettext_lazy("Census round"),
    "component": gettext_lazy("Component"),
    "severity": gettext_lazy("Severity"),
}
MEMBERS: dict[str, dict[str, str | Promise]] = {
    "stratum": {"rural": gettext_lazy("Rural"), "urban": gettext_lazy("Urban")},
    "operator": {
        "IMB": gettext_lazy("IMSS-Bienestar, public body (IMB)"),
        "IMO": gettext_lazy("IMSS-Bienestar, programme (IMO)"),
        "SSA": gettext_lazy("State health services (SSA)"),
    },
    "care_level": {
        "0": gettext_lazy("Does not apply"),
        "1": gettext_lazy("First level"),
        "2": gettext_lazy("Second level"),
        "3": gettext_lazy("Third level"),
    },
    "stage": {one.value: one.label for one in CardStage},
    "readiness": {one.value: one.label for one in Readiness},
}
#: Decimals of a share that would otherwise seem to be nothing, or everything.
MOST_DECIMALS = 4
#: What a place of this kind is called in a heading.
LEVELS = {
    "country": gettext_lazy("Country"),
    "state": gettext_lazy("State"),
    "municipality": gettext_lazy("Municipality"),
    "unit": gettext_lazy("Unit"),
}
BELOW = {
    "state": gettext_lazy("By state"),
    "municipality": gettext_lazy("By municipality"),
    "unit": gettext_lazy("By unit"),
}


def language() -> str:
    """The reader's language."""
    return get_language() or "es"


def told(text: Any) -> str:
    """A ``Text`` of a definition in the reader's language."""
    return str(text.in_language(language())) if text else ""


@dataclass(frozen=True)
class Figure:
    """A value as a page shows it. ``words``: the number, or why there is none; ``url``: its permanent address."""

    value: Value
    definition: Indicator
    words: str
    unit: str
    url: str

    @property
    def known(self) -> bool:
        """Whether there is a number."""
        return self.value.known

    @property
    def name(self) -> str:
        """The indicator in the reader's language."""
        return told(self.definition.name)

    @property
    def completeness(self) -> str:
        """How much of what should tell has told, in words; "" where units do not report."""
        one = self.value
        if not one.units_due or one.units_reported is None:
            return ""
        return _("%(told)s of %(due)s units reported in time (%(share)s)") % {
            "told": number(one.units_reported),
            "due": number(one.units_due),
            "share": share(one.units_reported, one.units_due),
        }

    @property
    def incomplete(self) -> bool:
        """Whether some unit that must report has not."""
        one = self.value
        return bool(one.units_due) and (one.units_reported or 0) < (one.units_due or 0)


def figure_of(value_set: ValueSet, value: Value, definition: Indicator) -> Figure:
    """A value with its words and its permanent address."""
    unit = unit_of(definition)
    words = number_of(value, definition) if value.known and value.value is not None else ""
    if words and unit == "%":
        words, unit = f"{words}\N{NO-BREAK SPACE}%", ""
    return Figure(value, definition, words or status_words(value.status), unit, address_of(value_set, value))


def address_of(value_set: ValueSet, value: Value, name: str = "pulso_value") -> str:
    """The permanent address of a value; "" for a member whose name cannot stand in one."""
    args = [value_set.number, value.indicator, value.code]
    if not value.split:
        return reverse(name, args=args)
    try:
        return reverse(f"{name}_of_member", args=[*args, value.split, value.member])
    except NoReverseMatch:
        return ""


def number(value: float | None, decimals: int = 0) -> str:
    """A number as people write it, with a fixed count of decimals."""
    if value is None:
        return _("not known")
    return str(number_format(round(value, decimals), decimal_pos=decimals, use_l10n=True, force_grouping=True))


def number_of(value: Value, definition: Indicator) -> str:
    """The number of a known value: counts that are whole without decimals, a share never rounded to nought or all."""
    found = float(value.value or 0)
    return number(found, places_of(found, definition, decimals_of(definition)))


def places_of(found: float, definition: Indicator, places: int) -> int:
    """The decimals of a value: none for a whole count, more where a share would seem to be nothing, or everything."""
    if not definition.denominator and found == round(found):
        return 0
    whole = float(definition.times) if definition.unit == "percent" else None
    while places < MOST_DECIMALS and (
        (round(found, places) == 0 and found != 0) or (round(found, places) == whole and found != whole)
    ):
        places += 1
    return places


def share(part: float, whole: float) -> str:
    """A part of a whole in per cent; never rounded up to all, nor down to none."""
    shown = round(100 * part / whole)
    if shown == 100 and part < whole:
        shown = 99
    if shown == 0 and part > 0:
        shown = 1
    return f"{number(shown)}\N{NO-BREAK SPACE}%"


def amount(value: float | None) -> str:
    """A numerator or denominator: whole, or with its decimals where it has some."""
    if value is None:
        return _("not known")
    return number(value, 0 if value == round(value) else 1)


def decimals_of(definition: Indicator) -> int:
    """How many decimals its values are shown with."""
    found = units_of_measure().get(definition.unit)
    return found.decimals if found else 1


def unit_of(definition: Indicator) -> str:
    """What its values count, in words."""
    found = units_of_measure().get(definition.unit)
    return told(found) if found else definition.unit


def counted_of(definition: Indicator) -> str:
    """What its numerator counts, in words."""
    found = units_of_measure().get(definition.counts or definition.unit)
    return told(found) if found else definition.counts or definition.unit


def status_words(status: str) -> str:
    """Why there is no number."""
    words = {
        ValueStatus.UNKNOWN: _("not known"),
        ValueStatus.UNDEFINED: _("does not apply"),
        ValueStatus.NOT_RECORDED: _("not yet recorded"),
        ValueStatus.WITHHELD: _("held back: few people"),
        ValueStatus.KNOWN: _("known"),
    }
    return words.get(ValueStatus(status), status)


def in_chapters(names: Iterable[str]) -> list[tuple[str, str, list[str]]]:
    """Indicators as the pages show them: each chapter's mark, its words and its indicators by their ids."""
    return [
        (chapter.code, told(chapter.name), own) if chapter else ("other", _("Other"), own)
        for chapter, own in pulso_report().by_chapter(sorted(names))
    ]


def in_order(names: Iterable[str]) -> list[str]:
    """Indicators in the order of the chapters."""
    return [name for _code, _words, own in in_chapters(names) for name in own]


def split_words(split: str, definition: Indicator) -> str:
    """What values are divided by."""
    prefix, name = split_column(split)
    if name in SPLITS:
        return str(SPLITS[name])
    shapes = frozen_tables()
    table = {"unit": "units", "municipality": "municipalities"}.get(prefix) or (
        definition.numerator.table if definition.numerator else ""
    )
    column = shapes[table].columns.get(name) if table in shapes else None
    return told(column) if column else name


def member_words(split: str, member: str) -> str:
    """A part of what is divided: a code in words, where the catalogues have them."""
    name = split_column(split)[1]
    if name in MEMBERS and member in MEMBERS[name]:
        return _first_up(str(MEMBERS[name][member]))
    if name == "sex" and member in people_rules().sexes:
        return _first_up(told(people_rules().sexes[member].name))
    if name == "unit_type":
        return unit_type_name(member, language())
    if name == "resource":
        return name_of_resource(member, language())
    if name == "category":
        found = catalogue().categories.get(member)
        return told(found.name) if found else member
    return member or _("not told")


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
