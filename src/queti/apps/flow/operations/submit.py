from __future__ import annotations

from queti.apps.flow.acting import CHOSEN, INSTANCE, REASON, chosen_in
from queti.apps.flow.refusals import AlreadyRunning, FlowOff, NotForYou, OtherRecord
from queti.engines.flows.driving import Drive
from queti.kernel.definitions import FlowDef
from queti.kernel.inputs import number, text
from queti.kernel.names import unknown
from queti.kernel.operations import Call, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Submit", "提交"),
    inputs={
        "flow": text(label=words("Flow", "流程"), required=True),
        "record": number(label=words("Record", "记录"), required=True, decimals=0),
        "chosen": CHOSEN,
        "reason": REASON,
    },
)
def submit(work: Work, calls: list[Call]) -> list[Record]:
    """Begin a flow for a record that one sees."""
    drive = Drive(work)
    begun = [
        case
        for call in calls
        for case in drive.begin(_flow(work, call).flow, [int(call.record)], work.who.user or 0, chosen_in(call))
    ]
    drive.settle()
    return [case.row for case in begun if case.row is not None]


def _flow(work: Work, call: Call) -> FlowDef:
    flow = work.model.flows.get(call.flow)
    if flow is None:
        raise unknown({"en": "flow", "zh": "流程"}, call.flow, work.model.flows)
    label = flow.label or {"en": flow.flow}
    if flow.start.on != "submit" or not flow.is_active:
        raise FlowOff(flow=label)
    work.as_person.look_at(flow.object, int(call.record))
    if flow.start.roles and work.who.user and not set(flow.start.roles) & set(work.who.roles):
        raise NotForYou(flow=label)
    where = f"id = $record and ({flow.start.when})" if flow.start.when else "id = $record"
    if not work.find(flow.object, where, {"record": int(call.record)}, ["id"], lock=True):
        raise OtherRecord(flow=label)
    running = 'flow = $flow and record = $record and state in ("queued", "running", "failed")'
    if flow.running != "parallel" and work.find(
        INSTANCE, running, {"flow": flow.flow, "record": int(call.record)}, ["id"], limit=1
    ):
        raise AlreadyRunning(flow=label)
    return flow
