"""Why a call to the outside came to nothing. `passes`: it may go well another time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from queti.kernel.errors import Refusal


class OutsideFailed(Refusal):
    """Outside, something failed."""

    zh = "外部调用失败。"
    passes: ClassVar[bool] = False
    answered: int = 0
    """The status that came back."""


class WrongAddress(OutsideFailed):
    """“{url}” is no address of the form https://host/…"""

    zh = "“{url}”不是 https://主机/… 形式的地址。"


class InsideAddress(OutsideFailed):
    """{host} lies inside this server's own networks ({address}). Its operator can allow it: QUETI_REACH."""

    zh = "{host} 位于服务器的内部网络（{address}）。服务器管理员可通过 QUETI_REACH 放行。"


class OutsideAway(OutsideFailed):
    """{host} could not be reached: {reason}."""

    zh = "无法连接 {host}：{reason}。"
    passes = True


def why_away(problem: Exception) -> Mapping[str, str] | str:
    """The reason of a connection that failed, as far as people can make something of it."""
    if isinstance(problem, ConnectionRefusedError):
        return {"en": "it refuses the connection", "zh": "对方拒绝连接"}
    if isinstance(problem, OSError) and problem.strerror:
        return problem.strerror
    return {"en": "the connection broke off", "zh": "连接中断"}


class TookTooLong(OutsideFailed):
    """{host} did not answer within {seconds} seconds."""

    zh = "{host} 未在 {seconds} 秒内应答。"
    passes = True


class NotTrusted(OutsideFailed):
    """{host} could not prove who it is: {reason}."""

    zh = "{host} 的证书未通过验证：{reason}。"


class Redirected(OutsideFailed):
    """{host} answered {status}: it is to be called at another address ({to}). Put that into the step."""

    zh = "{host} 返回 {status}：应改用另一地址（{to}），请修改该步骤。"


class AnsweredNo(OutsideFailed):
    """{host} answered {status}: {said}"""

    zh = "{host} 返回 {status}：{said}"


class AnsweredLater(AnsweredNo):
    """{host} answered {status}, and may do better later: {said}"""

    zh = "{host} 返回 {status}，稍后可能恢复：{said}"
    passes = True


class AnswerTooLong(OutsideFailed):
    """{host} answered more than {most} bytes."""

    zh = "{host} 的应答超过 {most} 字节。"


class AnswerLacks(OutsideFailed):
    """What came from outside has no {wanted} at “{path}”."""

    zh = "外部数据的“{path}”处没有{wanted}。"


class NotJson(OutsideFailed):
    """What came is not JSON."""

    zh = "收到的内容不是 JSON。"


class Unforeseen(OutsideFailed):
    """An unexpected error ({reason}); the server's log has the details."""

    zh = "发生意外错误（{reason}），详情见服务器日志。"
    passes = True


class NoSecret(OutsideFailed):
    """There is no secret “{name}”. An administrator sets it under Flows, Secrets."""

    zh = "没有名为“{name}”的密钥，请管理员在“流程 → 密钥”中设置。"


class SecretElsewhere(OutsideFailed):
    """The secret “{name}” is for {hosts} only, and not shown to {host}. An administrator sets its hosts under Flows,
    Secrets."""

    zh = "密钥“{name}”仅限 {hosts}，不能发送给 {host}。请管理员在“流程 → 密钥”中设置可用主机。"


class NoMailServer(OutsideFailed):
    """No mail server is set. An administrator sets it under Flows, Mail servers."""

    zh = "尚未设置邮件服务器，请管理员在“流程 → 邮件服务器”中设置。"


class NobodyToMail(OutsideFailed):
    """Nobody with an e-mail address is left to write to."""

    zh = "没有可发送的收件人邮箱。"


class NobodyCalled(OutsideFailed):
    """Nobody called back in time."""

    zh = "未在期限内收到回调。"


class MailRefused(OutsideFailed):
    """{host} refused the mail: {reason}"""

    zh = "{host} 拒收邮件：{reason}"


class MailDeferred(MailRefused):
    """{host} takes no mail at the moment: {reason}"""

    zh = "{host} 暂不接收邮件：{reason}"
    passes = True


class NotSigned(Refusal):
    """This call is not signed with the secret that is agreed for this address."""

    zh = "该请求未使用此地址约定的密钥签名。"
    kind = "unauthenticated"


class TooOld(Refusal):
    """This call was signed more than {minutes} minutes ago, or its clock is wrong."""

    zh = "该请求的签名时间超过 {minutes} 分钟，或其时钟有误。"
    kind = "unauthenticated"
