"""Text shards for pre-training: plain files whose documents are separated by a blank line.

Documents are streamed, so memory stays flat; the price is that shards are read in order rather than shuffled.
"""

import lzma
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from zawiya.errors import ZawiyaError

_SENTENCE_END = re.compile(r"(?<=[.!?؟])\s+")


@dataclass(frozen=True, slots=True)
class Shard:
    """A file of plain text and the share of its documents that is used (1.0: each once)."""

    path: Path
    share: float = 1.0


def find_shards(folder: Path, shares: dict[str, float]) -> list[Shard]:
    """The shards of a folder, each with the share of the first pattern that its name matches; others are left out.

    :raises ZawiyaError: when nothing matches.
    """
    shards = []
    for path in sorted(folder.glob("*.txt*")):
        share = next((share for pattern, share in shares.items() if path.match(pattern)), 0.0)
        if share > 0:
            shards.append(Shard(path, share))
    if not shards:
        raise ZawiyaError(
            f"{folder}: expected text shards (*.txt, *.txt.xz) matching {list(shares)}, found none. "
            "Point `shards` at a folder of plain Arabic text, documents separated by a blank line."
        )
    return shards


def open_text(path: Path) -> IO[str]:
    """A text shard opened for reading, xz or plain."""
    if path.suffix == ".xz":
        return lzma.open(path, "rt", encoding="utf-8")
    return path.open(encoding="utf-8")


def documents(shard: Shard) -> Iterator[str]:
    """The documents of a shard; with a share below 1, an even selection of them."""
    taken = 0.0
    lines: list[str] = []
    with open_text(shard.path) as stream:
        for line in stream:
            if line.strip():
                lines.append(line)
                continue
            if lines:
                taken += shard.share
                if taken >= 1.0:
                    taken -= 1.0
                    yield "".join(lines)
                lines = []
    if lines and taken + shard.share >= 1.0:
        yield "".join(lines)


def passages(shards: Iterable[Shard], *, characters: int = 600) -> Iterator[str]:
    """Stretches of a few sentences each, the unit that vectors and tokenizers are trained on."""
    for shard in shards:
        for document in documents(shard):
            held = ""
            for sentence in _SENTENCE_END.split(document):
                if held and len(held) + len(sentence) > characters:
                    yield held
                    held = ""
                held = f"{held} {sentence}" if held else sentence
            if held:
                yield held
