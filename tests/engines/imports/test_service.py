"""An import's life on a real company: checked, mapped anew, run whole or in part, undone."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from python_calamine import CalamineWorkbook

from queti.engines.imports import run, service
from queti.engines.imports.refusals import CannotUndoImport, ImportAlreadyRun, ImportHasErrors, ImportUnderWay
from queti.engines.imports.sources import read_source
from queti.kernel.definitions import ImportDef
from queti.kernel.errors import NotAllowed, RecordNotFound, WrongInput
from queti.kernel.person import SYSTEM, Person
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.store.database import Database
from queti.store.workspaces import Workspace
from tests.fixtures.company import WORKSPACE, Company, a_company
from tests.fixtures.database import Databases
from tests.fixtures.patience import eventually
from tests.fixtures.processes import spawn
from tests.kernel.shop import ORDER, ROLE, install, with_fields

MANY, WRONG = 10_000, 200


@pytest.fixture
def company(databases: Databases) -> Iterator[Company]:
    with a_company(databases) as company:
        yield company


@pytest.fixture
def door(company: Company) -> service.Door:
    return service.Door(company.platform, WORKSPACE, SYSTEM)


def person(company: Company, *roles: str) -> Person:
    user, *_ = company.create("base.user", {"name": "Somebody", "login": f"some{len(roles)}", "roles": list(roles)})
    return Person(user.id, user.login, user.name, roles, "en", None, administers=False)


def products(*rows: str) -> list[tuple[str, bytes]]:
    return [("products.csv", "\n".join(["SKU,Name,List price,Tax rate", *rows]).encode())]


class TestManyRows:
    def test_all_wrong_rows_are_listed_and_none_is_taken(self, company: Company, door: service.Door) -> None:
        started = service.start(door, many_products(), target="base.product")
        report = started["report"]
        assert (report["total"], report["bad"], report["good"]) == (MANY, WRONG, MANY - WRONG)
        assert {problem["row"] for problem in report["problems"]} == wrong_rows()
        assert all(problem["text"] and problem["column"] == "List price" for problem in report["problems"])
        with pytest.raises(ImportHasErrors, match=f"{WRONG} of {MANY} rows"):
            service.run(door, started["id"], "all")
        assert company.find("base.product", fields=["id"]) == []

    def test_or_only_the_good_ones_are_taken(self, company: Company, door: service.Door) -> None:
        started = service.start(door, many_products(), target="base.product")
        done = service.run(door, started["id"], "good")
        assert done["report"]["created"] == MANY - WRONG
        assert done["progress"] == {"done": MANY, "total": MANY}
        assert len(company.find("base.product", fields=["id"])) == MANY - WRONG


def many_products() -> list[tuple[str, bytes]]:
    every = MANY // WRONG
    rows = (f"P{at},Chair {at},{'cheap' if at % every == 0 else at},13" for at in range(MANY))
    return products(*rows)


def wrong_rows() -> set[int]:
    return {at + 2 for at in range(0, MANY, MANY // WRONG)}


class TestWhatIsWrongIsNamed:
    def test_a_rule_a_missing_value_and_a_wrong_type_in_one_report(self, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,-1,13", ",Table,5,13", "B,Lamp,five,13"), target="base.product")
        problems = {problem["row"]: problem for problem in started["report"]["problems"]}
        assert set(problems) == {2, 3, 4}
        assert problems[4]["value"] == "five"
        assert problems[3]["field"] == "sku"

    def test_a_code_that_is_taken_and_one_that_comes_twice(self, company: Company, door: service.Door) -> None:
        company.create("base.product", {"sku": "A", "name": "Old chair"})
        started = service.start(door, products("A,Chair,1,13", "B,Lamp,1,13", "B,Lamp,1,13"), target="base.product")
        assert {problem["row"] for problem in started["report"]["problems"]} == {2, 4}
        assert {problem["code"] for problem in started["report"]["problems"]} == {"duplicate_key"}

    def test_in_chinese_for_a_chinese_reader(self, company: Company) -> None:
        door = service.Door(company.platform, WORKSPACE, SYSTEM, "zh")
        started = service.start(door, products("A,Chair,five,13"), target="base.product")
        assert started["report"]["problems"][0]["text"] == "“five”不是数字。"

    def test_a_formula_over_a_column_that_is_not_there_names_its_place(self, door: service.Door) -> None:
        mapping = ImportDef(import_="own", target="base.product", each={"sku": "sku", "name": "nam", "prise": "sku"})
        with pytest.raises(WrongInput) as refused:
            service.start(door, products("A,Chair,1,13"), mapping=mapping)
        assert {problem.path for problem in refused.value.fields} == {"each.name", "each.prise"}


class TestLinks:
    def test_are_found_by_code_or_name(self, company: Company, door: service.Door) -> None:
        unit = company.find("base.unit", "code = 'pcs'")[0]
        company.create("base.product_category", {"name": "Chairs"})
        file = [("p.csv", b"SKU,Name,Unit,Category\nA,Chair,pcs,Chairs\nB,Lamp,lamps,Nothing\n")]
        started = service.start(door, file, target="base.product")
        assert [(problem["row"], problem["value"]) for problem in started["report"]["problems"]] == [
            (3, "lamps"),
            (3, "Nothing"),
        ]
        service.run(door, started["id"], "good")
        [chair] = company.find("base.product")
        assert chair.unit == unit.id

    def test_a_name_that_several_have_asks_for_the_code(self, company: Company, door: service.Door) -> None:
        company.create("base.party", {"name": "Grand Hotel"}, {"name": "Grand Hotel"})
        file = [("p.csv", b"Name,Business partner\nAnna,Grand Hotel\n")]
        started = service.start(door, file, target="base.contact")
        assert "use the code" in started["report"]["problems"][0]["text"]


class TestRowsWithLines:
    def test_rows_of_one_number_make_one_order(self, company: Company, door: service.Door) -> None:
        company.create("oms.channel", {"code": "web", "name": "Web"})
        company.create("base.party", {"name": "Grand Hotel", "is_customer": True})
        company.create("base.product", {"sku": "A", "name": "Chair", "tax_rate": "0"}, {"sku": "B", "name": "Lamp"})
        orders = ("web,1,Grand Hotel,A,2,10", "web,1,Grand Hotel,B,1,5", "web,2,Grand Hotel,A,1,10")
        text = "\n".join(["店铺,平台单号,客户,商品,数量,单价", *orders])
        started = service.start(door, [("订单.csv", text.encode("gb18030"))], target="oms.place_order")
        assert started["report"]["problems"] == []
        service.run(door, started["id"])
        orders = company.find("oms.sales_order", fields=["external_number", "goods_amount"])
        assert {order.external_number: order.goods_amount for order in orders} == {"1": Decimal(25), "2": Decimal(10)}


class TestChangingByKey:
    def test_a_row_with_a_known_key_changes_its_record(self, company: Company, door: service.Door) -> None:
        company.create("base.product", {"sku": "A", "name": "Old chair"})
        started = service.start(door, products("A,New chair,1,13", "B,Lamp,1,13"), target="base.product")
        mapping = msgspec.structs.replace(msgspec.convert(started["mapping"], ImportDef), key=["sku"])
        mapped = service.remap(door, started["id"], mapping)
        assert mapped["report"]["bad"] == 0
        done = service.run(door, started["id"])
        assert (done["report"]["created"], done["report"]["changed"]) == (1, 1)
        assert {record.name for record in company.find("base.product")} == {"New chair", "Lamp"}
        assert service.undo(door, started["id"])["state"] == "undone"
        assert [record.name for record in company.find("base.product")] == ["Old chair"]


class TestOnceAndBack:
    def test_checking_writes_nothing(self, company: Company, door: service.Door) -> None:
        service.start(door, products("A,Chair,1,13"), target="base.product")
        assert company.find("base.product", fields=["id"]) == []

    def test_an_import_runs_once(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,1,13"), target="base.product")
        outcomes: list[str] = []

        def run() -> None:
            try:
                outcomes.append(service.run(door, started["id"])["state"])
            except ImportAlreadyRun:
                outcomes.append("refused")

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["done", "refused", "refused", "refused"]
        assert len(company.find("base.product", fields=["id"])) == 1

    def test_undo_puts_what_was_made_into_the_trash(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,1,13"), target="base.product")
        service.run(door, started["id"])
        assert service.undo(door, started["id"])["state"] == "undone"
        assert company.find("base.product", fields=["id"]) == []

    def test_undo_names_what_was_changed_since(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,1,13", "B,Lamp,1,13"), target="base.product")
        service.run(door, started["id"])
        [lamp] = company.find("base.product", 'sku = "B"')
        company.run(lambda work: work.change("base.product", [(lamp, {"price": 2})]))
        with pytest.raises(CannotUndoImport, match="changed since: Lamp"):
            service.undo(door, started["id"])
        assert len(company.find("base.product")) == 2

    def test_undo_leaves_alone_what_is_gone_already(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,1,13", "B,Lamp,1,13"), target="base.product")
        service.run(door, started["id"])
        company.run(lambda work: work.trash("base.product", work.find("base.product", 'sku = "B"')))
        assert service.undo(door, started["id"])["state"] == "undone"
        assert company.find("base.product") == []


class TestLargeFiles:
    """Worked on beside the request."""

    @pytest.fixture
    def beside(self, company: Company, monkeypatch: pytest.MonkeyPatch) -> service.Door:
        monkeypatch.setattr(service, "LARGE", 2)
        return service.Door(company.platform, WORKSPACE, SYSTEM, beside=True)

    def test_the_answer_comes_at_once_and_the_state_tells_more(self, company: Company, beside: service.Door) -> None:
        started = service.start(beside, many_products(), target="base.product")
        assert started["state"] == "checking"
        checked = wait_for(beside, started["id"], "checked")
        assert (checked["report"]["bad"], checked["progress"]) == (WRONG, {})
        [kind] = checked["report"]["kinds"]
        assert (kind["code"], kind["column"], kind["count"]) == ("number", "List price", WRONG)
        assert service.run(beside, started["id"], "good")["state"] == "running"
        done = wait_for(beside, started["id"], "done")
        assert done["report"]["created"] == MANY - WRONG == len(company.find("base.product", fields=["id"]))
        history = company.run(
            lambda work: work.rows(f"SELECT kind, count(*) FROM {work.schema}.kernel_history GROUP BY kind")
        )
        assert ("imported", MANY - WRONG) in history

    def test_cancelled_nothing_of_it_stays(
        self, company: Company, beside: service.Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        started = service.start(beside, products("A,Chair,1,13", "B,Lamp,2,13"), target="base.product")
        wait_for(beside, started["id"], "checked")
        reached, let_on = threading.Event(), threading.Event()
        write = run._Writer.write

        def slowly(writer: Any, rows: Any) -> None:
            write(writer, rows)
            reached.set()
            let_on.wait(10)

        monkeypatch.setattr(run._Writer, "write", slowly)
        service.run(beside, started["id"])
        assert reached.wait(10)
        with pytest.raises(ImportUnderWay):
            service.run(beside, started["id"])
        service.cancel(beside, started["id"])
        let_on.set()
        assert wait_for(beside, started["id"], "checked")["report"]["bad"] == 0
        assert company.find("base.product", fields=["id"]) == []
        monkeypatch.undo()
        assert service.run(beside, started["id"])["report"]["created"] == 2

    def test_killed_in_the_middle_it_can_be_run_again(self, company: Company) -> None:
        door = service.Door(company.platform, WORKSPACE, SYSTEM)
        started = service.start(door, products("A,Chair,1,13", "B,Lamp,2,13"), target="base.product")
        process = spawn(_run_and_die, company.platform.db.dsn, started["id"])
        process.join()
        assert process.exitcode == -signal.SIGKILL
        assert company.find("base.product", fields=["id"]) == []
        assert service.state(door, started["id"])["state"] == "checked"
        assert service.run(door, started["id"])["report"]["created"] == 2


def wait_for(door: service.Door, number: int, state: str) -> Any:
    eventually(lambda: service.state(door, number)["state"] == state, state)
    return service.state(door, number)


def _run_and_die(dsn: str, number: int) -> None:
    """In a process of its own: killed when all is written and nothing committed."""
    platform = Platform(Database(dsn), Catalogue.standard())
    service._versions = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
    service.run(service.Door(platform, WORKSPACE, SYSTEM), number)


class TestMending:
    def test_the_bad_rows_come_back_as_a_book_that_can_be_imported(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,five,13", "B,Lamp,1,13"), target="base.product")
        name, content = service.problem_book(door, started["id"])
        assert name == "products Rows to mend.xlsx"
        [row] = read_source([("p.xlsx", content)]).table().rows
        assert (row["sku"], row["list_price"], row["row"]) == ("A", "five", "2")
        assert row["problem"] == "List price: “five” is not a number."
        mended = [("p.csv", b"SKU,Name,List price,Tax rate,Problem,Row\nA,Chair,5,13,x,2\n")]
        again = service.start(door, mended, target="base.product")
        assert again["report"]["bad"] == 0

    def test_an_empty_book_has_a_column_for_each_input(self, door: service.Door) -> None:
        name, content = service.template(door, "base.product")
        assert name == "Product Template.xlsx"
        headings = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]
        assert {"SKU", "Name", "List price"} <= set(headings)

    def test_a_file_of_the_same_shape_is_mapped_as_the_last_one_was(self, company: Company, door: service.Door) -> None:
        file = [("p.csv", b"Article,Called\nA,Chair\n")]
        started = service.start(door, file, target="base.product")
        assert "each" not in started["mapping"]
        mapping = ImportDef(import_="own", target="base.product", each={"sku": "article", "name": "called"})
        service.remap(door, started["id"], mapping)
        service.run(door, started["id"])
        later = service.start(door, [("q.csv", b"Article,Called\nB,Lamp\n")], target="base.product")
        assert later["mapping"]["each"] == {"sku": "article", "name": "called"}

    def test_what_was_changed_since_may_be_kept_when_the_rest_is_undone(
        self, company: Company, door: service.Door
    ) -> None:
        started = service.start(door, products("A,Chair,1,13", "B,Lamp,1,13"), target="base.product")
        service.run(door, started["id"])
        [lamp] = company.find("base.product", 'sku = "B"')
        company.run(lambda work: work.change("base.product", [(lamp, {"price": 2})]))
        assert service.undo(door, started["id"], keep_changed=True)["state"] == "undone"
        assert [each.sku for each in company.find("base.product")] == ["B"]


class TestStrangers:
    def test_who_may_not_create_may_not_import(self, company: Company) -> None:
        door = service.Door(company.platform, WORKSPACE, person(company, "viewer"))
        with pytest.raises(NotAllowed):
            service.start(door, products("A,Chair,1,13"), target="base.product")

    def test_nobody_sees_the_import_of_another(self, company: Company, door: service.Door) -> None:
        started = service.start(door, products("A,Chair,1,13"), target="base.product")
        other = service.Door(company.platform, WORKSPACE, person(company, "sales"))
        with pytest.raises(RecordNotFound):
            service.state(other, started["id"])

    def test_a_key_does_not_reach_what_is_out_of_sight(self, database: Database, workspace: Workspace) -> None:
        order = with_fields(ORDER, region={"type": "text"})
        clerk = {**ROLE, "objects": {"order": {"see": 'region = "north"', "create": True, "change": True}}}
        known, model = install(database, workspace, order=order, role=clerk)
        platform = Platform(database, known)
        rows = [{"number": number, "region": number, "freight": 1} for number in ("north", "south")]
        platform.run("test", SYSTEM, lambda work: work.create("shop.order", rows))
        clerk_door = service.Door(platform, "test", Person(7, "cleo", "Cleo", tuple(model.roles)))
        files = [("orders.csv", b"number,freight\nnorth,5\nsouth,5")]
        each = {"number": "number", "freight": "freight"}
        mapping = ImportDef("shop.orders", "shop.order", each=each, key=["number"])
        started = service.start(clerk_door, files, mapping=mapping)
        [problem] = started["report"]["problems"]
        assert (problem["row"], problem["code"]) == (3, "duplicate_key")
        assert service.run(clerk_door, started["id"], "good")["report"]["changed"] == 1
        found = platform.run("test", SYSTEM, lambda work: work.find("shop.order", sort="number"))
        assert [each.freight for each in found] == [5, 1]
