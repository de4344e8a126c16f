"""The checks before the tests: each finds what it is for and says it in one sentence."""

import shutil
from pathlib import Path

import pytest
from django.db import models
from pytest_django import Settings

from bienestar.config import checks
from bienestar.foundation.territory.models import Area


def test_the_project_passes() -> None:
    assert checks.problems() == []
    assert checks.main() == 0


def test_a_model_without_its_migration_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Area._meta.get_field("name"), "max_length", 201)
    found = list(checks.migrations())
    assert found == ["The models of territory have changed and no migration says so: " + found[0].split(": ")[1]]
    assert isinstance(Area._meta.get_field("name"), models.CharField)


def test_a_broken_definition_file_is_found(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    path = tmp_path / "definitions" / "roles.yaml"
    path.write_text(path.read_text().replace("view_units", "view_unitz"))
    (found,) = checks.definitions()
    assert found.startswith("roles.yaml, line 7, roles.national_planner.permissions[1]")


def test_broken_standards_are_found(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    path = tmp_path / "definitions" / "standards" / "1-general.yaml"
    path.write_text(path.read_text().replace("\n    kind: law", "\n    kind: rumour", 1))
    (found,) = checks.definitions()
    assert found.startswith("1-general.yaml, line 10, bases.nucleus_team.kind")


def test_a_definition_file_that_nothing_reads_is_found(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    (tmp_path / "definitions" / "forgotten.yaml").write_text("a: 1\n")
    (found,) = checks.definitions()
    assert found.startswith("forgotten.yaml is a definition file that nothing reads")


PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Units"
msgstr "Unidades"

msgid "Beds"
msgstr ""

#, fuzzy
msgid "Rooms"
msgstr "Camas"
"""


def test_words_without_spanish_are_found(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    settings.LOCALE_PATHS = [tmp_path]
    assert list(checks.translations()) == [
        "django.po: 'Beds' has no Spanish.",
        "django.po: the Spanish of 'Rooms' is marked fuzzy: read it and take the mark off.",
    ]
