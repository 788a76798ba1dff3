"""`zawiya train` as a user runs it: a folder with corpus, lists, encoder and config, and a process of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import letter_tokenizer
from zawiya import config
from zawiya.corpus import write_corpus
from zawiya.inputs import Encoder
from zawiya.records import Article
from zawiya.train.settings import TrainSettings

from .conftest import ACTORS, FRAMES, small_articles

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
    write_encoder(folder / "encoder")
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


def write_encoder(folder: Path) -> Path:
    """One small ELECTRA layer over the letter tokenizer."""
    import torch
    from transformers import ElectraConfig, ElectraModel

    from zawiya.train.pretrain.tokenizer import save_tokenizer

    torch.manual_seed(1)
    encoder = Encoder.of(letter_tokenizer(), longest=32)
    shape = ElectraConfig(
        vocab_size=encoder.tokenizer.get_vocab_size(),
        embedding_size=16,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    ElectraModel(shape).save_pretrained(folder)
    save_tokenizer(encoder.tokenizer, folder, longest=64)
    return folder


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of a process that keeps what it fetches and prepares under ``home``."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.upper().startswith(("HF_", "HUGGING", "RANK", "WORLD_SIZE", "LOCAL_RANK"))
    }
    ours = {
        "HF_HOME": str(home / "hf"),
        "HF_DATASETS_CACHE": str(home / "hf/datasets"),
        "HF_HUB_OFFLINE": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_XET": "1",
        "OMP_NUM_THREADS": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "NO_PROXY": "127.0.0.1",
    }
    return kept | ours | more


def start(arguments: Iterable[object], cwd: Path, **env: str) -> subprocess.Popen[str]:
    """Start a Python process in a folder, and a process group, of its own."""
    return subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=cwd,
        env=environment(cwd, **env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What a process said and ended with."""
    try:
        out, err = process.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def python(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run Python to its end."""
    return ended(start(arguments, cwd, **env))


def zawiya(*arguments: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    return python("-m", "zawiya", *arguments, cwd=cwd, **env)


def done(result: subprocess.CompletedProcess[str]) -> str:
    """What a process that ended well has printed."""
    assert result.returncode == 0, result.stderr[-4000:]
    return result.stdout


def refused(result: subprocess.CompletedProcess[str]) -> str:
    """What a process said that ended with a message, as it must, and without a traceback."""
    assert result.returncode == 2, (result.returncode, result.stderr[-4000:])
    assert "Traceback" not in result.stderr
    return result.stderr


def interrupt(process: subprocess.Popen[str], number: int, *, when: Callable[[], bool]) -> subprocess.CompletedProcess:
    """Send a process a signal as soon as something is so."""
    while not when():
        assert process.poll() is None, process.communicate()
        time.sleep(0.005)
    os.kill(process.pid, number)
    return ended(process)


def checkpoints(out: Path) -> list[Path]:
    """The checkpoints of a run that were written whole, oldest first."""
    states = out.glob("checkpoints/*/checkpoint-*/trainer_state.json")
    return sorted((state.parent for state in states), key=lambda path: int(path.name.rpartition("-")[2]))


def comparable(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """Metrics less what depends on the clock."""
    return {key: value for key, value in metrics.items() if key != "seconds"}
