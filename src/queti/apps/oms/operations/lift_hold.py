from __future__ import annotations

from typing import Any

from queti.apps.oms.operations.hold_order import REASONS
from queti.apps.oms.orders import refuse_cancelled
from queti.apps.oms.refusals import LineOfAnotherOrder, OrderNotOnHold
from queti.kernel.operations import Call, choice, link, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch


@operation(
    on="oms.sales_order",
    key="l",
    label=words("Lift hold", "解除挂起"),
    help=words(
        "Lifts one reason, or the hold of one line; when none is named, all of the order, else all of its lines.",
        "解除指定原因或指定明细的挂起；未指定则解除订单的全部挂起，订单未挂起时解除其明细的挂起。",
    ),
    when="blank(cancelled_at) and (not blank(holds) or count(lines where not blank(hold)) > 0)",
    inputs={
        "order": link("oms.sales_order", label=words("Order", "订单"), required=True, many=True),
        "reason": choice(REASONS, label=words("Reason", "原因")),
        "line": link("oms.sales_order_line", label=words("Order line", "订单明细")),
    },
    tells=("oms.hold_lifted",),
    repeats=True,
)
def lift_hold(work: Work, calls: list[Call]) -> list[Record]:
    """What is lifted goes on; what nobody named stays held."""
    orders = work.fetch("oms.sales_order", [call.order for call in calls], fields=("*", "lines"), lock=True)
    refuse_cancelled(orders)
    lifted: dict[int, Lifted] = {}
    for order, call in zip(orders, calls, strict=True):
        lifted.setdefault(order.id, Lifted(order)).add(call)
    changed = {o.id: o for o in work.change("oms.sales_order", [(one.order, one.change()) for one in lifted.values()])}
    work.tell("oms.hold_lifted", list(changed.values()))
    return [changed[call.order] for call in calls]


class Lifted:
    """What is lifted of one order."""

    def __init__(self, order: Record) -> None:
        self.order = order
        self.reasons: set[str] = set()
        self.lines: set[int] = set()

    def add(self, call: Call) -> None:
        """OrderNotOnHold and LineOfAnotherOrder say when there is nothing to lift."""
        holds = set(self.order.holds or ())
        held_lines = {line.id for line in self.order.lines if line.hold}
        if call.line is not None:
            if all(line.id != call.line for line in self.order.lines):
                raise LineOfAnotherOrder(line=call.line, order=self.order.number)
            reasons, lines = {call.reason} if call.reason else set[str](), {call.line}
        elif call.reason:
            reasons, lines = {call.reason}, set[int]()
        else:
            reasons, lines = holds, set[int]() if holds else held_lines
        if not (reasons or lines) or reasons - holds or lines - held_lines:
            raise OrderNotOnHold(order=self.order.number)
        self.reasons |= reasons
        self.lines |= lines

    def change(self) -> dict[str, Any]:
        left = sorted(set(self.order.holds or ()) - self.reasons)
        return {
            "holds": left or None,
            "hold_note": self.order.hold_note if left else None,
            "lines": Patch(change=[{"id": line, "hold": None} for line in sorted(self.lines)]),
        }
