"""What there is to label: the sources of a run without those that the ledger has as they are, in groups of articles.

A group is what the model reads together. Groups follow from the articles alone, never from where a run was stopped, so a
run that goes on labels them in the same company, to the last digit of a score.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import uuid4

from zawiya.labeler import GROUP
from zawiya.reading import Ids, ReadOptions, Skipped, Source, read_source, sources
from zawiya.reading.folders import os_fault
from zawiya.reading.formats import format_of
from zawiya.records import Article

from .ledger import Entry, Ledger
from .progress import Watch
from .summary import Tally

#: What the system said of a source that had its bytes before; it may give them next time, so they are asked for again.
FLEETING = frozenset({"unreadable", "vanished", "no_permission"})
#: Sources and skipped records of a group at most, where no article fills it.
MOST_IN_A_GROUP = 1000


@dataclass(slots=True)
class Group:
    """Articles to be labelled together, with what was skipped among them and how far their sources were read."""

    articles: list[Article] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    characters: int = 0

    def add(self, found: Article | Skipped) -> None:
        """Add an article, or what gave none."""
        if isinstance(found, Skipped):
            self.skipped.append(found)
        else:
            self.articles.append(found)
            self.characters += len(found.text)

    @property
    def full(self) -> bool:
        """Whether it is time for another."""
        return self.characters >= GROUP or len(self.entries) + len(self.skipped) >= MOST_IN_A_GROUP


@dataclass(slots=True)
class Contents:
    """What a part that is being written holds so far."""

    tally: Tally = field(default_factory=Tally)
    entries: dict[str, Entry] = field(default_factory=dict)

    def add(self, group: Group, articles: Iterable[Article]) -> None:
        """Count a labelled group."""
        self.tally.skipped += group.skipped
        for article in articles:
            self.tally.add(article)
        # of a source of many groups the last entry says it all
        self.entries |= {entry.source: entry for entry in group.entries}


class Before(Protocol):
    """What is known of the sources that were read before: by a results folder, or by what a worker was told of it."""

    ledger: Ledger

    def ids(self) -> Ids:
        """The ids that are taken."""
        ...

    def ids_of(self, source: str, digest: str) -> Sequence[str]:
        """The ids that become free when the articles go that a source gave in other states than this."""
        ...


class Intake:
    """Reads the sources of a run.

    :param results: where those lie that were read before.
    :param watch: told of what is skipped and of what is unchanged.
    """

    def __init__(self, paths: tuple[str, ...], *, options: ReadOptions, results: Before, watch: Watch) -> None:
        self._paths = paths
        self._options = options
        self._results = results
        self._watch = watch
        self._ids = results.ids()
        self._group = Group()
        #: The state in which each source was met, empty where it changed while it was read.
        self.met: dict[str, str] = {}
        #: Sources and paths that gave nothing this time, and may another.
        self.passing: list[Skipped] = []
        self.unchanged = 0

    def groups(self) -> Iterator[Group]:
        """The groups of articles, in the order of the sources."""
        yield from self.groups_of(sources(self._paths))

    def groups_of(self, listed: Iterable[Source | Skipped]) -> Iterator[Group]:
        """The groups of articles of sources that were listed before."""
        for found in listed:
            if isinstance(found, Skipped):
                self._pass(found)
            elif found.name not in self.met:
                yield from self._read(found)
        if self._group.entries:
            yield self._take()

    def _take(self) -> Group:
        taken, self._group = self._group, Group()
        return taken

    def _pass(self, skipped: Skipped) -> None:
        self.passing.append(skipped)
        self._watch.skipped(skipped)

    def _read(self, source: Source) -> Iterator[Group]:
        """Read a source from where it was left; groups come as they fill up."""
        if self._options.format is None and source.file and format_of(source.file.path) is None:
            # nothing to remember, and it may be a film
            self._pass(next(item for item in read_source(source, ids=self._ids) if isinstance(item, Skipped)))
            return
        try:
            state = source.digest()
        except OSError as error:
            self._pass(os_fault(source.name, error))
            return
        digest = state or f"stream-{uuid4().hex}"
        self.met[source.name] = digest
        for taken in self._results.ids_of(source.name, digest):
            self._ids.taken.pop(taken, None)
        known = self._results.ledger.reached(source.name, digest)
        if known and known.complete:
            self.unchanged += 1
            self._watch.unchanged(source.name)
            return
        done = begun = known.until if known else 0
        whole = True
        for item in read_source(source, ids=self._ids, options=self._options, skip=done):
            if isinstance(item, Skipped) and item.reason in FLEETING:
                whole = False
                self._pass(item)
                continue
            done += 1
            self._group.add(item)
            if isinstance(item, Skipped):
                self._watch.skipped(item)
            if self._group.full:
                self._group.entries.append(Entry(source.name, digest, done, complete=False))
                yield self._take()
        complete = self._is_still(source, state) and whole
        # nothing is to be remembered of a source that gave nothing, so that no empty parts gather night after night
        if complete or done > begun:
            self._group.entries.append(Entry(source.name, digest, done, complete))
        if self._group.full:
            yield self._take()

    def _is_still(self, source: Source, state: str | None) -> bool:
        """Whether a source is what it was when its reading began; what was had of it goes again where it is not."""
        try:
            if source.digest() == state:
                return True
            change = Skipped(source.name, "changed", "written to while it was read; give the same command again")
        except OSError as error:
            change = os_fault(source.name, error)
        self.met[source.name] = ""
        self._pass(change)
        return False
