"""Lists as files, and records on paper."""

from __future__ import annotations

import asyncio
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote

from queti.engines.exports import Format, Headings, refuse_unless_exportable, write_export
from queti.engines.exports.reports import write_report
from queti.engines.printing.format import in_language
from queti.engines.printing.page import SCRIPT, print_page
from queti.engines.printing.pdf import print_pdf
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Header, Request, wrong
from queti.server.refusals import NoSuchAddress
from queti.server.routing import Route

IN_MEMORY = 4 * 1024 * 1024
PIECE = 256 * 1024
TYPES = {
    "xlsx": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": b"text/csv; charset=utf-8",
}
PRINT_POLICY = (
    b"default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; frame-ancestors 'none'"
)


def export(door: Door, request: Request) -> Answer:
    """The records that fit `where`, `search`, in the order of `sort`, with `fields`, as `format` xlsx or csv.

    `headings=names` writes fields, choices and links as another workspace imports them.
    """
    format = _format(request)
    name = request.path_values["object"]
    query = request.query
    asked: dict[str, Any] = {
        "where": query.get("where", ""),
        "sort": query.get("sort", ""),
        "fields": [field for field in query.get("fields", "").split(",") if field],
        "search": query.get("search", ""),
        "headings": _headings(request),
    }

    def begin(work: Work) -> str:
        refuse_unless_exportable(work, name, **asked)
        definition = work.model.object(name).definition
        return in_language(definition.plural or definition.label, work.language) or name

    def write(out: IO[bytes], wanted: Callable[[], bool]) -> None:
        def act(work: Work) -> None:
            out.seek(0)
            out.truncate()
            write_export(work, name, out, format=format, wanted=wanted, **asked)

        door.run(request, act, reads_only=True)

    title = door.run(request, begin, reads_only=True)
    return Answer(200, b"", _as_file(title, format), _written(door, write))


def export_report(door: Door, request: Request) -> Answer:
    """What a report answers to the inputs in the body, as `format` xlsx or csv."""
    format = _format(request)
    name = request.path_values["operation"]
    inputs = request.json_object()

    def act(work: Work) -> Answer:
        report = work.model.operation(name)
        if not report.columns:
            raise NoSuchAddress(path=request.path, nearest=f"/api/operations/{name}")
        out = BytesIO()
        write_report(work, report, work.as_person.perform(name, inputs), out, format=format)
        return Answer(200, out.getvalue(), _as_file(in_language(report.label, work.language) or name, format))

    return door.run(request, act, reads_only=True)


def _format(request: Request) -> Format:
    format = request.query.get("format", "xlsx")
    if format != "xlsx" and format != "csv":
        raise wrong("format", "choice", "Must be “xlsx” or “csv”.", "只能是“xlsx”或“csv”。")
    return format


def _as_file(title: str, format: Format) -> list[Header]:
    file_name = f"{title} {datetime.now(UTC):%Y-%m-%d}.{format}"
    return [
        (b"content-type", TYPES[format]),
        (b"content-disposition", f"attachment; filename*=UTF-8''{quote(file_name)}".encode()),
    ]


def _headings(request: Request) -> Headings:
    headings = request.query.get("headings", "labels")
    if headings != "labels" and headings != "names":
        raise wrong("headings", "choice", "Must be “labels” or “names”.", "只能是“labels”或“names”。")
    return headings


async def _written(door: Door, write: Callable[[IO[bytes], Callable[[], bool]], None]) -> AsyncIterator[bytes]:
    """What `write` puts into a file on the disk; it is told when nobody waits for it any more."""
    gone = threading.Event()
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        writing = asyncio.ensure_future(door.threads.run("long", write, file, lambda: not gone.is_set()))
        try:
            await asyncio.shield(writing)
            file.seek(0)
            while piece := await door.threads.run("quick", file.read, PIECE):
                yield piece
        finally:
            gone.set()
            await asyncio.wait([writing])


def show_print(door: Door, request: Request) -> Answer:
    """A record on A4 in `language`, as a page that the browser prints, or with `?format=pdf` as a file."""
    number = request.path_values["id"]
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise NoSuchAddress(path=request.path, nearest="")
    language = request.query.get("language") or request.language
    if language not in ("en", "zh"):
        raise wrong("language", "choice", "Must be “en” or “zh”.", "只能是“en”或“zh”。")
    name = request.path_values["print"]
    if request.query.get("format") == "pdf":
        paper = door.run(request, lambda work: print_pdf(work, name, int(number), language), reads_only=True)
        return Answer(200, paper, [(b"content-type", b"application/pdf"), (b"content-disposition", b"inline")])
    page = door.run(request, lambda work: print_page(work, name, int(number), language), reads_only=True)
    return Answer(
        200, page.encode(), [(b"content-type", b"text/html; charset=utf-8"), (b"content-security-policy", PRINT_POLICY)]
    )


def print_script(door: Door, request: Request) -> Answer:  # noqa: ARG001
    return Answer(200, SCRIPT.encode(), [(b"content-type", b"text/javascript; charset=utf-8")])


ROUTES = [
    Route("GET", "/api/exports/{object}", export, kind="long", previews="refuse"),
    Route("POST", "/api/reports/{operation}", export_report, kind="long"),
    Route("GET", "/api/prints.js", print_script, guard="open"),
    Route("GET", "/api/prints/{print}/{id}", show_print),
]
