"""The two tables of a run, column by column, and the rows that an article gives them.

``docs/output.md`` describes the same columns for readers, and a test holds the two together. Scores are float32: twice
as exact as anyone needs, at half the size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from zawiya.records import STANCES, Article
from zawiya.taxonomy import Actor

#: Raised by one whenever a column is renamed, removed or changes its type; new columns may come without.
TABLES_VERSION = 1

#: The cells of a row, in the order of the columns.
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    :param description: what it says, in a line; stored in the Parquet file's metadata.
    :param nullable: whether a cell may be empty.
    """

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False


#: One row a sentence, furniture included; a score for each frame of the model follows, see :func:`frame_column`.
SENTENCES: tuple[Column, ...] = (
    Column("article_id", pa.string(), "the article, unique within the run"),
    Column("source", pa.string(), "the file it came from; #N is the N-th record of a file of many", nullable=True),
    Column("outlet", pa.string(), "who published it", nullable=True),
    Column("date", pa.string(), "ISO 8601 date of publication", nullable=True),
    Column("sentence_id", pa.string(), "article_id, #s and index"),
    Column("index", pa.int32(), "position of the sentence in its article, from 0"),
    Column("role", pa.string(), "title, body, or furniture (of the page; never labelled)"),
    Column("start", pa.int32(), "first code point in the article's text"),
    Column("end", pa.int32(), "code point after the last"),
    Column("text", pa.string(), "the sentence as it was read"),
    Column("frames", pa.list_(pa.string()), "ids of the frames given; joined by ; in CSV"),
    Column("n_actors", pa.int32(), "actors that the sentence has rows for in stances"),
)

#: One row for each actor that a sentence names.
STANCES_TABLE: tuple[Column, ...] = (
    Column("article_id", pa.string(), "the article, unique within the run"),
    Column("source", pa.string(), "the file it came from; #N is the N-th record of a file of many", nullable=True),
    Column("outlet", pa.string(), "who published it", nullable=True),
    Column("date", pa.string(), "ISO 8601 date of publication", nullable=True),
    Column("sentence_id", pa.string(), "the sentence's row in sentences"),
    Column("role", pa.string(), "title or body"),
    Column("sentence", pa.string(), "the sentence as it was read"),
    Column("actor", pa.string(), "id of the actor"),
    Column("actor_name", pa.string(), "its Arabic name in the actor list", nullable=True),
    Column("actor_kind", pa.string(), "state, organisation, armed_group or people", nullable=True),
    Column("mention", pa.string(), "the words that name the actor"),
    Column("start", pa.int32(), "first code point of the mention in the article's text"),
    Column("end", pa.int32(), "code point after the last"),
    Column("stance", pa.string(), "favor, against or neutral"),
    Column("score", pa.float32(), "probability of the stance given"),
    Column("favor", pa.float32(), "probability of favor"),
    Column("against", pa.float32(), "probability of against"),
    Column("neutral", pa.float32(), "probability of neutral"),
    Column("holder", pa.string(), "who holds it: an actor's id, author or other; empty if neutral", nullable=True),
    Column("holder_score", pa.float32(), "probability of the holder given", nullable=True),
)


def frame_column(frame: str) -> Column:
    """The score column of a frame."""
    return Column(
        f"frame_{frame}", pa.float32(), f"probability of the frame {frame}; empty for furniture", nullable=True
    )


def sentence_schema(frames: Sequence[str]) -> pa.Schema:
    """Schema of the sentences table for a model with these frames."""
    return _schema("sentences", (*SENTENCES, *map(frame_column, frames)))


def stance_schema() -> pa.Schema:
    """Schema of the stances table."""
    return _schema("stances", STANCES_TABLE)


def _schema(table: str, columns: Sequence[Column]) -> pa.Schema:
    return pa.schema(
        [pa.field(c.name, c.type, nullable=c.nullable, metadata={"description": c.description}) for c in columns],
        metadata={"zawiya.table": table, "zawiya.tables_version": str(TABLES_VERSION)},
    )


def sentence_rows(article: Article, frames: Sequence[str]) -> Iterator[Row]:
    """The article's rows of the sentences table."""
    cells = _article_cells(article)
    for index, sentence in enumerate(article.sentences):
        yield (
            *cells,
            sentence_id(article, index),
            index,
            sentence.role,
            sentence.start,
            sentence.end,
            sentence.text,
            sentence.frames,
            len(sentence.mentions),
            *map(sentence.frame_scores.get, frames),
        )


def stance_rows(article: Article, actors: Mapping[str, Actor]) -> Iterator[Row]:
    """The article's rows of the stances table.

    :param actors: the actor list by id, for names and kinds.
    """
    cells = _article_cells(article)
    for index, sentence in enumerate(article.sentences):
        for mention in sentence.mentions:
            actor = actors.get(mention.actor)
            yield (
                *cells,
                sentence_id(article, index),
                sentence.role,
                sentence.text,
                mention.actor,
                actor.arabic if actor else None,
                actor.kind if actor else None,
                mention.text,
                mention.start,
                mention.end,
                mention.stance,
                mention.score,
                *map(mention.scores.get, STANCES),
                mention.holder,
                mention.holder_score,
            )


def sentence_id(article: Article, index: int) -> str:
    """What names a sentence in both tables."""
    return f"{article.id}#s{index}"


def _article_cells(article: Article) -> Row:
    return article.id, article.source, article.outlet, article.date
