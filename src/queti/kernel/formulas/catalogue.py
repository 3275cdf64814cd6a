"""What each function is for, in both languages, with examples that a test holds to.

The formula editor shows this. Examples without names stand for themselves; those with names speak
of the order in `SAMPLE`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Both = tuple[str, str]
"""English, Chinese."""

SAMPLE: dict[str, Any] = {
    "number": "SO-2026-0001",
    "total": "1200",
    "ordered_on": "2026-11-22",
    "ship_by": None,
    "state": "draft",
    "visit": {"from": "2026-11-23", "to": "2026-11-27"},
    "lines": [
        {"quantity": "2", "amount": "200", "shipped": True},
        {"quantity": "5", "amount": "1000", "shipped": False},
    ],
}
"""The order of the examples, as JSON would carry it."""


class Help(NamedTuple):
    """One function: how it is called, what it gives, and `(formula, answer)` pairs that are true."""

    name: str
    group: str
    signature: Both
    gives: Both
    examples: tuple[tuple[str, str], ...] = ()


GROUPS: dict[str, Both] = {
    "conditions": ("Conditions", "条件"),
    "lists": ("Lists and lines", "列表与明细"),
    "numbers": ("Numbers and money", "数字与金额"),
    "days": ("Days and moments", "日期与时间"),
    "texts": ("Texts", "文本"),
    "people": ("People", "人员"),
    "imports": ("Imports only", "仅限导入"),
}

CATALOGUE: tuple[Help, ...] = (
    Help(
        "if",
        "conditions",
        ("if(condition, then, else)", "if(条件, 是, 否)"),
        ("One of two; “else” may be left out, which gives blank.", "二者之一；“否”可省略，结果为空。"),
        (('if(total > 1000, "large", "small")', '"large"'), ("if(blank(ship_by), ordered_on, ship_by)", "ordered_on")),
    ),
    Help(
        "default",
        "conditions",
        ("default(a, b, …)", "default(a, b, …)"),
        ("The first that isn't blank.", "第一个不为空的值。"),
        (("default(ship_by, ordered_on + days(3))", 'date("2026-11-25")'), ("default(1 / 0, 7)", "7")),
    ),
    Help(
        "blank",
        "conditions",
        ("blank(x)", "blank(x)"),
        ("Whether x is blank.", "x 是否为空。"),
        (("blank(ship_by)", "true"), ('blank("")', "true")),
    ),
    Help(
        "between",
        "conditions",
        ("between(x, low, high)", "between(x, 低, 高)"),
        ("Whether low ≤ x ≤ high.", "是否 低 ≤ x ≤ 高。"),
        (("between(total, 1000, 2000)", "true"),),
    ),
    Help(
        "sum",
        "lists",
        ("sum(list.x where …)", "sum(列表.x where …)"),
        ("Adds up over the lines; of nothing it is 0.", "对明细求和；没有行时为 0。"),
        (("sum(lines.amount)", "1200"), ("sum(lines.amount where not shipped)", "1000")),
    ),
    Help(
        "count",
        "lists",
        ("count(list where …)", "count(列表 where …)"),
        ("How many lines there are, or how many fit.", "明细的行数，或符合条件的行数。"),
        (("count(lines)", "2"), ("count(lines where shipped)", "1")),
    ),
    Help(
        "avg",
        "lists",
        ("avg(list.x)", "avg(列表.x)"),
        ("The average over the lines; blanks are skipped.", "明细的平均值；跳过空值。"),
        (("avg(lines.quantity)", "3.5"),),
    ),
    Help(
        "any",
        "lists",
        ("any(list where …)", "any(列表 where …)"),
        ("Whether some line fits.", "是否有一行符合。"),
        (("any(lines where quantity > 4)", "true"),),
    ),
    Help(
        "all",
        "lists",
        ("all(list.x)", "all(列表.x)"),
        ("Whether every line fits; blank when there is none.", "是否每行都符合；没有行时为空。"),
        (("all(lines.shipped)", "false"),),
    ),
    Help(
        "min",
        "lists",
        ("min(a, b, …) or min(list.x)", "min(a, b, …) 或 min(列表.x)"),
        ("The least; blanks are skipped.", "最小的；跳过空值。"),
        (("min(lines.amount)", "200"), ("min(3, 5)", "3")),
    ),
    Help(
        "max",
        "lists",
        ("max(a, b, …) or max(list.x)", "max(a, b, …) 或 max(列表.x)"),
        ("The greatest; blanks are skipped.", "最大的；跳过空值。"),
        (("max(total, 0)", "1200"), ("max(2, blank, 5)", "5")),
    ),
    Help(
        "round",
        "numbers",
        ("round(x, decimals)", "round(x, 位数)"),
        ("Half away from zero; without decimals to a whole number.", "四舍五入（远离零）；省略位数则取整。"),
        (("round(-2.675, 2)", "-2.68"), ("round(total / 7, 1)", "171.4")),
    ),
    Help(
        "floor",
        "numbers",
        ("floor(x)", "floor(x)"),
        ("The whole number below.", "向下取整。"),
        (("floor(-1.5)", "-2"),),
    ),
    Help("ceil", "numbers", ("ceil(x)", "ceil(x)"), ("The whole number above.", "向上取整。"), (("ceil(1.2)", "2"),)),
    Help("abs", "numbers", ("abs(x)", "abs(x)"), ("Without its sign.", "绝对值。"), (("abs(-3)", "3"),)),
    Help(
        "mod",
        "numbers",
        ("mod(a, b)", "mod(a, b)"),
        ("The remainder of a / b, with a's sign.", "a 除以 b 的余数，符号随 a。"),
        (("mod(17, 5)", "2"), ("mod(-7, 3)", "-1")),
    ),
    Help(
        "number",
        "numbers",
        ("number(x)", "number(x)"),
        ("The number of a text or of money.", "文本或金额的数值。"),
        (('number("1,234.50")', "1234.5"),),
    ),
    Help(
        "convert",
        "numbers",
        ("convert(amount, currency, day)", "convert(金额, 币种, 日期)"),
        ("Money in another currency, by the rate of that day.", "按当日汇率换算为另一币种。"),
    ),
    Help(
        "today",
        "days",
        ("today()", "today()"),
        (
            "The day, in the company's time zone. What uses it is computed when read.",
            "公司时区的今天。用到它的公式在读取时计算。",
        ),
        (("today() >= ordered_on", "true"),),
    ),
    Help(
        "now",
        "days",
        ("now()", "now()"),
        ("This moment. What uses it is computed when read.", "此刻。用到它的公式在读取时计算。"),
        (("date(now()) = today()", "true"),),
    ),
    Help(
        "days",
        "days",
        ("days(n)", "days(n)"),
        (
            "A duration to add to a day; of a duration: how many days it is.",
            "时长，可加到日期上；参数是时长时得到天数。",
        ),
        (("ordered_on + days(2)", 'date("2026-11-24")'), ("days(today() - today())", "0")),
    ),
    Help(
        "hours",
        "days",
        ("hours(n)", "hours(n)"),
        ("A duration; of a duration: how many hours it is.", "时长；参数是时长时得到小时数。"),
        (("hours(days(2))", "48"),),
    ),
    Help(
        "minutes",
        "days",
        ("minutes(n)", "minutes(n)"),
        ("A duration; of a duration: how many minutes it is.", "时长；参数是时长时得到分钟数。"),
        (("minutes(hours(2))", "120"),),
    ),
    Help(
        "months",
        "days",
        ("months(n)", "months(n)"),
        ("To add to a day; the last day of a shorter month.", "加到日期上；短月取月末。"),
        (('date("2026-01-31") + months(1)', 'date("2026-02-28")'),),
    ),
    Help(
        "years",
        "days",
        ("years(n)", "years(n)"),
        ("To add to a day.", "加到日期上。"),
        (("ordered_on + years(1)", 'date("2027-11-22")'),),
    ),
    Help(
        "date",
        "days",
        ("date(year, month, day)", "date(年, 月, 日)"),
        (
            "A day; months and days beyond the calendar's run on. Of a moment: its day.",
            "日期；超出的月、日顺延。参数是时间时得到当天。",
        ),
        (("date(2026, 3, 0)", 'date("2026-02-28")'), ('date(moment("2026-11-21T16:00:00Z"))', 'date("2026-11-22")')),
    ),
    Help(
        "moment",
        "days",
        ("moment(day)", "moment(日期)"),
        ("The first moment of a day; also reads a written moment.", "当天零点；也可读取写出的时间。"),
        (('moment("2026-11-22 08:00")', 'moment("2026-11-22T00:00:00Z")'),),
    ),
    Help(
        "year",
        "days",
        ("year(d)", "year(d)"),
        ("Of a day or moment.", "日期或时间的年。"),
        (("year(ordered_on)", "2026"),),
    ),
    Help("month", "days", ("month(d)", "month(d)"), ("1 to 12.", "1 至 12 月。"), (("month(ordered_on)", "11"),)),
    Help("day", "days", ("day(d)", "day(d)"), ("Of the month.", "当月第几日。"), (("day(ordered_on)", "22"),)),
    Help(
        "weekday",
        "days",
        ("weekday(d)", "weekday(d)"),
        ("Monday is 1, Sunday 7.", "周一为 1，周日为 7。"),
        (("weekday(ordered_on)", "7"),),
    ),
    Help(
        "hour",
        "days",
        ("hour(m)", "hour(m)"),
        ("Of a moment, on the company's clock.", "按公司时钟的小时。"),
        (('hour(moment("2026-11-22T00:30:00Z"))', "8"),),
    ),
    Help(
        "minute",
        "days",
        ("minute(m)", "minute(m)"),
        ("Of a moment, on the company's clock.", "按公司时钟的分钟。"),
        (('minute(moment("2026-11-22T00:30:00Z"))', "30"),),
    ),
    Help(
        "start_of_week",
        "days",
        ("start_of_week(d)", "start_of_week(d)"),
        ("The Monday of that week.", "当周的周一。"),
        (("start_of_week(ordered_on)", 'date("2026-11-16")'),),
    ),
    Help(
        "start_of_month",
        "days",
        ("start_of_month(d)", "start_of_month(d)"),
        ("The first day of that month.", "当月第一天。"),
        (("start_of_month(ordered_on)", 'date("2026-11-01")'),),
    ),
    Help(
        "start_of_year",
        "days",
        ("start_of_year(d)", "start_of_year(d)"),
        ("The first day of that year.", "当年第一天。"),
        (("start_of_year(ordered_on)", 'date("2026-01-01")'),),
    ),
    Help(
        "end_of_month",
        "days",
        ("end_of_month(d)", "end_of_month(d)"),
        ("The last day of that month.", "当月最后一天。"),
        (('end_of_month(date("2028-02-10"))', 'date("2028-02-29")'),),
    ),
    Help(
        "first_day",
        "days",
        ("first_day(range)", "first_day(日期范围)"),
        ("The first day of a date range; blank where it is open.", "日期范围的开始日期；未限定时为空。"),
        (("first_day(visit)", 'date("2026-11-23")'),),
    ),
    Help(
        "last_day",
        "days",
        ("last_day(range)", "last_day(日期范围)"),
        ("The last day of a date range; blank where it is open.", "日期范围的结束日期；未限定时为空。"),
        (("last_day(visit)", 'date("2026-11-27")'),),
    ),
    Help(
        "overlaps",
        "days",
        ("overlaps(range, other)", "overlaps(日期范围, 另一范围)"),
        ("Do two date ranges have a day in common?", "两个日期范围是否有重叠的日子。"),
        (("overlaps(visit, visit)", "true"),),
    ),
    Help(
        "capitals",
        "texts",
        ("capitals(amount)", "capitals(金额)"),
        ("An amount in Chinese capitals, as on invoices and contracts.", "金额的中文大写，用于发票和合同。"),
        (("capitals(total)", '"壹仟贰佰元整"'),),
    ),
    Help(
        "text",
        "texts",
        ("text(x, decimals or format)", "text(x, 位数或格式)"),
        ("A value written out; numbers with so many decimals, days by a format.", "写成文本；数字按位数，日期按格式。"),
        (("text(2.5, 2)", '"2.50"'), ('text(ordered_on, "YYYY/M/D")', '"2026/11/22"')),
    ),
    Help("len", "texts", ("len(t)", "len(t)"), ("How many characters.", "字符数。"), (('len("上海")', "2"),)),
    Help("lower", "texts", ("lower(t)", "lower(t)"), ("In lower case.", "转为小写。"), (('lower("ABC")', '"abc"'),)),
    Help("upper", "texts", ("upper(t)", "upper(t)"), ("In upper case.", "转为大写。"), (('upper("abc")', '"ABC"'),)),
    Help(
        "trim",
        "texts",
        ("trim(t)", "trim(t)"),
        ("Without spaces around.", "去掉首尾空格。"),
        (('trim("  a ")', '"a"'),),
    ),
    Help(
        "left",
        "texts",
        ("left(t, n)", "left(t, n)"),
        ("The first n characters; a negative n leaves out the last ones.", "左边 n 个字符；n 为负则去掉右端的字符。"),
        (("left(number, 2)", '"SO"'),),
    ),
    Help(
        "right",
        "texts",
        ("right(t, n)", "right(t, n)"),
        ("The last n characters; a negative n leaves out the first ones.", "右边 n 个字符；n 为负则去掉左端的字符。"),
        (("right(number, 4)", '"0001"'),),
    ),
    Help(
        "middle",
        "texts",
        ("middle(t, start, n)", "middle(t, 起, n)"),
        ("n characters from the start-th on.", "从第“起”个字符取 n 个。"),
        (("middle(number, 4, 4)", '"2026"'),),
    ),
    Help(
        "replace",
        "texts",
        ("replace(t, found, by)", "replace(t, 查找, 替换)"),
        ("Replaces all of them; upper and lower case differ.", "全部替换；区分大小写。"),
        (('replace("1.000", ".", "")', '"1000"'),),
    ),
    Help(
        "join",
        "texts",
        ("join(separator, a, b, …)", "join(分隔符, a, b, …)"),
        ("With the separator between what isn't blank.", "用分隔符连接不为空的部分。"),
        (('join(", ", "a", blank, "b")', '"a, b"'),),
    ),
    Help(
        "contains",
        "texts",
        ("contains(t, part)", "contains(t, 部分)"),
        ("Whether the text holds the part; upper and lower case are the same.", "是否包含该部分；不区分大小写。"),
        (('contains(number, "so-")', "true"),),
    ),
    Help(
        "starts_with",
        "texts",
        ("starts_with(t, part)", "starts_with(t, 部分)"),
        ("Whether the text begins so; upper and lower case are the same.", "是否以此开头；不区分大小写。"),
        (('starts_with(number, "SO")', "true"),),
    ),
    Help(
        "ends_with",
        "texts",
        ("ends_with(t, part)", "ends_with(t, 部分)"),
        ("Whether the text ends so; upper and lower case are the same.", "是否以此结尾；不区分大小写。"),
        (('ends_with(number, "0001")', "true"),),
    ),
    Help(
        "my_departments",
        "people",
        ("my_departments()", "my_departments()"),
        (
            "My department and all below it: department in my_departments()",
            "我的部门及其下级部门：department in my_departments()",
        ),
    ),
    Help(
        "decide",
        "conditions",
        ('decide("rule", "outcome")', 'decide("规则", "结果")'),
        (
            (
                "What the rule says of this record; the outcome may be left out where there is one. "
                "What it is given stands behind, by name: weight = sum(lines.weight)."
            ),
            "规则对本记录的判断结果；只有一个结果时可省略结果名称。其后可按名称传值：weight = sum(lines.weight)。",
        ),
    ),
    Help(
        "map",
        "imports",
        ('map("table", value)', 'map("表", 值)'),
        ("The value's entry in a look-up table of the mapping.", "映射中对照表的对应值。"),
    ),
)
