"""From labelled articles to what the model learns: windows with labels for stance, holder and frames.

The matcher runs over every labelled sentence, so that its mistakes become examples of not-an-actor: the model learns
to reject exactly what it will be shown.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zawiya.actors import ActorFinder
from zawiya.corpus import read_corpus
from zawiya.errors import ZawiyaError
from zawiya.inputs import FIXED_HOLDERS, NOT_AN_ACTOR, STANCE_LABELS, Encoder, Window
from zawiya.records import Article, Mention, Sentence

from .model import IGNORED
from .settings import DataSettings


@dataclass(frozen=True, slots=True)
class Example:
    """A window with its labels.

    :param stance: for each target an index into ``STANCE_LABELS``, or ``IGNORED``.
    :param holder: [targets, 2 + targets] of zeros and ones at the acceptable holders; zeros only where none is known.
    :param frames: for each frame of the model 0 or 1.
    """

    window: Window
    stance: tuple[int, ...]
    holder: NDArray[np.float32]
    frames: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """The articles of a run: to learn from, to choose by, and, for each test file, to score once.

    :param test: by folder and name of the file, ``corpus/test``.
    """

    train: tuple[Article, ...]
    dev: tuple[Article, ...]
    test: Mapping[str, tuple[Article, ...]]


def load_split(settings: DataSettings) -> Split:
    """Read the files of a config.

    :raises ZawiyaError: when a file is missing or not in the corpus format.
    """

    def articles(paths: Iterable[str]) -> list[Article]:
        return [article for path in paths for article in read_corpus(Path(path))]

    held_out = _ids(Path(settings.held_out)) if settings.held_out else set()
    extra = [article for article in articles(settings.extra) if not held_out & _actors(article)]
    kept = [article for article in extra if _share_of(article) < settings.extra_dev_share]
    held = {article.id for article in kept}
    return Split(
        train=(*articles(settings.train), *(article for article in extra if article.id not in held)),
        dev=(*articles(settings.dev), *kept),
        test={_test_name(path): tuple(articles([path])) for path in settings.test},
    )


def _ids(path: Path) -> set[str]:
    try:
        return set(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError) as error:
        raise ZawiyaError(f"{path}: expected a file of actor ids, one a line, could not read it ({error})") from error


def _test_name(path: str) -> str:
    return "/".join(Path(path).with_suffix("").parts[-2:])


def _actors(article: Article) -> set[str]:
    return {mention.actor for sentence in article.sentences for mention in sentence.mentions}


def _share_of(article: Article) -> float:
    """A number in [0, 1) that depends on the article's text alone."""
    return int.from_bytes(hashlib.sha256(article.text.encode()).digest()[:4], "big") / 2**32


def with_candidates(article: Article, finder: ActorFinder) -> tuple[Sentence, ...]:
    """The article's sentences with the labelled mentions first and, after them, the matcher's other finds (stance None)."""
    found = finder.find(article)
    sentences = []
    for labelled, matched in zip(article.sentences, found.sentences, strict=True):
        extra = [
            mention
            for mention in matched.mentions
            if not any(mention.start < gold.end and gold.start < mention.end for gold in labelled.mentions)
        ]
        sentences.append(replace(labelled, mentions=(*labelled.mentions, *extra)))
    return tuple(sentences)


def make_examples(
    articles: Iterable[Article], *, finder: ActorFinder, encoder: Encoder, frames: Sequence[str]
) -> list[Example]:
    """Examples of all sentences that are not furniture."""
    examples: list[Example] = []
    for article in articles:
        sentences = [s for s in with_candidates(article, finder) if s.role != "furniture"]
        for window in encoder.encode(sentences):
            examples.append(_example(sentences[window.sentence], window, frames))
    return examples


def _example(sentence: Sentence, window: Window, frames: Sequence[str]) -> Example:
    mentions = [sentence.mentions[index] for index in window.mentions]
    rows = {mention.actor for mention in sentence.mentions if mention.stance is not None}
    holder = np.zeros((len(mentions), len(FIXED_HOLDERS) + len(mentions)), dtype=np.float32)
    for target, mention in enumerate(mentions):
        if mention.holder in FIXED_HOLDERS:
            holder[target, FIXED_HOLDERS.index(mention.holder)] = 1.0
        elif mention.holder is not None:
            for other, candidate in enumerate(mentions):
                if candidate.actor == mention.holder:
                    holder[target, len(FIXED_HOLDERS) + other] = 1.0
    return Example(
        window=window,
        stance=tuple(_stance_label(mention, rows) for mention in mentions),
        holder=holder,
        frames=tuple(int(frame in sentence.frames) for frame in frames),
    )


def _stance_label(mention: Mention, rows: set[str]) -> int:
    if mention.stance is not None:
        return STANCE_LABELS.index(mention.stance)
    # a second mention of an actor with a row: it names an actor, and its own stance is not known
    return IGNORED if mention.actor in rows else STANCE_LABELS.index(NOT_AN_ACTOR)
