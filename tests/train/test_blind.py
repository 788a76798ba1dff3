"""A blind model, trained: whatever a sentence says of its targets, it says one thing of all of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zawiya import config
from zawiya.bundle import Bundle
from zawiya.inputs import Encoder
from zawiya.prediction import load_judge
from zawiya.records import Article, Sentence
from zawiya.taxonomy import Taxonomy
from zawiya.train import run
from zawiya.train.arrow import ExampleSet, example_set
from zawiya.train.encoders import load_tokenizer
from zawiya.train.fit import MaskedExamples
from zawiya.train.settings import TrainSettings
from zawiya.train.sources import load_split

from .conftest import FAST, small_articles


@pytest.fixture
def blind(encoder: Encoder) -> Encoder:
    return replace(encoder, blind=True)


@pytest.mark.usefixtures("small_taxonomy")
def test_a_trained_blind_model_gives_all_targets_of_a_sentence_the_same_stance(settings: TrainSettings) -> None:
    blind = replace(settings, model=replace(settings.model, blind=True), trainer=replace(FAST, epochs=4))
    metrics = run.train(blind)
    folder = Path(settings.out)
    assert Bundle.load(folder).blind
    assert config.load(TrainSettings, folder / "train.yaml").model.blind
    judge = load_judge(folder, threads=1)
    sentences = [sentence for article in small_articles() for sentence in article.sentences]
    labelled = judge.label(sentences, gold=True)
    assert all(len({m.stance for m in sentence.mentions}) == 1 for sentence in labelled)
    assert all(s.mentions[0].scores == s.mentions[1].scores for s in labelled)
    # what is exported is what was trained, of which the same holds
    assert metrics["parity"]["int8"]["decisions"] > 0


@pytest.mark.usefixtures("small_taxonomy")
def test_a_blind_model_is_not_told_its_targets_while_it_learns_either(settings: TrainSettings) -> None:
    blind = replace(settings, model=replace(settings.model, blind=True))
    ready = run.prepare(blind, load_split(blind.data))
    # each sentence is four words and a full stop
    for examples in (ready.learn, ready.dev):
        assert {target for example in examples for target in example.window.targets} == {(1, 6)}


def test_a_table_of_blind_examples_is_another_table(
    articles: list[Article], taxonomy: Taxonomy, encoder: Encoder, blind: Encoder
) -> None:
    dark, seen = (example_set(articles, taxonomy=taxonomy, encoder=each) for each in (blind, encoder))
    assert dark.key != seen.key
    # each sentence is four words and a full stop
    assert {target for example in dark for target in example.window.targets} == {(1, 6)}
    assert len({target for example in seen for target in example.window.targets}) > 1
    assert [example.stance for example in dark] == [example.stance for example in seen]


def test_no_targets_are_hidden_from_a_blind_model(
    learnt: Callable[[list[Article]], ExampleSet],
    articles: list[Article],
    taxonomy: Taxonomy,
    encoder: Encoder,
    blind: Encoder,
) -> None:
    # its targets are whole windows: hidden, they would leave nothing to read
    always = replace(FAST, mask_target=1.0, mask_words=0.0)
    dark = example_set(articles, taxonomy=taxonomy, encoder=blind)
    hidden = MaskedExamples(dark, encoder=blind, settings=always)
    assert [hidden[n].window.ids for n in range(len(dark))] == [example.window.ids for example in dark]
    seen = learnt(articles)
    hidden = MaskedExamples(seen, encoder=encoder, settings=always)
    assert all(hidden[n].window.ids != example.window.ids for n, example in enumerate(seen))


def test_words_are_hidden_from_a_blind_model_as_from_any(
    articles: list[Article], taxonomy: Taxonomy, blind: Encoder
) -> None:
    dark = example_set(articles, taxonomy=taxonomy, encoder=blind)
    some = MaskedExamples(dark, encoder=blind, settings=replace(FAST, mask_target=0.0, mask_words=0.5))
    mask = blind.tokenizer.token_to_id("[MASK]")
    shares = [np.mean(np.array(some[n].window.ids[1:-1]) == mask) for n in range(len(dark))]
    # half of sixty words, within four standard deviations
    assert 0.24 < np.mean(shares) < 0.76


def test_an_encoder_is_loaded_as_blind_as_it_is_asked_for(encoder_folder: Path, make_sentence: Callable) -> None:
    sentence: Sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), ("russia", "موسكو"))
    for blind, targets in ((True, ((1, 5), (1, 5))), (False, ((4, 5), (2, 3)))):
        _, encoder = load_tokenizer(str(encoder_folder), longest=32, attention_heads=4, blind=blind)
        assert encoder.encode([sentence])[0].targets == targets
