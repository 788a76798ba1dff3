"""The exported model answers like the trained one, for any number of windows, tokens and targets."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from zawiya.backends import Backend, OnnxBackend
from zawiya.decoding import sigmoid, softmax
from zawiya.errors import ZawiyaError
from zawiya.inputs import Batch, Window, collate
from zawiya.train.export import export_onnx
from zawiya.train.quantise import quantise

#: Windows of these many pieces with these spans; between them, every axis differs from the one that was exported.
SHAPES = {
    "one short window, no target": [(3, ())],
    "one target": [(8, ((2, 5),))],
    "as exported": [(12, ((1, 3), (2, 4), (3, 5))), (12, ((1, 3), (2, 4), (3, 5)))],
    "many targets": [(32, tuple((place, place + 2) for place in range(1, 25)))],
    "many windows of many lengths": [(n, ((1, 2),) * (n % 4)) for n in range(4, 33)],
}


def batch_of(shape: list[tuple[int, tuple]], *, seed: int = 3) -> Batch:
    random = np.random.default_rng(seed)
    windows = [
        Window(number, (2, *random.integers(5, 80, pieces - 2).tolist(), 3), spans, tuple(range(len(spans))))
        for number, (pieces, spans) in enumerate(shape)
    ]
    return collate(windows, pad_id=0)


@pytest.fixture(scope="module")
def onnx(model_folder: Path) -> Backend:
    return OnnxBackend(model_folder, threads=1)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_float32_onnx_answers_as_torch_does(onnx: Backend, torch_backend: Backend, shape: list) -> None:
    batch = batch_of(shape)
    ours, theirs = onnx.run(batch), torch_backend.run(batch)
    assert ours.stance.shape == (*batch.target_mask.shape[:2], 4)
    real = batch.target_mask.sum(-1) > 0
    np.testing.assert_allclose(ours.stance[real], theirs.stance[real], atol=1e-4)
    np.testing.assert_allclose(softmax(ours.holder)[real], softmax(theirs.holder)[real], atol=1e-4)
    np.testing.assert_allclose(ours.frames, theirs.frames, atol=1e-4)


def test_answers_differ_between_inputs(onnx: Backend) -> None:
    # else the comparisons above would compare nothing
    found = onnx.run(batch_of(SHAPES["many windows of many lengths"]))
    assert found.frames.std(0).min() > 0.01
    assert found.stance[found.stance.any(-1)].std(0).min() > 0.01


@pytest.fixture(scope="module")
def eight_bit(tmp_path_factory: pytest.TempPathFactory, make_model: Callable) -> Backend:
    folder = tmp_path_factory.mktemp("int8")
    export_onnx(make_model(), folder)
    quantise(folder, folder, [batch_of(shape) for shape in SHAPES.values()])
    return OnnxBackend(folder, threads=1)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_eight_bit_weights_stay_close(eight_bit: Backend, torch_backend: Backend, shape: list) -> None:
    # random weights spread wider than learnt ones, so that rounding costs more here than it does in earnest
    batch = batch_of(shape)
    ours, theirs = eight_bit.run(batch), torch_backend.run(batch)
    real = batch.target_mask.sum(-1) > 0
    assert np.abs(sigmoid(ours.frames) - sigmoid(theirs.frames)).mean() < 0.05
    if real.any():
        assert np.abs(softmax(ours.stance) - softmax(theirs.stance))[real].mean() < 0.05
        assert (ours.stance.argmax(-1) == theirs.stance.argmax(-1))[real].mean() >= 0.8


def test_several_threads_may_share_a_backend(onnx: Backend) -> None:
    from concurrent.futures import ThreadPoolExecutor

    batches = [batch_of(SHAPES["one target"], seed=seed) for seed in range(8)]
    alone = [onnx.run(batch).stance for batch in batches]
    with ThreadPoolExecutor(4) as pool:
        together = [found.stance for found in pool.map(onnx.run, batches)]
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"expected model\.onnx, found none"):
        OnnxBackend(tmp_path)


@pytest.mark.parametrize("content", [b"", b"garbage", b"\x08\x07\x12\x00"])
def test_a_file_that_is_no_model_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.onnx").write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"model\.onnx: cannot be loaded as an ONNX model"):
        OnnxBackend(tmp_path)
