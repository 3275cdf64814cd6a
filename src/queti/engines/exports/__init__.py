"""Records as xlsx or csv, as this person may see them, in constant memory.

All of them come from one snapshot, by a cursor of the server's, under the guard of the list on
the screen. A cell never starts a formula in the reader's spreadsheet program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile
from typing import IO, TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from queti.engines.exports.columns import Headings, columns_of
from queti.engines.exports.sheets import Parts, Sheet, write_csv, write_xlsx
from queti.kernel.errors import NotAllowed, Refusal
from queti.kernel.reading.streaming import stream

if TYPE_CHECKING:
    from queti.kernel.model import Object
    from queti.kernel.work import Work

__all__ = ["Format", "Headings", "TooManyToExport", "refuse_unless_exportable", "write_export"]

Format = Literal["xlsx", "csv"]
MOST_ROWS = 1_000_000


class TooManyToExport(Refusal):
    """More than {limit} records fit the filter; narrow it and export the parts."""

    zh = "符合筛选条件的记录超过 {limit} 条，请缩小范围后分次导出。"
    kind = "too_large"


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
    headings: Headings = "labels",
    wanted: Callable[[], bool] = lambda: True,
) -> int:
    """Write the records that fit into `out`, as long as it is wanted; answers how many.

    With `headings="names"` fields, choices and links are written as another workspace's import reads them.
    Raises NotAllowed without the export right, TooManyToExport, and what a query raises.
    """
    source = _exportable(work, object_name)
    columns = columns_of(work, source, fields, headings)
    paths = [column.path for column in columns]
    parts = stream(work, work.as_person.sight, source, paths, where=where, sort=sort, search=search)
    sheet = Sheet(columns, work.language, ZoneInfo(work.timezone), by_name=headings == "names")
    write = write_xlsx if format == "xlsx" else write_csv
    return write(sheet, takewhile(lambda _: wanted(), _no_more(parts)), out)


def _no_more(parts: Parts) -> Iterator[Sequence[Sequence[object]]]:
    count = 0
    for part in parts:
        count += len(part)
        if count > MOST_ROWS:
            raise TooManyToExport(limit=MOST_ROWS)
        yield part


def refuse_unless_exportable(
    work: Work,
    object_name: str,
    *,
    where: str = "",
    sort: str = "",
    fields: Sequence[str] = (),
    search: str = "",
    headings: Headings = "labels",
) -> None:
    """What `write_export` would refuse at its beginning."""
    source = _exportable(work, object_name)
    paths = [column.path for column in columns_of(work, source, fields, headings)]
    work.as_person.query(source.name, where=where, sort=sort, fields=paths, limit=1, search=search)


def _exportable(work: Work, object_name: str) -> Object:
    source = work.as_person.seen(object_name)
    if not work.as_person.rights.may(source.name, "export"):
        words = source.definition.plural or source.definition.label
        raise NotAllowed(act={"en": "export", "zh": "导出"}, what=words)
    return source
