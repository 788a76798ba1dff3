"""The articles that stand in a report, as compact JSON, and which of them where not all fit.

A sample has, of every figure on the page, the sentences of a few articles behind it, and then articles of each outlet in
turn. It is drawn by hashes of ids, so the same results give the same report.
"""

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from zawiya.records import AUTHOR, OTHER, ROLES, STANCES, Article, Mention, Sentence

from .events import Events, rank
from .names import short
from .records import Json, Place, Reader, Words
from .utf16 import Utf16
from .world import World

#: Articles behind each figure that a sample has before any other.
BEHIND = 3
#: Bytes that the packed articles may take in a page.
MOST_BYTES = 2_400_000
#: Articles of which it is measured at once how small they become.
_AT_ONCE = 40
#: A score that far below the one above it is no certain decision, and a frame's that near is worth a look.
_UNSURE, _NEAR = 0.2, 0.25
_THOUSAND = 1000
#: A decision about a frame is uncertain near the middle.
_MIDDLE = 0.15


def reader(world: World, events: Events, *, limit: int) -> Reader:
    """The articles of a report.

    :param limit: of them; the bytes are limited besides, see :data:`MOST_BYTES`.
    """
    ids = world.results.article_ids
    order = [ids[n] for n in ranked(world)[:limit].tolist()] if len(ids) > limit else list(ids)
    tables = _Tables(world, events)
    packed: dict[str, str] = {}
    places: dict[str, list[Place]] = {}
    for article in world.results.articles(order):
        packed[article.id] = _dumped(tables.article(article))
        places[article.id] = list(_places(article))
    kept = set(_fitting(order if len(ids) > limit else _by_rank(world), packed))
    shown = [name for name in ids if name in kept]
    lines = [packed[name] for name in shown]
    text = _dumped(tables.lists())[:-1] + ',"articles":[' + ",".join(lines) + "]}"
    squeezed = gzip.compress(text.encode(errors="replace"), mtime=0)
    note = _note(len(lines), len(ids)) if len(lines) < len(ids) else None
    found = tuple(place for name in shown for place in places[name])
    return Reader(base64.b64encode(squeezed).decode(), len(lines), len(ids), note, found)


def ranked(world: World) -> NDArray[np.intp]:
    """All articles, those first that a sample needs most: numbers of :attr:`Results.article_ids`."""
    units = world.units
    place = {name: n for n, name in enumerate(world.results.article_ids)}
    number = np.array([place[name] for name in units.article_ids], dtype=np.int64)[units.article]
    by_chance = np.argsort(np.argsort([rank(name) for name in world.results.article_ids]))
    rows = units.rows
    outlet = units.columns["outlet"][0].astype(np.int64)
    actor, holder = _coded(rows.actor), _coded(rows.holder)
    own = (rows.holder == AUTHOR).astype(np.int64)
    cells = [
        (((outlet[rows.sentence] * 500_000 + actor) * 3 + rows.stance) * 2 + own, number[rows.sentence]),
        ((holder * 500_000 + actor) * 3 + rows.stance, number[rows.sentence]),
    ]
    sentence, frame = np.nonzero(units.given)
    cells.append((outlet[sentence] * 10_000 + frame, number[sentence]))
    first = [part for cell, article in cells for part in _behind(cell, article, by_chance)]
    # the first article of every figure comes before the second of any
    needed = [article for _, article in sorted(first)]
    turn = _in_turn(outlet, number, by_chance)
    return np.array(list(dict.fromkeys([*needed, *turn])), dtype=np.intp)


def _behind(
    cell: NDArray[np.int64], article: NDArray[np.int64], by_chance: NDArray[np.intp]
) -> Iterator[tuple[int, int]]:
    """Of each cell the first articles by chance: how many came before in the cell, and the article."""
    if not len(cell):
        return
    many = len(by_chance)
    _, place = np.unique(cell, return_inverse=True)
    pairs = np.unique(place.ravel().astype(np.int64) * many + by_chance[article])
    owner = pairs // many
    starts = np.flatnonzero(np.r_[True, np.diff(owner) > 0])
    turn = np.arange(len(pairs)) - np.repeat(starts, np.diff(np.r_[starts, len(pairs)]))
    article_of = np.argsort(by_chance)
    kept = turn < BEHIND
    yield from zip(turn[kept].tolist(), article_of[pairs[kept] % many].tolist(), strict=True)


def _in_turn(outlet: NDArray[np.int64], number: NDArray[np.int64], by_chance: NDArray[np.intp]) -> list[int]:
    """Articles of each outlet in turn, by chance within it."""
    articles, first = np.unique(number, return_index=True)
    order = np.lexsort((by_chance[articles], outlet[first]))
    of = outlet[first][order]
    starts = np.flatnonzero(np.r_[True, np.diff(of) > 0]) if len(of) else np.empty(0, np.intp)
    turn = np.arange(len(of)) - np.repeat(starts, np.diff(np.r_[starts, len(of)]))
    return articles[order][np.argsort(turn, kind="stable")].tolist()


def _coded(values: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.unique(values.astype(str), return_inverse=True)[1].ravel().astype(np.int64)


def _by_rank(world: World) -> list[str]:
    return [world.results.article_ids[n] for n in ranked(world).tolist()]


def _fitting(order: Sequence[str], packed: dict[str, str]) -> Iterator[str]:
    """Articles from the first on, as many as the page has room for; one that is too large by itself makes way for others."""
    room = MOST_BYTES * 3 // 4
    present = [name for name in order if name in packed]
    for start in range(0, len(present), _AT_ONCE):
        chunk = present[start : start + _AT_ONCE]
        size = _size(packed[name] for name in chunk)
        if size <= room:
            room -= size
            yield from chunk
            continue
        for name in chunk:
            size = _size([packed[name]])
            if size <= room:
                room -= size
                yield name


def _places(article: Article) -> Iterator[Place]:
    """The sentences of an article that take a side."""
    for number, sentence in enumerate(article.sentences):
        sure = [mention.score or 0.0 for mention in sentence.mentions if mention.stance not in {None, "neutral"}]
        if sure:
            decisions = len(sure) + len(sentence.frames)
            yield Place(article.id, number, sentence.end - sentence.start, round(max(sure) * _THOUSAND), decisions)


def _size(lines: Iterable[str]) -> int:
    return len(zlib.compress("".join(lines).encode(errors="replace"), 6))


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _note(shown: int, articles: int) -> Words:
    return Words(
        f"The reader holds {shown:,} of {articles:,} articles: some behind each figure, then of every outlet in turn. Figures "
        "are of all articles.",
        f"يضم القارئ {shown:,} من {articles:,} مقالة: بعض ما وراء كل رقم، ثم من كل وسيلة بالتناوب. أما الأرقام فمن المقالات كلها.",
    )


class _Tables:
    """The lists that articles point into, which grow with what the articles hold."""

    def __init__(self, world: World, events: Events) -> None:
        self._names = world.names
        self._events = events
        self._event = {event.id: n for n, event in enumerate(events.events)}
        self._outlets: dict[str, int] = {}
        self._actors: dict[str, int] = {}
        self._holders: dict[str, int] = {AUTHOR: 0, OTHER: 1}
        self._frames = {frame: n for n, frame in enumerate(world.results.frames)}

    def lists(self) -> Json:
        """Everything but the articles."""
        names = self._names
        return {
            "outlets": list(self._outlets),
            "actors": [[name, (words := names.actor(name)).en, words.ar] for name in self._actors],
            "frames": [[name, (words := names.frame(name)).en, words.ar] for name in self._frames],
            "holders": [[name, (words := names.holder(name)).en, words.ar] for name in self._holders],
            "stances": list(STANCES),
            "events": [[event.id, event.title] for event in self._events.events],
        }

    def article(self, article: Article) -> list[Any]:
        """An article as lists."""
        outlet = short(article.outlet)
        event = self._events.of_article.get(article.id)
        units = Utf16(article.text)
        return [
            article.id,
            _place(self._outlets, outlet) if outlet else -1,
            article.date[:10] if article.date else None,
            self._event[event] if event else -1,
            article.title,
            article.source,
            article.text,
            [self._sentence(sentence, units) for sentence in article.sentences],
        ]

    def _sentence(self, sentence: Sentence, units: Utf16) -> list[Any]:
        mentions = [self._mention(mention, units) for mention in sentence.mentions if mention.stance]
        return [
            units[sentence.start],
            units[sentence.end],
            ROLES.index(sentence.role),
            mentions,
            self._frames_of(sentence),
        ]

    def _mention(self, mention: Mention, units: Utf16) -> list[Any]:
        scores = [mention.scores.get(stance, 0.0) for stance in STANCES]
        best = sorted(scores)
        unsure = bool(mention.scores) and (best[-1] - best[-2] < _UNSURE or mention.score != best[-1])
        return [
            _place(self._actors, mention.actor),
            units[mention.start],
            units[mention.end],
            STANCES.index(mention.stance) if mention.stance else -1,
            _place(self._holders, mention.holder) if mention.holder else -1,
            [round(score * _THOUSAND) for score in scores],
            None if mention.holder_score is None else round(mention.holder_score * _THOUSAND),
            int(unsure),
        ]

    def _frames_of(self, sentence: Sentence) -> list[list[int]]:
        found = []
        for frame, n in self._frames.items():
            score, given = sentence.frame_scores.get(frame, 0.0), frame in sentence.frames
            if given or score >= _NEAR:
                found.append([n, round(score * _THOUSAND), int(given), int(abs(score - 0.5) < _MIDDLE)])
        return found


def _place(table: dict[str, int], name: str) -> int:
    return table.setdefault(name, len(table))
