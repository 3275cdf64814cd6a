"""Linkage: fields that behave otherwise while a formula over the record holds; the same at every entrance.

- `hide`, `show`: a hidden field asks for nothing: nothing that requires it bites. People can't write a value into it;
  a value that stands there, or a blank, may be given again. A field with `show` is hidden unless one of them holds.
- `lock`: people can't change the field while the linkage held *before* the write, so that what signs a record off may
  still fill it in. What one linkage both locks and sets is its own to determine: there another value of a person is
  refused in the same write too, also in that which makes the record.
- `require`, `choices`, `filter` bind everyone, when a write touches the field or what the linkage looks at.
- `set` writes into a new record while it holds, and on a change when it begins to hold or when what its formula
  answers has changed by this write. A value given for the field in the same write stays, whoever gives it. Later
  writes leave it alone until one of the two happens again. Of several that hold, the last by order wins.

Settings run between formulas in dependency order (see plans), and look-ups are one query per target for all rows.
Derived writes (roll-ups, lookups of other records) don't set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.definitions import Words
from queti.kernel.errors import FieldProblem
from queti.kernel.model import Field
from queti.kernel.writing import lookups
from queti.kernel.writing.plans import Course, Linked, Part, Plan, Step

if TYPE_CHECKING:
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft

Values = dict[str, Any]
Rows = Mapping[str, Sequence[Values]]


@dataclass(slots=True)
class Past:
    """The rows of a write as they were, by the identity of their values; nothing for new ones."""

    rows: dict[str, list[Values]] = field(default_factory=lambda: {"": []})
    by_row: dict[int, Values] = field(default_factory=dict[int, Values])

    def of(self, values: Values) -> Values | None:
        return self.by_row.get(id(values))

    def add(self, lines: str, values: Values, old: Mapping[str, Any]) -> Values:
        copied = self.by_row[id(values)] = dict(old)
        self.rows.setdefault(lines, []).append(copied)
        return copied


def past_of(work: Work, plan: Plan, course: Course, drafts: Sequence[Draft]) -> Past:
    """What was, with what linkage looks up beside it."""
    past = Past()
    for draft in drafts if course.linked else ():
        old = draft.before.get("", {}).get(draft.values.get("id", 0))
        if old is not None:
            _remember(past, plan, draft, old)
    if past.by_row:
        lookups.look_up(work, plan, course.past, past.rows, {})
        for each in (*course.linked, *course.past_live):
            copy_from_root(_lines_of(each), each.uses.copies, past.rows)
        for step in course.past_live:
            for values in past.rows.get(step.node[0], ()):
                values[step.node[1]] = step.field.fit(step.compute(values, work.env))
    return past


def _remember(past: Past, plan: Plan, draft: Draft, old: Mapping[str, Any]) -> None:
    root = past.add("", draft.values, old)
    for name in plan.parts:
        if name and name in draft.before:
            lines = draft.before[name]
            here = {line["id"]: line for line in draft.values[name] if line.get("id") in lines}
            root[name] = [past.add(name, here.get(id, {}), line) for id, line in lines.items()]


def copy_from_root(lines: str, copies: Mapping[str, str], rows: Rows) -> None:
    """What lines read of their record, beside their own values."""
    for root in rows[""] if copies else ():
        shared = {key: root.get(source) for key, source in copies.items()}
        for line in root.get(lines, ()):
            line.update(shared)


def _lines_of(each: Linked | Step) -> str:
    return each.lines if isinstance(each, Linked) else each.node[0]


# -- set


def run_settings(work: Work, step: Step, rows: Sequence[Values], past: Past, given: Mapping[int, Any]) -> None:
    """Write what the linkage of one field sets."""
    name, env = step.node[1], work.env
    for values in rows:
        if name in given.get(id(values), ()):
            continue
        before = past.of(values)
        for each in step.settings:
            if each.holds(values, env) is not True:
                continue
            value = step.field.fit(each.compute(values, env))
            if (
                before is None
                or each.holds(before, env) is not True
                or step.field.fit(each.compute(before, env)) != value
            ):
                values[name] = value


# -- what binds


@dataclass(slots=True)
class Row:
    """One row of a write: which of its part's linkage holds, and what it therefore hides."""

    part: Part
    draft: Draft
    prefix: str
    values: Values
    before: Values | None
    linked: list[Linked]
    holding: list[Linked]
    hidden: set[str]

    @property
    def given(self) -> Mapping[str, Any]:
        return self.draft.given.get(id(self.values), {})

    def field(self, name: str) -> Field:
        return self.part.object.fields[name]

    def is_blank(self, name: str) -> bool:
        return self.values.get(name) in (None, "", [])

    def differs(self, name: str) -> bool:
        new, old = self.values.get(name), None if self.before is None else self.before.get(name)
        if self.field(name).type.name == "lines":
            return _lines_differ(new or [], old or [])
        return new != old


def _lines_differ(new: Sequence[Values], old: Sequence[Values]) -> bool:
    known = {line["id"]: line for line in old}
    return len(new) != len(old) or any(
        line.get("id") not in known or any(line.get(name) != value for name, value in known[line["id"]].items())
        for line in new
    )


def rows_of(work: Work, plan: Plan, course: Course, drafts: Sequence[Draft], past: Past) -> list[Row]:
    """All rows of the parts that have linkage."""
    by_lines: dict[str, list[Linked]] = {}
    for each in course.linked:
        by_lines.setdefault(each.lines, []).append(each)
        copy_from_root(each.lines, each.uses.copies, {"": [draft.values for draft in drafts]})
    rows: list[Row] = []
    for lines, linked in by_lines.items():
        for draft in drafts:
            for prefix, values in draft.located(lines):
                holding = [each for each in linked if each.holds(values, work.env) is True]
                hidden = _hidden(linked, holding)
                rows.append(Row(plan.parts[lines], draft, prefix, values, past.of(values), linked, holding, hidden))
    return rows


def _hidden(linked: Iterable[Linked], holding: Sequence[Linked]) -> set[str]:
    shown = {name for each in holding for name in each.linkage.definition.show}
    can_show = {name for each in linked for name in each.linkage.definition.show}
    return (can_show - shown) | {name for each in holding for name in each.linkage.definition.hide}


def problems(work: Work, course: Course, rows: Iterable[Row]) -> Iterator[FieldProblem]:
    """What linkage refuses of these rows."""
    for row in rows:
        if work.is_persons:
            yield from _refused_to_people(work, row)
        touched = [each for each in row.linked if id(each) in course.touched]
        for each in touched:
            yield from _still_required(row, each)
        for each in touched:
            if each in row.holding:
                yield from (*_required(row, each), *_not_among(row, each), *_not_fitting(work, row, each))


def _refused_to_people(work: Work, row: Row) -> Iterator[FieldProblem]:
    for name in row.given.keys() & row.hidden:
        if not row.is_blank(name) and row.differs(name):
            yield FieldProblem(row.prefix + name, "hidden", "Isn't asked for here.", "此处不填写该字段。")
    for each in row.linked:
        locked = row.given.keys() & set(each.linkage.definition.lock)
        if locked and row.before is not None and each.holds(row.before, work.env) is True:
            yield from (_locked(row, name, each) for name in locked if row.differs(name))
        elif locked and each in row.holding:
            yield from (
                _locked(row, name, each) for name in locked & each.sets.keys() if _is_other(work, row, each, name)
            )


def _is_other(work: Work, row: Row, each: Linked, name: str) -> bool:
    """Did the person give another value than the linkage that locks the field sets?"""
    return row.values.get(name) != row.field(name).fit(each.sets[name](row.values, work.env))


def _locked(row: Row, name: str, each: Linked) -> FieldProblem:
    why = each.linkage.definition.label
    return _told(row.prefix + name, "locked", "Can't be changed now", "现在不能修改", why)


def _required(row: Row, each: Linked) -> Iterator[FieldProblem]:
    for name in each.linkage.definition.require:
        if name not in row.hidden and row.is_blank(name):
            yield _told(row.prefix + name, "required", "Must be filled in", "必须填写", each.linkage.definition.label)


def _still_required(row: Row, each: Linked) -> Iterator[FieldProblem]:
    """What the object requires anyway, and was not asked for while it was hidden."""
    for name in (*each.linkage.definition.show, *each.linkage.definition.hide):
        if row.field(name).definition.required and name not in row.hidden and row.is_blank(name):
            yield FieldProblem(row.prefix + name, "required", "Must be filled in.", "必须填写。")


def _not_among(row: Row, each: Linked) -> Iterator[FieldProblem]:
    for name, offered in each.linkage.definition.choices.items():
        value: Any = row.values.get(name)
        taken = set(cast("list[Any]", value)) if isinstance(value, list | tuple) else {value}
        if not row.is_blank(name) and not taken <= set(offered):
            known = row.field(name).definition.choices
            en, zh = (
                [known[choice].label.get(language, choice) for choice in offered if choice in known]
                for language in ("en", "zh")
            )
            yield FieldProblem(
                row.prefix + name, "not_offered", f"Choose one of: {', '.join(en)}.", f"只能选择：{'、'.join(zh)}。"
            )


def _not_fitting(work: Work, row: Row, each: Linked) -> Iterator[FieldProblem]:
    for name, fits in each.filters.items():
        if row.values.get(name) is not None and fits(row.values, work.env) is not True:
            why = each.linkage.definition.label
            yield _told(row.prefix + name, "not_offered", "Can't be chosen here", "此处不能选择", why)


def _told(path: str, code: str, en: str, zh: str, why: Words) -> FieldProblem:
    """With the linkage's own words, where it has some."""
    reason_en, reason_zh = why.get("en", ""), why.get("zh") or why.get("en", "")
    return FieldProblem(
        path, code, f"{en}: {reason_en}" if reason_en else f"{en}.", f"{zh}：{reason_zh}" if reason_zh else f"{zh}。"
    )
