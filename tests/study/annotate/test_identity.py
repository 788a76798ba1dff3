"""What is exported and taken back without a change is what it was, in every format, whatever the texts hold."""

import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zawiya.corpus import read_corpus, write_corpus
from zawiya.records import STANCES, Article, Mention, Sentence
from zawiya.study.annotate import lines, sheet, studio
from zawiya.study.annotate.importing import import_answers
from zawiya.study.annotate.records import Format, by_hand
from zawiya.study.annotate.texts import mended

from .worlds import TAXONOMY, articles

HOSTILE = "=+-@'\"\t\n\r,;|\\ \u200f\u202b\u2066\ufeff😀👨‍👩‍👧🇶🇦<&>\x00\x0b\x1b\ud800\u0301لاأبج"
TEXT = st.one_of(st.text(min_size=1, max_size=12), st.text(st.sampled_from(HOSTILE), min_size=1, max_size=12))
ACTORS = TAXONOMY.actor_ids


def seen(name: str) -> str:
    """What two ids have to differ in, for files that lack control characters and white space around a cell."""
    return mended(name).strip()


@st.composite
def sentences(draw: st.DrawFn, start: int, text: str) -> Sentence:
    end = start + len(text)
    mentions = []
    for actor in draw(st.lists(st.sampled_from(ACTORS), unique=True, max_size=3)):
        stance = draw(st.sampled_from(STANCES))
        holder = None if stance == "neutral" else draw(st.sampled_from(["author", "other", *ACTORS, None]))
        first = draw(st.integers(0, len(text) - 1))
        last = draw(st.integers(first + 1, len(text)))
        words = text[first:last]
        if draw(st.integers(0, 4)) == 0:
            mentions.append(Mention(actor, end, end, draw(TEXT), stance, holder))
        elif words.strip() == words and any(c.isalnum() for c in words):
            mentions.append(Mention(actor, start + first, start + last, words, stance, holder, {stance: 0.5}, 0.25))
    mentions.sort(key=lambda m: (m.start, m.end))
    # of two targets of one name in one sentence, nothing says which is meant
    appended = [m.text for m in mentions if m.appended]
    mentions = [m for m in mentions if not m.appended or (m.text.strip() and appended.count(m.text) == 1)]
    frames = draw(st.lists(st.sampled_from(TAXONOMY.frame_ids), unique=True))
    return Sentence(start, end, text, "body", tuple(mentions), tuple(frames), dict.fromkeys(frames, 0.5))


@st.composite
def labelled(draw: st.DrawFn) -> list[Article]:
    made = []
    for name in draw(st.lists(TEXT, min_size=1, max_size=3, unique_by=seen)):
        texts = draw(st.lists(TEXT, min_size=1, max_size=4))
        found, end = [], 0
        for text in texts:
            sentence = draw(sentences(end, text))
            if found and draw(st.booleans()):
                sentence = Sentence(end, end + len(text), text, "furniture")
            found.append(sentence)
            end += len(text) + 1
        made.append(Article(name, "\n".join(texts), outlet=draw(st.none() | TEXT), sentences=tuple(found)))
    return made


def as_done(folder: Path, to: str) -> Path:
    """What an annotator gives back who looks at everything and changes nothing."""
    if to != "label-studio":
        return folder / {"csv": sheet.SHEET, "jsonl": lines.LINES}[to]
    tasks = json.loads((folder / studio.TASKS).read_text(encoding="utf-8"))
    for number, task in enumerate(tasks, start=1):
        result = task.pop("predictions")[0]["result"]
        task |= {"id": number, "annotations": [{"completed_by": 1, "was_cancelled": False, "result": result}]}
    (folder / "done.json").write_text(json.dumps(tasks), encoding="utf-8")
    return folder / "done.json"


def exported(given_articles: list[Article], to: str, folder: Path) -> Path:
    from zawiya.study.annotate.exporting import export

    write_corpus(folder / "in.jsonl", given_articles)
    export(folder / "in.jsonl", to, folder / "out", taxonomy=TAXONOMY)  # type: ignore[arg-type]
    return as_done(folder / "out", to)


def returned(given_articles: list[Article], to: str, folder: Path) -> list[Article]:
    done = exported(given_articles, to, folder)
    (result,) = import_answers(
        done,
        to,
        folder / "in.jsonl",
        folder / "back.jsonl",
        taxonomy=TAXONOMY,
        take_all=to != "label-studio",  # type: ignore[arg-type]
    )
    assert result.changes == ()
    assert result.unfinished == result.skipped == 0
    return list(read_corpus(folder / "back.jsonl"))


def expected(given_articles: list[Article]) -> list[Article]:
    return [a.with_sentences(tuple(by_hand(s) for s in a.sentences)) for a in given_articles]


@pytest.mark.parametrize("to", get_args(Format))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(made=labelled())
def test_without_a_change_articles_come_back_as_they_were(made: list[Article], to: str) -> None:
    with TemporaryDirectory() as folder:
        assert returned(made, to, Path(folder)) == expected(made)


@pytest.mark.parametrize("to", get_args(Format))
def test_titles_dates_and_furniture_come_back(to: str, tmp_path: Path) -> None:
    made = [replace(a, source="a.txt#1", encoding="utf-8", warnings=("repaired",)) for a in articles()]
    assert returned(made, to, tmp_path) == expected(made)
