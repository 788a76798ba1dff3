"""Scores on labels few enough to be counted by hand, every name of them, and what holds of any labels."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.records import STANCES, Sentence
from zawiya.train.decisions import decisions
from zawiya.train.scores import Scores, holder_kinds, score, table

from .labelled import relabelled, told

pytestmark = pytest.mark.filterwarnings("error")
FRAMES = ("interference", "diplomacy", "legality")
NAN = float("nan")

GOLD = (
    told(iran="neutral", usa="against iran", frames=["interference"]),
    told(usa="favor author", frames=["diplomacy", "interference"]),
    told(russia="against other", usa="against author"),
    told("محادثات"),
    told(iran="neutral", russia="against iran", frames=["diplomacy"]),
)
#: Told the places of the actors.
GIVEN = (
    relabelled(GOLD[0], usa="against author"),
    relabelled(GOLD[1], frames=["legality"]),
    relabelled(GOLD[2], russia="neutral", usa="neutral"),
    relabelled(GOLD[3], frames=["diplomacy"]),
    relabelled(GOLD[4], iran="favor author", frames=["diplomacy", "legality"]),
)
#: Having found them itself: two overlooked, one false.
FOUND = (
    told(usa="against iran"),
    told(usa="favor iran", russia="neutral"),
    told(russia="against other", usa="neutral"),
    told("محادثات"),
    told(russia="favor author"),
)


def scores(
    gold: Sequence[Sentence],
    given: Sequence[Sentence],
    frames: Sequence[str] = FRAMES,
    found: Sequence[Sentence] | None = None,
) -> Scores:
    return score(decisions(gold, given, frames, found=found))


def test_every_score_of_rows_of_a_hand_worked_case() -> None:
    found = {name: value for name, value in scores(GOLD, GIVEN).items() if not name.startswith("frames.")}
    # stances, gold:  neutral, against, favor, against, against, neutral, against
    # stances, given: neutral, against, favor, neutral, neutral, favor,   against
    # holders, gold:  -,       iran,    author, other,  author,  -,       iran
    # holders, given: -,       author,  author, -,      -,       author,  iran
    assert found == pytest.approx(
        {
            "stance.favor.precision": 1 / 2,
            "stance.favor.recall": 1,
            "stance.favor.f1": 2 / 3,
            "stance.against.precision": 1,
            "stance.against.recall": 2 / 4,
            "stance.against.f1": 2 / 3,
            "stance.neutral.precision": 1 / 3,
            "stance.neutral.recall": 1 / 2,
            "stance.neutral.f1": 2 / 5,
            "stance.macro_f1": (2 / 3 + 2 / 3 + 2 / 5) / 3,
            "stance.favor_against_f1": 2 / 3,
            "stance.accuracy": 4 / 7,
            "holder.accuracy": 2 / 5,
            "holder.precision": 2 / 4,
            "holder.f1": 2 * 2 / (5 + 4),
            "holder.author.accuracy": 1 / 2,
            "holder.actor.accuracy": 1 / 2,
            "holder.other.accuracy": 0,
            "triple.f1": 3 / 7,
        }
    )


def test_every_score_of_frames_of_a_hand_worked_case() -> None:
    found = {name: value for name, value in scores(GOLD, GIVEN).items() if name.startswith("frames.")}
    # interference: one of two found; diplomacy: one of two found, one given in vain; legality: two given in vain
    assert found == pytest.approx(
        {
            "frames.interference.precision": 1,
            "frames.interference.recall": 1 / 2,
            "frames.interference.f1": 2 / 3,
            "frames.diplomacy.precision": 1 / 2,
            "frames.diplomacy.recall": 1 / 2,
            "frames.diplomacy.f1": 1 / 2,
            "frames.legality.precision": 0,
            "frames.legality.recall": NAN,
            "frames.legality.f1": 0,
            "frames.micro_f1": 2 * 2 / (4 + 5),
            "frames.macro_f1": (2 / 3 + 1 / 2 + 0) / 3,
            # right, nothing right, rightly none, wrongly one, one of one and one in vain
            "frames.samples_f1": (1 + 0 + 1 + 0 + 2 / 3) / 5,
        },
        nan_ok=True,
    )


def test_every_score_end_to_end_of_a_hand_worked_case() -> None:
    found = scores(GOLD, GIVEN, found=FOUND)
    # gold:  iran neutral, usa against, usa favor, -,       russia against, usa against, iran neutral, russia against
    # found: -,            the same,    iran's,    neutral, the same,       neutral,     -,            favor
    expected = {
        "actors.precision": 5 / 6,
        "actors.recall": 5 / 7,
        "actors.f1": 2 * 5 / (7 + 6),
        "stance.favor.precision": 1 / 2,
        "stance.favor.recall": 1,
        "stance.favor.f1": 2 / 3,
        "stance.against.precision": 1,
        "stance.against.recall": 2 / 4,
        "stance.against.f1": 2 / 3,
        "stance.neutral.precision": 0,
        "stance.neutral.recall": 0,
        "stance.neutral.f1": 0,
        "stance.macro_f1": (2 / 3 + 2 / 3 + 0) / 3,
        "stance.favor_against_f1": 2 / 3,
        "triple.precision": 2 / 6,
        "triple.recall": 2 / 7,
        "triple.f1": 2 * 2 / (7 + 6),
    }
    named = {name.removeprefix("end_to_end."): value for name, value in found.items() if name.startswith("end_to_end.")}
    assert named == pytest.approx(expected)
    # what is told the places is scored as without
    assert {n: v for n, v in found.items() if not n.startswith("end_to_end.")} == pytest.approx(
        scores(GOLD, GIVEN), nan_ok=True
    )


def test_only_what_was_found_by_itself_is_scored_end_to_end() -> None:
    assert not [name for name in scores(GOLD, GIVEN) if name.startswith("end_to_end.")]


def test_what_is_right_throughout_scores_one_wherever_there_is_something() -> None:
    found = scores(GOLD, GOLD, found=GOLD)
    assert {name for name, value in found.items() if np.isnan(value)} == {
        f"frames.legality.{what}" for what in ("precision", "recall", "f1")
    }
    assert {value for value in found.values() if not np.isnan(value)} == {1.0}


def test_a_stance_that_is_neither_there_nor_given_does_not_count_in_the_mean() -> None:
    gold = [told(russia="against author", usa="neutral")]
    found = scores(gold, [relabelled(gold[0], russia="neutral")])
    # against is missed, neutral has one right and one in vain; favor is not asked about
    assert np.isnan(found["stance.favor.f1"])
    assert found["stance.macro_f1"] == pytest.approx((0 + 2 / 3) / 2)
    assert found["stance.favor_against_f1"] == 0


def test_a_stance_that_is_given_in_vain_counts_as_zero_in_the_mean() -> None:
    gold = [told(russia="against author", usa="neutral")]
    found = scores(gold, [relabelled(gold[0], usa="favor author")])
    assert np.isnan(found["stance.favor.recall"])
    assert (found["stance.favor.precision"], found["stance.favor.f1"]) == (0, 0)
    assert found["stance.macro_f1"] == pytest.approx((0 + 1 + 0) / 3)


def test_a_row_without_a_stance_counts_as_neutral() -> None:
    gold = [told(russia="neutral", usa=None)]
    assert scores(gold, [relabelled(gold[0], russia=None, usa="neutral")])["stance.accuracy"] == 1


def test_a_stance_whose_holder_nobody_wrote_down_is_not_asked_for_one() -> None:
    gold = [told(russia="against", usa="against iran")]
    found = scores(gold, [relabelled(gold[0], russia="against author")])
    assert found["holder.accuracy"] == 1
    # but one given there is false
    assert found["holder.precision"] == 1 / 2
    assert found["triple.f1"] == 1 / 2


def test_one_actor_in_the_place_of_another_is_the_wrong_holder() -> None:
    gold = [told(russia="neutral", usa="against russia", iran="against other")]
    found = scores(gold, [relabelled(gold[0], usa="against iran", iran="against russia")])
    assert (found["holder.actor.accuracy"], found["holder.other.accuracy"]) == (0, 0)
    assert found["stance.accuracy"] == 1
    assert found["triple.f1"] == pytest.approx(1 / 3)


def test_an_actor_that_is_named_twice_is_two_rows_but_one_pair() -> None:
    once = told("أدانت موسكو", russia="against author")
    (first,) = once.mentions
    # the second place carries no stance, so the pair is against
    twice = replace(once, mentions=(first, replace(first, start=20, end=25, stance="neutral", holder=None)))
    found = scores([twice], [relabelled(twice, russia="against author")], found=[once])
    assert found["stance.accuracy"] == 1 / 2
    assert found["end_to_end.actors.f1"] == found["end_to_end.triple.f1"] == 1


def test_a_single_frame_is_scored_like_any_other() -> None:
    given = [*GIVEN[:3], relabelled(GIVEN[3], frames=["interference"]), GIVEN[4]]
    found = scores(GOLD, given, ["interference"])
    # one of two found, one given in vain; two of the five sentences right by leaving it out
    assert found["frames.interference.f1"] == found["frames.micro_f1"] == found["frames.macro_f1"] == 1 / 2
    assert found["frames.samples_f1"] == pytest.approx((1 + 0 + 1 + 0 + 1) / 5)


def test_a_frame_that_is_nowhere_and_never_given_has_no_score_but_every_sentence_is_right() -> None:
    found = scores(GOLD, GIVEN, ["solidarity"])
    assert np.isnan([found["frames.solidarity.f1"], found["frames.micro_f1"], found["frames.macro_f1"]]).all()
    assert found["frames.samples_f1"] == 1


def test_labels_without_frames_are_scored_by_stance_and_holder() -> None:
    found = scores(GOLD, GIVEN, ())
    assert found["stance.accuracy"] == pytest.approx(4 / 7)
    framed = {name: value for name, value in found.items() if name.startswith("frames.")}
    assert set(framed) == {"frames.micro_f1", "frames.macro_f1", "frames.samples_f1"}
    assert np.isnan(list(framed.values())).all()


def test_sentences_without_actors_are_scored_by_their_frames() -> None:
    bare = [told("محادثات", frames=["diplomacy"]), told("تدخل", frames=["interference"])]
    found = scores(bare, [relabelled(bare[0], frames=[]), bare[1]], found=bare)
    assert found["frames.micro_f1"] == pytest.approx(2 * 1 / (2 + 1))
    assert np.isnan([value for name, value in found.items() if not name.startswith("frames.")]).all()


@pytest.mark.parametrize("frames", [(), FRAMES[:1], FRAMES])
@pytest.mark.parametrize("found", [None, []])
def test_no_sentences_have_no_scores(frames: tuple[str, ...], found: list[Sentence] | None) -> None:
    none = scores([], [], frames, found=found)
    assert "stance.macro_f1" in none
    assert ("end_to_end.triple.f1" in none) == (found is not None)
    assert np.isnan(list(none.values())).all()


def test_actors_that_are_all_overlooked_are_missed_and_nothing_is_false() -> None:
    found = scores(GOLD, GIVEN, found=[told("محادثات") for _ in GOLD])
    assert (found["end_to_end.actors.recall"], found["end_to_end.actors.f1"]) == (0, 0)
    assert (found["end_to_end.triple.recall"], found["end_to_end.triple.f1"]) == (0, 0)
    assert np.isnan([found["end_to_end.actors.precision"], found["end_to_end.triple.precision"]]).all()


def test_actors_where_there_are_none_are_false_and_nothing_is_missed() -> None:
    found = scores([told("محادثات")], [told("محادثات")], found=[told(russia="neutral")])
    assert (found["end_to_end.actors.precision"], found["end_to_end.stance.neutral.f1"]) == (0, 0)
    assert np.isnan([found["end_to_end.actors.recall"], found["end_to_end.stance.neutral.recall"]]).all()


def test_holders_are_told_apart_by_kind() -> None:
    kinds = holder_kinds(np.array(["author", "russia", "", "other", "authors"]))
    assert kinds.tolist() == ["author", "actor", "", "other", "actor"]


def test_a_table_has_sizes_and_rounded_scores_and_none_for_what_is_not_a_number() -> None:
    made = table(GOLD, GIVEN, FRAMES)
    assert (made["rows"], made["sentences"]) == (7, 5)
    assert made["scores"]["stance.accuracy"] == 0.5714
    assert made["scores"]["frames.legality.recall"] is None
    assert set(made["scores"]) == set(scores(GOLD, GIVEN))


def test_a_table_of_nothing_has_no_numbers() -> None:
    made = table([], [], FRAMES)
    assert (made["rows"], made["sentences"]) == (0, 0)
    assert set(made["scores"].values()) == {None}


# scikit-learn takes a twentieth of a second for all the scores of one case
few = settings(max_examples=20)
STANCES_HELD = st.sampled_from(
    ["neutral", *(f"{s} {h}" for s in STANCES[:2] for h in ("author", "other", "iran", "usa"))]
)
PAIRS = st.tuples(
    st.dictionaries(st.sampled_from(["russia", "usa", "iran"]), st.tuples(STANCES_HELD, STANCES_HELD), max_size=3),
    st.sets(st.sampled_from(FRAMES)),
    st.sets(st.sampled_from(FRAMES)),
)


def labelled(pairs: list) -> tuple[list[Sentence], list[Sentence]]:
    gold = [told(frames=sorted(one), **{a: label for a, (label, _) in rows.items()}) for rows, one, _ in pairs]
    given = [told(frames=sorted(other), **{a: label for a, (_, label) in rows.items()}) for rows, _, other in pairs]
    return gold, given


@few
@given(st.lists(PAIRS, min_size=1, max_size=6), st.randoms())
def test_scores_are_shares_and_do_not_depend_on_the_order_of_sentences(pairs: list, chance: object) -> None:
    gold, given = labelled(pairs)
    found = scores(gold, given, found=given)
    assert all(0 <= value <= 1 for value in found.values() if not np.isnan(value))
    order = list(range(len(gold)))
    chance.shuffle(order)
    turned = [given[n] for n in order]
    assert scores([gold[n] for n in order], turned, found=turned) == pytest.approx(found, nan_ok=True)


@few
@given(st.lists(PAIRS, min_size=1, max_size=6))
def test_to_exchange_gold_and_given_exchanges_precision_and_recall(pairs: list) -> None:
    gold, given = labelled(pairs)
    there, back = scores(gold, given, found=given), scores(given, gold, found=gold)
    for name, value in there.items():
        if name.endswith(".precision") and name != "holder.precision":
            assert back[name.replace(".precision", ".recall")] == pytest.approx(value, nan_ok=True)
        elif name.endswith("f1"):
            assert back[name] == pytest.approx(value, nan_ok=True)
    # the share of held rows is the recall that has no name of its own
    assert back["holder.accuracy"] == pytest.approx(there["holder.precision"], nan_ok=True)


@few
@given(st.lists(PAIRS, min_size=1, max_size=6))
def test_who_is_told_all_places_scores_the_same_end_to_end(pairs: list) -> None:
    gold, given = labelled(pairs)
    found = scores(gold, given, found=given)
    assert {name: found[f"end_to_end.{name}"] for name in ("stance.macro_f1", "triple.f1")} == pytest.approx(
        {name: found[name] for name in ("stance.macro_f1", "triple.f1")}, nan_ok=True
    )
