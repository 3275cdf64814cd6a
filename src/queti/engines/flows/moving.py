"""Running instances go on by the flow as it is now: which can, and of the others why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from queti.engines.flows.cases import Case, current_tree
from queti.engines.flows.driving import Drive
from queti.engines.flows.state import SUBMIT, Enter, Leave, Note, State, Token
from queti.engines.flows.tree import Tree
from queti.kernel.definitions import Words
from queti.kernel.definitions.flows import PEOPLE

if TYPE_CHECKING:
    from queti.kernel.work import Work

_GONE = {"en": "The flow is not there any more.", "zh": "该流程已不存在。"}
_WHY = {
    "gone": ("“{step}”, where it stands, is gone.", "当前所在的步骤“{step}”已不存在。"),
    "kind": ("“{step}”, where it stands, does something else now.", "当前所在的步骤“{step}”已改为其他类型。"),
    "loop": ("“{step}” lies in another loop now.", "步骤“{step}”所属的循环已改变。"),
}


def move(work: Work, ids: Sequence[int], *, try_only: bool) -> list[list[Words]]:
    """What stands in the way of each; those without go on by the new version unless it is only tried."""
    drive = Drive(work)
    told: list[list[Words]] = []
    for case in drive.take(ids):
        tree = current_tree(work.model, case.flow.flow) if case.flow.flow in work.model.flows else None
        told.append(list(hindrances(case.state, case.tree, tree)) if tree else [_GONE])
        if tree and tree.hash != case.tree.hash and not told[-1] and not try_only:
            _move(work, case, tree)
    drive.settle()
    return told


def hindrances(state: State, old: Tree, new: Tree) -> Iterator[Words]:
    for name in dict.fromkeys([*_standing(state.tokens), *state.loops]):
        why = _hindrance(name, state, old, new)
        if why:
            label = old.steps[name].label or {"en": name}
            step = {"en": label.get("en") or name, "zh": label.get("zh") or label.get("en") or name}
            yield {
                language: said.format(step=step[language])
                for language, said in zip(("en", "zh"), _WHY[why], strict=True)
            }


def _standing(tokens: dict[str, Token]) -> Iterator[str]:
    """Where it is, and where it goes on once what interrupted it is done."""
    for name, token in tokens.items():
        if name != SUBMIT:
            yield name
        yield from _standing(token.resume)


def _hindrance(name: str, state: State, old: Tree, new: Tree) -> str:
    if name not in new.steps:
        return "gone"
    was, now = old.steps[name], new.steps[name]
    if (was.kind, was.wait_for, was.over) != (now.kind, now.wait_for, now.over):
        return "kind"
    return "loop" if _loops(new, name) != {each for each in _loops(old, name) if each in state.loops} else ""


def _loops(tree: Tree, step: str) -> set[str]:
    return {each for _, each in tree.line(step) if each != step and tree.steps[each].kind == "loop"}


def _move(work: Work, case: Case, tree: Tree) -> None:
    """What it remembers of steps that are gone goes; where the time for a step differs, it counts from now."""
    old, state, case.tree = case.tree, case.state, tree
    state.left.clear()
    state.visited = [each for each in state.visited if each in tree.steps]
    state.approved = {name: people for name, people in state.approved.items() if name in tree.steps}
    case.commands.append(Note("moved", by=work.who.user or 0))
    for name in state.tokens:
        if name != SUBMIT and tree.steps[name].kind in PEOPLE and _time(old, name) != _time(tree, name):
            case.commands += [Leave(name), Enter(name)]


def _time(tree: Tree, name: str) -> tuple[object, ...]:
    step = tree.steps[name]
    return step.due_hours, step.working_hours, step.late
