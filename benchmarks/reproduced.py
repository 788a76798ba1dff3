"""Whether an evaluation that was made again says what the published one says.

    python benchmarks/reproduced.py FOUND/metrics.json PUBLISHED/metrics.json [--exactly]

Models learn a little differently on every machine, so a score of one that was trained again is held to its published
95% interval. With ``--exactly`` the model is the same, and so must its scores be, but for an eight-bit step here and there.
"""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from zawiya.train.evaluate.records import Evaluation, load

#: The scores that are published in tables.
SCORES = ("stance.macro_f1", "stance.favor_against_f1", "holder.accuracy", "frames.micro_f1", "frames.macro_f1")
#: What eight-bit steps may move a score by: a decision or two of some hundreds.
STEP = 0.005


@dataclass(frozen=True, slots=True)
class Row:
    """A published score and the one that was found."""

    part: str
    system: str
    score: str
    published: float
    low: float
    high: float
    found: float | None

    @property
    def holds(self) -> bool:
        """Whether the found one is where it was said to be."""
        return self.found is not None and self.low <= self.found <= self.high


def rows(found: Evaluation, published: Evaluation, *, exactly: bool) -> Iterator[Row]:
    """Every published score of the parts and systems that were evaluated again."""
    values = {
        (part.name, system.name, name): estimate.value
        for part in found.parts
        for system in part.systems
        for name, estimate in system.scores.items()
    }
    again = {key[:2] for key in values}
    for part in published.parts:
        for system in part.systems:
            if (part.name, system.name) not in again:
                continue
            for name in SCORES:
                estimate = system.scores.get(name)
                if estimate is None or estimate.value is None or estimate.low is None or estimate.high is None:
                    continue
                low, high = (estimate.value - STEP, estimate.value + STEP) if exactly else (estimate.low, estimate.high)
                yield Row(
                    part.name, system.name, name, estimate.value, low, high, values.get((part.name, system.name, name))
                )


def main() -> None:
    """Print published beside found; exit status 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("found", type=Path)
    parser.add_argument("published", type=Path)
    parser.add_argument("--exactly", action="store_true", help="the model is the same one")
    chosen = parser.parse_args()
    compared = list(rows(load(chosen.found), load(chosen.published), exactly=chosen.exactly))
    if not compared:
        raise SystemExit("the two evaluations have no model and file in common")
    print(f"{'':60} {'published':>9} {'allowed':>14} {'found':>7}")
    for row in compared:
        found = "none" if row.found is None else f"{row.found:.3f}"
        name = f"{row.part}, {row.system}, {row.score}"
        print(
            f"{name:60} {row.published:9.3f} {row.low:7.3f}-{row.high:.3f} {found:>7} {'' if row.holds else 'differs'}"
        )
    missed = sum(not row.holds for row in compared)
    print(f"{len(compared) - missed} of {len(compared)} scores are where they were published to be")
    if missed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
