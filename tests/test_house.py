"""House rules that a reader counts on: short files and functions, a docstring where one looks for it, options explained.

Imports are in ``test_imports.py``, style is ruff's and types are mypy's; here stands what neither of them sees.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from zawiya.__main__ import build
from zawiya.infer.settings import InferSettings
from zawiya.train.pretrain.settings import PretrainSettings
from zawiya.train.settings import TrainSettings

from .settings_page import settings_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("zawiya", "train", "infer", "study")
LONGEST_FILE, LONGEST_FUNCTION = 500, 60
#: Keys of configs that say themselves what they are.
PLAIN = {"epochs", "seed"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(*folders: str, kinds: tuple[str, ...] = (".py",)) -> list[Path]:
    """The files of these kinds in the folders, as paths from the root."""
    found = [path.relative_to(ROOT) for folder in folders for path in (ROOT / folder).rglob("*")]
    return sorted(path for path in found if path.suffix in kinds)


MODULES = files(*PACKAGES)
CODE = [*MODULES, *files("benchmarks")]
CONFIGS = files("configs/infer", "configs/train", "configs/pretrain", kinds=(".yaml",))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """All functions of a file, wherever they stand."""
    yield from (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def public(node: ast.Module | ast.ClassDef, place: str = "") -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """What a module offers by name: its functions and classes, and what these classes offer."""
    for each in node.body:
        if isinstance(each, Function | ast.ClassDef) and not each.name.startswith("_"):
            yield place + each.name, each
            if isinstance(each, ast.ClassDef):
                yield from public(each, f"{place}{each.name}.")


def test_there_is_code_to_look_at() -> None:
    assert len(MODULES) > 150
    assert len(CONFIGS) > 15
    assert {path.parts[0] for path in CODE} == {*PACKAGES, "benchmarks"}


def test_files_are_short() -> None:
    looked_at = files(*PACKAGES, "benchmarks", "tests", kinds=(".py", ".j2", ".js", ".css"))
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in looked_at}
    assert {path: length for path, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_short() -> None:
    """The body counts: the signature of a command is the list of its options."""
    lengths = {
        f"{path}:{node.lineno} {node.name}": (node.end_lineno or 0) - node.body[0].lineno + 1
        for path in CODE
        for node in functions(path)
    }
    assert {name: length for name, length in lengths.items() if length >= LONGEST_FUNCTION} == {}


def test_every_module_says_what_it_is_for() -> None:
    assert [str(path) for path in CODE if not ast.get_docstring(tree(path))] == []


def test_what_is_public_is_documented_and_annotated() -> None:
    undocumented, unannotated = [], []
    for path in MODULES:
        for name, node in public(tree(path)):
            if not ast.get_docstring(node):
                undocumented.append(f"{path}: {name}")
            if isinstance(node, Function) and not (node.returns and all(map(typed, taken(node)))):
                unannotated.append(f"{path}: {name}")
    assert (undocumented, unannotated) == ([], [])


def typed(parameter: ast.arg) -> bool:
    return parameter.annotation is not None or parameter.arg in {"self", "cls"}


def test_the_packages_print_nothing_past_the_commands_writer() -> None:
    """``typer.echo`` knows what a terminal can show; ``print`` does not."""
    calls = ((path, node) for path in MODULES for node in ast.walk(tree(path)) if isinstance(node, ast.Call))
    assert [f"{path}:{c.lineno}" for path, c in calls if isinstance(c.func, ast.Name) and c.func.id == "print"] == []


def test_errors_are_named_where_they_are_caught_and_told_where_they_are_found() -> None:
    """No bare ``except``, and no ``assert``, which ``python -O`` leaves out."""
    nodes = [(path, node) for path in MODULES for node in ast.walk(tree(path))]
    bare = [f"{path}:{n.lineno}" for path, n in nodes if isinstance(n, ast.ExceptHandler) and n.type is None]
    assert bare == []
    assert [f"{path}:{n.lineno}" for path, n in nodes if isinstance(n, ast.Assert)] == []


def commands() -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    """The program, its groups and its commands, each with what is typed for it."""

    def below(command: TyperCommand | TyperGroup, typed: str) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
        yield typed, command
        if isinstance(command, TyperGroup):
            context = command.context_class(command)
            for name in command.list_commands(context):
                # the program loads a command when it is asked for
                yield from below(command.get_command(context, name), f"{typed} {name}")

    yield from below(get_command(build()), "zawiya")


def test_every_command_and_option_has_its_help() -> None:
    silent = [typed for typed, command in commands() if not command.help]
    for typed, command in commands():
        silent += [f"{typed} {param.name}" for param in command.params if not getattr(param, "help", None)]
    assert silent == []
    assert len(list(commands())) > 10


@pytest.mark.parametrize("schema", [InferSettings, TrainSettings, PretrainSettings])
def test_every_setting_is_documented(schema: type) -> None:
    silent = [
        name for name, field, _, owner in settings_of(schema) if f":param {field.name}:" not in (owner.__doc__ or "")
    ]
    assert silent == []


def unsaid(text: str) -> list[str]:
    """Keys of a config that stand under no comment and beside none.

    A comment says what is below it up to the next blank line or section, so two keys that belong together share one; that
    of a section's own key says what is in the section.
    """
    found, said = [], None
    for line in text.splitlines():
        key, indent = line.strip(), len(line) - len(line.lstrip())
        if not key:
            said = None
        elif key.startswith("#"):
            said = indent
        elif key.endswith(":"):
            said = indent + 2 if said == indent else None
        elif said != indent and "  #" not in line:
            found.append(key.partition(":")[0])
    return found


def test_a_key_without_a_comment_is_found() -> None:
    config = """\
# Told.
one: 1
two: 2

three: 3
four: 4  # told
# Told.
five:
  six: 6
seven:
  eight: 8
"""
    assert unsaid(config) == ["three", "eight"]


@pytest.mark.parametrize("path", CONFIGS, ids=str)
def test_a_shipped_config_says_what_each_of_its_keys_does(path: Path) -> None:
    assert set(unsaid((ROOT / path).read_text(encoding="utf-8"))) <= PLAIN


def test_docstrings_name_parameters_that_there_are() -> None:
    wrong = []
    for path in MODULES:
        for name, node in public(tree(path)):
            said = set(re.findall(r":param (\w+):", ast.get_docstring(node) or ""))
            wrong += [f"{path}: {name} has no {each}" for each in sorted(said - set(parameters(node)))]
    assert wrong == []


def parameters(node: Function | ast.ClassDef) -> Iterator[str]:
    """What a function takes; what a class takes, or keeps under a name of its own."""
    if isinstance(node, ast.ClassDef):
        yield from (f.target.id for f in node.body if isinstance(f, ast.AnnAssign) and isinstance(f.target, ast.Name))
        for made in (f for f in node.body if isinstance(f, Function) and f.name == "__init__"):
            yield from parameters(made)
            yield from (a.attr for a in ast.walk(made) if isinstance(a, ast.Attribute) and isinstance(a.ctx, ast.Store))
        return
    yield from (one.arg for one in taken(node))


def taken(node: Function) -> Iterator[ast.arg]:
    """The parameters of a function."""
    given = node.args
    yield from filter(None, (*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg))
