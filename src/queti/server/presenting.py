"""What an operation answered, as its caller may see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from queti.kernel.operations import Call
from queti.kernel.record import Record
from queti.kernel.work import Work

Place = tuple[str, int]


def present(work: Work, result: Any) -> Any:
    """JSON values; records become what the person sees of them now, lines included.

    One that is out of the person's sight is its id alone. Reads once an object, however
    many records there are.
    """
    work.settle()
    wanted: dict[str, dict[int, None]] = {}
    for name, id in _records(result):
        wanted.setdefault(name, {})[id] = None
    shown: dict[Place, Any] = {}
    for name, ids in wanted.items():
        for record in work.as_person.shown(work.model.object(name), list(ids)):
            shown[name, record["id"]] = record
    return _replaced(result, shown)


def _records(value: Any) -> Iterator[Place]:
    if isinstance(value, Record):
        yield value.object, value.id
    elif isinstance(value, (Mapping, Call)):
        for name in value:
            yield from _records(value[name])
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _records(inner)


def _replaced(value: Any, shown: Mapping[Place, Any]) -> Any:
    if isinstance(value, Record):
        return shown[value.object, value.id]
    if isinstance(value, (Mapping, Call)):
        return {name: _replaced(value[name], shown) for name in value}
    if isinstance(value, (list, tuple)):
        return [_replaced(inner, shown) for inner in value]
    return value
