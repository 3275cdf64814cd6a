from __future__ import annotations

from queti.apps.base.filling import filled
from queti.kernel.operations import Call, link, number, operation, text, words
from queti.kernel.record import Record
from queti.kernel.work import Work
from queti.kernel.writing.changing import Patch

INPUTS = {
    "calendar": link("base.calendar", label=words("Calendar", "工作日历"), required=True, many=True),
    "country": text(
        label=words("Country", "国家或地区"),
        help=words(
            "Its ISO code: CN, HK, US; or with a region: DE-BY, GB-SCT.",
            "ISO 代码，如 CN、HK、US；或含地区：DE-BY、GB-SCT。",
        ),
        default='"CN"',
        max_length=10,
    ),
    "year": number(label=words("Year", "年份"), decimals=0, default="year(today())"),
}


@operation(
    on="base.calendar",
    label=words("Fill in holidays", "填充节假日"),
    help=words(
        "Adds the public holidays and shifted working days of a year; days that the calendar has already stay.",
        "添加某一年的法定节假日与调休上班日，日历中已有的日期保持不变。",
    ),
    inputs=INPUTS,
)
def fill_calendar(work: Work, calls: list[Call]) -> list[Record]:
    """Done again, it adds what has become known since."""
    added = [(one.calendar, {"days": Patch(add=one.rows)}) for one in filled(work, calls)]
    return list(work.change("base.calendar", added))
