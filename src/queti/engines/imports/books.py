"""Spreadsheets for people: the empty one to fill in, and the rows to mend."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs]

from queti.engines.printing.format import in_language

if TYPE_CHECKING:
    from queti.engines.imports.report import Problem
    from queti.engines.imports.sources import Table
    from queti.kernel.definitions import FieldDef

OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MOST_LISTED = 250
"""Letters of a list of choices that a spreadsheet's cell can offer."""
WORDS = {
    "template": {"en": "Template", "zh": "模板"},
    "mend": {"en": "Rows to mend", "zh": "待修正"},
    "row": {"en": "Row", "zh": "行"},
    "problem": {"en": "Problem", "zh": "问题"},
    "about": {"en": "Columns", "zh": "列说明"},
    "required": {"en": "required", "zh": "必填"},
}


def template_book(inputs: Mapping[str, FieldDef], language: str) -> bytes:
    """A heading for each input, choices to pick from, and what each column takes."""
    out = io.BytesIO()
    book: Any
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet(WORDS["template"][language])
        bold = book.add_format({"bold": True, "bottom": 1})
        sheet.freeze_panes(1, 0)
        for at, (heading, field) in enumerate(_columns(inputs, language)):
            sheet.write_string(0, at, heading, bold)
            sheet.set_column(at, at, 18)
            if note := _note(field, language):
                sheet.write_comment(0, at, note)
            choices = [in_language(entry.label, language) or name for name, entry in field.choices.items()]
            if choices and len(",".join(choices)) <= MOST_LISTED:
                sheet.data_validation(1, at, 1_000_000, at, {"validate": "list", "source": choices})
    return out.getvalue()


def _columns(inputs: Mapping[str, FieldDef], language: str) -> Sequence[tuple[str, FieldDef]]:
    found: list[tuple[str, FieldDef]] = []
    for name, field in inputs.items():
        if field.type in ("lines", "group"):
            found += _columns(field.fields, language)
        elif not field.formula and field.type != "json":
            found.append((in_language(field.label, language) or name, field))
    return found


def _note(field: FieldDef, language: str) -> str:
    parts = [WORDS["required"][language]] if field.required and field.default is None else []
    return "\n".join([*parts, *filter(None, [in_language(field.help, language)])])


def problem_book(table: Table | None, problems: Sequence[Problem], language: str) -> bytes:
    """The bad rows as the file has them, each with its number and what is wrong; the wrong cells are marked.

    The two columns more are known to no field, so the mended book can be imported as it is.
    """
    out = io.BytesIO()
    by_row: dict[int, list[Problem]] = {}
    for problem in problems:
        by_row.setdefault(problem.row, []).append(problem)
    book: Any
    with xlsxwriter.Workbook(out, OPTIONS) as book:
        sheet = book.add_worksheet(WORDS["mend"][language])
        bold = book.add_format({"bold": True, "bottom": 1})
        wrong = book.add_format({"bg_color": "#fde2e1"})
        headings = list(table.headings.values()) if table else []
        for at, heading in enumerate([*headings, WORDS["problem"][language], WORDS["row"][language]]):
            sheet.write_string(0, at, heading, bold)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings) - 1 if headings else 0, 16)
        sheet.set_column(len(headings), len(headings), 60)
        for line, (number, cells) in enumerate(_rows(table, by_row), 1):
            places = {problem.column for problem in by_row[number]}
            for at, cell in enumerate(cells):
                sheet.write_string(line, at, cell, wrong if headings[at] in places else None)
            told = "; ".join(_told(problem, language) for problem in by_row[number])
            sheet.write_string(line, len(headings), told)
            sheet.write_number(line, len(headings) + 1, number)
    return out.getvalue()


def _rows(table: Table | None, by_row: Mapping[int, Any]) -> list[tuple[int, list[str]]]:
    if table is None:
        return [(number, []) for number in sorted(by_row)]
    return [row for row in table.cells() if row[0] in by_row]


def _told(problem: Problem, language: str) -> str:
    text = problem.zh if language == "zh" else problem.en
    return f"{problem.column}: {text}" if problem.column else text
