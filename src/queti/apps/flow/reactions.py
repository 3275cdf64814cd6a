"""Flows begin, and go on, by what has happened."""

from __future__ import annotations

from collections.abc import Sequence

from queti.apps.flow.leaving import replace_person
from queti.engines.flows.starting import begin_by, go_on_by, stop_where_gone
from queti.kernel.events import Event, reacts_to
from queti.kernel.publishing.listening import HEARD_BY_FLOWS, REMOVED_UNDER_FLOWS
from queti.kernel.work import Work


@reacts_to(HEARD_BY_FLOWS)
def begin_flows(work: Work, events: list[Event]) -> None:
    """Whatever flows of the release listen to; all events of one telling together."""
    for chain, those in _by_chain(events):
        work.chain = chain
        begin_by(work, those)
        go_on_by(work, those)


@reacts_to(REMOVED_UNDER_FLOWS)
def stop_flows(work: Work, events: list[Event]) -> None:
    """What decides over a record that is gone ends with that reason."""
    stop_where_gone(work, events)


@reacts_to("base.handed_over", inline=True)
def hand_over_tasks(work: Work, events: list[Event]) -> None:
    """What waits for whoever hands over goes with the rest, in the same act."""
    for event in events:
        replace_person(work, event.record or 0, event.data["to"], event.data["reason"])


def _by_chain(events: Sequence[Event]) -> list[tuple[tuple[str, ...], list[Event]]]:
    groups: dict[tuple[str, ...], list[Event]] = {}
    for event in events:
        groups.setdefault(tuple(event.data.get("chain", ())), []).append(event)
    return list(groups.items())
