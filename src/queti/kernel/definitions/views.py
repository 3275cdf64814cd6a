"""How records look: kept views, the home of a role, printed pages."""

from __future__ import annotations

from typing import Literal

import msgspec

from queti.kernel.definitions.shared import Definition, Words


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
