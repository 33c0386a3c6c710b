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
@json_option
def report_command(
    out: Path, others: tuple[Path, ...], lang: str, place: Path | None, as_json: bool
) -> int:
    """Write the result OUT as one page, OUT/report.html.

    The page holds all it needs and loads nothing from any network; an earlier one is replaced.
    """
    from optimizer.cli.progress import progress
    from optimizer.report.html.beside import MARKS, read_other
    from optimizer.report.html.material import read_material
    from optimizer.report.html.page import FILE, report_page, write_page

    if not (out / "summary.json").is_file():
        kind = next((kind for mark, kind in MARKS.items() if (out / mark).is_file()), None)
        message = f"{out} is no result of `reclaim solve`: it holds no summary.json."
        if kind is not None:
            message += (f" It is one of `reclaim {kind}`: give the plan first, and this folder "
                        "with --with.")
        raise click.UsageError(message)
    place = out / FILE if place is None else place
    with progress("writing the report"):
        beside = [read_other(folder) for folder in others]
        page = report_page(read_material(out), "zh" if lang == "zh" else "en", beside)
        write_page(page, place)
    size = place.stat().st_size
    if as_json:
        print_json({"report": str(place), "bytes": size, "language": lang,
                    "beside": [{"folder": str(o.folder), "kind": o.kind} for o in beside]})
    else:
        click.echo(f"Written to {place} ({size / 1e6:.1f} MB). Open it in any browser; it needs "
                   "no network.")
    return 0
