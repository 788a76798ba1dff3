"""Shuffled groups: how far apart two groups are, and whether that is more than chance, over many respects at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.study.drift import shuffling
from zawiya.study.drift.shuffling import Counted, cohens_h, judge, share, spread, stability, table, units


def some_respects(random: np.random.Generator, first: np.ndarray, *, shift: float = 0.0) -> dict[str, Counted]:
    """Articles of some rows each, whose rows are alike: ten shares and ten numbers; the first number may be shifted."""
    rows = np.repeat(np.arange(len(first)), random.integers(3, 30, len(first)))
    leaning = random.normal(size=(20, len(first)))
    found = {}
    for place in range(10):
        yes = random.random(len(rows)) < 1 / (1 + np.exp(-leaning[place][rows]))
        counts = [np.bincount(each, minlength=len(first)).astype(float) for each in (rows[yes], rows)]
        found[f"share {place}"] = share(*counts, first)
        values = random.normal(size=len(rows)) + leaning[10 + place][rows]
        found[f"number {place}"] = spread(rows, values + (shift * first[rows] if place == 0 else 0), first)
    return found


def test_random_groups_are_called_different_once_in_twenty_times(monkeypatch):
    monkeypatch.setattr(shuffling, "SHUFFLES", 199)
    random = np.random.default_rng(5)
    alarms = 0
    for _ in range(200):
        first = random.permutation(60) < 25
        alarms += min(judged.p for judged in judge(some_respects(random, first), first).values()) <= 0.05
    # 10 are expected; 3 and 20 are three standard deviations away
    assert 3 <= alarms <= 20


def test_a_shift_is_found_where_it_is():
    random = np.random.default_rng(6)
    first = random.permutation(80) < 40
    judged = judge(some_respects(random, first, shift=2.0), first)
    assert [name for name, found in judged.items() if found.p <= 0.05] == ["number 0"]
    found = judged["number 0"]
    assert found.effect > found.chance > 0
    others = [other for name, other in judged.items() if name != "number 0"]
    assert all(other.effect <= other.chance for other in others)


def test_rows_of_one_article_are_no_evidence_of_their_own():
    # ten articles with a thousand rows each, all of them the same within an article
    random = np.random.default_rng(7)
    first = np.arange(10) < 5
    rows = np.repeat(np.arange(10), 1000)
    judged = judge({"number": spread(rows, random.normal(size=10)[rows], first)}, first)["number"]
    assert judged.effect > 0.5
    assert judged.p > 0.05


@pytest.mark.parametrize("sizes", [(1, 1), (1, 30), (0, 5), (0, 0)])
def test_groups_of_next_to_nothing_are_no_error(sizes):
    group = units(*sizes)
    rows = group.of
    values = np.arange(len(rows), dtype=float)
    judged = judge({"number": spread(rows, values, group.first)}, group.first)["number"]
    assert judged.p > 0.03
    assert np.isfinite([judged.effect, judged.chance]).all()


def test_nothing_to_compare_is_no_error():
    assert judge({}, np.array([True, False])) == {}


def test_large_groups_are_bundled_evenly():
    group = units(30_000, 10_000)
    assert len(group.of) == 40_000
    assert len(group.first) == group.of.max() + 1 == shuffling.MOST_UNITS
    assert group.first.sum() == 3000
    assert set(np.bincount(group.of)) <= {9, 10, 11}
    # no unit has articles of both
    assert not set(group.of[:30_000]) & set(group.of[30_000:])


def test_small_groups_are_articles():
    group = units(3, 2)
    assert sorted(group.of[:3]) == [0, 1, 2]
    assert sorted(group.of[3:]) == [3, 4]


def test_values_that_are_unknown_are_left_out():
    first = np.array([True, False])
    counted = spread(np.array([0, 0, 1]), np.array([1.0, np.nan, 3.0]), first)
    assert counted.values == (1.0, 3.0)
    assert counted.counts.sum() == 2
    assert spread(np.array([0]), np.array([np.nan]), first).values == (None, None)


def test_a_share_without_rows_has_no_value():
    first = np.array([True, False])
    assert share(np.array([1.0, 0.0]), np.array([4.0, 0.0]), first).values == (0.25, None)


@given(st.lists(st.integers(0, 50), min_size=2, max_size=8), st.lists(st.integers(0, 50), min_size=8, max_size=8))
def test_distances_are_those_of_the_book(one, other):
    one, other = np.array(one, dtype=float), np.array(other[: len(one)], dtype=float)
    for distance in (stability, cohens_h) if len(one) == 2 else (stability,):
        there, back = float(distance(one, other)), float(distance(other, one))
        assert there == pytest.approx(back)
        assert there >= 0
        assert float(distance(one, one)) == 0


def test_distances_have_the_values_of_the_book():
    # Cohen 1988, table 6.2.2: phi of .50 is 1.571, of .40 is 1.369
    assert cohens_h(np.array([50.0, 50.0]), np.array([40.0, 60.0])) == pytest.approx(1.571 - 1.369, abs=1e-3)
    one, other = np.array([5000.0, 5000.0]), np.array([7500.0, 2500.0])
    expected = (0.5 - 0.75) * np.log(0.5 / 0.75) + (0.5 - 0.25) * np.log(0.5 / 0.25)
    assert stability(one, other) == pytest.approx(expected, rel=1e-3)


def test_a_table_counts_pairs():
    found = table(np.array([0, 1, 1]), np.array([2, 0, 0]), 2, 3)
    assert found.tolist() == [[0, 0, 1], [2, 0, 0]]
