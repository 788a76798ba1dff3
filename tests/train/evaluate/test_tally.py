"""Scores from counts that add up over articles: in every resample those that scoring the resample itself gives."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from zawiya.records import STANCES, Sentence
from zawiya.train.decisions import ABSENT, Decisions, Rows, decisions
from zawiya.train.evaluate.tally import Resampled, resampled, tally
from zawiya.train.scores import Scores, score

from ..labelled import relabelled, told

pytestmark = pytest.mark.filterwarnings("error")
FRAMES = ("interference", "diplomacy", "legality")
HELD = (STANCES.index("favor"), STANCES.index("against"))
HOLDERS = ("author", "other", "russia", "usa")


@st.composite
def labels(draw: st.DrawFn, *, absent: bool) -> tuple[int, str]:
    """A stance and its holder; some are absent, and of some nobody wrote down the holder."""
    stance = draw(st.integers(0, ABSENT if absent else ABSENT - 1))
    return stance, draw(st.sampled_from(("", *HOLDERS))) if stance in HELD else ""


@st.composite
def rows(draw: st.DrawFn, sentences: int, *, absent: bool) -> Rows:
    """Rows of any of the sentences; each is there or found, if not both."""
    pair = st.tuples(labels(absent=absent), labels(absent=absent)).filter(lambda p: {s for s, _ in p} != {ABSENT})
    row = st.tuples(st.integers(0, max(sentences - 1, 0)), pair)
    drawn = draw(st.lists(row, max_size=10 if sentences else 0))
    return Rows(
        np.array([sentence for sentence, _ in drawn], dtype=np.int64),
        np.array([gold for _, ((gold, _), _) in drawn], dtype=np.int64),
        np.array([given for _, (_, (given, _)) in drawn], dtype=np.int64),
        np.array([holder for _, ((_, holder), _) in drawn], dtype=np.str_),
        np.array([holder for _, (_, (_, holder)) in drawn], dtype=np.str_),
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[Decisions, int]:
    """Decisions about up to six sentences, and the number of articles, some of which have no sentence."""
    article = draw(st.lists(st.integers(0, 3), max_size=6))
    frames = FRAMES[: draw(st.integers(0, len(FRAMES)))]
    shape = (2, len(article), len(frames))
    given = draw(st.lists(st.booleans(), min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    gold_frames, given_frames = np.array(given, dtype=bool).reshape(shape)
    pairs = draw(st.none() | rows(len(article), absent=True))
    told_rows = draw(rows(len(article), absent=False))
    made = Decisions(np.array(article, dtype=np.int64), frames, gold_frames, given_frames, told_rows, pairs)
    return made, max(article, default=-1) + 1 + draw(st.integers(0, 1))


def repeated(made: Decisions, weights: list[int]) -> Decisions:
    """The decisions of a file that holds each article as often as its weight says, laid out sentence by sentence."""
    copies = [n for n, article in enumerate(made.article) for _ in range(weights[article])]

    def those_of(table: Rows) -> Rows:
        kept = [(new, row) for new, old in enumerate(copies) for row in np.flatnonzero(table.sentence == old)]
        picked = np.array([row for _, row in kept], dtype=np.int64)
        columns = (table.gold, table.given, table.gold_holder, table.given_holder)
        return Rows(np.array([new for new, _ in kept], dtype=np.int64), *(column[picked] for column in columns))

    chosen = np.array(copies, dtype=np.int64)
    return replace(
        made,
        article=made.article[chosen],
        gold_frames=made.gold_frames[chosen],
        given_frames=made.given_frames[chosen],
        rows=those_of(made.rows),
        pairs=None if made.pairs is None else those_of(made.pairs),
    )


def assert_same(found: Resampled, row: int, expected: Scores, *, sentences: int) -> None:
    assert {len(values) for values in found.values()} == {len(found["stance.accuracy"])}
    if sentences:
        assert set(found) == set(expected)
    for name, values in found.items():
        # of no sentences the frames have no scores by name
        assert values[row] == pytest.approx(expected.get(name, np.nan), nan_ok=True), name


@settings(max_examples=60)
@given(files())
def test_with_weights_of_one_every_score_is_that_of_the_file(file: tuple[Decisions, int]) -> None:
    made, articles = file
    found = resampled(tally(made, articles=articles), np.ones((1, articles)), made.frames)
    assert_same(found, 0, score(made), sentences=len(made.article))


@settings(max_examples=60)
@given(files(), st.data())
def test_with_whole_weights_every_score_is_that_of_a_file_with_its_articles_repeated(
    file: tuple[Decisions, int], data: st.DataObject
) -> None:
    made, articles = file
    several = st.lists(st.lists(st.integers(0, 3), min_size=articles, max_size=articles), min_size=2, max_size=2)
    weights = data.draw(several)
    found = resampled(tally(made, articles=articles), np.array(weights, dtype=float).reshape(2, articles), made.frames)
    for row, each in enumerate(weights):
        again = repeated(made, each)
        assert_same(found, row, score(again), sentences=len(again.article))


# Of the first article one row is right and one called neutral; of the second the row is right and frames are given in vain.
GOLD = [
    told(iran="against author", usa="against iran", frames=FRAMES[:1]),
    told("محادثات", frames=FRAMES[:1]),
    told(russia="favor other"),
]
GIVEN = [
    relabelled(GOLD[0], usa="neutral"),
    relabelled(GOLD[1], frames=FRAMES[:2]),
    relabelled(GOLD[2], frames=FRAMES[2:]),
]
ARTICLE = [0, 1, 1]


def hand_worked(weights: list[list[float]], *, found: list[Sentence] | None = None) -> Resampled:
    made = decisions(GOLD, GIVEN, FRAMES, found=found, articles=ARTICLE)
    return resampled(tally(made, articles=2), np.array(weights), FRAMES)


def test_counts_add_up_over_articles() -> None:
    made = decisions(GOLD, GIVEN, FRAMES, articles=ARTICLE)
    counts = tally(made, articles=3)
    # favor, against, neutral: hits, there, given
    assert counts["stance"].tolist() == [
        [[0, 0, 0], [1, 2, 1], [0, 0, 1]],
        [[1, 1, 1], [0, 0, 0], [0, 0, 0]],
        [[0, 0, 0]] * 3,
    ]
    assert counts["frames"].tolist() == [
        [[1, 1, 1], [0, 0, 0], [0, 0, 0]],
        [[1, 1, 1], [0, 0, 1], [0, 0, 1]],
        [[0, 0, 0]] * 3,
    ]
    assert counts["triple"].tolist() == [[1, 2, 2], [1, 1, 1], [0, 0, 0]]


def test_scores_of_hand_worked_resamples() -> None:
    found = hand_worked([[2, 0], [0, 2], [1, 1]])
    # against: one of two found, however often; in the second article there is none
    np.testing.assert_allclose(found["stance.against.f1"], [2 / 3, np.nan, 2 / 3])
    # against and neutral, given in vain; favor alone; all three
    np.testing.assert_allclose(found["stance.macro_f1"], [(2 / 3 + 0) / 2, 1, (2 / 3 + 0 + 1) / 3])
    np.testing.assert_allclose(found["holder.accuracy"], [1 / 2, 1, 2 / 3])
    np.testing.assert_allclose(found["holder.author.accuracy"], [1, np.nan, 1])
    np.testing.assert_allclose(found["frames.micro_f1"], [1, 2 * 2 / (2 + 6), 2 * 2 / (2 + 4)])
    # of the second article one sentence is half right and one wrong
    np.testing.assert_allclose(found["frames.samples_f1"], [1, (2 / 3 + 0) / 2, (1 + 2 / 3 + 0) / 3])


def test_a_resample_of_no_article_has_no_scores() -> None:
    assert np.isnan(list(hand_worked([[0, 0]], found=GIVEN).values())).all()


@given(st.floats(0.1, 10), st.floats(0.1, 10))
def test_scores_do_not_depend_on_the_scale_of_the_weights(first: float, scale: float) -> None:
    found = hand_worked([[first, 1], [first * scale, scale]], found=GIVEN)
    for name, (one, other) in found.items():
        assert one == pytest.approx(other, nan_ok=True), name


def test_end_to_end_is_scored_only_where_something_was_found_by_itself() -> None:
    assert "end_to_end.triple.f1" not in hand_worked([[1, 1]])
    overlooked = [told("محادثات"), GOLD[1], GOLD[2]]
    found = hand_worked([[1, 0], [0, 1], [1, 1]], found=overlooked)
    np.testing.assert_allclose(found["end_to_end.actors.recall"], [0, 1, 1 / 3])
    np.testing.assert_allclose(found["end_to_end.actors.precision"], [np.nan, 1, 1])
    np.testing.assert_allclose(found["end_to_end.triple.f1"], [0, 1, 2 / 4])


def test_frames_that_are_not_asked_about_have_no_scores() -> None:
    made = decisions(GOLD, GIVEN, (), articles=ARTICLE)
    found = resampled(tally(made, articles=2), np.ones((3, 2)), ())
    framed: dict[str, NDArray] = {name: values for name, values in found.items() if name.startswith("frames.")}
    assert {name: np.isnan(values).tolist() for name, values in framed.items()} == dict.fromkeys(
        ("frames.micro_f1", "frames.macro_f1", "frames.samples_f1"), [True] * 3
    )


def test_no_resamples_have_no_scores() -> None:
    made = decisions(GOLD, GIVEN, FRAMES, found=GIVEN, articles=ARTICLE)
    found = resampled(tally(made, articles=2), np.empty((0, 2)), FRAMES)
    assert {len(values) for values in found.values()} == {0}
