"""Whether the words that an explanation names are the words that carried the decision.

The deletion test: hide the words of the highest weights, and as many words at random, and compare how far the probability
of the decision falls. Words of the target itself are left alone in both. Hidden in two ways: behind the mask, as the
weights were found, and cut out of the text, which the weights know nothing of. Articles are drawn for the intervals.

    python benchmarks/explaining.py --corpus data/corpus/test.jsonl
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np

from zawiya.corpus import read_corpus
from zawiya.decoding import decode
from zawiya.explaining import Decision, Explanation, decisions_of, explain, hiding_id
from zawiya.labeler import Labeler
from zawiya.pieces import Pieces
from zawiya.prediction import EncoderJudge, score_windows
from zawiya.records import Sentence
from zawiya.resampling import SEED, draws

#: Random choices for each decision.
DRAWS = 10

Spans = Sequence[tuple[int, int]]
#: Labels of sentences without the words of some spans.
Hiding = Callable[[EncoderJudge, Sequence[Sentence], Sequence[Spans]], list[Sentence]]


@dataclass(frozen=True, slots=True)
class Fall:
    """What one decision lost when words went: the named ones, and as many at random (mean of the draws)."""

    article: str
    named: float
    random: float


def masked(judge: EncoderJudge, sentences: Sequence[Sentence], spans: Sequence[Spans]) -> list[Sentence]:
    """Labels with the mask in the words' place."""
    encoder, mask = judge.encoder, hiding_id(judge.encoder)
    shown = []
    for pieces, hidden in zip(encoder.cutter.cut([s.text for s in sentences]), spans, strict=True):
        ids = [
            mask if any(first < end and last > start for start, end in hidden) else piece
            for piece, (first, last) in zip(pieces.ids, pieces.offsets, strict=True)
        ]
        shown.append(Pieces(ids, pieces.words))
    scores = score_windows(encoder.encode(sentences, shown), backend=judge.backend, encoder=encoder, pool=judge.pool)
    return decode(sentences, scores, judge.bundle, gold=True)


def cut(judge: EncoderJudge, sentences: Sequence[Sentence], spans: Sequence[Spans]) -> list[Sentence]:
    """Labels with blanks in the words' place, which no tokenizer sees."""
    changed = []
    for sentence, hidden in zip(sentences, spans, strict=True):
        text = sentence.text
        for start, end in hidden:
            text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
        changed.append(replace(sentence, text=text))
    return judge.label(changed, gold=True)


def falls(judge: EncoderJudge, explained: Sequence[tuple[str, Explanation]], count: int, hide: Hiding) -> list[Fall]:
    """How far each decision falls without ``count`` of its words."""
    random = np.random.default_rng(SEED)
    sentences: list[Sentence] = []
    spans: list[Spans] = []
    for _, explanation in explained:
        free = [w for w in explanation.weights if not w.target]
        begin = explanation.sentence.start
        best = sorted(free, key=lambda w: -w.weight)[:count]
        choices = [best, *([free[i] for i in random.choice(len(free), count, replace=False)] for _ in range(DRAWS))]
        sentences += [explanation.sentence] * len(choices)
        spans += [[(w.start - begin, w.end - begin) for w in choice] for choice in choices]
    labelled = hide(judge, sentences, spans)
    found = []
    for place, (article, explanation) in enumerate(explained):
        own = labelled[place * (DRAWS + 1) : (place + 1) * (DRAWS + 1)]
        lost = [explanation.score - score(explanation, sentence) for sentence in own]
        found.append(Fall(article, lost[0], float(np.mean(lost[1:]))))
    return found


def score(explanation: Explanation, sentence: Sentence) -> float:
    """The probability of an explanation's decision in another reading of its sentence."""
    if explanation.mention is None:
        return sentence.frame_scores[explanation.label]
    asked = explanation.mention
    [mention] = [m for m in sentence.mentions if (m.actor, m.start) == (asked.actor, asked.start)]
    return mention.scores[explanation.label]


def interval(rows: Sequence[Fall]) -> str:
    """Both means and their difference, each with its 95% interval over articles."""
    by_article: dict[str, list[Fall]] = defaultdict(list)
    for row in rows:
        by_article[row.article].append(row)
    sums = np.array([[len(f), sum(r.named for r in f), sum(r.random for r in f)] for f in by_article.values()])
    drawn = draws(len(sums)) @ sums
    total = sums.sum(0)
    parts = []
    for mean, samples in (
        (total[1] / total[0], drawn[:, 1] / drawn[:, 0]),
        (total[2] / total[0], drawn[:, 2] / drawn[:, 0]),
        ((total[1] - total[2]) / total[0], (drawn[:, 1] - drawn[:, 2]) / drawn[:, 0]),
    ):
        low, high = np.percentile(samples, (2.5, 97.5))
        parts.append(f"{mean:.3f} [{low:.3f}, {high:.3f}]")
    return "  ".join(parts)


def main() -> None:
    """Print one row for each kind of decision, number of words and way of hiding them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    options = parser.parse_args()
    labeler = Labeler.load(options.model)
    judge = labeler.judge
    if not isinstance(judge, EncoderJudge):
        sys.exit("expected a model that is an encoder")
    decided: list[tuple[str, Decision]] = []
    for article in labeler.label_articles(read_corpus(options.corpus)):
        for sentence in article.sentences:
            decided += [(article.id, decision) for decision in decisions_of(sentence)]
    begun = perf_counter()
    explanations = explain(judge, [decision for _, decision in decided])
    seconds = perf_counter() - begun
    sentences = len({id(decision.sentence) for _, decision in decided})
    readings = sum(len(e.weights) + 1 for e in {id(e.sentence): e for e in explanations}.values())
    print(f"{len(decided)} decisions of {sentences} sentences in {seconds:.1f} s: ", end="")
    print(f"{sentences / seconds:.1f} sentences/s, {readings / seconds:.0f} readings/s")
    again = explain(judge, [decision for _, decision in reversed(decided)])[::-1]
    moved = [
        abs(one.weight - other.weight)
        for first, second in zip(explanations, again, strict=True)
        for one, other in zip(first.weights, second.weights, strict=True)
    ]
    print("the same in another order: a weight differs by", end=" ")
    print(", ".join(f"{np.percentile(moved, p):.4f} ({p}%)" for p in (50, 95, 99)), f"and {max(moved):.4f} at most")
    pairs = [(article, explanation) for (article, _), explanation in zip(decided, explanations, strict=True)]
    print("decision words hidden decisions  named  random  difference")
    for kind in ("stance", "frame"):
        own = [(a, e) for a, e in pairs if (e.frame is None) == (kind == "stance")]
        own = [(a, e) for a, e in own if sum(not w.target for w in e.weights) >= 3]
        for count in (1, 3):
            for name, hide in (("mask", masked), ("cut", cut)):
                print(f"{kind:8} {count:5} {name:6} {len(own):9}  {interval(falls(judge, own, count, hide))}")


if __name__ == "__main__":
    main()
