"""What a results folder holds, counted while it grows: the numbers of the table at a run's end and of its ``run.json``.

Every input that was skipped is kept by name: a folder of broken files takes memory, and none is lost sight of.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

from zawiya.reading import Skipped
from zawiya.records import STANCES, Article


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The outcome of one run: what the folder holds now, and what the run did to it.

    :param out: folder of the results.
    :param sentences: labelled; furniture is counted apart.
    :param actors: for each actor its rows by stance; most rows first.
    :param frames: sentences that were given each frame; most first.
    :param skipped: inputs that gave no article, in the order they were met.
    :param warnings: (source, what was repaired) of the articles that needed it.
    :param added: articles that this run labelled; the other counts are of all that the folder holds.
    :param unchanged: sources that an earlier run had labelled as they are.
    :param gone: sources that were not met again, whose rows stay.
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
    added: int = 0
    unchanged: int = 0
    gone: int = 0
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

    def include(self, other: "Tally") -> None:
        """Add what another has counted."""
        self.articles += other.articles
        self.sentences += other.sentences
        self.furniture += other.furniture
        self.rows.update(other.rows)
        self.frames.update(other.frames)
        self.skipped += other.skipped
        self.warnings += other.warnings

    def as_json(self) -> dict[str, Any]:
        """The counts as plain values."""
        actors: dict[str, dict[str, int]] = {}
        for (actor, stance), count in self.rows.items():
            actors.setdefault(actor, {})[stance] = count
        return {
            "articles": self.articles,
            "sentences": self.sentences,
            "furniture": self.furniture,
            "actors": actors,
            "frames": dict(self.frames),
            "skipped": [asdict(skipped) for skipped in self.skipped],
            "warnings": [list(warning) for warning in self.warnings],
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The counts that :meth:`as_json` gave."""
        rows = {
            (actor, stance): count for actor, counts in values["actors"].items() for stance, count in counts.items()
        }
        return cls(
            articles=values["articles"],
            sentences=values["sentences"],
            furniture=values["furniture"],
            rows=Counter(rows),
            frames=Counter(values["frames"]),
            skipped=[Skipped(**skipped) for skipped in values["skipped"]],
            warnings=[(source, warning) for source, warning in values["warnings"]],
        )

    def summary(
        self, *, out: Path, seconds: float, added: int, unchanged: int, gone: int, interrupted: bool
    ) -> RunSummary:
        """The counts as they stand, with what a run did."""
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
            added=added,
            unchanged=unchanged,
            gone=gone,
            interrupted=interrupted,
        )
