"""The source of the program as syntax trees, for the rules that imports alone cannot show."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "bienestar"
FLOORS = ("foundation", "registers", "operations", "insight")
SURFACES = ("config", "cli", "web", "api", "sources", "demo")


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    """Dotted name → tree of every module of the package but migrations."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"), str(path))
    return found


def rooms() -> list[str]:
    """Dotted names of the domain folders: those that have models."""
    return sorted(name.removesuffix(".models") for name in modules() if name.endswith(".models"))


def room_of(module: str) -> str | None:
    """The domain folder that a module belongs to, or None for the surfaces."""
    return next((room for room in rooms() if module == room or module.startswith(f"{room}.")), None)


def imports(tree: ast.Module) -> Iterator[tuple[str, str, int, bool]]:
    """(module, name, line, only for type checking) of every import; name is "" for ``import module``."""
    typing_only = {
        id(child)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)
        for child in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.module, alias.name, node.lineno, id(node) in typing_only
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, "", node.lineno, id(node) in typing_only


def model_classes() -> dict[str, str]:
    """Name of every database model → the room that owns it."""
    found = {}
    for name, tree in modules().items():
        room = room_of(name)
        if not room or not (name == f"{room}.models" or name.startswith(f"{room}.models.")):
            continue
        for node in tree.body:
            if not isinstance(node, ast.ClassDef):
                continue
            bases = " ".join(ast.unparse(base) for base in node.bases)
            if ("Model" in bases or "BaseUser" in bases) and "Manager" not in bases:
                found[node.name] = room
    return found
