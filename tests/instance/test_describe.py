import json

import pytest

from optimizer.instance.describe import described_names, schema_record, schema_text
from optimizer.instance.findings import InstanceRefused
from optimizer.instance.schema import INSTANCE_KEYS, PLANS, TABLES, WORKS_KEYS


def test_every_table_and_section_is_described():
    assert described_names() == (
        "instance", "objective", "works", "layout", "library", "sweep", "sweep.path", "sweep.case",
        *TABLES, "plans", "use_map")
    assert set(schema_record()) == set(described_names())


def test_the_record_survives_json():
    assert json.loads(json.dumps(schema_record())) == schema_record()


@pytest.mark.parametrize("spec", [*TABLES.values(), PLANS], ids=lambda spec: spec.name)
def test_text_and_record_hold_every_column(spec):
    record = schema_record(spec.name)
    assert [column["name"] for column in record["columns"]] == [c.name for c in spec.columns]
    text = schema_text(spec.name)
    for column in spec.columns:
        assert f"| `{column.name}` |" in text
        assert column.meaning.replace("|", "\\|") in text
    for prefix in spec.prefixes:
        assert f"- `{prefix.prefix}NAME`:" in text


def test_a_row_of_the_text():
    assert ("| `slope_pct` | 坡度_百分比 | % | from 0 to 1000 | when slope_deg is not given and "
            "carbon, works or a slope rule is used | Slope before any work, percent (100 x height "
            "/ length). |") in schema_text("parcels").splitlines()


def test_sections_hold_every_key_and_the_lists():
    text = schema_text("instance")
    assert all(f"| `{key.name}` |" in text for key in INSTANCE_KEYS)
    assert "- `periods`: Start years" in text
    assert [key["name"] for key in schema_record("works")["keys"]] == [k.name for k in WORKS_KEYS]


def test_facts_that_a_column_lacks_are_left_out():
    columns = {column["name"]: column for column in schema_record("parcels")["columns"]}
    assert columns["area_mu"]["range"] == "above 0"
    assert columns["release_year"]["range"] == "whole number from 1900 to 2200"
    assert columns["regrade_form"]["range"] == "bench or tilt"
    assert columns["must_reclaim"]["range"] == "yes or no"
    assert "range" not in columns["zone"]


def test_unknown_name():
    with pytest.raises(InstanceRefused) as refused:
        schema_record("parcel")
    assert refused.value.findings[0].do == "Did you mean `parcels`?"
