"""Addresses for programs outside: answers that flows wait for, webhooks that begin flows. Who calls isn't signed in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from queti.engines.flows.addresses import incoming_address, listening, read_token, renewals
from queti.engines.flows.calling import secret_of
from queti.engines.flows.hooks import begin_by_call, call_back
from queti.engines.flows.refusals import NoSuchHook
from queti.engines.outside.signing import ID, SIGNATURE, TIME, verify
from queti.kernel.definitions import FlowDef
from queti.kernel.errors import UnknownName
from queti.kernel.person import SYSTEM
from queti.kernel.work import Work
from queti.server.door import Door
from queti.server.messages import Answer, Request, answer_json
from queti.server.routing import Route

T = TypeVar("T")


def admit_answer(door: Door, request: Request) -> None:
    read_token(door.platform.keys, request.path_values["secret"], 4)


def admit_call(door: Door, request: Request) -> None:
    _called(door, request)


def _called(door: Door, request: Request) -> tuple[str, str, int]:
    """The workspace, the flow, and which of its addresses it is."""
    workspace, name, *renewed = read_token(door.platform.keys, request.path_values["secret"], 2, 3)
    return workspace, name, int(*renewed)


def answer_flow(door: Door, request: Request) -> Answer:
    """The JSON that a step waits for → `{taken: true}`; `false` where the same came already."""
    workspace, nonce, step, entry = read_token(door.platform.keys, request.path_values["secret"], 4)
    new = _run(door, workspace, request, lambda work: call_back(work, nonce, step, int(entry), request.body))
    return answer_json({"taken": new})


def begin_flow(door: Door, request: Request) -> Answer:
    """A signed webhook → `{instances}` that it began."""
    workspace, name, renewed = _called(door, request)
    flow, secret = _run(door, workspace, request, lambda work: _listening(work, name, renewed), reads_only=True)
    headers = {each: request.header(each.encode()) for each in (ID, TIME, SIGNATURE)}
    id = verify(secret, headers, request.body, time.time())
    begun = _run(door, workspace, request, lambda work: begin_by_call(work, flow, id, request.body))
    return answer_json({"instances": begun}, status=201)


def _listening(work: Work, name: str, renewed: int) -> tuple[FlowDef, str]:
    """The flow and its secret, where a webhook to this address begins it; NoSuchHook."""
    flow = work.model.flows.get(name)
    secret = secret_of(work, flow.start.secret) if flow and flow.start.on == "webhook" else ""
    if flow is None or not flow.is_active or not secret or renewals(work, name) != renewed:
        raise NoSuchHook
    return flow, secret


def _run(door: Door, workspace: str, request: Request, act: Callable[[Work], T], *, reads_only: bool = False) -> T:
    try:
        return door.platform.run(
            workspace, SYSTEM, act, language=request.language, reads_only=reads_only, request_id=request.id
        )
    except UnknownName:
        # Of the workspace: it was done away with.
        raise NoSuchHook from None


def address_of(door: Door, request: Request) -> Answer:
    """`{address, secret}`: where the webhook that begins the flow is to be sent, and by which secret it is signed."""

    def act(work: Work) -> dict[str, str]:
        name = request.path_values["flow"]
        return {"secret": listening(work, name).start.secret, "address": incoming_address(work, name)}

    return answer_json(door.run(request, act, reads_only=True))


ROUTES = [
    Route("POST", "/hooks/flows/{secret}", answer_flow, guard="open", admits=admit_answer),
    Route("POST", "/hooks/in/{secret}", begin_flow, guard="open", admits=admit_call),
    Route("GET", "/api/flows/{flow}/address", address_of, guard="administrator"),
]
