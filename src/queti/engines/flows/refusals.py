"""What the process engine refuses."""

from __future__ import annotations

from queti.kernel.errors import Refusal


class TaskNotOpen(Refusal):
    """This task is not open any more: it was {result}."""

    zh = "该任务已不在待办中：{result}。"
    kind = "conflict"


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
