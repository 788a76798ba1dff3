"""A trained model as ONNX, and its weights as eight-bit integers where asked."""

import logging
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from zawiya.bundle import ONNX_FILE

from .model import StanceModel

#: The encoder's opset: the first with layer normalisation as one operator.
OPSET = 17


class _Heads(nn.Module):
    """The model with plain tensors in and out, as an exporter wants it."""

    def __init__(self, model: StanceModel) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, target_mask: Tensor) -> tuple[Tensor, ...]:
        output = self.model(input_ids, attention_mask, target_mask)
        return output.stance_logits, output.holder_logits, output.frame_logits


def export_onnx(model: StanceModel, folder: Path) -> Path:
    """Write ``model.onnx`` into a folder in float32, its three axes (windows, tokens, targets) free."""
    # the inputs below are the CPU's; a model that was trained elsewhere comes to them
    model = model.cpu().float()
    windows, tokens, targets = 2, 12, 3
    mask = torch.zeros(windows, targets, tokens)
    mask[:, :, 1:3] = 0.5
    inputs = (
        torch.randint(5, 50, (windows, tokens)),
        torch.ones(windows, tokens, dtype=torch.long),
        mask,
    )
    final = folder / ONNX_FILE
    with warnings.catch_warnings():
        # the exporter that traces writes a smaller graph here than the one that compiles
        warnings.simplefilter("ignore")
        torch.onnx.export(
            # all of it: the exporter puts a module back into the mode it finds it in
            _Heads(model).eval(),
            inputs,
            str(final),
            dynamo=False,
            opset_version=OPSET,
            input_names=["input_ids", "attention_mask", "target_mask"],
            output_names=["stance_logits", "holder_logits", "frame_logits"],
            dynamic_axes={
                "input_ids": {0: "windows", 1: "tokens"},
                "attention_mask": {0: "windows", 1: "tokens"},
                "target_mask": {0: "windows", 1: "targets", 2: "tokens"},
                "stance_logits": {0: "windows", 1: "targets"},
                "holder_logits": {0: "windows", 1: "targets", 2: "holders"},
                "frame_logits": {0: "windows"},
            },
        )
    return final


def quantise(source: Path, target: Path) -> Path:
    """Write a model's ``model.onnx`` into another folder with eight-bit weights, one scale for each column."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # the frame head of a model without frames has no weights to take a scale of
    graph = onnx.load(str(source / ONNX_FILE)).graph
    hollow = {weights.name for weights in graph.initializer if 0 in weights.dims}
    left_out = [node.name for node in graph.node if not hollow.isdisjoint(node.input)]
    # it logs a line for each operator through the root logger
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            str(source / ONNX_FILE),
            str(target / ONNX_FILE),
            # signed weights overflow the 16-bit sums of processors without VNNI: other machine, other labels
            weight_type=QuantType.QUInt8,
            per_channel=True,
            op_types_to_quantize=["MatMul", "Gather"],
            # a layer that the library writes as a product and a sum goes by this name after that
            nodes_to_exclude=[*left_out, *(f"{name}_MatMul" for name in left_out)],
            extra_options={"MatMulConstBOnly": True},
        )
    finally:
        logging.disable(before)
    return target / ONNX_FILE
