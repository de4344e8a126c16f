"""The first page: the main figures, and what they say in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bienestar.web.reports.blocks import Figure, Figures, Points, Section, lower_first, million, number, people, percent
from bienestar.web.reports.content import Content
from bienestar.web.reports.present.tables import worst_units


def section(content: Content) -> Section:
    """Four figures and the sentences that a reader with one minute needs."""
    blocks = (Figures(figures(content)), Points(tuple(sentences(content))))
    return Section("summary", _("Summary"), blocks)


def completeness(content: Content) -> str:
    """The warning on the first page: what the figures rest on."""
    coverage = content.coverage
    if coverage.units_not_observed == 0:
        visited = _("The census visited every unit.")
    else:
        visited = ngettext(
            "The census did not reach %(n)s of the %(all)s units.",
            "The census did not reach %(n)s of the %(all)s units.",
            coverage.units_not_observed,
        ) % {"n": number(coverage.units_not_observed), "all": number(coverage.units)}
    unknown = _(
        "Of every hundred answers that the standards ask for, %(share)s are not known; what is not known is in no sum: "
        "the true gap can only be larger."
    ) % {"share": share_of_hundred(coverage.lines_unknown, coverage.lines)}
    return f"{visited} {unknown}"


def share_of_hundred(part: int, whole: int) -> str:
    """A share of a hundred as a number; "fewer than 1" for a little."""
    if not whole or not part:
        return "0"
    share = 100 * part / whole
    return _("fewer than %(n)s") % {"n": 1} if share < 1 else number(round(share))


def figures(content: Content) -> tuple[Figure, ...]:
    """The four figures at the head."""
    ready = sum(row.units_ready for row in content.services)
    required = sum(row.units_required for row in content.services)
    unknown = sum(row.units_unknown for row in content.services)
    found = [
        _gap_figure(content, "staff", _("Staff missing"), _("posts that the standards ask for and nobody fills")),
        Figure(
            _("Services ready"),
            percent(ready, required - unknown),
            _("%(ready)s of the %(known)s that are known, unit by unit")
            % {"ready": number(ready), "known": number(required - unknown)},
        ),
        _gap_figure(
            content, "equipment", _("Equipment missing"), _("devices required that are not there or do not work")
        ),
    ]
    if content.plan:
        note = _("people without social security, with %(money)s") % {"money": million(content.plan.spent)}
        found.append(Figure(_("Would gain a service"), people(content.plan.people_gaining), note))
    else:
        seen = percent(content.coverage.units_observed, content.coverage.units)
        found.append(Figure(_("Units visited"), seen, _("of those that have a standard")))
    return tuple(found)


def _gap_figure(content: Content, group: str, label: str, note: str) -> Figure:
    """The gap of a group; a sum over a small part of the answers is no headline, however exact."""
    gap = content.gap_of(group)
    known, asked = content.known_of(group)
    if gap is None:
        return Figure(label, _("not known"), note)
    if known < LEAST_KNOWN * asked:
        return Figure(label, _("not known"), _few_known(known, asked, gap))
    return Figure(label, number(gap), note)


def _few_known(known: int, asked: int, gap: float) -> str:
    values = {"known": number(known), "all": number(asked), "gap": number(gap)}
    return _("only %(known)s of %(all)s answers are known; %(gap)s missing among them") % values


# Below this share of known answers a sum would be read as the whole and is not shown as a headline.
LEAST_KNOWN = 0.5


def sentences(content: Content) -> list[str]:
    """What the figures say, most important first; each sentence stands alone."""
    found = [_services_sentence(content), *_staff_sentences(content), *_equipment_sentence(content)]
    found += [*_water_sentences(content), *_worst_sentence(content), *_plan_sentences(content)]
    return found


def _services_sentence(content: Content) -> str:
    coverage = content.coverage
    ready = sum(row.units_ready for row in content.services)
    required = sum(row.units_required for row in content.services)
    unknown = sum(row.units_unknown for row in content.services)
    return _(
        "The %(units)s units must offer %(required)s services in all, each counted once a unit. %(ready)s are ready, "
        "%(held)s are held back by something that is missing, and of %(unknown)s it is not known."
    ) % {
        "units": number(coverage.units),
        "required": number(required),
        "ready": number(ready),
        "held": number(required - ready - unknown),
        "unknown": number(unknown),
    }


def _staff_sentences(content: Content) -> list[str]:
    gap = content.gap_of("staff")
    if gap is None:
        return [_("The staff of the units is not known: no unit's posts could be compared with the standards.")]
    rows = [row for row in content.resources_of("staff") if row.gap > 0]
    found = [
        _("%(gap)s posts are missing: %(vacant)s exist and are vacant, %(new)s would have to be opened.")
        % {
            "gap": number(gap),
            "vacant": number(sum(row.to_repair for row in rows)),
            "new": number(sum(row.to_acquire for row in rows)),
        }
    ]
    largest = sorted(rows, key=lambda row: (-row.gap, row.code))[:3]
    if largest:
        named = ", ".join(f"{lower_first(row.name)} ({number(row.gap)})" for row in largest)
        found.append(_("The categories most missed are %(named)s.") % {"named": named})
    return found


def _equipment_sentence(content: Content) -> list[str]:
    rows = content.resources_of("equipment")
    gap = content.gap_of("equipment")
    if not rows:
        return []
    if gap is None:
        return [_("Equipment is not known: the census that was loaded does not count devices.")]
    known, asked = content.known_of("equipment")
    if known < LEAST_KNOWN * asked:
        return [_("Equipment is hardly known: %(few)s.") % {"few": _few_known(known, asked, gap)}]
    values = {"gap": number(gap), "repair": number(sum(row.to_repair for row in rows))}
    return [_("%(gap)s devices are missing; %(repair)s of them stand in the units and need a repair.") % values]


def _water_sentences(content: Content) -> list[str]:
    """Water and power first of all utilities: without them nothing else in a unit works."""
    found = []
    for row in content.resources_of("utility", "water"):
        if row.code in FIRST_OF_UTILITIES and row.units_known:
            values = {"name": row.name, "n": number(row.units_short), "known": number(row.units_known)}
            found.append(_("%(name)s: missing in %(n)s of the %(known)s units where it is known.") % values)
    return found


FIRST_OF_UTILITIES = ("utility.water_service", "utility.electricity", "water.quality_test")


def _worst_sentence(content: Content) -> list[str]:
    worst = worst_units(content, 3)
    if not worst:
        return []
    named = ", ".join(f"{row.name} ({row.municipality})" for row in worst)
    return [_("Units that need help first: %(named)s.") % {"named": named}]


def _plan_sentences(content: Content) -> list[str]:
    if content.plan is None:
        return []
    chosen = content.plan.chosen
    return [
        _(
            "With %(spent)s the plan makes %(services)s services ready in %(units)s units; %(people)s people without "
            "social security gain at least one."
        )
        % {
            "spent": million(content.plan.spent),
            "services": number(len(chosen)),
            "units": number(len({item.key for item in chosen})),
            "people": people(content.plan.people_gaining),
        }
    ]
