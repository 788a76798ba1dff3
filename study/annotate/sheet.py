"""CSV for annotators who work in a spreadsheet: a row for each sentence, and one for each actor that it names.

One table, so that a sentence and its rows stay together; every row names its sentence and shows its text, so that rows may
be sorted and filtered. The trade-off is that the text stands there more than once.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from zawiya.records import Article, Mention, Sentence

from .records import to_label
from .studio import CONTEXT
from .texts import guarded

SHEET = "sentences.csv"
#: What a row is of.
SENTENCE, ACTOR = "sentence", "actor"
#: Written in place of a stance, for a name that is none.
REJECT = "reject"

COLUMNS = (
    "checked",  # of the sentence row: anything, once the sentence and its actors have been looked at
    "row",
    "sentence",
    "frames",
    "mention",
    "actor",
    "stance",
    "holder",
    "context",
    "article_id",
    "start",
    "end",
    "mention_start",
    "mention_end",
)


def write(articles: Sequence[Article], path: Path) -> None:
    """Write the sheet: UTF-8 with a byte order mark, commas, no cell that a spreadsheet takes for a formula."""
    table = [row for article in articles for row in rows(article)]
    columns = [guarded([row.get(column, "") for row in table]) for column in COLUMNS]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(zip(*columns, strict=True))


def rows(article: Article) -> Iterator[dict[str, str]]:
    """The rows of an article: its sentences in their order, each with its actors behind it."""
    for _, sentence in to_label(article):
        place = {
            "sentence": sentence.text,
            "article_id": article.id,
            "start": str(sentence.start),
            "end": str(sentence.end),
        }
        before = article.text[max(0, sentence.start - CONTEXT) : sentence.start]
        yield {"row": SENTENCE, "frames": ";".join(sentence.frames), "context": before.strip(), **place}
        for mention in sentence.mentions:
            yield {"row": ACTOR, **place, **_cells(mention, sentence)}


def _cells(mention: Mention, sentence: Sentence) -> dict[str, str]:
    # a target that the sentence does not name stands at its end
    span = (sentence.end, sentence.end) if mention.appended else (mention.start, mention.end)
    return {
        "mention": mention.text,
        "actor": mention.actor,
        "stance": mention.stance or "",
        "holder": mention.holder or "",
        "mention_start": str(span[0]),
        "mention_end": str(span[1]),
    }
