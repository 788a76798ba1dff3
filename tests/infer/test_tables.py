import re
from pathlib import Path

import pyarrow as pa
import pytest

from zawiya.infer.tables import (
    SENTENCES,
    STANCES_TABLE,
    frame_column,
    sentence_rows,
    sentence_schema,
    stance_rows,
    stance_schema,
)

DOCS = Path(__file__).parents[2] / "docs" / "output.md"


def type_name(kind: pa.DataType) -> str:
    return "list<string>" if pa.types.is_list(kind) else {"float": "float32"}.get(str(kind), str(kind))


def documented(table: str) -> list[tuple[str, str, bool, str]]:
    """Name, type, whether it may be empty, and description of each column that the page describes."""
    section = DOCS.read_text(encoding="utf-8").split(f"\n## {table}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+|frame_<id>)` \| (\S+) \| (yes|no) \| (.+) \|$", section, re.MULTILINE)
    return [(name, kind, empty == "yes", text) for name, kind, empty, text in rows]


def in_code(columns) -> list[tuple[str, str, bool, str]]:
    return [(c.name, type_name(c.type), c.nullable, c.description) for c in columns]


def test_sentences_schema_is_pinned():
    assert [(f.name, type_name(f.type)) for f in sentence_schema(["legality"])] == [
        ("article_id", "string"),
        ("source", "string"),
        ("outlet", "string"),
        ("date", "string"),
        ("sentence_id", "string"),
        ("index", "int32"),
        ("role", "string"),
        ("start", "int32"),
        ("end", "int32"),
        ("text", "string"),
        ("frames", "list<string>"),
        ("n_actors", "int32"),
        ("frame_legality", "float32"),
    ]


def test_stances_schema_is_pinned():
    assert [(f.name, type_name(f.type)) for f in stance_schema()] == [
        ("article_id", "string"),
        ("source", "string"),
        ("outlet", "string"),
        ("date", "string"),
        ("sentence_id", "string"),
        ("role", "string"),
        ("sentence", "string"),
        ("actor", "string"),
        ("actor_name", "string"),
        ("actor_kind", "string"),
        ("mention", "string"),
        ("start", "int32"),
        ("end", "int32"),
        ("stance", "string"),
        ("score", "float32"),
        ("favor", "float32"),
        ("against", "float32"),
        ("neutral", "float32"),
        ("holder", "string"),
        ("holder_score", "float32"),
    ]


def test_the_page_describes_every_column_as_the_schema_does():
    assert documented("sentences") == in_code([*SENTENCES, frame_column("<id>")])
    assert documented("stances") == in_code(STANCES_TABLE)


@pytest.mark.parametrize("schema", [sentence_schema(["legality"]), stance_schema()])
def test_every_field_carries_its_description(schema):
    assert all(field.metadata[b"description"] for field in schema)
    assert schema.metadata[b"zawiya.tables_version"] == b"1"


def test_rows_have_a_value_for_every_column_in_order(labeler, articles):
    actors = {actor.id: actor for actor in labeler.taxonomy.actors.actors}
    article = next(labeler.label_articles(articles))
    for index, row in enumerate(sentence_rows(article, labeler.judge.frames)):
        cells = dict(zip(sentence_schema(labeler.judge.frames).names, row, strict=True))
        assert (cells["index"], cells["role"]) == (index, article.sentences[index].role)
        assert cells["n_actors"] == len(article.sentences[index].mentions)
    rows = [dict(zip(stance_schema().names, row, strict=True)) for row in stance_rows(article, actors)]
    assert rows
    assert {row["actor_name"] for row in rows} <= {"روسيا", "الولايات المتحدة"}
    assert all(article.text[row["start"] : row["end"]] == row["mention"] for row in rows)


def test_furniture_has_a_row_without_scores(furnished):
    names = sentence_schema(["legality"]).names
    found = [dict(zip(names, row, strict=True)) for row in sentence_rows(furnished, ["legality"])]
    rows = [row for row in found if row["role"] == "furniture"]
    assert len(rows) == 1
    assert rows[0]["frame_legality"] is None
    assert not rows[0]["frames"]
    assert rows[0]["n_actors"] == 0
