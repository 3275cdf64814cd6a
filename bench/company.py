"""The company that is measured: its people, customers, products and stock, made through the product itself."""

from __future__ import annotations

from random import Random
from typing import Any

from psycopg import sql

from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.work import Work
from queti.server.accounts import add_account
from queti.store.database import Database
from queti.store.workspaces import create_workspace

WORKSPACE = "bench"
PASSWORD = "a bench of its own"  # noqa: S105
LABEL = {"en": "Bench", "zh": "测试台"}
PARTIES = 400
PRODUCTS = 200
DEPARTMENTS = ("common", "rare", "north", "west", "south", "east", "office")
PEOPLE = {
    "mei": ("common", "sales"),
    "rui": ("rare", "sales"),
    "bo": ("north", "sales"),
    "chen": ("west", "sales"),
    "dan": ("south", "sales"),
    "eva": ("east", "sales"),
    "lin": ("office", "orders"),
    "tomas": ("office", "warehouse"),
    "ada": ("office", "accounts"),
    "owner": ("office", "owner"),
}
"""Login → department and role. Mei's department has 30 % of the orders, Rui's 0.05 %."""

KINDS = (
    "Hotel 酒店",
    "School 学校",
    "Clinic 诊所",
    "Office 办公",
    "Trading 商贸",
    "Works 工厂",
    "Shop 商店",
    "Café 咖啡",
)


def make_company(database: Database) -> Platform:
    prepare_database(database)
    platform = Platform(database, Catalogue.standard())
    install_apps(database, create_workspace(database, WORKSPACE, LABEL), platform.catalogue, platform.catalogue.apps)
    for set_up, inputs in (("base.set_up", {"company": "Bench 测试台"}), ("finance.set_up", {})):
        platform.run(WORKSPACE, SYSTEM, lambda work, name=set_up, given=inputs: work.perform(name, given))
    users = platform.run(WORKSPACE, SYSTEM, _found)
    for login, user in users.items():
        add_account(database, WORKSPACE, login, PASSWORD, user)
    return platform


def _found(work: Work) -> dict[str, int]:
    departments = work.create("base.department", [{"code": code, "name": code.title()} for code in DEPARTMENTS])
    ids = {department.code: department.id for department in departments}
    people = work.create(
        "base.user",
        [
            {"login": login, "name": login.title(), "department": ids[department], "roles": [role], "language": "en"}
            for login, (department, role) in PEOPLE.items()
        ],
    )
    users = {person.login: person.id for person in people}
    _partners(work, users)
    _goods(work)
    return users


def _partners(work: Work, users: dict[str, int]) -> None:
    """Mei looks after 30 % of the customers, Rui after two."""
    others = ("bo", "chen", "dan", "eva")

    def owner(place: int) -> str:
        return "rui" if place < 2 else "mei" if place % 10 < 3 else others[place % len(others)]

    rows = [
        {
            "name": f"{KINDS[place % len(KINDS)]} {place + 1}",
            "is_customer": True,
            "owner": users[owner(place)],
            "phone": f"021-{place:08d}",
            "terms_days": 30,
            "finance_opened_at": work.now,
        }
        for place in range(PARTIES)
    ]
    work.create("base.party", rows)


def _goods(work: Work) -> None:
    random = Random(7)
    warehouse, spare = work.create(
        "stock.location",
        [{"code": code, "name": f"{code} warehouse", "kind": "warehouse"} for code in ("SH", "SZ")],
    )
    work.create("stock.location", [{"code": "C-01", "name": "Shelf C-01", "parent": spare.id}])
    [shelf] = work.create("stock.location", [{"code": "A-01", "name": "Shelf A-01", "parent": warehouse.id}])
    channels = (("direct", "Direct sales", "direct"), ("web", "Web shop", "woocommerce"))
    work.create(
        "oms.channel",
        [{"code": code, "name": name, "platform": kind, "warehouse": warehouse.id} for code, name, kind in channels],
    )
    products = work.create(
        "base.product",
        [
            {
                "sku": f"P-{place:04d}",
                "name": f"Product {place} 商品",
                "price": f"{random.randint(500, 90_000) / 100:.2f}",
            }
            for place in range(PRODUCTS)
        ],
    )
    work.perform("stock.receive", {"location": shelf.id, "lines": [_plenty(product) for product in products]})


def _plenty(product: Any) -> dict[str, Any]:
    return {"product": product.id, "quantity": "10000000", "unit_cost": str(round(product.price * 6 / 10, 4))}


def make_numbers(platform: Platform) -> None:
    """The hand-written orders' own sequence of numbers."""
    workspace = platform.workspace(WORKSPACE)
    name, role = sql.Identifier(workspace.schema, "bench_number"), sql.Identifier(workspace.role)
    with platform.db.connection() as connection:
        connection.execute(sql.SQL("CREATE SEQUENCE {}").format(name))
        connection.execute(sql.SQL("GRANT USAGE ON SEQUENCE {} TO {}").format(name, role))
