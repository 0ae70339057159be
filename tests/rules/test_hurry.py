"""What the tests share to be quick is nothing that one of them could find of another."""

from base64 import b64decode
from pathlib import Path

import pytest
from sqlalchemy import select, text

from storage.database import Sessions, engine_of, open_database
from storage.keys import Keys
from storage.levels import Classified, Level, unsealed
from storage.migrating import migrate
from storage.records import Person

NAME = "Canary Testperson"


def test_a_statement_compiled_once_still_seals_with_each_databases_own_keys(tmp_path: Path) -> None:
    for number in (1, 2):
        sessions = open_database(f"sqlite:///{tmp_path}/{number}.sqlite", Keys({number: bytes([number] * 32)}))
        migrate(sessions)
        with sessions.begin() as session:
            session.add(Person(name=Classified(NAME, Level.L2)))
        with sessions() as session:
            assert unsealed(session.scalars(select(Person.name)).one()) == NAME
            assert b64decode(str(session.scalar(text("SELECT name FROM person"))))[1] == number
        engine_of(sessions).dispose()


@pytest.mark.parametrize("turn", ["first", "second"])
def test_nobody_was_in_this_database_before(sessions: Sessions, turn: str) -> None:
    with sessions.begin() as session:
        assert session.scalars(select(Person)).all() == []
        session.add(Person(name=Classified(NAME, Level.L2)))
