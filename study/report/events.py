"""Which articles of different outlets are about the same event.

Corpora say it themselves (``topic``). Elsewhere articles are put together whose first words are alike and whose dates are
close: TF-IDF over folded words, cosine, average linkage. Measured on the corpus that comes with zawiya (340 articles, events
by name), on pairs of different outlets at most three days apart: precision .98 and recall .80 once names of one event are
taken as one; with all dates drawn together forty times as dense, .82 and .60. It is
a help to compare like with like, no detector of news: an outlet's own pieces that nobody else wrote about are in none.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform
from sklearn.feature_extraction.text import TfidfVectorizer

from zawiya.arabic import fold, without_article
from zawiya.infer.layout import part_file

from ..measure.when import period
from ..results import Results, codes, damaged

#: Cosine from which two articles are about the same, and days that they may be apart.
ALIKE, DAYS = 0.07, 3
#: Code points of an article that are compared, and sentences that they are looked for in.
FIRST, SENTENCES = 1500, 12
#: Articles that are compared at most, and those that may be put together at once.
MOST, MOST_AT_ONCE = 20_000, 1_500
_SHORTEST = 3
_STRICTER = 1.3


@dataclass(frozen=True, slots=True)
class Event:
    """Articles of several outlets on the same matter.

    :param id: for links.
    :param title: its topic, or the headline of its first article.
    :param articles: numbers of them in :attr:`Results.article_ids`.
    :param outlets: by which they are.
    :param first: earliest date, None where there is none; ``last`` the latest.
    """

    id: str
    title: str
    articles: NDArray[np.intp]
    outlets: frozenset[str]
    first: str | None
    last: str | None


@dataclass(frozen=True, slots=True)
class Events:
    """What was found.

    :param given: whether the articles named their events themselves.
    :param compared: articles that were looked at, of all.
    """

    events: tuple[Event, ...]
    given: bool
    compared: int
    of_article: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Articles:
    ids: Sequence[str]
    outlets: NDArray[np.object_]
    days: NDArray[np.object_]


def find_events(results: Results) -> Events:
    """The events that at least two outlets have articles on, the largest first.

    :raises ZawiyaError: when a file of the results is damaged.
    """
    articles = _articles(results)
    topics = _topics(results)
    given = 2 * len(topics) >= len(articles.ids) > 0
    if given:
        members = _by_topic(articles.ids, topics)
        compared = len(topics)
    else:
        chosen = _comparable(articles)
        compared = len(chosen)
        texts = first_words(results, {articles.ids[n] for n in chosen})
        days = np.array([date.fromisoformat(articles.days[n]).toordinal() for n in chosen], dtype=np.int64)
        groups = group_texts([texts.get(articles.ids[n], ("", ""))[1] for n in chosen], days)
        heads = {articles.ids[n]: texts.get(articles.ids[n], ("", ""))[0] for n in chosen}
        members = [(heads[articles.ids[chosen[group[0]]]], chosen[group]) for group in groups]
    events = []
    for title, numbers in members:
        outlets = frozenset(filter(None, articles.outlets[numbers]))
        if len(outlets) > 1:
            known = sorted(filter(None, articles.days[numbers]))
            events.append((title, numbers, outlets, known[0] if known else None, known[-1] if known else None))
    events.sort(key=lambda each: (-len(each[1]), each[3] or "", each[0]))
    named = tuple(Event(f"e{n}", *each) for n, each in enumerate(events, 1))
    of_article = {articles.ids[n]: event.id for event in named for n in event.articles.tolist()}
    return Events(named, given, compared, of_article)


def group_texts(texts: Sequence[str], days: NDArray[np.int64]) -> list[NDArray[np.intp]]:
    """Texts that are about the same, each group in the order of its days; single ones are left out.

    :param days: of each text, as a number: [texts].
    """
    if len(texts) < 2:
        return []
    # a word of every second text tells nothing, unless there are only a few texts
    most = 0.5 if len(texts) > 20 else 1.0
    vectoriser = TfidfVectorizer(
        tokenizer=_tokens, token_pattern=None, lowercase=False, sublinear_tf=True, max_df=most, dtype=np.float32
    )
    try:
        vectors = csr_array(vectoriser.fit_transform(texts))
    except ValueError:
        # no text has a word
        return []
    first, second, alike = _near_pairs(vectors, days)
    _, component = connected_components(
        coo_array((alike, (first, second)), shape=(len(texts), len(texts))), directed=False
    )
    order = np.argsort(component, kind="stable")
    found: list[NDArray[np.intp]] = []
    for members in np.split(order, np.flatnonzero(np.diff(component[order])) + 1):
        found += _split(vectors, days, members, ALIKE) if len(members) > 1 else []
    return [group[np.argsort(days[group], kind="stable")] for group in found if len(group) > 1]


def first_words(results: Results, ids: set[str]) -> dict[str, tuple[str, str]]:
    """Headline, or first sentence, and first words of articles.

    :raises ZawiyaError: when a file of the table is damaged.
    """
    found: dict[str, tuple[str, str]] = {}
    wanted = pa.array(sorted(ids), pa.string())
    for number in results.parts:
        path = part_file(results.folder, "sentences", number)
        try:
            table = pq.read_table(path, columns=["article_id", "index", "role", "text"])
        except (OSError, pa.ArrowException) as error:
            raise damaged(path, error) from error
        keep = pc.and_(pc.not_equal(table["role"], "furniture"), pc.less(table["index"], 2 * SENTENCES))
        table = table.filter(pc.and_(keep, pc.is_in(table["article_id"], wanted)))
        for name, text in zip(table["article_id"].to_pylist(), table["text"].to_pylist(), strict=True):
            head, words = found.get(name, ("", ""))
            if len(words) < FIRST:
                found[name] = (head or text[:200], f"{words} {text}"[:FIRST])
    return found


def _tokens(text: str) -> list[str]:
    return [without_article(word) for word in fold(text).split() if len(word) >= _SHORTEST]


def _near_pairs(
    vectors: csr_array, days: NDArray[np.int64]
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Pairs of texts that are close in time and alike."""
    order = np.argsort(days, kind="stable")
    ordered, sorted_days = vectors[order], days[order]
    starts = np.flatnonzero(np.r_[True, np.diff(sorted_days) > 0])
    found = []
    for start in starts.tolist():
        day = sorted_days[start]
        end, far = np.searchsorted(sorted_days, [day, day + DAYS], side="right").tolist()
        # in slices, so that what is held at a time does not grow with a day's articles squared
        for low in range(start, end, 500):
            high = min(low + 500, end)
            near = (ordered[low:high] @ ordered[low:far].T).tocoo()
            kept = (near.data >= ALIKE) & (near.row < near.col)
            found.append((order[near.row[kept] + low], order[near.col[kept] + low], near.data[kept]))
    first, second, alike = (np.concatenate(each) for each in zip(*found, strict=True))
    return first, second, alike


def _split(
    vectors: csr_array, days: NDArray[np.int64], members: NDArray[np.intp], alike: float
) -> list[NDArray[np.intp]]:
    """Groups out of texts that hang together: on average its texts are alike, and those far in time are not."""
    if len(members) > MOST_AT_ONCE:
        return _stricter(vectors, days, members, alike * _STRICTER)
    inner = vectors[members]
    cosine = (inner @ inner.T).toarray()
    cosine[np.abs(np.subtract.outer(days[members], days[members])) > DAYS] = 0
    distance = np.clip(1 - cosine, 0, 1)
    np.fill_diagonal(distance, 0)
    labels = fcluster(linkage(squareform(distance, checks=False), "average"), 1 - alike, "distance")
    return [members[labels == label] for label in np.unique(labels)]


def _stricter(
    vectors: csr_array, days: NDArray[np.int64], members: NDArray[np.intp], alike: float
) -> list[NDArray[np.intp]]:
    """A net of too many texts at once, cut where they are less alike."""
    if alike >= 1:
        return []
    first, second, value = _near_pairs(vectors[members], days[members])
    kept = value >= alike
    shape = (len(members), len(members))
    _, component = connected_components(
        coo_array((value[kept], (first[kept], second[kept])), shape=shape), directed=False
    )
    groups = (members[component == n] for n in np.flatnonzero(np.bincount(component) > 1))
    return [part for group in groups for part in _split(vectors, days, group, alike)]


def _articles(results: Results) -> _Articles:
    """Outlet and day of each article, in the order of :attr:`Results.article_ids`."""
    numbers, ids = codes(results.sentences, "article_id")
    first = np.unique(numbers, return_index=True)[1]
    table = results.sentences.select(["outlet", "date"]).take(first)
    days = np.array([period(day, "day") for day in table["date"].to_pylist()], dtype=object)
    return _Articles(ids, np.array(table["outlet"].to_pylist(), dtype=object), days)


def _comparable(articles: _Articles) -> NDArray[np.intp]:
    """Numbers of the articles that have an outlet and a date, of very many some that chance picks, the same each time."""
    known = [n for n, (o, d) in enumerate(zip(articles.outlets, articles.days, strict=True)) if o and d]
    if len(known) > MOST:
        known = sorted(sorted(known, key=lambda n: rank(articles.ids[n]))[:MOST])
    return np.array(known, dtype=np.intp)


def rank(name: str) -> bytes:
    """A place in an order that has nothing to do with what the article is about, and is the same each time."""
    return hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8).digest()


def _by_topic(ids: Sequence[str], topics: dict[str, str]) -> list[tuple[str, NDArray[np.intp]]]:
    groups: dict[str, list[int]] = {}
    for n, name in enumerate(ids):
        if name in topics:
            groups.setdefault(topics[name], []).append(n)
    return [(topic.replace("_", " "), np.array(numbers, dtype=np.intp)) for topic, numbers in groups.items()]


def _topics(results: Results) -> dict[str, str]:
    """The topic of each article that names one."""
    return {name: topic for name, topic in _heads(results) if topic}


def _heads(results: Results) -> Iterator[tuple[str, str | None]]:
    """Id and topic of each article, from the beginning of its line: reading a text only to skip it takes long."""
    for number in results.parts:
        path = part_file(results.folder, "articles", number)
        try:
            with path.open(encoding="utf-8") as file:
                for line in file:
                    head, found, _ = line.partition(', "text": ')
                    record = json.loads(head + "}" if found else line)
                    yield record["id"], record.get("topic")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise damaged(path, error) from error
