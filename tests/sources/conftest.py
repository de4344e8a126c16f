"""The importers' tests start from a small invented territory."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.files import load_territory


@pytest.fixture
def territory(db: None, tmp_path: Path) -> Path:
    """Two municipalities of Hidalgo and one of México are stored; the folder for the test's files."""
    load_territory(tmp_path)
    return tmp_path
