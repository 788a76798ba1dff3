"""What a result depends on besides its settings: data, code and library versions.

Hashing reads every data file once more; a path alone would not say what was in it.
"""

import platform
import subprocess
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from zawiya.integrity import sha256

PACKAGES = ("zawiya", "torch", "transformers", "datasets", "tokenizers", "onnxruntime", "scikit-learn")


def provenance(files: Iterable[str]) -> dict[str, Any]:
    """SHA-256 of the data files, versions of what ran, and the commit of the checkout it ran in, None outside one."""
    return {
        "data": hashes(files),
        "versions": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "commit": _commit(),
    }


def hashes(files: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each file, by its path as it is given."""
    return {path: sha256(Path(path)) for path in dict.fromkeys(files)}


def _commit() -> str | None:
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()
