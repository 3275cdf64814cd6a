from __future__ import annotations

from typing import Any

from queti.apps.flow.acting import INSTANCE, INSTANCES
from queti.engines.flows.cases import current_tree
from queti.engines.flows.interpreting import read
from queti.engines.flows.state import SUBMIT
from queti.kernel.operations import Call, boolean, operation, words
from queti.kernel.work import Work


@operation(
    on="flow.instance",
    label=words("Move to the new version", "迁移到新版本"),
    when='state = "running" or state = "failed"',
    inputs={"instance": INSTANCES, "try_only": boolean(label=words("Only try", "仅试运行"))},
    result="rows",
)
def move_to_version(work: Work, calls: list[Call]) -> list[dict[str, Any]]:
    """Running instances go on by the flow as it is now; those whose steps are gone stay and are named."""
    rows = work.fetch(INSTANCE, [call.instance for call in calls], lock=True)
    answers: list[dict[str, Any]] = []
    changes: list[tuple[Any, dict[str, Any]]] = []
    for row, call in zip(rows, calls, strict=True):
        gone = _gone(work, row)
        answers.append({"instance": row.id, "title": row.title, "moves": not gone, "gone": ", ".join(gone)})
        if not gone and not call.try_only:
            changes.append((row, {"definition": current_tree(work.model, row.flow).hash}))
    if changes:
        work.change(INSTANCE, changes)
        acts = [{"instance": row, "act": "moved", "by": work.who.user, "at": work.now} for row, _ in changes]
        work.create("flow.act", acts)
    return answers


def _gone(work: Work, row: Any) -> list[str]:
    """The steps at which the instance is and that the flow has no more."""
    if row.flow not in work.model.flows:
        return [row.flow]
    state, tree = read(row.holds), current_tree(work.model, row.flow)
    paused = [name for token in state.tokens.values() for name in token.resume]
    return [name for name in [*state.tokens, *paused, *state.loops] if name != SUBMIT and name not in tree.steps]
