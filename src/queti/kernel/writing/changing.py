"""Changes of records and their lines: read, locked, completed, checked and written, all rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.errors import AppendOnly, FieldProblem
from queti.kernel.model import Object
from queti.kernel.reading.search import search_text
from queti.kernel.record import Record, Rows, id_of
from queti.kernel.writing import derived, entries, listening
from queti.kernel.writing.circles import refuse_circles
from queti.kernel.writing.creating import name_lines, settle_targets
from queti.kernel.writing.entries import Draft, Values
from queti.kernel.writing.links import let_go_of_lines
from queti.kernel.writing.loading import find_locked, load_lines, lock_rows, records_of_lines, stale
from queti.kernel.writing.lookups import Wanted, not_found
from queti.kernel.writing.plans import ADDED, MEMBERS, Node, Part, Plan, plan_of
from queti.kernel.writing.statements import as_json, insert, stored_names, table, updates

if TYPE_CHECKING:
    from queti.kernel.work import Work

_SYSTEM = frozenset({"id", "version", "created_at", "created_by", "changed_at", "changed_by", "trashed_at"})


@dataclass(slots=True)
class Patch:
    """A change of some lines only: rows to add, rows with `id` to change, ids to remove. The others stay."""

    add: Sequence[Mapping[str, Any]] = ()
    change: Sequence[Mapping[str, Any]] = ()
    remove: Sequence[int | Record] = ()


@dataclass(slots=True)
class Change:
    """One record on its way: values before and after, lines by their list."""

    draft: Draft
    given: Mapping[str, Any]
    old: Values
    old_lines: dict[str, dict[int, Values]] = field(default_factory=dict[str, dict[int, Values]])
    source: Record | None = None


def change(
    work: Work, object: Object, changes: Sequence[tuple[Record | int, Mapping[str, Any]]], expect: Mapping[int, int]
) -> Rows:
    """Write what differs; the records as they are then.

    Lists of lines: rows with `id` are changed, rows without are added, those left out are
    removed; or a Patch. A line's version is its record's. Raises RecordNotFound, StaleVersion,
    WrongInput, AppendOnly.
    """
    if object.append_only:
        raise AppendOnly(what=object.definition.label or object.name)
    if object.is_lines:
        return change_lines(work, object, changes, expect)
    if not changes:
        return Rows()
    work.settle_before(object.name)
    plan = plan_of(work.model, object)
    settle_targets(work, plan)
    nodes = changed_nodes(plan, changes)
    course = plan.course(nodes)
    under_way = _load(work, plan, changes, course.lists | {lines for lines, _ in nodes if lines}, expect)
    _read(work, plan, under_way)
    entries.complete(work, plan, course, [each.draft for each in under_way], nodes)
    _write(work, plan, under_way)
    if course.remote:
        _recompute_remote(work, plan, under_way, [step.node for step in course.remote])
    return Rows(_finished(plan, each) for each in under_way)


def changed_nodes(plan: Plan, changes: Sequence[tuple[Any, Mapping[str, Any]]]) -> frozenset[Node]:
    """What may change, seen from what is given."""
    nodes: set[Node] = set()
    for _, given in changes:
        for name, value in given.items():
            if name in plan.parts and name:
                nodes |= _line_nodes(plan, name, value)
            else:
                nodes.add(("", name))
    return frozenset(nodes)


def _line_nodes(plan: Plan, name: str, value: Any) -> set[Node]:
    added, changed, removed = _sorted_out(value)
    nodes: set[Node] = {(name, each) for row in changed for each in row}
    if added:
        nodes |= {(name, ADDED), *((name, each) for each in plan.parts[name].inputs)}
    if added or removed:
        nodes.add((name, MEMBERS))
    return nodes | {(name, "position")}


def _sorted_out(value: Any) -> tuple[bool, list[Mapping[str, Any]], bool]:
    """(are rows added, rows with an id, may rows be removed) of what is written for a list of lines."""
    if isinstance(value, Patch):
        return bool(value.add), list(value.change), bool(value.remove)
    rows = cast("list[Any]", value) if isinstance(value, list | tuple) else []
    mappings = [cast("Mapping[str, Any]", row) for row in rows if isinstance(row, Mapping)]
    known = [row for row in mappings if row.get("id") is not None]
    kept = sum(isinstance(row, Record) for row in rows)
    return len(known) + kept < len(rows), known, True


# -- what is there


def _load(
    work: Work,
    plan: Plan,
    changes: Sequence[tuple[Record | int, Mapping[str, Any]]],
    lists: set[str],
    expect: Mapping[int, int],
) -> list[Change]:
    """The records as they are, held until the commit, in the order of `changes`."""
    merged: dict[int, tuple[Record | None, dict[str, Any]]] = {}
    for target, given in changes:
        source, known = merged.setdefault(id_of(target), (target if isinstance(target, Record) else None, {}))
        known.update(given)
    current = lock_rows(work, plan.root, list(merged))
    under_way: list[Change] = []
    for place, (id, (source, given)) in enumerate(merged.items()):
        old = current[id]
        if id in expect and expect[id] != old["version"]:
            raise stale(work, plan.root, old, expect[id])
        draft = Draft(dict(old), f"[{place}]." if len(merged) > 1 else "", {"": {id: old}})
        under_way.append(Change(draft, given, old, source=source))
    for name in lists:
        loaded = load_lines(work, plan, name, list(merged))
        for each in under_way:
            each.draft.values[name] = loaded[each.old["id"]]
            each.old_lines[name] = {line["id"]: dict(line) for line in loaded[each.old["id"]]}
            each.draft.before[name] = each.old_lines[name]
    return under_way


# -- what was written


def _read(work: Work, plan: Plan, under_way: Sequence[Change]) -> None:
    problems: list[FieldProblem] = []
    wanted: list[Wanted] = []
    for each in under_way:
        each.draft.note(each.draft.values, each.given)
        entries.read_values(
            plan.parts[""], each.given, each.draft.values, each.draft.prefix, problems, wanted, plan.parts
        )
        for name, given in each.given.items():
            if name in plan.parts and name:
                _read_lines(plan, name, given, each, problems, wanted)
    entries.finish_reading(work, wanted, problems)


def _read_lines(
    plan: Plan, name: str, given: Any, each: Change, problems: list[FieldProblem], wanted: list[Wanted]
) -> None:
    values, old = each.draft.values, each.old_lines[name]
    if isinstance(given, Patch):
        gone = {id_of(row) for row in given.remove}
        rows = [*given.change, *given.add]
        kept = {line["id"]: line for line in values[name] if line["id"] not in gone}
    else:
        rows, kept = cast("Any", given or []), {}
    if not isinstance(rows, list | tuple):
        problems.append(
            FieldProblem(each.draft.prefix + name, "lines", "Must be a list of lines.", "必须是明细行的列表。")
        )
        return
    here = {line["id"]: line for line in values[name]}
    blank = entries.blank_part(plan.parts[name])
    after: dict[Any, Values] = dict(kept)
    for place, row in enumerate(cast("Sequence[Any]", rows)):
        prefix = f"{each.draft.prefix}{name}[{place}]."
        line, written = _line_for(row, here, blank)
        if line is None:
            problems.append(
                FieldProblem(prefix + "id", "not_found", "This line is not there any more.", "该明细行已不存在。")
            )
            continue
        each.draft.note(line, written)
        entries.read_values(plan.parts[name], written, line, prefix, problems, wanted, {})
        after[line.get("id", ("new", place))] = line
    values[name] = list(after.values())
    each.old_lines[name] = old


def _line_for(row: Any, here: Mapping[int, Values], blank: Values) -> tuple[Values | None, Any]:
    """The line's values to write into, and what is written; None where its id is unknown."""
    if isinstance(row, Record):
        return here.get(row.id), {}
    if not isinstance(row, Mapping):
        return dict(blank), row
    given = cast("Mapping[str, Any]", row)
    if given.get("id") is None:
        return dict(blank), given
    return here.get(given["id"]), {name: value for name, value in given.items() if name != "id"}


# -- writing


def _write(work: Work, plan: Plan, under_way: Sequence[Change]) -> None:
    drafts = [each.draft for each in under_way]
    for name, part in plan.parts.items():
        if name:
            name_lines(work, part.object, name, [draft for draft in drafts if name in draft.values])
    differing = [(each, _differences(each)) for each in under_way]
    written = [(each, names) for each, names in differing if names]
    for each, _ in written:
        each.draft.values |= {"version": each.old["version"] + 1, "changed_at": work.now, "changed_by": work.who.user}
    if written:
        lists = [_sort_lines(name, [each for each, _ in written]) for name in plan.parts if name]
        _remove_lines(work, plan, lists)
        _update(work, plan, written, [each for each in lists if each.changed])
        _add_lines(work, plan, lists)
        refuse_circles(work, plan, [(each.draft, names) for each, names in written])
    for each, names in written:
        id, version, changes = each.old["id"], each.draft.values["version"], _history(plan, each, names)
        if changes:
            work.journal.note(work, "changed", plan.root.name, id, version, changes)
        else:
            work.journal.touched[plan.root.name, id] = version
    _learn(work, plan, under_way)
    listening.tell_changed(work, plan.root.name, [(each.draft.values, names) for each, names in written])


def _differences(each: Change) -> list[str]:
    """Names of fields and lists that differ."""
    new, old = each.draft.values, each.old
    names = [name for name in old if new[name] != old[name]]
    for name, lines in each.old_lines.items():
        if len(lines) != len(new[name]) or any(_line_differs(line, lines.get(line["id"])) for line in new[name]):
            names.append(name)
    return names


def _line_differs(line: Values, old: Values | None) -> bool:
    return old is None or any(line[name] != value for name, value in old.items())


@dataclass(slots=True)
class _Lines:
    """What happens to the rows of one list."""

    name: str
    gone: list[Values] = field(default_factory=list[Values])
    changed: list[tuple[Values, Values]] = field(default_factory=list[tuple[Values, Values]])
    """(after, before)."""
    new: list[Values] = field(default_factory=list[Values])

    @property
    def names(self) -> tuple[str, ...]:
        """Fields that change."""
        return tuple(sorted({key for line, old in self.changed for key, value in old.items() if line[key] != value}))


def _sort_lines(name: str, changes: Sequence[Change]) -> _Lines:
    lines = _Lines(name)
    for each in changes:
        old = each.old_lines.get(name, {})
        here = {line["id"] for line in each.draft.values.get(name, ())}
        lines.gone += [line for id, line in old.items() if id not in here]
        for line in each.draft.values.get(name, ()) if name in each.old_lines else ():
            before = old.get(line["id"])
            if before is None:
                lines.new.append(line)
            elif _line_differs(line, before):
                lines.changed.append((line, before))
    return lines


def _remove_lines(work: Work, plan: Plan, lists: Sequence[_Lines]) -> None:
    """First, so that unique keys of lines can change hands."""
    for lines in lists:
        if lines.gone:
            child = plan.parts[lines.name].object
            let_go_of_lines(work, child, [line["id"] for line in lines.gone])
            text = f"DELETE FROM {table(child)} WHERE id = ANY($1::bigint[])"
            work.execute(text, ([line["id"] for line in lines.gone],))
            derived.changed(work, plan, lines.name, child.fields, (), lines.gone)


def _update(work: Work, plan: Plan, written: Sequence[tuple[Change, list[str]]], lists: Sequence[_Lines]) -> None:
    """The records and their changed lines, in one statement."""
    root = plan.root
    names = dict.fromkeys(name for _, names in written for name in names if name not in plan.parts)
    columns = [*names, "version", "changed_at", "changed_by"]
    searched = [entry.name for entry in root.searched] if root.has_search else []
    if names.keys() & set(searched):
        columns.append("search")
        for each, _ in written:
            each.draft.values["search"] = search_text(each.draft.values[name] for name in searched)
    rows = [[{name: each.draft.values[name] for name in ("id", *columns)} for each, _ in written]]
    shape = tuple((plan.parts[lines.name].object, lines.names) for lines in lists)
    for lines, (_, changing) in zip(lists, shape, strict=True):
        rows.append([{key: line[key] for key in ("id", *changing)} for line, _ in lines.changed])
    work.execute(updates(root, tuple(sorted(columns)), shape), [as_json(part) for part in rows])
    for each, _ in written:
        each.draft.values.pop("search", None)
    after, before = [each.draft.values for each, _ in written], [each.old for each, _ in written]
    derived.changed(work, plan, "", names, after, before)
    for lines in lists:
        after, before = [line for line, _ in lines.changed], [old for _, old in lines.changed]
        derived.changed(work, plan, lines.name, lines.names, after, before)


def _add_lines(work: Work, plan: Plan, lists: Sequence[_Lines]) -> None:
    for lines in lists:
        if lines.new:
            child = plan.parts[lines.name].object
            names = stored_names(child)
            work.execute(
                insert(child, names), (as_json([{key: line.get(key) for key in names} for line in lines.new]),)
            )
            derived.changed(work, plan, lines.name, child.fields, lines.new, ())


def _history(plan: Plan, each: Change, names: Sequence[str]) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for name in names:
        if name in plan.parts:
            changes[name] = _lines_history(plan, name, each)
        elif name not in _SYSTEM:
            entry = plan.root.fields[name]
            if entry.definition.keeps_history:
                changes[entry.in_history] = [entry.show(each.old[name]), entry.show(each.draft.values[name])]
    return changes


def _lines_history(plan: Plan, name: str, each: Change) -> dict[str, Any]:
    fields = plan.parts[name].object.fields
    parent = plan.parts[name].object.definition.parent_field
    old, new = each.old_lines[name], {line["id"]: line for line in each.draft.values[name]}
    changed = {
        str(id): {
            fields[key].in_history: [fields[key].show(before), fields[key].show(new[id][key])]
            for key, before in line.items()
            if new[id][key] != before and fields[key].definition.keeps_history
        }
        for id, line in old.items()
        if id in new and _line_differs(new[id], line)
    }
    removed = {
        str(id): {
            fields[key].in_history: fields[key].show(value)
            for key, value in line.items()
            if value is not None and key not in ("id", parent) and fields[key].definition.keeps_history
        }
        for id, line in old.items()
        if id not in new
    }
    parts = {"changed": changed, "added": [id for id in new if id not in old], "removed": removed}
    return {part: value for part, value in parts.items() if value}


def _recompute_remote(work: Work, plan: Plan, under_way: Sequence[Change], nodes: Sequence[Node]) -> None:
    """Formulas over lists elsewhere: only SQL can tell them; their values then go into the answer."""
    for lines, name in nodes:
        object = plan.parts[lines].object
        rows = [
            row for each in under_way for row in (each.draft.values.get(lines, ()) if lines else (each.draft.values,))
        ]
        work.dirty.records.setdefault((object.name, name), set()).update(row["id"] for row in rows)
        work.held.watch(object.name, rows)
    work.settle()


def _learn(work: Work, plan: Plan, under_way: Sequence[Change]) -> None:
    """Before anybody is told: who changes the same records in reply begins from what was written, and knows last."""
    for each in under_way:
        work.held.learn(plan.root, each.draft.values, {name: plan.parts[name].object for name in each.old_lines})


def _finished(plan: Plan, each: Change) -> Record:
    values = each.draft.values
    for name, part in plan.parts.items():
        if name and name in values:
            values[name] = Rows(Record(part.object.name, line) for line in values[name])
    if each.source is not None:
        each.source.values.update(
            (name, value) for name, value in values.items() if name in each.source or name in each.old
        )
    return Record(plan.root.name, values)


# -- lines on their own


def add_lines(work: Work, child: Object, rows: Sequence[Mapping[str, Any]]) -> Rows:
    """New lines of records that are there; the rows name their record by id or by a unique key."""
    parent, list_name = _parent_of(child)
    patches: dict[int, Patch] = {}
    for row, record in zip(rows, records_named(work, child, rows), strict=True):
        patch = patches.setdefault(record, Patch(add=[]))
        cast("list[Any]", patch.add).append({name: value for name, value in row.items() if name != parent})
    return _patch(work, child, list_name, patches, {}, new=True)


def records_named(work: Work, child: Object, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """The record that each row of lines is for, held until the commit; WrongInput where there is none."""
    assert child.parent is not None
    work.settle_before(child.parent.name)
    parts = {"": Part("", child, {child.parent_field.name: child.parent_field}, (), {})}
    name, problems, wanted = child.parent_field.name, list[FieldProblem](), list[Wanted]()
    found: list[Values] = [{name: None} for _ in rows]
    paths = [f"[{place}].{name}" if len(rows) > 1 else name for place in range(len(rows))]
    for row, values, path in zip(rows, found, paths, strict=True):
        given = {name: row[name]} if name in row else {}
        entries.read_values(parts[""], given, values, path.removesuffix(name), problems, wanted, parts)
        if given.get(name) is None:
            problems.append(FieldProblem(path, "required", "Must be filled in.", "必须填写。"))
    entries.finish_reading(work, wanted, problems)
    locked = find_locked(work, child.parent, [values[name] for values in found])
    entries.refuse(
        [
            not_found(path, child.parent, str(values[name]))
            for path, values in zip(paths, found, strict=True)
            if values[name] not in locked
        ]
    )
    for values in locked.values():
        work.held.learn(child.parent, values)
    return [values[name] for values in found]


def change_lines(
    work: Work, child: Object, changes: Sequence[tuple[Record | int, Mapping[str, Any]]], expect: Mapping[int, int]
) -> Rows:
    """Changes of lines; `expect` has by line the version that its record must still have."""
    given = {id_of(target): values for target, values in changes}
    records = records_of_lines(work, child, list(given))
    patches: dict[int, Patch] = {}
    for id, values in given.items():
        patch = patches.setdefault(records[id], Patch(change=[]))
        cast("list[Any]", patch.change).append({**values, "id": id})
    oldest: dict[int, int] = {}
    for id, version in expect.items():
        oldest[records[id]] = min(version, oldest.get(records[id], version))
    return _patch(work, child, _parent_of(child)[1], patches, oldest, new=False)


def _parent_of(child: Object) -> tuple[str, str]:
    assert child.parent is not None, f"{child.name} has no parent"
    return child.definition.parent_field, next(
        name for name, entry in child.parent.lines.items() if entry.target == child.name
    )


def _patch(
    work: Work,
    child: Object,
    list_name: str,
    patches: Mapping[int, Patch],
    expect: Mapping[int, int],
    *,
    new: bool,
) -> Rows:
    assert child.parent is not None
    changes = [(id, {list_name: patch}) for id, patch in patches.items()]
    roots = change(work, child.parent, changes, expect)
    touched: list[Record] = []
    for root, patch in zip(roots, patches.values(), strict=True):
        ids = {id_of(row["id"]) for row in patch.change}
        lines = root[list_name]
        touched += lines[len(lines) - len(patch.add) :] if new else [line for line in lines if line.id in ids]
    return Rows(touched)
