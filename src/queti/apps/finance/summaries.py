"""The words that summaries of entries begin with, in the language of the books."""

from __future__ import annotations

from queti.kernel.work import Work

WORDS = {
    "cost": {"en": "Cost of sale", "zh": "结转成本"},
    "receive": {"en": "Received", "zh": "入库"},
    "adjust": {"en": "Counted", "zh": "盘点"},
    "issue": {"en": "Issued", "zh": "出库"},
    "reverse": {"en": "Reversal", "zh": "红冲"},
}


def word(work: Work, act: str) -> str:
    return WORDS[act][work.company.get("language") or "zh"]
