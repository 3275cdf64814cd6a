from __future__ import annotations

from decimal import Decimal

from queti.apps.stock.goods import refuse_lots_of_others
from queti.apps.stock.issuing import issue_at_cost
from queti.apps.stock.picking import Pick, Place
from queti.apps.stock.places import PROMISES_KEPT, change_balances, refuse_not_positive, warehouses_of
from queti.kernel.operations import Call, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

INPUTS = {
    "lines": lines(
        {
            "product": link("base.product", label=words("Product", "商品"), required=True),
            "quantity": number(label=words("Quantity", "数量"), required=True),
            "location": link("stock.location", label=words("Location", "库位"), required=True),
            "lot": link("stock.lot", label=words("Lot", "批次")),
        },
        label=words("Lines", "明细"),
        required=True,
        min_rows=1,
    ),
    "reason": text(label=words("Reason", "原因")),
    "happened_at": moment(label=words("When", "业务时间")),
}


@operation(
    label=words("Issue goods", "出库"),
    help=words(
        "Takes goods that nobody was promised out of stock, at their average cost.",
        "未被占用的商品按移动平均成本出库。",
    ),
    inputs=INPUTS,
    tells=("stock.goods_issued",),
)
def issue(work: Work, calls: list[Call]) -> list[Record]:
    """Goods leave freely; the answer is the first move of each call. What is promised stays."""
    wanted = [line for call in calls for line in call.lines]
    refuse_not_positive(line.quantity for line in wanted)
    refuse_lots_of_others(work, wanted)
    picks = [
        Pick(place, Place(line.product, line.location, line.lot), line.quantity) for place, line in enumerate(wanted)
    ]
    rows = [{**one.place._asdict(), "on_hand": -one.quantity, "reserved": Decimal(0)} for one in picks]
    balances = change_balances(work, rows, guard=PROMISES_KEPT, make=False)
    warehouses = warehouses_of(work, (line.location for line in wanted))
    return [one.moves[0] for one in issue_at_cost(work, calls, picks, balances, warehouses)]
