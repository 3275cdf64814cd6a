"""The shapes of definitions: what a customer may change is data of these types.

One structure for the YAML of an app's folder, for the rows of a workspace and for the
JSON of the drafts API. Every definition has an immutable full name (`oms.sales_order`)
and translated labels. Nothing here touches a database.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Words = dict[str, str]
"""Text by language: `{"en": "Sales order", "zh": "销售订单"}`."""


class Definition(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What all kinds share."""

    label: Words = {}
    help: Words = {}


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

    many: bool = False
    """Operation inputs only: the input also takes a list; all or nothing."""
    fields: dict[str, FieldDef] = {}
    """Operation inputs of type `lines` or `group`: their inner inputs."""


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


class ViewColour(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A record, or one field of it, is coloured while `when` holds; the first that does."""

    when: str
    tone: Literal["neutral", "info", "good", "warning", "bad"] = "info"
    field: str = ""
    order: float = 0


class ViewDef(Definition):
    """A kept way to look at an object's records."""

    view: str
    object: str
    kind: Literal["list", "board", "calendar", "gantt", "gallery", "tree", "map"] = "list"
    where: str = ""
    sort: str = ""
    fields: list[str] = []
    group: str = ""
    """Field whose values part the list, or are the columns of the board."""
    unit: Literal["", "day", "month", "quarter", "year"] = ""
    """List in groups of a date or moment: what stands together."""
    totals: dict[str, Literal["sum", "avg", "min", "max", "count"]] = {}
    """Shown below the list and in each group's head."""
    colours: dict[str, ViewColour] = {}
    colour_by: str = ""
    """Choice or colour field that colours what no condition does."""
    start: str = ""
    """Calendar, Gantt: date or moment field."""
    end: str = ""
    depends: str = ""
    """Gantt: link to the record of the same object that must end first."""
    progress: str = ""
    parent: str = ""
    """Tree, Gantt: link to the record of the same object above this one."""
    image: str = ""
    """Gallery: image or files field."""
    location: str = ""
    """Map: location field."""
    order: float = 0
    roles: list[str] = []
    """Empty: everybody who may see the object."""


DRAWN_BY = ("group", "start", "end", "depends", "progress", "parent", "image", "location")
"""Properties of a view that each name one field of its object, without which it would be another view."""
VIEW_FIELDS = (*DRAWN_BY, "colour_by")
"""All properties of a view that each name one field of its object."""


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


class Grant(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a role may do with one object. A scope is a formula over the record; `true` is every record."""

    see: str | bool = False
    create: str | bool = False
    change: str | bool = False
    remove: str | bool = False
    export: bool = False
    hide: list[str] = []
    """Fields that this role may not see."""
    only: list[str] = []
    """If given: the only fields that this role may see (besides title and system fields)."""
    locked: list[str] = []
    """Fields that this role sees and may not write."""
    writes: list[str] = []
    """If given: the only fields that this role may write."""
    writers: list[str] = []
    """Apps whose parts of the role let records of the object be written; filled in on loading. The fields
    that an app adds to another's object are written only by grants of its own, or of the workspace's roles."""


class RoleDef(Definition):
    """A role, or (several apps grant to one role) a part of it; parts are merged by role name."""

    role: str
    """Role names are global in a workspace: `sales`, `warehouse`."""
    app: str = ""
    """App that this part comes from; filled in on loading. Empty: the workspace's own role."""
    objects: dict[str, Grant] = {}
    operations: list[str] = []
    """Operations that the role may perform; `oms.*` for all of an app."""
    administers: bool = False
    """May use the administrator's page and publish."""
    order: float = 0


class HomeCard(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Counted link: how many records of `object` wait for this person."""

    label: Words
    object: str
    where: str
    sort: str = ""
    tone: Literal["neutral", "info", "good", "warning", "bad"] = "neutral"
    order: float = 0


class HomeTile(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A figure: `value` is an aggregate formula over the records of `object` that fit `where`.

    `value` uses `rows`: `avg(rows.hours_to_ship)`, `count(rows where on_time) / count(rows)`.
    """

    label: Words
    object: str
    where: str
    value: str
    unit: Literal["number", "percent", "money", "hours", "days"] = "number"
    period_days: int = 0
    """The period that `where` speaks of, for the caption; 0: now."""
    explain: Words = {}
    order: float = 0


class HomeDef(Definition):
    """What the home of a role shows. Parts from several apps are merged by role."""

    home: str
    """Full name: app and role, `oms.orders`."""
    role: str
    cards: dict[str, HomeCard] = {}
    tiles: dict[str, HomeTile] = {}


class PrintDef(Definition):
    """A printable page of one record: quote, order, pick list, delivery note."""

    print: str
    object: str
    title: Words = {}
    party: str = ""
    """Path of the party whose name and address head the page (`customer`)."""
    address: str = ""
    header: list[str] = []
    """Field paths shown above the lines."""
    lines: str = ""
    """Lines field, or reverse list, that is printed as a table."""
    where: str = ""
    """Which of the lines are printed (a formula over a line); blank: all."""
    columns: list[str] = []
    totals: list[str] = []
    capitals: str = ""
    """Money field also written out: in Chinese capitals (大写) and in English words."""
    signatures: list[Words] = []
    footer: Words = {}
    order: float = 0


class ImportLines(
    msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, rename={"from_": "from"}
):
    """Where the rows of a lines input come from."""

    from_: str = ""
    """JSON: dotted path of a list inside the row, or with a leading `/` from the document's root.
    Tables: name of the table (csv file or sheet). Empty with `group_by`: the grouped rows themselves."""
    on: dict[str, str] = {}
    """Tables: column of the lines' table → column of the row."""
    each: dict[str, str] = {}


class ImportMap(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A look-up table for `map("name", value)`: written here, or read from a table of the source."""

    values: dict[str, str] = {}
    table: str = ""
    key: str = ""
    value: str = ""
    when: dict[str, str] = {}
    """Only rows of the table whose columns have these values."""
    default: str = ""


class ImportDef(Definition):
    """A kept mapping from a source (csv, xlsx, json) to an object or an operation; see engines/imports."""

    import_: str = msgspec.field(name="import")
    target: str
    """Full name of an object or an operation."""
    rows: str = ""
    """JSON: dotted path of the list (or single object) of rows: `response.orderInfoList`.
    Tables: name of the csv file (without ending) or sheet; empty: the only or first one."""
    each: dict[str, str] = {}
    """Input → formula over the columns of the source row. `customer.code` writes `{"customer": {"code": …}}`."""
    lines: dict[str, ImportLines] = {}
    only: str = ""
    """Formula over the row; rows for which it is not true are left out."""
    group_by: list[str] = []
    """Tables: rows with the same values of these columns make one record; the rows become lines."""
    key: list[str] = []
    """Object target: a row whose key fields match a record changes it instead of making one."""
    make: dict[str, dict[str, str]] = {}
    """Link (`customer`, `lines.product`) → how a record is made that it doesn't find: field → formula over `name`,
    which is what the file calls it. Title and required keys of text are `name` where nothing else is said."""
    maps: dict[str, ImportMap] = {}


class MenuItem(msgspec.Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    label: Words = {}
    object: str = ""
    view: str = ""
    page: str = ""
    operation: str = ""
    order: float = 0
    icon: str = ""


class AppDef(Definition):
    """An app's `app.yaml`."""

    app: str
    version: str = "1.0.0"
    needs: list[str] = []
    icon: str = ""
    order: float = 0
    menu: dict[str, MenuItem] = {}


KINDS: dict[str, type[Definition]] = {
    "app": AppDef,
    "object": ObjectDef,
    "form": FormDef,
    "view": ViewDef,
    "public_form": PublicFormDef,
    "role": RoleDef,
    "home": HomeDef,
    "print": PrintDef,
    "import": ImportDef,
}
"""Kind → its struct. The key property of each struct is the kind's own name."""
