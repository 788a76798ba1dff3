"""What a format is: how its files are read, the frames that it labels, and where the set comes from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from zawiya.records import Article


class Frame(NamedTuple):
    """A frame as a frame list holds it."""

    id: str
    arabic: str
    english: str
    definition: str


@dataclass(frozen=True, slots=True)
class Format:
    """A labelled set as it is published.

    :param read: the articles of one file, each with an id of its own within the file. An article without sentences is
        a row that the set leaves unlabelled: it is counted and not written. ``Article.warnings`` says in fixed words
        what was repaired or left out, so that it can be counted.
    :param description: one line: what is labelled, and where the set comes from.
    :param frames: that the set labels, in their order; empty where it labels none.
    """

    read: Callable[[Path], Iterator[Article]]
    description: str
    frames: tuple[Frame, ...] = ()
