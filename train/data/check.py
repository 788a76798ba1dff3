"""Checking labelled data before it is trained on: what is broken, what leaks between splits, what is odd.

An *error* would teach or measure something false, a *warning* is worth a look, a *note* is worth knowing. The
trade-off: conventions of the codebook that real text breaks now and then are warnings, so that a corpus of published
news can pass.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zawiya.corpus import read_corpus
from zawiya.errors import FaultsError
from zawiya.records import AUTHOR, OTHER, STANCES, Article, Mention, Sentence

from .duplicates import near_duplicates
from .spans import span_findings

Level = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")
#: A label with fewer rows in a file is hardly learned from it, or measured on it.
FEWEST_ROWS = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the check found.

    :param kind: what was looked for, the same word for all findings of one check.
    :param place: file, article and sentence, as far as they apply.
    """

    level: Level
    kind: str
    place: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was read and what was found in it, errors first."""

    articles: int
    sentences: int
    mentions: int
    findings: tuple[Finding, ...]

    def count(self, level: Level) -> int:
        """Number of findings of a level."""
        return sum(finding.level == level for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence with where it stands."""

    file: str
    article: Article
    number: int
    sentence: Sentence

    def __str__(self) -> str:
        return f"{self.file}, {self.article.id}, sentence {self.number}"


def check(
    paths: Sequence[Path],
    *,
    actors: Collection[str],
    frames: Collection[str],
    held_out: Mapping[str, Collection[str]] | None = None,
) -> Report:
    """Check corpus files, each by itself and all of them as splits of one corpus.

    :param actors: ids of the actor list.
    :param frames: ids of the frame list.
    :param held_out: for the name of a file without its suffix, actors that may occur in no other file.
    :raises ZawiyaError: when a file cannot be read at all; lines that are at fault are findings.
    """
    corpora: dict[str, list[Article]] = {}
    findings: list[Finding] = []
    for path, name in zip(paths, _names(paths), strict=True):
        corpora[name] = []
        try:
            for article in read_corpus(path):
                corpora[name].append(article)
        except FaultsError as error:
            findings += [Finding("error", "schema", name, fault) for fault in error.faults]
    places = [
        _Place(file, article, number, sentence)
        for file, articles in corpora.items()
        for article in articles
        for number, sentence in enumerate(article.sentences, start=1)
    ]
    findings += _repeated_ids(corpora)
    for file, articles in corpora.items():
        for article in articles:
            findings += _sentence_order(file, article)
    for place in places:
        findings += _labels(place, frozenset(actors), frozenset(frames))
        for level, message in span_findings(place.article.text, place.sentence):
            findings.append(Finding(level, "span", str(place), message))
    findings += _rare_labels(places, frames)
    findings += _unnamed_holders(places)
    findings += _shared_topics(corpora)
    findings += _leaking_actors(places, held_out or {})
    findings += _duplicates(places)
    findings.sort(key=lambda finding: LEVELS.index(finding.level))
    return Report(
        articles=sum(map(len, corpora.values())),
        sentences=len(places),
        mentions=sum(len(place.sentence.mentions) for place in places),
        findings=tuple(findings),
    )


def _names(paths: Sequence[Path]) -> list[str]:
    """Names to call the files by: short where that tells them apart."""
    short = [path.name for path in paths]
    return short if len(set(short)) == len(short) else [str(path) for path in paths]


def _stem(file: str) -> str:
    return Path(file).name.split(".", 1)[0]


def _repeated_ids(corpora: Mapping[str, Sequence[Article]]) -> Iterator[Finding]:
    owners: dict[str, list[str]] = defaultdict(list)
    for file, articles in corpora.items():
        for article in articles:
            owners[article.id].append(file)
    for name, files in owners.items():
        if len(files) > 1:
            where = " and ".join(dict.fromkeys(files))
            yield Finding("error", "id", where, f"{len(files)} articles have the id {name!r}; give each its own")


def _sentence_order(file: str, article: Article) -> Iterator[Finding]:
    end = 0
    for number, sentence in enumerate(article.sentences, start=1):
        if sentence.start < end:
            place = f"{file}, {article.id}, sentence {number}"
            yield Finding(
                "error", "span", place, "begins before the sentence before it ends; sentences may not overlap"
            )
        end = sentence.end


def _labels(place: _Place, actors: frozenset[str], frames: frozenset[str]) -> Iterator[Finding]:
    """What one sentence's labels say against the taxonomy and against each other."""
    sentence = place.sentence
    if sentence.role == "furniture" and (sentence.frames or any(m.stance for m in sentence.mentions)):
        message = "is furniture and has labels; furniture is never labelled"
        yield Finding("error", "label", str(place), message)
    for frame, count in Counter(sentence.frames).items():
        if frame not in frames:
            yield Finding("error", "taxonomy", str(place), f"frame {frame!r} is not in the frame list")
        if count > 1:
            yield Finding("error", "label", str(place), f"has frame {frame!r} {count} times; keep one")
    for actor, count in Counter(mention.actor for mention in sentence.mentions).items():
        # an empty list is an open set: targets go by their own names
        if actors and actor not in actors:
            yield Finding("error", "taxonomy", str(place), f"actor {actor!r} is not in the actor list")
        if count > 1:
            message = f"has {count} rows of {actor!r}; one row an actor is expected"
            yield Finding("warning", "label", str(place), message)
    for mention in sentence.mentions:
        for level, kind, message in _holder(mention, actors):
            yield Finding(level, kind, str(place), f"{mention.actor} «{mention.text}» {message}")


def _holder(mention: Mention, actors: frozenset[str]) -> Iterator[tuple[Level, str, str]]:
    if mention.stance is None:
        yield "warning", "unlabelled", "has no stance; label it or leave the row out"
    elif mention.stance != "neutral" and mention.holder is None:
        yield "warning", "holder", f"is {mention.stance} and nobody holds it; say who does"
    if actors and mention.holder is not None and mention.holder not in actors | {AUTHOR, OTHER}:
        yield "error", "taxonomy", f"has the holder {mention.holder!r}, which is not in the actor list"
    if mention.holder == mention.actor and mention.stance == "against":
        yield "warning", "holder", "is against itself, which an actor seldom is; look again"


def _rare_labels(places: Iterable[_Place], frames: Collection[str]) -> Iterator[Finding]:
    stance_rows: dict[str, Counter[str]] = defaultdict(Counter)
    frame_rows: dict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        stance_rows[place.file].update(m.stance for m in place.sentence.mentions if m.stance)
        frame_rows[place.file].update(place.sentence.frames)
    for file in stance_rows:
        for what, names, rows in (("stance", STANCES, stance_rows[file]), ("frame", frames, frame_rows[file])):
            rare = [f"{name} ({rows[name]})" for name in sorted(names) if rows[name] < FEWEST_ROWS]
            if rare:
                message = f"fewer than {FEWEST_ROWS} rows of {what} {', '.join(rare)}: scores on these will be unsteady"
                yield Finding("warning", "rare", file, message)


def _unnamed_holders(places: Iterable[_Place]) -> Iterator[Finding]:
    unnamed: Counter[str] = Counter()
    for place in places:
        named = {mention.actor for mention in place.sentence.mentions}
        unnamed[place.file] += sum(
            mention.holder not in named | {AUTHOR, OTHER, None} for mention in place.sentence.mentions
        )
    for file, count in unnamed.items():
        if count:
            message = (
                f"{count} rows have a holder that their sentence does not name: a model can point only at named ones"
            )
            yield Finding("note", "holder", file, message)


def _shared_topics(corpora: Mapping[str, Sequence[Article]]) -> Iterator[Finding]:
    files: dict[str, dict[str, None]] = defaultdict(dict)
    for file, articles in corpora.items():
        for article in articles:
            if article.topic is not None:
                files[article.topic][file] = None
    for topic, names in files.items():
        if len(names) > 1:
            message = f"topic {topic!r} is in each of them; keep an event on one side of a split"
            yield Finding("warning", "topic", " and ".join(names), message)


def _leaking_actors(places: Iterable[_Place], held_out: Mapping[str, Collection[str]]) -> Iterator[Finding]:
    rows: Counter[tuple[str, str, str]] = Counter()
    for place in places:
        for home, actors in held_out.items():
            if _stem(place.file) != home:
                rows.update((home, place.file, m.actor) for m in place.sentence.mentions if m.actor in actors)
    for (home, file, actor), count in rows.items():
        message = f"actor {actor!r} is held out for {home!r} and has {count} rows here; move its events"
        yield Finding("error", "held out", file, message)


def _duplicates(places: Sequence[_Place]) -> Iterator[Finding]:
    articles = [place for place in places if place.sentence.role != "furniture"]
    for first, second, likeness in near_duplicates([place.sentence.text for place in articles]):
        a, b = articles[first], articles[second]
        across = a.file != b.file
        level: Level = "note" if not across else "error" if likeness == 1.0 else "warning"
        same = "says the same" if likeness == 1.0 else f"says nearly the same (likeness {likeness:.2f})"
        message = f"{same} as {a}{'; keep it in one of the two files' if across else ''}"
        yield Finding(level, "duplicate", str(b), message)
