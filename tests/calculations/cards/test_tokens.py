"""The token: what is signed is read back, whoever changes anything is found out, and nothing private fits in it."""

from __future__ import annotations

import dataclasses
import zlib

import cbor2
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bienestar.calculations.cards import base45, claims, folio, statuslist, tokens
from bienestar.calculations.cards.cose import Reason
from bienestar.calculations.cards.tokens import Doubt, Verdict
from tests.calculations.cards.invented import (
    DAY,
    ISSUED,
    KEY,
    KEYS,
    NOW,
    OTHER,
    RECORD,
    URI,
    card,
    forged,
    unwrapped,
    wrapped,
)


def status_list(revoked=(), *, size=10_000, issued=NOW - 3_600, ttl=DAY, **more):
    data = statuslist.build(URI, size, revoked, issued=issued, ttl=ttl, key=KEY, **more)
    return statuslist.parse(data, KEYS)


def read(text, **changes):
    given_ = {"keys": KEYS, "status_list": status_list(), "now": NOW, "skew": 300} | changes
    return tokens.read(text, **given_)


NAMES = st.text("abcdefghijklmnñopqrstuvwxyzáéíóúüABCÑ '’.-", min_size=1, max_size=70)
CARDS = st.builds(
    lambda serial, start, length, name, later: card(
        serial,
        issued=start,
        expires=start + length,
        full_name=claims.card_name(name),
        not_before=start + later if later and later < length else None,
    ),
    st.integers(0, 99_999_999),
    st.integers(0, 2**33),
    st.integers(1, 2**31),
    NAMES,
    st.none() | st.integers(0, 2**20),
)


@given(CARDS)
def test_what_is_signed_is_read_back(one):
    text = tokens.sign(one, KEY)
    found = tokens.read(text, [KEY.record(0)], None, one.starts)
    assert (found.verdict, found.claims, found.kid) == (Verdict.VALID, one, KEY.kid)
    assert found.doubts == (Doubt.NO_LIST,)


@given(st.lists(CARDS, max_size=6))
def test_a_batch_is_each_one_and_the_digital_card_equals_the_printed(cards):
    batch = tokens.sign_many(cards, KEY)
    assert batch == [tokens.sign(one, KEY) for one in cards]
    assert set("".join(batch)) <= set(base45.ALPHABET)


def test_the_token_holds_only_the_claims_of_the_page():
    """docs/methods/card-token.md lists these and no other; there is no CURP, birth date, sex, place or health in it."""
    message = cbor2.loads(unwrapped(tokens.sign(card(), KEY)))
    protected, loose, payload, signature = message.value
    assert (message.tag, cbor2.loads(protected), loose, len(signature)) == (18, {1: -8, 4: KEY.kid}, {}, 64)
    assert cbor2.loads(payload) == {
        1: "bienestar",
        2: card().folio,
        4: card().expires,
        6: ISSUED,
        169: {4: "María Guadalupe Ñuñez Cruz"},
        65535: {"status_list": {"idx": 4567, "uri": URI}},
    }
    assert payload == cbor2.dumps(cbor2.loads(payload), canonical=True), "deterministic CBOR"
    assert 169 not in cbor2.loads(cbor2.loads(unwrapped(tokens.sign(card(full_name=None), KEY))).value[2])


CURPS = ["BOXW310820HNERXN09", "HELJ850312HOCRPN01", "OEXL100228MTSRMCA1"]


@pytest.mark.parametrize("curp", CURPS)
@pytest.mark.parametrize("form", ["{}", "{} Ana", "Ana {}", "ana.{}", "ana:{}"])
def test_no_field_of_a_card_can_hold_a_curp(curp, form):
    assert {field.name: field.type for field in dataclasses.fields(claims.Claims)} == {
        "issuer": "str",
        "folio": "str",
        "issued": "int",
        "expires": "int",
        "status": "Status | None",
        "full_name": "str | None",
        "not_before": "int | None",
    }
    text = form.format(curp)
    for field in ("issuer", "folio", "full_name"):
        with pytest.raises(ValueError, match=r".") as caught:
            card(**{field: text})
        assert curp not in str(caught.value)
    with pytest.raises(ValueError, match="status list"):
        claims.Status(1, text)
    with pytest.raises((AttributeError, TypeError)):
        card().curp = curp  # the classes have slots: nothing can be hung on them either
    assert claims.card_name(text) is None


@pytest.mark.parametrize(
    "text", ["O+", "tipo O positivo +", "CIE E11.9", "Ana 1985", "ana@example.org", "", " Ana", "Ana  "]
)
def test_signs_and_digits_are_no_name(text):
    with pytest.raises(ValueError, match="name"):
        card(full_name=text)


def test_long_names_end_at_a_whole_word():
    long = "María de los Ángeles Guadalupe del Socorro Hernández-Altamirano de la Cruz y Ñuñez"
    found = claims.card_name(f"  {long}  ")
    assert long.startswith(found)
    assert long[len(found)] == " "
    assert len(found.encode()) <= claims.NAME_BYTES < len(long.encode())
    assert claims.card_name("A" * 61) is None
    assert claims.card_name("Mari\u0301a   Nun\u0303ez") == "María Nuñez"
    assert claims.card_name("K’uk’ulkan Xóchitl") is not None


@pytest.mark.parametrize("dates", [{"expires": ISSUED}, {"not_before": ISSUED - 1}, {"issued": -1}, {"expires": 2**41}])
def test_dates_in_the_wrong_order_are_never_signed(dates):
    with pytest.raises(ValueError, match="dates"):
        card(**dates)


@pytest.mark.parametrize(
    ("changes", "now", "verdict", "reason"),
    [
        ({}, NOW, Verdict.VALID, Reason.OK),
        ({}, ISSUED - 300, Verdict.VALID, Reason.OK),
        ({}, ISSUED - 301, Verdict.NOT_YET_VALID, Reason.FUTURE),
        ({"not_before": NOW + 301}, NOW, Verdict.NOT_YET_VALID, Reason.FUTURE),
        ({"issued": NOW + 10 * DAY}, NOW, Verdict.NOT_YET_VALID, Reason.FUTURE),
        ({"expires": NOW - 299}, NOW, Verdict.VALID, Reason.OK),
        ({"expires": NOW - 300}, NOW, Verdict.EXPIRED, Reason.EXPIRED),
    ],
)
def test_verdict_by_the_clock(changes, now, verdict, reason):
    found = read(tokens.sign(card(**changes), KEY), now=now)
    assert (found.verdict, found.reason) == (verdict, reason)
    assert found.claims == card(**changes)


def test_revoked_outranks_expired_and_says_how_old_the_list_is():
    text = tokens.sign(card(), KEY)
    for now, doubts in ((NOW, ()), (card().expires + DAY, (Doubt.STALE_LIST,))):
        found = read(text, status_list=status_list([4567]), now=now)
        assert (found.verdict, found.reason, found.claims) == (Verdict.REVOKED, Reason.REVOKED, card())
        assert (found.list_age, found.doubts) == (now - NOW + 3_600, doubts)
    assert read(text, status_list=status_list([4566, 4568])).verdict is Verdict.VALID


def test_an_old_list_still_verifies_and_says_so():
    text = tokens.sign(card(), KEY)
    old = status_list(issued=NOW - 10 * DAY)
    assert read(text, status_list=old) == tokens.Reading(
        Verdict.VALID, Reason.OK, card(), KEY.kid, 10 * DAY, (Doubt.STALE_LIST,)
    )
    ended = status_list(expires=NOW - 1)
    assert read(text, status_list=ended).doubts == (Doubt.STALE_LIST,)
    assert read(text, status_list=status_list(issued=NOW + DAY)).list_age == 0, "the reader's clock is behind"


def test_cards_that_the_list_does_not_know():
    text = tokens.sign(card(), KEY)
    none = read(text, status_list=None)
    assert (none.verdict, none.list_age, none.doubts) == (Verdict.VALID, None, (Doubt.NO_LIST,))
    elsewhere = dataclasses.replace(card(), status=claims.Status(1, "bienestar:cards/2"))
    assert read(tokens.sign(elsewhere, KEY)).doubts == (Doubt.NO_LIST,)
    older = read(text, status_list=status_list(size=80, issued=ISSUED - 1, ttl=365 * DAY))
    assert (older.verdict, older.doubts) == (Verdict.VALID, (Doubt.NEWER_THAN_LIST,))
    newer = read(text, status_list=status_list([5], size=80))
    assert (newer.verdict, newer.reason) == (Verdict.REVOKED, Reason.OUTSIDE_LIST)


@pytest.mark.parametrize(
    ("record", "verdict", "reason", "doubts"),
    [
        (KEY.record(ISSUED), Verdict.VALID, Reason.OK, ()),
        (KEY.record(ISSUED + 1), Verdict.UNKNOWN_KEY, Reason.KEY_NOT_YET, ()),
        (KEY.record(0, ISSUED), Verdict.UNKNOWN_KEY, Reason.KEY_RETIRED, ()),
        (KEY.record(0, ISSUED + 1), Verdict.VALID, Reason.OK, ()),
        (KEY.record(0, None, ISSUED), Verdict.UNKNOWN_KEY, Reason.KEY_COMPROMISED, ()),
        (KEY.record(0, None, ISSUED + 1), Verdict.VALID, Reason.OK, (Doubt.KEY_COMPROMISED_LATER,)),
        (KEY.record(0, None, 0), Verdict.UNKNOWN_KEY, Reason.KEY_COMPROMISED, ()),
    ],
)
def test_keys_count_within_their_dates(record, verdict, reason, doubts):
    found = read(tokens.sign(card(), KEY), keys=[record])
    assert (found.verdict, found.reason, found.doubts) == (verdict, reason, doubts)
    assert (found.claims is None) is (verdict is Verdict.UNKNOWN_KEY)


GOOD = tokens.sign(card(), KEY)
COSE = unwrapped(GOOD)
BOMB = base45.encode(zlib.compress(bytes(2_000_000), 9))
MAP = {1: "bienestar", 2: card().folio, 4: NOW + DAY, 6: ISSUED}
HAND = cbor2.dumps(MAP)


def with_part(place, value):
    parts = list(cbor2.loads(COSE).value)
    parts[place] = value
    return wrapped(cbor2.dumps(cbor2.CBORTag(18, parts)))


def with_the_order_added(signature):
    """The same signature written another way: S + L, which RFC 8032 tells readers to refuse."""
    order = 2**252 + 27742317777372353535851937790883648493
    return signature[:32] + (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")


HOSTILE = {
    "empty": ("", Verdict.UNREADABLE, Reason.EMPTY),
    "only spaces": (" \n\t ", Verdict.UNREADABLE, Reason.EMPTY),
    "10 kB": ("A" * 10_240, Verdict.UNREADABLE, Reason.TOO_LONG),
    "just too long": ("0" * 4_297, Verdict.UNREADABLE, Reason.TOO_LONG),
    "megabytes of spaces": (" " * 5_000_000, Verdict.UNREADABLE, Reason.TOO_LONG),
    "small letters": (GOOD.lower(), Verdict.UNREADABLE, Reason.NOT_BASE45),
    "an address": ("https://example.org/1", Verdict.UNREADABLE, Reason.NOT_BASE45),
    "another alphabet": ("Ñ" + GOOD, Verdict.UNREADABLE, Reason.NOT_BASE45),
    "one letter more": (GOOD + "A" * (1 + (-len(GOOD)) % 3), Verdict.UNREADABLE, Reason.NOT_BASE45),
    "not zlib": (base45.encode(COSE), Verdict.UNREADABLE, Reason.NOT_ZLIB),
    "padded with letters": (base45.encode(base45.decode(GOOD) + b"\0\0"), Verdict.UNREADABLE, Reason.TRAILING),
    "two tokens": (base45.encode(2 * base45.decode(GOOD)), Verdict.UNREADABLE, Reason.TRAILING),
    "a zip bomb": (BOMB, Verdict.UNREADABLE, Reason.TOO_BIG),
    "bytes after COSE": (wrapped(COSE + b"\0"), Verdict.UNREADABLE, Reason.TRAILING),
    "COSE cut": (wrapped(COSE[:-1]), Verdict.UNREADABLE, Reason.CUT),
    "deep": (wrapped(b"\x81" * 3_000 + b"\0"), Verdict.UNREADABLE, Reason.DEEP),
    "tags in tags": (wrapped(b"\xd8\x3d" * 1_000 + b"\0"), Verdict.UNREADABLE, Reason.DEEP),
    "a huge length": (wrapped(bytes.fromhex("9b00000000ffffffff")), Verdict.UNREADABLE, Reason.TOO_BIG),
    "a thousand items": (wrapped(cbor2.dumps([0] * 1_000)), Verdict.UNREADABLE, Reason.TOO_BIG),
    "indefinite": (wrapped(b"\xd2\x9f" + COSE[2:] + b"\xff"), Verdict.UNREADABLE, Reason.INDEFINITE),
    "a float": (wrapped(cbor2.dumps(1.5)), Verdict.UNREADABLE, Reason.NOT_CBOR),
    "a text": (wrapped(cbor2.dumps("hello")), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "three parts": (wrapped(cbor2.dumps([b"", {}, b""])), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "tagged as MAC": (forged(tag=17), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "tagged twice": (wrapped(b"\xd2" + COSE), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "detached": (with_part(2, None), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "signature a text": (with_part(3, "x"), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "loose header a list": (with_part(1, []), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "header not a map": (with_part(0, b"\x80"), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "header cut": (with_part(0, b"\xa2"), Verdict.UNREADABLE, Reason.CUT),
    "critical parameter": (forged(header={1: -8, 4: KEY.kid, 2: [99]}), Verdict.UNREADABLE, Reason.NOT_SIGN1),
    "no key id": (forged(header={1: -8}), Verdict.UNREADABLE, Reason.NO_KEY_ID),
    "key id a number": (forged(header={1: -8, 4: 7}), Verdict.UNREADABLE, Reason.NO_KEY_ID),
    "two key ids": (forged(loose={4: OTHER.kid}), Verdict.UNREADABLE, Reason.NO_KEY_ID),
    "no algorithm": (forged(header={4: KEY.kid}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "algorithm none": (forged(header={1: None, 4: KEY.kid}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "algorithm 0": (forged(header={1: 0, 4: KEY.kid}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "algorithm ES256": (forged(header={1: -7, 4: KEY.kid}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "algorithm HMAC": (forged(header={1: 5, 4: KEY.kid}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "algorithm unsigned": (forged(header={4: KEY.kid}, loose={1: -8}), Verdict.TAMPERED, Reason.WRONG_ALGORITHM),
    "another key, our id": (forged(key=OTHER), Verdict.TAMPERED, Reason.BAD_SIGNATURE),
    "another key, its id": (tokens.sign(card(), OTHER), Verdict.UNKNOWN_KEY, Reason.UNKNOWN_KEY),
    "empty key id": (forged(header={1: -8, 4: b""}), Verdict.UNKNOWN_KEY, Reason.UNKNOWN_KEY),
    "empty signature": (with_part(3, b""), Verdict.TAMPERED, Reason.BAD_SIGNATURE),
    "signature of zeros": (with_part(3, bytes(64)), Verdict.TAMPERED, Reason.BAD_SIGNATURE),
    "signature with more": (with_part(3, cbor2.loads(COSE).value[3] + b"\0"), Verdict.TAMPERED, Reason.BAD_SIGNATURE),
    "signature with the order added": (
        with_part(3, with_the_order_added(cbor2.loads(COSE).value[3])), Verdict.TAMPERED, Reason.BAD_SIGNATURE
    ),
    "other claims": (with_part(2, HAND), Verdict.TAMPERED, Reason.BAD_SIGNATURE),
    "signed claim twice": (
        forged(payload=b"\xa5" + HAND[1:] + b"\x06\x00"), Verdict.UNREADABLE, Reason.DUPLICATE
    ),
    "signed, indefinite": (forged(payload=b"\xbf" + HAND[1:] + b"\xff"), Verdict.UNREADABLE, Reason.INDEFINITE),
    "signed list": (forged([]), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed without folio": (forged({1: "bienestar", 4: NOW, 6: ISSUED}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, wrong folio": (forged(MAP | {2: "130012000045679"}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, never ends": (forged({1: "bienestar", 2: card().folio, 6: 1}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, true for a date": (forged(MAP | {4: True}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, status a text": (forged(MAP | {65535: "x"}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, place below 0": (
        forged(MAP | {65535: {"status_list": {"idx": -1, "uri": URI}}}), Verdict.UNREADABLE, Reason.NOT_A_CARD
    ),
    "signed, name a list": (forged(MAP | {169: {4: []}}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "signed, another type": (forged(header={1: -8, 4: KEY.kid, 16: "x/y"}), Verdict.UNREADABLE, Reason.NOT_A_CARD),
    "a status list": (
        wrapped(statuslist.build(URI, 8, [], issued=ISSUED, ttl=1, key=KEY)), Verdict.UNREADABLE, Reason.NOT_A_CARD
    ),
    "from the future": (
        tokens.sign(card(issued=NOW + 9 * DAY), KEY), Verdict.NOT_YET_VALID, Reason.FUTURE
    ),
    "extra claims": (forged(MAP | {7: b"id", 99: "BOXW310820HNERXN09", "x": [1]}), Verdict.VALID, Reason.OK),
    "untagged": (forged(tag=None), Verdict.VALID, Reason.OK),
    "tagged as CWT": (wrapped(b"\xd8\x3d" + COSE), Verdict.VALID, Reason.OK),
    "key id in the other header": (forged(header={1: -8}, loose={4: KEY.kid}), Verdict.VALID, Reason.OK),
    "packed tighter": (wrapped(COSE), Verdict.VALID, Reason.OK),
    "broken by a mail": ("  " + GOOD[:60] + "\r\n" + GOOD[60:] + " \n", Verdict.VALID, Reason.OK),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_and_odd_tokens_get_one_clear_answer(name):
    text, verdict, reason = HOSTILE[name]
    found = read(text)
    assert (found.verdict, found.reason) == (verdict, reason)
    believed = {Verdict.VALID, Verdict.EXPIRED, Verdict.NOT_YET_VALID, Verdict.REVOKED}
    assert (found.claims is not None) is (verdict in believed)
    assert "BOXW" not in repr(found)


@pytest.mark.parametrize("length", range(0, len(GOOD), 7))
def test_a_cut_token_is_never_more_than_unreadable(length):
    found = read(GOOD[:length])
    assert found.verdict is Verdict.UNREADABLE
    assert found.reason in {Reason.EMPTY, Reason.CUT, Reason.NOT_BASE45, Reason.NOT_ZLIB}


@given(st.integers(0, len(COSE) - 1), st.integers(1, 255))
@example(3, 1)
def test_any_changed_byte_is_found_out(place, change):
    changed = COSE[:place] + bytes([COSE[place] ^ change]) + COSE[place + 1 :]
    found = read(wrapped(changed))
    assert found.claims is None
    assert found.verdict in {Verdict.TAMPERED, Verdict.UNKNOWN_KEY, Verdict.UNREADABLE}


@given(st.text(base45.ALPHABET, max_size=80) | st.text(max_size=80) | st.binary(max_size=60).map(wrapped))
def test_any_text_gets_an_answer(text):
    assert read(text).verdict is Verdict.UNREADABLE


def test_a_mapping_and_a_list_of_keys_say_the_same():
    assert read(GOOD) == read(GOOD, keys=[RECORD]) == read(GOOD, keys=iter([RECORD]))
    assert read(GOOD, keys=[]).verdict is Verdict.UNKNOWN_KEY


def test_folios_on_cards_are_valid_folios():
    assert folio.check(read(GOOD).claims.folio)
