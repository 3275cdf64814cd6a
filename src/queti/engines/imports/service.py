"""The life of an import: started and checked, mapped anew, run, undone.

The file and the mapping are rows of the workspace, so a start of the server in between
loses nothing. A run is one transaction: either all that was to be taken, or nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import msgspec
from psycopg.sql import SQL, Identifier

from queti.engines.imports.guess import guess_mapping
from queti.engines.imports.mapping import compile_mapping, source_rows, target_inputs
from queti.engines.imports.refusals import CannotUndoImport, ImportAlreadyRun, ImportHasErrors
from queti.engines.imports.report import Report
from queti.engines.imports.run import Outcome, Told, carry_out
from queti.engines.imports.sources import Source, read_source
from queti.kernel.definitions import ImportDef
from queti.kernel.errors import NotAllowed, RecordNotFound
from queti.kernel.writing import idempotency
from queti.kernel.writing.loading import title_of

if TYPE_CHECKING:
    from queti.kernel.person import Person
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work
    from queti.kernel.writing.idempotency import Claim

Take = Literal["all", "good"]
T = TypeVar("T")
SAMPLE = 20
SHOWN = 10
"""Records that a refusal names."""
IMPORT = {"en": "import", "zh": "导入"}


@dataclass(frozen=True, slots=True)
class Door:
    """Through which an import comes: which workspace, who, in which language."""

    platform: Platform
    workspace: str
    who: Person
    language: str = "en"
    claim: Claim | None = None
    """Of the idempotency key that the request came with."""

    def run(self, act: Callable[[Work], T], *, reads_only: bool = False) -> T:
        return self.platform.run(self.workspace, self.who, act, language=self.language, reads_only=reads_only)

    def once(self, number: int, act: Callable[[Work], int | None]) -> tuple[int, bool]:
        """Perform `act` once under the claimed key: the import's number (`act` tells a new one's), and was it now?"""

        def claimed(work: Work) -> tuple[int, bool]:
            kept = idempotency.kept(work)
            if kept is not None:
                return kept.body["id"], False
            found = act(work) or number
            idempotency.keep(work, 200, {"id": found})
            return found, True

        return self.platform.run(self.workspace, self.who, claimed, language=self.language, claim=self.claim)


class _Trial(Exception):
    """Ends a trial run: everything is rolled back, the outcome is kept."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


def start(
    door: Door, files: Sequence[tuple[str, bytes]], *, target: str = "", mapping: ImportDef | None = None
) -> dict[str, Any]:
    """Keep the files, map them as told or as their headings suggest, and try it out.

    Answers what the import page shows: state, columns, sample, mapping, inputs, report.
    Raises what reading raises, NotAllowed without the right to write the target.
    """
    source = read_source(files)
    packed = msgspec.msgpack.encode(list(files))

    def keep(work: Work) -> int:
        name = mapping.target if mapping else target
        refuse_unless_writable(work, name)
        chosen = mapping or guess_mapping(name, target_inputs(work.model, name), source.table())
        return _insert(work, files[0][0], packed, chosen)

    number, is_new = door.once(0, keep)
    if not is_new:
        known = state(door, number, source)
        if known["state"] != "new":
            return known
    return _checked(door, number, source)


def remap(door: Door, number: int, mapping: ImportDef) -> dict[str, Any]:
    """Take another mapping for an import that has not run, and try it out."""

    def keep(work: Work) -> Source:
        row = _load(work, number, alone=True)
        _refuse_if_run(row)
        refuse_unless_writable(work, mapping.target)
        _update(work, number, mapping=msgspec.to_builtins(mapping), target=mapping.target)
        return _source(row)

    return _checked(door, number, door.run(keep))


def run(door: Door, number: int, take: Take = "all") -> dict[str, Any]:
    """Carry the import out; with `take="all"` one bad row refuses the whole (ImportHasErrors)."""

    read: list[Source] = []

    def act(work: Work) -> None:
        row = _load(work, number, alone=True)
        _refuse_if_run(row)
        source = _source(row)
        read[:] = [source]
        outcome = _perform(work, row, source, _teller(door, number))
        if outcome.report.bad and take == "all":
            raise _Trial(outcome)
        outcome.report.taken = take
        made = {
            "work": str(work.id),
            "created": outcome.created,
            "changed": outcome.changed,
            "versions": _versions(work, outcome.created),
        }
        _update(work, number, state="done", report=msgspec.to_builtins(outcome.report), made=made, finished_at=work.now)

    try:
        door.once(number, act)
    except _Trial as trial:
        report = trial.outcome.report
        door.run(lambda work: _update(work, number, state="checked", report=msgspec.to_builtins(report)))
        raise ImportHasErrors(bad=report.bad, total=report.total) from None
    return state(door, number, read[0] if read else None)


def state(door: Door, number: int, source: Source | None = None) -> dict[str, Any]:
    """Where the import stands: state, progress, mapping, report. `source` spares reading the files again."""

    def show(work: Work) -> dict[str, Any]:
        row = _load(work, number)
        return _shown(work, row, source or _source(row), door.language)

    return door.run(show, reads_only=True)


def undo(door: Door, number: int) -> dict[str, Any]:
    """Put what the import made into the trash; refused where operations or changes have built on it.

    What somebody put there already stays there.
    """

    def act(work: Work) -> None:
        row = _load(work, number, alone=True)
        made: Mapping[str, Any] = row["made"] or {}
        if row["state"] != "done":
            raise CannotUndoImport(id=number, reason={"en": "it has not run.", "zh": "尚未执行。"})
        if row["target"] in work.model.operations or made["changed"]:
            reason = {
                "en": "it performed operations or changed records; correct them by their own operations.",
                "zh": "它执行了操作或修改了已有记录，请用相应操作更正。",
            }
            raise CannotUndoImport(id=number, reason=reason)
        for name, ids in made["created"].items():
            _take_back(work, number, name, ids, made.get("versions", {}).get(name, {}))
        _update(work, number, state="undone")

    door.once(number, act)
    return state(door, number)


def _versions(work: Work, created: Mapping[str, Sequence[int]]) -> dict[str, dict[str, int]]:
    """Versions of the new records, where reactions have changed them at once and it isn't the first."""
    touched = work.journal.touched
    return {
        name: {str(id): touched[name, id] for id in ids if touched.get((name, id), 1) != 1}
        for name, ids in created.items()
    }


def _take_back(work: Work, number: int, name: str, ids: Sequence[int], versions: Mapping[str, int]) -> None:
    object = work.model.object(name)
    there = work.find(name, "id in $ids", {"ids": list(ids)}, lock=True)
    expected = {record.id: versions.get(str(record.id), 1) for record in there}
    if changed := [record for record in there if record.version != expected[record.id]]:
        seen = work.as_person.visible(name, [record.id for record in changed])
        names = [title_of(object, record.values) if record.id in seen else str(record.id) for record in changed]
        more = {"en": f" and {len(names) - SHOWN} more", "zh": f" 等 {len(names)} 条"} if len(names) > SHOWN else {}
        reason = {
            "en": f"these were changed since: {', '.join(names[:SHOWN])}{more.get('en', '')}.",
            "zh": f"以下记录之后已被修改：{'、'.join(names[:SHOWN])}{more.get('zh', '')}。",
        }
        raise CannotUndoImport(id=number, reason=reason)
    if there:
        work.as_person.trash(name, list(expected), expect=expected)


def refuse_unless_writable(work: Work, name: str) -> None:
    """An import needs the right to what it performs; each row is checked again when written."""
    rights = work.as_person.rights
    if name in work.model.operations:
        if not rights.may_perform(name):
            raise NotAllowed(act=IMPORT, what=work.model.operations[name].label)
    elif not rights.may(work.model.object(name).name, "create"):
        source = work.model.object(name).definition
        raise NotAllowed(act=IMPORT, what=source.plural or source.label)


def _checked(door: Door, number: int, source: Source) -> dict[str, Any]:
    """Try the import out and keep the report; nothing else stays."""

    def trial(work: Work) -> None:
        raise _Trial(_perform(work, _load(work, number), source))

    report = Report()
    try:
        door.run(trial)
    except _Trial as done:
        report = done.outcome.report
    door.run(lambda work: _update(work, number, state="checked", report=msgspec.to_builtins(report)))
    return state(door, number, source)


def _perform(work: Work, row: Mapping[str, Any], source: Source, told: Told | None = None) -> Outcome:
    definition = msgspec.convert(row["mapping"], ImportDef)
    rows = source_rows(definition, source)
    with work.doing(f"import {row['id']}"):
        return carry_out(work, compile_mapping(work, definition, source, rows), rows, told)


def _teller(door: Door, number: int) -> Told:
    """Progress goes by a connection of its own, since the import's transaction shows nothing before its end.

    It takes no release lock: a publisher that waits for the import must not stop it.
    """
    schema = door.platform.workspace(door.workspace).schema

    def told(done: int, total: int) -> None:
        with door.platform.db.owner() as connection:
            statement = SQL("UPDATE {}.kernel_import SET progress = %s WHERE id = %s").format(Identifier(schema))
            connection.execute(statement, (_json({"done": done, "total": total}), number))

    return told


_COLUMNS = "id, target, file_name, mapping, state, progress, report, made, created_by, created_at, finished_at"


def _insert(work: Work, name: str, content: bytes, mapping: ImportDef) -> int:
    digest = hashlib.sha256(content).digest()
    values = (mapping.target, name, content, digest, _json(msgspec.to_builtins(mapping)), work.who.user)
    [(number,)] = work.rows(
        f"INSERT INTO {work.schema}.kernel_import (target, file_name, content, content_hash, mapping, state,"
        " created_by) VALUES ($1, $2, $3, $4, $5::jsonb, 'new', $6) RETURNING id",
        values,
    )
    return number


def _load(work: Work, number: int, *, alone: bool = False) -> dict[str, Any]:
    """The import's row; `alone` lets one Work at a time have it, while its progress can still be written."""
    if alone:
        work.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", (f"import.{work.schema}", number))
    rows = work.rows(f"SELECT {_COLUMNS}, content FROM {work.schema}.kernel_import WHERE id = $1", (number,))
    names = [*_COLUMNS.split(", "), "content"]
    row = dict(zip(names, rows[0], strict=True)) if rows else {}
    if not row or (row["created_by"] != work.who.user and not work.who.administers):
        raise RecordNotFound(what=IMPORT, id=number)
    return row


def _update(work: Work, number: int, **values: Any) -> None:
    casts = [f"{name} = ${at}{'::jsonb' if name in _JSON else ''}" for at, name in enumerate(values, start=2)]
    shown = [_json(value) if name in _JSON else value for name, value in values.items()]
    work.execute(
        f"UPDATE {work.schema}.kernel_import SET {', '.join(casts)} WHERE id = $1",
        [number, *shown],
    )


_JSON = frozenset({"mapping", "progress", "report", "made"})


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _refuse_if_run(row: Mapping[str, Any]) -> None:
    if row["state"] in ("done", "undone"):
        raise ImportAlreadyRun(id=row["id"])


def _source(row: Mapping[str, Any]) -> Source:
    files = msgspec.msgpack.decode(row["content"], type=list[tuple[str, bytes]])
    return read_source(files)


def _shown(work: Work, row: Mapping[str, Any], source: Source, language: str) -> dict[str, Any]:
    report = msgspec.convert(row["report"], Report) if row["report"] else Report()
    tables = {
        name: {"columns": dict(table.headings), "sample": list(table.rows[:SAMPLE]), "rows": len(table.rows)}
        for name, table in source.tables.items()
    }
    return {
        "id": row["id"],
        "target": row["target"],
        "file_name": row["file_name"],
        "state": row["state"],
        "progress": row["progress"],
        "mapping": row["mapping"],
        "tables": tables,
        "report": report.says(language),
        "can_undo": row["state"] == "done" and row["target"] not in work.model.operations and not report.changed,
        "created_at": row["created_at"],
        "finished_at": row["finished_at"],
    }
