from __future__ import annotations

from queti.apps.finance.agreeing import compared
from queti.apps.finance.ledger import post
from queti.apps.finance.open_items import KINDS, Kind
from queti.apps.finance.opening import (
    BALANCE,
    OPENING,
    STOCK,
    WAITING,
    items,
    legs,
    noon,
    refuse_begun,
    refuse_differing,
    waiting_items,
)
from queti.apps.finance.posting import Draft, total
from queti.apps.finance.refusals import BooksOpenAlready, NothingToOpen, OpeningLiesAhead
from queti.apps.finance.summaries import word
from queti.kernel.errors import Overtaken
from queti.kernel.operations import Call, date, operation, words
from queti.kernel.record import Record
from queti.kernel.work import Work


@operation(
    label=words("Open the books", "启用账套"),
    help=words(
        "Takes opening stock, receivables, payables and account balances in at one date; all of them, or none.",
        "将期初库存、应收、应付与科目余额在同一日期一并入账；全部成功或全部不入账。",
    ),
    inputs={"opened_on": date(label=words("Balances at the end of", "期初日期"), required=True)},
    tells=("finance.books_opened",),
    performs=("finance.open_periods", "stock.open_balances"),
)
def open_books(work: Work, calls: list[Call]) -> list[Record]:
    opened = [_open(work, call) for call in calls]
    work.tell("finance.books_opened", opened)
    return opened


def _open(work: Work, call: Call) -> Record:
    work.fetch("base.company", [work.company["id"]], ("id",), lock=True)
    for live in work.find(OPENING, "blank(taken_back_at)", limit=1):
        raise BooksOpenAlready(number=live.number, opened_on=live.opened_on)
    if call.opened_on > work.today:
        raise OpeningLiesAhead(opened_on=call.opened_on)
    work.perform("finance.open_periods", {"first": call.opened_on, "last": work.today})
    refuse_begun(work)
    refuse_differing(work, call.opened_on)
    [opening] = work.create(OPENING, [{"opened_on": call.opened_on}])
    if STOCK in work.model.objects:
        work.perform("stock.open_balances", {"happened_at": noon(work, call.opened_on), "source": opening.number})
    for kind in KINDS.values():
        _take_in(work, kind, opening)
    _post(work, opening)
    _refuse_overtaken(work, opening)
    return opening


def _refuse_overtaken(work: Work, opening: Record) -> None:
    """What others wrote between the comparison and the taking in: then the whole act runs again, and compares it."""
    for each in compared(work, opening.opened_on):
        if total(each.sub_ledger.values()) != total(each.books.values()):
            raise Overtaken(what={"en": "opening balances", "zh": "期初数据"})


def _take_in(work: Work, kind: Kind, opening: Record) -> None:
    waiting = waiting_items(work, kind)
    if waiting:
        work.create(kind.object, items(work, waiting, opening))
        work.change(f"finance.opening_{kind.name}", [(item, {"opening": opening.id}) for item in waiting])


def _post(work: Work, opening: Record) -> None:
    balances = work.find(BALANCE, WAITING, sort="account.code")
    if not (lines := legs(balances)):
        raise NothingToOpen
    work.change(BALANCE, [(balance, {"opening": opening.id}) for balance in balances])
    summary = f"{word(work, 'opening')} {opening.number}"
    post(work, [Draft(opening.opened_on, summary, lines, source=opening.number, links={"opening": opening.id})])
