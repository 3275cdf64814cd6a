"""API tokens: keys with roles of their own for programs, shown once and kept as a hash."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from queti.kernel.errors import Refusal
from queti.kernel.work import Work
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, write_once
from queti.server.messages import Answer, Request, answer_json, no_content, wrong
from queti.server.people import as_owner
from queti.server.refusals import NotForPrograms
from queti.server.routing import Route

PREFIX = "qt_"
MOST_DAYS = 3650
_INSERT = """
    INSERT INTO platform.api_token (workspace, name, user_id, is_personal, roles, token_hash, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
_LIST = """
    SELECT id, name, user_id, is_personal, roles, created_at, expires_at, used_at FROM platform.api_token
    WHERE workspace = %s AND revoked_at IS NULL AND (%s OR (user_id = %s AND is_personal))
    ORDER BY created_at DESC, id DESC LIMIT 500
"""
_REVOKE = """
    UPDATE platform.api_token SET revoked_at = now()
    WHERE workspace = %s AND id = %s AND revoked_at IS NULL AND (%s OR (user_id = %s AND is_personal))
    RETURNING token_hash
"""


class NoSuchToken(Refusal):
    """There is no API token {id}."""

    zh = "没有 API 令牌 {id}。"
    kind = "not_found"


def list_tokens(door: Door, request: Request) -> Answer:
    """An administrator sees all of the workspace, others their own; never the token itself."""
    session = signed_in(request)
    with door.platform.db.connection() as connection:
        values = (session.workspace, session.person.administers, session.person.user)
        rows = connection.execute(_LIST, values).fetchall()
    users = {row[2] for row in rows}
    names = door.run(request, lambda work: _names(work, users), reads_only=True) if users else {}
    tokens = [
        {"id": row[0], "name": row[1], "person": {"id": row[2], "name": names.get(row[2], "")}, "is_personal": row[3],
         "roles": row[4], "created_at": row[5], "expires_at": row[6], "used_at": row[7]}
        for row in rows
    ]  # fmt: skip
    return answer_json({"tokens": tokens, "roles": door.run(request, lambda work: _choosable(work), reads_only=True)})


def make_token(door: Door, request: Request) -> Answer:
    """`{name, roles, expires_on, is_personal}` → the token, shown this once."""
    session, given = signed_in(request), request.json_object()
    if session.token:
        raise NotForPrograms
    is_personal = given.get("is_personal", not session.person.administers)
    if not isinstance(is_personal, bool) or not (is_personal or session.person.administers):
        raise wrong("is_personal", "forbidden", "Only for yourself.", "只能为本人创建。")
    name, expires = _name(given), _expiry(given.get("expires_on"))
    roles = _roles(door, request, given.get("roles"), is_personal=is_personal)
    token = PREFIX + secrets.token_urlsafe(32)
    key = hashlib.sha256(token.encode()).digest()

    def act(work: Work) -> Written:
        with as_owner(work):
            values = (session.workspace, name, session.person.user, is_personal, roles, key, expires)
            row = work.connection.execute(_INSERT, values).fetchone()
        return 201, {"id": row[0] if row else 0, "name": name, "roles": roles, "expires_at": expires}

    def with_token(value: dict[str, Any], is_replayed: bool) -> dict[str, Any]:
        """No token is kept: who asks again knows that it was made, and makes another."""
        return {**value, "token": None if is_replayed else token}

    return write_once(door, request, act, with_token)


def revoke_token(door: Door, request: Request) -> Answer:
    """Ends the token in all processes."""
    session, text = signed_in(request), request.path_values["id"]
    if session.token:
        raise NotForPrograms
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    with door.platform.db.connection() as connection:
        values = (session.workspace, number, session.person.administers, session.person.user)
        row = connection.execute(_REVOKE, values).fetchone()
    if row is None:
        raise NoSuchToken(id=text)
    door.sessions.forget(bytes(row[0]))
    return no_content()


def _name(given: dict[str, Any]) -> str:
    name = given.get("name")
    if not isinstance(name, str) or not 0 < len(name.strip()) <= 100:
        raise wrong("name", "required", "A name of up to 100 characters.", "请填写名称（最多 100 个字符）。")
    return name.strip()


def _expiry(text: Any) -> datetime | None:
    """The end of that day; None: it doesn't expire."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):
        raise wrong("expires_on", "date", "A day like 2027-12-31.", "应为日期，例如 2027-12-31。") from None
    today = datetime.now().astimezone().date()
    if not today <= day <= today + timedelta(days=MOST_DAYS):
        raise wrong("expires_on", "out_of_range", "A day to come, within ten years.", "应为今天起十年内的日期。")
    return datetime.combine(day, datetime.max.time()).astimezone()


def _roles(door: Door, request: Request, roles: Any, *, is_personal: bool) -> list[str]:
    own = signed_in(request).person.roles
    known = {role["name"] for role in door.run(request, _choosable, reads_only=True)}
    allowed = known & set(own) if is_personal else known
    if not isinstance(roles, list) or not roles or not all(isinstance(each, str) and each in allowed for each in roles):
        listed = ", ".join(sorted(allowed))
        raise wrong("roles", "unknown_choice", f"One or more of {listed}.", f"至少选择一项：{listed}。")
    return list(dict.fromkeys(roles))


def _choosable(work: Work) -> list[dict[str, Any]]:
    """The roles that the person may give away."""
    who = work.who
    return [
        {"name": name, "label": role.label.get(work.language) or role.label.get("en") or name}
        for name, role in work.model.roles.items()
        if who.administers or name in who.roles
    ]


def _names(work: Work, users: set[int]) -> dict[int, str]:
    found = work.find("base.user", "id in $users", {"users": sorted(users)}, ["name"])
    return {person.id: person["name"] for person in found}


ROUTES = [
    Route("GET", "/api/tokens", list_tokens),
    Route("POST", "/api/tokens", make_token),
    Route("DELETE", "/api/tokens/{id}", revoke_token),
]
