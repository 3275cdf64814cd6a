"""Eighteen months of business, told week by week through the ordinary operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from queti.apps.sample.company import COST, SELLERS, Company, words
from queti.kernel.platform import Platform
from queti.kernel.record import Record
from queti.kernel.work import Work

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Shanghai")
DAYS = 548
LAST_WEEKS = 4
"""At the end some work is left for whoever signs in."""

CARRIERS = (("SF Express 顺丰", "SF"), ("JD Logistics 京东", "JD"), ("ZTO 中通", "ZTO"))
SOURCES = ("website", "fair", "referral", "phone", "platform")
LOST = ("price", "competitor", "no_budget", "no_need")
NEEDS = (
    "New furniture 新购家具",
    "Yearly stationery 年度文具采购",
    "Room refit 客房翻新",
    "Canteen supplies 食堂用品",
    "Office move 办公室搬迁",
    "Cleaning supplies 清洁用品",
)
SPOILT = ("PP-405", "TL-802", "CP-505")
STEPS = ("Call back 回电", "Send samples 寄样", "Visit 拜访", "Discuss the price 议价")


@dataclass(frozen=True, slots=True)
class Story:
    until: date
    random: Random

    @property
    def first_day(self) -> date:
        return self.until - timedelta(days=DAYS)

    def weeks(self) -> Iterator[tuple[date, date]]:
        """First and last day of each week; the last one ends on `until`."""
        first = self.first_day
        while first <= self.until:
            last = min(first + timedelta(days=6), self.until)
            yield first, last
            first = last + timedelta(days=1)


@dataclass(slots=True)
class Chapter:
    """One week and what it leaves for the next."""

    first: date
    last: date
    number: int
    of: int

    @property
    def is_late(self) -> bool:
        return self.number >= self.of - LAST_WEEKS

    @property
    def now(self) -> datetime:
        evening = datetime.combine(self.last, time(18), ZONE)
        return min(evening, max(datetime.now(UTC), datetime.combine(self.last, time(0, 30), ZONE)))

    def moment(self, random: Random, day: date | None = None) -> datetime:
        """Some moment of a working day in this week, before the week's end."""
        chosen = day or self.first + timedelta(days=random.randint(0, (self.last - self.first).days))
        return min(datetime.combine(chosen, time(random.randint(9, 17), random.randint(0, 59)), ZONE), self.now)


@dataclass(slots=True)
class Desk:
    """What is under way, by id."""

    leads: list[int] = field(default_factory=list[int])
    deals: list[Record] = field(default_factory=list[Record])
    quotes: list[Record] = field(default_factory=list[Record])
    to_confirm: list[Record] = field(default_factory=list[Record])
    to_ship: list[Record] = field(default_factory=list[Record])
    purchases: list[int] = field(default_factory=list[int])
    stock: dict[int, Decimal] = field(default_factory=dict[int, Decimal])


def tell_story(platform: Platform, workspace: str, company: Company, story: Story, say: Callable[[str], None]) -> None:
    teller = Teller(platform, workspace, company, story.random)
    weeks = list(story.weeks())
    first, last = story.first_day, story.until
    _run(teller, "ada", weeks[0][1], lambda work: work.perform("finance.open_periods", {"first": first, "last": last}))
    for number, (start, end) in enumerate(weeks, 1):
        teller.tell(Chapter(start, end, number, len(weeks)))
        if number % 13 == 0:
            say(f"  {end:%Y-%m}")


def _run(teller: Teller, login: str, day: date, act: Callable[[Work], T]) -> T:
    return teller.as_(login, datetime.combine(day, time(9), ZONE), act)


class Teller:
    def __init__(self, platform: Platform, workspace: str, company: Company, random: Random) -> None:
        self.platform = platform
        self.workspace = workspace
        self.company = company
        self.random = random
        self.desk = Desk()
        self.goods = {company.products[sku]: body for sku, body in words("products").items() if sku in company.products}
        self.web_number = 88_000

    def as_(self, login: str, now: datetime, act: Callable[[Work], T]) -> T:
        return self.platform.run(self.workspace, self.company.people[login], act, now=now)

    def tell(self, week: Chapter) -> None:
        for seller in SELLERS:
            self.as_(seller, week.now, lambda work, seller=seller: self._sell(work, week, seller))
        placed = self.as_("lin", week.now, lambda work: self._place(work, week))
        self.desk.to_confirm += placed
        self.as_("tomas", week.now, lambda work: self._restock(work, week))
        self.desk.to_ship += self.as_("lin", week.now, lambda work: self._confirm(work, week))
        self.as_("bo" if week.number % 3 else "tomas", week.now, lambda work: self._ship(work, week))
        self.as_("ada" if week.number % 2 else "fang", week.now, lambda work: self._collect(work, week))
        if week.number == week.of:
            self.as_("tomas", week.now, self._write_off)
            self.as_("pia", week.now, lambda work: self._buy(work, week))
            self.as_("tomas", week.now, self._take_in)
            self.as_("lin", week.now, self._let_wait)

    # -- sales

    def _sell(self, work: Work, week: Chapter, seller: str) -> None:
        """Leads come in, become deals and quotes; quotes are accepted or lost."""
        mine = self.company.people[seller].user
        self._answer_quotes(work, week, [q for q in self.desk.quotes if q.owner == mine])
        self._quote(work, week, [d for d in self.desk.deals if d.owner == mine])
        self._work_on_leads(work, week)
        if self.random.random() < 0.8:
            rows = [self._lead(week) for _ in range(self.random.randint(1, 3 if week.is_late else 2))]
            self.desk.leads += [lead.id for lead in work.create("crm.lead", rows)]

    def _lead(self, week: Chapter) -> dict[str, Any]:
        company = self._pick(words("customers")["places"])
        kind = self._pick(words("customers")["kinds"])
        contact = self._pick(words("customers")["contacts"])
        return {
            "name": self._pick(NEEDS),
            "company_name": f"{company['en']} {kind['en']} {company['zh']}{kind['zh']}",
            "contact_name": f"{contact['en']} {contact['zh']}",
            "phone": f"139{self.random.randint(0, 99_999_999):08d}",
            "source": self._pick(SOURCES),
            "estimated_amount": self.random.randint(3, 90) * 1000,
            "received_on": self._day(week),
        }

    def _work_on_leads(self, work: Work, week: Chapter) -> None:
        known = self.desk.leads
        leads = work.find("crm.lead", "id in $ids and owner = me", {"ids": known}, fields=("name",)) if known else []
        convert: list[dict[str, Any]] = []
        lose: list[int] = []
        for lead in leads:
            luck = self.random.random()
            if luck < 0.30:
                convert.append(self._conversion(lead, week))
            elif luck < 0.42:
                lose.append(lead.id)
        if convert:
            self.desk.deals += work.perform("crm.convert_lead", convert)
        if lose:
            work.perform("crm.lose_lead", [{"lead": lead} for lead in lose])
        done = {*lose, *(call["lead"] for call in convert)}
        self.desk.leads = [lead for lead in known if lead not in done]

    def _conversion(self, lead: Record, week: Chapter) -> dict[str, Any]:
        mine = [customer for customer in self.company.customers if self.random.random() < 0.2]
        step = {"next_step": self._pick(STEPS), "next_step_on": week.last + timedelta(days=self.random.randint(2, 20))}
        return {
            "lead": lead.id,
            "customer": self._pick(mine or self.company.customers),
            "deal_name": lead.name,
            "expected_close_on": week.last + timedelta(days=self.random.randint(10, 60)),
            **(step if self.random.random() < 0.8 else {}),
        }

    def _quote(self, work: Work, week: Chapter, deals: Sequence[Record]) -> None:
        chosen = [deal for deal in deals if self.random.random() < (0.4 if week.is_late else 0.5)]
        if not chosen:
            return
        rows = [{"customer": deal.customer, "deal": deal.id, "lines": self._lines(2, 6, bulk=3)} for deal in chosen]
        quotes = work.create("crm.quote", [{**row, "quoted_on": week.last} for row in rows])
        sent = quotes if week.number < week.of else quotes[:-1]
        if sent:
            self.desk.quotes += work.perform("crm.send_quote", [{"quote": quote.id} for quote in sent])
        gone = {deal.id for deal in chosen}
        self.desk.deals = [deal for deal in self.desk.deals if deal.id not in gone]

    def _answer_quotes(self, work: Work, week: Chapter, quotes: Sequence[Record]) -> None:
        accepted: list[Record] = []
        lost: list[Record] = []
        for quote in quotes:
            luck = self.random.random()
            if quote.valid_until < week.last or luck < (0.04 if week.is_late else 0.2):
                lost.append(quote)
            elif luck < (0.18 if week.is_late else 0.7):
                accepted.append(quote)
        if accepted:
            done = work.perform("crm.accept_quote", [{"quote": quote.id} for quote in accepted])
            self.desk.to_confirm += work.fetch("oms.sales_order", [quote.order for quote in done], ("*", "lines"))
        if lost:
            work.perform("crm.lose_deal", [{"deal": quote.deal, "reason": self._pick(LOST)} for quote in lost])
        gone = {quote.id for quote in (*accepted, *lost)}
        self.desk.quotes = [quote for quote in self.desk.quotes if quote.id not in gone]

    # -- orders

    def _place(self, work: Work, week: Chapter) -> list[Record]:
        """Regular customers order by phone, others in the shops; business grows."""
        count = 3 + week.number // 13 + self.random.randint(0, 3)
        orders = work.perform("oms.place_order", [self._order(week) for _ in range(count)])
        return work.fetch("oms.sales_order", [order.id for order in orders], ("*", "lines"))

    def _order(self, week: Chapter) -> dict[str, Any]:
        day = self._day(week)
        customer = self.company.customers[min(int(self.random.expovariate(0.06)), len(self.company.customers) - 1)]
        order: dict[str, Any] = {
            "customer": customer,
            "ordered_on": day,
            "ship_by": day + timedelta(days=self.random.randint(3, 8)),
            "freight": self._pick((0, 0, 15, 28)),
            "lines": self._lines(1, 5),
        }
        return order if self.random.random() < 0.55 else {**order, **self._from_shop()}

    def _from_shop(self) -> dict[str, Any]:
        self.web_number += self.random.randint(1, 9)
        buyer = self._pick(words("customers")["contacts"])
        place = self._pick(words("customers")["places"])
        shop = self._pick(("tmall", "web"))
        address = f"{place['city']}{self._pick(words('customers')['streets'])} {self.random.randint(1, 300)} 号"
        return {
            "channel": self.company.channels[shop],
            "external_number": f"{shop.upper()}-{self.web_number}",
            "buyer_name": buyer["zh"],
            "ship_to": {"name": buyer["zh"], "phone": "13800000000", "address": address},
            **({"platform_discount": 5} if shop == "tmall" and self.random.random() < 0.3 else {}),
        }

    def _lines(self, least: int, most: int, bulk: int = 1) -> list[dict[str, Any]]:
        products = list(self.goods)
        weights = [body["popular"] for body in self.goods.values()]
        chosen = dict.fromkeys(self.random.choices(products, weights, k=self.random.randint(least, most)))
        return [
            {
                "product": product,
                "quantity": self._quantity(product) * bulk,
                "unit_price": self.goods[product]["price"],
                "discount_percent": self._pick((0, 0, 0, 5, 10)),
            }
            for product in chosen
        ]

    def _quantity(self, product: int) -> int:
        price = Decimal(self.goods[product]["price"])
        return self.random.randint(1, 4) if price > 200 else self.random.randint(2, 20)

    def _confirm(self, work: Work, week: Chapter) -> list[Record]:
        """What is held waits; what isn't is promised, as far as there are goods."""
        orders = work.fetch("oms.sales_order", [order.id for order in self.desk.to_confirm], ("*", "lines"))
        held = [order for order in orders if order.holds]
        if held and not week.is_late:
            work.perform("oms.lift_hold", [{"order": order.id} for order in held])
            held = []
        doubtful = [order for order in orders if not order.holds and week.is_late and self.random.random() < 0.12]
        if doubtful:
            reason = [{"order": order.id, "reason": self._pick(("review", "address"))} for order in doubtful]
            work.perform("oms.hold_order", reason)
        waiting = {order.id for order in (*held, *doubtful)}
        ready = [order for order in orders if order.id not in waiting]
        if week.number == week.of:
            ready = ready[: len(ready) * 2 // 3]
        promised = [order for order in ready if self._takes_goods_for(order)]
        calls = [{"order": order.id, "confirmed_at": self._confirmed_at(week, order)} for order in promised]
        done = {order.id for order in promised}
        self.desk.to_confirm = [order for order in orders if order.id not in done]
        if not calls:
            return []
        work.perform("oms.confirm_order", calls)
        return work.fetch("oms.sales_order", [call["order"] for call in calls], ("*", "lines"))

    def _confirmed_at(self, week: Chapter, order: Record) -> datetime:
        return min(max(week.moment(self.random, order.ordered_on), week.moment(self.random, week.first)), week.now)

    def _takes_goods_for(self, order: Record) -> bool:
        goods = [line for line in order.lines if self.goods[line.product].get("kind") != "service"]
        if any(self.desk.stock.get(line.product, Decimal(0)) < line.quantity for line in goods):
            return False
        for line in goods:
            self.desk.stock[line.product] -= line.quantity
        return True

    # -- goods

    def _restock(self, work: Work, week: Chapter) -> None:
        """What the waiting orders and the safety stock need; in the last weeks some goods come late."""
        needed = {product: Decimal(body.get("safety", 0)) for product, body in self.goods.items()}
        for line in (line for order in self.desk.to_confirm for line in order.lines):
            needed[line.product] += line.quantity
        late = set(list(self.goods)[3:30:6]) if week.is_late else set[int]()
        rows = [
            {"product": product, "quantity": quantity * 2, "unit_cost": self._cost(product)}
            for product, quantity in needed.items()
            if product not in late
            and self.goods[product].get("kind") != "service"
            and self.desk.stock.get(product, Decimal(0)) < quantity
        ]
        spots = [code for code in self.company.places if code[0] in "AB" and "-" in code]
        calls = [
            {"location": self.company.places[spot], "lines": part, "happened_at": week.moment(self.random, week.first)}
            for spot, part in zip(spots, (rows[number :: len(spots)] for number in range(len(spots))), strict=True)
            if part
        ]
        if calls:
            work.perform("stock.receive", [{**call, "source": f"PO-{week.number:03d}"} for call in calls])
        for row in rows:
            self.desk.stock[row["product"]] = self.desk.stock.get(row["product"], Decimal(0)) + row["quantity"]

    def _cost(self, product: int) -> Decimal:
        price = Decimal(self.goods[product]["price"])
        return (price * COST * Decimal(self.random.randint(96, 104)) / 100).quantize(Decimal("0.01"))

    def _ship(self, work: Work, week: Chapter) -> None:
        """Most leave at once, some a week later."""
        waits = 0.7 if week.number == week.of else 0.3 if week.is_late else 0.06
        later = [order for order in self.desk.to_ship if self.random.random() < waits]
        calls = [call for order in self.desk.to_ship if order not in later for call in self._parcels(week, order)]
        if calls:
            work.perform("oms.ship_order", calls)
        self.desk.to_ship = later

    def _write_off(self, work: Work) -> None:
        """A leaking roof: what was not promised yet is gone."""
        products = [self.company.products[sku] for sku in SPOILT]
        spoilt = work.find("stock.balance", "product in $these and on_hand > 0 and reserved = 0", {"these": products})
        calls = [
            {"location": b.location, "product": b.product, "counted": 0, "reason": "Water damage 浸水报损"}
            for b in spoilt
        ]
        work.perform("stock.adjust", calls)

    def _buy(self, work: Work, week: Chapter) -> None:
        """What ran short is proposed. One supplier's order is given up, so that its goods still have to be
        reordered, one waits to be placed; of the others the first comes next week."""
        [orders] = work.perform("purchase.propose_orders", [{}])
        work.trash("purchase.purchase_order", orders[-1:])
        for order in orders[:-2]:
            self.desk.purchases.append(work.perform("purchase.place_draft", {"order": order.id}).id)
        if self.desk.purchases:
            late = {"order": self.desk.purchases[0], "promised_on": week.last + timedelta(days=3)}
            work.perform("purchase.reschedule_order", late)

    def _take_in(self, work: Work) -> None:
        """Of the first order half of one line came."""
        for order in work.fetch("purchase.purchase_order", self.desk.purchases[:1], ("*", "lines")):
            part = {"line": order.lines[0].id, "quantity": max(order.lines[0].quantity // 2, Decimal(1))}
            note = {"order": order.id, "delivery_note": "DN-20881", "lines": [part]}
            work.perform("purchase.receive_goods", note)

    def _let_wait(self, work: Work) -> None:
        """Orders that lack something are confirmed all the same, and wait."""
        free = [order.id for order in work.fetch("oms.sales_order", self.desk.to_confirm) if not order.holds]
        calls = [{"order": order, "backorder": True} for order in free[: len(free) // 2]]
        if calls:
            work.perform("oms.confirm_order", calls)

    def _parcels(self, week: Chapter, order: Record) -> list[dict[str, Any]]:
        hours = self.random.randint(3, 40) if self.random.random() < 0.8 else self.random.randint(60, 130)
        sent = max(order.confirmed_at + timedelta(hours=hours), week.moment(self.random, week.first))
        carrier, code = self._pick(CARRIERS)
        parcel = {
            "order": order.id,
            "carrier": carrier,
            "tracking_number": f"{code}{self.random.randint(0, 10**12 - 1):012d}",
            "shipped_at": min(sent, week.now),
        }
        is_last = week.number == week.of
        if len(order.lines) < 2 or (self.random.random() > 0.2 and not is_last):
            return [parcel]
        first = {**parcel, "lines": [{"line": order.lines[0].id}]}
        rest = {**parcel, "tracking_number": f"{code}{self.random.randint(0, 10**12 - 1):012d}"}
        return [first] if is_last else [first, rest]

    # -- money

    def _collect(self, work: Work, week: Chapter) -> None:
        """Most pay near the due date, some in two parts, a few late or not yet."""
        due = week.last + timedelta(days=6)
        open_ones = work.find("finance.receivable", "open_amount > 0 and due_on <= $due", {"due": due}, sort="id")
        calls: list[dict[str, Any]] = []
        for receivable in open_ones:
            luck = self.random.random()
            if luck < 0.55:
                amount = receivable.open_amount
                if luck < 0.08 and amount > 100:
                    amount = (amount / 2).quantize(Decimal("0.01"))
                calls.append(self._payment(week, receivable, amount))
        if calls:
            work.perform("finance.record_payment", calls)

    def _payment(self, week: Chapter, receivable: Record, amount: Decimal) -> dict[str, Any]:
        return {
            "party": receivable.party,
            "amount": amount,
            "paid_on": max(self._day(week), receivable.booked_on),
            "reference": f"BOC{self.random.randint(0, 10**9 - 1):09d}",
            "settle": [{"receivable": receivable.id, "amount": amount}],
        }

    # -- luck

    def _pick(self, choices: Sequence[T]) -> T:
        return self.random.choice(choices)

    def _day(self, week: Chapter) -> date:
        return week.first + timedelta(days=self.random.randint(0, (week.last - week.first).days))
