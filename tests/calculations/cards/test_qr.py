"""The QR encoder: bit for bit what segno draws but for one fault of it, read by zxing-cpp, and refusals."""

from __future__ import annotations

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bienestar.calculations.cards import base45, qr, tokens
from tests.calculations.cards.invented import KEY, card


@pytest.fixture(autouse=True)
def _segno_by_the_standard(monkeypatch):
    """segno 1.6 adds a whole byte of zeros where a text ends with a byte (ISO/IEC 18004, 7.4.10, adds nothing there).

    Readers stop before it; everything else of it is compared as it is.
    """
    written = segno.encoder.write_padding_bits

    def padding(buff, version, length):
        if length % 8:
            written(buff, version, length)

    monkeypatch.setattr(segno.encoder, "write_padding_bits", padding)


def by_segno(text, version, level, mask):
    code = segno.make(
        text, version=version, error=level, mask=mask, mode="alphanumeric", boost_error=False, micro=False
    )
    return np.array([list(row) for row in code.matrix], dtype=bool)


@st.composite
def batches(draw):
    version, level = draw(st.integers(1, 40)), draw(st.sampled_from(["M", "Q"]))
    most = qr.capacity(version, level)
    lengths = draw(st.lists(st.integers(max(1, most - 12), most) | st.integers(1, most), min_size=1, max_size=4))
    seed = draw(st.integers(0, 2**32))
    letters = np.random.default_rng(seed).choice(list(base45.ALPHABET), sum(lengths))
    text = "".join(letters)
    starts = np.cumsum([0, *lengths])
    texts = [text[a:b] for a, b in zip(starts[:-1], starts[1:], strict=True)]
    return texts, version, level, draw(st.integers(0, 7))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches())
def test_bit_for_bit_what_segno_draws(batch):
    texts, version, level, mask = batch
    found = qr.matrices(texts, version, level, mask)
    assert found.shape == (len(texts), 4 * version + 17, 4 * version + 17)
    for text, one in zip(texts, found, strict=True):
        assert np.array_equal(one, by_segno(text, version, level, mask))


@pytest.mark.parametrize("level", ["M", "Q"])
@pytest.mark.parametrize("version", range(1, 41))
def test_every_version_full_and_nearly_empty(version, level):
    for length in (1, qr.capacity(version, level)):
        text = (base45.ALPHABET * 100)[:length]
        assert np.array_equal(qr.matrix(text, version, level), by_segno(text, version, level, qr.MASK))
    with pytest.raises(ValueError, match="too long"):
        qr.matrix((base45.ALPHABET * 100)[: qr.capacity(version, level) + 1], version, level)


def test_the_smallest_version_that_holds_all_is_chosen():
    assert [qr.version_for(n) for n in (0, 20, 21, 311, 312, 366, 367, 3391)] == [1, 1, 2, 10, 11, 11, 12, 40]
    assert qr.version_for(3391) == 40
    with pytest.raises(ValueError, match="no QR code"):
        qr.version_for(3392)
    texts = ["A" * 20, "B" * 21]
    assert qr.matrices(texts).shape == (2, 25, 25)
    assert np.array_equal(qr.matrices(texts)[0], qr.matrix(texts[0], 2))


def test_an_empty_batch_and_what_cannot_be_written():
    assert qr.matrices([], 11).shape == (0, 61, 61)
    for text in ("small", "Ñ", "A\n", "€"):
        with pytest.raises(ValueError, match="alphanumeric"):
            qr.matrix(text)


def test_packed_rows_are_the_matrix():
    found = qr.packed(["HELLO WORLD"], 7)
    assert found.shape == (1, 45, 6)
    assert np.array_equal(np.unpackbits(found[0], axis=1)[:, :45].astype(bool), qr.matrix("HELLO WORLD", 7))
    assert not np.unpackbits(found[0], axis=1)[:, 45:].any(), "what fills a row is light"


@given(st.integers(0, 99_999_999))
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_token_is_read_back_by_another_decoder(serial):
    text = tokens.sign(card(serial), KEY)
    modules = np.kron(np.pad(qr.matrix(text), qr.QUIET), np.ones((3, 3), dtype=bool))
    found = zxingcpp.read_barcode(np.where(modules, 0, 255).astype(np.uint8))
    assert found is not None
    assert found.text == text


def test_the_path_draws_the_same_modules():
    modules = qr.matrix("HELLO WORLD")
    drawn = np.zeros_like(modules)
    for run in qr.svg_path(modules).split("M")[1:]:
        place, length = run.split("h")[:2]
        x, y = map(int, place.split())
        assert run.endswith(f"h{length[:-2]}v1h-{length[:-2]}z")
        drawn[y, x : x + int(length.removesuffix("v1"))] = True
    assert np.array_equal(drawn, modules)
