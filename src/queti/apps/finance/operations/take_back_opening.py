from __future__ import annotations

from queti.apps.finance.ledger import post
from queti.apps.finance.open_items import KINDS
from queti.apps.finance.opening import BALANCE, OPENING, STOCK, back, noon, refuse_begun
from queti.apps.finance.posting import Draft
from queti.apps.finance.refusals import OpeningTakenBack
from queti.apps.finance.summaries import word
from queti.kernel.operations import Call, link, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    on="finance.opening",
    tone="bad",
    label=words("Take the opening back", "撤回启用"),
    help=words(
        "Possible until the first real posting; the rows can then be mended and the books opened again.",
        "发生第一笔正式凭证之前可以撤回，修改期初数据后重新启用。",
    ),
    when="blank(taken_back_at)",
    inputs={
        "opening": link(OPENING, label=words("Opening of the books", "期初建账"), required=True, many=True),
        "reason": text(label=words("Reason", "原因")),
    },
    tells=("finance.opening_taken_back",),
    performs=("stock.take_back_balances",),
)
def take_back_opening(work: Work, calls: list[Call]) -> list[Record]:
    """Nothing is wiped out: the entry is reversed at its own date, items and goods leave as they came."""
    openings = work.fetch(OPENING, [call.opening for call in calls], lock=True)
    for opening in openings:
        if opening.taken_back_at is not None:
            raise OpeningTakenBack(number=opening.number)
    refuse_begun(work)
    said = {"taken_back_at": work.now, "taken_back_by": work.who.user}
    changes = [(each, {**said, "reason": call.reason}) for each, call in zip(openings, calls, strict=True)]
    taken_back = work.change(OPENING, changes)
    for opening in openings:
        _take_back(work, opening)
    work.tell("finance.opening_taken_back", taken_back)
    return taken_back


def _take_back(work: Work, opening: Record) -> None:
    if STOCK in work.model.objects:
        work.perform(
            "stock.take_back_balances", {"happened_at": noon(work, opening.opened_on), "source": opening.number}
        )
    reversed_ = {"reversed_at": work.now, "reversed_on": opening.opened_on}
    for kind in KINDS.values():
        _change_all(work, kind.object, opening, reversed_)
        _change_all(work, f"finance.opening_{kind.name}", opening, {"opening": None})
    _change_all(work, BALANCE, opening, {"opening": None})
    entries = work.find("finance.journal_entry", "opening = $opening", {"opening": opening.id}, ("*", "lines"))
    post(work, [_reversal(work, opening, entry) for entry in entries])


def _change_all(work: Work, object: str, opening: Record, values: dict[str, object]) -> None:
    found = work.find(object, "opening = $opening", {"opening": opening.id}, fields=("id",))
    if found:
        work.change(object, [(record.id, values) for record in found])


def _reversal(work: Work, opening: Record, entry: Record) -> Draft:
    return Draft(
        posted_on=opening.opened_on,
        summary=f"{word(work, 'reverse')} {entry.number} {entry.summary}",
        legs=back(entry),
        source=opening.number,
        links={"reverses": entry.id, "opening": opening.id},
    )
