"""What stock refuses, in both languages."""

from queti.kernel.errors import Refusal


class NotEnoughStock(Refusal):
    """Not enough stock: {lacking}."""

    zh = "库存不足：{lacking}。"
    kind = "conflict"
    field = "lines"
    offers = ("stock.receive", "stock.adjust")


class NothingReserved(Refusal):
    """Nothing is reserved for {lacking}; name the location to take it from."""

    zh = "{lacking} 没有占用库存，请指明出库库位。"
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
