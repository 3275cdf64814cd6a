from __future__ import annotations

from queti.apps.flow.acting import INSTANCE, INSTANCES
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Comment", "评论"),
    inputs={"instance": INSTANCES, "text": text(label=words("Text", "内容"), required=True)},
)
def comment(work: Work, calls: list[Call]) -> list[Record]:
    """Say something in the trail."""
    work.create(
        "flow.act",
        [
            {"instance": call.instance, "act": "commented", "by": work.who.user, "at": work.now, "reason": call.text}
            for call in calls
        ],
    )
    return work.fetch(INSTANCE, [call.instance for call in calls])
