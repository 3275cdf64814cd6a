"""Definitions made into a Model: fields resolved, formulas checked, tables and keys named.

What a publication doesn't touch is taken over from the model before: an object is
compiled anew only when its own definition, its reverse lists or something that its
formulas look into has changed. Problems are collected as findings; a model with errors
is good for nothing but looking at them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from queti.kernel.definitions import Choice, Definition, FieldDef, RoleDef
from queti.kernel.events import Reaction
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.formulas import FormulaError, Typed, check
from queti.kernel.formulas.types import BOOLEAN, Type
from queti.kernel.model import Field, Key, Linkage, Model, Object, Place, Query, Reverse, Rule, Storage
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.apps import App
from queti.kernel.publishing.canonical import Identity
from queti.kernel.publishing.chains import chains_of
from queti.kernel.publishing.dependencies import link_up, own_order
from queti.kernel.publishing.effective import Effective, put_together
from queti.kernel.publishing.findings import Findings
from queti.kernel.publishing.listening import listen
from queti.kernel.publishing.resolving import as_taken, linked_object, resolved
from queti.kernel.publishing.shadows import Shadows, add_shadows, mark_shadows
from queti.kernel.publishing.storage import (
    column_name,
    column_types,
    content_name,
    indexes_of,
    make_table,
    next_storage,
)
from queti.kernel.publishing.unchanged import Kept, Reverses
from queti.kernel.scopes import LinkedScope, ObjectScope, definition_of, scope_formula, type_of
from queti.kernel.systemfields import RESERVED, system_fields


def compile_model(
    number: int,
    schema: str,
    definitions: Mapping[Identity, Definition],
    apps: Iterable[App],
    *,
    storage: Storage | None = None,
    previous: Model | None = None,
    findings: Findings | None = None,
    shadows: Shadows | None = None,
) -> Model:
    """The release `number` of these definitions with the operations of these apps.

    `storage` is where the release before keeps its fields; the model's own follows it.
    """
    findings = findings if findings is not None else Findings()
    whole = put_together(definitions, findings)
    if shadows:
        add_shadows(whole.objects, shadows)
    model = Model(
        number,
        schema,
        apps=whole.apps,
        forms=whole.forms,
        views=whole.views,
        public_forms=whole.public_forms,
        roles=whole.roles,
        homes=whole.homes,
        prints=whole.prints,
        imports=whole.imports,
        flows=whole.flows,
        rules=whole.rules,
        definitions=dict(definitions),
    )
    _take_acts(model, apps)
    _Compiler(model, whole, findings, previous, storage or {}).compile()
    if shadows:
        mark_shadows(model, shadows)
    return model


def _take_acts(model: Model, apps: Iterable[App]) -> None:
    reactions: dict[str, list[Reaction]] = {}
    known = [app for app in apps if app.name in model.apps]
    for app in sorted(known, key=lambda app: (model.apps[app.name].order, app.name)):
        model.operations |= app.operations
        model.events |= app.events
        for reaction in app.reactions:
            if all(need in model.apps for need in reaction.needs):
                reactions.setdefault(reaction.event, []).append(reaction)
    model.reactions = {event: tuple(those) for event, those in reactions.items()}
    listen(model)


@dataclass(slots=True)
class _Compiler:
    model: Model
    whole: Effective
    findings: Findings
    previous: Model | None
    storage: Storage
    fresh: list[Object] = field(default_factory=list[Object])
    watched: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    settled: set[Place] = field(default_factory=set[Place])
    settling: list[Place] = field(default_factory=list[Place])

    def compile(self) -> None:
        reverses = self._reverses()
        kept = Kept(self.whole, reverses, self.previous, self.storage).find()
        for name, definition in self.whole.objects.items():
            if name in kept and self.previous:
                self.model.objects[name] = self.previous.objects[name]
            else:
                made = Object(name, definition, reverse=reverses.get(name, {}), title=definition.title)
                self.model.objects[name] = made
                self.fresh.append(made)
        self._take_formulas(kept)
        for object in self.fresh:
            self._make_fields(object)
        for object in self.fresh:
            self._check_formulas(object)
        self._store()
        link_up(self.model, self.findings)
        self.model.chains = chains_of(self.model)
        for object in self.fresh:
            object.order = own_order(self.model, object)
        self._index()

    def _take_formulas(self, kept: set[str]) -> None:
        for key, (typed, watch) in self.previous.formulas.items() if self.previous else ():
            if key[0] in kept and watch <= kept:
                self.model.formulas[key] = typed, watch

    def _reverses(self) -> Reverses:
        reverses: Reverses = {}
        for name, definition in self.whole.objects.items():
            for field_name, link in definition.fields.items():
                to = linked_object(link)
                if not link.reverse or to not in self.whole.objects:
                    continue
                lists = reverses.setdefault(to, {})
                if link.reverse in lists or link.reverse in self.whole.objects[to].fields:
                    self._error(
                        name,
                        f"fields.{field_name}.reverse",
                        f"{to} has “{link.reverse}” already.",
                        f"{to} 已有“{link.reverse}”。",
                    )
                    continue
                label = link.reverse_label or definition.plural or definition.label
                lists[link.reverse] = Reverse(link.reverse, name, field_name, label)
        return reverses

    def _make_fields(self, object: Object) -> None:
        definition = object.definition
        for name, made in system_fields(definition, "base.user" in self.whole.objects).items():
            self._make_field(object, name, made, is_system=True)
        for name, written in definition.fields.items():
            if name in RESERVED:
                self._error(
                    object.name, f"fields.{name}", f"“{name}” is a word of the platform.", f"“{name}”是平台保留字。"
                )
            elif written.type not in FIELD_TYPES:
                self.findings.error(
                    "object",
                    object.name,
                    f"fields.{name}.type",
                    f"There is no field type “{written.type}”.",
                    f"没有字段类型“{written.type}”。",
                    did_you_mean(written.type, FIELD_TYPES),
                )
            else:
                self._make_field(object, name, written)
        if definition.lines_of:
            object.parent = self.model.objects.get(definition.lines_of)
        object.lines = {name: made for name, made in object.fields.items() if made.type.name == "lines"}

    def _make_field(self, object: Object, name: str, written: FieldDef, is_system: bool = False) -> None:
        declared, written = written.type, resolved(written, self.whole.roles)
        type = FIELD_TYPES[written.type]
        target = written.of if type.name == "lines" else written.to
        if type.name in ("lines", "link") and target not in self.model.objects:
            self.findings.error(
                "object",
                object.name,
                f"fields.{name}.{'of' if type.name == 'lines' else 'to'}",
                f"There is no object named “{target or ''}”.",
                f"没有名为“{target or ''}”的业务对象。",
                did_you_mean(target or "", self.model.objects),
            )
            return
        object.fields[name] = Field(name, written, type, object, target=target, is_system=is_system, declared=declared)

    def _check_formulas(self, object: Object) -> None:
        for each in list(object.fields.values()):
            self.settle(each)
        for name, each in object.fields.items():
            if each.definition.default is not None:
                each.default = self._check(
                    object, f"fields.{name}.default", _bare(each, each.definition.default), _type(each)
                )
            if each.definition.filter and each.type.name == "link":
                target = self.model.objects[each.target or ""]
                each.filter = self._check(object, f"fields.{name}.filter", each.definition.filter, BOOLEAN, target)
        definition = object.definition
        if definition.title:
            object.title_formula = self._check(object, "title", definition.title)
        if definition.subtitle:
            object.subtitle_formula = self._check(object, "subtitle", definition.subtitle)
        for name, text in definition.totals.items():
            if name in object.fields and (
                total := self._check(object, f"totals.{name}", text, _type(object.fields[name]))
            ):
                object.totals[name] = total
        rules: list[Rule] = []
        for name, rule in sorted(definition.rules.items()):
            if require := self._check(object, f"rules.{name}.require", rule.require, BOOLEAN):
                rules.append(Rule(name, rule, require))
        object.rules = tuple(rules)
        object.linkage = tuple(self._linkages(object))

    def _linkages(self, object: Object) -> Iterable[Linkage]:
        """Those whose formulas hold; fields and settings that don't fit are told by the check of the object."""
        for name, written in object.definition.linkage.items():
            place = f"linkage.{name}"
            when = self._check(object, f"{place}.when", written.when, BOOLEAN)
            values = {
                field: self._check(
                    object, f"{place}.set.{field}", _bare(object.fields[field], text), _type(object.fields[field])
                )
                for field, text in written.set.items()
                if field in object.fields
            }
            filters = {
                field: self._check_linked(object, f"{place}.filter.{field}", text, target)
                for field, text in written.filter.items()
                if (target := _target_of(self.model, object, field))
            }
            if when and all(values.values()) and all(filters.values()):
                yield Linkage(name, written, when, _there(values), _there(filters))

    def _check_linked(self, owner: Object, place: str, text: str, target: Object) -> Typed | None:
        watch = self.watched.setdefault(owner.name, set())
        own = ObjectScope(self.model, owner, self.settle, watch)
        return self._check(owner, place, text, BOOLEAN, scope=LinkedScope(own, target))

    def settle(self, each: Field) -> None:
        """Check a computed field's formula, once, before anybody asks for its type."""
        if each.declared == "query":
            self._settle_query(each)
            return
        if each.definition.formula is None:
            if each.type.is_sugar:
                self._drop(each, f"A {each.type.name} needs a formula.", "需要填写公式。")
            return
        if each.place in self.settled or each.formula is not None:
            return
        if each.place in self.settling:
            self._tell_cycle(each)
            return
        self.settling.append(each.place)
        place = f"fields.{each.name}.formula"
        expect = None if each.type.is_sugar else _type(each)
        typed = self._check(each.object, place, each.definition.formula, expect)
        self.settling.pop()
        self.settled.add(each.place)
        if typed is None:
            return
        each.formula, each.is_live = typed, typed.is_live
        if each.type.is_sugar:
            self._infer(each, typed)

    def _settle_query(self, each: Field) -> None:
        if each.place in self.settled:
            return
        if each.place in self.settling:
            self._tell_cycle(each)
            return
        written, target = each.definition, self.model.objects.get(each.definition.to or "")
        taken = target and target.fields.get(written.take or "id")
        if target is None or taken is None or taken.type.name == "lines":
            self._miss(each, target, written)
            return
        self.watched.setdefault(each.object.name, set()).add(target.name)
        self.settling.append(each.place)
        if taken.definition.formula is not None or taken.declared == "query":
            self.settle(taken)
        where = self._check_linked(each.object, f"fields.{each.name}.where", written.where or "true", target)
        self.settling.pop()
        self.settled.add(each.place)
        if where is not None:
            each.query = Query(target.name, where, written.sort or target.definition.sort, taken.name)
            each.definition, each.is_live = as_taken(written, taken, target), True
            each.type, each.target = FIELD_TYPES[each.definition.type], each.definition.to

    def _miss(self, each: Field, target: Object | None, written: FieldDef) -> None:
        place, name = ("take", written.take) if target else ("to", written.to)
        fix = did_you_mean(name or "", target.fields if target else self.model.objects)
        en, zh = f"There is no “{name or ''}” to ask for.", f"没有可查询的“{name or ''}”。"
        self.findings.error("object", each.object.name, f"fields.{each.name}.{place}", en, zh, fix)
        each.object.fields.pop(each.name, None)

    def _infer(self, each: Field, typed: Typed) -> None:
        if typed.type.kind == "parts":
            self._drop(
                each, "A value of several parts can't be taken over by a formula.", "公式不能引用由多个部分组成的值。"
            )
            return
        settings = definition_of(typed.type, each.definition, self._choices(typed))
        if typed.type.kind == "list":
            self._drop(each, "A list must be summed up: sum(), count(), …", "列表需要汇总：sum()、count() 等。")
            return
        each.definition = _replace(each.definition, **settings)
        each.type = FIELD_TYPES[each.definition.type]
        each.target = each.definition.to

    def _choices(self, typed: Typed) -> dict[str, Any]:
        """A computed choice has the labels of the field that it comes from."""
        if typed.type.kind not in ("choice", "choices"):
            return {}
        for where, name in sorted(typed.reads):
            source = self.model.objects.get(where)
            found = source.fields.get(name) if source else None
            if found is not None and found.definition.choices.keys() >= set(typed.type.choices):
                return {"choices": found.definition.choices}
        return {"choices": {name: Choice(order=place) for place, name in enumerate(typed.type.choices)}}

    def _check(
        self,
        owner: Object,
        place: str,
        text: str,
        expect: Type | None = None,
        over: Object | None = None,
        scope: ObjectScope | None = None,
    ) -> Typed | None:
        watch = self.watched.setdefault(owner.name, set())
        scope = scope or ObjectScope(self.model, over or owner, self.settle, watch)
        try:
            typed = check(text, scope, expect=expect)
        except FormulaError as problem:
            self.findings.formula("object", owner.name, place, problem)
            return None
        for warning in typed.warnings:
            self.findings.warn("object", owner.name, place, warning.en, warning.zh)
        return typed

    def _tell_cycle(self, each: Field) -> None:
        start = self.settling.index(each.place)
        names = " → ".join(f"{object}.{name}" for object, name in [*self.settling[start:], each.place])
        self._error(
            each.object.name,
            f"fields.{each.name}.formula",
            f"The formula depends on itself: {names}.",
            f"公式循环依赖：{names}。",
        )

    def _drop(self, each: Field, en: str, zh: str) -> None:
        self._error(each.object.name, f"fields.{each.name}.formula", en, zh)
        each.object.fields.pop(each.name, None)

    def _store(self) -> None:
        fresh = {object.name for object in self.fresh}
        types = {
            name: column_types(object)
            if name in fresh
            else {field: kept[1] for field, kept in self.storage[name]["columns"].items()}
            for name, object in self.model.objects.items()
        }
        renamed = {
            object.name: {each.definition.formerly: each.name for each in object.fields.values()}
            for object in self.fresh
        }
        self.model.storage = next_storage(self.storage, types, renamed)
        for object in self.fresh:
            object.table = make_table(object, self.model.schema, self.model.storage[object.name])
            object.live = tuple(each for each in object.fields.values() if each.is_live)
            object.consulted = frozenset(self.watched.get(object.name, ()))
            self._make_keys(object)

    def _make_keys(self, object: Object) -> None:
        where = "trashed_at IS NULL" if object.has_trash else ""
        written = {name: (key.fields, key.nulls_distinct) for name, key in object.definition.keys.items()}
        for name, each in object.fields.items():
            if each.definition.unique:
                written.setdefault(name, ([name], True))
        for name, (fields, nulls_distinct) in sorted(written.items()):
            missing = [part for part in fields if part not in object.fields or not object.fields[part].is_stored]
            if missing or not fields:
                self._error(
                    object.name,
                    f"keys.{name}",
                    f"A key needs stored fields; {', '.join(missing)} is none.",
                    f"唯一键只能由存储的字段组成：{'、'.join(missing)}。",
                )
                continue
            columns = tuple(column_name(object, part) for part in fields)
            index = content_name(object.table.name, [name], "key", (columns, nulls_distinct, where))
            object.keys[name] = Key(name, tuple(fields), index, nulls_distinct, where)

    def _index(self) -> None:
        scoped: dict[str, dict[str, None]] = {}
        for role in self.model.roles.values():
            for name, used in self._scope_fields(role):
                scoped.setdefault(name, {})[used] = None
        self.model.indexes = {
            name: indexes_of(object, scoped.get(name, ())) for name, object in self.model.objects.items()
        }

    def _scope_fields(self, role: RoleDef) -> Iterable[tuple[str, str]]:
        for name, grant in sorted(role.objects.items()):
            object = self.model.objects.get(name)
            if object is None or isinstance(grant.see, bool):
                continue
            try:
                typed = scope_formula(self.model, object, grant.see)
            except FormulaError as problem:
                self.findings.formula("role", role.role, f"objects.{name}.see", problem)
                continue
            for path in typed.uses if typed else ():
                yield (object.parent or object).name, path[0]

    def _error(self, name: str, place: str, en: str, zh: str) -> None:
        self.findings.error("object", name, place, en, zh)


def _target_of(model: Model, object: Object, name: str) -> Object | None:
    link = object.fields.get(name)
    return model.objects.get(link.target or "") if link and link.type.name == "link" else None


def _there(checked: Mapping[str, Typed | None]) -> dict[str, Typed]:
    return {name: typed for name, typed in checked.items() if typed is not None}


def _type(each: Field) -> Type | None:
    return type_of(each.definition, each.target)


def _bare(each: Field, text: str) -> str:
    """A choice's bare name stands for itself."""
    return f'"{text}"' if text in each.definition.choices else text


def _replace(written: FieldDef, **changes: Any) -> FieldDef:
    return msgspec.structs.replace(written, **changes)
