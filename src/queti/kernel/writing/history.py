"""What a Work leaves behind: history, events, decisions and the kept answer, in one statement before the commit.

History has one row per operation and root record, lines inside. `changes` holds what
changed as `{field: [old, new]}` in JSON values, and for lines
`{lines field: {changed: {id: {field: [old, new]}}, added: [ids], removed: {id: {field: old}}}}`;
a field is called by its column, which stays when the field gets another name.
Creation stores no values twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.kernel.writing.statements import as_json

if TYPE_CHECKING:
    from queti.kernel.work import Work

Changes = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ask:
    """A query that another statement may carry: its text, with the parameters from that number on."""

    text: Callable[[int], str]
    values: Sequence[Any]


class Journal:
    """The rows that one Work will leave, in their order."""

    def __init__(self) -> None:
        self.history: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.decisions: list[dict[str, Any]] = []
        self.queued: set[tuple[str, str]] = set()
        """(event name, reaction) for a worker."""
        self.answer: dict[str, Any] | None = None
        self.touched: dict[tuple[str, int], int] = {}
        """Version of each record after this Work, for the door's answer."""

    def note(
        self, work: Work, kind: str, object: str, record: int, version: int, changes: Changes | None = None
    ) -> None:
        self.touched[object, record] = version
        self.history.append(
            {
                "kind": kind,
                "object": object,
                "record_id": record,
                "version": version,
                "operation": work.operation or f"{object}.{_VERBS[kind]}",
                "cause": work.cause,
                "changes": changes or {},
                "via": work.who.via,
            }
        )

    def tell(self, work: Work, name: str, object: str, record: int, version: int, data: Mapping[str, Any]) -> None:
        self.events.append(
            {
                "name": name,
                "object": object,
                "record_id": record,
                "version": version,
                "operation": work.operation,
                "cause": work.cause,
                "data": data,
            }
        )

    def mark(self) -> tuple[int, int, int, dict[tuple[str, int], int]]:
        return len(self.history), len(self.events), len(self.decisions), dict(self.touched)

    def back_to(self, mark: tuple[int, int, int, dict[tuple[str, int], int]]) -> None:
        del self.history[mark[0] :]
        del self.events[mark[1] :]
        del self.decisions[mark[2] :]
        self.touched = mark[3]

    def write(self, work: Work, ask: Ask | None = None) -> list[tuple[Any, ...]]:
        """Everything noted so far; what waits for a worker is written with its event and told to the queue.

        Where it can, the same statement asks `ask`; the answer is what was asked.
        """
        if not (self.history or self.events or self.decisions or self.answer):
            return work.rows(ask.text(1), ask.values) if ask else []
        answer = [self.answer] if self.answer else []
        parts = {"history": self.history, "events": self.events, "decisions": self.decisions, "answer": answer}
        used = {part: as_json(rows) for part, rows in parts.items() if rows}
        values: list[Any] = [work.now, work.who.user, str(work.id), *used.values()]
        queues = bool(self.queued and self.events)
        if queues:
            values.append(as_json([{"name": name, "reaction": reaction} for name, reaction in sorted(self.queued)]))
        text = _statement(work.schema, tuple(used), queues)
        if ask is None or queues:
            work.execute(f"{text}{'' if queues else ' SELECT 1'}", values)
            rows = work.rows(ask.text(1), ask.values) if ask else []
        else:
            rows = work.rows(f"{text} {ask.text(len(values) + 1)}", [*values, *ask.values])
        self.history, self.events, self.decisions, self.answer, self.queued = [], [], [], None, set()
        return rows


_VERBS = {
    "created": "create",
    "changed": "change",
    "trashed": "trash",
    "restored": "restore",
    "imported": "import",
    "revealed": "reveal",
}


@lru_cache(maxsize=1024)
def _statement(schema: str, used: tuple[str, ...], queues: bool) -> str:
    values = "SELECT $1::timestamptz AS at, $2::bigint AS by, $3::uuid AS work"
    parts = [_PARTS[part].format(schema=schema, rows=f"${place}::jsonb") for place, part in enumerate(used, 4)]
    ending = _QUEUE.format(schema=schema, pairs=f"${4 + len(used)}::jsonb") if queues else ""
    return f"WITH given AS ({values}), {', '.join(parts)}{ending}"


_PARTS = {
    "history": """noted AS (
    INSERT INTO {schema}.kernel_history (at, by, work, kind, object, record_id, version, operation, cause, changes,
        via)
    SELECT given.*, row.* FROM given, jsonb_to_recordset({rows}) AS row (kind text, object text, record_id bigint,
        version integer, operation text, cause text, changes jsonb, via text))""",
    "events": """told AS (
    INSERT INTO {schema}.kernel_event (at, by, work, name, object, record_id, version, operation, cause, data)
    SELECT given.*, row.* FROM given, jsonb_to_recordset({rows}) AS row (name text, object text, record_id bigint,
        version integer, operation text, cause text, data jsonb)
    RETURNING id, name)""",
    "decisions": """decided AS (
    INSERT INTO {schema}.kernel_decision (at, by, work, object, record_id, rule, version, seen, reasons, calls,
        operation, cause)
    SELECT given.*, row.* FROM given, jsonb_to_recordset({rows}) AS row (object text, record_id bigint, rule text,
        version text, seen jsonb, reasons jsonb, calls jsonb, operation text, cause text))""",
    "answer": """kept AS (
    UPDATE {schema}.kernel_idempotency AS kept SET status = row.status, answer = row.answer
    FROM jsonb_to_recordset({rows}) AS row (who bigint, method text, path text, key text, status smallint, answer jsonb)
    WHERE (kept.who, kept.method, kept.path, kept.key) = (row.who, row.method, row.path, row.key))""",
}
_QUEUE = """, due AS (
    INSERT INTO {schema}.kernel_reaction (event_id, reaction)
    SELECT told.id, pair.reaction FROM told JOIN jsonb_to_recordset({pairs}) AS pair (name text, reaction text)
        USING (name)
    RETURNING event_id)
SELECT jobs.enqueue_work('react', jsonb_build_object('events', jsonb_agg(DISTINCT event_id ORDER BY event_id)))
FROM due HAVING count(*) > 0"""
