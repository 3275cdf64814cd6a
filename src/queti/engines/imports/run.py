"""Carrying an import out through the ordinary record and operation path.

Rows go in batches; a refused batch is parted until each refusal has its row, so that one
report names every bad row and the good ones can be taken without them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from queti.engines.imports.links import resolve_links
from queti.engines.imports.mapping import Prepared, SourceRow, Wrong, cells, map_row
from queti.engines.imports.report import Problem, Report
from queti.kernel.errors import FieldProblem, Refusal, WrongInput
from queti.kernel.record import Record

if TYPE_CHECKING:
    from queti.kernel.work import Work

BATCH = 1000
Told = Callable[[int, int], None]
"""Progress: rows done, rows in all."""


@dataclass(slots=True)
class Outcome:
    """What an import did: the report, and which records it made and changed."""

    report: Report
    created: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    changed: dict[str, list[int]] = field(default_factory=dict[str, list[int]])


@dataclass(slots=True)
class _Row:
    number: int
    values: dict[str, Any]


def carry_out(work: Work, prepared: Prepared, rows: Sequence[SourceRow], told: Told | None = None) -> Outcome:
    """Write all rows that can be written; the caller commits or rolls back by the report."""
    outcome = Outcome(Report(total=len(rows)))
    good = _convert(work, prepared, rows, outcome)
    writer = _Writer(work, prepared, outcome)
    for start in range(0, len(good), BATCH):
        writer.write(good[start : start + BATCH])
        if told:
            told(min(start + BATCH, len(good)), len(good))
    outcome.report.created = sum(map(len, outcome.created.values()))
    outcome.report.changed = sum(map(len, outcome.changed.values()))
    return outcome


def _convert(work: Work, prepared: Prepared, rows: Sequence[SourceRow], outcome: Outcome) -> list[_Row]:
    problems: list[Problem] = []
    mapped: dict[int, dict[str, Any]] = {}
    report = outcome.report
    for at, row in enumerate(rows):
        if prepared.only is not None and prepared.only(cells(row.columns), prepared.env) is not True:
            report.left_out += 1
            continue
        try:
            values, wrong = map_row(prepared, row)
        except Refusal as error:
            problems.append(Problem(row.number, error.says("en"), error.says("zh"), error.code))
            continue
        if wrong:
            problems += [_cell_problem(prepared, cell) for cell in wrong]
        else:
            mapped[at] = values
    report.total -= report.left_out
    by_number = {rows[at].number: values for at, values in mapped.items()}
    problems += resolve_links(work, prepared, by_number)
    bad = {problem.row for problem in problems}
    report.add(problems)
    return [_Row(number, values) for number, values in by_number.items() if number not in bad]


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

    def __init__(self, work: Work, prepared: Prepared, outcome: Outcome) -> None:
        self.work = work
        self.prepared = prepared
        self.outcome = outcome

    def write(self, rows: list[_Row]) -> None:
        if not rows:
            return
        try:
            with self.work.attempt():
                created, changed = self._write(rows)
        except Refusal as refusal:
            self._refused(rows, refusal)
            return
        for made, ids in ((self.outcome.created, created), (self.outcome.changed, changed)):
            for name, found in ids.items():
                made.setdefault(name, []).extend(found)

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

    def _write(self, rows: list[_Row]) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        target = self.prepared.target
        if target is None:
            name = self.prepared.definition.target
            records = self.work.as_person.perform(name, [row.values for row in rows])
            return _ids_of(records), {}
        existing = self._existing(rows)
        new = [row.values for row, found in zip(rows, existing, strict=True) if found is None]
        old = [(found, row.values) for row, found in zip(rows, existing, strict=True) if found is not None]
        person = self.work.as_person
        created = person.add(target.name, new) if new else []
        changed = [record["id"] for record in person.change(target.name, old)] if old else []
        return {target.name: created} if created else {}, {target.name: changed} if changed else {}

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
                target, where=where, params=params, fields=["id"], sort="id", limit=BATCH, after=after
            )
            seen |= {record["id"] for record in page.records}
            after = page.next
            if after is None:
                return seen


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
