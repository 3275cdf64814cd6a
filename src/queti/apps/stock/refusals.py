"""What stock refuses, in both languages."""

from queti.kernel.errors import Refusal


class NotEnoughStock(Refusal):
    """Not enough stock: {lacking}."""

    zh = "库存不足：{lacking}。"
    kind = "conflict"
    field = "lines"
    offers = ("stock.receive", "stock.adjust")


class NothingReserved(Refusal):
    """Less of {lacking} is reserved than would leave."""

    zh = "{lacking} 的占用数量不足，无法出库。"
    field = "lines"


class NotALocationForStock(Refusal):
    """Stock can't be kept in {location}: it is in transit only."""

    zh = "{location} 是在途位置，不能直接入库。"
    field = "location"


class LotOfAnotherProduct(Refusal):
    """Lot {lot} belongs to another product than {product}."""

    zh = "批次 {lot} 不属于商品 {product}。"
    field = "lot"


class QuantityNotPositive(Refusal):
    """A quantity must be more than zero."""

    zh = "数量必须大于零。"
    field = "lines"


class NothingToCount(Refusal):
    """A count can't be below zero."""

    zh = "盘点数量不能小于零。"
    field = "counted"


class LotExpired(Refusal):
    """Lot {lot} expired on {expires_on} and can't be promised."""

    zh = "批次 {lot} 已于 {expires_on} 过期，不能占用。"
    kind = "conflict"
    field = "lot"


class ServiceInStock(Refusal):
    """{product} is a service; only goods are kept in stock."""

    zh = "{product} 是服务，不能入库或盘点。"
    field = "product"


class CostUnknown(Refusal):
    """What {product} costs isn't known yet; say its unit cost."""

    zh = "{product} 尚无成本，请填写单位成本。"
    field = "lines"
