"""Who and what Harbour Supplies is: people, products, partners, places."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from importlib import resources
from random import Random
from typing import Any, Literal

from queti.kernel.people import people_of
from queti.kernel.person import Person
from queti.kernel.publishing.apps import read_yaml
from queti.kernel.record import Record
from queti.kernel.work import Work

Size = Literal["full", "small"]

NAME = "港湾商贸"
CUSTOMERS = 60
SMALL_PRODUCTS = 12
SMALL_CUSTOMERS = 8
SELLERS = ("mei", "jun", "kai", "sofia")
COST = Decimal("0.6")
"""What goods cost, of their price."""

CHANNELS = (
    {"code": "direct", "name": "Direct sales 直销", "platform": "direct"},
    {"code": "tmall", "name": "Harbour flagship 港湾旗舰店", "platform": "taobao"},
    {"code": "web", "name": "Web shop 官网商城", "platform": "woocommerce"},
)


@dataclass(slots=True)
class Company:
    """Ids by the words that people use: logins, SKUs, names, codes."""

    people: dict[str, Person] = field(default_factory=dict[str, Person])
    products: dict[str, int] = field(default_factory=dict[str, int])
    customers: list[int] = field(default_factory=list[int])
    sellers: dict[int, str] = field(default_factory=dict[int, str])
    """Customer → the login of who looks after them."""
    suppliers: list[int] = field(default_factory=list[int])
    channels: dict[str, int] = field(default_factory=dict[str, int])
    places: dict[str, int] = field(default_factory=dict[str, int])


def found(work: Work, random: Random, size: Size) -> Company:
    """The company before its first deal: everybody and everything, nothing in stock."""
    work.perform("base.set_up", {"company": NAME})
    work.perform("finance.set_up", {})
    _describe(work)
    company = Company()
    company.people = _people(work)
    company.places = _places(work)
    company.products = _products(work, size)
    company.customers, company.sellers = _customers(work, company, random, size)
    suppliers = [{"name": name, "is_supplier": True} for name in words("customers")["suppliers"]]
    company.suppliers = [party.id for party in work.create("base.party", suppliers)]
    _say_who_supplies(work, company)
    company.channels = _channels(work, company)
    return company


@cache
def words(name: str) -> Any:
    return read_yaml((resources.files(__package__) / f"{name}.yaml").read_text("utf-8"))


def _describe(work: Work) -> None:
    about = {
        "name_en": "Harbour Supplies",
        "legal_name": "港湾商贸（上海）有限公司",
        "tax_number": "91310115MA1H00000X",
        "address": "上海市浦东新区港城路 88 号",
        "phone": "021-5555 0088",
        "email": "hello@harbour.example",
        "bank_account": "中国银行上海港城支行 4400 0000 0000 0088",
    }
    [company] = work.find("base.company", limit=1)
    work.change("base.company", [(company, about)])


def say_when_they_work(work: Work, years: Iterable[int]) -> None:
    """Nine to six, but for China's holidays of these years."""
    weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday"]
    hours = [{"weekdays": weekdays, "begins": "09:00", "ends": "18:00"}]
    [calendar] = work.create("base.calendar", [{"code": "CN", "name": "常规工作日历", "hours": hours}])
    for year in years:
        work.perform("base.fill_calendar", {"calendar": calendar, "country": "CN", "year": year})
    work.change("base.company", [(work.company["id"], {"calendar": calendar})])


def _people(work: Work) -> dict[str, Person]:
    departments: dict[str, int] = {}
    for code, body in words("departments").items():
        row = {"code": code, "name": body["name"], "parent": departments.get(body.get("parent", ""))}
        departments[code] = work.create("base.department", [row])[0].id
    rows = [
        {**body, "login": login, "email": f"{login}@harbour.example", "department": departments[body["department"]]}
        for login, body in words("people").items()
    ]
    ids = {user.login: user.id for user in work.create("base.user", rows)}
    heads = [(departments[code], {"head": ids[body["head"]]}) for code, body in words("departments").items()]
    work.change("base.department", heads)
    return {person.login: person for person in people_of(work, list(ids.values()))}


def _products(work: Work, size: Size) -> dict[str, int]:
    chosen = dict(list(words("products").items())[: SMALL_PRODUCTS if size == "small" else None])
    names = list(dict.fromkeys(body["category"] for body in chosen.values()))
    categories = {c.name: c.id for c in work.create("base.product_category", [{"name": name} for name in names])}
    units = {unit.code: unit.id for unit in work.find("base.unit", fields=("code",))}
    rows = [_product(sku, body, categories, units) for sku, body in chosen.items()]
    return {product.sku: product.id for product in work.create("base.product", rows)}


def _product(sku: str, body: dict[str, Any], categories: dict[str, int], units: dict[str, int]) -> dict[str, Any]:
    return {
        "sku": sku,
        "name": body["name"],
        "kind": body.get("kind", "goods"),
        "category": categories[body["category"]],
        "unit": units[body["unit"]],
        "price": body["price"],
        "tax_rate": body.get("tax_rate", "13"),
        "safety_stock": int(body.get("safety", 0)),
        "weight": body.get("weight"),
        "volume": body.get("volume"),
    }


def _say_who_supplies(work: Work, company: Company) -> None:
    """Each category comes from a supplier of its own, the dearer goods take longer; all arrive at Shanghai."""
    products = work.find("base.product", 'kind = "goods"', fields=("category", "price"), sort="id")
    categories = list(dict.fromkeys(product.category for product in products))
    work.change("base.product", [(product, _bought(product, categories, company.suppliers)) for product in products])
    [own] = work.find("base.company", limit=1)
    work.change("base.company", [(own, {"buying_location": company.places["A-01"], "over_receipt_percent": 2})])


def _bought(product: Record, categories: list[int], suppliers: list[int]) -> dict[str, Any]:
    return {
        "supplier": suppliers[categories.index(product.category) % len(suppliers)],
        "purchase_price": product.price * COST,
        "lead_days": 14 if product.price > 500 else 7,
    }


def _places(work: Work) -> dict[str, int]:
    """Two warehouses; the first has two zones of three locations, and a corner for scrap."""
    places: dict[str, int] = {}

    def build(*rows: dict[str, Any]) -> None:
        places.update((place.code, place.id) for place in work.create("stock.location", rows))

    build(
        {
            "code": "SH",
            "name": "Shanghai warehouse 上海仓",
            "kind": "warehouse",
            "address": "上海市浦东新区港城路 88 号",
        },
        {
            "code": "SZ",
            "name": "Shenzhen warehouse 深圳仓",
            "kind": "warehouse",
            "address": "深圳市宝安区福永街道 6 号",
        },
    )
    zones = ({"code": zone, "name": f"Zone {zone} 库区", "kind": "zone", "parent": places["SH"]} for zone in "AB")
    build(*zones, {"code": "SCRAP", "name": "Scrap 报废区", "kind": "scrap", "parent": places["SH"]})
    spots = [(zone, f"{zone}-0{number}") for zone in "AB" for number in (1, 2, 3)]
    build(*({"code": code, "name": f"Location {code} 库位", "parent": places[zone]} for zone, code in spots))
    build({"code": "C-01", "name": "Location C-01 库位", "parent": places["SZ"]})
    return places


def _customers(work: Work, company: Company, random: Random, size: Size) -> tuple[list[int], dict[int, str]]:
    rows = _customer_rows(random)[: SMALL_CUSTOMERS if size == "small" else CUSTOMERS]
    sellers = ["mei" if number == 0 else SELLERS[number % len(SELLERS)] for number in range(len(rows))]
    made = work.create(
        "base.party",
        [
            {**row, "is_customer": True, "owner": company.people[seller].user}
            for row, seller in zip(rows, sellers, strict=True)
        ],
    )
    _contacts(work, random, made)
    return [party.id for party in made], {party.id: seller for party, seller in zip(made, sellers, strict=True)}


def _customer_rows(random: Random) -> list[dict[str, Any]]:
    known = words("customers")
    made = [
        {
            "name": f"{place['en']} {kind['en']} {place['zh']}{kind['zh']}",
            "industry": kind["industry"],
            "level": random.choice("abbcc"),
            "city": place["city"],
        }
        for kind in known["kinds"]
        for place in known["places"]
    ]
    return [_customer(dict(row), random) for row in [*known["named"], *made]]


def _customer(row: dict[str, Any], random: Random) -> dict[str, Any]:
    city = row.pop("city")
    street = f"{random.choice(words('customers')['streets'])} {random.randint(1, 398)} 号"
    phone = f"1{random.choice('3578')}{random.randint(0, 999_999_999):09d}"
    return {
        **row,
        "phone": phone,
        "addresses": [{"label": "收货", "address": f"{city}{street}", "city": city, "phone": phone}],
        "terms_days": {"a": 45, "b": 30, "c": 15}[row["level"]],
        "credit_limit": {"a": None, "b": "200000", "c": "60000"}[row["level"]],
    }


def _contacts(work: Work, random: Random, parties: list[Record]) -> None:
    rows: list[dict[str, Any]] = []
    for party in parties:
        who = random.choice(words("customers")["contacts"])
        rows.append({"name": f"{who['en']} {who['zh']}", "party": party.id, "phone": party.phone, "is_main": True})
    work.create("base.contact", rows)


def _channels(work: Work, company: Company) -> dict[str, int]:
    rows = [{**channel, "warehouse": company.places["SH"]} for channel in CHANNELS]
    return {channel.code: channel.id for channel in work.create("oms.channel", rows)}
