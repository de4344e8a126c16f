"""Every row of a roll put into one form and judged, in DuckDB's SQL: what is refused, what is doubted.

An entry is refused when nothing sure would be left of it: no number of its own, a period that cannot be, or neither
a CURP that holds nor a name with a birth date. Anything else that cannot be read is left empty, with a doubt.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa
from django.utils.translation import gettext_lazy as _

from bienestar.calculations.curp import ABROAD, STATE_LETTERS
from bienestar.calculations.curps import Verdict, verdicts
from bienestar.registers.beneficiaries.queries import OLDEST_YEARS

WORDED = {"id", "given_names", "first_surname", "second_surname"}
LONGEST_ID, LONGEST_NAME = 40, 120
COLUMNS = ("id", "curp", "given_names", "first_surname", "second_surname", "birth_date", "sex", "birth_state") + (
    "municipality",
    "valid_from",
    "valid_to",
)


VERDICT = "verdict_on"


@dataclass(frozen=True)
class Trouble:
    """One thing that can be wrong with a row: in which column, why, and when (SQL over the columns of ``read``)."""

    column: str
    reason: Any
    when: str
    details: Mapping[str, int] = field(default_factory=dict)

    def told(self) -> str:
        """The reason in the reader's language."""
        return str(self.reason) % self.details


#: The first that holds refuses the row; its code is its place, from 1.
FAULTS = (
    Trouble("id", _("it is blank and must not be"), "id IS NULL"),
    Trouble("id", _("it is longer than %(longest)d letters"), f"length(id) > {LONGEST_ID}", {"longest": LONGEST_ID}),
    Trouble("valid_from", _("it is no date that can be"), "from_told IS NOT NULL AND from_day IS NULL"),
    Trouble("valid_to", _("it is no date that can be"), "to_told IS NOT NULL AND to_day IS NULL AND NOT open_end"),
    Trouble("valid_to", _("the period ends before it begins"), "to_day < from_day"),
    Trouble(
        "curp",
        _("there is neither a CURP that holds nor a name with a birth date: nobody can be told by it"),
        f"verdict <> {Verdict.HOLDS} AND (coalesce(given_names, first_surname) IS NULL OR birth_date IS NULL)",
    ),
)
#: All that hold are noted; the bit of each is its place, from 0.
DOUBTS = (
    Trouble("curp", _("it does not have the form of a CURP; it was left empty"), f"verdict = {Verdict.FORM}"),
    Trouble("curp", _("its check digit does not fit; it is kept as told"), f"verdict = {Verdict.CHECK}"),
    Trouble(
        "curp",
        _("it says a date, sex or state that cannot be; it is kept as told"),
        f"verdict = {Verdict.IMPOSSIBLE}",
    ),
    Trouble(
        "birth_date", _("it is no date that can be; it was left empty"), "birth_told IS NOT NULL AND birth_date IS NULL"
    ),
    Trouble("sex", _("it is not H, M or X; it was left empty"), "sex_told IS NOT NULL AND sex IS NULL"),
    Trouble("birth_state", _("it is no state; it was left empty"), "state_told IS NOT NULL AND birth_state IS NULL"),
    Trouble(
        "municipality",
        _("it should be a number of five digits; it was left empty"),
        "municipality_told IS NOT NULL AND municipality IS NULL",
    ),
    Trouble(
        "given_names",
        _("a name is longer than %(longest)d letters; it was cut"),
        f"greatest(length(given_told), length(first_told), length(second_told)) > {LONGEST_NAME}",
        {"longest": LONGEST_NAME},
    ),
)


def checked(
    source: str,
    places: Mapping[str, str],
    cut_off: dt.date,
    sexes: Mapping[str, str],
    fractions: Collection[str] = (),
) -> str:
    """SQL of every row of ``source`` (SQL) in one form: COLUMNS, ``holds``, ``fault`` (0: none) and ``doubts`` (bits).

    ``places``: column → its name in ``source``; absent columns are empty. ``sexes``: word → letter. ``fractions``:
    columns of numbers that may have decimals; a whole one is told without.
    """
    told = {
        name: _text(places[name], name, name in fractions) if name in places else "NULL::VARCHAR" for name in COLUMNS
    }
    fault = " ".join(f"WHEN {trouble.when} THEN {code}" for code, trouble in enumerate(FAULTS, start=1))
    doubts = " + ".join(f"CASE WHEN {trouble.when} THEN {1 << bit} ELSE 0 END" for bit, trouble in enumerate(DOUBTS))
    # Each step stands on its own level: DuckDB works an expression out once for each time that it is written on one.
    return f"""
    WITH told AS (SELECT {", ".join(f"{text} AS {name}" for name, text in told.items())} FROM {source}),
    shaped AS (
        SELECT id,
            upper(CASE WHEN length(curp) > 18 THEN nullif(replace(replace(curp, ' ', ''), '-', ''), '') ELSE curp END)
                AS curp_told,
            given_names AS given_told, first_surname AS first_told, second_surname AS second_told,
            birth_date AS birth_told, {_day("birth_date")} AS birth_day,
            upper(sex) AS sex_told, upper(birth_state) AS state_told,
            CASE WHEN ends_with(municipality, '.0') THEN left(municipality, -2) ELSE municipality END
                AS municipality_told,
            valid_from AS from_told, {_day("valid_from")} AS from_any, valid_to AS to_told, {_day("valid_to")} AS to_any
        FROM told
    ),
    read AS (
        SELECT id, curp_told, {VERDICT}(curp_told) AS verdict,
            given_told, first_told, second_told, {_name("given_told")} AS given_names,
            {_name("first_told")} AS first_surname, {_name("second_told")} AS second_surname,
            birth_told, CASE WHEN {_possible("birth_day", cut_off)} THEN birth_day END AS birth_date,
            sex_told, {_word("sex_told", sexes)} AS sex,
            state_told, {_word("state_told", _states())} AS birth_state,
            municipality_told, {_municipality("municipality_told")} AS municipality,
            from_told, CASE WHEN year(from_any) BETWEEN 1900 AND 2199 THEN from_any END AS from_day,
            to_told, CASE WHEN year(to_any) BETWEEN 1900 AND 2199 THEN to_any END AS to_day,
            coalesce(year(to_any) >= 9999, false) AS open_end
        FROM shaped
    ),
    judged AS (SELECT *, (CASE {fault} ELSE 0 END)::UTINYINT AS fault, ({doubts})::USMALLINT AS doubts FROM read)
    SELECT id, CASE WHEN verdict <> {Verdict.FORM} THEN curp_told END AS curp, verdict = {Verdict.HOLDS} AS holds,
        given_names, first_surname, second_surname, birth_date, sex, birth_state, municipality,
        from_day AS valid_from, to_day AS valid_to, fault, doubts,
        CASE WHEN verdict BETWEEN {Verdict.FORM} AND {Verdict.CHECK} THEN {masked("curp_told")} END AS shown
    FROM judged"""  # noqa: S608  built from the tables above


def offer_verdict(con: duckdb.DuckDBPyConnection, cut_off: dt.date) -> None:
    """Let SQL on this connection ask for the verdict on a CURP, by columns."""

    def judge(texts: pa.ChunkedArray) -> pa.Array:
        return pa.array(verdicts(texts, cut_off))

    con.create_function(VERDICT, judge, ["VARCHAR"], "UTINYINT", type="arrow", null_handling="special")


def masked(curp: str) -> str:
    """SQL of a CURP as the list of issues may show it: enough to find it in the file's row, not to know whose it is."""
    return f"left({curp}, 2) || repeat('*', least(greatest(length({curp}) - 4, 0), 30)::BIGINT) || right({curp}, 2)"


def _text(name: str, column: str, fraction: bool) -> str:
    """A cell without blanks at its ends; in names also without no-break spaces, line feeds, zero bytes. Empty: null."""
    cell = f'"{name}"::VARCHAR'
    if fraction:
        cell = f'CASE WHEN "{name}" = trunc("{name}") THEN try_cast("{name}" AS HUGEINT)::VARCHAR ELSE {cell} END'
    if column in WORDED:
        unseen = " OR ".join(f"contains({cell}, chr({sign}))" for sign in (160, 10, 0))
        mended = f"replace(replace(replace({cell}, chr(160), ' '), chr(10), ' '), chr(0), '')"
        cell = f"CASE WHEN {unseen} THEN {mended} ELSE {cell} END"
    return f"nullif(trim({cell}), '')"


def _name(told: str) -> str:
    single = f"CASE WHEN contains({told}, '  ') THEN regexp_replace({told}, '\\s+', ' ', 'g') ELSE {told} END"
    return f"left(upper({single}), {LONGEST_NAME})"


def _day(told: str) -> str:
    """A date as 2020-12-31, 31/12/2020, 31-12-2020 or 20201231, with or without a time behind it."""
    day = f"split_part(split_part({told}, ' ', 1), 'T', 1)"
    iso = f"CASE WHEN {told}[5] = '-' THEN try_cast(left({told}, 10) AS DATE)"
    return f"{iso} WHEN {told} IS NOT NULL THEN try_strptime({day}, ['%d/%m/%Y', '%d-%m-%Y', '%Y%m%d'])::DATE END"


def _possible(day: str, cut_off: dt.date) -> str:
    return f"{day} BETWEEN DATE '{cut_off.replace(year=cut_off.year - OLDEST_YEARS, day=1)}' AND DATE '{cut_off}'"


def _word(told: str, words: Mapping[str, str]) -> str:
    same = [word for word, letter in words.items() if word == letter]
    others = "".join(f" WHEN '{word}' THEN '{letter}'" for word, letter in words.items() if word != letter)
    kept = ", ".join(f"'{word}'" for word in same)
    return f"CASE WHEN {told} IN ({kept}) THEN {told} ELSE CASE {told}{others} END END"


def _states() -> dict[str, str]:
    """The two letters, and the state's number with or without its zero."""
    letters = {code: code for code in (*STATE_LETTERS.values(), ABROAD)}
    return {**letters, **STATE_LETTERS, **{number.lstrip("0"): code for number, code in STATE_LETTERS.items()}}


def _municipality(told: str) -> str:
    """Five digits; a spreadsheet takes the zero of the first nine states away."""
    padded = f"CASE WHEN length({told}) = 4 THEN '0' || {told} ELSE {told} END"
    return f"CASE WHEN length({told}) BETWEEN 4 AND 5 AND try_cast({told} AS UINTEGER) IS NOT NULL THEN {padded} END"
