"""Labelling in this process: read, label, write, one group after the other, with the model's threads in the middle.

What is finished is put away every little while, so that a run which is stopped goes on there when it is started again.
"""

import gc
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from zawiya.labeler import Labeler
from zawiya.records import Article

from .engine import Done
from .folder import ResultFolder
from .intake import Contents, Group, Intake
from .interrupts import Interrupts
from .progress import Watch
from .settings import InferSettings

#: Objects made before Python looks for cycles among the youngest, and rounds until it looks among older ones.
COLLECT_AFTER = (50_000, 20, 50)


def label_here(
    settings: InferSettings, labeler: Labeler, results: ResultFolder, watch: Watch, interrupts: Interrupts
) -> Done:
    """Label the articles of a run in this process."""
    with _few_collections():
        return _label_here(settings, labeler, results, watch, interrupts)


def _label_here(
    settings: InferSettings, labeler: Labeler, results: ResultFolder, watch: Watch, interrupts: Interrupts
) -> Done:
    intake = Intake(settings.paths, options=settings.read_options(), results=results, watch=watch)
    work = _Work(results, settings, watch)
    interrupted = False
    try:
        for group, articles in labelled(labeler, intake.groups()):
            with interrupts.held_back():
                work.add(group, articles)
    except KeyboardInterrupt:
        interrupted = True
    interrupts.ignore()
    work.put_away()
    return Done(intake.met, intake.passing, unchanged=intake.unchanged, added=work.added, interrupted=interrupted)


def labelled(labeler: Labeler, groups: Iterator[Group]) -> Iterator[tuple[Group, list[Article]]]:
    """Each group with its labelled articles; the labeler takes a few groups ahead."""
    taken: deque[Group] = deque()

    def articles() -> Iterator[Sequence[Article]]:
        for group in groups:
            taken.append(group)
            yield group.articles

    for found in labeler.label_groups(articles()):
        yield taken.popleft(), found


@dataclass(slots=True)
class _Work:
    """The part that is being written, and when it is time to put it away."""

    results: ResultFolder
    settings: InferSettings
    watch: Watch
    added: int = 0
    part: Contents = field(default_factory=Contents)
    since: float = field(default_factory=monotonic)

    def add(self, group: Group, articles: Sequence[Article]) -> None:
        """Add a labelled group."""
        self.results.write(articles)
        self.part.add(group, articles)
        for article in articles:
            self.watch.article(article)
        self.added += len(articles)
        full = self.part.tally.sentences + self.part.tally.furniture >= self.settings.part_sentences
        if full or monotonic() - self.since >= self.settings.part_seconds:
            self.put_away()

    def put_away(self) -> None:
        """Finish the part, if there is anything in it, and begin another."""
        if self.part.entries:
            self.results.commit([*self.part.entries.values()], self.part.tally)
        self.part, self.since = Contents(), monotonic()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for reference cycles less often: records have none, and the actor list alone is a million objects to look at."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
