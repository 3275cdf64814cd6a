"""What a worker does with events: each reaction once per event, in a Work of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from queti.kernel.events import Event, Reaction
from queti.kernel.person import SYSTEM
from queti.kernel.statements import as_json
from queti.kernel.telling import react

if TYPE_CHECKING:
    from queti.kernel.platform import Platform
    from queti.kernel.work import Work


def run_reactions(platform: Platform, workspace: str, events: Sequence[int]) -> int:
    """Perform the queued reactions to these events; how many ran. Events of one name and one
    teller go together. Twice is harmless: a done reaction is a row of the same transaction."""
    groups = platform.run(workspace, SYSTEM, lambda work: _grouped(work, _load(work, events)), reads_only=True)
    return sum(_run(platform, workspace, group, name) for group, name in groups)


def _load(work: Work, ids: Sequence[int]) -> list[Event]:
    rows = work.rows(_EVENTS.format(schema=work.schema), (list(ids),))
    return [Event(id, name, object, record, data, by, version) for id, name, object, record, data, by, version in rows]


def _grouped(work: Work, events: Sequence[Event]) -> list[tuple[list[Event], str]]:
    groups: dict[tuple[str, int | None, str], list[Event]] = {}
    for event in events:
        for reaction in work.model.reactions.get(event.name, ()):
            if not reaction.inline:
                groups.setdefault((event.name, event.by, reaction.name), []).append(event)
    return [(group, reaction) for (_, _, reaction), group in groups.items()]


def _run(platform: Platform, workspace: str, events: list[Event], name: str) -> int:
    by = events[0].by
    who = SYSTEM if by is None else platform.person(workspace, by)

    def act(work: Work) -> int:
        reaction = _reaction(work, events[0].name, name)
        done = work.column(_DONE.format(schema=work.schema), (as_json([event.id for event in events]), name))
        left = [event for event in events if event.id in set(done)]
        if reaction is None or not left:
            return 0
        react(work, reaction, left)
        return 1

    return platform.run(workspace, who, act)


def _reaction(work: Work, event: str, name: str) -> Reaction | None:
    return next((each for each in work.model.reactions.get(event, ()) if each.name == name), None)


_EVENTS = """SELECT id, name, object, record_id, data, by, version FROM {schema}.kernel_event
WHERE id = ANY($1::bigint[]) ORDER BY id"""
_DONE = """INSERT INTO {schema}.kernel_reaction (event_id, reaction)
SELECT value::bigint, $2 FROM jsonb_array_elements_text($1::jsonb) ON CONFLICT DO NOTHING RETURNING event_id"""
