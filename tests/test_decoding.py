"""From logits to labels: each rule of the codebook that decoding keeps, on numbers that can be checked by head."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya import decoding
from zawiya.backends import Logits
from zawiya.bundle import Bundle, Calibration
from zawiya.decoding import WindowScores, merge_mentions, sigmoid, softmax, surest, unpack
from zawiya.inputs import Window
from zawiya.records import Mention, Sentence

TEXT = "موسكو وواشنطن وموسكو"  # Moscow and Washington and Moscow
#: Log probabilities of favor, against, neutral and not-an-actor.
FAVOR, AGAINST, NEUTRAL, REJECTED = (np.log(row) for row in (np.full((4, 4), 0.1) + 0.6 * np.eye(4)))
AUTHOR, OTHER = 0, 1


@pytest.fixture
def sentence(make_sentence: Callable) -> Sentence:
    """Russia, the United States, and Russia again."""
    found = make_sentence(TEXT, ("russia", "موسكو"), ("usa", "واشنطن"))
    second = Mention("russia", 15, 20, "موسكو")
    return replace(found, mentions=(*found.mentions, second))


def scores(
    stance: list[np.ndarray],
    *,
    holder: list[list[float]] | None = None,
    frames: tuple[float, float] = (-9.0, -9.0),
    mentions: tuple[int, ...] | None = None,
) -> WindowScores:
    """A window's logits; holders, given as probabilities, are the author's where left out."""
    count = len(stance)
    pointers = holder or [[0.9, *[0.1 / (count + 1)] * (count + 1)]] * count
    return WindowScores(
        Window(0, (2, 3), ((1, 2),) * count, mentions or tuple(range(count))),
        np.array(stance, dtype=np.float32).reshape(count, 4),
        np.log(np.array(pointers, dtype=np.float32)).reshape(count, 2 + count),
        np.array(frames, dtype=np.float32),
    )


def decode(sentence: Sentence, windows: list[WindowScores], bundle: Bundle, *, gold: bool = False) -> Sentence:
    (labelled,) = decoding.decode([sentence], windows, bundle, gold=gold)
    return labelled


def rows(sentence: Sentence) -> list[tuple[str, str | None, str | None]]:
    return [(m.actor, m.stance, m.holder) for m in sentence.mentions]


logit_rows = st.lists(st.floats(-1e4, 1e4, width=32), min_size=2, max_size=6)


@given(logit_rows)
def test_softmax_is_a_distribution_at_any_size_of_logits(row: list[float]) -> None:
    found = softmax(np.array(row, dtype=np.float32))
    assert np.isfinite(found).all()
    assert found.sum() == pytest.approx(1, abs=1e-5)
    assert found.argmax() in np.flatnonzero(found >= softmax(np.array(row, dtype=np.float32)).max())


@given(logit_rows)
def test_sigmoid_is_a_probability_at_any_size_of_logits(row: list[float]) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = sigmoid(np.array(row, dtype=np.float32))
    assert ((found >= 0) & (found <= 1)).all()


def test_softmax_and_sigmoid_have_the_values_of_their_formulas() -> None:
    assert softmax(np.log(np.array([1.0, 2.0, 5.0]))) == pytest.approx([0.125, 0.25, 0.625])
    assert softmax(np.array([[5e4, 0.0], [0.0, 0.0]])).tolist() == [[1, 0], [0.5, 0.5]]
    assert sigmoid(np.array([0.0, np.log(3.0), -np.log(3.0)])) == pytest.approx([0.5, 0.75, 0.25])


def test_unpacking_takes_the_padding_off() -> None:
    windows = [
        Window(0, (2, 3), ((1, 2),), (0,)),
        Window(1, (2, 3), ((1, 2), (1, 2)), (0, 1)),
        Window(2, (2, 3), (), ()),
    ]
    logits = Logits(
        np.arange(24, dtype=np.float32).reshape(3, 2, 4),
        np.arange(24, dtype=np.float32).reshape(3, 2, 4),
        np.arange(6, dtype=np.float32).reshape(3, 2),
    )
    one, two, none = unpack(windows, logits)
    assert (one.stance.shape, one.holder.shape) == ((1, 4), (1, 3))
    assert one.holder.tolist() == [[0, 1, 2]]
    assert (two.stance.shape, two.holder.shape) == ((2, 4), (2, 4))
    assert (none.stance.shape, none.holder.shape) == ((0, 4), (0, 2))
    assert none.frames.tolist() == [4, 5]
    assert [found.window for found in (one, two, none)] == windows


def test_the_likeliest_stance_is_given_with_the_scores_of_all_three(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([FAVOR, AGAINST, FAVOR])], bundle)
    assert rows(judged) == [("russia", "favor", "author"), ("usa", "against", "author")]
    first = judged.mentions[0]
    assert first.scores == {
        name: pytest.approx(p / 0.9) for name, p in (("favor", 0.7), ("against", 0.1), ("neutral", 0.1))
    }
    assert first.score == pytest.approx(0.7 / 0.9)
    assert first.holder_score == pytest.approx(0.9)


def test_a_neutral_stance_has_no_holder(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([NEUTRAL, NEUTRAL, NEUTRAL])], bundle)
    assert rows(judged) == [("russia", "neutral", None), ("usa", "neutral", None)]
    assert all(m.holder_score is None for m in judged.mentions)


def test_an_actors_row_is_the_mention_that_carries_the_stance(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([NEUTRAL, NEUTRAL, AGAINST])], bundle)
    assert [(m.actor, m.stance, m.start) for m in judged.mentions] == [("usa", "neutral", 7), ("russia", "against", 15)]


def test_of_several_neutral_mentions_the_first_is_the_row(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([NEUTRAL, NEUTRAL, NEUTRAL])], bundle)
    assert [m.start for m in judged.mentions] == [0, 7]


def test_a_match_that_is_no_actor_is_dropped(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([REJECTED, AGAINST, REJECTED])], bundle)
    assert rows(judged) == [("usa", "against", "author")]


def test_the_reject_threshold_decides_what_is_dropped(sentence: Sentence, bundle: Bundle) -> None:
    careful = replace(bundle, calibration=Calibration((0.5, 0.5), reject=0.05))
    judged = decode(sentence, [scores([NEUTRAL, NEUTRAL, NEUTRAL])], careful)
    assert judged.mentions == ()
    generous = replace(bundle, calibration=Calibration((0.5, 0.5), reject=0.8))
    assert len(decode(sentence, [scores([REJECTED, REJECTED, REJECTED])], generous).mentions) == 2


def test_given_mentions_are_all_kept_in_their_own_order(sentence: Sentence, bundle: Bundle) -> None:
    shuffled = replace(sentence, mentions=sentence.mentions[::-1])
    judged = decode(shuffled, [scores([REJECTED, AGAINST, FAVOR])], bundle, gold=True)
    assert [(m.actor, m.start) for m in judged.mentions] == [("russia", 15), ("usa", 7), ("russia", 0)]
    assert [m.stance for m in judged.mentions][1:] == ["against", "favor"]


def test_the_holder_may_be_another_actor_of_the_sentence(sentence: Sentence, bundle: Bundle) -> None:
    towards_russia = [0.1, 0.1, 0.5, 0.2, 0.1]
    judged = decode(sentence, [scores([NEUTRAL, AGAINST, NEUTRAL], holder=[towards_russia] * 3)], bundle)
    assert rows(judged) == [("russia", "neutral", None), ("usa", "against", "russia")]


def test_an_actors_mentions_speak_with_one_voice(sentence: Sentence, bundle: Bundle) -> None:
    # neither of Russia's mentions is likelier than the author; both together are
    divided = [0.4, 0.0001, 0.3, 0.0001, 0.2998]
    judged = decode(sentence, [scores([NEUTRAL, AGAINST, NEUTRAL], holder=[divided] * 3)], bundle)
    usa = next(m for m in judged.mentions if m.actor == "usa")
    assert usa.holder == "russia"
    assert usa.holder_score == pytest.approx(0.5998, abs=1e-4)


def test_what_is_dropped_holds_no_stance(sentence: Sentence, bundle: Bundle) -> None:
    towards_russia = [0.1, 0.2, 0.5, 0.1, 0.1]
    judged = decode(sentence, [scores([REJECTED, AGAINST, REJECTED], holder=[towards_russia] * 3)], bundle)
    (usa,) = judged.mentions
    assert usa.holder == "other"
    assert usa.holder_score == pytest.approx(0.2 / 0.4)


def test_an_actor_may_hold_the_stance_toward_itself(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([FAVOR, NEUTRAL, NEUTRAL], holder=[[0.1, 0.1, 0.6, 0.1, 0.1]] * 3)], bundle)
    assert rows(judged)[0] == ("russia", "favor", "russia")


def test_temperatures_change_how_sure_and_never_which(sentence: Sentence, bundle: Bundle) -> None:
    sharp = decode(sentence, [scores([AGAINST, FAVOR, AGAINST])], bundle)
    soft_calibration = Calibration((0.5, 0.5), stance_temperature=4.0, holder_temperature=4.0)
    soft = decode(sentence, [scores([AGAINST, FAVOR, AGAINST])], replace(bundle, calibration=soft_calibration))
    assert rows(sharp) == rows(soft)
    for one, other in zip(sharp.mentions, soft.mentions, strict=True):
        assert one.score > other.score
        assert one.holder_score > other.holder_score


def test_offsets_move_the_decision_and_leave_the_scores(sentence: Sentence, bundle: Bundle) -> None:
    close = np.log([0.30, 0.10, 0.50, 0.10])
    plain = decode(sentence, [scores([close] * 3)], bundle)
    moved_bundle = replace(bundle, calibration=Calibration((0.5, 0.5), stance_offsets=(1.0, 0.0, 0.0)))
    moved = decode(sentence, [scores([close] * 3)], moved_bundle)
    assert {m.stance for m in plain.mentions} == {"neutral"}
    assert {m.stance for m in moved.mentions} == {"favor"}
    assert moved.mentions[0].scores == plain.mentions[0].scores
    assert moved.mentions[0].score == pytest.approx(0.3 / 0.9)


def test_a_frame_is_given_from_its_own_threshold(sentence: Sentence, bundle: Bundle) -> None:
    unequal = replace(bundle, calibration=Calibration((0.8, 0.2)))
    even = (float(np.log(0.6 / 0.4)),) * 2
    judged = decode(sentence, [scores([], frames=even)], unequal)
    assert judged.frames == ("diplomacy",)
    assert judged.frame_scores == {"interference": pytest.approx(0.6), "diplomacy": pytest.approx(0.6)}


def test_a_sentence_without_targets_still_has_frames(make_sentence: Callable, bundle: Bundle) -> None:
    judged = decode(make_sentence("محادثات"), [scores([], frames=(-5.0, 5.0))], bundle)
    assert (judged.mentions, judged.frames) == ((), ("diplomacy",))


def test_the_frames_of_a_long_sentence_are_those_of_all_its_windows(sentence: Sentence, bundle: Bundle) -> None:
    parts = [scores([], frames=(5.0, -5.0)), scores([], frames=(-5.0, 5.0))]
    assert decode(sentence, parts, bundle).frames == ("interference", "diplomacy")


def test_a_row_is_one_though_its_mentions_are_read_in_two_windows(sentence: Sentence, bundle: Bundle) -> None:
    parts = [scores([AGAINST], mentions=(2,)), scores([NEUTRAL, FAVOR], mentions=(0, 1))]
    judged = decode(sentence, parts, bundle)
    assert [(m.actor, m.stance, m.start) for m in judged.mentions] == [("usa", "favor", 7), ("russia", "against", 15)]


@pytest.fixture
def asked() -> Sentence:
    """A long sentence asked about one target that it does not name."""
    return Sentence(0, len(TEXT), TEXT, mentions=(Mention("talks", len(TEXT), len(TEXT), "محادثات"),))


@pytest.mark.parametrize("gold", [False, True])
def test_a_target_judged_in_every_window_has_one_row_where_its_stance_is_surest(
    asked: Sentence, bundle: Bundle, gold: bool
) -> None:
    surer = np.log([0.05, 0.85, 0.05, 0.05])
    parts = [scores([NEUTRAL]), scores([FAVOR]), scores([surer]), scores([NEUTRAL])]
    found = decode(asked, parts, bundle, gold=gold)
    assert rows(found) == [("talks", "against", "author")]
    assert found.mentions[0].score == pytest.approx(0.85 / 0.95)
    assert (found.mentions[0].text, found.mentions[0].appended) == ("محادثات", True)


def test_a_target_that_some_windows_reject_is_kept_by_the_others(asked: Sentence, bundle: Bundle) -> None:
    assert rows(decode(asked, [scores([REJECTED]), scores([FAVOR])], bundle)) == [("talks", "favor", "author")]
    assert decode(asked, [scores([REJECTED]), scores([REJECTED])], bundle).mentions == ()


def test_the_text_of_a_sentence_and_its_offsets_stay(sentence: Sentence, bundle: Bundle) -> None:
    judged = decode(sentence, [scores([FAVOR, AGAINST, NEUTRAL])], bundle)
    assert (judged.text, judged.start, judged.end, judged.role) == (TEXT, 0, len(TEXT), "body")
    assert all(TEXT[m.start : m.end] == m.text for m in judged.mentions)


def judged(actor: str, start: int, stance: str | None, score: float = 0.0) -> Mention:
    return Mention(actor, start, start + 1, "x", stance, scores={stance: score} if stance and score else {})


def test_the_surest_of_several_judgements_carries_a_stance_or_is_the_first() -> None:
    neutral, again = judged("usa", 0, "neutral", 0.99), judged("usa", 0, "neutral", 0.5)
    weak, strong = judged("usa", 0, "favor", 0.4), judged("usa", 0, "against", 0.6)
    assert surest([neutral, weak, strong]) is strong
    assert surest([strong, weak, neutral]) is strong
    assert surest([neutral, weak]) is weak
    assert surest([again, neutral]) is again
    # of what was labelled by hand there are no scores
    assert surest([neutral, judged("usa", 0, "favor")]).stance == "favor"


def test_merging_takes_the_surest_of_the_mentions_that_carry_a_stance() -> None:
    mentions = [
        judged("usa", 0, "neutral", 0.99),
        judged("usa", 2, "favor", 0.5),
        judged("iran", 4, "neutral", 0.4),
        judged("usa", 6, "against", 0.7),
        judged("usa", 8, "favor", 0.6),
    ]
    assert [(m.actor, m.start) for m in merge_mentions(mentions)] == [("iran", 4), ("usa", 6)]


def test_merging_labels_given_by_hand_takes_the_first_that_carries_a_stance() -> None:
    mentions = [judged("usa", 0, None), judged("usa", 2, "favor"), judged("usa", 4, "against")]
    assert [m.start for m in merge_mentions(mentions)] == [2]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["favor", "against", "neutral"])), max_size=8))
def test_merging_leaves_one_row_an_actor_in_order_of_place(rows: list[tuple[str, str]]) -> None:
    mentions = [judged(actor, place, stance, 0.5) for place, (actor, stance) in enumerate(rows)]
    merged = merge_mentions(mentions)
    assert sorted(m.actor for m in merged) == sorted({actor for actor, _ in rows})
    assert [m.start for m in merged] == sorted(m.start for m in merged)
    assert merge_mentions(merged) == merged
    for m in merged:
        carried = {stance for actor, stance in rows if actor == m.actor} - {"neutral"}
        assert (m.stance != "neutral") == bool(carried)


def test_sentences_are_decoded_together_as_each_alone(sentence: Sentence, bundle: Bundle) -> None:
    bare = replace(sentence, mentions=())
    windows = {
        0: [scores([FAVOR, AGAINST, NEUTRAL], frames=(2.0, -9.0))],
        1: [scores([], frames=(-9.0, 1.0)), scores([], frames=(3.0, -9.0))],
        2: [scores([AGAINST], mentions=(0,)), scores([REJECTED, FAVOR], mentions=(1, 2))],
    }
    given = [sentence, bare, sentence]
    alone = [decode(given[number], windows[number], bundle) for number in windows]
    numbered = [
        replace(found, window=replace(found.window, sentence=number)) for number in windows for found in windows[number]
    ]
    for one, together in zip(alone, decoding.decode(given, numbered, bundle), strict=True):
        assert rows(one) == rows(together)
        assert one.frames == together.frames
        assert [m.scores for m in one.mentions] == [m.scores for m in together.mentions]
        assert [m.holder_score for m in one.mentions] == pytest.approx([m.holder_score for m in together.mentions])


def test_no_sentences_have_no_labels(bundle: Bundle) -> None:
    assert decoding.decode([], [], bundle) == []
