"""`reclaim report OUT`: the result as one page that needs no network."""

from __future__ import annotations

from pathlib import Path

import click

from optimizer.cli.common import json_option, print_json


@click.command("report")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--with", "others", metavar="OTHER_OUT", multiple=True,
              type=click.Path(path_type=Path),
              help="Result folder of compare, curve, sweep, alternatives, robust, sensitivity, "
                   "prices or another solve, told beside the plan; repeatable.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True,
              help="Language of the page.")
@click.option("-o", "--out", "place", metavar="FILE",
              type=click.Path(dir_okay=False, path_type=Path),
              help="Where to write the page, instead of OUT/report.html.")
@click.option("--overwrite", is_flag=True,
              help="Replace a page of this name that `reclaim report` did not write; its own are "
              "replaced anyway.")
@json_option
def report_command(
    out: Path, others: tuple[Path, ...], lang: str, place: Path | None, overwrite: bool,
    as_json: bool,
) -> int:
    """Write the result OUT as one page, OUT/report.html.

    The page holds all it needs and loads nothing from any network; an earlier report is replaced.
    OUT is verified first (above 20,000 parcels its hectares and sinks, not the proof); files that
    do not belong together are not told of.
    """
    from optimizer.cli.progress import progress
    from optimizer.report.folder import MARK
    from optimizer.report.html.beside import read_other, refuse_other_mines
    from optimizer.report.html.material import read_material
    from optimizer.report.html.page import FILE, report_page
    from optimizer.report.what_it_is import refuse_no_solve
    from optimizer.report.whole_file import refuse_place, write_page
    from optimizer.report.written import record_later

    refuse_no_solve(out, ": give the plan first, and this folder with --with")
    place = out / FILE if place is None else place
    refuse_place(place, overwrite=overwrite)
    with progress("writing the report"):
        beside = [read_other(folder) for folder in others]
        material = read_material(out)
        refuse_other_mines(material, beside)
        write_page(report_page(material, "zh" if lang == "zh" else "en", beside), place)
        if place.resolve() == (out / FILE).resolve():
            record_later(out, MARK, [FILE])
    size = place.stat().st_size
    if as_json:
        print_json({"report": str(place), "bytes": size, "language": lang,
                    "beside": [{"folder": str(o.folder), "kind": o.kind} for o in beside]})
    else:
        click.echo(f"Written to {place} ({size / 1e6:.1f} MB). Open it in any browser; it needs "
                   "no network.")
    return 0
