from __future__ import annotations

from collections import Counter

from queti.engines.flows.addresses import ADDRESS, incoming_address, listening
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.work import Work


@operation(
    label=words("Renew the address", "更换接收地址"),
    help=words(
        "The flow gets another address; what comes to the old one, signed or not, is turned away from now on.",
        "为流程生成新的接收地址，旧地址立即失效，签名有效的请求也不再受理。",
    ),
    inputs={"flow": text(label=words("Flow", "流程"), required=True)},
    tells=("flow.address_renewed",),
    repeats=True,
    result="value",
)
def renew_address(work: Work, calls: list[Call]) -> list[dict[str, str]]:
    """`{address}` of each, the new one. UnknownName where no webhook begins the flow."""
    times = Counter(listening(work, call.flow).flow for call in calls)
    rows = [{"flow": flow, "renewals": count} for flow, count in times.items()]
    work.tell("flow.address_renewed", work.tally(ADDRESS, rows, by=("flow",), add=("renewals",)).changed)
    return [{"address": incoming_address(work, call.flow)} for call in calls]
