"""Steps that do something outside: what is to be called is settled with the step, and called by a worker.

The call is a record of the same transaction (`flow.call`), so there is none without its step.
The instance waits until the call's outcome is told to it (`calling.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from queti.engines.flows.asking import computed, filled, in_company_words
from queti.engines.flows.cases import Case
from queti.engines.flows.people import Directory, named
from queti.engines.flows.state import Failed, Leave, Ran
from queti.engines.outside.http import parse
from queti.engines.outside.reach import public_address
from queti.engines.outside.refusals import NobodyCalled, NobodyToMail
from queti.kernel.definitions import StepDef
from queti.kernel.people import USER

if TYPE_CHECKING:
    from queti.kernel.work import Work

CALL = "flow.call"
_encode = msgspec.json.Encoder(decimal_format="string").encode
Outcomes = list[Ran | Failed]


class Asked(msgspec.Struct, omit_defaults=True):
    """What is to be called, whole but for the secret. `to`: addresses of a mail."""

    kind: str
    url: str = ""
    method: str = ""
    headers: dict[str, str] = {}
    body: dict[str, Any] = {}
    secret: str = ""
    seconds: float = 10
    to: list[str] = []
    subject: str = ""
    text: str = ""
    print: str = ""


def call_http(work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> Outcomes:
    urls = filled(work, cases, step.url, lambda text: quote(text, safe=""))
    headers = [filled(work, cases, text.replace(SECRET, _ASIDE)) for text in step.headers.values()]
    bodies = computed(work, cases, list(step.body.values()))
    for place, (case, url, body) in enumerate(zip(cases, urls, bodies, strict=True)):
        parse(url)
        own = [each[place].replace(_ASIDE, SECRET) for each in headers]
        asked = Asked(
            step.kind, url, step.method, dict(zip(step.headers, own, strict=True)),
            dict(zip(step.body, body, strict=True)), step.secret, step.seconds,
        )  # fmt: skip
        case.calls[name] = written(asked, url.partition("?")[0], step.tries)
    return [Ran(name, waits=True) for _ in cases]


SECRET = "{secret}"  # noqa: S105
_ASIDE = "\0"
"""Where the secret goes is left alone while the rest is filled in."""


def call_mail(work: Work, directory: Directory, cases: Sequence[Case], name: str, step: StepDef) -> Outcomes:
    subjects = filled(work, cases, in_company_words(work, step.subject))
    texts = filled(work, cases, in_company_words(work, step.text))
    seats = named(work, directory, cases, name, step.who)
    others = computed(work, cases, [step.address]) if step.address else [[None]] * len(cases)
    known = _emails(work, {seat.person for each in seats for seat in each if seat.person in directory.people})
    for case, people, [other], subject, text in zip(cases, seats, others, subjects, texts, strict=True):
        to = [known[seat.person] for seat in people if seat.person in known] + ([str(other)] if other else [])
        if not to:
            raise NobodyToMail
        asked = Asked("mail", to=list(dict.fromkeys(to)), subject=subject, text=f"{text}{_link(case)}")
        case.calls[name] = written(asked, ", ".join(asked.to), step.tries)
    return [Ran(name, waits=True) for _ in cases]


def _emails(work: Work, people: Iterable[int]) -> dict[int, str]:
    rows = work.find(USER, "id in $ids and not blank(email)", {"ids": sorted(people)}, ["id", "email"])
    return {row.id: row.email for row in rows}


def _link(case: Case) -> str:
    """Where the record is, for who signs in."""
    if not case.record or not case.flow.object or not public_address():
        return ""
    app, _, object = case.flow.object.partition(".")
    return f"\n\n{public_address()}/{app}/{object}/{case.record}"


def call_print(_work: Work, _: Directory, cases: Sequence[Case], name: str, step: StepDef) -> Outcomes:
    for case in cases:
        case.calls[name] = written(Asked("print", print=step.print), step.print, step.tries)
    return [Ran(name, waits=True) for _ in cases]


def written(asked: Asked, target: str, tries: int) -> dict[str, Any]:
    """The record of what is to be called."""
    holds = _encode(asked).decode()
    return {"kind": asked.kind, "target": target, "most": tries, "holds": holds}


def wait_for_call(work: Work, cases: Sequence[Case], name: str, due: datetime | None) -> Outcomes:
    """Begun, until that moment; unless the answer came before the flow was there."""
    if due is not None:
        for case in cases:
            case.texts[f"due {name}"] = due.isoformat()
    keys = {heard_as(case, name, case.state.entered.get(name, 0)): case for case in cases if case.row is not None}
    where = 'heard in $keys and state = "waiting"'
    rows = work.find(CALL, where, {"keys": list(keys)}, ["id", "heard", "holds"])
    work.change(CALL, [(row.id, {"state": "done"}) for row in rows])
    early = {keys[row.heard]: msgspec.json.decode(row.holds) for row in rows}
    return [Ran(name, early[case]) if case in early else Ran(name, waits=True) for case in cases]


def over(work: Work, case: Case, name: str) -> Ran | Failed:
    """What became of a wait whose time is over: nobody called, or that was all it waited for."""
    if name not in case.tree.callbacks:
        return Ran(name)
    return Failed(name, NobodyCalled().says("zh" if work.company.get("language") == "zh" else "en"))


def heard_as(case: Case, step: str, entry: int) -> str:
    """By which a call from outside is known: there is one for each entry of the step."""
    return f"{_id(case)}.{step}.{entry}"


# -- kept with the instances


def save_calls(work: Work, cases: Sequence[Case]) -> None:
    """What was begun is called by a worker; what waits at steps that were left isn't needed any more."""
    left = [(_id(case), each.step) for case in cases for each in case.commands if isinstance(each, Leave)
            and case.tree.is_outside(each.step)]  # fmt: skip
    if left:
        _cancel(work, left)
    made = [_row(work, case, step, call) for case in cases for step, call in case.calls.items()]
    if made:
        begin(work, made)


def begin(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Calls for a worker, in the Work's own transaction."""
    work.create(CALL, [{"state": "waiting", "tries": 0, "due_at": work.now, **row} for row in rows])
    work.execute("SELECT jobs.enqueue_work('calls', '{}')")


def _row(work: Work, case: Case, step: str, call: Mapping[str, Any]) -> dict[str, Any]:
    """The same call of the same entry has the same key, also where an administrator has it tried again."""
    entry = case.state.entered.get(step, 0)
    key = key_of(work, _id(case), step, entry, call["holds"])
    return {**call, "instance": _id(case), "step": step, "entry": entry, "key": key}


def key_of(work: Work, *parts: object) -> str:
    told = "\n".join(map(str, (work.workspace.schema, *parts)))
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _cancel(work: Work, left: Sequence[tuple[int, str]]) -> None:
    ids, steps = sorted({id for id, _ in left}), sorted({step for _, step in left})
    where = 'instance in $ids and step in $steps and state = "waiting"'
    rows = work.find(CALL, where, {"ids": ids, "steps": steps}, ["id", "instance", "step"])
    over = {"state": "cancelled", "due_at": None}
    work.change(CALL, [(row.id, over) for row in rows if (row.instance, row.step) in left])


def _id(case: Case) -> int:
    assert case.row is not None
    return case.row.id
