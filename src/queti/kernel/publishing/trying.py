"""A form tried out: what a record with these values would come to, with nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from queti.kernel.errors import FieldProblem, WrongInput
from queti.kernel.model import Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.writing import entries, guards, linkage
from queti.kernel.writing.entries import Draft
from queti.kernel.writing.plans import Plan, plan_of

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
    row = {**_standing(work, found, id), **values} if id is not None else dict(values)
    if rights is not None:
        guards.refuse_unseen_links(work, rights, guards.links_of_rows(found, [row], work.model.object))
    plan = plan_of(work.model, found)
    drafts, problems = _read(work, plan, row)
    work.is_persons = rights is not None
    try:
        entries.complete(work, plan, plan.creation, drafts)
    except WrongInput as wrong:
        told = {each.path for each in problems}
        problems += [each for each in wrong.fields if each.path not in told]
    return {
        "values": _shown(work, rights, found, drafts[0].values),
        "problems": problems,
        "linkage": dict(_linkage(work, plan, drafts)),
    }


def _standing(work: Work, object: Object, id: int) -> Values:
    """What was entered into the record that is there, as far as the person sees it."""
    return _entered(work, object, work.as_person.fetch(object.name, id))


def _entered(work: Work, object: Object, shown: Mapping[str, Any]) -> Values:
    row: Values = {}
    for name, value in shown.items():
        entry = object.fields.get(name)
        if entry is None or entry.is_system or entry.is_computed or entry.type.name == "serial":
            continue
        is_list = entry.type.name == "lines"
        child = work.model.object(entry.target or "") if is_list else object
        row[name] = [_entered(work, child, line) for line in value or ()] if is_list else value
    if object.is_lines:
        row.pop(object.definition.parent_field, None)
    return row


def _read(work: Work, plan: Plan, row: Values) -> tuple[list[Draft], list[FieldProblem]]:
    """What can be read of the row; the rest are problems."""
    problems: list[FieldProblem] = []
    while True:
        try:
            return entries.read(work, plan, [row]), problems
        except WrongInput as wrong:
            problems += wrong.fields
            kept = {name: value for name, value in row.items() if not any(_is_of(each, name) for each in wrong.fields)}
            row = kept if len(kept) < len(row) else {}


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


def _linkage(work: Work, plan: Plan, drafts: Sequence[Draft]) -> Iterator[tuple[str, Values]]:
    for row in linkage.rows_of(work, plan, plan.creation, drafts, linkage.Past()):
        definitions = [each.linkage.definition for each in row.holding]
        yield (
            row.prefix.rstrip("."),
            {
                "holding": [each.linkage.name for each in row.holding],
                "hidden": sorted(row.hidden),
                "required": sorted({name for each in definitions for name in each.require}),
                "locked": sorted({name for each in definitions for name in each.lock}),
                "choices": {name: taken for each in definitions for name, taken in each.choices.items()},
                "filter": {name: formula for each in definitions for name, formula in each.filter.items()},
            },
        )
