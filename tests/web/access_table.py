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
    """A request and the status for planner, coordinators of A and B, director, census lead, auditor, public."""

    args: tuple[str, ...]
    statuses: tuple[int, int, int, int, int, int, int]
    method: str = "get"
    data: dict[str, Any] | None = None


#             planner  coord A  coord B  director  census  auditor  public
EVERYBODY = (200, 200, 200, 200, 200, 200, 200)
EVERYBODY_IN = (200, 200, 200, 200, 200, 200, 302)
STATE_A = (200, 200, 404, 404, 200, 200, 302)
OWN_UNIT = (200, 200, 404, 200, 200, 200, 302)
PLANS_OF_A = (200, 200, 404, 404, 404, 200, 302)
POST_ONLY = (405, 405, 405, 405, 405, 405, 405)
NOBODY = (404, 404, 404, 404, 404, 404, 404)
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
    # The public pages: the fixture's diagnosis is not published, so there is nothing to see of it.
    "public_home": Row((), EVERYBODY),
    "public_units": Row((), EVERYBODY),
    "public_area": Row(("{area}",), NOBODY),
    "public_run": Row(("{area}", "{run}"), NOBODY),
    "public_totals": Row(("{area}", "{run}"), NOBODY),
    # Access
    "access": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "roles": Row((), EVERYBODY),
    "grant_give": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "grant_end": Row(("{grant}",), (200, 404, 404, 404, 404, 404, 302)),
    "account_new": Row((), (200, 404, 404, 404, 404, 404, 302)),
    "account": Row((), (200, 200, 200, 200, 200, 200, 302)),
    "journal": Row((), (200, 200, 200, 404, 404, 200, 302)),
}
