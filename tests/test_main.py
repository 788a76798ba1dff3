"""The program around the commands: what it loads, in which order, and how it ends."""

import subprocess
import sys
from importlib.metadata import EntryPoint

import pytest
import typer

from zawiya import __main__ as program
from zawiya.errors import FaultsError, ZawiyaError

SUB = typer.Typer()


@SUB.command()
def stats() -> None:
    """Count."""
    typer.echo("counted")


@SUB.command()
def check() -> None:
    """Check."""
    typer.echo("checked")


def good(name: str = "you") -> None:
    """Greet."""
    typer.echo(f"hello {name}")


def wrong() -> None:
    """Fail as a user makes it fail."""
    raise FaultsError("a.yaml", ["`x`: unknown key", "`y`: is missing"])


def needy() -> None:
    """Need what is not installed."""
    raise ModuleNotFoundError("No module named 'torchlight'", name="torchlight")


def buggy() -> None:
    """Have a fault of its own."""
    raise ModuleNotFoundError("No module named 'zawiya.lost'", name="zawiya.lost")


@pytest.fixture
def call(monkeypatch, capsys):
    """Calls the program with the commands of this file; gives status, standard output, standard error."""
    monkeypatch.setitem(sys.modules, "commands_of_tests", sys.modules[__name__])
    targets = {
        "wrong": "commands_of_tests:wrong",
        "good": "commands_of_tests:good",
        "group": "commands_of_tests:SUB",
        "needy": "commands_of_tests:needy",
        "buggy": "commands_of_tests:buggy",
        "absent": "commands_of_tests:absent",
        "lost": "no_such_module_at_all:command",
    }
    points = [EntryPoint(name, target, program.GROUP) for name, target in targets.items()]
    monkeypatch.setattr(program, "entry_points", lambda *, group: points if group == program.GROUP else [])

    def invoke(*arguments):
        monkeypatch.setattr(sys, "argv", ["zawiya", *arguments])
        with pytest.raises(SystemExit) as ended:
            program.main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return invoke


def test_a_function_is_a_command(call):
    assert call("good", "--name", "ليلى") == (0, "hello ليلى\n", "")


def test_a_group_of_commands_keeps_its_commands(call):
    assert call("group", "stats") == (0, "counted\n", "")


def test_commands_stand_in_alphabetical_order(call):
    status, said, _ = call("--help")
    assert status == 0
    names = ["absent", "buggy", "good", "group", "lost", "needy", "wrong"]
    assert typer.main.get_command(program.build()).list_commands(None) == names
    places = [said.index(f" {name} ") for name in names]
    assert places == sorted(places)


def test_a_fault_of_the_user_is_a_message_and_status_2(call):
    status, said, complained = call("wrong")
    assert (status, said) == (2, "")
    assert complained == "zawiya: a.yaml: 2 faults\n  - `x`: unknown key\n  - `y`: is missing\n"


@pytest.mark.parametrize("name", ["absent", "lost"])
@pytest.mark.parametrize("arguments", [(), ("--help",), ("x", "--any", "1")])
def test_a_command_that_cannot_be_loaded_says_why_when_called(call, name, arguments):
    status, _, complained = call(name, *arguments)
    assert status == 2
    assert f"the command {name} cannot be loaded" in complained
    assert "Traceback" not in complained


def test_a_missing_extra_is_named(call):
    status, _, complained = call("needy")
    assert status == 2
    assert "torchlight" in complained
    assert "pip install" in complained


@pytest.mark.parametrize(
    ("command", "module", "extra"),
    [
        ("annotate", "jinja2", "annotate"),
        ("report", "jinja2", "report"),
        ("measure", "scipy.special", "report"),
        ("evaluate", "cleanlab", "evaluate"),
        ("infer", "ray", "ray"),
        ("train", "torch", "train"),
    ],
)
def test_the_extra_that_brings_a_missing_package_is_the_commands_own_or_the_smallest(
    monkeypatch, command, module, extra
):
    monkeypatch.setattr(sys, "argv", ["zawiya", command])
    assert program._missing(ModuleNotFoundError("gone", name=module)).endswith(f"'zawiya[{extra}]'")


def test_a_fault_of_the_program_is_not_hidden(monkeypatch, call):
    with pytest.raises(ModuleNotFoundError, match=r"zawiya\.lost"):
        call("buggy")


def test_an_unknown_command_is_status_2(call):
    status, _, complained = call("nonsense")
    assert status == 2
    assert "nonsense" in complained


def test_the_same_command_listed_twice_stands_once(monkeypatch, call):
    point = EntryPoint("good", "commands_of_tests:good", program.GROUP)
    monkeypatch.setattr(program, "entry_points", lambda *, group: [point, point])
    _, said, _ = call("--help")
    assert sum("Greet." in line for line in said.splitlines()) == 1


def test_the_version_names_program_schema_and_model(call, monkeypatch):
    def lacking(*_):
        raise ZawiyaError("none")

    monkeypatch.setattr("zawiya.resources.resource", lacking)
    status, said, _ = call("--version")
    assert status == 0
    assert [line.split()[0] for line in said.splitlines()] == ["zawiya", "schema", "model"]
    assert "none embedded" in said


def test_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['zawiya', '--help']\n"
        "from zawiya.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'torch', 'onnxruntime', 'transformers', 'pyarrow', 'trafilatura', 'numpy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_python_m_zawiya_is_the_program():
    done = subprocess.run([sys.executable, "-m", "zawiya", "--version"], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("zawiya ")
