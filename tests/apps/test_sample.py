"""Harbour Supplies at full size: believable, and in order."""

from __future__ import annotations

from datetime import date

from queti.apps import sample
from queti.jobs.schema import prepare_database
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.installing import install_apps
from queti.kernel.work import Work
from queti.store.workspaces import create_workspace
from tests.apps.invariants import broken_promises
from tests.fixtures.database import Databases

AT_LEAST = {
    "base.user": 12,
    "base.product": 40,
    "crm.lead": 200,
    "crm.deal": 100,
    "crm.quote": 100,
    "oms.sales_order": 500,
    "oms.parcel": 500,
    "finance.receivable": 500,
    "finance.payment": 400,
    "purchase.purchase_order": 3,
    "purchase.receipt": 1,
    "people.employee": 13,
    "people.leave_request": 3,
    "flow.instance": 8,
    "flow.task": 10,
}
TODAY = date(2026, 11, 20)


def test_eighteen_months_of_business(databases: Databases) -> None:
    with databases.fresh(databases.template("platform", prepare_database)) as database:
        workspace = create_workspace(database, "harbour", {"en": "Harbour Supplies", "zh": "港湾商贸"})
        platform = Platform(database, Catalogue.standard())
        install_apps(database, workspace, platform.catalogue, platform.catalogue.apps)
        company = sample.load(platform, "harbour", today=TODAY)

        assert len(company.customers) == 60
        assert platform.run("harbour", SYSTEM, broken_promises) == {}
        assert platform.run("harbour", SYSTEM, too_few) == {}
        assert platform.run("harbour", SYSTEM, told_of_others) == set()
        assert platform.run("harbour", SYSTEM, lambda work: work.count("oms.sales_order", "waiting_quantity > 0")) > 0
        assert platform.run("harbour", SYSTEM, work_left) >= {
            "draft",
            "held",
            "confirmed",
            "shipped",
            "settled",
        }


def told_of_others(work: Work) -> set[tuple[str, str]]:
    """Events about another object than the one that their app has declared."""
    told = set(work.rows(f"SELECT DISTINCT name, object FROM {work.schema}.kernel_event", ()))
    known = {name: event.about for name, event in work.model.events.items() if event.about}
    assert len(known.keys() & {name for name, _ in told}) >= 15
    return {(name, object) for name, object in told if known.get(name, object) != object}


def too_few(work: Work) -> dict[str, int]:
    counts = {name: len(work.find(name, fields=("id",))) for name in AT_LEAST}
    return {name: count for name, count in counts.items() if count < AT_LEAST[name]}


def work_left(work: Work) -> set[str]:
    return {order.state for order in work.find("oms.sales_order", fields=("state",))}
