"""The words that summaries of entries begin with, in the language of the books."""

from __future__ import annotations

from queti.kernel.work import Work

WORDS = {
    "cost": {"en": "Cost of sale", "zh": "结转成本"},
    "receive": {"en": "Received", "zh": "入库"},
    "adjust": {"en": "Counted", "zh": "盘点"},
    "issue": {"en": "Issued", "zh": "出库"},
    "bill": {"en": "Bill", "zh": "采购发票"},
    "return": {"en": "Returned", "zh": "采购退货"},
    "opening": {"en": "Opening balances", "zh": "期初余额"},
    "carry": {"en": "Profit carried forward", "zh": "结转损益"},
    "distribute": {"en": "Profit of the year distributed", "zh": "结转本年利润"},
    "reverse": {"en": "Reversal", "zh": "红冲"},
}
SERIES = {
    "general": {"en": "JE", "zh": "记"},
    "receipt": {"en": "RC", "zh": "收"},
    "payment": {"en": "PY", "zh": "付"},
    "transfer": {"en": "TR", "zh": "转"},
}
"""凭证字, the word that an entry's number begins with."""


def word(work: Work, act: str) -> str:
    return WORDS[act][work.company.get("language") or "zh"]


def series_word(work: Work, series: str) -> str:
    return SERIES[series][work.company.get("language") or "zh"]
