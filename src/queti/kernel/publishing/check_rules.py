"""The check of rules: every cell at its place, the tests that live with them, and what holds of every answer."""

from __future__ import annotations

from queti.kernel.definitions import RuleDef
from queti.kernel.model import Model
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.findings import Finding, Findings
from queti.kernel.rules.deciding import rule_of
from queti.kernel.rules.proving import unheld
from queti.kernel.rules.trying import try_tests


def check_rule(model: Model, definition: RuleDef, findings: Findings) -> None:
    """Add to `findings` what is wrong with the rule; a test that fails stands in the way of publishing."""
    name = definition.rule
    if definition.on and definition.on not in model.objects:
        unknown = did_you_mean(definition.on, model.objects)
        findings.error("rule", name, "on", f"There is no “{definition.on}”.", f"没有“{definition.on}”。", unknown)
        return
    rule = rule_of(model, name)
    for problem in [*rule.problems, *unheld(rule)]:
        words, near = problem.words, problem.nearest
        fix = {"en": f"Did you mean {', '.join(near)}?", "zh": f"是否要用 {'、'.join(near)}？"} if near else {}
        findings.found.append(
            Finding("rule", name, problem.place, words["en"], words["zh"], position=problem.position, fix=fix)
        )
    for tried in () if rule.problems else try_tests(model, rule):
        if not tried.passes:
            findings.error("rule", name, f"tests.{tried.name}", tried.problem["en"], tried.problem["zh"])
