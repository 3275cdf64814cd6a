"""What flows have to do with a record: those that one may submit, and those that it has been through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from queti.kernel.work import Work

_INSTANCE = ("id", "title", "flow", "state", "submitter", "submitter._label", "started_at", "ended_at", "at_step")
_ACT = ("instance", "act", "step", "by", "by._label", "to", "to._label", "at", "reason")
_TASK = ("id", "instance", "step", "kind", "state", "assignee", "assignee._label", "created_at", "due_at", "version")


def about(work: Work, object: str, id: int) -> dict[str, Any]:
    """`{flows: [{flow, label}], instances, tasks, acts}`: all as far as the person sees them."""
    work.as_person.look_at(object, id)
    if "flow.instance" not in work.model.objects:
        return {"flows": [], "instances": [], "tasks": [], "acts": []}
    return {"flows": _offered(work, object), **_past(work, object, id)}


def _offered(work: Work, object: str) -> list[dict[str, Any]]:
    if not work.as_person.can("flow.submit"):
        return []
    return [
        {"flow": name, "label": flow.label}
        for name, flow in sorted(work.model.flows.items(), key=lambda each: (each[1].order, each[0]))
        if flow.object == object and flow.is_active and flow.start.on == "submit"
        and (not flow.start.roles or set(flow.start.roles) & set(work.who.roles))
    ]  # fmt: skip


def _past(work: Work, object: str, id: int) -> dict[str, Any]:
    person = work.as_person
    if not all(person.rights.sees(work.object(name)) for name in ("flow.instance", "flow.task", "flow.act")):
        return {"instances": [], "tasks": [], "acts": []}
    given = {"object": object, "record": id}
    where = "object = $object and record = $record"
    instances = person.query("flow.instance", where, "-id", _INSTANCE, params=given).records
    ids = {"ids": [each["id"] for each in instances]}
    tasks = person.query("flow.task", "instance in $ids", "id", _TASK, limit=500, params=ids).records
    acts = person.query("flow.act", "instance in $ids", "id", _ACT, limit=500, params=ids).records
    return {"instances": instances, "tasks": tasks, "acts": acts}
