"""What publishing will do to the data and how long it takes, for somebody who knows no databases.

The rates are those that this workspace's earlier publications had: each release keeps its steps with the
seconds that they took.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from psycopg import Connection

from queti.kernel.definitions import Words
from queti.kernel.model import Model
from queti.kernel.publishing import phases
from queti.kernel.publishing.ddl import execute, quoted
from queti.kernel.publishing.plan import LARGE, Plan, Step

if TYPE_CHECKING:
    from queti.kernel.publishing.publish import Examined, Publication

RATES = {
    "fill": 40_000.0,
    "fill_blanks": 60_000.0,
    "convert": 100_000.0,
    "bring_back": 50_000.0,
    "require": 1_000_000.0,
    "add_index": 300_000.0,
    "add_constraint": 500_000.0,
    "validate": 1_000_000.0,
    "search": 15_000.0,
    "beside": 15_000.0,
}
"""Rows a second where nothing was measured yet. `beside`: batch by batch, while everybody works."""
SHORTEST = 0.1
"""Seconds that writers wait for any publication: its own rows, and the commit."""
TELLING = 1000
"""From so many rows on a step says something about the rate."""
_BESIDE = {"fill", "convert"}
_LAST = 50


@dataclass(frozen=True, slots=True)
class Told:
    act: str
    object: str
    field: str
    rows: int
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`seconds` until it is there; `waits`: the part of them in which those who write wait. `is_beside`: the
    values are prepared while everybody works."""

    told: list[Told] = field(default_factory=list[Told])
    seconds: float = 0.0
    waits: float = 0.0
    is_beside: bool = False


def foresee(publication: Publication, examined: Examined) -> Foreseen:
    plan, after = examined.plan, examined.model
    is_beside = plan.is_large and phases.goes_beside(publication, after, plan)
    rates = RATES | measured(publication.connection, publication.workspace.schema)
    costs = [(step, _seconds(step, plan, rates, is_beside=is_beside)) for step in plan.steps]
    waits = sum(cost for step, cost in costs if step.phase == "swap" and not (is_beside and step.act in _BESIDE))
    told = [*_gone(publication.before, after), *_told(publication.before, after, plan)]
    total = SHORTEST + sum(cost for _, cost in costs)
    return Foreseen(told, round(total, 1), round(SHORTEST + waits, 1), is_beside)


def measured(connection: Connection[Any], schema: str) -> dict[str, float]:
    """Rows a second by act, as far as the workspace's last publications had enough rows to tell."""
    place = quoted(schema)
    rows = execute(
        connection,
        "SELECT step->>'act', sum((step->>'rows')::float8) / sum((step->>'seconds')::float8)"
        f" FROM (SELECT plan FROM {place}.kernel_release ORDER BY number DESC LIMIT {_LAST}) AS last,"
        " jsonb_array_elements(plan) AS step"
        f" WHERE (step->>'seconds')::float8 > 0 AND (step->>'rows')::bigint >= {TELLING} GROUP BY 1"
        " UNION ALL SELECT 'beside', sum(done) / extract(epoch FROM sum(finished_at - began_at))"
        f" FROM {place}.kernel_publication WHERE state = 'done' AND done > {LARGE} AND finished_at > began_at",
    )
    return {act: float(rate) for act, rate in rows.fetchall() if rate}


def _seconds(step: Step, plan: Plan, rates: Mapping[str, float], *, is_beside: bool) -> float:
    """The fields that one statement fills cost once."""
    if step.act not in rates or (step.act == "fill" and step.field not in _first_fields(plan, step.object)):
        return 0.0
    return step.rows / rates["beside" if is_beside and step.act in _BESIDE else step.act]


def _first_fields(plan: Plan, object: str) -> set[str]:
    return {fill.fields[0].name for fill in plan.fills if fill.object.name == object}


def _gone(before: Model, after: Model) -> Iterator[Told]:
    for name, object in sorted(before.objects.items()):
        if name not in after.objects:
            what = _label(object.definition.label, name)
            yield Told(
                "retire_table", name, "", 0,
                f"“{what['en']}” is put aside with its records; it can come back.",
                f"“{what['zh']}”连同其记录停用保留，可以恢复。",
            )  # fmt: skip


def _told(before: Model, after: Model, plan: Plan) -> Iterator[Told]:
    for step in plan.steps:
        words = _WORDS.get(step.act)
        object = after.objects.get(step.object)
        if words is None or object is None:
            continue
        named = _field_words(before, after, step)
        if named is None and "{field}" in words[0]:
            continue
        what = _label(object.definition.label, step.object)
        en, zh = (
            said.format(object=what[language], field=(named or {}).get(language), rows=_count(step.rows, language))
            for said, language in zip(words, ("en", "zh"), strict=True)
        )
        yield Told(step.act, step.object, step.field, step.rows, en, zh)


def _field_words(before: Model, after: Model, step: Step) -> Words | None:
    """What the step's field, or the fields of its unique index, are called; None where it is about neither."""
    object = after.objects[step.object]
    known = object.fields | (before.objects[step.object].fields if step.object in before.objects else {})
    names = [step.field]
    if step.act == "add_index":
        index = next((each for each in after.indexes[step.object] if each.name == step.field), None)
        names = list(object.keys[index.key].fields) if index is not None and index.unique and index.key else []
    elif step.act == "allow_blank":
        names = [name for name, each in known.items() if each.column is not None and each.column.name == step.field]
    labels = [_label(known[name].definition.label, name) for name in names if name in known]
    if not labels:
        return None
    return {"en": ", ".join(each["en"] for each in labels), "zh": "、".join(each["zh"] for each in labels)}


def _label(label: Words, name: str) -> Words:
    en = label.get("en") or label.get("zh") or name
    return {"en": en, "zh": label.get("zh") or en}


def _count(rows: int, language: str) -> str:
    """Beyond the limit of counting it is PostgreSQL's estimate."""
    if rows <= LARGE:
        return f"{rows:,}"
    return f"about {rows:,}" if language == "en" else f"约 {rows:,} "


_WORDS = {
    "create_table": ("“{object}” gets a place for its records.", "为“{object}”建立记录存储。"),
    "add_column": ("“{object}” gets room for “{field}”.", "为“{object}”增加“{field}”的存储。"),
    "restore_column": (
        "“{field}” of “{object}” comes back with what it held.",
        "“{object}”的“{field}”连同原有数据一并恢复。",
    ),
    "retire_column": (
        "“{field}” of “{object}” is put aside with what it holds; it can come back.",
        "“{object}”的“{field}”停用，数据保留，可以恢复。",
    ),
    "convert": (
        "“{field}” of “{object}” is converted in {rows} records; the old values are kept aside.",
        "转换 {rows} 条记录中“{object}”的“{field}”，原值另行保留。",
    ),
    "bring_back": (
        "“{field}” of “{object}” gets its earlier values again ({rows} records); what was written since stays.",
        "“{object}”的“{field}”恢复原值（{rows} 条记录），此后写入的值不变。",
    ),
    "fill": (
        "“{field}” of “{object}” is computed for {rows} records.",
        "为 {rows} 条记录计算“{object}”的“{field}”。",
    ),
    "fill_blanks": (
        "Where “{field}” of “{object}” is blank, it gets its default ({rows} records are looked at).",
        "“{object}”的“{field}”为空时填入默认值（检查 {rows} 条记录）。",
    ),
    "require": (
        "“{field}” of “{object}” may not be blank any more ({rows} records are looked at).",
        "“{object}”的“{field}”不能再为空（检查 {rows} 条记录）。",
    ),
    "allow_blank": ("“{field}” of “{object}” may be blank.", "“{object}”的“{field}”可以为空。"),
    "add_index": (
        "“{field}” of “{object}” must be unique ({rows} records are looked at).",
        "“{object}”的“{field}”不能重复（检查 {rows} 条记录）。",
    ),
    "search": (
        "{rows} records of “{object}” are made searchable anew.",
        "为“{object}”的 {rows} 条记录重建搜索内容。",
    ),
}
