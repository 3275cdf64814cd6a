from __future__ import annotations

from typing import Any

from queti.apps.base.filling import filled
from queti.apps.base.operations.fill_calendar import INPUTS
from queti.kernel.operations import Call, boolean, date, operation, text, words
from queti.kernel.work import Work


@operation(
    on="base.calendar",
    label=words("Holidays of a year", "查看节假日"),
    help=words(
        "What filling in would add to the calendar; nothing is written.", "预览填充后将新增的日期，不写入任何内容。"
    ),
    inputs=INPUTS,
    columns={
        "day": date(label=words("Day", "日期")),
        "name": text(label=words("Why", "说明")),
        "is_worked": boolean(label=words("Worked", "上班")),
        "is_there": boolean(label=words("In the calendar already", "日历中已有")),
    },
    reads_only=True,
    result="rows",
)
def list_holidays(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Each day that differs, in order."""
    return [
        {"rows": [
            {"day": each.day, "name": each.name, "is_worked": each.is_worked, "is_there": each.day in one.there}
            for each in one.days
        ]}
        for one in filled(work, calls)
    ]  # fmt: skip
