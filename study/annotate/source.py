"""Articles to be annotated, or that were: from a corpus file, a sample, or a results folder.

All are held in memory: annotators do not get through more than fits there.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from zawiya.corpus import read_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.infer.layout import LEDGER
from zawiya.records import Article

from ..results import Results
from .records import to_label

#: What a folder with a sample holds.
_ARTICLES = ("articles.jsonl", "articles.jsonl.gz")


def read_articles(path: Path | str) -> tuple[Article, ...]:
    """The articles of a corpus file, of a folder that holds ``articles.jsonl``, or of a results folder.

    :raises FaultsError: with every line at fault, every id of two articles, and every span of two sentences.
    :raises ZawiyaError: when there is nothing of the kind, or nothing to label in it.
    """
    path = Path(path)
    articles = tuple(Results.open(path).articles() if (path / LEDGER).is_dir() else read_corpus(_file(path)))
    if faults := repeated(articles):
        raise FaultsError(str(path), faults)
    if not any(True for article in articles for _ in to_label(article)):
        raise ZawiyaError(f"{path}: expected sentences to label, found none in {len(articles)} articles")
    return articles


def _file(path: Path) -> Path:
    if not path.is_dir():
        return path
    for name in _ARTICLES:
        if (path / name).is_file():
            return path / name
    raise ZawiyaError(
        f"{path}: expected a corpus file, a results folder of `zawiya infer`, or a sample, found none of them; "
        f"a sample's folder holds {_ARTICLES[0]}"
    )


def repeated(articles: Sequence[Article]) -> list[str]:
    """Every id that two articles have, and every span that two sentences of one have, a line each."""
    faults = [
        f"{count} articles have the id {name!r}; give each its own"
        for name, count in Counter(article.id for article in articles).items()
        if count > 1
    ]
    for article in articles:
        spans = Counter((s.start, s.end) for s in article.sentences)
        faults += [
            f"article {article.id!r}: {count} sentences stand at {start}–{end}; keep one"
            for (start, end), count in spans.items()
            if count > 1
        ]
    return faults
