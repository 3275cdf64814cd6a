"""Records on paper: what the definition names, in the reader's language, and no more than the reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from queti.engines.printing.format import show
from queti.engines.printing.page import print_page
from queti.kernel.definitions import FieldDef
from queti.kernel.errors import RecordNotFound, Refusal, UnknownName
from queti.kernel.person import Person
from tests.fixtures.company import WORKSPACE, Company, a_company
from tests.fixtures.database import Databases


@pytest.fixture
def company(databases: Databases) -> Iterator[Company]:
    with a_company(databases) as company:
        company.create("base.party", {"name": "<b>Grand</b> Hotel", "is_customer": True})
        company.create("base.product", {"sku": "CH-1", "name": "Office chair", "tax_rate": "13"})
        yield company


@pytest.fixture
def order(company: Company) -> int:
    lines = [{"product": {"sku": "CH-1"}, "quantity": "2", "unit_price": "704.75"}]
    [party] = company.find("base.party", "is_customer", ["id"])
    placed = {"customer": party.id, "ordered_on": "2026-03-01", "lines": lines, "prices_include_tax": True}
    return company.perform("oms.place_order", placed).id


def page(company: Company, order: int, language: str, print: str = "oms.order") -> str:
    return company.run(lambda work: print_page(work, print, order, language))


def test_a_chinese_order_names_its_amount_in_capitals(company: Company, order: int) -> None:
    text = page(company, order, "zh")
    assert "销售订单" in text
    assert "壹仟肆佰零玖元伍角整" in text
    assert "Office chair" in text


def test_an_english_order_names_it_in_words(company: Company, order: int) -> None:
    text = page(company, order, "en")
    assert "Sales order" in text
    assert "CNY one thousand four hundred nine and 50/100" in text


def test_names_never_become_markup(company: Company, order: int) -> None:
    text = page(company, order, "en")
    assert "&lt;b&gt;Grand&lt;/b&gt; Hotel" in text
    assert "<b>" not in text


def test_a_pick_list_shows_no_prices(company: Company, order: int) -> None:
    assert "704.75" not in page(company, order, "zh", "oms.pick_list")


def test_what_is_not_there_is_said(company: Company, order: int) -> None:
    with pytest.raises(RecordNotFound):
        page(company, order + 1, "en")
    with pytest.raises(UnknownName):
        page(company, order, "en", "oms.receipt")


def test_who_may_not_see_the_order_gets_no_page(company: Company, order: int) -> None:
    stranger = Person(1, "stranger", "Stranger", (), "en", None, administers=False)
    with pytest.raises(Refusal) as refused:
        company.platform.run(WORKSPACE, stranger, lambda work: print_page(work, "oms.order", order, "en"))
    assert "Grand" not in str(refused.value)


@pytest.mark.parametrize(
    ("value", "field", "shown"),
    [
        (Decimal("459.0000"), FieldDef(type="money", decimals=4), "459.00"),
        (Decimal("0.0125"), FieldDef(type="money", decimals=4), "0.0125"),
        (Decimal("1200.50"), FieldDef(type="money"), "1,200.50"),
        (Decimal(1500), FieldDef(type="money", decimals=0), "1,500"),
        (Decimal("3.500000"), FieldDef(type="number"), "3.5"),
    ],
)
def test_numbers_show_what_matters(value: Decimal, field: FieldDef, shown: str) -> None:
    assert show(value, field, "en", ZoneInfo("UTC")) == shown
