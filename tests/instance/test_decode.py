import pytest

from optimizer.instance.decode import Undecodable, decode, delimiter_of, raw_text

CHINESE = "地块,面积_公顷\n安太堡一号,3.5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_every_encoding_that_excel_writes_reads_the_same(encoding):
    assert decode(CHINESE.encode(encoding)) == CHINESE


@pytest.mark.parametrize(("text", "encoding"), [
    ("parcel,note\na,São José\n", "latin-1"),
    ("parcel,note\na,größe\n", "cp1252"),
    ("parcel,note\na,участок земли\n", "cp1251"),
    ("parcel,note\na,とうもろこし\n", "euc_jp"),
    ("parcel,note\na,土地復墾規劃書\n", "big5"),
])
def test_other_encodings_are_refused_and_never_misread(text, encoding):
    with pytest.raises(Undecodable):
        decode(text.encode(encoding))
    finding, = raw_text(text.encode(encoding), "parcels.csv").findings
    assert finding.rule == "encoding"
    assert "UTF-8" in finding.do


def test_utf8_cut_in_the_middle_of_a_character_is_refused():
    with pytest.raises(Undecodable):
        decode(CHINESE.encode()[:-7])


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_delimiter_is_found_from_the_header(mark):
    text = f"parcel{mark}area_ha{mark}note\na{mark}1{mark}x\n"
    assert delimiter_of(text) == mark
    assert raw_text(text.encode(), "f").rows == [["a", "1", "x"]]


def test_delimiters_in_quotes_do_not_count():
    assert delimiter_of('"a;b;c;d",e\n') == ","


def test_rows_know_the_line_they_start_on():
    raw = raw_text(b'a,b\r\n\r\n1,"two\nlines"\r\n,\r\n3,4\r\n', "f")
    assert raw.rows == [["1", "two\nlines"], ["3", "4"]]
    assert raw.lines == [3, 6]
    assert raw.findings == []


def test_a_line_with_fewer_or_more_cells_is_an_error_with_its_line():
    raw = raw_text(b"a,b,c\n1,2\n1,2,3,4\n1,2,3\n1,2,3,,\n", "uses.csv")
    assert raw.rows == [["1", "2", "3"], ["1", "2", "3"]]
    assert [(f.row, f.seen) for f in raw.findings] == [(2, "2 cells"), (3, "4 cells")]
    assert str(raw.findings[0]).startswith("uses.csv row 2: line with a wrong number of cells.")


@pytest.mark.parametrize(("data", "rule"), [
    (b"", "empty file"), (b" \n \n", "empty file"), (b"\xef\xbb\xbf", "empty file"),
    (b"a,b\n1,\x002\n", "encoding"), (b'a,b\n1,"2\n', "quoting"), (b'a,b\n"1"x,2\n', "quoting"),
])
def test_files_that_are_no_tables_are_refused_by_name(data, rule):
    assert [finding.rule for finding in raw_text(data, "f").findings] == [rule]


def test_empty_cells_at_the_end_of_the_header_are_dropped():
    raw = raw_text(b"a,b,,\n1,2,,\n", "f")
    assert (raw.header, raw.rows) == (["a", "b"], [["1", "2"]])
