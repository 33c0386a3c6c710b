from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from helpers import write_folder

from optimizer.analysis.layout import layout_of, main_use_i, shares_iu
from optimizer.instance.read import read_instance
from optimizer.instance.record import Instance

PARCELS = """\
parcel,area_ha,slope_pct,slope_length_m,regrade_form,soil_depth_m,release_year,zone
a,10,2,400,bench,0.3,2026,north
b,20,2,400,bench,0.3,2026,north
c,40,2,400,bench,0.3,2026,north
"""
HAULS = "source,parcel,distance_km\nheap,a,1\nheap,b,1\nheap,c,1\n"
ADJACENCY = "parcel_a,parcel_b,shared_boundary_m\na,b,500\nb,c,300\n"


@pytest.fixture
def row_of_three(tmp_path: Path) -> Instance:
    return read_instance(write_folder(
        tmp_path / "three", parcels=PARCELS, hauls=HAULS, adjacency=ADJACENCY))


def plan(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["parcel", "use", "area_ha"])


def test_a_border_between_two_uses_counts_once(row_of_three: Instance) -> None:
    layout = layout_of(row_of_three, plan(
        ("a", "crop", 10), ("b", "grass", 20), ("c", "grass", 40)))
    # a|b unlike over 500 m: half of (|1-0| crop + |0-1| grass) = 1 -> 0.5 km; b|c alike.
    assert layout is not None
    assert layout.boundary_km == pytest.approx(0.5)
    assert layout.patches == 2
    assert layout.patches_by_use == {"crop": 1, "grass": 1}


def test_a_border_with_bare_land_counts_once(row_of_three: Instance) -> None:
    layout = layout_of(row_of_three, plan(("b", "grass", 20)))
    # a|b: half of (1 grass + 1 none) * 500 m; b|c the same * 300 m: 0.5 + 0.3 km.
    assert layout is not None
    assert layout.boundary_km == pytest.approx(0.8)
    assert layout.patches == 1


def test_shares_make_a_part_of_a_border(row_of_three: Instance) -> None:
    layout = layout_of(row_of_three, plan(("a", "crop", 5), ("a", "grass", 5), ("b", "grass", 20),
                                          ("c", "grass", 10)))
    # a|b: half of (0.5 crop + 0.5 grass) * 500 m = 0.25 km;
    # b|c: c is 1/4 grass, 3/4 bare: half of (0.75 + 0.75) * 300 m = 0.225 km.
    assert layout is not None
    assert layout.boundary_km == pytest.approx(0.475)


def test_patches_far_apart_are_two(row_of_three: Instance) -> None:
    layout = layout_of(row_of_three, plan(("a", "crop", 10), ("b", "grass", 20), ("c", "crop", 40)))
    assert layout is not None
    assert layout.patches_by_use == {"crop": 2, "grass": 1}


def test_sizes_of_patches_and_those_too_small_to_work(tmp_path: Path) -> None:
    uses = "use,max_slope_pct,min_soil_depth_m,workable_patch_ha\ncrop,25,0.1,30\ngrass,25,0.1,\n"
    instance = read_instance(write_folder(
        tmp_path / "sizes", parcels=PARCELS, hauls=HAULS, adjacency=ADJACENCY, uses=uses))
    layout = layout_of(instance, plan(("a", "crop", 10), ("b", "grass", 20), ("c", "crop", 30)))
    # Crop: a with 10 of 10 ha, and c, mostly crop, with 30 of 40 ha: 20 ha on average, the larger
    # is 30 of 40 ha in patches. Below 30 ha: a alone. Grass: b, any size may be worked.
    assert layout is not None
    assert layout.mean_patch_ha_by_use == {"crop": 20.0, "grass": 20.0}
    assert layout.smallest_patch_ha_by_use == {"crop": 10.0, "grass": 20.0}
    assert layout.largest_patch_share_by_use == {"crop": 0.75, "grass": 1.0}
    assert layout.unworkable_patches_by_use == {"crop": 1, "grass": 0}
    assert layout.unworkable_ha_by_use == {"crop": 10.0, "grass": 0.0}


def test_a_use_without_a_patch_has_zeros(row_of_three: Instance) -> None:
    layout = layout_of(row_of_three, plan(("b", "grass", 20)))
    assert layout is not None
    assert layout.mean_patch_ha_by_use == {"crop": 0.0, "grass": 20.0}
    assert layout.largest_patch_share_by_use == {"crop": 0.0, "grass": 1.0}


def test_a_parcel_mostly_bare_has_no_main_use(row_of_three: Instance) -> None:
    main_i = main_use_i(shares_iu(row_of_three, plan(("a", "crop", 4), ("c", "grass", 21))))
    assert main_i.tolist() == [-1, -1, 1]


def test_without_neighbours_there_is_no_layout(tmp_path: Path) -> None:
    instance = read_instance(write_folder(tmp_path / "plain"))
    assert layout_of(instance, plan(("flat", "crop", 4))) is None
