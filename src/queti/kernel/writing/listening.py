"""Records that were created, changed or removed, told to the flows that heed it; nothing where none listens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from queti.kernel.record import Record
from queti.kernel.writing import telling

if TYPE_CHECKING:
    from queti.kernel.work import Work


def tell_created(work: Work, object: str, rows: Sequence[dict[str, Any]]) -> None:
    name = f"{object}.created"
    if name in work.model.reactions:
        telling.tell(work, name, [Record(object, values) for values in rows], None)


def tell_removed(work: Work, object: str, rows: Sequence[dict[str, Any]]) -> None:
    name = f"{object}.removed"
    if rows and name in work.model.reactions:
        telling.tell(work, name, [Record(object, values) for values in rows], None)


def tell_changed(work: Work, object: str, rows: Sequence[tuple[dict[str, Any], Sequence[str]]]) -> None:
    """Each with the names of what differs."""
    name = f"{object}.changed"
    if rows and name in work.model.reactions:
        records = [Record(object, values) for values, _ in rows]
        telling.tell(work, name, records, [{"fields": list(names)} for _, names in rows])
