"""The page judges as the program does: tokens, keys and lists, good, hostile and spoiled."""

from __future__ import annotations

import json
import random
from typing import Any

import cbor2
import pytest
from django.contrib.staticfiles.finders import find
from stdnum.iso7064 import mod_11_10

from bienestar.calculations.cards import base45, folio, keys, statuslist, tokens
from bienestar.operations.enrolment.queries.keys import key_records
from tests.calculations.cards import vectors
from tests.calculations.cards.invented import unwrapped, wrapped

pytestmark = pytest.mark.browser


def judged(page: Any, texts: list[str], found: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page's own modules say of texts, with keys and list of hex."""
    return page.evaluate(
        """async ([texts, found]) => {
          const { fromKeySet } = await import("/static/verifier/keys.js");
          const { parse } = await import("/static/verifier/statuslist.js");
          const { read } = await import("/static/verifier/tokens.js");
          const unhex = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
          const keys = fromKeySet(unhex(found.key_set));
          const list = await parse(unhex(found.status_list), keys);
          const told = [];
          for (const text of texts) {
            const { verdict, reason, claims, listAge, doubts } = await read(text, keys, list, found.now, found.skew);
            const { folio, fullName, starts, expires } = claims ?? {};
            const shown = claims && { folio, full_name: fullName, starts, expires };
            told.push({ verdict, reason, shown, list_age: listAge, doubts });
          }
          return told;
        }""",
        [texts, found],
    )


# The browser's unpacking says only that it failed.
PACKING = {"cut", "trailing", "not_zlib"}
OLD_BROWSER = """
  const known = crypto.subtle.importKey.bind(crypto.subtle);
  crypto.subtle.importKey = async (form, key, algorithm, ...more) => {
    if (algorithm === "Ed25519") throw new DOMException("unknown", "NotSupportedError");
    return known(form, key, algorithm, ...more);
  };
"""


def test_the_page_takes_the_folio_of_every_state_that_the_program_takes(device):
    # Also of an invented state: otherwise no card of the demonstration holds.
    texts = [
        digits + mod_11_10.calc_check_digit(digits) for digits in (f"{state:02d}000100000007" for state in range(100))
    ]
    told = device().page.evaluate(
        """async (texts) => {
          const { isFolio } = await import("/static/verifier/claims.js");
          return texts.map(isFolio);
        }""",
        texts,
    )
    assert told == [folio.check(text) for text in texts]
    assert told.count(True) == 99


@pytest.mark.parametrize("engine", ["browser", "library"])
def test_the_page_judges_every_vector_as_the_program_does(device, engine):
    if engine == "library" and not find("noble/index.js"):
        pytest.skip("the library for old browsers is not installed: make setup, with the npm registry in reach")
    visitor = device()
    if engine == "library":
        visitor.page.add_init_script(OLD_BROWSER)
        visitor.page.reload()
    found = json.loads(vectors.FILE.read_text(encoding="utf-8"))
    told = judged(visitor.page, [one["text"] for one in found["tokens"]], found)
    for one, answer in zip(found["tokens"], told, strict=True):
        expected = {name: one[name] for name in answer}
        if {expected["reason"], answer["reason"]} <= PACKING:
            expected["reason"] = answer["reason"]
        assert answer == expected, one["name"]
    loaded = visitor.page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert any("noble" in name for name in loaded) == (engine == "library")


def test_the_page_judges_spoiled_tokens_as_the_program_does(device):
    """Bits turned, bytes put in and taken out, in the signed bytes, in the packing and in the text."""
    found = json.loads(vectors.FILE.read_text(encoding="utf-8"))
    known = keys.from_key_set(bytes.fromhex(found["key_set"]))
    listed = statuslist.parse(bytes.fromhex(found["status_list"]), known)
    chance = random.Random(20261122)
    texts = []
    for _ in range(600):
        text = chance.choice(found["tokens"][:20])["text"]
        if chance.random() < 0.5:
            texts.append(wrapped(spoiled(unwrapped(text), chance)))
        else:
            texts.append(base45.encode(spoiled(base45.decode(text), chance)))
    for answer, text in zip(judged(device().page, texts, found), texts, strict=True):
        reading = tokens.read(text, known, listed, found["now"], found["skew"])
        assert answer["verdict"] == reading.verdict.value, text
        assert answer["reason"] == reading.reason.value or {answer["reason"], reading.reason.value} <= PACKING, text


def key_sets(chance: random.Random) -> list[bytes]:
    """Key sets as they may not be, and a good one with bits turned."""
    good = vectors.KEY_SET
    whole = cbor2.loads(good)
    changes: list[dict[Any, Any]] = [
        {-4: bytes(32)},
        {1: 2},
        {-1: 7},
        {2: b""},
        {2: bytes(17)},
        {2: whole[1][2]},
        {-2: bytes(31)},
        {-2: "x" * 32},
        {"valid_from": None},
        {"valid_from": "2026"},
        {"retired_on": True},
        {"retired_on": None},
        {"compromised_from": 2**63},
        {"another": [1, {"a": 2}]},
    ]
    found = [cbor2.dumps([whole[0] | change, *whole[1:]]) for change in changes]
    found += [b"", b"\x80", b"\xa0", good + b"\x00", cbor2.dumps([whole]), cbor2.dumps(whole * 200)]
    return found + [spoiled(good, chance) for _ in range(200)]


def spoiled(data: bytes, chance: random.Random) -> bytes:
    """Bits turned, bytes put in or taken out."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 5])):
        place = chance.randrange(len(changed))
        if chance.random() < 0.6:
            changed[place] ^= 1 << chance.randrange(8)
        elif chance.random() < 0.5:
            changed.insert(place, chance.randrange(256))
        else:
            del changed[place]
    return bytes(changed)


def test_the_page_takes_and_refuses_keys_and_lists_as_the_program_does(device, key, now):
    chance = random.Random(52)
    sets = key_sets(chance)
    listed = statuslist.build("urn:test:1", 300, [1, 8, 299], issued=now, ttl=60, key=key)
    lists = [listed, *(spoiled(listed, chance) for _ in range(200))]
    known = keys.to_key_set(key_records().values())
    told = device().page.evaluate(
        """async ([sets, known, lists]) => {
          const { fromKeySet } = await import("/static/verifier/keys.js");
          const { parse } = await import("/static/verifier/statuslist.js");
          const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
          const plain = (number) => number === null ? null : String(number);
          const keysOf = (text) => {
            try {
              const taken = [...fromKeySet(unhex(text)).values()];
              const dates = (one) => [one.validFrom, one.retiredOn, one.compromisedFrom].map(plain);
              return taken.map((one) => [one.kid, ...dates(one)]);
            } catch (error) {
              return error.reason ? "refused" : String(error);
            }
          };
          const keys = fromKeySet(unhex(known));
          const listOf = async (text) => {
            try {
              const list = await parse(unhex(text), keys);
              return Array.from({ length: 305 }, (_, place) => list.status(place));
            } catch (error) {
              return error.reason ? "refused" : String(error);
            }
          };
          return [sets.map(keysOf), await Promise.all(lists.map(listOf))];
        }""",
        [[one.hex() for one in sets], known.hex(), [one.hex() for one in lists]],
    )

    def keys_of(data: bytes) -> Any:
        try:
            taken = keys.from_key_set(data).values()
        except keys.KeySetError:
            return "refused"
        dates = [(one.valid_from, one.retired_on, one.compromised_from) for one in taken]
        plain = [[None if date is None else str(date) for date in three] for three in dates]
        return [[one.kid.hex(), *three] for one, three in zip(taken, plain, strict=True)]

    def list_of(data: bytes) -> Any:
        try:
            found = statuslist.parse(data, key_records())
        except statuslist.StatusListError:
            return "refused"
        return [found.status(place) for place in range(305)]

    for data, answer in zip(sets, told[0], strict=True):
        assert answer == keys_of(data), data.hex()
    for data, answer in zip(lists, told[1], strict=True):
        assert answer == list_of(data), data.hex()
    assert told[1][0][:10] == [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
