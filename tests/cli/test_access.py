"""Accounts and the seal of the journal from the command line."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from bienestar.cli.main import cli
from bienestar.foundation.accounts.choices import Permission
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import access_of, user_of_token
from bienestar.foundation.journal.models import JournalEntry, Seal

pytestmark = pytest.mark.django_db

PASSWORD = "tres-gatos-en-la-azotea"


def run(*arguments: str, says: str = "") -> Result:
    result = CliRunner().invoke(cli, list(arguments), input=says)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def last_action() -> tuple[str, str, str]:
    row = JournalEntry.objects.latest("id")
    return row.actor, row.action, row.subject


def test_an_account_is_made_with_a_password_that_is_asked_for(system: User) -> None:
    result = run("user", "rosa", "--name", "Rosa Luz", says=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    made = User.objects.get(username="rosa")
    assert (made.display_name, made.check_password(PASSWORD)) == ("Rosa Luz", True)
    assert last_action() == ("sistema", "accounts.create_user", "user:rosa")
    assert access_of(made).paths_of == {}


def test_a_short_password_is_refused_and_nothing_is_made(system: User) -> None:
    assert run("user", "rosa", says="corta\ncorta\n").exit_code == 2
    assert not User.objects.filter(username="rosa").exists()


def test_the_same_name_twice_is_refused(system: User) -> None:
    assert run("user", "rosa", "--no-password").exit_code == 0
    result = run("user", "rosa", "--no-password")
    assert (result.exit_code, "already an account 'rosa'" in result.output) == (2, True)


def test_an_account_without_password_cannot_sign_in_with_one(system: User) -> None:
    run("user", "robot", "--no-password")
    assert not User.objects.get(username="robot").has_usable_password()


def test_a_role_is_given_over_a_territory(system: User) -> None:
    run("user", "rosa", "--no-password")
    assert run("grant", "rosa", "state_coordinator", "MX/13/").exit_code == 0
    access = access_of(User.objects.get(username="rosa"))
    assert access.can(Permission.RUN_DIAGNOSIS, "MX/13/13048/")
    assert not access.can(Permission.RUN_DIAGNOSIS, "MX/14/")
    assert last_action() == ("sistema", "accounts.grant_role", "user:rosa")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rosa", "king"], "There is no role 'king'"),
        (["rosa", "auditor", "13"], "An area path begins with MX/"),
        (["nadie", "auditor"], "no active account 'nadie'"),
        (
            ["rosa", "auditor", "--from", "2024-02-01", "--to", "2024-01-01"],
            "The last day lies before the first",
        ),
    ],
)
def test_a_wrong_grant_is_one_sentence(system: User, arguments: list[str], words: str) -> None:
    run("user", "rosa", "--no-password")
    result = run("grant", *arguments)
    assert (result.exit_code, words in result.output) == (2, True), result.output


def test_a_token_opens_the_account_and_only_its_hash_is_kept(system: User) -> None:
    run("user", "robot", "--no-password")
    result = run("token", "robot", "tablero", "--days", "30")
    secret = result.stdout.strip()
    found = user_of_token(secret)
    assert found is not None
    assert found.username == "robot"
    assert secret not in str(list(JournalEntry.objects.values()))


def test_seals_hold_until_a_row_is_changed(system: User) -> None:
    run("user", "rosa", "--no-password")
    first = run("seal")
    assert first.output.startswith("Sealed rows")
    run("user", "luis", "--no-password")
    run("seal")
    assert (run("verify").exit_code, run("verify").output) == (0, "Every seal holds.\n")
    seal = Seal.objects.order_by("id").first()
    assert seal is not None
    JournalEntry.objects.filter(pk=seal.last_entry).update(actor="otra")
    result = run("verify")
    assert result.exit_code == 1
    assert result.output.startswith(f"Seal {seal.pk} of ")


def test_a_deleted_row_breaks_its_seal(system: User) -> None:
    run("user", "rosa", "--no-password")
    run("user", "luis", "--no-password")
    run("seal")
    JournalEntry.objects.filter(subject="user:rosa").delete()
    assert run("verify").exit_code == 1


def test_the_seal_itself_is_left_for_the_next_one(system: User) -> None:
    run("seal")
    assert last_action()[1] == "accounts.seal_journal"
    assert run("seal").output.startswith("Sealed rows")
