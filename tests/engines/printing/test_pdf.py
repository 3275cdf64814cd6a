"""The same sheet as a PDF: what the page says, it says too."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from queti.engines.printing.pdf import print_pdf
from tests.engines.printing.test_page import company as company
from tests.engines.printing.test_page import order as order
from tests.fixtures.company import Company


def read(company: Company, order: int, language: str, print: str = "oms.order") -> PdfReader:
    return PdfReader(io.BytesIO(company.run(lambda work: print_pdf(work, print, order, language))))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Sales order", "<b>Grand</b> Hotel", "Office chair", "1,409.50", "one thousand four hundred nine"]),
        ("zh", ["销售订单", "Office chair", "1,409.50", "壹仟肆佰零玖元伍角整"]),
    ],
)
def test_it_says_what_the_page_says(company: Company, order: int, language: str, said: list[str]) -> None:
    [page] = read(company, order, language).pages
    text = page.extract_text()
    assert [each for each in said if each not in text] == []


def test_many_lines_go_on_over_several_pages_under_the_same_heading(company: Company) -> None:
    [party] = company.find("base.party", "is_customer", ["id"])
    lines = [{"product": {"sku": "CH-1"}, "quantity": "1", "unit_price": "1"} for _ in range(120)]
    placed = {"customer": party.id, "ordered_on": "2026-03-01", "lines": lines}
    order = company.perform("oms.place_order", placed).id
    pages = read(company, order, "en").pages
    assert len(pages) > 2
    assert all("Product" in page.extract_text() for page in list(pages)[:-1])
