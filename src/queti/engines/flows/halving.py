"""Many at once where it goes well; what fails is found by halves, and takes nothing of the others along."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import psycopg

from queti.engines.flows.cases import in_words
from queti.kernel.errors import Overtaken, Refusal

if TYPE_CHECKING:
    from queti.kernel.work import Work

T = TypeVar("T")
_PASSING = (psycopg.Error, Overtaken)
"""What isn't the fault of those at hand: the Work runs again."""

log = logging.getLogger("queti.flows")


def in_halves(
    work: Work, items: Sequence[T], act: Callable[[Sequence[T]], None], give_up: Callable[[T, str], None]
) -> None:
    """Act on all of them; one that can't be acted on is given up with the reason, in words."""
    if not items:
        return
    try:
        with work.attempt():
            act(items)
    except _PASSING:
        raise
    except Exception as problem:
        if len(items) == 1:
            if not isinstance(problem, Refusal):
                log.exception("a flow failed in %s", work.workspace.name)
            give_up(items[0], _said(work, problem))
            return
        for half in (items[: len(items) // 2], items[len(items) // 2 :]):
            in_halves(work, half, act, give_up)


def _said(work: Work, problem: Exception) -> str:
    if isinstance(problem, Refusal):
        return in_words(work, problem)
    name = type(problem).__name__
    if work.language == "zh":
        return f"意外错误（{name}），详见服务器日志。"
    return f"An unexpected error ({name}); the server's log has the details."
