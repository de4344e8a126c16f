"""The report's values for programs: one JSON file in both languages; its hash stands on the cover of the others."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from bienestar.insight.indicators.queries.values import Value
from bienestar.web.public.files import LICENCE
from bienestar.web.pulso_report.content import PulsoContent

FORMAT = 1


def json_of(content: PulsoContent) -> bytes:
    """Keys in their order, UTF-8, ends with a newline. Numbers with every digit, null where there is none.

    The permanent address of a value is ``address``, its indicator, its code and, of a part, its split and member.
    """
    parts = [f"{json.dumps(key)}: {_lines(value)}" for key, value in data_of(content).items()]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()


def _lines(value: Any) -> str:
    """A list with one row a line, so that two reports can be compared by any program."""
    if not isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False) for row in value) + "\n]"


def sha256_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def identity_of(content: PulsoContent) -> dict[str, Any]:
    """Which set of values, with its hashes."""
    one = content.identity
    return {
        "report": "pulso",
        "format": FORMAT,
        "cut_off": one.cut_off.isoformat(),
        "set": one.number,
        "computed_at": one.computed_at.isoformat(),
        "published_at": one.published_at.isoformat(),
        "code_version": one.code_version,
        "snapshot": one.snapshot,
        "sha256": {
            "values": one.values_sha256,
            "definitions": one.definitions_sha256,
            "snapshot": one.snapshot_sha256,
        },
        "licence": LICENCE,
    }


def data_of(content: PulsoContent) -> dict[str, Any]:
    """Everything that the report says, as plain values."""
    levels = (content.states, content.municipalities)
    values = [
        *content.country.values(),
        *content.splits,
        *(one for level in levels for rows in level.values() for one in rows),
    ]
    return {
        **identity_of(content),
        "address": f"{content.identity.address}/pulso/valor/{content.identity.number}/",
        "indicators": {name: _indicator(content, name) for name in content.definitions},
        "places": content.names,
        "values": [_value(one) for one in values],
        "series": {
            name: [
                {"set": point.number, "cut_off": point.cut_off.isoformat(), **_numbers(point.value)} for point in points
            ]
            for name, points in content.series.items()
        },
        "bands": {
            name: {band.code: [one.code for one in found] for band, found in content.bands(name)}
            for name, definition in content.definitions.items()
            if definition.bands
        },
        "reporting": [
            {
                "register": one.register,
                "code": one.code,
                "units_due": one.units_due,
                "units_in_time": one.units_in_time,
                "units_late": one.units_late,
                "units_never": one.units_never,
                "newest": one.newest.isoformat() if one.newest else None,
            }
            for one in (*content.reporting, *content.reporting_states)
        ],
        "claims": [
            {
                "id": one.claim.id,
                "said": one.claim.said.model_dump(),
                "figure": one.claim.figure,
                "unit": one.claim.unit,
                "scope": one.claim.scope,
                "as_of": one.claim.as_of.isoformat(),
                "source": one.claim.source.name,
                "indicator": one.comparison.indicator,
                "code": one.comparison.code,
                "computed": one.comparison.computed,
                "difference": one.comparison.difference,
                "verdict": one.comparison.verdict,
            }
            for one in content.claims
        ],
        "not_recorded": [one.id for one in content.not_recorded],
    }


def _indicator(content: PulsoContent, name: str) -> dict[str, Any]:
    definition = content.definitions[name]
    return {
        "version": definition.version,
        "name": definition.name.model_dump(),
        "method": definition.method.model_dump(),
        "unit": {"es": content.units[definition.unit].es, "en": content.units[definition.unit].en},
        "decimals": content.units[definition.unit].decimals,
    }


def _value(one: Value) -> dict[str, Any]:
    return {
        "indicator": one.indicator,
        "level": one.level,
        "code": one.code,
        "split": one.split,
        "member": one.member,
        **_numbers(one),
        "rows": one.rows,
        "units_due": one.units_due,
        "units_reported": one.units_reported,
    }


def _numbers(one: Value) -> dict[str, Any]:
    return {
        "value": one.value,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "status": str(one.status),
    }
