"""The life of an import: started and checked, mapped anew, run, paused and gone on with, undone.

The files lie in the installation's folder, the mapping is a row of the workspace. A run is one
transaction: either all that was to be taken, or nothing, whatever ends it. Only a person's pause
commits a part, and the rest is a transaction of its own. A large file is checked and carried out
beside the request, with its progress told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

import msgspec

from queti.engines.imports import books, kept
from queti.engines.imports.beside import go_beside, resting_state, state_of
from queti.engines.imports.door import Door
from queti.engines.imports.grouping import columns_of, is_flat, source_rows
from queti.engines.imports.guess import guess_mapping
from queti.engines.imports.keeping import Given, keep_files, remove_files
from queti.engines.imports.kept import IMPORT
from queti.engines.imports.mapping import compile_mapping, target_inputs
from queti.engines.imports.refusals import (
    CannotUndoImport,
    ImportAlreadyRun,
    ImportCancelled,
    ImportFileGone,
    ImportHasErrors,
    ImportNotFinished,
)
from queti.engines.imports.report import Report
from queti.engines.imports.run import Outcome, Told, batches_of, batches_of_rows, carry_out
from queti.engines.imports.sources import Source, read_source
from queti.engines.imports.undoing import take_back
from queti.engines.printing.format import in_language
from queti.kernel.definitions import FieldDef, ImportDef
from queti.kernel.errors import NotAllowed
from queti.kernel.reading.past import labels_of

if TYPE_CHECKING:
    from queti.kernel.work import Work

__all__ = ["IMPORT", "Door"]

Take = Literal["all", "good"]
LARGE = 20_000
"""From this many rows on the work is done beside the request."""
NAMED = 50
"""Records that are named among those left by an undo."""


class _Trial(Exception):
    """Ends a trial run: everything is rolled back, the outcome is kept."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


# -- from the file to the check


def start(
    door: Door, files: Sequence[tuple[str, Given]], *, target: str = "", mapping: ImportDef | None = None
) -> dict[str, Any]:
    """Keep the files, map them as told or as their headings suggest, and try it out.

    Answers what the import page shows: state, columns, sample, mapping, inputs, report.
    Raises what reading raises, NotAllowed without the right to write the target.
    """
    arrived = door.folder / "arriving" / uuid4().hex
    files_kept, digest = keep_files(arrived, files)
    try:
        source = read_source((name, arrived / place) for name, place in files_kept)

        def keep(work: Work) -> int:
            name = mapping.target if mapping else target
            refuse_unless_writable(work, name)
            chosen = mapping or kept.known_mapping(work, name, source) or _guessed(work, name, source)
            return kept.insert(work, files_kept, digest, chosen, source)

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


def refuse_unless_writable(work: Work, name: str) -> None:
    """An import needs the right to what it performs; each row is checked again when written."""
    rights = work.as_person.rights
    if name in work.model.operations:
        if not rights.may_perform(name):
            raise NotAllowed(act=IMPORT, what=work.model.operations[name].label)
    elif not rights.may(work.model.object(name).name, "create"):
        source = work.model.object(name).definition
        raise NotAllowed(act=IMPORT, what=source.plural or source.label)


def remap(door: Door, number: int, mapping: ImportDef) -> dict[str, Any]:
    """Take another mapping for an import that has not run, and try it out."""

    def keep(work: Work) -> None:
        row = kept.load(work, number, alone=True)
        _refuse_if_run(row)
        if row["made"]:
            raise ImportNotFinished(id=number)
        refuse_unless_writable(work, mapping.target)
        kept.update(work, number, mapping=mapping, target=mapping.target)
        if _is_large(row):
            source = _source(door, row)
            compile_mapping(work, mapping, source, columns_of(mapping, source))

    door.run(keep)
    return _check(door, number)


def _check(door: Door, number: int) -> dict[str, Any]:
    """Try the import out and keep the report; nothing else stays."""

    def trial(work: Work) -> None:
        row = kept.load(work, number, alone=True)
        told = _teller(door, number, "checking") if _is_large(row) else None
        raise _Trial(_perform(work, row, _source(door, row), Outcome(), told, writes=False))

    def go() -> None:
        report = Report()
        try:
            door.run(trial)
        except _Trial as done:
            report = done.outcome.report
        except ImportCancelled:
            kept.put(door, number, "new")
            return
        kept.put(door, number, "checked", report)

    if door.beside and door.run(lambda work: _is_large(kept.load(work, number)), reads_only=True):
        go_beside(door, number, "checking", go)
    else:
        go()
    return state(door, number)


# -- the run


def run(door: Door, number: int, take: Take = "all") -> dict[str, Any]:
    """Carry the import out, or on where it was paused: then as it began.

    With `take="all"` one bad row refuses the whole, or the whole of what was left (ImportHasErrors).
    """

    def act(work: Work) -> None:
        row = kept.load(work, number, alone=True)
        _refuse_if_run(row)
        before: Mapping[str, Any] = row["made"] or {"take": take}
        outcome = _perform(work, row, _source(door, row), _so_far(before), _teller(door, number, "running"))
        if outcome.report.bad and before["take"] == "all":
            raise _Trial(outcome)
        outcome.report.taken = before["take"]
        made = _made(work, before, outcome)
        if outcome.is_whole:
            kept.update(work, number, state="done", report=outcome.report, made=made, finished_at=work.now)
        else:
            progress = {"done": outcome.rows, "total": row["tables"].get("rows", 0)}
            kept.update(work, number, state="paused", report=outcome.report, made=made, progress=progress)

    def go() -> None:
        try:
            door.once(number, act)
        except _Trial as trial:
            _rest(door, number, trial.outcome.report)
            raise ImportHasErrors(bad=trial.outcome.report.bad, total=trial.outcome.report.total) from None
        except ImportCancelled:
            _rest(door, number)
            raise

    def asked(work: Work) -> bool:
        row = kept.load(work, number)
        _refuse_if_run(row)
        return door.beside and _is_large(row)

    if door.claim is None and door.run(asked, reads_only=True):
        go_beside(door, number, "running", go)
    else:
        go()
    return state(door, number)


def _rest(door: Door, number: int, report: Report | None = None) -> None:
    """Nothing of this run stayed: the import is again what it was before."""
    row = door.run(lambda work: kept.load(work, number), reads_only=True)
    kept.put(door, number, resting_state(row), report)


def _so_far(made: Mapping[str, Any]) -> Outcome:
    """What a paused import has done."""
    if "report" not in made:
        return Outcome()
    report = msgspec.convert(made["report"], Report)
    return Outcome(report, dict(made["created"]), dict(made["changed"]), dict(made["links"]))


def _made(work: Work, before: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
    made = {
        "take": before["take"],
        "work": str(work.id),
        "created": outcome.created,
        "changed": outcome.changed,
        "links": outcome.links,
        "versions": _versions(work, before.get("versions", {}), [outcome.created, outcome.links]),
    }
    return made if outcome.is_whole else {**made, "report": outcome.report}


def _versions(
    work: Work, known: Mapping[str, Mapping[str, int]], made: Sequence[Mapping[str, Sequence[int]]]
) -> dict[str, dict[str, int]]:
    """Versions of the new records, where reactions have changed them at once and it isn't the first."""
    touched = work.journal.touched
    versions = {name: dict(of) for name, of in known.items()}
    for name, ids in (pair for several in made for pair in several.items()):
        found = {str(id): touched[name, id] for id in ids if touched.get((name, id), 1) != 1}
        versions[name] = versions.get(name, {}) | found
    return versions


def _perform(
    work: Work,
    row: Mapping[str, Any],
    source: Source,
    outcome: Outcome,
    told: Told | None = None,
    *,
    writes: bool = True,
) -> Outcome:
    definition = msgspec.convert(row["mapping"], ImportDef)
    with work.doing(f"import {row['id']}"):
        prepared = compile_mapping(work, definition, source, columns_of(definition, source))
        if is_flat(definition, source):
            batches = batches_of(prepared, source.table(definition.rows), outcome.rows)
        else:
            batches = batches_of_rows(prepared, source_rows(definition, source), outcome.rows)
        return carry_out(work, prepared, batches, outcome, told, writes=writes)


def _teller(door: Door, number: int, doing: str) -> Told:
    """Tells how many rows are done, and is told whether to go on. Raises ImportCancelled."""

    def told(done: int) -> bool:
        wish = kept.tell(door, number, doing, done)
        if wish == "cancelling":
            raise ImportCancelled(id=number)
        return wish != "pausing"

    return told


def cancel(door: Door, number: int) -> dict[str, Any]:
    """End what is under way: nothing of it stays, but for what was there at a pause."""
    return _wish(door, number, "cancelling", of=("checking", "running", "pausing"))


def pause(door: Door, number: int) -> dict[str, Any]:
    """Rest behind the rows that are done: they stay, and `run` goes on with the others."""
    return _wish(door, number, "pausing", of=("running",))


def _wish(door: Door, number: int, wish: str, of: Sequence[str]) -> dict[str, Any]:
    door.run(lambda work: kept.load(work, number), reads_only=True)
    kept.ask(door, number, wish, of=of)
    return state(door, number)


def _refuse_if_run(row: Mapping[str, Any]) -> None:
    if row["state"] in ("done", "undone"):
        raise ImportAlreadyRun(id=row["id"])


# -- and back


def _seen_inputs(work: Work, object: str, inputs: Mapping[str, FieldDef]) -> dict[str, FieldDef]:
    """The fields that the person sees, those of lines as well."""
    seen = work.as_person.visible_paths(object, [*inputs])
    return {name: _with_seen_lines(work, inputs[name]) for name in inputs if name in seen}


def _with_seen_lines(work: Work, field: FieldDef) -> FieldDef:
    return msgspec.structs.replace(field, fields=_seen_inputs(work, field.of, field.fields)) if field.of else field


def undo(door: Door, number: int, *, keep_changed: bool = False) -> dict[str, Any]:
    """Put what the import made into the trash and give back what it overwrote; refused where operations or
    changes have built on it, unless what was changed since is to be kept."""

    def act(work: Work) -> None:
        row = kept.load(work, number, alone=True)
        if state_of(work, row) not in ("done", "paused"):
            raise CannotUndoImport(id=number, reason={"en": "it has not run.", "zh": "尚未执行。"})
        if row["target"] in work.model.operations:
            reason = {
                "en": "it performed operations; correct them by their own operations.",
                "zh": "它执行了操作，请用相应操作更正。",
            }
            raise CannotUndoImport(id=number, reason=reason)
        left = take_back(work, number, row["made"], keep_changed=keep_changed)
        kept.update(work, number, state="undone", made={**row["made"], "left": left})

    door.once(number, act)
    return state(door, number)


# -- what is shown


def state(door: Door, number: int) -> dict[str, Any]:
    """Where the import stands: state, progress, mapping, report."""

    def show(work: Work) -> dict[str, Any]:
        return _shown(work, kept.load(work, number), door.language)

    return door.run(show, reads_only=True)


def _shown(work: Work, row: Mapping[str, Any], language: str) -> dict[str, Any]:
    now = state_of(work, row)
    return {
        "id": row["id"],
        "target": row["target"],
        "file_name": row["file_name"],
        "state": now,
        "progress": row["progress"],
        "mapping": row["mapping"],
        "tables": row["tables"].get("tables", {}),
        "report": kept.report_of(row).says(language),
        "can_undo": now in ("done", "paused") and row["target"] not in work.model.operations,
        "left": _left(work, row["made"]["left"]) if now == "undone" else [],
        "created_at": row["created_at"],
        "finished_at": row["finished_at"],
    }


def _left(work: Work, left: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """What an undo left, by object: how many, and the first of them by name."""
    sight = work.as_person.sight
    found = ((name, ids, work.model.object(name)) for name, ids in left.items() if name in work.model.objects)
    return [
        {
            "object": name,
            "count": len(ids),
            "records": [
                {"id": id, "label": label} for id, label in labels_of(work, sight, object, ids[:NAMED]).items()
            ],
        }
        for name, ids, object in found
    ]


def problem_book(door: Door, number: int) -> tuple[str, bytes]:
    """The name and content of the spreadsheet with the rows that can't be taken."""
    row = door.run(lambda work: kept.load(work, number), reads_only=True)
    source = _source(door, row)
    table = source.table(row["mapping"].get("rows", "")) if source.tables else None
    name = f"{PurePath(row['file_name']).stem} {books.WORDS['mend'][door.language]}.xlsx"
    return name, books.problem_book(table, kept.report_of(row).problems, door.language)


def template(door: Door, target: str) -> tuple[str, bytes]:
    """The name and content of an empty spreadsheet for the target."""

    def find(work: Work) -> tuple[str, Mapping[str, FieldDef]]:
        refuse_unless_writable(work, target)
        known = work.model
        label = known.operations[target].label if target in known.operations else known.object(target).definition.label
        inputs = target_inputs(known, target)
        if target not in known.operations:
            inputs = _seen_inputs(work, target, inputs)
        return in_language(label, door.language) or target, inputs

    title, inputs = door.run(find, reads_only=True)
    return f"{title} {books.WORDS['template'][door.language]}.xlsx", books.template_book(inputs, door.language)


def _is_large(row: Mapping[str, Any]) -> bool:
    return row["tables"].get("rows", 0) >= LARGE


def _source(door: Door, row: Mapping[str, Any]) -> Source:
    place = door.place(row["id"])
    if not all((place / name).exists() for _, name in row["files"] or [("", "gone")]):
        raise ImportFileGone(name=row["file_name"])
    return read_source((name, place / where) for name, where in row["files"])
