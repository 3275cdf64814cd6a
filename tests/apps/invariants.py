"""What must hold of a company at any time."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from queti.kernel.work import Work


def broken_promises(work: Work) -> dict[str, Any]:
    """What doesn't add up, by the name of the invariant; empty when all is well."""
    checks = {
        "stock equals its moves": """
            SELECT count(*) FROM {s}.stock_balance b WHERE on_hand <>
            (SELECT coalesce(sum(quantity), 0) FROM {s}.stock_move m WHERE m.balance = b.id)""",
        "reserved equals the open reservations": """
            SELECT count(*) FROM {s}.stock_balance b WHERE reserved <>
            (SELECT coalesce(sum(open), 0) FROM {s}.stock_reservation r WHERE r.balance = b.id)""",
        "value equals the moves' value": """
            SELECT count(*) FROM {s}.stock_valuation v WHERE (quantity, value) <>
            (SELECT coalesce(sum(m.quantity), 0), coalesce(sum(m.value), 0) FROM {s}.stock_move m
             WHERE m.product = v.product AND m.warehouse = v.warehouse)""",
        "every entry balances": """
            SELECT count(*) FROM {s}.finance_journal_entry e WHERE (debit_total, credit_total) <>
            (SELECT sum(debit), sum(credit) FROM {s}.finance_journal_line l WHERE l.entry = e.id)""",
        "kept balances equal the lines": """
            SELECT count(*) FROM {s}.finance_account_balance b WHERE (debit, credit) <>
            (SELECT sum(l.debit), sum(l.credit) FROM {s}.finance_journal_line l
             JOIN {s}.finance_journal_entry e ON e.id = l.entry WHERE l.account = b.account AND e.period = b.period)""",
        "numbers have no gaps": """
            SELECT count(*) FROM {s}.finance_period p WHERE entry_count <>
            (SELECT count(DISTINCT number) FROM {s}.finance_journal_entry e WHERE e.period = p.id)
            OR entry_count <> (SELECT coalesce(max(right(number, 4)::int), 0)
            FROM {s}.finance_journal_entry e WHERE e.period = p.id)""",
        "receivables equal the ledger": """
            SELECT coalesce(sum(booked_open), 0) - (SELECT coalesce(sum(debit - credit), 0)
            FROM {s}.finance_account_balance b JOIN {s}.finance_account a ON a.id = b.account AND a.use = 'receivables')
            FROM {s}.finance_receivable""",
        "stock value equals the ledger": """
            SELECT coalesce(sum(value), 0) - (SELECT coalesce(sum(debit - credit), 0)
            FROM {s}.finance_account_balance b JOIN {s}.finance_account a ON a.id = b.account AND a.use = 'goods')
            FROM {s}.stock_valuation""",
        "payables equal the ledger": """
            SELECT coalesce(sum(booked_open), 0) + (SELECT coalesce(sum(debit - credit), 0)
            FROM {s}.finance_account_balance b JOIN {s}.finance_account a ON a.id = b.account AND a.use = 'payables')
            FROM {s}.finance_payable""",
        "what waits, is kept and has left is what was ordered": """
            SELECT count(*) FROM {s}.oms_sales_order o JOIN {s}.oms_sales_order_line l ON l."order" = o.id
            JOIN {s}.base_product p ON p.id = l.product
            WHERE o.confirmed_at IS NOT NULL AND o.cancelled_at IS NULL AND p.kind = 'goods' AND l.quantity <>
            l.waiting_quantity + l.shipped_quantity + (SELECT coalesce(sum(r.open), 0) FROM {s}.stock_reservation r
            WHERE r.source = o.number AND r.source_line = l.id)""",
        "goods received not billed equal the ledger": """
            SELECT coalesce(sum(received_value - billed_value), 0) + (SELECT coalesce(sum(value), 0)
            FROM {s}.stock_move WHERE kind = 'receive' AND booked_with IS NULL)
            + (SELECT coalesce(sum(debit - credit), 0) FROM {s}.finance_account_balance b
            JOIN {s}.finance_account a ON a.id = b.account AND a.use = 'received_not_billed')
            FROM {s}.purchase_purchase_order_line""",
        "what we owe stands with the suppliers": """
            SELECT count(*) FROM {s}.base_party p WHERE payable <>
            (SELECT coalesce(sum(booked_open), 0) FROM {s}.finance_payable r WHERE r.party = p.id)""",
        "customers owe their receivables": """
            SELECT count(*) FROM {s}.base_party p WHERE receivable <>
            (SELECT coalesce(sum(booked_open), 0) FROM {s}.finance_receivable r WHERE r.party = p.id)""",
        "shipped orders are billed whole": """
            SELECT count(*) FROM {s}.oms_sales_order o WHERE is_shipped AND total <>
            (SELECT coalesce(sum(amount), 0) FROM {s}.finance_receivable r WHERE r."order" = o.id)""",
        "settlements equal what is settled": """
            SELECT count(*) FROM {s}.finance_receivable r WHERE settled_amount <>
            (SELECT coalesce(sum(amount), 0) FROM {s}.finance_settlement x WHERE x.receivable = r.id)""",
        "settlements equal what is paid": """
            SELECT count(*) FROM {s}.finance_payable r WHERE (settled_amount, booked_settled) <>
            (SELECT coalesce(sum(amount), 0), coalesce(sum(x.booked_amount), 0)
             FROM {s}.finance_settlement x WHERE x.payable = r.id)""",
    }
    found = {name: work.column(text.format(s=work.schema))[0] for name, text in checks.items()}
    trial = work.perform("finance.trial_balance", {})
    found["the trial balance is zero"] = trial["debit"] - trial["credit"]
    sheet = work.perform("finance.balance_sheet", {})
    found["the balance sheet balances"] = sheet["assets"] - sheet["liabilities_and_equity"]
    broken = {name: value for name, value in found.items() if Decimal(value) != 0}
    check = work.perform("finance.sub_ledger_check", {})
    return broken if check["agrees"] else {**broken, "sub-ledgers agree": check["differences"]}
