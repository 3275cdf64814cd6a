"""Forms, linkage and rules as the screen previews them: no more than what the person sees of their fields.

What can't be told here still binds: the server has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from queti.kernel.definitions import FormDef, FormItem, FormSection
from queti.kernel.errors import Refusal
from queti.kernel.formulas import FormulaError, Typed
from queti.kernel.formulas.types import BOOLEAN
from queti.kernel.model import Linkage, Model, Object
from queti.kernel.reading.permissions import Rights
from queti.kernel.scopes import object_formula

Described = dict[str, Any]
_LISTS = ("show", "hide", "require", "lock")


class FormDescriber:
    def __init__(self, model: Model, rights: Rights, say: Callable[[Mapping[str, str], str], str]) -> None:
        self.model = model
        self.rights = rights
        self.say = say

    def all(self) -> Described:
        """By name, in their order."""
        forms = sorted(self.model.forms.items(), key=lambda item: (item[1].order, item[0]))
        return {name: self._form(form) for name, form in forms if self._shows(form)}

    def of(self, object: Object) -> list[str]:
        return [name for name, form in self.all().items() if form["object"] == object.name]

    def linkage(self, object: Object) -> list[Described]:
        return [self._linkage(object, each) for each in object.linkage if self.sees(each.when)]

    def rules(self, object: Object) -> list[Described]:
        return [
            {
                "name": rule.name,
                "require": rule.definition.require,
                "say": self.say(rule.definition.say, rule.name),
                "field": rule.definition.field,
            }
            for rule in object.rules
            if self.sees(rule.require)
        ]

    def _linkage(self, object: Object, linkage: Linkage) -> Described:
        definition, seen = linkage.definition, self.rights.of(object).fields
        described: Described = {
            "name": linkage.name,
            "label": self.say(definition.label, ""),
            "when": definition.when,
            "choices": {name: offered for name, offered in definition.choices.items() if name in seen},
            "set": {name: definition.set[name] for name, typed in linkage.set.items() if self.sees(typed)},
            "filter": {name: definition.filter[name] for name, typed in linkage.filter.items() if self.sees(typed)},
        }
        described |= {part: [name for name in getattr(definition, part) if name in seen] for part in _LISTS}
        for part in ("set", "filter"):
            described[part] = {name: text for name, text in described[part].items() if name in seen}
        return described

    def sees(self, typed: Typed) -> bool:
        """All that the formula rests on, the rules that it asks included."""
        return all(self._sees_field(where, name) for where, name in typed.reads)

    def _sees_field(self, where: str, name: str) -> bool:
        object = self.model.objects.get(where)
        return name == "this" or (
            object is not None and self.rights.sees(object) and name in self.rights.of(object).fields
        )

    # --- forms

    def _shows(self, form: FormDef) -> bool:
        object = self.model.objects.get(form.object)
        if object is None or not self.rights.sees(object):
            return False
        return not form.roles or any(role in self.rights.roles for role in form.roles)

    def _form(self, form: FormDef) -> Described:
        object = self.model.objects[form.object]
        sections = [self._section(object, name, section) for name, section in form.sections.items()]
        return {
            "name": form.form,
            "label": self.say(form.label, form.form),
            "object": form.object,
            "device": form.device,
            "use": form.use,
            "rest": form.rest,
            "sections": [section for section in sections if section["items"]],
        }

    def _section(self, object: Object, name: str, section: FormSection) -> Described:
        items = [self._item(item_name, item) for item_name, item in section.items.items() if self._has(object, item)]
        return {
            "name": name,
            "label": self.say(section.label, ""),
            "help": self.say(section.help, ""),
            "kind": section.kind,
            "columns": section.columns,
            "is_side": section.is_side,
            "collapsed": section.collapsed,
            "when": section.when if self._sees_text(object, section.when) else "",
            "items": items,
        }

    def _has(self, object: Object, item: FormItem) -> bool:
        if item.operation:
            return self.rights.may_perform(item.operation)
        return not item.field or item.field in self.rights.of(object).fields

    def _item(self, name: str, item: FormItem) -> Described:
        return {
            "name": name,
            "field": item.field,
            "operation": item.operation,
            "note": self.say(item.note, ""),
            "label": self.say(item.label, ""),
            "help": self.say(item.help, ""),
            "width": item.width,
        }

    def _sees_text(self, object: Object, text: str) -> bool:
        try:
            return bool(text) and self.sees(object_formula(self.model, object, text, BOOLEAN))
        except (FormulaError, Refusal):
            return False


def formulas_of(object: Object) -> Iterator[Typed]:
    """What forms work out of a record: its fields, validations and linkage."""
    yield from (field.formula for field in object.fields.values() if field.formula)
    yield from (rule.require for rule in object.rules)
    for linkage in object.linkage:
        yield from (linkage.when, *linkage.set.values())
