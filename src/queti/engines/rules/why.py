"""Why a record was decided as it was: kept decisions, told as the rule stood then, to who sees what they rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from queti.kernel.definitions import ColumnDef, RowDef, RuleDef, Words
from queti.kernel.formulas.typed import Aggregate, Expr, Ref, walk
from queti.kernel.model import Object
from queti.kernel.publishing.canonical import restore
from queti.kernel.reading.admitting import opened
from queti.kernel.reading.past import labels_of
from queti.kernel.reading.permissions import Rights
from queti.kernel.reading.seen import is_seen
from queti.kernel.rules.compiling import Rule, compile_rule
from queti.kernel.rules.deciding import ask_records, base_of, rule_of
from queti.kernel.rules.remembering import facts_of

if TYPE_CHECKING:
    from queti.kernel.work import Work

Told = dict[str, Any]
MOST = 100


def decisions(work: Work, object: str, id: int) -> list[Told]:
    """The record's decisions, newest first: `{id, rule, label, version, is_current, at, by, operation, cause, values,
    reasons, calls}`. A value that the reader doesn't see has `hidden`. RecordNotFound."""
    return work.as_person.on_record(object, id, lambda rights, of: _decisions(work, rights, of, id))


def _decisions(work: Work, rights: Rights | None, of: Object, id: int) -> list[Told]:
    roles = opened(work, rights, of, id)
    shown = frozenset(of.fields) if rights is None else rights.of(of).fields_for("see", roles)
    kept = work.rows(_KEPT.format(schema=work.schema), (of.name, id))
    rows: list[Told] = [dict(zip(_COLUMNS, row, strict=True)) for row in kept]
    rules = _as_they_were(work, rows)
    names = _people(work, [row["by"] for row in rows])
    sights = {version: _Sight(work, rights, of, shown, rule, id) for version, rule in rules.items()}
    return [_told(work, row, sights) | {"by_name": names.get(row["by"] or 0)} for row in rows]


def _people(work: Work, users: Iterable[int | None]) -> dict[int, str]:
    if "base.user" not in work.model.objects:
        return {}
    return labels_of(work, None, work.model.object("base.user"), (user for user in users if user is not None))


def _as_they_were(work: Work, rows: Sequence[Told]) -> dict[str, Rule | None]:
    """Version → the rule over today's objects; None where its body is gone."""
    wanted = {each["version"]: each["rule"] for row in rows for each in _with_called(row)}
    found: dict[str, Rule | None] = dict.fromkeys(wanted)
    for version, name in wanted.items():
        now = rule_of(work.model, name) if name in work.model.rules else None
        if now is not None and now.version == version:
            found[version] = now
    older = [version for version, rule in found.items() if rule is None]
    for version, body in work.rows(_BODIES.format(schema=work.schema), (older,)) if older else ():
        found[version] = _compiled(work, body)
    return found


def _with_called(row: Told) -> Iterator[Told]:
    yield row
    for called in row["calls"].values():
        yield from _with_called(called)


def _compiled(work: Work, body: Told) -> Rule:
    definition = restore("rule", body)
    assert isinstance(definition, RuleDef)
    known = work.model.rules
    return compile_rule(
        definition,
        base_of(work.model, definition.on),
        lambda name: rule_of(work.model, name) if name in known else None,
    )


class _Sight:
    """Which of a rule's facts a reader sees on this record."""

    def __init__(
        self, work: Work, rights: Rights | None, object: Object, shown: frozenset[str], rule: Rule | None, id: int
    ) -> None:
        self.work = work
        self.rights = rights
        self.object = object
        self.shown = shown
        self.rule = rule
        asks = rights is not None and rule is not None and rule.definition.on == object.name and not rule.problems
        self.now: Mapping[str, Any] = ask_records(work, rule, [id], rights).get(id, {}) if asks and rule else {}
        self.given = dict.fromkeys(rule.given, bool(rule.definition.on) or self.may_ask) if rule else {}
        """What came with the case, and whether it is seen: of a rule on no record by who may ask it."""

    @property
    def may_ask(self) -> bool:
        rights, name = self.rights, self.rule.name if self.rule else ""
        return rights is None or rights.administers or name in rights.rules

    def of_call(self, caller: _Sight, call: str, values: Mapping[str, Any]) -> _Sight:
        """What another rule gave it is seen by who sees what that rests on."""
        sight, rule = copy(self), caller.rule
        given = rule.calls.get(call, {}) if rule else {}
        seen = {
            name: rule is not None and caller.all_seen(facts_of(rule, [expr]), values) for name, expr in given.items()
        }
        sight.given = dict.fromkeys(self.given, False) | seen
        return sight

    def sees(self, name: str, value: Any) -> bool:
        """A fact behind a link is seen while its record is; a list of others' records, by who sees all of it."""
        if self.rights is None:
            return True
        if name in self.given:
            return self.given[name]
        question = self.rule.questions.get(name) if self.rule else None
        if self.rule is not None and self.rule.definition.on not in ("", self.object.name):
            return False
        if question is None:
            return self.rule is not None and name in self.rule.calls
        paths = list(_paths(question))
        if not all(path[0] in self.shown and self.is_seen(path) for path in paths):
            return False
        if len(paths[0]) == 1 or paths[0][0] in self.object.lines:
            return True
        return value is None or (self.now.get(name) is not None and isinstance(question, Ref))

    def is_seen(self, path: Sequence[str]) -> bool:
        return is_seen(self.work.model, self.rights, self.object, ".".join(path))

    def all_seen(self, names: Iterable[str], values: Mapping[str, Any]) -> bool:
        return all(self.sees(name, values.get(name)) for name in names)


def _paths(question: Expr) -> Iterator[tuple[str, ...]]:
    for part in walk(question):
        if isinstance(part, Aggregate):
            yield part.path
        elif isinstance(part, Ref):
            around = question.path if isinstance(question, Aggregate) and part.level > 0 else ()
            yield (*around, *part.path)


def _told(work: Work, row: Told, sights: Mapping[str, _Sight], called: _Sight | None = None) -> Told:
    sight = called or sights[row["version"]]
    rule, values = sight.rule, row["seen"]
    current = work.model.rules.get(row["rule"])
    definition = rule.definition if rule else current
    told = {name: row[name] for name in ("id", "at", "by", "operation", "cause") if name in row}
    reasons = row.get("reasons") or [{"rows": row.get("rows", []), "of": list(values), "outcome": row.get("outcome")}]
    return told | {
        "rule": row["rule"],
        "label": _say(work, definition.label if definition else {}, row["rule"]),
        "version": row["version"],
        "is_current": row["rule"] in work.model.rules and rule_of(work.model, row["rule"]).version == row["version"],
        "values": list(_values(work, sight, values)),
        "reasons": [_reason(work, sight, each, values) for each in reasons],
        "calls": {
            name: _told(work, each, sights, sights[each["version"]].of_call(sight, name, values))
            for name, each in row["calls"].items()
        },
    }


def _values(work: Work, sight: _Sight, values: Mapping[str, Any]) -> Iterator[Told]:
    """The inputs in their order."""
    rule = sight.rule
    for name in (*rule.given, *rule.asked) if rule else ():
        facts = facts_of(rule, [rule.asked[name].expr]) if rule and name not in sight.given else {name}
        entry = _column(work, rule.definition.inputs.get(name) if rule else None, name)
        yield entry | ({"value": values.get(name)} if sight.all_seen(facts, values) else {"hidden": True})


def _reason(work: Work, sight: _Sight, reason: Told, values: Mapping[str, Any]) -> Told:
    """A row's cells are told as they were typed; that it fired says that they held."""
    rule = sight.rule
    rows = [row for row in rule.rows if row.label in reason["rows"]] if rule else []
    then = [expr for row in rows for expr in row.then.values()]
    named = (name for row in rows for name in row.definition.when if name in sight.given)
    facts = {*reason["of"], *(facts_of(rule, then) if rule else ()), *named}
    if not sight.all_seen(
        (each for each in facts if rule is None or each in rule.questions or each in sight.given), values
    ):
        return {"rows": reason["rows"], "hidden": True}
    return {
        "rows": reason["rows"],
        "cells": [cell for row in rows for cell in _cells(work, rule, row.definition, row.label, values)],
        "notes": [row.definition.note for row in rows if row.definition.note],
        "outcome": _outcome(work, rule, reason["outcome"]),
    }


def _cells(work: Work, rule: Rule | None, row: RowDef, label: str, values: Mapping[str, Any]) -> Iterator[Told]:
    when = row.when if isinstance(row.when, dict) else {"": row.when}
    for name, text in when.items():
        if text:
            column = rule.definition.inputs.get(name) if rule else None
            yield {"row": label, **_column(work, column, name), "text": text, "value": values.get(name)}


def _outcome(work: Work, rule: Rule | None, outcome: Told | None) -> list[Told]:
    """In the order of the rule's columns."""
    columns, found = rule.definition.outputs if rule else {}, outcome or {}
    known = [name for name in (rule.outputs if rule else ()) if name in found]
    return [
        _column(work, columns.get(name), name)
        | {"value": found[name], "text": _text(work, columns.get(name), found[name])}
        for name in dict.fromkeys((*known, *found))
    ]


def _column(work: Work, column: ColumnDef | None, name: str) -> Told:
    return {"name": name, "label": _say(work, column.label if column else {}, name)}


def _text(work: Work, column: ColumnDef | None, value: Any) -> str | None:
    choice = column.choices.get(value) if column and isinstance(value, str) else None
    return _say(work, choice.label, value) if choice else None


def _say(work: Work, words: Words, otherwise: str) -> str:
    return words.get(work.language) or words.get("en") or otherwise


_COLUMNS: tuple[str, ...] = "id", "at", "by", "rule", "version", "seen", "reasons", "calls", "operation", "cause"
_KEPT = f"""SELECT {", ".join(_COLUMNS)} FROM {{schema}}.kernel_decision WHERE object = $1 AND record_id = $2::bigint
ORDER BY id DESC LIMIT {MOST}"""
_BODIES = "SELECT hash, body FROM {schema}.kernel_definition WHERE kind = 'rule' AND hash = ANY($1)"
