from __future__ import annotations

from typing import Any

from queti.apps.flow.acting import INSTANCE, INSTANCES
from queti.engines.flows.moving import move
from queti.kernel.operations import Call, boolean, operation, words
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Move to the new version", "迁移到新版本"),
    when='state = "running" or state = "failed"',
    inputs={"instance": INSTANCES, "try_only": boolean(label=words("Only try", "仅试运行"))},
    result="rows",
)
def move_to_version(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Running instances go on by the flow as it is now; those that can't stay as they are, and say why."""
    rows = work.fetch(INSTANCE, [call.instance for call in calls], ["id", "title"])
    hindered = move(work, [row.id for row in rows], try_only=all(call.try_only for call in calls))
    language = "zh" if work.language == "zh" else "en"
    return [
        {"instance": row.id, "title": row.title, "moves": not why, "why": " ".join(each[language] for each in why)}
        for row, why in zip(rows, hindered, strict=True)
    ]
