"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("books_opened", "finance.opening", "Books opened", "账套启用"),
    told("entries_handed_over", "finance.hand_over", "Entries handed over", "凭证移交"),
    told("entry_checked", "finance.entry_draft", "Entry checked", "凭证审核通过"),
    told("entry_unchecked", "finance.entry_draft", "Check of an entry undone", "凭证取消审核"),
    told("journal_entry_posted", "finance.journal_entry", "Journal entry posted", "凭证记账"),
    told("journal_entry_reversed", "finance.journal_entry", "Journal entry reversed", "凭证红冲"),
    told("opening_taken_back", "finance.opening", "Opening of the books taken back", "期初建账撤回"),
    told("payable_settled", "finance.payable", "Payable settled", "应付单核销"),
    told("payment_recorded", "finance.payment", "Payment recorded", "收付款登记"),
    told("period_closed", "finance.period", "Period closed", "会计期间结账"),
    told("period_reopened", "finance.period", "Period opened again", "会计期间反结账"),
    told("profit_carried", "finance.journal_entry", "Profit carried forward", "损益结转"),
    told("receivable_settled", "finance.receivable", "Receivable settled", "应收单核销"),
]
