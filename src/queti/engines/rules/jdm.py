"""Decision models of GoRules (JDM): their tables, expressions and switches as rules of ours.

A model of one table becomes that table. Others become a decision that calls a rule for each table; what a switch
lets through is a condition around what comes behind it. What doesn't map is told node by node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import msgspec

from queti.engines.rules.zen import NotMapped, cell, formula
from queti.kernel.definitions import RuleDef, Words
from queti.kernel.errors import Refusal
from queti.kernel.formulas import FormulaError, NameScope, check
from queti.kernel.publishing.canonical import decode
from queti.kernel.rules.compiling import Rule, compile_rule

Body = dict[str, Any]
MOST_NODES = 200
_TYPES = ("number", "text", "boolean", "date")
_KINDS: dict[str, Words] = {
    "functionNode": {"en": "A function in JavaScript isn't imported.", "zh": "JavaScript 函数节点无法导入。"},
    "decisionNode": {"en": "A decision in another file isn't imported.", "zh": "引用其他文件的决策节点无法导入。"},
    "customNode": {"en": "A node of their own isn't imported.", "zh": "自定义节点无法导入。"},
}


class NoDecisionModel(Refusal):
    """This file is no decision model of GoRules: {problem}."""

    zh = "此文件不是 GoRules 决策模型：{problem}。"
    field = "file"


@dataclass(frozen=True, slots=True)
class Left:
    """What was not taken over, and of which node."""

    node: str
    place: str
    words: Words


@dataclass(slots=True)
class Imported:
    """Rules by name, the first being the whole model."""

    rules: dict[str, Body] = field(default_factory=dict[str, Body])
    left: list[Left] = field(default_factory=list[Left])


def read_model(name: str, content: bytes, on: str = "", base: NameScope | None = None) -> Imported:
    """The model as the rule `name`, over the object `on` where its fields have the names of that object's."""
    try:
        model = msgspec.json.decode(content)
        nodes = {node["id"]: node for node in model["nodes"]}
        edges = [(edge["sourceId"], edge["targetId"], edge.get("sourceHandle") or "") for edge in model["edges"]]
    except (msgspec.DecodeError, KeyError, TypeError) as problem:
        said = str(problem)
        raise NoDecisionModel(problem={"en": said, "zh": said}) from None
    if not nodes or len(nodes) > MOST_NODES:
        few = {"en": f"1 to {MOST_NODES} nodes", "zh": f"节点数应为 1 到 {MOST_NODES}"}
        raise NoDecisionModel(problem=few)
    return _Model(name, nodes, edges, on, base).read()


class _Model:
    def __init__(
        self, name: str, nodes: dict[str, Body], edges: list[tuple[str, str, str]], on: str, base: NameScope | None
    ) -> None:
        self.name = name
        self.nodes = nodes
        self.edges = edges
        self.on = on
        self.base = base
        self.found = Imported()
        self.top: Body = {"rule": name, "kind": "decision", "on": on, "inputs": {}, "outputs": {}, "calls": {}}
        self.types: dict[str, str] = {}
        """Field → type, as the cells of the tables use it."""
        self.known: dict[str, str] = {}
        """Field that a node gives → its formula in the whole decision."""
        self.through: dict[tuple[str, str], str] = {}
        """(switch, way out) → the condition under which it is taken."""
        self.guards: dict[str, str] = {}
        self.fields: dict[str, dict[str, str]] = {}
        """Rule → output → the field that it was."""
        self.paths: dict[str, dict[str, str]] = {}
        """Rule → input → the field that it was."""

    def read(self) -> Imported:
        order = list(self.in_order())
        tables = [node for node in order if node["type"] == "decisionTableNode"]
        for node in order:
            self.types = {**_types_of(node), **self.types}
        others = [node for node in order if node["type"] not in ("inputNode", "outputNode", "decisionTableNode")]
        if len(tables) == 1 and not others:
            self.found.rules[self.name] = self.table(tables[0], self.name, {}) | {"rule": self.name}
        else:
            self.found.rules[self.name] = self.top
            for node in order:
                self.take(node)
            self.finish()
        self.compile()
        return self.found

    def in_order(self) -> Iterator[Body]:
        """Nodes behind those that lead to them."""
        waiting = {id: {source for source, target, _ in self.edges if target == id} for id in self.nodes}
        while waiting:
            ready = [id for id, before in waiting.items() if not before & waiting.keys()]
            if not ready:
                raise NoDecisionModel(problem={"en": "its nodes lead in a circle", "zh": "节点形成循环"})
            for id in ready:
                del waiting[id]
                yield {"name": id, "type": "", **self.nodes[id], "content": _content(self.nodes[id])}

    # -- nodes

    def take(self, node: Body) -> None:
        self.guards[node["id"]] = self.guard(node)
        match node["type"]:
            case "decisionTableNode":
                self.call(node)
            case "expressionNode":
                for entry in node["content"].get("expressions", []):
                    self.expression(node, str(entry.get("key", "")), str(entry.get("value", "")))
            case "switchNode":
                self.switch(node)
            case "inputNode" | "outputNode":
                pass
            case kind:
                said = f"A node of type {kind} isn't imported.", f"类型为 {kind} 的节点无法导入。"
                self.leave(node, "", _KINDS.get(kind, {"en": said[0], "zh": said[1]}))

    def guard(self, node: Body) -> str:
        """The condition under which the node is reached; blank: always."""
        ways = [
            _both(self.guards.get(source, ""), self.through.get((source, handle), ""))
            for source, target, handle in self.edges
            if target == node["id"]
        ]
        return "" if not ways or "" in ways else " or ".join(f"({way})" for way in dict.fromkeys(ways))

    def call(self, node: Body) -> None:
        short = self.unused(_name_of(node["name"]), self.top["calls"])
        rule = f"{self.name}_{short}"
        given: dict[str, str] = {}
        body = self.table(node, rule, given)
        if body["hit"] == "collect":
            self.leave(node, "hitPolicy", _LISTED)
        self.found.rules[rule] = body
        order = 10.0 * (len(self.top["calls"]) + 1)
        self.top["calls"][short] = {"rule": rule, "given": given, "order": order}
        path = node["content"].get("outputPath")
        for name in body["outputs"]:
            there = self.fields[rule][name]
            self.gives(node, f"{path}.{there}" if path else there, f"{short}.{name}")

    def expression(self, node: Body, key: str, text: str) -> None:
        try:
            self.gives(node, key, formula(text, self.resolve))
        except NotMapped as problem:
            self.leave(node, key, problem.words)

    def switch(self, node: Body) -> None:
        """Of `first`, a way out is open where those before it are not."""
        before: list[str] = []
        is_first = node["content"].get("hitPolicy", "first") == "first"
        for statement in node["content"].get("statements", []):
            text = str(statement.get("condition") or "")
            try:
                condition = "" if statement.get("isDefault") or not text.strip() else formula(text, self.resolve)
            except NotMapped as problem:
                self.leave(node, str(statement.get("id", "")), problem.words)
                continue
            others = [f"not ({other})" for other in before] if is_first or not condition else []
            way = " and ".join([*others, *([f"({condition})"] if condition else [])])
            self.through[node["id"], str(statement.get("id", ""))] = way
            before += [condition] if condition else []

    def gives(self, node: Body, path: str, text: str) -> None:
        """A node that is not reached leaves what was there."""
        guard = self.guards[node["id"]]
        self.known[path] = f"if({guard}, {text}, {self.known.get(path, 'blank')})" if guard else text

    def resolve(self, path: str) -> str:
        if path in self.known:
            known = self.known[path]
            return known if re.fullmatch(r"[\w.]+", known) else f"({known})"
        return self.input(self.top, path)

    def input(self, body: Body, path: str) -> str:
        """The input of that field, made where it isn't there."""
        name = _name_of(path)
        if name not in body["inputs"]:
            order = 10.0 * (len(body["inputs"]) + 1)
            body["inputs"][name] = {"label": {"en": path}, "order": order, **self.asked(path)}
        return name

    def asked(self, path: str) -> Body:
        if self.base is not None:
            try:
                check(path, self.base)
                return {"formula": path}
            except FormulaError:
                pass
        return {"type": self.types.get(path, "number")}

    # -- tables

    def table(self, node: Body, rule: str, given: dict[str, str]) -> Body:
        """The rule of a table; `given` gets what the decision has to hand to it."""
        content = node["content"]
        body: Body = {
            "rule": rule,
            "label": {"en": node["name"]},
            "on": self.on,
            "inputs": {},
            "outputs": {},
            "hit": "collect" if content.get("hitPolicy") == "collect" else "first",
            "rows": [],
        }
        inputs = dict(self.columns(node, body))
        fields = {str(column["id"]): str(column.get("field") or column["id"]) for column in content["outputs"]}
        outputs = {id: _name_of(path) for id, path in fields.items()}
        self.fields[rule] = {outputs[id]: path for id, path in fields.items()}
        for place, column in enumerate(content["outputs"], 1):
            texts = [str(row.get(column["id"]) or "") for row in content["rules"]]
            label = {"en": str(column.get("field") or column.get("name") or column["id"])}
            typed = {"label": label, "type": _type_of(texts), "order": 10.0 * place}
            body["outputs"][outputs[str(column["id"])]] = typed
        body["rows"] = [self.row(node, body, at, row, inputs, outputs) for at, row in enumerate(content["rules"])]
        if rule != self.name:
            asked = {name for name, column in body["inputs"].items() if "formula" in column}
            given |= {name: self.resolve(path) for name, path in self.paths[rule].items() if name not in asked}
        return body

    def columns(self, node: Body, body: Body) -> Iterator[tuple[str, str]]:
        """Column → input; a column that asks an expression gets the input that it names, if it names one."""
        paths = self.paths.setdefault(body["rule"], {})
        for column in node["content"]["inputs"]:
            path = str(column.get("field") or "")
            if not re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", path):
                name = self.computed(node, body, column, path)
                if name:
                    yield str(column["id"]), name
                continue
            name = self.input(body, path)
            paths[name] = path
            body["inputs"][name]["label"] = {"en": str(column.get("name") or path)}
            yield str(column["id"]), name

    def computed(self, node: Body, body: Body, column: Body, text: str) -> str:
        try:
            made = formula(text, lambda path: self.also(body, path)) if text else ""
        except NotMapped as problem:
            self.leave(node, str(column.get("name") or column["id"]), problem.words)
            return ""
        if not made:
            self.leave(node, str(column.get("name") or column["id"]), _NO_FIELD)
            return ""
        name = self.unused(_name_of(str(column.get("name") or column["id"])), body["inputs"])
        label = {"en": str(column.get("name") or text)}
        body["inputs"][name] = {"label": label, "formula": made, "order": 10.0 * (len(body["inputs"]) + 1)}
        return name

    def also(self, body: Body, path: str) -> str:
        """A field that a cell names besides its own column."""
        name = self.input(body, path)
        self.paths.setdefault(body["rule"], {}).setdefault(name, path)
        return name

    def row(
        self, node: Body, body: Body, at: int, row: Body, inputs: Mapping[str, str], outputs: Mapping[str, str]
    ) -> Body:
        made: Body = {"when": {}, "then": {}}
        for side, columns in (("when", inputs), ("then", outputs)):
            for id, name in columns.items():
                text = str(row.get(id) or "").strip()
                if not text or text == "-":
                    continue
                try:
                    read = cell(text, name, lambda path: self.also(body, path)) if side == "when" else None
                    made[side][name] = read or formula(text, lambda path: self.also(body, path))
                except NotMapped as problem:
                    self.leave(node, f"{at + 1}: {name}", problem.words)
                    made[side][name] = text
        note = str(row.get("_description") or "")
        return made | ({"note": note} if note else {})

    # -- the end

    def finish(self) -> None:
        for path, text in self.known.items():
            name = self.unused(_name_of(path), self.top["outputs"])
            order = 10.0 * (len(self.top["outputs"]) + 1)
            self.top["outputs"][name] = {"label": {"en": path}, "type": "text", "formula": text, "order": order}
        for name, column in self.top["outputs"].items():
            column["type"] = next((type for type in _TYPES if self.fits(name, column, type)), "text")

    def fits(self, name: str, column: Body, type: str) -> bool:
        rule = self.compiled({**self.top, "outputs": {name: {**column, "type": type}}})
        return not any(each.place.startswith("outputs") for each in rule.problems)

    def compiled(self, body: Body) -> Rule:
        def called(name: str) -> Rule | None:
            return self.compiled(self.found.rules[name]) if name in self.found.rules and name != self.name else None

        return compile_rule(cast("RuleDef", decode("rule", body)), self.base, called)

    def compile(self) -> None:
        """What stays wrong is told, too; the designer shows it at its cell."""
        for name, body in self.found.rules.items():
            for problem in self.compiled(body).problems:
                self.found.left.append(
                    Left(name, problem.place, {"en": problem.words["en"], "zh": problem.words["zh"]})
                )

    def leave(self, node: Body, place: str, words: Words) -> None:
        self.found.left.append(Left(str(node["name"]), place, words))

    def unused(self, name: str, taken: Mapping[str, Any]) -> str:
        return next(each for each in (name, *(f"{name}_{at}" for at in range(2, 999))) if each not in taken)


_LISTED: Words = {
    "en": "It collects rows; what comes behind it can't read the list.",
    "zh": "该表收集多行，其后的节点无法读取列表。",
}
_NO_FIELD: Words = {
    "en": "The column names no field: its cells are left out.",
    "zh": "该列没有指定字段，其单元格未导入。",
}


def _content(node: Body) -> Body:
    """Tables and switches may leave their parts out; a function is mere text."""
    content: Any = node.get("content")
    given = cast("Body", content) if isinstance(content, dict) else {}
    return {"inputs": [], "outputs": [], "rules": [], **given}


def _name_of(text: str) -> str:
    """customer.yearsAsCustomer → customer_years_as_customer."""
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", text)
    name = re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")[:38]
    return name if re.match(r"[a-z]", name) and name not in _TAKEN else f"the_{name}".strip("_")


_TAKEN = frozenset({"and", "or", "not", "in", "true", "false", "blank", "where", "if"})


def _types_of(node: Body) -> dict[str, str]:
    """Field → type: by the cells under it, or by what an expression compares it with."""
    content = node["content"]
    found = {
        str(column.get("field") or ""): _type_of([str(row.get(column["id"]) or "") for row in content["rules"]])
        for column in content["inputs"]
    }
    texts = [str(each.get("value") or each.get("condition") or "") for each in _expressions(content)]
    for text in texts:
        found |= dict.fromkeys(_ASKED.findall(text), "boolean")
        found |= {name: _type_of([literal]) for name, literal in _COMPARED.findall(text)}
    return found


def _expressions(content: Body) -> list[Body]:
    return [*content.get("expressions", []), *content.get("statements", [])]


_ASKED = re.compile(r"([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*\?(?!\?)")
_COMPARED = re.compile(
    r"""([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*(?:[=!<>]=|<|>)\s*("[^"]*"|'[^']*'|true\b|false\b|d(?:ate)?\(|[\d.]+)"""
)


def _type_of(cells: Sequence[str]) -> str:
    """What its cells compare or give: the first literal tells."""
    for text in cells:
        if re.search(r"\b(date|d)\(", text):
            return "date"
        if re.search(r"[\"']", text):
            return "text"
        if re.search(r"\b(true|false)\b", text):
            return "boolean"
        if re.search(r"\d", text):
            return "number"
    return "text"


def _both(one: str, other: str) -> str:
    return f"({one}) and ({other})" if one and other else one or other
