"""From labelled articles to windows with labels, hand-checked sentence by sentence."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.actors import ActorFinder
from zawiya.errors import ZawiyaError
from zawiya.inputs import NOT_AN_ACTOR, STANCE_LABELS, Encoder
from zawiya.records import Article, Mention, Sentence
from zawiya.train.examples import Example, load_split, make_examples, with_candidates
from zawiya.train.model import IGNORED
from zawiya.train.settings import DataSettings

from .conftest import FRAMES

FAVOR, AGAINST, NEUTRAL, NOT_ACTOR = range(4)


@pytest.fixture
def learnt(finder: ActorFinder, encoder: Encoder) -> Callable[..., list[Example]]:
    def make(*sentences: Sentence) -> list[Example]:
        text = "".join(s.text for s in sentences)
        article = Article("a", text, sentences=sentences)
        return make_examples([article], finder=finder, encoder=encoder, frames=FRAMES)

    return make


def test_the_order_of_labels_is_the_models() -> None:
    assert STANCE_LABELS == ("favor", "against", "neutral", NOT_AN_ACTOR)


def test_a_labelled_sentence_becomes_a_window_with_its_labels(learnt: Callable, make_sentence: Callable) -> None:
    (example,) = learnt(
        make_sentence(
            "طهران أدانت تدخل واشنطن",  # Tehran condemned Washington's interference
            ("iran", "طهران", "neutral"),
            ("usa", "واشنطن", "against", "iran"),
            frames=("interference",),
        )
    )
    assert example.stance == (NEUTRAL, AGAINST)
    assert example.frames == (1, 0)
    # columns: author, other, Tehran, Washington
    assert example.holder.tolist() == [[0, 0, 0, 0], [0, 0, 1, 0]]


@pytest.mark.parametrize(("holder", "column"), [("author", 0), ("other", 1)])
def test_the_outlet_and_others_have_places_of_their_own(
    learnt: Callable, make_sentence: Callable, holder: str, column: int
) -> None:
    (example,) = learnt(make_sentence("تدخل واشنطن", ("usa", "واشنطن", "against", holder)))
    assert example.holder.argmax() == column
    assert example.holder.sum() == 1


def test_every_mention_of_the_holder_is_acceptable(learnt: Callable, make_sentence: Callable) -> None:
    # Moscow: Washington ..., said Moscow: the matcher finds Russia a second time
    (example,) = learnt(
        make_sentence(
            "موسكو أدانت واشنطن في موسكو", ("russia", "موسكو", "neutral"), ("usa", "واشنطن", "against", "russia")
        )
    )
    assert example.window.mentions == (0, 1, 2)
    assert example.holder[1].tolist() == [0, 0, 1, 0, 1]


def test_a_holder_that_the_sentence_does_not_name_teaches_nothing(learnt: Callable, make_sentence: Callable) -> None:
    (example,) = learnt(make_sentence("تدخل واشنطن", ("usa", "واشنطن", "against", "iran")))
    assert not example.holder.any()
    assert example.stance == (AGAINST,)


def test_a_match_without_a_row_is_an_example_of_not_an_actor(learnt: Callable, make_sentence: Callable) -> None:
    (example,) = learnt(make_sentence("أدانت موسكو واشنطن", ("russia", "موسكو", "neutral")))
    assert example.stance == (NEUTRAL, NOT_ACTOR)


def test_a_second_mention_of_an_actor_with_a_row_is_left_out_of_the_loss(
    learnt: Callable, make_sentence: Callable
) -> None:
    (example,) = learnt(make_sentence("موسكو أدانت موسكو", ("russia", "موسكو", "neutral")))
    assert example.stance == (NEUTRAL, IGNORED)


def test_a_match_that_overlaps_a_row_is_no_other_mention(finder: ActorFinder, make_sentence: Callable) -> None:
    # labelled with its preposition, matched without
    sentence = make_sentence("تدخل بواشنطن", ("usa", "بواشنطن", "against", "author"))
    (found,) = with_candidates(Article("a", sentence.text, sentences=(sentence,)), finder)
    assert found.mentions == sentence.mentions


def test_rows_come_first_and_keep_their_order(finder: ActorFinder, make_sentence: Callable) -> None:
    sentence = make_sentence(
        "طهران أدانت موسكو وواشنطن", ("usa", "واشنطن", "against", "iran"), ("iran", "طهران", "neutral")
    )
    (found,) = with_candidates(Article("a", sentence.text, sentences=(sentence,)), finder)
    assert [(m.actor, m.stance) for m in found.mentions] == [("usa", "against"), ("iran", "neutral"), ("russia", None)]


def test_a_sentence_without_actors_teaches_frames(learnt: Callable, make_sentence: Callable) -> None:
    (example,) = learnt(make_sentence("محادثات", frames=("diplomacy",)))
    assert (example.stance, example.frames, example.holder.shape) == ((), (0, 1), (0, 2))


def test_frames_that_the_model_does_not_know_are_passed_over(learnt: Callable, make_sentence: Callable) -> None:
    (example,) = learnt(make_sentence("محادثات", frames=("weather", "diplomacy")))
    assert example.frames == (0, 1)


def test_furniture_teaches_nothing(learnt: Callable, make_sentence: Callable) -> None:
    assert learnt(make_sentence("جميع الحقوق محفوظة", role="furniture")) == []


def test_each_window_of_a_long_sentence_has_the_labels_of_its_own_targets(learnt: Callable) -> None:
    text = f"موسكو {'بلد ' * 30}واشنطن"
    mentions = (
        Mention("russia", 0, 5, "موسكو", "neutral"),
        Mention("usa", len(text) - 6, len(text), "واشنطن", "against", "russia"),
    )
    examples = learnt(Sentence(0, len(text), text, "body", mentions, ("diplomacy",)))
    assert len(examples) > 1
    assert examples[0].stance == (NEUTRAL,)
    assert examples[-1].stance == (AGAINST,)
    # the holder is read in another window, so it cannot be pointed to
    assert not examples[-1].holder.any()
    assert {example.frames for example in examples} == {(0, 1)}


def test_files_become_the_parts_of_a_split(corpus: Callable) -> None:
    split = load_split(DataSettings((corpus("x"), corpus("y")), (corpus("d"),), (corpus("t"),)))
    assert (len(split.train), len(split.dev)) == (24, 12)
    assert [len(articles) for articles in split.test.values()] == [12]


def numbered(articles: list[Article], copies: int) -> list[Article]:
    """Copies of the articles that differ in id and text."""
    found = []
    for copy in range(copies):
        for article in articles:
            text = f"{article.text} {copy}"
            found.append(replace(article, id=f"{copy}-{article.id}", text=text))
    return found


def test_extra_files_are_divided_by_article_once_and_for_all(corpus: Callable, articles: list[Article]) -> None:
    extra = corpus("extra", numbered(articles, 20))
    settings = DataSettings((corpus("x"),), (corpus("d"),), extra=(extra,), extra_dev_share=0.25)
    split = load_split(settings)
    learnt, chosen = ({a.id for a in part if "-" in a.id} for part in (split.train, split.dev))
    assert not learnt & chosen
    assert len(learnt | chosen) == 240
    assert 40 <= len(chosen) <= 80
    assert load_split(settings) == split
    # a larger share keeps what was chosen before
    wider = load_split(replace(settings, extra_dev_share=0.5))
    assert chosen < {a.id for a in wider.dev}


@pytest.mark.parametrize(("share", "expected"), [(0.0, 0), (1.0, 12)])
def test_the_extreme_shares_send_all_extra_articles_one_way(corpus: Callable, share: float, expected: int) -> None:
    split = load_split(DataSettings((corpus("x"),), (corpus("d"),), extra=(corpus("e"),), extra_dev_share=share))
    assert len(split.dev) - 12 == expected
    assert len(split.train) - 12 == 12 - expected


def test_extra_articles_that_name_a_held_out_actor_are_left_out(corpus: Callable, tmp_path: Path) -> None:
    ids = tmp_path / "unseen.txt"
    ids.write_text("iran\n", encoding="utf-8")
    split = load_split(
        DataSettings((corpus("x"),), (corpus("d"),), extra=(corpus("e"),), extra_dev_share=0.0, held_out=str(ids))
    )
    extra = [a for a in split.train if a.id.startswith("e")]
    # of six ordered pairs of three actors, two are without Iran, with either verb
    assert len(extra) == 4
    assert not any(m.actor == "iran" for a in extra for s in a.sentences for m in s.mentions)


def test_a_missing_file_is_reported_by_name(corpus: Callable, tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"absent\.jsonl"):
        load_split(DataSettings((str(tmp_path / "absent.jsonl"),), (corpus("d"),)))
    with pytest.raises(ZawiyaError, match=r"absent\.txt"):
        load_split(DataSettings((corpus("x"),), (corpus("d"),), held_out=str(tmp_path / "absent.txt")))
