"""Whether a model folder is the one that was written: ``hashes.json``, a SHA-256 of each file that decides answers.

It finds what copying, pruning or a stranger's hand did to some of the files. Who can replace them all can replace the
list too: where that matters, keep the list, or the model's fingerprint, somewhere else.
"""

import hashlib
import json
from pathlib import Path

from .errors import ZawiyaError
from .files import written_whole

FILE = "hashes.json"
#: Every file that decides a model's answers; a folder has those of its kind.
DECIDING = (
    "zawiya.json",
    "config.json",
    "tokenizer.json",
    "linear.safetensors",
    "model.onnx",
    "model.safetensors",
)
_DIGITS = 64


def sha256(path: Path) -> str:
    """SHA-256 of a file, which is never held whole."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_hashes(folder: Path) -> Path:
    """Write the list of a model folder; the last thing to write into it, since any later change is a fault."""
    hashes = {name: sha256(folder / name) for name in DECIDING if (folder / name).is_file()}
    path = folder / FILE
    with written_whole(path) as unfinished:
        unfinished.write_text(json.dumps(hashes, indent=1) + "\n", encoding="utf-8")
    return path


def listed_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that the list of a folder names; empty where the folder has no list.

    :raises ZawiyaError: when the list cannot be read, or is none.
    """
    path = folder / FILE
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise ZawiyaError(f"{path}: cannot be read as JSON ({error}); copy or train the model anew") from error
    if not isinstance(values, dict) or not values or not all(map(_is_row, values.items())):
        raise ZawiyaError(
            f"{path}: expected names of files of this folder, each with its SHA-256 in {_DIGITS} digits, found "
            "something else; copy or train the model anew"
        )
    return values


def check_hashes(folder: Path) -> None:
    """See that the files of a folder are those that its list names; a folder without a list is taken as it is.

    :raises ZawiyaError: with the first file that is missing, was changed, or was added.
    """
    listed = listed_hashes(folder)
    if not listed:
        return
    again = "copy or train the model anew"
    for name, expected in listed.items():
        path = folder / name
        if not path.is_file():
            raise ZawiyaError(f"{path}: expected this file, which {FILE} lists, found none; {again}")
        if (found := sha256(path)) != expected:
            raise ZawiyaError(
                f"{path}: expected the SHA-256 that {FILE} lists, {expected}, found {found}: the file is damaged, or "
                f"was changed; {again}, or delete {FILE} if the change is your own"
            )
    for name in DECIDING:
        if name not in listed and (folder / name).is_file():
            raise ZawiyaError(
                f"{folder / name}: expected only files that {FILE} lists, found this one besides; take it away, or "
                f"{again}"
            )


def _is_row(row: tuple[str, object]) -> bool:
    name, digest = row
    # a name with a folder in it would have files read that are none of the model's
    plain = Path(name).name == name and "\0" not in name
    return plain and isinstance(digest, str) and len(digest) == _DIGITS and set(digest) <= set("0123456789abcdef")
