"""What names alone resolve in a field: links under other names, paths, roles to choose from, what a query takes."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from queti.kernel.definitions import Choice, FieldDef, ObjectDef, RoleDef
from queti.kernel.definitions.roles import EVERYONE
from queti.kernel.fields import FIELD_TYPES, decimals_of
from queti.kernel.model import Field, Object


def as_taken(written: FieldDef, taken: Field, target: Object) -> FieldDef:
    """The query's own words with the type and settings of what it takes; the record itself is a link to it."""
    if taken.name == "id":
        return msgspec.structs.replace(written, type="link", to=target.name)
    of = taken.definition
    is_foreign = of.type == "money" and of.currency
    return msgspec.structs.replace(
        written,
        type="number" if is_foreign else of.type,
        to=taken.target,
        choices=of.choices,
        decimals=decimals_of(of) if is_foreign else of.decimals,
        symbology=of.symbology,
        depth=of.depth,
        max=of.max,
    )


def resolved(written: FieldDef, roles: Mapping[str, RoleDef]) -> FieldDef:
    """The field without what names alone can resolve: links under other names, paths, roles to choose from."""
    if to := linked_object(written):
        return msgspec.structs.replace(written, type="link", to=to)
    match written.type:
        case "lookup" if written.path:
            return msgspec.structs.replace(written, formula=written.path)
        case "capitals" if written.path:
            return msgspec.structs.replace(written, formula=f"capitals({written.path})")
        case "role":
            return msgspec.structs.replace(written, choices=role_choices(roles))
        case "roles":
            return msgspec.structs.replace(written, type="choices", choices=role_choices(roles))
        case _:
            return written


def linked_object(written: FieldDef) -> str:
    """The object that a link leads to, of whatever name it is; "" for other fields."""
    type = FIELD_TYPES.get(written.type)
    if type is None or not type.links_to:
        return ""
    return (written.to or "") if type.links_to == "to" else type.links_to


def role_choices(roles: Mapping[str, RoleDef]) -> dict[str, Choice]:
    given = sorted((name, role) for name, role in roles.items() if name != EVERYONE)
    return {name: Choice(label=role.label, order=place) for place, (name, role) in enumerate(given)}


def names_roles(definition: ObjectDef) -> bool:
    return any(written.type in ("role", "roles") for written in definition.fields.values())
