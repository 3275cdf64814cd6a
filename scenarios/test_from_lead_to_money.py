"""The whole loop: a lead becomes a deal, a quote, an order, two parcels, receivables and payments."""

from __future__ import annotations

from decimal import Decimal

from tests.fixtures.harbour import Harbour, Thing


def accepted_quote(harbour: Harbour) -> Thing:
    quote = harbour.mei.writes_quote("Grand Hotel", "4 Office chair @ 480.00", "10 Bath towel @ 39.90")
    harbour.mei.does("crm.send_quote", quote)
    return harbour.mei.does("crm.accept_quote", quote)


def test_a_lead_becomes_a_deal_with_a_new_customer_and_somebody_to_speak_to(harbour: Harbour) -> None:
    lead = harbour.mei.writes(
        "crm.lead", name="Hotel opening", company_name="Moon Hotel", contact_name="Ms Bai", estimated_amount="20000"
    )

    deal = harbour.mei.does("crm.convert_lead", lead, next_step="Visit", next_step_on="2030-01-01")

    assert deal.name == "Hotel opening"
    assert deal.amount == Decimal("20000.00")
    assert lead.state == "converted"
    assert Thing(harbour, "base.party", deal.customer).name == "Moon Hotel"
    assert Thing(harbour, "base.contact", deal.contact).name == "Ms Bai"
    assert harbour.mei.cannot("crm.convert_lead", lead).says("converted already")


def test_an_accepted_quote_is_an_order_by_itself(harbour: Harbour) -> None:
    customer = harbour.id_of("base.party", "Grand Hotel")
    deal = harbour.mei.writes("crm.deal", name="New lobby", customer=customer)
    quote = harbour.mei.writes_quote(
        "Grand Hotel",
        "4 Office chair @ 480.00",
        "2 Meeting chair @ 320.00 less 10%",
        "10 Bath towel @ 39.90",
        "20 Coffee cup @ 18.80",
        "3 Assembly service @ 150.00",
        deal=deal.id,
    )
    harbour.mei.does("crm.send_quote", quote)
    assert deal.stage == "proposal"
    harbour.mei.does("crm.accept_quote", quote)

    [order] = harbour.all("oms.sales_order")
    assert order.state == "draft"
    assert order.total == quote.total == Decimal("4173.23")  # 13 % on goods, 6 % on the service
    assert order.external_number == quote.number
    assert quote.order == order.id
    assert deal.stage == "won"
    assert len(order.lines) == 5


def test_accepting_twice_is_harmless(harbour: Harbour) -> None:
    quote = accepted_quote(harbour)
    again = harbour.mei.does("crm.accept_quote", quote)

    assert again.state == "accepted"
    assert len(harbour.all("oms.sales_order")) == 1


def test_a_quote_that_was_not_sent_cannot_be_accepted(harbour: Harbour) -> None:
    quote = harbour.mei.writes_quote("Grand Hotel", "1 Desk lamp")
    refused = harbour.mei.cannot("crm.accept_quote", quote)
    assert refused.code == "quote_not_sent"
    assert refused.offers == ("crm.send_quote",)


def test_a_lost_deal_takes_its_quotes_with_it(harbour: Harbour) -> None:
    deal = harbour.mei.writes("crm.deal", name="Too dear", customer=harbour.id_of("base.party", "Grand Hotel"))
    quote = harbour.mei.writes_quote("Grand Hotel", "1 Desk lamp", deal=deal.id)
    harbour.mei.does("crm.send_quote", quote)
    harbour.mei.does("crm.lose_deal", deal, reason="price")

    assert deal.stage == "lost"
    assert harbour.mei.cannot("crm.accept_quote", quote).code == "quote_declined"


def test_two_parcels_two_payments_and_the_books_balance(harbour: Harbour) -> None:
    quote = accepted_quote(harbour)
    order = Thing(harbour, "oms.sales_order", quote.order)
    chairs, towels = order.lines

    harbour.lin.does("oms.confirm_order", order)
    assert order.state == "confirmed"
    assert harbour.stock("Office chair") == "60 on hand, 4 reserved, 56 available"

    harbour.lin.does(
        "oms.ship_order",
        order,
        carrier="SF Express",
        tracking_number="SF100200300",
        lines=[{"line": chairs.id, "quantity": "3"}, {"line": towels.id, "quantity": "10"}],
    )
    assert order.state == "partly_shipped"
    assert harbour.stock("Office chair") == "57 on hand, 1 reserved, 56 available"
    [first] = harbour.all("finance.receivable")
    assert first.amount == Decimal("2078.07")  # (1440.00 + 399.00) × 1.13
    assert first.order == order.id
    assert harbour.timeline("Grand Hotel") == [
        f"parcel: {order.number} · {harbour.all('oms.parcel')[0].number} · SF Express SF100200300"
    ]

    harbour.tomas.does("oms.ship_order", order, carrier="SF Express", tracking_number="SF100200301")
    assert order.state == "shipped"
    assert harbour.stock("Office chair") == "56 on hand, 0 reserved, 56 available"
    _, second = harbour.all("finance.receivable")
    assert first.amount + second.amount == order.total

    customer = harbour.thing("base.party", "Grand Hotel")
    harbour.ada.does("finance.record_payment", customer, amount="1000.00")
    assert (first.state, second.state) == ("part", "open")
    assert order.state == "shipped"
    assert customer.receivable == order.total - 1000
    harbour.ada.does("finance.record_payment", customer, amount=str(order.total - 1000))
    assert (first.state, second.state) == ("settled", "settled")
    assert order.state == "settled"
    assert (customer.receivable, customer.traded_amount) == (Decimal("0.00"), order.total)

    balances = harbour.balances()
    assert sum(balances.values()) == 0
    assert balances["1002"] == order.total
    assert balances["5001"] == -Decimal("2319.00")
    assert balances["22210106"] == -order.tax
    assert "1122" not in balances
    assert balances["5401"] == Decimal("1391.40")  # 60 % of the list prices


def test_the_order_tells_who_did_what(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.tomas.does("oms.ship_order", order)

    assert harbour.history(order) == ["Lin: Place an order", "Lin: Confirm order", "Tomás: Ship order"]


def test_a_keeper_ships_and_the_books_move_without_a_right_in_finance(harbour: Harbour) -> None:
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 129.00")
    harbour.lin.does("oms.confirm_order", order)
    harbour.tomas.does("oms.ship_order", order)

    assert len(harbour.all("finance.receivable")) == 1
    assert harbour.tomas.cannot("finance.trial_balance").code == "not_allowed"


def test_the_first_order_opens_the_finance_side_of_a_customer(harbour: Harbour) -> None:
    customer = harbour.mei.writes("base.party", name="Star Bakery", is_customer=True)
    assert customer.legal_name is None

    harbour.mei.writes_order("Star Bakery", "1 Desk lamp @ 129.00")

    assert customer.legal_name == "Star Bakery"
    assert customer.terms_days == 30
    assert customer.finance_opened_at is not None


def test_a_sent_quote_stays_what_the_customer_holds(harbour: Harbour) -> None:
    quote = harbour.mei.writes_quote("Grand Hotel", "4 Office chair @ 480.00")
    harbour.mei.does("crm.send_quote", quote)

    for person in (harbour.mei, harbour.owner):
        assert person.cannot_change(quote, lines=[harbour.line("4 Office chair @ 1.00")]).code == "not_allowed"
    harbour.mei.does("crm.revise_quote", quote)
    harbour.mei.changes(quote, lines=[harbour.line("4 Office chair @ 470.00")])
    assert harbour.mei.cannot("crm.accept_quote", quote).code == "quote_not_sent"
    harbour.mei.does("crm.send_quote", quote)
    harbour.mei.does("crm.accept_quote", quote)

    assert harbour.mei.cannot("crm.revise_quote", quote).code == "quote_already_accepted"


def test_deals_and_leads_are_closed_by_acts_alone(harbour: Harbour) -> None:
    customer = harbour.id_of("base.party", "Grand Hotel")
    deal = harbour.mei.writes("crm.deal", name="New lobby", customer=customer)
    lead = harbour.mei.writes("crm.lead", name="Hotel opening", company_name="Moon Hotel")

    for stage in ("won", "lost"):
        assert harbour.mei.cannot_change(deal, stage=stage).says("by")
    assert harbour.mei.cannot_change(lead, state="converted").says("by")
    assert harbour.mei.cannot_write("crm.deal", name="Won", customer=customer, stage="won").says("by")

    harbour.mei.does("crm.win_deal", deal)
    assert harbour.mei.cannot_change(deal, stage="qualify").says("by")
    harbour.mei.does("crm.reopen_deal", deal)
    harbour.mei.changes(deal, stage="proposal")
    assert (deal.stage, deal.won_at) == ("proposal", None)


def test_the_order_of_a_quote_goes_to_the_customers_first_address(harbour: Harbour) -> None:
    customer = harbour.thing("base.party", "Grand Hotel")
    address = {"name": "Ms Wang", "phone": "13800000000", "address": "8 River Road", "city": "Shanghai"}
    harbour.mei.changes(customer, addresses=[address, {"address": "Elsewhere"}])

    order = Thing(harbour, "oms.sales_order", accepted_quote(harbour).order)

    assert (order.ship_to_name, order.ship_to_phone) == ("Ms Wang", "13800000000")
    assert order.ship_to_address == "Shanghai 8 River Road"
