"""Ways back: sent back to an earlier step, taken back by who acted."""

from __future__ import annotations

from queti.engines.flows.refusals import NextHasActed, NotEarlier
from queti.engines.flows.state import SUBMIT, Left, SetTask, State, Task, Token
from queti.engines.flows.tree import Tree
from queti.engines.flows.walking import Walk


def earlier(tree: Tree, state: State, step: str) -> list[str]:
    """The steps of people that the instance has passed on its way to this one."""
    return [each for each in state.visited if each != step and tree.is_before(each, step) and _turns(tree, state, each)]


def _turns(tree: Tree, state: State, step: str) -> bool:
    """Are all the loops that the step lies in under way?"""
    around = [each for _, each in tree.line(step) if each != step and tree.steps[each].kind == "loop"]
    return all(each in state.loops for each in around)


def send_back(walk: Walk, step: str, to: str, *, again: bool) -> None:
    if to and to not in earlier(walk.tree, walk.state, step):
        raise NotEarlier(step=walk.tree.label(to))
    go_back(walk, to, again=again)


def go_back(walk: Walk, to: str, *, again: bool) -> None:
    """To the submitter where `to` is blank. What has begun since rests until that comes back straight, or is over."""
    walk.state.left.clear()
    tree, tokens = walk.tree, walk.state.tokens
    over = [each for each in tokens if not to or (each != SUBMIT and tree.from_here_on(each, to))]
    if again:
        for each in over:
            walk.drop(each)
        _forget(walk, to)
        paused: dict[str, Token] = {}
    else:
        paused = {each: walk.pause(each) for each in over}
        walk.state.approved.pop(to, None)
    if to:
        walk.enter(to, resume=paused)
        return
    tokens[SUBMIT] = Token("open", resume=paused)
    walk.open(SUBMIT, Task(0, walk.state.submitter))


def _forget(walk: Walk, to: str) -> None:
    """What was approved from there on counts no more."""
    for each in list(walk.state.approved):
        if not to or (each in walk.tree.steps and walk.tree.from_here_on(each, to)):
            del walk.state.approved[each]
    for each in list(walk.state.loops):
        if not to or (walk.tree.from_here_on(each, to) and not walk.tree.is_inside(to, each)):
            del walk.state.loops[each]


def remember(walk: Walk, step: str, before: State, task: Task) -> None:
    """Note how the step was, for who may take the act back; a turn of a loop isn't taken back."""
    turned = any(walk.state.loops.get(name) != loop for name, loop in before.loops.items())
    if walk.state.status == "running" and step not in walk.state.tokens and not turned:
        entered = any(token.cause == task.no for token in walk.state.tokens.values())
        walk.state.left[step] = Left(task.no, task.person, before.tokens[step], entered)


def can_take_back(tree: Tree, state: State, no: int) -> bool:
    """May the act on that task still be undone?"""
    if state.status != "running":
        return False
    if any(_mine(token, no) for token in state.tokens.values()):
        return True
    return any(left.no == no and not _has_gone_on(tree, state, name, left) for name, left in state.left.items())


def take_back(walk: Walk, no: int, by: int) -> None:
    """Undo an act that nobody has gone on from; NextHasActed."""
    name = next((each for each, token in walk.state.tokens.items() if _mine(token, no)), None)
    if name is not None:
        task = next(task for task in walk.state.tokens[name].tasks if task.no == no)
        task.state, task.result = "open", ""
        walk.commands.append(SetTask(task, name, by))
    else:
        name = _left_by(walk, no)
        _bring_back(walk, name, walk.state.left.pop(name))
    walk.note("taken_back", name, by=by, task=no)


def _mine(token: Token, no: int) -> bool:
    return token.phase == "open" and any(task.no == no and task.state == "done" for task in token.tasks)


def _left_by(walk: Walk, no: int) -> str:
    for name, left in walk.state.left.items():
        if left.no == no:
            return name
    raise NextHasActed


def _bring_back(walk: Walk, name: str, left: Left) -> None:
    if _has_gone_on(walk.tree, walk.state, name, left):
        raise NextHasActed
    for each in _followed(walk.state, left):
        walk.drop(each)
    walk.state.approved.pop(name, None)
    walk.state.tokens[name] = left.token
    for task in left.token.tasks:
        walk.commands.append(SetTask(task, name))


def _followed(state: State, left: Left) -> list[str]:
    return [each for each, token in state.tokens.items() if token.cause == left.no]


def _has_gone_on(tree: Tree, state: State, name: str, left: Left) -> bool:
    """Has somebody acted since, or has all that followed ended?"""
    followed = _followed(state, left)
    touched = any(task.state == "done" and task.result != "passed"
                  for each in followed for task in state.tokens[each].tasks)  # fmt: skip
    arm = tree.owner.get(tree.home[name])
    waits = arm is not None and any(tree.is_inside(each, arm) for each in state.tokens if each != SUBMIT)
    return touched or (left.entered and not followed) or (not left.entered and not waits)
