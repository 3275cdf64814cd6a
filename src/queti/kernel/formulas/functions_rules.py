"""`decide(rule, outcome)`: what a rule says of the record, as a part of the formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from queti.kernel.formulas.coerce import to_type
from queti.kernel.formulas.nodes import Binary, Call, Literal, Name, Node
from queti.kernel.formulas.typed import Expr
from queti.kernel.formulas.types import FieldInfo, Names, RuleNotUsable, Type

if TYPE_CHECKING:
    from queti.kernel.formulas.check import Checker


def decide(checker: Checker, node: Call) -> Expr:
    """The rule's own tree, over the formula's record and what is given by name."""
    if checker.frame is not checker.root or checker.bound:
        words = "A rule decides on the record, not on rows of a list.", "规则只能用于记录本身，不能用于明细行。"
        raise checker.error("not_here", node.place, *words)
    names = [argument.value for argument in node.arguments[:2] if isinstance(argument, Literal)]
    if len(names) != len(node.arguments[:2]) or not all(isinstance(name, str) for name in names):
        raise checker.error(
            "wrong_type", node.place, "Rule and outcome are given as texts.", "规则和结果以文本给出。", ("text",)
        )
    try:
        found = checker.root.scope.decided(*map(str, names), given=_given(checker, str(names[0]), node.arguments[2:]))
    except RuleNotUsable as problem:
        raise checker.error("unknown_name", node.arguments[0].place, problem.en, problem.zh) from None
    checker.uses |= dict.fromkeys(found.uses)
    checker.reads |= found.reads
    checker.decides[str(names[0])] = None
    return found.expr


def _given(checker: Checker, rule: str, arguments: Sequence[Node]) -> dict[str, Expr]:
    """`weight = sum(lines.weight)`: an input's name, and a formula for its value."""
    known: Mapping[str, Type] = checker.root.scope.asked_by(rule) if arguments else {}
    given: dict[str, Expr] = {}
    for argument in arguments:
        if not (isinstance(argument, Binary) and argument.sign == "=" and isinstance(argument.left, Name)):
            words = "A value is given by its name: weight = 2.", "按名称传值，例如：weight = 2。"
            raise checker.error("wrong_type", argument.place, *words)
        name = ".".join(argument.left.path)
        if name not in known:
            raise checker.unknown(
                name, Names({each: FieldInfo(type) for each, type in known.items()}), argument.left.place, None
            )
        given[name] = _as_type(checker, argument.right, known[name])
    return given


def _as_type(checker: Checker, node: Node, wanted: Type) -> Expr:
    """Amounts are amounts, in whatever currency: that is told by the rule's help."""
    expr = checker.expr(node)
    if wanted.is_amount and (expr.type.is_amount or expr.type.kind == "blank"):
        return expr
    return to_type(checker, expr, wanted, node.place)
