"""What this app tells, about which objects, and how that is called."""

from __future__ import annotations

from queti.kernel.events import told

EVENTS = [
    told("deal_lost", "crm.deal", "Deal lost", "商机输单"),
    told("deal_reopened", "crm.deal", "Deal opened again", "商机重新打开"),
    told("deal_won", "crm.deal", "Deal won", "商机赢单"),
    told("lead_converted", "crm.lead", "Lead converted", "线索转化"),
    told("lead_lost", "crm.lead", "Lead lost", "线索流失"),
    told("leads_assigned", "crm.lead", "Lead assigned", "线索分配"),
    told("quote_accepted", "crm.quote", "Quote accepted", "报价被接受"),
    told("quote_revised", "crm.quote", "Quote revised", "报价修订"),
    told("quote_sent", "crm.quote", "Quote sent", "报价发出"),
]
