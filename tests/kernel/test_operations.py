"""What performing operations, telling events and repeating requests promise."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from queti.kernel.errors import UnknownName, WrongInput
from queti.kernel.writing.idempotency import Answer, Claim, IdempotencyKeyReused, keep, kept
from queti.kernel.writing.reactions import run_reactions
from tests.fixtures.trade import WORKSPACE, Trade

X = Claim("POST", "/x", "k", b"b")


def place(trade: Trade, **more: Any) -> Any:
    call = {"customer": {"code": "A"}, "lines": [{"product": {"sku": "P0"}, "quantity": "2"}], **more}
    return trade.run(lambda work: work.perform("trade.place_order", call))


class TestPerforming:
    def test_types_the_inputs(self, trade: Trade) -> None:
        order = place(trade, freight="1.50")
        assert (order.customer, order.freight, order.total) == (trade.parties[0], Decimal("1.50"), Decimal("21.50"))

    def test_a_list_of_calls_is_one_act(self, trade: Trade) -> None:
        calls = [{"customer": {"code": code}, "lines": [{"product": {"sku": "P0"}, "quantity": "1"}]} for code in "AB"]
        orders = trade.run(lambda work: work.perform("trade.place_order", calls))
        assert [order.customer for order in orders] == trade.parties[:2]

    def test_a_list_for_a_many_input_makes_a_call_of_each(self, trade: Trade) -> None:
        queue(trade)
        orders = [place(trade).id for _ in range(3)]
        closed = trade.run(lambda work: work.perform("trade.close_order", {"order": orders}))
        assert [order.state for order in closed] == ["closed"] * 3

    def test_names_every_wrong_input(self, trade: Trade) -> None:
        call = {
            "customer": {"code": "nobody"},
            "lines": [{"product": 1, "quantity": 1.5}, {"quantity": "1"}],
            "fright": 1,
        }
        with pytest.raises(WrongInput) as caught:
            trade.run(lambda work: work.perform("trade.place_order", call))
        assert {problem.path: problem.code for problem in caught.value.fields} == {
            "customer": "not_found",
            "lines[0].quantity": "fraction",
            "lines[1].product": "required",
            "fright": "unknown_input",
        }

    def test_of_many_says_which_one(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.run(lambda work: work.perform("trade.close_order", {"order": [1, "x"]}))
        assert [problem.path for problem in caught.value.fields] == ["order[1]"]

    @pytest.mark.parametrize("code", ["order[1]", "[1].order"])
    def test_the_same_record_twice_is_refused(self, trade: Trade, code: str) -> None:
        order = place(trade, external_number="W-1")
        named: Any = {"external_number": "W-1", "customer": trade.parties[0]}
        calls = {"order[1]": {"order": [order.id, named]}, "[1].order": [{"order": order.id}, {"order": named}]}
        with pytest.raises(WrongInput) as caught:
            trade.run(lambda work: work.perform("trade.close_order", calls[code]))
        assert [(problem.path, problem.code) for problem in caught.value.fields] == [(code, "repeated")]

    def test_lines_left_out_are_too_few_where_some_are_needed(self, trade: Trade) -> None:
        with pytest.raises(WrongInput) as caught:
            trade.run(lambda work: work.perform("trade.place_order", {"customer": {"code": "A"}}))
        assert [(problem.path, problem.code) for problem in caught.value.fields] == [("lines", "min_rows")]

    def test_an_absent_operation_offers_the_nearest(self, trade: Trade) -> None:
        with pytest.raises(UnknownName) as caught:
            trade.run(lambda work: work.perform("trade.place_ordr", {}))
        assert "trade.place_order" in caught.value.says("en")
        assert trade.run(lambda work: (work.has("trade.place_order"), work.has("other.do"))) == (True, False)


class TestEvents:
    def test_are_written_with_the_fact(self, trade: Trade) -> None:
        order = place(trade)
        [(name, record, version, operation, data)] = trade.sql(
            "SELECT name, record_id, version, operation, data FROM {s}.kernel_event"
        )
        assert (name, record, version, operation) == ("trade.order_placed", order.id, 1, "trade.place_order")
        assert data == {"by_hand": True}

    def test_inline_reactions_are_part_of_the_act(self, trade: Trade) -> None:
        order = place(trade)
        assert trade.sql('SELECT words, "order" FROM {s}.trade_remark') == [("placed 1", order.id)]
        [(operation, cause)] = trade.sql(
            "SELECT operation, cause FROM {s}.kernel_history WHERE object = 'trade.remark'"
        )
        assert (operation, cause) == ("trade.remark_order", "trade.order_placed")

    def test_fail_with_the_fact(self, trade: Trade) -> None:
        with pytest.raises(WrongInput):
            place(trade, freight="-100")
        assert trade.sql("SELECT count(*) FROM {s}.kernel_event") == [(0,)]

    def test_others_wait_for_the_worker_and_run_once(self, trade: Trade) -> None:
        queue(trade)
        order = place(trade)
        trade.run(lambda work: work.perform("trade.close_order", {"order": order}))
        [(kind, payload, role)] = trade.sql("SELECT kind, payload, role FROM jobs.told")
        assert (kind, role.startswith("w_trade")) == ("react", True)

        assert run_reactions(trade.platform, WORKSPACE, payload["events"]) == 1
        assert run_reactions(trade.platform, WORKSPACE, payload["events"]) == 0
        assert trade.sql("SELECT words FROM {s}.trade_remark ORDER BY id") == [("placed 1",), ("closed",)]


def queue(trade: Trade) -> None:
    """A queue that only remembers what it was told."""
    with trade.platform.db.owner() as owner:
        owner.execute("DROP SCHEMA jobs CASCADE")
        owner.execute("CREATE SCHEMA jobs")
        owner.execute("CREATE TABLE jobs.told (kind text, payload jsonb, role text)")
        owner.execute(
            """CREATE FUNCTION jobs.enqueue_work(kind text, payload jsonb) RETURNS void LANGUAGE sql SECURITY DEFINER
            AS $$ INSERT INTO jobs.told VALUES (kind, payload, current_setting('role')) $$"""
        )
        owner.execute("GRANT USAGE ON SCHEMA jobs TO PUBLIC")


class TestRepeatedRequests:
    def send(self, trade: Trade, key: str, body: bytes = b"body", started: threading.Event | None = None) -> Any:
        def act(work: Any) -> Any:
            known = kept(work)
            if known is not None:
                return known
            if started is not None:
                started.set()
            made = work.create("trade.region", [{"name": f"By {key}"}])[0]
            answer = {"id": made.id, "name": made.name}
            keep(work, 201, answer)
            return Answer(201, answer)

        return trade.run(act, claim=Claim("POST", "/api/records/trade.region", key, body))

    def test_get_the_first_answer(self, trade: Trade) -> None:
        first = self.send(trade, "k")
        assert self.send(trade, "k") == first
        assert trade.sql("SELECT count(*) FROM {s}.trade_region") == [(3,)]

    def test_with_another_body_are_refused(self, trade: Trade) -> None:
        self.send(trade, "k")
        with pytest.raises(IdempotencyKeyReused) as caught:
            self.send(trade, "k", b"other")
        assert caught.value.code == "idempotency_key_reused"

    def test_at_once_wait_for_the_first(self, trade: Trade) -> None:
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: self.send(trade, "k"), range(24)))
        assert {(answer.status, answer.body["id"]) for answer in answers} == {(201, answers[0].body["id"])}
        assert trade.sql("SELECT count(*) FROM {s}.trade_region") == [(3,)]

    def test_after_a_failure_are_done(self, trade: Trade) -> None:
        with pytest.raises(WrongInput):
            trade.run(lambda work: work.create("trade.region", [{}]), claim=X)
        assert trade.run(kept, claim=X) is None

    def test_after_a_day_are_new(self, trade: Trade) -> None:
        self.send(trade, "k")
        with trade.platform.db.owner() as owner:
            owner.execute("UPDATE w_trade.kernel_idempotency SET made_at = now() - interval '25 hours'")
        assert trade.run(kept, claim=Claim("POST", "/api/records/trade.region", "k", b"other")) is None

    def test_keep_only_ids_of_long_answers(self, trade: Trade) -> None:
        def act(work: Any) -> None:
            keep(work, 201, {"records": ["x" * 70_000]}, shorter={"ids": [1]})

        trade.run(act, claim=X)
        assert trade.run(kept, claim=X) == Answer(201, {"ids": [1]})
