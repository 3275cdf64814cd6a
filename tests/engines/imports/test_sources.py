"""What people send is read as they meant it, or refused with the way out."""

import gzip
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
import xlsxwriter

from queti.engines.imports.refusals import FileNotWhatItSays, NothingToImport, TooManyRows, UnknownTable, UnreadableFile
from queti.engines.imports.sources import flatten, identifier, read_source, rows_at


def workbook(*sheets: tuple[str, list[list[object]]]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"default_date_format": "yyyy-mm-dd"}) as book:
        for title, rows in sheets:
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(number, column, cell)
    return stream.getvalue()


class TestSpreadsheets:
    def test_cells_become_text_that_means_the_same(self) -> None:
        content = workbook(
            ("Orders", [["Order no.", "Ordered on", "Quantity", "Price", "Gift"]]),
            ("Lines", [["订单号*", "数量"], ["A1", 3]]),
        )
        source = read_source([("orders.xlsx", content)])
        assert source.table("Lines").rows == [{"订单号": "A1", "数量": "3"}]

        content = workbook(
            ("Orders", [["Order no.", "Ordered on", "Qty", "Price", "Gift"], ["A1", date(2026, 3, 1), 3, 19.9, True]])
        )
        row = read_source([("orders.xlsx", content)]).table().rows[0]
        assert row == {"order_no": "A1", "ordered_on": "2026-03-01", "qty": "3", "price": "19.9", "gift": "true"}

    def test_a_moment_keeps_its_time(self) -> None:
        content = workbook(("S", [["at"], [datetime(2026, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None)]]))
        assert read_source([("s.xlsx", content)]).table().rows[0]["at"].startswith("2026-03-01")

    def test_rows_keep_the_numbers_that_the_spreadsheet_shows(self) -> None:
        content = workbook(("S", [["code"], ["A"], [None], ["B"]]))
        assert read_source([("s.xlsx", content)]).table().numbers == [2, 4]

    def test_a_picture_called_xlsx_is_refused(self) -> None:
        with pytest.raises(FileNotWhatItSays, match=r"photo\.xlsx is not a xlsx file"):
            read_source([("photo.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00")])

    def test_a_zip_that_is_no_workbook_is_unreadable(self) -> None:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(UnreadableFile):
            read_source([("orders.xlsx", stream.getvalue())])

    def test_a_workbook_called_csv_is_refused(self) -> None:
        with pytest.raises(FileNotWhatItSays):
            read_source([("orders.csv", workbook(("S", [["code"], ["A"]])))])


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_chinese_arrives_in_the_usual_encodings(self, encoding: str) -> None:
        table = read_source([("客户.csv", "编码,名称\nK1,上海港湾\n".encode(encoding))]).table()
        assert table.rows == [{"编码": "K1", "名称": "上海港湾"}]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_recognised(self, delimiter: str) -> None:
        content = f"code{delimiter}name\nA{delimiter}Chair\n".encode()
        assert read_source([("p.csv", content)]).table().rows == [{"code": "A", "name": "Chair"}]

    def test_the_same_heading_twice_gets_a_number(self) -> None:
        assert read_source([("p.csv", b"name,name\na,b\n")]).table().columns == ("name", "name_2")

    def test_a_short_row_has_blanks(self) -> None:
        assert read_source([("p.csv", b"a,b\n1\n")]).table().rows == [{"a": "1", "b": ""}]

    def test_gzip_is_unpacked_on_the_way(self) -> None:
        table = read_source([("orders.csv.gz", gzip.compress(b"a\n1\n"))]).table("orders")
        assert table.rows == [{"a": "1"}]

    def test_broken_gzip_is_unreadable(self) -> None:
        with pytest.raises(UnreadableFile):
            read_source([("orders.csv.gz", b"not gzip")])

    def test_an_empty_file_has_nothing_to_import(self) -> None:
        with pytest.raises(NothingToImport):
            read_source([("p.csv", b"\n\n")])

    def test_too_many_rows_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("queti.engines.imports.sources.MOST_ROWS", 3)
        with pytest.raises(TooManyRows, match="more than 3 rows"):
            list(read_source([("p.csv", b"a\n1\n2\n3\n4\n")]).table().cells())

    def test_two_files_are_two_tables(self) -> None:
        source = read_source([("orders.csv", b"id\n1\n"), ("lines.csv", b"id\n1\n")])
        assert set(source.tables) == {"orders", "lines"}
        with pytest.raises(UnknownTable, match="orders, lines"):
            source.table("order")


class TestJson:
    def test_paths_reach_lists_and_single_objects(self) -> None:
        document = {"response": {"trade": {"tid": 1, "orders": {"order": [{"oid": 1}, {"oid": 2}]}}}}
        assert rows_at(document, "response.trade") == [document["response"]["trade"]]
        assert len(rows_at(document, "response.trade.orders.order")) == 2
        with pytest.raises(UnknownTable, match="it has trade"):
            rows_at(document, "response.order")

    def test_nested_objects_become_columns(self) -> None:
        row = {"orderId": 5, "addr": {"city": {"name": "杭州市"}}, "codes": [{"amount": "1.00"}], "gone": None}
        assert flatten(row) == {"order_id": "5", "addr_city_name": "杭州市", "codes_1_amount": "1.00", "gone": ""}

    def test_numbers_stay_exact(self) -> None:
        source = read_source([("o.json", b'{"price": 0.1000000000000000001}')])
        assert flatten(source.document)["price"] == "0.1000000000000000001"

    def test_malformed_json_names_its_place(self) -> None:
        with pytest.raises(UnreadableFile, match="line 1"):
            read_source([("o.json", b"{")])


@pytest.mark.parametrize(
    ("heading", "name"),
    [("Order date", "order_date"), ("orderDate", "order_date"), ("SellerSKU", "seller_sku"), ("2nd", "c_2nd")],
)
def test_headings_become_identifiers(heading: str, name: str) -> None:
    assert identifier(heading) == name
