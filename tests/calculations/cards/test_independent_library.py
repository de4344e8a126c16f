"""The library `cwt` reads and verifies our tokens and lists, and we read its tokens."""

from __future__ import annotations

import cbor2
import cwt
import pytest

from bienestar.calculations.cards import keys, statuslist, tokens
from bienestar.calculations.cards.tokens import Verdict
from tests.calculations.cards.invented import DAY, ISSUED, KEY, KEYS, NOW, OTHER, URI, card, unwrapped, wrapped


def public_key(key=KEY):
    """The key as `cwt` loads it from our key set."""
    return cwt.COSEKey.new(cbor2.loads(keys.to_key_set([key.record(0)]))[0])


def test_it_verifies_our_token_with_a_key_of_our_key_set():
    found = cwt.decode(unwrapped(tokens.sign(card(), KEY)), public_key())
    assert (found[1], found[2], found[4], found[6]) == ("bienestar", card().folio, card().expires, ISSUED)
    assert found[169] == {4: card().full_name}
    assert found[65535] == {"status_list": {"idx": 4567, "uri": URI}}


def test_it_refuses_our_token_with_another_key():
    text = tokens.sign(card(), keys.SigningKey.from_seed(bytes(32), kid=OTHER.kid))
    with pytest.raises(cwt.VerifyError):
        cwt.decode(unwrapped(text), public_key(OTHER))


def test_it_verifies_a_token_signed_with_a_key_from_a_file(tmp_path):
    path = tmp_path / "card-key.pem"
    path.write_bytes(KEY.to_pem())
    key = keys.SigningKey.from_pem(path.read_bytes())
    public = cwt.COSEKey.new(cbor2.loads(keys.to_key_set([key.record(0)]))[0])
    assert cwt.decode(unwrapped(tokens.sign(card(), key)), public)[2] == card().folio


def test_it_verifies_our_status_list():
    data = statuslist.build(URI, 64, [7], issued=ISSUED, ttl=DAY, key=KEY)
    assert cwt.decode(data, public_key())[65534] == DAY


@pytest.mark.parametrize("tagged", [False, True])
def test_we_read_a_token_that_it_made(tagged):
    private = cwt.COSEKey.from_pem(KEY.to_pem().decode(), kid=KEY.kid)
    claims = {
        1: "bienestar",
        2: card().folio,
        4: card().expires,
        5: ISSUED,
        6: ISSUED,
        169: {4: "Ana Ñuñez"},
        65535: {"status_list": {"idx": 4567, "uri": URI}},
    }
    text = wrapped(cwt.encode(claims, private, tagged=tagged))
    found = tokens.read(text, KEYS, None, NOW)
    assert found.verdict is Verdict.VALID
    assert found.claims == card(full_name="Ana Ñuñez", not_before=ISSUED)
    assert tokens.read(text, [OTHER.record(0)], None, NOW).verdict is Verdict.UNKNOWN_KEY
