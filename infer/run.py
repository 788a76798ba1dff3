"""One run, a straight line: read, label, write. Generators all the way, so a folder of any size takes the same memory.

Inputs that cannot be read are set aside on the way and named at the end; nothing that one file holds stops the others.
"""

import platform
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter
from typing import Any

import zawiya
from zawiya.corpus import SCHEMA_VERSION
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.labeler import Labeler
from zawiya.reading import ReadOptions, Skipped, read
from zawiya.records import Article
from zawiya.taxonomy import Taxonomy

from .folder import ResultFolder, check_folder
from .interrupts import Interrupts
from .progress import Silent, Watch
from .settings import STANDARD_INPUT, InferSettings, as_dict
from .summary import RunSummary, Tally
from .tables import TABLES_VERSION

#: Packages whose version can change what a run finds.
PACKAGES = ("numpy", "onnxruntime", "pyarrow", "tokenizers")


def run(settings: InferSettings, *, labeler: Labeler | None = None, watch: Watch | None = None) -> RunSummary:
    """Label every article of ``settings.paths`` and write the results to ``settings.out``.

    After Ctrl-C the articles that were finished are written as ever, and the summary says ``interrupted``.

    :param labeler: by default the one that the settings name.
    :param watch: told of every article as it is written, and of every input that is skipped.
    :raises ZawiyaError: when settings, model or actor list are at fault, or the results cannot be written.
    """
    started, begun = datetime.now(UTC), perf_counter()
    watch = watch or Silent()
    out = check_places(settings)
    labeler = labeler or load_labeler(settings)
    loaded = perf_counter()
    tally = Tally()
    interrupted = False
    options = ReadOptions(format=settings.format, outlet_from=settings.outlet_from, max_chars=settings.max_chars)
    results = ResultFolder(
        out,
        frames=labeler.judge.frames,
        actors={actor.id: actor for actor in labeler.taxonomy.actors.actors},
        row_group=settings.row_group,
        overwrite=settings.overwrite,
    )
    with Interrupts() as interrupts, results:
        articles = _readable(read(settings.paths, options=options), tally, watch)
        try:
            for article in labeler.label_articles(articles):
                with interrupts.held_back():
                    results.write(article)
                    tally.add(article)
                    watch.article(article)
        except KeyboardInterrupt:
            interrupted = True
        interrupts.ignore()
        summary = tally.summary(out=out, seconds=perf_counter() - loaded, interrupted=interrupted)
        durations = {"loading": loaded - begun, "labelling": summary.seconds}
        results.finish(_record(settings, labeler, summary, started, durations))
    return summary


def check_places(settings: InferSettings) -> Path:
    """The folder for the results, once it and the inputs can be what they are said to be.

    :raises ZawiyaError: with what is missing, or in each other's way.
    """
    if not settings.paths:
        raise ZawiyaError("expected files or folders to label, found none; name some, or - for standard input")
    if not settings.out:
        raise ZawiyaError("expected a folder for the results, found none; name one with --out DIR")
    inputs = [Path(path) for path in settings.paths if path != STANDARD_INPUT]
    if inputs and len(inputs) == len(settings.paths) and not any(path.exists() for path in inputs):
        raise FaultsError("paths", [f"{path}: there is no such file or folder" for path in inputs])
    out = Path(settings.out)
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


def load_labeler(settings: InferSettings) -> Labeler:
    """The labeler that the settings name.

    :raises ZawiyaError: when the model folder or the actor list is at fault.
    """
    taxonomy = Taxonomy.load(settings.taxonomy)
    return Labeler.load(settings.model, taxonomy=taxonomy, threads=settings.threads)


def _readable(found: Iterable[Article | Skipped], tally: Tally, watch: Watch) -> Iterator[Article]:
    """The articles, with everything else set aside."""
    for item in found:
        if isinstance(item, Skipped):
            tally.skipped.append(item)
            watch.skipped(item)
        else:
            yield item


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
        "skipped": [{"source": s.source, "reason": s.reason, "detail": s.detail} for s in summary.skipped],
        "warnings": [{"source": source, "warning": warning} for source, warning in summary.warnings],
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:  # a package that is imported from a folder
        return None
