"""What every record shares: UTC instants, secret columns, enumerations as strings, and the level of each column."""

import json
from base64 import b64decode, b64encode
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    ForeignKey,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    literal_column,
)
from sqlalchemy import Enum as EnumColumn
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from storage.keys import CannotOpen, Keys
from storage.levels import Classified, Level, unsealed

L0, L1, L2, L3 = ({"level": level} for level in (Level.L0, Level.L1, Level.L2, Level.L3))


class Instant(TypeDecorator[datetime]):
    """A moment in UTC.  SQLite would forget the zone, so we refuse naive times and put UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        return value and value.replace(tzinfo=value.tzinfo or UTC)


class Several(TypeDecorator[list[str]]):
    """Words of a closed list, none of which has a comma."""

    impl = String(80)
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, _dialect: Dialect) -> str | None:
        return None if value is None else ",".join(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> list[str] | None:
        return None if value is None else [word for word in value.split(",") if word]


class Secret(TypeDecorator[Classified]):
    """A value that comes out as an opaque Classified, and lies sealed in the database: JSON, encrypted, as base64.

    `place` is its table and column, which seal_in_place() fills in.
    """

    impl = Text
    cache_ok = True

    def __init__(self, level: Level, place: str = "") -> None:
        super().__init__()
        self.level, self.place = level, place

    def process_bind_param(self, value: Classified | None, dialect: Dialect) -> str | None:
        return None if value is None else sealed(json.dumps(unsealed(value)), keys_of(dialect), self.place)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Classified | None:
        return (
            None if value is None else Classified(json.loads(opened(value, keys_of(dialect), self.place)), self.level)
        )

    def compare_values(self, x: Any, y: Any) -> bool:
        return x is y

    def coerce_compared_value(self, _op: Any, _value: Any) -> Any:
        return self


def keys_of(dialect: Dialect) -> Keys:
    """Each database has its own: open_database() puts them there."""
    keys: Keys = dialect.mace_keys  # type: ignore[attr-defined]
    return keys


def sealed(text: str, keys: Keys, place: str) -> str:
    return b64encode(keys.seal(text.encode(), place)).decode()


def opened(text: str, keys: Keys, place: str) -> str:
    """Or CannotOpen, also for what was never sealed."""
    try:
        return keys.open(b64decode(text, validate=True), place).decode()
    except ValueError:
        raise CannotOpen from None


def _words(members: type[Enum]) -> list[str]:
    return [str(member.value) for member in members]


def exactly(word: str) -> ColumnElement[str]:
    """A state written out in a query: a database uses a partial index only if it can see that it applies."""
    return literal_column(f"'{word}'")


class Record(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: Instant,
        Enum: EnumColumn(Enum, native_enum=False, length=40, values_callable=_words),
        StrEnum: EnumColumn(StrEnum, native_enum=False, length=40, values_callable=_words),
    }


def table_of(record: type[Record]) -> Table:
    """For statements that need no objects."""
    table = record.__table__
    assert isinstance(table, Table)  # noqa: S101 -- each record is one
    return table


def seal_in_place(metadata: MetaData) -> None:
    """Once all records are there: what is sealed in one column opens in no other."""
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, Secret):
                column.type.place = f"{table.name}.{column.name}"


class Living:
    """A record that people change: who changed it last, how, when, and the version a button was drawn at."""

    version: Mapped[int] = mapped_column(info=L0)
    changed_at: Mapped[datetime] = mapped_column(info=L1)
    changed_how: Mapped[str] = mapped_column(String(40), info=L1)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the clock, or not yet linked

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
