"""Instances at hand: their trees, states and what follows from the events that they hear."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from queti.engines.flows.addresses import addresses_of
from queti.engines.flows.interpreting import advance
from queti.engines.flows.state import Command, Event, State
from queti.engines.flows.tree import Tree
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import compiled, rows_of, scope_of, subject_of
from queti.kernel.formulas import Evaluate, FormulaError
from queti.kernel.formulas.types import Path
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.publishing.canonical import body_of, hash_of, restore

if TYPE_CHECKING:
    from queti.kernel.record import Record
    from queti.kernel.work import Work


_trees: dict[str, Tree] = {}
"""By content hash: what a hash stands for never changes."""


@dataclass(slots=True, eq=False)
class Case:
    """One instance; `row` is its record, None where it is only about to begin."""

    tree: Tree
    state: State
    record: int | None
    row: Record | None = None
    parent: int | None = None
    parent_step: str = ""
    parent_case: Case | None = None
    is_told: bool = False
    """Does its parent know that it has ended?"""
    is_followed: bool = False
    """Has who waits behind it in line been called?"""
    commands: list[Command] = field(default_factory=list[Command])
    texts: dict[str, str] = field(default_factory=dict[str, str])
    calls: dict[str, dict[str, Any]] = field(default_factory=dict[str, "dict[str, Any]"])
    """Step → what it wants called outside."""
    past: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of a run over the past: what its record held then."""
    proofs: dict[int, dict[str, Any]] = field(default_factory=dict[int, "dict[str, Any]"])
    """Task → what the trail keeps with what was decided there: a signature, files; 0: with a comment."""

    @property
    def flow(self) -> FlowDef:
        return self.tree.flow

    def tell(self, step: str, text: str, people: Iterable[int]) -> None:
        """Into the inbox of these people, with what else is written."""
        self.texts[f"message {step}"] = text
        self.texts[f"people {step}"] = ",".join(map(str, dict.fromkeys(people)))

    def waiting_at(self, step: str) -> list[int]:
        """Who has it to do there."""
        token = self.state.tokens.get(step)
        return [task.person for task in token.tasks if task.state == "open"] if token else []

    def hear(self, event: Event) -> None:
        self.state, commands = advance(self.tree, self.state, event)
        self.commands += commands


@lru_cache(maxsize=256)
def current_tree(model: Model, name: str) -> Tree:
    """The flow as the release has it; UnknownName."""
    if name not in model.flows:
        raise unknown({"en": "flow", "zh": "流程"}, name, model.flows)
    flow = model.flows[name]
    hash = hash_of("flow", body_of(flow))
    return _trees.setdefault(hash, Tree.of(flow, hash))


def trees_of(work: Work, hashes: Iterable[str]) -> Mapping[str, Tree]:
    """The versions that instances run on, whatever was published since."""
    missing = sorted({hash for hash in hashes if hash not in _trees})
    if missing:
        text = f"SELECT hash, body FROM {work.schema}.kernel_definition WHERE hash = ANY($1::text[])"
        for hash, body in work.rows(text, (missing,)):
            flow = restore("flow", body)
            assert isinstance(flow, FlowDef)
            _trees[hash] = Tree.of(flow, hash)
    return _trees


@lru_cache(maxsize=4096)
def _formula(model: Model, hash: str, text: str) -> tuple[tuple[Path, ...], Evaluate]:
    return compiled(model, _trees[hash].flow, text)


def subject(work: Work, tree: Tree) -> Object:
    found = subject_of(work.model, tree.flow)
    if found is None:
        raise unknown({"en": "object", "zh": "业务对象"}, tree.flow.object, work.model.objects)
    return found


def in_words(work: Work, problem: Refusal) -> str:
    """As who acts reads it."""
    return problem.says("zh" if work.language == "zh" else "en")


def evaluate(work: Work, cases: Sequence[Case], texts: Sequence[str]) -> list[list[Any] | Refusal]:
    """The values of these formulas of one flow over the record of each case; one read for all."""
    tree = cases[0].tree
    try:
        formulas = [_formula(work.model, tree.hash, text) for text in texts]
    except FormulaError as problem:
        return [Unreadable(problem={"en": problem.says("en"), "zh": problem.says("zh")})] * len(cases)
    paths = {path for uses, _ in formulas for path in uses}
    held = _read(work, cases, paths)
    found: list[list[Any] | Refusal] = []
    for case, values in zip(cases, held, strict=True):
        if values is None:
            found.append(RecordGone())
        else:
            computed = read_back(work.model, tree.hash, case.state.values)
            given = {**_blanks(work.model, tree.hash), **values, **case.past, **computed, **addresses_of(work, case)}
            found.append([formula(given, work.env) for _, formula in formulas])
    return found


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "number": Decimal, "money": Decimal, "date": date.fromisoformat, "moment": datetime.fromisoformat,
}  # fmt: skip


@lru_cache(maxsize=256)
def _readers(model: Model, hash: str) -> Mapping[str, Callable[[Any], Any]]:
    scope = scope_of(model, _trees[hash].flow)
    if scope is None:
        return {}
    return {name: _READERS[type.kind] for name, type in scope.computed.items() if type.kind in _READERS}


@lru_cache(maxsize=256)
def _blanks(model: Model, hash: str) -> Mapping[str, None]:
    """What no step has given a value yet, or none on this way."""
    scope = scope_of(model, _trees[hash].flow)
    return dict.fromkeys(scope.computed if scope else ())


def read_back(model: Model, hash: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Computed values as formulas know them; they are kept as text."""
    readers = _readers(model, hash)
    return {name: readers[name](value) if value is not None and name in readers else value
            for name, value in values.items()}  # fmt: skip


def _read(work: Work, cases: Sequence[Case], paths: set[Path]) -> list[dict[str, Any] | None]:
    """What the paths lead to, for each case; None where the record is gone."""
    object = subject(work, cases[0].tree)
    own = sorted({".".join(path) for path in paths if path[0] in object.fields or path[0] in object.reverse})
    ids = [case.record for case in cases if case.record is not None]
    rows = (
        {row.id: row.values for row in work.find(object.name, "id in $ids", {"ids": ids}, ["id", *own])} if ids else {}
    )
    people = [path for path in paths if path[0] == "submitter" and path[0] not in object.fields]
    users = _submitters(work, cases, people) if any(len(path) > 1 for path in people) else {}
    lines = _loop_rows(work, cases, [path for path in paths if path[0] not in object.fields])
    answers: list[dict[str, Any] | None] = []
    for case in cases:
        values = rows.get(case.record or 0)
        if values is None and (case.flow.object or own):
            answers.append(None)
            continue
        more = {"record": case.record, "submitter": case.state.submitter or None, **users.get(case.state.submitter, {})}
        answers.append({**more, **lines.get(case, {}), **(values or {})})
    return answers


def _loop_rows(work: Work, cases: Sequence[Case], paths: Sequence[Path]) -> dict[Case, dict[str, Any]]:
    """The row at which each loop is, and what lies behind it; one read a loop."""
    found: dict[Case, dict[str, Any]] = {}
    for name, object in _rows_of(work.model, cases[0].tree.hash).items():
        wanted = sorted({".".join(path[1:]) for path in paths if path[0] == name and len(path) > 1})
        at = {case: loop.rows[loop.at] for case in cases if (loop := case.state.loops.get(name)) and loop.at >= 0}
        rows = work.find(object, "id in $ids", {"ids": sorted(set(at.values()))}, ["id", *wanted]) if wanted else ()
        known = {row.id: {f"{name}.{path}": row[path] for path in wanted} for row in rows}
        blank = dict.fromkeys((name, *(f"{name}.{path}" for path in wanted)))
        for case in cases:
            row = at.get(case)
            own = {name: row, **known.get(row, {})} if row is not None else {}
            found.setdefault(case, {}).update({**blank, **own})
    return found


@lru_cache(maxsize=256)
def _rows_of(model: Model, hash: str) -> Mapping[str, str]:
    return {name: row.name for name, row in rows_of(model, _trees[hash].flow).items()}


def _submitters(work: Work, cases: Sequence[Case], paths: Sequence[Path]) -> dict[int, dict[str, Any]]:
    wanted = [".".join(path[1:]) for path in paths if len(path) > 1]
    ids = sorted({case.state.submitter for case in cases})
    rows = work.find("base.user", "id in $ids", {"ids": ids}, ["id", *wanted])
    return {row.id: {f"submitter.{path}": row[path] for path in wanted} for row in rows}


class RecordGone(Refusal):
    """The record is not there any more."""

    zh = "记录已不存在。"


class Unreadable(Refusal):
    """A formula of the flow doesn't fit the release any more: {problem}"""

    zh = "流程中的公式与当前版本不符：{problem}"
