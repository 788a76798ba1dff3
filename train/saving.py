"""How a run's settings and numbers are written: for people to read, and for programs to take up again.

Settings are written with every default filled in: longer than what a person wrote, and the same run years later.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from .settings import TrainSettings


def save_settings(settings: TrainSettings, path: Path) -> None:
    """Write settings as a config, every default filled in, that `zawiya train` takes."""
    values = _plain(asdict(settings))  # type: ignore[call-overload]
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), encoding="utf-8")


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write values for people and programs to read."""
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:  # noqa: ANN401 - YAML has no tuples
    if isinstance(value, dict):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, list | tuple) else value
