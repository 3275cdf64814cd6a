"""Parts put together: an object with its extensions, a role or a home with what each app gives it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import msgspec

from queti.kernel.definitions import (
    AppDef,
    Definition,
    FieldDef,
    FlowDef,
    FormDef,
    Grant,
    HomeDef,
    ImportDef,
    ObjectDef,
    PrintDef,
    PublicFormDef,
    RoleDef,
    RuleDef,
    ViewDef,
)
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.canonical import Identity
from queti.kernel.publishing.findings import Findings

Item = TypeVar("Item")
Struct = TypeVar("Struct", bound=msgspec.Struct)

OWN_APP = "own"
"""App of what a workspace makes for itself; there without being defined."""


class Effective(msgspec.Struct):
    """All definitions of a release, parts merged, items in their order."""

    apps: dict[str, AppDef] = {}
    objects: dict[str, ObjectDef] = {}
    forms: dict[str, FormDef] = {}
    views: dict[str, ViewDef] = {}
    public_forms: dict[str, PublicFormDef] = {}
    roles: dict[str, RoleDef] = {}
    homes: dict[str, HomeDef] = {}
    prints: dict[str, PrintDef] = {}
    imports: dict[str, ImportDef] = {}
    flows: dict[str, FlowDef] = {}
    rules: dict[str, RuleDef] = {}


def put_together(definitions: Mapping[Identity, Definition], findings: Findings) -> Effective:
    whole = Effective()
    extensions: list[ObjectDef] = []
    for (kind, name), definition in sorted(definitions.items()):
        match definition:
            case AppDef():
                whole.apps[name] = definition
            case ObjectDef(extend=True):
                extensions.append(definition)
            case ObjectDef():
                whole.objects[name] = _owned(definition)
            case RoleDef():
                _add_role(whole.roles, definition, whole.apps)
            case HomeDef():
                _add_home(whole.homes, definition)
            case FormDef():
                whole.forms[name] = _form_in_order(definition)
            case ViewDef() | PublicFormDef() | PrintDef() | ImportDef() | FlowDef() | RuleDef():
                getattr(whole, f"{kind}s")[name] = definition
            case _:
                findings.error(kind, name, "", "This kind isn't known.", "未知的定义类型。")
    for extension in extensions:
        _extend(whole.objects, extension, whole.apps, findings)
    whole.objects = {name: _in_order(whole.objects[name]) for name in sorted(whole.objects)}
    if any(definition.app == OWN_APP for definition in whole.objects.values()):
        whole.apps.setdefault(OWN_APP, AppDef(app=OWN_APP, label={"en": "Own", "zh": "自建"}, order=900))
    return whole


def _owned(definition: ObjectDef) -> ObjectDef:
    app = definition.app or definition.object.partition(".")[0]
    return _replace(definition, app=app, fields=_of_app(definition.fields, app))


def _of_app(fields: Mapping[str, FieldDef], app: str) -> dict[str, FieldDef]:
    return {name: field if field.app else _replace(field, app=app) for name, field in fields.items()}


def _extend(
    objects: dict[str, ObjectDef], extension: ObjectDef, apps: Mapping[str, AppDef], findings: Findings
) -> None:
    """Add the extension's fields; one of an object whose app isn't installed waits for it."""
    place = f"{extension.app}:{extension.object}"
    base = objects.get(extension.object)
    if base is None and extension.object.partition(".")[0] not in apps:
        return
    if base is None:
        findings.error(
            "object",
            place,
            "object",
            f"There is no object named “{extension.object}” to extend.",
            f"没有可扩展的业务对象“{extension.object}”。",
            did_you_mean(extension.object, objects),
        )
        return
    merged: dict[str, Any] = {}
    for part in ("fields", "keys", "rules", "groups", "totals", "linkage"):
        own, added = getattr(base, part), getattr(extension, part)
        for name in own.keys() & added.keys() if part != "groups" else ():
            findings.error(
                "object",
                place,
                f"{part}.{name}",
                f"{base.object} has {name} already.",
                f"{base.object} 已有 {name}。",
                {"en": "Choose another name.", "zh": "请换一个名称。"},
            )
        merged[part] = {**added, **own} if part != "fields" else {**_of_app(added, extension.app), **own}
    objects[extension.object] = _replace(
        base, track_activities=base.track_activities or extension.track_activities, **merged
    )


def _in_order(definition: ObjectDef) -> ObjectDef:
    fields = {
        name: _replace(field, choices=_by_order(field.choices)) if field.choices else field
        for name, field in _by_order(definition.fields).items()
    }
    groups = _by_first_field(definition.groups, fields)
    return _replace(definition, fields=fields, groups=groups, linkage=_by_order(definition.linkage))


def _by_first_field(groups: Mapping[str, Item], fields: Mapping[str, FieldDef]) -> dict[str, Item]:
    """Groups follow the fields: a group stands where the first field that is in it stands."""
    used = dict.fromkeys(field.group for field in fields.values() if field.group in groups)
    return {name: groups[name] for name in (*used, *sorted(groups.keys() - used.keys()))}


def _form_in_order(form: FormDef) -> FormDef:
    sections = {name: _replace(part, items=_by_order(part.items)) for name, part in form.sections.items()}
    return _replace(form, sections=_by_order(sections))


def _by_order(items: Mapping[str, Item]) -> dict[str, Item]:
    return dict(sorted(items.items(), key=lambda item: (getattr(item[1], "order", 0), item[0])))


def _add_role(roles: dict[str, RoleDef], part: RoleDef, apps: Mapping[str, AppDef]) -> None:
    """Add an app's part; a grant on an object whose app isn't installed waits for it."""
    grants = {
        name: _replace(grant, writers=[part.app or OWN_APP] if grant.create or grant.change else [])
        for name, grant in part.objects.items()
        if part.app in ("", OWN_APP, name.partition(".")[0]) or name.partition(".")[0] in apps
    }
    part = _replace(part, objects=grants)
    known = roles.get(part.role)
    if known is None:
        roles[part.role] = part
        return
    objects = dict(known.objects)
    for name, grant in part.objects.items():
        objects[name] = both_grants(objects[name], grant) if name in objects else grant
    roles[part.role] = _replace(
        known,
        label=known.label or part.label,
        help=known.help or part.help,
        objects=objects,
        operations=list(dict.fromkeys([*known.operations, *part.operations])),
        rules=list(dict.fromkeys([*known.rules, *part.rules])),
        administers=known.administers or part.administers,
        order=min(filter(None, (known.order, part.order)), default=0),
    )


def both_grants(one: Grant, other: Grant) -> Grant:
    """What either grant allows; what either hides or locks stays so."""
    return Grant(
        see=_either(one.see, other.see),
        create=_either(one.create, other.create),
        change=_either(one.change, other.change),
        remove=_either(one.remove, other.remove),
        export=one.export or other.export,
        hide=_union(one.hide, other.hide),
        only=_union(one.only, other.only),
        locked=_union(one.locked, other.locked),
        writes=_union(one.writes, other.writes),
        writers=_union(one.writers, other.writers),
    )


def _either(one: str | bool, other: str | bool) -> str | bool:
    if one is True or other is True or not one or not other or one == other:
        return one is True or other is True or one or other
    return f"({one}) or ({other})"


def _union(one: Iterable[str], other: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*one, *other]))


def _add_home(homes: dict[str, HomeDef], part: HomeDef) -> None:
    app = part.home.partition(".")[0]
    known = homes.get(part.role) or HomeDef(home=part.role, role=part.role)
    homes[part.role] = _replace(
        known,
        label=known.label or part.label,
        cards=_by_order({**known.cards, **{f"{app}.{name}": card for name, card in part.cards.items()}}),
        tiles=_by_order({**known.tiles, **{f"{app}.{name}": tile for name, tile in part.tiles.items()}}),
    )


def _replace(struct: Struct, **changes: Any) -> Struct:
    return msgspec.structs.replace(struct, **changes)
