"""Kept mappings from outside files to objects and operations."""

from __future__ import annotations

import msgspec

from queti.kernel.definitions.shared import Definition


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
