"""What buying refuses, in both languages."""

from queti.kernel.errors import Refusal


class NotASupplier(Refusal):
    """{party} isn't marked as a supplier."""

    zh = "{party} 不是供应商。"
    field = "supplier"


class OrderNotPlaced(Refusal):
    """{order} hasn't been placed with the supplier yet."""

    zh = "{order} 尚未向供应商下单。"
    kind = "conflict"
    offers = ("purchase.place_draft",)


class OrderAlreadyPlaced(Refusal):
    """{order} has been placed already."""

    zh = "{order} 已下单，无需重复下单。"
    kind = "conflict"
    offers = ("purchase.receive_goods",)


class OrderCancelled(Refusal):
    """{order} is cancelled."""

    zh = "{order} 已取消。"
    kind = "conflict"


class OrderWithoutLines(Refusal):
    """{order} has no lines."""

    zh = "{order} 没有明细。"
    field = "lines"


class NothingLeftToCome(Refusal):
    """All of {order} has come already."""

    zh = "{order} 已全部到货。"
    kind = "conflict"
    offers = ("purchase.return_goods", "purchase.record_bill")


class LineOfAnotherOrder(Refusal):
    """Line {line} isn't a line of {order}."""

    zh = "明细 {line} 不属于 {order}。"
    field = "lines"


class QuantityNotPositive(Refusal):
    """A quantity must be more than zero."""

    zh = "数量必须大于零。"
    field = "lines"


class MoreThanOrdered(Refusal):
    """Of {product} in {order} {most} more may come, {wanted} did; send the rest back, order it, or allow it."""

    zh = "{order} 的 {product} 最多还可收 {most}，本次到货 {wanted}；请退回多余部分、补下采购订单，或调高允许超收比例。"
    kind = "conflict"
    field = "lines"
    offers = ("purchase.place_order",)


class DeliveryNoteTwice(Refusal):
    """Delivery note {note} of {supplier} has been received already, as {receipt}."""

    zh = "{supplier} 的送货单 {note} 已收货，见 {receipt}。"
    kind = "conflict"
    field = "delivery_note"


class BillTwice(Refusal):
    """Bill {bill_number} of {supplier} has been recorded already, as {bill}."""

    zh = "{supplier} 的发票 {bill_number} 已登记，见 {bill}。"
    kind = "conflict"
    field = "bill_number"


class LineOfAnotherSupplier(Refusal):
    """Line {line} wasn't ordered from {supplier}."""

    zh = "明细 {line} 不是向 {supplier} 采购的。"
    field = "lines"


class NothingToBill(Refusal):
    """Nothing of {supplier} waits for a bill in this currency; name the lines that are billed before they come."""

    zh = "{supplier} 没有该币种的待开票到货；如先开票后到货，请指定明细。"
    kind = "conflict"
    field = "lines"


class BilledMoreThanOrdered(Refusal):
    """Of {product} in {order} {most} more can be billed, the bill says {wanted}; ask for a right one."""

    zh = "{order} 的 {product} 最多还可开票 {most}，账单为 {wanted}；请联系供应商更正账单。"
    kind = "conflict"
    field = "lines"


class MoreThanReceived(Refusal):
    """Only {most} of {product} came with {order}; {wanted} can't go back."""

    zh = "{order} 的 {product} 仅收货 {most}，无法退回 {wanted}。"
    kind = "conflict"
    field = "lines"


class ExchangeRateMissing(Refusal):
    """{currency} has no exchange rate to the company's currency; set it, or say the rate."""

    zh = "币种 {currency} 没有对本位币的汇率，请先设置或填写汇率。"
    field = "currency"


class LocationMissing(Refusal):
    """Say where the goods of {order} are put."""

    zh = "请指定 {order} 的收货库位。"
    field = "location"


class ServicesDontGoBack(Refusal):
    """{product} is a service; only goods go back."""

    zh = "{product} 是服务，不能退货。"
    field = "lines"


class NothingToReorder(Refusal):
    """Nothing with a usual supplier is to reorder."""

    zh = "没有已设置默认供应商的待补货商品。"
    kind = "conflict"
    offers = ("purchase.reorder_list",)


class RequestNotApproved(Refusal):
    """{request} isn't approved and still to order."""

    zh = "{request} 未批准或已转采购。"
    kind = "conflict"


class RequestWithoutSupplier(Refusal):
    """{product} in {request} has no supplier; name one in the request or at the product."""

    zh = "{request} 中的 {product} 没有供应商，请在申请单或商品上指定。"
    kind = "conflict"
    field = "supplier"
