"""The first act in a new workspace: who we are, and the currencies and units of the trade."""

from __future__ import annotations

from typing import Any

from queti.kernel.definitions import Choice
from queti.kernel.operations import Call, boolean, choice, operation, percent, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

CURRENCIES = (
    ("CNY", "人民币", "¥", 2),
    ("USD", "US dollar", "$", 2),
    ("EUR", "Euro", "€", 2),
    ("GBP", "Pound sterling", "£", 2),
    ("JPY", "日本円", "¥", 0),
    ("HKD", "港币", "HK$", 2),
)
UNITS = (
    ("pcs", "件"),
    ("set", "套"),
    ("box", "箱"),
    ("pack", "包"),
    ("kg", "千克"),
    ("m", "米"),
    ("h", "小时"),
)

LANGUAGES = {"zh": Choice(label=words("Chinese", "中文")), "en": Choice(label=words("English", "英文"))}


@operation(
    label=words("Set up the company", "初始化公司资料"),
    help=words(
        "Company, currencies and units; harmless when done twice.", "建立公司资料、币种与计量单位，可重复执行。"
    ),
    inputs={
        "company": text(label=words("Company", "公司"), required=True),
        "currency": text(label=words("Currency", "本位币"), default='"CNY"'),
        "timezone": text(label=words("Time zone", "时区"), default='"Asia/Shanghai"'),
        "language": choice(LANGUAGES, label=words("Language of the books", "账簿语言"), default='"zh"'),
        "prices_include_tax": boolean(label=words("Prices include tax", "价格含税"), default="false"),
        "tax_rate": percent(label=words("Usual tax rate", "默认税率"), default="13"),
    },
)
def set_up(work: Work, calls: list[Call]) -> list[Record]:
    call = calls[-1]
    currencies = _make_missing(
        work, "base.currency", [_currency(row, call.currency) for row in _currencies(call.currency)]
    )
    _make_missing(work, "base.unit", [{"code": code, "name": name} for code, name in UNITS])
    company = work.find("base.company", limit=1) or work.create(
        "base.company",
        [
            {
                "name": call.company,
                "currency": currencies[call.currency],
                "timezone": call.timezone,
                "language": call.language,
                "prices_include_tax": call.prices_include_tax,
                "tax_rate": call.tax_rate,
            }
        ],
    )
    return [company[0] for _ in calls]


def _currencies(own: str) -> list[tuple[str, str, str, int]]:
    known = list(CURRENCIES)
    return known if any(row[0] == own for row in known) else [*known, (own, own, own, 2)]


def _currency(row: tuple[str, str, str, int], own: str) -> dict[str, Any]:
    code, name, symbol, decimals = row
    return {"code": code, "name": name, "symbol": symbol, "decimals": decimals, "rate": 1 if code == own else None}


def _make_missing(work: Work, object: str, rows: list[dict[str, Any]]) -> dict[str, int]:
    """Ids of the rows by code; those that aren't there yet are made."""
    found = work.find(object, "code in $codes", {"codes": [row["code"] for row in rows]}, fields=("code",))
    ids = {record.code: record.id for record in found}
    for made in work.create(object, [row for row in rows if row["code"] not in ids]):
        ids[made.code] = made.id
    return ids
