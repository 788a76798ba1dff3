"""The embedded model says the same in eight bits, in float32 ONNX, in torch and on a GPU, whatever company a sentence is in."""

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zawiya.backends import Backend, OnnxBackend
from zawiya.bundle import Bundle
from zawiya.corpus import read_corpus
from zawiya.decoding import WindowScores
from zawiya.inputs import Encoder, Window, collate
from zawiya.prediction import score_windows
from zawiya.resources import resource
from zawiya.train.export import export_onnx
from zawiya.train.model import StanceModel
from zawiya.train.parity import PLAIN_MARGIN, Parity, compare
from zawiya.train.torch_backend import TorchBackend

FOLDER = resource("models", "default")
CORPUS = Path(__file__).resolve().parent.parent / "data" / "corpus" / "test.jsonl"
#: Of decisions that eight-bit weights may change.
MOST_DIFFERENT = 0.005
#: How far a logit may move with the batch that its window is in. Mostly 1e-6, what float32 sums in another order come to;
#: an activation that this carries over the border between two of its 256 steps moves logits by some thousandths.
BATCH_MARGIN = 1e-2

Scored = Callable[[Backend], list[WindowScores]]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Bundle.load(FOLDER)


@pytest.fixture(scope="module")
def encoder(bundle: Bundle) -> Encoder:
    return Encoder.load(FOLDER, longest=bundle.longest)


@pytest.fixture(scope="module")
def windows(encoder: Encoder) -> list[Window]:
    sentences = [s for article in read_corpus(CORPUS) for s in article.sentences if s.role != "furniture"]
    return encoder.encode(sentences)


@pytest.fixture(scope="module")
def eight_bits() -> Backend:
    return OnnxBackend(FOLDER)


@pytest.fixture(scope="module")
def model() -> StanceModel:
    return StanceModel.from_pretrained(FOLDER).float()


@pytest.fixture(scope="module")
def reference(model: StanceModel, windows: list[Window], encoder: Encoder) -> list[WindowScores]:
    return score_windows(windows, backend=TorchBackend(model), encoder=encoder)


def held_against(
    reference: list[WindowScores], backend: Backend, windows: list[Window], encoder: Encoder, bundle: Bundle
) -> Parity:
    found = score_windows(windows, backend=backend, encoder=encoder)
    return compare(reference, found, bundle.calibration, margin=PLAIN_MARGIN)


def test_eight_bits_change_few_decisions(
    reference: list[WindowScores], eight_bits: Backend, windows: list[Window], encoder: Encoder, bundle: Bundle
) -> None:
    found = held_against(reference, eight_bits, windows, encoder, bundle)
    assert found.decisions > 9_000
    assert 0 < found.different <= MOST_DIFFERENT * found.decisions


def test_float32_changes_none(
    reference: list[WindowScores],
    model: StanceModel,
    windows: list[Window],
    encoder: Encoder,
    bundle: Bundle,
    tmp_path: Path,
) -> None:
    export_onnx(model, tmp_path)
    found = held_against(reference, OnnxBackend(tmp_path), windows, encoder, bundle)
    assert found.different == 0 or found.widest <= PLAIN_MARGIN


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_changes_none(
    reference: list[WindowScores], windows: list[Window], encoder: Encoder, bundle: Bundle
) -> None:
    on_gpu = StanceModel.from_pretrained(FOLDER).float().cuda()
    found = held_against(reference, TorchBackend(on_gpu), windows, encoder, bundle)
    assert found.different == 0 or found.widest <= PLAIN_MARGIN


@given(seed=st.integers(0, 2**32), size=st.integers(1, 40))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_company_and_order_never_change_a_result(
    eight_bits: Backend, windows: list[Window], encoder: Encoder, seed: int, size: int
) -> None:
    chosen = random.Random(seed).sample(windows, size)
    together = eight_bits.run(collate(chosen, pad_id=encoder.pad_id))
    alone = eight_bits.run(collate(chosen[-1:], pad_id=encoder.pad_id))
    targets = len(chosen[-1].targets)
    np.testing.assert_allclose(together.stance[-1, :targets], alone.stance[0, :targets], atol=BATCH_MARGIN)
    np.testing.assert_allclose(
        together.holder[-1, :targets, : 2 + targets], alone.holder[0, :targets, : 2 + targets], atol=BATCH_MARGIN
    )
    np.testing.assert_allclose(together.frames[-1], alone.frames[0], atol=BATCH_MARGIN)
