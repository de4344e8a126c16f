"""``python -m bienestar.config.checks``: what must hold before any test is worth running.

Tables match the models, every definition file loads, every sentence of the screens stands in Spanish. Each check
that fails says so in one sentence; the exit code is 1 when any fails.
"""

from __future__ import annotations

import os  # noqa: TID251  Django reads its settings module from the environment
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import django
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

from bienestar.config.messages import used_messages
from bienestar.foundation.definitions.files import DefinitionError, Located, definitions_dir

# Definition file → where its shape or its loader lives; named, because models load only once Django is set up.
SHAPES = {"roles.yaml": "bienestar.foundation.accounts.actions:RolesFile"}
LOADERS = {
    "resources.yaml": "bienestar.foundation.definitions.catalogue:catalogue",
    "typologies.yaml": "bienestar.foundation.definitions.catalogue:typologies",
    "cards.yaml": "bienestar.foundation.definitions.cards:cards_file",
    "costs.yaml": "bienestar.foundation.definitions.costs:costs",
    "planning.yaml": "bienestar.foundation.definitions.planning:planning_rules",
    "linkage.yaml": "bienestar.foundation.definitions.linkage:linkage_rules",
    "pulso.yaml": "bienestar.foundation.definitions.pulso:pulso_report",
    "people.yaml": "bienestar.foundation.definitions.people:people_rules",
    "staff_groups.yaml": "bienestar.foundation.definitions.staff_groups:staff_groups",
    "statements.yaml": "bienestar.foundation.definitions.statements:statements",
    "layouts.yaml": "bienestar.sources.layouts:layouts",
    "sinerhias.yaml": "bienestar.sources.sinerhias.variables:variables",
}
# Folders of definition files, each read whole.
FOLDERS = (
    "bienestar.foundation.definitions.standards:standards",
    "bienestar.foundation.definitions.tables:frozen_tables",
    "bienestar.foundation.definitions.indicators:indicators",
    "bienestar.foundation.definitions.claims:claims",
)


def migrations() -> Iterator[str]:
    """A sentence for each app whose models have changed without a migration."""
    questioner = NonInteractiveMigrationQuestioner(specified_apps=set(), dry_run=True)
    with translation.override(None):  # labels of choices are compared as they are written
        loader = MigrationLoader(None)
        detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps), questioner)
        changed = detector.changes(graph=loader.graph)
    for app in sorted(changed):
        yield f"The models of {app} have changed and no migration says so: run `django-admin makemigrations {app}`."


def definitions() -> Iterator[str]:
    """A sentence for each definition file that cannot be used."""
    folder = definitions_dir()
    for path in sorted(folder.glob("*.yaml")):
        if path.name in SHAPES:
            yield from _loads(lambda path=path: Located(path).parse(_named(SHAPES[path.name])))
        elif path.name in LOADERS:
            yield from _loads(lambda path=path: _named(LOADERS[path.name])())
        else:
            yield f"{path.name} is a definition file that nothing reads: name its loader in bienestar/config/checks.py."
    for loader in FOLDERS:
        yield from _loads(lambda loader=loader: _named(loader)())


def _loads(load: Callable[[], object]) -> Iterator[str]:
    try:
        load()
    except DefinitionError as error:
        yield f"{error}."


def _named(place: str) -> Any:
    module, name = place.split(":")
    return getattr(import_module(module), name)


def translations() -> Iterator[str]:
    """A sentence for each message without Spanish, not yet read by anybody, or with other places for its values."""
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / "es" / "LC_MESSAGES" / "django.po"
        if not path.exists():
            yield f"There is no Spanish: {path.name} is missing."
            continue
        catalogue = read_po(StringIO(path.read_text(encoding="utf-8")), locale="es")
        for message in catalogue:
            if message.id:
                yield from _wrong_with(message, path.name)
        known = {_forms(message.id)[0] for message in catalogue}
        for text, place in dict(used_messages()).items():
            if text not in known:
                yield f"{path.name}: {text!r} of {place.name} is not there: extract the messages again."


PLACES = re.compile(r"%\(\w+\)|\{\w*\}|(?<!%)%[sd]")


def _wrong_with(message: Message, file: str) -> Iterator[str]:
    spanish, english = _forms(message.string), _forms(message.id)
    if not all(spanish):
        yield f"{file}: {english[0]!r} has no Spanish."
    elif message.fuzzy:
        yield f"{file}: the Spanish of {english[0]!r} is marked fuzzy: read it and take the mark off."
    elif {place for form in spanish for place in PLACES.findall(form)} != set(PLACES.findall(" ".join(english))):
        yield f"{file}: the Spanish of {english[0]!r} has other places for its values."


def _forms(text: str | Sequence[str]) -> Sequence[str]:
    return [text] if isinstance(text, str) else text


def problems() -> list[str]:
    """Every sentence of every check; empty when all is well."""
    return [sentence for check in (migrations, definitions, translations) for sentence in check()]


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    found = problems()
    for sentence in found:
        print(sentence)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bienestar.config.settings")  # noqa: TID251
    django.setup()
    sys.exit(main())
