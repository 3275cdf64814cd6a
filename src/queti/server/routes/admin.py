"""The administrator's page: people, sessions, sign-ins, backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from queti.kernel.administering import refuse_locked_out
from queti.kernel.errors import Refusal
from queti.kernel.people import find_people
from queti.kernel.work import Work
from queti.server import accounts
from queti.server.accounts import Account
from queti.server.door import Door, signed_in
from queti.server.idempotency import Written, write_once
from queti.server.lockouts import locked_until
from queti.server.messages import Answer, Request, answer_json, no_content, wrong
from queti.server.passwords import hash_password, invented_password
from queti.server.people import as_owner
from queti.server.refusals import NoSuchAddress
from queti.server.routing import Route
from queti.server.threads import Kind

USER = "base.user"
_PROFILE = (
    "id",
    "version",
    "name",
    "login",
    "email",
    "language",
    "roles",
    "department",
    "department._label",
    "is_active",
)


class Yourself(Refusal):
    """You can't do this to your own account; ask another administrator."""

    zh = "不能对自己的账号执行此操作，请由其他管理员处理。"
    kind = "conflict"


# --- people -----------------------------------------------------------------------------


def list_users(door: Door, request: Request) -> Answer:
    """All people of the workspace with their accounts; `all_roles` are the own and those of the departments."""
    workspace = signed_in(request).workspace
    known = {account.user: account for account in accounts.accounts_of(door.platform.db, workspace)}

    def act(work: Work) -> list[dict[str, Any]]:
        fields = _known_fields(work)
        return [dict(record.values) for record in work.find(USER, fields=fields, sort="name")]

    people = door.run(request, act, reads_only=True)
    locked = locked_until(door.platform.db, workspace, door.settings)
    held = {person.user: person.roles for person in door.run(request, find_people, reads_only=True)}
    users = [
        {**person, "all_roles": held.get(person["id"], ()), "account": _about(known.get(person["id"]), locked)}
        for person in people
    ]
    return answer_json({"users": users, "roles": door.run(request, _roles, reads_only=True)})


def invite_user(door: Door, request: Request) -> Answer:
    """`{name, login, roles, language, email}` → the one-time password, shown this once."""
    given = request.json_object()
    login = given.get("login")
    if not isinstance(login, str) or not login.strip() or len(login) > 100:
        raise wrong("login", "required", "A login of up to 100 characters.", "请填写登录名（最多 100 个字符）。")
    workspace, password = signed_in(request).workspace, invented_password()
    hashed = hash_password(password)

    def act(work: Work) -> Written:
        known = set(_known_fields(work))
        values = {name: value for name, value in given.items() if name in known and name != "id"}
        [user] = work.create(USER, [{**values, "login": login.strip().casefold()}])
        work.settle()
        _insert_account(work, workspace, login, hashed, user.id)
        return 201, {"id": user.id, "login": login.strip().casefold()}

    def with_password(value: dict[str, Any], is_replayed: bool) -> dict[str, Any]:
        """No password is kept: who asks again gets another one, unless the person has chosen one."""
        if is_replayed:
            account = accounts.account_of_user(door.platform.db, workspace, value["id"])
            if not accounts.replace_given_password(door.platform.db, account.id, hashed):
                return {**value, "password": None}
        return {**value, "password": password}

    return write_once(door, request, act, with_password)


def _insert_account(work: Work, workspace: str, login: str, hashed: str, user: int) -> None:
    """In the Work's own transaction: neither the person nor the account is there without the other."""
    with as_owner(work):
        accounts.insert_account(work.connection, workspace, login.strip(), hashed, user, must_change=True)


def change_user(door: Door, request: Request) -> Answer:
    """`disable`, `enable`, `reset` (a new one-time password), `roles` `{roles: […]}`."""
    acts: dict[str, Callable[[Door, Request, int], Answer]] = {
        "disable": _disable,
        "enable": _enable,
        "reset": _reset,
        "roles": _set_roles,
    }
    act = acts.get(request.path_values["act"])
    if act is None:
        raise NoSuchAddress(path=request.path, nearest="disable, enable, reset, roles")
    return act(door, request, _id(request))


def _disable(door: Door, request: Request, user: int) -> Answer:
    account = _account(door, request, user, but_own=True)

    def act(work: Work) -> None:
        with as_owner(work):
            accounts.set_disabled(work.connection, account.id, True)
        refuse_locked_out(work)

    door.run(request, act)
    door.sessions.end_all(account.id)
    return no_content()


def _enable(door: Door, request: Request, user: int) -> Answer:
    account = _account(door, request, user)
    with door.platform.db.connection() as connection:
        accounts.set_disabled(connection, account.id, False)
    return no_content()


def _reset(door: Door, request: Request, user: int) -> Answer:
    account, password = _account(door, request, user), invented_password()
    accounts.set_password(door.platform.db, account.id, password, must_change=True)
    door.sessions.end_all(account.id)
    return answer_json({"id": user, "login": account.login, "password": password})


def _set_roles(door: Door, request: Request, user: int) -> Answer:
    roles = request.json_object().get("roles")
    known = {role["name"] for role in door.run(request, _roles, reads_only=True)}
    if not isinstance(roles, list) or not all(isinstance(role, str) and role in known for role in roles):
        listed = ", ".join(sorted(known))
        raise wrong("roles", "unknown_choice", f"A list of roles among {listed}.", f"角色列表，可选：{listed}。")
    if user == signed_in(request).person.user:
        raise Yourself
    door.run(request, lambda work: work.change(USER, [(user, {"roles": roles})]))
    return no_content()


def _account(door: Door, request: Request, user: int, *, but_own: bool = False) -> Account:
    session = signed_in(request)
    if but_own and user == session.person.user:
        raise Yourself
    return accounts.account_of_user(door.platform.db, session.workspace, user)


def _about(account: Account | None, locked: Mapping[int, datetime]) -> dict[str, Any] | None:
    if account is None:
        return None
    return {
        "login": account.login,
        "is_sample": account.is_sample,
        "must_change": account.must_change,
        "disabled_at": account.disabled_at,
        "locked_until": locked.get(account.id),
        "created_at": account.created_at,
    }


def _known_fields(work: Work) -> list[str]:
    known = work.model.object(USER).fields
    return [name for name in _PROFILE if name.partition(".")[0] in known]


def _roles(work: Work) -> list[dict[str, Any]]:
    words = ((role, work.model.roles[role].label) for role in work.model.roles)
    return [
        {
            "name": role,
            "label": label.get(work.language) or label.get("en") or role,
            "administers": work.model.roles[role].administers,
        }
        for role, label in words
    ]


def list_operations(door: Door, request: Request) -> Answer:
    """All operations of the workspace: what a role may be given."""

    def act(work: Work) -> list[dict[str, Any]]:
        return [
            {"name": name, "label": _say(operation.label, work) or name, "help": _say(operation.help, work)}
            for name, operation in sorted(work.model.operations.items())
        ]

    return answer_json({"operations": door.run(request, act, reads_only=True)})


def _say(words: Mapping[str, str], work: Work) -> str:
    return words.get(work.language) or words.get("en", "")


# --- sessions and sign-ins ----------------------------------------------------------------


def list_sessions(door: Door, request: Request) -> Answer:
    session = signed_in(request)
    with door.platform.db.connection() as connection:
        rows = connection.execute(_SESSIONS, (session.workspace,)).fetchall()
    sessions = [
        {"id": row[0], "login": row[1], "created_at": row[2], "seen_at": row[3], "expires_at": row[4],
         "address": row[5], "agent": row[6], "own": row[0] == session.name}
        for row in rows
    ]  # fmt: skip
    return answer_json({"sessions": sessions})


def end_session(door: Door, request: Request) -> Answer:
    with door.platform.db.connection() as connection:
        row = connection.execute(_SESSION_KEY, (signed_in(request).workspace, request.path_values["id"])).fetchone()
    if row is None:
        raise NoSuchAddress(path=request.path, nearest="")
    door.sessions.end(bytes(row[0]))
    return no_content()


def list_sign_ins(door: Door, request: Request) -> Answer:
    """The last sign-ins and attempts."""
    limit = request.whole("limit", 100, 1, 1000)
    with door.platform.db.connection() as connection:
        rows = connection.execute(_SIGN_INS, (signed_in(request).workspace, limit)).fetchall()
    names = ("at", "login", "ok", "address")
    return answer_json({"sign_ins": [dict(zip(names, row, strict=True)) for row in rows]})


# --- backups ------------------------------------------------------------------------------


def back_up(door: Door, request: Request) -> Answer:
    """Back up this workspace now, into the server's backup folder."""
    from queti.store.backup import backup

    workspace = signed_in(request).workspace
    file = door.backups / f"{workspace}-{datetime.now().astimezone():%Y%m%d-%H%M%S}.queti"
    backup(door.platform.db, file, [workspace], files=door.platform.files)
    return answer_json(_backup(file), status=201)


def list_backups(door: Door, request: Request) -> Answer:
    files = sorted(door.backups.glob(f"{signed_in(request).workspace}-*.queti"), reverse=True)
    return answer_json({"backups": [_backup(file) for file in files]})


def send_backup(door: Door, request: Request) -> Answer:
    """A backup's file."""
    name = request.path_values["name"]
    files = {file.name: file for file in door.backups.glob(f"{signed_in(request).workspace}-*.queti")}
    if name not in files:
        raise NoSuchAddress(path=request.path, nearest="")
    headers = [
        (b"content-type", b"application/octet-stream"),
        (b"content-disposition", f'attachment; filename="{name}"'.encode()),
    ]
    return Answer(200, b"", headers, _pieces(files[name]))


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as source:
        while piece := source.read(256 * 1024):
            yield piece


def _backup(file: Path) -> dict[str, Any]:
    stat = file.stat()
    return {"name": file.name, "size": stat.st_size, "at": datetime.fromtimestamp(stat.st_mtime).astimezone()}


def _id(request: Request) -> int:
    text = request.path_values["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise accounts.NoSuchAccount(id=text)
    return int(text)


_SESSIONS = """
    SELECT encode(substr(token_hash, 1, 9), 'hex'), a.login, s.created_at, s.seen_at, s.expires_at, s.address, s.agent
    FROM platform.session s JOIN platform.account a ON a.id = s.account_id
    WHERE a.workspace = %s AND s.revoked_at IS NULL AND s.expires_at > now()
    ORDER BY s.seen_at DESC LIMIT 500
"""
_SESSION_KEY = """
    SELECT s.token_hash FROM platform.session s JOIN platform.account a ON a.id = s.account_id
    WHERE a.workspace = %s AND encode(substr(s.token_hash, 1, 9), 'hex') = %s
"""
_SIGN_INS = "SELECT at, login, ok, address FROM platform.sign_in WHERE workspace = %s ORDER BY at DESC LIMIT %s"


def _admin(method: str, template: str, act: Callable[[Door, Request], Answer], *, kind: Kind = "quick") -> Route:
    return Route(method, f"/api/admin/{template}", act, guard="administrator", kind=kind)


ROUTES = [
    _admin("GET", "users", list_users),
    _admin("POST", "users", invite_user, kind="passwords"),
    _admin("POST", "users/{id}/{act}", change_user, kind="passwords"),
    _admin("GET", "operations", list_operations),
    _admin("GET", "sessions", list_sessions),
    _admin("DELETE", "sessions/{id}", end_session),
    _admin("GET", "sign-ins", list_sign_ins),
    _admin("POST", "backup", back_up, kind="long"),
    _admin("GET", "backups", list_backups),
    _admin("GET", "backups/{name}", send_backup),
]
