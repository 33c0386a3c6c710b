"""`reclaim`: the commands, imported only when called, and what happens when one fails."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from optimizer.version import __version__

#: Command -> (module, one line of help); the module has a function of the command's name with
#: `_command` behind it.
COMMANDS = {
    "init": ("optimizer.cli.init", "Start an instance: a commented folder or workbook."),
    "import": ("optimizer.cli.import_", "Make an instance from terrain and polygons or cells."),
    "validate": ("optimizer.cli.validate", "List everything that is wrong with an instance."),
    "solve": ("optimizer.cli.solve", "Find the plan with the largest net sink, and prove it."),
    "check": ("optimizer.cli.check", "Judge any plan against the rules, without solving."),
    "compare": ("optimizer.cli.compare", "Hold an actual plan against the best one."),
    "diff": ("optimizer.cli.diff", "Tell what differs between two plans, and what it is worth."),
    "explain": ("optimizer.cli.explain", "Say why there is no plan, and the smallest ways out."),
    "prices": ("optimizer.cli.prices", "Say what limits and topsoil are worth, and how far."),
    "curve": ("optimizer.cli.curve", "Trace the optimum over a limit, a supply or a weight."),
    "sweep": ("optimizer.cli.sweep", "Solve many cases side by side, as one table."),
    "alternatives": ("optimizer.cli.alternatives", "Find other plans that lose little."),
    "robust": ("optimizer.cli.robust", "Find plans that stand up to every scenario."),
    "sensitivity": ("optimizer.cli.sensitivity", "Say which uncertain numbers drive the plan."),
    "export": ("optimizer.cli.export", "Write a result as layers for a GIS, or as a workbook."),
    "generate": ("optimizer.cli.generate", "Make a synthetic instance of any size."),
    "report": ("optimizer.cli.report", "Write a result as one page, in English or Chinese."),
    "verify": ("optimizer.cli.verify", "Recompute the proof of a result from its files."),
    "sources": ("optimizer.cli.sources", "Show what the numbers of an instance rest on."),
    "schema": ("optimizer.cli.schema", "Describe the tables of an instance, or of a result."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that help is instant."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Names in the order in which a planner meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command."""
        if cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        module = import_module(COMMANDS[cmd_name][0])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of the arguments; name the nearest one where there is none."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from optimizer.instance.nearest import advice

            message = f"No such command `{name}`. {advice(name, COMMANDS, 'Try --help.')}"
            raise click.UsageError(message, ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


EPILOG = """\b
Exit codes: 0 done; 1 check or verify says no; 2 usage; 3 instance refused;
4 infeasible; 5 stopped without the proof asked for; 130 interrupted."""


@click.group(cls=LazyGroup, epilog=EPILOG,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="reclaim")
@click.option("--debug", is_flag=True, help="Show the whole trace of an unexpected error.")
def cli(debug: bool) -> None:
    """Decide which use each piece of reclaimed mine land becomes, how, when and with which topsoil.

    INSTANCE is a folder, an Excel workbook or the name of a shipped instance. Start with `reclaim
    solve two-parcels -o OUT`.
    """
    del debug  # `run` reads it from the arguments


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing it can foresee ends in a traceback.

    Parameters
    ----------
    arguments
        What stands behind `reclaim`.
    """
    as_json = "--json" in arguments
    asked: dict[str, str] = {}
    try:
        returned = cli.main(args=list(arguments), prog_name="reclaim", standalone_mode=False,
                            obj=asked)
    except click.Abort:
        click.echo("Interrupted; nothing was written.", err=True)
        return 130
    except Exception as error:
        if "--debug" in arguments and not isinstance(error, click.ClickException):
            raise
        from optimizer.cli.failures import told

        return told(error, as_json=as_json, explain=asked.get("explain", ""))
    return returned if isinstance(returned, int) else 0


def main() -> None:
    """Entry point of the `reclaim` command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # A console that lacks a character shows ? instead of ending the program.
            reconfigure(encoding="utf-8" if os.name == "nt" else None, errors="replace")
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or 1
    if code == 130:
        # A solver thread that has not heard yet must not keep the program alive.
        os._exit(code)
    sys.exit(code)


if __name__ == "__main__":
    main()
