"""What labels the evaluated files: the model, and the rows that stand beside it, trained on the same data.

Some of them take as long to train as the model did, so they are kept under a hash of all that decides them.
"""

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import zawiya
from zawiya.errors import ZawiyaError
from zawiya.integrity import sha256
from zawiya.prediction import Judge, load_judge
from zawiya.records import Mention, Sentence

from ..baseline import fit_majority
from ..decisions import Decisions, decisions
from ..scores import Scores, score
from ..settings import ModelSettings, TrainSettings
from ..sources import Split, content
from .gold import GoldFile
from .lineage import Lineage
from .records import Kind

log = logging.getLogger(__name__)

#: The rows beside the model's, in the order of the table.
BESIDE: tuple[Kind, ...] = ("target_blind", "tfidf", "majority")
_NAMES: dict[Kind, str] = {
    "target_blind": "target-blind",
    "tfidf": "TF-IDF + logistic regression",
    "majority": "majority",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """What labels a file, as one row of the table.

    :param judges: one a seed.
    """

    name: str
    kind: Kind
    judges: tuple[Judge, ...]


@dataclass(frozen=True)
class Judged:
    """What a candidate said of a file.

    :param given: of each run the sentences with the gold mentions and their labels.
    :param found: of the first run the sentences with the actors it found itself; None where there is no list to find by.
    :param decisions: of each run.
    """

    candidate: Candidate
    given: tuple[tuple[Sentence, ...], ...]
    found: tuple[Sentence, ...] | None
    decisions: tuple[Decisions, ...]

    @cached_property
    def scores(self) -> tuple[Scores, ...]:
        """Of each run, by the names of :func:`~zawiya.train.scores.score`."""
        return tuple(map(score, self.decisions))


def rows_of(file: GoldFile, judged: Judged) -> list[tuple[int, Sentence, Mention, Mention]]:
    """For each row of a file its article, its sentence, the gold mention, and what the first run says of it."""
    return [
        (article, gold, m, g)
        for article, gold, given in zip(file.article_of, file.sentences, judged.given[0], strict=True)
        for m, g in zip(gold.mentions, given.mentions, strict=True)
    ]


def runs_of(folder: Path) -> tuple[Path, ...]:
    """The model folders of a folder: of several seeds each one's, else the folder itself.

    :raises ZawiyaError: when the folder holds folds, which have not learnt from the same articles.
    """
    path = folder / "replicates.json"
    if not path.is_file():
        return (folder,)
    try:
        names = [str(run["name"]) for run in json.loads(path.read_text(encoding="utf-8"))["runs"]]
        if not names:
            raise ValueError("it lists none")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ZawiyaError(f"{path}: expected the runs of `zawiya train --seeds` ({error}); train them anew") from error
    if any(name.startswith("fold-") for name in names):
        raise ZawiyaError(f"{folder}: holds folds, each judged on its own part already; name one of {', '.join(names)}")
    return tuple(folder / name for name in names)


def load_model(folder: Path, *, threads: int = 0) -> Candidate:
    """The model of a folder, with all its seeds."""
    judges = tuple(load_judge(run, threads=threads) for run in runs_of(folder))
    name = judges[0].name if len(judges) == 1 else f"{folder.name}, {len(judges)} seeds"
    return Candidate(name, "model", judges)


def told_apart(model: Candidate, folder: Path) -> Candidate:
    """A model that is called like a row beside it, under the name of its folder; any other as it is."""
    return replace(model, name=str(folder)) if model.name in _NAMES.values() else model


def beside(
    model: Candidate, past: Lineage, split: Split | None, kinds: Sequence[Kind], *, cache: Path
) -> tuple[list[Candidate], list[str]]:
    """The rows that stand beside a model's, and what is left out and why.

    :param past: of the model.
    :param split: the articles that it learnt from, None where they are not at hand.
    :param kinds: rows that are asked for.
    :param cache: folder where trained baselines are kept.
    """
    rows: list[Candidate] = []
    notes: list[str] = []
    for kind in (kind for kind in BESIDE if kind in kinds):
        if kind == "majority":
            learnt = content(split.train) if split else []
            rows.append(Candidate(_NAMES[kind], kind, (fit_majority(learnt, model.judges[0].frames),)))
            if not split:
                notes.append("majority: taken to be neutral and without frames, for the training files are not at hand")
        elif past.settings is None:
            notes.append(f"{_NAMES[kind]}: left out, for the training files are not at hand")
        elif past.settings.model.kind == "tfidf":
            notes.append(f"{_NAMES[kind]}: left out, for the model is TF-IDF itself")
        else:
            folder = trained(past.settings, kind, cache=cache)
            rows.append(Candidate(_NAMES[kind], kind, (load_judge(folder),)))
    return rows, notes


def trained(settings: TrainSettings, kind: Kind, *, cache: Path) -> Path:
    """The folder of a baseline of these settings, trained now unless the cache has it."""
    model = ModelSettings(kind="tfidf") if kind == "tfidf" else replace(settings.model, blind=True)
    plain = replace(settings, model=model, name=_NAMES[kind], seeds=1, folds=0, search={}, out="")
    # the paths of the same files may differ from one evaluation to the next
    data = replace(plain.data, train=(), dev=(), test=(), held_out=None)
    single = (plain.data.held_out, plain.actors, plain.frames)
    files = [
        [sha256(Path(source.path)) for source in plain.data.train],
        [sha256(Path(path)) for path in plain.data.dev],
        [sha256(Path(path)) if path else None for path in single],
        [sha256(path) for path in _weights(plain.model.encoder)],
    ]
    shares = [(source.weight, source.dev_share) for source in plain.data.train]
    identity: dict[str, Any] = asdict(replace(plain, data=data, actors=None, frames=None))  # type: ignore[call-overload]
    key = hashlib.sha256(
        json.dumps([zawiya.__version__, identity, files, shares], sort_keys=True).encode()
    ).hexdigest()[:16]
    folder = cache / f"{kind}-{key}"
    if folder.is_dir():
        return folder
    # training imports torch, which judging with cached baselines can do without
    from ..run import train

    # under another name until it is whole; what is there of it is gone on with
    partial = folder.with_suffix(".partial")
    log.info("training the %s row of the table; it is kept in %s", _NAMES[kind], folder)
    train(replace(plain, out=str(partial)))
    partial.rename(folder)
    return folder


def _weights(encoder: str) -> list[Path]:
    """The weights of an encoder that is a folder here, or beside the configs that come with zawiya."""
    folders = [Path(encoder), Path(zawiya.__file__).parent / encoder, Path(zawiya.__file__).parent.parent / encoder]
    return [folder / "model.safetensors" for folder in folders if (folder / "model.safetensors").is_file()][:1]


def judge(candidate: Candidate, file: GoldFile, listed: Sequence[Sentence] | None, frames: Sequence[str]) -> Judged:
    """Ask a candidate about every sentence of a file, with the gold mentions and with those found.

    :param listed: the sentences with the mentions that the actor list finds, None where the list is an open set.
    """
    given, ends, made = [], [], []
    for run in candidate.judges:
        labelled = tuple(run.label(file.sentences, gold=True))
        end = None if listed is None else tuple(run.label(listed))
        given.append(labelled)
        ends.append(end)
        made.append(decisions(file.sentences, labelled, frames, found=end, articles=file.article_of))
    return Judged(candidate, tuple(given), ends[0], tuple(made))
