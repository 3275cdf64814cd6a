"""The fields that an app adds to another's object are written by those whom that app lets write them."""

from __future__ import annotations

from tests.fixtures.harbour import Harbour


def test_sales_can_neither_raise_a_credit_limit_nor_choose_whom_the_tax_office_knows(harbour: Harbour) -> None:
    customer = harbour.thing("base.party", "Grand Hotel")
    for name, value in {"credit_limit": "900000.00", "tax_number": "1", "terms_days": "900"}.items():
        refusal = harbour.mei.cannot_change(customer, **{name: value})
        assert refusal.code == "wrong_input"
        assert refusal.says(name)
        assert harbour.mei.cannot_write("base.party", code="N1", name="New", **{name: value}).says(name)
    assert harbour.mei.changes(customer, level="a").level == "a"
    assert harbour.ada.changes(customer, credit_limit="5000.00").credit_limit == 5000
