"""The shapes of definitions: what a customer may change is data of these types.

One structure for the YAML of an app's folder, for the rows of a workspace and for the
JSON of the drafts API. Every definition has an immutable full name (`oms.sales_order`)
and translated labels. Nothing here touches a database.
"""

from __future__ import annotations

from queti.kernel.definitions.apps import AppDef, MenuItem
from queti.kernel.definitions.fields import Choice, FieldDef
from queti.kernel.definitions.flows import BranchDef, FlowDef, LateDef, StartDef, StepDef, WhoDef
from queti.kernel.definitions.forms import FormDef, FormItem, FormSection, PublicFormDef
from queti.kernel.definitions.imports import ImportDef, ImportLines, ImportMap
from queti.kernel.definitions.objects import CheckDef, KeyDef, LinkageDef, ObjectDef
from queti.kernel.definitions.roles import Grant, RoleDef
from queti.kernel.definitions.rules import ColumnDef, RowDef, RuleCallDef, RuleDef, RuleTestDef
from queti.kernel.definitions.shared import Definition, Words
from queti.kernel.definitions.views import (
    DRAWN_BY,
    VIEW_FIELDS,
    HomeCard,
    HomeDef,
    HomeTile,
    PrintDef,
    ViewColour,
    ViewDef,
)

__all__ = [
    "DRAWN_BY",
    "KINDS",
    "VIEW_FIELDS",
    "AppDef",
    "BranchDef",
    "CheckDef",
    "Choice",
    "ColumnDef",
    "Definition",
    "FieldDef",
    "FlowDef",
    "FormDef",
    "FormItem",
    "FormSection",
    "Grant",
    "HomeCard",
    "HomeDef",
    "HomeTile",
    "ImportDef",
    "ImportLines",
    "ImportMap",
    "KeyDef",
    "LateDef",
    "LinkageDef",
    "MenuItem",
    "ObjectDef",
    "PrintDef",
    "PublicFormDef",
    "RoleDef",
    "RowDef",
    "RuleCallDef",
    "RuleDef",
    "RuleTestDef",
    "StartDef",
    "StepDef",
    "ViewColour",
    "ViewDef",
    "WhoDef",
    "Words",
]

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
    "flow": FlowDef,
    "rule": RuleDef,
}
"""Kind → its struct. The key property of each struct is the kind's own name."""
