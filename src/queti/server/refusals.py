"""What the HTTP door itself refuses. Each names its status, since here it is HTTP that is spoken."""

from __future__ import annotations

from typing import ClassVar

from queti.kernel.errors import Refusal


class DoorRefusal(Refusal):
    """The request can't be carried out."""

    status: ClassVar[int] = 400


class NotSignedIn(DoorRefusal):
    """Sign in first; your session has ended or there was none."""

    zh = "请先登录；您的会话已结束或尚未登录。"
    kind = "unauthenticated"
    status = 401


class PasswordToBeChosen(DoorRefusal):
    """Your password was given to you; choose one that only you know, then go on."""

    zh = "您的密码由他人设定，请先改成只有您自己知道的密码。"
    kind = "forbidden"
    status = 403


class WrongSignIn(DoorRefusal):
    """Workspace, login or password is wrong."""

    zh = "工作区、登录名或密码不正确。"
    kind = "unauthenticated"
    status = 401


class SampleSignInElsewhere(DoorRefusal):
    """Sample sign-ins work only on the server's own machine; ask the owner for an account."""

    zh = "示例账号只能在服务器本机使用，请向负责人申请账号。"
    kind = "forbidden"
    status = 403


class TooManyAttempts(DoorRefusal):
    """Too many attempts; try again in {minutes} min."""

    zh = "尝试次数过多，请在 {minutes} 分钟后再试。"
    kind = "too_many"
    status = 429


class TooManyRequests(DoorRefusal):
    """This key made more than {most} requests in a minute; go on more slowly."""

    zh = "此密钥一分钟内的请求超过 {most} 次，请放慢速度。"
    kind = "too_many"
    status = 429


class NotForPrograms(DoorRefusal):
    """An API token can't do this; sign in yourself."""

    zh = "API 令牌不能执行此操作，请本人登录后再试。"
    kind = "forbidden"
    status = 403


class TooMuchAtOnce(DoorRefusal):
    """{most} long pieces of work of yours are under way or waiting; try again when one is done."""

    zh = "您已有 {most} 项耗时任务正在执行或排队，请在其中一项完成后再试。"
    kind = "too_many"
    status = 429


class TooSlow(DoorRefusal):
    """The request came too slowly; nothing was done."""

    zh = "请求发送过慢，未执行任何操作。"
    status = 408


class TooBig(DoorRefusal):
    """The request is larger than the {limit} that this address takes."""

    zh = "请求内容超过此地址允许的 {limit}。"
    kind = "too_large"
    status = 413


class WrongContentType(DoorRefusal):
    """This address takes {wanted}, not “{given}”; set the Content-Type header."""

    zh = "此地址只接受 {wanted}，不接受“{given}”，请设置 Content-Type。"
    status = 415


class MalformedJson(DoorRefusal):
    """The body is not JSON: {problem} at line {line}, column {column}."""

    zh = "请求内容不是有效的 JSON：第 {line} 行第 {column} 列，{problem}。"


class MalformedUpload(DoorRefusal):
    """The upload can't be read: {problem}"""

    zh = "无法读取上传内容：{problem}"


class WrongShape(DoorRefusal):
    """The body must be {wanted}."""

    zh = "请求内容应为{wanted}。"
    status = 422


class MissingHeader(DoorRefusal):
    """A request signed in by cookie that writes must carry the header “X-Queti: 1”."""

    zh = "使用 Cookie 登录的写入请求必须带有请求头“X-Queti: 1”。"
    kind = "forbidden"
    status = 403


class ForeignOrigin(DoorRefusal):
    """This request comes from {origin}, another site; it is not carried out."""

    zh = "该请求来自其他网站 {origin}，未予执行。"
    kind = "forbidden"
    status = 403


class UnknownHost(DoorRefusal):
    """The server doesn't answer to the name “{host}”; an operator can add it to QUETI_HOSTS."""

    zh = "服务器不以“{host}”之名提供服务；管理员可将其加入 QUETI_HOSTS。"
    status = 421


class NoSuchAddress(DoorRefusal):
    """There is nothing at {path}. {nearest}"""

    zh = "{path} 不存在。{nearest}"
    kind = "not_found"
    status = 404


class WrongMethod(DoorRefusal):
    """{path} takes {allowed}, not {method}."""

    zh = "{path} 接受 {allowed}，不接受 {method}。"
    status = 405


class WrongKey(DoorRefusal):
    """An idempotency key is 1 to 200 printable characters."""

    zh = "幂等键应为 1 至 200 个可打印字符。"


class ServerBusy(DoorRefusal):
    """The server is busy or starting; try again in a moment."""

    zh = "服务器繁忙或正在启动，请稍后再试。"
    kind = "busy"
    status = 503


class Unexpected(DoorRefusal):
    """Something went wrong on the server. Tell the administrator the number {request_id}."""

    zh = "服务器发生意外错误，请将编号 {request_id} 告知管理员。"
    status = 500


class NotTheirPassword(DoorRefusal):
    """This is not your password."""

    zh = "密码不正确。"
    status = 422
    field = "password"


class WrongPassword(DoorRefusal):
    """The old password is wrong."""

    zh = "原密码不正确。"
    status = 422
    field = "old"


class WeakPassword(DoorRefusal):
    """A password has at least {least} characters and is not the login."""

    zh = "密码至少 {least} 个字符，且不能与登录名相同。"
    status = 422
    field = "new"


class SamePassword(DoorRefusal):
    """This is the password that you have; choose another."""

    zh = "新密码与原密码相同，请另选一个。"
    status = 422
    field = "new"


class NotAdministrator(DoorRefusal):
    """Only an administrator may do this."""

    zh = "只有管理员可以执行此操作。"
    kind = "forbidden"
    status = 403
