"""``bienestar cards verify``: judge a card's token on this machine, with files and no database or network."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from bienestar.calculations.cards import folio, keys, statuslist, tokens

SKEW = 300  # seconds that a clock may be wrong, as the verifier's page allows
LARGEST = 20_000  # characters; no code holds a quarter of it
VERDICTS = {
    "valid": "The service issued this card, nobody has changed it and it is in force.",
    "expired": "The service issued this card, and its time has ended.",
    "not_yet_valid": "The card begins on a later day.",
    "revoked": "The service has ended this card.",
    "unknown_key": "The key that signed this card is not one of the file, or did not sign then.",
    "tampered": "What the card says is not what was signed.",
    "unreadable": "This is not a card that can be read.",
}
DOUBTS = {
    "no_list": "No list of revoked cards tells of this card.",
    "stale_list": "The list of revoked cards is old.",
    "newer_than_list": "The card is newer than the list of revoked cards.",
    "key_compromised_later": "The key of this card was stolen after the card's date.",
}


class Moment(click.ParamType):
    """A day or a moment in ISO form, as seconds since 1970 UTC; without a zone it is the service's own."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Seconds since 1970 UTC; a day means its noon."""
        try:
            found = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date such as 2026-11-22 or 2026-11-22T10:30.", param, ctx)
        if len(value) <= len("2026-11-22"):
            found = found.replace(hour=12)
        if found.tzinfo is None:
            found = timezone.make_aware(found, timezone.get_default_timezone())
        return int(found.timestamp())


READABLE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("token")
@click.option("--keys", "key_file", required=True, type=READABLE, help="Public keys: /verificador/llaves.cbor.")
@click.option("--revocations", "list_file", type=READABLE, help="Revoked cards: /verificador/estados.cwt.")
@click.option("--json", "as_json", is_flag=True, help="Print the judgement as JSON.")
@click.option("--at", type=Moment(), help="Judge as of this date (default: now).")
@click.pass_context
def verify(
    ctx: click.Context, token: str, key_file: Path, list_file: Path | None, as_json: bool, at: int | None
) -> None:
    """Judge a card by its TOKEN: the text of its code, @FILE that holds it, or - to read it from the input.

    Leaves with 0 when the card is valid, 1 when it is not, 2 when a file cannot be used. Care is never refused for
    what this answers.
    """
    now = int(timezone.now().timestamp()) if at is None else at
    known = _keys(key_file)
    listed = None if list_file is None else _list(list_file, known)
    reading = tokens.read(_text(token), known, listed, now, SKEW)
    if as_json:
        click.echo(json.dumps(_as_json(reading, listed, now), ensure_ascii=False))
    else:
        for line in _lines(reading, listed, now):
            click.echo(line)
    ctx.exit(0 if reading.verdict is tokens.Verdict.VALID else 1)


def _keys(path: Path) -> dict[bytes, keys.KeyRecord]:
    try:
        return keys.from_key_set(path.read_bytes())
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}).") from None
    except keys.KeySetError as error:
        raise Unusable(f"{path}: {error}") from None


def _list(path: Path, known: dict[bytes, keys.KeyRecord]) -> statuslist.StatusList:
    try:
        return statuslist.parse(path.read_bytes(), known)
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}).") from None
    except statuslist.StatusListError as error:
        raise Unusable(f"{path} is not a list of revoked cards signed by one of the keys ({error.reason}).") from None


def _text(token: str) -> str:
    """The token itself, or what the file or the input holds of it."""
    if token == "-":  # noqa: S105  the sign for the input
        return sys.stdin.buffer.read(LARGEST).decode("utf-8", "replace")
    if not token.startswith("@"):
        return token
    path = Path(token[1:])
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return file.read(LARGEST)
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}).") from None


def _as_json(reading: tokens.Reading, listed: statuslist.StatusList | None, now: int) -> dict[str, Any]:
    claims = reading.claims
    return {
        "verdict": reading.verdict.value,
        "reason": reading.reason.value,
        "doubts": [doubt.value for doubt in reading.doubts],
        "key": reading.kid.hex() if reading.kid is not None else None,
        "folio": claims.folio if claims else None,
        "name": claims.full_name if claims else None,
        "valid_from": _moment(claims.starts) if claims else None,
        "expires": _moment(claims.expires) if claims else None,
        "list_issued": _moment(listed.issued) if listed else None,
        "list_age_seconds": listed.age(now) if listed else None,
        "at": _moment(now),
    }


def _lines(reading: tokens.Reading, listed: statuslist.StatusList | None, now: int) -> list[str]:
    verdict, claims = reading.verdict.value, reading.claims
    why = "" if reading.reason in {"ok", "future", verdict} else f" ({reading.reason})"
    lines = [f"{verdict}: {VERDICTS[verdict]}{why}"]
    if claims:
        lines.append(f"Folio {folio.spoken(claims.folio)}")
        lines.append(f"Name: {claims.full_name or 'not on the card'}")
        lines.append(f"In force from {_day(claims.starts)} until {_day(claims.expires - 1)}")
    if listed:
        hours = listed.age(now) // 3600
        lines.append(f"List of revoked cards of {_day(listed.issued)}, {hours} hours old")
    return [*lines, *(DOUBTS[doubt.value] for doubt in reading.doubts)]


def _zone() -> dt.tzinfo:
    return timezone.get_default_timezone()


def _moment(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, _zone()).isoformat()


def _day(seconds: int) -> str:
    return f"{dt.datetime.fromtimestamp(seconds, _zone()).date()}"


class Unusable(click.ClickException):
    """A file cannot be used: one sentence, exit code 2."""

    exit_code = 2
