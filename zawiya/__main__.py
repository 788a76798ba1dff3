"""The ``zawiya`` program: gathers its commands from entry points, and turns every error of a user into a message.

It imports no command by name, so packages that stand above the library can add theirs, and loads one when it is called,
so that the others cost nothing; one that cannot be loaded says so then, and leaves the others alone.
"""

import re
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, entry_points, requires
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from zawiya.errors import MISUSE, ZawiyaError

GROUP = "zawiya.commands"
#: Versions of what the program writes, beside its own: a number each.
VERSIONS = "zawiya.versions"

# What modules come with whose package has another name.
_PACKAGES = {
    "markupsafe": "jinja2",
    "scipy": "scikit-learn",
    "sklearn": "scikit-learn",
    "vl_convert": "vl-convert-python",
}
# For a command that cannot be loaded: whatever it is called with, it says why.
_ANYTHING = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}


class Installed(TyperGroup):
    """The commands that are installed, in alphabetical order, each loaded when it is called or described."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - typer's own, which differ between its versions
        super().__init__(**settings)
        # by name: an installation beside a checkout may list a command twice
        self._points = {point.name: point for point in entry_points(group=GROUP)}
        # what stands for each where its name is enough: in lists, in suggestions, and while it is completed
        self.commands = {name: TyperCommand(name) for name in sorted(self._points)}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 - as above
        """The command of a name, or none."""
        point = self._points.get(cmd_name)
        return _loaded(point) if point else None

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:  # noqa: ANN401 - as above
        """Names that begin like this, without loading what they stand for."""
        names = TyperGroup(name=self.name, commands=dict(self.commands), params=self.params)
        return names.shell_complete(type(ctx)(names, info_name=ctx.info_name), incomplete)


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
    """The program with every command that is installed."""
    app = typer.Typer(name="zawiya", cls=Installed, no_args_is_help=True, pretty_exceptions_enable=False)
    app.callback(help="Stance toward political actors, who holds it, and the frames of Arabic news.")(_program)
    return app


def versions() -> Iterator[tuple[str, str]]:
    """What a result depends on, each with its version: the program, the embedded model, what is written."""
    # here, not above: no other command needs them
    import zawiya
    from zawiya.bundle import Bundle, fingerprint
    from zawiya.resources import resource

    yield "zawiya", zawiya.__version__
    try:
        folder = resource("models", "default")
        yield "model", f"{Bundle.load(folder).name} ({fingerprint(folder)})"
    except ZawiyaError:
        yield "model", "none embedded"
    for name, point in sorted({point.name: point for point in entry_points(group=VERSIONS)}.items()):
        yield name, f"schema {point.load()}"


def _show_versions(asked: bool) -> None:
    """Print versions, and stop."""
    if not asked:
        return
    for name, found in versions():
        typer.echo(f"{name:<8} {found}")
    raise typer.Exit


def _program(
    _version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_show_versions, help="Show versions and exit."),
    ] = False,
) -> None:
    """Every command has options of its own; this one only takes those of the program."""


def _loaded(point: EntryPoint) -> Any:  # noqa: ANN401 - a command of click, whose place differs between versions of typer
    """A command or a group of commands as click has it."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    try:
        command = point.load()
    except Exception as error:  # noqa: BLE001 - a command of another package may fail to load in any way
        unusable = _unusable(point.name, error)
        app.command(point.name, help=f"(cannot be loaded: {error})", context_settings=_ANYTHING)(unusable)
        return typer.main.get_command(app)
    if isinstance(command, typer.Typer):
        app.add_typer(command, name=point.name)
        return typer.main.get_group(app).commands[point.name]
    app.command(point.name)(command)
    return typer.main.get_command(app)


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
    if not extras:
        return f"{error}; if it belongs to an extra, install that: pip install 'zawiya[{extra}]'"
    return f"expected a package that is not installed ({module}); run: pip install 'zawiya[{extra}]'"


if __name__ == "__main__":
    main()
