"""May 2019 at Harbour Supplies: from the capital paid in to the closed month, tied to figures computed apart."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from queti.kernel.work import Work
from tests.fixtures.harbour import Actor, Harbour, Thing

ZONE = ZoneInfo("Asia/Shanghai")
MAY = {"from": "2019-05-01", "to": "2019-05-31"}
LAST_DAY = date(2019, 5, 31)
STATEMENTS = (("profit_and_loss", MAY), ("balance_sheet", {"on": LAST_DAY}))


class Month:
    """What happens on a day of May 2019 happens then, not today."""

    def __init__(self, harbour: Harbour) -> None:
        self.harbour = harbour
        harbour.ada.does("finance.open_periods", first="2019-05-01", last="2019-06-30")
        found = harbour.run(lambda work: work.find("finance.account", fields=("code",)))
        self.account = {account.code: account.id for account in found}

    def on(self, day: int, who: Actor, operation: str, **inputs: Any) -> Any:
        now = datetime.combine(date(2019, 5, day), time(10), ZONE)

        def act(work: Work) -> Any:
            return work.as_person.perform(operation, inputs)

        return self.harbour.platform.run("harbour", who.person, act, now=now)

    def writes(self, day: int, summary: str, *lines: tuple[str, str, str]) -> Thing:
        """Ada writes an entry, the owner checks it, Ada posts it."""
        rows = [{"account": self.account[code], "debit": debit, "credit": credit} for code, debit, credit in lines]
        draft = self.harbour.ada.writes(
            "finance.entry_draft", posted_on=f"2019-05-{day:02d}", summary=summary, lines=rows
        )
        self.harbour.owner.does("finance.check_entry", draft)
        return self.harbour.ada.does("finance.post_checked_entry", draft)


@pytest.fixture
def may(harbour: Harbour) -> Month:
    """Capital, rent, wages, goods bought and sold; 60 desk lamps at 32.50 each were there before."""
    month = Month(harbour)
    harbour.owner.changes(harbour.all("base.company")[0], entry_series="by_kind")
    month.writes(2, "Capital", ("1002", "50000", "0"), ("3001", "0", "50000"))
    month.writes(6, "Rent", ("5602", "3000", "0"), ("1002", "0", "3000"))
    lamp, place = harbour.id_of("base.product", "Desk lamp"), harbour.id_of("stock.location", "A-02")
    line = {"product": lamp, "quantity": "100", "unit_cost": "40.00"}
    month.on(8, harbour.tomas, "stock.receive", location=place, lines=[line], source="GR-1")
    customer = harbour.id_of("base.party", "Grand Hotel")
    sold = {"product": lamp, "quantity": "30", "unit_price": "100.00"}
    order = month.on(10, harbour.lin, "oms.place_order", customer=customer, lines=[sold]).id
    month.on(10, harbour.lin, "oms.confirm_order", order=order)
    month.on(13, harbour.lin, "oms.ship_order", order=order)
    month.on(20, harbour.ada, "finance.record_payment", party=customer, amount="2000.00", paid_on="2019-05-20")
    month.writes(31, "Wages", ("5602", "4000", "0"), ("5601", "2500", "0"), ("2211", "0", "6500"))
    return month


def amounts(answer: dict[str, Any]) -> dict[str, Decimal]:
    return {row["line"]: row["amount"] for row in answer["rows"]}


def test_profit_and_loss_ties_to_figures_computed_apart(harbour: Harbour, may: Month) -> None:
    lines = amounts(harbour.ada.does("finance.profit_and_loss", **MAY))

    cost = -sum(move.value for move in harbour.all("stock.move", 'kind = "issue"'))
    assert lines["revenue"] == Decimal("3000.00")
    assert lines["cost"] == cost
    assert lines["selling"] == Decimal("2500.00")
    assert lines["administration"] == Decimal("7000.00")
    assert lines["net_profit"] == 3000 - cost - 2500 - 7000
    international = harbour.ada.does("finance.profit_and_loss", **MAY, layout="international")
    assert amounts(international)["gross_profit"] == 3000 - cost
    assert international["profit"] == lines["net_profit"]
    half = harbour.ada.does("finance.profit_and_loss", **{"from": "2019-05-01", "to": "2019-05-12"})
    assert half["profit"] == -3000


def test_the_balance_sheet_ties_on_any_day(harbour: Harbour, may: Month) -> None:
    sheet = harbour.ada.does("finance.balance_sheet", on=LAST_DAY)
    lines = amounts(sheet)

    cost = -sum(move.value for move in harbour.all("stock.move", 'kind = "issue"'))
    assert lines["cash"] == 50000 - 3000 + 2000
    assert lines["receivables"] == Decimal("3390.00") - 2000
    assert lines["goods"] == lines["inventories"] == 4000 - cost
    assert lines["payables"] == 4000  # received, not billed
    assert lines["taxes"] == Decimal("390.00")
    assert lines["wages"] == 6500
    assert lines["capital"] == 50000
    assert lines["undistributed"] == 3000 - cost - 9500
    assert sheet["balances"]
    for day in (1, 2, 8, 13, 20, 31):
        for layout in ("small_enterprise", "international"):
            sheet = harbour.ada.does("finance.balance_sheet", on=date(2019, 5, day), layout=layout)
            assert sheet["balances"], (day, layout)
    assert amounts(harbour.ada.does("finance.balance_sheet", on="2019-05-12"))["assets"] == 50000 - 3000 + 4000


def test_the_ledger_leads_from_the_opening_to_the_closing(harbour: Harbour, may: Month) -> None:
    ledger = harbour.ada.does("finance.ledger", account=may.account["1002"], **{"from": "2019-05-05", "to": LAST_DAY})

    opening, *moved, closing = ledger["rows"]
    assert (opening["balance"], closing["balance"]) == (50000, 49000)
    assert [(str(row["posted_on"]), row["debit"] - row["credit"]) for row in moved] == [
        ("2019-05-06", -3000),
        ("2019-05-20", 2000),
    ]
    assert moved[0]["document"]["object"] == "finance.entry_draft"
    assert moved[1]["document"]["object"] == "finance.payment"
    assert (ledger["debit"], ledger["credit"]) == (2000, 3000)


def test_entries_are_numbered_by_kind_without_gaps(harbour: Harbour, may: Month) -> None:
    [period] = harbour.all("finance.period", 'code = "2019-05"')
    numbers = sorted(entry.number for entry in harbour.all("finance.journal_entry", "period = $p", p=period.id))
    assert numbers == ["付-0001", "收-0001", "收-0002", "转-0001", "转-0002", "转-0003", "转-0004"]


def test_what_was_open_is_aged_as_of_the_day(harbour: Harbour, may: Month) -> None:
    def ages(on: str) -> dict[str, Decimal]:
        return harbour.ada.does("finance.ageing", on=on)["totals"]

    assert ages("2019-05-12")["total"] == 0
    assert ages("2019-05-19")["not_due"] == Decimal("3390.00")
    assert ages("2019-05-20")["not_due"] == Decimal("1390.00")
    assert ages("2019-07-20")["days_1_30"] == Decimal("1390.00")  # due after 45 days, on 27 June
    assert ages("2019-12-31")["over_90"] == Decimal("1390.00")


def test_the_profit_is_carried_forward_and_the_statements_stay(harbour: Harbour, may: Month) -> None:
    """结转损益: the accounts are cleared, the month's profit is what it was; what comes later is carried too."""
    profit, sheet = (harbour.ada.does(f"finance.{name}", **asked) for name, asked in STATEMENTS)
    [period, _] = harbour.all("finance.period", "starts_on < date(2020, 1, 1)")

    harbour.ada.does("finance.carry_profit", period)
    assert [harbour.ada.does(f"finance.{name}", **asked)["rows"] for name, asked in STATEMENTS] == [
        profit["rows"],
        sheet["rows"],
    ]
    assert {harbour.balances().get(code, 0) for code in ("5001", "5401", "5601", "5602")} == {0}
    assert harbour.balances()["3103"] == -profit["profit"]
    assert harbour.ada.cannot("finance.carry_profit", period).code == "nothing_to_carry"

    may.writes(31, "Repairs", ("5602", "100", "0"), ("1002", "0", "100"))
    harbour.ada.does("finance.carry_profit", period)
    assert harbour.ada.does("finance.profit_and_loss", **MAY)["profit"] == profit["profit"] - 100
    last = harbour.all("finance.journal_entry", "not blank(clears)")[-1]
    harbour.ada.does("finance.reverse_journal_entry", last, posted_on="2019-05-31")
    assert harbour.balances()["5602"] == 100
    assert harbour.ada.does("finance.profit_and_loss", **MAY)["profit"] == profit["profit"] - 100


def test_an_account_is_shown_apart_in_its_line(harbour: Harbour, may: Month) -> None:
    """其中 repeats a part of the line above; a statement without such accounts has no such line."""
    before = amounts(harbour.ada.does("finance.profit_and_loss", **MAY))
    head = harbour.id_of("finance.account", "5711")
    kind = {"category": "profit_and_loss", "normal_balance": "debit", "parent": head}
    fines = harbour.ada.writes("finance.account", code="571101", name="税收滞纳金", statement_part="late_fees", **kind)
    may.account["571101"] = fines.id
    may.writes(30, "Fine", ("571101", "70", "0"), ("1002", "0", "70"))

    rows = harbour.ada.does("finance.profit_and_loss", **MAY)["rows"]
    [part] = [row for row in rows if row["line"] == "late_fees"]
    assert (part["number"], part["amount"], part["_kind"]) == (29, 70, "part")
    after = {row["line"]: row["amount"] for row in rows}
    assert (after["other_expense"], after["net_profit"]) == (70, before["net_profit"] - 70)
    assert set(after) - set(before) == {"late_fees"}

    losses = harbour.ada.writes("finance.account", code="571102", name="灾害损失", statement_part="disasters", **kind)
    flood = harbour.ada.writes("finance.account", code="57110201", name="水灾", **{**kind, "parent": losses.id})
    may.account["57110201"] = flood.id
    may.writes(30, "Flood", ("57110201", "5", "0"), ("1002", "0", "5"))
    assert amounts(harbour.ada.does("finance.profit_and_loss", **MAY))["disasters"] == 5


def test_in_december_the_years_profit_is_undistributed(harbour: Harbour, may: Month) -> None:
    harbour.ada.does("finance.open_periods", first="2019-07-01", last="2019-12-31")
    rows = [{"account": may.account["5602"], "debit": "5"}, {"account": may.account["1002"], "credit": "5"}]
    harbour.ada.does("finance.post_journal_entry", posted_on="2019-12-30", lines=rows)
    year = harbour.ada.does("finance.profit_and_loss", **{"from": "2019-01-01", "to": "2019-12-31"})["profit"]
    [december] = harbour.all("finance.period", "starts_on = date(2019, 12, 1)")

    harbour.ada.does("finance.carry_profit", december)
    assert (harbour.balances().get("3103", 0), harbour.balances()["3104"]) == (0, -year)
    assert harbour.ada.does("finance.balance_sheet", on="2019-12-31")["balances"]


def test_the_month_is_closed_and_stays_as_it_is(harbour: Harbour, may: Month) -> None:
    assert harbour.ada.does("finance.sub_ledger_check", on=LAST_DAY)["agrees"]
    before = harbour.ada.does("finance.balance_sheet", on=LAST_DAY)
    [period, june] = harbour.all("finance.period", "starts_on < date(2020, 1, 1)")
    rows = [{"account": may.account["1001"], "debit": "5"}, {"account": may.account["1002"], "credit": "5"}]
    waiting = harbour.ada.writes("finance.entry_draft", posted_on="2019-05-31", summary="Cash", lines=rows)

    assert harbour.ada.cannot("finance.close_period", period).says(f"among them {waiting.number}")
    harbour.ada.trashes(waiting)
    harbour.ada.does("finance.close_period", period)

    again = harbour.owner.cannot("finance.close_period", period)
    assert again.code == "period_closed_already"
    assert again.says("Ada")
    refused = harbour.ada.cannot("finance.post_journal_entry", posted_on="2019-05-31", lines=rows)
    assert refused.says("The period 2019-05 is closed")
    harbour.ada.does("finance.post_journal_entry", posted_on="2019-06-01", lines=rows)
    assert harbour.ada.does("finance.balance_sheet", on=LAST_DAY)["rows"] == before["rows"]
    assert june.total_count == 1
    harbour.ada.does("finance.reopen_period", period, reason="The auditor found a bill")
    assert any("reopen" in line.lower() for line in harbour.history(period))


def test_months_are_closed_in_their_order(harbour: Harbour, may: Month) -> None:
    rows = [{"account": may.account["1001"], "debit": "5"}, {"account": may.account["1002"], "credit": "5"}]
    harbour.ada.does("finance.post_journal_entry", posted_on="2019-06-01", lines=rows)
    [period, june] = harbour.all("finance.period", "starts_on < date(2020, 1, 1)")

    assert harbour.ada.cannot("finance.close_period", june).says("2019-05 lies before 2019-06")
    harbour.ada.does("finance.close_period", [june, period])
    assert (period.state, june.state) == ("closed", "closed")
