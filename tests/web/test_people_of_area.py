"""The people of an area are those who live in it, not the sum over the units that they use."""

import datetime as dt

from django.utils.html import escape

from bienestar.demo.build import build_state
from bienestar.demo.judge import diagnose
from bienestar.foundation.facilities.queries import unit_visible_to
from bienestar.foundation.territory.actions import FigureRow, put_figures
from bienestar.foundation.territory.choices import Measure
from bienestar.foundation.territory.models import AreaFigure
from bienestar.insight.gaps.queries.basis import people_basis_words
from bienestar.insight.gaps.queries.pages import people_of_area

DAY = dt.date(2024, 7, 1)


def test_people_are_those_of_the_municipalities(territory):
    found = people_of_area(territory.state_a, DAY)
    assert (found.value, found.unsaid, found.entitlement) == (24_000 + 6_500 + 7_000, 0, 0)
    assert found.newest == dt.date(2020, 3, 15)
    assert people_of_area(territory.municipalities["91002"], DAY).value == 6_500


def test_where_one_measure_is_missing_the_other_serves_and_is_said(territory, system, source):
    area = territory.municipalities["91002"]
    AreaFigure.objects.filter(area=area, measure=Measure.NO_SOCIAL_SECURITY).delete()
    put_figures(
        by=system,
        rows=[FigureRow(area.pk, Measure.NO_HEALTH_ENTITLEMENT, dt.date(2022, 1, 1), 3_000)],
        source=source,
    )
    found = people_of_area(territory.state_a, DAY)
    assert (found.value, found.unsaid, found.entitlement) == (24_000 + 3_000 + 7_000, 0, 1)
    AreaFigure.objects.filter(area=area).delete()
    assert people_of_area(area, DAY).value is None
    assert people_of_area(territory.state_a, DAY).unsaid == 1


def test_a_unit_says_how_its_people_were_reckoned(client, people, system):
    built = build_state(by=system)
    run = diagnose(system, built.code)
    unit = unit_visible_to(system, built.unit())
    words = people_basis_words(run.run_units.get(unit=unit).people_basis)
    for reader, shown in ((people.planner, True), (people.census_lead, False)):
        client.force_login(reader)
        answer = client.get(f"/units/{built.unit()}/")
        assert (answer.status_code == 200 and escape(words) in answer.content.decode()) is shown
