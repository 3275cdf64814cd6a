"""Business nouns: their fields, keys, validations and linkage."""

from __future__ import annotations

import msgspec

from queti.kernel.definitions.fields import FieldDef
from queti.kernel.definitions.shared import Definition, Words


class KeyDef(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A unique key over several fields. Trash is ignored; `nulls_distinct: false` makes blanks equal."""

    fields: list[str]
    nulls_distinct: bool = True


class CheckDef(Definition):
    """A validation of an object: `require` must be true (blank is false), else `say`."""

    require: str
    say: Words
    field: str = ""
    """Field beside which the screen shows the message."""
    at_database: bool = False
    """Also a CHECK constraint (own stored columns only)."""


class LinkageDef(Definition):
    """While `when` holds (a formula over the record), these fields behave otherwise.

    Held by the server at every entrance. `hide`, `show` and `lock` bind people's writes; `require`,
    `choices` and `filter` bind everyone; `set` writes when `when` begins to hold or what it uses changes.
    Fields of lines have their linkage on the lines' own object.
    """

    when: str
    show: list[str] = []
    """Shown only while it holds. A hidden field asks for nothing and takes nothing from people."""
    hide: list[str] = []
    require: list[str] = []
    lock: list[str] = []
    set: dict[str, str] = {}
    """Field → formula over the record."""
    choices: dict[str, list[str]] = {}
    """Choice field → the choices that may be taken."""
    filter: dict[str, str] = {}
    """Link field → formula over its target; `this.` leads to this record's fields."""
    order: float = 0


class ObjectDef(Definition):
    """A business noun; a PostgreSQL table."""

    object: str
    """Full name. In an app's YAML the short name; completed on loading."""
    extend: bool = False
    """True: adds fields, keys, rules to an object of another app; `object` is then the full name."""
    app: str = ""
    plural: Words = {}
    icon: str = ""
    order: float = 0
    title: str = ""
    """Field or formula whose text names a record (`number`, `name`)."""
    subtitle: str = ""
    lines_of: str = ""
    """This is a child table: full name of the parent object. The parent link field is `parent_field`."""
    parent_field: str = "parent"
    append_only: bool = False
    totals: dict[str, str] = {}
    """Append-only with lines: own field → aggregate over lines, summed in the inserting statement."""
    owner_field: str = ""
    """Field that answers `owner` in scopes and lists."""
    sort: str = ""
    """Default sort: `-ordered_on,number`."""
    fields: dict[str, FieldDef] = {}
    groups: dict[str, Words] = {}
    keys: dict[str, KeyDef] = {}
    rules: dict[str, CheckDef] = {}
    linkage: dict[str, LinkageDef] = {}
    creatable: bool = True
    """False: made by operations only; no plain create form."""
    changeable: bool = True
    removable: bool = True
    state_field: str = ""
    """Choice field shown as the headline state."""
    board_by: str = ""
    calendar_by: str = ""
    track_activities: bool = False
