"""Operations: business verbs with typed inputs, one right and one transaction.

`@operation` puts the declaration on the function (`__operation__`); the loader of the app
collects it and names it in full. There is no registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from queti.kernel.definitions import FieldDef, Words
from queti.kernel.inputs import (
    boolean,
    choice,
    choices,
    date,
    duration,
    email,
    files,
    group,
    json,
    lines,
    link,
    long_text,
    moment,
    money,
    number,
    percent,
    phone,
    signature,
    text,
    url,
    words,
)

if TYPE_CHECKING:
    from queti.kernel.work import Work

__all__ = [
    "Call",
    "Operation",
    "boolean",
    "choice",
    "choices",
    "date",
    "duration",
    "email",
    "files",
    "group",
    "json",
    "lines",
    "link",
    "long_text",
    "moment",
    "money",
    "number",
    "operation",
    "percent",
    "phone",
    "signature",
    "text",
    "url",
    "words",
]

Result = Literal["records", "rows", "value"]
Act = Callable[["Work", "list[Call]"], Any]


class Call:
    """One call of an operation: its typed inputs as attributes.

    Links are ids, moments aware, decimals `Decimal`; an input that was not given is its
    default, else None. Inner rows of `lines` and `group` inputs are Calls as well.
    """

    __slots__ = ("given", "values")

    def __init__(self, values: Mapping[str, Any], given: frozenset[str] = frozenset()) -> None:
        self.values = values
        self.given = given

    def __getattr__(self, name: str) -> Any:
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(f"the operation has no input {name!r}") from None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def get(self, name: str, default: Any = None) -> Any:
        value = self.values.get(name)
        return default if value is None else value

    def has(self, name: str) -> bool:
        """Did the caller write this input, be it blank?"""
        return name in self.given

    def __repr__(self) -> str:
        return f"Call({dict(self.values)!r})"


@dataclass(frozen=True, slots=True)
class Operation:
    """A declared operation. `name` is full once `of(app)` has been called."""

    name: str
    act: Act
    on: str = ""
    key: str = ""
    label: Words = field(default_factory=dict[str, str])
    help: Words = field(default_factory=dict[str, str])
    primary: bool = False
    tone: str = ""
    order: float = 0
    when: str = ""
    inputs: Mapping[str, FieldDef] = field(default_factory=dict[str, FieldDef])
    tells: tuple[str, ...] = ()
    performs: tuple[str, ...] = ()
    reads_only: bool = False
    repeats: bool = False
    result: Result = "records"
    columns: Mapping[str, FieldDef] = field(default_factory=dict[str, FieldDef])
    offers: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    app: str = ""

    def of(self, app: str) -> Operation:
        return replace(self, app=app, name=f"{app}.{self.name}")


def operation(
    *,
    on: str = "",
    key: str = "",
    label: Words | None = None,
    help: Words | None = None,
    primary: bool = False,
    tone: str = "",
    order: float = 0,
    when: str = "",
    inputs: Mapping[str, FieldDef] | None = None,
    tells: tuple[str, ...] = (),
    performs: tuple[str, ...] = (),
    reads_only: bool = False,
    repeats: bool = False,
    result: Result = "records",
    columns: Mapping[str, FieldDef] | None = None,
    offers: Mapping[str, Mapping[str, str]] | None = None,
) -> Callable[[Act], Act]:
    """Declare a function `(work, calls) -> one result per call` as an operation.

    `on` is the object on whose record pages it is offered while `when` (a formula over
    the record) holds; `key` its keyboard key there. The function answers a list with one
    result per call, or one value when it was given one call and `result` is not "records".
    Calls that name the same record in a `many` input are refused, unless the act says that
    it `repeats`: then it reckons with them itself. `columns` tell what the rows of a report
    hold, in their order and as fields are told: type, label, where a link leads. `offers`
    are operations that a report leads to, each with which of its inputs is which column or
    input of the report: `{"purchase.propose_orders": {"supplier": "supplier"}}`. It is offered
    for the whole report as it was asked, and for each group of rows that are one in those
    columns; an operation of an app that isn't there is not.
    """

    def declare(act: Act) -> Act:
        act.__operation__ = Operation(  # type: ignore[attr-defined]
            name=act.__name__,
            act=act,
            on=on,
            key=key,
            label=label or _label(act.__name__),
            help=help or _help(act.__doc__),
            primary=primary,
            tone=tone,
            order=order,
            when=when,
            inputs=dict(inputs or {}),
            tells=tells,
            performs=performs,
            reads_only=reads_only,
            repeats=repeats,
            result=result,
            columns=dict(columns or {}),
            offers=dict(offers or {}),
        )
        return act

    return declare


def _label(name: str) -> Words:
    return {"en": name.replace("_", " ").capitalize()}


def _help(doc: str | None) -> Words:
    return {"en": " ".join(doc.split())} if doc else {}
