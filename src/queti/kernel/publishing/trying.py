"""A form tried out: what a record with these values would come to, with nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.errors import FieldProblem, WrongInput
from queti.kernel.model import Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.showing import show
from queti.kernel.writing import entries, guards, linkage
from queti.kernel.writing.changing import changed_nodes
from queti.kernel.writing.entries import Draft
from queti.kernel.writing.plans import Course, Node, Plan, plan_of

if TYPE_CHECKING:
    from queti.kernel.work import Work

Values = dict[str, Any]
Tried = dict[str, Any]


def try_values(work: Work, object: str, values: Mapping[str, Any], id: int | None = None) -> Tried:
    """`{values, problems, linkage}` of a new record, or of record `id` with these values laid over it.

    Defaults, linkage, look-ups, formulas and validations run as when it is saved; `problems` is what
    saving would refuse. `linkage`: by row ("" the record, `lines[0]`), which fields are hidden,
    required, locked, and what may be chosen. Numbers that are drawn on saving stay blank.
    """
    found, rights = work.model.object(object), work.as_person.sight
    if rights is not None:
        rights.of(found).refuse_unless("see" if id is not None else "create")
        guards.refuse_unseen_links(work, rights, guards.links_of_rows(found, [values], work.model.object))
    plan = plan_of(work.model, found)
    standing = _standing(work, found, id) if id is not None else {}
    drafts, problems = _read(work, plan, _laid_over(plan, standing, values))
    course, nodes = plan.creation, None
    if id is not None:
        course, nodes = _as_change(work, plan, drafts[0], standing, values)
    work.is_persons = rights is not None
    try:
        entries.complete(work, plan, course, drafts, nodes)
    except WrongInput as wrong:
        told = {each.path for each in problems}
        problems += [each for each in wrong.fields if each.path not in told]
    return {
        "values": _shown(work, rights, found, drafts[0].values),
        "problems": problems,
        "linkage": dict(_linkage(work, plan, course, drafts)),
    }


def _standing(work: Work, object: Object, id: int) -> Values:
    """What was entered into the record, all of it: what the person doesn't see counts too. RecordNotFound."""
    work.as_person.fetch(object.name, id)
    return {**_entered(work, object, show(work, None, object, [id])[0]), "id": id}


def _laid_over(plan: Plan, standing: Mapping[str, Any], values: Mapping[str, Any]) -> Values:
    """Rows of lines that name one that is there keep what they don't give."""
    row = {**standing, **values}
    for name in plan.parts:
        if name and isinstance(values.get(name), list):
            there = {line["id"]: line for line in standing.get(name, ())}
            row[name] = [_over(there, line) for line in cast("list[Any]", row[name])]
    return row


def _over(there: Mapping[Any, Values], line: Any) -> Any:
    if not isinstance(line, dict):
        return line
    given = cast("Values", line)
    return {**there.get(given.get("id"), Values()), **given}


def _as_change(
    work: Work, plan: Plan, draft: Draft, standing: Values, values: Mapping[str, Any]
) -> tuple[Course, frozenset[Node]]:
    """What linkage looks at beside the values: the record as it was, and what was given. What to do is all that
    a new record takes; what binds is what the change touches."""
    [old], _ = _read(work, plan, standing)
    with suppress(WrongInput):
        entries.complete(work, plan, plan.creation, [old])
    draft.before = {"": {standing["id"]: old.values}}
    draft.given = {id(draft.values): values}
    for name in plan.parts:
        if name:
            draft.before[name] = {line["id"]: line for line in old.values[name]}
            rows = values.get(name) or ()
            draft.given |= {id(line): row for line, row in zip(draft.values[name], rows, strict=False)}
    nodes = changed_nodes(plan, [(standing["id"], values)])
    change = plan.course(nodes)
    return replace(plan.creation, touched=change.touched, checks=change.checks), nodes


def _entered(work: Work, object: Object, shown: Mapping[str, Any]) -> Values:
    row: Values = {}
    for name, value in shown.items():
        entry = object.fields.get(name)
        if entry is None or entry.is_system or entry.is_computed or entry.type.name == "serial":
            continue
        is_list = entry.type.name == "lines"
        child = work.model.object(entry.target or "") if is_list else object
        row[name] = [{**_entered(work, child, line), "id": line["id"]} for line in value or ()] if is_list else value
    if object.is_lines:
        row.pop(object.definition.parent_field, None)
    return row


def _read(work: Work, plan: Plan, row: Values) -> tuple[list[Draft], list[FieldProblem]]:
    """What can be read of the row, with the ids that it names; the rest are problems."""
    problems: list[FieldProblem] = []
    while True:
        try:
            drafts = entries.read(work, plan, [_without_ids(plan, row)])
            for values, given in _pairs(plan, drafts[0].values, row):
                if given.get("id") is not None:
                    values["id"] = given["id"]
            return drafts, problems
        except WrongInput as wrong:
            problems += wrong.fields
            kept = {name: value for name, value in row.items() if not any(_is_of(each, name) for each in wrong.fields)}
            row = kept if len(kept) < len(row) else {}


def _without_ids(plan: Plan, row: Values) -> Values:
    bare = {name: value for name, value in row.items() if name != "id"}
    for name in plan.parts:
        if name and isinstance(row.get(name), list):
            bare[name] = [_without_id(line) for line in row[name]]
    return bare


def _without_id(line: Any) -> Any:
    if not isinstance(line, dict):
        return line
    return {key: value for key, value in cast("Values", line).items() if key != "id"}


def _pairs(plan: Plan, values: Values, row: Values) -> Iterator[tuple[Values, Values]]:
    yield values, row
    for name in plan.parts:
        if name:
            yield from zip(values[name], row.get(name) or (), strict=False)


def _is_of(problem: FieldProblem, name: str) -> bool:
    return problem.path.partition(".")[0].partition("[")[0] == name


def _shown(work: Work, rights: Rights | None, object: Object, values: Mapping[str, Any]) -> Values:
    shown: Values = {}
    for name, entry in object.fields.items():
        if name not in values or (rights is not None and name not in rights.of(object).fields):
            continue
        if entry.type.name == "lines":
            child = work.model.object(entry.target or "")
            shown[name] = [_shown(work, rights, child, line) for line in values[name] or ()]
        elif not entry.is_system:
            shown[name] = entry.show(values[name])
    return shown


def _linkage(work: Work, plan: Plan, course: Course, drafts: Sequence[Draft]) -> Iterator[tuple[str, Values]]:
    """A field is locked by what held before the change."""
    past = linkage.past_of(work, plan, course, drafts)
    for row in linkage.rows_of(work, plan, course, drafts, past):
        definitions = [each.linkage.definition for each in row.holding]
        before = row.before
        locking = [each for each in row.linked if before is not None and each.holds(before, work.env) is True]
        locks = [each.linkage.definition for each in (row.holding if before is None else locking)]
        yield (
            row.prefix.rstrip("."),
            {
                "holding": [each.linkage.name for each in row.holding],
                "hidden": sorted(row.hidden),
                "required": sorted({name for each in definitions for name in each.require}),
                "locked": sorted({name for each in locks for name in each.lock}),
                "choices": {name: taken for each in definitions for name, taken in each.choices.items()},
                "filter": {name: formula for each in definitions for name, formula in each.filter.items()},
            },
        )
