"""Coupons: who may use which, and that none is used more often than it may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from queti.apps.oms.prices.stages import Offer
from queti.apps.oms.pricing import HUNDRED, to_cents
from queti.apps.oms.refusals import (
    CouponNeedsMore,
    CouponNotForCurrency,
    CouponNotForCustomer,
    CouponNotValid,
    CouponUnknown,
    CouponUsedUp,
)
from queti.kernel.record import Record
from queti.kernel.work import Work

USES = "(order in $orders or coupon in $coupons and customer in $customers) and blank(order.cancelled_at)"


@dataclass(slots=True)
class Coupons:
    """The coupons of some orders, locked, with the uses that stand."""

    currency: int
    """The company's, which coupons are in."""
    by_code: Mapping[str, Record] = field(default_factory=dict[str, Record])
    uses: Sequence[Record] = ()
    made: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list[int]))
    """Coupon → the customers of the uses that this act makes."""

    def of(self, order: Record) -> Record | None:
        """The order's coupon where it may use it: unknown, over, used up or another's is a refusal."""
        if not order.coupon_code:
            return None
        coupon = self.by_code.get(order.coupon_code)
        if coupon is None:
            raise CouponUnknown(coupon=order.coupon_code)
        if order.currency != self.currency:
            raise CouponNotForCurrency(coupon=coupon.code)
        _refuse_other_days(coupon, order)
        if coupon.customer_group is not None and coupon.customer_group != order["customer.customer_group"]:
            raise CouponNotForCustomer(coupon=coupon.code, group=coupon["customer_group.name"])
        if not self.has(order, coupon):
            self._refuse_used(coupon, order)
            self.made[coupon.id].append(order.customer)
        return coupon

    def has(self, order: Record, coupon: Record) -> bool:
        """Does it use it already? Another customer's order is another use."""
        wanted = (order.id, coupon.id, order.customer)
        return any((use.order, use.coupon, use.customer) == wanted for use in self.uses)

    def _refuse_used(self, coupon: Record, order: Record) -> None:
        """The order's own use, by a customer it had before, is freed by this act."""
        freed = sum(use.order == order.id and use.coupon == coupon.id for use in self.uses)
        if coupon.uses is not None and coupon.used - freed + len(self.made[coupon.id]) >= coupon.uses:
            raise CouponUsedUp(coupon=coupon.code)
        others = [use.customer for use in self.uses if use.coupon == coupon.id and use.order != order.id]
        if coupon.once_each and order.customer in [*others, *self.made[coupon.id]]:
            raise CouponUsedUp(coupon=coupon.code)


def coupons_of(work: Work, orders: Sequence[Record]) -> Coupons:
    """Locked before their uses are read: of two orders at once, the later sees the earlier's."""
    codes = sorted({order.coupon_code for order in orders if order.coupon_code})
    if not codes and not any(row.stage == "coupon" for order in orders for row in order.discounts):
        return Coupons(work.company["currency"])
    fields = ("*", "customer_group.name")
    coupons = work.find("oms.coupon", "code in $codes", {"codes": codes}, fields=fields, lock=True) if codes else []
    asked = {
        "orders": [order.id for order in orders],
        "coupons": [coupon.id for coupon in coupons],
        "customers": sorted({order.customer for order in orders}),
    }
    by_code = {coupon.code: coupon for coupon in coupons}
    return Coupons(work.company["currency"], by_code, work.find("oms.coupon_use", USES, asked))


def note_uses(work: Work, orders: Sequence[Record], coupons: Coupons) -> None:
    """What an order used before and doesn't now is free again."""
    wanted = {
        (order.id, coupons.by_code[order.coupon_code].id, order.customer): None
        for order in orders if order.coupon_code
    }  # fmt: skip
    ids = {order.id for order in orders}
    mine = {(use.order, use.coupon, use.customer): use for use in coupons.uses if use.order in ids}
    if gone := [use for key, use in mine.items() if key not in wanted]:
        work.trash("oms.coupon_use", gone)
    if fresh := [key for key in wanted if key not in mine]:
        rows = [{"order": order, "coupon": coupon, "customer": customer} for order, coupon, customer in fresh]
        work.create("oms.coupon_use", rows)


def offer_of(coupon: Record, left: Decimal) -> Offer:
    """What it takes off an order of which so much is left. CouponNeedsMore where that is too little."""
    if left < (coupon.at_least or 0):
        raise CouponNeedsMore(coupon=coupon.code, least=coupon.at_least, amount=left)
    worth = coupon.amount if coupon.amount is not None else to_cents(left * coupon.percent / HUNDRED)
    return Offer(coupon.name, worth, coupon.bearer or "us")


def offering(coupon: Record | None) -> partial[Offer] | None:
    return partial(offer_of, coupon) if coupon is not None else None


def _refuse_other_days(coupon: Record, order: Record) -> None:
    day = order.ordered_on
    early = coupon.valid_from is not None and day < coupon.valid_from
    late = coupon.valid_until is not None and day > coupon.valid_until
    if early or late:
        raise CouponNotValid(coupon=coupon.code, day=day)
