from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from queti.apps.purchase.billing import Bill, Billed, converted, match
from queti.apps.purchase.booking import book_bills
from queti.apps.purchase.matching import Progress
from queti.apps.purchase.orders import Rates, fetch_orders, progress_of, refuse_cancelled, refuse_not_placed
from queti.apps.purchase.refusals import LineOfAnotherSupplier, NothingToBill
from queti.kernel.operations import Call, date, lines, link, money, number, operation, percent, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

SEEN = ("lines.product.kind", "lines.product.name")
OPEN = "to_bill_quantity > 0 and order.supplier in $suppliers and blank(order.cancelled_at)"
BILLABLE = "not blank(placed_at) and blank(cancelled_at)"
RATE_HELP = words("Blank: the rate of the currency", "为空则取币种汇率")


@operation(
    on="base.party",
    label=words("Record a bill", "登记供应商账单"),
    help=words(
        "What a supplier asks for: the lines named, or all that came and wasn't billed yet."
        " A line may be billed before it comes.",
        "登记供应商账单：指定明细，或全部已收未开票的到货；允许先开票后到货。",
    ),
    when=f"is_supplier and count(purchase_orders where {BILLABLE}) > 0",
    inputs={
        "supplier": link("base.party", label=words("Supplier", "供应商"), required=True),
        "bill_number": text(label=words("Supplier's bill number", "发票号码"), required=True),
        "billed_on": date(label=words("Billed on", "开票日期"), default="today()"),
        "due_on": date(label=words("Due on", "到期日")),
        "order": link("purchase.purchase_order", label=words("Only of order", "仅限采购订单"), filter=BILLABLE),
        "currency": link("base.currency", label=words("Currency", "币种")),
        "rate": number(label=words("Exchange rate", "汇率"), help=RATE_HELP, decimals=6, min="0.000001"),
        "lines": lines(
            {
                "line": link("purchase.purchase_order_line", label=words("Line", "采购明细"), required=True),
                "quantity": number(label=words("Quantity", "数量")),
                "unit_cost": money(label=words("Unit cost", "单价"), decimals=4, min="0"),
                "tax_rate": percent(label=words("Tax rate", "税率")),
            },
            label=words("Lines", "明细"),
        ),
    },
    tells=("purchase.bill_recorded",),
    performs=("stock.revalue",),
    repeats=True,
)
def record_bill(work: Work, calls: list[Call]) -> Sequence[Record]:
    """The debt is told as it is billed; what it differs from the receipt goes to the goods, or to what left of them."""
    wanted = _wanted_lines(work, calls)
    orders = fetch_orders(work, sorted({order for rows in wanted for order in rows.values()}), *SEEN)
    refuse_cancelled(orders.values())
    refuse_not_placed(orders.values())
    rates = Rates(work, [*(o.currency for o in orders.values()), *(call.currency for call in calls if call.currency)])
    progress = {line.id: progress_of(line) for order in orders.values() for line in order.lines}
    bills: list[Bill] = []
    for call, rows in zip(calls, wanted, strict=True):
        bills.append(_bill(work, call, rows, orders, progress, rates))
        match(bills[-1], progress)
    return book_bills(work, bills, progress)


def _wanted_lines(work: Work, calls: Sequence[Call]) -> list[dict[int, int]]:
    """For each call the lines that it bills, each with its order."""
    named = sorted({row.line for call in calls for row in call.lines})
    found = work.fetch("purchase.purchase_order_line", named, ("order",)) if named else ()
    order_of = {line.id: line.order for line in found}
    open_lines = _open_lines(work, [call for call in calls if not call.lines])
    return [
        {row.line: order_of[row.line] for row in call.lines} if call.lines else _unbilled(work, call, open_lines)
        for call in calls
    ]


def _open_lines(work: Work, calls: Sequence[Call]) -> Sequence[Record]:
    if not calls:
        return ()
    suppliers = sorted({call.supplier for call in calls})
    seen = ("order", "order.supplier", "order.currency")
    return work.find("purchase.purchase_order_line", OPEN, {"suppliers": suppliers}, seen, sort="id")


def _unbilled(work: Work, call: Call, found: Iterable[Record]) -> dict[int, int]:
    mine = [line for line in found if line["order.supplier"] == call.supplier and call.order in (None, line.order)]
    if call.currency is None and mine:
        currency = mine[0]["order.currency"]
        mine = [line for line in mine if line["order.currency"] == currency]
    if not mine:
        raise _nothing_to_bill(work, call)
    return {line.id: line.order for line in mine}


def _nothing_to_bill(work: Work, call: Call) -> NothingToBill:
    [supplier] = work.fetch("base.party", [call.supplier], fields=("name",))
    return NothingToBill(supplier=supplier.name)


def _bill(
    work: Work,
    call: Call,
    rows: Mapping[int, int],
    orders: Mapping[int, Record],
    progress: Mapping[int, Progress],
    rates: Rates,
) -> Bill:
    """What is not named is what waits for a bill once the orders are held, and bills before it in the list are met."""
    _refuse_others(work, call, [orders[order] for order in rows.values()])
    currency = call.currency or orders[next(iter(rows.values()))].currency
    rate = rates.of(currency, call.rate, call.billed_on)
    lines = {line.id: (orders[order], line) for order in set(rows.values()) for line in orders[order].lines}
    asked: list[tuple[int, Call | None]] = [(row.line, row) for row in call.lines] or [
        (id, None) for id in rows if progress[id].to_bill > 0
    ]
    if not asked:
        raise _nothing_to_bill(work, call)
    billed = [
        _line(*lines[id], progress[id].to_bill, _ordered_cost(*lines[id], rates, currency, rate, call.billed_on), row)
        for id, row in asked
    ]
    return Bill(call, currency, rate, billed)


def _ordered_cost(
    order: Record, line: Record, rates: Rates, currency: int, rate: Decimal, on: datetime.date | None
) -> Decimal:
    if order.currency == currency:
        return line.unit_cost
    return converted(line.unit_cost, rates.of(order.currency, on=on), rate)


def _line(order: Record, line: Record, to_bill: Decimal, ordered: Decimal, row: Call | None) -> Billed:
    """What the bill doesn't say is as ordered."""
    quantity = row.quantity if row and row.quantity is not None else to_bill
    unit_cost = row.unit_cost if row and row.unit_cost is not None else ordered
    tax_rate = row.tax_rate if row and row.tax_rate is not None else line.tax_rate
    return Billed(order, line, quantity, unit_cost, ordered, tax_rate or Decimal(0))


def _refuse_others(work: Work, call: Call, orders: Sequence[Record]) -> None:
    for order in orders:
        if order.supplier != call.supplier:
            [supplier] = work.fetch("base.party", [call.supplier], fields=("name",))
            raise LineOfAnotherSupplier(line=order.number, supplier=supplier.name)
