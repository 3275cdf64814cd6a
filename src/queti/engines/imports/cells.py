"""Rows of a file as the target takes them, and the cells that don't fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queti.engines.imports.grouping import SourceRow
from queti.engines.imports.mapping import ROW, Input, Prepared
from queti.engines.imports.sources import Row
from queti.kernel.errors import Refusal
from queti.kernel.fields import FieldError
from queti.kernel.writing.entries import Ready


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
    values = map_inputs(mapping, mapping.inputs, row.number, cells(row.columns), wrong)
    for name, inputs in mapping.lines.items():
        head = {f"{ROW}{column}": text or None for column, text in row.columns.items()} if row.lines.get(name) else {}
        values[name] = [
            map_inputs(mapping, inputs, number, Cells(cells(columns) | head), wrong)
            for number, columns in row.lines.get(name, ())
        ]
    return values, wrong


class Cells(dict[str, str | None]):
    """A row as formulas see it: an empty cell is blank, and so is one that this document leaves out."""

    def __missing__(self, name: str) -> None:
        return None


def cells(columns: Row) -> Cells:
    return Cells((name, text or None) for name, text in columns.items())


def map_inputs(
    mapping: Prepared, inputs: Sequence[Input], number: int, columns: Cells, wrong: list[Wrong]
) -> dict[str, Any]:
    """The values of one row or line; the cells that don't fit are added to `wrong`."""
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
