from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from queti.apps.stock.refusals import ExpiryMissing, LotMissing
from queti.kernel.errors import DuplicateKey, Overtaken
from queti.kernel.operations import Call, date, lines, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work

Key = tuple[int, str]


@operation(
    label=words("Name lots", "登记批次"),
    help=words(
        "The lots of goods that come in, made where they are new; for the app that receives them.",
        "登记到货批次，新批次自动建立；供收货的应用调用，不授予任何角色。",
    ),
    inputs={
        "lines": lines(
            {
                "product": link("base.product", label=words("Product", "商品"), required=True),
                "number": text(label=words("Lot", "批次号")),
                "expires_on": date(label=words("Expires on", "有效期至")),
                "made_on": date(label=words("Made on", "生产日期")),
            },
            label=words("Lines", "明细"),
            required=True,
        ),
    },
    result="value",
)
def name_lots(work: Work, calls: list[Call]) -> list[list[int | None]]:
    """The lot of each line, or nothing where its product is kept by quantity only and none is named."""
    rows = [line for call in calls for line in call.lines]
    _refuse_unnamed(work, rows)
    named = {(line.product, line.number): line for line in rows if line.number}
    lots = _lots(work, named)
    return [[lots[line.product, line.number] if line.number else None for line in call.lines] for call in calls]


def _refuse_unnamed(work: Work, rows: Sequence[Call]) -> None:
    bare = sorted({line.product for line in rows if not (line.number and line.expires_on)})
    if not bare:
        return
    tracked = work.find("base.product", 'id in $bare and tracking != "none"', {"bare": bare}, ("name", "tracking"))
    by_id = {product.id: product for product in tracked}
    for line in rows:
        if (product := by_id.get(line.product)) is None:
            continue
        if not line.number:
            raise LotMissing(product=product.name)
        if product.tracking == "expiry" and not line.expires_on and not _is_known(work, line):
            raise ExpiryMissing(product=product.name, lot=line.number)


def _is_known(work: Work, line: Call) -> bool:
    where = "product = $product and number = $number and not blank(expires_on)"
    return work.count("stock.lot", where, {"product": line.product, "number": line.number}) > 0


def _lots(work: Work, named: dict[Key, Call]) -> dict[Key, int]:
    if not named:
        return {}
    wanted = {"products": sorted({key[0] for key in named}), "numbers": sorted({key[1] for key in named})}
    found = work.find("stock.lot", "product in $products and number in $numbers", wanted, ("product", "number"))
    lots = {(lot.product, lot.number): lot.id for lot in found}
    fresh = {key: line for key, line in named.items() if key not in lots}
    made = _make(work, [_lot(line) for line in fresh.values()]) if fresh else ()
    return {**lots, **{key: lot.id for key, lot in zip(fresh, made, strict=True)}}


def _make(work: Work, rows: list[dict[str, Any]]) -> Sequence[Record]:
    """Another delivery may bring the same lot now: then the whole act runs again and finds it."""
    try:
        return work.create("stock.lot", rows)
    except DuplicateKey as problem:
        raise Overtaken(what={"en": "lot", "zh": "批次"}) from problem


def _lot(line: Call) -> dict[str, Any]:
    return {name: line[name] for name in ("product", "number", "expires_on", "made_on")}
