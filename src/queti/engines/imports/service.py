"""The life of an import: started and checked, mapped anew, run, undone.

The files lie in the installation's folder, the mapping is a row of the workspace. A run is one
transaction: either all that was to be taken, or nothing, whatever ends it. A large file is checked
and carried out beside the request, with its progress told and open to be cancelled.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeVar
from uuid import uuid4

import msgspec
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from queti.engines.imports import books
from queti.engines.imports.guess import guess_mapping
from queti.engines.imports.keeping import Given, keep_files, remove_files
from queti.engines.imports.mapping import compile_mapping, is_flat, source_rows, target_inputs
from queti.engines.imports.refusals import (
    CannotUndoImport,
    ImportAlreadyRun,
    ImportCancelled,
    ImportFileGone,
    ImportHasErrors,
    ImportUnderWay,
)
from queti.engines.imports.report import Report
from queti.engines.imports.run import Outcome, Told, batches_of, batches_of_rows, carry_out
from queti.engines.imports.sources import Source, read_source
from queti.engines.printing.format import in_language
from queti.kernel.definitions import FieldDef, ImportDef
from queti.kernel.errors import NotAllowed, RecordNotFound, Refusal
from queti.kernel.writing import idempotency
from queti.kernel.writing.loading import title_of

if TYPE_CHECKING:
    from queti.kernel.person import Person
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work
    from queti.kernel.writing.idempotency import Claim

Take = Literal["all", "good"]
T = TypeVar("T")
LARGE = 20_000
"""From this many rows on the work is done beside the request."""
UNDONE_AT_ONCE = 5_000
SHOWN = 10
"""Records that a refusal names."""
_LOG = logging.getLogger("queti.imports")
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
    beside: bool = False
    """Large imports are worked on in a thread of their own; the answer doesn't wait for them."""

    @property
    def folder(self) -> Path:
        """Where uploads are kept."""
        return self.platform.home.imports

    def place(self, number: int) -> Path:
        """The folder of one import. A workspace that was made anew counts from 1 again, and is another."""
        workspace = self.platform.workspace(self.workspace)
        made = self.platform.model(workspace).schema_id
        return self.folder / f"{workspace.schema}-{made}" / str(number)

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
    door: Door, files: Sequence[tuple[str, Given]], *, target: str = "", mapping: ImportDef | None = None
) -> dict[str, Any]:
    """Keep the files, map them as told or as their headings suggest, and try it out.

    Answers what the import page shows: state, columns, sample, mapping, inputs, report.
    Raises what reading raises, NotAllowed without the right to write the target.
    """
    arrived = door.folder / "arriving" / uuid4().hex
    kept, digest = keep_files(arrived, files)
    try:
        source = read_source((name, arrived / place) for name, place in kept)

        def keep(work: Work) -> int:
            name = mapping.target if mapping else target
            refuse_unless_writable(work, name)
            chosen = mapping or _known_mapping(work, name, source) or _guessed(work, name, source)
            return _insert(work, kept, digest, chosen, source)

        number, is_new = door.once(0, keep)
        if is_new:
            arrived.rename(_made_free(door.place(number)))
    finally:
        remove_files(arrived)
    if not is_new:
        known = state(door, number)
        if known["state"] != "new":
            return known
    return _check(door, number)


def _made_free(place: Path) -> Path:
    remove_files(place)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return place


def _guessed(work: Work, name: str, source: Source) -> ImportDef:
    return guess_mapping(name, target_inputs(work.model, name), source.table())


def _known_mapping(work: Work, target: str, source: Source) -> ImportDef | None:
    """What was last carried out for a file of this shape."""
    if not source.tables:
        return None
    found = work.column(
        f"SELECT mapping FROM {work.schema}.kernel_import WHERE target = $1 AND created_by IS NOT DISTINCT FROM $2"
        " AND state = 'done' AND tables->'shape' = $3::jsonb ORDER BY id DESC LIMIT 1",
        (target, work.who.user, _json(_shape(source))),
    )
    return msgspec.convert(found[0], ImportDef) if found else None


def _shape(source: Source) -> dict[str, list[str]]:
    """The columns of each table. A file of one table is of a shape with others, whatever it is called."""
    shape = {name: list(table.columns) for name, table in source.tables.items()}
    return {"": next(iter(shape.values()))} if len(shape) == 1 else shape


def remap(door: Door, number: int, mapping: ImportDef) -> dict[str, Any]:
    """Take another mapping for an import that has not run, and try it out."""

    def keep(work: Work) -> None:
        row = _load(work, number, alone=True)
        _refuse_if_run(row)
        refuse_unless_writable(work, mapping.target)
        compiled = msgspec.to_builtins(mapping)
        _update(work, number, mapping=compiled, target=mapping.target)
        if row["tables"].get("rows", 0) >= LARGE:
            compile_mapping(work, mapping, _source(door, row), None if is_flat(mapping, _source(door, row)) else [])

    door.run(keep)
    return _check(door, number)


def run(door: Door, number: int, take: Take = "all") -> dict[str, Any]:
    """Carry the import out; with `take="all"` one bad row refuses the whole (ImportHasErrors)."""

    def act(work: Work) -> None:
        row = _load(work, number, alone=True)
        _refuse_if_run(row)
        outcome = _perform(work, row, _source(door, row), _teller(door, number, "running"))
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

    def go() -> None:
        try:
            door.once(number, act)
        except _Trial as trial:
            report = trial.outcome.report
            _put(door, number, "checked", report)
            raise ImportHasErrors(bad=report.bad, total=report.total) from None
        except ImportCancelled:
            _put(door, number, "checked")
            raise

    def asked(work: Work) -> bool:
        row = _load(work, number)
        _refuse_if_run(row)
        return door.beside and row["tables"].get("rows", 0) >= LARGE

    if door.claim is None and door.run(asked, reads_only=True):
        _beside(door, number, "running", go)
    else:
        go()
    return state(door, number)


def cancel(door: Door, number: int) -> dict[str, Any]:
    """End what is under way: nothing of it stays."""
    door.run(lambda work: _load(work, number), reads_only=True)
    with _row(door) as (connection, table):
        connection.execute(
            SQL("UPDATE {} SET state = 'cancelling' WHERE id = %s AND state IN ('checking', 'running')").format(table),
            (number,),
        )
    return state(door, number)


def state(door: Door, number: int) -> dict[str, Any]:
    """Where the import stands: state, progress, mapping, report."""

    def show(work: Work) -> dict[str, Any]:
        return _shown(work, _load(work, number), door.language)

    return door.run(show, reads_only=True)


def problem_book(door: Door, number: int) -> tuple[str, bytes]:
    """The name and content of the spreadsheet with the rows that can't be taken."""
    row = door.run(lambda work: _load(work, number), reads_only=True)
    report = msgspec.convert(row["report"], Report) if row["report"] else Report()
    source = _source(door, row)
    table = source.table(row["mapping"].get("rows", "")) if source.tables else None
    name = f"{PurePath(row['file_name']).stem} {books.WORDS['mend'][door.language]}.xlsx"
    return name, books.problem_book(table, report.problems, door.language)


def template(door: Door, target: str) -> tuple[str, bytes]:
    """The name and content of an empty spreadsheet for the target."""

    def find(work: Work) -> tuple[str, Mapping[str, FieldDef]]:
        refuse_unless_writable(work, target)
        known = work.model
        label = known.operations[target].label if target in known.operations else known.object(target).definition.label
        rights = work.as_person
        inputs = target_inputs(known, target)
        if target not in known.operations:
            seen = set(rights.visible_paths(target, [*inputs]))
            inputs = {name: field for name, field in inputs.items() if name in seen}
        return in_language(label, door.language) or target, inputs

    title, inputs = door.run(find, reads_only=True)
    return f"{title} {books.WORDS['template'][door.language]}.xlsx", books.template_book(inputs, door.language)


def undo(door: Door, number: int, *, keep_changed: bool = False) -> dict[str, Any]:
    """Put what the import made into the trash; refused where operations or changes have built on it,
    unless what was changed since is to be kept.

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
            versions = made.get("versions", {}).get(name, {})
            for start in range(0, len(ids), UNDONE_AT_ONCE):
                _take_back(work, number, name, ids[start : start + UNDONE_AT_ONCE], versions, keep_changed)
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


def _take_back(
    work: Work, number: int, name: str, ids: Sequence[int], versions: Mapping[str, int], keep_changed: bool
) -> None:
    object = work.model.object(name)
    there = work.find(name, "id in $ids", {"ids": list(ids)}, lock=True)
    expected = {record.id: versions.get(str(record.id), 1) for record in there}
    changed = [record for record in there if record.version != expected[record.id]]
    if keep_changed:
        for record in changed:
            del expected[record.id]
    elif changed:
        seen = work.as_person.visible(name, [record.id for record in changed])
        names = [title_of(object, record.values) if record.id in seen else str(record.id) for record in changed]
        more = {"en": f" and {len(names) - SHOWN} more", "zh": f" 等 {len(names)} 条"} if len(names) > SHOWN else {}
        reason = {
            "en": f"these were changed since: {', '.join(names[:SHOWN])}{more.get('en', '')}.",
            "zh": f"以下记录之后已被修改：{'、'.join(names[:SHOWN])}{more.get('zh', '')}。",
        }
        raise CannotUndoImport(id=number, reason=reason)
    if expected:
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


def _check(door: Door, number: int) -> dict[str, Any]:
    """Try the import out and keep the report; nothing else stays."""

    def trial(work: Work) -> None:
        row = _load(work, number, alone=True)
        told = _teller(door, number, "checking") if row["tables"].get("rows", 0) >= LARGE else None
        raise _Trial(_perform(work, row, _source(door, row), told, writes=False))

    def go() -> None:
        report = Report()
        try:
            door.run(trial)
        except _Trial as done:
            report = done.outcome.report
        except ImportCancelled:
            _put(door, number, "new")
            return
        _put(door, number, "checked", report)

    large = door.run(lambda work: _load(work, number)["tables"].get("rows", 0) >= LARGE, reads_only=True)
    if large and door.beside:
        _beside(door, number, "checking", go)
    else:
        go()
    return state(door, number)


def _beside(door: Door, number: int, doing: str, act: Callable[[], None]) -> None:
    """In a thread of its own; a process that ends meanwhile leaves everything as it was."""
    hands = ExitStack()
    connection, _ = hands.enter_context(_row(door))
    free = connection.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", _hands(door, number)).fetchone()
    if not free or not free[0]:
        hands.close()
        raise ImportUnderWay(id=number)
    _put(door, number, doing)

    def work() -> None:
        with hands:
            try:
                act()
            except Refusal as refusal:
                _LOG.info("import %s: %s", number, refusal)
            except Exception as problem:  # noqa: BLE001  (told and logged)
                _LOG.exception("import %s broke off", number)
                _put(door, number, "checked", problem=str(problem))

    threading.Thread(target=work, name=f"queti-import-{number}", daemon=True).start()


def _hands(door: Door, number: int) -> tuple[str, int]:
    """The lock of whoever works on it beside the requests."""
    return _hands_of(door.platform.workspace(door.workspace).schema), number


def _hands_of(schema: str) -> str:
    return f"queti.import.{schema}"


def _perform(
    work: Work, row: Mapping[str, Any], source: Source, told: Told | None = None, *, writes: bool = True
) -> Outcome:
    definition = msgspec.convert(row["mapping"], ImportDef)
    with work.doing(f"import {row['id']}"):
        if is_flat(definition, source):
            table = source.table(definition.rows)
            prepared = compile_mapping(work, definition, source, None)
            return carry_out(work, prepared, batches_of(prepared, table), told, writes=writes)
        rows = source_rows(definition, source)
        prepared = compile_mapping(work, definition, source, rows)
        return carry_out(work, prepared, batches_of_rows(prepared, rows), told, writes=writes)


def _teller(door: Door, number: int, doing: str) -> Told:
    """Progress goes by a connection of its own, since the import's transaction shows nothing before its end.

    It takes no release lock: a publisher that waits for the import must not stop it.
    """
    total = 0

    def told(done: int) -> None:
        nonlocal total
        with _row(door) as (connection, table):
            found = connection.execute(
                SQL(
                    "UPDATE {} SET progress = %s, state = CASE state WHEN 'cancelling' THEN state ELSE %s END"
                    " WHERE id = %s RETURNING state, coalesce((tables->>'rows')::bigint, 0)"
                ).format(table),
                (_json({"done": done, "total": total or done}), doing, number),
            ).fetchone()
        if found and found[0] == "cancelling":
            raise ImportCancelled(id=number)
        total = found[1] if found else 0

    return told


@contextmanager
def _row(door: Door) -> Generator[tuple[Connection[Any], Composed]]:
    """The owner's connection and the table of imports."""
    schema = door.platform.workspace(door.workspace).schema
    with door.platform.db.owner() as connection:
        yield connection, SQL("{}.kernel_import").format(Identifier(schema))


def _put(door: Door, number: int, state: str, report: Report | None = None, problem: str = "") -> None:
    with _row(door) as (connection, table):
        progress = {"problem": problem} if problem else {}
        connection.execute(
            SQL("UPDATE {} SET state = %s, progress = %s, report = coalesce(%s::jsonb, report) WHERE id = %s").format(
                table
            ),
            (state, _json(progress), report and _json(msgspec.to_builtins(report)), number),
        )


_COLUMNS = (
    "id, target, file_name, files, tables, mapping, state, progress, report, made, created_by, created_at, finished_at"
)


def _insert(work: Work, kept: Sequence[tuple[str, str]], digest: bytes, mapping: ImportDef, source: Source) -> int:
    tables = {
        name: {"columns": dict(table.headings), "sample": table.sample(), "rows": table.count}
        for name, table in source.tables.items()
    }
    main = max((table.count for table in source.tables.values()), default=0)
    known = {"tables": tables, "rows": main, "shape": _shape(source)}
    values = (
        mapping.target, kept[0][0], digest, _json(kept), _json(known), _json(msgspec.to_builtins(mapping)),
        work.who.user,
    )  # fmt: skip
    [(number,)] = work.rows(
        f"INSERT INTO {work.schema}.kernel_import (target, file_name, content_hash, files, tables, mapping, state,"
        " created_by) VALUES ($1, $2, $3, $4::jsonb, $5::jsonb, $6::jsonb, 'new', $7) RETURNING id",
        values,
    )
    return number


def _load(work: Work, number: int, *, alone: bool = False) -> dict[str, Any]:
    """The import's row; `alone` lets one Work at a time have it, while its progress can still be written."""
    if alone:
        work.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", _lock(work, number))
    rows = work.rows(f"SELECT {_COLUMNS} FROM {work.schema}.kernel_import WHERE id = $1", (number,))
    row: dict[str, Any] = dict(zip(_COLUMNS.split(", "), rows[0], strict=True)) if rows else {}
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


def _lock(work: Work, number: int) -> tuple[str, int]:
    return f"import.{work.schema}", number


def _source(door: Door, row: Mapping[str, Any]) -> Source:
    place = door.place(row["id"])
    if not all((place / kept).exists() for _, kept in row["files"] or [("", "gone")]):
        raise ImportFileGone(name=row["file_name"])
    return read_source((name, place / kept) for name, kept in row["files"])


def _shown(work: Work, row: Mapping[str, Any], language: str) -> dict[str, Any]:
    report = msgspec.convert(row["report"], Report) if row["report"] else Report()
    return {
        "id": row["id"],
        "target": row["target"],
        "file_name": row["file_name"],
        "state": _state(work, row),
        "progress": row["progress"],
        "mapping": row["mapping"],
        "tables": row["tables"].get("tables", {}),
        "report": report.says(language),
        "can_undo": row["state"] == "done" and row["target"] not in work.model.operations and not report.changed,
        "created_at": row["created_at"],
        "finished_at": row["finished_at"],
    }


def _state(work: Work, row: Mapping[str, Any]) -> str:
    """What is under way but in nobody's hands ended with its process; nothing of it stayed."""
    if row["state"] not in UNDER_WAY:
        return row["state"]
    lock = (_hands_of(work.workspace.schema), row["id"])
    [free] = work.column("SELECT pg_try_advisory_xact_lock(hashtextextended($1, $2))", lock)
    return ("checked" if row["report"] else "new") if free else row["state"]


UNDER_WAY = ("checking", "running", "cancelling")
