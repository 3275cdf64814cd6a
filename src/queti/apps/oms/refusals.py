"""What the order desk refuses, in both languages."""

from queti.kernel.errors import Refusal


class NotEnoughStock(Refusal):
    """{order} can't be promised: {lacking}."""

    zh = "{order} 库存不足：{lacking}。"
    kind = "conflict"
    field = "lines"
    offers = ("oms.confirm_order backorder", "oms.hold_order", "stock.receive", "oms.cancel_order")


class OrderNeedsReview(Refusal):
    """By the order review as it stands now, {order} waits for somebody to look at it: {reasons}."""

    zh = "按当前的订单审核规则，{order} 须先人工审核：{reasons}。"
    kind = "conflict"
    offers = ("oms.review_order",)


class OrderOnHold(Refusal):
    """{order} is on hold; lift the hold first."""

    zh = "{order} 已挂起，请先解除挂起。"
    kind = "conflict"
    offers = ("oms.lift_hold",)


class OrderAlreadyConfirmed(Refusal):
    """{order} is already confirmed."""

    zh = "{order} 已确认，无需重复确认。"
    kind = "conflict"
    offers = ("oms.ship_order",)


class OrderNotConfirmed(Refusal):
    """{order} isn't confirmed yet; confirm it before shipping."""

    zh = "{order} 尚未确认，请先确认订单再发货。"
    kind = "conflict"
    offers = ("oms.confirm_order",)


class OrderCancelled(Refusal):
    """{order} is cancelled."""

    zh = "{order} 已取消。"
    kind = "conflict"


class OrderAlreadyShipped(Refusal):
    """{order} has been shipped already."""

    zh = "{order} 已发货。"
    kind = "conflict"


class OrderNotOnHold(Refusal):
    """{order} isn't on hold."""

    zh = "{order} 没有挂起。"
    kind = "conflict"


class OrderWithoutLines(Refusal):
    """{order} has no lines."""

    zh = "{order} 没有明细。"
    field = "lines"


class LineOfAnotherOrder(Refusal):
    """Line {line} isn't a line of {order}."""

    zh = "明细 {line} 不属于 {order}。"
    field = "lines"


class MoreThanLeftToShip(Refusal):
    """Only {left} of {product} are left to ship in {order}; {wanted} were asked for."""

    zh = "{order} 的 {product} 仅剩 {left} 未发，无法发出 {wanted}。"
    field = "lines"


class LineOnHold(Refusal):
    """{product} in {order} is on hold: {reason}."""

    zh = "{order} 的 {product} 已挂起：{reason}。"
    kind = "conflict"
    field = "lines"


class ShipsFromElsewhere(Refusal):
    """{order} has no goods there; it ships from {warehouses}."""

    zh = "{order} 在该仓库没有待发商品，其发货仓库为：{warehouses}。"
    kind = "conflict"
    field = "warehouse"


class LinesLieApart(Refusal):
    """The lines named of {order} don't lie in one warehouse ({warehouses}): ship a parcel from each."""

    zh = "{order} 所选明细不在同一仓库（{warehouses}），请分仓发货。"
    kind = "conflict"
    field = "lines"


class NobodyDelivers(Refusal):
    """No carrier of the freight rules takes {order} to {region}: add a row to Carriers or Freight."""

    zh = "运费规则中没有快递公司可将 {order} 送达 {region}，请在“快递公司”或“运费”规则中补充。"
    field = "ship_to_region"


class CustomerMissing(Refusal):
    """Name a customer, or a channel that says who is billed."""

    zh = "请指定客户，或指定已设置结算客户的店铺。"
    field = "customer"


class DiscountTooLarge(Refusal):
    """The discount is more than the goods are worth."""

    zh = "优惠金额超过货款。"
    field = "discount_amount"


class QuantityNotPositive(Refusal):
    """A quantity to ship must be more than zero."""

    zh = "发货数量必须大于零。"
    field = "lines"


class NothingWaits(Refusal):
    """{order} waits for no goods."""

    zh = "{order} 没有待到货商品。"
    kind = "conflict"


class GoodsStillWaiting(Refusal):
    """{waiting} of {product} in {order} still wait for goods."""

    zh = "{order} 的 {product} 仍有 {waiting} 待到货。"
    kind = "conflict"
    field = "lines"
    offers = ("oms.hurry_order",)


class ShrinksToMore(Refusal):
    """{product} in {order} can only become less: between the {shipped} that left and {quantity}."""

    zh = "{order} 的 {product} 只能减少：不低于已发 {shipped}，且少于 {quantity}。"
    field = "lines"


class NothingWouldBeLeft(Refusal):
    """Nothing would be left of {order}; cancel it instead."""

    zh = "{order} 将没有任何商品，请改为取消订单。"
    kind = "conflict"
    offers = ("oms.cancel_order",)


class CouponUnknown(Refusal):
    """There is no coupon “{coupon}”. Look at Coupons, or take it off the order."""

    zh = "没有优惠券“{coupon}”。请核对券码，或从订单中去掉。"


class CouponNotValid(Refusal):
    """Coupon {coupon} doesn't count on {day}. Its days stand with the coupon."""

    zh = "优惠券 {coupon} 在 {day} 不可用，有效期见优惠券。"


class CouponUsedUp(Refusal):
    """Coupon {coupon} has been used as often as it may be. Take it off the order, or allow it more often."""

    zh = "优惠券 {coupon} 的可用次数已用完。请从订单中去掉，或增加可用次数。"


class CouponNotForCustomer(Refusal):
    """Coupon {coupon} is only for customers of the group {group}."""

    zh = "优惠券 {coupon} 仅限客户分组“{group}”使用。"


class CouponNotForCurrency(Refusal):
    """Coupon {coupon} counts in the company's currency; this order is in another. Take it off the order."""

    zh = "优惠券 {coupon} 仅适用于本位币订单，该订单为其他币种。请从订单中去掉。"


class CouponNeedsMore(Refusal):
    """Coupon {coupon} counts from {least} on; {amount} are ordered."""

    zh = "优惠券 {coupon} 满 {least} 可用，订单金额为 {amount}。"


class GiftUnknown(Refusal):
    """The promotion “{promotion}” gives a product that isn't there: {sku}. Mend its row in the rule."""

    zh = "促销“{promotion}”的赠品不存在：{sku}。请在规则中修改。"
