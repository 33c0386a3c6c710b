"""Synthetic instances: the same for the same seed, feasible for every one, limits that bind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import optimizer as ro
from optimizer.analysis.check import check_plan
from optimizer.formulation.program import Family
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.record import Instance
from optimizer.options.enumerate import options_of


def written(size: Size, folder: Path) -> dict[str, bytes]:
    """Every file of a generated instance."""
    ro.write_instance(generate_instance(size), folder)
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("size", [Size(40, seed=7), Size(1), Size(30, 3, 6, 5, 6, 4)])
def test_same_seed_same_files(size: Size, tmp_path: Path) -> None:
    first = written(size, tmp_path / "one")
    assert first == written(size, tmp_path / "two")
    assert {"instance.toml", "parcels.csv", "limits.csv"} <= set(first)


def test_other_seed_other_land(tmp_path: Path) -> None:
    one, two = (written(Size(40, seed), tmp_path / str(seed)) for seed in (1, 2))
    assert one["parcels.csv"] != two["parcels.csv"]
    assert one["site.csv"] != two["site.csv"]
    assert generate_instance(Size(40, 1)).sha256 != generate_instance(Size(40, 2)).sha256


def test_files_read_back_as_the_same_instance(tmp_path: Path) -> None:
    made = generate_instance(Size(40, 5))
    ro.write_instance(made, tmp_path / "written")
    assert ro.read_instance(tmp_path / "written").sha256 == made.sha256


def assert_optimal(instance: Instance) -> None:
    solution = ro.solve(instance)
    assert solution.status == "optimal"
    assert solution.certificate.relative_gap <= 1e-9
    judgement = check_plan(instance, solution.plan)
    assert judgement.allowed, judgement.violations[:3]


@pytest.mark.parametrize("parcels", [1, 2, 3, 7, 50])
@pytest.mark.parametrize("seed", range(6))
def test_feasible_for_every_seed(parcels: int, seed: int) -> None:
    assert_optimal(generate_instance(Size(parcels, seed)))


@settings(max_examples=25)
@given(st.builds(Size, parcels=st.sampled_from([1, 2, 5, 7, 13, 30]),
                 seed=st.integers(0, 2 ** 31), uses=st.integers(1, 6), methods=st.integers(1, 5),
                 periods=st.integers(1, 6), sources=st.integers(1, 4)))
def test_feasible_for_odd_sizes(size: Size) -> None:
    instance = generate_instance(size)
    assert (instance.land.count, instance.calendar.count, instance.topsoil.count) == (
        size.parcels, size.periods, size.sources)
    assert (len(instance.practices.uses), instance.practices.count) == (
        size.uses, size.uses * size.methods)
    assert_optimal(instance)


@pytest.mark.parametrize("seed", range(4))
def test_default_size_has_many_options_and_coupling_rows(seed: int) -> None:
    instance = generate_instance(Size(300, seed))
    options = options_of(instance)
    assert options.count >= 60 * 300
    families = ro.assemble(instance, options).rows.family
    coupling = np.isin(families, (Family.SOIL_BALANCE, Family.LIMIT)).sum()
    assert coupling >= 45


@pytest.mark.parametrize("seed", [0, 1])
def test_budgets_and_topsoil_bind(seed: int) -> None:
    solution = ro.solve(generate_instance(Size(300, seed)))
    limits = solution.limits
    priced = limits[limits["shadow_price"].abs() > 1e-9]
    assert priced["limit"].str.startswith("budget").sum() >= 2
    assert len(priced) >= 8
    prices = solution.prices
    soil = prices[(prices["family"] == "soil_balance") & (prices["price"] > 1e-9)]
    # Shared topsoil: each of the three sources is worth something in some period.
    assert soil["source"].nunique() == 3


def test_land_looks_like_dumps() -> None:
    land = generate_instance(Size(400, 1)).land
    slope = land.attribute("slope_pct")
    steep = slope > 25
    # Platforms are nearly flat, faces too steep for any use; nothing lies between.
    assert 0.15 < steep.mean() < 0.75
    assert slope[~steep].max() < 10
    assert len(land.zones) == 6
    # Neighbours in a row are alike: smooth attributes differ less between them than at large.
    ph = land.attribute("ph")
    assert np.abs(np.diff(ph)).mean() < 0.5 * np.abs(ph[:, None] - ph[None, :]).mean()


def test_neighbours_share_a_side() -> None:
    instance = generate_instance(Size(60, 2))
    table, land = instance.tables["adjacency"], instance.land
    position = {name: i for i, name in enumerate(land.parcels)}
    one = np.array([position[name] for name in table.text("parcel_a")])
    other = np.array([position[name] for name in table.text("parcel_b")])
    x, y = land.attribute("x"), land.attribute("y")
    # Cells of 100 m: the middles of neighbours are 100 m apart.
    np.testing.assert_allclose(np.hypot(x[one] - x[other], y[one] - y[other]), 100.0)
    assert len({frozenset(pair) for pair in zip(one.tolist(), other.tolist(), strict=True)}) == len(
        table)


def test_every_number_says_that_it_is_made_up() -> None:
    provenance = generate_instance(Size(5)).tables["provenance"]
    assert set(provenance.text("standing")) == {"assumed"}
    assert {"parcels", "methods", "works", "sources", "limits"} <= set(provenance.text("table"))


@pytest.mark.parametrize("name", ["parcels", "uses", "methods", "periods", "sources"])
def test_nothing_of_something_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 1"):
        generate_instance(Size(**{"parcels": 5, name: 0}))
