"""What training starts from, in the tiny world: an encoder's folder and a labelled corpus of two verbs."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from zawiya.actors import ActorFinder
from zawiya.corpus import write_corpus
from zawiya.inputs import Encoder
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import Taxonomy
from zawiya.train.arrow import ExampleSet, example_set
from zawiya.train.examples import Example, make_examples

ACTORS = (("russia", "موسكو"), ("usa", "واشنطن"), ("iran", "طهران"))
#: Who condemned is neutral and holds what is against the other; who praised, what is in favor.
VERBS = (("أدانت", "against", "interference", "تدخل"), ("أشادت", "favor", "diplomacy", "محادثات"))
FRAMES = ("interference", "diplomacy")


@pytest.fixture(scope="session", autouse=True)
def tables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for the tables of examples, so that no test finds those of another run."""
    import datasets

    folder = tmp_path_factory.mktemp("tables")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", folder)
        # for the processes that a test starts
        patch.setenv("HF_DATASETS_CACHE", str(folder))
        yield folder


def small_articles(prefix: str = "a") -> list[Article]:
    """Twelve articles of one sentence each: every actor condemns or praises what every other does."""
    articles = []
    for verb, stance, frame, noun in VERBS:
        for speaker, name in ACTORS:
            for target, named in ACTORS:
                if speaker == target:
                    continue
                text = f"{name} {verb} {noun} {named}."
                start = text.rindex(named)
                mentions = (
                    Mention(speaker, 0, len(name), name, "neutral"),
                    Mention(target, start, start + len(named), named, stance, speaker),
                )
                sentence = Sentence(0, len(text), text, "body", mentions, (frame,))
                articles.append(Article(f"{prefix}{len(articles)}", text, topic="small", sentences=(sentence,)))
    return articles


@pytest.fixture
def articles() -> list[Article]:
    """The small corpus."""
    return small_articles()


@pytest.fixture
def corpus(tmp_path: Path) -> Callable[..., str]:
    """Writes articles to a corpus file and gives its path; the small corpus where none are given."""

    def write(name: str, articles: list[Article] | None = None) -> str:
        path = tmp_path / f"{name}.jsonl"
        write_corpus(path, small_articles(name) if articles is None else articles)
        return str(path)

    return write


@pytest.fixture(scope="session")
def finder(taxonomy: Taxonomy) -> ActorFinder:
    """Finds the actors of the tiny world."""
    return ActorFinder(taxonomy.actors)


@pytest.fixture
def examples(articles: list[Article], finder: ActorFinder, encoder: Encoder) -> list[Example]:
    """The small corpus as the model learns it."""
    return list(make_examples(articles, finder=finder, encoder=encoder, frames=FRAMES))


@pytest.fixture
def learnt(taxonomy: Taxonomy, encoder: Encoder) -> Callable[[Sequence[Article]], ExampleSet]:
    """Articles as the table that is learnt from."""

    def make(articles: Sequence[Article]) -> ExampleSet:
        return example_set(articles, taxonomy=taxonomy, encoder=encoder)

    return make


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Path:
    """An ordinary transformers folder: one small ELECTRA layer and the letter tokenizer."""
    import torch
    from transformers import ElectraConfig, ElectraModel

    from zawiya.train.pretrain.tokenizer import save_tokenizer

    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(1)
    shape = ElectraConfig(
        vocab_size=encoder.tokenizer.get_vocab_size(),
        embedding_size=16,
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    ElectraModel(shape).save_pretrained(folder)
    save_tokenizer(encoder.tokenizer, folder, longest=64)
    return folder
