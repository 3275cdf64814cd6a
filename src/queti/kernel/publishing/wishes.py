"""What people who don't build may wish of a field without knowing definitions: other words, required, a choice more."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from queti.kernel.names import unknown
from queti.kernel.publishing.canonical import Body, Identity, body_of
from queti.kernel.publishing.drafts import Change
from queti.kernel.reading.permissions import rights_of

if TYPE_CHECKING:
    from queti.kernel.work import Work


@dataclass(frozen=True, slots=True)
class Wish:
    """Of one field. Words are in the wisher's language; `choice` is a new choice's name and words."""

    object: str
    field: str
    label: str = ""
    help: str = ""
    required: bool | None = None
    choice: tuple[str, str] | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.label or self.help or self.choice) and self.required is None


def changes_of(work: Work, wishes: Iterable[Wish]) -> list[Change]:
    """The wishes as changes of definitions. UnknownName where the person sees no such field."""
    bodies: dict[Identity, Body] = {}
    for wish in wishes:
        if wish.is_empty:
            continue
        identity = _holder(work, wish)
        body = bodies.get(identity) or body_of(work.model.definitions[identity])
        fields = {**body["fields"], wish.field: _wished(body["fields"][wish.field], wish, work.language)}
        bodies[identity] = {**body, "fields": fields}
    return [Change(kind, name, body) for (kind, name), body in bodies.items()]


def _holder(work: Work, wish: Wish) -> Identity:
    """The object's own definition, or the part of another app that added the field."""
    model = work.model
    seen = rights_of(model, work.who.roles).of(model.object(wish.object)).fields
    for identity, definition in model.definitions.items():
        is_part = identity[0] == "object" and identity[1].rpartition(":")[2] == wish.object
        if is_part and wish.field in seen and wish.field in getattr(definition, "fields", {}):
            return identity
    raise unknown({"en": f"field of {wish.object}", "zh": f"{wish.object} 的字段"}, wish.field, seen)


def _wished(field: Body, wish: Wish, language: str) -> Body:
    news: Body = {**field}
    for name, words in (("label", wish.label), ("help", wish.help)):
        if words:
            news[name] = {**field.get(name, {}), language: words}
    if wish.required is not None:
        news["required"] = wish.required
    if wish.choice is not None and wish.choice[0] not in field.get("choices", {}):
        last = max((choice.get("order", 0) for choice in field.get("choices", {}).values()), default=0)
        made = {"label": {language: wish.choice[1]}, "order": last + 1}
        news["choices"] = {**field.get("choices", {}), wish.choice[0]: made}
    return news
