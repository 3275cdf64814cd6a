"""Nobody gets an order past its review: not by writing it as a record, not by enlarging it once it is placed."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from queti.engines.imports import service
from queti.engines.rules.why import decisions
from queti.kernel.errors import RecordNotFound, Refusal
from queti.kernel.publishing import drafts
from queti.kernel.publishing.canonical import body_of
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing

SMALL, LARGE = "1", "501"


@pytest.fixture
def order(harbour: Harbour) -> Thing:
    """As on its form: a record like any other."""
    return written(harbour, SMALL)


def written(harbour: Harbour, quantity: str, **values: Any) -> Thing:
    line = {"product": harbour.id_of("base.product", "Desk lamp"), "quantity": quantity, "unit_price": "100"}
    customer = harbour.id_of("base.party", "Grand Hotel")
    return harbour.mei.writes("oms.sales_order", customer=customer, lines=[line], **values)


def takes(harbour: Harbour, order: Thing, quantity: str) -> Thing:
    lines = [{"id": line.id, "quantity": quantity} for line in order.lines]
    return harbour.mei.changes(order, lines=lines)


def test_an_order_written_as_a_record_is_reviewed(harbour: Harbour) -> None:
    assert written(harbour, LARGE).holds == ["review"]
    assert written(harbour, SMALL).holds is None


def test_an_order_written_as_a_record_opens_the_finance_side_and_meets_the_credit_limit(harbour: Harbour) -> None:
    hotel = harbour.thing("base.party", "Grand Hotel")
    harbour.owner.changes(hotel, credit_limit="1000")
    assert written(harbour, "20").holds == ["credit"]
    assert hotel.finance_opened_at is not None


def test_an_order_enlarged_after_placing_is_reviewed(harbour: Harbour, order: Thing) -> None:
    takes(harbour, order, LARGE)
    assert (order.holds, order.hold_note) == (["review"], "> 50000; New customer 新客户")
    assert harbour.lin.cannot("oms.confirm_order", order).code == "order_on_hold"


def test_an_order_enlarged_beyond_the_credit_limit_waits(harbour: Harbour, order: Thing) -> None:
    harbour.owner.changes(harbour.thing("base.party", "Grand Hotel"), credit_limit="1000")
    takes(harbour, order, "20")
    assert order.holds == ["credit"]


def test_what_somebody_has_looked_at_goes_on_until_it_changes(harbour: Harbour) -> None:
    order = written(harbour, LARGE)
    harbour.lin.does("oms.lift_hold", order, reason="review")

    harbour.mei.changes(order, buyer_note="周末配送", ship_to_address="上海市人民路 1 号")
    assert order.holds is None, "nobody changed what the amount's row looks at"

    takes(harbour, order, "5000")
    assert order.holds == ["review"], "ten times as much was not looked at"

    harbour.lin.does("oms.lift_hold", order, reason="review")
    takes(harbour, order, "600")
    assert order.holds is None, "who let the larger order pass lets a smaller one pass"
    takes(harbour, order, "601")
    assert order.holds == ["review"]


def test_the_rule_as_it_stands_when_the_order_is_confirmed_has_the_word(harbour: Harbour) -> None:
    order, other = written(harbour, "50"), written(harbour, SMALL)
    rows = [{"when": {"amount": "> 5000"}, "then": {"hold": '"review"', "note": '"> 5000"'}}]
    publish_rule(harbour, rows=rows, tests={})

    refused = harbour.lin.cannot("oms.confirm_order", [other, order])
    assert refused.says(f"{order.number} waits for somebody to look at it: Needs review (> 5000)")
    assert refused.says(f"{order.number} 须先人工审核：待人工审核 (> 5000)")
    assert refused.offers == ("oms.review_order",)
    assert (order.holds, len(why(harbour, order, harbour.lin))) == (None, 1), "nothing is written by a refusal"

    harbour.lin.does("oms.review_order", [order, other])
    assert (order.holds, other.holds) == (["review"], None)
    harbour.lin.does("oms.lift_hold", order)
    harbour.lin.does("oms.review_order", order)
    assert len(why(harbour, order, harbour.lin)) == 2, "a decision that says the same again isn't kept again"
    harbour.lin.does("oms.confirm_order", [other, order])
    assert order.state == "confirmed"


def test_deciding_anew_costs_one_statement_however_many_orders_are_confirmed(harbour: Harbour) -> None:
    orders = [written(harbour, SMALL) for _ in range(3)]

    def ask(work: Work, ids: list[int]) -> int:
        before = work.statements
        work.decide("oms.order_review", ids, keep=True)
        return work.statements - before

    assert harbour.run(lambda work: ask(work, [order.id for order in orders])) == 1


def test_a_contact_that_is_blocked_holds_the_orders_that_come_and_those_not_yet_confirmed(harbour: Harbour) -> None:
    before = written(harbour, SMALL, ship_to_phone="13900001111")
    blocked = harbour.lin.writes("oms.blocked_contact", reason="恶意退货", phone="13900001111")
    assert harbour.lin.cannot("oms.confirm_order", before).says("恶意退货")

    by_phone = written(harbour, SMALL, ship_to_phone="13900001111")
    assert (by_phone.holds, by_phone.hold_note) == (["review"], "恶意退货")
    assert blocked_because(harbour, by_phone) == "恶意退货"
    order = written(harbour, SMALL, ship_to_address="上海市人民路 1 号")
    harbour.lin.writes("oms.blocked_contact", reason="No such house", address="人民路 1")
    harbour.mei.changes(order, buyer_note="快一点", ship_to_address="上海市人民路 1 号 302")
    assert (order.holds, order.hold_note) == (["review"], "No such house")

    harbour.lin.changes(blocked, until="2020-01-01")
    assert written(harbour, SMALL, ship_to_phone="13900001111").holds is None
    harbour.mei.changes(by_phone, ship_to_phone="13900002222")
    assert blocked_because(harbour, by_phone) is None
    assert harbour.mei.cannot_write("oms.blocked_contact", reason="Mine", phone="1").code == "not_allowed"


def blocked_because(harbour: Harbour, order: Thing) -> str | None:
    return harbour.lin.sees("oms.sales_order", f"id = {order.id}", ["blocked"])[0]["blocked"]


def test_a_customer_is_blocked_whatever_the_phone(harbour: Harbour) -> None:
    harbour.lin.writes("oms.blocked_contact", reason="Never paid", customer=harbour.id_of("base.party", "Grand Hotel"))
    assert written(harbour, SMALL).hold_note == "Never paid"


def test_a_first_order_of_some_size_waits_until_the_customer_has_bought(harbour: Harbour) -> None:
    first = written(harbour, "177")
    assert (first.holds, first.hold_note) == (["review"], "New customer 新客户")
    assert written(harbour, "176").holds is None
    harbour.run(lambda work: work.change("oms.sales_order", [(first.id, {"shipped_at": work.now})]))
    assert written(harbour, "177").holds is None


def test_a_price_below_what_it_costs_waits(harbour: Harbour) -> None:
    """Prices here don't include tax; what is taken off the line counts, and so does the currency."""
    lamp = harbour.thing("base.product", "Desk lamp")
    harbour.owner.changes(lamp, cost="80")
    assert written(harbour, "2").holds is None
    line = {"product": lamp.id, "quantity": "2", "unit_price": "100", "discount_percent": "21"}
    customer = harbour.id_of("base.party", "Grand Hotel")
    below = harbour.mei.writes("oms.sales_order", customer=customer, lines=[line])
    assert (below.holds, below.hold_note) == (["review"], "Below cost 低于成本")
    with pytest.raises(Refusal):
        harbour.mei.sees("base.product", fields=["cost"])
    [told] = why(harbour, below, harbour.mei)
    assert told["reasons"] == [{"rows": ["2"], "hidden": True}]


def test_a_hold_of_another_kind_that_is_lifted_lets_nothing_else_through(harbour: Harbour, order: Thing) -> None:
    harbour.lin.does("oms.hold_order", order, reason="payment")
    takes(harbour, order, LARGE)
    harbour.lin.does("oms.lift_hold", order, reason="payment")
    assert order.holds == ["review"]


def test_another_currency_is_reviewed_again(harbour: Harbour) -> None:
    order = written(harbour, "100")
    assert order.holds is None
    dollar = harbour.thing("base.currency", "USD")
    harbour.owner.changes(dollar, rate="7.1")
    harbour.mei.changes(order, currency=dollar.id)
    assert order.holds == ["review"]


def test_forty_orders_are_reviewed_by_one_decision(harbour: Harbour) -> None:
    line = {"product": harbour.id_of("base.product", "Desk lamp"), "quantity": SMALL, "unit_price": "100"}
    row = {"customer": harbour.id_of("base.party", "Grand Hotel"), "lines": [line]}

    def write(work: Work, count: int) -> int:
        before = work.statements
        work.create("oms.sales_order", [row] * count)
        return work.statements - before

    harbour.run(lambda work: write(work, 2))
    few, many = (harbour.run(lambda work, count=count: write(work, count)) for count in (2, 40))
    assert many <= few + 1, "one more statement takes their ids"


def test_a_confirmed_order_that_is_shrunk_is_not_held_again(harbour: Harbour) -> None:
    order = written(harbour, "60")
    harbour.lin.does("oms.confirm_order", order)
    [line] = order.lines
    harbour.lin.does("oms.shrink_order", order, lines=[{"line": line.id, "quantity": Decimal(50)}])
    assert order.holds is None


def why(harbour: Harbour, order: Thing, reader: Actor) -> list[dict[str, Any]]:
    return harbour.run(lambda work: decisions(work, "oms.sales_order", order.id), reader.person)


def test_who_lifts_the_hold_reads_why_it_was_put_there(harbour: Harbour) -> None:
    order = written(harbour, LARGE, buyer_note="Please cancel")
    [told] = why(harbour, order, harbour.lin)

    assert (told["rule"], told["is_current"], told["by_name"]) == ("oms.order_review", True, "Mei 梅晓云")
    assert {each["name"]: each.get("value") for each in told["values"]}["amount"] == f"{order.total.normalize():f}"
    large, new, note = told["reasons"]
    assert new == {"rows": ["1"], "hidden": True}, "what the customer bought of others isn't all for her to see"
    assert [(cell["label"], cell["text"]) for cell in large["cells"]] == [("金额", "> 50000")]
    assert [(each["name"], each["text"] or each["value"]) for each in large["outcome"]] == [
        ("hold", "待人工审核"),
        ("note", "> 50000"),
    ]
    assert note["outcome"][1]["value"] == "Please cancel"


def test_an_older_decision_is_told_as_the_rule_stood_then(harbour: Harbour) -> None:
    order = written(harbour, LARGE)
    publish_rule(harbour, rows=[{"when": {"amount": "> 80000"}, "then": {"hold": '"review"'}}], tests={})
    takes(harbour, order, "5000")

    newer, older = why(harbour, order, harbour.lin)
    assert [each["reasons"][0]["cells"][0]["text"] for each in (newer, older)] == ["> 80000", "> 50000"]
    assert (newer["is_current"], older["is_current"]) == (True, False)
    assert newer["version"] != older["version"]


def test_the_warehouse_reads_no_amount_of_it(harbour: Harbour) -> None:
    order = written(harbour, LARGE, buyer_note="Please cancel")
    harbour.lin.does("oms.lift_hold", order)
    harbour.lin.does("oms.hold_order", order, reason="other")
    harbour.run(lambda work: work.change("oms.sales_order", [(order.id, {"confirmed_at": work.now})]))

    [told] = why(harbour, order, harbour.tomas)
    amount, *_ = told["values"]
    assert (amount["name"], amount.get("value"), amount["hidden"]) == ("amount", None, True)
    large, _, note = told["reasons"]
    assert large == {"rows": ["0"], "hidden": True}
    assert note["outcome"][1]["value"] == "Please cancel"


def test_a_record_out_of_sight_has_no_decisions_to_tell(harbour: Harbour) -> None:
    order = written(harbour, LARGE)
    with pytest.raises(RecordNotFound):
        why(harbour, order, harbour.tomas)


def publish_rule(harbour: Harbour, **changed: Any) -> None:
    def write(work: Work) -> int:
        draft = drafts.create_draft(work, None).id
        body = {**body_of(work.model.rules["oms.order_review"]), **changed}
        drafts.put_definition(work, draft, "rule", "oms.order_review", body)
        return draft

    platform = harbour.platform
    draft = harbour.run(write)
    publish_draft(platform.db, platform.workspace(WORKSPACE), platform.catalogue, draft)


def test_what_lies_behind_a_customer_out_of_sight_is_not_told(harbour: Harbour) -> None:
    """Mei sees her order still; its customer has gone to another department."""
    row = {"when": {"who": "not blank"}, "then": {"hold": '"review"', "note": "who"}}
    who = {"who": {"formula": "customer.name", "label": {"en": "Customer"}, "order": 5}}
    publish_rule(harbour, inputs=who, rows=[row], tests={})
    order, hotel = written(harbour, SMALL), harbour.thing("base.party", "Grand Hotel")
    [told] = why(harbour, order, harbour.mei)
    assert (told["values"][0]["value"], told["reasons"][0]["outcome"][1]["value"]) == (hotel.name,) * 2

    tomas = harbour.tomas.person
    harbour.run(lambda work: work.change("base.party", [(hotel.id, {"owner": tomas.user})]))
    [told] = why(harbour, order, harbour.mei)
    assert (told["values"][0], told["reasons"]) == (
        {"name": "who", "label": "Customer", "hidden": True},
        [{"rows": ["0"], "hidden": True}],
    )


def test_an_answer_that_mattered_is_kept_with_its_record_and_told_to_who_may_ask_the_rule(harbour: Harbour) -> None:
    """Many cases are put to the rule at once; the one that counts is kept."""
    order = written(harbour, SMALL)
    cases = [{"tier": tier, "urgent": True} for tier in ("new", "key")]

    def choose(work: Work) -> None:
        before = work.statements
        answers = work.decide("oms.service_level", cases)
        soonest = min(answers, key=lambda answer: answer["solve_hours"])
        [record] = work.fetch("oms.sales_order", [order.id])
        work.keep_answers("oms.service_level", [(record, soonest)])
        assert work.statements == before + 1, "deciding on given values asks nothing; the record was fetched"

    harbour.run(choose)
    told, hidden = (why(harbour, order, reader)[0] for reader in (harbour.owner, harbour.lin))
    assert [each["value"] for each in told["values"]] == ["key", True]
    assert [each["value"] for each in told["reasons"][0]["outcome"]] == ["0.5", "4"]
    assert [each.get("hidden") for each in (*hidden["values"], *hidden["reasons"])] == [True] * 3


def test_imported_rows_meet_the_same_rules(harbour: Harbour) -> None:
    """A spreadsheet of orders: the one that the review holds is held; the object's own rule refuses its row and all."""
    hotel, lamp = harbour.thing("base.party", "Grand Hotel"), harbour.thing("base.product", "Desk lamp")
    harbour.lin.writes("oms.blocked_contact", reason="恶意退货", phone="13900001111")
    headings = ["Customer", "Ordered on", "Recipient's phone", "Product", "Quantity", "Unit price"]

    def put(*orders: tuple[str, str]) -> dict[str, Any]:
        book = openpyxl.Workbook()
        sheet = book.worksheets[0]
        sheet.append(headings)
        for phone, quantity in orders:
            sheet.append([hotel.name, "2026-11-20", phone, lamp.name, quantity, "100"])
        written = io.BytesIO()
        book.save(written)
        door = service.Door(harbour.platform, WORKSPACE, harbour.lin.person, "en")
        started = service.start(door, [("orders.xlsx", written.getvalue())], target="oms.sales_order")
        return started["report"] if started["report"]["problems"] else service.run(door, started["id"])["report"]

    refused = put(("13900002222", "0"))
    assert [each["text"] for each in refused["problems"]] == ["The quantity must be more than zero."]
    assert put(("13900001111", "1"), ("13900002222", "1"), ("13900003333", "501"))["problems"] == []
    held = {each.ship_to_phone: each.hold_note for each in harbour.all("oms.sales_order")}
    assert held == {"13900001111": "恶意退货", "13900002222": None, "13900003333": "> 50000; New customer 新客户"}
