"""Eligibility by CURP over HTTP, beside a plain Django REST Framework viewset and the bare driver.

``python -m bench.eligibility [--people 2000000] [--clients 4] [--seconds 10]``; ``--clean`` drops its databases. Needs
PostgreSQL and requirements-bench.txt. The people are invented and loaded once into a database of its own, kept for the
next run. Ours asks for permission and writes the journal; the other two do not.

All three run on the same rows, one after the other; both servers are granian with two workers and four threads each,
connections kept open. A client is a process with one open connection that asks again as soon as it is answered. On a
machine that does other work, read the processor's time: what the server and PostgreSQL used, the clients left out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import psycopg
from pyarrow.parquet import ParquetFile
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
PREFIX = "bienestar_bench_eligibility_"
WARM = 200
OPERATOR = "bench"


@dataclass
class Measured:
    """Seconds of each request, how many were answered in a second by all clients together, and what one cost."""

    seconds: list[float]
    per_second: float
    processor: float
    """Seconds of processor of a request: the server's processes and those that PostgreSQL has for this database."""

    def at(self, share: float) -> float:
        """Milliseconds within which that share of the requests was answered."""
        return statistics.quantiles(self.seconds, n=1000, method="inclusive")[round(share * 1000) - 1] * 1000


def main() -> int:
    """Load if needed, measure the three, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=2_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--port", type=int, default=8790)
    parser.add_argument("--clean", action="store_true", help="drop the databases of this bench and stop")
    asked = parser.parse_args()
    if asked.clean:
        return clean()
    name = f"{PREFIX}{asked.people}_{asked.seed}"
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "BIENESTAR_HOME": folder,
            "DJANGO_SETTINGS_MODULE": "bienestar.config.settings",
            "PYTHONPATH": str(ROOT),
        }
        if not exists(name):
            load(name, asked.people, asked.seed, folder)
        os.environ["DATABASE_URL"] = f"{SERVER}/{name}"
        bienestar("migrate", "--quiet")  # one that was kept may be older than the program
        curps, secret = apart(prepare)
        measured = {
            "bare driver, one row by key": measure(ask_driver, asked, curps, ""),
            "plain viewset": served(viewset(asked.port), asked, ask_viewset, curps, ""),
            "eligibility, with permission and journal": served(own(asked.port), asked, ask_own, curps, secret),
        }
    show(asked, measured)
    return 0


def clean() -> int:
    """Drop every database of this bench."""
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as admin:
        names = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]).fetchall()
        for (name,) in names:
            admin.execute(f'DROP DATABASE "{name}"')
            print(f"dropped {name}")
    return 0


def exists(name: str) -> bool:
    """Whether a whole database of that name is there."""
    with psycopg.connect(f"{SERVER}/postgres") as admin:
        return admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call in a process of its own: each sets the program up for the database that the environment names."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(function, arguments)


# Loading


def load(name: str, people: int, seed: int, folder: str) -> None:
    """Fill a draft, and give it the name when all is in it."""
    draft = f"{name}_draft"
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{draft}"')
        admin.execute(f'CREATE DATABASE "{draft}"')
    os.environ["DATABASE_URL"] = f"{SERVER}/{draft}"
    bienestar("migrate", "--quiet")
    persons = apart(invent, folder, people, seed)
    begun = time.perf_counter()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        copy(own, persons)
        own.execute(PERSONS)
        own.execute(IDENTIFIERS)
        own.execute("DROP TABLE told")
        own.execute(CHECKS)
        print(f"{people:,} rows stored in {time.perf_counter() - begun:.0f} s", flush=True)
        own.execute("VACUUM ANALYZE")
    with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as admin:
        admin.execute(f'ALTER DATABASE "{draft}" RENAME TO "{name}"')


# Straight into the tables that the question reads: the import has its own measure, and names are not asked for here.
PERSONS = """
INSERT INTO beneficiaries_person (id, uid, given_names, first_surname, second_surname, birth_date, birth_precision, sex,
    birth_state, told_curp, home_id, locality_name, address, path, registered_at, registered_by)
SELECT told.place, 'b' || lpad(told.place::text, 11, '0'), COALESCE(told.given_names, ''),
    COALESCE(told.first_surname, '-'),
    COALESCE(told.second_surname, ''), told.birth_date, CASE WHEN told.birth_date IS NULL THEN 'unknown' ELSE 'day' END,
    '', '', '', area.id, '', '', area.path, now(), 'bench'
FROM told JOIN territory_area area ON area.code = told.municipality AND area.level = 'municipality'
"""
IDENTIFIERS = """
INSERT INTO beneficiaries_personidentifier (person_id, kind, value, since)
SELECT DISTINCT ON (told.curp) told.place, 'curp', told.curp, current_date
FROM told JOIN beneficiaries_person one ON one.id = told.place
WHERE length(told.curp) = 18 ORDER BY told.curp, told.place
"""
CHECKS = """
INSERT INTO enrolment_eligibilitycheck
    (person_id, checked_on, result, institution, valid_until, evidence, basis, decided_by, note, is_current)
SELECT id, current_date, 'eligible', '', current_date + 180,
    '[["imss", "2026-10-01", "no"], ["issste", "2026-10-01", "no"]]', 'match', 'bench', '', true
FROM beneficiaries_person
"""


def copy(own: psycopg.Connection[Any], persons: str) -> None:
    """The file of persons into the table ``told``, each row with its place in the file."""
    own.execute(
        "CREATE UNLOGGED TABLE told (place bigint, curp text, given_names text, first_surname text, "
        "second_surname text, birth_date date, municipality text)"
    )
    columns = ["curp", "given_names", "first_surname", "second_surname", "birth_date", "municipality"]
    place = 0
    with own.cursor() as cursor, cursor.copy("COPY told FROM STDIN") as lines:
        for batch in ParquetFile(persons).iter_batches(columns=columns):
            for row in zip(*(batch.column(name).to_pylist() for name in columns), strict=True):
                place += 1
                lines.write_row((place, *(value or None for value in row)))


def bienestar(*words: object) -> bytes:
    """Run a command of the program to its end."""
    command = [sys.executable, "-c", "from bienestar.cli.main import main; main()", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout


def invent(folder: str, people: int, seed: int) -> str:
    """The file of persons; the municipalities where they live are stored."""
    import django

    django.setup()
    from bienestar.demo.people import write
    from bienestar.demo.people.areas import invented_areas
    from bienestar.foundation.accounts.queries import system_user
    from bienestar.foundation.territory.actions import AreaRow, put_areas

    codes = list(map(str, invented_areas().codes))
    states = sorted({code[:2] for code in codes})
    rows = [AreaRow("MX", "México"), *(AreaRow(code, code) for code in [*states, *codes])]
    put_areas(by=system_user(), rows=rows)
    begun = time.perf_counter()
    made = write(Path(folder) / "people", people, seed, 0.05, rolls={"imss": 0.6})
    print(f"{people:,} people invented in {time.perf_counter() - begun:.0f} s", flush=True)
    return str(made.files["persons"])


def prepare() -> tuple[list[str], str]:
    """CURPs to ask for, and the token of an operator over the whole country."""
    import django

    django.setup()
    from bienestar.foundation.accounts.actions import create_user, grant_role, issue_token
    from bienestar.foundation.accounts.queries import system_user, user_named

    day = dt.date(2024, 1, 1)
    user = user_named(OPERATOR)
    if user is None:
        user = create_user(by=system_user(), username=OPERATOR, display_name="Bench", password=None)
        grant_role(by=system_user(), user=user, role="enrolment_operator", area_path="MX/", valid_from=day)
    secret = issue_token(by=system_user(), user=user, name="bench", days=1)
    with psycopg.connect(os.environ["DATABASE_URL"]) as own:
        own.execute("SELECT setseed(0.5)")
        rows = own.execute(
            "SELECT value FROM beneficiaries_personidentifier WHERE kind = 'curp' ORDER BY random() LIMIT 200000"
        ).fetchall()
    return [value for (value,) in rows], secret


# Servers


def own(port: int) -> list[str]:
    """Our server, as everybody starts it."""
    code = "from bienestar.cli.main import main; main()"
    return [sys.executable, "-c", code, "serve", "--port", str(port)]


def viewset(port: int) -> list[str]:
    """The viewset on the same kind of server."""
    return [sys.executable, "-m", "bench.viewset", str(port)]


def served(command: list[str], asked: Any, ask: Callable[..., None], curps: list[str], secret: str) -> Measured:
    """Measure against a server that is started for it and ended after."""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True) as server:
        try:
            wait_for(asked.port)
            return measure(ask, asked, curps, secret, server.pid)
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def wait_for(port: int) -> None:
    """Until the server listens."""
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


# Clients


def processor(session: int | None) -> float:
    """Seconds of processor so far of the processes of a session and of PostgreSQL's for this database."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as own:
        rows = own.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
    ticks, backends = 0, {pid for (pid,) in rows}
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            told = (process / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(process.name) in backends or int(told[3]) == session:
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(ask: Callable[..., Any], asked: Any, curps: list[str], secret: str, session: int | None = None) -> Measured:
    """Let all clients ask at once for the time that was asked for, after a while that does not count."""
    context = get_context("fork")
    results, together = context.Queue(), context.Barrier(asked.clients + 1)
    clients = [
        context.Process(target=client, args=(ask, asked, curps, secret, number, together, results))
        for number in range(asked.clients)
    ]
    for one in clients:
        one.start()
    seconds: list[float] = []
    together.wait()
    before = processor(session)
    time.sleep(asked.seconds * 0.9)  # a client that has ended closes its connection, and its process's time is gone
    share = (processor(session) - before) / 0.9
    for _ in clients:
        seconds += results.get(timeout=asked.seconds + 120)
    for one in clients:
        one.join()
    return Measured(seconds, len(seconds) / asked.seconds, share / len(seconds))


def client(
    ask: Callable[..., Any], asked: Any, curps: list[str], secret: str, number: int, together: Any, results: Any
) -> None:
    """Ask again and again until the time is over; the first ones, which make connections and plans, do not count."""
    rng = random.Random(number)
    once = ask(asked, secret)
    for _ in range(WARM):
        once(rng.choice(curps))
    together.wait()
    seconds: list[float] = []
    end = time.perf_counter() + asked.seconds
    while (begun := time.perf_counter()) < end:
        once(rng.choice(curps))
        seconds.append(time.perf_counter() - begun)
    results.put(seconds)


def ask_driver(asked: Any, secret: str) -> Callable[[str], None]:
    """One prepared statement by the unique key."""
    own = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    sql = "SELECT person_id FROM beneficiaries_personidentifier WHERE kind = 'curp' AND value = %s"

    def once(curp: str) -> None:
        if own.execute(sql, [curp], prepare=True).fetchone() is None:
            raise RuntimeError("nobody was found")

    return once


def ask_viewset(asked: Any, secret: str) -> Callable[[str], None]:
    """``GET /identifiers/<curp>/``."""
    talk = connection(asked.port)

    def once(curp: str) -> None:
        talk(f"GET /identifiers/{curp}/ HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n".encode())

    return once


def ask_own(asked: Any, secret: str) -> Callable[[str], None]:
    """``POST /api/v1/persons/eligibility``."""
    talk = connection(asked.port)
    head = (
        "POST /api/v1/persons/eligibility HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {secret}\r\nContent-Length: 29\r\n\r\n"
    )

    def once(curp: str) -> None:
        body = talk((head + f'{{"curp":"{curp}"}}').encode())
        if b'"eligible"' not in body:
            raise RuntimeError("not the answer that was expected")

    return once


def connection(port: int) -> Callable[[bytes], bytes]:
    """A way to send a request over one connection that stays open, and have the body of its answer."""
    line = socket.create_connection(("127.0.0.1", port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def talk(request: bytes) -> bytes:
        line.sendall(request)
        answer = line.recv(65536)
        while b"\r\n\r\n" not in answer:
            answer += line.recv(65536)
        head, _, body = answer.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(head.decode("latin-1"))
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += line.recv(65536)
        return body

    return talk


def show(asked: Any, measured: dict[str, Measured]) -> None:
    """The table of docs/performance.md."""
    plain = measured["plain viewset"]
    title = f"{asked.people:,} people on PostgreSQL, {asked.clients} clients, {asked.seconds:.0f} s each"
    table = Table(title=title)
    for name in ("", "requests a second", "p50 ms", "p99 ms", "times the viewset", "processor µs"):
        table.add_column(name, justify="left" if not name else "right")
    for name, one in measured.items():
        ratio = f"{one.per_second / plain.per_second:.1f}"
        table.add_row(
            name,
            f"{one.per_second:,.0f}",
            f"{one.at(0.5):.2f}",
            f"{one.at(0.99):.2f}",
            ratio,
            f"{one.processor * 1e6:,.0f}",
        )
    Console(width=110).print(table)


if __name__ == "__main__":
    sys.exit(main())
