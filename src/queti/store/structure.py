"""The shape of one workspace's schema, read from PostgreSQL's catalogue and built again elsewhere.

Names of the schema itself and of the workspace's role stand nowhere in it, so it can be
built under another name and by another version of PostgreSQL. It knows what publishing
makes: tables, columns, sequences, constraints, indexes and grants.
"""

from __future__ import annotations

from typing import Any

import msgspec
from psycopg import Connection, sql


class Column(msgspec.Struct, frozen=True):
    name: str
    type: str
    required: bool
    default: str | None
    identity: str
    """`a` always, `d` by default, empty for none."""
    sequence: str | None
    """Of an identity column."""
    collation: str | None


class Table(msgspec.Struct, frozen=True):
    name: str
    columns: list[Column]
    options: list[str]

    @property
    def column_names(self) -> list[str]:
        """Columns to copy. Numbers of transactions mean nothing on another server: there the
        rows get the restoring one's, by the column's default."""
        return [column.name for column in self.columns if column.type != "xid8"]


class Sequence(msgspec.Struct, frozen=True):
    name: str
    type: str
    start: int
    minimum: int
    maximum: int
    step: int
    cache: int
    cycles: bool
    is_identity: bool


class Position(msgspec.Struct, frozen=True):
    """Where a sequence stands. Read after the data, so that it is never behind them."""

    last: int
    is_called: bool


class Statement(msgspec.Struct, frozen=True):
    """A constraint or an index, in PostgreSQL's own words, without the schema's name."""

    table: str
    name: str
    words: str


class Right(msgspec.Struct, frozen=True):
    """What the workspace's role may do here: `kind` is TABLE, SEQUENCE or SCHEMA."""

    kind: str
    name: str
    privilege: str
    column: str | None = None


class Structure(msgspec.Struct, frozen=True):
    tables: list[Table]
    sequences: list[Sequence]
    constraints: list[Statement]
    references: list[Statement]
    indexes: list[Statement]
    rights: list[Right]


TABLES = """
SELECT c.relname, coalesce(c.reloptions, '{}') AS options, jsonb_agg(jsonb_build_object(
           'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
           'default', pg_get_expr(d.adbin, d.adrelid), 'identity', a.attidentity,
           'sequence', s.relname,
           'collation', CASE WHEN a.attcollation <> t.typcollation THEN l.collname END) ORDER BY a.attnum)
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_depend p ON p.refobjid = c.oid AND p.refobjsubid = a.attnum AND p.deptype = 'i'
     AND p.classid = 'pg_class'::regclass AND a.attidentity <> ''
LEFT JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S'
WHERE c.relnamespace = %(schema)s::regnamespace AND c.relkind = 'r'
GROUP BY c.oid, c.relname, c.reloptions ORDER BY c.relname
"""

SEQUENCES = """
SELECT c.relname, format_type(q.seqtypid, NULL), seqstart, seqmin, seqmax, seqincrement, seqcache, seqcycle,
       EXISTS (SELECT 1 FROM pg_depend WHERE objid = c.oid AND deptype = 'i' AND classid = 'pg_class'::regclass)
FROM pg_sequence q JOIN pg_class c ON c.oid = q.seqrelid
WHERE c.relnamespace = %(schema)s::regnamespace ORDER BY c.relname
"""

CONSTRAINTS = """
SELECT contype = 'f', c.relname, k.conname, pg_get_constraintdef(k.oid, true)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND contype IN ('p', 'u', 'x', 'c', 'f')
ORDER BY c.relname, array_position('{p,u,x,c,f}'::text[], contype::text), k.conname
"""

INDEXES = """
SELECT c.relname, n.relname, pg_get_indexdef(n.oid, 0, true)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid
WHERE c.relnamespace = %(schema)s::regnamespace AND indisvalid
  AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = n.oid AND contype IN ('p', 'u', 'x'))
ORDER BY c.relname, n.relname
"""

RIGHTS = """
SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname, privilege_type, NULL
FROM pg_class c, aclexplode(c.relacl)
WHERE c.relnamespace = %(schema)s::regnamespace AND grantee = %(role)s::regrole AND c.relkind IN ('r', 'S')
UNION ALL
SELECT 'TABLE', c.relname, privilege_type, a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl)
WHERE c.relnamespace = %(schema)s::regnamespace AND grantee = %(role)s::regrole
UNION ALL
SELECT 'SCHEMA', '', privilege_type, NULL
FROM pg_namespace n, aclexplode(n.nspacl) WHERE n.oid = %(schema)s::regnamespace AND grantee = %(role)s::regrole
ORDER BY 1, 2, 3, 4
"""


def read_structure(connection: Connection[Any], schema: str, role: str) -> Structure:
    """In the caller's transaction, whose search path it sets so that names come without the schema."""
    look_into(connection, schema)
    names = {"schema": f'"{schema}"', "role": f'"{role}"'}
    constraints = connection.execute(CONSTRAINTS, names).fetchall()
    return Structure(
        tables=[
            Table(name, msgspec.convert(columns, list[Column]), options)
            for name, options, columns in connection.execute(TABLES, names)
        ],
        sequences=[Sequence(*row) for row in connection.execute(SEQUENCES, names)],
        constraints=[Statement(*row) for is_reference, *row in constraints if not is_reference],
        references=[Statement(*row) for is_reference, *row in constraints if is_reference],
        indexes=[Statement(*row) for row in connection.execute(INDEXES, names)],
        rights=[Right(*row) for row in connection.execute(RIGHTS, names)],
    )


def read_positions(connection: Connection[Any], schema: str, structure: Structure) -> dict[str, Position]:
    found: dict[str, Position] = {}
    for sequence in structure.sequences:
        statement = sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(schema, sequence.name))
        row = connection.execute(statement).fetchone()
        assert row
        found[sequence.name] = Position(*row)
    return found


def look_into(connection: Connection[Any], schema: str) -> None:
    """Unqualified names mean this schema, to the end of the transaction."""
    connection.execute("SELECT set_config('search_path', %s, true)", [f'"{schema}", public'])


def build_tables(connection: Connection[Any], structure: Structure) -> None:
    """Sequences and bare tables, in the schema that the search path names."""
    by_name = {sequence.name: sequence for sequence in structure.sequences}
    for sequence in structure.sequences:
        if not sequence.is_identity:
            name = sql.Identifier(sequence.name)
            connection.execute(_words("CREATE SEQUENCE", name, "AS", sequence.type, _sequence_options(sequence)))
    for table in structure.tables:
        columns = sql.SQL(", ").join(_column(column, by_name) for column in table.columns)
        options = f"WITH ({', '.join(table.options)})" if table.options else ""
        connection.execute(_words("CREATE TABLE", sql.Identifier(table.name), "(", columns, ")", options))


def finish_tables(
    connection: Connection[Any], structure: Structure, positions: dict[str, Position], schema: str, role: str
) -> None:
    """Everything that is better added after the rows, and the rights of `role`."""
    for added in (*structure.constraints, *structure.references):
        table, name = sql.Identifier(added.table), sql.Identifier(added.name)
        connection.execute(_words("ALTER TABLE", table, "ADD CONSTRAINT", name, added.words))
    for index in structure.indexes:
        connection.execute(_words(index.words))
    for name, position in positions.items():
        connection.execute("SELECT setval(%s::regclass, %s, %s)", [f'"{name}"', position.last, position.is_called])
    for right in structure.rights:
        target = sql.Identifier(schema if right.kind == "SCHEMA" else right.name)
        columns = _words("(", sql.Identifier(right.column), ")") if right.column else ""
        grant = _words("GRANT", right.privilege, columns, "ON", right.kind, target, "TO", sql.Identifier(role))
        connection.execute(grant)


def _column(column: Column, sequences: dict[str, Sequence]) -> sql.Composed:
    parts: list[str | sql.Composable] = [sql.Identifier(column.name), column.type]
    if column.collation:
        parts += ["COLLATE", sql.Identifier(column.collation)]
    if column.identity:
        sequence = sequences[column.sequence or ""]
        always = "ALWAYS" if column.identity == "a" else "BY DEFAULT"
        options = _sequence_options(sequence)
        parts += ["GENERATED", always, "AS IDENTITY ( SEQUENCE NAME", sql.Identifier(sequence.name), options, ")"]
    elif column.default is not None:
        parts += ["DEFAULT", column.default]
    return _words(*parts, "NOT NULL" if column.required else "")


def _sequence_options(sequence: Sequence) -> str:
    return (
        f"INCREMENT {sequence.step} MINVALUE {sequence.minimum} MAXVALUE {sequence.maximum}"
        f" START {sequence.start} CACHE {sequence.cache} {'' if sequence.cycles else 'NO '}CYCLE"
    )


def _words(*parts: str | sql.Composable) -> sql.Composed:
    """SQL whose strings PostgreSQL wrote itself, into a backup whose hashes were checked."""
    composed = [sql.SQL(part) if isinstance(part, str) else part for part in parts]  # pyright: ignore[reportArgumentType]
    return sql.SQL(" ").join(composed)
