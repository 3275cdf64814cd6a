"""A field gets another name: all that refers to it is rewritten, and its column keeps the data.

Formulas are rewritten at the places where the check found the name; paths are followed
link by link. What the check can't read is left as it is, and is a finding.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from queti.kernel.definitions import VIEW_FIELDS
from queti.kernel.errors import Refusal
from queti.kernel.formulas import FormulaError, check, rows_scope
from queti.kernel.formulas.printer import rename
from queti.kernel.model import Model, Object
from queti.kernel.names import unknown
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import Body, body_of
from queti.kernel.publishing.check_objects import NAME, SERIAL_PART
from queti.kernel.publishing.compiling import compile_model
from queti.kernel.publishing.drafts import Change, Draft, change_draft
from queti.kernel.publishing.proposing import definitions_of, shipped_of
from queti.kernel.scopes import LinkedScope, ObjectScope

if TYPE_CHECKING:
    from queti.kernel.work import Work


class NameTaken(Refusal):
    """{object} has “{name}” already; choose another name."""

    zh = "{object} 已有“{name}”，请换一个名称。"
    kind = "conflict"


class WrongName(Refusal):
    """“{name}” can't be a name: small letters, digits and underscores, at most 40, a letter first."""

    zh = "“{name}”不能作为名称：只能用小写字母、数字和下划线，以字母开头，最多 40 个。"


class NameOfAnApp(Refusal):
    """“{name}” is the name that the app {app} knows this field by; change its label instead."""

    zh = "“{name}”是应用 {app} 所用的字段名，请改为修改其显示名称。"
    kind = "conflict"


def rename_field(
    work: Work, catalogue: Catalogue, draft: int, object: str, old: str, new: str, version: int | None = None
) -> Draft:
    """The draft with the field under its new name, everywhere. NameTaken, WrongName, NameOfAnApp, UnknownName."""
    definitions = definitions_of(work, catalogue, draft)
    model = compile_model(0, work.workspace.schema, definitions, catalogue.apps.values(), storage=work.model.storage)
    found = model.object(object)
    if old not in found.definition.fields:
        raise unknown({"en": "field", "zh": "字段"}, old, found.definition.fields)
    if not NAME.fullmatch(new):
        raise WrongName(name=new)
    if new in found.fields or new in found.reverse:
        raise NameTaken(object=found.definition.label or object, name=new)
    for definition in shipped_of(work, catalogue, draft).values():
        if getattr(definition, "object", "") == object and old in (getattr(definition, "fields", None) or ()):
            raise NameOfAnApp(name=old, app=found.fields[old].definition.app)
    renaming = _Renaming(model, found, old, new)
    changes = [
        Change(kind, name, body)
        for (kind, name), definition in definitions.items()
        if (body := renaming.rewritten(kind, body_of(definition))) is not None
    ]
    return change_draft(work, draft, changes, version)


@dataclass(slots=True)
class _Renaming:
    model: Model
    object: Object
    old: str
    new: str

    def rewritten(self, kind: str, body: Body) -> Body | None:
        """None where the definition doesn't speak of the field."""
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
        for written in body.get("fields", {}).values():
            self._in_field(own, written)
        if own is self.object and self.old in body.get("fields", {}):
            body["fields"][self.old]["formerly"] = self.old
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

    def _in_field(self, own: Object, written: Body) -> None:
        target = self.model.objects.get(written.get("to") or "")
        self._texts(own, written, "formula", "default")
        self._paths(own, written, "currency", "path")
        if "pattern" in written:
            written["pattern"] = SERIAL_PART.sub(lambda part: "{" + self.path(own, part[1]) + "}", written["pattern"])
        if target is not None:
            self._texts(target, written, "filter")
            self._paths(target, written, "take", "tree")
            self._sort(target, written)
            if "where" in written:
                written["where"] = self.formula(written["where"], LinkedScope(ObjectScope(self.model, own), target))

    def _in_linkage(self, own: Object, linkage: Body) -> None:
        self._texts(own, linkage, "when")
        self._paths(own, linkage, "show", "hide", "require", "lock")
        for name in linkage.get("set", {}):
            self._texts(own, linkage["set"], name)
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
            for name in body.get("set", {}):
                self._texts(own, body["set"], name)
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

    # -- properties

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
            part[name] = {self.path(object, key): value for key, value in part[name].items()}

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
            yield self.new if here is self.object and name == self.old else name
            here = self._behind(here, name)

    def _behind(self, here: Object | None, name: str) -> Object | None:
        if here is None or (name not in here.fields and name not in here.reverse):
            return None
        target = here.reverse[name].object if name in here.reverse else here.fields[name].target
        return self.model.objects.get(target or "")

    def formula(self, text: str, scope: Any) -> str:
        try:
            return rename(check(text, scope), self.object.name, self.old, self.new)
        except FormulaError:
            return text
