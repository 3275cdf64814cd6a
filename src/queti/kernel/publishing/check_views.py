"""The check of views: each setting names a field that can do what its kind of view asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from queti.kernel.definitions import ViewDef, Words
from queti.kernel.formulas import FormulaError
from queti.kernel.formulas.types import BOOLEAN
from queti.kernel.model import Field, Model, Object
from queti.kernel.names import did_you_mean
from queti.kernel.publishing.check_objects import check_sort, follow
from queti.kernel.publishing.findings import Findings
from queti.kernel.reading.totals import can_group, can_total
from queti.kernel.scopes import object_formula

_DAYS: frozenset[str] = frozenset({"date", "moment"})
_NUMBERS: frozenset[str] = frozenset({"progress", "percent", "number", "integer"})
_PICTURES: frozenset[str] = frozenset({"image", "files"})
_FITS: dict[str, tuple[frozenset[str], Words]] = {
    "start": (
        _DAYS | {"date_range"},
        {"en": "Choose a date, a moment or a range of days.", "zh": "请选择日期、时间或日期范围字段。"},
    ),
    "end": (_DAYS, {"en": "Choose a date or a moment.", "zh": "请选择日期或时间字段。"}),
    "progress": (_NUMBERS, {"en": "Choose a progress, percent or number.", "zh": "请选择进度、百分比或数字字段。"}),
    "image": (_PICTURES, {"en": "Choose an image or files field.", "zh": "请选择图片或多文件字段。"}),
    "colour_by": (
        frozenset({"choice", "colour"}),
        {"en": "Choose a choice or a colour.", "zh": "请选择选项或颜色字段。"},
    ),
    "location": (frozenset({"location"}), {"en": "Choose a location.", "zh": "请选择定位字段。"}),
}
_NEEDS = {"calendar": "start", "gantt": "start", "gallery": "image", "tree": "parent", "map": "location"}
_ABOVE: Words = {"en": "Choose a link to the same kind of record.", "zh": "请选择指向同一业务对象的关联字段。"}


def check_view(model: Model, view: ViewDef, findings: Findings) -> None:
    """Add to `findings` what is wrong with the view."""
    object = model.objects.get(view.object)
    if object is None:
        check = did_you_mean(view.object, model.objects)
        findings.error("view", view.view, "object", f"There is no “{view.object}”.", f"没有“{view.object}”。", check)
        return
    _Check(model, view, object, findings).check()


@dataclass(slots=True)
class _Check:
    model: Model
    view: ViewDef
    object: Object
    findings: Findings

    def check(self) -> None:
        view = self.view
        self._formula("where", view.where)
        check_sort(self.model, self.object, view.sort, "view", view.view, "sort", self.findings)
        for path in view.fields:
            self._find("fields", path)
        for place, (types, fix) in _FITS.items():
            self._fits(place, types, fix)
        for place in ("depends", "parent"):
            self._leads_to_its_own_kind(place)
        self._check_needed()
        self._check_group()
        self._check_totals()
        self._check_colours()
        for role in view.roles:
            if role not in self.model.roles:
                self._unknown("roles", role, self.model.roles)

    def _fits(self, place: str, types: frozenset[str], fix: Words) -> None:
        name: str = getattr(self.view, place)
        field = self._own(place, name) if name else None
        if field is not None and field.type.name not in types:
            self._wrong(place, field, fix)

    def _leads_to_its_own_kind(self, place: str) -> None:
        name: str = getattr(self.view, place)
        field = self._own(place, name) if name else None
        if field is not None and (field.type.name != "link" or field.target != self.object.name):
            self._wrong(place, field, _ABOVE)

    def _check_needed(self) -> None:
        kind, definition = self.view.kind, self.object.definition
        place = "group" if kind == "board" else _NEEDS.get(kind, "")
        otherwise = {"board": definition.board_by, "calendar": definition.calendar_by}.get(kind, "")
        if place and not getattr(self.view, place) and not otherwise:
            self._error(
                place,
                f"A view of kind {kind} doesn't know what to be drawn by.",
                f"{kind} 类型的视图缺少绘制所依据的字段。",
                {"en": f"Set “{place}”.", "zh": f"请设置“{place}”。"},
            )

    def _check_group(self) -> None:
        field = self._own("group", self.view.group) if self.view.group else None
        if field is not None and not can_group(field):
            self._wrong(
                "group",
                field,
                {
                    "en": "Choose a choice, a link, a yes/no field or a date.",
                    "zh": "请选择选项、关联、是/否或日期字段。",
                },
            )
        if self.view.unit and (field is None or field.type.name not in _DAYS):
            self._error(
                "unit",
                "Only groups of dates and moments have a unit.",
                "只有按日期或时间分组时才有单位。",
                {"en": "Remove it, or group by a date.", "zh": "请移除单位，或按日期分组。"},
            )

    def _check_totals(self) -> None:
        for name, aggregate in self.view.totals.items():
            field = self._own(f"totals.{name}", name)
            if field is not None and not can_total(field, aggregate):
                self._wrong(f"totals.{name}", field, {"en": "Count it instead.", "zh": "可改为计数。"})

    def _check_colours(self) -> None:
        for name, colour in self.view.colours.items():
            self._formula(f"colours.{name}.when", colour.when)
            if colour.field:
                self._find(f"colours.{name}.field", colour.field)

    def _formula(self, place: str, text: str) -> None:
        try:
            if text:
                object_formula(self.model, self.object, text, BOOLEAN)
        except FormulaError as problem:
            self.findings.formula("view", self.view.view, place, problem)

    def _own(self, place: str, name: str) -> Field | None:
        """A field of the object itself."""
        field = self.object.fields.get(name)
        if field is None:
            self._unknown(place, name, self.object.fields)
        return field

    def _find(self, place: str, path: str) -> None:
        if follow(self.model, self.object, path.removesuffix("._label")) is None:
            self._unknown(place, path, self.object.fields)

    def _wrong(self, place: str, field: Field, fix: Words) -> None:
        self._error(place, f"“{field.name}” can't be used here.", f"此处不能使用“{field.name}”。", fix)

    def _unknown(self, place: str, wanted: str, known: Iterable[str]) -> None:
        self._error(place, f"There is no “{wanted}”.", f"没有“{wanted}”。", did_you_mean(wanted, known))

    def _error(self, place: str, en: str, zh: str, fix: Words) -> None:
        self.findings.error("view", self.view.view, place, en, zh, fix)
