"""Scores of the parts of a file: where a model is good, and where its mean hides that it is not.

Many slices are looked at and none is tested, so the lowest of them is a place to look and no finding.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from zawiya.records import AUTHOR, STANCES, Sentence

from ..decisions import Bools, Decisions
from .bootstrap import estimate, over_runs
from .candidates import Judged
from .gold import GoldFile
from .records import Estimate, Slice
from .tally import Array, resampled, tally

#: A slice of fewer rows is marked: its scores are anecdotes.
FEWEST_ROWS = 20
#: Of a group with more values than this the small ones are put together.
MOST_VALUES = 30
#: Stances of which a slice must have this many rows to be called weak: two at least, or its mean is of another kind.
FEWEST_OF_A_STANCE = 5
#: The scores of a slice that are kept.
SHOWN = (
    "stance.macro_f1",
    "stance.favor_against_f1",
    "stance.accuracy",
    "holder.accuracy",
    "frames.micro_f1",
    "end_to_end.triple.f1",
)
_LENGTHS = ((10, "up to 10 words"), (20, "11 to 20 words"), (30, "21 to 30 words"))


@dataclass(frozen=True, slots=True)
class Cut:
    """Some of the decisions of a file.

    :param of_rows: whether ``kept`` is a mask of rows; of sentences where not.
    """

    group: str
    name: str
    kept: Bools
    of_rows: bool = False

    def of(self, decisions: Decisions) -> Decisions:
        """The decisions that are kept."""
        return decisions.of_rows(self.kept) if self.of_rows else decisions.select(self.kept)


def cuts(file: GoldFile, *, seen: Collection[str] | None, known: Mapping[int, object] | None) -> list[Cut]:
    """The ways in which a file is cut.

    :param seen: actors that the model learnt from, None where that is not known.
    :param known: sentences that stand nearly so in training, by their numbers; None where that is not known.
    """
    articles = [file.articles[number] for number in file.article_of]
    labels: dict[str, list[str | None]] = {
        "actors": [_count(s) for s in file.sentences],
        "role": [s.role for s in file.sentences],
        "length": [_length(s) for s in file.sentences],
        "voice": [_voice(s) for s in file.sentences],
        "outlet": [article.outlet for article in articles],
        "event": [article.topic for article in articles],
    }
    if known is not None:
        labels["training"] = [
            "nearly the same sentence" if number in known else "new sentence" for number in range(len(articles))
        ]
    made = [cut for group, values in labels.items() for cut in _cuts(group, values, file.sentences)]
    actors = [m.actor for s in file.sentences for m in s.mentions]
    unseen = np.array([seen is not None and actor not in seen for actor in actors], dtype=bool)
    if unseen.any():
        made += [Cut("training actors", "seen", ~unseen, True), Cut("training actors", "unseen", unseen, True)]
    return made


def _cuts(group: str, values: Sequence[str | None], sentences: Sequence[Sentence]) -> Iterator[Cut]:
    rows = Counter[str]()
    for value, sentence in zip(values, sentences, strict=True):
        if value is not None:
            rows[value] += len(sentence.mentions)
    if len(rows) < 2:
        return
    together = {name for name, count in rows.items() if len(rows) > MOST_VALUES and count < FEWEST_ROWS}
    for name in sorted(set(rows) - together, key=lambda name: (-rows[name], name)):
        yield Cut(group, name, np.array([value == name for value in values]))
    if together:
        yield Cut(group, f"{len(together)} smaller ones", np.array([value in together for value in values]))


def _count(sentence: Sentence) -> str | None:
    actors = len({m.actor for m in sentence.mentions})
    return {0: "none", 1: "one", 2: "two"}.get(actors, "three or more")


def _length(sentence: Sentence) -> str:
    words = len(sentence.text.split())
    return next((name for longest, name in _LENGTHS if words <= longest), "more than 30 words")


def _voice(sentence: Sentence) -> str | None:
    """Whose stances a sentence holds: the outlet's own, those of whom it quotes, both, or nobody's."""
    holders = {m.holder for m in sentence.mentions if m.holder}
    if not holders:
        return "no stance" if sentence.mentions else None
    if holders == {AUTHOR}:
        return "author"
    return "author and quoted" if AUTHOR in holders else "quoted"


def slices(file: GoldFile, systems: Sequence[Judged], made: Sequence[Cut], weights: Array) -> tuple[Slice, ...]:
    """The scores of every cut, for each system."""
    found = []
    for cut in made:
        parts = {judged.candidate.name: [cut.of(d) for d in judged.decisions] for judged in systems}
        first = next(iter(parts.values()))[0]
        rows = len(first.rows.gold)
        sentences = len(np.unique(first.rows.sentence)) if cut.of_rows else len(first.article)
        scores = {name: _scores(runs, file, weights) for name, runs in parts.items()}
        found.append(Slice(cut.group, cut.name, sentences, rows, rows < FEWEST_ROWS, scores))
    return tuple(found)


def _scores(runs: Sequence[Decisions], file: GoldFile, weights: Array) -> dict[str, Estimate]:
    counts = [tally(run, articles=len(file.articles)) for run in runs]
    samples = over_runs(counts, weights, runs[0].frames)
    # the same numbers as scikit-learn's, which takes a minute for the slices of a file
    values = [resampled(each, np.ones((1, len(file.articles))), runs[0].frames) for each in counts]
    # articles with nothing to decide in the slice count for nothing in a resample
    sentences, rows = (len(np.unique(found)) for found in (runs[0].article, runs[0].article[runs[0].rows.sentence]))
    return {
        name: estimate(
            [float(value[name][0]) for value in values],
            samples[name],
            articles=sentences if name.startswith("frames.") else rows,
        )
        for name in SHOWN
        if name in samples
    }


def weakest(made: Sequence[Cut], sliced: Sequence[Slice], model: Judged, *, count: int = 3) -> tuple[str, ...]:
    """The slices with the lowest stance macro-F1, of those large enough to say so."""
    scored = []
    for cut, part in zip(made, sliced, strict=True):
        value = part.scores[model.candidate.name]["stance.macro_f1"].value
        if value is not None and not part.small and _fair(cut.of(model.decisions[0])):
            scored.append((value, f"{part.group}: {part.name}"))
    return tuple(name for _, name in sorted(scored)[:count])


def _fair(decisions: Decisions) -> bool:
    """Whether a mean over stances is one: two of them at least have enough rows."""
    rows = np.bincount(decisions.rows.gold, minlength=len(STANCES))
    return int((rows >= FEWEST_OF_A_STANCE).sum()) >= 2
