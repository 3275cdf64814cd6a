"""The books: who writes and checks, what is refused, what is handed over, and sub-ledgers that agree."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from queti.apps.finance.balances import Balances, balances_on
from queti.apps.finance.operations import carry_profit
from queti.engines.printing.page import print_page
from queti.kernel.errors import Refusal
from queti.kernel.record import Record
from queti.kernel.work import Work
from tests.apps.invariants import broken_promises
from tests.fixtures.harbour import Harbour, Thing


def rows(harbour: Harbour, debit: str, credit: str, amount: str = "100.00") -> list[dict[str, Any]]:
    return [
        {"account": harbour.id_of("finance.account", debit), "debit": amount},
        {"account": harbour.id_of("finance.account", credit), "credit": amount},
    ]


def sold(harbour: Harbour, line: str = "1 Desk lamp @ 100.00") -> Thing:
    order = harbour.lin.writes_order("Grand Hotel", line)
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)
    return harbour.all("finance.receivable")[-1]


def mill(harbour: Harbour) -> Thing:
    found = harbour.all("base.party", 'name = "Paper Mill"')
    return found[0] if found else harbour.owner.writes("base.party", name="Paper Mill", is_supplier=True)


def owes(harbour: Harbour, *amounts: str, due: str = "2030-01-31") -> list[Thing]:
    """Bills of the paper mill for what was used up at once, booked as an app that buys books them."""
    supplier = mill(harbour).id

    def act(work: Work) -> list[Record]:
        from queti.apps.finance.ledger import Rates, post
        from queti.apps.finance.open_items import item_of
        from queti.apps.finance.posting import Draft
        from queti.apps.finance.posting_rules import legs_of

        own = work.company["currency"]
        given = {"party": supplier, "booked_on": work.today, "due_on": due, "currency": own}
        rates = Rates(work, [own])
        made = work.create(
            "finance.payable",
            [item_of(rates, **given, amount=Decimal(amount), source=f"BL-{amount}") for amount in amounts],
        )
        nothing = dict.fromkeys(("received", "in_stock", "tax"), Decimal(0))
        legs = legs_of(work, "bill", [[{**nothing, "in_cost": p.amount, "foreign_currency": None}] for p in made])
        post(work, [Draft(work.today, "Bill", each, supplier, p.source) for p, each in zip(made, legs, strict=True)])
        return made

    return [Thing(harbour, "finance.payable", made.id) for made in harbour.run(act)]


class TestManualEntries:
    """One person writes, another checks, then it is posted."""

    def test_the_writer_does_not_check(self, harbour: Harbour) -> None:
        draft = harbour.ada.writes("finance.entry_draft", summary="Cash", lines=rows(harbour, "1001", "1002"))
        assert harbour.ada.cannot("finance.check_entry", draft).says("another person must check it")
        assert harbour.ada.cannot("finance.post_checked_entry", draft).code == "entry_not_checked"

        harbour.owner.does("finance.check_entry", draft)
        assert (draft.state, draft.checked_by) == ("checked", harbour.owner.person.user)
        assert harbour.ada.cannot_change(draft, summary="Other").code
        entry = harbour.ada.does("finance.post_checked_entry", draft)

        assert (entry.draft, draft.state) == (draft.id, "posted")
        assert harbour.ada.cannot("finance.post_checked_entry", draft).code == "entry_posted_already"
        assert harbour.ada.cannot_trash(draft).code == "not_allowed"

    def test_a_check_is_taken_back_before_the_posting_only(self, harbour: Harbour) -> None:
        draft = harbour.ada.writes("finance.entry_draft", summary="Cash", lines=rows(harbour, "1001", "1002"))
        harbour.owner.does("finance.check_entry", draft)
        harbour.owner.does("finance.uncheck_entry", draft, reason="Wrong account")
        assert draft.state == "written"
        harbour.ada.changes(draft, summary="Cash for the office")
        harbour.owner.does("finance.check_entry", draft)
        harbour.ada.does("finance.post_checked_entry", draft)
        assert harbour.owner.cannot("finance.uncheck_entry", draft).code == "entry_posted_already"

    def test_what_posting_would_refuse_is_refused_at_the_check(self, harbour: Harbour) -> None:
        uneven = rows(harbour, "1001", "1002")
        uneven[0]["debit"] = "99.99"
        draft = harbour.ada.writes("finance.entry_draft", summary="Uneven", lines=uneven)
        assert draft.difference == Decimal("-0.01")
        assert harbour.owner.cannot("finance.check_entry", draft).says("differ by 0.01")

    def test_a_company_may_want_every_entry_checked(self, harbour: Harbour) -> None:
        harbour.owner.changes(harbour.all("base.company")[0], entries_are_checked=True)
        refused = harbour.ada.cannot("finance.post_journal_entry", lines=rows(harbour, "1001", "1002"))
        assert refused.code == "entry_needs_check"
        sold(harbour)

    def test_nothing_is_posted_to_an_account_with_sub_accounts(self, harbour: Harbour) -> None:
        header = harbour.ada.cannot("finance.post_journal_entry", lines=rows(harbour, "2221", "1002"))
        assert header.says("2221 应交税费 has sub-accounts")
        part = {"code": "560201", "name": "办公费", "category": "profit_and_loss", "normal_balance": "debit"}
        harbour.ada.writes("finance.account", **part, parent=harbour.id_of("finance.account", "5602"))
        refused = harbour.ada.cannot("finance.post_journal_entry", lines=rows(harbour, "5602", "1002"))
        assert refused.code == "account_is_header"
        harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, "560201", "1002"))
        ledger = harbour.ada.does("finance.ledger", account=harbour.id_of("finance.account", "5602"))
        assert ledger["closing"] == 100

    def test_an_account_that_the_apps_use_gets_no_parts(self, harbour: Harbour) -> None:
        part = {"code": "100201", "name": "工商银行", "category": "asset", "normal_balance": "debit"}
        bank = harbour.id_of("finance.account", "1002")
        refused = harbour.ada.cannot_write("finance.account", **part, parent=bank)
        assert refused.says("give its use to another account")

    def test_a_reversal_is_not_earlier_than_its_entry(self, harbour: Harbour) -> None:
        entry = harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, "1001", "1002"))
        refused = harbour.ada.cannot(
            "finance.reverse_journal_entry", entry, posted_on=entry.posted_on - timedelta(days=1)
        )
        assert refused.says(f"Entry {entry.number} is of {entry.posted_on}")
        harbour.ada.does("finance.reverse_journal_entry", entry, posted_on=entry.posted_on)

    def test_a_reversal_is_final(self, harbour: Harbour) -> None:
        entry = harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, "1001", "1002"))
        reversal = harbour.ada.does("finance.reverse_journal_entry", entry)
        assert harbour.ada.cannot("finance.reverse_journal_entry", reversal).code == "reversal_is_final"


class TestPayables:
    """What we owe is paid as what is owed to us."""

    def test_a_payment_settles_the_oldest_bill_first(self, harbour: Harbour) -> None:
        later, sooner = owes(harbour, "100.00", due="2030-03-01") + owes(harbour, "80.00", due="2030-01-01")
        supplier = mill(harbour)
        assert supplier.payable == 180
        paid = harbour.ada.does("finance.record_payment", supplier, amount="120.00")

        assert (paid.direction, sooner.state, later.open_amount) == ("out", "settled", 60)
        assert harbour.ada.cannot("finance.record_payment", supplier, amount="60.01").says("the 60.00 that we owe")
        harbour.ada.does("finance.record_payment", supplier, amount="60.00", settle=[{"payable": later}])
        assert (later.state, supplier.payable) == ("settled", 0)
        assert harbour.balances()["1002"] == -180
        assert "220202" not in harbour.balances()
        assert harbour.run(broken_promises) == {}

    def test_a_credit_note_is_set_off(self, harbour: Harbour) -> None:
        bill, credit = owes(harbour, "100.00", "-30.00")
        supplier = mill(harbour)
        harbour.ada.does("finance.record_payment", supplier, amount="50.00")
        assert (bill.open_amount, credit.state) == (20, "settled")
        [more] = owes(harbour, "-20.00")
        offset = [{"payable": bill}, {"payable": more}]
        assert harbour.ada.cannot("finance.record_payment", supplier, amount="0").code == "amount_not_positive"
        named = [{"payable": more, "amount": "-20"}, {"payable": bill, "amount": "20"}]
        harbour.ada.does("finance.record_payment", supplier, amount="0", settle=named)
        assert (bill.state, more.state, supplier.payable) == ("settled", "settled", 0)
        assert harbour.ada.cannot("finance.record_payment", supplier, amount="0", settle=offset).code
        assert harbour.run(broken_promises) == {}

    def test_where_both_owe_the_way_must_be_said(self, harbour: Harbour) -> None:
        [bill] = owes(harbour, "100.00")
        receivable = sold(harbour)
        both = harbour.thing("base.party", "Grand Hotel")
        harbour.run(lambda work: work.change("finance.payable", [(bill.id, {"party": both.id})]))

        assert harbour.ada.cannot("finance.record_payment", both, amount="10").code == "say_which_way"
        harbour.ada.does("finance.record_payment", both, amount="10", direction="out")
        harbour.ada.does("finance.record_payment", both, amount="13", settle=[{"receivable": receivable}])
        assert (bill.open_amount, receivable.open_amount) == (90, 100)


class TestSubLedgers:
    def test_they_agree_and_name_the_document_that_differs(self, harbour: Harbour) -> None:
        sold(harbour)
        owes(harbour, "80.00")
        harbour.ada.does("finance.record_payment", harbour.thing("base.party", "Grand Hotel"), amount="50.00")
        check = harbour.ada.does("finance.sub_ledger_check")
        assert (check["agrees"], check["differences"]) == (True, [])

        astray = harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, "1122", "1002", "7.00"))
        check = harbour.ada.does("finance.sub_ledger_check")
        assert not check["agrees"]
        [difference] = check["differences"]
        assert difference["document"]["label"].endswith(astray.number)
        assert difference["difference"] == -7

    def test_two_that_cancel_each_other_out_are_both_named(self, harbour: Harbour) -> None:
        for debit, credit in (("1405", "1002"), ("1002", "1405")):
            harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, debit, credit))
        check = harbour.ada.does("finance.sub_ledger_check")
        assert [row["difference"] for row in check["differences"]] == [-100, 100]


class TestHandingOver:
    def test_each_entry_goes_out_once(self, harbour: Harbour) -> None:
        sold(harbour)
        first = harbour.ada.does("finance.hand_over_entries")
        assert harbour.ada.cannot("finance.hand_over_entries").code == "nothing_to_hand_over"
        posted = harbour.ada.does("finance.post_journal_entry", lines=rows(harbour, "1001", "1002"))
        second = harbour.ada.does("finance.hand_over_entries")

        before, after = (list(csv.DictReader(io.StringIO(each["file"]["content"]))) for each in (first, second))
        assert not {row["number"] for row in before} & {row["number"] for row in after}
        assert [(row["number"], row["account"], row["debit"], row["credit"]) for row in after] == [
            (posted.number, "1001", "100.00", "0.00"),
            (posted.number, "1002", "0.00", "100.00"),
        ]
        assert sum(Decimal(row["debit"]) - Decimal(row["credit"]) for row in before) == 0
        assert len({row["number"] for row in before}) == first["entries"]
        assert harbour.ada.does("finance.hand_over_file", first["hand_over"])["file"] == first["file"]

    def test_two_at_once_hand_over_no_entry_twice(self, harbour: Harbour) -> None:
        sold(harbour)
        answers = at_once(harbour, "finance.hand_over_entries", [{}, {}])
        assert sum(isinstance(answer, dict) for answer in answers) == 1


def test_what_evens_out_is_set_off_without_money(harbour: Harbour) -> None:
    bill, credit = owes(harbour, "100.00", "-100.00")
    party = mill(harbour)
    acts = harbour.run(lambda work: work.as_person.acts("base.party", party.id), harbour.ada.person)
    assert {act["operation"]: act["possible"] for act in acts}["finance.record_payment"]

    settle = [{"payable": bill.id, "amount": "100"}, {"payable": credit.id, "amount": "-100"}]
    harbour.ada.does("finance.record_payment", party, amount="0", settle=settle)
    assert (bill.state, credit.state) == ("settled", "settled")
    acts = harbour.run(lambda work: work.as_person.acts("base.party", party.id), harbour.ada.person)
    assert not {act["operation"]: act["possible"] for act in acts}["finance.record_payment"]
    assert harbour.run(broken_promises) == {}


def at_once(harbour: Harbour, operation: str, calls: list[dict[str, Any]]) -> list[Any]:
    def perform(inputs: dict[str, Any]) -> Any:
        try:
            return harbour.run(lambda work: work.perform(operation, inputs))
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(perform, calls))


def test_of_two_who_close_a_period_at_once_one_is_told(harbour: Harbour) -> None:
    sold(harbour)
    [period] = harbour.all("finance.period")
    answers = at_once(harbour, "finance.close_period", [{"period": period.id}] * 2)
    assert [answer for answer in answers if answer == "period_closed_already"] == ["period_closed_already"]
    assert period.state == "closed"


@pytest.mark.parametrize(("language", "title"), [("en", "Statement of account"), ("zh", "客户对账单")])
def test_a_statement_of_account_is_printed(harbour: Harbour, language: str, title: str) -> None:
    receivable = sold(harbour)
    customer = harbour.id_of("base.party", "Grand Hotel")
    page = harbour.run(
        lambda work: print_page(work, "finance.statement_of_account", customer, language), harbour.ada.person
    )
    assert title in page
    assert receivable.number in page
    assert "113.00" in page


def test_the_owner_sees_how_often_stock_and_receivables_turn(harbour: Harbour) -> None:
    sold(harbour)
    tiles = {tile["name"].removeprefix("finance."): tile["value"] for tile in harbour.owner.home()["tiles"]}
    assert Decimal(tiles["receivables_turnover"]) == round(Decimal(200) / 113, 2)
    balances = harbour.balances()
    assert Decimal(tiles["inventory_turnover"]) == round(2 * balances["5401"] / balances["1405"], 2)


def test_carrying_the_profit_forward_turns_nothing_back(harbour: Harbour) -> None:
    def turnovers() -> dict[str, Any]:
        tiles = harbour.owner.home()["tiles"]
        return {tile["name"]: tile["value"] for tile in tiles if tile["name"].endswith("turnover")}

    sold(harbour)
    before = turnovers()
    harbour.ada.does("finance.carry_profit", harbour.all("finance.period")[0])
    assert turnovers() == before
    [entry] = harbour.all("finance.journal_entry", "not blank(clears)")
    harbour.ada.does("finance.reverse_journal_entry", entry)
    assert turnovers() == before


def test_a_month_carried_after_the_next_is_carried_once(harbour: Harbour) -> None:
    """December took November's profit along; it gives it back to November. A month without entries is carried too."""
    harbour.ada.does("finance.open_periods", first="2019-10-01", last="2019-12-31")
    for day in ("2019-10-10", "2019-11-10"):
        harbour.ada.does("finance.post_journal_entry", posted_on=day, lines=rows(harbour, "1002", "5001"))
    october, november, december = harbour.all("finance.period", "starts_on <= date(2019, 12, 1)")
    acts = harbour.run(lambda work: work.as_person.acts("finance.period", december.id), harbour.ada.person)
    assert {act["operation"]: act["possible"] for act in acts}["finance.carry_profit"]

    for month in (december, october, november):
        harbour.ada.does("finance.carry_profit", month)
        balances = harbour.balances()
        assert (balances.get("5001", 0), balances.get("3103", 0), balances["3104"]) == (0, 0, -200)
    for month, profit in ((october, 100), (november, 100), (december, 0)):
        days = {"from": month.starts_on, "to": month.ends_on}
        assert harbour.ada.does("finance.profit_and_loss", **days)["profit"] == profit
    assert harbour.run(broken_promises) == {}


def test_a_chart_of_before_months_were_carried_learns_where_the_profit_goes(harbour: Harbour) -> None:
    harbour.ada.does("finance.open_periods", first="2019-12-01", last="2019-12-31")
    harbour.ada.does("finance.post_journal_entry", posted_on="2019-12-10", lines=rows(harbour, "1002", "5001"))
    kept = harbour.all("finance.account", 'code = "3103" or code = "3104"')
    harbour.run(lambda work: work.change("finance.account", [(account.id, {"use": None}) for account in kept]))

    harbour.ada.does("finance.carry_profit", harbour.all("finance.period", "starts_on = date(2019, 12, 1)")[0])
    balances = harbour.balances()
    assert (balances.get("5001", 0), balances.get("3103", 0), balances["3104"]) == (0, 0, -100)


def test_two_months_carried_at_once_are_carried_once(harbour: Harbour, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has read its balances before the other posts, unless one waits."""
    harbour.ada.does("finance.open_periods", first="2019-11-01", last="2019-12-31")
    for day in ("2019-11-10", "2019-12-10"):
        harbour.ada.does("finance.post_journal_entry", posted_on=day, lines=rows(harbour, "1002", "5001"))
    both = Barrier(2)

    def read(work: Work, on: date) -> Balances:
        balances = balances_on(work, on)
        with suppress(BrokenBarrierError):
            both.wait(timeout=1)
        return balances

    monkeypatch.setattr(carry_profit, "balances_on", read)
    months = harbour.all("finance.period", "starts_on <= date(2019, 12, 1)")
    at_once(harbour, "finance.carry_profit", [{"period": month.id} for month in months])

    after = harbour.balances()
    assert (after.get("5001", 0), after.get("3103", 0), after["3104"]) == (0, 0, -200)
