"""Fields that every record has without their being defined."""

from __future__ import annotations

from queti.kernel.definitions import FieldDef, ObjectDef, Words

RESERVED = frozenset(
    [
        "id",
        "version",
        "created_at",
        "created_by",
        "changed_at",
        "changed_by",
        "trashed_at",
        "search",
        "position",
        "me",
        "company",
        "rows",
        "today",
        "now",
        "and",
        "or",
        "not",
        "in",
        "where",
        "true",
        "false",
        "blank",
    ]
)
"""Names that no field may have."""


def system_fields(definition: ObjectDef, has_users: bool) -> dict[str, FieldDef]:
    """Of lines: id, parent and position; of append-only records: who made them and when; else all."""
    who = FieldDef(type="link", to="base.user") if has_users else FieldDef(type="integer")
    fields = {"id": _system("integer", "Id", "编号")}
    if definition.lines_of:
        parent = definition.parent_field
        if parent not in definition.fields:
            fields[parent] = FieldDef(
                type="link",
                to=definition.lines_of,
                required=True,
                fixed=True,
                hidden=True,
                label=_words("Belongs to", "所属"),
            )
        return {**fields, "position": _system("integer", "Position", "行号")}
    made = {
        "created_at": _system("moment", "Created at", "创建时间"),
        "created_by": _like(who, "Created by", "创建人"),
    }
    if definition.append_only:
        return {**fields, **made}
    return {
        **fields,
        "version": _system("integer", "Version", "版本"),
        **made,
        "changed_at": _system("moment", "Changed at", "修改时间"),
        "changed_by": _like(who, "Changed by", "修改人"),
        "trashed_at": _system("moment", "In the trash since", "删除时间"),
    }


NOT_BLANK = frozenset({"id", "version", "created_at", "changed_at", "position"})


def _system(type: str, en: str, zh: str) -> FieldDef:
    return FieldDef(type=type, label=_words(en, zh), read_only=True, hidden=True, order=1e9)


def _like(field: FieldDef, en: str, zh: str) -> FieldDef:
    return FieldDef(type=field.type, to=field.to, label=_words(en, zh), read_only=True, hidden=True, order=1e9)


def _words(en: str, zh: str) -> Words:
    return {"en": en, "zh": zh}
