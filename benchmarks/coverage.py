"""How often 95% intervals hold the truth: the model's own counts beside corrected ones, over made-up corpora.

    python benchmarks/coverage.py            about a quarter of an hour; writes benchmarks/results/coverage.json

Each round makes articles of three outlets, with stances that differ from article to article, and a model that errs as the
embedded one does on published news, more in some articles than in others: it misses rows, sees some where there are none,
and takes stances for others. A sample is drawn, people label it without mistakes, and every figure is estimated. The truth
is the share in all articles that the outlets might have written.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, get_args

import numpy as np

from zawiya.records import STANCES
from zawiya.study.measure.design import Way
from zawiya.study.measure.figures import frames, stances
from zawiya.study.measure.gold import Gold
from zawiya.study.measure.records import Figure
from zawiya.study.measure.sampling import draw
from zawiya.study.measure.strata import strata
from zawiya.study.measure.units import Floats, Rows, Units
from zawiya.study.results import Codes

RESULTS = Path(__file__).with_name("results") / "coverage.json"
ACTORS = ("usa", "russia", "un")
OUTLETS = ("first", "second", "third")
#: Of each actor, the share of the sentences that name it, and of those how many are for and against it, by outlet.
NAMED = (0.35, 0.2, 0.06)
STANCE = np.array(
    [
        [(0.05, 0.40), (0.30, 0.10), (0.10, 0.05)],
        [(0.10, 0.25), (0.10, 0.30), (0.20, 0.02)],
        [(0.03, 0.10), (0.03, 0.20), (0.05, 0.03)],
    ]
)
#: What the model makes of favor, against and neutral rows.
CONFUSION = np.array([[0.45, 0.15, 0.40], [0.07, 0.53, 0.40], [0.08, 0.17, 0.75]])
MISSED, INVENTED = 0.06, 0.02
FRAME, FOUND, FALSE = (0.20, 0.05), 0.65, 0.05
#: How much articles differ, on the logit scale: in what they say, and in how the model reads them.
SPREAD, MISREAD = 1.0, 0.7


def moved(probabilities: Floats, shift: Floats) -> Floats:
    """Probabilities with everything but the last moved on the logit scale: [rows, labels]."""
    scores = np.log(probabilities)
    scores[:, :-1] += shift[:, None]
    raised = np.exp(scores)
    return raised / raised.sum(1, keepdims=True)


def chosen(random: np.random.Generator, probabilities: Floats) -> Codes:
    """A label for each row by its probabilities: [rows]."""
    return (
        (random.random(len(probabilities))[:, None] > probabilities.cumsum(1))
        .sum(1)
        .clip(0, probabilities.shape[1] - 1)
    )


def world(random: np.random.Generator, articles: int) -> tuple[Any, ...]:
    """Sentences with what is true of them and what the model gives."""
    size = random.geometric(1 / 12, articles)
    article = np.repeat(np.arange(articles), size).astype(np.int32)
    outlet = random.choice(3, articles, p=[0.5, 0.3, 0.2])
    tone, misread = random.normal(0, SPREAD, articles), random.normal(0, MISREAD, articles)
    count = len(article)
    true, seen = [], []
    for actor in range(3):
        named = np.flatnonzero(random.random(count) < NAMED[actor])
        owner = article[named]
        base = STANCE[outlet[owner], actor]
        label = chosen(random, moved(np.column_stack([base, 1 - base.sum(1)]), tone[owner]))
        true.append((named, np.full(len(named), actor), label))
        likely = moved(CONFUSION[label], misread[owner])
        kept = random.random(len(named)) > MISSED
        more = np.flatnonzero(random.random(count) < INVENTED)
        rows = np.concatenate([named[kept], more])
        likely = np.concatenate([likely[kept], moved(np.tile(CONFUSION[2], (len(more), 1)), misread[article[more]])])
        rows, first = np.unique(rows, return_index=True)
        seen.append((rows, np.full(len(rows), actor), chosen(random, likely[first])))
    frame = np.column_stack([random.random(count) < sigmoid(np.log(p / (1 - p)) + tone[article]) for p in FRAME])
    hit = sigmoid(np.log([FOUND / (1 - FOUND), FALSE / (1 - FALSE)])[:, None] + misread[article])
    given = random.random(frame.shape) < np.where(frame, hit[0][:, None], hit[1][:, None])
    return article, outlet, rows_of(true, 1.0, random), rows_of(seen, 0.75, random), frame, given


def sigmoid(x: Floats) -> Floats:
    """Shares from log odds."""
    return 1 / (1 + np.exp(-x))


def rows_of(parts: list[tuple[Any, ...]], sure: float, random: np.random.Generator) -> Rows:
    """Rows with probabilities: of people 0 and 1, of the model some more or less on the label that it gives."""
    sentence, actor, stance = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.argsort(sentence, kind="stable")
    sentence, actor, stance = sentence[order], actor[order], stance[order]
    given = np.full(len(stance), 1.0) if sure == 1 else random.beta(8, 8 * (1 - sure) / sure, len(stance))
    probable = np.repeat((1 - given)[:, None] / 2, 3, 1)
    probable[np.arange(len(stance)), stance] = given
    names, nobody = np.array(ACTORS, dtype=object)[actor], np.full(len(stance), None, dtype=object)
    return Rows(sentence.astype(np.int32), names, nobody, stance.astype(np.int32), nobody, probable)


def units_of(article: Codes, outlet: Codes, seen: Rows, given: Any, random: np.random.Generator) -> Units:  # noqa: ANN401
    """The arrays that a results folder would give."""
    count = len(article)
    numbers = np.arange(count, dtype=np.int32)
    likely = np.where(given, random.beta(6, 3, given.shape), random.beta(1, 8, given.shape))
    columns = {"outlet": (outlet[article].astype(np.int32), list(OUTLETS))}
    ids = tuple(map(str, range(article.max() + 1)))
    return Units(
        article, ids, numbers, numbers + 1, columns, (numbers * 0, [None]), ("first", "second"), given, likely, seen
    )


def labelled(units: Units, true: Rows, frame: Any, way: Way, count: int, seed: int) -> Gold:  # noqa: ANN401
    """What people say of a drawn sample."""
    drawn, chances = draw(units, count, way=way, by=("outlet",), seed=seed)
    place = np.searchsorted(drawn, true.sentence).clip(max=len(drawn) - 1)
    kept = drawn[place] == true.sentence
    rows = Rows(
        place[kept].astype(np.int32),
        *(each[kept] for each in (true.actor, true.kind, true.stance, true.holder, true.probable)),
    )
    return Gold(units, drawn, chances, strata(units, ("outlet",))[0], frame[drawn].astype(float), rows, len(drawn))


def asked(units: Units, gold: Gold | None = None) -> dict[tuple[str | None, ...], Figure]:
    """Every figure that is looked at, by its name."""
    found = [
        *(("stance", f) for f in stances(units, (), gold=gold)),
        *(("stance by outlet and actor", f) for f in stances(units, ("outlet", "actor"), gold=gold)),
        *(("frame", f) for f in frames(units, (), gold=gold)),
        *(("frame by outlet", f) for f in frames(units, ("outlet",), gold=gold)),
    ]
    return {(kind, *f.group.values(), f.label): f for kind, f in found}


def truths(articles: int = 400_000) -> dict[tuple[str | None, ...], float]:
    """The shares in very many articles."""
    random = np.random.default_rng(1)
    article, outlet, true, _, frame, _ = world(random, articles)
    units = units_of(article, outlet, true, frame, random)
    return {key: figure.counted for key, figure in asked(units).items()}


def rounds(
    truth: dict[tuple[str | None, ...], float], way: Way, count: int, number: int
) -> dict[str, dict[str, float]]:
    """Shares of intervals that hold the truth, and their widths, by kind of figure."""
    held, wide, naive, alone = (defaultdict(list) for _ in range(4))
    for seed in range(number):
        random = np.random.default_rng([seed, count, len(way)])
        article, outlet, true, seen, frame, given = world(random, 300)
        units = units_of(article, outlet, seen, given, random)
        plain = asked(units)
        for key, figure in asked(units, labelled(units, true, frame, way, count, seed)).items():
            if figure.method == "corrected":
                held[key[0]].append(figure.low <= truth[key] <= figure.high)
                wide[key[0]].append(figure.high - figure.low)
                naive[key[0]].append(plain[key].low <= truth[key] <= plain[key].high)
                alone[key[0]].append(plain[key].high - plain[key].low)
    return {
        str(kind): {
            "corrected": round(float(np.mean(held[kind])), 4), "counted": round(float(np.mean(naive[kind])), 4),
            "corrected_width": round(float(np.mean(wide[kind])), 4), "counted_width": round(float(np.mean(alone[kind])), 4),
            "intervals": len(held[kind]),
        }
        for kind in held
    }  # fmt: skip


def as_markdown(rows: list[dict[str, Any]]) -> str:
    """The table that stands in docs/measuring.md: corrected intervals, and those of the model's counts."""
    kinds = list(dict.fromkeys(row["figure"] for row in rows))
    found = {(row["way"], row["sentences"], row["figure"]): row for row in rows}
    lines = [f"| sample | {' | '.join(kinds)} |", "|---|" + "---|" * len(kinds)]
    for way, count in dict.fromkeys((row["way"], row["sentences"]) for row in rows):
        cells = (found[way, count, kind] for kind in kinds)
        shown = (f"{100 * cell['corrected']:.1f} ({100 * cell['counted']:.1f})" for cell in cells)
        lines.append(f"| {way}, {count} | {' | '.join(shown)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=500)
    number = parser.parse_args().rounds
    truth = truths()
    print(f"{'sample':24}{'figure':28}{'corrected':>10}{'counted':>9}{'width':>8}{'counted':>9}{'intervals':>11}")
    found = []
    for way in get_args(Way):
        for count in (150, 300, 600):
            for kind, row in rounds(truth, way, count, number).items():
                found.append({"way": way, "sentences": count, "figure": kind, **row})
                print(
                    f"{way + ', ' + str(count):24}{kind:28}{row['corrected']:10.3f}{row['counted']:9.3f}"
                    f"{row['corrected_width']:8.3f}{row['counted_width']:9.3f}{row['intervals']:11,}",
                    flush=True,
                )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(
        json.dumps({"rounds": number, "stances": STANCES, "rows": found}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
