"""What is kept of an import: its row in the workspace.

A Work reads and writes it as anything else. Progress goes by a connection of the owner's, since
the import's own transaction shows nothing before its end; that connection takes no release
lock, so a publisher that waits for the import doesn't stop it.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from queti.engines.imports.door import Door
from queti.engines.imports.report import Report
from queti.engines.imports.sources import Source
from queti.kernel.definitions import ImportDef
from queti.kernel.errors import RecordNotFound

if TYPE_CHECKING:
    from queti.kernel.work import Work

IMPORT = {"en": "import", "zh": "导入"}
_COLUMNS = (
    "id, target, file_name, files, tables, mapping, state, progress, report, made, created_by, created_at, finished_at"
)
_JSON = frozenset({"mapping", "progress", "report", "made"})

# -- in a Work


def insert(work: Work, kept: Sequence[tuple[str, str]], digest: bytes, mapping: ImportDef, source: Source) -> int:
    """A new import of these files; its number."""
    tables = {
        name: {"columns": dict(table.headings), "sample": table.sample(), "rows": table.count}
        for name, table in source.tables.items()
    }
    main = max((table.count for table in source.tables.values()), default=0)
    known = {"tables": tables, "rows": main, "shape": _shape(source)}
    values = (
        mapping.target, kept[0][0], digest, as_json(kept), as_json(known), as_json(mapping), work.who.user,
    )  # fmt: skip
    [(number,)] = work.rows(
        f"INSERT INTO {work.schema}.kernel_import (target, file_name, content_hash, files, tables, mapping, state,"
        " created_by) VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, 'new', $7) RETURNING id",
        values,
    )
    return number


def load(work: Work, number: int, *, alone: bool = False) -> dict[str, Any]:
    """The import's row; `alone` lets one Work at a time have it, while its progress can still be written."""
    if alone:
        lock = (f"import.{work.schema}", number)
        work.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", lock)
    rows = work.rows(f"SELECT {_COLUMNS} FROM {work.schema}.kernel_import WHERE id = $1", (number,))
    row: dict[str, Any] = dict(zip(_COLUMNS.split(", "), rows[0], strict=True)) if rows else {}
    if not row or (row["created_by"] != work.who.user and not work.who.administers):
        raise RecordNotFound(what=IMPORT, id=number)
    return row


def update(work: Work, number: int, **values: Any) -> None:
    casts = [f"{name} = ${at}{'::jsonb' if name in _JSON else ''}" for at, name in enumerate(values, start=2)]
    shown = [as_json(value) if name in _JSON else value for name, value in values.items()]
    work.execute(f"UPDATE {work.schema}.kernel_import SET {', '.join(casts)} WHERE id = $1", [number, *shown])


def known_mapping(work: Work, target: str, source: Source) -> ImportDef | None:
    """What this person last carried out for a file of this shape."""
    if not source.tables:
        return None
    found = work.column(
        f"SELECT mapping FROM {work.schema}.kernel_import WHERE target = $1 AND created_by IS NOT DISTINCT FROM $2"
        " AND state = 'done' AND tables->'shape' = $3::jsonb ORDER BY id DESC LIMIT 1",
        (target, work.who.user, as_json(_shape(source))),
    )
    return msgspec.convert(found[0], ImportDef) if found else None


def _shape(source: Source) -> dict[str, list[str]]:
    """The columns of each table. A file of one table is of a shape with others, whatever it is called."""
    shape = {name: list(table.columns) for name, table in source.tables.items()}
    return {"": next(iter(shape.values()))} if len(shape) == 1 else shape


def report_of(row: Mapping[str, Any]) -> Report:
    return msgspec.convert(row["report"], Report) if row["report"] else Report()


def as_json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


# -- beside the Work that is under way


def put(door: Door, number: int, state: str, report: Report | None = None, problem: str = "") -> None:
    with _owners_row(door) as (connection, table):
        progress = {"problem": problem} if problem else {}
        connection.execute(
            SQL("UPDATE {} SET state = %s, progress = %s, report = coalesce(%s::jsonb, report) WHERE id = %s").format(
                table
            ),
            (state, as_json(progress), report and as_json(report), number),
        )


def ask(door: Door, number: int, wish: str, *, of: Sequence[str]) -> None:
    """Let whoever is at it know: `cancelling`, `pausing`; where nothing like `of` is under way it is no wish."""
    with _owners_row(door) as (connection, table):
        text = SQL("UPDATE {} SET state = %s WHERE id = %s AND state = ANY(%s)").format(table)
        connection.execute(text, (wish, number, list(of)))


def tell(door: Door, number: int, doing: str, done: int) -> str:
    """Note how many rows are done; the state, which may be a wish."""
    with _owners_row(door) as (connection, table):
        found = connection.execute(
            SQL(
                "UPDATE {} SET progress = jsonb_build_object('done', %s, 'total',"
                " greatest((tables->>'rows')::bigint, %s)), state = CASE WHEN state = ANY(%s) THEN state ELSE %s END"
                " WHERE id = %s RETURNING state"
            ).format(table),
            (done, done, list(WISHES), doing, number),
        ).fetchone()
    return found[0] if found else doing


WISHES = ("cancelling", "pausing")
UNDER_WAY = ("checking", "running", *WISHES)


@contextmanager
def _owners_row(door: Door) -> Generator[tuple[Connection[Any], Composed]]:
    """The owner's connection and the table of imports."""
    with door.platform.db.owner() as connection:
        yield connection, SQL("{}.kernel_import").format(Identifier(door.schema))
