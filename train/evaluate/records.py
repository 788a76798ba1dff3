"""What an evaluation says, as ``metrics.json`` holds it: typed, versioned, and checked when it is read again.

Numbers are shares between 0 and 1 unless they say otherwise; None stands where there was nothing to count.
"""

import json
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.dataclasses import dataclass

from zawiya import config
from zawiya.errors import ZawiyaError

#: Raised whenever an older file could be misread.
VERSION = 1

Kind = Literal["model", "target_blind", "tfidf", "majority", "annotators"]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Estimate:
    """A score with its interval.

    :param low: lower end of the 95% interval; None where a single article leaves nothing to resample.
    :param high: upper end.
    :param deviation: standard deviation over the runs of a model that has several seeds.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    deviation: float | None = None


@dataclass(frozen=True, slots=True, config=config.STRICT)
class System:
    """One row of the table: what labelled the file, and how well.

    :param runs: models whose mean is given, one a seed.
    :param scores: by the names of ``zawiya.train.scores.score``.
    """

    name: str
    kind: Kind
    runs: int
    scores: dict[str, Estimate]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Difference:
    """How much better one system is than another on the same sentences, by a paired bootstrap over articles.

    :param score: name of the score.
    :param first: name of the one.
    :param second: name of the other.
    :param value: the second's score less the first's.
    :param low: lower end of the 95% interval.
    :param high: upper end.
    :param verdict: in plain words.
    """

    score: str
    first: str
    second: str
    value: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True, config=config.STRICT)
class McNemar:
    """Stances that only one of two systems has right, and how likely so uneven a division were by chance.

    :param p: exact two-sided probability (McNemar 1947). It takes rows as independent, which those of one article are
        not: where the interval of the difference disagrees, believe the interval.
    """

    first_only: int
    second_only: int
    p: float


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Comparison:
    """Two systems on one file."""

    part: str
    differences: tuple[Difference, ...]
    mcnemar: McNemar | None


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Slice:
    """The scores of some of the sentences or rows.

    :param group: what they are told apart by: ``actors``, ``outlet``, ``voice``.
    :param name: which of the group: ``several``.
    :param rows: targets in it.
    :param small: too few rows to say much.
    :param scores: for each system by name a few scores by theirs.
    """

    group: str
    name: str
    sentences: int
    rows: int
    small: bool
    scores: dict[str, dict[str, Estimate]]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Bin:
    """Decisions of like confidence.

    :param low: of the confidences, inclusive.
    :param high: exclusive, but for the last.
    :param confidence: their mean.
    :param right: share of them that are right.
    """

    low: float
    high: float
    rows: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Reliability:
    """Whether scores mean what they say.

    :param label: ``stance``, ``holder`` or ``frames``.
    :param stage: before or after temperature scaling.
    :param ece: expected calibration error over equally wide bins (Guo et al. 2017).
    :param brier: mean squared distance of the probabilities from what is so (Brier 1950), over all labels.
    """

    label: str
    stage: Literal["before", "after"]
    rows: int
    ece: Estimate
    brier: Estimate
    bins: tuple[Bin, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Agreement:
    """Two annotations of the same sentences.

    :param first: file of the one.
    :param second: file of the other.
    :param kappa: Cohen's kappa of stances, of the rows that both have.
    :param scores: of the second against the first.
    """

    first: str
    second: str
    rows: int
    kappa: float | None
    scores: dict[str, Estimate]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Duplicate:
    """A sentence of the evaluated file that stands nearly so in a training file.

    :param known_article: id of the training article.
    :param known: its sentence.
    :param likeness: Jaccard index of letter five-grams.
    """

    article: str
    sentence: str
    known_article: str
    known: str
    likeness: float


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Leakage:
    """What the evaluated file shares with the training files.

    :param checked: the training files that were at hand.
    :param sentences: of the evaluated file that stand nearly so in training; the slices of ``training`` score them apart.
    :param topics: topics that training has too.
    """

    checked: tuple[str, ...]
    sentences: int
    topics: tuple[str, ...]
    examples: tuple[Duplicate, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Mistake:
    """A target whose stance the model got wrong.

    :param article: id of the article.
    :param sentence: text of the sentence.
    :param start: of the target in the sentence; equal to ``end`` for a target that the sentence does not name.
    :param expected: stance.
    :param holder: who holds the expected stance.
    :param confidence: the model's probability of what it gave.
    :param likely_label_error: by confident learning the label is likelier to be wrong than the model.
    """

    article: str
    sentence: str
    actor: str
    text: str
    start: int
    end: int
    expected: str
    holder: str | None
    given: str
    given_holder: str | None
    confidence: float
    likely_label_error: bool = False


@dataclass(frozen=True, slots=True, config=config.STRICT)
class FrameMistake:
    """A frame that the model was sure of and wrong about.

    :param expected: whether the annotators gave it.
    :param confidence: the model's probability of what it gave, which of a frame not given is that of its absence.
    """

    article: str
    sentence: str
    frame: str
    expected: bool
    confidence: float


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Part:
    """One evaluated file.

    :param name: short name of the file.
    :param support: number of gold labels of each kind, by name: ``stance.favor``, ``frames.legality``.
    :param comparisons: of the model with each system beside it.
    :param weakest: the slices with the lowest stance scores, as ``group: name``.
    :param not_actors: places where the actor list finds an actor that the annotators do not, and the share rejected.
    :param mistakes: the most confident first.
    :param frame_mistakes: likewise.
    :param doubts: rows whose gold label is likely wrong, the likeliest first.
    :param warnings: what to think of before believing the numbers.
    """

    name: str
    file: str
    sha256: str
    articles: int
    sentences: int
    rows: int
    support: dict[str, int]
    systems: tuple[System, ...]
    comparisons: tuple[Comparison, ...]
    agreement: tuple[Agreement, ...]
    slices: tuple[Slice, ...]
    weakest: tuple[str, ...]
    calibration: tuple[Reliability, ...]
    leakage: Leakage
    mistakes: tuple[Mistake, ...]
    doubts: tuple[Mistake, ...]
    warnings: tuple[str, ...]
    frame_mistakes: tuple[FrameMistake, ...] = ()
    not_actors: dict[str, float | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Failure:
    """A case that failed, with what was expected and what was given for each actor."""

    text: str
    variant: str | None
    expected: str
    given: str


@dataclass(frozen=True, slots=True, config=config.STRICT)
class BehaviourTest:
    """One test of the behaviour checklist.

    :param kind: ``expected`` labels, a ``contrast`` of two sentences that must both be right, or an ``invariance``.
    :param failed: cases that failed; of an invariance, those in which a stance moved.
    :param rate: share of cases that failed.
    :param frames_moved: of an invariance, share of cases in which the frames changed.
    :param unfound: share of cases in which an actor of the sentence is not found, or found elsewhere.
    """

    name: str
    about: str
    kind: Literal["expected", "contrast", "invariance"]
    cases: int
    failed: int
    rate: Estimate
    frames_moved: float | None
    unfound: float | None
    examples: tuple[Failure, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Evaluation:
    """The whole of an evaluation.

    :param model: name of the model.
    :param folder: it was read from.
    :param fingerprint: of what decides its answers.
    :param resamples: of the bootstrap.
    :param seed: of the bootstrap.
    :param versions: of what ran.
    :param notes: what was left out, and why.
    """

    model: str
    folder: str
    fingerprint: str
    resamples: int
    seed: int
    versions: dict[str, str]
    parts: tuple[Part, ...]
    behaviour: tuple[BehaviourTest, ...] = ()
    notes: tuple[str, ...] = ()
    version: Literal[1] = 1


def save(evaluation: Evaluation, path: Path, *, indent: int | None = 1) -> None:
    """Write ``metrics.json``; without an indent in one line."""
    text = json.dumps(asdict(evaluation), ensure_ascii=False, indent=indent, allow_nan=False)  # type: ignore[call-overload]
    path.write_text(text + "\n", encoding="utf-8")


def without_sentences(evaluation: Evaluation) -> Evaluation:
    """The evaluation without a sentence of the evaluated files, whose text may be someone else's, for others to read.

    Of the model's folder it keeps the name: where that lay says something about a machine and nothing about the model.
    """
    parts = tuple(
        replace(part, mistakes=(), doubts=(), frame_mistakes=(), leakage=replace(part.leakage, examples=()))
        for part in evaluation.parts
    )
    return replace(evaluation, folder=Path(evaluation.folder).name, parts=parts)


def load(path: Path) -> Evaluation:
    """Read a ``metrics.json``.

    :raises ZawiyaError: when the file is none, or of another version; FaultsError with all that does not fit.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ZawiyaError(f"{path}: expected a metrics.json of `zawiya evaluate`: {error}") from error
    found = values.get("version") if isinstance(values, dict) else None
    if found != VERSION:
        raise ZawiyaError(f"{path}: expected version {VERSION} of metrics.json, found {found}; evaluate the model anew")
    return config.parse(Evaluation, values, source=str(path))


def schema() -> dict[str, Any]:
    """JSON Schema of ``metrics.json``."""
    return TypeAdapter(Evaluation).json_schema()
