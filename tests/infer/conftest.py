"""A labeler of a few words: real reading, splitting and matching; a model that follows three words."""

from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.pre_tokenizers import BertPreTokenizer

from zawiya.backends import Logits
from zawiya.bundle import Bundle, Calibration
from zawiya.infer.settings import InferSettings
from zawiya.inputs import Batch, Encoder
from zawiya.labeler import Labeler
from zawiya.prediction import EncoderJudge
from zawiya.records import Article, Sentence
from zawiya.taxonomy import Taxonomy

FRAMES = ("interference", "diplomacy")
# accused, thanked, talks, and the names of Moscow and Washington
WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "اتهمت", "شكرت", "محادثات", "موسكو", "واشنطن")
ACCUSED, THANKED, TALKS = (WORDS.index(word) for word in ("اتهمت", "شكرت", "محادثات"))

ACTORS = """\
version: 1
actors:
  - {id: russia, kind: state, arabic: روسيا, english: Russia, names: [روسيا], capitals: [موسكو]}
  - {id: usa, kind: state, arabic: الولايات المتحدة, english: USA, names: [الولايات المتحدة], capitals: [واشنطن]}
"""
FRAME_LIST = """\
version: 1
frames:
  - {id: interference, arabic: تدخل, english: interference}
  - {id: diplomacy, arabic: دبلوماسية, english: diplomacy}
"""

# "A quarrel between Moscow and Washington" / "Moscow accused Washington of stirring chaos in the country."
ACCUSING = "خلاف بين موسكو وواشنطن\n\nاتهمت موسكو واشنطن بإثارة الفوضى في البلاد.\n"
# "A new round between the two sides" / "Washington thanked Moscow for today's long talks."
THANKING = "جولة جديدة بين الطرفين\n\nشكرت واشنطن موسكو على محادثات اليوم الطويلة.\n"


class WordBackend:
    """Against every target where a window says «accused», for it where it says «thanked», else neutral."""

    def __init__(self, *, interrupt_at_thanks: bool = False) -> None:
        self._interrupt = interrupt_at_thanks

    def run(self, batch: Batch) -> Logits:
        if self._interrupt and THANKED in batch.input_ids:
            raise KeyboardInterrupt
        windows, targets, _ = batch.target_mask.shape
        stance = np.zeros((windows, targets, 4), dtype=np.float32)
        holder = np.zeros((windows, targets, 2 + targets), dtype=np.float32)
        frames = np.full((windows, 2), -4, dtype=np.float32)
        for row, ids in enumerate(batch.input_ids):
            accused, thanked = ACCUSED in ids, THANKED in ids
            stance[row, :, 1 if accused else 0 if thanked else 2] = 3
            holder[row, :, 0] = 2
            frames[row] = (4 if accused else -4, 4 if TALKS in ids else -4)
        return Logits(stance, holder, frames)


def word_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordPiece({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = BertPreTokenizer()
    return tokenizer


def word_bundle() -> Bundle:
    return Bundle(name="five words", frames=FRAMES, longest=32, calibration=Calibration(frame_thresholds=(0.5, 0.5)))


@pytest.fixture
def taxonomy_files(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "taxonomy"
    folder.mkdir()
    actors, frames = folder / "actors.yaml", folder / "frames.yaml"
    actors.write_text(ACTORS, encoding="utf-8")
    frames.write_text(FRAME_LIST, encoding="utf-8")
    return actors, frames


@pytest.fixture
def make_labeler(taxonomy_files):
    def make(**options) -> Labeler:
        return Labeler(
            judge=EncoderJudge(word_bundle(), Encoder.of(word_tokenizer(), longest=32), WordBackend(**options)),
            taxonomy=Taxonomy.load(*taxonomy_files),
            fingerprint="0123456789abcdef",
        )

    return make


@pytest.fixture
def labeler(make_labeler) -> Labeler:
    return make_labeler()


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """A folder of two articles by two outlets."""
    folder = tmp_path / "news"
    for outlet, name, text in (("east", "2022-01-06-a", ACCUSING), ("west", "2022-01-07-b", THANKING)):
        (folder / outlet).mkdir(parents=True)
        (folder / outlet / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def settings(news: Path, tmp_path: Path) -> InferSettings:
    return InferSettings(paths=(str(news),), out=str(tmp_path / "out"))


def add_broken(folder: Path) -> None:
    """Three inputs that cannot be labelled, beside good ones."""
    (folder / "empty.txt").write_bytes(b"")
    (folder / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00")
    (folder / "lettre.txt").write_text("Ceci est une lettre en langue latine, sans arabe.\n" * 5, encoding="utf-8")


@pytest.fixture
def articles() -> list[Article]:
    return [Article(id="a", text=ACCUSING, date="2022-01-06", outlet="east")]


@pytest.fixture
def furnished() -> Article:
    """A body sentence with a frame score, and a line of the page. "Share", written out."""
    sentences = (
        Sentence(0, 5, "سلام.", frames=("legality",), frame_scores={"legality": 0.75}),
        Sentence(6, 11, "شارك!", role="furniture"),
    )
    return Article(id="f", text="سلام.\nشارك!", sentences=sentences)


@pytest.fixture
def model_folder(tmp_path: Path) -> Path:
    """A model folder as training writes it, whose weights find every stance neutral."""
    onnx = pytest.importorskip("onnx", reason="making an ONNX model takes the train extra")
    folder = tmp_path / "model"
    folder.mkdir()
    word_tokenizer().save(str(folder / "tokenizer.json"))
    word_bundle().save(folder)
    onnx.save(_neutral_model(onnx.helper, onnx.TensorProto), folder / "model.onnx")
    return folder


def _neutral_model(helper, kinds):
    """Logits from the shapes of the inputs: stance [w, t, 4], holder [w, t, 2 + t], frames [w, 2]."""
    constants = {
        "stance_row": [0.0, 0.0, 3.0, -3.0],
        "holder_row": [2.0, 0.0],
        "frame_row": [-4.0, 4.0],
    }
    tensors = [helper.make_tensor(name, kinds.FLOAT, [len(v)], v) for name, v in constants.items()]
    tensors += [helper.make_tensor(name, kinds.INT64, [1], [v]) for name, v in (("last", 2), ("second", 1))]
    nodes = [
        # [w, t, 1] and [w, t, t] of noughts, [w, 1] for the frames
        helper.make_node("ReduceSum", ["target_mask", "last"], ["weights"], keepdims=1),
        helper.make_node("Sub", ["weights", "weights"], ["noughts"]),
        helper.make_node("Add", ["noughts", "stance_row"], ["stance_logits"]),
        helper.make_node("Transpose", ["noughts"], ["across"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["noughts", "across"], ["others"]),
        helper.make_node("Add", ["noughts", "holder_row"], ["fixed"]),
        helper.make_node("Concat", ["fixed", "others"], ["holder_logits"], axis=2),
        helper.make_node("Cast", ["input_ids"], ["ids"], to=kinds.FLOAT),
        helper.make_node("Cast", ["attention_mask"], ["mask"], to=kinds.FLOAT),
        helper.make_node("Mul", ["ids", "mask"], ["seen"]),
        helper.make_node("ReduceSum", ["seen", "second"], ["sums"], keepdims=1),
        helper.make_node("Sub", ["sums", "sums"], ["rows"]),
        helper.make_node("Add", ["rows", "frame_row"], ["frame_logits"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input_ids", kinds.INT64, ["w", "n"]),
        helper.make_tensor_value_info("attention_mask", kinds.INT64, ["w", "n"]),
        helper.make_tensor_value_info("target_mask", kinds.FLOAT, ["w", "t", "n"]),
    ]
    outputs = [
        helper.make_tensor_value_info("stance_logits", kinds.FLOAT, ["w", "t", 4]),
        helper.make_tensor_value_info("holder_logits", kinds.FLOAT, ["w", "t", "h"]),
        helper.make_tensor_value_info("frame_logits", kinds.FLOAT, ["w", 2]),
    ]
    graph = helper.make_graph(nodes, "neutral", inputs, outputs, initializer=tensors)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
