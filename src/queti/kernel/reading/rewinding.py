"""What records held at a moment that has passed, as far as their history tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from queti.kernel.model import Object
from queti.kernel.values import FieldError

if TYPE_CHECKING:
    from queti.kernel.work import Work

Change = tuple[datetime, Mapping[str, Any]]


def held_at(work: Work, object: Object, wanted: Sequence[tuple[int, datetime]]) -> list[dict[str, Any]]:
    """Own fields of each (record, moment) that have changed since, with what they held then. One read.

    Values of lines and of computed fields over others aren't in the history of the record.
    """
    if not wanted:
        return []
    text = f"""SELECT record_id, at, changes FROM {work.schema}.kernel_history
        WHERE object = $1 AND record_id = ANY($2::bigint[]) AND at >= $3::timestamptz ORDER BY id"""
    first = min(moment for _, moment in wanted)
    since: dict[int, list[Change]] = {}
    for record, at, changes in work.rows(text, (object.name, sorted({id for id, _ in wanted}), first)):
        since.setdefault(record, []).append((at, changes))
    return [_back(object, since.get(id, ()), moment) for id, moment in wanted]


def _back(object: Object, changes: Sequence[Change], moment: datetime) -> dict[str, Any]:
    """The first change since then tells what was there."""
    held: dict[str, Any] = {}
    for at, fields in changes:
        for name, change in fields.items() if at >= moment else ():
            field = object.of_history(name)
            if field is None or not isinstance(change, list) or field.name in held or field.type.name == "encrypted":
                continue
            try:
                held[field.name] = field.read(change[0])
            except FieldError:
                continue
    return held
