"""Comparing everybody: records and rolls as columns, the linker over them, and what was decided before.

All of it happens in one DuckDB file under BIENESTAR_HOME that is thrown away afterwards. It leaves there

* ``everyone(id, root, living, path, …)``: every record with the linker's columns; ``root``: the one it is merged into;
* ``linked(root, institution, entry, basis, weight, valid_from, valid_to)``: at most one entry of each roll a person;
* ``waiting(kind, person, other, institution, entry, weight, probability, data)``: pairs that somebody must decide.

A merged record is compared too, in the name of the one that stands for it: it may hold the CURP by which a roll knows
the person.
"""

from __future__ import annotations

import datetime as dt
import json
import os  # noqa: TID251  the number of this process, to name its folder
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings
from django.utils.translation import gettext as _

from bienestar.calculations import linkage
from bienestar.foundation.definitions.linkage import linkage_rules
from bienestar.foundation.storage.columns import columns_of
from bienestar.operations.enrolment.actions.engines import Linker, MatchError, linker
from bienestar.operations.enrolment.choices import PairKind, Verdict
from bienestar.operations.enrolment.models import MatchDecision
from bienestar.operations.enrolment.queries.review import COMPARED, PERSONS
from bienestar.registers.beneficiaries.models import Roll
from bienestar.registers.beneficiaries.queries import current_roll, persons_as_columns, roll_entries

FIELDS = COMPARED

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Cut:
    """A roll that is compared: one institution's newest."""

    roll_id: int
    institution: str
    cut_off: dt.date
    file: str


@dataclass
class Comparison:
    """What was compared, and the models learned on the way: institution (or ``PERSONS``) → its JSON."""

    con: duckdb.DuckDBPyConnection
    cuts: tuple[Cut, ...]
    models: dict[str, Any] = field(default_factory=dict)

    def one(self, sql: str) -> int:
        """The single number that a query gives."""
        # All rows, though there is one: DuckDB keeps a connection busy until its result was read to the end.
        return int(self.con.execute(sql).fetchall()[0][0])


def current_cuts(codes: tuple[str, ...]) -> tuple[Cut, ...]:
    """The newest roll of each institution that has one, in the order of ``codes``."""
    return tuple(_cut(roll) for roll in (current_roll(code) for code in codes) if roll)


def _cut(roll: Roll) -> Cut:
    try:
        file = roll_entries(roll)
    except FileNotFoundError:
        raise MatchError(
            _("The stored roll of %(institution)s of %(day)s is not there any more: load its file again.")
            % {"institution": roll.institution, "day": roll.cut_off.isoformat()}
        ) from None
    return Cut(roll.pk, roll.institution, roll.cut_off, str(file))


@contextmanager
def workroom() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file of this process alone, with a limit of memory; removed at the end, and so is what a kill left."""
    folder = _room()
    home = folder.parent
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in home.iterdir():
        # Numbers come again: a folder of our own number is of a process that was killed.
        if left == folder or not _runs(left.name):
            shutil.rmtree(left, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    config = {
        "memory_limit": settings.MATCH_MEMORY,
        "temp_directory": str(folder / "spill"),
    }
    try:
        with duckdb.connect(str(folder / "match.duckdb"), config=config) as con:
            con.execute("SET enable_progress_bar = false")  # the caller tells what is being done
            yield con
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _room() -> Path:
    return Path(settings.HOME) / "matching" / str(os.getpid())


def _runs(process: str) -> bool:
    return process.isdecimal() and Path(f"/proc/{process}").exists()


def compare(con: duckdb.DuckDBPyConnection, cuts: tuple[Cut, ...], engine: str, tell: Tell) -> Comparison:
    """Fill ``everyone``, ``linked`` and ``waiting``."""
    made = Comparison(con, cuts)
    tell(_("Reading the records"))
    _everyone(con)
    decisions_as_columns(con)
    con.execute(
        "CREATE TABLE linked(root BIGINT, institution TEXT, entry TEXT, basis TEXT, weight DOUBLE,"
        " valid_from DATE, valid_to DATE)"
    )
    con.execute(
        "CREATE TABLE waiting(kind TEXT, person BIGINT, other BIGINT, institution TEXT, entry TEXT, weight DOUBLE,"
        " probability DOUBLE, data TEXT)"
    )
    with linker(engine, _room() / "spark") as link:
        for cut in cuts:
            tell(_("Comparing with the roll of %(institution)s") % {"institution": cut.institution})
            _link(made, cut, link)
    tell(_("Looking for people who are registered twice"))
    _dedupe(made)
    _leave_out_decided(con)
    return made


def _everyone(con: duckdb.DuckDBPyConnection) -> None:
    persons_as_columns(con, "record")
    con.execute(
        f"""CREATE TABLE everyone AS
        WITH RECURSIVE up(id, root) AS (
            SELECT id, merged FROM record WHERE merged IS NOT NULL
            UNION ALL
            SELECT up.id, record.merged FROM up JOIN record ON record.id = up.root WHERE record.merged IS NOT NULL
        ), top AS (
            SELECT up.id, up.root FROM up JOIN record ON record.id = up.root WHERE record.merged IS NULL
        )
        SELECT p.id, coalesce(top.root, p.id) AS root, s.died_on IS NULL AND p.died_on IS NULL AS living, s.path,
            p.merged, p.died_on, {", ".join(f"p.{name}" for name in FIELDS)}
        FROM record p LEFT JOIN top ON top.id = p.id JOIN record s ON s.id = coalesce(top.root, p.id)
        ORDER BY p.id"""  # noqa: S608  in order: the linker samples by place, and the same people give the same model
    )
    con.execute("DROP TABLE record")
    con.execute(f"CREATE VIEW subjects AS SELECT id, {', '.join(FIELDS)} FROM everyone WHERE living")  # noqa: S608


def decisions_as_columns(con: duckdb.DuckDBPyConnection) -> None:
    """What reviewers decided and did not undo, as ``decided``; of merged records, in the name of their root."""
    fields = {name: name for name in ("id", "kind", "institution", "entry", "verdict", "weight")}
    fields |= {"person": "person_id", "other": "other_id"}
    columns_of(MatchDecision.objects.filter(undone_at=None).order_by(), fields, con, "_decision")
    con.execute(
        """CREATE OR REPLACE TABLE decided AS
        SELECT d.kind, coalesce(d.institution, '') AS institution, coalesce(d.entry, '') AS entry, d.verdict, d.weight,
            CASE WHEN d.other IS NULL THEN p.root ELSE least(p.root, o.root) END AS person,
            CASE WHEN d.other IS NOT NULL THEN greatest(p.root, o.root) END AS other
        FROM _decision d JOIN everyone p ON p.id = d.person LEFT JOIN everyone o ON o.id = d.other"""
    )
    con.execute("DROP TABLE _decision")


def _link(made: Comparison, cut: Cut, link: Linker) -> None:
    con, rules = made.con, linkage_rules().settings
    place = cut.file.replace("'", "''")
    con.execute(f"CREATE OR REPLACE VIEW entries AS SELECT entry AS id, * FROM read_parquet('{place}')")  # noqa: S608
    model = link(con, "subjects", "entries", rules)
    made.models[cut.institution] = json.loads(model.to_json())
    con.execute(
        f"""INSERT INTO linked
        SELECT p.root, '{cut.institution}', e.id, l.basis, CASE WHEN l.basis = 'model' THEN l.weight END,
            e.valid_from, e.valid_to
        FROM links l JOIN everyone p ON p.id = l.left_id JOIN entries e ON e.id = l.right_id
        QUALIFY row_number() OVER (PARTITION BY p.root ORDER BY l.basis = 'exact' DESC, l.weight DESC, e.id) = 1"""  # noqa: S608
    )
    data = ", ".join(f"'{name}': coalesce(e.{name}::TEXT, '')" for name in (*FIELDS, "valid_from", "valid_to"))
    con.execute(
        f"""INSERT INTO waiting
        SELECT '{PairKind.ENTRY}', p.root, NULL, '{cut.institution}', e.id AS entry, round(r.weight, 4),
            round(r.probability, 6), to_json({{{data}}})
        FROM review r JOIN everyone p ON p.id = r.left_id JOIN entries e ON e.id = r.right_id
        QUALIFY row_number() OVER (PARTITION BY p.root, entry ORDER BY r.weight DESC, r.left_id) = 1"""  # noqa: S608
    )
    _link_as_decided(con, cut)


def _link_as_decided(con: duckdb.DuckDBPyConnection, cut: Cut) -> None:
    """Pairs that a reviewer called one person are linked whatever the model says; those called two never are."""
    of_this = f"d.kind = '{PairKind.ENTRY}' AND d.institution = '{cut.institution}'"
    con.execute(
        f"""DELETE FROM linked AS l USING decided d
        WHERE {of_this} AND l.institution = d.institution AND d.verdict = '{Verdict.DIFFERENT}'
            AND l.root = d.person AND l.entry = d.entry"""  # noqa: S608
    )
    same = f"FROM decided d WHERE {of_this} AND d.verdict = '{Verdict.SAME}'"
    if not con.execute(f"SELECT 1 {same} LIMIT 1").fetchall():  # noqa: S608
        return
    con.execute(
        f"""CREATE OR REPLACE TEMP TABLE forced AS
        SELECT d.person AS root, d.entry, d.weight, e.valid_from, e.valid_to
        FROM decided d JOIN entries e ON e.id = d.entry
        WHERE {of_this} AND d.verdict = '{Verdict.SAME}'
        QUALIFY row_number() OVER (PARTITION BY d.person ORDER BY e.valid_to DESC NULLS FIRST, d.entry) = 1"""  # noqa: S608
    )
    con.execute(
        f"""DELETE FROM linked AS l USING forced
        WHERE l.institution = '{cut.institution}' AND (l.root = forced.root OR l.entry = forced.entry)"""  # noqa: S608
    )
    con.execute(
        f"""INSERT INTO linked SELECT root, '{cut.institution}', entry, 'review', weight, valid_from, valid_to
        FROM forced"""  # noqa: S608
    )


def _dedupe(made: Comparison) -> None:
    con, rules = made.con, linkage_rules().settings
    model = linkage.learn(con, "subjects", None, rules)
    made.models[PERSONS] = json.loads(model.to_json())
    linkage.dedupe(con, "subjects", model, rules)
    con.execute(
        f"""INSERT INTO waiting
        SELECT '{PairKind.PERSONS}', least(p.root, o.root) AS one, greatest(p.root, o.root) AS two, '', '',
            round(max(r.weight), 4), round(max(r.probability), 6), '{{}}'
        FROM review r JOIN everyone p ON p.id = r.left_id JOIN everyone o ON o.id = r.right_id
        WHERE p.root <> o.root
        GROUP BY one, two"""  # noqa: S608
    )


def _leave_out_decided(con: duckdb.DuckDBPyConnection) -> None:
    """What was decided is never asked again, nor is another entry of a roll in which the person was found."""
    con.execute(
        """DELETE FROM waiting AS w USING decided d
        WHERE w.kind = d.kind AND w.person = d.person AND w.other IS NOT DISTINCT FROM d.other
            AND w.institution = d.institution AND w.entry = d.entry"""
    )
    con.execute(
        f"""DELETE FROM waiting AS w USING linked l
        WHERE w.kind = '{PairKind.ENTRY}' AND w.institution = l.institution AND w.person = l.root"""  # noqa: S608
    )
