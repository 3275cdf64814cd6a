"""Events written, inline reactions run, the others left to the queue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from queti.kernel.events import Event, Reaction
from queti.kernel.record import Record

if TYPE_CHECKING:
    from queti.kernel.work import Work


def tell(
    work: Work,
    name: str,
    records: Sequence[Record] | Record,
    data: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None,
) -> None:
    """One event a record, with its `data` (one mapping for all, or one a record)."""
    told = [records] if isinstance(records, Record) else list(records)
    if not told:
        return
    extra = [data or {}] * len(told) if data is None or isinstance(data, Mapping) else list(data)
    if work.chain:
        extra = [{**each, "chain": list(work.chain)} for each in extra]
    events = [
        Event(
            id=0,
            name=name,
            object=record.object,
            record=record.id,
            data=more,
            by=work.who.user,
            version=record.version,
            subject=record,
        )
        for record, more in zip(told, extra, strict=True)
    ]
    for event in events:
        work.journal.tell(work, name, event.object, event.record, event.version, plain(event.data))
    for reaction in work.model.reactions.get(name, ()):
        if reaction.inline:
            react(work, reaction, events)
        else:
            work.journal.queued.add((name, reaction.name))


def react(work: Work, reaction: Reaction, events: list[Event]) -> None:
    """Run a reaction; what it writes names it as the operation and the event as the cause."""
    with work.doing(reaction.name, events[0].name):
        reaction.act(work, events)


def plain(data: Mapping[str, Any]) -> Any:
    """JSON values: records become ids, decimals text."""
    return msgspec.to_builtins({name: _plain(value) for name, value in data.items()}, enc_hook=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.id
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(entry) for entry in value]  # type: ignore[reportUnknownVariableType]
    return value
