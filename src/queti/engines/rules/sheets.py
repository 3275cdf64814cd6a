"""A table as a spreadsheet, and back: one column an input, one an output, one each for the row's own settings."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from queti.engines.imports.sources import read_source
from queti.kernel.definitions import ColumnDef, RowDef, RuleDef
from queti.kernel.names import unknown

OUTCOME = "→ "
"""Before the heading of an output."""


def write_table(rule: RuleDef) -> bytes:
    """The rows of the table; cells as they are typed."""
    out = io.BytesIO()
    book: Any = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False})
    page = book.add_worksheet("rows")
    page.freeze_panes(1, 0)
    for at, row in enumerate([_headings(rule), *(_cells(rule, row) for row in rule.rows)]):
        for column, cell in enumerate(row):
            page.write_string(at, column, cell)
    book.close()
    return out.getvalue()


def read_table(rule: RuleDef, name: str, content: bytes) -> list[dict[str, Any]]:
    """The rows of a spreadsheet with the headings of this table. UnknownName for one that isn't a column."""
    table = read_source([(name, content)]).table("")
    known, headings = _headings(rule), [table.headings.get(column, column) for column in table.columns]
    for heading in headings:
        if heading not in known:
            raise unknown({"en": "column", "zh": "列"}, heading, known)
    settings = _settings(rule)
    return [_row(dict(zip(headings, cells, strict=True)), settings) for _, cells in table.cells()]


def _row(cells: Mapping[str, str], settings: Sequence[str]) -> dict[str, Any]:
    texts = {heading: text.strip() for heading, text in cells.items() if text.strip()}
    when = {name: text for name, text in texts.items() if name not in settings and not name.startswith(OUTCOME)}
    then = {name.removeprefix(OUTCOME): text for name, text in texts.items() if name.startswith(OUTCOME)}
    own: dict[str, Any] = {name: text for name, text in texts.items() if name in settings}
    if "priority" in own:
        own["priority"] = _number(own["priority"])
    return {"when": when, "then": then, **own}


def _number(text: str) -> float | str:
    """What is none stays, for the check to say so."""
    try:
        return float(text)
    except ValueError:
        return text


def _headings(rule: RuleDef) -> list[str]:
    return [*_ordered(rule.inputs), *(OUTCOME + name for name in _ordered(rule.outputs)), *_settings(rule)]


def _settings(rule: RuleDef) -> list[str]:
    """What a row of this rule says of itself."""
    days = ("from", "until") if rule.kind == "rates" else ()
    return [*days, *(("priority",) if rule.hit == "priority" else ()), "note"]


def _cells(rule: RuleDef, row: RowDef) -> Iterator[str]:
    when = row.when if isinstance(row.when, dict) else {}
    yield from (when.get(name, "") for name in _ordered(rule.inputs))
    yield from (row.then.get(name, "") for name in _ordered(rule.outputs))
    own = {
        "from": row.from_,
        "until": row.until,
        "priority": f"{row.priority:g}" if row.priority else "",
        "note": row.note,
    }
    yield from (own[name] for name in _settings(rule))


def _ordered(columns: Mapping[str, ColumnDef]) -> Sequence[str]:
    return [name for name, _ in sorted(columns.items(), key=lambda each: each[1].order)]
