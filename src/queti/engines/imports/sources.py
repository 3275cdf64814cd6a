"""Reading csv, xlsx and json into tables of text, whatever the sender's habits.

Every cell becomes text ("" is blank), headings become identifiers for formulas. What a
file is, is decided by its content; its name only has to agree.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from itertools import islice
from pathlib import Path, PurePath
from typing import IO, Any, cast

from queti.engines.imports import unfolding
from queti.engines.imports.refusals import (
    DocumentTooLarge,
    FileNotWhatItSays,
    NothingToImport,
    TooManyRows,
    UnknownTable,
    UnreadableFile,
)

MOST_ROWS = 1_000_000
MOST_HELD = 200_000
"""Rows of files that are looked at as a whole: those whose rows are grouped, or joined with another table's."""
MOST_BYTES = 1024 * 1024 * 1024
"""Unpacked size of one file; a zip bomb stops here."""
LARGE_BOOK = 16 * 1024 * 1024
"""A workbook that is larger unpacked is unfolded by a process of its own, whose memory ends with it."""
MEGABYTE = 1024 * 1024
MOST_JSON = 100 * MEGABYTE
"""A JSON document is read as a whole, into many times its size."""
SAMPLE = 20

Row = dict[str, str]
Cells = list[str]


class Table:
    """Rows under named columns, read from the disk as often as they are wanted.

    `headings` are the columns as the file writes them. A row's number is that which a spreadsheet shows.
    """

    def __init__(self, name: str, columns: Sequence[str], headings: Mapping[str, str], read: Reader) -> None:
        self.name = name
        self.columns = tuple(columns)
        self.headings = headings
        self._read = read

    def cells(self) -> Iterator[tuple[int, Cells]]:
        """(number, cells in the order of `columns`); blank rows are left out. Raises TooManyRows."""
        for count, row in enumerate(self._read()):
            if count >= MOST_ROWS:
                raise TooManyRows(name=self.name, limit=MOST_ROWS)
            yield row

    def sample(self) -> list[Row]:
        return [self.named(cells) for _, cells in islice(self.cells(), SAMPLE)]

    def named(self, cells: Cells) -> Row:
        return dict(zip(self.columns, cells, strict=True))

    @cached_property
    def count(self) -> int:
        return sum(1 for _ in self.cells())

    @cached_property
    def _held(self) -> list[tuple[int, Row]]:
        held = [(number, self.named(cells)) for number, cells in islice(self.cells(), MOST_HELD + 1)]
        if len(held) > MOST_HELD:
            raise TooManyRows(name=self.name, limit=MOST_HELD)
        return held

    @property
    def rows(self) -> list[Row]:
        """All rows in memory. Raises TooManyRows."""
        return [row for _, row in self._held]

    @property
    def numbers(self) -> list[int]:
        return [number for number, _ in self._held]


Reader = Callable[[], Iterator[tuple[int, Cells]]]


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


def read_source(files: Iterable[tuple[str, bytes | Path]]) -> Source:
    """Read one upload of one or several files: name, and content or where it lies.

    Raises UnreadableFile, FileNotWhatItSays, NothingToImport, TooManyRows.
    """
    source: Source | None = None
    for name, given in files:
        content = given
        if name.lower().endswith(".gz"):
            name, content = name[:-3], _unpack(name, given)
        source = source or Source(name)
        _read_into(source, name, content)
    if source is None:
        raise NothingToImport(name="upload")
    return source


def _open(given: bytes | Path) -> IO[bytes]:
    return given.open("rb") if isinstance(given, Path) else io.BytesIO(given)


def _whole(given: bytes | Path) -> bytes:
    return given.read_bytes() if isinstance(given, Path) else given


def _size(given: bytes | Path) -> int:
    return given.stat().st_size if isinstance(given, Path) else len(given)


def _unpack(name: str, given: bytes | Path) -> bytes | Path:
    """Beside the packed file, or in memory."""
    beside = given.with_name(f"{given.name}.unpacked") if isinstance(given, Path) else None
    if beside is not None and beside.exists():
        return beside
    out: IO[bytes] = beside.open("wb") if beside else io.BytesIO()
    size = 0
    try:
        with out, gzip.open(_open(given)) as stream:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > MOST_BYTES:
                    raise TooManyRows(name=name, limit=MOST_ROWS)
                out.write(piece)
            return beside or cast("io.BytesIO", out).getvalue()
    except (OSError, EOFError) as error:
        raise UnreadableFile(name=name, expected="gzip", reason=f"{error}. ") from error


PIECE = 1024 * 1024


def _read_into(source: Source, name: str, content: bytes | Path) -> None:
    ending = PurePath(name).suffix.lower().lstrip(".")
    found = _kind_of(content)
    if ending in ("xlsx", "xls", "xlsm", "xlsb", "ods"):
        if found != "spreadsheet":
            raise FileNotWhatItSays(name=name, expected=ending, found=found)
        source.tables.update(_read_spreadsheet(name, content))
    elif found in ("spreadsheet", "binary"):
        raise FileNotWhatItSays(name=name, expected=ending or "csv", found=found)
    elif ending == "json":
        if _size(content) > MOST_JSON:
            raise DocumentTooLarge(name=name, megabytes=MOST_JSON // MEGABYTE)
        source.document = _read_json(name, _whole(content))
    else:
        table = _read_csv(name, content)
        source.tables[table.name] = table


def _kind_of(given: bytes | Path) -> str:
    with _open(given) as stream:
        head = stream.read(4096)
    if head[:4] == b"PK\x03\x04" or head[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "spreadsheet"
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "binary"
    return "text"


def _read_json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise UnreadableFile(name=name, expected="JSON", reason=f"{error}. ") from error


def _read_csv(name: str, content: bytes | Path) -> Table:
    encoding = _encoding(name, content)
    delimiter = _delimiter(content, encoding)

    def numbered() -> Iterator[tuple[int, Cells]]:
        with io.TextIOWrapper(cast("Any", _open(content)), encoding=encoding, newline="") as text:
            try:
                yield from enumerate(csv.reader(text, delimiter=delimiter, strict=False), start=1)
            except csv.Error as error:
                raise UnreadableFile(name=name, expected="CSV", reason=f"{error}. ") from error

    return _table(PurePath(name).stem, name, numbered)


def _encoding(name: str, content: bytes | Path) -> str:
    """By its mark; else UTF-8 or GB 18030, whichever all of it is."""
    with _open(content) as stream:
        head = stream.read(4)
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    tries = [encoding for mark, encoding in marks if head.startswith(mark)] or ["utf-8", "gb18030"]
    for encoding in tries:
        if _decodes(content, encoding):
            return encoding
    raise UnreadableFile(name=name, expected="CSV", reason="its letters are neither UTF-8 nor GB 18030. ")


def _decodes(content: bytes | Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with _open(content) as stream:
            while piece := stream.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(content: bytes | Path, encoding: str) -> str:
    with io.TextIOWrapper(cast("Any", _open(content)), encoding=encoding, newline="") as text:
        heading = next((line for line in text if line.strip()), "")
    return max(",;\t|", key=heading.count)


def _read_spreadsheet(name: str, content: bytes | Path) -> dict[str, Table]:
    """Sheets that are shown, unfolded to files of plain rows where the book lies on the disk."""
    size = _unpacked_size(name, content)
    if isinstance(content, Path):
        folder = content.with_name(f"{content.name}.sheets")
        if not (folder / unfolding.DONE).exists():
            _unfold(name, content, folder, size)
        readers = {title: partial(unfolding.rows_of, file) for title, file in unfolding.sheets_of(folder)}
    else:
        sheets = _unfolded(name, content)
        readers = {title: partial(enumerate, rows, 1) for title, rows in sheets.items()}
    tables: dict[str, Table] = {}
    for title, read in readers.items():
        with suppress(NothingToImport):
            tables[title] = _table(title, name, cast("Reader", read))
    if not tables:
        raise NothingToImport(name=name)
    return tables


def _unfold(name: str, book: Path, folder: Path, size: int) -> None:
    try:
        if size < LARGE_BOOK:
            unfolding.unfold(book, folder)
        else:
            unfolding.unfold_apart(book, folder)
    except unfolding.Unreadable as error:
        raise UnreadableFile(name=name, expected="Excel", reason=f"{error}. ") from error


def _unfolded(name: str, content: bytes) -> dict[str, list[Cells]]:
    try:
        return {title: list(rows) for title, rows in unfolding.read_book(io.BytesIO(content))}
    except unfolding.Unreadable as error:
        raise UnreadableFile(name=name, expected="Excel", reason=f"{error}. ") from error


def _unpacked_size(name: str, content: bytes | Path) -> int:
    """Bytes of a workbook once it is unpacked. Raises TooManyRows for a bomb."""
    with _open(content) as stream:
        if stream.read(2) != b"PK":
            return stream.seek(0, io.SEEK_END)
        try:
            with zipfile.ZipFile(stream) as archive:
                size = sum(item.file_size for item in archive.infolist())
        except zipfile.BadZipFile as error:
            raise UnreadableFile(name=name, expected="Excel", reason=f"{error}. ") from error
    if size > MOST_BYTES:
        raise TooManyRows(name=name, limit=MOST_ROWS)
    return size


def _table(title: str, name: str, read: Reader) -> Table:
    heading = next((row for _, row in read() if any(map(str.strip, row))), None)
    if heading is None:
        raise NothingToImport(name=name)
    columns = _identifiers(heading)
    used = [(at, column) for at, column in enumerate(columns) if column]
    places = [at for at, _ in used]
    width = len(heading)
    all_used = places == list(range(width))

    def rows() -> Iterator[tuple[int, Cells]]:
        numbered = read()
        next(None for _, row in numbered if any(map(str.strip, row)))
        for number, row in numbered:
            cells = list(map(str.strip, row))
            if not any(cells):
                continue
            if len(cells) < width:
                cells += [""] * (width - len(cells))
            yield number, cells[:width] if all_used else [cells[at] for at in places]

    return Table(title, [column for _, column in used], {column: heading[at].strip() for at, column in used}, rows)


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
