"""The Pulso's pages: every figure leads to its evidence and back, nothing is nought that is not known."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.utils import translation
from django.utils.html import escape

from bienestar.foundation.accounts.queries import PublicUser
from bienestar.insight.indicators.queries.values import definitions_of, values_at, values_of
from bienestar.web.pulso.words import member_words
from tests.indicators.made import CUT_OFF, EARLIER, make_set

pytestmark = pytest.mark.django_db
PAGE = 150_000  # bytes of a first page, all told


@pytest.fixture
def read(client, territory):
    """The text of a page for somebody without an account, in English."""

    def get(address, status=200):
        client.cookies["django_language"] = "en"
        answer = client.get(address)
        assert answer.status_code == status, address
        return answer.content.decode()

    return get


def links(page):
    """Addresses inside the content of a page."""
    return set(re.findall(r'href="([^"]+)"', page[page.index("<main") : page.index("</main>")]))


def test_the_country_shows_every_figure_with_its_address_and_no_nought_for_what_is_not_recorded(read, pulso_sets):
    page = read("/pulso/")
    number = pulso_sets.newest.pk
    values = values_at(PublicUser(), pulso_sets.newest)
    for name, value in values.items():
        address = f"/pulso/valor/{number}/{name}/MX/"
        assert (address in links(page)) == (value.status != "not_recorded"), name
        assert f"/pulso/indicadores/{name}/" in links(page)
    assert "Committees" in page[page.index("por-registrar") :]
    assert f"/pulso/cortes/{pulso_sets.earlier.pk}/" in links(page)
    absent = next(name for name, value in values.items() if value.status == "not_recorded")
    told = read(f"/pulso/valor/{number}/{absent}/MX/")
    assert "not yet recorded" in told
    assert "It is not zero" in told


def test_nothing_published_is_said_on_every_page(read):
    for address in ("/pulso/", "/pulso/indicadores/", "/pulso/estados/91/", "/pulso/indicadores/FAC-02/"):
        assert "No figures have been published yet" in read(address)
    assert "No figures have been published yet" in read("/pulso/cortes/")


def test_the_first_page_is_light_enough_for_a_slow_line(client, pulso_sets, territory):
    answer = client.get("/pulso/", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    page = gzip.decompress(answer.content).decode()
    files = re.findall(r'<(?:link|script)[^>]+(?:href|src)="/static/([^"]+)"', page)
    assert len(files) >= 3
    total = len(answer.content) + sum(len(gzip.compress(Path(finders.find(name)).read_bytes())) for name in files)
    assert total < PAGE
    assert not re.search(r"<img|@import|url\(", page)


def test_down_from_the_country_to_a_unit_and_up_again(read, pulso_set):
    start = f"/pulso/valor/{pulso_set.pk}/FAC-02/"
    assert f"{start}91/" in links(read(f"{start}MX/"))
    assert f"{start}91001/" in links(read(f"{start}91/"))
    units = links(read(f"{start}91001/"))
    assert f"{start}XAIMB000011/" in units
    unit = read(f"{start}XAIMB000011/")
    crumbs = unit[unit.index('class="crumbs"') : unit.index("<main")]
    for code in ("MX", "91", "91001"):
        assert f'href="{start}{code}/"' in crumbs
    assert "Unidad XAIMB000011" in unit


def test_all_units_behind_the_country_s_figure_are_there_page_by_page(read, pulso_set):
    start = f"/pulso/valor/{pulso_set.pk}/FAC-02/MX/?por=unit"
    pages = [links(read(f"{start}&page={number}")) for number in (1, 2, 3)]
    found = {link for page in pages for link in page if "/FAC-02/U" in link or "/FAC-02/XA" in link}
    expected = {one.code for one in values_of(PublicUser(), pulso_set, "FAC-02", level="unit")}
    assert {link.split("/")[-2] for link in found} == expected
    assert len(expected) > 50


def test_few_people_are_held_back_and_cannot_be_read_anywhere(read, client, people, pulso_set):
    address = f"/pulso/valor/{pulso_set.pk}/ENR-01/XAIMB000011/"
    page = read(address)
    assert "held back" in page
    assert 'class="headline"' in page
    assert not re.search(r'class="value">\d', page)
    held = [one for one in values_of(PublicUser(), pulso_set, "ENR-01", level="unit") if one.status == "withheld"]
    whole = read(f"/pulso/valor/{pulso_set.pk}/ENR-01/91/?por=unit")
    assert whole.count("held back: few people") == sum(one.state == "91" for one in held)
    client.force_login(people.director)
    client.cookies["django_language"] = "en"
    own = client.get(address).content.decode()
    assert re.search(r'class="value">\d', own)


def test_an_old_address_stays_and_says_that_there_is_a_newer_one(read, pulso_sets):
    old = read(f"/pulso/valor/{pulso_sets.earlier.pk}/FAC-02/MX/")
    assert "There is a newer figure" in old
    assert f"/pulso/valor/{pulso_sets.newest.pk}/FAC-02/MX/" in links(old)
    assert pulso_sets.earlier.sha256 in old
    assert "There is a newer" not in read(f"/pulso/valor/{pulso_sets.newest.pk}/FAC-02/MX/")
    assert f"/pulso/cortes/{pulso_sets.earlier.pk}/" in links(read("/pulso/"))
    assert "There is a newer set" in read(f"/pulso/cortes/{pulso_sets.earlier.pk}/")
    kept = read(f"/pulso/indicadores/FAC-02/?corte={pulso_sets.earlier.pk}")
    assert f"/pulso/valor/{pulso_sets.earlier.pk}/FAC-02/MX/" in links(kept)


def test_a_set_reckoned_again_for_the_same_day_keeps_its_address_too(read, system, pulso_set):
    again = make_set(system, CUT_OFF, leave_out=())
    assert "was reckoned again" in read(f"/pulso/valor/{pulso_set.pk}/FAC-02/MX/")
    assert f"/pulso/valor/{again.pk}/FAC-02/MX/" in links(read(f"/pulso/valor/{pulso_set.pk}/FAC-02/MX/"))


def test_the_series_is_a_chart_with_its_table(read, pulso_sets):
    page = read("/pulso/indicadores/ENR-01/")
    assert page.count("<circle") == 2
    for one in (pulso_sets.earlier, pulso_sets.newest):
        assert f"/pulso/valor/{one.pk}/ENR-01/MX/" in links(page)
    assert EARLIER.strftime("%d/%m/%Y") in page


def test_states_are_counted_by_band_and_listed_in_the_order_asked_for(read, pulso_set):
    page = read("/pulso/indicadores/WRK-06/")
    bands = page[page.index('id="bandas"') :]
    counted = [int(n) for n in re.findall(r'<td class="number">(\d+)</td>', bands[: bands.index("</table>")])]
    values = values_of(PublicUser(), pulso_set, "WRK-06", level="state")
    assert sum(counted) == len(values) == 3
    order = []
    for sort in ("value", "-value"):
        rows = read(f"/pulso/indicadores/WRK-06/?sort={sort}")
        order.append(re.findall(rf"/pulso/valor/{pulso_set.pk}/WRK-06/(\d\d)/", rows[rows.index('id="estados"') :]))
    codes = [list(dict.fromkeys(one)) for one in order]
    known = sorted((one.value, one.code) for one in values if one.known)
    table = [[code for code in found if code in {c for _v, c in known}] for found in codes]
    assert len(known) == 3
    assert set(table[0]) == set(table[1])


def test_another_indicator_is_named_and_led_to_and_not_told_by_its_id(read, pulso_set):
    page = read("/pulso/indicadores/WRK-06/")
    rule = page[page.index('id="regla"') : page.index("<details>")]
    assert re.search(r'<a href="/pulso/indicadores/WRK-07/">[^<]+</a>', rule)
    assert "WRK-07" not in re.sub(r"<[^>]+>", "", rule)


def test_every_indicator_has_a_page_at_every_level_it_is_reckoned_for(read, pulso_set):
    codes = {"country": "MX", "state": "92", "municipality": "92001", "unit": "XAIMB000023"}
    for name, definition in definitions_of(pulso_set).items():
        page = read(f"/pulso/indicadores/{name}/")
        assert escape(definition.name.en) in page, name
        read(f"/pulso/valor/{pulso_set.pk}/{name}/{codes[definition.geography[-1]]}/")
        if "state" in definition.geography:
            read(f"/pulso/valor/{pulso_set.pk}/{name}/92/")


def test_what_is_not_there_is_not_found(read, pulso_set, people, system):
    draft = make_set(system, EARLIER, publish=False, leave_out=())
    for address in (
        "/pulso/estados/77/",
        "/pulso/indicadores/XXX-99/",
        "/pulso/cortes/99999/",
        f"/pulso/cortes/{draft.pk}/",
        f"/pulso/valor/{draft.pk}/FAC-02/MX/",
        f"/pulso/valor/{pulso_set.pk}/FAC-02/99/",
        f"/pulso/valor/{pulso_set.pk}/FAC-02/NOSUCHUNIT/",
        f"/pulso/valor/{pulso_set.pk}/ENR-02/XAIMB000011/",
        f"/pulso/valor/{pulso_set.pk}/ENR-01/MX/sex/Z/",
        f"/pulso/valor/{pulso_set.pk}/ENR-01/MX/nothing/F/",
        "/pulso/?corte=x",
        f"/pulso/indicadores/FAC-02/?corte={draft.pk}",
    ):
        read(address, 404)


def test_a_planner_sees_what_publishing_changes_and_publishes(as_role, pulso_set, system):
    draft = make_set(system, CUT_OFF, leave_out=(), publish=False)
    planner = as_role("planner")
    planner.cookies["django_language"] = "en"
    assert f"/pulso/cortes/{draft.pk}/publicar/" in planner.get("/pulso/cortes/").content.decode()
    page = planner.get(f"/pulso/cortes/{draft.pk}/publicar/").content.decode()
    assert "Committees formed" in page  # it was not recorded in the published set
    assert "Hospitals operating" not in page
    assert draft.stage == "draft"
    answer = planner.post(f"/pulso/cortes/{draft.pk}/publicar/", follow=True)
    assert answer.redirect_chain == [(f"/pulso/informe/{draft.pk}/", 302)]
    assert f"Set {draft.pk} is published." in answer.content.decode()
    assert "The files are being made." in answer.content.decode()
    draft.refresh_from_db()
    assert draft.stage == "published"
    assert as_role("public").get(f"/pulso/cortes/{draft.pk}/").status_code == 200


def test_officials_see_the_rows_behind_a_figure_and_download_them(as_role, pulso_set):
    coordinator = as_role("coordinator_a")
    coordinator.cookies["django_language"] = "en"
    address = f"/pulso/valor/{pulso_set.pk}/FAC-02/91/"
    page = coordinator.get(address).content.decode()
    assert "of the frozen table" in page
    table = page[page.index('<table class="records">') : page.index("What each column means")]
    assert '<th scope="col">CLUES key in force at the cut-off</th>' in table
    assert "<code>" not in table
    assert "rural_health_center" not in table, "a code is shown where the catalogue has words"
    file = coordinator.post(f"{address}registros.csv")
    text = b"".join(file.streaming_content).decode("utf-8-sig")
    value = values_of(PublicUser(), pulso_set, "FAC-02", level="state", under="91")[0]
    assert len(text.splitlines()) == 1 + value.rows
    assert coordinator.get(f"{address}registros.csv").status_code == 405
    assert "of the frozen table" not in as_role("public").get(address).content.decode()


def test_the_letter_m_of_a_record_is_a_woman():
    with translation.override("en"):
        told = {letter: member_words("sex", letter).lower() for letter in "HM"}
    assert told["M"] in {"female", "woman", "women"}
    assert told["H"] in {"male", "man", "men"}
