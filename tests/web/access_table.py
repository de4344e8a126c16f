"""Who gets what from every page: the table that the access test reads.

One row a URL name: how to ask for it and the answer for each role. 200 the page, 302 sent on (after an action, or to
sign in), 404 not there for this reader, 403 a form without its token, 405 only by POST, 400 not understood. A URL name
that is missing here fails the test. ``{area}`` and the like are filled in from the shared fixtures: state A, whose
coordinator is ``coordinator_a``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A request and the status for planner, coordinators of A and B, director, census lead, auditor, public.

    ``enrolment``: the same for the enrolment operator of the centre and the enrolment supervisor of A; pages about
    people and cards tell it.
    """

    args: tuple[str, ...]
    statuses: tuple[int, int, int, int, int, int, int]
    method: str = "get"
    data: dict[str, Any] | None = None
    enrolment: tuple[int, int] | None = None


#             planner  coord A  coord B  director  census  auditor  public
EVERYBODY = (200, 200, 200, 200, 200, 200, 200)
EVERYBODY_IN = (200, 200, 200, 200, 200, 200, 302)
STATE_A = (200, 200, 404, 404, 200, 200, 302)
OWN_UNIT = (200, 200, 404, 200, 200, 200, 302)
PLANS_OF_A = (200, 200, 404, 404, 404, 200, 302)
POST_ONLY = (405, 405, 405, 405, 405, 405, 405)
NOBODY = (404, 404, 404, 404, 404, 404, 404)
CARDS_OF_A = (200, 200, 404, 200, 404, 200, 302)
NOBODY_IN = (404, 404, 404, 404, 404, 404, 302)
NO_PERSONS = (404, 404, 404, 404, 404, 404, 302)
MOVED = (302, 302, 302, 302, 302, 302, 302)

TABLE: dict[str, Row] = {
    "home": Row((), MOVED),
    "sign_in": Row((), (302, 302, 302, 302, 302, 302, 200)),
    "sign_out": Row((), MOVED, "post"),
    "change_language": Row((), MOVED, "post", {"language": "es"}),
    "area": Row(("{area}",), STATE_A),
    "units_csv": Row(("{area}",), STATE_A),
    "units_xlsx": Row(("{area}",), STATE_A),
    "area_gaps": Row(("{area}",), STATE_A),
    "area_resource": Row(("{area}", "staff.general_physician"), STATE_A),
    "area_actions": Row(("{area}",), STATE_A),
    "area_runs": Row(("{area}",), STATE_A),
    "area_compare": Row(("{area}",), STATE_A),
    "make_diagnosis": Row(("{area}",), (200, 200, 404, 404, 404, 404, 302)),
    "publish_diagnosis": Row(("{area}", "{run}"), (200, 404, 404, 404, 404, 404, 302)),
    "area_document": Row(("{area}",), (302, 302, 404, 404, 302, 302, 302)),
    "document": Row(("{area}", "{run}"), STATE_A),
    "document_file": Row(("{area}", "{run}", "xlsx"), STATE_A),
    "standards": Row((), EVERYBODY),
    "standard_of_type": Row(("rural_health_center",), EVERYBODY),
    "unit": Row(("{unit}",), OWN_UNIT),
    # Census: units and rounds are read with "see units"; recording, reviewing and managing are narrower.
    "census_rounds": Row((), EVERYBODY_IN),
    "census_round_new": Row((), (200, 200, 200, 404, 200, 404, 302)),
    # A director sees of a round, and records in it, only their own unit.
    "census_round": Row(("{round}",), OWN_UNIT),
    "census_not_visited": Row(("{round}", "csv"), STATE_A),
    "census_expect": Row(("{round}",), (200, 200, 404, 404, 200, 404, 302)),
    "census_close": Row(("{round}",), (200, 200, 404, 404, 200, 404, 302)),
    "census_visits": Row(("{round}",), OWN_UNIT),
    "census_visit": Row(("{visit}",), OWN_UNIT),
    "census_record": Row(("{round}",), (200, 200, 404, 200, 200, 404, 302)),
    "census_record_unit": Row(("{round}", "{unit}"), (200, 200, 404, 200, 200, 404, 302)),
    "census_review": Row((), (200, 200, 200, 404, 200, 404, 302)),
    "census_review_preview": Row((), POST_ONLY),
    "census_review_decide": Row((), POST_ONLY),
    # Plans: read with "see plans", which the census lead has not; saved with "make a plan".
    "area_plan": Row(("{area}",), PLANS_OF_A),
    "plan_save": Row(("{area}",), POST_ONLY),
    "plan_curve": Row(("{area}",), PLANS_OF_A),
    "plan_locks": Row(("{area}",), PLANS_OF_A),
    "scenarios": Row((), (200, 200, 200, 200, 404, 200, 302)),
    "scenario": Row(("{scenario}",), PLANS_OF_A),
    "scenario_compare": Row((), (302, 302, 302, 302, 404, 302, 302)),
    # The scenario is the coordinator's own: not even the planner renames or deletes it.
    "scenario_rename": Row(("{scenario}",), (404, 200, 404, 404, 404, 404, 302)),
    "scenario_delete": Row(("{scenario}",), (404, 200, 404, 404, 404, 404, 302)),
    "scenario_items": Row(("{scenario}", "csv"), PLANS_OF_A),
    "scenario_purchases": Row(("{scenario}", "xlsx"), PLANS_OF_A),
    # Cards: counts are read with "see how many cards"; steps are the supervisor's, scanning and handing over also the
    # operator's. The keys' page is for who keeps the keys, and none of these does.
    "cards": Row((), (200, 200, 200, 200, 404, 200, 302), enrolment=(200, 200)),
    "card_requests": Row((), NOBODY_IN, enrolment=(404, 200)),
    "card_requests_preview": Row((), POST_ONLY, enrolment=(405, 405)),
    "card_requests_validate": Row((), POST_ONLY, enrolment=(405, 405)),
    "card_reconciliation": Row((), (200, 200, 200, 200, 404, 200, 302), enrolment=(200, 200)),
    "card_reconciliation_file": Row(("csv",), (200, 200, 200, 200, 404, 200, 302), enrolment=(200, 200)),
    "card_modules": Row((), (200, 200, 200, 200, 404, 200, 302), enrolment=(200, 200)),
    "card_module_new": Row((), NOBODY_IN, enrolment=(404, 200)),
    "card_module": Row(("{module}",), CARDS_OF_A, enrolment=(200, 200)),
    "card_module_close": Row(("{module}",), NOBODY_IN, enrolment=(404, 200)),
    "card_batch_make": Row(("{module}",), NOBODY_IN, enrolment=(404, 200)),
    "card_stock_count": Row(("{module}",), NOBODY_IN, enrolment=(200, 200)),
    "card_stock_begin": Row(("{module}",), POST_ONLY, enrolment=(405, 405)),
    "card_keys": Row((), NOBODY_IN, enrolment=(404, 404)),
    "card_key_new": Row((), NOBODY_IN, enrolment=(404, 404)),
    "card_key_step": Row(("{kid}", "retire"), NOBODY_IN, enrolment=(404, 404)),
    "card_batch": Row(("{batch}",), CARDS_OF_A, enrolment=(200, 200)),
    "card_batch_print": Row(("{batch}",), NOBODY_IN, enrolment=(404, 200)),
    "card_batch_receive": Row(("{batch}",), NOBODY_IN, enrolment=(200, 200)),
    "card_batch_table": Row(("{batch}", "csv"), CARDS_OF_A, enrolment=(200, 200)),
    "card_batch_pieces": Row(("{batch}", "spoil"), NOBODY_IN, enrolment=(200, 200)),
    "card_batch_sheet": Row(("{batch}", "1"), NOBODY_IN, enrolment=(404, 200)),
    "card_batch_step": Row(("{batch}", "ship"), NOBODY_IN, enrolment=(404, 200)),
    "digital_card": Row(("{card}",), NOBODY_IN, enrolment=(200, 200)),
    "digital_card_pdf": Row(("{card}",), NOBODY_IN, enrolment=(200, 200)),
    # The public pages: the fixture's diagnosis is not published, so there is nothing to see of it.
    # A set of values that there is not; tests/reports/test_pulso.py asks for one that is published.
    "pulso_report": Row(("999",), NOBODY),
    "pulso_report_file": Row(("999", "pulso.pdf"), NOBODY),
    "public_home": Row((), EVERYBODY),
    "public_units": Row((), EVERYBODY),
    "public_people": Row((), EVERYBODY),
    "public_people_csv": Row((), EVERYBODY),
    "public_people_of": Row(("{area}",), EVERYBODY),
    # The Pulso is for everybody; drafts, records and publishing are for officials, each in their territory.
    "pulso": Row((), EVERYBODY),
    "pulso_set": Row(("{set}",), EVERYBODY),
    "pulso_sets": Row((), EVERYBODY),
    "pulso_state": Row(("{area}",), EVERYBODY),
    "pulso_indicators": Row((), EVERYBODY),
    "pulso_indicator": Row(("FAC-02",), EVERYBODY),
    "pulso_publish": Row(("{draft}",), (200, 404, 404, 404, 404, 404, 302)),
    "pulso_value": Row(("{set}", "FAC-02", "{area}"), EVERYBODY, enrolment=(200, 200)),
    "pulso_value_of_member": Row(("{set}", "ENR-01", "MX", "sex", "F"), EVERYBODY),
    "pulso_records": Row(
        ("{set}", "WRK-01", "{area}"), (200, 200, 404, 200, 404, 200, 302), "post", enrolment=(404, 404)
    ),
    "pulso_records_of_member": Row(("{set}", "ENR-01", "MX", "sex", "F"), NOBODY_IN, "post", enrolment=(404, 200)),
    # Published figures beside ours: for everybody, the same.
    "published_claims": Row((), EVERYBODY),
    "check_claims": Row((), EVERYBODY),
    # The data behind the Pulso: one set is published in the fixture, so there is nothing to compare it with.
    "pulso_changes": Row(("FAC-02",), EVERYBODY),
    "pulso_changes_csv": Row(("FAC-02",), NOBODY),
    "pulso_changes_units": Row(("FAC-02",), NOBODY),
    "pulso_completeness": Row((), EVERYBODY),
    "pulso_completeness_csv": Row(("{set}",), EVERYBODY),
    "pulso_silent_csv": Row(("{set}", "staff", "MX"), EVERYBODY),
    "pulso_register": Row(("staff",), EVERYBODY),
    "pulso_register_of": Row(("staff", "{area}"), EVERYBODY),
    "pulso_data": Row((), EVERYBODY),
    "pulso_data_of": Row(("{set}",), EVERYBODY),
    "pulso_data_file": Row(("{set}", "FAC-02.csv"), EVERYBODY),
    # The verifier is for everybody and knows nobody.
    "verifier": Row((), EVERYBODY),
    "verifier_keys": Row((), EVERYBODY),
    "verifier_statuses": Row((), EVERYBODY),
    "verifier_service_worker": Row((), EVERYBODY),
    "verifier_scanner": Row((), EVERYBODY),
    "verifier_manifest": Row((), EVERYBODY),
    "public_area": Row(("{area}",), NOBODY),
    "public_run": Row(("{area}", "{run}"), NOBODY),
    "public_totals": Row(("{area}", "{run}"), NOBODY),
    # The review desk: only who decides pairs. The fixture's pair is of the centre's municipality, so of state A.
    "review": Row((), NOBODY_IN, enrolment=(404, 200)),
    "review_preview": Row((), POST_ONLY, enrolment=(405, 405)),
    "review_decide_all": Row((), POST_ONLY, enrolment=(405, 405)),
    "review_pair": Row(("{pair}",), NOBODY_IN, enrolment=(404, 200)),
    "review_decide": Row(("{pair}",), POST_ONLY, enrolment=(405, 405)),
    "review_decisions": Row((), NOBODY_IN, enrolment=(404, 200)),
    "review_undo": Row(("{pair}",), POST_ONLY, enrolment=(405, 405)),
    "review_contested": Row((), NOBODY_IN, enrolment=(404, 200)),
    # Nothing is contested of that person: the supervisor is sent back to the list.
    "review_settle": Row(("{person}",), NOBODY_IN, enrolment=(404, 302)),
    # Days and counts of institutions' rolls: whoever sees how many cards there are.
    "rolls": Row((), (200, 200, 200, 200, 404, 200, 302), enrolment=(200, 200)),
    # Access
    "access": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "roles": Row((), EVERYBODY),
    "grant_give": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "grant_end": Row(("{grant}",), (200, 404, 404, 404, 404, 404, 302)),
    "account_new": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "account": Row((), (200, 200, 200, 200, 200, 200, 302)),
    "journal": Row((), (200, 200, 200, 404, 404, 200, 302)),
    # People: whoever sees persons, in their own territory; nobody else is told that the page is there.
    "counter": Row((), NO_PERSONS, enrolment=(200, 200)),
    "person_new": Row((), NO_PERSONS, enrolment=(200, 200)),
    "people_export": Row((), NO_PERSONS, enrolment=(404, 200)),
    "person_move": Row((), POST_ONLY, enrolment=(405, 405)),
    "person": Row(("{person}",), NO_PERSONS, enrolment=(200, 200)),
    "person_edit": Row(("{person}",), NO_PERSONS, enrolment=(200, 200)),
    "person_readers": Row(("{person}",), NO_PERSONS, enrolment=(200, 200)),
    "person_contest": Row(("{person}",), NO_PERSONS, enrolment=(200, 200)),
    "person_check": Row(("{person}",), POST_ONLY, enrolment=(405, 405)),
    "person_death": Row(("{person}",), NO_PERSONS, enrolment=(200, 200)),
    # No death is recorded of that person: the supervisor is sent back to the record.
    "person_death_take_back": Row(("{person}",), NO_PERSONS, enrolment=(404, 302)),
    "person_consent": Row(("{person}",), POST_ONLY, enrolment=(405, 405)),
    "card_request": Row(("{person}",), POST_ONLY, enrolment=(405, 405)),
    "card_deliver": Row(("{person}",), NO_PERSONS, enrolment=(302, 302)),
    "card_end": Row(("{person}",), NO_PERSONS, enrolment=(302, 302)),
}
