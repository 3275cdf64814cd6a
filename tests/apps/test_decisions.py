"""The decisions that come with the apps are the company's to change: what it writes into them, the apps do."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from queti.engines.flows.winding import strike, wind
from queti.engines.rules.why import decisions
from queti.kernel.definitions import RuleDef
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work
from tests.apps.test_flows import says_yes, submits, waiting
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing


def publishes(owner: Actor, rule: str, **changed: Any) -> None:
    """The company's own words for a shipped rule."""
    harbour = owner.harbour

    def write(work: Work) -> int:
        draft = create_draft(work).id
        put_definition(work, draft, "rule", rule, {**body_of(work.model.rules[rule]), **changed})
        return draft

    draft, platform = harbour.run(write, owner.person), harbour.platform
    publish_draft(
        platform.db, platform.workspace(WORKSPACE), platform.catalogue, draft, owner.person.user, is_confirmed=True
    )


def lead(actor: Actor, name: str, **values: Any) -> Thing:
    return actor.writes("crm.lead", name=name, company_name=f"{name} Ltd", owner=None, **values)


def paid_sale(harbour: Harbour, customer: str, price: str) -> Thing:
    order = harbour.mei.writes_order(customer, f"1 Desk lamp @ {price}")
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)
    party = harbour.thing("base.party", customer)
    harbour.ada.does("finance.record_payment", party, amount=str(order.total), direction="in")
    return order


def today(harbour: Harbour) -> date:
    return harbour.run(lambda work: work.today)


def test_salespeople_earn_by_what_is_paid_and_once(harbour: Harbour) -> None:
    harbour.has("0 Desk lamp at A-01")
    harbour.receives("4 Desk lamp at A-01", unit_cost="80.00")
    first, second = paid_sale(harbour, "Grand Hotel", "200.00"), paid_sale(harbour, "Grand Hotel", "100.00")
    unpaid = harbour.mei.writes_order("Grand Hotel", "1 Desk lamp @ 300.00")
    harbour.lin.does("oms.confirm_order", unpaid)
    harbour.lin.does("oms.ship_order", unpaid)

    [period] = harbour.all("finance.period", "starts_on <= $today and ends_on >= $today", today=today(harbour))
    made = harbour.ada.does("finance.work_out_commissions", period)
    seen = [(each.percent, each.amount, each.margin_percent, each.salesperson) for each in made]
    assert seen == [
        (Decimal("6.00"), Decimal("12.00"), Decimal("60.00"), first.owner),
        (Decimal("2.00"), Decimal("2.00"), Decimal("20.00"), second.owner),
    ], "a new customer once, then by margin"
    told = harbour.run(lambda work: decisions(work, "finance.commission", made[0].id))
    assert [each["rule"] for each in told] == ["finance.commission"]
    assert harbour.ada.cannot("finance.work_out_commissions", period).code == "nothing_earned", "each once"
    assert harbour.mei.cannot("finance.work_out_commissions", period).code == "not_allowed"
    own = "finance.commission"
    assert [len(who.sees(own)) for who in (harbour.mei, harbour.ada)] == [
        sum(each.salesperson == harbour.mei.person.user for each in made),
        2,
    ]


def test_a_lead_is_worth_the_points_that_add_up(harbour: Harbour) -> None:
    warm = lead(
        harbour.mei, "Warm", source="referral", estimated_amount="150000", phone="021-5555 0100", email="a@b.example"
    )
    cold = lead(harbour.mei, "Cold")
    assert (warm.score, cold.score) == (90, 0)
    found = harbour.mei.sees("crm.lead", "score >= 60", ["name"])
    assert [each["name"] for each in found] == ["Warm"]


def test_leads_of_the_pool_go_round_and_large_ones_to_who_has_time(harbour: Harbour) -> None:
    small = [lead(harbour.mei, f"Small {number}") for number in range(4)]
    harbour.mei.does("crm.assign_leads", [each.id for each in small])
    owners = [each.owner for each in small]
    assert len(set(owners)) == 4, "each of the four salespeople is given one"
    mine = harbour.mei.person.user
    for number in range(3):
        harbour.mei.writes("crm.lead", name=f"Mine {number}", company_name="X", owner=mine)
    large = [lead(harbour.mei, f"Large {number}", estimated_amount="200000") for number in range(3)]
    harbour.mei.does("crm.assign_leads", [each.id for each in large])
    assert mine not in {each.owner for each in large}
    assert harbour.owner.cannot("crm.assign_leads", large[0].id).says("Large 0")


def test_a_lead_that_nobody_touches_goes_back_to_the_pool(harbour: Harbour) -> None:
    hot = harbour.mei.writes("crm.lead", name="Hot", company_name="X", source="referral", estimated_amount="150000")
    cold = harbour.mei.writes("crm.lead", name="Cold", company_name="Y")
    for days in (14, 16):
        moment = hot.changed_at + timedelta(days=days)
        harbour.platform.run(WORKSPACE, SYSTEM, wind, now=moment)
        while harbour.platform.run(WORKSPACE, SYSTEM, strike, now=moment):
            pass
    assert hot.owner is None
    assert cold.owner == harbour.mei.person.user


def test_every_shipped_rule_brings_its_tests() -> None:
    catalogue = Catalogue.standard()
    rules = [each for app in catalogue.apps.values() for each in app.definitions if isinstance(each, RuleDef)]
    assert len(rules) >= 8
    assert [rule.rule for rule in rules if not rule.tests] == []


def test_the_purchase_flow_follows_the_limits_that_the_company_sets(harbour: Harbour) -> None:
    def asks() -> set[str]:
        chair = harbour.id_of("base.product", "Office chair")
        line = {"product": chair, "quantity": "1", "unit_cost": "900.00"}
        request = harbour.tomas.writes("purchase.purchase_request", purpose="Chair", lines=[line])
        submits(harbour.tomas, "purchase.request", request)
        says_yes(harbour.owner, "manager")
        return set(waiting(harbour))

    assert "money" not in asks(), "900 are within the manager's limit"
    rows = [{"when": {"total": "> 500"}, "then": {"approver": '"accounts"'}}]
    publishes(harbour.owner, "purchase.request_limits", rows=rows, tests={})
    assert "money" in asks()


def test_one_table_of_limits_serves_requests_and_orders(harbour: Harbour) -> None:
    """In the company's currency, whatever the order's."""
    chair = harbour.id_of("base.product", "Office chair")
    supplier = harbour.all("base.party", "is_supplier")[0].id

    def asks(cost: str, **values: Any) -> set[str]:
        before = {task.id for task in harbour.all("flow.task")}
        line = {"product": chair, "quantity": "1", "unit_cost": cost}
        order = harbour.owner.writes("purchase.purchase_order", supplier=supplier, lines=[line], **values)
        submits(harbour.owner, "purchase.by_amount", order)
        return {task.step for task in harbour.all("flow.task") if task.id not in before}

    publishes(harbour.owner, "purchase.request_limits", default={"approver": '"nobody"'}, tests={}, rows=[
        {"when": {"total": "> 700"}, "then": {"approver": '"owner"'}},
    ])  # fmt: skip
    assert asks("500") == set()
    assert asks("900") == {"line"}, "the first above who asked"
    harbour.owner.changes(harbour.thing("base.currency", "USD"), rate="7")
    assert asks("500", currency=harbour.id_of("base.currency", "USD")) == {"line"}


def test_large_leads_go_where_the_company_says(harbour: Harbour) -> None:
    rows = [{"when": {"estimated_amount": "> 100000"}, "then": {"department": '"sales_south"', "how": '"in_turn"'}}]
    publishes(harbour.owner, "crm.lead_assignment", rows=rows, tests={})
    large = [lead(harbour.mei, f"Large {number}", estimated_amount="200000") for number in range(2)]
    harbour.owner.does("crm.assign_leads", [each.id for each in large])
    south = harbour.all("base.user", 'department.code = "sales_south"')
    assert {each.owner for each in large} <= {person.id for person in south}
