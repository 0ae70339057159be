"""Several processes on one Postgres: they share the sending, keep within its limits together, and may be killed."""

import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE, Popen, run
from threading import Event
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select, text, update

from bot.outbox import owe_to_each
from integrations.cli import NO_DATABASE, UNSAFE
from scheduler.clock import LEAD
from scheduler.jobs import JOBS
from storage.database import Sessions, engine_of, open_database
from storage.records import (
    Account,
    Delivery,
    DeliveryState,
    Meeting,
    MeetingState,
    Partnership,
    Person,
    Post,
    Workspace,
)
from tests.cast import seed
from tests.integrations.running import PATIENCE, environment, mace_bot, problem, running
from tests.scheduler.crowd import a_crowd
from tests.surfaces.slack_workspace import Workspace as Slack

TOKEN, SECOND = "xoxb-1", "second"
PEOPLE, MEETINGS = 8, 5  # in each of two workspaces


class Timed(Slack):
    """Remembers when it was written to, and takes its time."""

    def __init__(self) -> None:
        self.posts: dict[str, list[float]] = defaultdict(list)  # by conversation
        self.keys: Counter[str] = Counter()
        super().__init__(TOKEN)

    def _post(self, given: dict[str, Any]) -> dict[str, Any]:
        self.posts[given["channel"]].append(time.monotonic())
        self.keys[given["metadata"]["event_payload"]["k"]] += 1
        done = super()._post(given)
        Event().wait(0.2)
        return done

    METHODS: ClassVar[dict[str, Callable[..., dict[str, Any]]]] = {**Slack.METHODS, "chat.postMessage": _post}

    def too_fast(self) -> dict[str, list[float]]:
        """Three in one second, where one may go: two that each took a while on their way are no proof."""
        return {one: at for one, at in self.posts.items() if any(b - a < 1 for a, b in zip(at, at[2:], strict=False))}


@pytest.fixture
def slack() -> Iterator[Timed]:
    made = Timed()
    yield made
    made.close()


@pytest.fixture
def settings(postgresql_url: str, slack: Timed, tmp_path: Path) -> dict[str, str]:
    own = {"PROFILE": "development", "DATABASE_URL": postgresql_url, "WORKERS": "true"}
    own |= {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": "a secret of a test", "SLACK_API_URL": f"{slack.url}api/"}
    assert mace_bot(tmp_path, "migrate", **own).returncode == 0
    return own


@pytest.fixture
def tracker(postgresql_url: str) -> Iterator[Sessions]:
    """A crowd in two workspaces."""
    sessions = open_database(postgresql_url)
    now = datetime.now(UTC)
    with sessions.begin() as session:
        seed(session, "slack", now)
    posts = a_crowd(sessions, 2 * PEOPLE)
    with sessions.begin() as session:
        crowd = select(Person.id).where(Person.id.in_(select(Account.person_id).where(Account.platform == "core")))
        first = session.scalar(select(func.min(Account.id)).where(Account.person_id.in_(crowd)))
        camden = session.scalars(select(Partnership).where(Partnership.name == "Camden")).one()
        session.add(Workspace(platform="slack", tenant=SECOND, partnership=camden))
        session.execute(update(Account).where(Account.platform == "core").values(platform="slack"))
        session.execute(update(Account).where(Account.id >= (first or 0) + PEOPLE).values(tenant=SECOND))
        for number in range(MEETINGS):
            session.add(a_meeting(camden, f"M-7K2F{number}", now))
    them = select(Post.id).where(Post.id.in_(posts))
    for number in range(MEETINGS):
        with sessions.begin() as session:
            owe_to_each(session, "agenda", them, about=f"M-7K2F{number}", version=1, at=now)
    yield sessions
    engine_of(sessions).dispose()


def a_meeting(where: Partnership, reference: str, now: datetime) -> Meeting:
    return Meeting(
        reference=reference,
        partnership=where,
        starts_at=now + timedelta(days=7),
        place="Room 4",
        state=MeetingState.AGENDA_SENT,
        agenda_version=1,
        sent_version=1,
        changed_at=now,
        changed_how="send agenda",
    )


@contextmanager
def worker(settings: dict[str, str]) -> Iterator["Popen[bytes]"]:
    """One that has said that it works."""
    hurried = [sys.executable, "-m", "tests.integrations.hurried", "worker"]
    process = Popen(hurried, cwd=Path(__file__).parents[3], env=environment(settings), stdout=PIPE, stderr=PIPE)
    try:
        assert process.stdout
        assert process.stdout.readline().startswith(b"The worker sends what is due"), process.communicate()
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def eventually(true: Callable[[], object], within: float = 90) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        Event().wait(0.1)


def states(sessions: Sessions) -> Counter[DeliveryState]:
    with sessions() as session:
        return Counter(session.scalars(select(Delivery.state).where(Delivery.kind == "agenda")))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_two_workers_one_is_gone_half_way_and_one_is_stopped(
    settings: dict[str, str], tracker: Sessions, slack: Timed, how: signal.Signals
) -> None:
    every = 2 * PEOPLE * MEETINGS
    with ExitStack() as stack:
        first = stack.enter_context(worker(settings))
        second = stack.enter_context(worker(settings))
        eventually(lambda: slack.keys.total() > every / 5)
        first.send_signal(how)
        eventually(lambda: slack.keys.total() > every * 3 / 5)
        third = stack.enter_context(worker(settings))
        began = time.monotonic()
        second.send_signal(signal.SIGTERM)
        _, problems = second.communicate(timeout=PATIENCE)
        assert (second.returncode, problems, time.monotonic() - began < 9) == (0, b"", True)
        eventually(lambda: states(tracker) == {DeliveryState.SENT: every})
        first.send_signal(signal.SIGCONT)
        Event().wait(1)
        assert third.poll() is None
    assert slack.keys == dict.fromkeys(slack.keys, 1), "nothing twice"
    assert len(slack.keys) == every, "nothing lost"
    assert slack.too_fast() == {}


def test_a_server_hands_out_what_workers_send_and_the_doctor_misses_them(
    settings: dict[str, str], tracker: Sessions, slack: Timed, tmp_path: Path
) -> None:
    def missed() -> bool:
        return "Wrong: No worker is running" in mace_bot(tmp_path, "doctor", **settings).stdout

    def handed_out() -> set[str | None]:
        with tracker() as session:
            return set(session.scalars(select(Delivery.shard).where(Delivery.kind == "agenda")))

    with running(tmp_path, "serve", "--port", "0", **settings) as server:
        eventually(lambda: handed_out() == {"slack:home", "slack:second"})
        assert missed()
        assert set(states(tracker)) == {DeliveryState.PENDING}
        assert not slack.keys
        with worker(settings):
            eventually(lambda: slack.keys.total() > PEOPLE)
            assert not missed()
        assert server.stop()[1] == ""


COUNTS = (
    "CREATE TABLE ran (job text)",
    "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN INSERT INTO ran VALUES (NEW.job); RETURN NEW; END'",
    "CREATE TRIGGER note BEFORE INSERT OR UPDATE ON job_run FOR EACH ROW EXECUTE FUNCTION note()",
)


def test_two_servers_run_the_jobs_once_and_when_one_is_killed_the_other_goes_on(
    settings: dict[str, str], tracker: Sessions, tmp_path: Path
) -> None:
    own = settings | {"WORKERS": "false"}
    with tracker.begin() as session:
        for counts in COUNTS:
            session.execute(text(counts))

    def ran(times: int) -> bool:
        with tracker() as session:
            return Counter(session.scalars(text("SELECT job FROM ran"))) == {job.name: times for job in JOBS}

    with running(tmp_path, "serve", "--port", "0", **own) as first:
        eventually(lambda: ran(1))
        with running(tmp_path, "serve", "--port", "0", **own):
            Event().wait(3 * LEAD)
            assert ran(1), "the other waits its turn"
            first.process.kill()
            eventually(lambda: ran(2), within=15)


# --- setting it up ----------------------------------------------------------------------------------------------------


def test_a_worker_on_sqlite(tmp_path: Path, sqlite_url: str) -> None:
    own = {"PROFILE": "development", "DATABASE_URL": sqlite_url}
    code, sentence = problem(tmp_path, "worker", **own)
    assert (code, sentence.startswith("Without MACE_WORKERS the bot sends its messages by itself")) == (UNSAFE, True)
    for verb in ("worker", "serve", "migrate"):
        code, sentence = problem(tmp_path, verb, WORKERS="true", **own)
        assert (code, sentence.startswith("MACE_WORKERS lets several processes send, and needs Postgres")) == (
            UNSAFE,
            True,
        )


def test_a_worker_of_the_demo(tmp_path: Path) -> None:
    assert problem(tmp_path, "worker") == (
        UNSAFE,
        "The demo sends its messages by itself. Set MACE_PROFILE to that of your installation.",
    )


def test_a_database_that_is_not_prepared_or_by_another_version(tmp_path: Path, postgresql_url: str) -> None:
    own = {"PROFILE": "development", "DATABASE_URL": postgresql_url, "WORKERS": "true"}
    for make_it_so in ("", "COMMENT ON SCHEMA mace_engine IS '1.0'"):
        sessions = open_database(postgresql_url)
        with sessions.begin() as session:
            session.execute(text(make_it_so or "SELECT 1"))
        engine_of(sessions).dispose()
        for verb in ("worker", "serve"):
            assert problem(tmp_path, verb, **own) == (
                NO_DATABASE,
                "The tracker database is not prepared for workers. Run: mace-bot migrate",
            )
        assert "Wrong: The tracker database is not prepared" in mace_bot(tmp_path, "doctor", **own).stdout
        for _ in range(2):
            assert mace_bot(tmp_path, "migrate", **own).returncode == 0


def test_without_workers_procrastinate_is_not_even_imported(sqlite_url: str) -> None:
    look = (
        "import sys; from integrations.server import build; from integrations.settings import Settings; "
        "from storage.database import open_database; import integrations.cli; "
        f"build(Settings(profile='development'), open_database('{sqlite_url}')); print('procrastinate' in sys.modules)"
    )
    assert run([sys.executable, "-c", look], capture_output=True, text=True, env=environment({})).stdout == "False\n"
