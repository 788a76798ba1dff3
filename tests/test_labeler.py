"""Text in, labelled article out, with the model's part played by one that can be foretold."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.backends import Backend
from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder
from zawiya.labeler import AHEAD, Labeler, sentences_of
from zawiya.prediction import EncoderJudge
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import Frame, FrameList, Taxonomy

#: Moscow condemned Washington's interference. Talks in Tehran.
TEXT = "أدانت موسكو تدخل واشنطن. محادثات في طهران."


@pytest.fixture
def labeler(bundle: Bundle, encoder: Encoder, word_backend: Backend, taxonomy: Taxonomy) -> Labeler:
    return Labeler(judge=EncoderJudge(bundle, encoder, word_backend), taxonomy=taxonomy)


def found(article: Article) -> list[tuple[str, str | None, str | None]]:
    return [(m.actor, m.stance, m.holder) for s in article.sentences for m in s.mentions]


def test_a_text_becomes_labelled_sentences(labeler: Labeler) -> None:
    first, second = labeler.label(TEXT).sentences
    assert [(m.actor, m.stance) for m in first.mentions] == [("russia", "against"), ("usa", "against")]
    assert first.frames == ("interference",)
    assert [(m.actor, m.stance, m.holder) for m in second.mentions] == [("iran", "neutral", None)]
    assert second.frames == ("diplomacy",)


def test_the_holder_is_an_actor_named_in_the_sentence(labeler: Labeler) -> None:
    # Tehran condemned Washington's interference
    article = labeler.label("طهران أدانت تدخل واشنطن.")
    assert found(article) == [("iran", "neutral", None), ("usa", "against", "iran")]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        f"\ufeff\n  {TEXT}\r\n\r\n{TEXT}  ",
        "أَدَانَتْ وَاشِنْطُن موســكو",  # vowel marks and tatweel
        "أدانت ﻭﺍﺷﻨﻄﻦ.",  # presentation forms
        "أدانت\u00a0موسكو\u200f تدخل \u202bواشنطن\u202c.",  # no-break space, direction marks
    ],
)
def test_offsets_slice_the_text_that_was_passed_in(labeler: Labeler, text: str) -> None:
    article = labeler.label(text)
    assert article.text == text
    assert found(article)
    for sentence in article.sentences:
        assert text[sentence.start : sentence.end] == sentence.text
        for mention in sentence.mentions:
            assert sentence.start <= mention.start < mention.end <= sentence.end
            assert text[mention.start : mention.end] == mention.text


def test_a_mention_behind_a_clitic_begins_at_the_name(labeler: Labeler) -> None:
    article = labeler.label("أدانت طهران وواشنطن.")
    assert [m.text for m in article.sentences[0].mentions] == ["طهران", "واشنطن"]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200f", "...", "hello", "😀"])
def test_texts_that_name_nobody_are_labelled_with_nothing(labeler: Labeler, text: str) -> None:
    article = labeler.label(text)
    assert article.text == text
    assert found(article) == []


@pytest.mark.parametrize("wrong", [b"bytes", None, 3, ["a"]])
def test_what_is_no_text_is_refused(labeler: Labeler, wrong: object) -> None:
    with pytest.raises(ZawiyaError, match="expected the text as str"):
        labeler.label(wrong)


def test_an_actor_has_one_row_a_sentence(labeler: Labeler) -> None:
    article = labeler.label("موسكو أدانت موسكو وواشنطن.")
    assert [(m.actor, m.start) for m in article.sentences[0].mentions] == [("russia", 12), ("usa", 19)]


def test_the_date_decides_whom_a_leader_stands_for(labeler: Labeler) -> None:
    assert found(labeler.label("وصل بايدن.", date="2022-03-01")) == [("usa", "neutral", None)]
    assert found(labeler.label("وصل بايدن.", date="2015-03-01")) == []


def test_date_and_outlet_are_handed_on(labeler: Labeler) -> None:
    article = labeler.label(TEXT, date="2022-01-06", outlet="daily")
    assert (article.date, article.outlet) == ("2022-01-06", "daily")


def test_furniture_is_kept_and_not_labelled(labeler: Labeler) -> None:
    text = f"{TEXT}\nجميع الحقوق محفوظة"  # all rights reserved
    last = labeler.label(text).sentences[-1]
    assert (last.role, last.mentions, last.frames, dict(last.frame_scores)) == ("furniture", (), (), {})


def test_the_headline_is_told_from_the_body() -> None:
    title = "موسكو ترد على واشنطن"
    article = Article("a", f"{title}\n{TEXT}", title=title)
    assert [s.role for s in sentences_of(article)] == ["title", "body", "body"]
    assert sentences_of(article)[0].text == title
    assert [s.role for s in sentences_of(replace(article, title=None))][1:] == ["body", "body"]


def test_a_title_that_is_not_in_the_text_marks_nothing() -> None:
    assert {s.role for s in sentences_of(Article("a", TEXT, title="عنوان آخر"))} == {"body"}


def test_labels_that_an_article_brings_along_are_replaced(labeler: Labeler) -> None:
    stale = Sentence(0, 5, TEXT[:5], mentions=(Mention("iran", 0, 5, TEXT[:5], "favor", "other"),), frames=("x",))
    article = next(labeler.label_articles([Article("a", TEXT, sentences=(stale,))]))
    assert article.sentences == labeler.label(TEXT).sentences


def test_prepared_articles_have_mentions_without_labels(labeler: Labeler, word_backend: Backend) -> None:
    article = labeler.prepare(Article("a", TEXT))
    assert [m.actor for s in article.sentences for m in s.mentions] == ["russia", "usa", "iran"]
    assert {m.stance for s in article.sentences for m in s.mentions} == {None}
    assert word_backend.batches == 0


@pytest.mark.parametrize("size", [1, 4 * len(TEXT), 10**6])
def test_articles_come_back_one_for_one_in_order(labeler: Labeler, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("zawiya.labeler.GROUP", size)
    articles = [Article(f"a{n}", TEXT if n % 3 else "") for n in range(50)]
    labelled = list(labeler.label_articles(articles))
    assert [a.id for a in labelled] == [a.id for a in articles]
    expected = labeler.label(TEXT).sentences
    assert all(a.sentences == (expected if a.text else ()) for a in labelled)


def test_articles_are_taken_a_group_at_a_time(labeler: Labeler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zawiya.labeler.GROUP", 3 * len(TEXT))
    taken: list[int] = []

    def endless() -> Iterator[Article]:
        while True:
            taken.append(1)
            yield Article(f"a{len(taken)}", TEXT)

    next(labeler.label_articles(endless()))
    assert len(taken) == (AHEAD + 1) * 3


def test_a_fault_in_one_group_is_raised_and_ends_the_others(labeler: Labeler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zawiya.labeler.GROUP", 1)

    def failing() -> Iterator[Article]:
        yield Article("a", TEXT)
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        list(labeler.label_articles(failing()))


def test_the_metadata_of_an_article_stays(labeler: Labeler) -> None:
    article = Article(
        "a", TEXT, None, "2022-01-06", "daily", "talks", source="x.txt", encoding="utf-8", warnings=("w",)
    )
    labelled = next(labeler.label_articles([article]))
    assert replace(labelled, sentences=()) == article


def test_a_model_folder_is_loaded_whole(model_folder: Path, taxonomy: Taxonomy) -> None:
    labeler = Labeler.load(model_folder, taxonomy=taxonomy, threads=1)
    assert labeler.judge.name == "tiny"
    assert labeler.fingerprint
    article = labeler.label(TEXT)
    assert {m.stance for s in article.sentences for m in s.mentions} <= {"favor", "against", "neutral"}
    assert all(set(s.frame_scores) == {"interference", "diplomacy"} for s in article.sentences)


def test_the_exported_model_labels_as_the_trained_one(
    model_folder: Path, taxonomy: Taxonomy, bundle: Bundle, encoder: Encoder, torch_backend: Backend
) -> None:
    trained = Labeler(judge=EncoderJudge(bundle, encoder, torch_backend), taxonomy=taxonomy)
    exported = Labeler.load(str(model_folder), taxonomy=taxonomy)
    assert found(trained.label(TEXT)) == found(exported.label(TEXT))


def frames_of(taxonomy: Taxonomy, *ids: str) -> Taxonomy:
    return replace(taxonomy, frames=FrameList(1, tuple(Frame(name, name, name) for name in ids)))


def test_frames_that_the_model_was_not_trained_on_are_named(
    bundle: Bundle, encoder: Encoder, word_backend: Backend, taxonomy: Taxonomy
) -> None:
    judge = EncoderJudge(bundle, encoder, word_backend)
    with pytest.raises(ZawiyaError, match="not trained on flood; the frame list lacks diplomacy"):
        Labeler(judge=judge, taxonomy=frames_of(taxonomy, "interference", "flood"))
    with pytest.raises(ZawiyaError, match="found others: the model was not trained on flood"):
        Labeler(judge=judge, taxonomy=frames_of(taxonomy, "diplomacy", "flood", "interference"))
    with pytest.raises(ZawiyaError, match="found others: the frame list lacks diplomacy, interference"):
        Labeler(judge=judge, taxonomy=frames_of(taxonomy))


def test_the_order_of_the_frame_list_is_free(
    bundle: Bundle, encoder: Encoder, word_backend: Backend, taxonomy: Taxonomy
) -> None:
    turned = frames_of(taxonomy, "diplomacy", "interference")
    assert Labeler(judge=EncoderJudge(bundle, encoder, word_backend), taxonomy=turned).label(TEXT).sentences


def test_the_frame_list_that_comes_with_zawiya_gives_way_to_the_models(
    bundle: Bundle, encoder: Encoder, word_backend: Backend, taxonomy: Taxonomy
) -> None:
    # what a command line with an actor list of its own makes
    default = replace(taxonomy, frames=Taxonomy.load().frames)
    labelled = Labeler(judge=EncoderJudge(bundle, encoder, word_backend), taxonomy=default).label(TEXT)
    assert [s.frames for s in labelled.sentences] == [("interference",), ("diplomacy",)]


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path, taxonomy: Taxonomy) -> None:
    with pytest.raises(ZawiyaError, match=r"expected a model folder with zawiya\.json"):
        Labeler.load(tmp_path, taxonomy=taxonomy)


@pytest.mark.parametrize("lost", ["model.onnx", "tokenizer.json"])
def test_a_model_folder_without_one_of_its_files_names_it(
    tmp_path: Path, model_folder: Path, taxonomy: Taxonomy, lost: str
) -> None:
    for path in model_folder.iterdir():
        if path.name != lost:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(ZawiyaError, match=lost.replace(".", r"\.")):
        Labeler.load(tmp_path, taxonomy=taxonomy)
