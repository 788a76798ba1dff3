"""The rows beside every score: what they are made of, and that they take any corpus that a model takes."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from zawiya.records import Article, Sentence
from zawiya.train.baseline import TfidfBaseline, majority, target_text

from .conftest import FRAMES

# a frame that all or none of a few sentences have
pytestmark = pytest.mark.filterwarnings("ignore:Label not .* is present")


@pytest.fixture
def sentences(articles: list[Article]) -> list[Sentence]:
    return [s for article in articles for s in article.sentences]


def unlabelled(sentences: list[Sentence]) -> list[Sentence]:
    return [
        replace(s, frames=(), mentions=tuple(replace(m, stance=None, holder=None) for m in s.mentions))
        for s in sentences
    ]


def labels(sentences: list[Sentence]) -> list[tuple[str | None, str | None]]:
    return [(m.stance, m.holder) for s in sentences for m in s.mentions]


def test_the_majority_is_neutral_and_frameless_about_every_mention(sentences: list[Sentence]) -> None:
    given = majority(sentences)
    assert set(labels(given)) == {("neutral", None)}
    assert {s.frames for s in given} == {()}
    assert [[m.actor for m in s.mentions] for s in given] == [[m.actor for m in s.mentions] for s in sentences]


def test_a_target_is_hidden_and_its_neighbours_stand_twice(make_sentence: Callable[..., Sentence]) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن في إيران", ("usa", "واشنطن"), start=50)
    assert (
        target_text(sentence, sentence.mentions[0]) == "ادانت موسكو تدخل TARGET في ايران <ادانت <موسكو <تدخل >في >ايران"
    )


def test_only_words_near_the_target_stand_twice(make_sentence: Callable[..., Sentence]) -> None:
    sentence = make_sentence("ا1 ا2 ا3 ا4 ا5 موسكو ب1 ب2 ب3 ب4 ب5", ("russia", "موسكو"))
    near = [word for word in target_text(sentence, sentence.mentions[0]).split() if word[0] in "<>"]
    assert near == ["<ا2", "<ا3", "<ا4", "<ا5", ">ب1", ">ب2", ">ب3", ">ب4"]


def test_the_spelling_of_a_word_is_no_feature(make_sentence: Callable[..., Sentence]) -> None:
    plain = make_sentence("ادانت موسكو ايران", ("russia", "موسكو"))
    marked = make_sentence("أَدانت موسكو إيــران", ("russia", "موسكو"))
    assert target_text(plain, plain.mentions[0]) == target_text(marked, marked.mentions[0])


def test_it_learns_what_two_verbs_mean(sentences: list[Sentence]) -> None:
    baseline = TfidfBaseline(FRAMES).fit(sentences)
    given = baseline.label(unlabelled(sentences))
    assert [m.stance for s in given for m in s.mentions] == [m.stance for s in sentences for m in s.mentions]
    assert [s.frames for s in given] == [s.frames for s in sentences]
    # a holder that is an actor is the other one of the sentence
    assert labels(given) == labels(sentences)


def test_labels_do_not_depend_on_what_the_mentions_carried(sentences: list[Sentence]) -> None:
    baseline = TfidfBaseline(FRAMES).fit(sentences)
    assert labels(baseline.label(sentences)) == labels(baseline.label(unlabelled(sentences)))


def test_sentences_without_mentions_get_frames(sentences: list[Sentence]) -> None:
    baseline = TfidfBaseline(FRAMES).fit(sentences)
    bare = [replace(s, mentions=()) for s in sentences]
    assert [s.frames for s in baseline.label(bare)] == [s.frames for s in sentences]


def test_a_corpus_of_one_label_is_learnt_as_that_label(sentences: list[Sentence]) -> None:
    one = [
        replace(s, frames=(), mentions=tuple(replace(m, stance="against", holder="author") for m in s.mentions))
        for s in sentences
    ]
    given = TfidfBaseline(FRAMES).fit(one).label(unlabelled(one))
    assert set(labels(given)) == {("against", "author")}
    assert {s.frames for s in given} == {()}


def test_a_corpus_without_holders_is_learnt(sentences: list[Sentence]) -> None:
    neutral = majority(sentences)
    assert set(labels(TfidfBaseline(FRAMES).fit(neutral).label(unlabelled(neutral)))) == {("neutral", None)}


def test_words_that_stand_once_are_enough_where_there_are_no_others(make_sentence: Callable[..., Sentence]) -> None:
    few = [
        make_sentence("أدانت موسكو", ("russia", "موسكو", "against", "author"), frames=("interference",)),
        make_sentence("محادثات طهران", ("iran", "طهران", "neutral")),
    ]
    given = TfidfBaseline(FRAMES).fit(few).label(unlabelled(few))
    assert len(labels(given)) == 2


def test_one_frame_is_learnt_like_several(sentences: list[Sentence]) -> None:
    given = TfidfBaseline(FRAMES[:1]).fit(sentences).label(unlabelled(sentences))
    assert [s.frames for s in given] == [s.frames if s.frames == FRAMES[:1] else () for s in sentences]
