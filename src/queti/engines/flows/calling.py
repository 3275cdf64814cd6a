"""The calls that steps want made outside: claimed in one transaction, made between two, told in another.

A worker that dies in between leaves a claim that ends by itself; then the call is made again, with the
same key. Its outcome, and what the instance does upon it, are one transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from queti.engines.flows.driving import Drive
from queti.engines.flows.outside import CALL, SECRET, Asked
from queti.engines.flows.prints import attach, printed
from queti.engines.flows.state import Failed, Ran
from queti.engines.flows.taking import decoded, taken
from queti.engines.outside import http, mail
from queti.engines.outside.refusals import NoMailServer, NoSecret, NotJson, OutsideFailed, SecretElsewhere, Unforeseen
from queti.engines.outside.signing import signed
from queti.kernel.errors import Refusal
from queti.kernel.flows import host_of, is_host_of
from queti.kernel.person import SYSTEM
from queti.kernel.reading.revealing import opened
from queti.kernel.writing.statements import table
from queti.store.errors import StoreProblem

if TYPE_CHECKING:
    from queti.engines.flows.cases import Case
    from queti.kernel.platform import Platform
    from queti.kernel.record import Record
    from queti.kernel.work import Work

AT_ONCE = 8
_SLACK = 10
"""Seconds that a claim outlasts the call's own limit."""
_LONGEST_PAUSE = 1440
"""Minutes between two tries; they double from one."""
_HIDDEN = "••••"

log = logging.getLogger("queti.calls")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call that this worker makes, with all that it needs."""

    id: int
    key: str
    instance: int | None
    asked: Asked
    secret: str = ""
    hosts: str = ""
    """Where the secret may be shown alone."""
    server: mail.Server | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: the answer's status and JSON, or the problem."""

    status: int = 0
    body: Any = None
    problem: OutsideFailed | None = None


def make_calls(platform: Platform, workspace: str) -> int:
    """Make some of the calls that are due; how many those were."""
    claimed = platform.run(workspace, SYSTEM, claim)
    with ThreadPoolExecutor(AT_ONCE, "queti-call") as pool:
        list(pool.map(partial(_make_one, platform, workspace), claimed))
    return len(claimed)


def _make_one(platform: Platform, workspace: str, call: Claimed) -> None:
    outcome = make(platform, workspace, call)
    try:
        platform.run(workspace, SYSTEM, lambda work: tell(work, call, outcome))
    except Exception:
        # The claim ends, and it is tried again.
        log.exception("the outcome of call %s was not told in %s", call.id, workspace)


# -- claiming


def claim(work: Work) -> list[Claimed]:
    calls = table(work.object(CALL))
    ids = work.column(_CLAIM.format(calls=calls), (work.now, AT_ONCE))
    rows = [(row, msgspec.json.decode(row.holds, type=Asked)) for row in work.fetch(CALL, sorted(ids))]
    until = [work.now + timedelta(seconds=asked.seconds + _SLACK) for _, asked in rows]
    work.execute(_LEASE.format(calls=calls), ([row.id for row, _ in rows], until))
    secrets = _secrets(work, {asked.secret for _, asked in rows} - {""})
    server = _server(work) if any(asked.kind == "mail" for _, asked in rows) else None
    return [
        Claimed(row.id, row.key, row.instance, asked, *secrets.get(asked.secret, ("", "")), server)
        for row, asked in rows
    ]


_CLAIM = """UPDATE {calls} AS c SET tries = tries + 1, tried_at = $1::timestamptz
FROM (SELECT id FROM {calls} WHERE due_at <= $1::timestamptz ORDER BY due_at, id LIMIT $2::bigint
    FOR UPDATE SKIP LOCKED) AS due WHERE c.id = due.id RETURNING c.id"""
_LEASE = """UPDATE {calls} AS c SET due_at = lease.until
FROM unnest($1::bigint[], $2::timestamptz[]) AS lease (id, until) WHERE c.id = lease.id"""


def _secrets(work: Work, names: set[str]) -> dict[str, tuple[str, str]]:
    """Name → value, hosts."""
    if not names:
        return {}
    rows = work.find("flow.secret", "name in $names", {"names": sorted(names)}, ["id", "name", "hosts"])
    return {row.name: (_open(work, "flow.secret", row.id, "value"), row.hosts or "") for row in rows}


def secret_of(work: Work, name: str) -> str:
    """The secret's value; "" where there is none."""
    value, _ = _secrets(work, {name}).get(name, ("", ""))
    return value


def _open(work: Work, object: str, id: int, field: str) -> str:
    try:
        return opened(work, work.object(object), id, field)
    except StoreProblem:
        log.exception("%s %s of %s can't be opened", object, id, work.workspace.name)
        return ""


def _server(work: Work) -> mail.Server | None:
    found = work.find("flow.mail_server", "is_active", sort="id", limit=1)
    for row in found:
        password = _open(work, "flow.mail_server", row.id, "password")
        return mail.Server(row.host, int(row.port), row.sender, row.security, row.login or "", password)
    return None


# -- making


def make(platform: Platform, workspace: str, call: Claimed) -> Outcome:
    """No transaction is open meanwhile."""
    try:
        match call.asked.kind:
            case "mail":
                return _mail(call)
            case "print":
                return Outcome(body=printed(platform, workspace, call.instance, call.asked.print))
            case _:
                return _http(call)
    except OutsideFailed as problem:
        return Outcome(problem.answered, problem=problem)
    except Exception as problem:
        log.exception("call %s failed in %s", call.id, workspace)
        return Outcome(problem=Unforeseen(reason=type(problem).__name__))


def _mail(call: Claimed) -> Outcome:
    if call.server is None:
        raise NoMailServer
    refused = mail.send(call.server, call.asked.to, call.asked.subject, call.asked.text, call.key)
    return Outcome(250, {"refused": refused})


def _http(call: Claimed) -> Outcome:
    asked = call.asked
    if asked.secret and not call.secret:
        raise NoSecret(name=asked.secret)
    if asked.secret and not is_host_of(call.hosts, asked.url):
        raise SecretElsewhere(name=asked.secret, hosts=call.hosts, host=host_of(asked.url))
    body = msgspec.json.encode(asked.body) if asked.body else b"{}" if asked.kind == "webhook" else None
    headers = {**_shown(call), "User-Agent": "Queti", "Accept": "application/json", "Idempotency-Key": call.key}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if asked.kind == "webhook":
        headers |= signed(call.secret, call.key, int(time.time()), body or b"")
    answer = http.call(asked.method, asked.url, headers, body, asked.seconds)
    try:
        return Outcome(answer.status, decoded(answer.body))
    except NotJson:
        return Outcome(answer.status, {})


def _shown(call: Claimed) -> Mapping[str, str]:
    """The step's own headers with the secret in its place."""
    own, secret = call.asked.headers, call.secret
    if secret and call.asked.kind == "http" and not any(SECRET in text for text in own.values()):
        return {**own, "Authorization": f"Bearer {secret}"}
    return {name: text.replace(SECRET, secret) for name, text in own.items()}


# -- telling


def tell(work: Work, call: Claimed, outcome: Outcome) -> None:
    """The call's record and its instance, together."""
    drive = Drive(work)
    [case] = drive.take([call.instance]) if call.instance else [None]
    [row] = work.fetch(CALL, [call.id], lock=True)
    if row.state != "waiting":
        return
    problem = outcome.problem
    if problem is not None and problem.passes and row.tries < row.most:
        pause = min(2 ** (int(row.tries) - 1), _LONGEST_PAUSE)
        _note(work, call, row, outcome, state="waiting", due_at=work.now + timedelta(minutes=pause))
        return
    _note(work, call, row, outcome, state="failed" if problem else "done")
    if case is not None and row.step and _still_waits(case, row):
        case.hear(_event(work, call, case, row, outcome))
        drive.settle()


def _still_waits(case: Case, row: Record) -> bool:
    token = case.state.tokens.get(row.step)
    return token is not None and token.phase == "waiting" and case.state.entered.get(row.step) == row.entry


def _note(work: Work, call: Claimed, row: Record, outcome: Outcome, **more: Any) -> None:
    problem = _words(work, call, outcome.problem) if outcome.problem else None
    work.change(CALL, [(row, {"status": outcome.status or None, "problem": problem, "due_at": None, **more})])


def _event(work: Work, call: Claimed, case: Case, row: Record, outcome: Outcome) -> Ran | Failed:
    name, step = row.step, case.tree.steps[row.step]
    status = {f"{name}.status": str(outcome.status)} if outcome.status else {}
    try:
        if outcome.problem is not None:
            raise outcome.problem
        if step.kind == "print":
            attach(work, case, outcome.body)
        return Ran(name, {**status, **_hidden(taken(step.takes, name, outcome.body), call.secret)})
    except Refusal as problem:
        return Failed(name, _words(work, call, problem), status)


def _words(work: Work, call: Claimed, problem: Refusal) -> str:
    """In the company's language; a secret that came back in an answer isn't told."""
    text = problem.says("zh" if work.company.get("language") == "zh" else "en")
    return text.replace(call.secret, _HIDDEN) if call.secret else text


def _hidden(values: Mapping[str, Any], secret: str) -> dict[str, Any]:
    return {
        name: value.replace(secret, _HIDDEN) if secret and isinstance(value, str) else value
        for name, value in values.items()
    }
