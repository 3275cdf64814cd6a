"""How a flow has gone lately: its instances by state; each step's tasks, their hours, and what was sent back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from queti.kernel.names import unknown

if TYPE_CHECKING:
    from queti.kernel.work import Work

_STATES = """
SELECT state, count(*) FROM {instances}
 WHERE flow = $1 AND started_at >= $2::timestamptz - make_interval(days => $3) GROUP BY state"""
_BACK = """
SELECT step, count(*) FROM {acts} act JOIN {instances} instance ON instance.id = act.instance
 WHERE act.act = 'sent_back' AND instance.flow = $1
   AND instance.started_at >= $2::timestamptz - make_interval(days => $3)
 GROUP BY step"""
_STEPS = """
SELECT step, count(*), count(*) FILTER (WHERE task.state = 'open'),
       avg(extract(epoch FROM task.done_at - task.created_at) / 3600) FILTER (WHERE task.state = 'done')
  FROM {tasks} task JOIN {instances} instance ON instance.id = task.instance
 WHERE instance.flow = $1 AND instance.started_at >= $2::timestamptz - make_interval(days => $3) GROUP BY step"""


def statistics(work: Work, flow: str, days: int) -> dict[str, Any]:
    """`{instances, by_state, steps: {step: {tasks, open, hours, sent_back}}}` of those begun in so many days."""
    if flow not in work.model.flows:
        raise unknown({"en": "flow", "zh": "流程"}, flow, work.model.flows)
    names = {f"{name}s": work.object(f"flow.{name}").table for name in ("instance", "task", "act")}
    by_state, back, steps = (
        work.rows(text.format(**names), (flow, work.now, days)) for text in (_STATES, _BACK, _STEPS)
    )
    sent_back = dict(back)
    return {
        "instances": sum(count for _, count in by_state),
        "by_state": dict(by_state),
        "steps": {
            step: {
                "tasks": tasks,
                "open": open,
                "hours": hours and round(float(hours), 1),
                "sent_back": sent_back.get(step, 0),
            }
            for step, tasks, open, hours in steps
        },
    }
