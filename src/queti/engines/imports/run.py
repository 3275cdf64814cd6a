"""Carrying an import out through the ordinary record and operation path.

Rows go in batches; a refused batch is parted until each refusal has its row, so that one
report names every bad row and the good ones can be taken without them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any, cast

from queti.engines.imports.cells import Mapped, Wrong, map_cells, map_rows
from queti.engines.imports.grouping import SourceRow
from queti.engines.imports.links import resolve_links
from queti.engines.imports.making import MadeLinks, make_links, with_links
from queti.engines.imports.mapping import Prepared
from queti.engines.imports.report import Problem, Report
from queti.kernel.errors import FieldProblem, Refusal, WrongInput
from queti.kernel.record import Record
from queti.kernel.writing import bulk
from queti.kernel.writing.violations import duplicate_key

if TYPE_CHECKING:
    from queti.engines.imports.sources import Table
    from queti.kernel.model import Key
    from queti.kernel.work import Work

BATCH = 5000
AHEAD = 2
"""Batches that are read while one is written."""
Told = Callable[[int], bool]
"""Takes how many rows are done; answers whether to go on."""


@dataclass(slots=True)
class Outcome:
    """What an import did: the report, and which records it made and changed. One that was paused goes on with it."""

    report: Report = field(default_factory=Report)
    created: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    changed: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    links: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    """Made because rows name them."""
    is_whole: bool = True
    """All rows were looked at; False where it was asked to pause."""

    @property
    def rows(self) -> int:
        """Of the file, that were looked at."""
        return self.report.total + self.report.left_out


@dataclass(slots=True)
class _Row:
    number: int
    values: dict[str, Any]


def carry_out(
    work: Work,
    prepared: Prepared,
    batches: Iterator[Mapped],
    outcome: Outcome,
    told: Told | None = None,
    *,
    writes: bool = True,
) -> Outcome:
    """Write all rows that can be written; the caller commits or rolls back by the report.

    Without `writes` new records are only checked, as far as that tells all.
    """
    report = outcome.report
    writer = _Writer(work, prepared, outcome, writes=writes)
    with closing(_read_ahead(batches)) as ready:
        for mapped in ready:
            writer.write(_converted(work, prepared, mapped, report))
            if told and not told(outcome.rows):
                outcome.is_whole = False
                break
    report.good = report.total - report.bad
    report.created += writer.made
    report.changed = sum(map(len, outcome.changed.values()))
    report.made = {name: len(ids) for name, ids in outcome.links.items()}
    return outcome


def batches_of(prepared: Prepared, table: Table, start: int = 0) -> Iterator[Mapped]:
    """The table's rows behind the first `start`, mapped."""
    rows = islice(table.cells(), start, None)
    while batch := list(islice(rows, BATCH)):
        yield map_cells(prepared, table.columns, batch)


def batches_of_rows(prepared: Prepared, rows: Iterable[SourceRow], start: int = 0) -> Iterator[Mapped]:
    """Rows with lines."""
    rows = islice(rows, start, None)
    while batch := list(islice(rows, LINES_BATCH)):
        yield map_rows(prepared, batch)


LINES_BATCH = 1000
PAGE = 1000


def _read_ahead(batches: Iterator[Mapped]) -> Generator[Mapped]:
    """The same batches; read by a thread while others are written."""
    ready: Queue[Mapped | BaseException | None] = Queue(AHEAD)
    stopped = threading.Event()

    def read() -> None:
        last: Mapped | BaseException | None = None
        try:
            for mapped in batches:
                ready.put(mapped)
                if stopped.is_set():
                    break
        except BaseException as problem:  # noqa: BLE001  (raised where the rows are taken)
            last = problem
        ready.put(last)

    thread = threading.Thread(target=read, name="queti-import-reader", daemon=True)
    thread.start()
    try:
        while (mapped := ready.get()) is not None:
            if isinstance(mapped, BaseException):
                raise mapped
            yield mapped
    finally:
        stopped.set()
        while thread.is_alive():
            with suppress(Empty):
                ready.get(timeout=0.05)


def _converted(work: Work, prepared: Prepared, mapped: Mapped, report: Report) -> list[_Row]:
    problems = [_cell_problem(prepared, cell) for cell in mapped.wrong]
    problems += [Problem(row, error.says("en"), error.says("zh"), error.code) for row, error in mapped.refused]
    report.total += len(mapped.rows) + len({problem.row for problem in problems})
    report.left_out += mapped.left_out
    problems += resolve_links(work, prepared, mapped.rows)
    report.add(problems)
    bad = {problem.row for problem in problems}
    return [_Row(number, values) for number, values in mapped.rows.items() if number not in bad]


def _cell_problem(prepared: Prepared, wrong: Wrong) -> Problem:
    return Problem(
        row=wrong.row,
        en=wrong.error.en,
        zh=wrong.error.zh,
        code=wrong.error.code,
        field=".".join(wrong.input.path),
        column=prepared.headings.get(wrong.input.column, wrong.input.column),
        value=wrong.text,
    )


class _Writer:
    """Writes batches, parting those that are refused."""

    def __init__(self, work: Work, prepared: Prepared, outcome: Outcome, *, writes: bool) -> None:
        self.work = work
        self.prepared = prepared
        self.outcome = outcome
        self.writes = writes
        self.made = 0
        self.keys = Keys(work, prepared)

    def write(self, rows: list[_Row]) -> None:
        if not rows:
            return
        try:
            with self.work.attempt():
                linked, links = self._linked(rows)
                created, changed, new = self._write(linked)
        except Refusal as refusal:
            self._refused(rows, refusal)
            return
        self.keys.keep(new)
        self.made += len(new) if self.prepared.target else sum(map(len, created.values()))
        _extend(self.outcome.created, created)
        _extend(self.outcome.changed, changed)
        _extend(self.outcome.links, {name: list(found.values()) for name, found in links.items()})
        for name, found in links.items():
            self.prepared.known.setdefault(name, {}).update(found)

    def _linked(self, rows: list[_Row]) -> tuple[list[_Row], MadeLinks]:
        """The rows with what they name and nobody had, which is made with them."""
        if not self.prepared.makes:
            return rows, {}
        made = make_links(self.work, self.prepared, {row.number: row.values for row in rows})
        return [_Row(row.number, with_links(self.prepared, row.values, made)) for row in rows] if made else rows, made

    def _refused(self, rows: list[_Row], refusal: Refusal) -> None:
        placed = dict(_by_row(refusal)) if isinstance(refusal, WrongInput) else {}
        if len(rows) == 1 or not placed:
            if len(rows) == 1:
                self.outcome.report.add(_row_problems(rows[0], refusal, placed.get(0, [])))
                return
            middle = len(rows) // 2
            self.write(rows[:middle])
            self.write(rows[middle:])
            return
        for at, problems in placed.items():
            self.outcome.report.add(_row_problems(rows[at], refusal, problems))
        self.write([row for at, row in enumerate(rows) if at not in placed])

    def _write(self, rows: list[_Row]) -> tuple[Made, Made, list[_Row]]:
        """Ids of what was made and changed, and the rows that made something."""
        target = self.prepared.target
        if target is None:
            name = self.prepared.definition.target
            records = self.work.as_person.perform(name, [row.values for row in rows])
            return _ids_of(records), {}, []
        existing = self._existing(rows)
        new = [row for row, found in zip(rows, existing, strict=True) if found is None]
        new = self._without_taken(new)
        old = [(found, row.values) for row, found in zip(rows, existing, strict=True) if found is not None]
        person = self.work.as_person
        with _counted_among(rows, new):
            created = self._create(target.name, [row.values for row in new]) if new else []
        with _counted_among(rows, [row for row, found in zip(rows, existing, strict=True) if found is not None]):
            changed = [record["id"] for record in person.change(target.name, old)] if old else []
        return {target.name: created} if created else {}, {target.name: changed} if changed else {}, new

    def _create(self, target: str, rows: list[dict[str, Any]]) -> list[int]:
        person = self.work.as_person
        if not self.writes and person.check(target, rows):
            return []
        return person.add(target, rows)

    def _without_taken(self, rows: list[_Row]) -> list[_Row]:
        """Without those whose key somebody has; they are told."""
        taken = self.keys.taken(rows)
        self.outcome.report.add([problem for problem in taken.values() if problem.row not in self.keys.told])
        self.keys.told |= {problem.row for problem in taken.values()}
        return [row for place, row in enumerate(rows) if place not in taken]

    def _existing(self, rows: list[_Row]) -> list[int | None]:
        """For each row the record with the same key, as far as the person sees it: what they don't
        see is refused as the unique key refuses it."""
        target, key = self.prepared.target, self.prepared.definition.key
        if target is None or not key or len(self.work.as_person.visible_paths(target.name, key)) < len(key):
            return [None] * len(rows)
        wanted = {name: [row.values.get(name) for row in rows] for name in key}
        where = " and ".join(f"{name} in $wanted_{name}" for name in key)
        params = {f"wanted_{name}": [value for value in values if value is not None] for name, values in wanted.items()}
        seen = self._seen(target.name, where, params)
        found = [each for each in self.work.find(target.name, where, params, ["id", *key]) if each.id in seen]
        by_key = {tuple(record[name] for name in key): record.id for record in found}
        return [by_key.get(tuple(row.values.get(name) for name in key)) for row in rows]

    def _seen(self, target: str, where: str, params: dict[str, Any]) -> set[int]:
        seen: set[int] = set()
        after: str | None = None
        while True:
            page = self.work.as_person.query(
                target, where=where, params=params, fields=["id"], sort="id", limit=PAGE, after=after
            )
            seen |= {record["id"] for record in page.records}
            after = page.next
            if after is None:
                return seen


Made = dict[str, list[int]]


def _extend(kept: Made, ids: Made) -> None:
    for name, found in ids.items():
        kept.setdefault(name, []).extend(found)


class Keys:
    """Unique keys, asked about before they are refused: of the records there, and of the file's own rows."""

    def __init__(self, work: Work, prepared: Prepared) -> None:
        self.work = work
        self.target = prepared.target
        given = {entry.path[0] for entry in prepared.inputs}
        keys = self.target.keys.values() if self.target and not self.target.is_lines else ()
        self.keys = [
            key for key in keys if given >= set(key.fields) or (not key.nulls_distinct and given & set(key.fields))
        ]
        self.links = {field.path[0]: field.field.to or "" for field in prepared.inputs if field.field.type == "link"}
        self.known = prepared.known
        self.told: set[int] = set()
        self._seen: dict[str, set[int]] = {key.name: set() for key in self.keys}

    def taken(self, rows: Sequence[_Row]) -> dict[int, Problem]:
        """The rows, by place, whose key belongs to another."""
        found: dict[int, Problem] = {}
        values = [row.values for row in rows]
        for key in self.keys:
            marks = _marks(key, values)
            if marks is None:
                continue
            assert self.target is not None
            there = bulk.taken(self.work, self.target, key, values)
            seen, own = self._seen[key.name], set[int]()
            if not there and len(set(marks)) == len(marks) and seen.isdisjoint(marks):
                continue
            for place, mark in enumerate(marks):
                if mark is not None and (place in there or mark in seen or mark in own):
                    found.setdefault(place, self._problem(rows[place], key))
                elif mark is not None:
                    own.add(mark)
        return found

    def keep(self, rows: Sequence[_Row]) -> None:
        """These are written."""
        values = [row.values for row in rows]
        for key in self.keys:
            self._seen[key.name].update(mark for mark in _marks(key, values) or () if mark is not None)

    def _problem(self, row: _Row, key: Key) -> Problem:
        assert self.target is not None
        shown = ", ".join(filter(None, (self._shown(name, row.values.get(name)) for name in key.fields)))
        refusal = duplicate_key(self.target, key, shown)
        return Problem(
            row.number, refusal.says("en"), refusal.says("zh"), refusal.code, ".".join(key.fields), value=shown
        )

    def _shown(self, name: str, value: Any) -> str:
        """A link as the file calls it."""
        texts = self.known.get(self.links.get(name, ""), {})
        return next((text for text, id in texts.items() if id == value), "" if value is None else str(value))


def _marks(key: Key, rows: Sequence[dict[str, Any]]) -> list[int | None] | None:
    """Each row's values of the key as one number, None where one is blank and blanks differ; no list where links
    are named by keys."""
    columns = [[row.get(name) for row in rows] for name in key.fields]
    if any(isinstance(value, dict) for column in columns for value in column):
        return None
    if len(columns) == 1:
        return [None if value is None else hash(value) for value in columns[0]]
    blank_differs = key.nulls_distinct
    return [None if blank_differs and None in values else hash(values) for values in zip(*columns, strict=True)]


@contextmanager
def _counted_among(rows: Sequence[_Row], part: Sequence[_Row]) -> Generator[None]:
    """What is refused of a part of the rows is told by its place among all of them."""
    try:
        yield
    except WrongInput as refusal:
        places = {row.number: place for place, row in enumerate(rows)}

        def placed(problem: FieldProblem) -> FieldProblem:
            path = re.sub(r"^\[(\d+)\]", lambda found: f"[{places[part[int(found[1])].number]}]", problem.path)
            return FieldProblem(path, problem.code, problem.en, problem.zh)

        fields = [placed(problem) for problem in refusal.fields]
        raise WrongInput(summary=fields[0].en if fields else str(refusal), fields=fields) from refusal


def _by_row(refusal: WrongInput) -> Iterator[tuple[int, list[FieldProblem]]]:
    rows: dict[int, list[FieldProblem]] = {}
    for problem in refusal.fields:
        found = re.match(r"\[(\d+)\]\.?", problem.path)
        if found:
            rows.setdefault(int(found[1]), []).append(problem)
    yield from rows.items()


def _row_problems(row: _Row, refusal: Refusal, problems: list[FieldProblem]) -> list[Problem]:
    problems = problems or list(refusal.fields)
    if not problems:
        return [Problem(row.number, refusal.says("en"), refusal.says("zh"), refusal.code, refusal.field or "")]
    return [
        Problem(row.number, problem.en, problem.zh, problem.code, re.sub(r"^\[\d+\]\.?", "", problem.path))
        for problem in problems
    ]


def _ids_of(records: Any) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    several = cast("list[Any]", records) if isinstance(records, list) else [records]
    for record in several:
        if isinstance(record, Record):
            found.setdefault(record.object, []).append(record.id)
    return found
