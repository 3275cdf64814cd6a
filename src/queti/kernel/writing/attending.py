"""New values that need more than their own shape to be judged: files, secrets, choices no longer offered.

A file may be named by whoever uploaded it, by whoever sees it in some record, and where the
same field held it before. A secret is sealed here, so that nothing behind this point knows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.errors import FieldProblem, Overtaken
from queti.kernel.model import Field, Object
from queti.kernel.reading import showing
from queti.kernel.reading.permissions import rights_of
from queti.kernel.values_parts import KEPT
from queti.store.media import RASTER, RUNS

if TYPE_CHECKING:
    from queti.kernel.reading.permissions import Rights
    from queti.kernel.work import Work
    from queti.kernel.writing.entries import Draft
    from queti.kernel.writing.plans import Plan

Values = dict[str, Any]

LARGEST = 20 * 1024 * 1024
"""Bytes of a file where its field says nothing."""
_FEW = 20
"""Records that are looked at for one file that somebody else uploaded."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """A value that wasn't there before."""

    path: str
    entry: Field
    values: Values
    before: Any
    record: int
    """Of a change: the record whose value it is; 0 for a new one."""

    @property
    def value(self) -> Any:
        return self.values[self.entry.name]

    def problem(self, code: str, en: str, zh: str) -> FieldProblem:
        return FieldProblem(self.path, code, en, zh)


def attend(work: Work, plan: Plan, drafts: Sequence[Draft]) -> list[FieldProblem]:
    """What is wrong with new values of such fields; those that are right are completed or sealed in place."""
    problems: list[FieldProblem] = []
    files: list[Fresh] = []
    for fresh in _fresh(plan, drafts):
        if fresh.entry.type.holds_files:
            files.append(fresh)
        elif fresh.entry.type.name == "encrypted":
            _seal(work, fresh)
        else:
            problems += _retired(fresh)
    return [*problems, *_attach(work, files)] if files else problems


def _fresh(plan: Plan, drafts: Sequence[Draft]) -> Iterator[Fresh]:
    for lines, part in plan.parts.items():
        names = attended(part.object)
        for draft in drafts if names else ():
            old = draft.before.get(lines, {})
            for prefix, values in draft.located(lines):
                before = old.get(values.get("id", 0), {})
                for name in names:
                    value = values.get(name)
                    if value is not None and value != before.get(name):
                        record = cast("int", values.get("id", 0)) if before else 0
                        yield Fresh(prefix + name, part.inputs[name], values, before.get(name), record)


@lru_cache(maxsize=1024)
def attended(object: Object) -> tuple[str, ...]:
    """The fields whose new values are looked at."""
    return tuple(
        name
        for name, entry in object.fields.items()
        if entry.type.attends
        and not entry.is_computed
        and (not entry.definition.choices or any(choice.retired for choice in entry.definition.choices.values()))
    )


# --- secrets and choices


def _seal(work: Work, fresh: Fresh) -> None:
    if fresh.value == KEPT:
        fresh.values[fresh.entry.name] = fresh.before
    else:
        fresh.values[fresh.entry.name] = work.platform.keys.seal(fresh.value, place_of(fresh.entry))


def place_of(entry: Field) -> str:
    """What a sealed value belongs to: it opens nowhere else, and where its field is renamed it stays."""
    assert entry.column is not None
    return sealed_at(entry.object.name, entry.column.name)


def sealed_at(object: str, column: str) -> str:
    return f"{object}.{column}"


def _retired(fresh: Fresh) -> Iterator[FieldProblem]:
    before, taken = _choices(fresh.before), _choices(fresh.value)
    for name in taken:
        choice = fresh.entry.definition.choices.get(name)
        if choice is not None and choice.retired and name not in before:
            yield fresh.problem("retired", f"“{name}” is no longer offered.", f"“{name}”已停用。")


def _choices(value: Any) -> list[str]:
    return cast("list[str]", value) if isinstance(value, list) else [value]


# --- files


def _attach(work: Work, files: Sequence[Fresh]) -> Iterable[FieldProblem]:
    """Each file is known, allowed for this person and fits its field; then the value tells its name, size and type."""
    known = known_files(work, {id for fresh in files for id in _named(fresh.value)})
    problems: list[FieldProblem] = []
    taken: set[int] = set()
    for fresh in files:
        kept = _named(fresh.before)
        for id in _named(fresh.value):
            if id not in known or (id not in kept and not _may_name(work, fresh, id, known[id])):
                problems.append(fresh.problem("file", f"There is no file {id}.", f"没有文件 {id}。"))
            elif id not in kept:
                taken.add(id)
                problems += _misfits(fresh, known[id])
        if all(id in known for id in _named(fresh.value)):
            fresh.values[fresh.entry.name] = _told(fresh.value, known)
    mark_attached(work, taken)
    return problems


def _named(value: Any) -> list[int]:
    files: list[Mapping[str, Any]] = cast("Any", value) if isinstance(value, list) else [value] if value else []
    return [file["file"] for file in files]


def _told(value: Any, known: Mapping[int, Mapping[str, Any]]) -> Any:
    if isinstance(value, list):
        return [_told(each, known) for each in cast("list[Any]", value)]
    found = known[value["file"]]
    return {"file": value["file"], "name": found["name"], "size": found["size"], "type": found["type"]}


def known_files(work: Work, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """`{name, size, type, digest, uploaded_by}` of uploads, by id."""
    names = ("name", "size", "type", "digest", "uploaded_by")
    rows = work.rows(
        f"SELECT id, {', '.join(names)} FROM {work.schema}.kernel_file WHERE id = ANY($1::bigint[])",
        (sorted(ids),),
    )
    return {id: dict(zip(names, row, strict=True)) for id, *row in rows}


def mark_attached(work: Work, ids: Iterable[int]) -> None:
    """They stand somewhere now, so the sweep leaves them. Raises Overtaken where it was there first."""
    wanted = sorted(ids)
    if wanted and not work.reads_only:
        marked = f"UPDATE {work.schema}.kernel_file SET attached_at = coalesce(attached_at, $2)"
        if work.execute(f"{marked} WHERE id = ANY($1::bigint[])", (wanted, work.now)) < len(wanted):
            raise Overtaken(what={"en": "file", "zh": "文件"})


def _may_name(work: Work, fresh: Fresh, id: int, found: Mapping[str, Any]) -> bool:
    who = work.who
    if who.user is None:
        return who.administers or id in who.brought
    return found["uploaded_by"] == who.user or held_before(work, fresh, id) or sees_file(work, id)


def held_before(work: Work, fresh: Fresh, id: int) -> bool:
    """Did this field of this record hold the file earlier? Then it may come back."""
    if not fresh.record or fresh.entry.object.is_lines:
        return False
    places = "jsonb_path_exists(changes -> $3::text, '$.**.file ? (@ == $id)', jsonb_build_object('id', $4::bigint))"
    of_record = f"SELECT 1 FROM {work.schema}.kernel_history WHERE object = $1 AND record_id = $2"
    named = fresh.entry.object.name, fresh.record, fresh.entry.in_history, id
    return bool(work.column(f"{of_record} AND {places} LIMIT 1", named))


def sees_file(work: Work, id: int) -> bool:
    """Does the person see the file in a field of some record?"""
    rights = rights_of(work.model, work.who.roles)
    return any(
        _shows(work, rights, object, entry, id) for object in work.model.objects.values() for entry in _files_of(object)
    )


@lru_cache(maxsize=1024)
def _files_of(object: Object) -> tuple[Field, ...]:
    return tuple(entry for entry in object.stored if entry.type.holds_files)


def _shows(work: Work, rights: Rights, object: Object, entry: Field, id: int) -> bool:
    if not rights.sees(object) or entry.name not in rights.of(object).fields or entry.column is None:
        return False
    column = f'"{entry.column.name}"'
    found = work.column(
        f'SELECT id FROM {work.schema}."{object.table.name}" WHERE {column} @> $1::jsonb ORDER BY id LIMIT {_FEW}',
        (f'[{{"file": {id}}}]' if entry.type.name == "files" else f'{{"file": {id}}}',),
    )
    shown = showing.seen(work, rights, object, found, "without") if found else {}
    return any(id in _named(record.get(entry.name)) for record in shown.values())


def _misfits(fresh: Fresh, found: Mapping[str, Any]) -> Iterator[FieldProblem]:
    field, name = fresh.entry.definition, found["name"]
    most = field.max_size or LARGEST
    if found["size"] > most:
        yield fresh.problem("too_large", f"“{name}” has more than {most} bytes.", f"“{name}”超过 {most} 字节。")
    if not is_accepted(fresh.entry, found["type"]):
        wanted = ", ".join(field.accept) or ("images" if _is_picture(fresh.entry) else "documents and images")
        yield fresh.problem(
            "type",
            f"“{name}” is {found['type']}; this field takes {wanted}.",
            f"“{name}”的类型是 {found['type']}，此字段接受 {wanted}。",
        )


def is_accepted(entry: Field, type: str) -> bool:
    """Does the field take files of this media type?"""
    wanted = entry.definition.accept
    if _is_picture(entry):
        return type in RASTER and (not wanted or _fits(type, wanted))
    return _fits(type, wanted) if wanted else type not in RUNS


def _is_picture(entry: Field) -> bool:
    return entry.type.name in ("image", "signature")


def _fits(type: str, wanted: Sequence[str]) -> bool:
    """`image/*` doesn't stand for types that can run."""
    whole = type.partition("/")[0] + "/*"
    return type in wanted or (whole in wanted and type not in RUNS)
