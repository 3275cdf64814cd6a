"""A report's rows as xlsx or csv: the columns and names that the screen shows, its sums below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import IO, TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

from queti.engines.exports.columns import TEXT, Column
from queti.engines.exports.sheets import Sheet, write_csv, write_xlsx
from queti.engines.printing.format import in_language
from queti.kernel.definitions import FieldDef
from queti.kernel.fields import FIELD_TYPES

if TYPE_CHECKING:
    from queti.kernel.operations import Operation
    from queti.kernel.work import Work

Row = Mapping[str, Any]
TOTAL = {"en": "Total", "zh": "合计"}


def write_report(work: Work, report: Operation, answer: Row, out: IO[bytes], *, format: Literal["xlsx", "csv"]) -> int:
    """Write what the report answered its person; answers how many rows."""
    columns = [_column(name, field, work.language) for name, field in report.columns.items()]
    tellers = [_teller(name, field) for name, field in report.columns.items()]
    rows = [[tell(row) for tell in tellers] for row in _rows(answer, _named(report), work.language)]
    write = write_xlsx if format == "xlsx" else write_csv
    return write(Sheet(columns, work.language, ZoneInfo(work.timezone)), [rows] if rows else [], out)


def _rows(answer: Row, named: str, language: str) -> Iterator[Row]:
    yield from answer["rows"]
    if totals := answer.get("totals"):
        total = in_language(TOTAL, language)
        yield {named: total, "_labels": {named: total}, **totals}


def _named(report: Operation) -> str:
    """The column that says what a row is."""
    return next((name for name, field in report.columns.items() if field.type in ("text", "link")), "")


def _column(name: str, field: FieldDef, language: str) -> Column:
    heading = in_language(field.label, language) or name
    return Column(name, heading, TEXT if field.type in ("link", "json") else field)


def _teller(name: str, field: FieldDef) -> Callable[[Row], Any]:
    """A link by its name, a document by its number, a figure as it stands."""
    match field.type:
        case "link":
            return lambda row: row["_labels"].get(name)
        case "json":
            return lambda row: row[name]["label"] if row.get(name) else None
        case type:
            show = FIELD_TYPES[type].show_or_blank
            return lambda row: show(row.get(name), field)
