"""How far a run is: a bar on a terminal, a line every few seconds in a log, nothing when asked to be quiet.

The time that is left is reckoned by files, the one number known beforehand; a single large file of many articles has
none.
"""

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from zawiya.reading import Skipped, find_files
from zawiya.reading.folders import STANDARD_INPUT
from zawiya.records import Article

from .settings import InferSettings, is_url

_RECORD = re.compile(r"#\d+$")


class Watch(Protocol):
    """What a run tells of itself while it goes on."""

    def article(self, article: Article) -> None:
        """An article was labelled and written."""
        ...

    def skipped(self, skipped: Skipped) -> None:
        """An input gave no article."""
        ...

    def unchanged(self, source: str) -> None:
        """A source was labelled before, as it is."""
        ...


class Silent:
    """A watch that says nothing."""

    def article(self, article: Article) -> None:
        """Say nothing."""

    def skipped(self, skipped: Skipped) -> None:
        """Say nothing."""

    def unchanged(self, source: str) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Pace:
    """Counts and rates of a run so far.

    :param files: number of files there are, None where it cannot be known.
    :param clock: seconds that only go up.
    """

    files: int | None = None
    clock: Callable[[], float] = monotonic
    articles: int = 0
    sentences: int = 0
    done: int = 0
    begun: float = field(init=False)
    _open: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    def article(self, article: Article) -> None:
        """Count an article and its sentences."""
        self.articles += 1
        self.sentences += len(article.sentences)
        self._source("article", article.source or article.id)

    def skipped(self, skipped: Skipped) -> None:
        """Count an input that was skipped."""
        self._source("skipped", skipped.source)

    def unchanged(self, source: str) -> None:  # noqa: ARG002 - one is as good as another
        """Leave a source out that needs no work, so that the time left is that of the others."""
        self.files = None if self.files is None else self.files - 1

    def _source(self, kind: str, source: str) -> None:
        """A file of one article is done with it; a file of many once another file begins."""
        file = _RECORD.sub("", source)
        if file == source:
            self.done += 1
        # apart for the two kinds: reading runs ahead of labelling
        previous = self._open.pop(kind, None)
        if previous is not None and previous != file and kind == "article":
            self.done += 1
        if file != source:
            self._open[kind] = file

    @property
    def seconds(self) -> float:
        """Time since the beginning."""
        return max(self.clock() - self.begun, 1e-6)

    @property
    def left(self) -> float | None:
        """Seconds that are left at the pace so far, None where there is no telling."""
        if self.files is None or self.done == 0:
            return None
        return max(self.files - self.done, 0) * self.seconds / self.done

    def line(self) -> str:
        """Counts, rates and remaining time, for a line of a log."""
        parts = [f"{self.articles:,} articles, {self.sentences:,} sentences"]
        if self.files is not None:
            parts.append(f"{min(self.done, self.files):,} of {self.files:,} files")
        parts += self.rates()
        return "; ".join(parts)

    def rates(self) -> list[str]:
        """Rates and remaining time."""
        parts = [
            f"{self.articles / self.seconds:.1f} articles/s",
            f"{self.sentences / self.seconds:,.0f} sentences/s",
        ]
        if self.left is not None:
            parts.append(f"{clock_time(self.left)} left")
        return parts


def clock_time(seconds: float) -> str:
    """Seconds as ``h:mm:ss``."""
    minutes, second = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{second:02}"


class Lines:
    """A watch that writes a line to standard error every few seconds."""

    def __init__(self, pace: Pace, every: float) -> None:
        self._pace = pace
        self._every = every
        self._last = pace.begun

    def article(self, article: Article) -> None:
        """Count an article."""
        self._pace.article(article)
        self._tell()

    def skipped(self, skipped: Skipped) -> None:
        """Count a skipped input."""
        self._pace.skipped(skipped)
        self._tell()

    def unchanged(self, source: str) -> None:
        """Leave a source out."""
        self._pace.unchanged(source)
        self._tell()

    def _tell(self) -> None:
        now = self._pace.clock()
        if now - self._last < self._every:
            return
        self._last = now
        # that nobody reads the progress is no reason to stop
        with suppress(BrokenPipeError):
            sys.stderr.write(f"zawiya: {self._pace.line()}\n")
            sys.stderr.flush()


class Bar:
    """A watch that keeps a progress bar of rich up to date."""

    def __init__(self, pace: Pace, progress: Progress) -> None:
        self._pace = pace
        self._progress = progress
        self._task = progress.add_task("labelling", total=pace.files, numbers="")

    def article(self, article: Article) -> None:
        """Count an article."""
        self._pace.article(article)
        self._update()

    def skipped(self, skipped: Skipped) -> None:
        """Count a skipped input."""
        self._pace.skipped(skipped)
        self._update()

    def unchanged(self, source: str) -> None:
        """Leave a source out."""
        self._pace.unchanged(source)
        self._update()

    def _update(self) -> None:
        self._progress.update(self._task, total=self._pace.files, completed=self._pace.done, numbers=self._pace.line())


@contextmanager
def watching(settings: InferSettings) -> Iterator[Watch]:
    """The watch that settings and standard error ask for."""
    if settings.quiet:
        yield Silent()
        return
    pace = Pace(count_files(settings.paths))
    console = Console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield Lines(pace, settings.progress_every)
        return
    columns = (TextColumn("{task.description}"), BarColumn(20), TextColumn("{task.fields[numbers]}", markup=False))
    # transient: the table at the end says it all
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(pace, progress)


def count_files(paths: tuple[str, ...]) -> int | None:
    """How many files the paths hold; None where standard input or a URL is one of them."""
    if STANDARD_INPUT in paths or any(map(is_url, paths)):
        return None
    return sum(1 for _ in find_files(paths))
