"""The plan: what a budget buys, in what order and why, with its proof."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from bienestar.web.reports.blocks import (
    NOT_APPLICABLE,
    Block,
    Column,
    Figure,
    Figures,
    Paragraph,
    Points,
    Row,
    Section,
    Table,
    millions,
    number,
    people,
)
from bienestar.web.reports.content import Content, Plan, PlanItem
from bienestar.web.reports.present.tables import group_words

FIRST_ITEMS = 15


def section(content: Content) -> Section | None:
    """The newest scenario of the diagnosis; None where there is none or the reader may not see plans."""
    plan = content.plan
    if plan is None:
        return None
    blocks: list[Block] = [
        Paragraph(introduction(plan)),
        Figures(figures(plan)),
        Points(tuple(proof(plan))),
        money_table(plan),
    ]
    if plan.chosen:
        blocks += [first_items(content, plan), shopping_table(content, plan)]
    if plan.refused_reasons:
        blocks.append(refused_table(plan))
    return Section("plan", _("What a budget buys"), tuple(blocks))


def introduction(plan: Plan) -> str:
    """Which scenario this is and what it maximises."""
    made = date_format(timezone.localtime(plan.made_at), "DATETIME_FORMAT")
    return _(
        "Scenario %(number)s, “%(name)s”, made on %(when)s by %(who)s with the costs of version %(costs)s. It chooses, "
        "unit by unit, which services to make ready so that most people without social security gain one, weighted by "
        "service and by marginalisation. A service counts only when all that it lacks is hired, bought or repaired."
    ) % {
        "number": plan.number,
        "name": plan.name,
        "when": made,
        "who": plan.made_by,
        "costs": plan.costs_version,
    }


def figures(plan: Plan) -> tuple[Figure, ...]:
    """Budget, spending, people, proof."""
    return (
        Figure(_("Budget"), millions(plan.budget), _("million pesos")),
        Figure(_("Spent"), millions(plan.spent), _("million pesos")),
        Figure(_("People gaining a service"), people(plan.people_gaining), _("without social security")),
        Figure(_("Proven gap"), _small_percent(plan.gap), _("no other plan can be better by more than this")),
    )


def proof(plan: Plan) -> list[str]:
    """The bound, the greedy rival, the price of one more million, in sentences."""
    found = [
        _("The plan is worth %(value)s; no plan for this budget can be worth more than %(bound)s (people, weighted).")
        % {"value": number(round(plan.value)), "bound": number(round(plan.bound))}
    ]
    more = plan.value / plan.greedy_value - 1 if plan.greedy_value > 0 else None
    if more is not None and more < SMALLEST_ADVANTAGE:
        found.append(_("Choosing simply by people for each peso gives as much here."))
    elif more is not None:
        found.append(
            _("Choosing simply by people for each peso gives %(greedy)s; this plan gives %(more)s more.")
            % {
                "greedy": number(round(plan.greedy_value)),
                "more": _small_percent(more),
            }
        )
    if plan.price_of_million:
        price = number(plan.price_of_million)
        found.append(_("One more million pesos would add about %(n)s (people, weighted).") % {"n": price})
    else:
        found.append(_("More money would add nothing: every service that can be planned is in the plan."))
    return found


SMALLEST_ADVANTAGE = 0.00005


def _small_percent(share: float) -> str:
    return f"{number_format(round(100 * share, 2), decimal_pos=2, use_l10n=True)} %"


def money_table(plan: Plan) -> Table:
    """Spending by kind of money."""
    columns = (
        Column("money", _("Kind of money"), width=2),
        Column("cost", _("Pesos"), "money"),
        Column("share", _("Share"), "percent"),
    )
    spent = sum((amount for _kind, amount in plan.spent_by_money), start=plan.spent * 0)
    rows = [Row((kind, amount, float(amount / spent) if spent else None)) for kind, amount in plan.spent_by_money]
    rows.append(Row((_("In all"), spent, NOT_APPLICABLE), "total"))
    return Table("money", _("Spent, by kind of money"), columns, tuple(rows))


def first_items(content: Content, plan: Plan) -> Table:
    """The services that reach most people first."""
    columns = [
        Column("unit", _("Unit"), width=3),
        Column("service", _("Service made ready"), width=2.2),
        Column("cost", _("Cost, pesos"), "money", width=1.4),
        Column("reason", _("Why"), width=4),
    ]
    if content.shows_people:
        columns.insert(2, Column("people", _("People"), "people"))
    rows = []
    for item in plan.chosen[:FIRST_ITEMS]:
        served = (item.people,) if content.shows_people else ()
        name = f"{item.unit} · {item.municipality}"
        rows.append(Row((name, item.service, *served, item.cost, item.reason)))
    note = _("The first %(shown)s of %(all)s; the workbook has them all.") % {
        "shown": len(rows),
        "all": number(len(plan.chosen)),
    }
    return Table("items", _("What the plan makes ready first"), tuple(columns), tuple(rows), note)


def shopping_table(content: Content, plan: Plan) -> Table:
    """Everything to hire, buy, build and repair, over all units."""
    columns = (
        Column("resource", _("To hire, buy, build or repair"), width=3),
        Column("money", _("Kind of money"), width=1.2),
        Column("to_acquire", _("New"), "count"),
        Column("to_repair", _("Repair or fill"), "count"),
        Column("units", _("Units"), "count"),
        Column("cost", _("Pesos"), "money", width=1.4),
    )
    rows: list[Row] = []
    group = ""
    for line in plan.purchases:
        if line.group != group:
            group = line.group
            rows.append(Row((group_words(group, content.language), *[NOT_APPLICABLE] * 5), "head"))
        rows.append(Row((line.name, line.money, line.to_acquire, line.to_repair, line.units, line.cost)))
    total = sum((line.cost for line in plan.purchases), start=plan.spent * 0)
    rows.append(Row((_("In all"), *[NOT_APPLICABLE] * 4, total), "total"))
    return Table("shopping", _("Shopping list of the plan"), columns, tuple(rows))


def refused_table(plan: Plan) -> Table:
    """Why the other services are left out, counted."""
    columns = (Column("reason", _("Why not"), width=5), Column("n", _("Services in units"), "count"))
    rows = tuple(Row((reason, count)) for reason, count in plan.refused_reasons)
    return Table("refused", _("Services that the plan leaves out"), columns, rows)


def file_tables(content: Content) -> list[Table]:
    """All items and all purchases, for the workbook and the CSV files."""
    plan = content.plan
    if plan is None:
        return []
    columns = [
        Column("key", _("CLUES"), "code", width=1.5),
        Column("unit", _("Unit"), width=4),
        Column("municipality", _("Municipality"), width=2),
        Column("service", _("Service"), width=3),
        Column("chosen", _("Chosen")),
        Column("cost", _("Cost, pesos"), "money", width=1.5),
        Column("value", _("People, weighted"), "count"),
        Column("reason", _("Why"), width=6),
    ]
    if content.shows_people:
        columns.insert(6, Column("people", _("People"), "people"))
    rows = tuple(Row(item_cells(item, people=content.shows_people)) for item in plan.items)
    items = Table("plan", _("Plan, item by item"), tuple(columns), rows)
    lines = tuple(
        Row((line.code, line.name, line.money, line.to_acquire, line.to_repair, line.units, line.cost))
        for line in plan.purchases
    )
    shopping = (Column("code", _("Code"), "code", width=2), *shopping_table(content, plan).columns)
    return [items, Table("shopping", _("Shopping list"), shopping, lines)]


def item_cells(item: PlanItem, *, people: bool) -> tuple[object, ...]:
    """One item in full."""
    served = (item.people,) if people else ()
    chosen = _("yes") if item.chosen else _("no")
    place = (item.key, item.unit, item.municipality, item.service)
    return (*place, chosen, item.cost, *served, item.value, item.reason)
