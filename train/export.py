"""A trained model as ONNX, in float32; :mod:`.quantise` makes it smaller.

The model is traced rather than compiled, which gives the smaller graph and forbids it to branch on its inputs.
"""

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
