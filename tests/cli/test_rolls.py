"""The rolls command: what is here, and deleting what is no longer needed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.utils import timezone

from bienestar.cli.rolls import rolls
from bienestar.foundation.accounts.models import User
from bienestar.foundation.journal.models import JournalEntry
from bienestar.registers.beneficiaries.actions import mark_matched
from bienestar.registers.beneficiaries.models import Roll
from bienestar.registers.beneficiaries.queries import find_in_roll, roll_entries
from tests.sources.rolls import curp, load_roll, row, write_roll


@pytest.fixture(autouse=True)
def _home(settings: object, tmp_path: Path, system: User) -> None:
    settings.HOME = tmp_path / "home"  # type: ignore[attr-defined]


def run(*words: str) -> str:
    result = CliRunner().invoke(rolls, words)
    assert result.exit_code == 0, result.output
    return result.output


def test_entries_of_a_replaced_roll_are_deleted_when_a_newer_one_was_compared_long_ago(
    tmp_path: Path, system: User
) -> None:
    assert "no rolls" in run("list")
    for month in (1, 2, 3):
        load_roll(write_roll(tmp_path / f"{month}.csv", [row(month)]), cut_off=dt.date(2026, month, 1))
    newest = Roll.objects.get(cut_off=dt.date(2026, 3, 1))
    day = timezone.localdate() + dt.timedelta(days=91)
    assert "of 0 rolls" in run("prune", "--on", f"{day}")  # nobody was compared with the newest
    mark_matched(by=system, path="MX/", roll_ids=[newest.pk])
    assert "of 0 rolls" in run("prune")
    assert "of 2 rolls would" in run("prune", "--on", f"{day}", "--dry-run")
    assert Roll.objects.exclude(stored="").count() == 3
    assert "of 2 rolls deleted" in run("prune", "--on", f"{day}")
    assert [roll.cut_off.month for roll in Roll.objects.exclude(stored="")] == [3]
    assert Roll.objects.count() == 3
    with pytest.raises(FileNotFoundError):
        roll_entries(Roll.objects.get(cut_off=dt.date(2026, 1, 1)))
    assert find_in_roll(newest, curp(3)) != []
    entry = JournalEntry.objects.get(action="beneficiaries.prune_rolls")
    assert entry.records == 2
    assert "of 0 rolls" in run("prune", "--on", f"{day}")
    listed = run("list")
    assert (listed.count("entries deleted"), listed.count("in force")) == (2, 1)


@pytest.mark.django_db(transaction=True)
def test_the_files_go_when_the_deletion_is_on_record(tmp_path: Path, settings: object, system: User) -> None:
    for month in (1, 2):
        load_roll(write_roll(tmp_path / f"{month}.csv", [row(month)]), cut_off=dt.date(2026, month, 1))
    mark_matched(by=system, path="MX/", roll_ids=list(Roll.objects.values_list("pk", flat=True)))
    day = timezone.localdate() + dt.timedelta(days=91)
    run("prune", "--on", f"{day}")
    kept = [path.name[:10] for path in (tmp_path / "home" / "rolls" / "imss").iterdir()]
    assert kept == ["2026-02-01"]
