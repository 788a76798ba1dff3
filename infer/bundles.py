"""What the driver of a distributed run hands to workers, and what it gets back: bundles of sources, and manifests.

A bundle is a piece of work for one worker and becomes one part of the results. It names sources and holds none of their
bytes; a manifest says what became of them and where the part's files lie.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from zawiya.reading import Skipped, Source, sources
from zawiya.reading.folders import Located

from .ledger import Entry, Ledger
from .remote import RemoteSource, list_url
from .settings import is_url
from .summary import Tally

#: Bytes in a bundle: some twenty thousand sentences, two or three minutes of one core.
MOST_BYTES = 4 << 20
#: Below this, handing a bundle over takes more time than another worker could save.
LEAST_BYTES = 64 << 10
#: Bundles for each worker where there is little to do, so that none waits long for the last.
EACH = 4
#: Sources in a bundle at most.
MOST_SOURCES = 2000
#: How many times its size such a file unpacks to, about.
PACKED = {".gz": 4, ".parquet": 4, ".docx": 2}

Listed = Source | Skipped


@dataclass(frozen=True, slots=True)
class Bundle:
    """Sources for one worker.

    :param number: its place among all.
    :param listed: the sources, and the paths among them that lead nowhere.
    :param known: how far earlier runs read them.
    """

    number: int
    listed: tuple[Listed, ...]
    known: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """An article that a worker labelled.

    :param wanted: its id, unless another article has it.
    """

    wanted: str
    source: str
    sentences: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What became of a bundle.

    :param met: the state in which each source was met, empty where it changed while it was read.
    :param passing: sources that gave nothing this time, and may another.
    :param unchanged: sources that an earlier run had labelled as they are.
    :param entries: how far the sources of the part were read; none where there was nothing to label.
    :param tally: what the part holds.
    :param articles: of the part, in their order.
    :param files: of the part, by the name of their table.
    :param failure: why the whole run has to end, None while it has not.
    """

    met: dict[str, str] = field(default_factory=dict)
    passing: tuple[Skipped, ...] = ()
    unchanged: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    tally: Tally = field(default_factory=Tally)
    articles: tuple[Labelled, ...] = ()
    files: dict[str, Path] = field(default_factory=dict)
    failure: str | None = None


def listing(paths: Iterable[str]) -> Iterator[Listed]:
    """Every source of paths and URLs once, in a stable order; files of this machine by their absolute paths.

    :raises ZawiyaError: when nothing that is installed can read a URL.
    """
    names: set[str] = set()
    for path in paths:
        for found in list_url(path) if is_url(path) else map(_absolute, sources([path])):
            if isinstance(found, Skipped) or found.name not in names:
                yield found
            if isinstance(found, Source):
                names.add(found.name)


def _absolute(found: Listed) -> Listed:
    """A source that is the same file in whatever folder a worker was started, under the name that it was given by."""
    if isinstance(found, Skipped) or found.file is None:
        return found
    return Source(found.name, Located(found.file.path.absolute(), found.file.base.absolute()))


def bundled(listed: Iterable[Listed], ledger: Ledger, workers: int) -> list[Bundle]:
    """The sources in bundles of like weight, in their order; a large file is a bundle of its own."""
    weighed = [(found, _weight(found)) for found in listed]
    most = max(LEAST_BYTES, min(MOST_BYTES, sum(weight for _, weight in weighed) // (workers * EACH)))
    bundles: list[list[Listed]] = []
    room = sources_left = 0
    for found, weight in weighed:
        if not bundles or weight > room or not sources_left:
            bundles.append([])
            room, sources_left = most, MOST_SOURCES
        bundles[-1].append(found)
        room, sources_left = room - weight, sources_left - 1
    return [Bundle(n, tuple(bundle), tuple(_known(bundle, ledger))) for n, bundle in enumerate(bundles)]


def _known(bundle: Iterable[Listed], ledger: Ledger) -> Iterator[Entry]:
    for found in bundle:
        if isinstance(found, Source):
            yield from (entry for _, entry in ledger.places(found.name))


def _weight(found: Listed) -> int:
    """About how many bytes of text a source holds."""
    if isinstance(found, Skipped) or found.file is None:
        return 0
    return _size(found) * PACKED.get(found.file.path.suffix.lower(), 1)


def _size(found: Source) -> int:
    if isinstance(found, RemoteSource):
        return found.size
    try:
        return found.place.stat().st_size if found.place else 0
    except OSError:  # who reads it will say why
        return 0
