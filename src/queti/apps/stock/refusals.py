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


class LotMissing(Refusal):
    """{product} is kept by lot; say which lot has come."""

    zh = "{product} 按批次管理，请填写批次号。"
    field = "lines"


class ExpiryMissing(Refusal):
    """{product} is kept by expiry date; say when lot {lot} expires."""

    zh = "{product} 按有效期管理，请填写批次 {lot} 的有效期。"
    field = "lines"


class CostSaidTwice(Refusal):
    """Say either the unit cost or the value of a line, not both."""

    zh = "单位成本与成本金额只能填写一项。"
    field = "lines"


class OpeningStockMixed(Refusal):
    """Goods came in at another cost since the opening: {value} of its value would stay behind. Take them out first."""

    zh = "启用后有其他成本的商品入库，撤回期初将留下 {value} 的库存金额，请先将其出库。"
    kind = "conflict"
