"""How a record is laid out for writing and reading, by people with an account and without."""

from __future__ import annotations

from typing import Literal

from queti.kernel.definitions.shared import Definition, Words


class FormItem(Definition):
    """One thing on a form: a field, a button that performs an operation, or a note beside them."""

    field: str = ""
    """Own field, lines field, or reverse list (shown on the record page)."""
    operation: str = ""
    note: Words = {}
    width: int = 1
    """Columns of the section that it takes."""
    order: float = 0


class FormSection(Definition):
    """A part of a form. Neighbouring tabs make one tab bar, neighbouring steps one guided sequence."""

    kind: Literal["section", "tab", "step"] = "section"
    columns: int = 2
    """1 to 4 on a desktop; a phone has one."""
    is_side: bool = False
    """Stands beside the form on a wide screen."""
    collapsed: bool = False
    items: dict[str, FormItem] = {}
    when: str = ""
    """Formula over the record: shown only while it holds."""
    order: float = 0


class FormDef(Definition):
    """How a record is laid out for writing and reading. The first by `order` that fits person and device."""

    form: str
    object: str
    device: Literal["any", "desktop", "phone"] = "any"
    use: Literal["any", "create", "record"] = "any"
    roles: list[str] = []
    """Empty: everybody who may see the object."""
    sections: dict[str, FormSection] = {}
    rest: bool = True
    """Fields that stand nowhere follow in a last section, so that a new field is never lost."""
    order: float = 0


class PublicFormDef(Definition):
    """A form that someone without an account may fill in; its address carries a secret that is no definition."""

    public_form: str
    object: str
    title: Words = {}
    intro: Words = {}
    thanks: Words = {}
    fields: list[str] = []
    """What is asked: own fields, and lines fields as `lines.product`."""
    set: dict[str, str] = {}
    """Field → formula: what each submission carries without being asked."""
    follow: list[str] = []
    """What the sender may see of the own record later."""
    expires_on: str | None = None
    per_hour: int = 60
    """Submissions from everyone together; one address gets a tenth of it, at least 3."""
