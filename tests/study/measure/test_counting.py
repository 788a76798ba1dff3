import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, norm

from zawiya.study.measure.counting import mean_interval, ratios, score_interval, share_interval


def test_a_share_is_of_the_rows_of_its_group():
    found = ratios(np.array([0, 0, 1, 1, 1]), np.array([0, 1, 0, 0, 2]), [np.array([1.0, 0, 1, 0, 1])], 3)[0]
    assert found.total.tolist() == [2, 3, 0]
    assert found.count.tolist() == [1, 2, 0]
    assert found.articles.tolist() == [2, 2, 0]
    assert found.share[:2].tolist() == [0.5, pytest.approx(2 / 3)]


def test_the_variance_is_that_of_article_totals():
    # by hand: shares 2/3 over articles of (2 of 2) and (0 of 1): residuals 2 - 4/3 and 0 - 2/3
    found = ratios(np.zeros(3, int), np.array([0, 0, 1]), [np.array([1.0, 1, 0])], 1)[0]
    assert found.variance[0] == pytest.approx(((2 / 3) ** 2 + (2 / 3) ** 2) / 9 * 2)


def test_rows_that_are_articles_vary_as_independent_ones_do():
    values = np.array([1.0] * 30 + [0.0] * 70)
    found = ratios(np.zeros(100, int), np.arange(100), [values], 1)[0]
    assert found.variance[0] == pytest.approx(0.3 * 0.7 / 99)
    low, high = share_interval(0.3, float(found.variance[0]), most=100, freedom=1e9)
    wilson = binomtest(30, 100).proportion_ci(method="wilson")
    assert (low, high) == (pytest.approx(wilson.low, abs=2e-3), pytest.approx(wilson.high, abs=2e-3))


def test_articles_that_say_the_same_throughout_are_worth_one_row_each():
    alone = ratios(np.zeros(10, int), np.arange(10), [np.array([1.0] * 5 + [0.0] * 5)], 1)[0]
    repeated = ratios(np.zeros(50, int), np.repeat(np.arange(10), 5), [np.repeat([1.0] * 5 + [0.0] * 5, 5)], 1)[0]
    assert repeated.variance[0] == pytest.approx(alone.variance[0])


def test_a_label_that_never_came_may_come_yet():
    low, high = share_interval(0.0, 0.0, most=500, freedom=9)
    assert low == 0
    assert 0.1 < high < 0.5


@pytest.mark.parametrize(
    "interval", [share_interval(0.5, np.nan, most=3, freedom=0), mean_interval(0.5, np.nan, freedom=0)]
)
def test_one_article_gives_no_interval(interval):
    assert interval is None


def test_a_mean_has_students_interval():
    low, high = mean_interval(0.2, 0.01, freedom=1e9)
    assert high - low == pytest.approx(2 * norm.ppf(0.975) * 0.1)
    assert mean_interval(0.9, 0.04, freedom=20)[1] == 1


@given(share=st.floats(0, 1), variance=st.floats(0, 1), most=st.integers(1, 10**6), freedom=st.integers(1, 10**5))
def test_an_interval_holds_its_share_and_stays_between_nought_and_one(share, variance, most, freedom):
    low, high = share_interval(share, variance, most=most, freedom=freedom)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1


def test_a_mean_that_never_moved_may_move_yet():
    low, high = mean_interval(0.0, 0.0, freedom=4)
    assert (low, high) == (-high, share_interval(0.0, 0.0, most=99, freedom=4)[1])


def test_the_score_interval_of_independent_rows_is_wilsons():
    wilson = binomtest(3, 100).proportion_ci(method="wilson")
    low, high = score_interval(0.03, 0.03 * 0.97 / 100, rows=100, freedom=1e9)
    assert (low, high) == (pytest.approx(wilson.low, abs=1e-4), pytest.approx(wilson.high, abs=1e-4))


def test_a_small_share_with_other_sources_of_variance_is_not_unknown():
    low, high = score_interval(0.001, 0.02**2, rows=60, freedom=50)
    assert low == 0
    assert high < 0.1


@given(share=st.floats(0, 1), variance=st.floats(0, 1), rows=st.floats(1, 10**6), freedom=st.integers(1, 10**5))
def test_a_score_interval_holds_its_share_and_stays_between_nought_and_one(share, variance, rows, freedom):
    low, high = score_interval(share, variance, rows=rows, freedom=freedom)
    assert 0 <= low <= share <= high <= 1
