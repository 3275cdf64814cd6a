"""What waits for somebody who leaves, and who takes it over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from queti.apps.flow.acting import INSTANCE
from queti.engines.flows.driving import Drive
from queti.engines.flows.interpreting import read
from queti.engines.flows.replacing import asks_for
from queti.engines.flows.state import Replace
from queti.kernel.record import Record
from queti.kernel.work import Work

_RUNNING = 'state in ("queued", "running", "failed")'


def replace_person(work: Work, person: int, to: int, reason: str) -> list[Record]:
    """Whatever waits for the person, or will, waits for the other; the instances as they are then."""
    drive = Drive(work)
    for case in drive.take(row.id for row in _held_by(work, person)):
        case.hear(Replace(person, to, work.who.user or 0, reason))
    drive.settle()
    return [case.row for case in drive.cases if case.row is not None]


def waiting_for(work: Work, person: int, to: int | None) -> list[dict[str, Any]]:
    """`[{flow, label, count, shared, own}]`: instances by flow; `shared` ask the successor too, `own` are theirs."""
    flows: dict[str, dict[str, Any]] = {}
    for row in _held_by(work, person):
        label = _label(work, row.flow)
        told = flows.setdefault(row.flow, {"flow": row.flow, "label": label, "count": 0, "shared": 0, "own": 0})
        told["count"] += 1
        told["shared"] += int(to is not None and asks_for(read(row.holds), to))
        told["own"] += int(to is not None and row.submitter == to)
    return sorted(flows.values(), key=lambda each: (-each["count"], each["label"]))


def _held_by(work: Work, person: int) -> Iterable[Record]:
    """The state says more than the tasks: who is next in turn, and to whom it returns."""
    rows = work.find(INSTANCE, _RUNNING, fields=["id", "flow", "submitter", "holds"], sort="id")
    return (row for row in rows if asks_for(read(row.holds), person))


def _label(work: Work, name: str) -> str:
    flow = work.model.flows.get(name)
    label: Mapping[str, str] = flow.label if flow else {}
    return label.get(work.language) or label.get("en") or name
