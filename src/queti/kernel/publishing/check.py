"""The check of a whole release: what its compiling found, and every reference and formula besides.

What a release before this one has already passed isn't looked at again unless something
under it was altered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from queti.kernel.definitions import FieldDef, Grant, PrintDef, RoleDef
from queti.kernel.definitions.roles import EVERYONE
from queti.kernel.formulas import FormulaError, check
from queti.kernel.formulas.types import BOOLEAN, Type, rows_scope
from queti.kernel.model import Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.check_flows import check_flow
from queti.kernel.publishing.check_forms import check_form
from queti.kernel.publishing.check_objects import check_object, check_sort, follow
from queti.kernel.publishing.check_offers import check_offers
from queti.kernel.publishing.check_public_forms import check_public_form
from queti.kernel.publishing.check_removed import check_removed
from queti.kernel.publishing.check_rules import check_rule
from queti.kernel.publishing.check_views import check_view
from queti.kernel.publishing.findings import Findings
from queti.kernel.publishing.unchanged import only_grew
from queti.kernel.scopes import ObjectScope, object_formula, scope_formula

_CHECKS: Mapping[str, Callable[[Model, Any, Findings], None]] = {
    "forms": check_form,
    "public_forms": check_public_form,
    "views": check_view,
    "flows": check_flow,
    "rules": check_rule,
}
_VERBS = ("see", "create", "change", "remove")


def check_model(model: Model, findings: Findings, before: Model | None = None) -> None:
    """Add to `findings` what is wrong with `model`; `before` is a release that passed."""
    _Check(model, findings, before).check()
    if before is not None:
        check_removed(model, before, findings)


@dataclass(slots=True)
class _Check:
    model: Model
    findings: Findings
    before: Model | None

    def check(self) -> None:
        for name, object in self.model.objects.items():
            if self.before is None or self.before.objects.get(name) is not object:
                check_object(self.model, object, self.findings)
        anew = self._is_altered()
        for kind, check_one in _CHECKS.items():
            for definition in self._new(kind, anew).values():
                check_one(self.model, definition, self.findings)
        for name, role in self._new("roles", anew).items():
            self._check_role(name, role)
        for name, home in self._new("homes", anew).items():
            self._check_home(name, home)
        for name, page in self._new("prints", anew).items():
            self._check_print(name, page)
        for name, mapping in self._new("imports", anew).items():
            if mapping.target not in self.model.objects and mapping.target not in self.model.operations:
                self._unknown("import", name, "target", mapping.target, [*self.model.objects, *self.model.operations])
        for name, app in self._new("apps", anew).items():
            self._check_app(name, app)
        if anew or self.before is None or self.before.operations != self.model.operations:
            self._check_operations()

    def _is_altered(self) -> bool:
        """Has anything gone or changed that earlier definitions may refer to?"""
        if self.before is None:
            return True
        return any(
            name not in self.model.objects or not only_grew(object, self.model.objects[name])
            for name, object in self.before.objects.items()
        ) or any(
            before.keys() - now.keys()
            for before, now in (
                (self.before.views, self.model.views),
                (self.before.roles, self.model.roles),
                (self.before.operations, self.model.operations),
                (self.before.apps, self.model.apps),
            )
        )

    def _new(self, kind: str, anew: bool) -> dict[str, Any]:
        now: Mapping[str, Any] = getattr(self.model, kind)
        known: Mapping[str, Any] = {} if anew or self.before is None else getattr(self.before, kind)
        return {name: definition for name, definition in now.items() if known.get(name) != definition}

    def _check_role(self, name: str, role: RoleDef) -> None:
        if name == EVERYONE and role.administers:
            self.findings.error("role", name, "administers", "Everyone can't administer.", "不能让所有人都成为管理员。")
        for entry in role.operations:
            app, _, act = entry.partition(".")
            known = app in self.model.apps if act == "*" else entry in self.model.operations
            if not known:
                self._unknown("role", name, "operations", entry, self.model.operations)
        for entry in role.rules:
            app, _, rule = entry.partition(".")
            if entry not in self.model.rules and not (rule == "*" and app in self.model.apps):
                self._unknown("role", name, "rules", entry, self.model.rules)
        for object_name, grant in role.objects.items():
            object = self._object("role", name, f"objects.{object_name}", object_name)
            if object is not None:
                self._check_grant(name, object, grant)

    def _check_grant(self, role: str, object: Object, grant: Grant) -> None:
        place = f"objects.{object.name}"
        for verb in _VERBS:
            granted: str | bool = getattr(grant, verb)
            if isinstance(granted, str):
                try:
                    scope_formula(self.model, object, granted)
                except FormulaError as problem:
                    self.findings.formula("role", role, f"{place}.{verb}", problem)
        for setting in ("hide", "only", "locked", "writes"):
            self._names("role", role, f"{place}.{setting}", object, getattr(grant, setting))
        self._warn_of_leaks(role, object, grant)

    def _warn_of_leaks(self, role: str, object: Object, grant: Grant) -> None:
        """A computed field is shown though its role may not see what it is computed from."""
        for field in object.fields.values():
            if field.formula is None or not _shows(grant, object, field.name):
                continue
            for source, name in sorted(field.formula.reads):
                if self._hides(role, source, name, object):
                    self.findings.warn(
                        "role",
                        role,
                        f"objects.{object.name}",
                        f"“{field.name}” shows what comes from {source}.{name}, which this role may not see.",
                        f"“{field.name}”的值来自 {source}.{name}，而该角色无权查看。",
                        {
                            "en": f"Hide {field.name} too, if that is not meant.",
                            "zh": f"如非本意，请同时隐藏 {field.name}。",
                        },
                    )

    def _hides(self, role: str, source: str, name: str, shown_on: Object) -> bool:
        known = self.model.objects.get(source)
        if known is None or name not in known.fields:
            return False
        owner = known.parent.name if known.parent is not None else source
        grants = self.model.roles[role].objects
        if owner not in grants or not grants[owner].see:
            return owner != shown_on.name
        own = grants.get(source)
        return own is not None and not _shows(own, known, name)

    def _check_home(self, name: str, home: Any) -> None:
        if home.role not in self.model.roles:
            self._unknown("home", name, "role", home.role, self.model.roles)
        for card_name, card in home.cards.items():
            object = self._object("home", name, f"cards.{card_name}.object", card.object)
            if object is not None:
                self._formula("home", name, f"cards.{card_name}.where", object, card.where)
                check_sort(self.model, object, card.sort, "home", name, f"cards.{card_name}.sort", self.findings)
        for tile_name, tile in home.tiles.items():
            object = self._object("home", name, f"tiles.{tile_name}.object", tile.object)
            if object is not None:
                self._formula("home", name, f"tiles.{tile_name}.where", object, tile.where)
                self._tile_value(name, f"tiles.{tile_name}.value", object, tile.value)

    def _tile_value(self, home: str, place: str, object: Object, value: str) -> None:
        try:
            check(value, rows_scope(ObjectScope(self.model, object)))
        except FormulaError as problem:
            self.findings.formula("home", home, place, problem)

    def _check_print(self, name: str, page: PrintDef) -> None:
        object = self._object("print", name, "object", page.object)
        if object is None:
            return
        self._paths("print", name, "header", object, page.header)
        self._paths("print", name, "totals", object, page.totals)
        for place in ("party", "address", "capitals"):
            path: str = getattr(page, place)
            self._paths("print", name, place, object, [path] if path else [])
        rows = self._rows_of(object, page.lines)
        if page.lines and rows is None:
            self._unknown("print", name, "lines", page.lines, [*object.lines, *object.reverse])
        if rows is not None:
            self._paths("print", name, "columns", rows, page.columns)
            self._formula("print", name, "where", rows, page.where)

    def _rows_of(self, object: Object, name: str) -> Object | None:
        if name in object.reverse:
            return self.model.objects[object.reverse[name].object]
        return self.model.objects[object.lines[name].target or ""] if name in object.lines else None

    def _check_app(self, name: str, app: Any) -> None:
        for need in app.needs:
            if need not in self.model.apps:
                self._unknown("app", name, "needs", need, self.model.apps)
        for item_name, item in app.menu.items():
            for place, known in (
                ("object", self.model.objects),
                ("view", self.model.views),
                ("operation", self.model.operations),
            ):
                pointed: str = getattr(item, place)
                if pointed and pointed not in known:
                    self._unknown("app", name, f"menu.{item_name}.{place}", pointed, known)

    def _check_operations(self) -> None:
        for name, operation in self.model.operations.items():
            object = self._object("operation", name, "on", operation.on) if operation.on else None
            if object is not None and operation.when:
                self._formula("operation", name, "when", object, operation.when)
            for input_name, written in operation.inputs.items():
                self._check_input(name, f"inputs.{input_name}", written)
            check_offers(self.model, operation, self.findings)

    def _check_input(self, operation: str, place: str, written: FieldDef) -> None:
        if written.type == "link" and written.to:
            target = self._object("operation", operation, f"{place}.to", written.to)
            if target is not None:
                self._formula("operation", operation, f"{place}.filter", target, written.filter or "")
        for name, inner in written.fields.items():
            self._check_input(operation, f"{place}.{name}", inner)

    def _object(self, kind: str, name: str, place: str, wanted: str) -> Object | None:
        found = self.model.objects.get(wanted)
        if found is None:
            self._unknown(kind, name, place, wanted, self.model.objects)
        return found

    def _formula(self, kind: str, name: str, place: str, object: Object, text: str, expect: Type = BOOLEAN) -> None:
        if not text:
            return
        try:
            object_formula(self.model, object, text, expect)
        except FormulaError as problem:
            self.findings.formula(kind, name, place, problem)

    def _paths(self, kind: str, name: str, place: str, object: Object, paths: Iterable[str]) -> None:
        for path in paths:
            if follow(self.model, object, path.removesuffix("._label")) is None:
                self._unknown(kind, name, place, path, object.fields)

    def _names(self, kind: str, name: str, place: str, object: Object, names: Iterable[str]) -> None:
        for field in names:
            if field not in object.fields:
                self._unknown(kind, name, place, field, object.fields)

    def _unknown(self, kind: str, name: str, place: str, wanted: str, known: Iterable[str]) -> None:
        self.findings.error(
            kind, name, place, f"There is no “{wanted}”.", f"没有“{wanted}”。", did_you_mean(wanted, known)
        )


def _shows(grant: Grant, object: Object, name: str) -> bool:
    if not grant.see or name in grant.hide:
        return False
    return not grant.only or name in grant.only or name == object.title or object.fields[name].is_system
