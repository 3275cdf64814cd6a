"""Field types: strict reading from JSON, exact showing, lenient reading of spreadsheets, words in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queti.kernel.definitions import Choice, FieldDef
from queti.kernel.fields import FIELD_TYPES, FieldError

MOMENT = datetime(2026, 1, 31, 1, 30, tzinfo=UTC)
CHOICES = {
    "goods": Choice(label={"en": "Goods", "zh": "货物"}),
    "service": Choice(label={"en": "Service", "zh": "服务"}),
}


def field(type: str, **settings: Any) -> FieldDef:
    return FieldDef(type=type, **settings)


READ = [
    (field("text"), "  Chair ", "Chair", "Chair"),
    (field("text"), "   ", None, None),
    (field("long_text"), "a\r\nb", "a\nb", "a\nb"),
    (field("number"), "1.500", Decimal("1.500000"), "1.5"),
    (field("number"), 3, Decimal(3), "3"),
    (field("number"), "100", Decimal(100), "100"),
    (field("number", decimals=0), "7", Decimal(7), "7"),
    (field("money"), "12.5", Decimal("12.50"), "12.50"),
    (field("money", decimals=4), "0.1234", Decimal("0.1234"), "0.1234"),
    (field("percent"), "15", Decimal(15), "15"),
    (field("boolean"), True, True, True),
    (field("date"), "2026-01-31", date(2026, 1, 31), "2026-01-31"),
    (field("moment"), "2026-01-31T09:30:00+08:00", MOMENT, "2026-01-31T01:30:00Z"),
    (field("duration"), "PT1H30M", timedelta(minutes=90), "PT5400S"),
    (field("choice", choices=CHOICES), "goods", "goods", "goods"),
    (field("choices", choices=CHOICES), ["service", "goods", "service"], ["service", "goods"], ["service", "goods"]),
    (field("link", to="base.party"), 7, 7, 7),
    (field("link", to="base.party"), {"code": "ALFKI"}, {"code": "ALFKI"}, {"code": "ALFKI"}),
    (field("email"), "mei@example.com", "mei@example.com", "mei@example.com"),
    (field("phone"), "+86 571 8888 0000", "+86 571 8888 0000", "+86 571 8888 0000"),
    (field("url"), "https://example.com/a?b", "https://example.com/a?b", "https://example.com/a?b"),
]

REFUSED = [
    (field("text"), 5, "text"),
    (field("text"), "a\nb", "one_line"),
    (field("text"), "a\0b", "text"),
    (field("text"), "\ud800", "text"),
    (field("text", max_length=3), "four", "too_long"),
    (field("number"), 1.5, "fraction"),
    (field("number"), "1e3", "number"),
    (field("number"), "NaN", "number"),
    (field("number"), True, "number"),
    (field("number"), "１２", "number"),
    (field("number"), 10**18, "too_large"),
    (field("number", min="0"), "-1", "too_small"),
    (field("number", max="9"), "10", "too_large"),
    (field("money"), "1.005", "decimals"),
    (field("boolean"), "true", "boolean"),
    (field("boolean"), 1, "boolean"),
    (field("date"), "31.01.2026", "date"),
    (field("date"), "2026-02-30", "date"),
    (field("date"), MOMENT, "date"),
    (field("date", min="2026-01-01"), "2025-12-31", "too_small"),
    (field("moment"), "2026-01-31T09:30:00", "moment"),
    (field("moment"), "2026-01-31", "moment"),
    (field("duration"), "an hour", "duration"),
    (field("choice", choices=CHOICES), "Goods", "choice"),
    (field("choices", choices=CHOICES), "goods", "choices"),
    (field("link", to="x.y"), "7", "link"),
    (field("link", to="x.y"), 0, "link"),
    (field("link", to="x.y"), True, "link"),
    (field("email"), "mei at example", "email"),
    (field("phone"), "call me", "phone"),
    (field("url"), "javascript:alert(1)", "url"),
    (field("lines", of="x.y"), {}, "lines"),
]

FROM_TEXT = [
    (field("number"), "1,234.50", Decimal("1234.5")),
    (field("number"), "１２．５", Decimal("12.5")),
    (field("number"), "1.5e3", Decimal(1500)),
    (field("money"), "¥ 99", Decimal(99)),
    (field("percent"), "15%", Decimal(15)),
    (field("boolean"), "是", True),
    (field("boolean"), "No", False),
    (field("date"), "2026/1/5", date(2026, 1, 5)),
    (field("date"), "2026年1月5日", date(2026, 1, 5)),
    (field("date"), "2026-01-05 00:00:00", date(2026, 1, 5)),
    (field("choice", choices=CHOICES), "服务", "service"),
    (field("choices", choices=CHOICES), "货物、Service", ["goods", "service"]),
    (field("link", to="x.y"), "12", 12),
]


class TestReading:
    @pytest.mark.parametrize(("written", "value", "read", "shown"), READ)
    def test_a_fitting_value_is_read_and_shown(self, written: FieldDef, value: Any, read: Any, shown: Any) -> None:
        type = FIELD_TYPES[written.type]
        assert type.read_or_blank(value, written) == read
        assert type.show_or_blank(type.read_or_blank(value, written), written) == shown

    @pytest.mark.parametrize(("written", "value", "code"), REFUSED)
    def test_another_is_refused_in_both_languages(self, written: FieldDef, value: Any, code: str) -> None:
        with pytest.raises(FieldError) as refused:
            FIELD_TYPES[written.type].read(value, written)
        assert refused.value.code == code
        assert refused.value.en
        assert refused.value.zh != refused.value.en

    @pytest.mark.parametrize(("written", "text", "read"), FROM_TEXT)
    def test_spreadsheets_are_read_leniently(self, written: FieldDef, text: str, read: Any) -> None:
        type = FIELD_TYPES[written.type]
        assert type.read(type.from_text(text, written), written) == read

    @pytest.mark.parametrize("type", ["number", "boolean", "date", "json"])
    def test_what_a_spreadsheet_can_not_mean_is_refused(self, type: str) -> None:
        with pytest.raises(FieldError):
            FIELD_TYPES[type].from_text("{perhaps", field(type))


class TestRegistry:
    def test_every_type_has_words_and_what_it_shows_it_reads(self) -> None:
        for type in FIELD_TYPES.values():
            assert type.label["en"]
            assert type.label["zh"]

    @given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=2))
    def test_money_travels_exactly(self, amount: Decimal) -> None:
        money, written = FIELD_TYPES["money"], field("money")
        assert money.read(money.show(amount, written), written) == amount

    @given(st.timedeltas())
    def test_durations_travel_exactly(self, span: timedelta) -> None:
        duration, written = FIELD_TYPES["duration"], field("duration")
        assert duration.read(duration.show(span, written), written) == span
