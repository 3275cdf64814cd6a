"""What is owed, what is paid, and books that balance whatever happens."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour, Thing


def shipped(harbour: Harbour, line: str, customer: str = "Grand Hotel") -> Thing:
    order = harbour.lin.writes_order(customer, line)
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)
    return order


def entry(harbour: Harbour, debit: str, credit: str, amount: str = "100.00", **inputs: object) -> Thing:
    lines = [
        {"account": harbour.id_of("finance.account", debit), "debit": amount},
        {"account": harbour.id_of("finance.account", credit), "credit": amount},
    ]
    return harbour.ada.does("finance.post_journal_entry", lines=lines, **inputs)


def test_a_receivable_is_due_by_the_customers_terms(harbour: Harbour) -> None:
    shipped(harbour, "1 Desk lamp @ 100.00")
    [receivable] = harbour.all("finance.receivable")

    assert receivable.due_on == receivable.booked_on + timedelta(days=45)
    assert receivable.amount == Decimal("113.00")


def test_payments_settle_the_oldest_first(harbour: Harbour) -> None:
    for _ in range(3):
        shipped(harbour, "1 Desk lamp @ 100.00")
    harbour.ada.does("finance.record_payment", harbour.thing("base.party", "Grand Hotel"), amount="150.00")

    assert [r.open_amount for r in harbour.all("finance.receivable")] == [0, Decimal("76.00"), Decimal("113.00")]


def test_a_payment_settles_what_it_names(harbour: Harbour) -> None:
    shipped(harbour, "1 Desk lamp @ 100.00")
    shipped(harbour, "1 Desk lamp @ 100.00")
    first, second = harbour.all("finance.receivable")
    harbour.ada.does(
        "finance.record_payment",
        harbour.thing("base.party", "Grand Hotel"),
        amount="120.00",
        settle=[{"receivable": second, "amount": "113.00"}, {"receivable": first, "amount": "7.00"}],
    )

    assert (first.open_amount, second.open_amount) == (Decimal("106.00"), 0)


def test_a_payment_never_settles_less_than_nothing(harbour: Harbour) -> None:
    shipped(harbour, "1 Desk lamp @ 100.00")
    shipped(harbour, "1 Desk lamp @ 100.00")
    first, second = harbour.all("finance.receivable")
    settle = [{"receivable": first, "amount": "100.00"}, {"receivable": second}]
    customer = harbour.thing("base.party", "Grand Hotel")

    refused = harbour.ada.cannot("finance.record_payment", customer, amount="50.00", settle=settle)
    assert refused.code == "settlements_differ"
    assert refused.says("213.00, the payment is 50.00")
    assert (first.open_amount, second.open_amount) == (Decimal("113.00"), Decimal("113.00"))


def test_nobody_pays_more_than_is_owed(harbour: Harbour) -> None:
    shipped(harbour, "1 Desk lamp @ 100.00")
    [receivable] = harbour.all("finance.receivable")
    customer = harbour.thing("base.party", "Grand Hotel")

    refused = harbour.ada.cannot("finance.record_payment", customer, amount="113.01")
    assert refused.says("113.01 is more than the 113.00 that Grand Hotel 格兰酒店 owes")
    named = [{"receivable": receivable, "amount": "113.01"}]
    assert (
        harbour.ada.cannot("finance.record_payment", customer, amount="113.01", settle=named).code == "settles_too_much"
    )
    other = harbour.thing("base.party", "Pine School")
    named = [{"receivable": receivable, "amount": "1.00"}]
    assert (
        harbour.ada.cannot("finance.record_payment", other, amount="1.00", settle=named).code == "receivable_of_another"
    )
    assert receivable.settled_amount == 0


def test_an_entry_must_balance(harbour: Harbour) -> None:
    cash, bank = harbour.id_of("finance.account", "1001"), harbour.id_of("finance.account", "1002")
    lines = [{"account": cash, "debit": "100.00"}, {"account": bank, "credit": "99.00"}]
    assert harbour.ada.cannot("finance.post_journal_entry", lines=lines).says("differ by 1.00")
    lines = [{"account": cash, "debit": "100.00", "credit": "100.00"}, {"account": bank}]
    assert harbour.ada.cannot("finance.post_journal_entry", lines=lines).code == "line_needs_one_side"


def test_entries_are_numbered_without_gaps_in_their_period(harbour: Harbour) -> None:
    before = len(harbour.all("finance.journal_entry"))
    cash, bank = harbour.id_of("finance.account", "1001"), harbour.id_of("finance.account", "1002")
    lines = [{"account": cash, "debit": "100.00"}, {"account": bank, "credit": "99.00"}]
    entry(harbour, "1001", "1002")
    harbour.ada.cannot("finance.post_journal_entry", lines=lines)
    entry(harbour, "1001", "1002")

    numbers = [each.number for each in harbour.all("finance.journal_entry")]
    assert numbers == [f"记-{number:04d}" for number in range(1, before + 3)]


def test_a_posted_entry_is_corrected_by_a_reversal_and_only_once(harbour: Harbour) -> None:
    before = harbour.balances()
    posted = entry(harbour, "1001", "1002", "250.00")
    assert harbour.balances() != before

    reversal = harbour.ada.does("finance.reverse_journal_entry", posted, reason="Wrong account")

    assert harbour.balances() == before
    assert [line.debit for line in reversal.lines] == [Decimal("-250.00"), 0]
    assert harbour.ada.cannot("finance.reverse_journal_entry", posted).says(f"reversed already, by {reversal.number}")
    assert harbour.ada.cannot_change(posted, summary="Nothing happened").code in ("append_only", "not_allowed")
    assert harbour.owner.cannot_trash(posted).code in ("append_only", "not_allowed")


def test_reversing_a_sale_takes_the_receivable_with_it(harbour: Harbour) -> None:
    shipped(harbour, "1 Desk lamp @ 100.00")
    [receivable] = harbour.all("finance.receivable")
    [posted] = harbour.all("finance.journal_entry", "receivable = $id", id=receivable.id)
    harbour.ada.does("finance.reverse_journal_entry", posted)

    assert receivable.state == "reversed"
    customer = harbour.thing("base.party", "Grand Hotel")
    assert (customer.receivable, customer.traded_amount) == (0, 0)
    assert "1122" not in harbour.balances()


def test_a_closed_period_refuses_and_can_be_opened_again(harbour: Harbour) -> None:
    entry(harbour, "1001", "1002")
    [period] = harbour.all("finance.period")
    harbour.ada.does("finance.close_period", period)
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")
    harbour.lin.does("oms.confirm_order", order)

    assert harbour.tomas.cannot("oms.ship_order", order).says("is closed")
    assert order.state == "confirmed"
    assert harbour.stock("Desk lamp") == "60 on hand, 1 reserved, 59 available"

    harbour.ada.does("finance.open_periods", first=period.starts_on)
    assert period.state == "closed"
    assert harbour.ada.cannot("finance.reopen_period", period).code == "wrong_input"
    harbour.ada.does("finance.reopen_period", period, reason="A parcel was forgotten")
    assert period.reopen_reason == "A parcel was forgotten"
    assert harbour.ada.cannot("finance.reopen_period", period, reason="Again").code == "period_still_open"
    harbour.tomas.does("oms.ship_order", order)
    assert order.state == "shipped"


def test_a_month_that_was_never_opened_refuses(harbour: Harbour) -> None:
    assert harbour.ada.cannot("finance.post_journal_entry", posted_on="2001-05-03", lines=[]).code == "wrong_input"
    lines = [
        {"account": harbour.id_of("finance.account", "1001"), "debit": "5"},
        {"account": harbour.id_of("finance.account", "1002"), "credit": "5"},
    ]
    refused = harbour.ada.cannot("finance.post_journal_entry", posted_on="2001-05-03", lines=lines)
    assert refused.says("The period 2001-05 hasn't been opened")
    assert refused.offers == ("finance.open_periods",)
    harbour.ada.does("finance.open_periods", first="2001-01-01", last="2001-12-31")
    assert harbour.ada.does("finance.post_journal_entry", posted_on="2001-05-03", lines=lines).number == "记-0001"


def test_the_trial_balance_of_a_past_day(harbour: Harbour) -> None:
    harbour.ada.does("finance.open_periods", first="2001-01-01", last="2001-12-31")
    for day, amount in (("2001-01-31", "10.00"), ("2001-02-10", "20.00"), ("2001-02-20", "40.00")):
        entry(harbour, "1001", "1002", amount, posted_on=day)

    def cash_on(day: date) -> Decimal:
        rows = harbour.ada.does("finance.trial_balance", on=day)["rows"]
        return next(row["debit"] for row in rows if row["account"] == "1001")

    assert cash_on(date(2001, 1, 31)) == 10
    assert cash_on(date(2001, 2, 10)) == 30
    assert cash_on(date(2001, 2, 28)) == 70


def test_cost_is_the_moving_average_and_the_last_unit_takes_the_rest(harbour: Harbour) -> None:
    harbour.has("0 Desk lamp at A-01")
    harbour.receives("1 Desk lamp at A-01", unit_cost="10.00")
    harbour.receives("2 Desk lamp at A-02", unit_cost="11.00")
    costs = []
    for _ in range(3):
        before = harbour.balances().get("5401", Decimal(0))
        shipped(harbour, "1 Desk lamp @ 100.00")
        costs.append(harbour.balances()["5401"] - before)

    assert costs == [Decimal("10.67"), Decimal("10.67"), Decimal("10.66")]


def test_an_order_in_another_currency_needs_a_rate_and_books_at_it(harbour: Harbour) -> None:
    dollars = harbour.thing("base.currency", "USD")
    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00", currency=dollars.id)
    harbour.lin.does("oms.confirm_order", order)
    assert harbour.lin.cannot("oms.ship_order", order).says("USD has no exchange rate")

    harbour.ada.changes(dollars, rate="7.10")
    harbour.lin.does("oms.ship_order", order)
    assert harbour.balances()["1122"] == Decimal("802.30")  # 113.00 × 7.10
    harbour.ada.changes(dollars, rate="7.00")
    customer = harbour.thing("base.party", "Grand Hotel")
    harbour.ada.does("finance.record_payment", customer, amount="113.00", currency=dollars.id)

    balances = harbour.balances()
    assert balances["1002"] == Decimal("791.00")
    assert balances["5603"] == Decimal("11.30")
    assert "1122" not in balances


def test_each_document_is_booked_at_the_rate_of_its_day(harbour: Harbour) -> None:
    """And formulas convert at the rate of the day that they name, in memory as in SQL."""
    dollars = harbour.thing("base.currency", "USD")
    today, own = harbour.run(lambda work: (work.today, work.company["currency"]))
    harbour.ada.changes(dollars, rate="6.90")
    for days, rate in ((0, "7.20"), (10, "7.00")):
        harbour.ada.writes("base.currency_rate", currency=dollars.id, valid_from=today - timedelta(days), rate=rate)
    again = {"currency": dollars.id, "valid_from": today, "rate": "9"}
    assert harbour.ada.cannot_write("base.currency_rate", **again).code == "duplicate_key"

    order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00", currency=dollars.id)
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order, shipped_at=harbour.run(lambda work: work.now) - timedelta(days=3))
    assert harbour.balances()["1122"] == Decimal("791.00")  # 113.00 × 7.00
    customer = harbour.thing("base.party", "Grand Hotel")
    harbour.ada.does("finance.record_payment", customer, amount="113.00", currency=dollars.id)
    assert (harbour.balances()["1002"], harbour.balances()["5603"]) == (Decimal("813.60"), Decimal("-22.60"))

    for days, rate in ((11, "6.90"), (10, "7.00"), (1, "7.00"), (0, "7.20"), (-1, "7.20")):
        day = today - timedelta(days)
        assert harbour.run(lambda work, day=day: work.rate(dollars.id, own, day)) == Decimal(rate)
        worth = f'convert(total, company.currency, date("{day}")) = 113 * {rate}'
        assert harbour.all("oms.sales_order", worth) == [order], day


def test_a_cost_is_not_forgotten_when_the_last_one_leaves(harbour: Harbour) -> None:
    harbour.has("0 Desk lamp at A-01")
    harbour.receives("2 Desk lamp at A-01", unit_cost="12.50")
    shipped(harbour, "2 Desk lamp @ 100.00")
    before = harbour.balances()["1405"]

    harbour.has("1 Desk lamp at A-01")
    assert harbour.balances()["1405"] - before == Decimal("12.50")
    lamp, place = harbour.id_of("base.product", "Desk lamp"), harbour.id_of("stock.location", "A-01")
    harbour.tomas.does("stock.receive", place, lines=[{"product": lamp, "quantity": "3"}])
    assert harbour.balances()["1405"] - before == Decimal("50.00")


def test_goods_that_never_had_a_cost_need_one(harbour: Harbour) -> None:
    product = harbour.owner.writes("base.product", sku="NEW-1", name="New thing")
    place = harbour.id_of("stock.location", "A-01")
    line = {"product": product, "quantity": "3"}
    assert harbour.tomas.cannot("stock.receive", place, lines=[line]).code == "cost_unknown"
    harbour.tomas.does("stock.receive", place, lines=[{**line, "unit_cost": "0"}])


def test_goods_that_left_before_they_came_cost_what_came(harbour: Harbour) -> None:
    harbour.has("0 Desk lamp at A-01")
    place = harbour.owner.writes("stock.location", code="NEG", name="Consigned", negative_allowed=True)
    lamp = harbour.id_of("base.product", "Desk lamp")
    harbour.tomas.does("stock.receive", place, lines=[{"product": lamp, "quantity": "1", "unit_cost": "10.00"}])
    harbour.tomas.does("stock.issue", lines=[{"product": lamp, "quantity": "5", "location": place}])
    before = harbour.balances()

    harbour.tomas.does("stock.receive", place, lines=[{"product": lamp, "quantity": "6", "unit_cost": "12.00"}])

    after = harbour.balances()
    assert after["5401"] - before["5401"] == Decimal("8.00")  # four of them left at 10.00
    assert after["1405"] - before["1405"] == Decimal("64.00")
    [valuation] = harbour.all("stock.valuation", "warehouse = $place", place=place.id)
    assert (valuation.quantity, valuation.value) == (2, Decimal("24.00"))
    assert harbour.run(broken_promises) == {}


def test_the_books_are_kept_in_one_language(harbour: Harbour) -> None:
    [company] = harbour.all("base.company")
    for language, words in (("zh", "结转成本"), ("en", "Cost of sale")):
        harbour.owner.changes(company, language=language)
        order = shipped(harbour, "1 Desk lamp @ 100.00")
        cost = harbour.all("finance.journal_entry", "contains(summary, $order)", order=order.number)[-1]
        assert cost.summary.startswith(words)
