"""Views that people keep for themselves or share with roles, beside those that are definitions.

A kept view has the properties of a view's definition. It gives nobody a right: whoever
opens it sees what their own roles show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from psycopg.types.json import Jsonb

from queti.engines.views.shown import shown_view
from queti.kernel.definitions import VIEW_FIELDS, ViewDef
from queti.kernel.errors import FieldProblem, RecordNotFound, Refusal, StaleVersion, WrongInput
from queti.kernel.formulas import FormulaError
from queti.kernel.publishing.following import kept_in_draft
from queti.kernel.reading.seen import is_seen, typed_where
from queti.kernel.reading.sorting import parse_sort

if TYPE_CHECKING:
    from queti.kernel.work import Work

LONGEST_NAME = 80
MOST = 200
_COLUMNS = "id, object, owner, name, body, roles, position, version"


class NotYourView(Refusal):
    """The view “{name}” is somebody else's; keep a copy of your own."""

    zh = "视图“{name}”属于他人，请另存为自己的视图。"
    kind = "forbidden"


class SharingNotAllowed(Refusal):
    """Only administrators share views; keep it for yourself, or ask one."""

    zh = "只有管理员可以共享视图，请保存为个人视图或联系管理员。"
    kind = "forbidden"


class TooManyViews(Refusal):
    """You keep {most} views of this kind of record already; remove some first."""

    zh = "您已保存 {most} 个视图，请先删除一些。"


def list_views(work: Work, object: str) -> list[dict[str, Any]]:
    """`[{id, object, name, body, roles, mine, version}]`: one's own, then what is shared with one's roles."""
    work.as_person.seen(object)
    rows = work.rows(
        f"SELECT {_COLUMNS} FROM {work.schema}.kernel_view WHERE object = $1"
        " AND (owner = $2::bigint OR (roles IS NOT NULL AND (roles = '{}' OR roles && $3::text[])))"
        " ORDER BY (owner = $2::bigint) DESC, position, id",
        (object, work.who.user, list(work.who.roles)),
    )
    views = [_shown(work, row) for row in rows]
    return [shown for view in views if (shown := _without_hidden(work, view)) is not None]


def _without_hidden(work: Work, view: dict[str, Any]) -> dict[str, Any] | None:
    """Another's view as this person may read it; one's own as it was kept."""
    if view["mine"]:
        return view
    kept = _read(view["object"], view["body"], [])
    shown = shown_view(work.model, work.as_person.sight, kept) if kept else None
    return {**view, "body": _body(shown)} if shown else None


def keep_view(
    work: Work, object: str, name: str, body: Mapping[str, Any], roles: Sequence[str] | None = None
) -> dict[str, Any]:
    """Keep a view; with `roles` it is shared with them, with none named with everybody."""
    checked = _checked(work, object, name, body, roles)
    [(count,)] = work.rows(
        f"SELECT count(*) FROM {work.schema}.kernel_view WHERE object = $1 AND owner = $2::bigint",
        (object, work.who.user),
    )
    if count >= MOST:
        raise TooManyViews(most=MOST)
    rows = work.rows(
        f"INSERT INTO {work.schema}.kernel_view (object, owner, name, body, roles, position, changed_at)"
        f" VALUES ($1, $2::bigint, $3, $4, $5::text[], $6::bigint, $7) RETURNING {_COLUMNS}",
        (object, work.who.user, name.strip(), Jsonb(checked), _roles(roles), count, work.now),
    )
    return _shown(work, rows[0])


def change_view(
    work: Work, view: int, version: int, name: str, body: Mapping[str, Any], roles: Sequence[str] | None = None
) -> dict[str, Any]:
    """The owner, or of a shared view an administrator, changes it; StaleVersion."""
    object = _own(work, view, version)
    checked = _checked(work, object, name, body, roles)
    rows = work.rows(
        f"UPDATE {work.schema}.kernel_view SET name = $2, body = $3, roles = $4::text[], changed_at = $5,"
        f" version = version + 1 WHERE id = $1::bigint RETURNING {_COLUMNS}",
        (view, name.strip(), Jsonb(checked), _roles(roles), work.now),
    )
    return _shown(work, rows[0])


def remove_view(work: Work, view: int, version: int) -> None:
    _own(work, view, version)
    work.execute(f"DELETE FROM {work.schema}.kernel_view WHERE id = $1::bigint", (view,))


def _own(work: Work, view: int, version: int) -> str:
    rows = work.rows(f"SELECT {_COLUMNS} FROM {work.schema}.kernel_view WHERE id = $1::bigint FOR UPDATE", (view,))
    known = _shown(work, rows[0]) if rows else None
    is_open = known is not None and (known["mine"] or known["roles"] is not None)
    if known is None or not is_open or known["object"] not in work.model.objects:
        raise RecordNotFound(what=_WHAT, id=view)
    work.as_person.seen(known["object"])
    if not known["mine"] and not work.who.administers:
        raise NotYourView(name=known["name"])
    if known["version"] != version:
        raise StaleVersion(what=_WHAT, title=known["name"], by="?")
    return known["object"]


_WHAT = {"en": "view", "zh": "视图"}


def _checked(
    work: Work, object: str, name: str, body: Mapping[str, Any], roles: Sequence[str] | None
) -> dict[str, Any]:
    """The view's properties as its definition's form; WrongInput names what is wrong."""
    problems: list[FieldProblem] = []
    work.as_person.seen(object)
    if not 0 < len(name.strip()) <= LONGEST_NAME:
        problems.append(
            FieldProblem("name", "length", f"1 to {LONGEST_NAME} characters.", f"长度为 1 到 {LONGEST_NAME} 个字符。")
        )
    if roles is not None and not work.who.administers:
        raise SharingNotAllowed
    unknown = sorted(set(roles or ()) - work.model.roles.keys())
    if unknown:
        listed = ", ".join(unknown)
        problems.append(FieldProblem("roles", "unknown", f"No such role: {listed}.", f"没有角色：{listed}。"))
    view = _read(object, body, problems)
    if view is not None:
        problems += _wrong_names(work, object, view)
    if problems:
        raise WrongInput(summary=_WHAT, fields=problems)
    assert view is not None
    return _body(view)


def _body(view: ViewDef) -> dict[str, Any]:
    return {key: value for key, value in msgspec.to_builtins(view).items() if key not in ("view", "object")}


def _read(object: str, body: Mapping[str, Any], problems: list[FieldProblem]) -> ViewDef | None:
    try:
        return msgspec.convert({**body, "view": f"{object}.kept", "object": object}, ViewDef)
    except msgspec.ValidationError as problem:
        problems.append(FieldProblem("body", "wrong_shape", f"{problem}.", f"{problem}。"))
        return None


def _wrong_names(work: Work, object: str, view: ViewDef) -> list[FieldProblem]:
    """What the person doesn't see can't stand in a view of theirs."""
    sight, found = work.as_person.sight, work.object(object)
    problems: list[FieldProblem] = []
    places = {
        "fields": view.fields,
        "totals": list(view.totals),
        "sort": [".".join(key.path) for key in parse_sort(view.sort)],
        **{name: [value] for name in VIEW_FIELDS if (value := getattr(view, name))},
    }
    for place, paths in places.items():
        wrong = [path for path in paths if not is_seen(work.model, sight, found, path)]
        if wrong:
            listed = ", ".join(wrong)
            problems.append(FieldProblem(place, "unknown", f"No such field: {listed}.", f"没有字段：{listed}。"))
    formulas = {"where": view.where, **{f"colours.{name}.when": each.when for name, each in view.colours.items()}}
    for place, formula in formulas.items():
        try:
            if formula.strip():
                typed_where(work.model, found, sight, formula)
        except FormulaError as problem:
            problems.append(FieldProblem(place, problem.code, problem.says("en"), problem.says("zh")))
    return problems


def _roles(roles: Sequence[str] | None) -> list[str] | None:
    return None if roles is None else sorted(set(roles))


def _shown(work: Work, row: Sequence[Any]) -> dict[str, Any]:
    id, object, owner, name, body, roles, _, version = row
    return {
        "id": id,
        "object": object,
        "name": name,
        "body": kept_in_draft(work, object, body),
        "roles": roles,
        "mine": owner == work.who.user,
        "version": version,
    }
