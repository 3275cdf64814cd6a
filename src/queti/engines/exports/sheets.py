"""Columns of values as csv and xlsx."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any
from zoneinfo import ZoneInfo

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from queti.engines.exports.columns import Column
from queti.engines.printing.format import choice_label
from queti.kernel.definitions import FieldDef
from queti.kernel.fields import FIELD_TYPES

EXACT_DIGITS = 15
"""A spreadsheet keeps 15 significant digits; a longer number travels as text."""
NUMBERS = frozenset({"number", "money", "percent", "progress", "rating"})
FEW = frozenset({"choice", "tree_choice", "role", "choices", "boolean"})
"""Types of few different values: each is told once."""
STARTS = ("=", "+", "-", "@", "\t", "\r")
Parts = Iterable[Sequence[Sequence[Any]]]
"""Rows, some together."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rows are: their columns, and for whom they are told."""

    columns: Sequence[Column]
    language: str
    zone: ZoneInfo
    by_name: bool = False
    """Values as an import reads them, not as a person does."""

    def cell(self, column: Column) -> Callable[[Any], Any]:
        """How a value becomes a cell: Decimal, date, naive local datetime, text, or None for blank."""
        if column.inner:
            one, inner = self.cell(Column(column.path, column.heading, column.field)), column.inner
            return lambda records: ", ".join(str(one(record[inner])) for record in records if record[inner] is not None)
        by_name, language, zone, field = self.by_name, self.language, self.zone, column.field

        def told(value: Any) -> Any:
            return None if value is None else _cell(value, field, language, zone, by_name)

        return _remembered(told) if field.type in FEW else told


def _remembered(told: Callable[[Any], Any]) -> Callable[[Any], Any]:
    known: dict[str, Any] = {}

    def remembered(value: Any) -> Any:
        key = str(value)
        if key not in known:
            known[key] = told(value)
        return known[key]

    return remembered


# -- csv


def write_csv(sheet: Sheet, parts: Parts, out: IO[bytes]) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_text(column.heading) for column in sheet.columns])
    forms = [_in_csv(sheet, column) for column in sheet.columns]
    count = 0
    for part in parts:
        count += len(part)
        told = [form(values) for form, values in zip(forms, zip(*part, strict=True), strict=True)]
        writer.writerows(zip(*told, strict=True))
    text.flush()
    text.detach()
    return count


def _in_csv(sheet: Sheet, column: Column) -> Callable[[Sequence[Any]], Iterable[Any]]:
    """How csv shows a column's values. Numbers and days are text already, and no formulas."""
    type = "" if column.inner else column.field.type
    if type in NUMBERS or type == "date":
        return lambda values: values
    if type in ("text", "long_text"):
        return _safe_texts
    cell = sheet.cell(column)

    def told(value: Any) -> Any:
        found = cell(value)
        return safe_text(found) if isinstance(found, str) else found

    return lambda values: map(told, values)


def _safe_texts(values: Sequence[str | None]) -> list[str | None]:
    return [f"'{value}" if value and value[0] in STARTS else value for value in values]


def safe_text(text: str) -> str:
    """Text that a spreadsheet program would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text[:1] in STARTS else text


# -- xlsx


def write_xlsx(sheet: Sheet, parts: Parts, out: IO[bytes]) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    book: Any
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet()
        forms = _laid_out(book, page, sheet)
        for part in parts:
            for row in part:
                count += 1
                for at, (form, value) in enumerate(zip(forms, row, strict=True)):
                    if value is not None:
                        form(count, at, value)
    return count


def _laid_out(book: Any, page: Any, sheet: Sheet) -> list[Callable[[int, int, Any], None]]:
    """The headings; how each column writes a value into a row."""
    bold = book.add_format({"bold": True, "bottom": 1})
    for at, column in enumerate(sheet.columns):
        page.set_column(at, at, 26 if column.field.type in ("text", "long_text") else 15)
        page.write_string(0, at, column.heading, bold)
    page.freeze_panes(1, 0)
    return [_in_xlsx(book, page, sheet, column) for column in sheet.columns]


def _in_xlsx(book: Any, page: Any, sheet: Sheet, column: Column) -> Callable[[int, int, Any], None]:
    format = book.add_format({"num_format": _number_format(column.field)})
    type = "" if column.inner else column.field.type
    cell = sheet.cell(column)

    def number(row: int, column: int, value: Any) -> None:
        exact = Decimal(value)
        if len(exact.as_tuple().digits) > EXACT_DIGITS:
            page.write_string(row, column, str(exact))
        else:
            page.write_number(row, column, float(exact), format)

    def other(row: int, column: int, value: Any) -> None:
        found = cell(value)
        if isinstance(found, (datetime, date)):
            page.write_datetime(row, column, found, format)
        elif found is not None:
            page.write_string(row, column, str(found))

    if type in NUMBERS:
        return number
    return page.write_string if type in ("text", "long_text") else other


def _number_format(field: FieldDef) -> str:
    match field.type:
        case "money":
            places = 2 if field.decimals is None else field.decimals
            return "#,##0" + ("." + "0" * places if places else "")
        case "date":
            return "yyyy-mm-dd"
        case "moment":
            return "yyyy-mm-dd hh:mm:ss"
        case _:
            return "General"


# -- values


def _cell(value: Any, field: FieldDef, language: str, zone: ZoneInfo, by_name: bool) -> Any:
    match field.type:
        case "number" | "money" | "percent" | "progress" | "rating":
            return Decimal(value)
        case "date":
            return date.fromisoformat(value) if isinstance(value, str) else value
        case name if by_name:
            return FIELD_TYPES[name].write(value, field)
        case "moment":
            moment = datetime.fromisoformat(value) if isinstance(value, str) else value
            return moment.astimezone(zone).replace(tzinfo=None)
        case "boolean":
            return {"en": ("no", "yes"), "zh": ("否", "是")}[language][bool(value)]
        case "choice" | "tree_choice" | "role":
            return choice_label(field, str(value), language)
        case "choices":
            return ", ".join(choice_label(field, str(item), language) for item in value)
        case name:
            return FIELD_TYPES[name].write(value, field)
