"""What the company's own records refuse, in both languages."""

from queti.kernel.errors import Refusal


class SamePerson(Refusal):
    """A hand-over needs two different people."""

    zh = "交接双方不能是同一人。"
    field = "to"


class NoHolidaysKnown(Refusal):
    """No holidays are known of “{place}” in {year}. Give a country by its ISO code, such as CN, US or DE-BY, and a year
    from 1990 to 2100; or write the days into the calendar."""

    zh = "没有“{place}”{year} 年的节假日数据。请用 ISO 代码（CN、US、DE-BY），年份 1990 至 2100；也可直接在日历中填写。"
    field = "country"
