"""From labelled articles to windows with labels, hand-checked sentence by sentence."""

from collections.abc import Callable

import pytest

from zawiya.actors import ActorFinder
from zawiya.inputs import NOT_AN_ACTOR, STANCE_LABELS, Encoder
from zawiya.records import Article, Mention, Sentence
from zawiya.train.examples import Example, make_examples, with_candidates
from zawiya.train.model import IGNORED

from .conftest import FRAMES

FAVOR, AGAINST, NEUTRAL, NOT_ACTOR = range(4)


@pytest.fixture
def learnt(finder: ActorFinder, encoder: Encoder) -> Callable[..., list[Example]]:
    def make(*sentences: Sentence) -> list[Example]:
        text = "".join(s.text for s in sentences)
        article = Article("a", text, sentences=sentences)
        return list(make_examples([article], finder=finder, encoder=encoder, frames=FRAMES))

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


def asked(text: str, *rows: tuple[str, str, str, str | None]) -> Sentence:
    """A sentence asked about targets that it does not name."""
    end = len(text)
    mentions = tuple(Mention(actor, end, end, name, stance, holder) for actor, name, stance, holder in rows)
    return Sentence(0, end, text, "body", mentions)


def test_an_appended_target_has_a_stance_and_a_holder_like_any_other(learnt: Callable) -> None:
    (example,) = learnt(asked("تدخل", ("usa", "واشنطن", "against", "author"), ("iran", "طهران", "favor", "usa")))
    assert example.stance == (AGAINST, FAVOR)
    assert example.holder.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]]


def test_a_name_that_ends_the_sentence_is_another_mention_than_the_target_appended_behind_it(learnt: Callable) -> None:
    (example,) = learnt(asked("تدخل واشنطن", ("talks", "محادثات", "against", "author")))
    # in a window the names come first, then what is appended
    assert (example.window.mentions, example.stance) == ((1, 0), (NOT_ACTOR, AGAINST))
    (example,) = learnt(asked("تدخل واشنطن", ("usa", "الولايات", "against", "author")))
    assert example.stance == (IGNORED, AGAINST)


def test_an_appended_target_is_learnt_in_every_window_of_a_long_sentence(learnt: Callable) -> None:
    examples = learnt(asked("بلد " * 30 + "بلد", ("talks", "محادثات", "favor", "author")))
    assert len(examples) > 1
    assert {example.stance for example in examples} == {(FAVOR,)}


def test_windows_count_sentences_over_all_articles(finder: ActorFinder, encoder: Encoder, articles: list) -> None:
    examples = make_examples(articles, finder=finder, encoder=encoder, frames=FRAMES)
    assert [example.window.sentence for example in examples] == list(range(12))


def test_an_articles_weight_is_that_of_its_examples(finder: ActorFinder, encoder: Encoder, articles: list) -> None:
    weights = [2.0, *[0.5] * 11]
    examples = make_examples(articles, finder=finder, encoder=encoder, frames=FRAMES, weights=weights)
    assert [example.weight for example in examples] == weights


def test_without_frames_a_sentence_has_no_frame_labels(finder: ActorFinder, encoder: Encoder, articles: list) -> None:
    examples = make_examples(articles, finder=finder, encoder=encoder, frames=())
    assert {example.frames for example in examples} == {()}
