"""What acts on tasks and instances are refused for, besides what the engine refuses."""

from __future__ import annotations

from queti.kernel.errors import Refusal


class ReasonNeeded(Refusal):
    """This step asks for a reason."""

    zh = "该步骤必须填写意见。"
    field = "reason"


class FieldNotYours(Refusal):
    """At this step {field} may not be changed."""

    zh = "该步骤不能修改 {field}。"
    field = "values"


class FlowOff(Refusal):
    """“{flow}” can't be submitted: it is switched off, or begins by itself."""

    zh = "“{flow}”不能提交：该流程已停用，或由系统自动发起。"
    kind = "conflict"
    field = "flow"


class OtherRecord(Refusal):
    """“{flow}” doesn't begin for this record: its condition isn't met."""

    zh = "该记录不满足“{flow}”的发起条件。"
    field = "record"


class NotForYou(Refusal):
    """Your roles may not submit “{flow}”."""

    zh = "您的角色不能发起“{flow}”。"
    kind = "forbidden"


class AlreadyRunning(Refusal):
    """“{flow}” is running for this record already."""

    zh = "该记录的“{flow}”正在进行中。"
    kind = "conflict"


class NotYourInstance(Refusal):
    """Only who submitted it may do that."""

    zh = "只有发起人可以执行此操作。"
    kind = "forbidden"


class UrgedLately(Refusal):
    """It was urged at {last}; wait {hours} hours between two."""

    zh = "已于 {last} 催办过，两次催办至少间隔 {hours} 小时。"
    kind = "conflict"


class OthersWereFaster(Refusal):
    """{who} was faster: {act} at {moment}."""

    zh = "{who} 已先行处理：{act}（{moment}）。"
    kind = "conflict"


class PasswordNeeded(Refusal):
    """This step asks for your password."""

    zh = "该步骤需要输入密码确认。"
    kind = "forbidden"
    field = "password"


class SignatureNeeded(Refusal):
    """This step asks for your signature."""

    zh = "该步骤需要手写签名。"
    field = "signature"


class ConfirmedAlone(Refusal):
    """“{task}” asks for a signature of its own; open it to decide."""

    zh = "“{task}”需要单独手写签名，请打开后处理。"


class PartOfAnother(Refusal):
    """This is part of another flow; submit that one again."""

    zh = "这是其他流程的子流程，请重新提交上级流程。"


class WrongChoice(Refusal):
    """Who is asked next is given as people for each step that leaves it to you."""

    zh = "下一步审批人应按步骤给出人员，且仅限由您选择的步骤。"
    field = "chosen"


class WrongPeople(Refusal):
    """People are given as a list of their ids."""

    zh = "人员应以编号列表给出。"
    field = "people"
