"""What the doctor sees in the tracker: whether the clock goes, what is stuck, and which platform is silent."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.kit.words import moment_in_words
from scheduler.agreeing import apart
from scheduler.jobs import JOBS
from storage.queries import health

Problems = Iterator[str]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOOKED, WAITED, ASKED = 5 * MINUTE, 15 * MINUTE, 60 * MINUTE
HEARD = 3 * DAY  # people who are written to say something back within these, weekends included
PLATFORMS = {"slack": ("Slack", "/slack/events"), "teams": ("Teams", "/api/messages")}

NO_CLOCK = "Nothing looks at what comes due: {}. Start the bot with mace-bot serve; if it runs, read its log."
NO_JOB = "The job “{}” does not come to its end: {}. Read the log: it says why the job failed."
LATE = "{} due for 15 minutes or more. Check that the bot runs, and read its log."
HELD = "{} in the hand of a process that has gone. Start the bot: it takes them up again."
UNKNOWN = "{} perhaps not arrived, and nobody knows. Ask the coordinators to write to the bot: not sent."
SHUT = (
    "{}: {} waiting since {}. They go by themselves when that is put right. Try the tokens and the network: mace-bot "
    "doctor --online."
)
REFUSED = (
    "Nothing has arrived in {} in the last day, and {} given up. Ask the coordinators to write to the bot: not sent. "
    "It says why. Then try the tokens: mace-bot doctor --online."
)
SILENT = (
    "Nobody has said anything in {} since {}, though the bot has written there. Check that it still sends to {} at "
    "your MACE_PUBLIC_URL, and that your web server passes that on."
)


def clocks(session: Session, now: datetime) -> Problems:
    if problem := apart(health.clock_of_the_server(session), now, now):
        yield problem


def jobs(session: Session, now: datetime) -> Problems:
    ran = health.jobs_run(session)
    behind = [job.name for job in JOBS if job.name not in ran or now - ran[job.name] > LOOKED]
    if len(behind) == len(JOBS):
        yield NO_CLOCK.format(_since(max(ran.values(), default=None)))
    else:
        yield from (NO_JOB.format(name, _since(ran.get(name))) for name in behind)


def stuck(session: Session, now: datetime) -> Problems:
    counted = {
        LATE: health.late(session, now - WAITED),
        HELD: health.leases_over(session, now - LOOKED),
        UNKNOWN: health.unknown_for_long(session, now - ASKED),
    }
    yield from (words.format(_messages(count)) for words, count in counted.items() if count)
    for why, count, since in health.shut_out(session):
        yield SHUT.format(why, _messages(count), moment_in_words(since))


def silent(session: Session, now: datetime) -> Problems:
    """A platform on which all fails, or from which nothing comes though people there were written to."""
    lost, heard = health.lost_on(session, now - DAY), health.last_heard(session)
    today, lately = health.sent_on(session, now - DAY), health.sent_on(session, now - HEARD)
    for name, (words, door) in PLATFORMS.items():
        if name in lost and name not in today:
            yield REFUSED.format(words, _messages(lost[name]))
        if name in lately and name in heard and now - heard[name] > HEARD:
            yield SILENT.format(words, moment_in_words(heard[name]), door)


def _since(ran: datetime | None) -> str:
    return f"the last time was {moment_in_words(ran)}" if ran else "it never has"


def _messages(count: int) -> str:
    return "1 message is" if count == 1 else f"{count} messages are"


CHECKUPS: dict[str, Callable[[Session, datetime], Problems]] = {  # what is fine if there is no problem
    "the clocks of this machine and of the database server agree.": clocks,
    "the bot's clock goes, and every job comes to its end.": jobs,
    "no message is stuck.": stuck,
    "no platform is silent.": silent,
}
