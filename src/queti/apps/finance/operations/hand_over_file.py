from __future__ import annotations

from typing import Any

from queti.apps.finance.handing_over import file_of
from queti.kernel.operations import Call, link, operation, words
from queti.kernel.work import Work


@operation(
    on="finance.hand_over",
    primary=True,
    label=words("Download the file", "下载文件"),
    inputs={"hand_over": link("finance.hand_over", label=words("Hand-over", "移交"), required=True)},
    reads_only=True,
    result="value",
)
def hand_over_file(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """The same file again."""
    return [file_of(work, hand_over) for hand_over in work.fetch("finance.hand_over", [c.hand_over for c in calls])]
