"""Which events the flows of a release listen to, known when it is compiled."""

from __future__ import annotations

from collections.abc import Iterator

from queti.kernel.definitions import FlowDef
from queti.kernel.definitions.flows import walk
from queti.kernel.model import Model

HEARD_BY_FLOWS = "flows"
"""A reaction to this hears whatever some flow listens to."""


REMOVED_UNDER_FLOWS = "flows.removed"
"""A reaction to this hears of records gone that some flow may be about."""


def listen(model: Model) -> None:
    """Give the events that flows listen to the reactions that heed them all."""
    flows = model.flows.values()
    _heed(model, HEARD_BY_FLOWS, {name for flow in flows if flow.is_active for name in heard(flow)})
    _heed(model, REMOVED_UNDER_FLOWS, {f"{flow.object}.removed" for flow in flows if flow.object})


def _heed(model: Model, hearing: str, names: set[str]) -> None:
    heeding = model.reactions.pop(hearing, ())
    for name in sorted(names) if heeding else ():
        model.reactions[name] = (*model.reactions.get(name, ()), *heeding)


def heard(flow: FlowDef) -> Iterator[str]:
    if begins := begins_by(flow):
        yield begins
    for _, _, step in walk(flow.steps):
        if step.kind == "wait" and step.wait_for == "event":
            yield step.event
        if step.kind == "wait" and step.wait_for == "value":
            yield f"{flow.object}.changed"


def begins_by(flow: FlowDef) -> str:
    """The event that begins it."""
    if flow.start.on in ("created", "changed"):
        return f"{flow.object}.{flow.start.on}"
    return flow.start.event if flow.start.on == "event" else ""
