"""Descriptions of the frozen tables: they load, and say what an analyst must know."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from bienestar.config import checks
from bienestar.foundation.definitions.tables import frozen_tables


@pytest.mark.parametrize("name", sorted(frozen_tables()))
def test_a_table_is_described_in_both_languages(name: str) -> None:
    table = frozen_tables()[name]
    for words in (table.name, table.row, *table.columns.values()):
        assert words.es.strip()
        assert words.en.strip()


def test_tables_of_people_are_for_officials_only() -> None:
    tables = frozen_tables()
    for name in ("persons", "cards"):
        assert tables[name].personal
        assert tables[name].open_columns == []
    assert "name" in tables["units"].open_columns


def test_a_table_without_state_is_refused_with_its_file(tmp_path: Path, settings: Any) -> None:
    shutil.copytree(settings.DEFINITIONS_DIR, tmp_path / "definitions")
    settings.DEFINITIONS_DIR = tmp_path / "definitions"
    path = tmp_path / "definitions" / "tables" / "staff.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("  state:", "  province:"), encoding="utf-8")
    found = [sentence for sentence in checks.definitions() if "staff.yaml" in sentence]
    assert len(found) == 1
    assert "every table has the column state" in found[0]
