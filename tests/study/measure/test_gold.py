from dataclasses import replace

import numpy as np
import pytest

from tests.study.folders import article, opened, sentence
from zawiya.corpus import write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import STANCES
from zawiya.study.measure.design import Design, Drawn, population
from zawiya.study.measure.gold import read_gold
from zawiya.study.measure.units import Units

ARTICLES = [
    article("a", sentence(("usa", "against", "russia")), sentence(), outlet="x"),
    article("b", sentence(("usa", "favor", "author"), ("un", "neutral", None)), outlet="y"),
]
GOLD = [
    article("a", sentence(("usa", "favor", "author"), frames=["economy"], scored=False), sentence(scored=False)),
    article("b", sentence(("usa", "against", "russia"), ("un", "neutral", None), scored=False)),
]


@pytest.fixture
def units(tmp_path):
    return Units.of(opened(tmp_path / "out", ARTICLES))


@pytest.fixture
def path(tmp_path):
    write_corpus(tmp_path / "gold.jsonl", GOLD)
    return tmp_path / "gold.jsonl"


def design(units, *left_out):
    """A design in which every sentence was drawn but some."""
    drawn = [
        Drawn(units.article_ids[a], s, e, 0.5)
        for a, s, e in zip(units.article.tolist(), units.start.tolist(), units.end.tolist(), strict=True)
    ]
    kept = tuple(each for n, each in enumerate(drawn) if n not in left_out)
    return Design("uncertain", (), 13, population(units), len(units), kept)


def test_labels_are_brought_to_their_sentences(units, path):
    gold = read_gold(path, units, uniform=True)
    assert gold.sentence.tolist() == [0, 1, 2]
    assert gold.rows.sentence.tolist() == [0, 2, 2]
    assert [STANCES[each] for each in gold.rows.stance] == ["favor", "against", "neutral"]
    assert gold.rows.actor.tolist() == ["usa", "usa", "un"]
    assert gold.rows.holder.tolist() == ["author", "russia", None]
    assert gold.rows.kind.tolist() == ["state", "state", "organisation"]
    assert gold.frames.tolist() == [[0, 1], [0, 0], [0, 0]]
    assert gold.chance.tolist() == [1, 1, 1]


def test_the_design_beside_the_labels_gives_the_chances(units, path, tmp_path):
    design(units).save(tmp_path / "design.json")
    assert read_gold(path, units).chance.tolist() == [0.5, 0.5, 0.5]
    assert read_gold(path, units, design=tmp_path / "design.json").drawn == 3


def test_without_a_design_it_asks_for_one(units, path):
    with pytest.raises(ZawiyaError, match="--uniform where every sentence had the same chance"):
        read_gold(path, units)


def test_a_sentence_that_still_has_scores_was_not_looked_at(units, tmp_path):
    write_corpus(tmp_path / "half.jsonl", [GOLD[0], ARTICLES[1]])
    design(units).save(tmp_path / "design.json")
    gold = read_gold(tmp_path / "half.jsonl", units)
    assert gold.sentence.tolist() == [0, 1]
    assert "2 sentences are labelled by people, of 3 that were drawn" in gold.note


def test_the_models_own_labels_are_refused(units, tmp_path):
    write_corpus(tmp_path / "same.jsonl", ARTICLES)
    with pytest.raises(ZawiyaError, match="as the model labelled"):
        read_gold(tmp_path / "same.jsonl", units, uniform=True)


def test_every_sentence_that_does_not_belong_is_named(units, tmp_path):
    strange = article("c", sentence(("un", "favor", "author"), scored=False))
    moved = replace(GOLD[0], sentences=(replace(GOLD[0].sentences[0], end=5, text="قال و", mentions=()),))
    write_corpus(tmp_path / "strange.jsonl", [strange, moved])
    with pytest.raises(FaultsError) as error:
        read_gold(tmp_path / "strange.jsonl", units, uniform=True)
    assert len(error.value.faults) == 2
    assert "'c'" in error.value.faults[0]


def test_a_sentence_that_was_not_drawn_is_named(units, path, tmp_path):
    design(units, 2).save(tmp_path / "design.json")
    with pytest.raises(FaultsError, match=r"article 'b'.*was not drawn"):
        read_gold(path, units)


def test_a_sentence_that_is_labelled_twice_is_named(units, tmp_path):
    again = replace(GOLD[1], sentences=GOLD[1].sentences[:1])
    write_corpus(tmp_path / "two.jsonl", [*GOLD, again])
    with pytest.raises(FaultsError, match="is labelled twice; let annotators agree first"):
        read_gold(tmp_path / "two.jsonl", units, uniform=True)


def test_a_sample_of_other_results_is_refused(units, path, tmp_path):
    design(units).save(tmp_path / "design.json")
    grown = Units.of(opened(tmp_path / "more", [*ARTICLES, article("z", sentence())]))
    with pytest.raises(ZawiyaError, match="sample of these results, found one of 3 sentences"):
        read_gold(path, grown)


def test_other_labels_of_the_same_sentences_are_the_same_population(units, tmp_path):
    relabelled = [
        replace(each, sentences=tuple(replace(s, frames=("economy",)) for s in each.sentences)) for each in ARTICLES
    ]
    assert population(Units.of(opened(tmp_path / "again", relabelled[::-1]))) == population(units)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 1, "way": "uniform"}'])
def test_what_is_no_design_is_named(units, path, tmp_path, text):
    (tmp_path / "design.json").write_text(text, encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"design\.json: expected"):
        read_gold(path, units)


def test_a_chance_that_is_none_is_refused(units, path, tmp_path):
    made = design(units)
    replace(made, drawn=tuple(replace(each, chance=0) for each in made.drawn)).save(tmp_path / "design.json")
    with pytest.raises(ZawiyaError, match="chances above 0"):
        read_gold(path, units)


def test_a_design_reads_as_it_was_written(units, tmp_path):
    design(units).save(tmp_path / "design.json")
    assert Design.load(tmp_path / "design.json") == design(units)
    assert np.unique([each.chance for each in design(units).drawn]).tolist() == [0.5]
