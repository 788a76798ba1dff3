import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.study.folders import article, opened, sentence
from zawiya.corpus import read_corpus
from zawiya.errors import ZawiyaError
from zawiya.study.measure.design import Design
from zawiya.study.measure.sampling import draw, sample, save_sample, unsure
from zawiya.study.measure.strata import SEEN, strata
from zawiya.study.measure.units import Units

WAYS = ["stratified", "uncertain", "uniform"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    made = [
        article(
            f"{n}",
            sentence(("usa", "against", "author"), sure=0.4),
            sentence(("usa", "neutral", None), sure=0.7),
            sentence(sure=0.99),
            sentence(sure=0.99),
            sentence(role="furniture"),
            outlet="first" if n % 4 else "second",
        )
        for n in range(40)
    ]
    return opened(tmp_path_factory.mktemp("sampling") / "out", made)


@pytest.fixture(scope="module")
def units(results):
    return Units.of(results)


@pytest.mark.parametrize("way", WAYS)
def test_as_many_as_were_asked_for_are_drawn_none_twice_and_the_same_again(units, way):
    drawn, chances = draw(units, 50, way=way)
    assert len(set(drawn.tolist())) == 50 == len(chances)
    assert draw(units, 50, way=way)[0].tolist() == drawn.tolist()
    assert draw(units, 50, way=way, seed=2)[0].tolist() != drawn.tolist()


@pytest.mark.parametrize("way", WAYS)
def test_chances_are_those_that_sentences_are_drawn_with(units, way):
    rounds = 400
    often, chance = np.zeros(len(units)), np.zeros(len(units))
    for seed in range(rounds):
        drawn, chances = draw(units, 40, way=way, seed=seed)
        often[drawn] += 1
        chance[drawn] = chances
    # five standard deviations, for the furthest of 160
    assert np.all(np.abs(often / rounds - chance) < 5 * np.sqrt(chance * (1 - chance) / rounds) + 1e-9)


def test_what_the_model_is_unsure_of_is_drawn_more(units):
    kind, names = strata(units)
    assert names == SEEN
    assert np.mean(unsure(units)[kind == 2]) > np.mean(unsure(units)[kind == 0])
    for way in ("stratified", "uncertain"):
        drawn, _ = draw(units, 60, way=way)
        shares = np.bincount(kind[drawn], minlength=3) / np.bincount(kind)
        assert shares[2] > 1.5 * shares[0]


def test_every_stratum_is_drawn_from(units):
    kind, names = strata(units, ("outlet",))
    assert names[0] == "names nobody, second"
    drawn, _ = draw(units, 14, by=("outlet",))
    assert np.bincount(kind[drawn], minlength=len(names)).min() >= 2


def test_all_can_be_drawn(units):
    for way in WAYS:
        drawn, chances = draw(units, len(units), way=way)
        assert drawn.tolist() == list(range(len(units)))
        assert chances.tolist() == [1] * len(units)


@given(count=st.integers(12, 160), seed=st.integers(0, 1000), way=st.sampled_from(WAYS))
@settings(deadline=None, max_examples=60)
def test_chances_lie_between_nought_and_one(units, count, seed, way):
    drawn, chances = draw(units, count, way=way, by=("outlet",), seed=seed)
    assert len(np.unique(drawn)) == count
    assert np.all((chances > 0) & (chances <= 1))


@pytest.mark.parametrize(("count", "by", "said"), [
    (0, (), "from 1 to 160"),
    (161, (), "from 1 to 160"),
    (5, ("outlet",), "at least 12 sentences for 6 strata"),
    (20, ("actor",), "may name several actors"),
    (20, ("colour",), "found 'colour'"),
])  # fmt: skip
def test_what_cannot_be_drawn_is_said(units, count, by, said):
    with pytest.raises(ZawiyaError, match=said):
        draw(units, count, by=by)


def test_a_sample_holds_the_drawn_sentences_as_the_model_labelled_them(results, tmp_path):
    drawn = sample(results, 30)
    save_sample(drawn, tmp_path / "sample")
    articles = list(read_corpus(tmp_path / "sample" / "articles.jsonl"))
    places = [(a.id, s.start, s.end) for a in articles for s in a.sentences]
    assert places == [(d.article, d.start, d.end) for d in drawn.design.drawn]
    assert Design.load(tmp_path / "sample" / "design.json") == drawn.design
    assert any(m.scores for a in articles for s in a.sentences for m in s.mentions)
    assert sum(taken for _, _, taken in drawn.strata) == 30


def test_a_sample_is_not_written_over(results, tmp_path):
    save_sample(sample(results, 30), tmp_path)
    with pytest.raises(ZawiyaError, match="somebody may be labelling it"):
        save_sample(sample(results, 30), tmp_path)
