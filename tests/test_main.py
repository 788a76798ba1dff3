"""The program around the commands: what it loads, in which order, and how it ends."""

import subprocess
import sys
from importlib.metadata import EntryPoint, entry_points

import pytest
import typer

import zawiya
from zawiya import __main__ as program
from zawiya.bundle import Bundle, fingerprint
from zawiya.corpus import SCHEMA_VERSION
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.infer.tables import TABLES_VERSION
from zawiya.resources import resource

SUB = typer.Typer()
ARTICLES, TABLES = 8, 7


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


def test_the_versions_are_those_of_program_model_and_what_is_written(call, monkeypatch):
    points = [
        EntryPoint("tables", "commands_of_tests:TABLES", program.VERSIONS),
        EntryPoint("articles", "commands_of_tests:ARTICLES", program.VERSIONS),
    ]
    monkeypatch.setattr(program, "entry_points", lambda *, group: points if group == program.VERSIONS else [])
    status, said, _ = call("--version")
    assert status == 0
    first, model, *schemas = [line.split(maxsplit=1) for line in said.splitlines()]
    folder = resource("models", "default")
    assert first == ["zawiya", zawiya.__version__]
    assert model == ["model", f"{Bundle.load(folder).name} ({fingerprint(folder)})"]
    assert schemas == [["articles", "schema 8"], ["tables", "schema 7"]]


def test_an_installation_without_a_model_has_a_version_all_the_same(call, monkeypatch):
    def lacking(*_):
        raise ZawiyaError("none")

    monkeypatch.setattr("zawiya.resources.resource", lacking)
    status, said, _ = call("--version")
    assert status == 0
    assert "none embedded" in said


def test_the_schemas_named_are_those_that_runs_write():
    found = {point.name: point.load() for point in entry_points(group=program.VERSIONS)}
    assert found == {"articles": SCHEMA_VERSION, "tables": TABLES_VERSION}


def test_a_command_is_loaded_when_it_is_called_and_no_other(call, monkeypatch):
    loaded = []
    points = [EntryPoint(name, f"commands_of_tests:{name}", program.GROUP) for name in ("good", "wrong")]
    monkeypatch.setattr(program, "entry_points", lambda *, group: points)
    monkeypatch.setattr(EntryPoint, "load", lambda point: loaded.append(point.name) or good)
    assert call("good")[1] == "hello you\n"
    assert loaded == ["good"]


def test_a_misspelt_command_is_set_right(call):
    status, _, complained = call("goof")
    assert status == 2
    assert "good" in complained


def completed(call, monkeypatch, words):
    """What the shell is offered for the last word of a line."""
    monkeypatch.setenv("_ZAWIYA_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    status, said, complained = call()
    assert (status, complained) == (0, "")
    return said.split()


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("zawiya g", ["good", "group"]),
        ("zawiya group ", ["stats", "check"]),
        ("zawiya group st", ["stats"]),
        ("zawiya good --n", ["--name"]),
        ("zawiya --v", ["--version"]),
        ("zawiya nothing-like-it", []),
        # what cannot be loaded is a command all the same, and has nothing to offer
        ("zawiya lo", ["lost"]),
        ("zawiya lost --", []),
    ],
)
def test_words_are_completed(call, monkeypatch, words, offered):
    assert completed(call, monkeypatch, words) == offered


def test_a_name_is_completed_without_loading_what_it_stands_for(call, monkeypatch):
    def loaded(point):
        raise AssertionError(point.name)

    monkeypatch.setattr(EntryPoint, "load", loaded)
    assert completed(call, monkeypatch, "zawiya wr") == ["wrong"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_the_script_that_completes_is_shown_for_every_shell(call, monkeypatch, shell):
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    status, said, _ = call("--show-completion", shell)
    assert status == 0
    assert "_ZAWIYA_COMPLETE" in said


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
