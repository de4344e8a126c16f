"""The review desk: the preview writes nothing and says what will happen; the decision does just that."""

import pytest

from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.census.models import Visit
from bienestar.registers.workforce.models import StaffCount

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client, people):
    client.force_login(people.census_lead)
    client.cookies["django_language"] = "en"
    return client


def stages():
    return sorted(Visit.objects.values_list("stage", flat=True))


def ids(waiting):
    return [visit.pk for visit in waiting.values()]


def test_the_preview_says_how_many_counts_and_writes_nothing(lead, waiting):
    before = JournalEntry.objects.count()
    page = lead.post("/census/review/preview/", {"visit": ids(waiting), "decision": "accept"}).content.decode()
    assert "These 2 visits will be accepted." in page
    assert "6 counts go to the registers." in page
    assert stages() == ["recorded", "recorded"]
    assert StaffCount.objects.count() == 0
    assert JournalEntry.objects.count() == before


def test_accepting_in_bulk_carries_counts_to_the_registers(lead, waiting):
    lead.post("/census/review/decide/", {"ids": " ".join(map(str, ids(waiting))), "decision": "accept"})
    assert stages() == ["accepted", "accepted"]
    assert StaffCount.objects.count() == 2
    assert "2 visits are accepted." in lead.get("/census/review/").content.decode()
    assert JournalEntry.objects.filter(action="census.accept_visits", records=2).count() == 1


def test_all_that_fit_the_search(lead, waiting):
    page = lead.post(
        "/census/review/preview/", {"which": "all", "q": "hospital", "round": "", "decision": "accept"}
    ).content.decode()
    assert "This visit will be accepted." in page
    assert "3 counts go to the registers." in page


def test_refusing_asks_why(lead, waiting):
    one = waiting["XAIMB000011"]
    form = {"ids": str(one.pk), "decision": "refuse", "note": ""}
    assert 'id="id_note_error"' in lead.post("/census/review/decide/", form).content.decode()
    assert stages() == ["recorded", "recorded"]
    lead.post("/census/review/decide/", form | {"note": "Faltan las camas"})
    one.refresh_from_db()
    assert (one.stage, one.note, one.decided_by) == ("refused", "Faltan las camas", "census_lead")
    assert "Faltan las camas" in lead.get(f"/census/visits/{one.pk}/").content.decode()
    assert StaffCount.objects.count() == 0


def test_a_visit_decided_meanwhile_is_not_decided_twice(lead, accepted):
    answer = lead.post("/census/review/preview/", {"visit": [accepted.pk], "decision": "refuse"})
    assert answer.url == "/census/review/"
    lead.post("/census/review/decide/", {"ids": str(accepted.pk), "decision": "refuse", "note": "tarde"})
    accepted.refresh_from_db()
    assert accepted.stage == "accepted"


def test_the_visit_page_sets_what_was_seen_beside_the_registers(lead, waiting, accepted):
    page = lead.get(f"/census/visits/{accepted.pk}/").content.decode()
    assert "General or family physician" in page
    assert 'class="differs"' not in page
    waits = lead.get(f"/census/visits/{waiting['XAIMB000023'].pk}/").content.decode()
    assert "Accept…" in waits
    assert "Accept…" not in page


def test_nothing_chosen(lead, waiting):
    lead.post("/census/review/preview/", {"decision": "accept"})
    assert "No visit was chosen" in lead.get("/census/review/").content.decode()


@pytest.mark.parametrize("given", [{"visit": ["abc"]}, {"ids": "1; drop"}, {"which": "all", "round": "x"}])
def test_forms_made_by_hand_do_no_harm(lead, waiting, given):
    assert lead.post("/census/review/preview/", given).status_code in {200, 302}
    assert stages() == ["recorded", "recorded"]
