"""What a page tells a reader to type, and what it says that this prints: read off the page, checked, and run."""

import contextlib
import io
import re
import shlex
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import typer
from typer.core import TyperGroup
from typer.main import get_command
from typer.testing import CliRunner

from zawiya.__main__ import build

ROOT = Path(__file__).resolve().parent.parent
#: What a page's commands may name besides what they made themselves.
SHIPPED = ("configs", "data", "models")
#: Programs that are run as they stand, and those that are only known to exist: they change the environment they run in.
HARMLESS = {"cp", "mkdir", "rm"}
KNOWN = HARMLESS | {"zawiya", "cd", "git", "make", "pip", "pipx", "python", "source", "torchrun", "mkdocs"}
#: A name in capitals stands for something of the reader's.
PLACEHOLDER = re.compile(r"(?<![A-Za-z])[A-Z][A-Z_]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page, with what stands behind the fence as its language."""

    language: str
    text: str


def fenced(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", page, flags=re.MULTILINE | re.DOTALL)
    return [Block(language, text) for language, text in found]


def typed(text: str) -> list[list[str]]:
    """The commands of a block, each as its words; comments are gone and lines that go on are joined."""
    lines = re.sub(r"\\\n\s*", " ", text).splitlines()
    parts = [part for line in lines for part in line.split(" && ")]
    return [words for part in parts if (words := shlex.split(part, comments=True))]


def zawiya(*arguments: str) -> str:
    """What a command of the program prints on a terminal of 80 columns; it has to end well."""
    done = CliRunner().invoke(build(), list(arguments), catch_exceptions=False, env={"COLUMNS": "80"})
    assert done.exit_code == 0, f"zawiya {shlex.join(arguments)}: {done.output}"
    return done.stdout


def fault_of(words: list[str]) -> str | None:
    """Why a command cannot be what a reader should type; None where it can."""
    if words[0] not in KNOWN:
        return f"{words[0]}: unknown program; {sorted(KNOWN)}"
    for word in words[1:]:
        path = word.rpartition("=")[2].strip("[]")
        if path.split("/")[0] in SHIPPED and not PLACEHOLDER.search(path) and not (ROOT / path).exists():
            return f"{path}: is not in the repository"
    if "zawiya" in words[:5]:
        return _misuse(words[words.index("zawiya") + 1 :])
    return None


def _misuse(arguments: list[str]) -> str | None:
    command = get_command(build())
    context = command.context_class(command, info_name="zawiya")
    while isinstance(command, TyperGroup) and arguments and not arguments[0].startswith("-"):
        name, *arguments = arguments
        command = command.get_command(context, name)
        if command is None:
            return f"zawiya has no command {name}"
        context = command.context_class(command, info_name=name, parent=context)
    if isinstance(command, TyperGroup):
        # options of a group act as soon as they are parsed
        known = {option for param in command.params for option in param.opts} | {"--help"}
        return next((f"no such option: {word}" for word in arguments if word not in known), None)
    try:
        # parses and converts as the program does, and runs nothing
        command.parse_args(context, list(arguments))
    except typer.Exit:
        return None  # --help
    except Exception as error:
        # typer raises click's errors or its own copies of them, by its version
        if not hasattr(error, "format_message"):
            raise
        return str(error.format_message())
    return None


def furnish(world: Path) -> None:
    """Make a folder what a clone is to a command: what ships can be named, and results can be written beside it."""
    for name in SHIPPED:
        (world / name).symlink_to(ROOT / name)


def follow(
    page: str, *, skipped: Collection[str] = (), adding: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> Iterator[tuple[str, str]]:
    """Do in the present folder what a page says, block by block, and give what it shows with what was printed.

    ``sh`` blocks are run, ``python`` blocks too, all in one namespace; ``yaml`` blocks that begin with a comment of one
    file name are written there; a ``text`` block shows what the block before it prints.

    :param skipped: beginnings of commands that are left out, beside those that name something of the reader's.
    :param adding: what is added to commands, by their beginnings.
    """
    printed = ""
    names: dict[str, object] = {"__name__": "page"}
    for block in fenced(page):
        match block.language:
            case "sh":
                kept = [words for words in typed(block.text) if not _left_out(words, skipped)]
                printed = "".join(_run([*words, *_added(words, adding)]) for words in kept)
            case "python":
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    exec(compile(block.text, "page", "exec"), names)
                printed = said.getvalue()
            case "yaml" if named := re.match(r"# ([\w.-]+)\n", block.text):
                Path(named[1]).write_text(block.text, encoding="utf-8")
            case "text":
                yield block.text, printed


def _added(words: list[str], adding: Mapping[str, Sequence[str]]) -> Sequence[str]:
    return next((more for start, more in adding.items() if " ".join(words).startswith(start)), ())


def _left_out(words: list[str], skipped: Collection[str]) -> bool:
    written = " ".join(words)
    runs = words[0] in HARMLESS | {"zawiya"} and not PLACEHOLDER.search(written)
    return not runs or any(written.startswith(start) for start in skipped)


def _run(words: list[str]) -> str:
    if words[0] == "zawiya":
        return zawiya(*words[1:])
    subprocess.run([shutil.which(words[0]) or words[0], *words[1:]], check=True)
    return ""


def unlike(shown: str, printed: str) -> list[str]:
    """Lines of a page that nothing printed resembles: numbers, which differ between processors, may be others."""

    def shapes(text: str) -> list[str]:
        return [re.sub(r"[\d.,]*\d", "0", " ".join(line.split())) for line in text.splitlines()]

    known = set(shapes(printed))
    return [line for line in shapes(shown) if line and "…" not in line and line not in known]
