"""What a run came to, counted while it runs: the numbers of the table at its end and of its ``run.json``."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zawiya.reading import Skipped
from zawiya.records import STANCES, Article


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The outcome of one run.

    :param out: folder of the results.
    :param sentences: labelled; furniture is counted apart.
    :param actors: for each actor its rows by stance; most rows first.
    :param frames: sentences that were given each frame; most first.
    :param skipped: inputs that gave no article, in the order they were met.
    :param warnings: (source, what was repaired) of the articles that needed it.
    :param seconds: wall time from the first input to the last file, without loading the model.
    :param interrupted: whether it was ended before its time.
    """

    out: Path
    articles: int
    sentences: int
    furniture: int
    actors: Mapping[str, Mapping[str, int]]
    frames: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    warnings: tuple[tuple[str, str], ...]
    seconds: float
    interrupted: bool = False

    @property
    def rows(self) -> int:
        """Rows of the stances table."""
        return sum(self.stances.values())

    @property
    def stances(self) -> dict[str, int]:
        """Rows by stance."""
        return {stance: sum(row[stance] for row in self.actors.values()) for stance in STANCES}

    @property
    def reasons(self) -> dict[str, int]:
        """Skipped inputs by reason, most first."""
        return dict(Counter(skipped.reason for skipped in self.skipped).most_common())


@dataclass(slots=True)
class Tally:
    """Counts that grow with each article; only what was skipped or repaired is kept as such."""

    articles: int = 0
    sentences: int = 0
    furniture: int = 0
    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    frames: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[tuple[str, str]] = field(default_factory=list)

    def add(self, article: Article) -> None:
        """Count a labelled article."""
        self.articles += 1
        self.warnings += [(article.source or article.id, warning) for warning in article.warnings]
        for sentence in article.sentences:
            if sentence.role == "furniture":
                self.furniture += 1
                continue
            self.sentences += 1
            self.frames.update(sentence.frames)
            self.rows.update((mention.actor, mention.stance or "neutral") for mention in sentence.mentions)

    def summary(self, *, out: Path, seconds: float, interrupted: bool) -> RunSummary:
        """The counts as they stand."""
        totals: Counter[str] = Counter()
        for (actor, _), count in self.rows.items():
            totals[actor] += count
        # equal counts go by id, so that the same articles give the same table whatever their order
        actors = sorted(totals, key=lambda actor: (-totals[actor], actor))
        frames = sorted(self.frames, key=lambda frame: (-self.frames[frame], frame))
        return RunSummary(
            out=out,
            articles=self.articles,
            sentences=self.sentences,
            furniture=self.furniture,
            actors={a: {stance: self.rows[a, stance] for stance in STANCES} for a in actors},
            frames={frame: self.frames[frame] for frame in frames},
            skipped=tuple(self.skipped),
            warnings=tuple(self.warnings),
            seconds=seconds,
            interrupted=interrupted,
        )
