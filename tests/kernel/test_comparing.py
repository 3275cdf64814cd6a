"""Two releases compared in words that a manager understands, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from queti.kernel.publishing.canonical import decode, identity
from queti.kernel.publishing.comparing import Definitions, tell

ORDER: dict[str, Any] = {
    "object": "oms.sales_order",
    "label": {"en": "Sales order", "zh": "销售订单"},
    "fields": {
        "price": {"type": "money", "label": {"en": "Price", "zh": "价格"}},
        "state": {"type": "choice", "label": {"en": "State", "zh": "状态"}, "choices": {"open": {}, "done": {}}},
    },
}
WAREHOUSE: dict[str, Any] = {
    "role": "warehouse",
    "label": {"en": "Warehouse", "zh": "仓库"},
    "objects": {"oms.sales_order": {"see": True, "change": "state = 'open'"}},
}


def all_of(**bodies: dict[str, Any] | None) -> Definitions:
    made = [decode(kind.partition("_")[0], body) for kind, body in bodies.items() if body is not None]
    return {identity(each): each for each in made}


def order(**fields: Any) -> dict[str, Any]:
    return {**ORDER, "fields": {**ORDER["fields"], **fields}}


def said(before: Definitions, after: Definitions) -> list[tuple[str, str]]:
    return [
        (f"{told.label['en']}: {each.en}", f"{told.label['zh']}：{each.zh}")
        for told in tell(before, after, {}, after)
        for each in told.sentences
    ]


@pytest.mark.parametrize(
    ("fields", "en", "zh"),
    [
        (
            {"installed_on": {"type": "date", "label": {"en": "Installation date", "zh": "安装日期"}}},
            "Sales order: New field Installation date (date)",
            "销售订单：新增字段“安装日期”（日期）",
        ),
        (
            {"price": {**ORDER["fields"]["price"], "required": True}},
            "Sales order: Price must be filled in",
            "销售订单：“价格”改为必填",
        ),
        (
            {"price": {**ORDER["fields"]["price"], "label": {"en": "Net price", "zh": "净价"}}},
            "Sales order: Field Price is now called Net price",
            "销售订单：字段“价格”改称“净价”",
        ),
        (
            {"price": {**ORDER["fields"]["price"], "decimals": 4}},
            "Sales order: Price: decimals changed",
            "销售订单：“价格”的小数位数已修改",
        ),
        (
            {"state": {**ORDER["fields"]["state"], "choices": {"open": {}}}},
            "Sales order: State: choice done removed",
            "销售订单：“状态”的选项“done”删除",
        ),
    ],
)
def test_changes_of_fields_are_said(fields: dict[str, Any], en: str, zh: str) -> None:
    assert said(all_of(object=ORDER), all_of(object=order(**fields))) == [(en, zh)]


def test_fields_that_go_out_of_use_keep_their_data() -> None:
    without = {**ORDER, "fields": {"state": ORDER["fields"]["state"]}}
    [(en, zh)] = said(all_of(object=ORDER), all_of(object={**without}))
    assert en == "Sales order: Field Price goes out of use; what was entered is kept"
    assert zh == "销售订单：停用字段“价格”，已填数据保留"


def test_rights_are_said_as_what_people_may() -> None:
    grant = {"see": True, "remove": "state = 'done'", "hide": ["price"]}
    other = {**WAREHOUSE, "objects": {"oms.sales_order": grant}, "operations": ["oms.ship"]}
    found = said(all_of(object=ORDER, role=WAREHOUSE), all_of(object=ORDER, role=other))
    assert [en for en, _ in found] == [
        "Warehouse: May no longer change Sales order",
        "Warehouse: May now remove Sales order where state = 'done'",
        "Warehouse: May no longer see Price (Sales order)",
        "Warehouse: May now oms.ship",
    ]
    assert found[2][1] == "仓库：不再允许查看销售订单的“价格”"


def test_new_and_gone_definitions_are_said_once() -> None:
    found = said(all_of(role=WAREHOUSE), all_of(object=ORDER))
    assert ("Sales order: New object", "销售订单：新增业务对象") in found
    assert ("Warehouse: The role goes out of use", "仓库：停用该角色") in found


def test_what_is_the_same_is_not_said() -> None:
    assert said(all_of(object=ORDER, role=WAREHOUSE), all_of(object=ORDER, role=WAREHOUSE)) == []
