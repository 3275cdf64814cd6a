"""Performing operations: calls typed by the declared inputs, all of one request together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.definitions import FieldDef
from queti.kernel.errors import FieldProblem
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.formulas import check, compile_python
from queti.kernel.formulas.types import Names
from queti.kernel.model import Model
from queti.kernel.names import did_you_mean
from queti.kernel.operations import Call, Operation
from queti.kernel.record import Record
from queti.kernel.scopes import ObjectScope
from queti.kernel.values import FieldError
from queti.kernel.writing import lookups
from queti.kernel.writing.entries import refuse
from queti.kernel.writing.lookups import Wanted

if TYPE_CHECKING:
    from queti.kernel.work import Work

Inputs = Mapping[str, FieldDef]


def perform(work: Work, name: str, calls: Sequence[Mapping[str, Any]] | Mapping[str, Any]) -> Any:
    """The operation's answer: a list with one result per call; of a single call the result itself.

    An input declared `many` that comes as a list makes a call of each element. Raises
    UnknownName, WrongInput and the operation's own refusals.
    """
    operation = work.model.operation(name)
    single = isinstance(calls, Mapping)
    typed = read_calls(work, operation, [calls] if single else calls)
    with work.doing(operation.name):
        answer: Any = operation.act(work, typed)
    if single and len(typed) == 1 and isinstance(answer, list):
        results = cast("list[Any]", answer)
        return results[0] if len(results) == 1 else results
    return answer


def read_calls(work: Work, operation: Operation, calls: Sequence[Mapping[str, Any]]) -> list[Call]:
    """Typed calls; WrongInput holds every problem of every call."""
    reading = _Reading(work)
    typed: list[Call] = []
    for place, call in enumerate(calls):
        prefix = f"[{place}]." if len(calls) > 1 else ""
        for path, given in _each(operation.inputs, call):
            typed.append(reading.call(operation.inputs, given, prefix, path))
    if reading.wanted:
        lookups.resolve(work, reading.wanted, reading.problems)
    if not operation.repeats:
        reading.refuse_repeated()
    refuse(reading.problems)
    return typed


def _each(inputs: Inputs, call: Any) -> list[tuple[str, Any]]:
    """(path of the spread element, call) for each element of the `many` input that came as a list."""
    if not isinstance(call, Mapping):
        return [("", call)]
    given = cast("Mapping[str, Any]", call)
    for name, entry in inputs.items():
        if entry.many and isinstance(given.get(name), list | tuple):
            return [(f"{name}[{place}]", {**given, name: element}) for place, element in enumerate(given[name])]
    return [("", given)]


class _Reading:
    """Problems and links to resolve of all calls read so far."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.problems: list[FieldProblem] = []
        self.wanted: list[Wanted] = []
        self.subjects: list[tuple[str, str, dict[str, Any]]] = []
        """(input, path, values of its call) of each record that a `many` input names."""

    def refuse_repeated(self) -> None:
        """An act reads all its records before it changes them: one that came twice would be served twice."""
        seen: set[tuple[str, int]] = set()
        for name, path, values in self.subjects:
            if (id := values[name]) is None:
                continue
            if (name, id) in seen:
                self.problems.append(FieldProblem(path, "repeated", "Is named more than once.", "同一记录重复出现。"))
            seen.add((name, id))

    def call(self, inputs: Inputs, given: Any, prefix: str, spread: str = "") -> Call:
        if isinstance(given, Call):
            given = given.values
        if not isinstance(given, Mapping):
            self.problems.append(
                FieldProblem(prefix.rstrip("."), "group", "Must be a set of named values.", "必须是一组有名称的值。")
            )
            return Call({})
        row = cast("Mapping[str, Any]", given)
        values: dict[str, Any] = {}
        for name, entry in inputs.items():
            value = row.get(name)
            if value is None and entry.default is None and not entry.required and entry.type != "lines":
                values[name] = None
                continue
            path = prefix + (spread if spread.startswith(f"{name}[") else name)
            values[name] = self._input(name, entry, value, values, path)
            if entry.many and entry.type == "link":
                self.subjects.append((name, path, values))
            if name not in row and values[name] is None and entry.default is not None:
                values[name] = self._default(entry)
            if entry.required and values[name] is None and value is None:
                self.problems.append(FieldProblem(path, "required", "Must be given.", "必须提供。"))
        self._refuse_unknown(inputs, row, prefix)
        return Call(values, frozenset(row))

    def _input(self, name: str, entry: FieldDef, value: Any, holder: dict[str, Any], path: str) -> Any:
        if value is None:
            return self._lines(entry, (), path) if entry.type == "lines" and not entry.required else None
        if entry.type == "group":
            return self.call(entry.fields, value, f"{path}.")
        if entry.type == "lines":
            return self._lines(entry, value, path)
        try:
            read = FIELD_TYPES[entry.type].read(value.id if isinstance(value, Record) else value, entry)
        except FieldError as problem:
            self.problems.append(FieldProblem(path, problem.code, problem.en, problem.zh))
            return None
        if entry.type == "link" and isinstance(read, dict):
            self.wanted.append(Wanted(entry.to or "", name, cast("dict[str, Any]", read), holder, path))
            return None
        return read

    def _lines(self, entry: FieldDef, value: Any, path: str) -> list[Call] | None:
        if not isinstance(value, list | tuple):
            self.problems.append(FieldProblem(path, "lines", "Must be a list of lines.", "必须是明细行的列表。"))
            return None
        rows = cast("Sequence[Any]", value)
        if len(rows) < entry.min_rows:
            least = entry.min_rows
            self.problems.append(
                FieldProblem(path, "min_rows", f"Needs at least {least} lines.", f"至少需要 {least} 行。")
            )
        return [self.call(entry.fields, row, f"{path}[{place}].") for place, row in enumerate(rows)]

    def _default(self, entry: FieldDef) -> Any:
        return compiled_default(self.work.model, entry.default or "")({}, self.work.env)

    def _refuse_unknown(self, inputs: Inputs, row: Mapping[str, Any], prefix: str) -> None:
        for name in row:
            if name not in inputs:
                near = did_you_mean(name, inputs)
                self.problems.append(
                    FieldProblem(
                        prefix + name,
                        "unknown_input",
                        f"There is no input “{name}”. {near['en']}".strip(),
                        f"没有名为“{name}”的参数。{near['zh']}".strip(),
                    )
                )


@lru_cache(maxsize=512)
def compiled_default(model: Model, text: str) -> Any:
    """Defaults of inputs may use `today()`, `me` and the company."""
    company = model.objects.get("base.company")
    special = ObjectScope(model, company).special("company") if company else None
    return compile_python(check(text, Names({}, specials={"company": special} if special else {})))
