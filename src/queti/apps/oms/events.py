"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("backorder_served", "oms.sales_order", "Waiting order served", "缺货订单得到供应"),
    told("hold_lifted", "oms.sales_order", "Hold lifted", "订单解除挂起"),
    told("order_cancelled", "oms.sales_order", "Order cancelled", "订单取消"),
    told("order_confirmed", "oms.sales_order", "Order confirmed", "订单确认"),
    told("order_held", "oms.sales_order", "Order put on hold", "订单挂起"),
    told("order_placed", "oms.sales_order", "Order placed", "订单下达"),
    told("order_revised", "oms.sales_order", "Order revised", "订单变更"),
    told("order_settled", "oms.sales_order", "Order paid for", "订单结清"),
    told("order_shipped", "oms.sales_order", "Order shipped whole", "订单全部发货"),
    told("order_shrunk", "oms.sales_order", "Order cut", "订单缩减"),
    told("parcel_shipped", "oms.parcel", "Parcel shipped", "包裹发出"),
    told("promise_changed", "oms.sales_order", "Promised date changed", "承诺交期变更"),
    told("waiting_changed", "oms.sales_order", "What an order waits for changed", "订单缺货情况变化"),
]
