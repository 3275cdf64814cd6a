"""Each kind of rule in its editor: drawn, tried, what is wrong told in place; files in and out; why, at the record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.people import PHONE, Person, Site
from tests.browser.test_rules import LANGUAGES, ORDER, cell, drafted, named, order, threshold

LEVEL = {"level": {"label": {"en": "Level", "zh": "等级"}, "order": 20}}
RATE = {"rate": {"label": {"en": "Rate", "zh": "税率"}, "type": "number", "order": 10}}
TOTAL = {"total": {"label": {"en": "Total", "zh": "合计"}, "formula": "total", "order": 10}}


def tree(rule: str) -> dict[str, Any]:
    return named(
        rule,
        kind="tree",
        outputs={"desk": {"label": {"en": "Desk", "zh": "处理组"}, "order": 10}},
        rows=[
            {
                "when": "total > 50000",
                "branches": [{"when": "total > 200000", "then": {"desk": '"director"'}}, {"then": {"desk": '"key"'}}],
            },
            {"then": {"desk": '"standard"'}},
        ],
    )


def risk(rule: str) -> dict[str, Any]:
    points = {"score": {"label": {"en": "Points", "zh": "得分"}, "type": "number", "order": 10}}
    return named(
        rule,
        kind="scorecard",
        inputs=TOTAL,
        outputs={**points, **LEVEL},
        rows=[{"when": {"total": "> 50000"}, "then": {"score": "40"}}],
        bands=[{"when": {"score": ">= 40"}, "then": {"level": '"high"'}}, {"then": {"level": '"low"'}}],
    )


def opened(owner: Person, *rules: dict[str, Any]) -> Any:
    return owner.opens(f"/design/{drafted(owner, *rules)}/rule/{rules[0]['rule']}")


def tries(owner: Person, taken: dict[str, Any]) -> Locator:
    """Try the rule with this order; the answer."""
    label = owner.definitions["objects"][ORDER]["label"]
    owner.page.get_by_role("combobox", name=owner.reads("Try with {0}", _0=label)).fill(taken["number"])
    owner.page.locator(".ant-select-item-option", has_text=taken["number"]).first.click()
    return owner.page.get_by_role("status", name=owner.reads("Answer"))


def findings(owner: Person) -> Locator:
    return owner.page.get_by_role("status", name=owner.reads("Findings"))


@LANGUAGES
def test_a_tree_is_drawn_lit_and_grown(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    taken = order(owner, "60000")
    page = opened(owner, tree("oms.desk"))
    expect(tries(owner, taken)).to_contain_text("key")
    lit = page.locator(".q-tree-card.q-flow-lit")
    expect(lit).to_have_count(2)

    owner.presses("Add a branch below {0}", _0="1")
    panel = page.get_by_role("region", name=owner.reads("Branch {name}", name="1.2"), exact=True)
    panel.get_by_label(owner.reads("{0} of branch {name}", _0=owner.says("Desk", "处理组"), name="1.2")).fill('"third"')
    expect(page.locator("[data-card='0.1']")).to_contain_text("third")
    expect(tries(owner, taken)).to_contain_text("third")

    page.locator("[data-card='0.1']").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("[data-card='0.2']")).to_contain_text("third")
    page.keyboard.press("ArrowLeft")
    page.locator("[data-card='0.2']").focus()
    page.keyboard.press("Delete")
    expect(page.locator("[data-card='0.2']")).to_have_count(0)
    owner.finds_the_page_sound_by_day_and_night(f"rule-tree-{language}")


def test_what_is_wrong_with_a_branch_is_told_there_and_led_to(site: Site) -> None:
    owner = site.person("owner", "zh")
    wrong = tree("oms.wrong_desk")
    wrong["rows"][0]["branches"][1]["then"] = {"desk": "nobody"}
    page = opened(owner, wrong)
    told = findings(owner).get_by_role("button", name="分支 1.2")
    expect(told).to_contain_text("nobody")
    told.click()
    panel = page.get_by_role("region", name="分支 1.2", exact=True)
    expect(panel.get_by_role("alert")).to_contain_text("nobody")
    expect(page.locator("[data-card='0.1'].q-tree-wrong")).to_be_visible()


@LANGUAGES
def test_a_decision_shows_whose_answers_go_where(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    taken = order(owner, "60000")
    price = {
        "rule": "oms.with_tax",
        "label": {"en": "Price with tax", "zh": "含税价"},
        "inputs": {name: {"label": {"en": name, "zh": name}, "type": "number"} for name in ("base", "rate")},
        "outputs": {"gross": {"label": {"en": "Gross", "zh": "含税"}, "type": "number"}},
        "rows": [{"then": {"gross": "base * (1 + rate)"}}],
    }
    tax = named("oms.tax_rate", kind="rates", outputs=RATE, rows=[{"from": "2020-01-01", "then": {"rate": "0.5"}}])
    calls = {
        "tax": {"rule": "oms.tax_rate", "order": 10},
        "price": {"rule": "oms.with_tax", "given": {"base": "1000", "rate": "tax.rate"}, "order": 20},
    }
    outputs = {"gross": {"label": {"en": "To pay", "zh": "应付"}, "type": "number", "formula": "price.gross"}}
    page = opened(owner, named("oms.together", kind="decision", calls=calls, outputs=outputs), tax, price)
    expect(tries(owner, taken)).to_contain_text("1,500")
    expect(page.locator("[data-card='call tax']")).to_contain_text("0.5")
    expect(page.locator("[data-card='output gross']")).to_contain_text("1,500")
    tall = {name: page.locator(f"[data-card='{name}']").bounding_box() for name in ("call tax", "call price")}
    assert tall["call tax"]["y"] < tall["call price"]["y"], "below whom it takes its rate from"  # type: ignore[index]

    page.get_by_role("textbox", name=owner.says("To pay", "应付"), exact=True).fill("prise.gross")
    expect(page.locator("[data-card='output gross'].q-tree-wrong")).to_be_visible()
    expect(findings(owner).get_by_role("button", name=owner.says("To pay", "应付"))).to_contain_text("prise")
    page.keyboard.press("Control+z")
    owner.finds_the_page_sound_by_day_and_night(f"rule-decision-{language}")


def test_a_scorecard_says_what_points_mean_and_where_a_band_is_wrong(site: Site) -> None:
    owner = site.person("owner", "zh")
    taken = order(owner, "60000")
    page = opened(owner, risk("oms.risk"))
    expect(tries(owner, taken)).to_contain_text("high")
    bands = page.get_by_role("grid", name=owner.reads("What the points mean"))
    bands.locator("[data-spot='0 0']").click()
    page.keyboard.type(">= many")
    page.keyboard.press("Enter")
    expect(findings(owner).get_by_role("button", name=owner.reads("Band {row}", row=1))).to_contain_text("many")
    page.keyboard.press("Control+z")
    owner.finds_the_page_sound_by_day_and_night("rule-score")


def test_rates_tell_the_days_on_which_none_is_valid(site: Site) -> None:
    owner = site.person("owner", "en")
    rows = [
        {"from": "2018-05-01", "until": "2019-02-28", "then": {"rate": "0.16"}},
        {"from": "2019-04-01", "then": {"rate": "0.13"}},
    ]
    page = opened(owner, named("oms.vat", kind="rates", as_of="ordered_on", outputs=RATE, rows=rows))
    expect(findings(owner)).to_contain_text("Between these two rows there are days on which no rate is valid.")
    cell(owner, 0, 1).click()
    page.keyboard.type("2019-03-31")
    page.keyboard.press("Enter")
    expect(page.get_by_text(owner.reads("Nothing to mend."))).to_be_visible()
    owner.finds_the_page_sound_by_day_and_night("rule-rates")


def test_rules_of_a_set_stand_alone_and_are_put_in_order(site: Site) -> None:
    owner = site.person("owner", "zh")
    taken = order(owner, "60000")
    rows = [
        {"when": "total > 1000", "then": {"level": '"large"'}, "note": "大额"},
        {"when": "", "then": {"level": '"small"'}},
    ]
    page = opened(owner, named("oms.levels", kind="set", hit="first", outputs=LEVEL, rows=rows))
    expect(tries(owner, taken)).to_contain_text("large")
    owner.presses("Rule {0} later", _0=1)
    expect(tries(owner, taken)).to_contain_text("small")
    second = page.get_by_label(owner.reads("{0} of rule {1}", _0="等级", _1=2))
    second.fill("nothing")
    told = findings(owner).get_by_role("button", name=owner.reads("Rule {name}", name=2))
    expect(told).to_contain_text("nothing")
    owner.finds_the_page_sound("rule-set")


def test_what_is_written_lights_its_row_before_the_server_has_answered(site: Site) -> None:
    owner = site.person("owner", "zh")
    taken = order(owner, "60000")
    page = opened(owner, threshold("oms.at_once"))
    tries(owner, taken)
    expect(page.locator(".q-sheet-firing")).to_have_count(1)
    page.route("**/api/rules/oms.at_once/evaluate", lambda _: None)
    cell(owner, 0, 0).click()
    for typed, fires in (("> 70000", 0), ("[50000..70000]", 1)):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(page.locator(".q-sheet-firing")).to_have_count(fires)


def test_rows_go_out_as_a_spreadsheet_and_come_in_again(site: Site, tmp_path: Path) -> None:
    owner = site.person("owner", "en")
    page = opened(owner, threshold("oms.sheet"))
    page.get_by_role("button", name="Excel").click()
    with page.expect_download() as kept:
        page.get_by_role("menuitem", name=owner.reads("Keep as Excel")).click()
    file = tmp_path / "rows.xlsx"
    kept.value.save_as(file)
    cell(owner, 0, 0).click()
    page.keyboard.type("> 70000")
    page.keyboard.press("Enter")
    page.locator("input[type=file][accept*=xlsx]").set_input_files(file)
    expect(cell(owner, 0, 0)).to_have_text("> 50000")
    page.get_by_role("button", name=owner.reads("Undo")).first.click()
    expect(cell(owner, 0, 0)).to_have_text("> 70000")


def test_a_decision_model_of_gorules_comes_in_and_what_does_not_map_is_told(site: Site, tmp_path: Path) -> None:
    owner = site.person("owner", "en")
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": "i", "name": "Total", "field": "total"}],
        "outputs": [{"id": "o", "name": "Level", "field": "level"}],
        "rules": [{"_id": "0", "i": "> 9000", "o": '"high"'}],
    }
    script = {"id": "js", "name": "Script", "type": "functionNode", "content": "…"}
    nodes = [{"id": "t", "name": "Review", "type": "decisionTableNode", "content": content}, script]
    file = tmp_path / "model.json"
    file.write_text(json.dumps({"nodes": nodes, "edges": []}))
    page = opened(owner, threshold("oms.imported"))
    owner.presses("Settings")
    page.locator("input[type=file][accept*=json]").set_input_files(file)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Script")
    dialog.get_by_role("button").last.click()
    expect(page.locator("[data-card='call review']")).to_contain_text("Review")


@LANGUAGES
def test_the_past_is_added_up_before_and_after(site: Site, language: str) -> None:
    owner = site.person("owner", language)
    order(owner, "60000")
    discount = named(
        "oms.discount",
        inputs=TOTAL,
        outputs={"percent": {"label": {"en": "Discount", "zh": "折扣"}, "type": "number"}},
        rows=[{"when": {"total": "> 50000"}, "then": {"percent": "10"}}],
        default={"percent": "0"},
        tests={"wrong": {"given": {"total": "1"}, "expected": {"percent": "5"}}},
    )
    page = opened(owner, discount)
    failing = findings(owner).get_by_role("button", name=owner.reads("Tests"))
    failing.click()
    expect(page.locator(".q-rule-test-fails")).to_have_count(1)

    owner.tab(owner.reads("The past")).click()
    days = page.get_by_role("textbox", name=owner.reads("Records of"))
    days.first.fill("2020-01-01")
    days.first.press("Enter")
    days.last.fill("2030-01-01")
    days.last.press("Enter")
    owner.presses("Add up before and after")
    page.get_by_label(owner.reads("Name of sum {0}", _0=1)).fill("Revenue")
    page.get_by_label(owner.reads("Formula of sum {0}", _0=1)).fill("total * (1 - answer.percent / 100)")
    owner.presses("Try on the past")
    sums = page.get_by_role("table").filter(has_text="Revenue")
    expect(sums).to_be_visible()
    totals = [float(each["total"]) for each in owner.records(ORDER, fields="total")]
    after = sum(total * (0.9 if total > 50000 else 1) for total in totals)
    told = sums.get_by_role("row", name="Revenue").get_by_role("cell").nth(1).inner_text()
    assert float(told.replace(",", "")) == pytest.approx(after, abs=0.01)
    owner.finds_the_page_sound_by_day_and_night(f"rule-simulated-{language}")


@LANGUAGES
def test_why_an_order_is_held_opens_beside_it(site: Site, language: str) -> None:
    owner = site.person("owner", language, size=PHONE if language == "zh" else {"width": 1440, "height": 900})
    held = order(owner, "60000")
    page = owner.opens(f"/oms/sales_order/{held['id']}")
    owner.tab(owner.reads("Decisions")).click()
    decisions = page.locator(".q-decisions")
    expect(decisions).to_contain_text(owner.says("Order review", "订单审核"))
    expect(decisions).to_contain_text(owner.says("Needs review", "待人工审核"))
    expect(decisions).to_contain_text("> 50000")
    owner.finds_the_page_sound_by_day_and_night(f"why-{language}")
