from __future__ import annotations

from collections.abc import Sequence

from queti.apps.stock.operations.issue import INPUTS, issue
from queti.kernel.operations import Call, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Issue goods that go back", "退货出库"),
    help=words(
        "For the app that returns them and books what they cost; no role holds this.",
        "供退货并登记成本的应用调用，不授予任何角色。",
    ),
    inputs={
        **INPUTS,
        "source": text(label=words("For", "来源单据"), required=True),
        "booked_with": text(label=words("Booked with", "随单入账"), required=True),
    },
    tells=("stock.goods_issued",),
)
def issue_returned(work: Work, calls: list[Call]) -> Sequence[Record]:
    """As `stock.issue`, but the books hear of it from the app that returns."""
    return issue(work, calls)
