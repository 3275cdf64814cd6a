"""Instances that are under way go on by the version of their flow that they began with: what a release takes
from under them is told before it is published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from queti.kernel.definitions import FlowDef
from queti.kernel.model import Model
from queti.kernel.publishing.canonical import body_of, hash_of, restore
from queti.kernel.publishing.check_flows import check_flow
from queti.kernel.publishing.ddl import execute, quoted, table_of
from queti.kernel.publishing.findings import Finding, Findings

_RUNNING = """
SELECT instance.definition, kept.body, count(*)
  FROM {instances} instance JOIN {schema}.kernel_definition kept ON kept.hash = instance.definition
 WHERE instance.state IN ('queued', 'running', 'failed') AND instance.definition <> ALL (%s) GROUP BY 1, 2"""
_FIX = {
    "en": "Let them end first, move them to the flow's new version, or leave what they use.",
    "zh": "请先等它们结束，或将其迁移到流程的新版本，或保留其使用的内容。",
}


def broken_under_way(connection: Connection[Any], before: Model, after: Model) -> Iterator[Finding]:
    """A warning for each version that ran well so far and won't, with how many instances are on it."""
    instances = before.objects.get("flow.instance")
    if instances is None or "flow.instance" not in after.objects:
        return
    checked = [hash_of("flow", body_of(flow)) for flow in after.flows.values()]
    text = _RUNNING.format(instances=table_of(instances), schema=quoted(before.schema))
    for _, body, count in execute(connection, text, [checked]).fetchall():
        flow = restore("flow", body)
        assert isinstance(flow, FlowDef)
        problem = _first(after, flow)
        if problem is not None and _first(before, flow) is None:
            yield _finding(flow, problem, count)


def _first(model: Model, flow: FlowDef) -> Finding | None:
    findings = Findings()
    check_flow(model, flow, findings)
    return next(iter(findings.errors), None)


def _finding(flow: FlowDef, problem: Finding, count: int) -> Finding:
    en = flow.label.get("en") or flow.flow
    zh = flow.label.get("zh") or en
    return Finding(
        "flow", flow.flow, problem.place,
        f"{count} running instances of “{en}” are on an earlier version that this breaks: {problem.en}",
        f"“{zh}”有 {count} 个进行中的实例使用旧版本，将受影响：{problem.zh}",
        "warning",
        fix=_FIX,
    )  # fmt: skip
