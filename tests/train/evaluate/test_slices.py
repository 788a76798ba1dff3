"""The parts of a file, and their scores: how it is cut, what is too small, and where a model is weakest."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.records import Sentence
from zawiya.resampling import draws
from zawiya.train.decisions import decisions
from zawiya.train.evaluate.candidates import Judged
from zawiya.train.evaluate.gold import GoldFile
from zawiya.train.evaluate.records import Estimate, Slice
from zawiya.train.evaluate.slices import FEWEST_ROWS, MOST_VALUES, SHOWN, Cut, cuts, slices, weakest
from zawiya.train.scores import score

from ..labelled import NAMES, article, gold_file, judged, relabelled, told

pytestmark = pytest.mark.filterwarnings("error")
FRAMES = ("interference", "diplomacy")


def cut(file: GoldFile, group: str, *, seen: set[str] | None = None, known: dict | None = None) -> dict[str, list[int]]:
    """The numbers of the sentences, or rows, in each part of a group, in the order of the parts."""
    made = [one for one in cuts(file, seen=seen, known=known) if one.group == group]
    assert len({one.name for one in made}) == len(made)
    return {one.name: np.flatnonzero(one.kept).tolist() for one in made}


def scored_slices(file: GoldFile, made: Sequence[Cut], *systems: Judged, resamples: int = 100) -> tuple[Slice, ...]:
    return slices(file, systems, made, draws(len(file.articles), resamples=resamples))


# How a file is cut.


def test_sentences_are_cut_by_how_many_actors_they_name_the_part_with_most_rows_first() -> None:
    sentences = [
        told(russia="neutral"),
        told("محادثات"),
        told(russia="neutral", usa="neutral", iran="neutral"),
        told(russia="neutral", usa="neutral", iran="neutral", china="neutral"),
        told(russia="neutral", usa="neutral"),
    ]
    found = cut(gold_file(article("a", *sentences)), "actors")
    assert list(found.items()) == [("three or more", [2, 3]), ("two", [4]), ("one", [0]), ("none", [1])]


def test_an_actor_that_is_named_twice_is_one() -> None:
    once = told(russia="neutral")
    twice = replace(once, mentions=(*once.mentions, replace(once.mentions[0], start=9, end=14)))
    assert cut(gold_file(article("a", twice, told("محادثات"))), "actors") == {"one": [0], "none": [1]}


def test_sentences_are_cut_by_where_they_stand() -> None:
    sentences = [told(russia="neutral", usa="neutral", role="title"), told(iran="neutral"), told(china="neutral")]
    furniture = told(russia="neutral", role="furniture")
    assert cut(gold_file(article("a", furniture, *sentences)), "role") == {"body": [1, 2], "title": [0]}


def test_sentences_are_cut_by_their_words() -> None:
    lengths = (1, 10, 11, 20, 21, 30, 31, 200)
    found = cut(gold_file(article("a", *(told(" ".join(["كلمة"] * n)) for n in lengths))), "length")
    # all have no row, so they stand by name
    assert list(found.items()) == [
        ("11 to 20 words", [2, 3]),
        ("21 to 30 words", [4, 5]),
        ("more than 30 words", [6, 7]),
        ("up to 10 words", [0, 1]),
    ]


def test_sentences_are_cut_by_whose_stances_they_hold() -> None:
    sentences = [
        told(russia="favor author", usa="against author"),
        told(russia="favor author", usa="against iran", iran="neutral"),
        told(russia="favor other"),
        told(usa="against iran", iran="neutral"),
        told(russia="neutral"),
        told("محادثات"),
    ]
    assert cut(gold_file(article("a", *sentences)), "voice") == {
        "author and quoted": [1],
        "quoted": [2, 3],
        "author": [0],
        "no stance": [4],
    }


def test_articles_are_cut_by_outlet_and_event_and_those_without_are_left_out() -> None:
    file = gold_file(
        article("a", told(russia="neutral"), told(usa="neutral"), outlet="north", topic="summit"),
        article("b", told(iran="neutral"), outlet="south", topic="summit"),
        article("c", told(iran="neutral")),
    )
    assert cut(file, "outlet") == {"north": [0, 1], "south": [2]}
    # one event is no cut
    assert cut(file, "event") == {}


def test_sentences_are_cut_by_whether_training_has_nearly_the_same() -> None:
    file = gold_file(article("a", told(russia="neutral")), article("b", told(usa="neutral"), told(iran="neutral")))
    assert cut(file, "training", known={2: "as in training"}) == {
        "new sentence": [0, 1],
        "nearly the same sentence": [2],
    }
    assert cut(file, "training", known={}) == {}
    assert cut(file, "training", known=None) == {}


def test_rows_are_cut_by_whether_training_has_their_actor() -> None:
    file = gold_file(article("a", told(russia="neutral", usa="neutral"), told("محادثات"), told(iran="neutral")))
    made = [one for one in cuts(file, seen={"russia", "iran"}, known=None) if one.group == "training actors"]
    assert [(one.name, one.kept.tolist(), one.of_rows) for one in made] == [
        ("seen", [True, False, True], True),
        ("unseen", [False, True, False], True),
    ]
    for seen in ({"russia", "usa", "iran"}, None):
        assert cut(file, "training actors", seen=seen) == {}


def test_small_parts_of_a_group_of_many_are_put_together() -> None:
    large = told(**dict.fromkeys(NAMES, "neutral"))
    outlets = [article("large", *[large] * 5, outlet="large")]
    outlets += [article(f"a{n}", told(russia="neutral"), outlet=f"outlet {n:02}") for n in range(MOST_VALUES)]
    found = cut(gold_file(*outlets), "outlet")
    assert list(found) == ["large", f"{MOST_VALUES} smaller ones"]
    assert found["large"] == [0, 1, 2, 3, 4]
    assert found[f"{MOST_VALUES} smaller ones"] == list(range(5, 5 + MOST_VALUES))
    # of so many as may be shown each stands for itself
    assert len(cut(gold_file(*outlets[:-1]), "outlet")) == MOST_VALUES


def test_a_file_of_one_sentence_is_not_cut() -> None:
    assert cuts(gold_file(article("a", told(russia="neutral"), outlet="north")), seen=None, known=None) == []


LABELS = st.sampled_from(["neutral", "favor author", "against other", "against russia"])
SENTENCES = st.builds(
    lambda words, rows, role: told(" ".join(["كلمة"] * words), role=role, **rows),
    st.integers(1, 40),
    st.dictionaries(st.sampled_from(list(NAMES)), LABELS, max_size=4),
    st.sampled_from(["title", "body", "furniture"]),
)
ARTICLES = st.lists(st.lists(SENTENCES, max_size=4), min_size=1, max_size=5)


@settings(max_examples=50)
@given(
    ARTICLES, st.lists(st.sampled_from([None, "north", "south"]), min_size=5, max_size=5), st.sets(st.integers(0, 9))
)
def test_the_parts_of_a_group_are_apart_and_what_has_a_value_is_in_one(
    articles: list, outlets: list, known: set[int]
) -> None:
    made = [article(f"a{n}", *each, outlet=outlets[n]) for n, each in enumerate(articles)]
    file = gold_file(*made)
    found: dict[str, list[Cut]] = {}
    for one in cuts(file, seen={"russia"}, known=dict.fromkeys(known)):
        found.setdefault(one.group, []).append(one)
    for group, parts in found.items():
        inside = np.sum([part.kept for part in parts], axis=0)
        assert len(parts) > 1
        assert all(part.kept.any() for part in parts) or group == "training actors"
        if group in {"outlet", "event", "voice"}:
            assert set(inside) <= {0, 1}
        else:
            assert set(inside) == {1}


# What is scored.


def thirty() -> tuple[GoldFile, list[Sentence]]:
    """Thirty articles of two sentences, in the first of which everything is right and in the second nothing."""
    gold, given = [], []
    for number in range(30):
        right = told(russia="favor author", usa="against other", frames=FRAMES[:1])
        wrong = told("محادثات طويلة", iran="against author", frames=FRAMES[1:])
        gold.append(article(f"a{number}", right, wrong))
        given += [right, relabelled(wrong, iran="favor other", frames=[])]
    return gold_file(*gold), given


def test_a_slice_has_the_scores_of_its_sentences_alone() -> None:
    file, given = thirty()
    made = [one for one in cuts(file, seen=None, known=None) if one.group == "actors"]
    two, one = scored_slices(file, made, judged(file, given, frames=FRAMES))
    assert (two.group, two.name, two.sentences, two.rows, two.small) == ("actors", "two", 30, 60, False)
    assert (one.name, one.sentences, one.rows) == ("one", 30, 30)
    assert two.scores["oracle"] == dict.fromkeys(SHOWN, Estimate(1.0, 1.0, 1.0))
    assert one.scores["oracle"] == dict.fromkeys(SHOWN, Estimate(0.0, 0.0, 0.0))


@settings(max_examples=15)
@given(st.lists(st.tuples(LABELS, LABELS, st.booleans(), st.booleans()), min_size=2, max_size=8), st.data())
def test_a_slice_scores_as_a_file_of_its_sentences_would(rows: list, data: st.DataObject) -> None:
    gold = [told(usa=label, frames=FRAMES[:framed]) for label, _, framed, _ in rows]
    given = [
        relabelled(s, usa=label, frames=FRAMES[:framed]) for s, (_, label, _, framed) in zip(gold, rows, strict=True)
    ]
    kept = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)).filter(any))
    file = gold_file(*(article(f"a{n}", s) for n, s in enumerate(gold)))
    (found,) = scored_slices(
        file, [Cut("some", "kept", np.array(kept))], judged(file, given, frames=FRAMES), resamples=2
    )
    chosen, said = ([s for s, keep in zip(part, kept, strict=True) if keep] for part in (gold, given))
    alone = score(decisions(chosen, said, FRAMES, found=said))
    assert {name: one.value for name, one in found.scores["oracle"].items()} == pytest.approx(
        {name: None if np.isnan(alone[name]) else round(alone[name], 4) for name in SHOWN}
    )


def test_every_system_and_all_its_runs_are_scored() -> None:
    file, given = thirty()
    model = judged(file, file.sentences, given, frames=FRAMES)
    rival = judged(file, given, frames=FRAMES)
    rival = replace(rival, candidate=replace(rival.candidate, name="rival"))
    (found,) = scored_slices(file, [Cut("all", "all", np.ones(60, dtype=bool))], model, rival)
    assert list(found.scores) == ["oracle", "rival"]
    # one run right throughout, the other in two of three rows
    first = found.scores["oracle"]["stance.accuracy"]
    assert (first.value, first.deviation) == (pytest.approx((1 + 2 / 3) / 2, abs=1e-4), pytest.approx(0.2357, abs=1e-4))
    assert found.scores["rival"]["stance.accuracy"].value == pytest.approx(2 / 3, abs=1e-4)


def test_a_slice_of_rows_has_no_scores_of_frames_and_counts_the_sentences_of_its_rows() -> None:
    file, given = thirty()
    made = [one for one in cuts(file, seen={"russia", "iran"}, known=None) if one.group == "training actors"]
    seen, unseen = scored_slices(file, made, judged(file, given, frames=FRAMES))
    assert (seen.name, seen.sentences, seen.rows) == ("seen", 60, 60)
    assert (unseen.name, unseen.sentences, unseen.rows) == ("unseen", 30, 30)
    assert unseen.scores["oracle"]["stance.accuracy"] == Estimate(1.0, 1.0, 1.0)
    assert seen.scores["oracle"]["stance.accuracy"].value == 0.5
    assert unseen.scores["oracle"]["frames.micro_f1"] == Estimate(None)
    assert "end_to_end.triple.f1" not in unseen.scores["oracle"]


@pytest.mark.parametrize(("rows", "small"), [(FEWEST_ROWS - 1, True), (FEWEST_ROWS, False)])
def test_a_slice_of_few_rows_is_marked(rows: int, small: bool) -> None:
    file = gold_file(*(article(f"a{n}", told(russia="neutral")) for n in range(rows)))
    (found,) = scored_slices(file, [Cut("all", "all", np.ones(rows, dtype=bool))], judged(file, file.sentences))
    assert (found.rows, found.small) == (rows, small)


def test_a_slice_within_one_article_has_no_interval() -> None:
    file = gold_file(article("a", told(russia="neutral"), told(usa="neutral")), article("b", told(iran="neutral")))
    model = judged(file, file.sentences)
    inside, across = scored_slices(
        file,
        [Cut("g", "inside", np.array([True, True, False])), Cut("g", "across", np.array([True, False, True]))],
        model,
    )
    assert inside.scores["oracle"]["stance.accuracy"] == Estimate(1.0)
    assert across.scores["oracle"]["stance.accuracy"] == Estimate(1.0, 1.0, 1.0)


def test_frames_of_sentences_without_actors_have_an_interval() -> None:
    file = gold_file(*(article(f"a{n}", told("محادثات", frames=FRAMES[1:])) for n in range(4)))
    (found,) = scored_slices(
        file, [Cut("actors", "none", np.ones(4, dtype=bool))], judged(file, file.sentences, frames=FRAMES)
    )
    assert found.scores["oracle"]["frames.micro_f1"] == Estimate(1.0, 1.0, 1.0)
    assert found.scores["oracle"]["stance.macro_f1"] == Estimate(None)


# Where a model is weakest.


def graded(*parts: tuple[str, int, int, bool]) -> tuple[list[Cut], tuple[Slice, ...], Judged]:
    """Slices of an outlet each, of so many rows of two stances and so many of them right; or of one stance alone."""
    gold, given, names = [], [], []
    for name, rows, right, both in parts:
        for number in range(rows):
            sentence = told(russia="favor author" if both and number % 2 else "against author")
            gold.append(article(f"{name}{number}", sentence, outlet=name))
            given.append(sentence if number < right else relabelled(sentence, russia="neutral"))
            names.append(name)
    file = gold_file(*gold)
    model = judged(file, given)
    made = [Cut("outlet", part[0], np.array([name == part[0] for name in names])) for part in parts]
    return made, scored_slices(file, made, model, resamples=2), model


def test_the_weakest_slices_are_those_of_the_lowest_mean_stance_score() -> None:
    made, found, model = graded(
        ("a", 40, 40, True), ("b", 40, 10, True), ("c", 40, 30, True), ("d", 40, 20, True), ("e", 40, 35, True)
    )
    assert weakest(made, found, model) == ("outlet: b", "outlet: d", "outlet: c")
    assert weakest(made, found, model, count=1) == ("outlet: b",)


def test_slices_too_small_or_of_one_stance_are_not_called_weak() -> None:
    made, found, model = graded(
        ("small", FEWEST_ROWS - 1, 0, True), ("one stance", 40, 0, False), ("fair", 40, 30, True)
    )
    assert weakest(made, found, model) == ("outlet: fair",)


def test_a_file_without_slices_has_no_weakest() -> None:
    file = gold_file(article("a", told(russia="neutral")))
    assert weakest([], (), judged(file, file.sentences)) == ()
