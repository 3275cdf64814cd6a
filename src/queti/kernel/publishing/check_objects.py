"""The check of objects: names, settings that fit their types, references, formulas that can be kept."""

from __future__ import annotations

import re
from dataclasses import dataclass

from queti.kernel.definitions import FieldDef, Words
from queti.kernel.fields import COMMON_SETTINGS, FIELD_TYPES
from queti.kernel.formulas import Typed
from queti.kernel.model import Field, Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.check_linkage import check_linkage, check_reach
from queti.kernel.publishing.findings import Findings
from queti.kernel.values import bounds_of

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
APP_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
MEDIA_TYPE = re.compile(r"[a-z]+/(\*|[a-z0-9][a-z0-9.+-]*)")
SERIAL_PART = re.compile(r"\{(0+|year|month|day|[a-z][a-z0-9_.]*)\}")


def follow(model: Model, object: Object, path: str) -> Field | None:
    """The field at the end of a path of links, or None."""
    here = object
    *links, last = path.split(".")
    for name in links:
        link = here.fields.get(name)
        if link is None or link.type.name != "link" or link.target not in model.objects:
            return None
        here = model.objects[link.target or ""]
    return here.fields.get(last)


def check_object(model: Model, object: Object, findings: Findings) -> None:
    _ObjectCheck(model, object, findings).check()


@dataclass(slots=True)
class _ObjectCheck:
    model: Model
    object: Object
    findings: Findings

    def check(self) -> None:
        self._check_names()
        for name, written in self.object.definition.fields.items():
            if name in self.object.fields:
                self._check_field(self.object.fields[name], written)
        self._check_references()
        self._check_lines()
        self._check_totals()
        check_linkage(self.model, self.object, self.findings)
        self._check_asking()
        for rule in self.object.rules:
            check_reach(self.model, self.object, f"rules.{rule.name}.require", rule.require, self.findings)
            if rule.definition.at_database:
                self._check_at_database(rule.name, rule.require)
            if rule.definition.field and rule.definition.field not in self.object.fields:
                self._unknown_field(f"rules.{rule.name}.field", rule.definition.field)

    def _check_asking(self) -> None:
        """Queries are answered by the database while reading; nothing that is decided while writing can ask them."""
        asking = [(f"rules.{rule.name}.require", rule.require) for rule in self.object.rules]
        asking += [(f"linkage.{each.name}.when", each.when) for each in self.object.linkage]
        asking += [
            (f"fields.{name}.default", each.default) for name, each in self.object.fields.items() if each.default
        ]
        for place, typed in asking:
            if asks_query(self.model, typed):
                self._error(place, "A query can't be asked while a record is written.", "保存记录时不能使用查询字段。")

    def _check_names(self) -> None:
        app, _, short = self.object.name.partition(".")
        if not APP_NAME.fullmatch(app) or not NAME.fullmatch(short):
            self._error(
                "object",
                "A name is app.name: small letters, digits and, behind the point, underscores.",
                "名称的形式为 app.name：小写字母、数字，点号后可用下划线。",
            )
        if app not in self.model.apps:
            self._error("object", f"There is no app “{app}”.", f"没有应用“{app}”。", did_you_mean(app, self.model.apps))
        for name in self.object.definition.fields:
            if not NAME.fullmatch(name):
                self._error(
                    f"fields.{name}",
                    "A field's name is of small letters, digits and underscores, at most 40.",
                    "字段名只能用小写字母、数字和下划线，最多 40 个。",
                    _OTHER_NAME,
                )
        known = self.object.definition.fields
        for name in (each for each, written in known.items() if written.formerly in known):
            self._error(
                f"fields.{name}.formerly",
                f"{known[name].formerly} is still there, so its data can't go on under another name.",
                f"字段 {known[name].formerly} 仍然存在，其数据不能改用另一个名称。",
                {"en": f"Take {known[name].formerly} out, or this setting.", "zh": "请删除该字段或去掉此设置。"},
            )

    def _check_field(self, field: Field, written: FieldDef) -> None:
        place = f"fields.{field.name}"
        self._check_settings(place, written)
        if field.name in self.object.reverse:
            self._error(
                place, f"A reverse list is named “{field.name}” too.", f"反向列表也叫“{field.name}”。", _OTHER_NAME
            )
        if written.group and written.group not in self.object.definition.groups:
            self._error(
                f"{place}.group",
                f"The object has no group “{written.group}”.",
                f"没有分组“{written.group}”。",
                did_you_mean(written.group, self.object.definition.groups),
            )
        if field.type.name in ("choice", "choices", "tree_choice") and not field.definition.choices:
            self._error(f"{place}.choices", "There is nothing to choose from.", "没有可选项。")
        if field.type.name == "group":
            self._error(f"{place}.type", "Groups are inputs of operations only.", "组只能用作操作的输入。")
        if written.type == "integer":
            self._error(f"{place}.type", "This type is the platform's own.", "该类型仅供平台使用。", _USE_NUMBER)
        self._check_bounds(place, written)
        self._check_serial(place, written)
        self._check_currency(place, field)
        self._check_kind(place, field, written)
        self._check_formula(place, field)

    def _check_settings(self, place: str, written: FieldDef) -> None:
        type = FIELD_TYPES[written.type]
        known = type.settings
        for setting in (set_properties(written) - COMMON_SETTINGS - known) | (set_properties(written) & type.refuses):
            self._error(
                f"{place}.{setting}",
                f"“{setting}” means nothing for a field of type {written.type}.",
                f"“{setting}”对 {written.type} 类型的字段没有意义。",
                {
                    "en": f"It may have: {', '.join(sorted(known)) or 'no more'}.",
                    "zh": f"可用的设置：{'、'.join(sorted(known)) or '无'}。",
                },
            )

    def _check_kind(self, place: str, field: Field, written: FieldDef) -> None:
        """What a type asks of its own settings."""
        self._check_tree(f"{place}.choices", written)
        target = self.model.objects.get(field.target or "")
        if written.tree and target is not None:
            up = target.fields.get(written.tree)
            if up is None or up.type.name != "link" or up.target != target.name:
                self._error(
                    f"{place}.tree",
                    f"{target.name} has no link “{written.tree}” to itself.",
                    f"{target.name} 没有指向自身的关联“{written.tree}”。",
                )
        elif written.type == "cascade":
            self._error(f"{place}.tree", "A cascade needs the link to the record above.", "级联需要指定上级关联字段。")
        if field.query is not None:
            asked = self.model.objects[field.query.object]
            check_sort(self.model, asked, field.query.sort, "object", self.object.name, f"{place}.sort", self.findings)
        if written.type == "capitals":
            money = follow(self.model, self.object, written.path or "")
            if money is None or money.type.name not in ("money", "number"):
                self._error(f"{place}.path", "The path must lead to a money field.", "路径必须指向金额字段。")
        if any(size is not None and size < 1 for size in (written.max_size, written.max_count)):
            self._error(place, "max_size and max_count are 1 or more.", "max_size 和 max_count 至少为 1。")
        for media_type in written.accept:
            if not MEDIA_TYPE.fullmatch(media_type):
                self._error(
                    f"{place}.accept",
                    f"“{media_type}” is no media type like image/* or application/pdf.",
                    f"“{media_type}”不是媒体类型，如 image/* 或 application/pdf。",
                )
        if written.type == "rating" and written.max is not None and written.max not in map(str, range(2, 11)):
            self._error(f"{place}.max", "A rating goes up to 2 to 10.", "评分的最大值为 2 到 10。")

    def _check_tree(self, place: str, written: FieldDef) -> None:
        """Every choice leads up to one that stands under none."""
        for name, choice in written.choices.items():
            if choice.under and written.type != "tree_choice":
                self._error(
                    f"{place}.{name}.under", "Only choices of a tree stand under others.", "只有树形选项才有上级。"
                )
            elif choice.under and name not in tree_of(written):
                self._error(
                    f"{place}.{name}.under",
                    f"“{choice.under}” leads up to no top.",
                    f"“{choice.under}”不存在或循环引用。",
                    did_you_mean(choice.under, written.choices),
                )

    def _check_bounds(self, place: str, written: FieldDef) -> None:
        try:
            bounds_of(written)
        except ValueError:
            self._error(
                f"{place}.min", "min and max must be values of the field's type.", "min 和 max 必须是该类型的值。"
            )
        if written.decimals is not None and not 0 <= written.decimals <= 12:
            self._error(f"{place}.decimals", "0 to 12 decimals.", "小数位数为 0 到 12。")

    def _check_serial(self, place: str, written: FieldDef) -> None:
        if written.type != "serial":
            return
        parts = SERIAL_PART.findall(written.pattern or "")
        if sum(1 for part in parts if part.startswith("0")) != 1 or "{" in SERIAL_PART.sub("", written.pattern or ""):
            self._error(
                f"{place}.pattern",
                "The pattern needs one counter and known parts, like SO-{year}-{000000}.",
                "编号格式需要一个计数器，如 SO-{year}-{000000}。",
            )
        for part in parts:
            if (
                not part.startswith("0")
                and part not in ("year", "month", "day")
                and not follow(self.model, self.object, part)
            ):
                self._unknown_field(f"{place}.pattern", part)

    def _check_currency(self, place: str, field: Field) -> None:
        path = field.definition.currency
        if field.type.name == "money" and path and not follow(self.model, self.object, path):
            self._unknown_field(f"{place}.currency", path)

    def _check_formula(self, place: str, field: Field) -> None:
        typed = field.formula
        if typed is None:
            return
        if typed.rolls_up_live:
            self._error(
                f"{place}.formula",
                "A roll-up can't be over a value that changes by itself, as those with today() do.",
                "不能汇总会自行变化的值（例如含 today() 的公式）。",
            )
        if typed.in_memory:
            self._error(
                f"{place}.formula", "This function can't be used in a computed field.", "该函数不能用于计算字段。"
            )
        if field.is_live and (field.definition.unique or field.definition.index):
            self._error(f"{place}.formula", "A live value can't be indexed.", "实时计算的值不能建立索引。")
        if field.definition.required or field.definition.default is not None:
            self._warn(
                f"{place}.formula",
                "A computed field is neither required nor has a default.",
                "计算字段无需必填或默认值。",
            )

    def _check_references(self) -> None:
        definition, fields = self.object.definition, self.object.fields
        for place, name, kinds in (
            ("owner_field", definition.owner_field, {"link"}),
            ("state_field", definition.state_field, {"choice"}),
            ("board_by", definition.board_by, {"choice", "link"}),
            ("calendar_by", definition.calendar_by, {"date", "moment"}),
        ):
            if name and name not in fields:
                self._unknown_field(place, name)
            elif name and fields[name].type.name not in kinds:
                wanted = " or ".join(sorted(kinds))
                self._error(place, f"“{name}” must be a {wanted}.", f"“{name}”的类型必须是 {wanted}。")
        check_sort(self.model, self.object, definition.sort, "object", self.object.name, "sort", self.findings)

    def _check_lines(self) -> None:
        definition = self.object.definition
        for field in self.object.lines.values():
            child = self.model.objects[field.target or ""]
            if child.definition.lines_of != self.object.name:
                self._error(
                    f"fields.{field.name}.of",
                    f"{child.name} says that it is the lines of {child.definition.lines_of or 'nothing'}.",
                    f"{child.name} 的 lines_of 是 {child.definition.lines_of or '空'}。",
                    {
                        "en": f"Write lines_of: {self.object.name} there.",
                        "zh": f"请在其中写 lines_of: {self.object.name}。",
                    },
                )
        if not definition.lines_of:
            return
        if self.object.parent is None:
            self._error(
                "lines_of",
                f"There is no object “{definition.lines_of}”.",
                f"没有业务对象“{definition.lines_of}”。",
                did_you_mean(definition.lines_of, self.model.objects),
            )
        elif not any(field.target == self.object.name for field in self.object.parent.lines.values()):
            self._error(
                "lines_of",
                f"{definition.lines_of} has no lines field for this.",
                f"{definition.lines_of} 没有对应的明细字段。",
            )
        elif self.object.parent.is_lines:
            self._error("lines_of", "Lines can't have lines of their own.", "明细不能再有明细。")

    def _check_totals(self) -> None:
        for name in self.object.definition.totals:
            field = self.object.fields.get(name)
            if field is None:
                self._unknown_field(f"totals.{name}", name)
            elif field.is_computed or not self.object.append_only:
                self._error(
                    f"totals.{name}",
                    "Totals are for plain fields of append-only objects; else write a formula.",
                    "totals 只用于只增对象的普通字段，其他情况请写公式。",
                )

    def _check_at_database(self, name: str, typed: Typed) -> None:
        fields = self.object.fields
        is_own = all(len(path) == 1 and path[0] in fields and fields[path[0]].is_stored for path in typed.uses)
        if not is_own or typed.params or typed.in_memory:
            self._error(
                f"rules.{name}.at_database",
                "The database can only hold rules over the record's own stored fields.",
                "数据库只能检查记录自身存储的字段。",
            )

    def _unknown_field(self, place: str, name: str) -> None:
        self._error(
            place,
            f"{self.object.name} has no field “{name}”.",
            f"{self.object.name} 没有字段“{name}”。",
            did_you_mean(name, self.object.fields),
        )

    def _error(self, place: str, en: str, zh: str, fix: Words | None = None) -> None:
        self.findings.error("object", self.object.name, place, en, zh, fix)

    def _warn(self, place: str, en: str, zh: str) -> None:
        self.findings.warn("object", self.object.name, place, en, zh)


_OTHER_NAME = {"en": "Choose another name.", "zh": "请换一个名称。"}
_USE_NUMBER = {"en": "Use number with decimals: 0.", "zh": "请使用 number 并设 decimals: 0。"}


def asks_query(model: Model, typed: Typed) -> bool:
    """Does the formula look at a query, itself or through live formulas?"""
    waiting, seen = list(typed.reads), set[tuple[str, str]]()
    while waiting:
        place = waiting.pop()
        field = model.objects[place[0]].fields.get(place[1]) if place[0] in model.objects else None
        if field is None or place in seen:
            continue
        seen.add(place)
        if field.query is not None:
            return True
        if field.is_live and field.formula is not None:
            waiting += field.formula.reads
    return False


def tree_of(written: FieldDef) -> dict[str, str]:
    """Choice → the top that it belongs to, of those that lead up to one."""
    tops: dict[str, str] = {}
    for name in written.choices:
        seen, here = set[str](), name
        while here in written.choices and here not in seen and written.choices[here].under:
            seen.add(here)
            here = written.choices[here].under
        if here in written.choices and here not in seen:
            tops[name] = here
    return tops


def set_properties(written: FieldDef) -> set[str]:
    """Properties that are not at their defaults."""
    blank = FieldDef(type=written.type)
    return {name for name in FieldDef.__struct_fields__ if getattr(written, name) != getattr(blank, name)}


def check_sort(model: Model, object: Object, sort: str, kind: str, name: str, place: str, findings: Findings) -> None:
    for part in filter(None, (entry.strip().lstrip("-+") for entry in sort.split(","))):
        if part.endswith("_label"):
            continue
        field = follow(model, object, part)
        if field is None or not field.type.is_sortable:
            findings.error(
                kind,
                name,
                place,
                f"{object.name} can't be sorted by “{part}”.",
                f"{object.name} 不能按“{part}”排序。",
                did_you_mean(part, object.fields),
            )
