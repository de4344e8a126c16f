"""The document in words, from plain values: no database."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bienestar.web.reports.blocks import Document, Figures, Points, Section, Table, cell_text, cell_value, people
from bienestar.web.reports.content import Coverage
from bienestar.web.reports.layout import layout_of
from bienestar.web.reports.present import present
from tests.reports import samples


def english(**changes) -> Document:
    return present(samples.content(language="en", **changes))


def section(document: Document, key: str) -> Section:
    return next(found for found in document.sections if found.key == key)


def table(document: Document, key: str) -> Table:
    """A table as printed in the document."""
    tables = [block for part in document.sections for block in part.blocks if isinstance(block, Table)]
    return next(found for found in tables if found.key == key)


def texts(found: Table) -> list[list[str]]:
    """The cells as they are shown."""
    return [
        [cell_text(value, column.kind) for value, column in zip(row.cells, found.columns, strict=True)]
        for row in found.rows
    ]


def test_parts_stand_in_the_order_of_a_reader_with_little_time():
    keys = [part.key for part in english().sections]
    assert keys == [
        *("summary", "unknown", "services", "staff", "gaps", "water", "places", "worst"),
        *("actions", "plan", "method", "glossary", "sources"),
    ]


def test_the_head_says_what_makes_it_checkable():
    document = english()
    facts = dict(document.facts)
    assert document.title == "State diagnosis: Sierra Alta y Peñón"
    assert facts["SHA-256 of the standards"] == "9f" * 32
    assert facts["SHA-256 of the results"] == "ab12cd34ef56" + "0" * 52
    assert facts["Units visited by the census"] == "3 of 4"
    assert facts["State of things as of"] == "1 July 2024"
    assert document.running[2] == "Standards 2026.1 · diagnosis 7 · ab12cd34ef56"


def test_head_figures_are_sums_of_the_content():
    figures = section(english(), "summary").blocks[0]
    assert isinstance(figures, Figures)
    assert {figure.label: figure.value for figure in figures.figures} == {
        "Staff missing": "12",  # 7 physicians and 5 nurses
        "Services ready": "57 %",  # 4 of the 7 that are known
        "Equipment missing": "5",  # scales; electrocardiographs are not known
        "Would gain a service": "1,203",
    }


def test_summary_says_how_the_gap_closes_and_which_is_largest():
    points = section(english(), "summary").blocks[1]
    assert isinstance(points, Points)
    assert "12 posts are missing: 3 exist and are vacant, 9 would have to be opened." in points.sentences
    assert "Agua entubada: missing in 2 of the 3 units where it is known." in points.sentences
    assert "The categories most missed are médico general o familiar (7), enfermera general (5)." in points.sentences


def test_what_nobody_counted_is_not_known_and_in_no_sum():
    found = texts(table(english(), "gaps"))
    cardiographs = next(row for row in found if row[0] == "Electrocardiógrafo")
    total = next(row for row in found if row[0] == "Total: equipment")
    assert cardiographs[1:5] == ["not known"] * 4
    assert cardiographs[7] == "1"
    assert total[2:5] == ["6", "5", "5"]


def test_equipment_that_the_census_did_not_count_is_not_zero():
    resources = tuple(
        samples.resource(row.code, row.name, **samples.NOTHING_KNOWN) if row.group == "equipment" else row
        for row in samples.content().resources
    )
    document = english(resources=resources)
    points = section(document, "summary").blocks[1]
    figures = section(document, "summary").blocks[0]
    assert "Equipment is not known: the census that was loaded does not count devices." in points.sentences
    assert [figure.value for figure in figures.figures if figure.label == "Equipment missing"] == ["not known"]


def test_a_sum_over_few_answers_is_no_headline():
    resources = tuple(
        samples.resource(row.code, row.name, units_required=400, units_unknown=397) if row.group == "equipment" else row
        for row in samples.content().resources
    )
    figures, points = section(english(resources=resources), "summary").blocks
    equipment = next(figure for figure in figures.figures if figure.label == "Equipment missing")
    assert equipment.value == "not known"
    assert equipment.note == "only 6 of 800 answers are known; 10 missing among them"
    assert "Equipment is hardly known: only 6 of 800 answers are known; 10 missing among them." in points.sentences


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"greedy_value": 1453.5}, "Choosing simply by people for each peso gives as much here."),
        (
            {"price_of_million": 0.0},
            "More money would add nothing: every service that can be planned is in the plan.",
        ),
    ],
)
def test_a_plan_that_wins_nothing_says_so(changes, sentence):
    document = english(plan=samples.plan(**changes))
    assert sentence in section(document, "plan").blocks[2].sentences


def test_municipality_without_visit_is_named_and_its_gaps_are_not_known():
    document = english()
    places = texts(table(document, "municipalities"))
    assert places[1][2:] == ["fewer than 5", "1", "0", "2", "0", "1", "not known", "not known"]
    assert places[2][-2:] == ["–", "–"]
    assert "In 1 place no unit was visited: Peñón Blanco." in section(document, "unknown").blocks[0].sentences


@pytest.mark.parametrize(
    ("value", "shown"), [(0, "0"), (1, "fewer than 5"), (4.9, "fewer than 5"), (5, "5"), (1234.4, "1,234")]
)
def test_a_handful_of_people_is_never_told_apart(value, shown):
    document = english()
    units = next(found for found in document.files if found.key == "units")
    served = next(column for column in units.columns if column.key == "people")
    assert cell_text(value, served.kind) == shown
    assert str(cell_value(value, served.kind)) == shown.replace(",", "")


def test_a_handful_of_people_is_hidden_in_every_table_and_file():
    document = english()
    for found in [*document.files, *(b for part in document.sections for b in part.blocks if isinstance(b, Table))]:
        for place, column in enumerate(found.columns):
            if column.kind == "people":
                shown = [row.cells[place] for row in found.rows]
                written = [cell_value(value, "people") for value in shown]
                assert not {1, 2, 3, 4} & {cell for cell in written if isinstance(cell, int)}
    assert people(3) == people(4)


def test_staff_gap_stands_beside_what_was_published_and_the_vacancies():
    rows = texts(table(english(), "staff_figures"))
    assert [row[1] for row in rows] == ["12", "more than 4,000", "3"]
    assert rows[1][3] == "No se publicó cómo se contó."
    assert texts(table(english(), "staff_groups"))[-1] == ["All staff", "20", "12", "10", "12", "2"]


def test_units_that_need_help_first_are_ordered_by_people_held_back():
    worst = table(english(), "worst")
    assert [row.cells[0] for row in worst.rows] == [
        "Peñón Blanco, Ixtlán (SAIMB000011)",
        "El Nogal, Ixtlán (SAIMB000022)",
    ]
    assert worst.rows[0].cells[-1] == "2 × Enfermera general; 1 × Báscula"


def test_actions_by_kind_add_up():
    actions = table(english(), "actions")
    total = actions.rows[-1]
    assert total.role == "total"
    assert total.cells[1] == sum(row.repairs + row.acquisitions for row in samples.content().resources)
    assert sum(row.cells[1] for row in actions.rows[:-1]) == total.cells[1]


def test_plan_shows_proof_money_and_shopping_list():
    document = english()
    sentences = section(document, "plan").blocks[2].sentences
    assert sentences[0].startswith("The plan is worth 1,454; no plan for this budget can be worth more than 1,455")
    assert "3.82 % more" in sentences[1]
    assert texts(table(document, "money"))[-1] == ["In all", "1,000,000", "–"]
    assert texts(table(document, "shopping"))[-1][-1] == "1,000,000"


def test_without_plan_or_catchment_permission_neither_is_told():
    document = english(plan=None, shows_people=False)
    assert "plan" not in [part.key for part in document.sections]
    assert "plan" not in [found.key for found in document.files]
    units = next(found for found in document.files if found.key == "units")
    assert "people" not in [column.key for column in units.columns]
    assert "people" not in [column.key for column in table(document, "worst").columns]


def test_a_census_of_every_unit_says_so():
    whole = Coverage(units=4, units_observed=4, units_without_standard=0, lines=40, lines_unknown=0)
    assert english(coverage=whole).warning.startswith("The census visited every unit.")


def test_both_languages_hold_the_same_figures():
    spanish, other = (layout_of(present(samples.content(language=code))) for code in ("es", "en"))
    assert (spanish["language"], other["language"]) == ("es", "en")
    assert [part["key"] for part in spanish["sections"]] == [part["key"] for part in other["sections"]]
    assert "1 de julio de 2024" in spanish["running"][1]
    for one, two in zip(spanish["sections"], other["sections"], strict=True):
        for a, b in zip(one["blocks"], two["blocks"], strict=True):
            if a["kind"] == "table":
                numbers = [[cell["words"] for cell in row["cells"] if _is_number(cell)] for row in a["rows"]]
                assert numbers == [[cell["words"] for cell in row["cells"] if _is_number(cell)] for row in b["rows"]]


def _is_number(cell) -> bool:
    return cell["words"].replace(",", "").replace(".", "").isdigit()


def test_a_table_title_is_not_said_twice():
    found = layout_of(english())
    places = next(part for part in found["sections"] if part["key"] == "places")
    assert [block["title"] for block in places["blocks"] if block["kind"] == "table"] == [""]


def test_content_without_map_or_places_still_makes_a_document():
    document = present(replace(samples.content(language="en"), map=None, places=(), units=(), plan=None))
    assert "worst" not in [part.key for part in document.sections]
