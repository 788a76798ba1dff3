"""The articles of a run: read from the files of a config, divided, and checked before anything is learnt from them.

Every file is read before anything is learnt, so that all faults are told at once; the articles have to fit in memory.
"""

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zawiya.corpus import read_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import AUTHOR, OTHER, STANCES, Article, Sentence
from zawiya.taxonomy import Taxonomy

from .settings import DataSettings

#: A label with fewer rows is hardly learnt.
FEWEST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Split:
    """The articles of a run: to learn from, to choose by, and, for each test file, to score once.

    :param weights: of the articles to learn from, in their order.
    :param test: by folder and name of the file, ``corpus/test``.
    :param left_out: articles that name an actor held out.
    """

    train: tuple[Article, ...]
    weights: tuple[float, ...]
    dev: tuple[Article, ...]
    test: Mapping[str, tuple[Article, ...]]
    left_out: int = 0


def load_split(settings: DataSettings) -> Split:
    """Read the files of a config.

    :raises ZawiyaError: when a file is missing; its subclass FaultsError with every fault of the corpus files.
    """
    read = {
        path: tuple(renamed(article, settings.rename_frames) for article in articles)
        for path, articles in read_all([*(s.path for s in settings.train), *settings.dev, *settings.test]).items()
    }
    held_out = read_ids(Path(settings.held_out)) if settings.held_out else frozenset()
    train: list[Article] = []
    weights: list[float] = []
    dev = [article for path in settings.dev for article in read[path]]
    left_out = 0
    for source in settings.train:
        for article in read[source.path]:
            if held_out & _actors(article):
                left_out += 1
            elif _share_of(article) < source.dev_share:
                dev.append(article)
            else:
                train.append(article)
                weights.append(source.weight)
    test = {name: read[path] for name, path in zip(short_names(settings.test), settings.test, strict=True)}
    return Split(tuple(train), tuple(weights), tuple(dev), test, left_out)


def renamed(article: Article, names: Mapping[str, str | None]) -> Article:
    """The article with its frames under their names in the frame list, those that are dropped left out."""
    if not names:
        return article

    def frames(sentence: Sentence) -> tuple[str, ...]:
        given = (names.get(frame, frame) for frame in sentence.frames)
        return tuple(dict.fromkeys(frame for frame in given if frame is not None))

    return article.with_sentences(tuple(replace(s, frames=frames(s)) for s in article.sentences))


def read_all(paths: Sequence[str]) -> dict[str, tuple[Article, ...]]:
    """The articles of every file, each read once.

    :raises ZawiyaError: when a file is missing; its subclass FaultsError with the faults of all of them together.
    """
    read: dict[str, tuple[Article, ...]] = {}
    errors: list[ZawiyaError] = []
    for path in dict.fromkeys(paths):
        try:
            read[path] = tuple(read_corpus(Path(path)))
        except ZawiyaError as error:
            errors.append(error)
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise FaultsError("data", [str(error) for error in errors])
    return read


def read_ids(path: Path) -> frozenset[str]:
    """The actor ids of a file, one a line.

    :raises ZawiyaError: when it cannot be read.
    """
    try:
        return frozenset(path.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError) as error:
        raise ZawiyaError(f"{path}: expected a file of actor ids, one a line, could not read it ({error})") from error


def short_names(paths: Sequence[str]) -> list[str]:
    """What files are called where they are scored: folder and name, ``corpus/test``, or the path where that is not one's own."""
    names = ["/".join(Path(path).with_suffix("").parts[-2:]) for path in paths]
    return [name if names.count(name) == 1 else path for name, path in zip(names, paths, strict=True)]


def _actors(article: Article) -> set[str]:
    return {mention.actor for sentence in article.sentences for mention in sentence.mentions}


def _share_of(article: Article) -> float:
    """A number in [0, 1) that depends on the article's text alone."""
    return int.from_bytes(hashlib.sha256(article.text.encode(errors="replace")).digest()[:4], "big") / 2**32


def content(articles: Iterable[Article]) -> list[Sentence]:
    """The sentences that are labelled: all that are not furniture."""
    return [s for article in articles for s in article.sentences if s.role != "furniture"]


def check_labels(split: Split, taxonomy: Taxonomy) -> tuple[str, ...]:
    """What a model would hardly learn from these articles, in plain words.

    :raises FaultsError: with every label that the taxonomy does not know, and every part without sentences.
    """
    labelled = [article for part in (split.train, split.dev, *split.test.values()) for article in part]
    faults = [*unknown_labels(labelled, taxonomy.actor_ids, taxonomy.frame_ids), *_empty(split)]
    if faults:
        raise FaultsError("data", faults)
    return tuple(_rare(split, taxonomy))


def unknown_labels(articles: Iterable[Article], actor_ids: Sequence[str], frame_ids: Sequence[str]) -> Iterator[str]:
    """Labels of articles that stand in neither list, a line each; an empty list knows every label."""
    actors: Counter[str] = Counter()
    frames: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for sentence in (s for article in articles for s in article.sentences):
        frames.update(sentence.frames)
        actors.update(mention.actor for mention in sentence.mentions)
        holders.update(mention.holder for mention in sentence.mentions if mention.holder)
    known = set(actor_ids)
    # an empty list is an open set: targets go by their own names
    if known:
        for name in sorted(set(actors) - known):
            yield f"actor {name!r} ({actors[name]} rows) is not in the actor list; add it there, or name another list"
        for name in sorted(set(holders) - known - {AUTHOR, OTHER}):
            yield f"holder {name!r} ({holders[name]} rows) is not in the actor list; add it there, or write `other`"
    # an empty frame list asks about no frame at all
    for name in sorted(set(frames) - set(frame_ids)):
        if frame_ids:
            yield (
                f"frame {name!r} ({frames[name]} sentences) is not in the frame list; add it there, or rename or drop it "
                "by `data.rename_frames`"
            )


def _empty(split: Split) -> Iterator[str]:
    for name, articles in (("data.train", split.train), ("data.dev", split.dev), *split.test.items()):
        if not content(articles):
            hint = "; set `dev_share` of a source, or name a dev file" if name == "data.dev" else ""
            yield f"`{name}`: expected sentences, found none{hint}"


def _rare(split: Split, taxonomy: Taxonomy) -> Iterator[str]:
    for part, articles in (("train", split.train), ("dev", split.dev)):
        sentences = content(articles)
        stances = Counter(m.stance for s in sentences for m in s.mentions if m.stance)
        frames = Counter(frame for s in sentences for frame in s.frames)
        if stances and len(stances) == 1:
            yield f"{part}: every target is {next(iter(stances))}; there is nothing to tell apart"
        expected = [*(STANCES if len(stances) > 1 else ()), *taxonomy.frame_ids]
        counts = Counter(dict(stances.items())) + frames
        absent = [name for name in expected if not counts[name]]
        rare = [f"{name} ({counts[name]})" for name in expected if 0 < counts[name] < FEWEST_ROWS]
        if absent:
            yield f"{part}: no example of {', '.join(absent)}"
        if rare:
            yield f"{part}: fewer than {FEWEST_ROWS} examples of {', '.join(rare)}"


def folds(split: Split, settings: DataSettings, *, count: int) -> list[Split]:
    """The articles to learn from in ``count`` parts, no event in two: each part held out in turn, the next one as dev.

    Events go to the smallest part in the order of their size, so that parts are of like size and always the same.

    :raises ZawiyaError: with fewer events than parts, or fewer than three parts and no dev files.
    """
    event_of = _events(Path(settings.events)) if settings.events else {}
    events: dict[str, list[int]] = {}
    for index, article in enumerate(split.train):
        topic = article.topic or article.id
        events.setdefault(event_of.get(topic, topic), []).append(index)
    if count < 3 and not split.dev:
        raise ZawiyaError(f"`folds`: expected 3 or more where there are no dev files, found {count}")
    if len(events) < count:
        raise ZawiyaError(f"`folds`: expected at least {count} events to divide, found {len(events)}")
    parts: list[list[int]] = [[] for _ in range(count)]
    for event in sorted(events, key=lambda name: (-len(events[name]), name)):
        min(parts, key=len).extend(events[event])
    made = []
    for number, part in enumerate(parts):
        held = set(part)
        chosen = set() if split.dev else set(parts[(number + 1) % count])
        kept = [index for index in range(len(split.train)) if index not in held | chosen]
        made.append(
            Split(
                train=tuple(split.train[index] for index in kept),
                weights=tuple(split.weights[index] for index in kept),
                dev=split.dev or tuple(split.train[index] for index in sorted(chosen)),
                test={"held out": tuple(split.train[index] for index in sorted(held)), **split.test},
                left_out=split.left_out,
            )
        )
    return made


def _events(path: Path) -> dict[str, str]:
    """The event of each topic."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {row["topic"]: row["event"] for row in csv.DictReader(file, delimiter="\t")}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise ZawiyaError(
            f"{path}: expected a tab-separated table with the columns event and topic ({type(error).__name__}: {error})"
        ) from error
