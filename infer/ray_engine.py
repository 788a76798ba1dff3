"""A run on Ray Data: the driver lists and bundles the sources, actors label the bundles, the driver admits their parts.

Manifests are admitted in the order of the sources, which makes ids and the order of rows those of a run in one process.
The price is that parts behind a slow bundle wait for it, and are labelled again if the driver is killed meanwhile.
"""

import logging
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import ray
from ray.data import ActorPoolStrategy, DataContext
from ray.exceptions import RayError, RayTaskError

from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler
from zawiya.reading import Ids, Skipped
from zawiya.reading.articles import taken_before
from zawiya.records import Article, Sentence

from .bundles import Bundle, Manifest, bundled, listing
from .engine import Done, load_labeler
from .folder import ResultFolder, writing
from .interrupts import Interrupts
from .progress import Watch
from .ray_worker import MOST_DEATHS, Job, Worker, copies, fingerprints
from .renaming import rename
from .settings import InferSettings

#: Seconds in which the head of a cluster has to answer.
PATIENCE = 10.0
#: What progress is told of each sentence of an article that lies elsewhere.
_SOME = Sentence(0, 0, "")


class LabelBundle:
    """The actor: a worker, and what Ray Data hands to it."""

    def __init__(self, job: Job) -> None:
        self._worker = Worker(job)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Manifest]]:
        """Label a batch of one bundle."""
        return {"manifest": [self._worker.label(bundle) for bundle in batch["bundle"]]}


def label_on_ray(
    settings: InferSettings, labeler: Labeler, results: ResultFolder, watch: Watch, interrupts: Interrupts
) -> Done:
    """Label the articles of a run with the workers of a Ray cluster.

    :raises ZawiyaError: when the cluster cannot be reached, or its workers cannot go on.
    """
    admission = Admission(results, watch)
    interrupted = False
    job = Job(
        out=results.folder.absolute(),
        options=settings.read_options(),
        row_group=settings.row_group,
        load=copies(labeler, partial(load_labeler, _elsewhere(settings)), ray.cloudpickle.dumps),
        fingerprints=fingerprints(labeler),
    )
    try:
        listed = [*listing(settings.paths)]
        with cluster(settings) as workers:
            for manifest in manifests(bundled(listed, results.ledger, workers), job, workers):
                with interrupts.held_back():
                    admission.add(manifest)
    except KeyboardInterrupt:
        interrupted = True
    interrupts.ignore()
    return admission.done(interrupted=interrupted)


def _elsewhere(settings: InferSettings) -> InferSettings:
    """The settings by which a worker loads its labeler, whatever folder it was started in."""
    model, taxonomy = (path and str(Path(path).absolute()) for path in (settings.model, settings.taxonomy))
    return replace(settings, model=model, taxonomy=taxonomy, threads=1)


@contextmanager
def cluster(settings: InferSettings) -> Iterator[int]:
    """The Ray cluster of the settings, as the number of workers that it is to have.

    One that the process is connected to already is taken, and left as it is; any other is let go of at the end.

    :raises ZawiyaError: when it cannot be reached.
    """
    begun = not ray.is_initialized()
    try:
        if begun:
            _connect(settings)
        yield settings.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
    finally:
        if begun:
            ray.shutdown()


def _connect(settings: InferSettings) -> None:
    # nothing about a run leaves the machine unless its owner wants it to
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    address = settings.address or os.environ.get("RAY_ADDRESS")
    if address:
        _knock(address)
    own = {} if address else {"num_cpus": settings.workers or None, "include_dashboard": False}
    try:
        ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **own)
    except (RayError, RuntimeError, ValueError, OSError) as error:
        raise _no_cluster(address or "this machine", error) from error


def _knock(address: str) -> None:
    """See that somebody listens at ``HOST:PORT``: Ray by itself tries for minutes."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE).close()
    except (OSError, OverflowError) as error:
        raise _no_cluster(address, error) from error


def _no_cluster(address: str, error: Exception) -> ZawiyaError:
    return ZawiyaError(
        f"no Ray cluster at {address}: {_first_line(error)}; name one that runs with --address, or leave it out to begin "
        "one here"
    )


def manifests(bundles: Sequence[Bundle], job: Job, workers: int) -> Iterator[Manifest]:
    """What became of each bundle, in their order, as soon as it is known; Ray Data restarts actors that die.

    :raises ZawiyaError: when the cluster fails.
    """
    if not bundles:
        return
    with _quiet() as context, DataContext.current(context):
        labelled = ray.data.from_items(
            # a block for each, so that one can be given to another worker and reported by itself
            [{"bundle": bundle} for bundle in bundles],
            override_num_blocks=len(bundles),
        ).map_batches(
            LabelBundle,
            fn_constructor_args=(job,),
            compute=ActorPoolStrategy(size=min(workers, len(bundles)), max_tasks_in_flight_per_actor=1),
            batch_size=1,
            num_cpus=1,
        )
        try:
            for batch in labelled.iter_batches(batch_size=1, prefetch_batches=0):
                yield from batch["manifest"]
        except RayTaskError:
            # a fault of the program, with its traceback
            raise
        except RayError as error:
            raise ZawiyaError(
                f"the Ray cluster failed: {_first_line(error)}; see that every node has this version of zawiya and of Ray; "
                "what was finished is kept, and the same command goes on"
            ) from error


@contextmanager
def _quiet() -> Iterator[DataContext]:
    """Ray Data without bars and reports of its own; what goes wrong is raised."""
    context = DataContext.get_current().copy()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    context.execution_options.preserve_order = True
    context.max_consecutive_actor_init_deaths = MOST_DEATHS
    logger = logging.getLogger("ray.data")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield context
    finally:
        logger.setLevel(level)


@dataclass(slots=True)
class Admission:
    """Takes manifests in: gives ids, admits parts, tells the watch."""

    results: ResultFolder
    watch: Watch
    met: dict[str, str] = field(default_factory=dict)
    passing: list[Skipped] = field(default_factory=list)
    unchanged: int = 0
    added: int = 0
    ids: Ids = field(init=False)

    def __post_init__(self) -> None:
        self.ids = self.results.ids()

    def add(self, manifest: Manifest) -> None:
        """Take in what became of one bundle.

        :raises ZawiyaError: when a worker could not go on.
        """
        if manifest.failure is not None:
            raise ZawiyaError(manifest.failure)
        self.met |= manifest.met
        self.passing += manifest.passing
        self.unchanged += len(manifest.unchanged)
        for source in manifest.unchanged:
            self.watch.unchanged(source)
        if manifest.entries:
            self._admit(manifest)
        for skipped in (*manifest.passing, *manifest.tally.skipped):
            self.watch.skipped(skipped)
        for article in manifest.articles:
            self.watch.article(
                Article(article.wanted, "", source=article.source, sentences=(_SOME,) * article.sentences)
            )

    def _admit(self, manifest: Manifest) -> None:
        for entry in manifest.entries:
            if not self.results.ledger.reached(entry.source, entry.digest):
                for taken in self.results.ids_of(entry.source):
                    self.ids.taken.pop(taken, None)
        given = {article.source: self.ids.unique(article.wanted) for article in manifest.articles}
        others = {a.source: given[a.source] for a in manifest.articles if given[a.source] != a.wanted}
        if others:
            with writing(self.results.folder):
                rename(manifest.files, others)
            manifest.tally.warnings += [
                (article.source, taken_before(article.wanted))
                for article in manifest.articles
                if article.source in others
            ]
        self.results.admit(manifest.files, manifest.entries, manifest.tally)
        self.added += len(manifest.articles)

    def done(self, *, interrupted: bool) -> Done:
        """What was taken in altogether."""
        return Done(self.met, self.passing, self.unchanged, self.added, interrupted=interrupted)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
