"""The checks before the tests: each finds what it is for and says it in one sentence."""

import shutil
from pathlib import Path

import pytest
from django.db import models
from pytest_django import Settings

from bienestar.config import checks, messages
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

msgid "%(count)s beds in {place}"
msgstr "%(cuenta)s camas en {place}"

msgid "%(count)s unit"
msgid_plural "%(count)s units"
msgstr[0] "%(count)s unidad"
msgstr[1] "%(count)s unidades"
"""


def test_words_without_spanish_are_found(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(PO)
    settings.LOCALE_PATHS = [tmp_path]
    (tmp_path / "page.html").write_text(
        '{% load i18n %}<h1>{% translate "Units" %} {{ x|default:_("Doctors") }}</h1>'
        "{% blocktranslate count n=n %}{{ n }} nurse{% plural %}{{ n }} nurses{% endblocktranslate %}"
    )
    (tmp_path / "page.py").write_text('print(_("Beds"), ngettext("%(count)s unit", "%(count)s units", 1))\n')
    used = {text for text, _ in messages.used_messages(tmp_path)}
    assert used == {"Units", "Doctors", "%(n)s nurse", "Beds", "%(count)s unit"}
    monkeypatch.setattr(checks, "used_messages", lambda: messages.used_messages(tmp_path))
    assert list(checks.translations()) == [
        "django.po: 'Beds' has no Spanish.",
        "django.po: the Spanish of 'Rooms' is marked fuzzy: read it and take the mark off.",
        "django.po: the Spanish of '%(count)s beds in {place}' has other places for its values.",
        "django.po: 'Doctors' of page.html is not there: extract the messages again.",
        "django.po: '%(n)s nurse' of page.html is not there: extract the messages again.",
    ]
