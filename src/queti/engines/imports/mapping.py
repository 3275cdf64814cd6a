"""A mapping made ready: each input a formula over text columns, compiled once for all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from typing import TYPE_CHECKING, Any

from queti.engines.imports.sources import Row, Source, flatten, rows_at
from queti.kernel.definitions import FieldDef, ImportDef, ImportMap
from queti.kernel.errors import FieldProblem, Refusal, WrongInput
from queti.kernel.fields import FieldError, field_type
from queti.kernel.formulas import Env, Typed, check, compile_python
from queti.kernel.formulas.types import TEXT, FieldInfo, Names
from queti.kernel.names import unknown
from queti.kernel.writing.entries import Ready

if TYPE_CHECKING:
    from queti.kernel.model import Model, Object
    from queti.kernel.work import Work

ROW = "row_"
"""Prefix of the head row's columns in formulas of its lines."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input: where it goes, what it is, how its text is made."""

    path: tuple[str, ...]
    field: FieldDef
    value: Callable[[Mapping[str, Any], Env], Any]
    column: str
    """The column that the formula is made of, if it is just one; for the report."""
    is_plain: bool
    """The formula is just a column: its text is read as a person writes it."""
    memo: Memo
    """What texts were read as."""


class Memo(dict[str, Any]):
    """Text → value of a field, read once; a FieldError where it doesn't fit. Blank is None."""

    def __init__(self, field: FieldDef, *, whole: bool) -> None:
        super().__init__({"": None})
        self.field = field
        self.type = field_type(field.type)
        self.whole = whole
        """Read to the end, as the record keeps it; else as an operation takes it."""
        self.has_errors = False

    def __missing__(self, text: str) -> Any:
        value = self._read(text)
        if len(self) < MOST_REMEMBERED:
            self[text] = value
        return value

    def _read(self, text: str) -> Any:
        if self.type.name == "link":
            return LinkText(text)
        try:
            given = self.type.from_text(text, self.field)
            return self.type.read(given, self.field) if self.whole else given
        except FieldError as error:
            self.has_errors = True
            return error


MOST_REMEMBERED = 20_000


@dataclass(slots=True)
class SourceRow:
    """A row with the rows of its lines, before mapping."""

    number: int
    columns: Row
    lines: dict[str, list[tuple[int, Row]]]


@dataclass(slots=True)
class Prepared:
    """A definition compiled against a source."""

    definition: ImportDef
    target: Object | None
    inputs: Sequence[Input]
    lines: Mapping[str, Sequence[Input]]
    only: Callable[[Mapping[str, Any], Env], Any] | None
    env: Env
    headings: Mapping[str, str]
    known: dict[str, dict[str, int | None]] = dataclass_field(default_factory=dict[str, "dict[str, int | None]"])
    """Target → text of a link → the record; None where several are called so."""


def target_inputs(model: Model, name: str) -> Mapping[str, FieldDef]:
    """What can be written: the inputs of an operation, or the fields of an object with those of its lines."""
    if name in model.operations:
        return model.operations[name].inputs
    return _writable(model, model.object(name))


def _writable(model: Model, source: Object) -> dict[str, FieldDef]:
    fields = {
        name: entry.definition
        for name, entry in source.fields.items()
        if not entry.is_system and not entry.definition.formula and entry.type.column is not None
    }
    for name, entry in source.lines.items():
        child = model.object(entry.target or "")
        outer = (child.definition.parent_field, "position")
        inner = {key: value for key, value in _writable(model, child).items() if key not in outer}
        fields[name] = FieldDef(type="lines", label=entry.definition.label, of=child.name, fields=inner)
    return fields


def is_flat(definition: ImportDef, source: Source) -> bool:
    """Does each row of one table stand for itself? Then the file is read as it is written."""
    return source.document is None and not definition.group_by and not definition.lines


def source_rows(definition: ImportDef, source: Source) -> list[SourceRow]:
    """The rows that the definition speaks of, each with the rows of its lines. Raises UnknownTable."""
    if source.document is not None:
        return _document_rows(definition, source.document)
    table = source.table(definition.rows)
    numbered = list(zip(table.numbers, table.rows, strict=True))
    if definition.group_by:
        return _grouped(definition, numbered)
    rows = [SourceRow(number, columns, {}) for number, columns in numbered]
    for name, lines in definition.lines.items():
        if not lines.from_:
            for row in rows:
                row.lines[name] = [(row.number, row.columns)]
            continue
        found = _by_columns(source, lines.from_, list(lines.on))
        for row in rows:
            row.lines[name] = found.get(tuple(row.columns.get(column, "") for column in lines.on.values()), [])
    return rows


def _by_columns(source: Source, table_name: str, columns: list[str]) -> dict[tuple[str, ...], list[tuple[int, Row]]]:
    table = source.table(table_name)
    found: dict[tuple[str, ...], list[tuple[int, Row]]] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        found.setdefault(tuple(row.get(column, "") for column in columns), []).append((number, row))
    return found


def _grouped(definition: ImportDef, numbered: Sequence[tuple[int, Row]]) -> list[SourceRow]:
    groups: dict[tuple[str, ...], SourceRow] = {}
    for number, columns in numbered:
        key = tuple(columns.get(column, "") for column in definition.group_by)
        row = groups.setdefault(key, SourceRow(number, columns, {name: [] for name in definition.lines}))
        for name in definition.lines:
            row.lines[name].append((number, columns))
    return list(groups.values())


def _document_rows(definition: ImportDef, document: Any) -> list[SourceRow]:
    rows: list[SourceRow] = []
    for number, raw in enumerate(rows_at(document, definition.rows), start=1):
        row = SourceRow(number, flatten(raw), {})
        for name, lines in definition.lines.items():
            from_root = lines.from_.startswith("/")
            found = rows_at(document if from_root else raw, lines.from_.lstrip("/"))
            row.lines[name] = [(number, flatten(inner)) for inner in found]
        rows.append(row)
    return rows


def compile_mapping(work: Work, definition: ImportDef, source: Source, rows: Sequence[SourceRow] | None) -> Prepared:
    """Check and compile every formula of the mapping against the source's columns; `rows` None: a table's.

    Raises WrongInput with a problem for each input that isn't there and each formula
    that doesn't fit.
    """
    inputs = target_inputs(work.model, definition.target)
    operations = definition.target in work.model.operations
    compiler = _Compiler(work, is_open=source.document is not None, whole=not operations)
    head = set(source.table(definition.rows).columns) if rows is None else _columns(row.columns for row in rows)
    each = compiler.inputs(definition.each, inputs, head, "each")
    lines: dict[str, list[Input]] = {}
    for name, entry in definition.lines.items():
        inner = inputs.get(name)
        if inner is None or inner.type != "lines":
            compiler.problem(f"lines.{name}", unknown(_INPUT, name, inputs))
            continue
        columns = _columns(columns for row in rows or () for _, columns in row.lines.get(name, ()))
        columns |= {f"{ROW}{column}" for column in head}
        lines[name] = compiler.inputs(entry.each, inner.fields, columns, f"lines.{name}.each")
    only = compiler.formula(definition.only, head, "only") if definition.only else None
    compiler.refuse()
    return Prepared(
        definition=definition,
        target=None if operations else work.model.object(definition.target),
        inputs=each,
        lines=lines,
        only=compile_python(only) if only else None,
        env=replace(work.env, map=_maps(definition, source)),
        headings=_headings(source),
    )


_INPUT = {"en": "input", "zh": "输入项"}


def _columns(rows: Any) -> set[str]:
    found: set[str] = set()
    for row in rows:
        found.update(row)
    return found


def _headings(source: Source) -> dict[str, str]:
    headings: dict[str, str] = {}
    for table in source.tables.values():
        headings.update(table.headings)
    return headings


def _maps(definition: ImportDef, source: Source) -> Callable[[str, Any], Any]:
    """`map("status", value)` over the definition's look-up tables."""
    tables = {name: _look_up(entry, source) for name, entry in definition.maps.items()}

    def look_up(name: str, value: Any) -> Any:
        if name not in tables:
            raise unknown({"en": "look-up table", "zh": "对照表"}, name, tables)
        return tables[name].get(value) or definition.maps[name].default or None

    return look_up


def _look_up(entry: ImportMap, source: Source) -> Mapping[str, str]:
    values = dict(entry.values)
    if entry.table and entry.table in source.tables:
        for row in source.tables[entry.table].rows:
            if all(row.get(column) == value for column, value in entry.when.items()):
                values[row.get(entry.key, "")] = row.get(entry.value, "")
    return values


class _OpenNames(Names):
    """Documents leave out what is empty, so a column that this one lacks is blank and not a mistake."""

    def field(self, name: str) -> FieldInfo | None:
        return super().field(name) or FieldInfo(TEXT)


class _Compiler:
    """Compiles the formulas of one mapping and gathers what is wrong with them."""

    def __init__(self, work: Work, *, is_open: bool, whole: bool) -> None:
        self.work = work
        self.is_open = is_open
        self.whole = whole
        self.problems: list[FieldProblem] = []

    def inputs(
        self, each: Mapping[str, str], known: Mapping[str, FieldDef], columns: set[str], place: str
    ) -> list[Input]:
        made: list[Input] = []
        for name, text in each.items():
            if not text:
                continue
            at = f"{place}.{name}"
            path, field = self._find(name, known, at)
            typed = self.formula(text, columns, at)
            if field is not None and typed is not None:
                plain = text.strip("[]") if text.strip("[]") in columns else ""
                memo = Memo(field, whole=len(path) == 1 and self.whole)
                made.append(Input(path, field, compile_python(typed), plain, bool(plain), memo))
        return made

    def _find(self, name: str, known: Mapping[str, FieldDef], at: str) -> tuple[tuple[str, ...], FieldDef | None]:
        head, _, rest = name.partition(".")
        field = known.get(head)
        if field is None:
            self.problem(at, unknown(_INPUT, head, known))
            return (), None
        if not rest:
            return (head,), field
        if field.type == "group":
            path, inner = self._find(rest, field.fields, at)
            return (head, *path), inner
        target = self.work.model.object(field.to or "")
        if rest not in target.fields:
            self.problem(at, unknown(_INPUT, rest, target.fields))
            return (), None
        return (head, rest), target.fields[rest].definition

    def formula(self, text: str, columns: set[str], at: str) -> Typed | None:
        known = {column: FieldInfo(TEXT) for column in columns}
        scope = _OpenNames(known) if self.is_open else Names(known)
        try:
            return check(text, scope)
        except Refusal as refusal:
            self.problem(at, refusal)
            return None

    def problem(self, at: str, refusal: Refusal) -> None:
        self.problems.append(FieldProblem(at, refusal.code, refusal.says("en"), refusal.says("zh")))

    def refuse(self) -> None:
        if self.problems:
            raise WrongInput(summary=self.problems[0].en, fields=self.problems)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that doesn't fit: the input it was for, and why."""

    row: int
    input: Input
    text: str
    error: FieldError


@dataclass(slots=True)
class Mapped:
    """Rows as the target takes them, by their number in the file, and the cells that don't fit."""

    rows: dict[int, dict[str, Any]]
    wrong: list[Wrong]
    refused: list[tuple[int, Refusal]]
    left_out: int = 0


def map_cells(mapping: Prepared, columns: Sequence[str], rows: Sequence[tuple[int, list[str]]]) -> Mapped:
    """Many rows of a table, column by column."""
    result = Mapped({}, [], [])
    if mapping.only is not None:
        only, before = mapping.only, len(rows)
        rows = [row for row in rows if only(Cells(_blank(columns, row[1])), mapping.env) is True]
        result.left_out = before - len(rows)
    by_column = dict(zip(columns, zip(*(cells for _, cells in rows), strict=True), strict=True)) if rows else {}
    if not all(entry.is_plain and len(entry.path) == 1 for entry in mapping.inputs):
        _map_each(mapping, columns, rows, result)
        return result
    found = [list(map(entry.memo.__getitem__, by_column.get(entry.column, ()))) for entry in mapping.inputs]
    bad = _wrong_cells(mapping, by_column, rows, found, result)
    names = [entry.path[0] for entry in mapping.inputs]
    by_row = zip(*found, strict=True) if found else [()] * len(rows)
    for (number, _), values in zip(rows, by_row, strict=True):
        if number not in bad:
            given = zip(names, values, strict=True)
            result.rows[number] = Ready([pair for pair in given if pair[1] is not None])
    return result


def _blank(columns: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    return ((name, text or None) for name, text in zip(columns, cells, strict=True))


def _wrong_cells(
    mapping: Prepared,
    by_column: Mapping[str, Sequence[str]],
    rows: Sequence[tuple[int, list[str]]],
    found: Sequence[Sequence[Any]],
    result: Mapped,
) -> set[int]:
    for entry, values in zip(mapping.inputs, found, strict=True):
        if entry.memo.has_errors:
            for place, value in enumerate(values):
                if isinstance(value, FieldError):
                    result.wrong.append(Wrong(rows[place][0], entry, by_column[entry.column][place], value))
    return {wrong.row for wrong in result.wrong}


def _map_each(mapping: Prepared, columns: Sequence[str], rows: Sequence[tuple[int, list[str]]], result: Mapped) -> None:
    for number, cells in rows:
        _map_into(mapping, SourceRow(number, dict(zip(columns, cells, strict=True)), {}), result)


def map_rows(mapping: Prepared, rows: Sequence[SourceRow]) -> Mapped:
    """Rows with lines, one by one."""
    result = Mapped({}, [], [])
    for row in rows:
        if mapping.only is not None and mapping.only(cells(row.columns), mapping.env) is not True:
            result.left_out += 1
        else:
            _map_into(mapping, row, result)
    return result


def _map_into(mapping: Prepared, row: SourceRow, result: Mapped) -> None:
    try:
        values, wrong = map_row(mapping, row)
    except Refusal as refusal:
        result.refused.append((row.number, refusal))
        return
    if wrong:
        result.wrong += wrong
    else:
        result.rows[row.number] = values


def map_row(mapping: Prepared, row: SourceRow) -> tuple[dict[str, Any], list[Wrong]]:
    """The inputs of one row, and the cells that don't fit."""
    wrong: list[Wrong] = []
    values = _map(mapping, mapping.inputs, row.number, cells(row.columns), wrong)
    for name, inputs in mapping.lines.items():
        head = {f"{ROW}{column}": text or None for column, text in row.columns.items()} if row.lines.get(name) else {}
        values[name] = [
            _map(mapping, inputs, number, Cells(cells(columns) | head), wrong)
            for number, columns in row.lines.get(name, ())
        ]
    return values, wrong


class Cells(dict[str, str | None]):
    """A row as formulas see it: an empty cell is blank, and so is one that this document leaves out."""

    def __missing__(self, name: str) -> None:
        return None


def cells(columns: Row) -> Cells:
    return Cells((name, text or None) for name, text in columns.items())


def _map(mapping: Prepared, inputs: Sequence[Input], number: int, columns: Cells, wrong: list[Wrong]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for entry in inputs:
        found = columns[entry.column] if entry.is_plain else entry.value(columns, mapping.env)
        if found is None or found == "":
            continue
        try:
            _put(values, entry, _read(entry, found))
        except FieldError as error:
            wrong.append(Wrong(number, entry, str(found), error))
    return values


@dataclass(frozen=True, slots=True)
class LinkText:
    """What a person wrote for a link: a key or the name of the record meant."""

    text: str


def _read(entry: Input, found: Any) -> Any:
    if not isinstance(found, str):
        return found
    value = entry.memo[found]
    if isinstance(value, FieldError):
        raise value
    return value


def _put(values: dict[str, Any], entry: Input, value: Any) -> None:
    here = values
    for step in entry.path[:-1]:
        here = here.setdefault(step, {})
    here[entry.path[-1]] = value
