"""Tokens with the answer that every reader must give: ``python -m tests.calculations.cards.vectors`` writes the file.

Another reader, in another language, reads ``vectors.json`` beside this file and must say the same.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bienestar.calculations.cards import claims, keys, statuslist, tokens
from tests.calculations.cards.invented import DAY, ISSUED, KEY, NOW, OTHER, URI, card

FILE = Path(__file__).with_name("vectors.json")
SKEW = 300
RETIRED = keys.SigningKey.from_seed(bytes(range(2, 34)))
STOLEN = keys.SigningKey.from_seed(bytes(range(3, 35)))
KEY_SET = keys.to_key_set(
    [
        KEY.record(ISSUED - 100 * DAY),
        RETIRED.record(ISSUED - 900 * DAY, ISSUED - 100 * DAY),
        STOLEN.record(ISSUED - 900 * DAY, None, ISSUED - DAY),
    ]
)
LIST = statuslist.build(URI, 10_000, [7, 8, 4_000], issued=NOW - 3_600, ttl=DAY, key=KEY)


def texts() -> dict[str, str]:
    """Every token by a name, hostile ones included."""
    from tests.calculations.cards.test_tokens import GOOD, HOSTILE

    old = card(issued=ISSUED - 200 * DAY)
    made = {
        "good": GOOD,
        "good without a name": tokens.sign(card(full_name=None), KEY),
        "good with every mark": tokens.sign(card(full_name="K’uk’ulkan D'Ángel Ñuñez-Güemes Jr."), KEY),
        "longest name": tokens.sign(card(full_name="Ñ" * 30), KEY),
        "later start": tokens.sign(card(not_before=NOW + DAY), KEY),
        "start within the skew": tokens.sign(card(not_before=NOW + SKEW), KEY),
        "expired": tokens.sign(card(expires=NOW - SKEW), KEY),
        "expired within the skew": tokens.sign(card(expires=NOW - SKEW + 1), KEY),
        "revoked": tokens.sign(card(7), KEY),
        "revoked and expired": tokens.sign(card(8, expires=NOW - DAY), KEY),
        "outside the list": tokens.sign(card(10_000), KEY),
        "newer than the list": tokens.sign(card(10_000, issued=NOW), KEY),
        "another list": tokens.sign(card(status=claims.Status(1, "bienestar:cards/2")), KEY),
        "no list": tokens.sign(card(status=None), KEY),
        "retired key, in time": tokens.sign(old, RETIRED),
        "retired key, too late": tokens.sign(card(), RETIRED),
        "stolen key, before": tokens.sign(old, STOLEN),
        "stolen key, after": tokens.sign(card(), STOLEN),
        "key not yet": tokens.sign(old, KEY),
        "unknown key": tokens.sign(card(), OTHER),
    }
    return made | {f"hostile: {name}": text for name, (text, *_) in HOSTILE.items() if len(text) < 4_000}


def vectors() -> dict[str, Any]:
    """The file: keys and list in hex, each token with verdict, reason, doubts, and what may be shown."""
    known = keys.from_key_set(KEY_SET)
    listed = statuslist.parse(LIST, known)
    found = []
    for name, text in texts().items():
        reading = tokens.read(text, known, listed, NOW, SKEW)
        shown = reading.claims and {
            "folio": reading.claims.folio,
            "full_name": reading.claims.full_name,
            "starts": reading.claims.starts,
            "expires": reading.claims.expires,
        }
        answer = {"verdict": reading.verdict.value, "reason": reading.reason.value, "shown": shown}
        doubts = [doubt.value for doubt in reading.doubts]
        found.append({"name": name, "text": text} | answer | {"list_age": reading.list_age, "doubts": doubts})
    return {
        "note": "Invented. Written by tests/calculations/cards/vectors.py; do not edit.",
        "now": NOW,
        "skew": SKEW,
        "seed_of_the_first_key": bytes(range(32)).hex(),
        "key_set": KEY_SET.hex(),
        "status_list": LIST.hex(),
        "tokens": found,
    }


def as_text() -> str:
    """The file's text."""
    return json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(as_text(), encoding="utf-8")
