"""What a report offers: the operation is there, and takes what the report's rows or inputs hold."""

from __future__ import annotations

from typing import Any

import pytest

from queti.kernel.definitions import AppDef
from queti.kernel.model import Model
from queti.kernel.operations import link, operation, text
from queti.kernel.publishing.apps import App, Catalogue
from queti.kernel.publishing.findings import Finding
from queti.kernel.publishing.lineage import lineage
from tests.kernel.shop import definitions, words
from tests.kernel.test_compiling import compiled


@operation(inputs={"party": link("shop.party"), "note": text()})
def remind(work: Any, calls: Any) -> list[Any]:
    return []


def checked(offers: dict[str, dict[str, str]]) -> tuple[Model, list[Finding]]:
    @operation(
        inputs={"of": link("shop.party")},
        columns={"party": link("shop.party"), "total": text()},
        offers=offers,
        reads_only=True,
        result="rows",
    )
    def owed(work: Any, calls: Any) -> list[Any]:
        return []

    app = AppDef(app="shop", version="1.0.0", label=words("Shop"))
    return compiled(Catalogue([App.of(app, definitions(), [remind, owed])]))


@pytest.mark.parametrize("takes", [{"party": "party"}, {"party": "of"}, {}])
def test_an_operation_takes_a_column_or_an_input(takes: dict[str, str]) -> None:
    model, findings = checked({"shop.remind": takes})
    assert findings == []
    assert {"kind": "operation", "name": "shop.owed", "place": "offers"} in lineage(model, "operation", "shop.remind")[
        "used_by"
    ]


@pytest.mark.parametrize(
    ("offers", "place", "says"),
    [
        ({"shop.remnd": {}}, "offers.shop.remnd", "shop.remind"),
        ({"shop.remind": {"prty": "party"}}, "offers.shop.remind.prty", "party"),
        ({"shop.remind": {"party": "partie"}}, "offers.shop.remind.party", "party"),
        ({"shop.remind": {"party": "total"}}, "offers.shop.remind.party", "same type"),
    ],
)
def test_what_does_not_fit_is_named_with_its_fix(offers: dict[str, dict[str, str]], place: str, says: str) -> None:
    [found] = checked(offers)[1]
    assert (found.kind, found.name, found.place) == ("operation", "shop.owed", place)
    assert says in found.fix["en"]


def test_what_an_absent_app_would_offer_is_left_out() -> None:
    assert checked({"bank.collect": {"party": "party"}})[1] == []
