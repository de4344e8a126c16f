"""Rules of the house that protect meaning and that imports alone cannot show."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps

from tests.architecture.source import (
    FLOORS,
    PACKAGE,
    ROOT,
    SURFACES,
    imports,
    model_classes,
    modules,
    room_of,
    rooms,
)

ORM_WORDS = {
    "objects",
    "save",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "_meta",
    "_base_manager",
    "_default_manager",
}
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "core", "base", "manager", "managers"} | {
    "service",
    "services",
    "tools",
    "lib",
    "shared",
    "handlers",
}

# Actions that ask no permission or leave no row, each with its reason.
WITHOUT_REQUIRE = {
    "bienestar.foundation.accounts.actions.set_up_access": "runs before anybody can hold a permission",
    "bienestar.foundation.accounts.actions.set_language": "a person's own row",
    "bienestar.foundation.accounts.actions.set_password": "a person's own row",
    "bienestar.foundation.accounts.actions.note_sign_in": "a person's own row",
    "bienestar.foundation.accounts.actions.note_sign_out": "a person's own row",
    "bienestar.foundation.accounts.actions.note_failed_sign_in": "nobody has signed in yet",
}
WITHOUT_RECORD = {
    "bienestar.operations.enrolment.actions.scan_arrival": "receiving the batch books it",
    "bienestar.operations.enrolment.actions.scan_stock": "finishing the count books it",
    "bienestar.operations.enrolment.actions.unscan_arrival": "receiving the batch books it",
    "bienestar.operations.enrolment.actions.unscan_stock": "finishing the count books it",
    "bienestar.foundation.accounts.actions.set_language": "how a person reads is nobody's business",
}
WITHOUT_BY = {
    "bienestar.foundation.accounts.actions.set_up_access": "makes the account that acts",
}
GROUND_FLOOR = "bienestar.foundation.journal"  # what the other actions record with


def surface(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in SURFACES else None


def test_models_are_imported_only_by_their_room_and_by_rooms_above_it() -> None:
    """Pages, commands, the API and importers never hold a model class; they hold what a query gave them."""
    wrong = [
        f"{module}:{line} imports {name or source} of {source}"
        for module, tree in modules().items()
        for source, name, line, typing_only in imports(tree)
        if room_of(source) and (".models" in source or name == "models") and surface(module) and not typing_only
    ]
    assert wrong == []


def test_rooms_read_and_write_each_other_only_through_queries_and_actions() -> None:
    """Another room's model may be a foreign key or a type; its rows are asked of its own queries."""
    owners = model_classes()
    wrong = []
    for module, tree in modules().items():
        room = room_of(module)
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)):
                continue
            owner = owners.get(node.value.id)
            if owner and owner != room and node.attr in ORM_WORDS - {"_meta"}:
                wrong.append(f"{module}:{node.lineno} says {node.value.id}.{node.attr}, a model of {owner}")
    assert wrong == []


def test_surfaces_never_speak_to_the_database() -> None:
    wrong = [
        f"{module}:{node.lineno} says .{node.attr}"
        for module, tree in modules().items()
        if surface(module) in {"web", "api", "cli", "sources"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ORM_WORDS
    ]
    assert wrong == []


def public_actions() -> Iterator[tuple[str, ast.FunctionDef, dict[str, ast.FunctionDef]]]:
    """Every public function of a room's actions, with all functions of that room's actions by name.

    Where actions have grown into a package, what its ``__init__`` offers is public.
    """
    for room in rooms():
        if room == GROUND_FLOOR:
            continue
        door = f"{room}.actions"
        trees = {m: t for m, t in modules().items() if m == door or m.startswith(f"{door}.")}
        local = {n.name: n for tree in trees.values() for n in tree.body if isinstance(n, ast.FunctionDef)}
        offered = set(local)
        if len(trees) > 1:
            offered = {name for source, name, *_ in imports(trees[door]) if source.startswith(f"{door}.")}
        for name, node in local.items():
            if name in offered and not name.startswith("_"):
                yield f"{door}.{name}", node, local


ACTIONS = {name: (node, local) for name, node, local in public_actions()}


def calls(node: ast.FunctionDef, local: dict[str, ast.FunctionDef]) -> set[str]:
    """Names that a function calls, itself or through functions of the same room's actions."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for child in ast.walk(waiting.pop()):
            if not isinstance(child, ast.Call):
                continue
            name = ast.unparse(child.func)
            if name in local and name not in found:
                waiting.append(local[name])
            found.add(name)
    return found


@pytest.mark.parametrize("name", ACTIONS)
def test_actions_are_honest(name: str) -> None:
    """Keyword-only, ``by``, atomic, permission asked, journal written."""
    node, local = ACTIONS[name]
    assert not node.args.args, "arguments by keyword only"
    assert not node.args.posonlyargs, "arguments by keyword only"
    assert node.returns is not None, "says what it returns"
    if name not in WITHOUT_BY:
        assert "by" in {argument.arg for argument in node.args.kwonlyargs}
    atomic = [ast.unparse(decorator) for decorator in node.decorator_list]
    inside = [ast.unparse(item.context_expr) for n in ast.walk(node) if isinstance(n, ast.With) for item in n.items]
    assert any("transaction.atomic" in text for text in atomic + inside), "one transaction"
    called = calls(node, local)
    if name not in WITHOUT_REQUIRE:
        assert called & {"require", "require_anywhere"}, "asks permission"
    if name not in WITHOUT_RECORD:
        assert "record" in called, "leaves a journal row"


def test_exceptions_are_still_there() -> None:
    assert (WITHOUT_REQUIRE | WITHOUT_RECORD | WITHOUT_BY).keys() <= ACTIONS.keys()


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [name for name in modules() if name.split(".")[-1] in VAGUE] == []


def test_no_signals_no_generic_keys_no_admin() -> None:
    banned = (
        "django.db.models.signals",
        "django.dispatch",
        "django.contrib.contenttypes.fields",
        "django.contrib.admin",
    )
    wrong = [
        f"{module}:{line} {source}"
        for module, tree in modules().items()
        for source, name, line, _ in imports(tree)
        if f"{source}.{name}".startswith(banned)
    ]
    assert wrong == []
    assert "django.contrib.admin" not in apps.app_configs
    assert not apps.is_installed("django.contrib.admin")


def height(room: str) -> tuple[int, int]:
    """How high a room stands: its floor, then its place on the floor as the contracts list it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    _, floor, name = room.split(".")
    for contract in contracts:
        if contract["type"] == "layers" and contract["containers"] == [f"bienestar.{floor}"]:
            place = next(i for i, layer in enumerate(contract["layers"]) if name in layer.split(" | "))
            return FLOORS.index(floor), -place
    return FLOORS.index(floor), 0


def test_foreign_keys_point_down() -> None:
    """References by text are seen too; rooms beside each other may not refer to each other at all."""
    wrong = []
    for model in apps.get_models():
        room = room_of(model.__module__)
        if not room:
            continue
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created:
                continue
            target = room_of(field.related_model.__module__)
            if target != room and not (target and height(target) < height(room)):
                wrong.append(f"{model.__name__}.{field.name} → {field.related_model.__name__}")
    assert wrong == []


def test_every_model_stands_in_the_glossary() -> None:
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    assert [name for name in model_classes() if f"`{name}`" not in glossary] == []


def test_locked_requirements_say_no_address() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        assert not re.search(r"https?://|--index-url|--extra-index|--find-links| @ ", text), path.name
        assert "--hash=sha256:" in text


def test_templates_have_no_inline_script_or_style() -> None:
    """No inline script, style or handler: the content security policy would stop them in the browser."""
    pattern = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)(?![^>]*application/json)|\son\w+=", re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in PACKAGE.rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []


def test_pages_and_program_name_no_address_outside() -> None:
    """Nothing is fetched from elsewhere: no address in a src, href or import of a page."""
    pattern = re.compile(r"""(?:src|href|action)=["']?https?://|@import|url\(["']?https?:""", re.IGNORECASE)
    paths: list[Path] = [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.css")]
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert wrong == []
