"""Where fields are kept: which physical column holds which field, now and in earlier releases.

A release's storage says for each object its table, `columns` (field → [column, type]) and
`retired` (column → [field, type]). A retired column keeps its data; a field that comes
back with the same type gets its column back, one of another type gets a new column.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from queti.kernel.model import Field, Index, Object, Storage, TableStorage
from queti.kernel.publishing.choices import CHOICE_TYPES, column_mark

LONGEST_NAME = 63


def content_name(table: str, parts: Iterable[str], ending: str, content: object) -> str:
    """A name that says what it is and changes with its content, so that names alone can be compared."""
    mark = hashlib.sha256(repr(content).encode()).hexdigest()[:6]
    name = "_".join([table, *parts])[: LONGEST_NAME - len(ending) - len(mark) - 2]
    return f"{name}_{ending}_{mark}"


def table_name(object: str) -> str:
    return object.replace(".", "_")


def next_storage(
    known: Mapping[str, TableStorage],
    fields: Mapping[str, Mapping[str, str]],
    renamed: Mapping[str, Mapping[str, str]] | None = None,
) -> Storage:
    """The storage after `known` for objects whose stored fields have these column types.

    `renamed`: by object, the old names of fields and their new ones.
    """
    following: Storage = {}
    for object in {**known, **fields}:
        before = known.get(object) or TableStorage(table=table_name(object), columns={}, retired={})
        following[object] = _next_table(before, fields.get(object, {}), (renamed or {}).get(object, {}))
    return following


def _next_table(before: TableStorage, fields: Mapping[str, str], renamed: Mapping[str, str]) -> TableStorage:
    columns: dict[str, list[str]] = {}
    retired = dict(before["retired"])
    for known, kept in before["columns"].items():
        field = known if known in fields else renamed.get(known, known)
        if fields.get(field) == kept[1] and (field == known or field not in before["columns"]):
            columns[field] = list(kept)
        else:
            retired[kept[0]] = [known, kept[1]]
    for field, type in fields.items():
        if field not in columns:
            columns[field] = [column_for(field, type, columns, retired), type]
            retired.pop(columns[field][0], None)
    return TableStorage(table=before["table"], columns=columns, retired=retired)


def column_for(field: str, type: str, columns: Mapping[str, list[str]], retired: Mapping[str, list[str]]) -> str:
    for column, kept in retired.items():
        if kept == [field, type]:
            return column
    taken = {kept[0] for kept in columns.values()} | retired.keys()
    name, place = field, 2
    while name in taken:
        name, place = f"{field}__{place}", place + 1
    return name


def with_columns_of(current: Mapping[str, TableStorage], target: Mapping[str, TableStorage]) -> Storage:
    """`current`, but fields use the columns that they had in `target`: the way back of a rollback."""
    back: Storage = {}
    for object, now in current.items():
        then = target.get(object)
        columns = dict(then["columns"]) if then else {}
        used = {kept[0] for kept in columns.values()}
        retired = {**now["retired"], **{kept[0]: [field, kept[1]] for field, kept in now["columns"].items()}}
        back[object] = TableStorage(
            table=now["table"],
            columns=columns,
            retired={column: kept for column, kept in retired.items() if column not in used},
        )
    return back


def make_table(object: Object, schema: str, storage: TableStorage) -> sa.Table:
    """The SQLAlchemy table, keyed by field names; also sets the fields' columns."""
    columns: list[sa.Column[Any]] = []
    for field in object.fields.values():
        kept = storage["columns"].get(field.name)
        field.column = None
        if kept is not None and field.type.column is not None:
            field.column = sa.Column(kept[0], field.type.column(field.definition), key=field.name)
            columns.append(field.column)
    if "search" in storage["columns"]:
        columns.append(sa.Column("search", sa.Text()))
    object.retired = {column: field for column, (field, _) in storage["retired"].items()}
    object.stored = tuple(field for field in object.fields.values() if field.column is not None)
    return sa.Table(storage["table"], sa.MetaData(), *columns, schema=schema)


def column_types(object: Object) -> dict[str, str]:
    """Each stored field's column type, the search column included."""
    types = {
        field.name: column_type(field)
        for field in object.fields.values()
        if field.type.column is not None and not field.is_live
    }
    if not object.is_lines and not object.definition.append_only:
        types["search"] = "TEXT"
    return types


def column_type(field: Field) -> str:
    """As PostgreSQL names it; what the values mean belongs to it: a link's target, types that share their columns
    with no other, choices that were rewritten."""
    type = field.type.ddl(field.definition)
    if field.type.is_special:
        return f"{type} /* {field.type.name} */"
    if field.declared in CHOICE_TYPES and (mark := column_mark(field.definition)):
        return f"{type} /* {mark} */"
    return f"{type} /* {field.target} */" if field.type.name == "link" and not field.is_system else type


def base_type(type: str) -> str:
    """Without what it means."""
    return type.partition(" /*")[0]


def indexes_of(object: Object, scoped: Iterable[str]) -> tuple[Index, ...]:
    """Links, unique keys, the default sort, scope fields with the sort behind, searchable text."""
    made: dict[tuple[Any, ...], Index] = {}
    alive = "trashed_at IS NULL" if object.has_trash else ""

    def add(columns: tuple[tuple[str, bool], ...], where: str = "", method: str = "btree") -> None:
        if columns:
            parts = [column for column, _ in columns if column != "id"]
            name = content_name(object.table.name, parts, "idx", (columns, where, method))
            made.setdefault((columns, where), Index(name, columns, where=where, method=method))

    for key in object.keys.values():
        columns = tuple((column_name(object, field), False) for field in key.fields)
        made[(columns, key.where, key.name)] = Index(
            key.index, columns, unique=True, nulls_distinct=key.nulls_distinct, where=key.where, key=key.name
        )
    sort = sort_columns(object)
    if object.is_lines:
        add(((column_name(object, object.definition.parent_field), False), ("position", False)))
    elif object.definition.sort:
        add(sort, alive)
    scope_fields = [name for name in scoped if name in object.fields and object.fields[name].is_stored]
    for name in scope_fields:
        column = column_name(object, name)
        behind = sort if object.fields[name].type.name in _DISCRETE else ()
        add(((column, False), *(entry for entry in behind if entry[0] != column)), alive)
    leading = {index.columns[0][0] for index in made.values()}
    for field in object.stored:
        if _wants_index(field) and field.column is not None and field.column.name not in leading:
            add(((field.column.name, False),))
    for field in object.stored:
        if field.type.holds_files and field.column is not None:
            add(((field.column.name, False),), method="gin")  # who may name a file: those who see it somewhere
    if object.has_search and object.searched:
        add((("search", False),), alive, method="gin")
    return tuple(made.values())


_DISCRETE = {"link", "choice", "tree_choice", "role", "region", "boolean", "text"}
"""Types of few values each with many rows: behind one value the rows stand in the default sort."""


def sort_columns(object: Object) -> tuple[tuple[str, bool], ...]:
    """Physical columns of the default sort, closed by id, which runs as the last sort column does."""
    columns: list[tuple[str, bool]] = []
    for entry in filter(None, (part.strip() for part in object.definition.sort.split(","))):
        name = entry.lstrip("-+")
        found = object.fields.get(name)
        if found is None or not found.is_stored:
            return ()
        columns.append((column_name(object, name), entry.startswith("-")))
    if not any(column == "id" for column, _ in columns):
        columns.append(("id", columns[-1][1] if columns else False))
    return tuple(columns)


def column_name(object: Object, field: str) -> str:
    column = object.fields[field].column
    assert column is not None, f"{object.name}.{field} has no column"
    return column.name


def _wants_index(field: Field) -> bool:
    if field.is_system:
        return False
    return field.type.name == "link" or field.definition.index
