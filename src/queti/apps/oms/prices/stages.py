"""The stages of a price as values: what each takes off which line, and who bears it.

The order of the stages is fixed; what happens in each is a definition or a record. Nothing is read or
written here, and nothing takes more off a line than is left of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any, Literal

from queti.apps.oms.pricing import CENT, HUNDRED, NOTHING, line_amount, spread, to_cents

Stage = Literal["line", "bundle", "order", "gift", "coupon", "points"]
Bearer = Literal["us", "supplier"]
US: Bearer = "us"
FINE = Decimal("0.0001")


@dataclass(slots=True)
class Line:
    """One line on its way to its price. `off` and `less` are what a person took off, `share` its part of what
    was taken off the order by hand; `taken` is what the stages have taken off so far."""

    key: Any
    product: int
    quantity: Decimal
    price: Decimal
    category: str | None = None
    off: Decimal = NOTHING
    less: Decimal = NOTHING
    share: Decimal = NOTHING
    taken: Decimal = NOTHING

    @property
    def left(self) -> Decimal:
        return line_amount(self.quantity, self.price, self.off, self.less) - self.share - self.taken

    @property
    def each(self) -> Decimal:
        """What is left of one piece, not rounded."""
        return self.left / self.quantity


@dataclass(frozen=True, slots=True)
class Discount:
    line: Any
    stage: Stage
    label: str
    amount: Decimal
    bearer: Bearer


@dataclass(frozen=True, slots=True)
class Gift:
    sku: str
    quantity: Decimal
    label: str
    bearer: Bearer = US


@dataclass(frozen=True, slots=True)
class Offer:
    """What is given; `worth` says how much in money, before anything of its stage was taken."""

    label: str
    worth: Decimal
    bearer: Bearer = US
    borne: Decimal = HUNDRED
    """Percent that the bearer bears; the rest is ours."""
    exclusive: str | None = None
    gift: Gift | None = None
    only: frozenset[Any] | None = None
    """The lines it is taken off; nothing: all."""
    weights: Mapping[Any, Decimal] | None = None
    """Line → what of it takes part, in cents; nothing: all that is left."""


@dataclass(slots=True)
class Basket:
    """An order's lines while they are priced, and what was taken off and given so far."""

    lines: Sequence[Line]
    discounts: list[Discount] = field(default_factory=list[Discount])
    gifts: list[Gift] = field(default_factory=list[Gift])
    _places: dict[Any, int] = field(default_factory=dict[Any, int])

    @property
    def left(self) -> Decimal:
        return sum((line.left for line in self.lines), NOTHING)

    def give(self, stage: Stage, offers: Iterable[Offer]) -> None:
        """The best of those that exclude each other, and all others, each from what those before it left."""
        for offer in best(offers):
            self.take(stage, offer)
            if offer.gift is not None:
                self.gifts.append(offer.gift)

    def take(self, stage: Stage, offer: Offer) -> None:
        """Spread over its lines by what of them takes part, exactly, and parted between who bears it."""
        lines = self._lines_of(offer)
        weights = [max(line.left if offer.weights is None else offer.weights[line.key], NOTHING) for line in lines]
        amount = min(offer.worth, sum(weights, NOTHING))
        if amount <= 0:
            return
        shares = spread(amount, weights)
        theirs = shares if offer.borne == HUNDRED else spread(to_cents(amount * offer.borne / HUNDRED), shares)
        for line, share, part in zip(lines, shares, theirs, strict=True):
            line.taken += share
            self._note(line, stage, offer.label, part, offer.bearer)
            self._note(line, stage, offer.label, share - part, US)

    def _lines_of(self, offer: Offer) -> Sequence[Line]:
        """In their order."""
        if offer.only is None:
            return self.lines
        if len(self._places) != len(self.lines):
            self._places.update((line.key, place) for place, line in enumerate(self.lines))
        return [self.lines[place] for place in sorted(self._places[key] for key in offer.only)]

    def _note(self, line: Line, stage: Stage, label: str, amount: Decimal, bearer: Bearer) -> None:
        if amount:
            self.discounts.append(Discount(line.key, stage, label, amount, bearer))


def best(offers: Iterable[Offer]) -> list[Offer]:
    """Of those that exclude each other the one worth most, the earlier of equals; in their order."""
    kept: list[Offer] = []
    chosen: dict[str, int] = {}
    for offer in offers:
        at = chosen.get(offer.exclusive) if offer.exclusive else None
        if at is None:
            if offer.exclusive:
                chosen[offer.exclusive] = len(kept)
            kept.append(offer)
        elif offer.worth > kept[at].worth:
            kept[at] = offer
    return kept


# -- 1: the list's price


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of a price list."""

    price: Decimal
    from_quantity: Decimal = NOTHING
    valid_from: date | None = None
    valid_until: date | None = None


def listed_price(rows: Iterable[Listed], quantity: Decimal, day: date) -> Decimal | None:
    """Of the rows valid on the day that this many pieces reach: the highest step, of one step the latest."""
    valid = [row for row in rows if row.from_quantity <= quantity and _holds(row.valid_from, row.valid_until, day)]
    found = max(valid, key=lambda row: (row.from_quantity, row.valid_from or date.min), default=None)
    return found.price if found else None


def _holds(first: date | None, last: date | None, day: date) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def taxed(price: Decimal, rate: Decimal, *, included: bool, wanted: bool) -> Decimal:
    """A list's price as the order's prices are: with tax in it, or without."""
    if included == wanted:
        return price
    factor = 1 + rate / HUNDRED
    return (price * factor if wanted else price / factor).quantize(FINE, ROUND_HALF_UP)


# -- 2 and 4: promotions, as their rules' rows say them


def of_line(line: Line, row: Mapping[str, Any]) -> Offer:
    """What a row of `oms.line_promotions` is worth on this line."""
    return _offer(row, _worth_of_line(line, row), _times(line.quantity, row["per"]), only=frozenset({line.key}))


def _worth_of_line(line: Line, row: Mapping[str, Any]) -> Decimal:
    pieces = _times(line.quantity, row["nth"])
    worth = NOTHING
    if row["percent"]:
        worth += line.left * row["percent"] / HUNDRED * pieces / line.quantity
    if row["amount"]:
        worth += row["amount"] * pieces
    if row["price"] is not None:
        worth += max(line.each - row["price"], NOTHING) * pieces
    return to_cents(worth)


def _times(quantity: Decimal, per: Decimal | None) -> Decimal:
    """How often so many pieces are reached; without a number each piece counts."""
    return (quantity / per).to_integral_value(ROUND_DOWN) if per else quantity


def of_order(basket: Basket, row: Mapping[str, Any]) -> Offer | None:
    """What a row of `oms.order_promotions` is worth on what is left of its lines; too little is no offer."""
    lines = [line for line in basket.lines if not row["category"] or line.category == row["category"]]
    base = sum((line.left for line in lines), NOTHING)
    least = row["at_least"] or NOTHING
    if not lines or base < least:
        return None
    times = _times(base, least) if row["every"] and least else Decimal(1)
    worth = (row["off"] or NOTHING) * times + base * (row["percent"] or NOTHING) / HUNDRED
    return _offer(row, to_cents(worth), times, only=frozenset(line.key for line in lines))


def _offer(row: Mapping[str, Any], worth: Decimal, times: Decimal, only: frozenset[Any]) -> Offer:
    bearer: Bearer = row["bearer"] or US
    label = row["label"] or ""
    many = (row["gift_quantity"] or Decimal(1)) * (times if row.get("per") or row.get("every") else Decimal(1))
    gift = Gift(row["gift"], many, label, bearer) if row["gift"] and many > 0 else None
    borne = HUNDRED if row["borne"] is None else row["borne"]
    return Offer(label, worth, bearer, borne, row["exclusive"], gift, only)


# -- 3: bundles


@dataclass(frozen=True, slots=True)
class Bundle:
    label: str
    price: Decimal
    parts: Mapping[int, Decimal]
    """Product → how many of it make one."""


def pack_bundles(basket: Basket, bundles: Iterable[Bundle]) -> None:
    """The bundle that saves most first, as often as it can be made; a piece is part of one bundle only."""
    loose, each = _pieces(basket), _each(basket)
    for bundle in sorted(bundles, key=lambda one: -_saving(one, each)):
        times = min(_times(loose.get(product, NOTHING), many) for product, many in bundle.parts.items())
        saving = to_cents(_saving(bundle, each) * times)
        if saving <= 0:
            continue
        for product, many in bundle.parts.items():
            loose[product] -= many * times
        used = _taking_part(basket, {product: many * times for product, many in bundle.parts.items()})
        basket.take("bundle", Offer(bundle.label, saving, only=frozenset(used), weights=used))


def _taking_part(basket: Basket, used: Mapping[int, Decimal]) -> dict[Any, Decimal]:
    """Line → what its pieces in the bundle cost now; the lines of a product share the pieces by their quantities."""
    pieces = _pieces(basket)
    return {
        line.key: (line.left * used[line.product] / pieces[line.product]).quantize(CENT, ROUND_DOWN)
        for line in basket.lines
        if line.product in used
    }


def _pieces(basket: Basket) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for line in basket.lines:
        found[line.product] = found.get(line.product, NOTHING) + line.quantity
    return found


def _each(basket: Basket) -> dict[int, Decimal]:
    """Product → what a piece costs here, on the average of its lines."""
    left: dict[int, Decimal] = {}
    for line in basket.lines:
        left[line.product] = left.get(line.product, NOTHING) + line.left
    return {product: left[product] / pieces for product, pieces in _pieces(basket).items()}


def _saving(bundle: Bundle, each: Mapping[int, Decimal]) -> Decimal:
    """Of one; a bundle of which a part is missing saves nothing."""
    if not bundle.parts.keys() <= each.keys():
        return NOTHING
    return sum((each[product] * many for product, many in bundle.parts.items()), NOTHING) - bundle.price


# -- all of them


@dataclass(frozen=True, slots=True)
class Wares:
    """What the stages of one order need besides it. The rules are asked for all orders of an act at once, so
    they come as answers: those of the lines before, those of the order once it is known what is left."""

    line_rows: Mapping[Any, Sequence[Mapping[str, Any]]] = field(default_factory=dict[Any, Any])
    bundles: Sequence[Bundle] = ()


def price_lines(basket: Basket, wares: Wares) -> None:
    """Stages 2 and 3."""
    for line in basket.lines:
        basket.give("line", [of_line(line, row) for row in wares.line_rows.get(line.key, ())])
    if wares.bundles:
        pack_bundles(basket, wares.bundles)


def price_order(basket: Basket, rows: Iterable[Mapping[str, Any]], coupon: Callable[[Decimal], Offer] | None) -> None:
    """Stages 4 and 5: every promotion sees what is left of the lines; the coupon what these have left."""
    basket.give("order", [offer for row in rows if (offer := of_order(basket, row))])
    if coupon is not None:
        basket.take("coupon", coupon(basket.left))
