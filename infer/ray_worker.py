"""A worker of a distributed run: a bundle in, a part's files and a manifest out. It knows nothing of Ray.

It writes under names of its own, so a bundle that is labelled twice, since the first worker died or was taken for dead,
leaves rubbish beside its part and never another row.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from pickle import PicklingError
from uuid import uuid4

from zawiya.errors import ZawiyaError
from zawiya.labeler import Labeler
from zawiya.reading import Ids, ReadOptions, Skipped
from zawiya.records import Article

from .bundles import Bundle, Labelled, Manifest
from .folder import writing
from .intake import Contents, Group, Intake
from .layout import UNFINISHED, settle_on_disk, unfinished_files
from .ledger import Entry, Ledger, Part
from .local_engine import labelled
from .progress import Silent
from .remote import at_hand
from .summary import Tally
from .writers import PartWriter

#: Workers that may die over a bundle; what kills so many is no accident.
MOST_DEATHS = 4


@dataclass(frozen=True, slots=True)
class Job:
    """What all workers of a run do alike.

    :param out: the folder for the results, by its absolute path.
    :param load: gives the labeler.
    :param fingerprints: of its model and of its actor list, as the driver has them.
    """

    out: Path
    options: ReadOptions
    row_group: int
    load: Callable[[], Labeler]
    fingerprints: tuple[str, str]


class AsWanted(Ids):
    """Ids that nobody has yet: the driver alone knows those of other workers, and tells equal ones apart."""

    def unique(self, wanted: str) -> str:
        """The id wanted."""
        return wanted


class Known:
    """What a bundle says of its sources; stands where a results folder does when a run is not distributed."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.ledger = Ledger()
        for number, entry in enumerate(entries):
            self.ledger.add(Part(number, (entry,), Tally()))

    def ids(self) -> Ids:
        """No id is taken here."""
        return AsWanted()

    def ids_of(self, source: str, digest: str) -> Sequence[str]:  # noqa: ARG002 - the driver sets them free
        """No id is taken here."""
        return ()


@dataclass(slots=True)
class Notes(Silent):
    """Keeps the names of what was unchanged."""

    names: list[str] = field(default_factory=list)

    def unchanged(self, source: str) -> None:
        """Keep a name."""
        self.names.append(source)


class Worker:
    """Labels bundles; the labeler is loaded once, and only when there is something to label."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._labeler: Labeler | None = None

    def label(self, bundle: Bundle) -> Manifest:
        """Label what is new or has changed in a bundle, and write it as a part."""
        try:
            with writing(self._job.out), self._one_of_few(bundle):
                return self._label(bundle)
        except ZawiyaError as error:
            # not as an exception: Ray would wrap it, and could not always copy it
            return Manifest(failure=str(error))

    @contextmanager
    def _one_of_few(self, bundle: Bundle) -> Iterator[None]:
        """See that a bundle which kills every worker is not handed on for ever: Ray itself would."""
        if not (self._job.out / UNFINISHED).is_dir():
            raise ZawiyaError(
                f"{self._job.out}: a worker has no such folder; name one with --out that every node has by the same path"
            )
        deaths = self._job.out / UNFINISHED / f"begun-{bundle.number}"
        with deaths.open("ab") as begun:
            begun.write(b".")
        if deaths.stat().st_size > MOST_DEATHS:
            names = [found.source if isinstance(found, Skipped) else found.name for found in bundle.listed]
            raise ZawiyaError(
                f"{MOST_DEATHS} workers died while they labelled {names[0]}"
                + (f" or one of the {len(names) - 1} inputs behind it" if names[1:] else "")
                + "; give workers more memory, or leave it out: what was finished is kept, and the same command goes on"
            )
        yield
        deaths.unlink()

    def _label(self, bundle: Bundle) -> Manifest:
        notes = Notes()
        intake = Intake((), options=self._job.options, results=Known(bundle.known), watch=notes)
        groups = intake.groups_of(at_hand(bundle.listed))
        first = next(groups, None)
        written = WrittenPart()
        if first is not None:
            written = self._write(labelled(self._loaded(), chain([first], groups)))
        return Manifest(
            met=intake.met,
            passing=tuple(intake.passing),
            unchanged=tuple(notes.names),
            entries=tuple(written.part.entries.values()),
            tally=written.part.tally,
            articles=tuple(written.articles),
            files=written.files,
        )

    def _write(self, labelled_groups: Iterator[tuple[Group, list[Article]]]) -> "WrittenPart":
        labeler = self._loaded()
        files = unfinished_files(self._job.out, uuid4().hex)
        writer = PartWriter(
            files,
            frames=labeler.judge.frames,
            actors=labeler.taxonomy.actors.by_id(),
            row_group=self._job.row_group,
        )
        written = WrittenPart(files)
        try:
            for group, articles in labelled_groups:
                for article in articles:
                    writer.write(article)
                written.add(group, articles)
        except BaseException:
            writer.abandon()
            raise
        writer.close()
        # by whoever wrote them: the driver may be another machine
        for path in files.values():
            settle_on_disk(path)
        return written

    def _loaded(self) -> Labeler:
        if self._labeler is None:
            labeler = self._job.load()
            found = fingerprints(labeler)
            if found != self._job.fingerprints:
                raise ZawiyaError(
                    f"a worker's model and actor list are not those of the driver: expected {self._job.fingerprints}, "
                    f"found {found}; install the same version of zawiya, and the same files, on every node"
                )
            self._labeler = labeler
        return self._labeler


@dataclass(slots=True)
class WrittenPart:
    """A part as far as it is written."""

    files: dict[str, Path] = field(default_factory=dict)
    part: Contents = field(default_factory=Contents)
    articles: list[Labelled] = field(default_factory=list)

    def add(self, group: Group, articles: Sequence[Article]) -> None:
        """Count a labelled group."""
        self.part.add(group, articles)
        self.articles += [Labelled(a.id, a.source or a.id, len(a.sentences)) for a in articles]


def fingerprints(labeler: Labeler) -> tuple[str, str]:
    """What tells a labeler's model and actor list from others."""
    return labeler.fingerprint, labeler.taxonomy.fingerprint


def copies(labeler: Labeler, load: Callable[[], Labeler], dumps: Callable[[Labeler], bytes]) -> Callable[[], Labeler]:
    """How workers come by a labeler: they get a copy where it can be copied, else each loads its own.

    :param load: gives one like it.
    :param dumps: pickles it.
    """
    try:
        dumps(labeler)
    except (TypeError, PicklingError):  # a running session of ONNX
        return load
    return partial(_itself, labeler)


def _itself(labeler: Labeler) -> Labeler:
    return labeler
