"""What is removed and still used: one finding at the removed thing that tells every use, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from queti.kernel.definitions import ObjectDef, Words
from queti.kernel.model import Model
from queti.kernel.publishing.findings import Finding, Findings
from queti.kernel.publishing.lineage import Edge, Node, edges_of, nodes_of

_TOLD = 8
_USING = ("type", "to", "of", "formula", "path", "default", "where", "take", "sort", "filter", "currency", "pattern")
"""Settings of a field in which it uses others."""
_KINDS = {
    "object": ("object", "业务对象"),
    "field": ("field", "字段"),
    "form": ("form", "表单"),
    "public_form": ("public form", "公开表单"),
    "view": ("view", "视图"),
    "role": ("role", "角色"),
    "home": ("home page", "首页"),
    "print": ("print form", "打印模板"),
    "import": ("import", "导入"),
    "flow": ("flow", "流程"),
    "rule": ("rule", "规则"),
    "app": ("app", "应用"),
    "operation": ("operation", "操作"),
    "reaction": ("reaction", "响应"),
}


def check_removed(model: Model, before: Model, findings: Findings) -> None:
    """Uses by definitions that are as they were; those that changed are told by their own findings."""
    gone = set(nodes_of(before)) - set(nodes_of(model)) - set(_written(model))
    if not any(kind in ("object", "field") for kind, _ in gone):
        return
    uses: dict[Node, dict[tuple[Node, str], None]] = {}
    for edge in edges_of(before):
        culprit = _culprit(before, gone, edge)
        if culprit is not None and edge.user not in gone and _is_as_before(model, before, edge.user, edge.place):
            uses.setdefault(culprit, {})[edge.user, edge.place] = None
    findings.found += [_finding(before, node, list(found)) for node, found in sorted(uses.items())]


def _written(model: Model) -> Iterator[Node]:
    """Fields that are there, also where their formulas couldn't be compiled, and those that got another name."""
    for name, object in model.objects.items():
        for field, written in object.definition.fields.items():
            yield "field", f"{name}.{field}"
            yield "field", f"{name}.{written.formerly}"


def _culprit(before: Model, gone: set[Node], edge: Edge) -> Node | None:
    """What somebody removed: the object rather than its field, the link rather than the list that it makes;
    that list itself is no use of the link."""
    if edge.used not in gone or edge.place == "reverse":
        return None
    kind, name = edge.used
    object, _, field = name.rpartition(".")
    if kind != "field" or ("object", object) in gone:
        return edge.used if kind != "field" else ("object", object)
    back = before.objects[object].reverse.get(field)
    return ("field", f"{back.object}.{back.field}") if back is not None else edge.used


def _is_as_before(model: Model, before: Model, user: Node, place: str) -> bool:
    kind, name = user
    if kind == "field":
        object, _, field = name.rpartition(".")
        now, was = (each.objects[object].definition.fields.get(field) for each in (model, before))
        return all(getattr(now, name, None) == getattr(was, name, None) for name in _USING)
    if kind == "object":
        now, was = (
            _part(each.objects[name].definition, place) if name in each.objects else None for each in (model, before)
        )
        return now is not None and now == was
    if kind == "reaction":
        return True
    now, was = (_named(each, kind).get(name) for each in (model, before))
    return now is not None and now == was


def _part(definition: ObjectDef, place: str) -> Any:
    """The property at that place, of named items the whole item."""
    property, *names = place.split(".")
    found = getattr(definition, property)
    return found.get(names[0]) if names else found


def _named(model: Model, kind: str) -> Mapping[str, Any]:
    return getattr(model, f"{kind}s")


def _finding(before: Model, node: Node, uses: list[tuple[Node, str]]) -> Finding:
    kind, name = node
    object, _, field = name.rpartition(".")
    owner, place = (name, "") if kind == "object" else (object, f"fields.{field}")
    what, more = _words(before, node), len(uses) - _TOLD
    en, zh = (list(_listed(before, uses[:_TOLD], language)) for language in ("en", "zh"))
    return Finding(
        "object",
        owner,
        place,
        f"{what['en']} is still used: {', '.join(en)}{f' and {more} more' if more > 0 else ''}.",
        f"{what['zh']}仍在使用：{'、'.join(zh)}{f'等 {len(uses)} 处' if more > 0 else ''}。",
        fix={"en": "Take it out there first, or leave it.", "zh": "请先在这些位置移除引用，或保留它。"},
        uses=tuple({"kind": user[0], "name": user[1], "place": at} for user, at in uses),
    )


def _listed(before: Model, uses: Iterable[tuple[Node, str]], language: str) -> Iterator[str]:
    for user, place in uses:
        words = _words(before, user)[language]
        yield f"{words} ({place})" if language == "en" else f"{words}（{place}）"


def _words(before: Model, node: Node) -> Words:
    kind, name = node
    en, zh = _KINDS[kind]
    label, short = _label(before, node), name.rpartition(".")[2] if kind == "field" else name
    said = {"en": f"{en} “{label.get('en') or short}”", "zh": f"{zh}“{label.get('zh') or label.get('en') or short}”"}
    if kind != "field":
        return said
    owner = before.objects[name.rpartition(".")[0]]
    of = owner.definition.label
    return {
        "en": f"{said['en']} of “{of.get('en') or owner.name}”",
        "zh": f"“{of.get('zh') or of.get('en') or owner.name}”的{said['zh']}",
    }


def _label(before: Model, node: Node) -> Words:
    kind, name = node
    if kind == "field":
        object, _, field = name.rpartition(".")
        found = before.objects[object].fields.get(field)
        return found.definition.label if found is not None else {}
    if kind == "object":
        return before.objects[name].definition.label
    return getattr(_named(before, kind).get(name), "label", {}) if kind != "reaction" else {}
