"""What the exporter writes; that it answers like the model is told in ``tests/test_backends.py``."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch

from zawiya.backends import OnnxBackend
from zawiya.bundle import ONNX_FILE
from zawiya.inputs import Batch, collate
from zawiya.train.examples import Example
from zawiya.train.export import export_onnx
from zawiya.train.model import StanceModel
from zawiya.train.torch_backend import TorchBackend


@pytest.fixture
def model(make_model: Callable[..., StanceModel]) -> StanceModel:
    return make_model()


@pytest.fixture
def batch(examples: list[Example]) -> Batch:
    return collate([example.window for example in examples], pad_id=0)


def test_one_file_is_written_and_it_is_sound(model: StanceModel, tmp_path: Path) -> None:
    path = export_onnx(model, tmp_path)
    assert list(tmp_path.iterdir()) == [path] == [tmp_path / ONNX_FILE]
    onnx.checker.check_model(str(path))


def test_names_and_free_axes_are_those_that_backends_expect(model: StanceModel, tmp_path: Path) -> None:
    graph = onnx.load(str(export_onnx(model, tmp_path))).graph

    def axes(values: list) -> dict[str, list]:
        return {
            value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
            for value in values
        }

    assert axes(graph.input) == {
        "input_ids": ["windows", "tokens"],
        "attention_mask": ["windows", "tokens"],
        "target_mask": ["windows", "targets", "tokens"],
    }
    assert axes(graph.output) == {
        "stance_logits": ["windows", "targets", 4],
        "holder_logits": ["windows", "targets", "holders"],
        "frame_logits": ["windows", 2],
    }


@pytest.mark.parametrize("frames", [0, 1])
def test_a_model_of_no_frames_or_one_answers_as_onnx(
    make_model: Callable[..., StanceModel], batch: Batch, tmp_path: Path, frames: int
) -> None:
    model = make_model(frames=frames)
    export_onnx(model, tmp_path)
    expected = TorchBackend(model).run(batch)
    found = OnnxBackend(tmp_path).run(batch)
    assert found.frames.shape == (len(batch.input_ids), frames)
    np.testing.assert_allclose(found.stance, expected.stance, atol=1e-4)


def test_exporting_leaves_the_model_answering_as_before(model: StanceModel, batch: Batch, tmp_path: Path) -> None:
    backend = TorchBackend(model)
    before = backend.run(batch)
    export_onnx(model, tmp_path)
    after = backend.run(batch)
    assert not model.training
    assert (before.stance == after.stance).all()
    assert (before.frames == after.frames).all()


def test_a_model_in_half_precision_is_written_in_full(model: StanceModel, tmp_path: Path) -> None:
    graph = onnx.load(str(export_onnx(model.half(), tmp_path))).graph
    kinds = {tensor.data_type for tensor in graph.initializer}
    assert onnx.TensorProto.FLOAT in kinds
    assert onnx.TensorProto.FLOAT16 not in kinds


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_model_on_a_gpu_is_exported_from_there(model: StanceModel, tmp_path: Path) -> None:
    assert export_onnx(model.cuda(), tmp_path).is_file()
