"""The ``zawiya`` program: gathers its commands from entry points, and turns every error of a user into a message.

It imports no command by name, so packages that stand above the library can add theirs; one that cannot be loaded says
so when it is called, and leaves the others alone.
"""

import re
import sys
from collections.abc import Callable
from importlib.metadata import EntryPoint, entry_points, requires
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from zawiya.errors import ZawiyaError

GROUP = "zawiya.commands"
#: Exit status for wrong use: a bad option, path, config, actor list or model.
MISUSE = 2

# What modules come with whose package has another name.
_PACKAGES = {
    "markupsafe": "jinja2",
    "scipy": "scikit-learn",
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
}
# For a command that cannot be loaded: whatever it is called with, it says why.
_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


class Alphabetical(TyperGroup):
    """Commands in alphabetical order; by itself typer lists groups of commands last."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - its place differs between versions of typer
        """Names of the commands."""
        return sorted(super().list_commands(ctx))


def main() -> None:
    """Run the program and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        # a terminal that lacks Arabic letters shows their codes instead of ending the program
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        build()(prog_name="zawiya")
    except ZawiyaError as error:
        sys.stderr.write(f"zawiya: {error}\n")
        sys.exit(MISUSE)
    except ModuleNotFoundError as error:
        if not error.name or error.name.partition(".")[0] == "zawiya":
            raise
        sys.stderr.write(f"zawiya: {_missing(error)}\n")
        sys.exit(MISUSE)


def build() -> typer.Typer:
    """The program with every command that is installed, in alphabetical order."""
    app = typer.Typer(
        name="zawiya",
        cls=Alphabetical,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback(help="Stance toward political actors, who holds it, and the frames of Arabic news.")(_program)
    # by name: an installation beside a checkout may list a command twice
    for name, point in sorted({point.name: point for point in entry_points(group=GROUP)}.items()):
        _add(app, name, point)
    return app


def _show_version(asked: bool) -> None:
    """Print the versions that a result depends on, and stop."""
    if not asked:
        return
    # here, not above: --help needs none of them
    import zawiya
    from zawiya.bundle import Bundle, fingerprint
    from zawiya.corpus import SCHEMA_VERSION
    from zawiya.resources import resource

    typer.echo(f"zawiya {zawiya.__version__}")
    typer.echo(f"schema {SCHEMA_VERSION}")
    try:
        folder = resource("models", "default")
        typer.echo(f"model  {Bundle.load(folder).name} ({fingerprint(folder)})")
    except ZawiyaError:
        typer.echo("model  none embedded")
    raise typer.Exit


def _program(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_version, help="Show versions and exit."),
    ] = False,
) -> None:
    """Every command has options of its own; this one only takes those of the program."""


def _add(app: typer.Typer, name: str, point: EntryPoint) -> None:
    try:
        command = point.load()
    except Exception as error:  # noqa: BLE001 - a command of another package may fail to load in any way
        app.command(name, help=f"(cannot be loaded: {error})", context_settings=_ANYTHING)(_unusable(name, error))
        return
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=name)
    else:
        app.command(name)(command)


def _unusable(name: str, error: Exception) -> Callable[[], None]:
    """A command that says why it cannot be used."""

    def command() -> None:
        why = _missing(error) if isinstance(error, ModuleNotFoundError) else f"{type(error).__name__}: {error}"
        raise ZawiyaError(f"the command {name} cannot be loaded: {why}") from error

    return command


def _missing(error: ModuleNotFoundError) -> str:
    module = (error.name or "").partition(".")[0]
    package = _PACKAGES.get(module, module.replace("_", "-"))
    asked = [line for line in requires("zawiya") or () if re.match(rf"{re.escape(package)}(?![\w-])", line)]
    extras = [name for line in asked for name in re.findall(r"extra == .(\w+)", line)]
    # the command's own extra if it brings the package; else the first that does, which is the smallest
    extra = next((name for name in extras if name in sys.argv[1:2]), (extras or ["train"])[0])
    return f"{error}; if it belongs to an extra, install that: pip install 'zawiya[{extra}]'"


if __name__ == "__main__":
    main()
