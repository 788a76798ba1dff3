"""Running the model: a batch in, logits out. ONNX Runtime by default; anything with the same method will do.

Numpy arrays go in and come out, so a GPU has its copies to make; windows of a sentence are small enough for that.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .bundle import ONNX_FILE
from .errors import ZawiyaError
from .inputs import Batch


@dataclass(frozen=True, slots=True)
class Logits:
    """Outputs of the three heads for a batch, float32.

    :param stance: [windows, targets, 4].
    :param holder: [windows, targets, 2 + targets].
    :param frames: [windows, frames].
    """

    stance: NDArray[np.float32]
    holder: NDArray[np.float32]
    frames: NDArray[np.float32]


class Backend(Protocol):
    """What runs a model's weights."""

    def run(self, batch: Batch) -> Logits:
        """Logits of a batch of windows; safe to call from several threads."""
        ...


class OnnxBackend:
    """ONNX Runtime on the CPU: needs neither torch nor transformers.

    :param folder: a model folder with ``model.onnx``.
    :param threads: threads inside an operator; with one, several threads may each run a batch of their own.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        # imported here: reading and matching work without a second's worth of shared libraries
        import onnxruntime

        path = folder / ONNX_FILE
        if not path.is_file():
            raise ZawiyaError(f"{folder}: expected {ONNX_FILE}, found none; export the model with `zawiya train`")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # one worker spinning on an idle machine is another process's core
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        # onnxruntime's errors share no base class of their own
        except Exception as error:
            raise ZawiyaError(f"{path}: cannot be loaded as an ONNX model ({error})") from error

    def run(self, batch: Batch) -> Logits:
        """Logits of a batch of windows; ONNX Runtime sessions may be shared between threads."""
        stance, holder, frames = self._session.run(
            ["stance_logits", "holder_logits", "frame_logits"],
            {
                "input_ids": batch.input_ids,
                "attention_mask": batch.attention_mask,
                "target_mask": batch.target_mask,
            },
        )
        return Logits(stance, holder, frames)
