"""What a model folder says about itself: labels, window length, calibration. One file, ``zawiya.json``.

The folder of an encoder is an ordinary ``transformers`` folder with this file and ``model.onnx`` beside it, so either
half can be used without the other; that of a linear model holds this file and ``linear.safetensors``. Only safetensors
and ONNX are ever loaded: no file of a model can run code. Where the folder lists the hashes of its files
(:mod:`zawiya.integrity`), nothing is loaded unless they are right.
"""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from . import config
from .errors import ZawiyaError
from .inputs import STANCE_LABELS
from .integrity import FILE as HASHES_FILE
from .integrity import check_hashes, listed_hashes, sha256

FILE = "zawiya.json"
ONNX_FILE = "model.onnx"
LINEAR_FILE = "linear.safetensors"

#: Keys of the file that every encoder has and no linear model.
_OF_ENCODERS = ("longest", "calibration", "stances", "blind")

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Calibration:
    """What turns logits into probabilities that mean something, and those into labels; all fitted on a dev set.

    :param stance_temperature: divides stance logits (Guo et al. 2017, "On Calibration of Modern Neural Networks").
    :param holder_temperature: divides holder logits.
    :param frame_temperature: divides frame logits.
    :param frame_thresholds: probability from which a frame is given, in the order of the model's frames.
    :param reject: probability of not-an-actor from which a mention is dropped.
    :param stance_offsets: added to the log probability of each stance before the highest is given; they weigh the
        rare classes up where the score that matters is a mean over classes. The scores shown are without them.
    """

    frame_thresholds: tuple[Share, ...]
    stance_temperature: Positive = 1.0
    holder_temperature: Positive = 1.0
    frame_temperature: Positive = 1.0
    reject: Share = 0.5
    stance_offsets: tuple[float, float, float] = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Bundle:
    """The contents of ``zawiya.json``.

    :param version: of this file's layout.
    :param name: of the model, for people.
    :param frames: ids of the frames, in the order of the frame head.
    :param stances: labels of the stance head, in its order.
    :param longest: pieces in a window of an encoder, special tokens included.
    :param calibration: of an encoder.
    :param kind: what reads the sentences: an encoder of word pieces, or weights of words alone.
    :param blind: whether an encoder is not told which target it is asked about: a baseline.
    """

    name: str
    frames: tuple[str, ...]
    longest: Annotated[int, Field(ge=8)] = 0
    calibration: Calibration = Calibration(())
    stances: tuple[str, ...] = STANCE_LABELS
    version: Literal[1] = 1
    kind: Literal["encoder", "linear"] = "encoder"
    blind: bool = False

    def save(self, folder: Path) -> None:
        """Write the file into a model folder, whose list of hashes it makes void."""
        (folder / HASHES_FILE).unlink(missing_ok=True)
        values = asdict(self)  # type: ignore[call-overload]
        if self.kind == "linear":
            values = {key: value for key, value in values.items() if key not in _OF_ENCODERS}
        text = json.dumps(values, ensure_ascii=False, indent=2)
        (folder / FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Bundle":
        """Read the file of a model folder, once the folder is seen to be what it was written as.

        :raises ZawiyaError: when the folder holds no model of zawiya, with what it lacks, or one that was changed.
        """
        path = folder / FILE
        if not path.is_file():
            raise ZawiyaError(
                f"{folder}: expected a model folder with {FILE}, found {'none' if folder.is_dir() else 'no folder'}. "
                "Name the folder that `zawiya train` wrote, or leave --model out for the embedded one."
            )
        check_hashes(folder)
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ZawiyaError(f"{path}: is not valid JSON ({error}); train or copy the model anew") from error
        if isinstance(values, dict) and values.get("kind") != "linear":
            # what an encoder lacks is a fault among the others, not a default
            values = {"longest": None, "calibration": None, **values}
        bundle = config.parse(cls, values, source=str(path))
        if bundle.kind == "encoder":
            bundle._check_encoder(path)
        return bundle

    def _check_encoder(self, path: Path) -> None:
        """What the values of an encoder must be besides well formed."""
        if self.stances != STANCE_LABELS:
            raise ZawiyaError(
                f"{path}: expected the stances {', '.join(STANCE_LABELS)}, found {', '.join(self.stances)}; "
                "use a model that this version of zawiya trained"
            )
        if len(self.calibration.frame_thresholds) != len(self.frames):
            raise ZawiyaError(
                f"{path}: expected {len(self.frames)} frame thresholds, one a frame, "
                f"found {len(self.calibration.frame_thresholds)}"
            )


def fingerprint(folder: Path) -> str:
    """A hash over what decides a model's answers: weights, tokenizer and calibration.

    Files that the folder lists with their hashes, which loading it checks, are not read once more.
    """
    known = listed_hashes(folder)
    digest = hashlib.sha256()
    for name in (ONNX_FILE, LINEAR_FILE, "model.safetensors", "tokenizer.json", FILE):
        path = folder / name
        if path.is_file():
            digest.update(name.encode())
            digest.update(bytes.fromhex(known.get(name) or sha256(path)))
    return digest.hexdigest()[:16]
