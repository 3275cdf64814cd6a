"""Refusals: what the kernel and the apps say when they won't do something.

A refusal is an exception whose words live with the class: the docstring is the
English message, `zh` the Chinese one; both are format strings over the keyword
arguments. `code` is the snake_case name of the class, made once. The door adds the
status and the language; nothing here knows HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, cast

Language = Literal["en", "zh"]
Kind = Literal[
    "invalid", "forbidden", "not_found", "conflict", "unauthenticated", "too_many", "too_large", "busy", "gone"
]


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One wrong input. `path` is as the caller wrote it: `lines[2].quantity`."""

    path: str
    code: str
    en: str
    zh: str

    def says(self, language: Language) -> str:
        return self.zh if language == "zh" else self.en


class Refusal(Exception):
    """The request can't be carried out."""

    zh: ClassVar[str] = "无法执行该请求。"
    kind: ClassVar[Kind] = "invalid"
    field: str | None = None
    offers: tuple[str, ...] = ()
    """Operations that help: `oms.hold_order`, or with an input to tick, `oms.confirm_order backorder`."""

    def __init__(
        self,
        *,
        fields: Sequence[FieldProblem] = (),
        at: str | None = None,
        offer: Sequence[str] = (),
        **values: Any,
    ) -> None:
        self.values: Mapping[str, Any] = values
        self.fields: tuple[FieldProblem, ...] = tuple(fields)
        if at is not None:
            self.field = at
        if offer:
            self.offers = tuple(offer)
        super().__init__(self.says("en"))

    @property
    def code(self) -> str:
        return code_of(type(self))

    def says(self, language: Language) -> str:
        """The message in `language`, filled with the refusal's values."""
        words = self.zh if language == "zh" else " ".join((type(self).__doc__ or "").split())
        return words.format_map(_InLanguage(self.values, language))


def code_of(refusal: type[Refusal]) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", refusal.__name__).lower()


class _InLanguage(dict[str, Any]):
    """Values for a message; one that is a `{en, zh}` mapping shows the reader's words."""

    def __init__(self, values: Mapping[str, Any], language: Language) -> None:
        super().__init__(values)
        self.language = language

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if not isinstance(value, Mapping):
            return value
        words = cast("Mapping[str, Any]", value)
        return words.get(self.language) or words.get("en", words)


class UnknownName(Refusal):
    """There is no {what} named “{name}”. {nearest}"""

    zh = "没有名为“{name}”的{what}。{nearest}"
    kind = "not_found"


class WrongInput(Refusal):
    """Some inputs are wrong: {summary}"""

    zh = "输入有误：{summary}"


class NotAllowed(Refusal):
    """You may not {act} {what}. Ask an administrator for the right."""

    zh = "您没有权限{act}{what}，请联系管理员。"
    kind = "forbidden"


class OutOfSight(Refusal):
    """After this change you could neither see nor change the {what} any more. Ask somebody who may to make it."""

    zh = "这样修改后，您将无法再查看或修改该{what}，请由有相应权限的人操作。"
    kind = "forbidden"


class RecordNotFound(Refusal):
    """There is no {what} {id}, or you may not see it."""

    zh = "没有{what} {id}，或您无权查看。"
    kind = "not_found"


class StaleVersion(Refusal):
    """{what} {title} was changed by {by} in the meantime; load it again and repeat your change."""

    zh = "{what} {title} 已被 {by} 修改，请重新载入后再改。"
    kind = "conflict"


class DuplicateKey(Refusal):
    """There is already a {what} with {key} “{value}”."""

    zh = "已存在{key}为“{value}”的{what}。"
    kind = "conflict"
    of: tuple[str, str] = ("", "")
    """The object and its key, for who wants to know which record it is."""


class Overtaken(Refusal):
    """Somebody else wrote the same {what} at this moment; try again."""

    zh = "其他人刚刚写入了相同的{what}，请重试。"
    kind = "busy"


class AppendOnly(Refusal):
    """{what} can't be changed or removed once written; correct it by a reversal."""

    zh = "{what}写入后不能修改或删除，请用红冲更正。"
    kind = "conflict"


class LinksToTrash(Refusal):
    """{what} {title} can't come back: {target} {id}, which it links to, is in the trash. Bring that back first."""

    zh = "{what} {title} 不能恢复：它关联的{target} {id} 在回收站中，请先恢复后者。"
    kind = "conflict"


class StillUsed(Refusal):
    """{what} {title} can't be removed: {users} use it."""

    zh = "{what} {title} 不能删除：{users} 正在使用。"
    kind = "conflict"
