"""What uses what: the edges between definitions, asked from either end.

Nodes are (kind, name): an object, a field (`oms.sales_order.total`), an operation, an
event's reaction, a view, a role, a home, a print, an import, an app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from queti.kernel.definitions import VIEW_FIELDS, ViewDef
from queti.kernel.errors import Refusal
from queti.kernel.flows import formula_of, uses_of
from queti.kernel.formulas import FormulaError, Typed, check, rows_scope
from queti.kernel.formulas.types import BOOLEAN
from queti.kernel.model import Field, Linkage, Model, Object
from queti.kernel.names import unknown
from queti.kernel.publishing.check_objects import SERIAL_PART, follow
from queti.kernel.rules.deciding import rule_of
from queti.kernel.scopes import ObjectScope, object_formula, scope_formula

Node = tuple[str, str]


class Edge(NamedTuple):
    """`user` uses `used` in its property `place`."""

    user: Node
    place: str
    used: Node


def lineage(model: Model, kind: str, name: str) -> dict[str, list[dict[str, str]]]:
    """`{used_by, uses}`: lists of `{kind, name, place}`. UnknownName where there is no such node.

    For an object its fields count as it; a use inside the object itself isn't told.
    """
    node = kind, name
    edges = list(edges_of(model))
    known = set(nodes_of(model))
    if node not in known:
        raise unknown({"en": "definition", "zh": "定义"}, name, [entry[1] for entry in known if entry[0] == kind])
    return {
        "used_by": _told((e.user, e.place) for e in edges if _is(e.used, node) and not _is(e.user, node)),
        "uses": _told((e.used, e.place) for e in edges if _is(e.user, node) and not _is(e.used, node)),
    }


def nodes_of(model: Model) -> Iterator[Node]:
    for name, object in model.objects.items():
        yield "object", name
        for field in object.fields:
            yield "field", f"{name}.{field}"
        for list_name in object.reverse:
            yield "field", f"{name}.{list_name}"
    for kind in ("form", "public_form", "view", "role", "home", "print", "import", "app", "operation", "flow", "rule"):
        named: Mapping[str, Any] = getattr(model, f"{kind}s")
        for name in named:
            yield kind, name


def edges_of(model: Model) -> Iterator[Edge]:
    """Every edge of the graph of definitions."""
    for object in model.objects.values():
        yield from _of_object(model, object)
    for name, view in model.views.items():
        yield from _of_view(model, name, view)
    yield from _of_forms(model)
    yield from _of_public_forms(model)
    yield from _of_roles(model)
    yield from _of_homes(model)
    yield from _of_prints(model)
    for name, mapping in model.imports.items():
        kind = "object" if mapping.target in model.objects else "operation"
        yield Edge(("import", name), "target", (kind, mapping.target))
    for name, app in model.apps.items():
        for item_name, item in app.menu.items():
            for kind in ("object", "view", "operation"):
                if pointed := getattr(item, kind):
                    yield Edge(("app", name), f"menu.{item_name}", (kind, pointed))
    yield from _of_operations(model)
    yield from _of_flows(model)
    yield from _of_rules(model)


def _of_view(model: Model, name: str, view: ViewDef) -> Iterator[Edge]:
    node = ("view", name)
    yield Edge(node, "object", ("object", view.object))
    object = model.objects.get(view.object)
    if object is None:
        return
    yield from _of_formula(node, "where", _checked(model, object, view.where))
    yield from _of_paths(model, node, "fields", object, view.fields)
    yield from _of_paths(model, node, "sort", object, _sorted_by(view.sort))
    yield from _of_paths(model, node, "totals", object, view.totals)
    for place in VIEW_FIELDS:
        yield from _of_paths(model, node, place, object, [getattr(view, place)])
    for key, colour in view.colours.items():
        yield from _of_formula(node, f"colours.{key}.when", _checked(model, object, colour.when))
        yield from _of_paths(model, node, f"colours.{key}.field", object, [colour.field])


def _of_object(model: Model, object: Object) -> Iterator[Edge]:
    definition = object.definition
    for field in object.fields.values():
        yield from _of_field(model, object, field)
    for name, back in object.reverse.items():
        yield Edge(_field(object, name), "reverse", ("field", f"{back.object}.{back.field}"))
    for rule in object.rules:
        yield from _of_formula(("object", object.name), f"rules.{rule.name}", rule.require)
    for linkage in object.linkage:
        yield from _of_linkage(model, object, linkage)
    for key in object.keys.values():
        yield from _of_paths(model, ("object", object.name), f"keys.{key.name}", object, key.fields)
    for name, total in object.totals.items():
        yield from _of_formula(_field(object, name), "totals", total)
    yield from _of_formula(("object", object.name), "title", object.title_formula)
    yield from _of_formula(("object", object.name), "subtitle", object.subtitle_formula)
    if definition.lines_of:
        yield Edge(("object", object.name), "lines_of", ("object", definition.lines_of))
    yield from _of_paths(model, ("object", object.name), "sort", object, _sorted_by(definition.sort))


def _of_linkage(model: Model, object: Object, linkage: Linkage) -> Iterator[Edge]:
    node, place = ("object", object.name), f"linkage.{linkage.name}"
    yield from _of_formula(node, f"{place}.when", linkage.when)
    for part in ("show", "hide", "require", "lock", "set", "choices", "filter"):
        yield from _of_paths(model, node, f"{place}.{part}", object, getattr(linkage.definition, part))
    for part, formulas in (("set", linkage.set), ("filter", linkage.filter)):
        for name, typed in formulas.items():
            yield from _of_formula(node, f"{place}.{part}.{name}", typed)


def _of_forms(model: Model) -> Iterator[Edge]:
    for name, form in model.forms.items():
        node = "form", name
        yield Edge(node, "object", ("object", form.object))
        for role in form.roles:
            yield Edge(node, "roles", ("role", role))
        object = model.objects.get(form.object)
        if object is None:
            continue
        for section_name, section in form.sections.items():
            place = f"sections.{section_name}"
            yield from _of_formula(node, f"{place}.when", _checked(model, object, section.when))
            for item_name, item in section.items.items():
                yield from _of_paths(model, node, f"{place}.items.{item_name}", object, [item.field])
                if item.operation:
                    yield Edge(node, f"{place}.items.{item_name}", ("operation", item.operation))


def _of_public_forms(model: Model) -> Iterator[Edge]:
    for name, form in model.public_forms.items():
        node = "public_form", name
        yield Edge(node, "object", ("object", form.object))
        object = model.objects.get(form.object)
        if object is not None:
            for place, paths in (("fields", form.fields), ("set", list(form.set)), ("follow", form.follow)):
                yield from _of_paths(model, node, place, object, paths)


def _of_field(model: Model, object: Object, field: Field) -> Iterator[Edge]:
    node = _field(object, field.name)
    if field.target and not field.is_system:
        yield Edge(node, "of" if field.type.name == "lines" else "to", ("object", field.target))
    yield from _of_formula(node, "formula", field.formula)
    yield from _of_formula(node, "default", field.default)
    if field.query is not None:
        asked = model.objects[field.query.object]
        yield Edge(node, "to", ("object", asked.name))
        yield from _of_formula(node, "where", field.query.where)
        yield from _of_paths(model, node, "take", asked, [field.query.take])
        yield from _of_paths(model, node, "sort", asked, _sorted_by(field.query.sort))
    yield from _of_formula(node, "filter", field.filter)
    if field.definition.currency:
        yield from _of_paths(model, node, "currency", object, [field.definition.currency])
    parts = SERIAL_PART.findall(field.definition.pattern or "")
    yield from _of_paths(model, node, "pattern", object, parts)


def _of_roles(model: Model) -> Iterator[Edge]:
    for name, role in model.roles.items():
        for operation in role.operations:
            if operation in model.operations:
                yield Edge(("role", name), "operations", ("operation", operation))
        yield from (Edge(("role", name), "rules", ("rule", rule)) for rule in role.rules if rule in model.rules)
        for object_name, grant in role.objects.items():
            yield Edge(("role", name), "objects", ("object", object_name))
            if object_name not in model.objects:
                continue
            object = model.objects[object_name]
            for verb in ("see", "create", "change", "remove"):
                granted = getattr(grant, verb)
                if isinstance(granted, str):
                    scope = _safely(partial(scope_formula, model, object, granted))
                    yield from _of_formula(("role", name), f"objects.{object_name}.{verb}", scope)
            for place in ("hide", "only", "locked", "writes"):
                paths: list[str] = getattr(grant, place)
                yield from _of_paths(model, ("role", name), f"objects.{object_name}.{place}", object, paths)


def _of_homes(model: Model) -> Iterator[Edge]:
    for name, home in model.homes.items():
        node = "home", name
        yield Edge(node, "role", ("role", home.role))
        for place, part in [*home.cards.items(), *home.tiles.items()]:
            yield Edge(node, place, ("object", part.object))
            if object := model.objects.get(part.object):
                yield from _of_formula(node, place, _checked(model, object, part.where))
        for place, tile in home.tiles.items():
            if object := model.objects.get(tile.object):
                scope = rows_scope(ObjectScope(model, object))
                yield from _of_formula(node, place, _safely(partial(check, tile.value, scope)))


def _of_prints(model: Model) -> Iterator[Edge]:
    for name, page in model.prints.items():
        node = "print", name
        yield Edge(node, "object", ("object", page.object))
        object = model.objects.get(page.object)
        if object is None:
            continue
        for place in ("header", "totals"):
            yield from _of_paths(model, node, place, object, getattr(page, place))
        yield from _of_paths(model, node, "party", object, [page.party, page.address, page.capitals, page.lines])
        rows = object.reverse[page.lines].object if page.lines in object.reverse else None
        rows = object.lines[page.lines].target if page.lines in object.lines else rows
        if rows in model.objects:
            yield from _of_paths(model, node, "columns", model.objects[rows or ""], page.columns)
            yield from _of_formula(node, "where", _checked(model, model.objects[rows or ""], page.where))


def _of_operations(model: Model) -> Iterator[Edge]:
    for name, operation in model.operations.items():
        node = "operation", name
        if operation.on:
            yield Edge(node, "on", ("object", operation.on))
            if object := model.objects.get(operation.on):
                yield from _of_formula(node, "when", _checked(model, object, operation.when))
        for performed in operation.performs:
            yield Edge(node, "performs", ("operation", performed))
        for offered in operation.offers:
            yield Edge(node, "offers", ("operation", offered))
        for input_name, written in operation.inputs.items():
            if written.to:
                yield Edge(node, f"inputs.{input_name}", ("object", written.to))
    for event, reactions in model.reactions.items():
        for reaction in reactions:
            for performed in reaction.performs:
                yield Edge(("reaction", reaction.name), event, ("operation", performed))


def _of_flows(model: Model) -> Iterator[Edge]:
    for name, flow in model.flows.items():
        node = "flow", name
        for use in uses_of(model, flow):
            if use.sort in ("formula", "place"):
                yield from _of_formula(node, use.where, _safely(partial(formula_of, model, flow, use)))
            elif use.sort == "path":
                yield from _of_paths(model, node, use.where, use.over, [use.value]) if use.over else ()
            elif use.sort != "step":
                yield Edge(node, use.where, (use.sort, use.value))


def _of_rules(model: Model) -> Iterator[Edge]:
    for name, definition in model.rules.items():
        node = "rule", name
        if definition.on:
            yield Edge(node, "on", ("object", definition.on))
        for call, other in definition.calls.items():
            yield Edge(node, f"calls.{call}.rule", ("rule", other.rule))
        for place, typed in rule_of(model, name).uses:
            yield from _of_formula(node, place, typed)


def _of_formula(user: Node, place: str, typed: Typed | None) -> Iterator[Edge]:
    for object, name in sorted(typed.reads) if typed else ():
        if name != "this":
            yield Edge(user, place, ("field", f"{object}.{name}"))
    for rule in typed.decides if typed else ():
        yield Edge(user, place, ("rule", rule))


def _of_paths(model: Model, user: Node, place: str, object: Object, paths: Iterable[str]) -> Iterator[Edge]:
    """A use of each field along each path."""
    for path in filter(None, paths):
        here: Object | None = object
        for step, name in enumerate(path.split(".")):
            if here is None or (name not in here.fields and name not in here.reverse):
                break
            yield Edge(user, place, ("field", f"{here.name}.{name}"))
            link = follow(model, object, ".".join(path.split(".")[: step + 1]))
            here = model.objects.get(link.target or "") if link else None


def _sorted_by(sort: str) -> list[str]:
    return [part.strip().lstrip("-+") for part in sort.split(",") if part.strip()]


def _checked(model: Model, object: Object, text: str) -> Typed | None:
    return _safely(lambda: object_formula(model, object, text, BOOLEAN)) if text else None


def _safely(make: Any) -> Typed | None:
    try:
        return make()
    except (FormulaError, Refusal):
        return None


def _field(object: Object, name: str) -> Node:
    return "field", f"{object.name}.{name}"


def _is(node: Node, wanted: Node) -> bool:
    """An object stands for all its fields."""
    if wanted[0] == "object" and node[0] == "field":
        return node[1].rpartition(".")[0] == wanted[1]
    return node == wanted


def _told(entries: Iterable[tuple[Node, str]]) -> list[dict[str, str]]:
    return [{"kind": kind, "name": name, "place": place} for (kind, name), place in sorted(dict.fromkeys(entries))]
