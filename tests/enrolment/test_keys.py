"""Keys that sign, rest and are given up; what verifiers carry; the status list and when it is made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone, translation

from bienestar.calculations.cards import keys as card_keys
from bienestar.calculations.cards import statuslist, tokens
from bienestar.calculations.cards.tokens import Reason, Verdict
from bienestar.foundation.definitions.people import people_rules
from bienestar.foundation.journal.models import JournalEntry
from bienestar.operations.enrolment.actions import (
    cancel,
    compromise_key,
    make_key,
    replace,
    request_at_module,
    retire_key,
    revoke,
    validate_requests,
)
from bienestar.operations.enrolment.models import SigningKey
from bienestar.operations.enrolment.queries import (
    compromised_kids,
    fingerprint,
    keys_with_counts,
    read_token,
    signing_key_on,
    status_list,
    token_of,
    verifier_keys,
    waiting_requests,
)
from bienestar.registers.beneficiaries.models import Card
from bienestar.registers.beneficiaries.queries import CardError
from tests.enrolment.conftest import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """What the program says is compared in English, whatever translations are compiled."""
    with translation.override("en"):
        yield


DAY = dt.timedelta(days=1)


def key_file(settings, key):
    return settings.HOME / "keys" / f"{key.kid}.pem"


def carried(now=None):
    """What a verifier has: keys and list as they travel, read by the pure functions that it uses."""
    known = card_keys.from_key_set(verifier_keys())
    return known, statuslist.parse(status_list(), known)


def verify(text, now=None):
    known, listed = carried()
    return tokens.read(text, known, listed, int((now or timezone.now()).timestamp()))


def test_the_private_half_is_a_closed_file_and_never_a_row(system, settings):
    key = make_key(by=system)
    path = key_file(settings, key)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    private = card_keys.SigningKey.from_pem(path.read_bytes())
    assert private.public.hex() == key.public
    seed = path.read_text().splitlines()[1]
    rows = " ".join(str(row.detail) + row.subject for row in JournalEntry.objects.all())
    assert seed not in rows
    assert seed not in str(vars(key))
    assert fingerprint(key).replace(" ", "") == key.public


def test_with_a_passphrase_the_file_is_encrypted(system, settings, module, people, enrol):
    settings.KEY_PASSPHRASE = "una frase larga"
    key = make_key(by=system)
    with pytest.raises(ValueError, match=r"[Pp]assword"):
        card_keys.SigningKey.from_pem(key_file(settings, key).read_bytes())
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    assert validate_requests(by=people.supervisor_a, cards=[card]).signed == 1
    settings.KEY_PASSPHRASE = "otra"
    with pytest.raises(CardError, match="passphrase"):
        token_of(Card.objects.get(pk=card.pk))


def test_keys_may_lie_elsewhere(system, settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "safe"
    key = make_key(by=system)
    assert (tmp_path / "safe" / f"{key.kid}.pem").exists()


def test_a_key_that_cannot_be_written_is_not_made(system, settings, tmp_path):
    (tmp_path / "keys").write_text("a file where the folder should be")
    with pytest.raises(CardError, match="could not be written"):
        make_key(by=system)
    assert SigningKey.objects.count() == 0
    assert JournalEntry.objects.filter(action="enrolment.make_key").count() == 0


def test_a_file_that_is_gone_or_of_another_key_signs_nothing(system, settings, module, people, enrol):
    key = make_key(by=system)
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    path = key_file(settings, key)
    kept = path.read_bytes()
    path.unlink()
    with pytest.raises(CardError, match="is not here"):
        validate_requests(by=people.supervisor_a, cards=[card])
    path.write_bytes(card_keys.SigningKey.from_seed(bytes(32)).to_pem())
    with pytest.raises(CardError, match="cannot be opened"):
        validate_requests(by=people.supervisor_a, cards=[card])
    path.write_bytes(kept)
    assert validate_requests(by=people.supervisor_a, cards=[card]).signed == 1


def test_the_newest_valid_key_signs(system):
    first = make_key(by=system)
    later = make_key(by=system, valid_from=TODAY() + 5 * DAY)
    assert signing_key_on(TODAY()) == first
    assert signing_key_on(TODAY() + 5 * DAY) == later
    assert signing_key_on(TODAY() - DAY) is None
    with pytest.raises(CardError, match="before it exists"):
        make_key(by=system, valid_from=TODAY() - DAY)


def test_cards_of_a_retired_key_still_hold(system, validated, people):
    old = SigningKey.objects.get(pk=_first_key(validated).pk)
    card = Card.objects.get()
    text = token_of(card)
    with pytest.raises(CardError, match="next key first"):
        retire_key(by=system, key=old)
    new = make_key(by=system)
    retire_key(by=system, key=old)
    assert signing_key_on(TODAY()) == new
    assert verify(text).verdict == Verdict.VALID
    assert token_of(card) == text, "a second piece and the digital card stay the same"
    (card,) = validated(1)
    assert card.key_id == new.kid
    with pytest.raises(CardError, match="no more"):
        retire_key(by=system, key=old)


def _first_key(validated):
    (card,) = validated(1)
    return SigningKey.objects.get(kid=card.key_id)


def test_cards_of_a_compromised_key_do_not_hold_and_are_listed(
    system, settings, validated, people, stocked, django_capture_on_commit_callbacks
):
    batch = stocked(1)
    printed = batch.pieces.get().card
    (unprinted,) = validated(1)
    old = SigningKey.objects.get(kid=printed.key_id)
    text = token_of(printed)
    with django_capture_on_commit_callbacks(execute=True):
        compromise_key(by=system, key=old)
    assert not key_file(settings, old).exists()
    assert compromised_kids() == [old.kid]
    with pytest.raises(CardError, match="No key"):
        status_list()
    make_key(by=system)
    reading = verify(text)
    assert (reading.verdict, reading.reason) == (Verdict.UNKNOWN_KEY, Reason.KEY_COMPROMISED)
    assert list(waiting_requests(people.supervisor_a)) == [unprinted], "not printed yet: signed again"
    assert validate_requests(by=people.supervisor_a, cards=[unprinted]).signed == 1
    assert verify(token_of(Card.objects.get(pk=unprinted.pk))).verdict == Verdict.VALID
    counts = {key.kid: found for key, found in keys_with_counts()}
    assert counts[old.kid] == {"received": 1}
    new = replace(by=people.operator_a, card=printed, why="key_compromised")
    assert validate_requests(by=people.supervisor_a, cards=[new]).signed == 1


def test_a_revocation_is_in_the_next_list(people, validated):
    cards = validated(3)
    texts = [token_of(card) for card in cards]
    assert [verify(text).verdict for text in texts] == [Verdict.VALID] * 3
    revoke(by=people.supervisor_a, card=cards[1], why="stolen")
    assert [verify(text).verdict for text in texts] == [Verdict.VALID, Verdict.REVOKED, Verdict.VALID]
    cancel(by=people.operator_a, card=cards[2], why="mistake")
    assert [verify(text).verdict for text in texts] == [Verdict.VALID, Verdict.REVOKED, Verdict.REVOKED]


def test_the_list_is_kept_until_something_changes(people, validated, settings):
    (card,) = validated(1)
    first = status_list()
    assert status_list() == first
    assert len(list((settings.HOME / "cards" / "status").glob("*.cwt"))) == 1
    revoke(by=people.supervisor_a, card=card, why="lost")
    assert status_list() != first
    assert len(list((settings.HOME / "cards" / "status").glob("*.cwt"))) == 1


def test_the_list_is_made_again_when_half_its_time_has_gone(validated, settings):
    validated(1)
    status_list()
    (path,) = (settings.HOME / "cards" / "status").glob("*.cwt")
    hours = people_rules().card.list_hours.value
    begins, _, made = path.stem.rpartition("-")
    path.rename(path.with_name(f"{begins}-{int(made) - hours * 1800 - 1}.cwt"))
    fresh = carried()[1]
    assert fresh.age(int(timezone.now().timestamp())) < 60
    assert fresh.ttl == hours * 3600


def test_the_list_has_room_for_cards_that_are_still_to_come(validated, people):
    listed = carried()[1]
    cards = validated(2)
    now = int(timezone.now().timestamp())
    known = card_keys.from_key_set(verifier_keys())
    for card in cards:
        # The list was made before these cards were asked for, and says nothing against them.
        assert tokens.read(token_of(card), known, listed, now).verdict == Verdict.VALID
    assert len(listed) > people_rules().card.list_spare.value


@pytest.fixture
def _key(key):
    return key


@pytest.mark.usefixtures("_key")
def test_a_list_of_no_cards_can_be_carried_too():
    listed = carried()[1]
    assert listed.uri == people_rules().card.status_uri
    assert sum(listed.packed) == 0


def test_an_expired_card_and_the_last_day_that_it_holds(validated):
    (card,) = validated(1)
    text = token_of(card)
    evening = timezone.make_aware(dt.datetime.combine(card.expires_on, dt.time(23, 59)))
    assert verify(text, evening).verdict == Verdict.VALID
    assert verify(text, evening + dt.timedelta(minutes=2)).verdict == Verdict.EXPIRED


def test_an_unvalidated_card_has_no_token(people, module, enrol):
    card = request_at_module(by=people.operator_a, person=enrol(), module=module)
    with pytest.raises(CardError, match="no code"):
        token_of(card)


def test_only_who_keeps_the_keys_makes_them(people, key):
    for who in (people.supervisor_a, people.planner, people.operator_a):
        for act in (
            lambda who: make_key(by=who),
            lambda who: retire_key(by=who, key=key),
            lambda who: compromise_key(by=who, key=key),
        ):
            with pytest.raises(PermissionDenied):
                act(who)
    assert SigningKey.objects.count() == 1


def test_scanned_nonsense_is_judged_and_never_raises(key):
    for text in ("", "hola", "A" * 10_000, "6BF", "\x00", "910001000000015"):
        assert read_token(text).claims is None
