"""Options held as factors expand to the very program that is assembled option by option."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from strategies import small_instances

from optimizer.formulation.assemble import assemble
from optimizer.formulation.factor_build import factored
from optimizer.formulation.program import Family, LinearProgram
from optimizer.generate.instance import generate_instance
from optimizer.generate.size import Size
from optimizer.instance.record import Instance
from optimizer.options.eligibility import eligibility_of
from optimizer.options.enumerate import options_of


def assert_expands(instance: Instance, piece: int) -> None:
    options = options_of(instance)
    program: LinearProgram = assemble(instance, options)
    held = factored(instance, eligibility_of(instance), piece)
    assert held.options == options.count
    coupling = np.flatnonzero(~np.isin(program.rows.family, [Family.LAND, Family.MUST_RECLAIM]))
    expected = program.matrix.toarray()[coupling]
    found = held.columns(np.arange(held.options)).toarray()
    size = np.abs(expected).max(initial=1.0)
    np.testing.assert_allclose(found, expected[:, :options.count], rtol=1e-13, atol=1e-15 * size)
    np.testing.assert_array_equal(found == 0.0, expected[:, :options.count] == 0.0)
    np.testing.assert_array_equal(held.stock_rs, expected[:, options.count:])
    np.testing.assert_array_equal(np.append(held.gain_o, held.gain_s), program.cost)
    np.testing.assert_array_equal(held.lower_r, program.row_lower[coupling])
    np.testing.assert_array_equal(held.upper_r, program.row_upper[coupling])
    for name in ("family", "limit", "use", "method", "zone", "period", "source"):
        np.testing.assert_array_equal(
            getattr(held.rows, name), getattr(program.rows, name)[coupling])
    practice, period, source = held.classes.axes(held.class_o)
    np.testing.assert_array_equal(practice, options.practice_o)
    np.testing.assert_array_equal(period, options.period_o)
    np.testing.assert_array_equal(source, options.source_o)
    np.testing.assert_array_equal(
        held.start_i, np.searchsorted(options.parcel_o, np.arange(instance.land.count + 1)))


@settings(max_examples=40)
@given(small_instances())
def test_any_instance_in_one_piece_and_in_many(instance):
    if options_of(instance).count:
        assert_expands(instance, 1_000_000)
        assert_expands(instance, 3)


def test_a_generated_instance_keeps_few_amounts():
    instance = generate_instance(Size(300, 2))
    assert_expands(instance, 7_000)
    held = factored(instance, eligibility_of(instance))
    # What depends on the place: the soil brought in, and what the earthworks cost.
    assert held.amount_of.shape[1] == 2
