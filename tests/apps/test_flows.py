"""The flows that come with the apps, each played to its end by the people of Harbour Supplies."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from queti.engines.flows.about import about, about_instance, flows_at_work
from queti.engines.flows.winding import strike, wind
from queti.kernel.errors import RecordNotFound
from queti.kernel.person import SYSTEM
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing


def submits(actor: Actor, flow: str, record: Thing, **more: Any) -> None:
    actor.does("flow.submit", flow=flow, record=record.id, **more)


def waiting(harbour: Harbour) -> dict[str, list[str]]:
    """Step → the logins it waits for."""
    found = harbour.run(
        lambda work: work.find("flow.task", 'state = "open"', fields=["step", "assignee.login"], sort="id")
    )
    steps: dict[str, list[str]] = {}
    for task in found:
        steps.setdefault(task.step, []).append(task["assignee.login"])
    return steps


def task_of(actor: Actor, step: str) -> int:
    given = {"me": actor.person.user, "step": step}
    where = 'assignee = $me and step = $step and state = "open"'
    [task] = actor.harbour.run(lambda work: work.find("flow.task", where, given))
    return task.id


def says_yes(actor: Actor, step: str, **more: Any) -> None:
    actor.does("flow.approve", task_of(actor, step), **more)


def does(actor: Actor, step: str, **more: Any) -> None:
    actor.does("flow.handle", task_of(actor, step), **more)


def told(harbour: Harbour, actor: Actor) -> list[str]:
    given = {"me": actor.person.user}
    found = harbour.run(lambda work: work.find("flow.task", 'assignee = $me and kind = "message"', given))
    return [task.text for task in found]


def test_a_large_order_is_looked_at_by_accounts_and_orders_at_once_and_goes_on(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "150 Office chair @ 480.00")
    assert "review" in order.holds
    submits(harbour.mei, "oms.large_order", order)
    assert set(waiting(harbour)) == {"accounts", "orders"}
    says_yes(harbour.ada, "accounts")
    says_yes(harbour.lin, "orders")
    [done] = harbour.all("flow.instance")
    assert done.state == "approved"
    assert "review" not in (order.holds or ())
    seen = harbour.run(lambda work: about(work, "oms.sales_order", order.id), harbour.ada.person)
    assert [each["state"] for each in seen["instances"]] == ["approved"]
    assert "submitted" in {act["act"] for act in seen["acts"]}


def test_leave_goes_to_the_manager_and_long_leave_on_to_the_owner(harbour: Harbour) -> None:
    kai = harbour.kai  # type: ignore[attr-defined]
    leave = kai.writes(
        "people.leave_request", from_on="2026-12-01", until_on="2026-12-10", days="8", stands_in=harbour.mei.person.user
    )
    submits(kai, "people.leave", leave)
    assert waiting(harbour) == {"manager": ["mei"]}
    assert leave.state == "submitted"
    assert kai.cannot_change(leave, days="2").code
    says_yes(harbour.mei, "manager")
    assert waiting(harbour) == {"owner": ["owner"]}
    says_yes(harbour.owner, "owner")
    assert leave.state == "approved"


def test_who_takes_leave_back_can_write_it_anew(harbour: Harbour) -> None:
    kai = harbour.kai  # type: ignore[attr-defined]
    leave = kai.writes("people.leave_request", from_on="2026-12-01", until_on="2026-12-02", days="2")
    submits(kai, "people.leave", leave)
    [instance] = harbour.all("flow.instance")
    kai.does("flow.withdraw", instance)
    assert leave.state == "draft"
    kai.changes(leave, days="1")
    submits(kai, "people.leave", leave)
    harbour.mei.does("flow.reject", task_of(harbour.mei, "manager"), reason="Stocktaking")
    assert leave.state == "rejected"


def test_expenses_go_up_the_line_and_accounts_pay(harbour: Harbour) -> None:
    kai = harbour.kai  # type: ignore[attr-defined]
    claim = kai.writes(
        "people.expense_claim",
        purpose="Fair in Canton",
        lines=[
            {"kind": "travel", "what": "Train", "amount": "553.50"},
            {"kind": "lodging", "what": "Hotel, 3 nights", "amount": "1860.00"},
        ],
    )
    assert claim.total == Decimal("2413.50")
    submits(kai, "people.expenses", claim)
    assert waiting(harbour) == {"line": ["mei"]}
    says_yes(harbour.mei, "line")
    assert waiting(harbour) == {"line": ["owner"]}
    says_yes(harbour.owner, "line")
    assert set(waiting(harbour)["pay"]) == {"ada", "fang"}
    does(harbour.ada, "pay", values={"paid_on": "2026-12-05"})
    assert (claim.state, claim.paid_on.isoformat()) == ("approved", "2026-12-05")
    assert [text for text in told(harbour, kai) if claim.number in text]


def test_what_was_asked_for_and_approved_becomes_orders_to_place(harbour: Harbour) -> None:
    supplier = harbour.all("base.party", "is_supplier")[0]
    request = harbour.tomas.writes(
        "purchase.purchase_request",
        purpose="Chairs for the meeting room",
        supplier=supplier.id,
        lines=[{"product": harbour.id_of("base.product", "Office chair"), "quantity": "12", "unit_cost": "210.00"}],
    )
    submits(harbour.tomas, "purchase.request", request)
    assert waiting(harbour) == {"manager": ["owner"]}
    says_yes(harbour.owner, "manager")
    says_yes(harbour.ada, "money")
    assert request.state == "ordered"
    [order] = harbour.all("purchase.purchase_order")
    assert (order.supplier, order.state, order.net_amount) == (supplier.id, "draft", Decimal("2520.00"))
    assert told(harbour, harbour.tomas)
    assert harbour.pia.cannot("purchase.order_requested", request).says(request.number)


def test_goods_without_a_supplier_are_ordered_by_hand(harbour: Harbour) -> None:
    chair = harbour.id_of("base.product", "Office chair")
    harbour.run(lambda work: work.change("base.product", [(chair, {"supplier": None})]))
    request = harbour.tomas.writes(
        "purchase.purchase_request", purpose="A chair", lines=[{"product": chair, "quantity": "1", "unit_cost": "9.00"}]
    )
    submits(harbour.tomas, "purchase.request", request)
    says_yes(harbour.owner, "manager")
    assert waiting(harbour) == {"buyer": ["pia"]}
    assert request.state == "approved"


def test_a_supplier_is_admitted_when_all_three_checks_agree(harbour: Harbour) -> None:
    wish = harbour.pia.writes(
        "purchase.supplier_application", name="Northwind Timber", supplies="Timber", phone="+86 21 5555 0199"
    )
    submits(harbour.pia, "purchase.supplier_onboarding", wish)
    assert set(waiting(harbour)) == {"goods", "terms", "owner"}
    says_yes(harbour.tomas, "goods", values={"quality_note": "Samples are dry and straight"})
    says_yes(harbour.ada, "terms", values={"terms_note": "30 days net"})
    assert not harbour.all("base.party", 'name = "Northwind Timber"')
    says_yes(harbour.owner, "owner")
    [party] = harbour.all("base.party", 'name = "Northwind Timber"')
    assert party.is_supplier
    assert (wish.state, wish.quality_note) == ("admitted", "Samples are dry and straight")


def test_one_refusal_keeps_a_supplier_out(harbour: Harbour) -> None:
    wish = harbour.pia.writes("purchase.supplier_application", name="Quick & Cheap", supplies="Anything")
    submits(harbour.pia, "purchase.supplier_onboarding", wish)
    harbour.ada.does("flow.reject", task_of(harbour.ada, "terms"), reason="No tax number")
    assert wish.state == "refused"
    assert waiting(harbour) == {}


def test_broken_goods_come_back_and_the_owner_decides_what_is_paid(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "4 Office chair @ 480.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.tomas.does("oms.ship_order", order)
    chair = harbour.id_of("base.product", "Office chair")
    wish = harbour.mei.writes(
        "oms.return_request",
        order=order.id,
        reason="damaged",
        refund="480.00",
        lines=[{"product": chair, "quantity": "1"}],
    )
    submits(harbour.mei, "oms.return_request", wish)
    says_yes(harbour.lin, "orders")
    does(harbour.tomas, "goods", values={"condition": "broken"})
    assert set(waiting(harbour)) == {"decide"}
    says_yes(harbour.owner, "decide", values={"refund": "240.00"})
    does(harbour.ada, "accounts")
    assert (wish.state, wish.refund, wish.condition) == ("settled", Decimal("240.00"), "broken")


def test_an_order_over_the_credit_limit_goes_on_by_exception(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "2 Office chair @ 480.00")
    harbour.lin.does("oms.hold_order", order, reason="credit")
    submits(harbour.mei, "oms.credit_exception", order)
    says_yes(harbour.ada, "accounts", reason="Pays on Friday, told on the phone")
    assert not order.holds
    assert harbour.all("flow.instance")[0].state == "approved"


def test_a_contract_is_sent_back_from_one_of_three_and_comes_to_be_signed(harbour: Harbour) -> None:
    nora = harbour.nora  # type: ignore[attr-defined]
    harbour.run(lambda work: work.change("base.user", [(nora.person.user, {"roles": ["legal"]})]))
    nora = Harbour(harbour.platform).nora  # type: ignore[attr-defined]
    customer = harbour.id_of("base.party", "Grand Hotel")
    contract = harbour.mei.writes("crm.contract", name="Yearly supply", customer=customer, amount="120000.00")
    submits(harbour.mei, "crm.contract", contract)
    assert waiting(harbour) == {"legal": ["nora"], "finance": ["ada", "fang"], "management": ["owner"]}
    says_yes(harbour.ada, "finance", values={"finance_note": "Half in advance"})
    nora.does("flow.send_back", task_of(nora, "legal"), reason="Which court?", again=False)
    assert waiting(harbour)["submit"] == ["mei"]
    does(harbour.mei, "submit")
    says_yes(nora, "legal")
    says_yes(harbour.owner, "management")
    does(harbour.mei, "sign", values={"signed_on": "2026-12-01"})
    assert (contract.state, contract.finance_note) == ("in_force", "Half in advance")


def test_leads_that_nobody_touched_for_a_week_are_told_to_their_owner_once_a_week(harbour: Harbour) -> None:
    def nights(after: int) -> None:
        moment = written + timedelta(days=after)
        harbour.platform.run(WORKSPACE, SYSTEM, wind, now=moment)
        while harbour.platform.run(WORKSPACE, SYSTEM, strike, now=moment):
            pass

    lead = harbour.mei.writes("crm.lead", name="Hotel in Suzhou", company_name="Lake Hotel")
    harbour.mei.writes("crm.lead", name="Lost", company_name="Gone Ltd", state="lost")
    written = lead.changed_at
    nights(5)
    assert told(harbour, harbour.mei) == []
    for night in (6, 8, 9, 10):
        nights(night)
    assert told(harbour, harbour.mei) == ["线索“Hotel in Suzhou”已 7 天无人跟进。"]
    assert [note.lead for note in harbour.all("crm.activity", "not blank(lead)")] == [lead.id]
    nights(17)
    assert len(told(harbour, harbour.mei)) == 2


class TestWhatOneMayDo:
    def about(self, actor: Actor, contract: Thing) -> dict[str, Any]:
        return actor.harbour.run(lambda work: about(work, "crm.contract", contract.id), actor.person, reads_only=True)

    def mine(self, actor: Actor, contract: Thing) -> dict[str, Any]:
        [task] = [task for task in self.about(actor, contract)["tasks"] if task["may"]]
        return task

    def written(self, harbour: Harbour) -> Thing:
        customer = harbour.id_of("base.party", "Grand Hotel")
        return harbour.mei.writes("crm.contract", name="Yearly supply", customer=customer, amount="120000.00")

    def test_who_submits_sees_what_comes_and_may_recall_it_until_somebody_acts(self, harbour: Harbour) -> None:
        contract = self.written(harbour)
        assert [flow["flow"] for flow in self.about(harbour.mei, contract)["flows"]] == ["crm.contract"]
        submits(harbour.mei, "crm.contract", contract)
        [instance] = self.about(harbour.mei, contract)["instances"]
        assert instance["label"] == {"en": "Contract", "zh": "合同会审"}
        assert {step["step"] for step in instance["at"]} == {"legal", "finance", "management"}
        review, sign = instance["outline"]
        assert [[step["step"] for step in way["steps"]] for way in review["ways"]] == [
            ["legal"],
            ["finance"],
            ["management"],
        ]
        assert (sign["step"], sign["is_at"]) == ("sign", False)
        assert instance["may"] == ["withdraw", "urge", "cancel", "comment"]
        says_yes(harbour.ada, "finance")
        [instance] = self.about(harbour.mei, contract)["instances"]
        assert instance["may"] == ["urge", "cancel", "comment"]

    def test_an_approver_is_told_the_rules_of_the_step(self, harbour: Harbour) -> None:
        contract = self.written(harbour)
        submits(harbour.mei, "crm.contract", contract)
        task = self.mine(harbour.ada, contract)
        assert task["label"] == {"en": "Finance", "zh": "财务审核"}
        assert task["may"] == [
            "approve", "reject", "send_back", "hand_over", "delegate", "add_approver", "remove_approver",
        ]  # fmt: skip
        assert task["fields"] == {"finance_note": "change"}
        assert [step["step"] for step in task["back_to"]] == ["submit"]
        assert (task["needs_reason"], task["back"]) == ("on_reject", "choose")

    def test_an_act_can_be_taken_back_until_the_next_acts(self, harbour: Harbour) -> None:
        contract = self.written(harbour)
        submits(harbour.mei, "crm.contract", contract)
        says_yes(harbour.ada, "finance")
        assert self.mine(harbour.ada, contract)["may"] == ["take_back"]
        harbour.ada.does("flow.take_back", self.mine(harbour.ada, contract)["id"])
        assert "approve" in self.mine(harbour.ada, contract)["may"]

    def test_an_administrator_may_put_it_elsewhere(self, harbour: Harbour) -> None:
        contract = self.written(harbour)
        submits(harbour.mei, "crm.contract", contract)
        [instance] = self.about(harbour.owner, contract)["instances"]
        assert instance["may"] == ["comment", "jump", "stop", "move_to_version"]
        assert [step["step"] for step in instance["steps"]] == ["review", "sign"]

    def test_who_has_no_part_in_it_sees_nothing_of_it(self, harbour: Harbour) -> None:
        contract = self.written(harbour)
        submits(harbour.mei, "crm.contract", contract)
        [instance] = harbour.all("flow.instance")
        assert self.about(harbour.kai, contract)["instances"] == []  # type: ignore[attr-defined]
        with pytest.raises(RecordNotFound):
            harbour.run(lambda work: about_instance(work, instance.id), harbour.tomas.person)


def test_the_flows_are_told_as_far_as_one_sees_what_they_are_about(harbour: Harbour) -> None:
    seen = {flow["flow"] for flow in harbour.run(flows_at_work, harbour.tomas.person)}
    assert "purchase.request" in seen
    assert "crm.quote_discount" not in seen
