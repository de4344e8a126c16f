"""A column of CURPs is judged as each of them would be."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from bienestar.calculations.curp import Fault, check_digit, fault
from bienestar.calculations.curps import Verdict, verdicts

TODAY = dt.date(2026, 3, 1)
GROUPS = {None: Verdict.HOLDS, Fault.LENGTH: Verdict.FORM, Fault.FORM: Verdict.FORM, Fault.CHECK: Verdict.CHECK}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@st.composite
def nearly(draw: st.DrawFn) -> str:
    """A text that is a CURP or almost one."""
    born = draw(st.dates(dt.date(1920, 1, 1), dt.date(2030, 1, 1)))
    start = draw(st.text(LETTERS, min_size=4, max_size=4) | st.sampled_from(["BUEI", "PUTO", "XXXX"]))
    day = draw(st.sampled_from([f"{born:%y%m%d}"] * 4 + ["010229", "000229", "990431", "000000", "991301", "260302"]))
    sex = draw(st.sampled_from("HMXZ"))
    state = draw(st.sampled_from(["HG", "NE", "DF", "ZZ"]))
    mark = draw(st.sampled_from("0A9Z"))
    text = start + day + sex + state + draw(st.text(LETTERS, min_size=3, max_size=3)) + mark
    text += draw(st.sampled_from([check_digit(text)] * 4 + ["0", "7"]))
    place = draw(st.integers(0, 17))
    return draw(st.sampled_from([text] * 4 + [text[:place], text + "1", text[:place] + "Ñ" + text[place + 1 :]]))


@given(st.lists(st.none() | nearly() | st.text(max_size=20), max_size=30), st.integers(0, 3))
def test_a_column_is_judged_as_each_of_its_texts(texts: list[str | None], cut: int) -> None:
    expected = [Verdict.NONE if text is None else GROUPS.get(fault(text, TODAY), Verdict.IMPOSSIBLE) for text in texts]
    whole = pa.array(texts, pa.string())
    assert verdicts(whole, TODAY).tolist() == expected
    assert verdicts(pa.chunked_array([whole[:cut], whole[cut:]]), TODAY).tolist() == expected
    assert verdicts(whole[cut:], TODAY).tolist() == expected[cut:]


def test_all_of_one_length_are_judged_too() -> None:
    texts = ["HELJ850312HOCRPN01", "NUXA920704MVZXXN09", "NUXA920704MVZXXN08"]
    found = verdicts(pa.array(texts), TODAY)
    assert found.tolist() == [Verdict.HOLDS, Verdict.HOLDS, Verdict.CHECK]
    assert found.dtype == np.uint8
