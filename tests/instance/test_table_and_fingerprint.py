"""Frozen tables, and the hash that ties an answer to its inputs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from strategies import table_of
from worked import instance_of

import optimizer as ro
from optimizer.instance.fingerprint import sha256_of
from optimizer.instance.record import Instance
from optimizer.instance.table import Table


def table(**columns: np.ndarray) -> Table:
    rows = len(next(iter(columns.values())))
    return Table("site", "site.csv", columns, np.arange(2, rows + 2))


WORDS = np.array(["a", "", "c"], dtype=object)
NUMBERS = np.array([1.0, np.nan, 0.0])


def test_columns_cannot_be_changed() -> None:
    found = table(x=NUMBERS.copy())
    with pytest.raises(ValueError, match="read-only"):
        found.columns["x"][0] = 2.0
    with pytest.raises(TypeError):
        found.columns["y"] = NUMBERS  # type: ignore[index]


def test_frames_are_copies() -> None:
    found = table(x=NUMBERS.copy())
    frame = found.frame()
    frame.loc[:, "x"] = 9.0
    assert found.number("x")[0] == 1.0


def test_text_and_number_of_columns_there_and_not() -> None:
    found = table(word=WORDS.copy(), x=NUMBERS.copy())
    assert found.text("word").tolist() == ["a", "", "c"]
    assert found.text("other").tolist() == ["", "", ""]
    assert found.number("x", blank=7).tolist() == [1, 7, 0]
    assert found.number("y", blank=7).tolist() == [7, 7, 7]
    assert found.flag("x").tolist() == [True, False, False]
    assert (len(found), "x" in found, "y" in found) == (3, True, False)


def test_has_means_at_least_one_cell_filled_in() -> None:
    found = table(word=WORDS.copy(), none=np.full(3, "", dtype=object), x=NUMBERS.copy(),
                  gone=np.full(3, np.nan))
    assert [found.has(name) for name in ("word", "none", "x", "gone", "absent")] == [
        True, False, True, False, False]


def test_keys_as_text() -> None:
    found = table(word=WORDS.copy(), year=np.array([2026.0, np.nan, 2.5]))
    assert found.key_rows(("word", "year")) == [("a", "2026"), ("", ""), ("c", "2.5")]


def test_with_columns_makes_another_table() -> None:
    found = table(x=NUMBERS.copy())
    more = found.with_columns(y=np.zeros(3))
    assert ("y" in more, "y" in found) == (True, False)


def changed(instance: Instance, name: str, column: str, values: list[float]) -> Instance:
    tables = dict(instance.tables)
    tables[name] = tables[name].with_columns(**{column: np.array(values)})
    return Instance(instance.settings, tables)


def test_the_hash_follows_the_numbers() -> None:
    instance = instance_of()
    assert instance.sha256 == instance_of().sha256
    assert len(instance.sha256) == 64
    assert changed(instance, "parcels", "area_ha", [10.0]).sha256 == instance.sha256
    almost = np.nextafter(10.0, 11.0)
    assert changed(instance, "parcels", "area_ha", [almost]).sha256 != instance.sha256


def test_the_hash_follows_the_settings() -> None:
    instance = instance_of()
    for settings in ({"horizon_years": 21}, {"gwp": "AR5"}, {"works": {}}, {"periods": (2026,)}):
        assert sha256_of(replace(instance.settings, **settings), instance.tables  # type: ignore[arg-type]
                         ) != instance.sha256


def test_the_hash_leaves_out_where_values_came_from() -> None:
    instance = instance_of()
    bare = replace(instance.settings, library="loess-plateau", library_version="1",
                   overrides=("instance.horizon_years=20",))
    assert sha256_of(bare, instance.tables) == instance.sha256


def test_the_hash_leaves_out_order_of_columns_and_blank_ones() -> None:
    instance = instance_of()
    parcels = instance.tables["parcels"]
    turned = Table("parcels", "other.csv",
                   {**dict(reversed(parcels.columns.items())), "ph": np.array([np.nan])},
                   parcels.lines)
    assert sha256_of(instance.settings, {**instance.tables, "parcels": turned}) == instance.sha256


def test_the_hash_follows_the_order_of_rows() -> None:
    one = instance_of(parcels=[{}, {"parcel": "b"}])
    other = instance_of(parcels=[{"parcel": "b"}, {}])
    assert one.sha256 != other.sha256


def test_an_override_changes_the_hash_as_the_file_would() -> None:
    instance = instance_of()
    overridden = ro.with_overrides(instance, ("parcels[a].area_ha=12",))
    assert overridden.sha256 == instance_of(parcels=[{"area_ha": 12}]).sha256
    assert overridden.sha256 != instance.sha256


def test_texts_cannot_run_into_each_other() -> None:
    settings = instance_of().settings
    one = table_of("uses", [{"use": "ab", "label": "c"}])
    other = table_of("uses", [{"use": "a", "label": "bc"}])
    assert sha256_of(settings, {"uses": one}) != sha256_of(settings, {"uses": other})
