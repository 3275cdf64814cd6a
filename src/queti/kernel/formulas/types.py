"""Types of formula values, and what a formula may name.

A number knows how many digits it can have (`whole` before the point, `scale` after
it), so that exactness is proved when a formula is checked and never tested at run
time. Money knows where its currency comes from: `("company",)`, or the path of a
currency field as seen from the formula's record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from queti.kernel.formulas.typed import Expr

Kind = Literal[
    "text",
    "number",
    "money",
    "boolean",
    "date",
    "moment",
    "duration",
    "months",
    "choice",
    "choices",
    "link",
    "list",
    "clock",
    "days",
    "parts",
    "blank",
]
Path = tuple[str, ...]

COMPANY: Path = ("company",)
"""Currency source of money in the company's own currency."""

MOST_DIGITS = 2000
FIELD_WHOLE, FIELD_SCALE = 40, 20


@dataclass(frozen=True, slots=True)
class Type:
    kind: Kind
    currency: Path = ()
    """Money: where its currency comes from."""
    target: str = ""
    """Link, list of records: full name of the object."""
    choices: tuple[str, ...] = ()
    """Choice, choices: the names allowed; empty when not known."""
    element: Type | None = None
    """List of values: what it holds."""
    source: tuple[str, str] = field(default=("", ""), compare=False)
    """Choice, choices: the object and the field that offers them, where that is known."""
    integral: bool = False
    """Number held as bigint (ids, versions, counts of rows)."""
    whole: int = field(default=FIELD_WHOLE, compare=False)
    scale: int = field(default=FIELD_SCALE, compare=False)

    @property
    def is_amount(self) -> bool:
        return self.kind in ("number", "money")

    def with_digits(self, whole: int, scale: int) -> Type:
        return replace(self, whole=whole, scale=scale, integral=False)


TEXT = Type("text")
NUMBER = Type("number")
WHOLE_NUMBER = Type("number", whole=19, scale=0)
INTEGER = Type("number", integral=True, whole=19, scale=0)
BOOLEAN = Type("boolean")
DATE = Type("date")
MOMENT = Type("moment")
DURATION = Type("duration")
MONTHS = Type("months")
CLOCK = Type("clock")
"""A date and clock time without a zone: a literal on its way to a moment."""
DAYS = Type("days")
"""A range of days, open where an end is blank."""
PARTS = Type("parts")
"""A value of several parts (an address, a file): formulas only ask whether it is blank."""
TIMEZONE = Type("text")
BLANK = Type("blank")


def number(decimals: int | None = None) -> Type:
    return NUMBER if decimals is None else Type("number", scale=decimals)


def money(currency: Path = COMPANY, decimals: int | None = None) -> Type:
    return Type("money", currency=currency, scale=FIELD_SCALE if decimals is None else decimals)


def link(target: str) -> Type:
    return Type("link", target=target)


def choice(*names: str) -> Type:
    return Type("choice", choices=names)


def choices(*names: str) -> Type:
    return Type("choices", choices=names)


def rows_of(target: str) -> Type:
    return Type("list", target=target)


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """What a name stands for. `element` is the scope of the link's target or of the list's rows."""

    type: Type
    is_live: bool = False
    element: NameScope | None = None
    back: str = ""
    """List: the rows' link to the record that holds them (`parent`)."""
    required: bool = False
    """Never blank."""

    @property
    def target(self) -> str | None:
        return self.type.target or None

    @property
    def many(self) -> bool:
        return self.type.kind == "list"


@dataclass(frozen=True, slots=True)
class Decided:
    """A rule's answer as a tree over the record, with what it reads; see `rules.inlining`."""

    expr: Expr
    uses: tuple[Path, ...]
    reads: frozenset[tuple[str, str]]


class RuleNotUsable(Exception):
    """Why a rule can't stand in a formula."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


class NameScope:
    """The names that a formula over one object may use. Subclasses give `field` and `names`."""

    name: str = ""
    """Full name of the object; "" where there is none."""

    def field(self, name: str) -> FieldInfo | None:
        raise KeyError(name)

    def names(self) -> Iterable[str]:
        return ()

    def special(self, name: str) -> FieldInfo | None:
        """`me` and `company`: links whose fields are parameters of the statement."""
        return FieldInfo(link("base.user")) if name == "me" else None

    def asked_by(self, rule: str) -> Mapping[str, Type]:  # noqa: ARG002
        """The inputs of a rule that may be given by name. RuleNotUsable."""
        raise RuleNotUsable("Rules can't be asked here.", "此处不能调用规则。")

    def decided(self, rule: str, output: str = "", given: Mapping[str, Expr] | None = None) -> Decided:  # noqa: ARG002
        """What a rule says of the record, and of values given by input. RuleNotUsable."""
        raise RuleNotUsable("Rules can't be asked here.", "此处不能调用规则。")


class Names(NameScope):
    """A scope given as a mapping: import columns, operation inputs, tests."""

    def __init__(
        self,
        fields: dict[str, FieldInfo],
        *,
        name: str = "",
        specials: dict[str, FieldInfo] | None = None,
    ) -> None:
        self.name = name
        self.fields = fields
        self.specials = specials or {}

    def field(self, name: str) -> FieldInfo | None:
        return self.fields.get(name)

    def names(self) -> Iterable[str]:
        return self.fields

    def special(self, name: str) -> FieldInfo | None:
        return self.specials.get(name) or super().special(name)


def rows_scope(element: NameScope) -> Names:
    """The scope of a home tile: `rows` alone, a list of the records of `element`."""
    return Names({"rows": FieldInfo(rows_of(element.name), element=element)}, specials=_Specials(element))


class _Specials(dict[str, FieldInfo]):
    """The specials of another scope."""

    def __init__(self, scope: NameScope) -> None:
        super().__init__()
        self.scope = scope

    def get(self, key: str, default: FieldInfo | None = None) -> FieldInfo | None:  # type: ignore[override]
        return self.scope.special(key) or default

    def __bool__(self) -> bool:
        return True


WORDS: dict[str, tuple[str, str]] = {
    "text": ("text", "文本"),
    "number": ("a number", "数字"),
    "money": ("money", "金额"),
    "boolean": ("true or false", "是/否"),
    "date": ("a date", "日期"),
    "moment": ("a moment", "时间"),
    "duration": ("a duration", "时长"),
    "months": ("a number of months", "月数"),
    "choice": ("a choice", "选项"),
    "choices": ("several choices", "多选"),
    "link": ("a link", "关联"),
    "list": ("a list", "列表"),
    "clock": ("a clock time", "钟点"),
    "days": ("a range of days", "日期范围"),
    "parts": ("a value of several parts", "由多个部分组成的值"),
    "blank": ("blank", "空值"),
}
