"""Two systems on the same sentences: which is better, by how much, and how sure one can be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from zawiya.actors import ActorFinder
from zawiya.errors import ZawiyaError
from zawiya.resampling import RESAMPLES, SEED, draws

from .bootstrap import difference, mcnemar, over_runs
from .candidates import Judged, judge, load_model, runs_of
from .gold import GoldFile, read_gold
from .lineage import lineage
from .records import Comparison
from .tally import Array, Resampled, tally

#: Scores on which systems are compared, and held against the annotators' agreement.
HEADLINE = (
    "stance.macro_f1",
    "stance.favor_against_f1",
    "holder.accuracy",
    "frames.micro_f1",
    "triple.f1",
    "end_to_end.stance.macro_f1",
    "end_to_end.triple.f1",
)


@dataclass(frozen=True, slots=True)
class Models:
    """Two models and what was found.

    :param names: of both, told apart.
    :param comparisons: one a file, the second's gain over the first.
    """

    names: tuple[str, str]
    comparisons: tuple[Comparison, ...]


def compare_models(
    folders: tuple[Path, Path],
    data: Sequence[Path],
    *,
    actors: Path | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
    threads: int = 0,
) -> Models:
    """Compare two model folders on files, each with all its seeds.

    :param actors: actor list; None takes the first model's own.
    :raises ZawiyaError: when a model or the data cannot be read, or the two have other frames.
    """
    models = [load_model(folder, threads=threads) for folder in folders]
    if models[0].name == models[1].name:
        models = [replace(one, name=str(folder)) for one, folder in zip(models, folders, strict=True)]
    known = [set(one.judges[0].frames) for one in models]
    if known[0] != known[1]:
        raise ZawiyaError(
            f"expected two models with the same frames; only {models[0].name} has {sorted(known[0] - known[1])}, "
            f"only {models[1].name} has {sorted(known[1] - known[0])}"
        )
    frames = models[0].judges[0].frames
    trained = lineage(runs_of(folders[0])[0])
    taxonomy = trained.taxonomy(actors)
    finder = ActorFinder(taxonomy.actors)
    found = []
    files = read_gold(data, actors=taxonomy.actor_ids, frames=frames, rename_frames=trained.rename_frames)
    for file in files:
        listed = file.listed(finder)
        first, second = (judge(one, file, listed, frames) for one in models)
        weights = draws(len(file.articles), resamples=resamples, seed=seed)
        samples = [resamples_of(one, file, weights, seed=seed + turn) for turn, one in enumerate((first, second))]
        found.append(compare(first, second, (samples[0], samples[1]), file))
    return Models((models[0].name, models[1].name), tuple(found))


def resamples_of(judged: Judged, file: GoldFile, weights: Array, *, seed: int) -> Resampled:
    """Every score of what was judged in every resample of a file's articles."""
    counts = [tally(made, articles=len(file.articles)) for made in judged.decisions]
    return over_runs(counts, weights, judged.decisions[0].frames, seed=seed)


def compare(first: Judged, second: Judged, samples: tuple[Resampled, Resampled], file: GoldFile) -> Comparison:
    """How much better the second is than the first on a file, by the headline scores.

    :param samples: of both, from the same resamples.
    """
    names = (first.candidate.name, second.candidate.name)
    differences = []
    for name in (name for name in HEADLINE if name in samples[0]):
        means = [float(np.mean([run[name] for run in one.scores])) for one in (first, second)]
        drawn = (samples[0][name], samples[1][name])
        differences.append(difference(name, names, (means[0], means[1]), drawn, articles=len(file.articles)))
    return Comparison(file.name, tuple(differences), mcnemar(_right(first), _right(second)))


def _right(judged: Judged) -> NDArray[np.bool_]:
    """For each row whether the first run has its stance right."""
    rows = judged.decisions[0].rows
    return np.asarray(rows.gold == rows.given)
