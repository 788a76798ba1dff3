"""A world small enough to hold in the head: three actors, two frames, a letter-by-letter tokenizer, a tiny model."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from tokenizers import Tokenizer, models, pre_tokenizers

from zawiya.backends import Backend, Logits
from zawiya.bundle import Bundle, Calibration
from zawiya.inputs import Batch, Encoder
from zawiya.linear import LinearModel, TextScorer
from zawiya.records import Mention, Role, Sentence
from zawiya.taxonomy import Actor, ActorList, Frame, FrameList, Leader, Taxonomy

# a busy machine is no fault of the code
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي0123456789"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: Words of one piece; every other word is one piece a letter.
WHOLE = ("موسكو", "واشنطن", "طهران", "أدانت", "أشادت", "تدخل", "محادثات", "في", "من", ".", "،", ":")
#: Sizes of every encoder of these tests, whatever its kind.
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "max_position_embeddings": 64,
}

MakeSentence = Callable[..., Sentence]


@pytest.fixture(scope="session")
def taxonomy() -> Taxonomy:
    """Russia, the United States, Iran; interference and diplomacy."""
    actors = (
        Actor("russia", "state", "روسيا", "Russia", names=("روسيا",), inflected=("روسي",), capitals=("موسكو",)),
        Actor(
            "usa",
            "state",
            "الولايات المتحدة",
            "United States",
            names=("الولايات المتحدة",),
            inflected=("أمريكي",),
            capitals=("واشنطن",),
            leaders=(Leader("جو بايدن", short=("بايدن",), since="2021-01"),),
        ),
        Actor("iran", "state", "إيران", "Iran", names=("إيران",), inflected=("إيراني",), capitals=("طهران",)),
    )
    frames = (Frame("interference", "تدخل", "interference"), Frame("diplomacy", "دبلوماسية", "diplomacy"))
    return Taxonomy(ActorList(1, actors), FrameList(1, frames))


def letter_tokenizer() -> Tokenizer:
    """Word pieces of one letter, and a few whole words; no normalisation, so pieces and characters are easy to count."""
    pieces = [*SPECIAL, *WHOLE, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    ids = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=64))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """Windows of 32 pieces over the letter tokenizer."""
    return Encoder.of(letter_tokenizer(), longest=32)


@pytest.fixture(scope="session")
def make_sentence() -> MakeSentence:
    """Builds a sentence from its text and ``(actor, surface, stance, holder)`` rows, the last two optional."""

    def make(
        text: str,
        *rows: tuple[str, str] | tuple[str, str, str | None] | tuple[str, str, str | None, str | None],
        frames: tuple[str, ...] = (),
        start: int = 0,
        role: Role = "body",
    ) -> Sentence:
        mentions = []
        for row in rows:
            actor, surface, stance, holder = (*row, None, None)[:4]
            at = start + text.index(surface)
            mentions.append(Mention(actor, at, at + len(surface), surface, stance, holder))
        return Sentence(start, start + len(text), text, role, tuple(mentions), frames)

    return make


@pytest.fixture(scope="session")
def bundle() -> Bundle:
    """What a model of the tiny world says about itself, uncalibrated."""
    return Bundle("tiny", ("interference", "diplomacy"), 32, Calibration((0.5, 0.5)))


@pytest.fixture(scope="session")
def make_model() -> Callable[..., object]:
    """Builds a stance model of one small layer with random weights, large enough that inputs make a difference."""

    def make(*, seed: int = 0, frames: int = 2, focal_gamma: float = 0.0) -> object:
        import torch
        from transformers import ElectraConfig

        from zawiya.train.model import StanceConfig, StanceModel

        # threads cost more than they save on a model of this size
        torch.set_num_threads(1)
        torch.manual_seed(seed)
        shape = ElectraConfig(
            **SMALL,
            vocab_size=letter_tokenizer().get_vocab_size(),
            embedding_size=16,
        )
        encoder = shape.to_diff_dict() | {"model_type": "electra"}
        names = [f"frame{n}" for n in range(frames)]
        model = StanceModel(StanceConfig(encoder=encoder, frames=names, focal_gamma=focal_gamma))
        with torch.no_grad():
            for weights in model.parameters():
                if weights.ndim > 1:
                    weights.normal_(std=0.2)
        return model.eval()

    return make


@pytest.fixture(scope="session")
def torch_backend(make_model: Callable[..., object]) -> Backend:
    """The tiny model, run by torch in float32."""
    from zawiya.train.torch_backend import TorchBackend

    return TorchBackend(make_model())


@pytest.fixture(scope="session")
def model_folder(
    tmp_path_factory: pytest.TempPathFactory, torch_backend: Backend, encoder: Encoder, bundle: Bundle
) -> Path:
    """A model folder with the tiny model as float32 ONNX."""
    from zawiya.train.export import export_onnx

    folder = tmp_path_factory.mktemp("model")
    export_onnx(torch_backend.model, folder)
    encoder.tokenizer.save(str(folder / "tokenizer.json"))
    bundle.save(folder)
    return folder


class WordBackend:
    """A model that is read off the page: blame behind «أدانت», praise behind «أشادت», frames by their own words.

    The holder is the nearest target before the verb, else the author.
    """

    def __init__(self, encoder: Encoder) -> None:
        self._id = encoder.tokenizer.token_to_id
        self.batches = 0

    def run(self, batch: Batch) -> Logits:
        """Logits of ten for what is seen, zero for the rest."""
        self.batches += 1
        rows, targets, _ = batch.target_mask.shape
        stance = np.zeros((rows, targets, 4), dtype=np.float32)
        holder = np.zeros((rows, targets, 2 + targets), dtype=np.float32)
        frames = np.full((rows, 2), -10, dtype=np.float32)
        for row in range(rows):
            ids = batch.input_ids[row].tolist()
            places = [int(np.argmax(mask > 0)) if mask.any() else None for mask in batch.target_mask[row]]
            for column, word in enumerate(("تدخل", "محادثات")):
                frames[row, column] = 10 if self._id(word) in ids else -10
            for target, place in enumerate(places):
                verb, label = self._verb(ids)
                judged = place is not None and verb is not None and place > verb
                stance[row, target, label if judged else 2] = 10
                before = [n for n, other in enumerate(places) if other is not None and verb and other < verb]
                holder[row, target, 2 + before[-1] if before else 0] = 10
        return Logits(stance, holder, frames)

    def _verb(self, ids: list[int]) -> tuple[int | None, int]:
        for label, word in enumerate(("أشادت", "أدانت")):
            if self._id(word) in ids:
                return ids.index(self._id(word)), label
        return None, 2


@pytest.fixture
def word_backend(encoder: Encoder) -> WordBackend:
    """A model whose answers can be foretold."""
    return WordBackend(encoder)


def scorer(vocabulary: tuple[str, ...], weights: list[list[float]], bias: list[float]) -> TextScorer:
    """A scorer whose features are equally rare, from one row of weights a feature."""
    rows = {feature: row for row, feature in enumerate(vocabulary)}
    shaped = np.array(weights, dtype=np.float32).reshape(len(rows), len(bias))
    return TextScorer(rows, np.ones(len(rows), dtype=np.float32), shaped, np.array(bias, dtype=np.float32))


@pytest.fixture(scope="session")
def linear_model() -> LinearModel:
    """Word weights that can be foretold: blame by «أدانت», praise by «أشادت», frames by their own words.

    An actor holds what stands behind «أدانت» next to it, the author all else.
    """
    return LinearModel(
        "words",
        ("interference", "diplomacy"),
        stance=scorer(("اشادت", "ادانت"), [[6, 0, 0], [0, 6, 0]], [0, 0, 3]),
        holder=scorer(("<ادانت",), [[0, 0, 6]], [3, 0, 0]),
        frame=scorer(("تدخل", "محادثات"), [[9, 0], [0, 9]], [-4, -4]),
    )
