"""Which events the flows of a release listen to, known when it is compiled."""

from __future__ import annotations

from collections.abc import Iterator

from queti.kernel.definitions import FlowDef
from queti.kernel.definitions.flows import walk
from queti.kernel.model import Model

HEARD_BY_FLOWS = "flows"
"""A reaction to this hears whatever some flow listens to."""


def listen(model: Model) -> None:
    """Give the events that flows listen to the reaction that heeds them all."""
    heeding = model.reactions.pop(HEARD_BY_FLOWS, ())
    names = sorted({name for flow in model.flows.values() if flow.is_active for name in heard(flow)})
    for name in names if heeding else ():
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
