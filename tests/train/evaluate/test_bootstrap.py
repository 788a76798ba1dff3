"""Intervals over articles: what is drawn, what is said of it, and how often they hold the truth."""

from collections.abc import Sequence
from math import comb, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.records import STANCES
from zawiya.resampling import draws, rounded
from zawiya.train.decisions import Decisions, Rows
from zawiya.train.evaluate.bootstrap import (
    difference,
    estimate,
    estimates,
    mcnemar,
    over_runs,
    rate,
    verdict,
)
from zawiya.train.evaluate.records import Difference, Estimate, McNemar
from zawiya.train.evaluate.tally import Tally, resampled, tally

pytestmark = pytest.mark.filterwarnings("error")
NAN = float("nan")
AGAINST, NEUTRAL = STANCES.index("against"), STANCES.index("neutral")
#: Of the normal distribution.
Z = 1.959964


def rows_of(right: Sequence[Sequence[bool]]) -> Tally:
    """The counts of articles whose rows are all against somebody, rightly given or called neutral."""
    article = np.repeat(np.arange(len(right)), [len(rows) for rows in right])
    flat = np.concatenate([np.asarray(rows, dtype=bool) for rows in right])
    holders = np.full(len(flat), "author")
    rows = Rows(
        np.arange(len(flat)),
        np.full(len(flat), AGAINST),
        np.where(flat, AGAINST, NEUTRAL),
        holders,
        np.where(flat, holders, ""),
    )
    nothing = np.zeros((len(flat), 0), dtype=bool)
    return tally(Decisions(article, (), nothing, nothing, rows), articles=len(right))


# What is drawn.


def test_each_resample_has_as_many_articles_as_the_file() -> None:
    drawn = draws(7, resamples=500)
    assert drawn.shape == (500, 7)
    assert set(drawn.sum(1)) == {7.0}
    assert set(np.unique(drawn)) > {0.0, 1.0, 2.0}


def test_every_article_is_drawn_as_often_as_any_other() -> None:
    # one in the mean, with a standard error of about the root of 1/5000
    assert draws(5, resamples=5000).mean(0) == pytest.approx(np.ones(5), abs=5 / sqrt(5000))


def test_the_seed_decides_what_is_drawn() -> None:
    assert (draws(9, resamples=50, seed=1) == draws(9, resamples=50, seed=1)).all()
    assert (draws(9, resamples=50, seed=1) != draws(9, resamples=50, seed=2)).any()


def test_of_one_article_every_resample_is_the_file() -> None:
    assert draws(1, resamples=3).tolist() == [[1.0]] * 3


# Intervals.


def test_an_estimate_is_the_value_with_the_middle_of_its_resamples() -> None:
    # of 0 to 1000 thousandths the 2.5% and 97.5% are at 25 and 975
    found = estimate([0.66666], np.arange(1001) / 1000, articles=8)
    assert found == Estimate(0.6667, 0.025, 0.975, None)


def test_resamples_in_which_there_was_nothing_to_count_are_left_out() -> None:
    samples = np.concatenate([np.full(300, NAN), np.arange(1001) / 1000])
    assert estimate([0.5], samples, articles=8) == Estimate(0.5, 0.025, 0.975)
    assert estimate([0.5], np.full(10, NAN), articles=8) == Estimate(0.5)


def test_of_a_single_article_there_is_no_interval() -> None:
    assert estimate([0.5], np.full(10, 0.5), articles=1) == Estimate(0.5)


def test_what_is_no_number_is_none() -> None:
    assert estimate([NAN], np.full(10, NAN), articles=8) == Estimate(None)
    assert [rounded(value) for value in (None, NAN, np.inf, 0.123456, np.float64(1))] == [None, None, None, 0.1235, 1.0]


def test_of_several_runs_the_mean_and_the_deviation_are_given() -> None:
    # 0.5 and 0.7 are 0.1 from their mean, so the deviation is the root of 0.01 + 0.01
    found = estimate([0.5, 0.7], np.arange(1001) / 1000, articles=8)
    assert found == Estimate(0.6, 0.025, 0.975, round(sqrt(0.02), 4))
    # a score that one of the runs lacks has no mean
    assert estimate([0.5, NAN], np.full(10, NAN), articles=8) == Estimate(None)


def test_every_score_has_its_own_interval() -> None:
    values = [{"a": 0.1, "b": 0.9}, {"a": 0.3, "b": 0.9}]
    samples = {"a": np.full(5, 0.2), "b": np.full(5, 0.9), "unasked": np.full(5, 0.0)}
    assert estimates(values, samples, articles=2) == {
        "a": Estimate(0.2, 0.2, 0.2, 0.1414),
        "b": Estimate(0.9, 0.9, 0.9, 0.0),
    }


def test_articles_not_rows_are_drawn() -> None:
    # all of the one article is right, all of the other wrong: a quarter of the resamples holds only the one, a quarter
    # only the other; by rows the interval of 500 right of 1000 would be narrow
    counts = rows_of([[True] * 500, [False] * 500])
    samples = resampled(counts, draws(2), ())["stance.accuracy"]
    assert set(samples) == {0.0, 0.5, 1.0}
    assert estimate([0.5], samples, articles=2) == Estimate(0.5, 0.0, 1.0)


def test_one_run_is_resampled_as_it_is() -> None:
    counts, weights = rows_of([[True, False], [True], [False]]), draws(3, resamples=40)
    found, alone = over_runs([counts], weights, ()), resampled(counts, weights, ())
    assert found.keys() == alone.keys()
    for name, values in found.items():
        np.testing.assert_array_equal(values, alone[name])


def test_of_several_runs_as_many_are_drawn_in_each_resample() -> None:
    # every resample of the one is all right, of the other all wrong: the mean of two draws is 0, 1/2 or 1
    runs = [rows_of([[True], [True]]), rows_of([[False], [False]])]
    weights = draws(2, resamples=4000)
    samples = over_runs(runs, weights, ())["stance.accuracy"]
    values, counts = np.unique(samples, return_counts=True)
    assert values.tolist() == [0.0, 0.5, 1.0]
    assert counts / 4000 == pytest.approx([0.25, 0.5, 0.25], abs=5 * sqrt(0.25 / 4000))
    assert (samples == over_runs(runs, weights, ())["stance.accuracy"]).all()
    assert (samples != over_runs(runs, weights, (), seed=99)["stance.accuracy"]).any()


def test_runs_that_agree_have_the_interval_of_one() -> None:
    counts, weights = rows_of([[True, False], [True], [False, False]]), draws(3, resamples=200)
    found, alone = over_runs([counts] * 3, weights, ()), over_runs([counts], weights, ())
    np.testing.assert_allclose(found["stance.accuracy"], alone["stance.accuracy"])


# Two systems.


def test_a_difference_is_of_the_same_resamples() -> None:
    # each system swings by a half from one resample to the next, and the second is always a tenth ahead
    swing = np.linspace(0.2, 0.7, 400)
    found = difference("stance.macro_f1", ("old", "new"), (0.45, 0.55), (swing, swing + 0.1), articles=12)
    assert found == Difference(
        "stance.macro_f1", "old", "new", 0.1, 0.1, 0.1, "new is better by 10.0 points, 95% interval 10.0 to 10.0"
    )


def test_a_difference_is_the_second_less_the_first() -> None:
    samples = (np.full(10, 0.6), np.full(10, 0.55))
    found = difference("triple.f1", ("old", "new"), (0.6, 0.55), samples, articles=12)
    assert (found.value, found.low, found.high) == (-0.05, -0.05, -0.05)
    assert found.verdict == "old is better by 5.0 points, 95% interval 5.0 to 5.0"


def test_resamples_that_only_one_system_has_a_score_of_are_left_out() -> None:
    samples = (np.array([0.5, NAN, 0.5]), np.array([0.7, 0.1, NAN]))
    found = difference("triple.f1", ("old", "new"), (0.5, 0.7), samples, articles=12)
    assert (found.low, found.high) == (0.2, 0.2)


def test_systems_without_a_score_or_with_one_article_have_no_interval() -> None:
    nothing = np.full(3, NAN)
    found = difference("triple.f1", ("old", "new"), (0.5, NAN), (np.full(3, 0.5), nothing), articles=12)
    assert found == Difference("triple.f1", "old", "new", None, None, None, "nothing to compare")
    found = difference("triple.f1", ("old", "new"), (0.5, 0.6), (np.full(3, 0.5), np.full(3, 0.6)), articles=1)
    assert (found.value, found.low, found.high) == (0.1, None, None)
    assert found.verdict == "new scores +10.0 points; too few articles for an interval"


@pytest.mark.parametrize(
    ("gained", "low", "high", "said"),
    [
        (0.032, 0.011, 0.0534, "new is better by 3.2 points, 95% interval 1.1 to 5.3"),
        (-0.032, -0.0534, -0.011, "old is better by 3.2 points, 95% interval 1.1 to 5.3"),
        (0.02, -0.01, 0.05, "no difference shown: new scores 2.0 points more than old, 95% interval -1.0 to 5.0"),
        (-0.02, -0.05, 0.01, "no difference shown: old scores 2.0 points more than new, 95% interval -1.0 to 5.0"),
        # an end at nothing is on neither side
        (0.02, 0.0, 0.05, "no difference shown: new scores 2.0 points more than old, 95% interval 0.0 to 5.0"),
        (-0.02, -0.05, 0.0, "no difference shown: old scores 2.0 points more than new, 95% interval 0.0 to 5.0"),
        (-0.02, -0.05, 0.0004, "no difference shown: old scores 2.0 points more than new, 95% interval 0.0 to 5.0"),
        (0.0, 0.0, 0.0, "old and new score the same"),
        (0.0, -0.01, 0.01, "no difference shown: new scores 0.0 points more than old, 95% interval -1.0 to 1.0"),
        (0.02, None, None, "new scores +2.0 points; too few articles for an interval"),
        (-0.02, None, None, "new scores -2.0 points; too few articles for an interval"),
        (-0.0001, None, None, "new scores +0.0 points; too few articles for an interval"),
        (NAN, None, None, "nothing to compare"),
        (NAN, 0.1, 0.2, "nothing to compare"),
    ],
)
def test_a_verdict_says_which_is_better_and_how_surely(
    gained: float, low: float | None, high: float | None, said: str
) -> None:
    assert verdict(("old", "new"), gained, low, high) == said


@given(st.floats(-1, 1), st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_verdict_is_the_same_the_other_way_round(gained: float, below: float, above: float) -> None:
    low, high = gained - below, gained + above
    there, back = verdict(("old", "new"), gained, low, high), verdict(("new", "old"), -gained, -high, -low)
    if gained:
        assert there == back
    assert "-0.0 " not in there
    assert ("better" in there) == (low > 0 or high < 0)


def test_mcnemar_counts_the_rows_that_only_one_has_right() -> None:
    first = np.array([True, True, False, False, False, False, False, False])
    second = np.array([True, False, True, True, True, True, True, False])
    # one against five: of 64 equally likely divisions 1 + 6 are so uneven on this side, as many on the other
    assert mcnemar(first, second) == McNemar(1, 5, 14 / 64)
    assert mcnemar(second, first) == McNemar(5, 1, 14 / 64)


@pytest.mark.parametrize("rows", [[], [True, False, True]])
def test_systems_that_are_right_on_the_same_rows_are_not_told_apart_by_mcnemar(rows: list[bool]) -> None:
    same = np.array(rows, dtype=bool)
    assert mcnemar(same, same) == McNemar(0, 0, 1.0)


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 5), st.integers(0, 5))
def test_mcnemar_is_twice_the_smaller_tail_of_even_coins(first: int, second: int, both: int, neither: int) -> None:
    one = np.repeat([True, False, True, False], [first, second, both, neither])
    other = np.repeat([False, True, True, False], [first, second, both, neither])
    uneven = first + second
    tail = sum(comb(uneven, count) for count in range(min(first, second) + 1)) / 2**uneven
    found = mcnemar(one, other)
    assert (found.first_only, found.second_only) == (first, second)
    assert found.p == pytest.approx(min(1.0, 2 * tail), abs=1e-6)


def test_a_rate_of_no_cases_is_none() -> None:
    assert rate(0, 0) == Estimate(None)


def test_a_rate_at_an_end_has_an_interval_all_the_same() -> None:
    # with nothing failed the upper end is z² / (n + z²)
    assert rate(0, 10) == Estimate(0.0, 0.0, round(Z**2 / (10 + Z**2), 4))
    assert rate(10, 10) == Estimate(1.0, round(10 / (10 + Z**2), 4), 1.0)


@given(st.integers(1, 300), st.data())
def test_a_rate_has_wilsons_interval(cases: int, data: st.DataObject) -> None:
    failed = data.draw(st.integers(0, cases))
    share, square = failed / cases, Z**2 / cases
    middle = (share + square / 2) / (1 + square)
    half = sqrt(square) / (1 + square) * sqrt(share * (1 - share) + square / 4)
    found = rate(failed, cases)
    expected = (share, max(0.0, middle - half), min(1.0, middle + half))
    assert (found.value, found.low, found.high) == pytest.approx(expected, abs=1e-4)
    assert found.low <= found.value <= found.high


# How often intervals hold the truth, on articles whose rows are right together or wrong together.

SHARE = 2 / 3


def right_rows(random: np.random.Generator, articles: int = 40, rows: int = 8) -> np.ndarray:
    """Rows that are right with a chance of their article's own, in the mean :data:`SHARE`."""
    return random.random((articles, rows)) < random.beta(2, 1, size=(articles, 1))


@pytest.mark.slow
def test_intervals_over_articles_hold_the_truth_as_often_as_they_say_and_those_over_rows_do_not() -> None:
    random = np.random.default_rng(11)
    rounds, held, held_by_rows = 400, 0, 0
    for number in range(rounds):
        right = right_rows(random)
        for each, grouped in ((True, right), (False, right.reshape(-1, 1))):
            weights = draws(len(grouped), resamples=400, seed=number)
            samples = over_runs([rows_of(list(grouped))], weights, ())["stance.accuracy"]
            found = estimate([right.mean()], samples, articles=len(grouped))
            holds = found.low <= SHARE <= found.high
            held, held_by_rows = held + (holds and each), held_by_rows + (holds and not each)
    # the standard error of a share of 95 in 400 rounds is one in a hundred
    assert 0.90 <= held / rounds <= 0.985
    # eight rows that go together with a correlation of a quarter have an error 1.66 times that of single ones
    assert held_by_rows / rounds < 0.85


@pytest.mark.slow
def test_of_two_systems_that_are_alike_one_is_called_better_once_in_twenty() -> None:
    random = np.random.default_rng(12)
    rounds, told_apart = 400, 0
    for number in range(rounds):
        both = [right_rows(random) for _ in range(2)]
        weights = draws(40, resamples=400, seed=number)
        samples = tuple(over_runs([rows_of(list(right))], weights, ())["stance.accuracy"] for right in both)
        found = difference("stance.accuracy", ("a", "b"), tuple(r.mean() for r in both), samples, articles=40)
        told_apart += "better" in found.verdict
    assert 0.015 <= told_apart / rounds <= 0.10
