"""Cells of files that people open in a spreadsheet."""

import pytest

from bienestar.foundation.storage.cells import harmless


@pytest.mark.parametrize("words", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_words(words):
    assert harmless(words) == f"'{words}"


@pytest.mark.parametrize("cell", ["Centro de salud", "-98.7", "+52", "", None, -3, 0.5, "<5"])
def test_everything_else_is_left_as_it_is(cell):
    assert harmless(cell) == cell
