"""Random actual plans for property tests: any practice, period and source, allowed or not."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from optimizer.instance.record import Instance

#: What a row may leave blank.
AXES = ("method", "period", "source")


@st.composite
def actual_plans(
    draw: st.DrawFn, instance: Instance, *, blanks: bool = False, fixed: bool = False
) -> pd.DataFrame:
    """Draw up to two rows a parcel: shares of it under random practices, allowed or not."""
    random = np.random.default_rng(draw(st.integers(0, 2 ** 20)))
    practices, topsoil = instance.practices, instance.topsoil
    rows = []
    for i in range(instance.land.count):
        shares = {0: [], 1: [1.0], 2: [0.6], 3: [0.5, 0.3]}[int(random.integers(4))]
        for um, share in zip(random.permutation(practices.count), shares, strict=False):
            use, method = practices.name_um(int(um))
            reach = np.flatnonzero(~np.isnan(topsoil.distance_ik[i]))
            if not len(reach):
                continue
            rows.append({
                "parcel": instance.land.parcels[i], "use": use, "method": method,
                "period": str(random.choice(instance.calendar.labels)),
                "source": topsoil.sources[random.choice(reach)],
                "area_ha": share * instance.land.area_i[i],
                "fixed": fixed and bool(random.random() < 0.3)})
    plan = pd.DataFrame(rows, columns=["parcel", "use", *AXES, "area_ha", "fixed"])
    if blanks:
        for axis in AXES:
            plan.loc[random.random(len(plan)) < 0.5, axis] = ""
        plan = plan.drop_duplicates(["parcel", "use", *AXES])
    return plan
