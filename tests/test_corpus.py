"""Corpus files: what goes in comes out, and everything wrong with a line is named."""

import gzip
import json
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.corpus import article_from_json, article_to_json, dumps, read_corpus, write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import ROLES, Article, Mention, Sentence

# "Moscow accused Washington. / Talks are going on."
TEXT = "اتهمت موسكو واشنطن. المحادثات جارية."


def line() -> dict:
    return {
        "id": "a1",
        "date": "2022-01-06",
        "outlet": "agency",
        "topic": "talks",
        "text": TEXT,
        "sentences": [
            {
                "start": 0,
                "end": 19,
                "role": "title",
                "mentions": [
                    {"actor": "russia", "start": 6, "end": 11, "stance": "neutral", "holder": None},
                    {"actor": "usa", "start": 12, "end": 18, "stance": "against", "holder": "russia"},
                ],
                "frames": ["interference"],
            },
            {"start": 20, "end": 36, "role": "body", "mentions": [], "frames": []},
        ],
    }


def faults_of(obj: object) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        article_from_json(obj)
    return caught.value.faults


def test_texts_of_sentences_and_mentions_are_cut_from_the_article() -> None:
    article = article_from_json(line())
    assert [sentence.text for sentence in article.sentences] == ["اتهمت موسكو واشنطن.", "المحادثات جارية."]
    assert [mention.text for mention in article.sentences[0].mentions] == ["موسكو", "واشنطن"]


def test_title_is_the_text_of_the_title_sentence() -> None:
    assert article_from_json(line()).title == "اتهمت موسكو واشنطن."
    assert "title" not in article_to_json(article_from_json(line()))


def test_a_title_that_the_sentences_do_not_say_is_kept() -> None:
    article = replace(article_from_json(line()), title="عنوان آخر")  # another headline
    assert article_from_json(article_to_json(article)) == article


def test_a_labelled_line_comes_out_as_it_went_in() -> None:
    assert article_to_json(article_from_json(line())) == line()


def test_a_line_of_another_schema_version_says_which_is_read() -> None:
    line = {"id": "a", "text": "", "sentences": []}
    assert article_from_json({**line, "schema": 1}).id == "a"
    with pytest.raises(FaultsError, match="schema: expected 1, found 2; convert the file"):
        article_from_json({**line, "schema": 2})


def test_fields_of_the_schema_that_may_be_null_may_be_missing() -> None:
    obj = line()
    for name in ("date", "outlet", "topic"):
        del obj[name]
    del obj["sentences"][0]["mentions"][0]["holder"]
    article = article_from_json(obj)
    assert (article.date, article.outlet, article.topic) == (None, None, None)
    assert article.sentences[0].mentions[0].holder is None


def test_unknown_fields_are_ignored() -> None:
    obj = line() | {"annotator": "b"}
    assert article_from_json(obj) == article_from_json(line())


def test_scores_are_rounded_and_absent_ones_are_not_written() -> None:
    mention = Mention("usa", 12, 18, "واشنطن", "against", "russia", {"against": 0.123456}, 0.98765)
    obj = article_to_json(Article("a", TEXT, sentences=(Sentence(0, 19, TEXT[:19], mentions=(mention,)),)))
    assert obj["sentences"][0]["mentions"][0]["scores"] == {"against": 0.1235}
    assert obj["sentences"][0]["mentions"][0]["holder_score"] == 0.9877
    assert "frame_scores" not in obj["sentences"][0]
    assert not {"title", "source", "encoding", "warnings"} & set(obj)


def test_half_a_surrogate_pair_can_be_written(tmp_path) -> None:
    article = Article("a", "نص \ud83d")
    write_corpus(tmp_path / "a.jsonl", [article])
    assert list(read_corpus(tmp_path / "a.jsonl")) == [article]


SCORE = st.integers(0, 10_000).map(lambda number: number / 10_000)
NAME = st.sampled_from(["russia", "usa", "author", "other"])
WORDS = st.text(min_size=1, max_size=12)


@st.composite
def mentions(draw, text: str, first: int, last: int) -> Mention:
    if draw(st.booleans()):
        # a target that the sentence does not name
        start = end = last
        name = draw(WORDS)
    else:
        start = draw(st.integers(first, last - 1))
        end = draw(st.integers(start + 1, last))
        name = text[start:end]
    stance = draw(st.sampled_from(["favor", "against", "neutral", None]))
    return Mention(
        draw(NAME),
        start,
        end,
        name,
        stance,
        draw(NAME) if stance in ("favor", "against") else None,
        draw(st.dictionaries(st.sampled_from(["favor", "against", "neutral"]), SCORE)),
        draw(st.none() | SCORE),
    )


@st.composite
def articles(draw) -> Article:
    text = draw(st.text(min_size=1, max_size=60))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)) | {0, len(text)})
    sentences = []
    for start, end in pairwise(cuts):
        found = draw(st.lists(mentions(text, start, end), max_size=3))
        sentences.append(
            Sentence(
                start,
                end,
                text[start:end],
                draw(st.sampled_from([role for role in ROLES if role != "title"])),
                tuple(found),
                tuple(draw(st.lists(WORDS, max_size=2))),
                draw(st.dictionaries(WORDS, SCORE, max_size=2)),
            )
        )
    optional = [draw(st.none() | WORDS) for _ in range(6)]
    warnings = tuple(draw(st.lists(WORDS, max_size=2)))
    return Article(draw(WORDS), text, *optional[:4], tuple(sentences), *optional[4:], warnings)


@given(articles())
def test_reading_back_loses_nothing(article: Article) -> None:
    assert "\n" not in dumps(article)
    assert article_from_json(json.loads(dumps(article))) == article


def asked(**fields: object) -> dict:
    """A line whose second sentence is asked about what it does not name."""
    obj = line()
    target = {"actor": "vaccine", "target": "لقاح", "stance": "favor", "holder": "author"}
    obj["sentences"][1]["mentions"] = [target | fields]
    return obj


def test_a_target_that_the_sentence_does_not_name_is_appended_at_its_end() -> None:
    article = article_from_json(asked())
    [mention] = article.sentences[1].mentions
    assert mention == Mention("vaccine", 36, 36, "لقاح", "favor", "author")
    assert mention.appended
    assert not article.sentences[0].mentions[0].appended
    assert article_to_json(article) == asked()


@pytest.mark.parametrize("target", ["", None, 3])
def test_an_appended_target_has_a_name(target: object) -> None:
    assert [fault[:31] for fault in faults_of(asked(target=target))] == ["sentence 2, mention 1, target: "]


def test_a_target_is_named_by_the_sentence_or_appended_and_not_both() -> None:
    [fault] = faults_of(asked(start=20, end=22))
    assert "expected either target or start and end, found both" in fault


def test_every_fault_of_an_article_is_named() -> None:
    obj = line()
    del obj["id"]
    first, second = obj["sentences"]
    first["mentions"][0] |= {"holder": "usa"}
    first["mentions"][1] |= {"start": 25, "end": 30, "stance": "angry"}
    second |= {"role": "footer", "end": 99}
    del second["frames"]
    faults = faults_of(obj)
    assert len(faults) == 7
    for number, words in enumerate(
        (
            ("sentence 1, mention 1", "holder", "usa"),
            ("sentence 1, mention 2", "its sentence, 0–19, found 25–30"),
            ("sentence 1, mention 2", "stance", "angry"),
            ("sentence 2", "the article's text, 0–36, found 20–99"),
            ("sentence 2", "role", "footer"),
            ("sentence 2", "frames", "found nothing"),
            ("id", "found nothing"),
        )
    ):
        assert all(word in faults[number] for word in words), faults[number]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": None}, "text: expected text, found null"),
        ({"id": ""}, "id: expected text"),
        ({"date": 2022}, "date: expected text, found 2022"),
        ({"sentences": {}}, "sentences: expected a list"),
        ({"sentences": ["x"]}, "sentence 1, expected an object"),
        ({"warnings": [1]}, "warnings: expected texts only"),
    ],
)
def test_a_field_of_another_type_is_a_fault(change: dict, fault: str) -> None:
    assert any(fault in found for found in faults_of(line() | change))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"start": True}, "start: expected a whole number, found true"),
        ({"end": 7.0}, "end: expected a whole number, found 7.0"),
        ({"start": 11}, "found 11–11"),
        ({"stance": ["favor"]}, "stance: expected one of"),
        ({"holder_score": "high"}, "holder_score: expected a number"),
        ({"scores": {"favor": "high"}}, "scores: expected a number for each label"),
        ({"actor": 3}, "actor: expected text, found 3"),
    ],
)
def test_a_fault_of_a_mention_is_named_with_its_place(change: dict, fault: str) -> None:
    obj = line()
    obj["sentences"][0]["mentions"][0] |= change
    (found,) = faults_of(obj)
    assert found.startswith("sentence 1, mention 1, ")
    assert fault in found


def test_what_is_no_object_is_a_fault() -> None:
    assert "expected an object" in faults_of([1])[0]


@pytest.mark.parametrize("name", ["corpus.jsonl", "corpus.jsonl.gz"])
def test_a_written_file_is_read_back(tmp_path, name: str) -> None:
    path = tmp_path / "new" / name
    wanted = [article_from_json(line() | {"id": identity}) for identity in ("a", "b")]
    assert write_corpus(path, wanted) == 2
    assert list(read_corpus(path)) == wanted
    before = path.read_bytes()
    write_corpus(path, wanted)
    assert path.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path) -> None:
    path = tmp_path / "corpus.jsonl"
    write_corpus(path, [article_from_json(line())])
    before = path.read_bytes()

    def broken():
        yield article_from_json(line())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_corpus(path, broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_all_faults_of_a_file_come_with_their_lines(tmp_path) -> None:
    path = tmp_path / "corpus.jsonl"
    good, bad = json.dumps(line()), json.dumps(line() | {"text": 1, "id": "a3"})
    path.write_text(f"\ufeff{good}\n\n{{\n{bad}\n{good}\n", encoding="utf-8")
    read = []
    with pytest.raises(FaultsError) as caught:
        for article in read_corpus(path):
            read.append(article.id)
    assert read == ["a1"]
    assert caught.value.source == str(path)
    assert caught.value.faults[0].startswith("line 3: not JSON")
    assert caught.value.faults[1].startswith("line 4, article 'a3': text: expected text, found 1")


@pytest.mark.parametrize("data", [b"\xff\xfe{", gzip.compress(b"{}")[:-6]])
def test_a_file_that_is_no_text_is_refused_in_plain_words(tmp_path, data: bytes) -> None:
    path = tmp_path / ("corpus.jsonl.gz" if data[:2] == b"\x1f\x8b" else "corpus.jsonl")
    path.write_bytes(data)
    with pytest.raises(ZawiyaError, match=r"expected .*corpus|expected UTF-8"):
        list(read_corpus(path))


def test_a_missing_file_is_refused_in_plain_words(tmp_path) -> None:
    with pytest.raises(ZawiyaError, match="expected a corpus file"):
        list(read_corpus(tmp_path / "none.jsonl"))
