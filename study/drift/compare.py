"""What moved between two runs: actors, labels, the text itself, and how surely the model reads it.

A run whose articles are like those that the model was trained on makes the older one: whatever then leaves its place beyond
chance says where the model may no longer see what it learned from. Nothing is judged right or wrong here; that takes
labels, and a sample of them (:mod:`..measure`).
"""

from collections.abc import Iterator, Mapping, Sequence

import pyarrow.compute as pc

from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder

from ..labelling import labels_of, model_folder
from ..results import Results
from .records import FEW, About, Drift, Outcome, Respect, Run
from .respects import Pair, of_model, of_subject, of_text, of_wording
from .shuffling import ALARM, Scale, judge
from .wording import SAMPLE, new_words, sampled, wording

#: Effects from which a difference beyond chance is worth a halt: five points around one half, one and a half around two in
#: a hundred; for a distribution about a third of a standard deviation, which is the custom with this index.
LARGE: Mapping[Scale, float] = {"h": 0.1, "psi": 0.1}


def drift(new: Results, old: Results) -> Drift:
    """Hold two runs against each other.

    Distances are tested by shuffling articles between the runs, all respects together (:mod:`.shuffling`). Words are those
    of :data:`~.wording.SAMPLE` articles of each run at most, always the same ones.

    :raises ZawiyaError: when a file of the results is damaged.
    """
    pair = Pair.of(new, old)
    encoder, missing = _encoder(new)
    said_new, said_old = (
        wording(run.articles(sampled(ids)), encoder) for run, ids in zip((new, old), pair.ids, strict=True)
    )
    found = [*of_text(pair), *of_wording(pair, said_new, said_old), *of_model(pair), *of_subject(pair)]
    judged = judge({f"{about}: {name}": counted for about, name, counted in found}, pair.units.first)
    respects = []
    for about, name, counted in found:
        outcome: Outcome = "chance"
        at = judged[f"{about}: {name}"]
        if at.p <= ALARM:
            outcome = "moved" if at.effect >= LARGE[counted.scale] else "slight"
        after, before = counted.values
        respects.append(Respect(about, name, before, after, counted.scale, at.effect, at.chance, at.p, outcome))
    order: tuple[About, ...] = ("text", "model", "subject")
    respects.sort(key=lambda r: (order.index(r.about), r.p, -r.effect))
    runs = [_run(run, len(ids)) for run, ids in zip((new, old), pair.ids, strict=True)]
    actors = [_actors(run) for run in (new, old)]
    return Drift(
        new=runs[0],
        old=runs[1],
        respects=tuple(respects),
        new_actors={actor: rows for actor, rows in actors[0].items() if actor not in actors[1]},
        gone_actors={actor: rows for actor, rows in actors[1].items() if actor not in actors[0]},
        words=new_words(said_new, said_old),
        notes=(*_notes(pair, runs), *missing),
    )


def _run(results: Results, articles: int) -> Run:
    return Run(str(results.folder), articles, len(results.sentences), labels_of(results))


def _actors(results: Results) -> dict[str, int]:
    counts = pc.value_counts(results.stances["actor"]).to_pylist()
    rows = {each["values"]: each["counts"] for each in counts}
    return dict(sorted(rows.items(), key=lambda pair: (-pair[1], pair[0])))


def _encoder(results: Results) -> tuple[Encoder | None, tuple[str, ...]]:
    """The tokenizer of the model that labelled a run, or why there is none."""
    try:
        folder = model_folder(results)
        bundle = Bundle.load(folder)
        return (None if bundle.kind == "linear" else Encoder.load(folder, longest=bundle.longest)), ()
    except ZawiyaError:
        pass
    return None, ("The newer run's model is not at hand, so it was not looked at how its tokenizer cuts the words.",)


def _notes(pair: Pair, runs: Sequence[Run]) -> Iterator[str]:
    new, old = runs
    for what, name in (("model", "models"), ("taxonomy", "actor lists")):
        values = [run.labels.get(what) for run in runs]
        if None in values:
            yield f"It is not known which {what} labelled the {'newer' if values[0] is None else 'older'} run."
        elif values[0] != values[1]:
            yield f"The runs were labelled with different {name} ({values[1]}, then {values[0]})."
    for run, results in (("newer", pair.new), ("older", pair.old)):
        yield from (f"The {run} run: {note}" for note in results.notes)
    lacking = sorted(set(pair.new.frames) ^ set(pair.old.frames))
    if lacking:
        yield f"Frames that only one of the runs has are left out: {', '.join(lacking)}."
    both = len(set(pair.ids[0]) & set(pair.ids[1]))
    if both:
        yield f"{both:,} articles have the same id in both runs; where they are the same articles, the runs differ too little."
    few = min(new.articles, old.articles)
    if few < FEW:
        yield f"One run has {few:,} article{'s' * (few != 1)}: only large differences can be told from chance."
    if max(new.articles, old.articles) > SAMPLE:
        yield f"Words were taken from {SAMPLE:,} articles of a run at most, always the same ones."
