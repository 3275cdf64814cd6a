"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("bill_recorded", "purchase.bill", "Bill recorded", "采购发票登记"),
    told("goods_received", "purchase.receipt", "Goods received", "采购收货"),
    told("goods_returned", "purchase.goods_return", "Goods sent back", "采购退货"),
    told("order_cancelled", "purchase.purchase_order", "Purchase order cancelled", "采购订单取消"),
    told("order_placed", "purchase.purchase_order", "Purchase order placed", "采购订单下达"),
    told("order_rescheduled", "purchase.purchase_order", "Purchase order rescheduled", "采购订单改期"),
    told("orders_proposed", "purchase.purchase_order", "Purchase order proposed", "采购建议生成"),
]
