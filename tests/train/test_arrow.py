"""Examples as a table: what goes in comes out, and the same articles are made into examples once."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from zawiya.inputs import Encoder
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import FrameList, Taxonomy
from zawiya.train import arrow
from zawiya.train.arrow import Counts, example_set
from zawiya.train.examples import Example, make_examples

from .conftest import FRAMES


def same(one: Example, other: Example) -> bool:
    return (
        replace(one, holder=None) == replace(other, holder=None)
        and one.holder.dtype == other.holder.dtype
        and np.array_equal(one.holder, other.holder)
    )


def made_of(text: str, *mentions: Mention, frames: tuple[str, ...] = (), identity: str = "a") -> Article:
    return Article(identity, text, sentences=(Sentence(0, len(text), text, "body", mentions, frames),))


BARE = made_of("محادثات في البلد", frames=("diplomacy",))
LONG = "بلد " * 40 + "بلد"
SPLIT = made_of(LONG, Mention("talks", len(LONG), len(LONG), "محادثات", "favor", "author"), frames=("diplomacy",))
CLIPPED = made_of("بلد", Mention("long", 3, 3, LONG, "against", "author"))


@pytest.mark.parametrize("frames", [FRAMES, ()])
@pytest.mark.parametrize("weight", [1.0, 0.3])
def test_examples_come_back_exactly_as_they_were_made(
    articles: list[Article], taxonomy: Taxonomy, encoder: Encoder, finder, frames: tuple[str, ...], weight: float
) -> None:
    listed = replace(taxonomy, frames=FrameList(1, tuple(f for f in taxonomy.frames.frames if f.id in frames)))
    # with a sentence that has no target, one of several windows, one whose target is cut
    held = [*articles, BARE, SPLIT, CLIPPED]
    weights = [weight] * len(held)
    expected = list(make_examples(held, finder=finder, encoder=encoder, frames=frames, weights=weights))
    table = example_set(held, taxonomy=listed, encoder=encoder, weights=weights)
    assert len(table) == len(expected) > len(held)
    assert all(same(one, other) for one, other in zip(expected, table, strict=True))
    assert all(same(one, table[index]) for index, one in enumerate(expected))
    assert table.lengths == [len(example.window.ids) for example in expected]
    assert table.weights == [weight] * len(expected)


def test_no_sentences_are_an_empty_table(taxonomy: Taxonomy, encoder: Encoder) -> None:
    furniture = Article("f", "بلد", sentences=(Sentence(0, 3, "بلد", "furniture"),))
    for held in ([], [furniture]):
        table = example_set(held, taxonomy=taxonomy, encoder=encoder)
        assert (len(table), list(table), table.counts(FRAMES).windows) == (0, [], 0)


def test_the_same_articles_are_read_from_the_cache(
    articles: list[Article], taxonomy: Taxonomy, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = [replace(article, id=f"cached-{article.id}") for article in articles]
    first = example_set(held, taxonomy=taxonomy, encoder=encoder)

    def unasked(*_: object, **__: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr(arrow, "make_examples", unasked)
    second = example_set(held, taxonomy=taxonomy, encoder=encoder)
    assert first.key == second.key
    assert all(same(one, other) for one, other in zip(first, second, strict=True))


def test_whatever_decides_the_examples_is_part_of_the_key(
    articles: list[Article], taxonomy: Taxonomy, encoder: Encoder
) -> None:
    fewer = replace(taxonomy, actors=replace(taxonomy.actors, actors=taxonomy.actors.actors[:2]))
    unframed = replace(taxonomy, frames=FrameList(1, taxonomy.frames.frames[:1]))
    text = articles[0].text
    relabelled = [made_of(text, frames=("diplomacy",), identity=articles[0].id), *articles[1:]]
    keys = [
        example_set(articles, taxonomy=taxonomy, encoder=encoder).key,
        example_set(articles, taxonomy=taxonomy, encoder=encoder, weights=[2.0] * 12).key,
        example_set(articles, taxonomy=unframed, encoder=encoder).key,
        example_set(articles, taxonomy=fewer, encoder=encoder).key,
        example_set(articles, taxonomy=taxonomy, encoder=replace(encoder, longest=24)).key,
        example_set(articles[::-1], taxonomy=taxonomy, encoder=encoder).key,
        example_set(relabelled, taxonomy=taxonomy, encoder=encoder).key,
    ]
    assert len(set(keys)) == len(keys)


def test_a_weight_for_every_article_or_none(articles: list[Article], taxonomy: Taxonomy, encoder: Encoder) -> None:
    with pytest.raises(ValueError):
        example_set(articles, taxonomy=taxonomy, encoder=encoder, weights=[1.0])


def test_counts_of_a_hand_worked_case(learnt: Callable) -> None:
    # Moscow condemned Washington's interference; a name that the matcher finds and nobody labelled; no name at all
    blame = made_of(
        "موسكو أدانت تدخل واشنطن",
        Mention("russia", 0, 5, "موسكو", "neutral"),
        Mention("usa", 17, 23, "واشنطن", "against", "russia"),
        frames=("interference",),
    )
    counts = learnt([blame, made_of("محادثات في طهران"), made_of("محادثات", frames=("diplomacy",))]).counts(FRAMES)
    assert counts == Counts(
        sentences=3,
        windows=3,
        pieces=6 + 5 + 3,
        longest=6,
        sentences_split=0,
        targets=3,
        targets_clipped=0,
        stance={"favor": 0, "against": 1, "neutral": 1, "not_an_actor": 1},
        frames={"interference": 1, "diplomacy": 1},
    )


def test_sentences_in_several_windows_and_targets_that_are_cut_are_counted(learnt: Callable) -> None:
    counts = learnt([BARE, SPLIT, CLIPPED]).counts(FRAMES)
    assert (counts.sentences, counts.sentences_split, counts.targets_clipped) == (3, 1, 1)
    assert counts.windows > counts.sentences
    assert counts.longest == 32
    # a sentence's frames are counted once, however many its windows
    assert counts.frames == {"interference": 0, "diplomacy": 2}
