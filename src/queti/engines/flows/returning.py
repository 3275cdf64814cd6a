"""Ways back: sent back to an earlier step, taken back by who acted."""

from __future__ import annotations

from queti.engines.flows.refusals import NextHasActed, NotEarlier
from queti.engines.flows.state import SEQUENTIAL, SUBMIT, Left, Seat, SetTask, State, Task, Token
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
    name = _at(state, no)
    if name is not None:
        return not _have_acted(_asked_after(tree, name, state.tokens[name], no))
    return any(left.no == no and not _has_gone_on(tree, state, name, left) for name, left in state.left.items())


def take_back(walk: Walk, no: int, by: int) -> None:
    """Undo an act that nobody has gone on from; NextHasActed."""
    name = _at(walk.state, no)
    if name is not None:
        _open_again(walk, name, no, by)
    else:
        name = _left_by(walk, no)
        _bring_back(walk, name, walk.state.left.pop(name))
    walk.note("taken_back", name, by=by, task=no)


def _at(state: State, no: int) -> str | None:
    """The step that still waits for others who were asked with whom that task is done."""
    return next((each for each, token in state.tokens.items() if _mine(token, no)), None)


def _mine(token: Token, no: int) -> bool:
    return token.phase == "open" and any(task.no == no and task.state == "done" for task in token.tasks)


def _open_again(walk: Walk, name: str, no: int, by: int) -> None:
    """Whoever was asked because of the act isn't any more, until it is their turn again."""
    token = walk.state.tokens[name]
    after = _asked_after(walk.tree, name, token, no)
    if _have_acted(after):
        raise NextHasActed
    token.queue = [Seat(each.person, each.weight, each.on_behalf_of) for each in after if _has_turn(each)] + token.queue
    for each in after:
        if each.opener == no and each.state == "open":
            each.state = "waiting"
            walk.commands.append(SetTask(each, name))
        else:
            walk.cancel(name, each)
    task = next(task for task in token.tasks if task.no == no)
    task.state, task.result = "open", ""
    walk.commands.append(SetTask(task, name, by))


def _asked_after(tree: Tree, name: str, token: Token, no: int) -> list[Task]:
    """Those who are asked within the step because of the act: who comes next in turn, whom its person added after
    themselves, and whom these have brought in."""
    step = tree.steps.get(name)
    in_turn = step is not None and step.kind == "approve" and step.mode in SEQUENTIAL and not token.any_one
    found: dict[int, Task] = {}
    for task in token.tasks:
        comes_next = in_turn and task.no > no and not task.opener and not task.stands_for
        is_added = task.gate == "after" and task.opener == no
        if comes_next or is_added or task.opener in found or any(each in found for each in task.stands_for):
            found[task.no] = task
    return list(found.values())


def _has_turn(task: Task) -> bool:
    return task.state in ("open", "waiting") and not task.opener and not task.stands_for


def _have_acted(tasks: list[Task]) -> bool:
    return any(task.state == "done" and task.result != "passed" for task in tasks)


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
    touched = any(_have_acted(state.tokens[each].tasks) for each in followed)
    arm = tree.owner.get(tree.home[name])
    waits = arm is not None and any(tree.is_inside(each, arm) for each in state.tokens if each != SUBMIT)
    return touched or (left.entered and not followed) or (not left.entered and not waits)
