"""Sizes that a person reads at each run; nothing fails because of them."""

from __future__ import annotations

import ast
from statistics import median

from tests.architecture.source import PACKAGE, ROOT, modules

FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 400, 50, 150


def report() -> str:
    """One line of totals, then one line for each file, function and template above its size."""
    files = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.py")}
    files = {path: lines for path, lines in files.items() if "migrations" not in path.parts}
    functions = {
        f"{module}.{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    templates = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.html")}
    tests = sum(len(p.read_text(encoding="utf-8").splitlines()) for p in (ROOT / "tests").rglob("*.py"))
    code = sum(files.values())
    lines = [
        f"· {len(files)} files, {code} lines (median {_median(files)}); {len(functions)} functions "
        f"(median {_median(functions)}); {len(templates)} templates; {tests} lines of tests"
    ]
    for path, size in sorted(files.items(), key=lambda item: -item[1]):
        if size > FILE_LINES:
            lines.append(f"  long file: {path.relative_to(ROOT)} ({size} lines)")
    for name, size in sorted(functions.items(), key=lambda item: -item[1]):
        if size > FUNCTION_LINES:
            lines.append(f"  long function: {name} ({size} lines)")
    for path, size in templates.items():
        if size > TEMPLATE_LINES:
            lines.append(f"  long template: {path.relative_to(ROOT)} ({size} lines)")
    return "\n".join(lines)


def _median(sizes: dict[object, int] | dict[str, int]) -> int:
    return round(median(sizes.values())) if sizes else 0


if __name__ == "__main__":
    print(report())
