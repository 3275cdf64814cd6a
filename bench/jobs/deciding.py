"""Rules: one case in memory, of a small and a large table, and publishing a workspace of 200 rules and 2,000 tests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, cast

from bench.jobs.designing import CHAIN, a_wide_app
from bench.report import Figure, Target, middle
from bench.running import a_home
from bench.scale import Scale
from queti.jobs.schema import prepare_database
from queti.kernel.definitions import RuleDef
from queti.kernel.formulas import fixed_env
from queti.kernel.person import SYSTEM
from queti.kernel.platform import Platform
from queti.kernel.publishing.apps import Catalogue
from queti.kernel.publishing.canonical import decode
from queti.kernel.publishing.drafts import create_draft, put_definition
from queti.kernel.publishing.installing import install_apps
from queti.kernel.publishing.proposing import publish_draft
from queti.kernel.rules.answers import Deciding
from queti.kernel.rules.compiling import compile_rule
from queti.kernel.work import Work
from queti.store.database import Database
from queti.store.home import Home
from queti.store.server import open_server
from queti.store.workspaces import create_workspace

SMALL, LARGE, PUBLISH = Target(most=5), Target(most=20), Target(most=10)
CASES = 20_000
TESTS = 10
"""Of each rule."""


def measure(scale: Scale) -> Iterator[Figure]:
    yield Figure("rule of 50 rows, one case in memory", _one_case(_table(50), _small, scale), "µs CPU", target=SMALL)
    large = _one_case(_priced(5_000), _large, scale)
    yield Figure("rule of 5,000 rows by two equalities, one case", large, "µs CPU", target=LARGE)
    rules = max(1, scale.objects * 2 // 3)
    note = f"{rules} rules of 50 rows, {rules * TESTS:,} tests"
    yield Figure("publish of 200 rules with 2,000 tests", _published(rules), "s", target=PUBLISH, note=note)


def _table(count: int, **more: Any) -> RuleDef:
    """Ranges of an amount within tiers; the case that is asked goes through most of them."""
    body = {
        "rule": "own.discount",
        "inputs": {"amount": {"type": "money"}, "tier": {"type": "text"}},
        "outputs": {"percent": {"type": "number"}},
        "rows": [
            {
                "when": {"amount": f"[{at * 100}..{at * 100 + 100})", "tier": ('"VIP", "Gold"', 'not "VIP"')[at % 2]},
                "then": {"percent": str(at)},
            }
            for at in range(count)
        ],
        "default": {"percent": "0"},
    }
    return cast("RuleDef", decode("rule", {**body, **more}))


def _priced(rows: int) -> RuleDef:
    """A price list: product, zone, and from how many."""
    inputs = {name: {"type": kind} for name, kind in (("sku", "text"), ("zone", "text"), ("quantity", "number"))}
    cells = [
        {"when": {"sku": f'"S{at // 4}"', "zone": f'"Z{at // 2 % 2}"', "quantity": (">= 10", "")[at % 2]}}
        for at in range(rows)
    ]
    return _table(0, inputs=inputs, rows=[{**row, "then": {"percent": str(at)}} for at, row in enumerate(cells)])


def _small(number: int) -> dict[str, Any]:
    return {"amount": Decimal(number * 37 % 6000), "tier": ("VIP", "Gold", "New")[number % 3]}


def _large(number: int) -> dict[str, Any]:
    return {"sku": f"S{number * 7 % 1300}", "zone": f"Z{number % 2}", "quantity": Decimal(number % 20)}


def _one_case(definition: RuleDef, case: Callable[[int], Mapping[str, Any]], scale: Scale) -> float:
    """Microseconds CPU of one case, the middle of the rounds; the rule is compiled and warm."""
    rule, env = compile_rule(definition, None), fixed_env()
    assert not rule.problems
    deciding = Deciding.of(rule)
    cases = [dict(case(number)) for number in range(CASES)]
    rounds: list[float] = []
    for _ in range(scale.rounds + 1):
        began = time.process_time()
        for values in cases:
            deciding.decide(deciding.inputs(values, env), env)
        rounds.append((time.process_time() - began) / CASES * 1e6)
    return middle(rounds[1:])


def _published(rules: int) -> float:
    """Seconds of publishing a draft with all of them."""
    with a_home() as home, open_server(Home(home)) as server:
        db = Database(server.dsn, size=4)
        try:
            prepare_database(db)
            workspace = create_workspace(db, "wide", {"en": "Wide", "zh": "广"})
            catalogue = Catalogue([a_wide_app(CHAIN)])
            install_apps(db, workspace, catalogue, ["wide"])
            draft = Platform(db, catalogue).run("wide", SYSTEM, lambda work: _drafted(work, rules))
            began = time.perf_counter()
            publish_draft(db, workspace, catalogue, draft)
            return time.perf_counter() - began
        finally:
            db.close()


def _drafted(work: Work, rules: int) -> int:
    draft = create_draft(work).id
    for number in range(rules):
        name = f"own.discount_{number}"
        put_definition(work, draft, "rule", name, _tested(name))
    return draft


def _tested(name: str) -> dict[str, Any]:
    rows = [{"when": {"amount": f"[{at * 10}..{at * 10 + 10})"}, "then": {"percent": str(at)}} for at in range(50)]
    tests = {
        f"case_{at}": {"given": {"amount": str(at * 40)}, "expected": {"percent": str(at * 4)}} for at in range(TESTS)
    }
    return {
        "rule": name,
        "label": {"en": "Discount", "zh": "折扣"},
        "inputs": {"amount": {"type": "number"}},
        "outputs": {"percent": {"type": "number"}},
        "rows": rows,
        "tests": tests,
    }
