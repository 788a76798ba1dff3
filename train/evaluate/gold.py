"""The files that a model is judged on: read, checked against the model, and numbered."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from zawiya.actors import ActorFinder
from zawiya.errors import FaultsError
from zawiya.integrity import sha256
from zawiya.records import STANCES, Article, Sentence

from ..scores import holder_kinds
from ..sources import content, read_all, renamed, short_names, unknown_labels


@dataclass(frozen=True)
class GoldFile:
    """A file of labelled articles.

    :param name: short name, ``corpus/test``.
    """

    name: str
    path: str
    articles: tuple[Article, ...]

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Those that are labelled, furniture left out."""
        return content(self.articles)

    @cached_property
    def article_of(self) -> list[int]:
        """For each sentence the number of its article."""
        return [number for number, article in enumerate(self.articles) for _ in content([article])]

    def listed(self, finder: ActorFinder) -> tuple[Sentence, ...] | None:
        """The sentences with the actors that a list finds in them, without labels; None where it is an open set."""
        if not finder.actor_ids:
            return None
        return tuple(content([finder.find(article) for article in self.articles]))

    def support(self, frames: Sequence[str]) -> dict[str, int]:
        """Number of labels of each kind."""
        stances = Counter(m.stance for s in self.sentences for m in s.mentions)
        holders = Counter(holder_kinds(np.array([m.holder or "" for s in self.sentences for m in s.mentions])).tolist())
        given = Counter(frame for s in self.sentences for frame in s.frames)
        return {
            **{f"stance.{name}": stances[name] for name in STANCES},
            **{f"holder.{kind}": count for kind, count in sorted(holders.items()) if kind},
            **{f"frames.{frame}": given[frame] for frame in frames},
        }

    @cached_property
    def sha256(self) -> str:
        """Of the file as it is now."""
        return sha256(Path(self.path))


def read_gold(
    paths: Sequence[Path],
    *,
    actors: Sequence[str],
    frames: Sequence[str],
    rename_frames: Mapping[str, str | None] | None = None,
) -> list[GoldFile]:
    """Read the files to judge by.

    :param actors: ids of the actor list; an empty list is an open set.
    :param frames: ids of the model's frames.
    :param rename_frames: what frames of the files are called in the model; None drops one.
    :raises ZawiyaError: when a file is missing; its subclass FaultsError with every fault of all files.
    """
    names = [str(path) for path in dict.fromkeys(paths)]
    read = {
        path: tuple(renamed(article, rename_frames or {}) for article in articles)
        for path, articles in read_all(names).items()
    }
    faults = [f"{path}: {fault}" for path in names for fault in _faults(read[path], actors, frames)]
    if faults:
        raise FaultsError("data to evaluate on", faults)
    return [GoldFile(name, path, read[path]) for name, path in zip(short_names(names), names, strict=True)]


def _faults(articles: Sequence[Article], actors: Sequence[str], frames: Sequence[str]) -> Iterator[str]:
    sentences = content(articles)
    if not sentences:
        yield "expected labelled sentences, found none; name a corpus file with articles that are not all furniture"
        return
    rows = [m for s in sentences for m in s.mentions]
    unlabelled = sum(m.stance is None for m in rows)
    if unlabelled:
        yield (
            f"{unlabelled} of {len(rows)} rows have no stance, so there is nothing to compare with; label them "
            "(stance: favor, against or neutral), or leave them out"
        )
    elif not rows and not any(s.frames for s in sentences):
        yield "has no labels: no sentence has an actor row or a frame; label it before a model is judged by it"
    repeated = [name for name, count in Counter(article.id for article in articles).items() if count > 1]
    if repeated:
        yield f"{len(repeated)} ids stand for several articles, {repeated[0]!r} among them; give each article its own"
    unasked = not frames and any(s.frames for s in sentences)
    if unasked:
        yield "has frames, and the model knows none; judge a model that was trained with a frame list"
    yield from unknown_labels(articles, actors, frames)


def looks_predicted(gold: GoldFile) -> bool:
    """Whether the labels carry a model's scores."""
    return any(s.frame_scores or any(m.scores for m in s.mentions) for s in gold.sentences)
