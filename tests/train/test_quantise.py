"""Eight-bit weights on scales fixed beforehand: smaller, close to the model, and the same whatever the batch holds."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnx
import pytest

from zawiya.backends import OnnxBackend
from zawiya.bundle import ONNX_FILE
from zawiya.inputs import Batch, collate
from zawiya.train.examples import Example
from zawiya.train.export import export_onnx
from zawiya.train.model import StanceModel
from zawiya.train.quantise import LARGEST_WEIGHT, LONG_TABLE, Range, activation_ranges, quantise
from zawiya.train.torch_backend import TorchBackend


@pytest.fixture
def batch(examples: list[Example]) -> Batch:
    return collate([example.window for example in examples], pad_id=0)


@pytest.fixture
def plain(make_model: Callable[..., StanceModel], tmp_path: Path) -> Path:
    folder = tmp_path / "plain"
    folder.mkdir()
    export_onnx(make_model(), folder)
    return folder


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "small"
    folder.mkdir()
    return folder


def initializers(folder: Path) -> dict[str, np.ndarray]:
    graph = onnx.load(str(folder / ONNX_FILE)).graph
    return {weights.name: onnx.numpy_helper.to_array(weights) for weights in graph.initializer}


def test_takes_less_room_and_leaves_the_original_alone(plain: Path, small: Path, batch: Batch) -> None:
    before = (plain / ONNX_FILE).read_bytes()
    written = quantise(plain, small, [batch])
    assert written == small / ONNX_FILE
    assert written.stat().st_size < len(before)
    assert (plain / ONNX_FILE).read_bytes() == before


def test_every_constant_matrix_of_a_product_is_stored_in_eight_bits(plain: Path, small: Path, batch: Batch) -> None:
    graph = onnx.load(str(quantise(plain, small, [batch]))).graph
    matrices = {weights.name for weights in graph.initializer if len(weights.dims) == 2}
    assert not [node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in matrices]
    assert any(node.op_type == "MatMulIntegerToFloat" for node in graph.node)


def test_no_two_products_of_a_weight_and_an_activation_overflow_sixteen_bits(
    plain: Path, small: Path, batch: Batch
) -> None:
    quantise(plain, small, [batch])
    for name, weights in initializers(small).items():
        if name.endswith("_integer") and weights.dtype == np.int8 and weights.shape[0] < LONG_TABLE:
            assert np.abs(weights.astype(int)).max() <= LARGEST_WEIGHT
    assert 2 * 255 * LARGEST_WEIGHT < 2**15


def test_ranges_hold_zero_and_everything_that_was_measured(plain: Path, batch: Batch) -> None:
    ranges = activation_ranges(onnx.load(str(plain / ONNX_FILE)), [batch])
    assert ranges
    assert all((held.low <= 0).all() and (held.high >= 0).all() for held in ranges.values())
    again = activation_ranges(onnx.load(str(plain / ONNX_FILE)), [batch, batch])
    assert again.keys() == ranges.keys()
    for name, held in ranges.items():
        np.testing.assert_array_equal(held.low, again[name].low)
        np.testing.assert_array_equal(held.high, again[name].high)


def test_a_channel_that_reaches_far_is_divided_by_more_than_the_others() -> None:
    even = Range(np.full(4, -1, dtype=np.float32), np.full(4, 1, dtype=np.float32))
    weights = [np.ones((4, 3), dtype=np.float32)]
    np.testing.assert_allclose(even.factors(weights), 1, rtol=1e-6)
    reaching = Range(even.low, np.array([1, 1, 30, 1], dtype=np.float32))
    factors = reaching.factors(weights)
    assert factors[2] > 10 * factors[0]
    assert factors.prod() == pytest.approx(1, rel=1e-4)
    silent = Range(np.zeros(4, dtype=np.float32), np.zeros(4, dtype=np.float32))
    assert np.isfinite(silent.factors(weights)).all()


def test_few_channels_that_reach_far_leave_the_others_their_steps(tmp_path: Path, small: Path) -> None:
    random = np.random.default_rng(0)
    states = random.normal(size=(200, 16)).astype(np.float32)
    states[:, 3] *= 40
    matrix = random.normal(size=(16, 5)).astype(np.float32)
    # what reaches far in a trained encoder is met by small weights
    matrix[3] /= 40
    given = onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.FLOAT, ["n", 16])
    out = onnx.helper.make_tensor_value_info("sums", onnx.TensorProto.FLOAT, ["n", 5])
    node = onnx.helper.make_node("MatMul", ["input_ids", "matrix"], ["sums"])
    graph = onnx.helper.make_graph([node], "product", [given], [out], [onnx.numpy_helper.from_array(matrix, "matrix")])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / ONNX_FILE))
    import onnxruntime

    quantise(tmp_path, small, [SimpleNamespace(input_ids=states)])  # type: ignore[list-item]
    [found] = onnxruntime.InferenceSession(str(small / ONNX_FILE)).run(None, {"input_ids": states})
    error = np.abs(found - states @ matrix).mean() / np.abs(states @ matrix).mean()
    assert error < 0.02


def test_a_score_does_not_depend_on_what_else_is_in_its_batch(
    plain: Path, small: Path, examples: list[Example]
) -> None:
    windows = [example.window for example in examples]
    quantise(plain, small, [collate(windows, pad_id=0)])
    backend = OnnxBackend(small, threads=1)
    together = backend.run(collate(windows, pad_id=0))
    for place, window in enumerate(windows):
        alone = backend.run(collate([window], pad_id=0))
        targets = len(window.targets)
        np.testing.assert_allclose(together.stance[place, :targets], alone.stance[0, :targets], atol=1e-4)
        np.testing.assert_allclose(together.frames[place], alone.frames[0], atol=1e-4)


@pytest.mark.parametrize("frames", [0, 1])
def test_a_model_of_no_frames_or_one_stays_close(
    make_model: Callable[..., StanceModel], batch: Batch, tmp_path: Path, small: Path, frames: int
) -> None:
    model = make_model(frames=frames)
    export_onnx(model, tmp_path)
    quantise(tmp_path, small, [batch])
    expected, found = TorchBackend(model).run(batch), OnnxBackend(small).run(batch)
    assert found.frames.shape == (len(batch.input_ids), frames)
    np.testing.assert_allclose(found.stance, expected.stance, atol=0.5)


def test_without_a_sample_the_file_is_still_sound(plain: Path, small: Path, batch: Batch) -> None:
    quantise(plain, small, [])
    assert np.isfinite(OnnxBackend(small).run(batch).frames).all()


def test_long_tables_have_a_scale_for_each_row(make_model: Callable[..., StanceModel], tmp_path: Path) -> None:
    table = np.random.default_rng(0).normal(size=(LONG_TABLE, 4)).astype(np.float32)
    table[0] *= 100
    ids = onnx.helper.make_tensor_value_info("input_ids", onnx.TensorProto.INT64, ["n"])
    out = onnx.helper.make_tensor_value_info("rows", onnx.TensorProto.FLOAT, ["n", 4])
    node = onnx.helper.make_node("Gather", ["table", "input_ids"], ["rows"])
    graph = onnx.helper.make_graph([node], "look-up", [ids], [out], [onnx.numpy_helper.from_array(table, "table")])
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(tmp_path / ONNX_FILE))
    (tmp_path / "small").mkdir()
    import onnxruntime

    session = onnxruntime.InferenceSession(str(quantise(tmp_path, tmp_path / "small", [])))
    (rows,) = session.run(None, {"input_ids": np.arange(LONG_TABLE)})
    assert np.abs(rows - table).max() <= np.abs(table).max() / 250
    assert np.abs(rows[1:] - table[1:]).max() <= np.abs(table[1:]).max() / 250
