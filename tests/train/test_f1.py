"""F1 from counts few enough to be counted by hand, and against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from zawiya.train.f1 import f1, macro_f1, micro_f1, ratio

pytestmark = pytest.mark.filterwarnings("error")
SOME_LABELS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=12)


def test_macro_f1_is_the_mean_over_labels() -> None:
    # label 0: one of two found, F1 2/3; label 1: both found with one too many, F1 4/5
    assert macro_f1([0, 0, 1, 1], [0, 1, 1, 1], labels=(0, 1)) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_a_label_that_is_neither_there_nor_given_counts_as_zero_in_macro_f1() -> None:
    assert macro_f1([0, 0, 1, 1], [0, 1, 1, 1], labels=(0, 1, 2)) == pytest.approx((2 / 3 + 4 / 5) / 3)


def test_what_stands_under_no_label_is_missed_or_false_but_no_label_of_its_own() -> None:
    # of label 0 one is found and one given as 7, of label 1 one is given in the place of 7
    assert macro_f1([0, 0, 7], [0, 7, 1], labels=(0, 1)) == pytest.approx((2 / 3 + 0) / 2)


@pytest.mark.parametrize("labels", [(0,), (0, 1, 2)])
def test_macro_f1_of_no_rows_is_zero(labels: tuple[int, ...]) -> None:
    assert macro_f1([], [], labels=labels) == 0


def test_micro_f1_counts_every_decision() -> None:
    # two of three found, one given in vain
    assert micro_f1([[1, 1], [0, 1]], [[1, 0], [1, 1]]) == pytest.approx(2 * 2 / (3 + 3))


@pytest.mark.parametrize("shape", [(1, 2), (0, 2), (3, 0)])
def test_micro_f1_of_nothing_given_where_nothing_is_there_is_zero(shape: tuple[int, int]) -> None:
    assert micro_f1(np.zeros(shape), np.zeros(shape)) == 0


def test_f1_of_counts_of_any_shape_is_no_number_where_there_is_nothing() -> None:
    hits, there, said = np.array([[1, 0], [0, 2]]), np.array([[2, 0], [3, 2]]), np.array([[1, 0], [0, 2]])
    np.testing.assert_allclose(f1(hits, there, said), [[2 / 3, np.nan], [0, 1]])
    assert f1(1, 2, 2) == pytest.approx(0.5)


def test_a_ratio_is_no_number_where_the_whole_is_nothing() -> None:
    np.testing.assert_allclose(ratio([1, 0, 3], [4, 0, 3]), [0.25, np.nan, 1])
    np.testing.assert_allclose(ratio([[1, 2]], [[2], [0]]), [[0.5, 1], [np.nan, np.nan]])


@given(SOME_LABELS)
def test_macro_f1_is_that_of_scikit_learn(rows: list[tuple[int, int]]) -> None:
    there, said = zip(*rows, strict=True)
    theirs = f1_score(there, said, labels=[0, 1, 2], average="macro", zero_division=0)
    assert macro_f1(there, said, labels=(0, 1, 2)) == pytest.approx(theirs)
    assert macro_f1(said, there, labels=(0, 1, 2)) == pytest.approx(theirs)


@given(st.lists(st.lists(st.booleans(), min_size=6, max_size=6), min_size=1, max_size=8))
def test_micro_f1_is_that_of_scikit_learn(rows: list[list[bool]]) -> None:
    there, said = np.array(rows)[:, :3], np.array(rows)[:, 3:]
    assert micro_f1(there, said) == pytest.approx(f1_score(there, said, average="micro", zero_division=0))
