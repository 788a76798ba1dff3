"""One run, a straight line: read, label, write. Generators all the way, so a folder of any size takes the same memory.

Inputs that cannot be read are set aside on the way and named at the end; nothing that one file holds stops the others.
What is finished is put away as it comes, so that a run which is stopped goes on there when it is started again.
"""

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import zawiya
from zawiya.corpus import SCHEMA_VERSION
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.labeler import Labeler
from zawiya.reading.folders import STANDARD_INPUT

from .engine import Engine, load_labeler
from .folder import ResultFolder, check_folder
from .interrupts import Interrupts
from .local_engine import label_here
from .progress import Silent, Watch
from .settings import InferSettings, as_dict, is_url, local_path
from .summary import RunSummary
from .tables import TABLES_VERSION

#: Packages whose version can change what a run finds.
PACKAGES = ("numpy", "onnxruntime", "pyarrow", "tokenizers")


def run(settings: InferSettings, *, labeler: Labeler | None = None, watch: Watch | None = None) -> RunSummary:
    """Label the articles of ``settings.paths`` that ``settings.out`` does not hold yet as they are.

    After Ctrl-C the articles that were finished are kept, and the summary says ``interrupted``; the same run again goes
    on behind them.

    :param labeler: by default the one that the settings name.
    :param watch: told of every article as it is written, and of every input that is skipped or unchanged.
    :raises ZawiyaError: when settings, model or actor list are at fault, or the results cannot be written.
    """
    started, begun = datetime.now(UTC), perf_counter()
    watch = watch or Silent()
    out, label = check_places(settings), _engine(settings)
    labeler = labeler or load_labeler(settings)
    loaded = perf_counter()
    results = ResultFolder(
        out,
        key=_key(settings, labeler),
        frames=labeler.judge.frames,
        actors=labeler.taxonomy.actors.by_id(),
        row_group=settings.row_group,
        overwrite=settings.overwrite,
    )
    with Interrupts() as interrupts, results:
        done = label(settings, labeler, results, watch, interrupts)
        gone = 0 if done.interrupted else _settle(results, done.met)
        tally = results.ledger.tally()
        tally.skipped += done.passing
        summary = tally.summary(
            out=out,
            seconds=perf_counter() - loaded,
            added=done.added,
            unchanged=done.unchanged,
            gone=gone,
            interrupted=done.interrupted,
        )
        durations = {"loading": loaded - begun, "labelling": summary.seconds}
        results.finish(_record(settings, labeler, summary, started, durations))
    return summary


def _engine(settings: InferSettings) -> Engine:
    """What labels the articles.

    :raises ZawiyaError: when it is not installed.
    """
    if settings.engine == "ray":
        try:
            # takes seconds to import, and is an extra
            from .ray_engine import label_on_ray
        except ModuleNotFoundError as error:
            raise ZawiyaError(f"--engine ray takes an extra: pip install 'zawiya[ray]' ({error})") from error
        return label_on_ray
    return label_here


def _settle(results: ResultFolder, met: Mapping[str, str]) -> int:
    """Take out of the results what is there of sources as they were before, and count the sources not met again."""
    stale: dict[int, set[str]] = {}
    gone = 0
    for source in results.ledger.sources():
        current = met.get(source, results.ledger.latest(source))
        gone += source not in met
        for number, entry in results.ledger.places(source):
            if entry.digest != current:
                stale.setdefault(number, set()).add(source)
    results.drop(stale)
    return gone


def _key(settings: InferSettings, labeler: Labeler) -> dict[str, Any]:
    """What the labels depend on beside the articles."""
    return {
        "model": labeler.fingerprint,
        "taxonomy": labeler.taxonomy.fingerprint,
        "frames": list(labeler.judge.frames),
        "schema": [SCHEMA_VERSION, TABLES_VERSION],
        "format": settings.format,
        "outlet_from": settings.outlet_from,
        "max_chars": settings.max_chars,
    }


def check_places(settings: InferSettings) -> Path:
    """The folder for the results, once it and the inputs can be what they are said to be.

    :raises ZawiyaError: with what is missing, or in each other's way.
    """
    if not settings.paths:
        raise ZawiyaError("expected files or folders to label, found none; name some, or - for standard input")
    if not settings.out:
        raise ZawiyaError("expected a folder for the results, found none; name one with --out DIR")
    inputs = [Path(path) for path in settings.paths if path != STANDARD_INPUT and not is_url(path)]
    if inputs and len(inputs) == len(settings.paths) and not any(path.exists() for path in inputs):
        raise FaultsError("paths", [f"{path}: there is no such file or folder" for path in inputs])
    _check_engine(settings)
    out = Path(local_path(settings.out))
    check_folder(out, overwrite=settings.overwrite)
    place = out.resolve()
    for path in inputs:
        given = path.resolve()
        if given.is_relative_to(place) or (place.is_relative_to(given) and given.is_dir()):
            raise ZawiyaError(
                f"{out}: the folder for the results and the input {path} lie inside each other, so results would be "
                "read as articles, now or in the next run; name another folder with --out"
            )
    return out


def _check_engine(settings: InferSettings) -> None:
    urls = [path for path in settings.paths if is_url(path)]
    if settings.engine == "local" and urls:
        raise ZawiyaError(f"{urls[0]}: expected a local path, found a URL; inputs at a URL are read with --engine ray")
    if settings.engine == "local" and (settings.address or settings.workers):
        raise ZawiyaError("--address and --workers are of the engine ray: pass --engine ray, or leave them out")
    if is_url(local_path(settings.out or "")):
        raise ZawiyaError(
            f"{settings.out}: expected a folder for the results, found a URL; name one that every worker has, and "
            "copy it to the store when the run has ended"
        )
    if settings.engine == "ray" and STANDARD_INPUT in settings.paths:
        raise ZawiyaError("standard input cannot be read with --engine ray: its workers have none of it; name a file")


def _record(
    settings: InferSettings,
    labeler: Labeler,
    summary: RunSummary,
    started: datetime,
    durations: dict[str, float],
) -> dict[str, Any]:
    """What ``run.json`` says."""
    return {
        "complete": not summary.interrupted,
        "started": started.isoformat(timespec="seconds"),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": {name: round(seconds, 3) for name, seconds in durations.items()},
        "schema": {"articles": SCHEMA_VERSION, "tables": TABLES_VERSION},
        "versions": {
            "zawiya": zawiya.__version__,
            "python": platform.python_version(),
            **{package: _version(package) for package in PACKAGES},
        },
        "model": {"name": labeler.judge.name, "fingerprint": labeler.fingerprint},
        "taxonomy": {"fingerprint": labeler.taxonomy.fingerprint},
        "settings": as_dict(settings),
        "counts": {
            "articles": summary.articles,
            "sentences": summary.sentences,
            "furniture": summary.furniture,
            "stances": summary.stances,
            "actors": summary.actors,
            "frames": summary.frames,
            "skipped": summary.reasons,
        },
        "this_run": {"added": summary.added, "unchanged": summary.unchanged, "gone": summary.gone},
        "skipped": [{"source": s.source, "reason": s.reason, "detail": s.detail} for s in summary.skipped],
        "warnings": [{"source": source, "warning": warning} for source, warning in summary.warnings],
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # a package that is imported from a folder
        return None
