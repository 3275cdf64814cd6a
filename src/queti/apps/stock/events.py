"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("adjusted", "stock.move", "Stock adjusted", "库存调整"),
    told("became_available", "", "Goods became available", "库存恢复可用"),
    told("goods_issued", "stock.move", "Goods issued", "出库"),
    told("goods_received", "stock.move", "Goods received", "入库"),
    told("keeping_began", "base.company", "Keeping of stock began", "库存管理启用"),
    told("promise_broken", "stock.balance", "Reserved goods are missing", "占用库存不足"),
    told("revalued", "stock.move", "Cost of goods corrected", "入库成本调整"),
]
