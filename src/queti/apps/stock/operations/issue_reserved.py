from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from queti.apps.stock.issuing import issue_at_cost
from queti.apps.stock.picking import Pick, Wanted, pick
from queti.apps.stock.places import COVERED, change_balances, end_shortage, refuse_not_positive
from queti.apps.stock.refusals import NothingReserved
from queti.kernel.operations import Call, lines, link, moment, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Issue reserved goods", "占用出库"),
    help=words(
        "For the app that reserved them and books what they cost; no role holds this.",
        "供占用库存并登记成本的应用调用，不授予任何角色。",
    ),
    inputs={
        "source": text(label=words("For", "来源单据"), required=True),
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "quantity": number(label=words("Quantity", "数量"), required=True),
                "source_line": number(label=words("Line", "来源明细"), decimals=0),
            },
            label=words("Lines", "明细"),
            required=True,
            min_rows=1,
        ),
        "happened_at": moment(label=words("When", "业务时间")),
        "warehouse": link("stock.location", label=words("Only from warehouse", "仅限仓库")),
        "booked_with": text(label=words("Booked with", "随单入账")),
    },
    tells=("stock.goods_issued",),
    result="value",
)
def issue_reserved(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """What was reserved for a record leaves; the answer is what it cost and where it lay."""
    refuse_not_positive(line.quantity for call in calls for line in call.lines)
    wanted = [_wanted(call, line) for call in calls for line in call.lines]
    reservations = _reservations(work, wanted)
    picks = pick(wanted, reservations)
    if picks.missing:
        _refuse_unreserved(work, wanted, picks.missing)

    balances = change_balances(work, [_change(one) for one in picks.taken], guard=COVERED, make=False)
    end_shortage(work, balances.values())
    _use_up(work, reservations, picks.taken)
    warehouses = {record.location: record["location.warehouse"] or record.location for record in reservations}
    issued = issue_at_cost(work, calls, picks.taken, balances, warehouses)
    return [{"cost": one.cost, "warehouse": one.warehouse} for one in issued]


def _wanted(call: Call, line: Call) -> Wanted:
    number = None if line.source_line is None else int(line.source_line)
    return Wanted(line.product, line.quantity, call.source, number, call.warehouse)


def _reservations(work: Work, wanted: Sequence[Wanted]) -> list[Record]:
    sources = sorted({line.source for line in wanted})
    seen = ("*", "location.warehouse")
    return work.find("stock.reservation", "source in $sources and open > 0", {"sources": sources}, seen, lock=True)


def _refuse_unreserved(work: Work, wanted: Sequence[Wanted], missing: dict[int, Decimal]) -> None:
    """What never lay anywhere isn't kept yet: orders from before leave without it until the stock is begun."""
    products = sorted({wanted[line].product for line in missing})
    kept = {row.product for row in work.find("stock.balance", "product in $ids", {"ids": products}, ("product",))}
    if kept:
        named = work.fetch("base.product", sorted(kept), fields=("name",))
        raise NothingReserved(lacking=", ".join(product.name for product in named))


def _change(taken: Pick) -> dict[str, Any]:
    return {**taken.place._asdict(), "on_hand": -taken.quantity, "reserved": -taken.quantity}


def _use_up(work: Work, reservations: Sequence[Record], taken: Sequence[Pick]) -> None:
    used: dict[int | None, Decimal] = {}
    for one in taken:
        used[one.reservation] = used.get(one.reservation, Decimal(0)) + one.quantity
    changes = [(record, {"issued": record.issued + used[record.id]}) for record in reservations if record.id in used]
    work.change("stock.reservation", changes)
