"""What a results folder was labelled by, and where that lies.

The ledger says so from a run's first moment on; ``run.json`` says besides by which path the model was named.
"""

import json
from pathlib import Path

from zawiya.bundle import fingerprint
from zawiya.errors import ZawiyaError
from zawiya.infer.layout import KEY_FILE, LEDGER
from zawiya.resources import resource

from .results import Results


def labels_of(results: Results) -> dict[str, str]:
    """Fingerprints of the ``model`` and of the ``taxonomy``, as far as they are known."""
    try:
        key = json.loads((results.folder / LEDGER / KEY_FILE).read_text(encoding="utf-8"))
        return {name: str(key[name]) for name in ("model", "taxonomy") if name in key}
    except (OSError, ValueError, TypeError):
        return {}


def model_folder(results: Results) -> Path:
    """Where the model lies that labelled a folder.

    :raises ZawiyaError: when it is not at hand, or another one lies in its place.
    """
    named = results.run.get("settings", {}).get("model")
    folder = Path(named) if isinstance(named, str) else resource("models", "default")
    known = labels_of(results).get("model")
    if not folder.is_dir() or fingerprint(folder) != known:
        raise ZawiyaError(
            f"{folder}: expected the model that labelled the articles ({known or 'unknown'}), found none or another one; "
            "put it back"
        )
    return folder
