"""What keeps the code in order: no dependency unused, everything formatted, types that hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.architecture.source import PACKAGE, ROOT, imports

# Dependencies that work without being imported by our code, each with who does.
BY_NAME = {
    "whitenoise": "settings name it",
    "granian": "`bienestar serve` starts it",
    "psycopg": "Django's PostgreSQL backend imports it",
    "pytest-django": "a plugin of pytest",
    "pytest-xdist": "a plugin of pytest: `tests.run` says -n",
    "import-linter": "`tests/architecture/test_imports.py` runs it",
    "ruff": "`make lint` runs it",
    "mypy": "`make lint` runs it",
    "django-stubs": "types for mypy",
    "types-pyyaml": "types for mypy",
}


def test_no_dependency_is_unused() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[\[<>=~! ;]", line)[0].lower() for line in listed}
    paths = [*PACKAGE.rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "bench").rglob("*.py")]
    used = {
        source.split(".")[0] for path in paths for source, *_ in imports(ast.parse(path.read_text(encoding="utf-8")))
    }
    settings = (PACKAGE / "config" / "settings.py").read_text()
    provided = {}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            provided.setdefault(distribution.lower().replace("_", "-"), set()).add(module)
    unused = [
        name
        for name in sorted(names - BY_NAME.keys())
        if not any(module in used or f'"{module}' in settings for module in provided.get(name, {name}))
    ]
    assert unused == []


def test_code_is_clean_and_formatted() -> None:
    for arguments in (["check", "--quiet"], ["format", "--check", "--quiet"]):
        done = subprocess.run([sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_types_hold() -> None:
    """Calculations, the foundation and insight are typed throughout; ``[tool.mypy]`` says how strictly."""
    done = subprocess.run([sys.executable, "-m", "mypy"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
