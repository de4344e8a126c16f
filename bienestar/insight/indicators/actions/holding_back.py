"""Which values may be shown to everybody: none that tells of fewer than five people, nor lets one be worked out.

Values of tables that hold single people are looked at through the records behind them: the people counted, those of
the denominator where it counts people too, and the difference of both. Source: as in ``calculations.disclosure``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from bienestar.calculations.disclosure import shown_parts
from bienestar.insight.indicators.queries.rules import CheckedIndicator

Place = tuple[str, str]
COUNTRY: Place = ("country", "MX")


@dataclass(frozen=True)
class _Row:
    place: Place
    state: str
    split: str
    member: str
    counts: tuple[int, ...]


def hold_back(con: duckdb.DuckDBPyConnection, indicators: Iterable[CheckedIndicator], smallest: int) -> int:
    """Mark the rows of the table ``values`` that everybody may not see; how many they are."""
    con.execute(
        "CREATE TEMP TABLE held (indicator VARCHAR, level VARCHAR, code VARCHAR, split VARCHAR, member VARCHAR)"
    )
    for one in indicators:
        if one.numerator is not None and (one.numerator.personal or (one.denominator and one.denominator.personal)):
            rows = _rows(con, one)
            shown = _shown_places([row for row in rows if not row.split], smallest)
            keep = _shown_splits([row for row in rows if row.split], shown, smallest)
            hidden = [
                row for row in rows if (row.place not in shown) or (row.split and (row.place, row.split) not in keep)
            ]
            _hold(con, one.definition.id, hidden)
            _complete(con, one)
    con.execute(
        """
        UPDATE values SET public = false FROM held
        WHERE values.indicator = held.indicator AND values.level = held.level AND values.code = held.code
          AND values.split = held.split AND values.member = held.member
        """
    )
    return int(con.execute("SELECT count(*) FROM values WHERE NOT public").fetchall()[0][0])


def _rows(con: duckdb.DuckDBPyConnection, one: CheckedIndicator) -> list[_Row]:
    """An indicator's values with the counts of people behind each."""
    found = con.execute(
        """
        SELECT level, code, coalesce(state, ''), split, member, rows, CAST(round(coalesce(denominator, 0)) AS BIGINT)
        FROM values WHERE indicator = ? AND status <> 'not_recorded' ORDER BY level, code, split, member
        """,
        [one.definition.id],
    ).fetchall()
    of_people = one.denominator is not None and one.denominator.personal
    assert one.numerator is not None
    return [
        _Row((level, code), state, split, member, _counts(int(rows), int(below), of_people, one.numerator.personal))
        for level, code, state, split, member, rows, below in found
    ]


def _counts(rows: int, below: int, of_people: bool, personal: bool) -> tuple[int, ...]:
    """What a value tells of people: those counted, those of the denominator, those in it who are not counted."""
    if not of_people:
        return (rows,)
    if not personal:
        return (below,)
    return (rows, below, below - rows)


def _of_few(counts: tuple[int, ...], smallest: int) -> bool:
    """Whether one of the counts is of few people; that nobody of a denominator is left over may be told."""
    told = counts if counts[-1] or len(counts) == 1 else counts[:-1]
    return any(counts) and min(told) < smallest


def _shown_places(rows: Sequence[_Row], smallest: int) -> set[Place]:
    """Places whose value may be shown: no place is shown inside one that is not."""
    country = [row for row in rows if row.place == COUNTRY]
    if not country or _of_few(country[0].counts, smallest):
        return set()
    shown = {COUNTRY}
    shown |= _shown_of([row for row in rows if row.place[0] == "state"], smallest)
    for level in ("municipality", "unit"):
        inside: dict[str, list[_Row]] = defaultdict(list)
        for row in rows:
            if row.place[0] == level:
                inside[row.state].append(row)
        for state, parts in inside.items():
            if ("state", state) in shown or not any(row.place[0] == "state" for row in rows):
                shown |= _shown_of(parts, smallest)
    return shown


def _shown_of(rows: Sequence[_Row], smallest: int) -> set[Place]:
    which = shown_parts([row.counts for row in rows], smallest, few=[_of_few(row.counts, smallest) for row in rows])
    return {row.place for row, is_shown in zip(rows, which, strict=True) if is_shown}


def _shown_splits(rows: Sequence[_Row], places: set[Place], smallest: int) -> set[tuple[Place, str]]:
    """Splits that may be shown, each whole: a place's members are all shown or none, and none by subtracting states."""
    tables: dict[str, dict[Place, dict[str, tuple[int, ...]]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        tables[row.split][row.place][row.member] = row.counts
    keep: set[tuple[Place, str]] = set()
    for split, by_place in tables.items():
        whole = by_place.get(COUNTRY, {})
        if COUNTRY not in places or any(_of_few(counts, smallest) for counts in whole.values()):
            continue
        keep.add((COUNTRY, split))
        states = [place for place in by_place if place[0] == "state"]
        members = sorted(whole)
        parts, few = [], []
        for place in states:
            told = [by_place[place].get(member, (0,) * len(whole[member])) for member in members]
            parts.append([number for counts in told for number in counts])
            # A member that a state has nobody of hides nothing; one of few people hides the state's whole split.
            few.append(place not in places or any(_of_few(counts, smallest) for counts in told))
        which = shown_parts(parts, smallest, few=few)
        keep |= {(place, split) for place, is_shown in zip(states, which, strict=True) if is_shown}
    return keep


def _hold(con: duckdb.DuckDBPyConnection, indicator: str, rows: Sequence[_Row]) -> None:
    if rows:
        columns = {
            "indicator": [indicator] * len(rows),
            "level": [row.place[0] for row in rows],
            "code": [row.place[1] for row in rows],
            "split": [row.split for row in rows],
            "member": [row.member for row in rows],
        }
        con.register("_hidden", pa.table(columns))
        con.execute("INSERT INTO held FROM _hidden")
        con.unregister("_hidden")


def _complete(con: duckdb.DuckDBPyConnection, one: CheckedIndicator) -> None:
    """Give a split that is held back each member of the country's: one that is missing would be known to be of nobody.

    The rows added say 0, for who may see them; everybody sees as many held back as anywhere.
    """
    con.execute(
        """
        INSERT INTO values
        SELECT any_value(v.indicator), any_value(v.version), v.level, v.code, any_value(v.state), NULL, v.split,
               whole.member, 0, CASE WHEN $alone THEN NULL ELSE 0 END, CASE WHEN $alone THEN 0 END,
               CASE WHEN $alone THEN 'known' ELSE 'unknown' END, 0, NULL, NULL, true
        FROM values v
        JOIN held USING (indicator, level, code, split, member)
        JOIN (SELECT DISTINCT split, member FROM values WHERE indicator = $indicator AND level = 'country') whole
          ON whole.split = v.split
        WHERE v.indicator = $indicator AND v.split <> '' AND v.level = 'state'
        GROUP BY v.level, v.code, v.split, whole.member
        HAVING NOT bool_or(v.member = whole.member)
        """,
        {"indicator": one.definition.id, "alone": one.denominator is None},
    )
    con.execute(
        """
        INSERT INTO held SELECT DISTINCT v.indicator, v.level, v.code, v.split, v.member
        FROM values v JOIN held h USING (indicator, level, code, split)
        WHERE v.indicator = $indicator AND v.split <> ''
        EXCEPT FROM held
        """,
        {"indicator": one.definition.id},
    )
