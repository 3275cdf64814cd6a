from __future__ import annotations

from queti.kernel.operations import Call, operation, words
from queti.kernel.work import Work


@operation(
    label=words("Begin to keep stock", "启用库存"),
    help=words(
        "Orders that were confirmed before stock was kept wait for their goods from now on; harmless when done twice.",
        "启用库存前已确认的订单转为等待到货，可重复执行。",
    ),
    tells=("stock.keeping_began",),
    result="value",
)
def set_up(work: Work, calls: list[Call]) -> list[None]:
    """Others are told: what they promised so far was promised without stock."""
    work.tell("stock.keeping_began", work.find("base.company", limit=1))
    return [None for _ in calls]
