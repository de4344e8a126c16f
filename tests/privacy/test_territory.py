"""Whoever is of another territory gets nothing of a person: every query, page and address that reads people.

``LIMITED`` says how each query that takes the reader is asked; the supervisor of state A must get something from it,
everybody else of ``READERS`` nothing or an error. ``UNLIMITED`` lists the rest, with why they need no limit of their
own. A function of the two rooms that stands in neither fails the test.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bienestar.foundation.accounts.actions import create_user, grant_role, issue_token
from bienestar.operations.enrolment import actions as work
from bienestar.operations.enrolment import queries as enrolment
from bienestar.operations.enrolment.models import CardPiece, EligibilityCheck, MatchDecision, MatchRun, ReviewPair
from bienestar.registers.beneficiaries import actions as register_of
from bienestar.registers.beneficiaries import queries as beneficiaries
from tests.api.test_access import TABLE as API
from tests.beneficiaries.conftest import BABY, JUAN, LUPE, register
from tests.enrolment.made import ship_a_card
from tests.indicators.made import make_set
from tests.web.access_table import TABLE as PAGES

__all__ = ["register"]

pytestmark = pytest.mark.django_db
Ask = Callable[[Any, Any], Any]
NOBODY = ("supervisor_b", "operator_b", "planner", "coordinator_b", "director", "census_lead", "auditor", "public")
#: Of those, who sees how many cards there are in state A, with folios and without anybody's name.
COUNT_CARDS = ("planner", "director", "auditor")


def _decisions(by: Any, at: Any) -> Any:
    """One's own decisions only: so each reader is made the one who decided."""
    MatchDecision.objects.update(decided_by=by.username)
    return enrolment.decisions_of(by)


PEOPLE: dict[str, Ask] = {
    "cards_to_print": lambda by, at: enrolment.cards_to_print(by, at.made.module),
    "cards_to_replace": lambda by, at: enrolment.cards_to_replace(by, at.made.key.kid),
    "changes_of": lambda by, at: beneficiaries.changes_of(by, at.person),
    "contested_for": lambda by, at: enrolment.contested_for(by),
    "decisions_of": _decisions,
    "exports_over": lambda by, at: beneficiaries.exports_over(by, at.person),
    "pair_side_by_side": lambda by, at: enrolment.pair_side_by_side(by, at.pair.pk).fields,
    "pairs_with": lambda by, at: enrolment.pairs_with(by, at.person),
    "pairs_for": lambda by, at: enrolment.pairs_for(by),
    "person_visible_to": lambda by, at: [beneficiaries.person_visible_to(by, at.person.uid)],
    "persons_to_export": lambda by, at: beneficiaries.persons_to_export(by, beneficiaries.ExportChoice()),
    "persons_visible_to": lambda by, at: beneficiaries.persons_visible_to(by),
    "reads_of": lambda by, at: beneficiaries.reads_of(by, at.person),
    "search_persons": lambda by, at: beneficiaries.search_persons(by, "Hernández López").persons,
    "waiting_municipalities": lambda by, at: enrolment.waiting_municipalities(by),
    "waiting_requests": lambda by, at: enrolment.waiting_requests(by),
}
CARDS: dict[str, Ask] = {
    "batch_visible_to": lambda by, at: [enrolment.batch_visible_to(by, at.made.batch.pk)],
    "batches_visible_to": lambda by, at: enrolment.batches_visible_to(by),
    "card_visible_to": lambda by, at: [beneficiaries.card_visible_to(by, at.made.card.folio)],
    "cards_visible_to": lambda by, at: beneficiaries.cards_visible_to(by),
    "missing_pieces": lambda by, at: enrolment.missing_pieces(by),
    "module_visible_to": lambda by, at: [enrolment.module_visible_to(by, at.made.module.code)],
    "modules_visible_to": lambda by, at: enrolment.modules_visible_to(by),
    "pieces_visible_to": lambda by, at: enrolment.pieces_visible_to(by),
    "reconciliation": lambda by, at: enrolment.reconciliation(by).municipalities,
}
LIMITED = PEOPLE | CARDS

UNLIMITED = {
    "takes a person whom the caller got from a limited query": """affiliations_of cards_of checks_of consent_in_force
        consents_of curp_of current_check doubts_of folio_of identifiers_of living_card nearest_module same_person_ids
        subject_of to_resolve usual_survivor""",
    "takes persons, a pair, cards, a batch, a module or a count from a limited query": """balance_of balances_of
        counts_at curps_of decision_of digital_card events_of files_of look_at module_of open_count pair_after
        pieces_of pieces_of_card pieces_to_count pieces_to_scan place_codes_of sheet_files single_card token_of
        tokens_of""",
    "looks up for an action or a comparison, which asks for the permission itself": """affiliations_as_columns
        cards_by_folio cards_by_id covering_affiliations current_roll current_rolls find_in_roll holders
        people_with_living_card person_by_identifier persons_as_columns persons_gone replaced_rolls roll_entries
        roll_of_file survivors""",
    "a filter that narrows a limited query": "people_with",
    "reads what is told or scanned, and no table of people": """birth_fault contradictions curp_fault faults_of
        folio_in former_curp read_token""",
    "keys, positions and counts without people, which verifiers carry": """cards_by_key compromised_kids ended_count
        fingerprint keys_with_counts revoked_positions signing_key signing_key_on signing_keys status_list
        verifier_keys""",
    "rolls of the whole country: days and counts, for whoever sees cards": """last_day_of_roll rolls_visible_to
        sees_rolls""",
    "words, secrets of the installation and places": "entry_key found_words institution_name modules_near",
}


@pytest.fixture
def readers(people: Any, system: Any, units: Any, territory: Any) -> dict[str, Any]:
    """Everybody of the small territory, and an operator and a supervisor of state B."""
    found = {name: getattr(people, name) for name in (*NOBODY, "supervisor_a") if hasattr(people, name)}
    rows = (
        ("operator_b", "enrolment_operator", units["XBIMB000010"].path),
        ("supervisor_b", "enrolment_supervisor", territory.state_b.path),
    )
    for username, role, path in rows:
        user = create_user(by=system, username=username, display_name=username, password="una-clave-de-prueba")
        grant_role(by=system, user=user, role=role, area_path=path, valid_from=timezone.localdate())
        found[username] = user
    return found


@pytest.fixture
def at(people: Any, system: Any, register: Any, territory: Any, units: Any, settings: Any, tmp_path: Any) -> Any:
    """State A with somebody who is contested, looked at, downloaded, paired and decided, and cards at every desk."""
    settings.HOME = tmp_path
    by, unit = people.supervisor_a, units["XAIMB000011"]
    made = ship_a_card(system, by, territory.municipalities["91001"], unit)
    CardPiece.objects.update(stage="missing")
    person, other, third = register(JUAN), register(LUPE), register(BABY)
    today = timezone.localdate()
    for one, result, until in ((person, "contested", None), (other, "eligible", today)):
        EligibilityCheck.objects.create(
            person=one,
            checked_on=today,
            result=result,
            valid_until=until,
            basis="person",
            decided_by="test",
            note="x",
        )
    register_of.record_consent(by=by, person=other, purpose="privacy_notice", given=True)
    ready = work.request_at_module(by=by, person=other, module=made.module)
    assert work.validate_requests(by=by, cards=[ready]).signed == 1
    work.request_at_module(by=by, person=third, module=made.module)
    register_of.read_person(by=by, person=person, purpose="counter")
    register_of.export_persons(by=by, choice=beneficiaries.ExportChoice(), purpose="home_visits", put=lambda row: None)
    run = MatchRun.objects.create(started_at=timezone.now(), started_by="sistema", engine="duckdb")
    shared = {"kind": "entry", "person": person, "institution": "imss", "path": person.path}
    pair = ReviewPair.objects.create(run=run, entry="e" * 64, weight=3.0, probability=0.89, **shared)
    MatchDecision.objects.create(
        entry="f" * 64, verdict="same", decided_by=by.username, decided_at=timezone.now(), **shared
    )
    return SimpleNamespace(made=made, person=person, other=other, third=third, pair=pair)


def asked(ask: Ask, by: Any, at: Any) -> list[Any]:
    """What a reader gets; nothing where there is an error that a page answers with 404."""
    try:
        return list(ask(by, at))
    except (ObjectDoesNotExist, PermissionDenied):
        return []


def told(text: str, at: Any) -> list[str]:
    """What of the people and cards of state A a text holds."""
    words = [at.made.card.folio, at.made.module.name, JUAN.curp, LUPE.curp]
    for one in (at.person, at.other, at.third):
        words += [one.uid, one.given_names, f"{one.first_surname} {one.second_surname}"]
    return [word for word in words if word in text]


def test_every_query_is_limited_or_says_why_not() -> None:
    functions = {
        name: value
        for room in (beneficiaries, enrolment)
        for name in room.__all__
        if inspect.isfunction(value := getattr(room, name))
    }
    listed = [*LIMITED, *(name for names in UNLIMITED.values() for name in names.split())]
    assert sorted(listed) == sorted(functions)
    with_reader = {name for name, one in functions.items() if "by" in inspect.signature(one).parameters}
    assert with_reader - {"rolls_visible_to", "sees_rolls"} == set(LIMITED)


def test_only_who_is_of_the_territory_and_may_gets_anything(readers: Any, at: Any) -> None:
    for name, ask in LIMITED.items():
        assert asked(ask, readers["supervisor_a"], at), f"the test asks {name} for nothing"
    leaks = {
        (name, reader)
        for name, ask in LIMITED.items()
        for reader in NOBODY
        if not (name in CARDS and reader in COUNT_CARDS) and asked(ask, readers[reader], at)
    }
    assert leaks == set()


def test_nobody_else_acts_on_a_person_of_the_territory(readers: Any, at: Any) -> None:
    deeds: dict[str, Callable[[Any], Any]] = {
        "read": lambda by: register_of.read_person(by=by, person=at.person, purpose="counter"),
        "correct": lambda by: register_of.correct_person(by=by, person=at.person, entry=replace(JUAN, address="x")),
        "consent": lambda by: register_of.record_consent(by=by, person=at.person, purpose="name_on_card", given=True),
        "death": lambda by: register_of.record_death(by=by, person=at.person, on=timezone.localdate()),
        "note death": lambda by: work.note_death(by=by, person=at.person, on=timezone.localdate()),
        "take death back": lambda by: register_of.take_back_death(by=by, person=at.person),
        "folio": lambda by: register_of.give_folio(by=by, person=at.person),
        "merge": lambda by: register_of.merge_persons(by=by, survivor=at.person, merged=at.other),
        "export": lambda by: register_of.export_persons(
            by=by,
            choice=beneficiaries.ExportChoice(path=at.person.path),
            purpose="home_visits",
            put=lambda row: None,
        ),
        "check": lambda by: work.check_eligibility(by=by, person=at.person),
        "contest": lambda by: work.contest_eligibility(by=by, person=at.person, note="x"),
        "decide": lambda by: work.decide_pair(by=by, pair=at.pair, verdict="same", note=""),
        "card": lambda by: work.request_at_module(by=by, person=at.person, module=at.made.module),
        "deliver": lambda by: work.deliver(by=by, card=at.made.card, receiver="holder", seen="official_id"),
    }
    for deed in deeds.values():
        for reader in NOBODY:
            with pytest.raises((PermissionDenied, ObjectDoesNotExist)):
                deed(readers[reader])


#: Pages that tell sums to everybody, or only the rows of the reader's own territory: tests/indicators/test_records.py.
SUMS = ("pulso_value", "pulso_records_of_member")


def test_pages_about_people_and_cards_are_not_there_for_another_state(readers: Any, at: Any, people: Any) -> None:
    made = at.made
    known = {"person": at.person.uid, "pair": at.pair.pk, "module": made.module.code, "batch": made.batch.pk}
    known |= {"kid": made.key.kid, "card": made.card.folio, "set": make_set(people.planner).pk, "area": "91"}
    wrong, typed = [], "Hernández López"
    for reader in ("supervisor_b", "operator_b"):
        client = Client()
        client.force_login(readers[reader])
        for name, row in PAGES.items():
            if row.enrolment is None or name in SUMS:
                continue
            address = reverse(name, args=[arg.format(**known) for arg in row.args])
            for answer in (client.get(address), client.post(address, row.data or {"words": typed})):
                about = any("{" in arg for arg in row.args)
                # A pair that is not theirs is as one that somebody decided meanwhile: back to their own queue.
                back = name == "review_decide" and answer.status_code == 302 and answer.url == reverse("review")
                if about and answer.status_code not in (404, 405) and not back:
                    wrong.append((reader, name, answer.status_code))
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                # The reader's own words come back to them: the address, and what was typed.
                text = body.decode(errors="replace").replace(address, "").replace(f'value="{typed}"', "")
                wrong += [(reader, name, word) for word in told(text, at)]
    assert wrong == []
    assert ReviewPair.objects.filter(pk=at.pair.pk).exists()


def test_the_api_gives_another_state_nothing_of_people_and_cards(system: Any, readers: Any, at: Any) -> None:
    made = at.made
    ids = {"person": at.person.uid, "module": made.module.code, "batch": made.batch.pk, "printed": made.batch.pk}
    ids |= {"card": made.card.folio, "token": enrolment.token_of(made.card)}
    secret = issue_token(by=system, user=readers["supervisor_b"], name="test")
    wrong = []
    for (method, path), row in API.items():
        if not path.startswith(("/persons", "/cards")):
            continue
        for head, denied in (({"authorization": f"Bearer {secret}"}, (403, 404)), ({}, (401,))):
            answer = getattr(Client(), method)(
                f"/api/v1{row.path.format(**ids)}", row.body(ids), content_type="application/json", headers=head
            )
            if ("{" in path or not head) and answer.status_code not in denied:
                wrong.append((method, path, answer.status_code))
            wrong += [(method, path, word) for word in told(answer.content.decode(), at)]
    assert wrong == []
