"""The trained model behind the method that every backend has: what an export is held against."""

import torch

from zawiya.backends import Logits
from zawiya.inputs import Batch

from .model import StanceModel


class TorchBackend:
    """A stance model run by torch, in float32, on the device that it is on."""

    def __init__(self, model: StanceModel) -> None:
        self.model = model.eval()

    def run(self, batch: Batch) -> Logits:
        """Logits of a batch of windows."""
        device = next(self.model.parameters()).device
        inputs = (batch.input_ids, batch.attention_mask, batch.target_mask)
        with torch.no_grad():
            output = self.model(*(torch.from_numpy(values).to(device) for values in inputs))
        found = (output.stance_logits, output.holder_logits, output.frame_logits)
        return Logits(*(values.float().cpu().numpy() for values in found))
