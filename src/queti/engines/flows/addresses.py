"""Addresses that programs outside call: made of what they mean and a mark that only this home can make."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from queti.engines.flows.refusals import NoSuchHook
from queti.engines.flows.state import State
from queti.engines.outside.reach import public_address
from queti.kernel.names import unknown

if TYPE_CHECKING:
    from queti.engines.flows.cases import Case
    from queti.engines.flows.tree import Tree
    from queti.kernel.definitions import FlowDef
    from queti.kernel.work import Work
    from queti.store.keys import Keyring

ADDRESS = "flow.address"
CALLBACK, INCOMING = "/hooks/flows/", "/hooks/in/"


def first_state(tree: Tree, values: Mapping[str, Any]) -> State:
    """Of an instance that is about to begin: one that can be called back has a name of its own outside."""
    return State(values=dict(values), nonce=secrets.token_urlsafe(16) if tree.callbacks else "")


def addresses_of(work: Work, case: Case) -> Mapping[str, str]:
    """`step.address` → where the step's answer is to be sent: of the entry that it is in, or of the next."""
    state = case.state
    entries = {name: state.entered.get(name, 0) + (name not in state.tokens) for name in case.tree.callbacks}
    return {
        f"{name}.address": public_address() + CALLBACK + token(work, state.nonce, name, str(entry))
        for name, entry in entries.items()
    }


def incoming_address(work: Work, flow: str) -> str:
    """Where a webhook that begins the flow is to be sent, until that is renewed."""
    times = renewals(work, flow)
    return public_address() + INCOMING + token(work, flow, *([str(times)] if times else []))


def listening(work: Work, name: str) -> FlowDef:
    """The flow, where a webhook begins it; UnknownName."""
    flows = {each: flow for each, flow in work.model.flows.items() if flow.start.on == "webhook"}
    if name not in flows:
        raise unknown({"en": "flow that a webhook begins", "zh": "由 Webhook 启动的流程"}, name, flows)
    return flows[name]


def renewals(work: Work, flow: str) -> int:
    """How often the flow's address was renewed: which of its addresses is the living one."""
    return sum(int(row.renewals) for row in work.find(ADDRESS, "flow = $flow", {"flow": flow}, ["renewals"]))


def token(work: Work, *parts: str) -> str:
    told = "\n".join((work.workspace.name, *parts))
    return f"{base64.urlsafe_b64encode(told.encode()).decode().rstrip('=')}.{work.platform.keys.sign(told)}"


def read_token(keys: Keyring, token: str, *parts: int) -> list[str]:
    """The workspace and what else it was made of, so many parts. Raises NoSuchHook for one that isn't ours."""
    told, _, mark = token.partition(".")
    try:
        text = base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode()
    except (binascii.Error, ValueError):
        raise NoSuchHook from None
    found = text.split("\n")
    if len(found) not in parts or not keys.is_signed(text, mark):
        raise NoSuchHook
    return found
