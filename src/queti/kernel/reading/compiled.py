"""SQL texts: compiled once by SQLAlchemy, executed by psycopg with `$1` parameters.

A text names schema and release: prepared plans outlive `ALTER TABLE`, and an unqualified
name makes them revalidate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import psycopg
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import psycopg as dialect
from sqlalchemy.sql.compiler import SQLCompiler

from queti.kernel.formulas.env import PREFIX

if TYPE_CHECKING:
    from queti.kernel.work import Work

_DIALECT = dialect.dialect(paramstyle="numeric_dollar")

Row = tuple[Any, ...]
Select = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """A text and the names of its parameters in order. `constants` are those that the text was made with."""

    text: bytes
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    @staticmethod
    def of(release: int, clause: sa.ClauseElement) -> Statement:
        compiled = cast("SQLCompiler", clause.compile(dialect=_DIALECT))
        names = tuple(compiled.positiontup or ())
        constants = {name: value for name, value in (compiled.params or {}).items() if value is not None}
        return Statement(f"/* r{release} */ {compiled.string}".encode(), names, constants)

    def run(self, work: Work, given: Mapping[str, Any], *, plan_once: bool = True) -> list[Row]:
        """Its rows. With `plan_once=False` PostgreSQL plans for these very values: for
        counts and searches, whose best plan depends on how much they find."""
        values = [self._value(work, name, given) for name in self.names]
        work.statements += 1
        cursor = psycopg.RawCursor(work.connection)
        return cursor.execute(self.text, values, prepare=None if plan_once else False, binary=True).fetchall()

    def in_parts(self, work: Work, given: Mapping[str, Any], at_once: int) -> Iterator[list[Row]]:
        """Its rows by a cursor of the server's, so many together; planned for these very values."""
        values = [self._value(work, name, given) for name in self.names]
        work.statements += 1
        with psycopg.RawServerCursor(work.connection, "queti_stream") as cursor:
            cursor.execute(self.text, values, binary=True)
            while rows := cursor.fetchmany(at_once):
                yield rows

    def _value(self, work: Work, name: str, given: Mapping[str, Any]) -> Any:
        if name in given:
            return given[name]
        if name in self.constants:
            return self.constants[name]
        record, _, field = name.removeprefix(PREFIX).partition("__")
        return work.value_of(f"{record}.{field}" if field else record)
