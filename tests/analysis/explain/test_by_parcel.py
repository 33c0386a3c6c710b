"""Parcel by parcel gives what the whole program gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import small_instances

import optimizer as ro
from optimizer.analysis.explain import softened
from optimizer.analysis.explain.asks import Ask
from optimizer.analysis.explain.conflicts import elastic_ask
from optimizer.analysis.explain.softened import Softened
from optimizer.options.enumerate import options_of


def both(instance, monkeypatch):
    options = options_of(instance)
    program = ro.assemble(instance, options)
    whole = Softened(instance, options, program)
    with monkeypatch.context() as patch:
        patch.setattr(softened, "WHOLE_UP_TO", -1)
        apart = Softened(instance, options, program)
    return whole, apart


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(instance=small_instances(), second=st.booleans())
def test_the_same_total_change(instance, second):
    assume(instance.table("limits") is not None)
    assume(options_of(instance).count)
    with pytest.MonkeyPatch.context() as monkeypatch:
        whole, apart = both(instance, monkeypatch)
    ask = elastic_ask(whole)
    ask = Ask(ask.cost_up, ask.lower_up, ask.upper_up, ask.cost_down, ask.upper_down, second=second)
    one, other = whole.ask(ask), apart.ask(ask)
    assert one.status == other.status
    if not one.there:
        return
    assert other.total == pytest.approx(one.total, rel=1e-4, abs=2e-6)
    # The mixture is a plan: no land is used twice and no duty is missed unnoticed.
    land = np.flatnonzero(whole.program.rows.parcel >= 0)
    used = whole.program.activity(other.x_c)[land]
    assert np.all(used <= whole.program.row_upper[land] * (1 + 1e-9))
