"""What a comparison changes: affiliations that begin, end or go on, checks that are news, pairs that wait.

Reckoned in DuckDB from what the database holds at the moment of writing; each function leaves a table of the rows to
write, so that two million of them are never in Python at once. ``touched`` are people of whom somebody decided
something while the comparison ran: the next one takes them.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

import pyarrow as pa

from bienestar.calculations.eligibility import Conclusion, Cover, Evidence, Rules, conclude, is_news, seen
from bienestar.foundation.storage.columns import columns_of
from bienestar.operations.enrolment.actions.comparing import Comparison
from bienestar.operations.enrolment.choices import PairKind, Result
from bienestar.operations.enrolment.models import EligibilityCheck, ReviewPair
from bienestar.operations.enrolment.queries.rules import evidence_kept, evidence_told
from bienestar.registers.beneficiaries.choices import Basis
from bienestar.registers.beneficiaries.queries import affiliations_as_columns

#: Bits, and chances, that a reviewer would see: a pair that moved less keeps the run whose model explains it.
SEEN = 0.05


@dataclass(frozen=True)
class Standing:
    """How many people were found in a roll, and what holds of them after the comparison."""

    linked: int
    covered: int
    eligible: int


def people(made: Comparison, touched: set[int]) -> int:
    """``subject(root)``: the people that this comparison may change; how many there are."""
    con = made.con
    con.register("_touched", pa.table({"id": pa.array(sorted(touched), pa.int64())}))
    con.execute(
        """CREATE TABLE subject AS
        SELECT DISTINCT root FROM everyone WHERE living AND root NOT IN (
            SELECT id FROM _touched UNION SELECT root FROM everyone WHERE id IN (SELECT id FROM _touched))"""
    )
    con.unregister("_touched")
    con.execute("CREATE TABLE cut(institution TEXT, cut_off DATE, roll BIGINT)")
    for cut in made.cuts:
        con.execute("INSERT INTO cut VALUES (?, ?, ?)", [cut.institution, cut.cut_off, cut.roll_id])
    con.execute("DELETE FROM linked WHERE root NOT IN (SELECT root FROM subject)")
    con.execute(
        """DELETE FROM waiting WHERE person NOT IN (SELECT root FROM subject)
            OR (other IS NOT NULL AND other NOT IN (SELECT root FROM subject))"""
    )
    return made.one("SELECT count(*) FROM subject")


def affiliations(made: Comparison) -> None:
    """``opened``, ``ended`` and ``withdrawn``; ``holds``: affiliations as they will be, by root.

    An entry continues the person's newest affiliation with the institution if that had not ended by the cut-off;
    otherwise it opens one, from the day that the roll tells or its cut-off, and after the one before. An affiliation
    whose person is not in the new cut ended the day before the cut-off. One that waits for review goes on, and so
    does one that rests on what the person said.
    """
    con = made.con
    affiliations_as_columns(con, "_affiliation")
    con.execute(
        f"""CREATE TABLE held AS
        SELECT a.*, e.root, row_number() OVER (
            PARTITION BY e.root, a.institution ORDER BY a.valid_to DESC NULLS FIRST, a.valid_from DESC, a.id DESC
        ) = 1 AS newest, a.basis = '{Basis.TOLD}' AS told
        FROM _affiliation a JOIN everyone e ON e.id = a.person
        WHERE e.root IN (SELECT root FROM subject)"""  # noqa: S608
    )
    con.execute("DROP TABLE _affiliation")
    con.execute(
        """CREATE TABLE opened AS
        SELECT l.root, l.institution, CASE WHEN h.id IS NULL
                THEN least(coalesce(l.valid_from, c.cut_off), coalesce(l.valid_to, DATE '9999-12-31'))
                ELSE greatest(coalesce(l.valid_from, c.cut_off), h.valid_to + 1) END::DATE AS valid_from,
            l.valid_to, l.basis, l.weight, l.entry, c.roll
        FROM linked l JOIN cut c USING (institution)
        LEFT JOIN held h ON h.newest AND h.root = l.root AND h.institution = l.institution
        WHERE h.id IS NULL OR h.valid_to < c.cut_off"""
    )
    con.execute("DELETE FROM opened WHERE valid_to < valid_from")
    con.execute(
        """CREATE TABLE ended AS
        SELECT h.id, greatest(l.valid_to, h.valid_from) AS valid_to, CASE WHEN l.valid_to IS NOT NULL THEN c.roll END
            AS roll
        FROM held h JOIN linked l ON l.root = h.root AND l.institution = h.institution
        JOIN cut c ON c.institution = h.institution
        WHERE h.newest AND NOT h.told AND (h.valid_to IS NULL OR h.valid_to >= c.cut_off)
            AND CASE WHEN l.valid_to IS NOT NULL THEN greatest(l.valid_to, h.valid_from) END
                IS DISTINCT FROM h.valid_to"""
    )
    con.execute("UPDATE ended SET valid_to = NULL WHERE roll IS NULL")
    _absent(made)
    con.execute(
        """CREATE TABLE holds AS
        SELECT h.root, h.institution, h.valid_from, CASE WHEN e.id IS NULL THEN h.valid_to ELSE e.valid_to END
            AS valid_to
        FROM held h LEFT JOIN ended e USING (id) WHERE h.id NOT IN (SELECT id FROM withdrawn)
        UNION ALL SELECT root, institution, valid_from, valid_to FROM opened"""
    )


def _absent(made: Comparison) -> None:
    made.con.execute(
        f"""CREATE TEMP TABLE absent AS
        SELECT h.id, h.valid_from, c.cut_off, c.roll FROM held h JOIN cut c USING (institution)
        WHERE NOT h.told AND (h.valid_to IS NULL OR h.valid_to >= c.cut_off)
            AND NOT EXISTS (FROM linked l WHERE l.root = h.root AND l.institution = h.institution)
            AND NOT EXISTS (FROM waiting w WHERE w.kind = '{PairKind.ENTRY}' AND w.person = h.root
                AND w.institution = h.institution)"""  # noqa: S608
    )
    made.con.execute("INSERT INTO ended SELECT id, cut_off - 1, roll FROM absent WHERE valid_from < cut_off")
    made.con.execute("CREATE TABLE withdrawn AS SELECT id FROM absent WHERE valid_from >= cut_off")


def checks(made: Comparison, day: dt.date, codes: tuple[str, ...], rules: Rules) -> Standing:
    """``news``: a check to write for each person whose conclusion, or its evidence, is not what it was.

    People of whom the same is known share one row of ``case``: the rules are asked once for each, in Python, and the
    answer is given to all of them.
    """
    con = made.con
    current = {"id": "pk", "person": "person_id", "result": "result", "institution": "institution"}
    current |= {"valid_until": "valid_until", "evidence": "evidence"}
    columns_of(EligibilityCheck.objects.filter(is_current=True).order_by(), current, con, "current")
    bits = " ".join(f"WHEN '{code}' THEN {1 << place}" for place, code in enumerate(codes))
    con.execute(
        f"""CREATE TABLE known AS
        SELECT s.root, coalesce(l.found, 0) AS found, coalesce(w.waits, 0) AS waits, h.institution AS cover,
            h.valid_to AS until, k.id AS check_id, k.result, k.institution, k.valid_until, k.evidence
        FROM subject s
        LEFT JOIN (
            SELECT root, bit_or(CASE institution {bits} END) AS found FROM linked
            WHERE coalesce(valid_to >= $day, TRUE) AND coalesce(valid_from <= $day, TRUE) GROUP BY root
        ) l ON l.root = s.root
        LEFT JOIN (
            SELECT person, bit_or(CASE institution {bits} END) AS waits FROM waiting
            WHERE kind = '{PairKind.ENTRY}' GROUP BY person
        ) w ON w.person = s.root
        LEFT JOIN (
            SELECT * FROM holds WHERE valid_from <= $day AND coalesce(valid_to >= $day, TRUE)
            QUALIFY row_number() OVER (PARTITION BY root ORDER BY valid_to DESC NULLS FIRST, institution DESC) = 1
        ) h ON h.root = s.root
        LEFT JOIN current k ON k.person = s.root""",  # noqa: S608
        {"day": day},
    )
    cases = "found, waits, cover, until, result, institution, valid_until, evidence"
    con.execute(f"CREATE TABLE kind AS SELECT {cases}, count(*) AS people FROM known GROUP BY {cases}")  # noqa: S608
    answer = _conclude_all(made, day, codes, rules)
    same = " AND ".join(f"k.{name} IS NOT DISTINCT FROM c.{name}" for name in cases.split(", "))
    con.execute(
        f"""CREATE TABLE news AS
        SELECT k.root, k.check_id, c.new_result, c.new_institution, c.new_until, c.new_evidence
        FROM known k JOIN concluded c ON {same}"""  # noqa: S608
    )
    return answer


def _conclude_all(made: Comparison, day: dt.date, codes: tuple[str, ...], rules: Rules) -> Standing:
    """``concluded``: the kinds of case that are news, with what to write."""
    con = made.con
    cut_offs = {cut.institution: cut.cut_off for cut in made.cuts}
    tally: dict[str, int] = {}
    rows = []
    for kind in con.execute("FROM kind").fetchall():
        found, waits, cover, until, result, institution, valid_until, kept, number = kind
        evidence = [
            Evidence(
                code,
                cut_offs.get(code),
                seen(
                    day,
                    cut_offs.get(code),
                    linked=bool(found >> place & 1),
                    waits=bool(waits >> place & 1),
                    rules=rules,
                ),
            )
            for place, code in enumerate(codes)
        ]
        before = None
        if result is not None:
            before = (Conclusion(result, institution or "", valid_until), evidence_told(json.loads(kept)))
        covers = [Cover(cover, until)] if cover else []
        now = conclude(day, evidence, covers, rules, contested=result == Result.CONTESTED)
        tally[now.result] = tally.get(now.result, 0) + number
        # What somebody contests stands as it was contested until somebody decides.
        if result != Result.CONTESTED and is_news(day, before, (now, evidence)):
            told = json.dumps(evidence_kept(evidence))
            rows.append((*kind[:-1], now.result, now.institution, now.valid_until, told))
    names = [row[0] for row in con.execute("DESCRIBE kind").fetchall()][:-1]
    columns = ", ".join(names)
    con.execute(
        f"""CREATE TABLE concluded AS SELECT {columns}, '' AS new_result, '' AS new_institution, DATE '2000-01-01'
        AS new_until, '' AS new_evidence FROM kind LIMIT 0"""  # noqa: S608
    )
    if rows:
        con.executemany(f"INSERT INTO concluded VALUES ({', '.join('?' * (len(names) + 4))})", rows)  # noqa: S608
    linked = made.one("SELECT count(DISTINCT root) FROM linked")
    return Standing(linked, tally.get(Result.COVERED, 0), tally.get(Result.ELIGIBLE, 0))


def pairs(made: Comparison, run_rolls: dict[int, dict[str, int]], rolls: dict[str, int]) -> None:
    """``fresh``: pairs to add; ``moved``: pairs whose weights or roll are others now; ``settled``: pairs to take away.

    ``run_rolls``: the roll of each institution that a run compared, by run: a pair from another cut shows its entry
    as the new cut has it. Pairs of ``touched`` people stay as they are.
    """
    con = made.con
    names = {name: name for name in ("id", "kind", "institution", "entry", "weight", "probability")}
    names |= {"person": "person_id", "other": "other_id", "run": "run_id"}
    columns_of(ReviewPair.objects.order_by(), names, con, "open_pair")
    con.execute("UPDATE open_pair SET institution = coalesce(institution, ''), entry = coalesce(entry, '')")
    stale = [run for run, used in run_rolls.items() if any(used.get(code) != pk for code, pk in rolls.items())]
    con.register("_stale", pa.table({"run": pa.array(stale, pa.int64())}))
    same = """o.kind = w.kind AND o.person = w.person AND o.other IS NOT DISTINCT FROM w.other
        AND o.institution = w.institution AND o.entry = w.entry"""
    con.execute(f"CREATE TABLE fresh AS FROM waiting w ANTI JOIN open_pair o ON {same}")  # noqa: S608
    con.execute(
        f"""CREATE TABLE moved AS SELECT o.id, w.weight, w.probability, w.data
        FROM open_pair o JOIN waiting w ON {same}
        WHERE abs(o.weight - w.weight) >= {SEEN} OR abs(o.probability - w.probability) >= {SEEN}
            OR o.kind = '{PairKind.ENTRY}' AND o.run IN (SELECT run FROM _stale)"""  # noqa: S608
    )
    con.execute(
        f"""CREATE TABLE settled AS SELECT o.id FROM open_pair o ANTI JOIN waiting w ON {same}
        WHERE o.person IN (SELECT root FROM subject)
            AND (o.other IS NULL OR o.other IN (SELECT root FROM subject))
            OR o.person IN (SELECT id FROM everyone WHERE root <> id OR NOT living)
            OR o.other IN (SELECT id FROM everyone WHERE root <> id OR NOT living)"""  # noqa: S608
    )
    con.unregister("_stale")
