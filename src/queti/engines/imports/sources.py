"""Reading csv, xlsx and json into tables of text, whatever the sender's habits.

Every cell becomes text ("" is blank), headings become identifiers for formulas. What a
file is, is decided by its content; its name only has to agree.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import PurePath
from typing import Any, cast

import python_calamine

from queti.engines.imports.refusals import (
    FileNotWhatItSays,
    NothingToImport,
    TooManyRows,
    UnknownTable,
    UnreadableFile,
)

MOST_ROWS = 200_000
MOST_BYTES = 400 * 1024 * 1024
"""Unpacked size of one file; a zip bomb stops here."""

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns; `headings` are the columns as the file writes them."""

    name: str
    columns: tuple[str, ...]
    headings: Mapping[str, str]
    rows: Sequence[Row]
    numbers: Sequence[int]
    """Row number in the file of each row, as a spreadsheet shows it."""


@dataclass(slots=True)
class Source:
    """One upload: tables by name, or a JSON document."""

    name: str
    tables: dict[str, Table] = field(default_factory=dict[str, Table])
    document: Any = None

    def table(self, name: str = "") -> Table:
        """The named table; without a name the only or first one. Raises UnknownTable."""
        if not name and self.tables:
            return next(iter(self.tables.values()))
        found = self.tables.get(name)
        if found is None:
            raise UnknownTable(name=name, known=", ".join(self.tables) or "none")
        return found


def read_source(files: Iterable[tuple[str, bytes]]) -> Source:
    """Read one upload of one or several files (name, content).

    Raises UnreadableFile, FileNotWhatItSays, NothingToImport, TooManyRows.
    """
    source: Source | None = None
    for name, content in files:
        if name.lower().endswith(".gz"):
            name, content = name[:-3], _unpack(name, content)
        source = source or Source(name)
        _read_into(source, name, content)
    if source is None:
        raise NothingToImport(name="upload")
    return source


def _unpack(name: str, content: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            plain = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError) as error:
        raise UnreadableFile(name=name, expected="gzip", reason=f"{error}. ") from error
    if len(plain) > MOST_BYTES:
        raise TooManyRows(name=name, limit=MOST_ROWS)
    return plain


def _read_into(source: Source, name: str, content: bytes) -> None:
    ending = PurePath(name).suffix.lower().lstrip(".")
    found = _kind_of(content)
    if ending in ("xlsx", "xls", "xlsm", "xlsb", "ods"):
        if found != "spreadsheet":
            raise FileNotWhatItSays(name=name, expected=ending, found=found)
        source.tables.update(_read_spreadsheet(name, content))
    elif found in ("spreadsheet", "binary"):
        raise FileNotWhatItSays(name=name, expected=ending or "csv", found=found)
    elif ending == "json":
        source.document = _read_json(name, content)
    else:
        table = _read_csv(name, content)
        source.tables[table.name] = table


def _kind_of(content: bytes) -> str:
    if content[:4] == b"PK\x03\x04" or content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "spreadsheet"
    head = content[:4096]
    if b"\x00" in head and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    return "text"


def _read_json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableFile(name=name, expected="JSON", reason=f"{error}. ") from error


def _read_csv(name: str, content: bytes) -> Table:
    text = _decode(name, content)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
        return _table(PurePath(name).stem, name, reader)
    except csv.Error as error:
        raise UnreadableFile(name=name, expected="CSV", reason=f"{error}. ") from error


def _decode(name: str, content: bytes) -> str:
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    tries = [encoding for mark, encoding in marks if content.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in tries:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(name=name, expected="CSV", reason="its letters are neither UTF-8 nor GB 18030. ")


def _delimiter(text: str) -> str:
    heading = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t|", key=heading.count)


def _read_spreadsheet(name: str, content: bytes) -> dict[str, Table]:
    _refuse_bombs(name, content)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(sheet, book.get_sheet_by_name(sheet)) for sheet in book.sheet_names]
        tables = {title: _sheet(title, name, sheet) for title, sheet in sheets if sheet.total_height > 0}
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise UnreadableFile(name=name, expected="Excel", reason=f"{error}. ") from error
    if not tables:
        raise NothingToImport(name=name)
    return tables


def _refuse_bombs(name: str, content: bytes) -> None:
    if not content.startswith(b"PK"):
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFile(name=name, expected="Excel", reason=f"{error}. ") from error
    if size > MOST_BYTES:
        raise TooManyRows(name=name, limit=MOST_ROWS)


def _sheet(title: str, name: str, sheet: python_calamine.CalamineSheet) -> Table:
    rows = ([_cell(value) for value in row] for row in sheet.iter_rows())
    return _table(title, name, rows)


def _cell(value: Any) -> str:
    """A cell as text: dates ISO, whole numbers without a fraction, percent and money as plain decimals."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _table(title: str, name: str, cells: Iterable[Sequence[str]]) -> Table:
    numbered = enumerate(cells, start=1)
    heading = next((row for _, row in numbered if any(cell.strip() for cell in row)), None)
    if heading is None:
        raise NothingToImport(name=name)
    columns = _identifiers(heading)
    used = [(at, column) for at, column in enumerate(columns) if column]
    rows: list[Row] = []
    numbers: list[int] = []
    for number, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        if len(rows) >= MOST_ROWS:
            raise TooManyRows(name=name, limit=MOST_ROWS)
        width = len(row)
        rows.append({column: row[at].strip() if at < width else "" for at, column in used})
        numbers.append(number)
    headings = {column: heading[at].strip() for at, column in used}
    return Table(title, tuple(column for _, column in used), headings, rows, numbers)


def _identifiers(headings: Sequence[str]) -> list[str]:
    seen: dict[str, int] = {}
    names: list[str] = []
    for heading in headings:
        name = identifier(heading)
        if name:
            seen[name] = seen.get(name, 0) + 1
            name = name if seen[name] == 1 else f"{name}_{seen[name]}"
        names.append(name)
    return names


def identifier(heading: str) -> str:
    """`Order date`, `orderDate` → `order_date`, `订单号*` → `订单号`: how formulas name a column."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", heading.strip())
    name = re.sub(r"\W+", "_", words.lower()).strip("_")
    return f"c_{name}" if name[:1].isdigit() else name


def rows_at(document: Any, path: str) -> list[Any]:
    """The list at a dotted path of a JSON document; a single object is a list of one. Raises UnknownTable."""
    here = document
    for step in path.split(".") if path else []:
        names = cast("dict[str, Any]", here) if isinstance(here, dict) else {}
        if step not in names:
            raise UnknownTable(name=path, known=", ".join(names) or "none")
        here = names[step]
    if here is None:
        return []
    return cast("list[Any]", here) if isinstance(here, list) else [here]


def flatten(row: Any, prefix: str = "") -> Row:
    """A JSON object as columns of text: `{"post_addr": {"city": {"name": …}}}` → `post_addr_city_name`.

    The first element of a list of objects is reachable as `list_1_…`; whole lists are read by `rows_at`.
    """
    flat: Row = {}
    for key, value in row.items():
        name = f"{prefix}{identifier(str(key)) or '_'}"
        if isinstance(value, dict):
            flat.update(flatten(value, f"{name}_"))
        elif isinstance(value, list):
            if value and isinstance(value[0], dict):
                flat.update(flatten(value[0], f"{name}_1_"))
        else:
            flat[name] = _json_text(value)
    return flat


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return format(value, "f") if isinstance(value, Decimal) else str(value)
