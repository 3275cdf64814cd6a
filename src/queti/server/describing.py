"""What a set of roles may see of a release, described for the screen and the API reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from queti.engines.views.shown import shown_view
from queti.kernel.definitions import FieldDef, ViewDef
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.model import Field, Model, Object
from queti.kernel.operations import Operation
from queti.kernel.publishing.canonical import body_of
from queti.kernel.reading.permissions import ObjectRights, Rights, rights_of
from queti.kernel.rules.inlining import with_called
from queti.kernel.values import decimals_of
from queti.server.describing_forms import FormDescriber, formulas_of

Described = dict[str, Any]
_DECIDING = "kind", "on", "inputs", "outputs", "hit", "collect", "rows", "default", "bands", "as_of", "calls"


def describe(model: Model, roles: Iterable[str], language: str) -> Described:
    """The answer of `GET /api/definitions`, but for `me`."""
    return Describer(model, rights_of(model, roles), language).all()


class Describer:
    def __init__(self, model: Model, rights: Rights, language: str) -> None:
        self.model = model
        self.rights = rights
        self.language = language
        self.seen = {name: entry for name, entry in model.objects.items() if rights.sees(entry)}
        self.operations = {name: model.operations[name] for name in sorted(rights.operations)}
        self.forms = FormDescriber(model, rights, self.say)
        self.views = {name: view for name, each in model.views.items() if (view := self._view(each)) is not None}

    def all(self) -> Described:
        prints = {name: entry for name, entry in self.model.prints.items() if entry.object in self.seen}
        views = self.views
        described: Described = {
            "release": self.model.number,
            "language": self.language,
            "apps": self._apps(),
            "objects": {name: self._object(entry, views, prints) for name, entry in self.seen.items()},
            "operations": {name: self._operation(entry) for name, entry in self.operations.items()},
            "forms": self.forms.all(),
            "views": {name: self._plain(view, name) for name, view in views.items()},
            "prints": {
                name: {"name": name, "label": self.say(entry.label, name), "object": entry.object}
                for name, entry in prints.items()
            },
            "imports": self._imports(),
            "deciding": self._deciding(),
        }
        if self.rights.administers:
            described["roles"] = [self._plain(role, name) for name, role in self.model.roles.items()]
        return described

    def objects(self, name: str) -> Described:
        """The object and those of its lists."""
        within = [field.target or "" for field in self.model.object(name).lines.values()]
        wanted = {each: self.seen[each] for each in (name, *within) if each in self.seen}
        return {each: self._object(entry, {}, {}) for each, entry in wanted.items()}

    # --- words --------------------------------------------------------------------------

    def say(self, words: Mapping[str, str], otherwise: str = "") -> str:
        return words.get(self.language) or words.get("en") or next(iter(words.values()), otherwise)

    def _plain(self, entry: Any, name: str) -> Described:
        """A definition that needs no more than its words chosen."""
        told = {key: value for key, value in _properties(entry) if key != "objects"}
        for key, value in told.items():
            if _is_words(value):
                told[key] = self.say(value)
            elif isinstance(value, list) and value and all(_is_words(item) for item in value):
                told[key] = [self.say(item) for item in value]
        return {**told, "name": name, "label": self.say(entry.label, name)}

    def _deciding(self) -> Described:
        """Rules that formulas ask, where all is seen that these rest on: forms decide by them while one types."""
        formulas = (typed for entry in self.seen.values() for typed in formulas_of(entry))
        asked = {rule for typed in formulas if typed.decides and self.forms.sees(typed) for rule in typed.decides}
        bodies = {name: body_of(self.model.rules[name]) for name in sorted(with_called(self.model, asked))}
        return {name: {part: body[part] for part in _DECIDING if part in body} for name, body in bodies.items()}

    def _imports(self) -> Described:
        return {
            name: {"name": name, "label": self.say(entry.label, name), "target": entry.target}
            for name, entry in self.model.imports.items()
            if self._takes(entry.target)
        }

    def _takes(self, target: str) -> bool:
        """May this person bring records in through that object or operation?"""
        if target in self.operations:
            return True
        return target in self.seen and bool(self.rights.of(target).create)

    # --- apps ---------------------------------------------------------------------------

    def _apps(self) -> list[Described]:
        apps: list[Described] = []
        for name, app in sorted(self.model.apps.items(), key=lambda item: (item[1].order, item[0])):
            menu = [
                {
                    "name": item_name,
                    "label": self.say(item.label) or self._item_label(item),
                    **{key: value for key, value in _properties(item) if key != "label" and value},
                    "icon": item.icon or self._item_icon(item),
                    "order": item.order,
                }
                for item_name, item in app.menu.items()
                if self._shows_item(item)
            ]
            if menu:
                menu.sort(key=lambda item: item["order"])
                label = self.say(app.label, name)
                apps.append({"name": name, "label": label, "icon": app.icon, "order": app.order, "menu": menu})
        return apps

    def _shows_item(self, item: Any) -> bool:
        if item.operation:
            return item.operation in self.operations
        if item.view:
            return item.view in self.views
        if item.object:
            return item.object in self.seen
        return item.page != "admin" or self.rights.administers

    def _item_label(self, item: Any) -> str:
        if item.operation:
            return self.say(self.operations[item.operation].label, item.operation)
        if item.view:
            return self.say(self.model.views[item.view].label, item.view)
        if item.object:
            definition = self.seen[item.object].definition
            return self.say(definition.plural) or self.say(definition.label, item.object)
        return item.page

    def _item_icon(self, item: Any) -> str:
        name = item.object or (self.model.views[item.view].object if item.view else "")
        return self.seen[name].definition.icon if name in self.seen else ""

    def _view(self, view: ViewDef) -> ViewDef | None:
        is_theirs = not view.roles or any(role in self.rights.roles for role in view.roles)
        return shown_view(self.model, self.rights, view) if is_theirs and view.object in self.seen else None

    # --- objects ------------------------------------------------------------------------

    def _object(self, entry: Object, views: Mapping[str, Any], prints: Mapping[str, Any]) -> Described:
        definition, rights = entry.definition, self.rights.of(entry)
        name = entry.name
        return {
            "name": name,
            "label": self.say(definition.label, name),
            "plural": self.say(definition.plural) or self.say(definition.label, name),
            "help": self.say(definition.help),
            "app": entry.app,
            "icon": definition.icon,
            "order": definition.order,
            "title": entry.title,
            "subtitle": definition.subtitle,
            "sort": definition.sort,
            "state_field": definition.state_field,
            "board_by": definition.board_by,
            "calendar_by": definition.calendar_by,
            "owner_field": definition.owner_field,
            "append_only": entry.append_only,
            "creatable": definition.creatable,
            "track_activities": definition.track_activities,
            "lines_of": definition.lines_of,
            "parent_field": definition.parent_field if entry.is_lines else "",
            "groups": [{"name": key, "label": self.say(words, key)} for key, words in definition.groups.items()],
            "may": _may(definition, rights),
            "fields": self._fields(entry, rights),
            "related": self._related(entry, rights),
            "operations": [op for op, each in self.operations.items() if each.on == name],
            "decided_by": [rule for rule, each in self.model.rules.items() if each.on == name],
            "views": [view for view, each in views.items() if each.object == name],
            "forms": self.forms.of(entry),
            "linkage": self.forms.linkage(entry),
            "rules": self.forms.rules(entry),
            "prints": [key for key, each in prints.items() if each.object == name],
            "imports": [key for key, each in self.model.imports.items() if each.target == name],
        }

    def _fields(self, entry: Object, rights: ObjectRights) -> list[Described]:
        change, create = rights.writable("change"), rights.writable("create")
        shown = [field for name, field in entry.fields.items() if name in rights.fields and _is_shown(field)]
        shown.sort(key=lambda field: field.definition.order)
        return [
            {
                **self.definition(field.name, field.definition, shown_type(field)),
                "to": field.target if field.target in self.seen else None,
                "of": field.target if field.type.name == "lines" else None,
                "computed": field.is_computed,
                "live": field.is_live,
                "system": field.is_system,
                "may_change": field.name in change,
                "may_create": field.name in create,
                "formula": field.definition.formula if field.is_computed else None,
            }
            for field in shown
        ]

    def _related(self, entry: Object, rights: ObjectRights) -> list[Described]:
        return [
            {
                "name": back.name,
                "label": self.say(back.label, back.name),
                "object": back.object,
                "field": back.field,
            }
            for back in entry.reverse.values()
            if back.object in self.seen
            and back.name in rights.fields
            and back.field in self.rights.of(back.object).fields
        ]

    # --- fields and inputs ---------------------------------------------------------------

    def definition(self, name: str, field: FieldDef, type: str) -> Described:
        described: Described = {
            "name": name,
            "type": type,
            "label": self.say(field.label, name),
            "help": self.say(field.help),
            "group": field.group,
            "order": field.order,
            "required": field.required,
            "read_only": field.read_only,
            "fixed": field.fixed,
            "unique": field.unique,
            "in_list": field.in_list,
            "hidden": field.hidden,
            "search": field.search,
            "choices": [
                {"name": key, "label": self.say(choice.label, key), "tone": choice.tone}
                | ({"under": choice.under} if choice.under else {})
                | ({"retired": True} if choice.retired else {})
                for key, choice in field.choices.items()
            ],
            "decimals": decimals_of(field) if type in ("number", "money", "percent", "progress") else None,
            "currency": field.currency,
            "to": field.to,
            "reverse": field.reverse,
            "of": field.of,
            "filter": field.filter,
            "min": field.min,
            "max": field.max,
            "max_length": field.max_length,
            "default": field.default,
            "app": field.app,
        }
        described |= {key: value for key in _SETTINGS if (value := getattr(field, key))}
        if field.fields:
            described["inner"] = self._inputs(field.fields)
        return described

    def _inputs(self, inputs: Mapping[str, FieldDef]) -> list[Described]:
        return [
            {**self.definition(name, field, field.type), "many": field.many, "min_rows": field.min_rows}
            for name, field in inputs.items()
        ]

    def _operation(self, operation: Operation) -> Described:
        return {
            "name": operation.name,
            "label": self.say(operation.label, operation.name),
            "help": self.say(operation.help),
            "on": operation.on,
            "key": operation.key,
            "primary": operation.primary,
            "tone": operation.tone,
            "order": operation.order,
            "reads_only": operation.reads_only,
            "result": operation.result,
            "inputs": self._inputs(operation.inputs),
            **({"columns": self._inputs(operation.columns)} if operation.columns else {}),
            **({"offers": offers} if (offers := self._offers(operation)) else {}),
        }

    def _offers(self, operation: Operation) -> list[Described]:
        """What the report leads to, as far as the person may perform it."""
        return [
            {"operation": name, "takes": dict(takes)}
            for name, takes in operation.offers.items()
            if name in self.operations
        ]


_SETTINGS = (
    "accept", "max_size", "max_count", "depth", "symbology", "tree", "path", "sort", "take", "pattern", "write_only",
)  # fmt: skip
"""Told where they are set."""


def shown_type(field: Field) -> str:
    """The type by which the screen knows the field: a link or a text under another name keeps it."""
    declared = FIELD_TYPES.get(field.declared)
    keeps = declared is not None and (declared.links_to or declared.keeps_name)
    return field.declared if keeps else field.type.name


def _may(definition: Any, rights: ObjectRights) -> dict[str, bool]:
    return {
        "create": definition.creatable and bool(rights.create),
        "change": definition.changeable and not definition.append_only and bool(rights.change),
        "remove": definition.removable and not definition.append_only and bool(rights.remove),
        "export": rights.export,
    }


def _is_shown(field: Field) -> bool:
    return field.type.name in FIELD_TYPES


def _is_words(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= {"en", "zh"}  # type: ignore[arg-type]


def _properties(entry: Any) -> list[tuple[str, Any]]:
    return [(name, getattr(entry, name)) for name in entry.__struct_fields__]
