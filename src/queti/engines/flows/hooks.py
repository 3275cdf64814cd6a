"""Calls that come in: an answer that an instance waits for, a webhook that begins a flow."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from queti.engines.flows.asking import in_find
from queti.engines.flows.cases import Case, current_tree, read_back
from queti.engines.flows.driving import INSTANCE, Drive
from queti.engines.flows.outside import CALL, heard_as
from queti.engines.flows.refusals import AnsweredAlready, HookOver, NoSuchHook, NothingFits, Replayed
from queti.engines.flows.state import Ran
from queti.engines.flows.taking import decoded, taken
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import DuplicateKey
from queti.kernel.flows import START

if TYPE_CHECKING:
    from queti.kernel.work import Work


def call_back(work: Work, nonce: str, step: str, entry: int, body: bytes) -> bool:
    """An answer from outside. Is it new? The same one again is harmless; one that is too early is kept.

    Raises NoSuchHook, HookOver, AnsweredAlready, AnswerLacks.
    """
    drive = Drive(work)
    case = _called(work, drive, nonce, step)
    digest, heard = hashlib.sha256(body).hexdigest(), heard_as(case, step, entry)
    for before in work.find(CALL, "heard = $heard", {"heard": heard}):
        if before.key != digest:
            raise AnsweredAlready
        return False
    _refuse_late(case, step, entry)
    values = taken(case.tree.steps[step].takes, step, decoded(body))
    is_waited_for = case.state.entered.get(step) == entry
    row = {"kind": "callback", "target": step, "instance": case.row, "step": step, "entry": entry}
    holds = msgspec.json.encode(values).decode()
    state = "done" if is_waited_for else "waiting"
    work.create(CALL, [{**row, "key": digest, "heard": heard, "holds": holds, "state": state}])
    if is_waited_for:
        case.hear(Ran(step, values))
        drive.settle()
    return True


def _called(work: Work, drive: Drive, nonce: str, step: str) -> Case:
    found = work.find(INSTANCE, "address = $nonce", {"nonce": nonce}, ["id"])
    for case in drive.take(row.id for row in found):
        if step in case.tree.callbacks:
            return case
    raise NoSuchHook


def _refuse_late(case: Case, step: str, entry: int) -> None:
    now, token = case.state.entered.get(step, 0), case.state.tokens.get(step)
    is_waiting = token is not None and token.phase == "waiting"
    if case.state.status != "running" or entry < now or (entry == now and not is_waiting):
        raise HookOver(state=case.state.status)


def begin_by_call(work: Work, flow: FlowDef, id: str, body: bytes) -> Sequence[int]:
    """The instances that a webhook begins, by the id of the call. Raises Replayed, NothingFits, AnswerLacks."""
    values = taken(flow.start.takes, START, decoded(body))
    try:
        with work.attempt():
            [heard] = work.create(
                CALL,
                [{"kind": "received", "target": flow.flow, "key": id, "heard": f"{flow.flow} {id}", "state": "done"}],
            )
    except DuplicateKey:
        raise Replayed(id=id) from None
    drive = Drive(work)
    begun = drive.begin(flow.flow, _records(work, flow, values), 0, values=values)
    drive.settle()
    made = [case.row.id for case in begun if case.row is not None]
    work.change(CALL, [(heard, {"instance": made[0]})])
    return made


def _records(work: Work, flow: FlowDef, values: Mapping[str, Any]) -> Sequence[int | None]:
    if not flow.object:
        return [None]
    known = read_back(work.model, current_tree(work.model, flow.flow).hash, values)
    where, params = in_find(flow.start.when, known)
    found = work.find(flow.object, where, params, ["id"])
    if not found:
        raise NothingFits
    return [row.id for row in found]
