"""Where documents are posted is the accountant's to say: rows of a rule, which balances or isn't published."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from queti.apps import finance
from queti.kernel.publishing.apps import read_yaml
from queti.kernel.publishing.canonical import body_of, decode
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.findings import DefinitionsWrong
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.record import Record
from queti.kernel.rules.compiling import compile_rule
from queti.kernel.rules.proving import unheld
from queti.kernel.work import Work
from tests.apps.test_decisions import publishes
from tests.fixtures.harbour import WORKSPACE, Actor, Harbour, Thing

FOLDER = resources.files(finance) / "rules"
RULES = sorted(file.name.removesuffix(".yaml") for file in FOLDER.iterdir() if file.name.startswith("posting_"))
OWED = {"then": {"use": '"receivables"', "debit": "receivable"}}
REVENUE = {"then": {"use": '"revenue"', "credit": "net"}}
TAX = {"then": {"use": '"output_tax"', "credit": "tax"}}


def shipped(name: str) -> dict[str, Any]:
    return read_yaml((FOLDER / f"{name}.yaml").read_text("utf-8"))


def unbalanced(*rows: Mapping[str, Any]) -> list[str]:
    """What the check says of sales posted by these rows."""
    rule = compile_rule(decode("rule", {**shipped("posting_sale"), "rows": list(rows), "tests": {}}), None)
    assert not rule.problems
    return [problem.words["en"] for problem in unheld(rule)]


class TestBalance:
    @pytest.mark.parametrize("name", RULES)
    def test_what_comes_along_balances_whatever_the_document(self, name: str) -> None:
        rule = compile_rule(decode("rule", shipped(name)), None)
        assert (rule.problems, unheld(rule), list(rule.checks)) == ([], [], ["balances", "posts"])

    @pytest.mark.parametrize("name", RULES)
    def test_a_row_left_out_is_noticed(self, name: str) -> None:
        body = shipped(name)
        for row in body["rows"]:
            rest = [each for each in body["rows"] if each is not row]
            assert unheld(compile_rule(decode("rule", {**body, "rows": rest, "tests": {}}), None)), row

    @pytest.mark.parametrize("name", RULES)
    def test_accounts_are_called_as_in_the_chart(self, name: str) -> None:
        account = read_yaml((resources.files(finance) / "objects/account.yaml").read_text("utf-8"))
        uses = account["fields"]["use"]["choices"]
        for use, choice in shipped(name)["outputs"]["use"]["choices"].items():
            assert uses[use]["label"] == choice["label"]

    def test_the_plainest_document_that_does_not_balance_is_told_with_both_sums(self) -> None:
        [problem] = unbalanced(OWED, REVENUE)
        told = r"Debit and credit must be equal\. Not so where Without tax = 0\.0\d, Tax = 0\.0\d: 0\.\d+ ≠ 0\.0\d\."
        assert re.fullmatch(told, problem)

    def test_a_case_that_two_rows_claim_and_one_that_none_claims(self) -> None:
        services = {"when": {"category": '"Services"'}, "then": {"code": '"600103"', "credit": "net"}}
        [twice] = unbalanced(OWED, services, REVENUE, TAX)
        assert "Product category = Services" in twice
        others = {"when": {"category": 'not "Services"'}, **REVENUE}
        assert unbalanced(OWED, services, others, TAX) == []
        assert len(unbalanced({"when": {"kind": '"goods"'}, **OWED})) == 2, "neither balanced nor posted anywhere"

    def test_shares_are_whole_cents_and_the_last_takes_the_rest(self) -> None:
        def shares(one: str, other: str) -> list[str]:
            parts = [{"then": {"use": '"revenue"', "credit": part}} for part in (one, other)]
            return unbalanced(OWED, *parts, TAX)

        assert shares("net * 0.3", "net * 0.7"), "both round up half a cent"
        assert shares("net * 0.3", "net - round(net * 0.3, 2)") == []


def entry_of(harbour: Harbour, receivable: Thing) -> dict[str, tuple[str, str]]:
    """Account's code → debit and credit."""

    def act(work: Work) -> dict[str, tuple[str, str]]:
        fields = ("account.code", "debit", "credit")
        found = work.find("finance.journal_line", "entry.receivable = $one", {"one": receivable.id}, fields=fields)
        return {line["account.code"]: (str(line.debit), str(line.credit)) for line in found}

    return harbour.run(act)


def sold(harbour: Harbour, *lines: str) -> dict[str, tuple[str, str]]:
    order = harbour.lin.writes_order("Grand Hotel", *lines)
    harbour.lin.does("oms.confirm_order", order)
    harbour.lin.does("oms.ship_order", order)
    return entry_of(harbour, harbour.all("finance.receivable")[-1])


class TestTheAccountantDecides:
    def test_services_and_exports_go_to_accounts_of_their_own(self, harbour: Harbour) -> None:
        lines = "1 Desk lamp @ 100.00", "1 Delivery @ 50.00"
        delivery = harbour.owner.writes("base.product", sku="DL-1", name="Delivery", kind="service")
        before = sold(harbour, *lines)
        revenue = next(code for code, (_, credit) in before.items() if credit == "150.00")
        services = harbour.owner.writes("base.product_category", name="Services")
        harbour.owner.changes(delivery, category=services.id)
        parent = next(one for one in harbour.all("finance.account") if one.code == "5051")
        for code, name in (("505101", "Services"), ("505102", "Exports")):
            body = {"code": code, "name": name, "category": "profit_and_loss", "normal_balance": "credit"}
            harbour.owner.writes("finance.account", **body, parent=parent.id)

        rows = [
            OWED,
            {"when": {"category": '"Services"'}, "then": {"code": '"505101"', "credit": "net"}},
            {"when": {"category": 'not "Services"', "tax_rate": "0"}, "then": {"code": '"505102"', "credit": "net"}},
            {"when": {"category": 'not "Services"', "tax_rate": "not 0"}, **REVENUE},
            TAX,
        ]
        with pytest.raises(DefinitionsWrong, match="Debit and credit must be equal"):
            publishes(harbour.owner, "finance.posting_sale", rows=[*rows, REVENUE])
        publishes(harbour.owner, "finance.posting_sale", rows=rows)

        after = sold(harbour, *lines)
        assert (after[revenue], after["505101"]) == (("0.00", "100.00"), ("0.00", "50.00"))
        assert {code: sides for code, sides in after.items() if code != "505101" and code != revenue} == {
            code: sides for code, sides in before.items() if code != revenue
        }, "what is owed and the tax stand where they stood"

    def test_revenue_is_told_by_department_and_by_a_field_of_the_companys_own(self, harbour: Harbour) -> None:
        """An outcome of a posting rule fills the field of its name; the reversal takes it back there."""
        region = {"label": {"en": "Region", "zh": "区域"}}
        outputs = shipped("posting_sale")["outputs"] | {"region": {**region, "order": 55}}
        told = {"department": "department", "region": 'if(blank(channel), "land", "sea")'}
        rows = [OWED, {"then": REVENUE["then"] | told}, TAX]
        publishes(harbour.owner, "finance.posting_sale", rows=rows, outputs=outputs)
        order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")
        harbour.lin.does("oms.confirm_order", order)
        refused = harbour.lin.cannot("oms.ship_order", order)
        assert refused.says("The rule “Posting: sale” answers “Region”, which journal lines don't have")

        adds_a_field(harbour.owner, "region", {"type": "text", **region})
        harbour.lin.does("oms.ship_order", order)
        [department] = harbour.run(lambda work: work.find("base.department", "id = $it", {"it": order.department}))
        [line] = told_apart(harbour)
        assert (line["department.name"], line.region, line.credit) == (department.name, "land", Decimal("100.00"))

        month = {"from": f"{harbour.all('finance.journal_entry')[-1].posted_on}"}
        by_department = harbour.ada.does("finance.profit_by_dimension", **month)
        named = {row["label"]: row["revenue"] for row in by_department["rows"] if row["_level"] == 0}
        assert named == {department.name: Decimal("100.00")}, "the cost of the lamp stands there as well"
        assert by_department["totals"]["costs"] > 0
        assert by_department["totals"]["profit"] == sum(row["profit"] for row in by_department["rows"] if row["_level"])
        by_region = harbour.ada.does("finance.profit_by_dimension", **month, by="区域")
        assert next(row["label"] for row in by_region["rows"] if row["_level"] == 0) == "land"
        assert harbour.ada.cannot("finance.profit_by_dimension", by="regoin").says("region")

        [receivable] = harbour.all("finance.receivable", "order = $it", it=order.id)
        [entry] = harbour.all("finance.journal_entry", "receivable = $it", it=receivable.id)
        harbour.ada.does("finance.reverse_journal_entry", [entry])
        assert [(line.region, line.credit) for line in told_apart(harbour)] == [
            ("land", Decimal("100.00")),
            ("land", Decimal("-100.00")),
        ]

    def test_a_department_that_is_not_there_is_told_with_its_row(self, harbour: Harbour) -> None:
        rows = [OWED, {"then": REVENUE["then"] | {"department": '"Nowhere"'}}, TAX]
        publishes(harbour.owner, "finance.posting_sale", rows=rows, tests={})
        order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")
        harbour.lin.does("oms.confirm_order", order)
        refused = harbour.lin.cannot("oms.ship_order", order)
        assert refused.says("Row 2 of the rule “Posting: sale” answers “Nowhere” for Department")

    def test_an_account_that_is_not_there_is_told_with_its_row(self, harbour: Harbour) -> None:
        rows = [OWED, {"then": {"code": '"600199"', "credit": "net"}}, TAX]
        publishes(harbour.owner, "finance.posting_sale", rows=rows, tests={})
        order = harbour.lin.writes_order("Grand Hotel", "1 Desk lamp @ 100.00")
        harbour.lin.does("oms.confirm_order", order)
        refused = harbour.lin.cannot("oms.ship_order", order)
        assert refused.says("Row 2 of the rule “Posting: sale” posts to account 600199")
        assert order.shipped_at is None


def adds_a_field(owner: Actor, name: str, body: Mapping[str, Any]) -> None:
    """The company's own, on journal lines."""
    harbour = owner.harbour

    def write(work: Work) -> int:
        draft = create_draft(work).id
        put_definition(work, draft, "object", "own:finance.journal_line", {"fields": {name: body}})
        return draft

    draft, platform = harbour.run(write, owner.person), harbour.platform
    publish_draft(
        platform.db, platform.workspace(WORKSPACE), platform.catalogue, draft, owner.person.user, is_confirmed=True
    )


def told_apart(harbour: Harbour) -> list[Record]:
    fields = ("department.name", "region", "credit")
    where = "not blank(region)"
    return list(harbour.run(lambda work: work.find("finance.journal_line", where, {}, fields=fields, sort="id")))


def test_a_changed_rule_is_kept_whole_by_its_body() -> None:
    rule = decode("rule", shipped("posting_sale"), app="finance")
    assert decode("rule", body_of(rule)) == rule
