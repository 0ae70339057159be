"""Which of several replicas looks at what comes due: whoever holds a lock of Postgres (RELIABILITY.md 2)."""

import logging

from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from storage.database import Sessions, engine_of

LOCK = 0x6D616365  # "mace"
LETS_GO = 20_000  # milliseconds: whoever was frozen or cut off for so long has let it go

log = logging.getLogger(__name__)


def leader_of(sessions: Sessions) -> "Leader | None":
    """None: the database is one process's own."""
    engine = engine_of(sessions)
    return Leader(engine) if engine.dialect.name == "postgresql" else None


class Leader:
    """A session's lock ends with the session, whatever becomes of its process.  So it has a connection of its own.

    Postgres ends the session if nothing is asked on it for a while: a process that is frozen keeps its connections.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = create_engine(engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True)
        self.session: Connection | None = None

    def leads(self) -> bool:
        """To be asked every few seconds, by whoever leads and by whoever would take over."""
        try:
            self.session = self.session or self._begun()
            return bool(self.session.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}))
        except SQLAlchemyError as error:
            log.warning("the lock of the clock cannot be asked for: %s", type(error).__name__)
            self.resign()
            return False

    def resign(self) -> None:
        session, self.session = self.session, None
        if session:
            session.invalidate()
            session.close()

    def _begun(self) -> Connection:
        session = self.engine.connect()
        session.execute(text(f"SET idle_session_timeout = {LETS_GO}"))
        return session
