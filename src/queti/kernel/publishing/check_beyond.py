"""What a drawn flow does as the system that who publishes it may not do themselves. An operation needs its right, so
that nobody gains one by drawing; of what it writes they are told, so that nobody lends rights unknowingly."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from queti.kernel.definitions import FlowDef, Words
from queti.kernel.definitions.flows import walk
from queti.kernel.flows import target_of
from queti.kernel.model import Model
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.findings import Finding
from queti.kernel.reading.permissions import ACTS, Verb, rights_of

_FIX = {
    "en": "Be sure that whoever the flow serves may cause this, or ask somebody who may do it to publish.",
    "zh": "请确认流程的使用者可以触发该操作，或由有权限的人发布。",
}
Deed = tuple[str, Verb | None, str]
"""(place, verb, object), or (place, None, operation)."""


def beyond_own(before: Model, after: Model, roles: Collection[str]) -> Iterator[Finding]:
    """At the steps of new and changed flows, by the rights of these roles as they are."""
    rights = rights_of(before, roles)
    for name, flow in after.flows.items():
        if name in before.flows and body_of(before.flows[name]) == body_of(flow):
            continue
        for place, verb, what in _deeds(after, flow):
            may = rights.may_perform(what) if verb is None else what not in before.objects or rights.may(what, verb)
            if not may:
                en, zh = _said(after, verb, what)
                yield Finding("flow", name, place, en, zh, "warning" if verb else "error", fix=_FIX)


def _deeds(model: Model, flow: FlowDef) -> Iterator[Deed]:
    steps = {name: step for _, name, step in walk(flow.steps)}
    if flow.sets and flow.object:
        yield "sets", "change", flow.object
    for place, _, step in walk(flow.steps):
        if step.kind == "perform":
            yield f"{place}.operation", None, step.operation
        elif step.kind == "create":
            yield f"{place}.object", "create", step.object
        elif step.kind in ("change", "remove"):
            target = target_of(model, flow, step)
            object = steps[step.found].object if step.found in steps else target.name if target else ""
            if object:
                yield place, "change" if step.kind == "change" else "remove", object


def _said(model: Model, verb: Verb | None, what: str) -> tuple[str, str]:
    if verb is None:
        label = model.operations[what].label if what in model.operations else {}
        en = _label(label, what, "en")
        return (
            f"It performs “{en}”, which you may not yourself.",
            f"它会执行“{_label(label, what, 'zh')}”，而您本人无此权限。",
        )
    label = model.objects[what].definition.label if what in model.objects else {}
    return (
        f"It may {ACTS[verb]['en']} “{_label(label, what, 'en')}”, which you may not yourself.",
        f"它会{ACTS[verb]['zh']}“{_label(label, what, 'zh')}”，而您本人无此权限。",
    )


def _label(label: Words, name: str, language: str) -> str:
    return label.get(language) or label.get("en") or name
