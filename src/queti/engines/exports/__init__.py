"""Records as xlsx or csv, as this person may see them, in constant memory.

Every page comes through the same guarded query as the list on the screen. A cell never
starts a formula in the reader's spreadsheet program.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import takewhile
from typing import IO, TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from queti.engines.printing.format import choice_label, in_language
from queti.kernel.definitions import FieldDef
from queti.kernel.errors import NotAllowed, Refusal
from queti.kernel.fields import FIELD_TYPES

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

Format = Literal["xlsx", "csv"]
PAGE = 1000
MOST_ROWS = 1_000_000
EXACT_DIGITS = 15
"""A spreadsheet keeps 15 significant digits; a longer number travels as text."""


class TooManyToExport(Refusal):
    """More than {limit} records fit the filter; narrow it and export the parts."""

    zh = "符合筛选条件的记录超过 {limit} 条，请缩小范围后分次导出。"
    kind = "too_large"


@dataclass(frozen=True, slots=True)
class Column:
    path: str
    heading: str
    field: FieldDef


def write_export(
    work: Work,
    object_name: str,
    out: IO[bytes],
    *,
    format: Format,
    where: str = "",
    sort: str = "",
    fields: Sequence[str] = (),
    search: str = "",
    wanted: Callable[[], bool] = lambda: True,
) -> int:
    """Write the records that fit into `out`, as long as it is wanted; answers how many.

    Raises NotAllowed without the export right, TooManyToExport, and what a query raises.
    """
    source = _exportable(work, object_name)
    columns = _columns(work, source, fields)
    rows = _rows(work, source.name, [column.path for column in columns], where, sort, search)
    rows = takewhile(lambda _: wanted(), rows)
    write = _write_xlsx if format == "xlsx" else _write_csv
    return write(columns, rows, out, work.language, ZoneInfo(work.timezone))


def refuse_unless_exportable(
    work: Work, object_name: str, *, where: str = "", sort: str = "", fields: Sequence[str] = (), search: str = ""
) -> None:
    """What `write_export` would refuse at its beginning."""
    source = _exportable(work, object_name)
    paths = [column.path for column in _columns(work, source, fields)]
    work.as_person.query(source.name, where=where, sort=sort, fields=paths, limit=1, search=search)


def _exportable(work: Work, object_name: str) -> Object:
    source = work.model.object(object_name)
    if not work.as_person.rights.may(source.name, "export"):
        words = source.definition.plural or source.definition.label
        raise NotAllowed(act={"en": "export", "zh": "导出"}, what=words)
    return source


def _columns(work: Work, source: Object, fields: Sequence[str]) -> list[Column]:
    listed = [name for name, entry in source.fields.items() if entry.definition.in_list]
    wanted = list(fields) or work.as_person.visible_paths(source.name, [source.title, *listed])
    return [_column(work, source, path) for path in dict.fromkeys(wanted) if path]


def _column(work: Work, source: Object, path: str) -> Column:
    """The column of a path; a link is shown by its label."""
    headings: list[str] = []
    here: Object | None = source
    definition = FieldDef(type="text")
    for name in path.removesuffix("._label").split("."):
        if here is None or name not in here.fields:
            break
        step = here.fields[name]
        definition = step.definition
        headings.append(in_language(definition.label, work.language) or name)
        here = work.model.object(step.target) if step.target else None
    if definition.type == "link":
        return Column(f"{path.removesuffix('._label')}._label", " / ".join(headings), FieldDef(type="text"))
    return Column(path, " / ".join(headings) or path, definition)


def _rows(work: Work, name: str, fields: list[str], where: str, sort: str, search: str) -> Iterator[list[Any]]:
    after: str | None = None
    written = 0
    while True:
        page = work.as_person.query(name, where=where, sort=sort, fields=fields, limit=PAGE, after=after, search=search)
        written += len(page.records)
        if written > MOST_ROWS:
            raise TooManyToExport(limit=MOST_ROWS)
        for record in page.records:
            yield [record.get(field) for field in fields]
        if page.next is None:
            return
        after = page.next


def _write_csv(columns: list[Column], rows: Iterator[list[Any]], out: IO[bytes], language: str, zone: ZoneInfo) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow([safe_text(column.heading) for column in columns])
    written = [_in_csv(column.field, language, zone) for column in columns]
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        writer.writerow([form(value) for form, value in zip(written, row, strict=True)])
    text.flush()
    text.detach()
    return count


def _in_csv(field: FieldDef, language: str, zone: ZoneInfo) -> Callable[[Any], Any]:
    """How csv shows the values of a column. Numbers and days are text already, and no formulas."""
    if field.type in ("number", "money", "percent", "date", "integer"):
        return _as_it_is
    known: dict[Any, Any] = {None: ""}

    def shown(value: Any) -> Any:
        cell = _cell(value, field, language, zone)
        return "" if cell is None else safe_text(cell) if isinstance(cell, str) else cell

    def remembered(value: Any) -> Any:
        if value not in known:
            known[value] = shown(value)
        return known[value]

    return remembered if field.type in ("choice", "boolean") else shown


def _as_it_is(value: Any) -> Any:
    return "" if value is None else value


def safe_text(text: str) -> str:
    """Text that a spreadsheet program would take for a formula gets an apostrophe before it."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _write_xlsx(columns: list[Column], rows: Iterator[list[Any]], out: IO[bytes], language: str, zone: ZoneInfo) -> int:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    count = 0
    book: Any
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        formats = [book.add_format({"num_format": _number_format(column.field)}) for column in columns]
        for at, column in enumerate(columns):
            sheet.set_column(at, at, 26 if column.field.type in ("text", "long_text") else 15)
            sheet.write_string(0, at, column.heading, bold)
        sheet.freeze_panes(1, 0)
        for row in rows:
            count += 1
            for at, (value, column) in enumerate(zip(row, columns, strict=True)):
                _write_cell(sheet, count, at, _cell(value, column.field, language, zone), formats[at])
    return count


def _write_cell(sheet: Any, row: int, column: int, cell: Any, format: Any) -> None:
    if cell is None:
        return
    if isinstance(cell, Decimal):
        if len(cell.as_tuple().digits) > EXACT_DIGITS:
            sheet.write_string(row, column, str(cell))
        else:
            sheet.write_number(row, column, float(cell), format)
    elif isinstance(cell, (datetime, date)):
        sheet.write_datetime(row, column, cell, format)
    else:
        sheet.write_string(row, column, str(cell))


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


def _cell(value: Any, field: FieldDef, language: str, zone: ZoneInfo) -> Any:
    """A value as a cell: Decimal, date, naive local datetime, text, or None for blank."""
    if value is None:
        return None
    match field.type:
        case "number" | "money" | "percent" | "progress" | "rating":
            return Decimal(value)
        case "date":
            return date.fromisoformat(value) if isinstance(value, str) else value
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
