"""Text shards for pre-training: plain files whose documents are separated by a blank line.

Documents are streamed, so memory stays flat; the price is that shards are read in order rather than shuffled.
"""

import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from zawiya.errors import ZawiyaError

_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of plain text, and how often its text is seen in an epoch."""

    path: Path
    weight: float = 1.0

    @property
    def name(self) -> str:
        """What the shard is called, its file's name without endings."""
        return self.path.name.partition(".txt")[0]


def find_shards(folder: Path, weights: Mapping[str, float]) -> list[Shard]:
    """The shards of a folder with the weight of the first pattern that each name matches, the heaviest first.

    :raises ZawiyaError: when nothing matches.
    """
    shards = weighed(sorted(folder.glob("*.txt*")), weights)
    if not shards:
        raise ZawiyaError(
            f"{folder}: expected text shards (*.txt, *.txt.xz) matching {list(weights)}, found none. "
            "Point `text.shards` at a folder of plain Arabic text, documents separated by a blank line."
        )
    return shards


def weighed(paths: Iterable[Path], weights: Mapping[str, float]) -> list[Shard]:
    """Files with the weight of the first pattern that each name matches, the heaviest first; others are left out."""
    shards = []
    for path in paths:
        weight = next((weight for pattern, weight in weights.items() if path.match(pattern)), 0.0)
        if weight > 0:
            shards.append(Shard(path, weight))
    return sorted(shards, key=lambda shard: -shard.weight)


def open_text(path: Path) -> IO[str]:
    """A text shard opened for reading, xz or plain."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def documents(shard: Shard) -> Iterator[str]:
    """The documents of a shard.

    :raises ZawiyaError: when the file is not text, or breaks off.
    """
    lines: list[str] = []
    try:
        with open_text(shard.path) as stream:
            for line in stream:
                if line.strip():
                    lines.append(line)
                elif lines:
                    yield "".join(lines)
                    lines = []
    except (OSError, EOFError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise ZawiyaError(f"{shard.path}: expected plain text in UTF-8 ({error}); copy the file anew") from error
    if lines:
        yield "".join(lines)


def passages(texts: Iterable[str], *, characters: int = 600) -> Iterator[str]:
    """Stretches of a few sentences each, in which documents are tokenised."""
    for document in texts:
        held = ""
        for sentence in _SENTENCE_END.split(document):
            if held and len(held) + len(sentence) > characters:
                yield held
                held = ""
            held = f"{held} {sentence}" if held else sentence
        if held:
            yield held
