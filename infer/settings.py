"""The schema of ``configs/infer/*.yaml``; every field can be set in a file, by ``--set``, or by an option.

One flat record serves the program and the library alike, so a run is repeated from the settings in its ``run.json``.
"""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from pydantic import Field
from pydantic.dataclasses import dataclass

from zawiya import config
from zawiya.reading import ReadOptions
from zawiya.resources import resource

_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")

Count = Annotated[int, Field(ge=1)]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class InferSettings:
    """One run.

    :param paths: files, folders (walked to the bottom), or ``-`` for standard input.
    :param out: folder for the results.
    :param format: of every input, whatever its suffix; None goes by the suffix.
    :param model: a model folder; None takes the embedded model.
    :param taxonomy: an actor list; None takes the one that comes with zawiya.
    :param overwrite: forget the results that the folder holds already, and begin anew.
    :param quiet: say nothing but errors.
    :param strict: report failure when any input was skipped.
    :param outlet_from: where the outlet comes from when the input does not name it.
    :param threads: of the model; 0 takes one for each core.
    :param engine: what labels: this process, or the workers of a Ray cluster, which have one thread each.
    :param address: of the Ray cluster; None takes that of ``RAY_ADDRESS``, and without it begins one on this machine.
    :param workers: of Ray; 0 takes one for each core of the cluster.
    :param max_chars: longest article, in code points; longer ones are skipped.
    :param row_group: rows held in memory before they are written, and rows in a Parquet row group.
    :param part_sentences: sentences after which a part of the results is put away, so that a run that is stopped goes on
        behind it.
    :param part_seconds: seconds after which it is put away at the latest.
    :param progress_every: seconds between lines of progress where there is no terminal.
    """

    paths: tuple[str, ...] = ()
    out: str | None = None
    format: str | None = None
    model: str | None = None
    taxonomy: str | None = None
    overwrite: bool = False
    quiet: bool = False
    strict: bool = False
    outlet_from: Literal["folder", "none"] = "folder"
    threads: Annotated[int, Field(ge=0)] = 0
    engine: Literal["local", "ray"] = "local"
    address: str | None = None
    workers: Annotated[int, Field(ge=0)] = 0
    max_chars: Count = 2_000_000
    row_group: Count = 5_000
    part_sentences: Count = 50_000
    part_seconds: Annotated[float, Field(gt=0)] = 60.0
    progress_every: Annotated[float, Field(gt=0)] = 5.0

    def read_options(self) -> ReadOptions:
        """How inputs are read."""
        return ReadOptions(format=self.format, outlet_from=self.outlet_from, max_chars=self.max_chars)


def load_settings(file: Path | None = None, changes: tuple[str, ...] = (), **options: object) -> InferSettings:
    """The settings of a file, changed by ``KEY=VALUE`` strings, and those by the options that are not None.

    :param file: by default the one that comes with zawiya.
    :raises ZawiyaError: when the file cannot be read; its subclass FaultsError when something does not fit.
    """
    settings = config.load(InferSettings, file or resource("configs", "infer", "default.yaml"), changes)
    given = {name: value for name, value in options.items() if value is not None}
    if not given:
        return settings
    return config.parse(InferSettings, {**as_dict(settings), **given}, source="command line")


def as_dict(settings: InferSettings) -> dict[str, Any]:
    """The settings as plain values, in the order of the schema."""
    return asdict(settings)  # type: ignore[call-overload,no-any-return]


def is_url(path: str) -> bool:
    """Whether a path is a URL, such as ``s3://bucket/folder``."""
    return _URL.match(path) is not None


def local_path(path: str) -> str:
    """A ``file://`` URL as a path, and whatever else it is as it is."""
    return url2pathname(urlsplit(path).path) if path.startswith("file://") else path
