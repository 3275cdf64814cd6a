"""Flows: three approvals through HTTP, automations by the worker, and the inbox of a busy person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import psycopg

from bench import bulk
from bench.client import Client, Reply
from bench.cpu import Cpu
from bench.report import Figure, Target, middle, typical
from bench.running import WORKSPACE, Bench
from queti.kernel.person import SYSTEM
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.work import Work

APPROVED, AUTOMATED, INBOX = Target(most=12), Target(least=350), Target(most=3)
APPROVERS = ("lin", "tomas", "ada")
AT_ONCE = 10
"""Records that one transaction makes."""
THREE: dict[str, Any] = {
    "flow": "own.three", "label": {"en": "Three approve"}, "object": "base.party",
    "steps": {
        login: {"kind": "approve", "order": order, "who": {"them": {"by": "user", "users": [login]}}}
        for order, login in enumerate(APPROVERS)
    },
}  # fmt: skip
MARK: dict[str, Any] = {
    "flow": "own.mark", "label": {"en": "Mark"}, "object": "base.party",
    "start": {"on": "created", "when": 'starts_with(name, "Marked")'},
    "steps": {"mark": {"kind": "change", "set": {"note": '"seen " & name'}}},
}  # fmt: skip
TO_DO = {
    "where": 'waits_for = me and kind in ("approve", "handle")',
    "sort": "-id",
    "limit": "50",
    "fields": "title,kind,flow,object,record,step_en,due_at,created_at,instance.submitter.name",
}


def measure(bench: Bench) -> Iterator[Figure]:
    publish_draft(
        bench.platform.db, bench.platform.workspace(WORKSPACE), bench.platform.catalogue,
        bench.platform.run(WORKSPACE, SYSTEM, _drafted),
    )  # fmt: skip
    yield _approved(bench)
    yield from _automated(bench)
    yield _inbox(bench)


def _drafted(work: Work) -> int:
    draft = create_draft(work).id
    for flow in (THREE, MARK):
        put_definition(work, draft, "flow", flow["flow"], flow)
    return draft


def _approved(bench: Bench) -> Figure:
    parties = [int(str(row["id"])) for row in bench.find("base.party")]
    units = bench.scale.flows
    _instances(bench, parties[-bench.scale.warm_up // 3 :])
    rounds = [_instances(bench, parties[1 + at * units : 1 + (at + 1) * units]) for at in range(bench.scale.rounds)]
    cpu = typical(cpu for cpu, _ in rounds)
    statements = middle(statements for _, statements in rounds)
    return Figure(
        "flow: submitted, approved by three", cpu.total * 1000, cpu=cpu, statements=statements, target=APPROVED
    )


def _instances(bench: Bench, parties: list[int]) -> tuple[Cpu, float]:
    """What an instance costs from its submission to its end, four calls; tasks are looked up aside."""
    clients = {login: bench.signed_in(login) for login in ("owner", *APPROVERS)}

    def submit(number: int) -> Reply:
        return _good(clients["owner"].perform("flow.submit", {"flow": "own.three", "record": parties[number]}))

    costs = [bench.cost(len(parties), submit)]
    for login in APPROVERS:
        tasks = _tasks(clients[login])

        def approve(number: int, login: str = login, tasks: list[int] = tasks) -> Reply:
            return _good(clients[login].perform("flow.approve", {"task": tasks[number]}))

        costs.append(bench.cost(len(tasks), approve))
    server, database = (sum(getattr(cpu, part) for cpu, _ in costs) for part in ("server", "database"))
    return Cpu(server, database), sum(statements for _, statements in costs)


def _tasks(client: Client) -> list[int]:
    asked = urlencode({"where": "waits_for = me", "fields": "id", "limit": "1000"})
    return [row["id"] for row in client.get(f"/api/records/flow.task?{asked}").good()["records"]]


def _good(reply: Reply) -> Reply:
    reply.good()
    return reply


def _automated(bench: Bench) -> Iterator[Figure]:
    """Records made by small transactions, each changed by a flow; the server's one worker beside them."""
    wanted, made = bench.scale.automated, 0
    before, began = bench.meter.read(), time.perf_counter()
    while made < wanted:
        rows = [{"name": f"Marked {made + number}", "is_customer": True} for number in range(AT_ONCE)]
        bench.platform.run(WORKSPACE, SYSTEM, lambda work, rows=rows: work.create("base.party", rows))
        made += AT_ONCE
    behind, making = made - _marked(bench), time.perf_counter() - began
    while _marked(bench) < made:
        time.sleep(0.01)
    seconds = time.perf_counter() - began
    cpu = (bench.meter.read() - before) / made
    note = f"{made:,} records by {made // AT_ONCE:,} transactions in {making:.1f} s; {behind:,} behind then"
    yield Figure("automations done, a second, while they come", made / seconds, "a second", target=AUTOMATED, note=note)
    yield Figure("… making the record included, one of them", cpu.total * 1000, cpu=cpu)


def _marked(bench: Bench) -> int:
    where = 'starts_with(name, "Marked") and starts_with(note, "seen Marked")'
    return bench.platform.run(WORKSPACE, SYSTEM, lambda work: work.count("base.party", where), reads_only=True)


def _inbox(bench: Bench) -> Figure:
    done, still = bench.scale.tasks, bench.scale.tasks // 200
    with psycopg.connect(bench.superuser, autocommit=True) as connection:
        connection.execute(_FILL.format(schema=bulk.SCHEMA, every=done // max(still, 1), count=done + still).encode())
    bulk.settle(bench.superuser)
    client, place = bench.signed_in("mei"), f"/api/records/flow.task?{urlencode(TO_DO)}"
    assert len(client.get(place).good()["records"]) == min(50, still)
    bench.cost(bench.scale.warm_up, lambda _: client.get(place))
    rounds = [bench.cost(bench.scale.lists, lambda _: client.get(place)) for _ in range(bench.scale.rounds)]
    cpu = typical(cpu for cpu, _ in rounds)
    statements = middle(statements for _, statements in rounds)
    job = f"inbox: first 50 of {still:,} open among {done:,} done"
    return Figure(job, cpu.total * 1000, cpu=cpu, statements=statements, target=INBOX)


# Mei's tasks, in instances of somebody else; what is open lies among what is done.
_FILL = """
WITH me AS (SELECT id FROM {schema}.base_user WHERE login = 'mei'),
instance AS (
    INSERT INTO {schema}.flow_instance (title, flow, object, record, state, submitter, started_at, definition, holds)
    SELECT 'An old one', 'own.three', 'base.party', n, 'approved', 1, now(), '', '{{}}'
    FROM generate_series(1, 1000) AS n RETURNING id),
first AS (SELECT min(id) AS id FROM instance)
INSERT INTO {schema}.flow_task
    (title, instance, number, flow, object, record, step, step_en, step_zh, kind, assignee, waits_for, state, result)
SELECT 'Party ' || n, first.id + n % 1000, n, 'own.three', 'base.party', n % 400, 'lin', 'Lin', 'Lin', 'approve', me.id,
    CASE WHEN n % ({every} + 1) = 0 THEN me.id END,
    CASE WHEN n % ({every} + 1) = 0 THEN 'open' ELSE 'done' END, 'approved'
FROM generate_series(1, {count}) AS n, me, first
"""
