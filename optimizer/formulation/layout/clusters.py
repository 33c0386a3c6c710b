r"""Clusters: a zone in which one use, its lead use, prevails.

    (K1)  sum_{i in z, lead} x - s sum_{i in z} x >= 0        for every zone z of the clusters table

with s = minimum_share_pct / 100; both sums run over methods, periods and sources. A zone whose
lead use is open has a row only once a use was chosen for it (`optimizer/solve/leads.py`).

Symbols   x [ha]; s [1]
Dual      t CO2e that one hectare less of the lead use in the zone would bring, not positive
Source    MODEL.md K1, K2
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp

from optimizer.formulation.block import Block, sparse_rows
from optimizer.formulation.columns import columns_of
from optimizer.formulation.program import Family, RowLabels
from optimizer.instance.findings import Finding, InstanceRefused

if TYPE_CHECKING:
    from optimizer.instance.record import Instance
    from optimizer.options.record import Options


@dataclass(frozen=True)
class Cluster:
    """One zone with a lead use.

    Parameters
    ----------
    zone, use
        Names; the use is blank where it is open.
    share
        Least share of the lead use in the reclaimed land, 0 to 1.
    """

    zone: str
    use: str
    share: float


def clusters_of(instance: Instance) -> tuple[Cluster, ...]:
    """Read the clusters table."""
    table = instance.table("clusters")
    if table is None:
        return ()
    return tuple(
        Cluster(str(zone), str(use), float(share) / 100.0) for zone, use, share in zip(
            table.text("zone"), table.text("use"), table.number("minimum_share_pct"), strict=True))


def cluster_block(instance: Instance, options: Options) -> Block:
    """Build one row a zone.

    Raises
    ------
    InstanceRefused
        If a lead use is open: what works on one program cannot choose it.
    """
    refuse_open_leads(instance)
    clusters = clusters_of(instance)
    land, practices = instance.land, instance.practices
    zone_o = land.zone_i[options.parcel_o]
    use_o = practices.use_um[options.practice_o]
    zones = np.array([land.zones.index(one.zone) for one in clusters], dtype=np.int64)
    uses = np.array([practices.uses.index(one.use) for one in clusters], dtype=np.int64)
    rows = []
    for one, zone, use in zip(clusters, zones, uses, strict=True):
        where = np.flatnonzero(zone_o == zone)
        rows.append((where, (use_o[where] == use) - one.share))
    matrix = sparse_rows(rows, columns_of(instance, options).count)
    count = len(clusters)
    labels = RowLabels.of(Family.CLUSTER, count, zone=zones, use=uses)
    return Block(sp.csr_array(matrix), np.zeros(count), np.full(count, np.inf), labels)


def refuse_open_leads(instance: Instance) -> None:
    """Refuse an instance with an open lead use.

    Raises
    ------
    InstanceRefused
        If there is one.
    """
    zones = [one.zone for one in clusters_of(instance) if not one.use]
    if zones:
        raise InstanceRefused(instance.name, [Finding(
            "clusters.csv", "open lead use", f"no use for {', '.join(zones)}",
            "a lead use for every zone: only solve chooses it",
            "Solve; then name the use that was chosen, here with "
            f"`--set clusters[{zones[0]}].use=USE`.", column="use")])
