"""The parts of the decomposition, each against plain loops or paper."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_programs import random_program
from varied_programs import varied_program

from optimizer.formulation.assemble import assemble
from optimizer.formulation.factor_build import factored
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.options.eligibility import eligibility_of
from optimizer.solve.certificate import upper_bound
from optimizer.solve.decomposition.by_factors import ByFactors, split_of_factors
from optimizer.solve.decomposition.dual import Level, allowed
from optimizer.solve.decomposition.pricing import ByColumns
from optimizer.solve.decomposition.sample import groups_of, sample_sizes, stratified
from optimizer.solve.decomposition.split import split_of


def level_of(program, groups=3):
    split = split_of(program)
    return Level(split, ByColumns.of(program, split), np.arange(split.parcels), split.area_i,
                 groups_of(split.parcels, groups))


@settings(max_examples=40)
@given(st.integers(0, 2**31), st.integers(-3, 3))
def test_the_bound_is_that_of_the_certificate(seed, size):
    program = varied_program(seed)
    level = level_of(program)
    noise = np.random.default_rng(seed).normal(0.0, 10.0**size, len(level.split.row_r))
    price_r = allowed(level.split, noise)
    in_full = np.zeros(program.shape[0])
    in_full[level.split.row_r] = price_r
    found, known = level.at(price_r), upper_bound(program, in_full)
    # The certificate knows how much soil there can be; here a stock may be a little more.
    scale = 1e-12 * (abs(known) + math.fsum(np.abs(program.cost)))
    spare = level.split.cap_s @ np.maximum(
        0.0, level.split.gain_s - price_r @ level.split.stock_rs)
    assert found.bound >= known - scale
    assert found.bound <= known + spare + scale


@settings(max_examples=40)
@given(st.integers(0, 2**31))
def test_every_evaluation_is_a_plane_below_the_bound(seed):
    """bound(other) >= bound(price) + slope . (other - price), group by group."""
    program = random_program(parcels=12, seed=seed % 1000)
    level = level_of(program)
    rng = np.random.default_rng(seed)
    one, other = (rng.normal(0.0, 50.0, len(level.split.row_r)) for _ in range(2))
    at_one, at_other = level.at(one), level.at(other)
    for g, (first, last) in enumerate(zip(level.group_g, level.group_g[1:], strict=False)):
        worth = float(at_other.worth_n[first:last] @ level.area_n[first:last])
        plane = at_one.earned_g[g] - at_one.taken_gr[g] @ other
        assert worth >= plane - 1e-9 * (abs(plane) + 1.0)


def rivals_by_loops(program, split, price_r, room_r):
    """Best worth, and how near the nearest rival is, by plain loops."""
    matrix = program.matrix.toarray()[split.row_r]
    worth_o = program.cost[:split.options] - price_r @ matrix[:, :split.options]
    for i in range(split.parcels):
        options = range(split.start_i[i], split.start_i[i + 1])
        choices = [(worth_o[o], matrix[:, o], o) for o in options]
        if not split.must_i[i]:
            choices.insert(0, (0.0, np.zeros(len(room_r)), -1))
        if not choices:
            yield -np.inf, -1, np.inf
            continue
        best = max(choices, key=lambda choice: choice[0])
        near = [(best[0] - worth) / reach for worth, column, o in choices
                if o != best[2] and (reach := np.abs(column - best[1]) @ room_r) > 0.0]
        yield best[0], best[2], min(near, default=np.inf)


@settings(max_examples=40)
@given(st.integers(0, 2**31))
def test_rivals_by_loops(seed):
    program = random_program(parcels=9, options=5, limits=3, seed=seed % 1000, must=0.3)
    split = split_of(program)
    rng = np.random.default_rng(seed)
    price_r = rng.normal(0.0, 1e-2, len(split.row_r))
    room_r = rng.uniform(0.1, 1.0, len(split.row_r))
    pricing = ByColumns.of(program, split)
    found = pricing.rivals(np.arange(split.parcels), price_r, room_r)
    known = [np.array(column) for column in zip(
        *rivals_by_loops(program, split, price_r, room_r), strict=True)]
    assert found[1].tolist() == known[1].tolist()
    np.testing.assert_allclose(found[0], known[0], rtol=1e-12)
    np.testing.assert_allclose(found[2], known[2], rtol=1e-9)
    option_o, near_o = pricing.near(
        np.arange(split.parcels), found[0], found[1], price_r, room_r)
    assert option_o.tolist() == list(range(split.options))
    chosen = found[1][found[1] >= 0]
    assert not np.any(near_o[chosen])


def test_factors_price_as_columns_do():
    instance = generate_instance(Size(150, 4))
    program = assemble(instance)
    held = factored(instance, eligibility_of(instance), 2_000)
    columns_split, split = split_of(program), split_of_factors(instance, held)
    np.testing.assert_array_equal(columns_split.start_i, split.start_i)
    np.testing.assert_array_equal(columns_split.row_r, split.row_r)
    np.testing.assert_array_equal(columns_split.stock_rs, split.stock_rs)
    np.testing.assert_array_equal(columns_split.cap_s, split.cap_s)
    by_columns, by_factors = ByColumns.of(program, columns_split), ByFactors.of(instance, held)
    pick = np.arange(0, split.parcels, 2)
    rng = np.random.default_rng(1)
    units = 1.0 / np.maximum(by_columns.sizes(pick)[0], 1e-9)
    price_r = rng.uniform(0.0, 10.0, len(split.row_r)) * units
    one, other = by_columns.best(pick, price_r), by_factors.best(pick, price_r)
    np.testing.assert_allclose(one[0], other[0], rtol=1e-10)
    assert (one[1] == other[1]).all()
    group_g = np.array([0, 10, len(pick)])
    for known, found in zip(by_columns.taken(one[1], split.area_i[pick], group_g),
                            by_factors.taken(one[1], split.area_i[pick], group_g), strict=True):
        np.testing.assert_allclose(known, found, rtol=1e-10, atol=1e-9)
    # What both options take alike is counted twice, so rivals seem nearer, never farther.
    room_r = 0.1 * units
    exact, rough = by_columns.rivals(pick, price_r, room_r), by_factors.rivals(
        pick, price_r, room_r)
    assert np.all(rough[2] <= exact[2] * (1 + 1e-9))
    best_iu = by_factors.best_of_uses(price_r, instance.practices.use_um)
    in_full = np.zeros(program.shape[0])
    in_full[split.row_r] = price_r
    worth_o = program.cost - program.matrix.T @ in_full
    use_o = instance.practices.use_um[held.classes.axes(held.class_o)[0]]
    for parcel in range(split.parcels):
        for use in range(len(instance.practices.uses)):
            options = np.arange(split.start_i[parcel], split.start_i[parcel + 1])
            options = options[use_o[options] == use]
            known = options[np.argmax(worth_o[options])] if len(options) else -1
            assert best_iu[parcel, use] == known


@given(st.integers(1, 400), st.integers(1, 60), st.integers(0, 100))
def test_samples_stand_for_all_land(parcels, size, seed):
    rng = np.random.default_rng(seed)
    area_i = rng.uniform(0.5, 2.0, parcels)
    area_i[0] *= 10_000.0
    pick, area_n = stratified(rng.permutation(parcels), area_i, size)
    assert len(np.unique(pick)) == len(pick)
    assert 0 in pick
    if size > 1:  # a giant is always in, and stands for itself
        assert area_n[pick == 0] == pytest.approx(area_i[0])
    assert len(pick) <= size + 1
    if size >= parcels:
        assert len(pick) == parcels


def test_sizes_of_samples_and_groups():
    assert sample_sizes(900) == []
    assert sample_sizes(1_000) == [500]
    assert sample_sizes(100_000) == [500, 4_000, 32_000]
    assert groups_of(10, 3).tolist() == [0, 3, 6, 10]
    assert groups_of(2, 30).tolist() == [0, 1, 2]
    assert groups_of(0, 30).tolist() == [0]
