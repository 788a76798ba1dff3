import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from zawiya.study.report.lexical import frame_pairs, log_odds

#: Six articles of a sentence each, three an outlet: A, A, A and B; B, B, A.
GIVEN = np.array([[1, 0], [1, 0], [1, 1], [0, 1], [0, 1], [1, 0]], dtype=bool)
GROUP = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
ARTICLE = np.arange(6, dtype=np.int32)


def test_log_odds_are_those_of_a_hand_calculation():
    # frame A: 3 of 4 labels in the first group, 1 of 3 in the second; the whole has 4 of 7
    odds = log_odds(GIVEN, GROUP, ARTICLE, 2, prior=7)
    inside, outside = (3 + 4) / (1 + 3), (1 + 4) / (2 + 3)
    assert odds.value[0, 0] == pytest.approx(math.log(inside / outside))
    assert odds.value[0, 1] == pytest.approx(-odds.value[0, 0])


def test_the_error_is_no_smaller_than_that_of_independent_labels():
    odds = log_odds(GIVEN, GROUP, ARTICLE, 2, prior=7)
    assert odds.error[0, 0] >= math.sqrt(1 / 7 + 1 / 5) - 1e-12


def test_articles_that_repeat_themselves_make_one_less_sure():
    many = np.tile(GIVEN, (20, 1))
    group = np.tile(GROUP, 20)
    apart = log_odds(many, group, np.arange(120, dtype=np.int32), 2)
    together = log_odds(many, group, np.tile(ARTICLE, 20), 2)
    assert together.value == pytest.approx(apart.value)
    assert (together.error > 1.5 * apart.error).all()


def test_a_group_of_few_labels_is_drawn_toward_the_whole():
    given_ = np.repeat(np.eye(2, dtype=bool), [50, 52], axis=0)
    group = np.array([0] * 50 + [0] * 50 + [1] * 2, dtype=np.int32)
    article = np.arange(102, dtype=np.int32)
    loose, tight = (log_odds(given_, group, article, 2, prior=prior).value[1, 1] for prior in (1, 50))
    assert 0 < tight < loose


@given(arrays(bool, (12, 3)), arrays(np.int32, 12, elements=st.integers(0, 1)))
def test_two_groups_differ_by_opposite_amounts(given_, group):
    odds = log_odds(given_, group, np.arange(12, dtype=np.int32), 2)
    first, second = np.nan_to_num(odds.value)
    assert first == pytest.approx(-second)


def test_pairs_are_counted_and_set_against_chance():
    # A in 4 of 6 sentences, B in 3, both in one
    (pair,) = frame_pairs(GIVEN, ARTICLE)
    assert (pair.first, pair.second, pair.count) == (0, 1, 1)
    assert pair.lift == pytest.approx(math.log2(1 * 6 / (4 * 3)))
    assert pair.low < pair.lift < pair.high


def test_pairs_of_a_single_article_have_no_interval():
    (pair,) = frame_pairs(GIVEN, np.zeros(6, dtype=np.int32))
    assert pair.low is None
    assert pair.high is None


def test_intervals_of_pairs_hold_the_truth_with_a_handful_of_articles():
    random = np.random.default_rng(0)
    article, held = np.repeat(np.arange(4, dtype=np.int32), 12), []
    for _ in range(300):
        # both frames as often as the article has it: together 1.25 times as often as by chance
        often = np.repeat(random.beta(2, 3, (4, 1)), 12, axis=0)
        for pair in frame_pairs(random.random((48, 2)) < often, article):
            held.append(pair.low <= math.log2(1.25) <= pair.high)
    assert np.mean(held) > 0.92


def test_pairs_that_hardly_come_are_left_out():
    assert frame_pairs(GIVEN, ARTICLE, fewest=2) == []


@given(arrays(bool, (10, 4)))
def test_a_pair_comes_no_more_often_than_either_frame(given_):
    for pair in frame_pairs(given_, np.arange(10, dtype=np.int32)):
        assert 1 <= pair.count <= min(given_[:, pair.first].sum(), given_[:, pair.second].sum())
