"""Every place of a definition that speaks of fields or choices, walked once for all that get other names.

Formulas are rewritten at the places where the check found the name; paths are followed link by link.
What the check can't read is left as it is, and is a finding.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from queti.kernel.definitions import VIEW_FIELDS, FlowDef
from queti.kernel.flows import Use, scope_for, uses_of
from queti.kernel.formulas import FormulaError, check, rows_scope
from queti.kernel.formulas.printer import renamed
from queti.kernel.formulas.types import Type
from queti.kernel.model import Field, Model, Object
from queti.kernel.publishing.canonical import Body, restore
from queti.kernel.publishing.check_objects import SERIAL_PART
from queti.kernel.rules.deciding import rule_of
from queti.kernel.scopes import LinkedScope, ObjectScope, source_of, typed_as


@dataclass(frozen=True, slots=True)
class Renames:
    """What gets another name: fields by (object, field), choices by (object, field, choice).

    `formerly`: the name by which the published release has the field.
    """

    fields: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    choices: Mapping[tuple[str, str, str], str] = field(default_factory=dict[tuple[str, str, str], str])
    formerly: str = ""

    def __bool__(self) -> bool:
        return bool(self.fields or self.choices)


class Rewriting:
    """Definitions, or parts of them, over `model` after these renames."""

    def __init__(self, model: Model, names: Renames) -> None:
        self.model = model
        self.names = names

    def rewritten(self, kind: str, body: Body) -> Body | None:
        """None where the definition doesn't speak of it."""
        news = copy.deepcopy(body)
        rewrite = getattr(self, f"_in_{kind}", None)
        if rewrite is not None:
            rewrite(news)
        return news if news != body else None

    # -- kinds

    def _in_object(self, body: Body) -> None:
        own = self.model.objects.get(body["object"])
        if own is None:
            return
        for name, written in body.get("fields", {}).items():
            self._in_field(own, name, written)
        for part in ("fields", "totals"):
            self._keys(own, body, part)
        self._texts(own, body, "title", "subtitle")
        self._paths(own, body, "owner_field", "state_field", "board_by", "calendar_by", "parent_field")
        self._sort(own, body)
        for key in body.get("keys", {}).values():
            self._paths(own, key, "fields")
        for name in body.get("totals", {}):
            self._texts(own, body["totals"], name)
        for rule in body.get("rules", {}).values():
            self._texts(own, rule, "require")
            self._paths(own, rule, "field")
        for linkage in body.get("linkage", {}).values():
            self._in_linkage(own, linkage)

    def _in_field(self, own: Object, name: str, written: Body) -> None:
        target = self.model.objects.get(written.get("to") or "")
        if "formula" in written:
            known = own.fields.get(name)
            expect = typed_as(self.model, known) if known and known.declared == known.type.name else None
            written["formula"] = self.formula(written["formula"], ObjectScope(self.model, own), expect)
        if "default" in written:
            written["default"] = self._value(own, name, written["default"])
        self._in_choices(own, name, written)
        if new := self.names.fields.get((own.name, name)):
            written["formerly"] = "" if self.names.formerly == new else self.names.formerly
        self._paths(own, written, "currency", "path")
        if "pattern" in written:
            written["pattern"] = SERIAL_PART.sub(lambda part: "{" + self.path(own, part[1]) + "}", written["pattern"])
        if target is not None:
            self._texts(target, written, "filter")
            self._paths(target, written, "take", "tree")
            self._sort(target, written)
            if "where" in written:
                written["where"] = self.formula(written["where"], LinkedScope(ObjectScope(self.model, own), target))

    def _in_choices(self, own: Object, name: str, written: Body) -> None:
        """A choice under its new name takes the records of the old one."""
        known, place = own.fields.get(name), (own.name, name)
        if known is None or not any(each[:2] == place for each in self.names.choices):
            return
        choices: Body = {}
        for each, choice in written["choices"].items():
            if choice.get("under"):
                choice["under"] = self.choice(known, choice["under"])
            new = self.choice(known, each)
            choices[new] = choice if new == each else {**choice, "formerly": [*choice.get("formerly", []), each]}
        written["choices"] = choices

    def _in_linkage(self, own: Object, linkage: Body) -> None:
        self._texts(own, linkage, "when")
        self._paths(own, linkage, "show", "hide", "require", "lock")
        for name, text in linkage.get("set", {}).items():
            linkage["set"][name] = self._value(own, name, text)
        for name, offered in linkage.get("choices", {}).items():
            if name in own.fields:
                linkage["choices"][name] = [self.choice(own.fields[name], each) for each in offered]
        for name, text in linkage.get("filter", {}).items():
            target = self.model.objects.get(own.fields[name].target or "") if name in own.fields else None
            if target is not None:
                linkage["filter"][name] = self.formula(text, LinkedScope(ObjectScope(self.model, own), target))
        for part in ("set", "choices", "filter"):
            self._keys(own, linkage, part)

    def _in_view(self, body: Body) -> None:
        for own in self._of(body["object"]):
            self._texts(own, body, "where")
            self._sort(own, body)
            self._paths(own, body, "fields", *VIEW_FIELDS)
            self._keys(own, body, "totals")
            for colour in body.get("colours", {}).values():
                self._texts(own, colour, "when")
                self._paths(own, colour, "field")

    def _in_form(self, body: Body) -> None:
        for own in self._of(body["object"]):
            for section in body.get("sections", {}).values():
                self._texts(own, section, "when")
                for item in section.get("items", {}).values():
                    self._paths(own, item, "field")

    def _in_public_form(self, body: Body) -> None:
        for own in self._of(body["object"]):
            self._paths(own, body, "fields", "follow")
            for name, text in body.get("set", {}).items():
                body["set"][name] = self._value(own, name, text)
            self._keys(own, body, "set")

    def _in_role(self, body: Body) -> None:
        for name, grant in body.get("objects", {}).items():
            for own in self._of(name):
                self._texts(own.parent or own, grant, "see", "create", "change", "remove")
                self._paths(own, grant, "hide", "only", "locked", "writes")

    def _in_home(self, body: Body) -> None:
        for part in (*body.get("cards", {}).values(), *body.get("tiles", {}).values()):
            for own in self._of(part["object"]):
                self._texts(own, part, "where")
                self._sort(own, part)
                if "value" in part:
                    part["value"] = self.formula(part["value"], rows_scope(ObjectScope(self.model, own)))

    def _in_print(self, body: Body) -> None:
        for own in self._of(body["object"]):
            lines = body.get("lines", "")
            rows = (
                own.reverse[lines].object
                if lines in own.reverse
                else own.lines[lines].target
                if lines in own.lines
                else ""
            )
            for child in self._of(rows or ""):
                self._paths(child, body, "columns")
                self._texts(child, body, "where")
            self._paths(own, body, "party", "address", "header", "lines", "totals", "capitals")

    def _in_import(self, body: Body) -> None:
        for own in self._of(body["target"]):
            self._keys(own, body, "each")
            self._paths(own, body, "key")

    def _in_flow(self, body: Body) -> None:
        flow = cast("FlowDef", restore("flow", body))
        for use in uses_of(self.model, flow):
            holder = body
            for key in use.place[:-1]:
                holder = holder[key]
            key = use.place[-1]
            old = cast("list[str] | str | None", holder.get(key))
            if use.sort == "formula":
                holder[key] = self.formula(use.value, scope_for(self.model, flow, use), use.expect)
            elif use.sort == "place":
                new = self.formula(use.value, scope_for(self.model, flow, use), None)
                holder[key] = cast("str", old).replace(f"{{{use.value}}}", f"{{{new}}}")
            elif use.sort == "path" and use.over is not None and not use.goes_on:
                new = self.path(use.over, use.value)
                holder[key] = [new if each == use.value else each for each in old] if isinstance(old, list) else new
        for use in uses_of(self.model, flow):
            self._key_of(body, use)

    def _in_rule(self, body: Body) -> None:
        """Cells and formulas at the places where the rule's own check read the names."""
        name = cast("str", body["rule"])
        for place, typed in rule_of(self.model, name).uses if name in self.model.rules else ():
            *way, last = place.split(".")
            holder: Any = body
            for key in way:
                holder = holder[int(key)] if key.isdigit() else holder.get(key, {})
            new = renamed(typed, self.names.fields, self.names.choices)
            if new != typed.text:
                holder[last] = new
        for own in self._of(body.get("on", "")):
            for test in body.get("tests", {}).values():
                self._in_given(own, body, test)

    def _in_given(self, own: Object, rule: Body, test: Body) -> None:
        """What a test gives stands under an input's own name, or under a path; so do the cells of a list."""
        found: Body = {}
        for name, value in test.get("given", {}).items():
            is_input = name in rule.get("inputs", {})
            rows = self._behind(own, name) if isinstance(value, list) and not is_input else None
            if rows is not None:
                value = [self._cells(rows, row) for row in cast("list[Any]", value)]
            found[name if is_input else self.path(own, name)] = value
        if found:
            test["given"] = found

    def _cells(self, rows: Object, row: Any) -> Any:
        if not isinstance(row, dict):
            return row
        return {self.path(rows, key): cell for key, cell in cast("Body", row).items()}

    def _key_of(self, body: Body, use: Use) -> None:
        """A key that names a field gets the field's new name."""
        new = self.path(use.over, use.value) if use.goes_on and use.over is not None else use.value
        if new != use.value:
            holder = body
            for key in use.place[:-1]:
                holder = holder[key]
            holder[new] = holder.pop(use.value)

    # -- properties

    def formula(self, text: str, scope: Any, expect: Type | None = None) -> str:
        try:
            return renamed(check(text, scope, expect=expect), self.names.fields, self.names.choices)
        except FormulaError:
            return text

    def choice(self, field: Field, name: str) -> str:
        """The bare name of a choice of the field."""
        return self.names.choices.get((*source_of(self.model, field), name), name)

    def _value(self, own: Object, field: str, text: str) -> str:
        """What a field is set to: a formula of its type, or a choice by its bare name."""
        known = own.fields.get(field)
        if known is not None and text in known.definition.choices:
            return self.choice(known, text)
        return self.formula(text, ObjectScope(self.model, own), typed_as(self.model, known) if known else None)

    def _of(self, name: str) -> Iterator[Object]:
        if name in self.model.objects:
            yield self.model.objects[name]

    def _texts(self, object: Object, part: Body, *names: str) -> None:
        for name in names:
            if isinstance(part.get(name), str):
                part[name] = self.formula(part[name], ObjectScope(self.model, object))

    def _paths(self, object: Object, part: Body, *names: str) -> None:
        for name in names:
            given = part.get(name)
            if isinstance(given, str):
                part[name] = self.path(object, given)
            elif isinstance(given, list):
                part[name] = [self.path(object, each) for each in cast("list[str]", given)]

    def _keys(self, object: Object, part: Body, name: str) -> None:
        if name in part:
            part[name] = {self.path(object, key): value for key, value in cast("Mapping[str, Any]", part[name]).items()}

    def _sort(self, object: Object, part: Body) -> None:
        if part.get("sort"):
            part["sort"] = ",".join(self._sign(object, each.strip()) for each in part["sort"].split(","))

    def _sign(self, object: Object, entry: str) -> str:
        name = entry.lstrip("-+")
        return entry[: len(entry) - len(name)] + self.path(object, name)

    def path(self, object: Object, path: str) -> str:
        return ".".join(self._along(object, path.split(".")))

    def _along(self, object: Object, names: Iterable[str]) -> Iterator[str]:
        here: Object | None = object
        for name in names:
            yield self.names.fields.get((here.name, name), name) if here else name
            here = self._behind(here, name)

    def _behind(self, here: Object | None, name: str) -> Object | None:
        if here is None or (name not in here.fields and name not in here.reverse):
            return None
        target = here.reverse[name].object if name in here.reverse else here.fields[name].target
        return self.model.objects.get(target or "")
