"""`decide(rule, outcome)`: what a rule says of the record, as a part of the formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from queti.kernel.formulas.nodes import Call, Literal
from queti.kernel.formulas.typed import Expr
from queti.kernel.formulas.types import RuleNotUsable

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker


def decide(checker: Checker, node: Call) -> Expr:
    """The rule's own tree, over the formula's record."""
    names = [argument.value for argument in node.arguments if isinstance(argument, Literal)]
    if len(names) != len(node.arguments) or not all(isinstance(name, str) for name in names):
        raise checker.error(
            "wrong_type", node.place, "Rule and outcome are given as texts.", "规则和结果以文本给出。", ("text",)
        )
    if checker.frame is not checker.root or checker.bound:
        words = "A rule decides on the record, not on rows of a list.", "规则只能用于记录本身，不能用于明细行。"
        raise checker.error("not_here", node.place, *words)
    try:
        found = checker.root.scope.decided(*map(str, names))
    except RuleNotUsable as problem:
        raise checker.error("unknown_name", node.arguments[0].place, problem.en, problem.zh) from None
    checker.uses |= dict.fromkeys(found.uses)
    checker.reads |= found.reads
    checker.decides[str(names[0])] = None
    return found.expr
