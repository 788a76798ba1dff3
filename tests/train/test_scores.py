"""Scores on labels few enough to be counted by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from zawiya.records import Sentence
from zawiya.train.scores import macro_f1, micro_f1, score_sentences

FRAMES = ("interference", "diplomacy", "legality")


def test_macro_f1_is_the_mean_over_labels() -> None:
    # label 0: one of two found, F1 2/3; label 1: both found with one too many, F1 4/5; label 2 is absent
    assert macro_f1([0, 0, 1, 1], [0, 1, 1, 1], labels=(0, 1)) == pytest.approx((2 / 3 + 4 / 5) / 2)
    assert macro_f1([0, 0, 1, 1], [0, 1, 1, 1], labels=(0, 1, 2)) == pytest.approx((2 / 3 + 4 / 5) / 3)


def test_micro_f1_counts_every_decision() -> None:
    # two of three found, one given in vain
    assert micro_f1([[1, 1], [0, 1]], [[1, 0], [1, 1]]) == pytest.approx(2 * 2 / (3 + 3))
    assert micro_f1([[0, 0]], [[0, 0]]) == 0


@pytest.fixture
def gold(make_sentence: Callable[..., Sentence]) -> list[Sentence]:
    return [
        make_sentence(
            "طهران أدانت واشنطن",
            ("iran", "طهران", "neutral"),
            ("usa", "واشنطن", "against", "iran"),
            frames=("interference",),
        ),
        make_sentence("أشادت واشنطن", ("usa", "واشنطن", "favor", "author"), frames=("diplomacy", "interference")),
        make_sentence("تدخل موسكو", ("russia", "موسكو", "against", "author")),
    ]


def changed(sentence: Sentence, *labels: tuple[str, str | None], frames: tuple[str, ...]) -> Sentence:
    mentions = tuple(
        replace(mention, stance=stance, holder=holder)
        for mention, (stance, holder) in zip(sentence.mentions, labels, strict=True)
    )
    return replace(sentence, mentions=mentions, frames=frames)


def test_what_is_right_throughout_scores_one(gold: list[Sentence]) -> None:
    scores = score_sentences(gold, gold, FRAMES)
    assert (scores["rows"], scores["sentences"]) == (4, 3)
    assert scores["stance_macro_f1"] == scores["holder_accuracy"] == scores["frame_micro_f1"] == 1
    # a frame that nobody gave counts as missed: the mean is over all that the model may give
    assert scores["frame_macro_f1"] == pytest.approx(2 / 3, abs=1e-3)
    assert {name: row["support"] for name, row in scores["stance"].items()} == {"favor": 1, "against": 2, "neutral": 1}
    assert {name: row["support"] for name, row in scores["frames"].items()} == {
        "interference": 2,
        "diplomacy": 1,
        "legality": 0,
    }


def test_scores_of_a_hand_worked_case(gold: list[Sentence]) -> None:
    given = [
        changed(gold[0], ("neutral", None), ("against", "author"), frames=("interference",)),
        changed(gold[1], ("favor", "author"), frames=("legality",)),
        changed(gold[2], ("neutral", None), frames=()),
    ]
    scores = score_sentences(gold, given, FRAMES)
    assert scores["stance"]["favor"] == {"precision": 1, "recall": 1, "f1": 1, "support": 1}
    assert scores["stance"]["against"] == {"precision": 1, "recall": 0.5, "f1": 0.6667, "support": 2}
    assert scores["stance"]["neutral"] == {"precision": 0.5, "recall": 1, "f1": 0.6667, "support": 1}
    assert scores["stance_macro_f1"] == pytest.approx((1 + 2 / 3 + 2 / 3) / 3, abs=1e-4)
    # of three stances held by somebody, one has the right holder
    assert scores["holder_accuracy"] == pytest.approx(1 / 3, abs=1e-4)
    # of three frames one is found, and two are given
    assert scores["frame_micro_f1"] == pytest.approx(2 * 1 / (3 + 2), abs=1e-4)
    assert scores["frames"]["interference"]["f1"] == pytest.approx(2 / 3, abs=1e-4)
    assert scores["frame_macro_f1"] == pytest.approx((2 / 3) / 3, abs=1e-4)


def test_a_single_frame_is_scored_like_any_other(gold: list[Sentence]) -> None:
    given = [*gold[:2], replace(gold[2], frames=("interference",))]
    scores = score_sentences(gold, given, ("interference",))
    assert scores["frames"] == {"interference": {"f1": 0.8, "support": 2}}
    assert scores["frame_micro_f1"] == scores["frame_macro_f1"] == 0.8


def test_neutral_rows_alone_have_no_holders_to_get_right(gold: list[Sentence]) -> None:
    neutral = [changed(s, *[("neutral", None)] * len(s.mentions), frames=()) for s in gold]
    assert score_sentences(neutral, neutral, FRAMES)["holder_accuracy"] == 0


def test_sentences_without_actors_are_scored_by_their_frames(make_sentence: Callable[..., Sentence]) -> None:
    sentence = make_sentence("محادثات", frames=("diplomacy",))
    scores = score_sentences([sentence], [sentence], FRAMES)
    assert (scores["rows"], scores["frame_micro_f1"]) == (0, 1)


def test_rows_must_stand_at_the_same_places(gold: list[Sentence]) -> None:
    with pytest.raises(ValueError):
        score_sentences(gold, [replace(gold[0], mentions=()), *gold[1:]], FRAMES)


def test_a_model_without_frames_is_scored_by_stance_and_holder(gold: list[Sentence]) -> None:
    scores = score_sentences(gold, gold, ())
    assert (scores["stance_macro_f1"], scores["holder_accuracy"]) == (1, 1)
    assert (scores["frame_micro_f1"], scores["frame_macro_f1"], scores["frames"]) == (0, 0, {})


@pytest.mark.parametrize("frames", [(), FRAMES])
def test_no_sentences_score_nothing(frames: tuple[str, ...]) -> None:
    scores = score_sentences([], [], frames)
    assert (scores["rows"], scores["sentences"], scores["stance_macro_f1"], scores["frame_macro_f1"]) == (0, 0, 0, 0)
