"""What every test can ask for: the roles, a small invented territory, one person per role, a browser.

Tests run without the network, without files outside a temporary folder, and with warnings as errors.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import caches
from django.db import connection

from bienestar.foundation.accounts.actions import create_user, grant_role, set_up_access
from bienestar.foundation.accounts.models import User
from bienestar.foundation.accounts.queries import SYSTEM_USERNAME, PublicUser, system_user
from bienestar.foundation.facilities.models import Unit, UnitIdentifier, UnitOperator, UnitStatus
from bienestar.foundation.journal.models import SourceFile
from bienestar.foundation.territory.choices import Level, Measure
from bienestar.foundation.territory.models import Area, AreaBoundary, AreaFigure

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LOCAL = {"127.0.0.1", "::1", "localhost"}

# A slow machine is not a wrong answer: examples have no deadline, and none are kept between runs. The suite tries the
# same examples each time, so that a change is told from chance; pytest's `--hypothesis-profile=explore` tries others.
hypothesis.settings.register_profile(
    "suite", deadline=None, database=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.register_profile(
    "explore", deadline=None, database=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("suite")


#: Files that take longest though their tests are few, the longest first; and folders whose tests are long.
LONGEST = (
    "matching/test_spark.py",
    "calculations/test_linkage_splink.py",
    "sources/test_real_files.py",
    "browser/test_journeys.py",
    "beneficiaries/test_files.py",
    "demo/",
    "browser/",
    "web/test_server.py",
    "sources/test_affiliations_killed.py",
    "gaps/test_hidalgo.py",
    "matching/",
    "cli/test_failures.py",
    "enrolment/test_journey.py",
    "architecture/",
    "sources/test_run.py",
    "calculations/",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--asks-database", action="store_true", help="only tests that ask the database for something")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest files come first; with ``--asks-database`` the tests that ask none are left out."""
    items.sort(key=_haste)
    if config.getoption("--asks-database"):
        left_out = [item for item in items if not _asks_database(item)]
        items[:] = [item for item in items if _asks_database(item)]
        config.hook.pytest_deselected(items=left_out)
    _explain_missing_browser(items)


def _haste(item: pytest.Item) -> int:
    name = item.nodeid.removeprefix("tests/")
    return next((place for place, start in enumerate(LONGEST) if name.startswith(start)), len(LONGEST))


def _asks_database(item: pytest.Item) -> bool:
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asked) or item.get_closest_marker("django_db") is not None


def _explain_missing_browser(items: list[pytest.Item]) -> None:
    """Without a browser the browser tests say what to install instead of failing."""
    if CHROMIUM:
        return
    reason = "no chromium on this machine; on Debian: apt-get install chromium"
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session", autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files that the program writes go to a temporary folder, the cache's too; passwords are hashed fast."""
    home = tmp_path_factory.mktemp("home")
    django_settings.HOME = home
    # Else one process of the suite would clear the cache in which another counts failed sign-ins.
    django_settings.CACHES["default"]["LOCATION"] = home / "cache"
    with suppress(AttributeError):  # unless nobody has asked it for anything yet
        del caches["default"]
    django_settings.STATIC_ROOT = home / "static"
    django_settings.STATIC_ROOT.mkdir()
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


#: Spark answers small questions in the tests: it would spend most of its time on preparing itself for large ones.
SMALL_SPARK = """
spark.sql.adaptive.enabled      false
spark.sql.codegen.wholeStage    false
spark.sql.codegen.factoryMode   NO_CODEGEN
spark.ui.showConsoleProgress    false
"""


@pytest.fixture(scope="session", autouse=True)
def _small_spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Whoever starts Spark gets one that is soon ready and short of breath."""
    folder = tmp_path_factory.mktemp("spark")
    (folder / "spark-defaults.conf").write_text(SMALL_SPARK)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        patch.setenv("SPARK_SUBMIT_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """A connection to anywhere but this machine is an error."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOCAL:
            raise RuntimeError(f"a test tried to reach {address[0]}: the program works without the network")
        real(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """After the migrations, what ``bienestar migrate`` does: roles and the system account."""
    with django_db_blocker.unblock():
        set_up_access()


@pytest.fixture(scope="session")
def prepared_database(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file as ``bienestar migrate`` leaves it, to be copied: making the tables takes long."""
    path = tmp_path_factory.mktemp("prepared") / "bienestar.sqlite3"
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            set_up_access()
            cursor.execute("VACUUM INTO %s", [str(path)])
    else:
        command = [sys.executable, "-c", "from bienestar.cli.main import main; main()", "migrate", "--quiet"]
        own = {"BIENESTAR_HOME": str(path.parent), "DATABASE_URL": "", "PYTHONPATH": str(django_settings.BASE_DIR)}
        subprocess.run(command, env={**os.environ, **own}, check=True)
    return path


@pytest.fixture(autouse=True)
def _roles(request: pytest.FixtureRequest) -> None:
    """Tests that commit (live server, real transactions) empty every table behind them; give the roles again."""
    marker = request.node.get_closest_marker("django_db")
    wanted = set(request.fixturenames)
    if wanted & {"live_server", "transactional_db"} or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("transactional_db")
    elif marker or "db" in wanted:
        request.getfixturevalue("db")
    else:
        return
    if not User.objects.filter(username=SYSTEM_USERNAME).exists():
        set_up_access()


@pytest.fixture
def system(db: None) -> User:
    """The account that commands run as."""
    return system_user()


@pytest.fixture
def source(db: None) -> SourceFile:
    """A file that values can say they came from."""
    return SourceFile.objects.create(sha256="0" * 64, kind="test", name="test.csv", publisher="Tests")


@dataclass(frozen=True)
class Territory:
    """Two invented states: A (code 91) has three municipalities, B (92) has two; each a square of 0.5°."""

    country: Area
    state_a: Area
    state_b: Area
    municipalities: dict[str, Area]


def _square(west: float, south: float, wide: float, high: float) -> dict[str, Any]:
    east, north = west + wide, south + high
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _area(parent: Area | None, level: str, code: str, name: str, box: tuple[float, float, float, float]) -> Area:
    west, south, wide, high = box
    area = Area.objects.create(
        parent=parent,
        level=level,
        code=code,
        name=name,
        path=f"{parent.path if parent else ''}{code}/",
        latitude=south + high / 2,
        longitude=west + wide / 2,
    )
    AreaBoundary.objects.create(
        area=area,
        geometry=json.dumps(_square(west, south, wide, high)),
        west=west,
        south=south,
        east=west + wide,
        north=south + high,
    )
    return area


@pytest.fixture
def territory(db: None, source: SourceFile) -> Territory:
    """The small territory; each municipality has people, entitlement and marginalisation at 2020-03-15."""
    country = _area(None, Level.COUNTRY, "MX", "México", (-100.0, 19.0, 3.0, 1.0))
    state_a = _area(country, Level.STATE, "91", "Sierra Clara", (-100.0, 19.0, 1.5, 0.5))
    state_b = _area(country, Level.STATE, "92", "Costa Brava", (-98.5, 19.0, 1.0, 0.5))
    rows = [
        (state_a, "91001", "Peña Alta", 0, 40_000, 24_000, 3),
        (state_a, "91002", "Río Seco", 1, 8_000, 6_500, 5),
        (state_a, "91003", "Los Álamos", 2, 15_000, 7_000, 2),
        (state_b, "92001", "Puerto Hondo", 3, 60_000, 25_000, 2),
        (state_b, "92002", "Médanos", 4, 5_000, 4_000, 4),
    ]
    municipalities = {}
    for state, code, name, column, people, without, degree in rows:
        area = _area(state, Level.MUNICIPALITY, code, name, (-100.0 + column * 0.5, 19.0, 0.5, 0.5))
        municipalities[code] = area
        figures = [
            (Measure.POPULATION, people),
            (Measure.NO_HEALTH_ENTITLEMENT, without),
            (Measure.NO_SOCIAL_SECURITY, without),
            (Measure.MARGINALISATION_DEGREE, degree),
        ]
        AreaFigure.objects.bulk_create(
            AreaFigure(area=area, measure=measure, as_of=dt.date(2020, 3, 15), value=value, source=source)
            for measure, value in figures
        )
    return Territory(country, state_a, state_b, municipalities)


@pytest.fixture
def units(territory: Territory, source: SourceFile) -> dict[str, Unit]:
    """Five units by uid: centres and a hospital in state A, a centre and a hospital in state B."""
    rows = [
        ("XAIMB000011", "Centro de Salud Peña Alta", "91001", "urban_health_center", 2),
        ("XAIMB000023", "Hospital General Sierra Clara", "91001", "general_hospital", None),
        ("XAIMB000035", "Centro de Salud Río Seco", "91002", "rural_health_center", 1),
        ("XBIMB000010", "Centro de Salud Médanos", "92002", "rural_health_center", 1),
        ("XBIMB000022", "Hospital Comunitario Puerto Hondo", "92001", "community_hospital", None),
    ]
    made = {}
    for uid, name, code, unit_type, nuclei in rows:
        municipality = territory.municipalities[code]
        unit = Unit.objects.create(
            uid=uid,
            name=name,
            municipality=municipality,
            path=f"{municipality.path}U-{uid}/",
            unit_type=unit_type,
            nuclei=nuclei,
            latitude=municipality.latitude,
            longitude=municipality.longitude,
            outside_municipality=False,
            source=source,
        )
        UnitIdentifier.objects.create(unit=unit, value=uid, valid_from=dt.date(2024, 1, 1))
        UnitOperator.objects.create(unit=unit, operator="IMB", valid_from=dt.date(2024, 1, 1))
        UnitStatus.objects.create(unit=unit, status="operating")
        made[uid] = unit
    return made


@dataclass(frozen=True)
class People:
    """One person per role. Password of each: ``PASSWORD``."""

    planner: User
    coordinator_a: User
    coordinator_b: User
    director: User
    census_lead: User
    auditor: User
    operator_a: User
    supervisor_a: User
    public: PublicUser


PASSWORD = "una-clave-de-prueba"


@pytest.fixture
def people(system: User, territory: Territory, units: dict[str, Unit]) -> People:
    """Planner and auditor over the country; coordinators; census lead of A; director of one centre of A.

    For enrolment: an operator at that centre and the supervisor of state A.
    """
    rows = {
        "planner": ("national_planner", territory.country.path),
        "coordinator_a": ("state_coordinator", territory.state_a.path),
        "coordinator_b": ("state_coordinator", territory.state_b.path),
        "director": ("unit_director", units["XAIMB000011"].path),
        "census_lead": ("census_lead", territory.state_a.path),
        "auditor": ("auditor", territory.country.path),
        "operator_a": ("enrolment_operator", units["XAIMB000011"].path),
        "supervisor_a": ("enrolment_supervisor", territory.state_a.path),
    }
    made = {}
    for username, (role, path) in rows.items():
        user = create_user(by=system, username=username, display_name=username.title(), password=PASSWORD)
        grant_role(by=system, user=user, role=role, area_path=path, valid_from=dt.date(2024, 1, 1))
        made[username] = user
    return People(**made, public=PublicUser())


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium, headless, driven by Playwright. Use with the marker ``browser``."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM:
        pytest.skip("no chromium on this machine; on Debian: apt-get install chromium")
    # Playwright keeps an event loop in this thread; the tests' own queries beside it are not concurrent.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return Path(django_settings.BASE_DIR)
