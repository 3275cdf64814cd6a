"""Fields of objects and inputs of operations."""

from __future__ import annotations

from typing import Literal

import msgspec

from queti.kernel.definitions.shared import Definition, Words


class Choice(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One value of a choice field. `tone` colours it: neutral, info, good, warning, bad."""

    label: Words = {}
    tone: Literal["neutral", "info", "good", "warning", "bad"] = "neutral"
    order: float = 0
    """Place among the choices; filled in on loading from the YAML's order."""
    under: str = ""
    """Tree choice: the choice that this one belongs under."""
    retired: bool = False
    """Kept for the records that hold it; no longer offered."""
    formerly: list[str] = []
    """Choices that are gone: records that hold one of them hold this one when it is published."""


class FieldDef(Definition):
    """A field of an object, or an input of an operation.

    `type` names an entry of the field-type registry. Which of the settings below mean
    something depends on the type; a setting that doesn't fit the type is a finding of
    the check, not silently ignored.
    """

    type: str
    formerly: str = ""
    """The name that it had: a field of this object that is gone. Its column goes on under the new name."""
    app: str = ""
    """Owner app of the field; filled in on loading (an extension's fields belong to the extending app)."""
    order: float = 0
    group: str = ""
    """Heading on the record page; a key of the object's `groups`."""

    required: bool = False
    unique: bool = False
    index: bool = False
    search: bool = False
    """Take part in search (trigram index, pinyin)."""
    read_only: bool = False
    """Written by operations only, never by a person's plain create or change."""
    fixed: bool = False
    """May be set on creation, never changed afterwards."""
    in_list: bool = False
    """Column of the default list, in `order`."""
    hidden: bool = False
    """Not shown by default on forms and lists; still there for formulas and the API."""
    keeps_history: bool = True
    """False: what a change of it was from and to isn't kept; for what machinery writes often and nobody reads."""
    default: str | None = None
    """Formula evaluated on creation when the field is not given."""

    formula: str | None = None
    """Computed field: see DESIGN §5. Computed at write unless it is live."""

    choices: dict[str, Choice] = {}
    decimals: int | None = None
    """Stored decimals of number (default 6), money (default 2), percent (default 4)."""
    currency: str | None = None
    """Money: path of the currency field (`currency`, `order.currency`); the company's when None."""
    min: str | None = None
    max: str | None = None
    max_length: int | None = None

    to: str | None = None
    """Link: full name of the target object. Also links of operation inputs."""
    reverse: str | None = None
    """Link: name of the list that the target gets (`customer: {to: base.party, reverse: orders}`)."""
    reverse_label: Words = {}
    on_remove: Literal["refuse", "blank"] = "refuse"
    filter: str | None = None
    """Link: formula over the target; what may be chosen (`is_customer`)."""

    of: str | None = None
    """Lines: full name of the child object."""
    min_rows: int = 0

    pattern: str | None = None
    """Serial number: `SO-{year}-{000000}`; also {month}, {day}, {field path}."""
    gap_free: bool = False
    path: str | None = None
    """Lookup: link path (`customer.region`). Sugar for `formula`. Capitals: the money field that is written out."""

    accept: list[str] = []
    """File types: media types that may be uploaded, `image/*`, `application/pdf`; empty: the safe ones."""
    max_size: int | None = None
    """File types: bytes of one file, 20 MiB when None."""
    max_count: int | None = None
    """Files: how many at most."""
    depth: Literal["province", "city", "district"] | None = None
    """Region: how far down must be chosen; the district when None."""
    symbology: Literal["code128", "ean13", "qr"] | None = None
    """Barcode: how it is drawn; Code 128 when None."""
    tree: str | None = None
    """Cascade: the field of the target that links to the record above it (`parent`)."""
    where: str | None = None
    """Query: formula over the records of `to`; `this.` leads to this record's fields."""
    sort: str | None = None
    """Query: which of those that match comes first (`-valid_from`)."""
    take: str | None = None
    """Query: field of the match that is shown; the match's own link when None."""

    write_only: bool = False
    """Encrypted: nobody looks at it again; it can only be replaced."""

    many: bool = False
    """Operation inputs only: the input also takes a list; all or nothing."""
    fields: dict[str, FieldDef] = {}
    """Operation inputs of type `lines` or `group`: their inner inputs."""
