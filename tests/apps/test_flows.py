"""The flows that come with the apps find their people at Harbour Supplies."""

from __future__ import annotations

from queti.engines.flows.about import about
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.server.founding import add_apps
from tests.fixtures.database import Databases
from tests.fixtures.harbour import APPS, WORKSPACE, Harbour, make_harbour


def test_a_large_order_is_looked_at_by_accounts_and_orders_at_once(databases: Databases) -> None:
    with databases.fresh(databases.template("harbour", make_harbour)) as database:
        harbour = Harbour(Platform(database, Catalogue.standard()))
        add_apps(harbour.platform, WORKSPACE, [*APPS, "flow"])
        order = harbour.lin.writes_order("Grand Hotel", "150 Office chair @ 480.00")
        harbour.mei.does("flow.submit", flow="oms.large_order", record=order.id)
        asked = harbour.run(lambda work: work.find("flow.task", 'state = "open"', fields=["id", "step", "assignee"]))
        assert {task.step for task in asked} == {"accounts", "orders"}
        mine = next(task.id for task in asked if task.assignee == harbour.ada.person.user)
        harbour.ada.does("flow.approve", mine)
        other = next(task.id for task in asked if task.assignee == harbour.lin.person.user)
        harbour.lin.does("flow.approve", other)
        [done] = harbour.run(lambda work: work.find("flow.instance"))
        assert done.state == "approved"
        seen = harbour.run(lambda work: about(work, "oms.sales_order", order.id), harbour.ada.person)
        assert [each["flow"] for each in seen["flows"]] == ["oms.large_order"]
        assert [each["state"] for each in seen["instances"]] == ["approved"]
        assert seen["acts"][0]["act"] == "submitted"
