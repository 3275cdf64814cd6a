"""Everybody sees and does what their role is for, and no more."""

from __future__ import annotations

import pytest

from queti.kernel.errors import StaleVersion
from tests.fixtures.harbour import Actor, Harbour

MONEY = {
    *("unit_price", "discount_percent", "discount_amount", "platform_discount", "discount_share", "platform_share"),
    *("goods_amount", "amount", "net_amount", "tax", "tax_rate", "freight", "total", "buyer_pays", "paid_amount"),
    *("shipped_amount", "shipped_tax", "price", "cost", "unit_cost", "value"),
}


def names_in(answer: object) -> set[str]:
    """The names of all fields of a record and its lines."""
    if isinstance(answer, list):
        return set().union(*map(names_in, answer))
    if isinstance(answer, dict):
        return set(answer) | names_in(list(answer.values()))
    return set()


def test_a_salesperson_sees_the_deals_of_her_own_department(harbour: Harbour) -> None:
    customer = harbour.id_of("base.party", "Grand Hotel")
    harbour.mei.writes("crm.deal", name="East", customer=customer)
    theirs = harbour.jun.writes("crm.deal", name="South", customer=harbour.id_of("base.party", "Harbour View Hotel"))

    assert [deal["name"] for deal in harbour.kai.sees("crm.deal", fields=("name",))] == ["East"]
    assert [deal["name"] for deal in harbour.jun.sees("crm.deal", fields=("name",))] == ["South"]
    assert len(harbour.owner.sees("crm.deal")) == 2
    assert harbour.mei.cannot_change(theirs, name="Mine").code in ("not_allowed", "record_not_found")


def test_a_keeper_sees_goods_and_no_prices(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    assert harbour.tomas.sees("oms.sales_order") == []
    harbour.lin.does("oms.confirm_order", order)

    assert [row["number"] for row in harbour.tomas.sees("oms.sales_order", fields=("number",))] == [order.number]
    assert harbour.tomas.cannot("oms.confirm_order", order).code == "not_allowed"
    assert harbour.tomas.cannot_write("base.product", sku="X", name="X").code == "not_allowed"

    parcel = harbour.tomas.does("oms.ship_order", order)
    line = {"product": harbour.id_of("base.product", "Office chair"), "quantity": "1"}
    moved = harbour.tomas.does("stock.issue", lines=[{**line, "location": harbour.id_of("stock.location", "A-01")}])
    for thing in (order, parcel, moved, harbour.thing("base.product", "Desk lamp")):
        assert MONEY.isdisjoint(names_in(harbour.tomas.reads(thing)))


def test_only_what_would_be_taken_is_offered(harbour: Harbour) -> None:
    """A draft is changed; what was confirmed is not, and the page knows it beforehand."""
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")

    def may(actor: Actor) -> dict[str, bool]:
        return harbour.run(lambda work: work.as_person.allowed(order.object, order.id), actor.person)

    assert may(harbour.lin) == {"change": True, "remove": True}
    assert may(harbour.mei) == {"change": True, "remove": False}
    harbour.lin.does("oms.confirm_order", order)
    assert may(harbour.lin) == may(harbour.mei) == {"change": False, "remove": False}
    assert harbour.lin.cannot_change(order, note="Quick").code == "not_allowed"


def test_a_viewer_reads_a_little_and_does_nothing(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")

    assert len(harbour.nora.sees("base.product")) == 12
    assert harbour.nora.cannot("oms.confirm_order", order).code == "not_allowed"
    assert harbour.nora.cannot_write("base.party", name="New").code == "not_allowed"


def test_an_older_version_is_not_written_over_a_newer(harbour: Harbour) -> None:
    customer = harbour.thing("base.party", "Grand Hotel")
    seen = customer.version
    harbour.ada.changes(customer, phone="021-1234")

    with pytest.raises(StaleVersion, match="was changed by Ada"):
        harbour.mei.changes(customer, version=seen, note="Likes lilies")

    assert customer.note is None


def test_what_is_in_use_stays_and_what_is_trashed_comes_back(harbour: Harbour) -> None:
    lead = harbour.mei.writes("crm.lead", name="A wrong number", company_name="Nobody")
    harbour.mei.trashes(lead)
    assert harbour.mei.sees("crm.lead", 'name = "A wrong number"') == []
    harbour.run(lambda work: work.restore("crm.lead", [lead.id]))
    assert lead.name == "A wrong number"

    harbour.lin.writes_order("Grand Hotel", "1 Desk lamp")
    assert harbour.owner.cannot_trash(harbour.thing("base.party", "Grand Hotel")).code == "still_used"


def test_the_name_of_a_product_can_be_had_once(harbour: Harbour) -> None:
    refused = harbour.owner.cannot_write("base.product", sku="LP-301", name="Another lamp")
    assert refused.code == "duplicate_key"
    assert refused.says("LP-301")


def test_every_sign_in_lands_on_what_waits_for_it(harbour: Harbour) -> None:
    harbour.mei.writes("crm.deal", name="No plan yet", customer=harbour.id_of("base.party", "Grand Hotel"))
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    held = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    harbour.lin.does("oms.hold_order", held, reason="address")
    harbour.lin.does("oms.confirm_order", order)
    harbour.has("2 Copy paper at A-01")

    def waiting(login: str) -> dict[str, int]:
        home = getattr(harbour, login).home()
        return {card["name"].rpartition(".")[2]: card["count"] for card in home["cards"]}

    assert waiting("mei")["deals_without_next_step"] == 1
    assert waiting("lin")["held"] == 1
    assert waiting("lin")["to_ship"] == 1
    assert waiting("tomas")["below_safety_stock"] >= 1
    assert waiting("ada")["overdue"] == 0


def test_the_owner_sees_how_the_business_runs(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)
    lead = harbour.mei.writes("crm.lead", name="Yes", company_name="Yes Ltd")
    harbour.mei.writes("crm.lead", name="No", company_name="No Ltd")
    harbour.mei.does("crm.convert_lead", lead)

    tiles = {tile["name"].rpartition(".")[2]: tile for tile in harbour.owner.home()["tiles"]}

    of_the_shop = {"processing_time", "on_time_shipping", "stock_out_rate", "lead_conversion"}
    of_the_books = {"overdue_amount", "owed_by_us", "inventory_turnover", "receivables_turnover"}
    assert set(tiles) == of_the_shop | of_the_books
    assert float(tiles["lead_conversion"]["value"]) == 50
    assert float(tiles["on_time_shipping"]["value"]) == 100
    assert all(tile["formula"] and tile["explain"] for tile in tiles.values())
