"""What `reclaim sensitivity` prints: what drives the sink, and what drives the plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from optimizer.report.figures import bar, columns, cut, figure, of_unit, signed

if TYPE_CHECKING:
    import pandas as pd

    from optimizer.analysis.uncertainty.design import Design
    from optimizer.analysis.uncertainty.sensitivity import Sensitivity

#: Answers told first, and what they are called.
ANSWER_WORDS = {"objective": "the optimum", "net_sink_tco2e": "the net sink",
                "changed_ha": "the plan (ha whose use changes)"}
#: Index by which numbers are ranked, and its confidence.
RANKED = {"morris": ("mu_star", "mu_star_confidence"), "sobol": ("total", "total_confidence")}
NOTES = {
    "morris": (
        "effect: mean size of the change when the number moves, per whole range (mu*); +-: 95 %",
        "confidence; spread: how much that depends on where it and the others are (sigma)"),
    "sobol": (
        "alone: share of the variance that the number explains by itself; in all: with everything",
        "it does together with others; +-: 95 % confidence of in all. More runs make it narrower."),
}
#: Two answers that differ by no more than this share are one.
SAME = 1e-9
BAR_WIDTH = 24
SHOWN_AT_MOST = 12


def plan_of_runs(design: Design) -> str:
    """Say beforehand how many cases will be solved, and why so many."""
    numbers, size = len(design.numbers), design.block_size
    if design.method == "morris":
        scheme = f"{design.blocks} trajectories of {numbers} + 1 cases"
    else:
        scheme = f"{design.blocks} base points of {numbers} + 2 cases"
    return (f"{design.blocks * size:,} cases to solve: {scheme} (one more for the instance as it "
            "stands)")


def sensitivity_text(found: Sensitivity, folder: Path | None = None) -> str:
    """Tell the outcome in plain text."""
    blocks = [_headline(found), _spread_lines(found)]
    blocks += [_driver_lines(found, answer) for answer in told_answers(found)]
    blocks += [_use_lines(found), _note_lines(found)]
    if folder is not None:
        blocks.append([f"Written to {folder}"])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def told_answers(found: Sensitivity) -> list[str]:
    """Answers worth a table of their own: the sink (or optimum), and the plan."""
    there = set(found.indices["answer"])
    runs = found.runs
    same = "net_sink_tco2e" in there and np.allclose(
        runs["objective"], runs["net_sink_tco2e"], rtol=SAME, equal_nan=True)
    first = ["net_sink_tco2e"] if same else ["objective", "net_sink_tco2e"]
    return [answer for answer in (*first, "changed_ha") if answer in there]


def ranked(found: Sensitivity, answer: str) -> pd.DataFrame:
    """Indices of one answer, the strongest number first."""
    index = RANKED[found.design.method][0]
    own = found.indices[found.indices["answer"] == answer]
    return own.sort_values(index, ascending=False, kind="stable").reset_index(drop=True)


def unit_of(found: Sensitivity, answer: str) -> str:
    """Unit of an answer."""
    if answer == "objective":
        return found.nominal.stages[-1].unit
    return "t CO2e" if answer == "net_sink_tco2e" else "ha"


def _headline(found: Sensitivity) -> list[str]:
    design = found.design
    how = f"{len(design.value_nd):,} cases solved ({design.method}, seed {design.seed})"
    return [f"{found.instance.name}: {len(design.numbers)} uncertain numbers, {how}"]


def _spread_lines(found: Sensitivity) -> list[str]:
    """How far the optimum spreads over the cases."""
    unit = found.nominal.stages[-1].unit
    low, middle, high = spread(found)
    ends = "5th to 95th percentile" if found.design.method == "sobol" else "least to most"
    return [f"The optimum is {of_unit(signed(found.nominal.objective), unit)} as it stands",
            f"Over the cases {figure(low)} to {of_unit(figure(high), unit)} ({ends}), median "
            + figure(middle)]


def spread(found: Sensitivity) -> tuple[float, float, float]:
    """Low, middle and high of the objective over the cases.

    Sobol's base points are drawn from the distributions: percentiles 5, 50, 95 of these. Morris
    walks a grid that is no sample of them: least, median and largest of all cases.
    """
    design = found.design
    objective = found.runs["objective"].to_numpy(dtype=float)
    if design.method == "sobol":
        by_block = objective.reshape(design.blocks, design.block_size)
        drawn = by_block[:, [0, -1]].ravel()
        low, middle, high = np.nanpercentile(drawn, (5, 50, 95))
    else:
        low, middle, high = np.nanpercentile(objective, (0, 50, 100))
    return float(low), float(middle), float(high)


def _driver_lines(found: Sensitivity, answer: str) -> list[str]:
    """Numbers ranked by what they do to an answer."""
    table, method = ranked(found, answer), found.design.method
    if not table[RANKED[method][0]].any():
        return [f"What drives {ANSWER_WORDS[answer]}: nothing, it is the same in every case"]
    largest = float(table[RANKED[method][0]].iloc[0])
    rows = [_cells(row, method, largest) for row in table.head(SHOWN_AT_MOST).itertuples()]
    if method == "morris":
        unit = unit_of(found, answer)
        head = (f"What drives {ANSWER_WORDS[answer]}", f"effect, {unit}", "+-", "spread", "")
    else:
        head = (f"What drives {ANSWER_WORDS[answer]}", "alone", "in all", "+-", "")
    return columns([head, *rows], "<>>><", indent="")


def _cells(row: object, method: str, largest: float) -> tuple[str, str, str, str, str]:
    """One number: its indices and a bar."""
    name = cut(str(getattr(row, "number")), 44)  # noqa: B009 - rows of pandas have no type
    index, confidence = RANKED[method]
    size, unsure = float(getattr(row, index)), float(getattr(row, confidence))
    drawn = bar(max(size, 0.0), largest, BAR_WIDTH)
    if method == "morris":
        return name, figure(size), figure(unsure), figure(float(row.sigma)), drawn  # type: ignore[attr-defined]
    return (name, _percent(float(row.first)), _percent(size), _percent(unsure), drawn)  # type: ignore[attr-defined]


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f} %"


def _use_lines(found: Sensitivity) -> list[str]:
    """Which number drives the hectares of each use most."""
    index = RANKED[found.design.method][0]
    rows = [("Hectares of each use over the cases", "least", "as it stands", "most",
             "driven most by")]
    runs = found.runs
    for use, area in found.nominal.area_by_use.items():
        table = ranked(found, f"{use}_ha")
        drives = str(table["number"].iloc[0]) if len(table) and table[index].iloc[0] else "nothing"
        values = runs[f"{use}_ha"]
        rows.append((use, figure(float(values.min())), figure(area), figure(float(values.max())),
                     cut(drives, 40)))
    return columns(rows, "<>>><", indent="")


def _note_lines(found: Sensitivity) -> list[str]:
    """What the figures mean, and what was left out."""
    design = found.design
    lines = list(NOTES[design.method])
    left_out = design.blocks - found.blocks_used
    if left_out:
        word = "trajectories" if design.method == "morris" else "base points"
        lines.append(f"{left_out} of {design.blocks} {word} left out, as some of their cases have "
                     "no plan: indices are of the rest (runs.csv)")
    return lines
