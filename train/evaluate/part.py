"""Everything that is said of one evaluated file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from zawiya.records import Sentence
from zawiya.resampling import rounded

from ..decisions import ABSENT
from ..sources import Split
from .bootstrap import estimates
from .calibration import calibration
from .candidates import Judged
from .compare import HEADLINE, compare, resamples_of
from .gold import GoldFile, looks_predicted
from .leakage import Shared, leakage
from .mistakes import frame_mistakes, mistakes
from .records import Agreement, Part, System
from .second import Annotation, agreements
from .slices import cuts, slices, weakest
from .tally import Array, Resampled


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of the model's training.

    :param split: the articles that it learnt from and was chosen by.
    :param files: that it learnt from.
    """

    split: Split
    files: tuple[str, ...]

    def actors(self) -> frozenset[str]:
        """Every actor that it has learnt about."""
        return frozenset(m.actor for a in self.split.train for s in a.sentences for m in s.mentions)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is at hand about one file.

    :param judged: what each system says of it, the model first.
    :param listed: its sentences with the mentions that the actor list finds, None where the list is an open set.
    :param shared: what it shares with the training files, None where those are not at hand.
    :param second: further annotations of it.
    """

    file: GoldFile
    judged: tuple[Judged, ...]
    listed: tuple[Sentence, ...] | None
    shared: Shared | None
    second: tuple[Annotation, ...]


def part(evidence: Evidence, past: Past | None, weights: Array, *, seed: int) -> Part:
    """Scores, comparisons, slices, calibration, leakage and mistakes of one file.

    :param weights: how often each article is in each resample.
    :param seed: by which the runs of a model with several seeds are drawn.
    """
    file, judged = evidence.file, evidence.judged
    model = judged[0]
    samples = [resamples_of(one, file, weights, seed=seed) for one in judged]
    agreed = agreements(file, evidence.second, model.decisions[0].frames, weights)
    systems = [_system(one, drawn, file) for one, drawn in zip(judged, samples, strict=True)]
    if agreed:
        systems.append(System(f"annotators ({agreed[0].first}, {agreed[0].second})", "annotators", 1, agreed[0].scores))
    made = cuts(file, seen=past.actors() if past else None, known=evidence.shared.pairs if evidence.shared else None)
    sliced = slices(file, [one for one in judged if one.candidate.kind != "majority"], made, weights)
    wrong, doubts = mistakes(file, model)
    return Part(
        name=file.name,
        file=file.path,
        sha256=file.sha256,
        articles=len(file.articles),
        sentences=len(file.sentences),
        rows=sum(len(s.mentions) for s in file.sentences),
        support=file.support(model.decisions[0].frames),
        systems=tuple(systems),
        comparisons=tuple(
            compare(other, model, (drawn, samples[0]), file)
            for other, drawn in zip(judged[1:], samples[1:], strict=True)
        ),
        agreement=agreed,
        slices=sliced,
        weakest=weakest(made, sliced, model),
        calibration=calibration(file, model, weights),
        leakage=leakage(file, evidence.shared, past.files if past else ()),
        mistakes=wrong,
        doubts=doubts,
        warnings=tuple(_warnings(evidence, systems[0], agreed)),
        frame_mistakes=frame_mistakes(file, model),
        not_actors=_not_actors(evidence),
    )


def _system(judged: Judged, samples: Resampled, file: GoldFile) -> System:
    return System(
        judged.candidate.name,
        judged.candidate.kind,
        len(judged.scores),
        estimates(judged.scores, samples, articles=len(file.articles)),
    )


def _not_actors(evidence: Evidence) -> dict[str, float | None]:
    """What becomes of the actors that the list finds and the annotators do not."""
    model = evidence.judged[0]
    if evidence.listed is None or model.found is None:
        return {}
    false = kept = right = 0
    for gold, listed, labelled in zip(evidence.file.sentences, evidence.listed, model.found, strict=True):
        named, found, left = ({m.actor for m in s.mentions} for s in (gold, listed, labelled))
        false += len(found - named)
        kept += len((found - named) & left)
        right += len(found & named)
    pairs = model.decisions[0].pairs
    still = 0 if pairs is None else int(((pairs.gold != ABSENT) & (pairs.given != ABSENT)).sum())
    return {
        "false_matches": float(false),
        "rejected": rounded((false - kept) / false) if false else None,
        "true_matches": float(right),
        "wrongly_rejected": rounded((right - still) / right) if right else None,
    }


def _warnings(evidence: Evidence, model: System, agreed: Sequence[Agreement]) -> Iterator[str]:
    """What to think of before the numbers are believed."""
    file, shared = evidence.file, evidence.shared
    if looks_predicted(file):
        yield f"{file.name}: its labels carry a model's scores; judge by it only if every label was corrected"
    if shared and shared.pairs:
        yield (
            f"{file.name}: {len(shared.pairs)} of {len(file.sentences)} sentences are near-duplicates of training sentences; "
            "see the slices of `training`"
        )
    if shared and shared.topics:
        yield f"{file.name}: {len(shared.topics)} topics are in the training files too; keep an event on one side"
    for name in (name for name in HEADLINE if name in model.scores):
        reached = model.scores[name].value
        bound = agreed[0].scores[name].value if agreed else None
        if reached is not None and bound is not None and reached > bound:
            yield (
                f"{file.name}: {name} {reached:.3f} is above the annotators' agreement of {bound:.3f}: "
                "look for leakage before you are glad"
            )
