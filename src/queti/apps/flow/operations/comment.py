from __future__ import annotations

from queti.apps.flow.acting import INSTANCE, INSTANCES, people_in
from queti.engines.flows.driving import Drive
from queti.engines.flows.state import Note
from queti.kernel.operations import Call, files, json, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Comment", "评论"),
    inputs={
        "instance": INSTANCES,
        "text": text(label=words("Text", "内容"), required=True),
        "files": files(label=words("Files", "附件")),
        "mentions": json(label=words("Mentioned", "提及的人员")),
    },
)
def comment(work: Work, calls: list[Call]) -> list[Record]:
    """Say something in the trail; who is mentioned (`[ids]`) gets it as a message and sees the instance."""
    drive = Drive(work)
    for call, case in zip(calls, drive.take(call.instance for call in calls), strict=True):
        case.commands.append(Note("commented", by=work.who.user or 0, reason=call.text))
        if call.get("files"):
            case.proofs[0] = {"files": call.get("files")}
        case.tell("@", call.text, [each for each in people_in(call, "mentions") if each in drive.directory.people])
    drive.settle()
    return work.fetch(INSTANCE, [call.instance for call in calls])
