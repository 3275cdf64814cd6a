"""Anything is found by a few letters, in both languages; papers print in both, amounts in capitals."""

from __future__ import annotations

import pytest

from queti.engines.printing.page import print_page
from tests.fixtures.harbour import Harbour, Thing


@pytest.fixture
def order(harbour: Harbour) -> Thing:
    return harbour.lin.writes_order(
        "Grand Hotel",
        "4 Office chair @ 480.00",
        "2 Assembly service @ 150.00 less 10%",
        ship_to={"name": "Ms Wang 王女士", "phone": "13800000000", "address": "上海市滨江大道 8 号"},
    )


def printed(harbour: Harbour, name: str, thing: Thing, language: str) -> str:
    person = harbour.owner.person
    return harbour.run(lambda work: print_page(work, name, thing.id, language), person, reads_only=True)


def found(harbour: Harbour, words: str) -> set[str]:
    results = harbour.run(lambda work: work.as_person.search(words), harbour.owner.person, reads_only=True)
    return {result["label"] for result in results}


@pytest.mark.parametrize("words", ["Grand", "格兰", "gelan"])
def test_a_customer_is_found_by_name_characters_or_pinyin(harbour: Harbour, words: str) -> None:
    assert "Grand Hotel 格兰酒店" in found(harbour, words)


def test_an_order_is_found_by_its_number(harbour: Harbour, order: Thing) -> None:
    assert order.number in found(harbour, order.number[-4:])


def test_an_order_prints_in_both_languages(harbour: Harbour, order: Thing) -> None:
    english, chinese = (printed(harbour, "oms.order", order, language) for language in ("en", "zh"))

    assert order.number in english
    assert "Sales order" in english
    assert "销售订单" in chinese
    assert "贰仟肆佰伍拾伍元捌角整" in chinese  # 1,920.00 and 13 %, 270.00 and 6 %


def test_a_pick_list_and_a_delivery_note_name_goods_and_no_money(harbour: Harbour, order: Thing) -> None:
    harbour.lin.does("oms.confirm_order", order)
    pick_list = printed(harbour, "oms.pick_list", order, "zh")
    assert "拣货单" in pick_list
    assert "CH-101" in pick_list
    assert "480" not in pick_list
    assert "Assembly" not in pick_list

    parcel = harbour.lin.does("oms.ship_order", order, tracking_number="SF1")
    assert "CH-101" not in printed(harbour, "oms.pick_list", order, "zh")
    note = printed(harbour, "oms.delivery_note", parcel, "en")
    assert "Delivery note" in note
    assert "上海市滨江大道 8 号" in note
    assert "480" not in note


def test_a_quote_prints_what_it_costs(harbour: Harbour) -> None:
    quote = harbour.mei.writes_quote("Grand Hotel", "1 Standing desk @ 1980.00")
    assert "贰仟贰佰叁拾柒元肆角整" in printed(harbour, "crm.quote", quote, "zh")
    assert "2,237.40" in printed(harbour, "crm.quote", quote, "en")
