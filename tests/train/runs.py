"""`zawiya train` as a user runs it: a folder with corpus, lists, encoder and config, and a process of its own."""

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import yaml

from tests.tiny_encoders import tiny_electra
from zawiya import config
from zawiya.corpus import write_corpus
from zawiya.records import Article
from zawiya.train.settings import TrainSettings

from .conftest import ACTORS, FRAMES, small_articles

_HOMES: list[tempfile.TemporaryDirectory] = []
ACTOR_LIST = {
    "version": 1,
    "actors": [
        {"id": name, "kind": "state", "arabic": arabic, "english": name, "names": [arabic]} for name, arabic in ACTORS
    ],
}
FRAME_LIST = {
    "version": 1,
    "frames": [{"id": name, "arabic": name, "english": name, "definition": name} for name in FRAMES],
}


def write_yaml(path: Path, values: object) -> Path:
    """Write a file that people could have written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def many_articles(prefix: str, copies: int, *, events: int = 1) -> list[Article]:
    """The small corpus several times, told of as many events."""
    return [
        replace(article, topic=f"event-{copy % events}")
        for copy in range(copies)
        for article in small_articles(f"{prefix}{copy}-")
    ]


def write_world(folder: Path, *, copies: int = 4, events: int = 1, **settings: Any) -> Path:
    """Fill a folder with all that a run needs, and give the path of its config.

    :param copies: of the small corpus to learn from.
    :param settings: to lay over the config, dots of their names written as ``__``.
    """
    write_corpus(folder / "train.jsonl", many_articles("t", copies, events=events))
    for name in ("dev", "test"):
        write_corpus(folder / f"{name}.jsonl", many_articles(name, 1))
    write_yaml(folder / "actors.yaml", ACTOR_LIST)
    write_yaml(folder / "frames.yaml", FRAME_LIST)
    tiny_electra(folder / "encoder", heads=4)
    values: dict[str, Any] = {
        "name": "tiny",
        "out": "out",
        "actors": "actors.yaml",
        "frames": "frames.yaml",
        "quantise": "none",
        "data": {"train": ["train.jsonl"], "dev": ["dev.jsonl"], "test": ["test.jsonl"]},
        "model": {"encoder": "encoder", "longest": 32},
        "trainer": {"epochs": 3, "batch_size": 8, "learning_rate": 2e-3, "head_learning_rate": 2e-3},
    }
    laid_over = [f"{name.replace('__', '.')}={value}" for name, value in settings.items()]
    return write_yaml(folder / "config.yaml", config.override(values, laid_over))


def loaded(path: Path, *settings: str) -> TrainSettings:
    """The settings of a world's config."""
    return config.load(TrainSettings, path, list(settings))


def environment(home: Path) -> dict[str, str]:
    """The environment of a process that keeps what it fetches and prepares under ``home``."""
    dropped = ("HF_", "HUGGING", "RANK", "WORLD_SIZE", "LOCAL_RANK")
    ours = {
        "HF_HOME": str(home / "hf"),
        "HF_DATASETS_CACHE": str(home / "hf/datasets"),
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "NO_PROXY": "127.0.0.1",
    }
    return {key: value for key, value in os.environ.items() if not key.upper().startswith(dropped)} | ours


@dataclass(frozen=True)
class Result:
    """What a process printed, what it said, and how it ended."""

    status: int
    out: str
    err: str

    def done(self) -> str:
        """What it printed, if it ended well."""
        assert self.status == 0, self.err[-4000:]
        return self.out

    def refused(self) -> str:
        """What it said, if it ended with a message for the user, as it must, and without a traceback."""
        assert self.status == 2, (self.status, self.err[-4000:])
        assert "Traceback" not in self.err, self.err[-4000:]
        return self.err


def python(*arguments: object, cwd: Path, **env: str) -> Result:
    """Run Python to its end."""
    ran = subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(cwd) | env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )
    return Result(ran.returncode, ran.stdout, ran.stderr)


class Process:
    """The program in a process of its own, split off from one that has its modules loaded, which saves seconds."""

    def __init__(self, server: Any, arguments: Sequence[object], cwd: Path) -> None:
        self._output = tempfile.TemporaryDirectory()
        self._out, self._err = (Path(self._output.name) / name for name in ("out", "err"))
        self._process = server.Process(
            target=_program, args=([str(each) for each in arguments], str(cwd), str(self._out), str(self._err))
        )
        self._process.start()

    def end(self) -> Result:
        """Wait for its end."""
        self._process.join(timeout=300)
        if self._process.exitcode is None:
            self._process.kill()
            raise AssertionError(self._err.read_text(encoding="utf-8")[-4000:])
        # a process that was killed at once has not opened them
        said = [path.read_text(encoding="utf-8") if path.exists() else "" for path in (self._out, self._err)]
        self._output.cleanup()
        return Result(self._process.exitcode, *said)

    def send(self, number: int, *, when: Callable[[], bool]) -> Result:
        """Send it a signal as soon as something is so, and wait for its end."""
        while not when():
            if self._process.exitcode is not None:
                raise AssertionError(f"ended before the signal: {self.end()}")
            time.sleep(0.002)
        os.kill(self._process.pid, number)
        return self.end()

    def kill_after(self, seconds: float) -> Result:
        """Kill it after a while, if it has not ended."""
        self._process.join(timeout=seconds)
        if self._process.exitcode is None:
            self._process.kill()
        return self.end()


@cache
def _server() -> Any:
    """What processes are split off from; it keeps what they fetch and prepare until the tests end."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["zawiya.__main__", "zawiya.train.replicates", "zawiya.train.tune"])
    _HOMES.append(tempfile.TemporaryDirectory())
    before = dict(os.environ)
    try:
        os.environ.update(environment(Path(_HOMES[0].name)))
        # the modules read their environment when they are loaded, which is now
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
    return context


def start(*arguments: object, cwd: Path) -> Process:
    """Start ``zawiya`` in a folder."""
    return Process(_server(), arguments, cwd)


def zawiya(*arguments: object, cwd: Path) -> Result:
    """Run ``zawiya`` to its end in a folder."""
    return start(*arguments, cwd=cwd).end()


def _program(arguments: list[str], cwd: str, out: str, err: str) -> None:
    os.setsid()
    os.chdir(cwd)
    for stream, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), stream)
    sys.argv = ["zawiya", *arguments]
    from zawiya.__main__ import main

    main()


def weights(folder: Path) -> dict[str, Any]:
    """The numbers of a finished model."""
    from safetensors.numpy import load_file

    return {name: held.tobytes() for name, held in load_file(folder / "model.safetensors").items()}


def checkpoints(out: Path) -> list[Path]:
    """The checkpoints of a run that were written whole, oldest first."""
    states = out.glob("checkpoints/*/checkpoint-*/trainer_state.json")
    return sorted((state.parent for state in states), key=lambda path: int(path.name.rpartition("-")[2]))


def metrics(folder: Path) -> dict[str, Any]:
    """The metrics of a finished model, less what depends on the clock."""
    written = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return {key: value for key, value in written.items() if key != "seconds"}
