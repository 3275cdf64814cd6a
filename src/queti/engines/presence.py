"""Who looks at a record now, and who writes on it.

Each open page says every few seconds that it is still there; one that leaves says so, and one
that was lost is forgotten after a while. What is told is asked for with the asker's own rights.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from psycopg import Connection

    from queti.kernel.work import Work

Stirred = frozenset[tuple[str, int, str, bool, bool]]
"""(object, record, page, does it write, did it leave)."""

LOST_AFTER = 45
"""Seconds without a word after which a page counts as left."""


def arrive(work: Work, object: str, id: int, page: str, *, writes: bool) -> list[dict[str, Any]]:
    """The page shows this record, or still does; answers who else is there."""
    work.as_person.open(object, id)
    work.execute(
        f"INSERT INTO {work.schema}.kernel_presence (page, person, object, record_id, writes, seen_at)"
        " VALUES ($1, $2::bigint, $3, $4::bigint, $5, clock_timestamp())"
        " ON CONFLICT (page) DO UPDATE SET person = excluded.person, object = excluded.object,"
        " record_id = excluded.record_id, writes = excluded.writes, seen_at = excluded.seen_at, has_left = false",
        (page, work.who.user, object, id, writes),
    )
    return present(work, object, id)


def leave(work: Work, page: str) -> None:
    """Told for a moment, then forgotten with the pages that were lost."""
    work.execute(f"DELETE FROM {work.schema}.kernel_presence WHERE seen_at < clock_timestamp() - interval '5 minutes'")
    work.execute(
        f"UPDATE {work.schema}.kernel_presence SET has_left = true WHERE page = $1 AND person = $2::bigint",
        (page, work.who.user),
    )


def present(work: Work, object: str, id: int) -> list[dict[str, Any]]:
    """`[{id, name, writes}]` of the others, those who write first."""
    rows = work.rows(
        f"SELECT person, bool_or(writes) FROM {work.schema}.kernel_presence"
        " WHERE object = $1 AND record_id = $2::bigint AND person <> $3::bigint AND NOT has_left"
        f" AND seen_at > clock_timestamp() - interval '{LOST_AFTER} seconds' GROUP BY person",
        (object, id, work.who.user),
    )
    names = labels_of(work, None, work.object("base.user"), [person for person, _ in rows])
    found = [{"id": person, "name": names.get(person) or "", "writes": writes} for person, writes in rows]
    return sorted(found, key=lambda one: (not one["writes"], one["name"]))


def stirred(connection: Connection[Any], schema: str) -> Stirred:
    """The pages that are open, or just were. What differs between two looks has come, gone or begun to write."""
    rows = connection.execute(
        f"SELECT object, record_id, page, writes, has_left FROM {schema}.kernel_presence"
        f" WHERE seen_at > clock_timestamp() - interval '{LOST_AFTER} seconds'".encode()
    ).fetchall()
    return frozenset(tuple(row) for row in rows)
