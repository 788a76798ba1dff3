"""Splitting a corpus by event: a committed table says which event goes where, and nothing is drawn by lot.

Articles about one event share names, facts and phrases, so that an event on both sides of a split would be
remembered rather than understood. The trade-off: a table has to be written by hand when data is added, and in
return a split never moves by itself, and can be read, argued about and corrected.
"""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from zawiya.corpus import read_corpus, write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article

COLUMNS = ("event", "topic", "split", "articles")


@dataclass(frozen=True, slots=True)
class Row:
    """One topic of the table.

    :param event: what happened; several topics may tell of one event.
    :param topic: the topic as the articles name it.
    :param split: name of the split, which is the name of its file without ``.jsonl``.
    :param articles: how many articles the corpus has on the topic, so that a change of it shows.
    """

    event: str
    topic: str
    split: str
    articles: int


def read_table(path: Path) -> list[Row]:
    """The rows of a tab-separated table with the columns event, topic, split and articles.

    :raises FaultsError: with every row that is at fault, and every event that stands in two splits.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, delimiter="\t")
            lines = list(reader)
    except (OSError, UnicodeDecodeError) as error:
        raise ZawiyaError(f"{path}: expected a table of splits that can be read: {error}") from error
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise ZawiyaError(f"{path}: expected the columns {', '.join(COLUMNS)}, found {reader.fieldnames}")
    rows = []
    faults = []
    for number, line in enumerate(lines, start=2):
        if all(line[name] for name in COLUMNS) and line["articles"].isdecimal():
            rows.append(Row(line["event"], line["topic"], line["split"], int(line["articles"])))
        else:
            faults.append(f"line {number}: expected three names and a number of articles, found {list(line.values())}")
    faults += _table_faults(rows)
    if faults:
        raise FaultsError(str(path), faults)
    return rows


def _table_faults(rows: Sequence[Row]) -> Iterator[str]:
    splits: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        splits[row.event].add(row.split)
    for event, names in splits.items():
        if len(names) > 1:
            yield f"event {event!r} stands in the splits {' and '.join(sorted(names))}; keep it in one"
    for topic, count in Counter(row.topic for row in rows).items():
        if count > 1:
            yield f"topic {topic!r} stands {count} times; keep one row"


def split(articles: Sequence[Article], rows: Sequence[Row]) -> dict[str, list[Article]]:
    """The articles of each split, in the order in which they came.

    :raises FaultsError: when table and corpus differ in their topics or in the number of articles on one.
    """
    found = Counter(article.topic for article in articles)
    faults = [
        f"topic {row.topic!r}: expected {row.articles} articles, found {found[row.topic]}; correct the table"
        for row in rows
        if found[row.topic] != row.articles
    ]
    place = {row.topic: row.split for row in rows}
    faults += [
        f"topic {topic!r} of {count} articles is not in the table; give it an event and a split"
        for topic, count in found.items()
        if topic not in place
    ]
    if faults:
        raise FaultsError("the table of splits", faults)
    splits: dict[str, list[Article]] = {name: [] for name in dict.fromkeys(row.split for row in rows)}
    for article in articles:
        splits[place[str(article.topic)]].append(article)
    return splits


def split_files(source: Path, table: Path, out: Path) -> dict[str, int]:
    """Write each split of a corpus to a file of its name in ``out``, and return the numbers of articles."""
    splits = split(list(read_corpus(source)), read_table(table))
    return {name: write_corpus(out / f"{name}.jsonl", articles) for name, articles in splits.items()}


def main(
    source: Annotated[Path, typer.Option(help="The whole corpus, one article a line.")],
    table: Annotated[Path, typer.Option(help="Tab-separated: event, topic, split, articles.")],
    out: Annotated[Path, typer.Option(help="Folder to write one file a split into.")],
) -> None:
    """Split a corpus into files as a table says."""
    counts = split_files(source, table, out)
    for name, count in counts.items():
        typer.echo(f"{out / name}.jsonl: {count} articles")
