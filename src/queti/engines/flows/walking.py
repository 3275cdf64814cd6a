"""How tokens walk the tree: steps entered and left, arms that end, joins."""

from __future__ import annotations

from dataclasses import dataclass, field

from queti.engines.flows.state import (
    SUBMIT,
    Command,
    End,
    Enter,
    Leave,
    Loop,
    Note,
    OpenTask,
    SetTask,
    State,
    Task,
    Token,
)
from queti.engines.flows.tree import ROOT, Tree

_PHASES = {"approve": "people", "handle": "people", "copy": "people", "branch": "deciding"}


@dataclass(slots=True)
class Walk:
    """One event's walk over an instance. `cause` is the number of the task whose act moves it."""

    tree: Tree
    state: State
    commands: list[Command] = field(default_factory=list[Command])
    cause: int = 0

    # -- steps

    def enter_sequence(self, sequence: str) -> None:
        first = self.tree.first(sequence)
        if first is None:
            self.close(sequence)
        else:
            self.enter(first)

    def enter(self, name: str, resume: dict[str, Token] | None = None, *, is_again: bool = False) -> None:
        """`is_again`: what failed there is tried once more."""
        step = self.tree.steps[name]
        if step.kind == "end":
            return self.finish(step.result)
        if step.kind == "branch" and step.take == "all":
            self.note("entered", name)
            return self.fork(name, list(step.branches))
        if self.tree.is_outside(name) and not is_again:
            self.state.entered[name] = self.state.entered.get(name, 0) + 1
        phase = _PHASES.get(step.kind, "running")
        self.state.tokens[name] = Token(phase, cause=self.cause, resume=resume or {})  # type: ignore[arg-type]
        if phase == "people" and name not in self.state.visited:
            self.state.visited.append(name)
        self.commands.append(Enter(name))
        return None

    def fork(self, name: str, branches: list[str]) -> None:
        """Begin these branches together; those without steps are done at once."""
        taken = [f"{name}.branches.{branch}.steps" for branch in branches]
        firsts = [first for sequence in taken if (first := self.tree.first(sequence))]
        for first in firsts:
            if self.state.status == "running":
                self.enter(first)
        if not firsts:
            self.go_on(name)

    def leave(self, name: str) -> None:
        """The step is done: what follows it, or what it interrupted, goes on."""
        resume, self.state.tokens[name].resume = self.state.tokens[name].resume, {}
        self.drop(name)
        if resume:
            self.resume(resume)
        elif name == SUBMIT:
            self.restart()
        else:
            self.go_on(name)

    def go_on(self, name: str) -> None:
        following = self.tree.next(name)
        if following is not None:
            self.enter(following)
        else:
            self.close(self.tree.home[name])

    def close(self, sequence: str) -> None:
        """The end of a sequence: a loop turns, a branching waits for its other arms."""
        if sequence == ROOT:
            return self.finish("approved")
        owner = self.tree.owner[sequence]
        step = self.tree.steps[owner]
        if step.kind == "loop" and sequence.endswith(".steps"):
            return self.turn(owner)
        if not any(self.tree.is_inside(other, owner) for other in self.state.tokens if other != SUBMIT):
            self.go_on(owner)
        return None

    def begin_loop(self, name: str, rows: list[int]) -> None:
        self.drop(name)
        self.state.loops[name] = Loop(rows, -1)
        self.turn(name)

    def turn(self, name: str) -> None:
        loop = self.state.loops.setdefault(name, Loop([]))
        loop.at += 1
        for each in [each for each in self.state.approved if self.tree.is_inside(each, name)]:
            del self.state.approved[each]
        if loop.at < len(loop.rows) and self.tree.sequences[f"{name}.steps"]:
            self.enter_sequence(f"{name}.steps")
        else:
            del self.state.loops[name]
            self.go_on(name)

    def restart(self) -> None:
        """Through all again."""
        self.state.round += 1
        self.state.approved.clear()
        self.state.left.clear()
        self.state.visited.clear()
        self.enter_sequence(ROOT)

    def finish(self, status: str) -> None:
        for name in list(self.state.tokens):
            self.drop(name)
        self.state.loops.clear()
        self.state.left.clear()
        self.state.status = status
        self.note("ended", detail=status)
        self.commands.append(End(status))

    # -- tokens

    def drop(self, name: str) -> Token:
        """Take the token away; whoever was still asked there isn't any more."""
        token = self.state.tokens.pop(name)
        self._cancel_all(name, token)
        self.commands.append(Leave(name))
        return token

    def _cancel_all(self, name: str, token: Token) -> None:
        for task in token.tasks:
            self.cancel(name, task)
        for other, paused in token.resume.items():
            self._cancel_all(other, paused)
            self.commands.append(Leave(other))

    def cancel(self, step: str, task: Task) -> None:
        if task.state in ("open", "waiting", "paused"):
            task.state = "cancelled"
            self.commands.append(SetTask(task, step))

    def pause(self, name: str) -> Token:
        token = self.state.tokens.pop(name)
        for task in token.tasks:
            if task.state == "open":
                task.state = "paused"
                self.commands.append(SetTask(task, name))
        self.commands.append(Leave(name))
        return token

    def resume(self, paused: dict[str, Token]) -> None:
        for name, token in paused.items():
            self.state.tokens[name] = token
            for task in token.tasks:
                if task.state == "paused":
                    task.state = "open"
                    self.commands.append(SetTask(task, name))
            self.commands.append(Enter(name))

    # -- tasks

    def open(self, name: str, task: Task) -> Task:
        self.state.tasks += 1
        task.no = self.state.tasks
        self.state.tokens[name].tasks.append(task)
        self.commands.append(OpenTask(task, name))
        return task

    def note(
        self,
        act: str,
        step: str = "",
        *,
        by: int = 0,
        to: int = 0,
        reason: str = "",
        task: int = 0,
        detail: str = "",
    ) -> None:
        self.commands.append(Note(act, step, by, to, reason, task, detail))
