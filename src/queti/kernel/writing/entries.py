"""From what somebody wrote to complete, checked values: the same way for one row and ten thousand.

All problems of all rows are collected and refused together, each with the path that the
writer knows: `lines[2].quantity`, in a list of several rows `[7].lines[2].quantity`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.errors import FieldProblem, WrongInput
from queti.kernel.model import Field
from queti.kernel.names import did_you_mean
from queti.kernel.record import Record
from queti.kernel.values import FieldError
from queti.kernel.writing import attending, linkage, lookups
from queti.kernel.writing.lookups import Wanted
from queti.kernel.writing.plans import MEMBERS, Check, Course, Node, Part, Plan, Step

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]
_SHOWN = 3


class Ready(dict[str, Any]):
    """A row whose values are what reading its inputs gives; links are ids."""


@dataclass(slots=True)
class Draft:
    """One root record in the making: its values with lines as mappings, and its path prefix."""

    values: Values
    prefix: str = ""
    before: dict[str, dict[int, Values]] = field(default_factory=dict[str, "dict[int, Values]"])
    """What was there, by id: the record under "", lines under their list."""
    given: dict[int, Mapping[str, Any]] = field(default_factory=dict[int, Mapping[str, Any]])
    """What somebody wrote, by the identity of the values of the row."""

    def located(self, lines: str) -> Iterable[tuple[str, Values]]:
        """(path prefix, values) of the root or of each of its lines."""
        if not lines:
            yield self.prefix, self.values
            return
        for place, line in enumerate(self.values.get(lines, ())):
            yield f"{self.prefix}{lines}[{place}].", line

    def note(self, values: Values, given: Any) -> None:
        if isinstance(given, Mapping):
            self.given[id(values)] = cast("Mapping[str, Any]", given)


def read(work: Work, plan: Plan, rows: Sequence[Mapping[str, Any]]) -> list[Draft]:
    """Typed values of new records; raises WrongInput."""
    problems: list[FieldProblem] = []
    wanted: list[Wanted] = []
    drafts: list[Draft] = []
    blank = {name: blank_part(part) for name, part in plan.parts.items()}
    if len(plan.parts) == 1 and all(isinstance(row, Ready) for row in rows):
        return _ready(plan, rows, blank[""])
    for place, row in enumerate(rows):
        prefix = f"[{place}]." if len(rows) > 1 else ""
        values = dict(blank[""])
        read_values(plan.parts[""], row, values, prefix, problems, wanted, plan.parts)
        for name in plan.parts:
            if name:
                values[name] = read_lines(plan, name, row.get(name), blank[name], prefix, problems, wanted)
        draft = Draft(values, prefix)
        draft.note(values, row)
        for name in plan.parts:
            for line, given in zip(values[name], row.get(name) or (), strict=False) if name else ():
                draft.note(line, given)
        drafts.append(draft)
    finish_reading(work, wanted, problems)
    return drafts


def _ready(plan: Plan, rows: Sequence[Mapping[str, Any]], blank: Values) -> list[Draft]:
    """Rows without lines that are read already."""
    drafts = [Draft({**blank, **row}, f"[{place}]." if len(rows) > 1 else "") for place, row in enumerate(rows)]
    if plan.creation.linked:
        for draft, row in zip(drafts, rows, strict=True):
            draft.note(draft.values, row)
    return drafts


def finish_reading(work: Work, wanted: Sequence[Wanted], problems: list[FieldProblem]) -> None:
    if wanted:
        lookups.resolve(work, wanted, problems)
    refuse(problems)


def blank_part(part: Part) -> Values:
    """Blanks for all inputs without a default: a missing key means that the default applies.
    Lists outside the aggregate are empty for a new record."""
    blanks: Values = {name: None for name, entry in part.inputs.items() if entry.default is None}
    blanks |= {name: [] for name in part.object.reverse}
    return blanks


def read_lines(
    plan: Plan,
    name: str,
    given: Any,
    blank: Values,
    prefix: str,
    problems: list[FieldProblem],
    wanted: list[Wanted],
) -> list[Values]:
    part = plan.parts[name]
    lines: list[Values] = []
    if given is None:
        return lines
    if not isinstance(given, list | tuple):
        problems.append(FieldProblem(f"{prefix}{name}", "lines", "Must be a list of lines.", "必须是明细行的列表。"))
        return lines
    for place, row in enumerate(cast("Sequence[Any]", given)):
        values = dict(blank)
        lines.append(values)
        read_values(part, row, values, f"{prefix}{name}[{place}].", problems, wanted, {})
    return lines


def read_values(
    part: Part,
    row: Any,
    values: Values,
    prefix: str,
    problems: list[FieldProblem],
    wanted: list[Wanted],
    parts: Mapping[str, Part],
) -> None:
    """The inputs that `row` gives, into `values`."""
    if isinstance(row, Ready) and row.keys() <= part.inputs.keys():
        values.update(row)
        return
    if not isinstance(row, Mapping):
        problems.append(
            FieldProblem(prefix.rstrip("."), "record", "Must be a record's fields.", "必须是一条记录的各字段。")
        )
        return
    inputs = part.inputs
    for name, given in cast("Mapping[str, Any]", row).items():
        entry = inputs.get(name)
        if entry is None:
            if name not in parts:
                problems.append(_not_an_input(part, name, prefix))
        elif given is None:
            values[name] = None
        else:
            try:
                value = entry.type.read(given.id if isinstance(given, Record) else given, entry.definition)
            except FieldError as problem:
                values[name] = None
                problems.append(FieldProblem(prefix + name, problem.code, problem.en, problem.zh))
                continue
            values[name] = value
            if entry.target is not None and isinstance(value, dict):
                values[name] = None
                wanted.append(Wanted(entry.target, name, cast("dict[str, Any]", value), values, prefix + name))


def _not_an_input(part: Part, name: str, prefix: str) -> FieldProblem:
    known = part.object.fields.get(name)
    if known is not None:
        return FieldProblem(
            prefix + name, "computed", "Is computed by the system and can't be written.", "由系统计算，不能填写。"
        )
    near = did_you_mean(name, [*part.inputs, *part.object.lines])
    return FieldProblem(
        prefix + name,
        "unknown_field",
        f"{part.object.name} has no field “{name}”. {near['en']}".strip(),
        f"{part.object.name} 没有字段“{name}”。{near['zh']}".strip(),
    )


def complete(
    work: Work, plan: Plan, course: Course, drafts: Sequence[Draft], written: frozenset[Node] | None = None
) -> None:
    """Defaults, look-ups, formulas and rules of `course`; raises WrongInput.

    `written` are the nodes that a change may have touched; None: all are new.
    """
    rows: dict[str, list[Values]] = {"": [draft.values for draft in drafts]}
    for name in plan.parts:
        if name:
            rows[name] = [line for values in rows[""] for line in values.get(name, ())]
    wrong: list[tuple[Node, Values, str]] = []
    there: lookups.There = {}
    past = linkage.past_of(work, plan, course, drafts)
    given = {row: each for draft in drafts for row, each in draft.given.items()} if course.linked else {}
    for steps, links in course.stages:
        for step in steps:
            run_step(work, step, rows)
            if step.settings:
                linkage.run_settings(work, step, rows[step.node[0]], past, given)
        if links:
            wrong += lookups.look_up(work, plan, links, rows, there)
    wrong += lookups.note_links(work, plan, _new_links(plan, drafts), there)
    linked = linkage.rows_of(work, plan, course, drafts, past)
    hidden = {id(row.values): row.hidden for row in linked}
    problems = [*_link_problems(plan, drafts, wrong), *_missing(plan, drafts, written, hidden)]
    problems += attending.attend(work, plan, drafts)
    known = {(problem.path, problem.code) for problem in problems}
    for problem in linkage.problems(work, course, linked):
        if (problem.path, problem.code) not in known:
            known.add((problem.path, problem.code))
            problems.append(problem)
    if not problems:
        problems = [problem for check in course.checks for problem in _broken(work, check, drafts)]
    refuse(problems)


def _new_links(plan: Plan, drafts: Sequence[Draft]) -> Iterable[tuple[Node, str, Values]]:
    """Links that weren't there before, each with its path and the values of its row."""
    for lines, part in plan.parts.items():
        for draft in drafts if part.links else ():
            old = draft.before.get(lines, {})
            for prefix, values in draft.located(lines):
                before = old.get(values.get("id", 0), {})
                for name in part.links:
                    if values.get(name) is not None and values[name] != before.get(name):
                        yield (lines, name), prefix + name, values


def run_step(work: Work, step: Step, rows: Mapping[str, list[Values]]) -> None:
    lines, name = step.node
    compute, env, lists, is_default = step.compute, work.env, step.uses.lists, step.is_default
    fit, definition = step.field.type.fit, step.field.definition
    linkage.copy_from_root(lines, step.uses.copies, rows)
    for values in rows[lines]:
        if lists and not (lists <= values.keys() and step.is_empty_at_first):
            values.setdefault(name, None)
        elif not is_default or name not in values:
            value = compute(values, env)
            values[name] = None if value is None else fit(value, definition)


def _missing(
    plan: Plan, drafts: Sequence[Draft], written: frozenset[Node] | None, hidden: Mapping[int, set[str]]
) -> Iterable[FieldProblem]:
    for part in plan.parts.values():
        required = [entry.name for entry in part.required if written is None or (part.lines, entry.name) in written]
        least = plan.root.lines[part.lines].definition.min_rows if part.lines else 0
        if written is not None and (part.lines, MEMBERS) not in written:
            least = 0
        for draft in drafts:
            for prefix, values in draft.located(part.lines) if required else ():
                for name in required:
                    if values.get(name) is None and name not in hidden.get(id(values), ()):
                        yield FieldProblem(prefix + name, "required", "Must be filled in.", "必须填写。")
            if (
                least
                and part.lines not in hidden.get(id(draft.values), ())
                and len(draft.values.get(part.lines, ())) < least
            ):
                yield FieldProblem(
                    draft.prefix + part.lines, "min_rows", f"Needs at least {least} lines.", f"至少需要 {least} 行。"
                )


def _link_problems(
    plan: Plan, drafts: Sequence[Draft], wrong: Sequence[tuple[tuple[str, str], Values, str]]
) -> Iterable[FieldProblem]:
    if not wrong:
        return
    paths = {
        (lines, id(values)): prefix
        for lines in plan.parts
        for draft in drafts
        for prefix, values in draft.located(lines)
    }
    told = {(node, id(values)): (node, values, code) for node, values, code in wrong}
    for (lines, name), values, code in told.values():
        entry = plan.parts[lines].object.field(name)
        path = paths[lines, id(values)] + name
        if code == "not_found":
            yield lookups.not_found(path, plan.model.object(entry.target or ""), str(values[name]))
        else:
            yield _not_offered(path, entry)


def _not_offered(path: str, entry: Field) -> FieldProblem:
    condition = entry.definition.filter
    return FieldProblem(
        path, "not_offered", f"Can't be chosen here: must fit “{condition}”.", f"此处不能选择：须满足“{condition}”。"
    )


def _broken(work: Work, check: Check, drafts: Sequence[Draft]) -> Iterable[FieldProblem]:
    env, holds, definition = work.env, check.holds, check.rule.definition
    linkage.copy_from_root(check.lines, check.uses.copies, {"": [draft.values for draft in drafts]})
    for draft in drafts:
        for prefix, values in draft.located(check.lines):
            if holds(values, env) is not True:
                say = definition.say
                yield FieldProblem(
                    (prefix + definition.field).rstrip("."),
                    check.rule.name,
                    say.get("en") or next(iter(say.values()), check.rule.name),
                    say.get("zh") or say.get("en", check.rule.name),
                )


def refuse(problems: Sequence[FieldProblem]) -> None:
    """Raise WrongInput when there are problems."""
    if problems:
        raise WrongInput(
            summary={"en": _summary(problems, "en"), "zh": _summary(problems, "zh")}, fields=list(problems)
        )


def _summary(problems: Sequence[FieldProblem], language: str) -> str:
    shown = "; ".join(
        f"{problem.path}: {problem.says('zh' if language == 'zh' else 'en')}" if problem.path else problem.en
        for problem in problems[:_SHOWN]
    )
    more = len(problems) - _SHOWN
    if more <= 0:
        return shown
    return f"{shown}；另有 {more} 处。" if language == "zh" else f"{shown} … and {more} more."
