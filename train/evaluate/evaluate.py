"""The evaluation of one model on one or more files, from its folder to a record."""

import logging
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from zawiya.actors import ActorFinder
from zawiya.bundle import fingerprint
from zawiya.errors import ZawiyaError
from zawiya.resampling import RESAMPLES, SEED, draws

from ..sources import load_split
from .behaviour.run import run_checklist
from .candidates import BESIDE, Candidate, beside, judge, load_model, runs_of, told_apart
from .gold import GoldFile, read_gold
from .leakage import Shared, shared
from .lineage import Lineage, lineage
from .part import Evidence, Past, part
from .records import Evaluation, Kind, Part
from .second import read_second

log = logging.getLogger(__name__)

PACKAGES = ("zawiya", "scikit-learn", "onnxruntime", "numpy")


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be evaluated, and how.

    :param data: labelled files.
    :param second: second annotations of them.
    :param train: the model's training files, where the paths that it records lead nowhere.
    :param actors: actor list; None takes the model's own.
    :param behaviour: folder of the checklist; None leaves it out.
    :param beside: rows that stand beside the model's.
    :param cache: folder where trained baselines are kept.
    :param threads: of an encoder; 0 takes one for each core.
    """

    model: Path
    data: tuple[Path, ...]
    cache: Path
    second: tuple[Path, ...] = ()
    train: tuple[Path, ...] = ()
    actors: Path | None = None
    behaviour: Path | None = None
    beside: tuple[Kind, ...] = BESIDE
    resamples: int = RESAMPLES
    seed: int = SEED
    threads: int = 0


def evaluate(request: Request) -> Evaluation:
    """Judge a model on every file of a request.

    :raises ZawiyaError: when model or data cannot be read; its subclass FaultsError with every fault of the data.
    """
    if not request.data and request.behaviour is None:
        raise ZawiyaError("nothing to evaluate on: name files with --data, or run the checklist with --behaviour")
    first = runs_of(request.model)[0]
    model = told_apart(load_model(request.model, threads=request.threads), request.model)
    trained = lineage(first, request.train)
    taxonomy = trained.taxonomy(request.actors)
    finder = ActorFinder(taxonomy.actors)
    files = read_gold(
        request.data,
        actors=taxonomy.actor_ids,
        frames=model.judges[0].frames,
        rename_frames=trained.rename_frames,
    )
    parts, notes = _parts(request, model, files, trained, finder) if files else ((), ())
    return Evaluation(
        model=model.name,
        folder=str(request.model),
        fingerprint=fingerprint(first),
        resamples=request.resamples,
        seed=request.seed,
        versions={name: version(name) for name in PACKAGES},
        parts=parts,
        behaviour=run_checklist(request.behaviour, model.judges[0], finder) if request.behaviour else (),
        notes=notes,
    )


def _parts(
    request: Request, model: Candidate, files: list[GoldFile], trained: Lineage, finder: ActorFinder
) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """What is said of each file, and what was left out and why."""
    second = read_second(request.second, files)
    past = None
    if trained.settings:
        data = trained.settings.data
        past = Past(load_split(data), tuple(source.path for source in data.train))
    rivals, left_out = beside(model, trained, past.split if past else None, request.beside, cache=request.cache)
    common: list[Shared | None] = [*shared(files, past.split)] if past else [None] * len(files)
    parts = []
    for file, known in zip(files, common, strict=True):
        log.info("%s: %d sentences", file.name, len(file.sentences))
        listed = file.listed(finder)
        judged = tuple(judge(candidate, file, listed, model.judges[0].frames) for candidate in (model, *rivals))
        evidence = Evidence(file, judged, listed, known, tuple(second.get(file.name, ())))
        weights = draws(len(file.articles), resamples=request.resamples, seed=request.seed)
        parts.append(part(evidence, past, weights, seed=request.seed))
    return tuple(parts), (*trained.notes, *left_out)
