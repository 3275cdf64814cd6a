"""Rows with the rows of their lines: joined by columns, by another table, or as a document nests them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from queti.engines.imports.refusals import RowsApart
from queti.engines.imports.sources import MOST_HELD, Row, Source, Table, flatten, rows_at
from queti.kernel.definitions import ImportDef

Numbered = tuple[int, Row]


@dataclass(slots=True)
class SourceRow:
    """A row with the rows of its lines, before mapping."""

    number: int
    columns: Row
    lines: dict[str, list[Numbered]]


@dataclass(frozen=True, slots=True)
class Columns:
    """What formulas may name: of the row, and of its lines by their list."""

    head: frozenset[str]
    lines: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])


def is_flat(definition: ImportDef, source: Source) -> bool:
    """Does each row of one table stand for itself? Then the file is read as it is written."""
    return source.document is None and not definition.group_by and not definition.lines


def columns_of(definition: ImportDef, source: Source) -> Columns:
    """Raises UnknownTable."""
    if source.document is not None:
        rows = _document_rows(definition, source.document)
        lines = {name: _union(columns for row in rows for _, columns in row.lines[name]) for name in definition.lines}
        return Columns(_union(row.columns for row in rows), lines)
    head = source.table(definition.rows)
    tables = {name: source.table(lines.from_) if lines.from_ else head for name, lines in definition.lines.items()}
    return Columns(frozenset(head.columns), {name: frozenset(table.columns) for name, table in tables.items()})


def _union(rows: Iterable[Row]) -> frozenset[str]:
    return frozenset[str]().union(*rows)


def source_rows(definition: ImportDef, source: Source) -> Iterable[SourceRow]:
    """The rows that the definition speaks of, each with the rows of its lines. Raises UnknownTable."""
    if source.document is not None:
        return _document_rows(definition, source.document)
    table = source.table(definition.rows)
    if not definition.group_by:
        return _with_lines(definition, source, table)
    return _held(definition, table) if table.count <= MOST_HELD else _standing_together(definition, table)


def _with_lines(definition: ImportDef, source: Source, table: Table) -> Iterator[SourceRow]:
    """Each row with the rows of other tables that name it; those are held."""
    others = {name: lines for name, lines in definition.lines.items() if lines.from_}
    found = {name: _by_columns(source.table(lines.from_), list(lines.on)) for name, lines in others.items()}
    for number, columns in _numbered(table):
        row = SourceRow(number, columns, {name: [(number, columns)] for name in definition.lines})
        for name, lines in others.items():
            row.lines[name] = found[name].get(_key(columns, lines.on.values()), [])
        yield row


def _numbered(table: Table) -> Iterator[Numbered]:
    return ((number, table.named(cells)) for number, cells in table.cells())


def _key(row: Row, columns: Iterable[str]) -> tuple[str, ...]:
    return tuple(row.get(column, "") for column in columns)


def _by_columns(table: Table, columns: list[str]) -> dict[tuple[str, ...], list[Numbered]]:
    found: dict[tuple[str, ...], list[Numbered]] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        found.setdefault(_key(row, columns), []).append((number, row))
    return found


def _held(definition: ImportDef, table: Table) -> list[SourceRow]:
    """The rows of one record may stand anywhere: all are in memory."""
    groups: dict[tuple[str, ...], list[Numbered]] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        groups.setdefault(_key(row, definition.group_by), []).append((number, row))
    return [_record(definition, rows) for rows in groups.values()]


def _standing_together(definition: ImportDef, table: Table) -> Iterator[SourceRow]:
    """The rows of one record follow each other: one record is in memory. Raises RowsApart."""
    ended: set[int] = set()
    for key, rows in groupby(_numbered(table), lambda row: _key(row[1], definition.group_by)):
        record = _record(definition, list(rows))
        if hash(key) in ended:
            columns = ", ".join(table.headings.get(name, name) for name in definition.group_by)
            raise RowsApart(row=record.number, columns=columns)
        ended.add(hash(key))
        yield record


def _record(definition: ImportDef, rows: list[Numbered]) -> SourceRow:
    number, columns = rows[0]
    return SourceRow(number, columns, {name: list(rows) for name in definition.lines})


def _document_rows(definition: ImportDef, document: Any) -> Sequence[SourceRow]:
    rows: list[SourceRow] = []
    for number, raw in enumerate(rows_at(document, definition.rows), start=1):
        row = SourceRow(number, flatten(raw), {})
        for name, lines in definition.lines.items():
            from_root = lines.from_.startswith("/")
            found = rows_at(document if from_root else raw, lines.from_.lstrip("/"))
            row.lines[name] = [(number, flatten(inner)) for inner in found]
        rows.append(row)
    return rows
