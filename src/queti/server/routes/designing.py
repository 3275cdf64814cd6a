"""What the designer asks for beside its drafts: fields that a spreadsheet suggests, and how Chinese is spelled."""

from __future__ import annotations

from typing import Any

import msgspec

from queti.engines.imports.propose import propose_fields
from queti.engines.imports.sources import read_source
from queti.engines.spelling import spelled
from queti.server.door import Door
from queti.server.memory import give_back
from queti.server.messages import Answer, Request, answer_json, wrong
from queti.server.routing import Route

SAMPLE = 20


def guess(_door: Door, request: Request) -> Answer:
    """A spreadsheet (multipart `file`, and `table` for one of its sheets) → its columns as fields, with first rows."""
    files = [(file.filename or "file", file.file.read()) for file in request.upload.get("files", ()) if file.filename]
    if not files:
        raise wrong("file", "required", "Choose a file.", "请选择文件。")
    try:
        return answer_json(_guessed(files, str(request.upload.get("table", ""))))
    finally:
        give_back()


def _guessed(files: list[tuple[str, bytes]], wanted: str) -> dict[str, Any]:
    source = read_source(files)
    table = source.table(wanted)
    return {
        "tables": {name: len(each.rows) for name, each in source.tables.items()},
        "table": table.name,
        "rows": len(table.rows),
        "columns": [msgspec.to_builtins(column) for column in propose_fields(table)],
        "sample": list(table.rows[:SAMPLE]),
    }


def spell(_door: Door, request: Request) -> Answer:
    """`?text=`: Chinese in letters."""
    return answer_json({"text": spelled(request.query.get("text", "")[:200])})


ROUTES = [
    Route(
        "POST", "/api/drafts/{draft}/guess", guess, guard="administrator", upload=True, kind="long", previews="allow"
    ),
    Route("GET", "/api/spelling", spell),
]
