"""What an installation weighs and how long it takes to start: the wheel alone, and with extras, in environments of their own.

    python benchmarks/installing.py            some minutes, and a package index; writes benchmarks/results/installing.json
                                               and the table of docs/installing.md

Every time is the median over rounds that take all commands in turn, so that what else the machine does meets them alike,
and stands beside the start of a Python that does nothing. Files are in the system's cache, as they are on a second call.
"""

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results" / "installing.json"
DOCUMENT = ROOT / "docs" / "installing.md"
#: The wheel alone, and with one extra each.
ENVIRONMENTS = {"light": "", "report": "[report]", "annotate": "[annotate]", "train": "[train]"}
SENTENCE = "اتهمت موسكو واشنطن بالسعي إلى إشاعة الفوضى قرب حدودها.\n"
#: What is timed, by what the table calls it; {bin} is the environment's, {out} a folder that is not there yet.
COMMANDS = {
    "`python -c pass`": ("{bin}/python", "-c", "pass"),
    "`import zawiya`": ("{bin}/python", "-c", "import zawiya"),
    "`from zawiya import Labeler`": ("{bin}/python", "-c", "from zawiya import Labeler"),
    "a command completed": ("{bin}/zawiya",),
    "`zawiya --version`": ("{bin}/zawiya", "--version"),
    "`zawiya infer`, one sentence": ("{bin}/zawiya", "infer", "{article}", "--out", "{out}", "--quiet"),
}
COMPLETING = {"_ZAWIYA_COMPLETE": "complete_bash", "COMP_WORDS": "zawiya in", "COMP_CWORD": "1"}
LEFT_OUT = shutil.ignore_patterns(".*", "runs", "out", "build", "dist", "__pycache__", "*.egg-info")


def wheel(folder: Path) -> Path:
    """The wheel, built from a copy of this tree unless the folder has one."""
    if not list(folder.glob("zawiya-*.whl")):
        shutil.copytree(ROOT, folder / "source", ignore=LEFT_OUT)
        pip(Path(sys.executable), "wheel", "--no-deps", "--wheel-dir", str(folder), str(folder / "source"))
    [built] = folder.glob("zawiya-*.whl")
    return built


def pip(python: Path, *arguments: str) -> None:
    command = [str(python), "-m", "pip", arguments[0], "--quiet", "--disable-pip-version-check", *arguments[1:]]
    subprocess.run(command, check=True)


def environment(folder: Path, built: Path, extra: str) -> Path:
    """An environment with the wheel and an extra, in the versions of constraints.txt, unless it is there."""
    ready = folder / "ready"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip(folder / "bin/python", "install", "--constraint", str(ROOT / "constraints.txt"), f"{built}{extra}")
        ready.touch()
    return folder


def weight(folder: Path) -> dict[str, int]:
    """Packages, and millions of bytes on disk, pip and the bytecode among them."""
    installed = folder.glob("lib/python*/site-packages/*.dist-info")
    size = sum(path.lstat().st_blocks * 512 for path in folder.rglob("*"))
    return {"packages": len(list(installed)), "megabytes": round(size / 1e6)}


def times(folders: dict[str, Path], scratch: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds of each command in each environment: the median over the rounds."""
    article = scratch / "article.txt"
    article.write_text(SENTENCE, encoding="utf-8")
    taken: dict[str, dict[str, list[float]]] = {name: {what: [] for what in COMMANDS} for name in folders}
    # the first round fills the system's cache and is not counted
    for turn in range(rounds + 1 if rounds else 0):
        for name, folder in folders.items():
            for what, command in COMMANDS.items():
                places = {"bin": folder / "bin", "article": article, "out": scratch / f"{name}-{turn}"}
                line = [part.format(**places) for part in command]
                around = {**os.environ, **(COMPLETING if len(line) == 1 else {})}
                begun = time.perf_counter()
                subprocess.run(line, check=True, stdout=subprocess.DEVNULL, cwd=scratch, env=around)
                taken[name][what].append(time.perf_counter() - begun)
    return {
        name: {what: round(statistics.median(ones[1:]), 3) for what, ones in by.items() if ones}
        for name, by in taken.items()
    }


def table(found: dict[str, Any]) -> Iterator[str]:
    """The table of docs/installing.md, line by line."""
    environments = found["environments"]
    yield f"| | {' | '.join(name if name == 'light' else f'`{name}`' for name in environments)} |"
    yield f"|---|{'---:|' * len(environments)}"
    yield f"| packages | {' | '.join(str(one['packages']) for one in environments.values())} |"
    yield f"| MB on disk | {' | '.join(format(one['megabytes'], ',') for one in environments.values())} |"
    bare = next(iter(COMMANDS))
    # none where nothing was timed
    for what in next(iter(environments.values()))["seconds"]:
        cells = []
        for one in environments.values():
            seconds = one["seconds"][what]
            ratio = "" if what == bare else f" ({seconds / one['seconds'][bare]:.1f})"
            cells.append(f"{seconds:.2f}{ratio}")
        yield f"| {what} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9, help="0 weighs and times nothing")
    parser.add_argument("--keep", type=Path, help="folder for the environments, to take them from the next time")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        kept = chosen.keep or scratch / "kept"
        kept.mkdir(parents=True, exist_ok=True)
        built = wheel(kept)
        folders = {name: environment(kept / name, built, extra) for name, extra in ENVIRONMENTS.items()}
        weights = {name: weight(folder) for name, folder in folders.items()}
        seconds = times(folders, scratch, chosen.rounds)
        found = {
            "python": platform.python_version(),
            "cores": os.cpu_count(),
            "rounds": chosen.rounds,
            "wheel_megabytes": round(built.stat().st_size / 1e6),
            "environments": {name: {**weights[name], "seconds": seconds[name]} for name in folders},
        }
    RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = "\n".join(table(found))
    print(lines)
    text = DOCUMENT.read_text(encoding="utf-8")
    pattern = r"(<!-- measured -->\n).*?(<!-- /measured -->)"
    DOCUMENT.write_text(
        re.sub(pattern, lambda found: f"{found[1]}\n{lines}\n\n{found[2]}", text, flags=re.DOTALL), encoding="utf-8"
    )


if __name__ == "__main__":
    main()
