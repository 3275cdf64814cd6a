"""Signing in and out, and one's own settings."""

from __future__ import annotations

from typing import Any

from queti.kernel.work import Work
from queti.server import accounts
from queti.server.door import COOKIE, Door, signed_in
from queti.server.headers import is_local, refuse_foreign_origin
from queti.server.messages import Answer, Header, Request, answer_json, no_content, wrong
from queti.server.passwords import refuse_weak
from queti.server.people import find_person
from queti.server.refusals import SamePassword, WrongPassword
from queti.server.routing import Route
from queti.server.sessions import Session

LANGUAGES = ("en", "zh")
THEMES = ("light", "dark", "system")
OWN = {"language": LANGUAGES, "theme": THEMES, "task_mail": ("on", "off")}
"""What everybody sets for themselves."""


def sign_in(door: Door, request: Request) -> Answer:
    """`{workspace, login, password}` → `{token, me}` and the cookie."""
    refuse_foreign_origin(request, door.settings)
    given = request.json_object()
    workspace, login, password = (_text(given, name) for name in ("workspace", "login", "password"))
    token, session = door.sessions.sign_in(workspace, login, password, request)
    request.session = session
    answer = {"token": token, "me": me(door, request)}
    return answer_json(answer, status=201, headers=[_json(), _cookie(door, token, door.settings.session_days)])


def list_samples(door: Door, request: Request) -> Answer:
    """The sample sign-ins, told only where they work."""
    if door.settings.public_url or not is_local(request):
        return answer_json({"samples": []})
    with door.platform.db.connection() as connection:
        rows = connection.execute(_SAMPLES).fetchall()
    password = accounts.SAMPLE_PASSWORD
    samples = [
        {
            "workspace": workspace,
            "login": login,
            "password": password,
            **_introduced(door, workspace, user),
        }
        for workspace, login, user in rows
    ]
    return answer_json({"samples": samples})


def _introduced(door: Door, workspace: str, user: int) -> dict[str, Any]:
    person = find_person(door.platform, workspace, user)
    return {"name": person.name, "roles": list(person.roles)} if person else {}


def sign_out(door: Door, request: Request) -> Answer:
    door.sessions.end(signed_in(request).key)
    answer = no_content()
    answer.headers.append(_cookie(door, "", 0))
    return answer


def show_session(door: Door, request: Request) -> Answer:
    return answer_json({"me": me(door, request)})


def change_session(door: Door, request: Request) -> Answer:
    """One's own language and theme, and whether tasks come by mail."""
    given = request.json_object()
    for name, known in OWN.items():
        if name in given and given[name] not in known:
            raise wrong(name, "unknown_choice", f"One of {', '.join(known)}.", f"可选：{'、'.join(known)}。")
    session = signed_in(request)
    wanted = {name: given[name] for name in OWN if name in given}
    if wanted:
        door.run(request, lambda work: _set_own(work, wanted))
        request.session = door.sessions.again(session)
    return answer_json({"me": me(door, request)})


def change_password(door: Door, request: Request) -> Answer:
    """`{old, new}`; ends all other sessions of the account."""
    given = request.json_object()
    old, new = _text(given, "old"), _text(given, "new")
    session = signed_in(request)
    if not door.sessions.is_theirs(session, old, request):
        raise WrongPassword
    refuse_weak(new, session.login)
    if new == old:
        raise SamePassword
    accounts.set_password(door.platform.db, session.account, new, must_change=False)
    door.sessions.end_all(session.account, but=session.key)
    return no_content()


def me(door: Door, request: Request) -> dict[str, Any]:
    """Who is signed in, as the screen wants it."""
    session = signed_in(request)
    told = door.run(request, told_of, reads_only=True)
    return about(session, told)


def about(session: Session, told: dict[str, Any]) -> dict[str, Any]:
    person = session.person
    return {
        "user": person.user,
        "login": session.login,
        "name": person.name,
        "roles": list(person.roles),
        "language": session.language,
        "workspace": session.workspace,
        **told,
        "administers": person.administers,
        "must_change": session.must_change,
    }


def told_of(work: Work) -> dict[str, Any]:
    """What formulas of the screen know of the person beyond the session: the company, and the departments below."""
    mail = {"task_mail": work.me.get("task_mail") or "on"} if work.company.get("mails_tasks") else {}
    return {"company": company_of(work), "departments": list(work.env.my_departments), **mail}


def company_of(work: Work) -> dict[str, Any]:
    """The company as `me` tells it: called as in the person's language, its currency by code."""
    told = {name: work.company.get(name) for name in ("name", "currency", "timezone")}
    if work.language == "en":
        told["name"] = work.company.get("name_en") or told["name"]
    known = work.model.objects.get("base.company")
    target = known.fields["currency"].target if known and "currency" in known.fields else None
    if target and told["currency"] is not None:
        found = work.find(target, "id = currency_id", {"currency_id": told["currency"]}, ["code"])
        told["currency"] = found[0]["code"] if found else None
    return told


def _set_own(work: Work, wanted: dict[str, str]) -> None:
    known = work.model.object("base.user").fields
    fitting = {name: value for name, value in wanted.items() if name in known}
    if fitting and work.who.user is not None:
        work.change("base.user", [(work.who.user, fitting)])


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise wrong(name, "required", "A text is required.", "必须填写文本。")
    if len(value) > 1000:
        raise wrong(name, "too_long", "At most 1000 characters.", "最多 1000 个字符。")
    return value


def _json() -> Header:
    return b"content-type", b"application/json"


def _cookie(door: Door, token: str, days: int) -> Header:
    secure = "; Secure" if door.settings.is_secure else ""
    text = f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={days * 86400}{secure}"
    return b"set-cookie", text.encode()


_SAMPLES = """
    SELECT workspace, login, user_id FROM platform.account
    WHERE is_sample AND disabled_at IS NULL ORDER BY workspace, id LIMIT 20
"""
ROUTES = [
    Route("POST", "/api/session", sign_in, guard="open", kind="passwords", previews="allow"),
    Route("GET", "/api/session", show_session, guard="own"),
    Route("GET", "/api/session/samples", list_samples, guard="open", kind="passwords"),
    Route("PATCH", "/api/session", change_session, guard="own", previews="allow"),
    Route("DELETE", "/api/session", sign_out, guard="own", previews="allow"),
    Route("POST", "/api/session/password", change_password, guard="own", kind="passwords", previews="allow"),
]
