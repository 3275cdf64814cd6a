"""Which objects of the model before can serve again: nothing in them or that they look into has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from queti.kernel.definitions import ObjectDef
from queti.kernel.model import Model, Object, Reverse, Storage
from queti.kernel.publishing.effective import Effective
from queti.kernel.publishing.resolving import names_roles, role_choices

Reverses = dict[str, dict[str, Reverse]]


@dataclass(slots=True)
class Kept:
    """Which objects of the model before can serve again."""

    whole: Effective
    reverses: Reverses
    previous: Model | None
    storage: Storage

    def find(self) -> set[str]:
        if self.previous is None:
            return set()
        before = self.previous.objects
        kept = {name for name, definition in self.whole.objects.items() if self._is_same(name, definition)}
        altered = {name for name in before if name not in kept and not self._only_grew(name)}
        while gone := {name for name in kept if self._looks_into(before[name], kept, altered)}:
            kept -= gone
            altered |= gone
        return kept

    def _is_same(self, name: str, definition: ObjectDef) -> bool:
        before = self.previous.objects.get(name) if self.previous else None
        return (
            before is not None
            and before.definition == definition
            and before.reverse == self.reverses.get(name, {})
            and self.previous is not None
            and self.storage.get(name) is not None
            and self.previous.storage[name]["columns"] == self.storage[name]["columns"]
            and ("base.user" in self.whole.objects) == ("base.user" in self.previous.objects)
            and self._same_rules(name, definition)
            and (role_choices(self.previous.roles) == role_choices(self.whole.roles) or not names_roles(definition))
        )

    def _same_rules(self, name: str, definition: ObjectDef) -> bool:
        """Formulas may have rules about the object in them."""
        before = {rule.rule: rule for rule in self.previous.rules.values() if rule.on == name} if self.previous else {}
        now = {rule.rule: rule for rule in self.whole.rules.values() if rule.on == name}
        return before == now or b"decide(" not in msgspec.json.encode(definition)

    def _only_grew(self, name: str) -> bool:
        assert self.previous is not None
        now = self.whole.objects.get(name)
        return now is not None and grew(self.previous.objects[name], now, self.reverses.get(name, {}))

    def _looks_into(self, object: Object, kept: set[str], altered: set[str]) -> bool:
        if object.parent is not None and object.parent.name not in kept:
            return True
        if any(each.target and each.target not in self.whole.objects for each in object.fields.values()):
            return True
        return bool(object.consulted & altered - {object.name})


def grew(before: Object, now: ObjectDef, reverse: Mapping[str, Reverse]) -> bool:
    """Fields or lists were added and none changed, so that nothing that looks into it sees a difference."""
    return (
        all(now.fields.get(name) == written for name, written in before.definition.fields.items())
        and all(reverse.get(name) == each for name, each in before.reverse.items())
        and before.definition.append_only == now.append_only
        and before.definition.lines_of == now.lines_of
    )


def only_grew(before: Object, now: Object) -> bool:
    return before is now or grew(before, now.definition, now.reverse)
