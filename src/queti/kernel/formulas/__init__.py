"""The formula language: one parser, one typed tree, several back ends.

`check` reads a formula over a scope of names; `compile_python` and `compile_sql` make
it run. See docs/reference/formulas.md for the language itself.
"""

from queti.kernel.formulas.check import check
from queti.kernel.formulas.env import Env, fixed_env, parameter_name, parameters
from queti.kernel.formulas.errors import FormulaError, FormulaWarning, Place
from queti.kernel.formulas.functions import FUNCTION_NAMES
from queti.kernel.formulas.nodes import Node
from queti.kernel.formulas.parser import parse
from queti.kernel.formulas.printer import rename, to_text
from queti.kernel.formulas.python import Evaluate, Values, compile_python
from queti.kernel.formulas.sql import SqlRows, SqlScope, compile_sql, compile_where
from queti.kernel.formulas.typed import Shape, Typed, over_record, shape, to_json
from queti.kernel.formulas.types import (
    BLANK,
    BOOLEAN,
    COMPANY,
    DATE,
    DURATION,
    INTEGER,
    MOMENT,
    NUMBER,
    TEXT,
    FieldInfo,
    Names,
    NameScope,
    Path,
    Type,
    choice,
    choices,
    link,
    money,
    number,
    rows_of,
    rows_scope,
)

__all__ = [
    "BLANK",
    "BOOLEAN",
    "COMPANY",
    "DATE",
    "DURATION",
    "FUNCTION_NAMES",
    "INTEGER",
    "MOMENT",
    "NUMBER",
    "TEXT",
    "Env",
    "Evaluate",
    "FieldInfo",
    "FormulaError",
    "FormulaWarning",
    "NameScope",
    "Names",
    "Node",
    "Path",
    "Place",
    "Shape",
    "SqlRows",
    "SqlScope",
    "Type",
    "Typed",
    "Values",
    "check",
    "choice",
    "choices",
    "compile_python",
    "compile_sql",
    "compile_where",
    "fixed_env",
    "link",
    "money",
    "number",
    "over_record",
    "parameter_name",
    "parameters",
    "parse",
    "rename",
    "rows_of",
    "rows_scope",
    "shape",
    "to_json",
    "to_text",
]
