from __future__ import annotations

from collections.abc import Sequence

from queti.apps.stock.operations.receive import INPUTS, receive
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Take in bought goods", "采购入库"),
    help=words(
        "For the app that bought them and books what they cost; no role holds this.",
        "供采购并登记成本的应用调用，不授予任何角色。",
    ),
    inputs={**INPUTS, "booked_with": text(label=words("Booked with", "随单入账"), required=True)},
    tells=("stock.goods_received", "stock.goods_issued", "stock.became_available"),
)
def receive_bought(work: Work, calls: list[Call]) -> Sequence[Record]:
    """As `stock.receive`, but the books hear of it from the app that bought."""
    return receive(work, calls)
