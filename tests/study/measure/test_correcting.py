from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.study.measure.correcting import Sums, corrected


def world(seed, sentences=2000, articles=200, wrong=0.2):
    """Sentences with one row each, half of them with the label, and a model that is wrong about some."""
    random = np.random.default_rng(seed)
    truth = (random.random(sentences) < 0.5).astype(float)
    model = np.where(random.random(sentences) < wrong, 1 - truth, truth)
    return truth, model, random.integers(articles, size=sentences)


def sums(truth, model, article, drawn, chance=None):
    size = len(truth)
    return Sums(
        article=article,
        u=model,
        v=np.ones(size),
        labelled=drawn,
        u_gold=truth[drawn],
        v_gold=np.ones(len(drawn)),
        chance=np.full(len(drawn), len(drawn) / size) if chance is None else chance,
        stratum=np.zeros(size, dtype=np.int32),
    )


def test_without_the_model_it_is_the_mean_of_the_labels():
    truth, model, article = world(1)
    drawn = np.arange(100)
    assert corrected(sums(truth, model, article, drawn), power=0).share == pytest.approx(truth[:100].mean())


def test_with_all_of_the_model_it_is_its_mean_less_its_mean_error():
    truth, model, article = world(2)
    drawn = np.arange(100)
    found = corrected(sums(truth, model, article, drawn), power=1)
    assert found.share == pytest.approx(model.mean() - (model[:100] - truth[:100]).mean())


def test_its_width_is_that_of_prediction_powered_inference():
    # Angelopoulos et al. 2023: for a mean of independent rows the variance is var(f)/N + var(y - f)/n, where the labelled
    # rows are others; here they are among all, which adds twice the covariance of f and y - f over N
    truth, model, article = world(3, sentences=5000)
    article = np.arange(5000)
    drawn = np.random.default_rng(3).choice(5000, 400, replace=False)
    found = corrected(sums(truth, model, article, np.sort(drawn)), signed=True, power=1)
    overlap = 2 * np.cov(model, truth - model)[0, 1] / 5000
    variance = model.var() / 5000 + (truth - model)[drawn].var() / 400 + overlap
    assert found.high - found.low == pytest.approx(2 * 1.966 * np.sqrt(variance), rel=0.03)


def test_a_model_that_is_right_is_used_and_one_that_guesses_is_not():
    truth, model, article = world(4, wrong=0.02)
    drawn = np.arange(150)
    good = corrected(sums(truth, model, article, drawn))
    guesses = np.random.default_rng(5).random(len(truth)).round()
    poor = corrected(sums(truth, guesses, article, drawn))
    alone = corrected(sums(truth, model, article, drawn), power=0)
    assert good.power > 0.9
    assert poor.power < 0.2
    assert good.high - good.low < 0.6 * (alone.high - alone.low)
    assert poor.high - poor.low < 1.05 * (alone.high - alone.low)


def test_a_model_that_misses_half_of_a_label_is_set_right():
    truth, _, article = world(6, sentences=20_000, articles=2000)
    model = truth * (np.random.default_rng(7).random(len(truth)) < 0.5)
    drawn = np.arange(3000)
    found = corrected(sums(truth, model, article, drawn))
    assert model.mean() < 0.26
    assert found.share == pytest.approx(0.5, abs=0.03)
    assert found.low < 0.5 < found.high


def test_sentences_that_were_likelier_to_be_drawn_count_less():
    truth, _, article = world(8)
    # without a model: of those with the label all are drawn, of the others one in ten
    drawn = np.flatnonzero((truth == 1) | (np.arange(len(truth)) % 10 == 0))
    chance = np.where(truth[drawn] == 1, 1.0, 0.1)
    found = corrected(sums(truth, np.zeros(len(truth)), article, drawn, chance))
    assert found.share == pytest.approx(truth.mean(), abs=0.03)
    assert truth[drawn].mean() > 0.8


def test_a_row_that_the_model_missed_counts():
    # ten sentences name the actor, the model sees five; every labelled one is for it
    u = np.array([1.0] * 5 + [0.0] * 5)
    labelled = np.arange(10)
    found = corrected(
        Sums(np.arange(10), u * 0, u, labelled, np.ones(10), np.ones(10), np.ones(10), np.zeros(10, np.int32))
    )
    assert found.share == 1


def test_where_people_reject_all_rows_there_is_no_share():
    ones = np.ones(30)
    asked = Sums(np.arange(30), ones, ones, np.arange(30), ones * 0, ones * 0, ones, np.zeros(30, np.int32))
    assert corrected(asked) is None


def test_labels_that_agree_everywhere_do_not_make_the_model_infallible():
    truth, _, article = world(9)
    found = corrected(sums(truth, truth, article, np.arange(30)))
    assert found.high - found.low > 0.05


def test_articles_that_speak_with_one_voice_widen_the_interval():
    random = np.random.default_rng(10)
    article = np.repeat(np.arange(100), 20)
    together = np.repeat((random.random(100) < 0.5).astype(float), 20)
    apart = random.permutation(together)
    drawn = np.arange(0, 2000, 2)
    wide, narrow = (corrected(sums(truth, truth * 0, article, drawn)) for truth in (together, apart))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


@given(seed=st.integers(0, 2**32), labelled=st.integers(3, 200), wrong=st.floats(0, 1))
@settings(deadline=None, max_examples=60)
def test_a_share_lies_in_its_interval_between_nought_and_one_in_any_order(seed, labelled, wrong):
    truth, model, article = world(seed, sentences=400, articles=40, wrong=wrong)
    random = np.random.default_rng(seed)
    drawn = np.sort(random.choice(400, labelled, replace=False))
    asked = sums(truth, model, article, drawn)
    found = corrected(asked)
    assert 0 <= found.low <= found.share <= found.high <= 1
    mixed = random.permutation(labelled)
    again = corrected(
        replace(
            asked,
            labelled=drawn[mixed],
            u_gold=asked.u_gold[mixed],
            v_gold=asked.v_gold[mixed],
            chance=asked.chance[mixed],
        )
    )
    assert again.share == pytest.approx(found.share)
    assert again.low == pytest.approx(found.low)
