from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from optimizer.instance.convert import in_hectares_and_percent
from optimizer.instance.findings import Finding
from optimizer.instance.reader import missing_findings, read_table, table_path
from optimizer.instance.schema import TABLES


def read(folder, name, content):
    path = folder / f"{name}.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, TABLES[name])


def rules(result):
    return [finding.rule for finding in result.findings]


def test_a_table_is_typed_by_its_declaration(tmp_path):
    text = "parcel,area_ha,slope_pct,must_reclaim,zone\n007,1.5,2,yes,\n"
    result = read(tmp_path, "parcels", text)
    table = result.table
    assert result.findings == []
    assert result.whole
    assert table.text("parcel").tolist() == ["007"]
    assert table.number("area_ha").tolist() == [1.5]
    assert table.flag("must_reclaim").tolist() == [True]
    assert table.lines.tolist() == [2]


def test_chinese_headers_in_gb18030_with_semicolons(tmp_path):
    text = "地块;面积_公顷;坡度_百分比;ｐｈ\n安太堡;３．５;2;7.1\n"
    table = read(tmp_path, "parcels", text.encode("gb18030")).table
    assert table.text("parcel").tolist() == ["安太堡"]
    assert table.number("area_ha").tolist() == [3.5]
    assert table.number("ph").tolist() == [7.1]


def test_chinese_prefixes(tmp_path):
    result = read(tmp_path, "methods", "用途,方法,之后：slope_pct,账户:jobs\ncrop,a,25,3\n")
    assert result.findings == []
    assert result.table.number("after:slope_pct").tolist() == [25]
    assert result.table.number("account:jobs").tolist() == [3]


def test_an_unknown_column_is_refused_with_the_nearest_name(tmp_path):
    result = read(tmp_path, "uses", "use,max_slope\ncrop,9\n")
    finding, = result.findings
    assert (finding.rule, finding.row, finding.column) == ("unknown column", 1, "max_slope")
    assert finding.do == "Did you mean `max_slope_pct`?"


def test_attributes_of_parcels_are_numbers(tmp_path):
    assert read(tmp_path, "parcels", "parcel,area_ha,ph\na,1,7\n").findings == []
    result = read(tmp_path, "parcels", "parcel,area_ha,owner\na,1,Zhang\n")
    assert rules(result) == ["unknown column"]
    result = read(tmp_path, "parcels", 'parcel,area_ha,ph\na,1,7\nb,1,"7,1"\n')
    assert [(f.rule, f.row, f.column) for f in result.findings] == [("not a number", 3, "ph")]


def test_free_text_is_carried_along(tmp_path):
    table = read(tmp_path, "uses", "use,note,source\ncrop,n,s\n").table
    assert table.text("note").tolist() == ["n"]


def test_duplicate_headers_also_across_languages(tmp_path):
    assert rules(read(tmp_path, "uses", "use,label,label\na,b,c\n")) == ["duplicate header"]
    assert rules(read(tmp_path, "uses", "use,label,名称\na,b,c\n")) == ["duplicate header"]
    assert rules(read(tmp_path, "uses", "use,,label\na,b,c\n")) == ["blank header"]


def test_no_rows_are_refused_where_rows_are_needed(tmp_path):
    result = read(tmp_path, "parcels", "parcel,area_ha\n")
    assert rules(result) == ["no rows"]
    assert not result.whole
    result = read(tmp_path, "limits", "limit,account,sense,value\n")
    assert result.findings == []
    assert len(result.table) == 0


def test_rows_left_out_make_a_table_incomplete(tmp_path):
    result = read(tmp_path, "uses", "use,label\na\nb,B\n")
    assert not result.whole
    assert result.table.text("use").tolist() == ["b"]


def test_all_findings_of_a_file_at_once(tmp_path):
    result = read(tmp_path, "parcels", "parcel,area_ha,slope_pct,zonee,regrade_form\n"
                                       "a,x,2000,z,bench\nb,-1,2,z,flat\n")
    assert sorted(rules(result)) == ["not a number", "out of range", "out of range",
                                     "unknown column", "unknown word"]


def test_missing_cells_and_columns(tmp_path):
    table = read(tmp_path, "hauls", "source,distance_km\nheap,\n").table
    found = missing_findings(table, TABLES["hauls"])
    assert [(f.rule, f.column) for f in found] == [
        ("missing column", "parcel"), ("blank cell", "distance_km")]


def test_parquet_reads_as_csv_does(tmp_path):
    frame = pd.DataFrame({"parcel": ["a", None], "area_ha": [1, 2], "slope_pct": [1.5, np.nan],
                          "must_reclaim": [True, False], "release_year": [2026, 2031]})
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), tmp_path / "parcels.parquet")
    result = read_table(tmp_path / "parcels.parquet", TABLES["parcels"])
    assert result.findings == []
    assert result.table.text("parcel").tolist() == ["a", ""]
    assert result.table.flag("must_reclaim").tolist() == [True, False]
    np.testing.assert_array_equal(result.table.number("slope_pct"), [1.5, np.nan])
    assert result.table.lines.tolist() == [2, 3]


@pytest.mark.parametrize("numbers", [[7, 8], [7.0, 8.0], [Decimal(7), Decimal(8)]])
def test_names_stored_as_numbers_become_text_with_a_warning(tmp_path, numbers):
    pq.write_table(pa.table({"parcel": numbers, "area_ha": [1.0, 2.0]}),
                   tmp_path / "parcels.parquet")
    result = read_table(tmp_path / "parcels.parquet", TABLES["parcels"])
    finding, = result.findings
    assert (finding.rule, finding.severity) == ("names stored as numbers", "warning")
    assert result.table.text("parcel").tolist() == ["7", "8"]


def test_parquet_periods_may_be_numbers(tmp_path):
    pq.write_table(pa.table({
        "source": pa.array(["a", "a"]).dictionary_encode(), "period": [2026.0, 2031.0],
        "supply_m3": ["1", "2"], "volume_loss_pct_per_year": [1, 1],
    }), tmp_path / "sources.parquet")
    result = read_table(tmp_path / "sources.parquet", TABLES["sources"])
    assert result.findings == []
    assert result.table.text("period").tolist() == ["2026", "2031"]
    assert result.table.number("supply_m3").tolist() == [1, 2]


def test_parquet_types_that_do_not_fit_are_findings(tmp_path):
    pq.write_table(pa.table({
        "parcel": ["a"], "area_ha": [True], "slope_pct": [[1.0]],
        "release_year": pa.array([0], pa.timestamp("s")),
    }), tmp_path / "parcels.parquet")
    result = read_table(tmp_path / "parcels.parquet", TABLES["parcels"])
    assert {(f.rule, f.column) for f in result.findings} == {
        ("not a number", "area_ha"), ("unreadable column", "slope_pct"),
        ("not a number", "release_year")}


def test_what_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "uses.parquet").write_bytes(b"PAR1 nonsense")
    result = read_table(tmp_path / "uses.parquet", TABLES["uses"])
    assert result.table is None
    assert rules(result) == ["unreadable file"]


def test_two_files_for_a_table_are_refused(tmp_path):
    assert table_path(tmp_path, "uses") is None
    (tmp_path / "uses.csv").write_text("use\na\n")
    assert table_path(tmp_path, "uses") == tmp_path / "uses.csv"
    (tmp_path / "uses.parquet").write_bytes(b"")
    assert isinstance(table_path(tmp_path, "uses"), Finding)


def test_mu_and_degrees_are_converted(tmp_path):
    table = read(tmp_path, "parcels", "parcel,area_mu,slope_deg\na,150,45\nb,,\n").table
    done, findings = in_hectares_and_percent(table)
    assert findings == []
    assert "area_mu" not in done
    assert "slope_deg" not in done
    # 150 mu / 15 = 10 ha; tan 45 degrees = 1 = 100 %
    np.testing.assert_allclose(done.number("area_ha"), [10, np.nan])
    np.testing.assert_allclose(done.number("slope_pct"), [100, np.nan])


def test_mu_and_hectares_may_be_mixed_but_not_in_one_row(tmp_path):
    table = read(tmp_path, "parcels", "parcel,area_ha,area_mu\na,1,\nb,,15\nc,2,30\n").table
    done, findings = in_hectares_and_percent(table)
    np.testing.assert_allclose(done.number("area_ha"), [1, 1, 2])
    assert [(f.rule, f.row) for f in findings] == [("given twice", 4)]
