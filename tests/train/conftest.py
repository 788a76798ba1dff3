"""What training starts from, in the tiny world: an encoder's folder and a labelled corpus of two verbs."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from zawiya.actors import ActorFinder
from zawiya.corpus import write_corpus
from zawiya.inputs import Encoder, Window, collate
from zawiya.records import Article, Mention, Sentence
from zawiya.taxonomy import Taxonomy
from zawiya.train.arrow import ExampleSet, example_set
from zawiya.train.examples import Example, make_examples
from zawiya.train.model import IGNORED, StanceModel, StanceOutput
from zawiya.train.settings import DataSettings, ModelSettings, TrainerSettings, TrainSettings

from ..tiny_encoders import tiny_electra

ACTORS = (("russia", "موسكو"), ("usa", "واشنطن"), ("iran", "طهران"))
#: Who condemned is neutral and holds what is against the other; who praised, what is in favor.
VERBS = (("أدانت", "against", "interference", "تدخل"), ("أشادت", "favor", "diplomacy", "محادثات"))
FRAMES = ("interference", "diplomacy")
#: Enough to learn the small corpus by heart, nothing hidden.
TRAINER = TrainerSettings(
    epochs=40,
    batch_size=12,
    learning_rate=5e-3,
    head_learning_rate=5e-3,
    mask_target=0.0,
    mask_words=0.0,
    seed=7,
)
#: Two epochs, with nothing that holds the weights back.
FAST = replace(TRAINER, epochs=2, batch_size=4, weight_decay=0.0, weight_power=0.0)


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
def encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An ordinary transformers folder: one small ELECTRA layer and the letter tokenizer."""
    return tiny_electra(tmp_path_factory.mktemp("encoder"))


@pytest.fixture
def windows(encoder: Encoder, make_sentence: Callable[..., Sentence]) -> list[Window]:
    """Two targets, one target, none."""
    return encoder.encode(
        [
            make_sentence("أدانت موسكو تدخل واشنطن في إيران", ("russia", "موسكو"), ("usa", "واشنطن")),
            make_sentence("محادثات في طهران", ("iran", "طهران")),
            make_sentence("تدخل"),
        ]
    )


def run(model: StanceModel, windows: list[Window], **labels: torch.Tensor) -> StanceOutput:
    """What a model says of windows, without learning."""
    batch = collate(windows, pad_id=0)
    tensors = map(torch.from_numpy, (batch.input_ids, batch.attention_mask, batch.target_mask))
    with torch.no_grad():
        return model(*tensors, **labels)


def labels(**changes: torch.Tensor) -> dict[str, torch.Tensor]:
    """Labels for the windows of the fixture: both targets of the first, the one of the second, no holder."""
    plain = {
        "stance_labels": torch.tensor([[1, 2], [0, IGNORED], [IGNORED, IGNORED]]),
        "holder_labels": torch.zeros(3, 2, 4),
        "frame_labels": torch.tensor([[1, 0], [0, 1], [0, 0]]),
    }
    return plain | changes


@pytest.fixture
def settings(tmp_path: Path, corpus: Callable[..., str], encoder_folder: Path) -> TrainSettings:
    """A run on the small corpus, which nothing has been written of yet."""
    data = DataSettings((corpus("train"),), (corpus("dev"),))
    return TrainSettings(
        "t", str(tmp_path / "out"), data, ModelSettings(encoder=str(encoder_folder), longest=32), TRAINER
    )


@pytest.fixture
def small_taxonomy(monkeypatch: pytest.MonkeyPatch, taxonomy: Taxonomy) -> None:
    """The tiny world's lists in the place of those that come with zawiya."""
    monkeypatch.setattr(Taxonomy, "load", classmethod(lambda *_: taxonomy))
