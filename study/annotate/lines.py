"""The corpus format itself, for annotators who have a tool of their own: one article a line.

An exported file says of each sentence whether it is ``checked``, a field beside those of the schema, which readers of the
schema pass over. A file without that field counts as looked at from end to end.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zawiya.corpus import article_to_json, read_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Sentence

from .labels import Labels, unknown
from .records import Answers, Key, relabelled, to_label

LINES = "articles.jsonl"
CHECKED = "checked"


def write(articles: Sequence[Article], path: Path) -> None:
    """Write the articles, every sentence that can be labelled as not yet checked."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for article in articles:
            file.write(f"{_line(article)}\n")


def _line(article: Article) -> str:
    record = article_to_json(article)
    for sentence in record["sentences"]:
        if sentence["role"] != "furniture":
            sentence[CHECKED] = False
    line = json.dumps(record, ensure_ascii=False)
    # halves of surrogate pairs have no UTF-8
    return json.dumps(record) if any("\ud800" <= c <= "\udfff" for c in line) else line


def read_lines(path: Path, articles: Sequence[Article], labels: Labels, *, take_all: bool = False) -> Answers:
    """An annotator's answers in a corpus file.

    :param articles: those that were exported, as they are now.
    :param take_all: take every sentence as looked at, whatever its ``checked`` says.
    :raises FaultsError: with every article and sentence that is not theirs, and every label that is unknown.
    :raises ZawiyaError: when no sentence is checked.
    """
    returned = tuple(read_corpus(path))
    known = {article.id: article for article in articles}
    spans = {key: sentence for article in articles for key, sentence in to_label(article)}
    faults: list[str] = []
    sentences: dict[Key, Sentence] = {}
    for article, checked in zip(returned, _checked(path), strict=True):
        exported = known.get(article.id)
        if exported is None or exported.text != article.text:
            what = "is none of the articles" if exported is None else "has another text than in the articles"
            faults.append(f"article {article.id!r}: {what}; name the articles that were exported")
            continue
        for key, sentence in to_label(article):
            if key not in spans:
                faults.append(
                    f"article {article.id!r}: {key[1]}–{key[2]} is no sentence of it that can be labelled; restore start, end "
                    "and role"
                )
            elif key in sentences:
                faults.append(f"article {article.id!r}: the sentence {key[1]}–{key[2]} stands twice; keep one")
            elif take_all or checked.get(key[1:], True):
                sentences[key] = relabelled(spans[key], sentence.mentions, sentence.frames)
    faults += unknown(labels, sentences.values())
    faults += _unlabelled(sentences)
    if faults:
        raise FaultsError(str(path), faults)
    if not sentences:
        raise ZawiyaError(
            f"{path}: expected sentences that are checked, found none; set {CHECKED} to true where a sentence was looked at, "
            "or pass --all to take every one as it stands"
        )
    return Answers(None, sentences)


def _unlabelled(sentences: Mapping[Key, Sentence]) -> list[str]:
    return [
        f"article {key[0]!r}: {mention.actor!r} in {key[1]}–{key[2]} has no stance; give it one, or take the mention out"
        for key, sentence in sentences.items()
        for mention in sentence.mentions
        if mention.stance is None
    ]


def _checked(path: Path) -> list[dict[tuple[int, int], bool]]:
    """For each article what its sentences say of themselves, where they say something."""
    # read a second time, since the reader of the schema passes over what it does not know
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
        records: list[dict[str, Any]] = [
            json.loads(line) for line in file.read().decode("utf-8-sig").split("\n") if line.strip()
        ]
    return [
        {(s["start"], s["end"]): bool(s[CHECKED]) for s in record["sentences"] if CHECKED in s} for record in records
    ]
