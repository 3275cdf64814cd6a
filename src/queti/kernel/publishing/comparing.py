"""What differs between two releases, or a draft and its base, in words that a manager understands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import msgspec

from queti.kernel.definitions import AppDef, Definition, FieldDef, ObjectDef, RoleDef, Words
from queti.kernel.fields import FIELD_TYPES
from queti.kernel.operations import Operation
from queti.kernel.publishing.canonical import Body, Identity, body_of, own_name
from queti.kernel.publishing.effective import OWN_APP
from queti.kernel.publishing.merge import differences

Definitions = Mapping[Identity, Definition]


class Said(NamedTuple):
    """One sentence, about `property` of the definition."""

    property: str
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Told:
    """What is said about one definition; `label` is what people call it."""

    app: str
    kind: str
    name: str
    label: Words
    sentences: list[Said] = field(default_factory=list[Said])


def tell(
    before: Definitions, after: Definitions, operations: Mapping[str, Operation], around: Definitions
) -> list[Told]:
    """By app and definition, in the order of their names; `around` are definitions that labels may come from."""
    return _Telling(before, after, operations, around).all()


@dataclass(slots=True)
class _Telling:
    before: Definitions
    after: Definitions
    operations: Mapping[str, Operation]
    around: Definitions

    def all(self) -> list[Told]:
        touched = [key for key in self.before.keys() | self.after.keys() if self.before.get(key) != self.after.get(key)]
        told = [self._told(key) for key in touched]
        return sorted((each for each in told if each.sentences), key=lambda each: (each.app, each.kind, each.name))

    def _told(self, key: Identity) -> Told:
        was, now = self.before.get(key), self.after.get(key)
        there = now or was
        assert there is not None
        label = self._object_label(there.object) if isinstance(there, ObjectDef) else there.label
        return Told(_app_of(key, there), *key, label or _both(own_name(there)), list(self._sentences(key[0], was, now)))

    def _sentences(self, kind: str, was: Definition | None, now: Definition | None) -> Iterator[Said]:
        en, zh = _KINDS[kind]
        if was is None:
            yield Said("", f"New {en}", f"新增{zh}")
        if now is None:
            yield Said("", f"The {en} goes out of use" + _kept(kind)[0], f"停用该{zh}" + _kept(kind)[1])
            return
        if isinstance(now, ObjectDef) and (was is None or isinstance(was, ObjectDef)):
            yield from self._of_object(was, now)
        elif isinstance(now, RoleDef) and (was is None or isinstance(was, RoleDef)):
            yield from self._of_role(was or RoleDef(role=now.role), now)
        elif was is not None:
            yield from _properties(body_of(was), body_of(now), set())

    # -- objects

    def _of_object(self, was: ObjectDef | None, now: ObjectDef) -> Iterator[Said]:
        fields = was.fields if was else {}
        for name, entry in now.fields.items():
            if name not in fields:
                yield self._new_field(name, entry, fields)
            elif fields[name] != entry:
                yield from _of_field(name, fields[name], entry)
        renamed = {entry.formerly for entry in now.fields.values()}
        for name, entry in fields.items():
            if name not in now.fields and name not in renamed:
                en, zh = _called(entry.label, name)
                yield Said(
                    f"fields.{name}",
                    f"Field {en} goes out of use; what was entered is kept",
                    f"停用字段“{zh}”，已填数据保留",
                )
        if was is None:
            return
        for part, (en, zh) in _PARTS.items():
            yield from _of_items(part, en, zh, getattr(was, part), getattr(now, part))
        yield from _properties(body_of(was), body_of(now), {"fields", *_PARTS})

    def _new_field(self, name: str, entry: FieldDef, before: Mapping[str, FieldDef]) -> Said:
        en, zh = _called(entry.label, name)
        if entry.formerly in before:
            old_en, old_zh = _called(before[entry.formerly].label, entry.formerly)
            return Said(f"fields.{name}", f"Field {old_en} is now {en}", f"字段“{old_zh}”改为“{zh}”")
        kind_en, kind_zh = _type_words(entry)
        if entry.to or entry.of:
            to_en, to_zh = _called(self._object_label(entry.to or entry.of or ""), entry.to or entry.of or "")
            kind_en, kind_zh = f"{kind_en}: {to_en}", f"{kind_zh}：{to_zh}"
        return Said(f"fields.{name}", f"New field {en} ({kind_en})", f"新增字段“{zh}”（{kind_zh}）")

    def _object_label(self, name: str) -> Words:
        for definitions in (self.after, self.before, self.around):
            found = definitions.get(("object", name))
            if found is not None and found.label:
                return found.label
        return {}

    def _field_label(self, object: str, name: str) -> tuple[str, str]:
        for definitions in (self.after, self.before, self.around):
            for key, found in definitions.items():
                if isinstance(found, ObjectDef) and key[1].rpartition(":")[2] == object and name in found.fields:
                    return _called(found.fields[name].label, name)
        return _called({}, name)

    # -- roles

    def _of_role(self, was: RoleDef, now: RoleDef) -> Iterator[Said]:
        for name in sorted(was.objects.keys() | now.objects.keys()):
            old, new = _grant(was, name), _grant(now, name)
            if old != new:
                yield from self._of_grant(name, old, new)
        yield from self._of_operations(was.operations, now.operations)
        yield from self._of_rules(was.rules, now.rules)
        yield from _properties(body_of(was), body_of(now), {"objects", "operations", "rules"})

    def _of_grant(self, object: str, old: Body, new: Body) -> Iterator[Said]:
        en, zh = _called(self._object_label(object), object)
        for verb, (does, does_zh) in _VERBS.items():
            before, after = old.get(verb, False), new.get(verb, False)
            place = f"objects.{object}.{verb}"
            if before and not after:
                yield Said(place, f"May no longer {does} {en}", f"不再允许{does_zh}{zh}")
            elif after and not before:
                yield Said(place, f"May now {does} {en}{_where(after)}", f"允许{does_zh}{zh}{_where_zh(after)}")
            elif before != after:
                yield Said(
                    place, f"May {does} other {en}{_where(after)}", f"可{does_zh}的{zh}范围改变{_where_zh(after)}"
                )
        for setting, (taken, given, taken_zh, given_zh) in _NARROWED.items():
            place = f"objects.{object}.{setting}"
            gone, come = set(old.get(setting, ())), set(new.get(setting, ()))
            for name in sorted(come - gone):
                field_en, field_zh = self._field_label(object, name)
                yield Said(place, taken.format(f"{field_en} ({en})"), taken_zh.format(f"{zh}的“{field_zh}”"))
            for name in sorted(gone - come):
                field_en, field_zh = self._field_label(object, name)
                yield Said(place, given.format(f"{field_en} ({en})"), given_zh.format(f"{zh}的“{field_zh}”"))

    def _of_operations(self, was: Iterable[str], now: Iterable[str]) -> Iterator[Said]:
        for name in sorted(set(now) - set(was)):
            en, zh = self._operation(name)
            yield Said("operations", f"May now {en}", f"允许执行“{zh}”")
        for name in sorted(set(was) - set(now)):
            en, zh = self._operation(name)
            yield Said("operations", f"May no longer {en}", f"不再允许执行“{zh}”")

    def _of_rules(self, was: Iterable[str], now: Iterable[str]) -> Iterator[Said]:
        for name in sorted(set(now) - set(was)):
            yield Said("rules", f"May now ask the rule {name}", f"允许调用规则“{name}”")
        for name in sorted(set(was) - set(now)):
            yield Said("rules", f"May no longer ask the rule {name}", f"不再允许调用规则“{name}”")

    def _operation(self, name: str) -> tuple[str, str]:
        known = self.operations.get(name)
        return (f"“{_called(known.label, name)[0]}”", _called(known.label, name)[1]) if known else (name, name)


def _grant(role: RoleDef, object: str) -> Body:
    return cast("Body", body_of(role).get("objects", {}).get(object, {}))


def _of_field(name: str, was: FieldDef, now: FieldDef) -> Iterator[Said]:
    en, zh = _called(now.label, name)
    place = f"fields.{name}"
    if was.label != now.label:
        old_en, old_zh = _called(was.label, name)
        yield Said(f"{place}.label", f"Field {old_en} is now called {en}", f"字段“{old_zh}”改称“{zh}”")
    if was.type != now.type:
        (old, old_zh), (new, new_zh) = _type_words(was), _type_words(now)
        yield Said(f"{place}.type", f"{en}: from {old} to {new}", f"“{zh}”由{old_zh}改为{new_zh}")
    for setting, (yes, no, yes_zh, no_zh) in _SWITCHES.items():
        if getattr(was, setting) != getattr(now, setting):
            is_on = bool(getattr(now, setting))
            yield Said(f"{place}.{setting}", (yes if is_on else no).format(en), (yes_zh if is_on else no_zh).format(zh))
    if was.formula != now.formula and now.formula:
        yield Said(f"{place}.formula", f"{en} is computed as {now.formula}", f"“{zh}”的公式改为 {now.formula}")
    for choice, en_choice, zh_choice, does, does_zh in _choices(was, now):
        yield Said(
            f"{place}.choices.{choice}", f"{en}: choice {en_choice} {does}", f"“{zh}”的选项“{zh_choice}”{does_zh}"
        )
    known = {"label", "type", "formula", "choices", "order", *_SWITCHES}
    others = [prop for prop, _, _ in differences(_plain(was), _plain(now)) if prop.partition(".")[0] not in known]
    for setting in dict.fromkeys(prop.partition(".")[0] for prop in others):
        setting_en, setting_zh = _SETTINGS.get(setting, (setting, setting))
        yield Said(f"{place}.{setting}", f"{en}: {setting_en} changed", f"“{zh}”的{setting_zh}已修改")


def _choices(was: FieldDef, now: FieldDef) -> Iterator[tuple[str, str, str, str, str]]:
    for name in {**was.choices, **now.choices}:
        old, new = was.choices.get(name), now.choices.get(name)
        label = (new or old).label  # type: ignore[union-attr]
        if old is None:
            yield name, *_called(label, name), "added", "新增"
        elif new is None:
            yield name, *_called(label, name), "removed", "删除"
        elif new.retired != old.retired:
            does, does_zh = ("retired", "停用") if new.retired else ("in use again", "重新启用")
            yield name, *_called(label, name), does, does_zh
        elif new.label != old.label:
            yield (
                name,
                *_called(old.label, name),
                f"is now {_called(label, name)[0]}",
                f"改称“{_called(label, name)[1]}”",
            )


def _of_items(part: str, en: str, zh: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Said]:
    for name in {**was, **now}:
        old, new = was.get(name), now.get(name)
        if old == new:
            continue
        called, called_zh = _called(cast("Words", getattr(new or old, "label", {})), name)
        does, does_zh = ("New", "新增") if old is None else ("Removed", "删除") if new is None else ("Changed", "修改")
        yield Said(f"{part}.{name}", f"{does} {en} {called}", f"{does_zh}{zh}“{called_zh}”")


def _properties(was: Body, now: Body, told: set[str]) -> Iterator[Said]:
    """The rest, one sentence for each property."""
    found = [prop for prop, _, _ in differences(was, now) if prop.partition(".")[0] not in told | {"order"}]
    for name in dict.fromkeys(prop.partition(".")[0] for prop in found):
        if name == "label":
            (old_en, old_zh), (new_en, new_zh) = (_called(each.get("label") or {}, "") for each in (was, now))
            yield Said("label", f"“{old_en}” is now called “{new_en}”", f"“{old_zh}”改称“{new_zh}”")
            continue
        en, zh = _SETTINGS.get(name, (name.replace("_", " "), name))
        yield Said(name, f"{en.capitalize()} changed", f"{zh}已修改")


def _plain(entry: FieldDef) -> Body:
    return cast("Body", msgspec.to_builtins(entry))


def _app_of(key: Identity, definition: Definition) -> str:
    kind, name = key
    if isinstance(definition, AppDef):
        return definition.app
    if ":" in name:
        return name.partition(":")[0]
    return OWN_APP if kind == "role" else name.partition(".")[0]


def _called(label: Words, name: str) -> tuple[str, str]:
    en = label.get("en") or label.get("zh") or name
    return en, label.get("zh") or en


def _both(text: str) -> Words:
    return {"en": text, "zh": text}


def _type_words(entry: FieldDef) -> tuple[str, str]:
    known = FIELD_TYPES.get(entry.type)
    en, zh = _called(known.label if known else {}, entry.type)
    return en.lower(), zh


def _kept(kind: str) -> tuple[str, str]:
    return ("; its records are kept", "，其记录保留") if kind == "object" else ("", "")


def _where(scope: Any) -> str:
    return f" where {scope}" if isinstance(scope, str) and scope != "true" else ""


def _where_zh(scope: Any) -> str:
    return f"（{scope}）" if isinstance(scope, str) and scope != "true" else ""


_KINDS: dict[str, tuple[str, str]] = {
    "app": ("app", "应用"),
    "object": ("object", "业务对象"),
    "form": ("form", "表单布局"),
    "view": ("view", "视图"),
    "public_form": ("public form", "公开表单"),
    "role": ("role", "角色"),
    "home": ("home page", "首页"),
    "print": ("print template", "打印模板"),
    "import": ("import", "导入模板"),
    "flow": ("flow", "流程"),
    "rule": ("rule", "规则"),
}
_PARTS = {
    "rules": ("rule", "校验"),
    "linkage": ("linkage", "联动"),
    "keys": ("unique key", "唯一约束"),
    "groups": ("group of fields", "字段分组"),
    "totals": ("total", "合计"),
}
_VERBS = {
    "see": ("see", "查看"),
    "create": ("create", "新建"),
    "change": ("change", "修改"),
    "remove": ("remove", "删除"),
    "export": ("export", "导出"),
}
_NARROWED = {
    "hide": ("May no longer see {}", "May now see {}", "不再允许查看{}", "允许查看{}"),
    "locked": ("May no longer change {}", "May now change {}", "不再允许修改{}", "允许修改{}"),
    "only": ("May also see {}", "May no longer see {}", "允许查看{}", "不再允许查看{}"),
    "writes": ("May also write {}", "May no longer write {}", "允许填写{}", "不再允许填写{}"),
}
_SWITCHES = {
    "required": ("{} must be filled in", "{} may stay empty", "“{}”改为必填", "“{}”改为选填"),
    "unique": ("{} must be unique", "{} may occur more than once", "“{}”不得重复", "“{}”可以重复"),
    "read_only": ("{} is read only", "{} may be written", "“{}”改为只读", "“{}”可以填写"),
    "fixed": ("{} can't be changed later", "{} may be changed later", "“{}”新建后不可修改", "“{}”新建后可以修改"),
    "hidden": ("{} is hidden by default", "{} is shown by default", "“{}”默认隐藏", "“{}”默认显示"),
    "keeps_history": ("changes of {} are kept", "changes of {} are not kept", "“{}”记录变更历史", "“{}”不记录变更历史"),
    "in_list": ("{} is shown in lists", "{} is no longer shown in lists", "“{}”显示在列表", "“{}”不再显示在列表"),
    "search": ("{} is searched", "{} is no longer searched", "“{}”可搜索", "“{}”不再参与搜索"),
}
_SETTINGS = {
    "default": ("default", "默认值"),
    "help": ("help", "说明"),
    "group": ("place on the form", "所在分组"),
    "min": ("least value", "最小值"),
    "max": ("largest value", "最大值"),
    "max_length": ("length", "长度"),
    "decimals": ("decimals", "小数位数"),
    "to": ("target", "关联对象"),
    "filter": ("what may be chosen", "可选范围"),
    "pattern": ("numbering", "编号规则"),
    "write_only": ("shown to nobody", "不可查看"),
    "title": ("title", "标题"),
    "subtitle": ("subtitle", "副标题"),
    "plural": ("plural", "复数名称"),
    "icon": ("icon", "图标"),
    "sort": ("order of the list", "排序"),
    "where": ("filter", "筛选条件"),
    "fields": ("columns", "字段"),
    "sections": ("layout", "布局"),
    "colours": ("colours", "颜色"),
    "colour_by": ("coloured by", "着色依据"),
    "totals": ("totals", "合计"),
    "cards": ("cards", "卡片"),
    "tiles": ("figures", "指标"),
    "menu": ("menu", "菜单"),
    "version": ("version", "版本"),
    "roles": ("who sees it", "可见角色"),
    "columns": ("columns", "列"),
    "administers": ("right to build", "搭建权限"),
}
"""Words of properties that are only said to have changed."""
