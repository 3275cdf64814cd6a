"""Workbooks unfolded: each sheet that is shown as a file of plain rows of text.

A large book is read by a process of its own, since the reader holds a whole sheet: its
memory ends with it. `python -m queti.engines.imports.unfolding BOOK FOLDER [MEMORY]` is that process.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import python_calamine

MOST_MERGED = 1_000_000
"""Rows of merged ranges in one sheet, each range counted for itself."""
LONGEST = 600
"""Seconds that a book of any size may take."""
MOST_MEMORY = 4 * 1024**3
"""Address space of the process that reads a large book."""
DONE = "sheets.csv"
"""The list of the sheets, written last."""


class Unreadable(Exception):
    """The book can't be read; the text says why."""


def unfold_apart(book: Path, folder: Path) -> None:
    """`unfold` in a process of its own, within LONGEST and MOST_MEMORY."""
    command = [sys.executable, "-m", __name__, str(book), str(folder), str(MOST_MEMORY)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        raise Unreadable(f"it took longer than {LONGEST // 60} minutes to read") from None
    if done.returncode:
        raise Unreadable(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "the reader broke off")


def unfold(book: Path, folder: Path) -> None:
    """Write the rows of each sheet into `folder`."""
    folder.mkdir(exist_ok=True)
    titles: list[tuple[str, str]] = []
    for place, (title, rows) in enumerate(read_book(book)):
        with (folder / f"{place}.csv").open("w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerows([number, *row] for number, row in enumerate(rows, 1) if any(row))
        titles.append((title, f"{place}.csv"))
    with (folder / DONE).open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(titles)


def sheets_of(folder: Path) -> list[tuple[str, Path]]:
    """(title, file) of each sheet."""
    with (folder / DONE).open(newline="", encoding="utf-8") as text:
        return [(title, folder / name) for title, name in csv.reader(text)]


def rows_of(file: Path) -> Iterator[tuple[int, list[str]]]:
    """(number in the sheet, cells)."""
    with file.open(newline="", encoding="utf-8") as text:
        for number, *cells in csv.reader(text):
            yield int(number), cells


def read_book(book: Any) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """(title, rows of text) of each sheet that is shown; formulas are their values. Raises Unreadable."""
    try:
        opened = python_calamine.load_workbook(book)  # pyright: ignore[reportUnknownMemberType]
        for known in opened.sheets_metadata:
            if known.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            if known.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = opened.get_sheet_by_name(known.name)
            if sheet.total_height > 0:
                yield known.name, _rows(sheet)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _rows(sheet: python_calamine.CalamineSheet) -> Iterator[list[str]]:
    """Rows from the top of the sheet; each cell of a merged range has its value."""
    merged = _merged(sheet)
    kept: dict[tuple[int, int], str] = {}
    for at, row in enumerate(sheet.iter_rows()):
        cells = [cell if isinstance(cell, str) else as_text(cell) for cell in row]
        yield _merged_row(cells, at, merged, kept) if at in merged else cells


Merged = dict[int, list[tuple[tuple[int, int], int, int]]]
"""Row → (first cell, from column, to column)."""


def _merged(sheet: python_calamine.CalamineSheet) -> Merged:
    found: Merged = {}
    count, end = 0, sheet.start[0] + sheet.height if sheet.start else 0
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        rows = range(top, min(bottom + 1, end))
        count += len(rows)
        if count > MOST_MERGED:
            raise Unreadable(f"more than {MOST_MERGED} rows of merged cells")
        for row in rows:
            found.setdefault(row, []).append(((top, left), left, right))
    return found


def _merged_row(cells: list[str], at: int, merged: Merged, kept: dict[tuple[int, int], str]) -> list[str]:
    for first, left, right in merged.get(at, ()):
        if first[0] == at:
            kept[first] = cells[left] if left < len(cells) else ""
        for column in range(left, min(right + 1, len(cells))):
            cells[column] = cells[column] or kept.get(first, "")
    return cells


def as_text(value: Any) -> str:
    """A cell as text: dates ISO, whole numbers without a fraction, percent and money as plain decimals."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def main(arguments: Sequence[str]) -> int:
    """`BOOK FOLDER [MOST_MEMORY]`."""
    try:
        if arguments[2:]:
            _take_no_more(int(arguments[2]))
        unfold(Path(arguments[0]), Path(arguments[1]))
    except (Unreadable, MemoryError) as error:
        sys.stderr.write(f"{error or 'it takes too much memory to read'}\n")
        return 1
    return 0


def _take_no_more(memory: int) -> None:
    with suppress(ImportError, ValueError, OSError):  # where the system knows no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
