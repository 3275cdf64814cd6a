"""What the process engine refuses."""

from __future__ import annotations

from collections.abc import Mapping

from queti.kernel.definitions import Words
from queti.kernel.errors import Refusal

_SAID: Mapping[str, Words] = {
    "new": {"en": "waiting in line", "zh": "排队中"},
    "running": {"en": "running", "zh": "进行中"},
    "approved": {"en": "approved", "zh": "已通过"},
    "rejected": {"en": "rejected", "zh": "已拒绝"},
    "withdrawn": {"en": "withdrawn", "zh": "已撤回"},
    "cancelled": {"en": "not needed any more", "zh": "已失效"},
    "stopped": {"en": "stopped", "zh": "已终止"},
    "handled": {"en": "done", "zh": "已办理"},
    "done": {"en": "done", "zh": "已处理"},
    "passed": {"en": "passed", "zh": "已自动通过"},
    "waiting": {"en": "waiting for others", "zh": "等待他人"},
    "paused": {"en": "resting while it was sent back", "zh": "退回期间暂停"},
    "approve": {"en": "Approve", "zh": "同意"},
    "reject": {"en": "Reject", "zh": "拒绝"},
    "handle": {"en": "Done", "zh": "办理完成"},
    "send_back": {"en": "Send back", "zh": "退回"},
    "add_approver": {"en": "Add approvers", "zh": "加签"},
}


def said(name: str) -> Words:
    """A state, result or act as people call it."""
    return _SAID.get(name, {"en": name, "zh": name})


class TaskNotOpen(Refusal):
    """This task is not open any more: it was {result}."""

    zh = "该任务已不在待办中：{result}。"
    kind = "conflict"


class NobodyFound(Refusal):
    """Nobody was found for “{step}”. An administrator may put the instance at another step, or stop it."""

    zh = "步骤“{step}”找不到处理人。管理员可将其跳转到其他步骤或终止。"


class NotYourTask(Refusal):
    """This task is somebody else's."""

    zh = "该任务不属于您。"
    kind = "forbidden"


class NotEarlier(Refusal):
    """“{step}” is not an earlier step of this instance; send back to one that it has passed."""

    zh = "“{step}”不是该流程已经过的步骤，请退回到之前的步骤。"
    field = "to"


class NextHasActed(Refusal):
    """It can't be taken back: the next ones have acted, or the flow has gone on."""

    zh = "后续步骤已处理，无法拿回。"
    kind = "conflict"


class AlreadyAsked(Refusal):
    """{person} is asked at this step already."""

    zh = "{person} 已是该步骤的处理人。"
    field = "to"


class LastApprover(Refusal):
    """At least one approver must stay."""

    zh = "至少保留一名审批人。"


class NotRunning(Refusal):
    """The instance is not running any more: it is {state}."""

    zh = "该流程实例已结束：{state}。"
    kind = "conflict"


class NoWithdrawal(Refusal):
    """This flow doesn't let it be withdrawn now."""

    zh = "该流程当前不允许撤回。"


class WrongAct(Refusal):
    """“{act}” doesn't fit this task."""

    zh = "该任务不支持“{act}”。"


class NoSuchHook(Refusal):
    """Nothing is listening at this address."""

    zh = "此地址无人接收。"
    kind = "not_found"


class HookOver(Refusal):
    """This answer comes too late: the flow doesn't wait for it any more ({state})."""

    zh = "该回复已过时：流程不再等待它（{state}）。"
    kind = "gone"


class AnsweredAlready(Refusal):
    """This address was called already, with another content. Each is called once."""

    zh = "此地址已被调用过，且内容不同。每个地址只能调用一次。"
    kind = "conflict"


class Replayed(Refusal):
    """The call “{id}” came already; it isn't taken twice."""

    zh = "请求“{id}”已收到过，不会重复处理。"
    kind = "conflict"


class NothingFits(Refusal):
    """The flow's condition fits no record, so nothing was begun."""

    zh = "没有记录符合流程的条件，因此未启动任何流程。"
    kind = "not_found"


class UnknownStep(Refusal):
    """The flow has no step “{step}”."""

    zh = "流程中没有步骤“{step}”。"
    field = "to"
