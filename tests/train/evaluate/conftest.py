"""An evaluation made by hand, one of everything that the page shows, and a corpus file made of articles."""

from collections.abc import Callable
from pathlib import Path

import pytest

from zawiya.corpus import write_corpus
from zawiya.records import STANCES, Article
from zawiya.train.evaluate.records import (
    Agreement,
    BehaviourTest,
    Bin,
    Comparison,
    Difference,
    Duplicate,
    Estimate,
    Evaluation,
    Failure,
    FrameMistake,
    Leakage,
    McNemar,
    Mistake,
    Part,
    Reliability,
    Slice,
    System,
)

FRAMES = {"legality": 120, "human_rights": 31}
SENTENCE = "اتهمت موسكو واشنطن بتأجيج الحرب."
FIRST = {"model": 0.71, "target_blind": 0.55, "tfidf": 0.48, "majority": 0.27, "annotators": 0.83}
NAMES = {
    "model": "farra",
    "target_blind": "target-blind",
    "tfidf": "TF-IDF",
    "majority": "majority",
    "annotators": "second annotators",
}


def estimate(value: float | None, width: float = 0.04, deviation: float | None = None) -> Estimate:
    if value is None:
        return Estimate(None)
    return Estimate(round(value, 4), round(max(value - width, 0), 4), round(min(value + width, 1), 4), deviation)


def scores(first: float) -> dict[str, Estimate]:
    """Scores of a system, the stance macro-F1 the first of them and every other a little off."""
    names = [
        "stance.macro_f1",
        "stance.favor_against_f1",
        *(f"stance.{stance}.{what}" for stance in STANCES for what in ("precision", "recall", "f1")),
        "holder.accuracy",
        "holder.f1",
        *(f"holder.{kind}.accuracy" for kind in ("author", "actor", "other")),
        "triple.f1",
        "frames.micro_f1",
        "frames.macro_f1",
        "frames.samples_f1",
        *(f"frames.{frame}.{what}" for frame in FRAMES for what in ("precision", "recall", "f1")),
        "end_to_end.stance.macro_f1",
        "end_to_end.triple.f1",
        "end_to_end.actors.f1",
    ]
    return {name: estimate(first - 0.006 * number) for number, name in enumerate(names)}


def system(kind: str) -> System:
    return System(NAMES[kind], kind, 1, scores(FIRST[kind]))


def comparison(rival: str) -> Comparison:
    gained = FIRST["model"] - FIRST[rival]
    said = (
        f"farra is better by {100 * gained:.1f} points, 95% interval {100 * gained - 4:.1f} to {100 * gained + 4:.1f}"
    )
    found = Difference("stance.macro_f1", NAMES[rival], "farra", gained, gained - 0.04, gained + 0.04, said)
    unsure = Difference("holder.accuracy", NAMES[rival], "farra", 0.012, -0.02, 0.04, "no difference shown: 1.2 points")
    return Comparison("test", (found, unsure), McNemar(41, 72, 0.0046))


def slice_of(group: str, name: str, value: float, *, rows: int = 150) -> Slice:
    found = {
        "farra": {"stance.macro_f1": estimate(value, 0.06), "holder.accuracy": estimate(value + 0.05)},
        "target-blind": {"stance.macro_f1": estimate(value - 0.14, 0.06)},
        "TF-IDF": {"stance.macro_f1": estimate(value - 0.19, 0.06)},
    }
    return Slice(group, name, rows - 30 if rows > 60 else rows, rows, rows < 20, found)


def reliability(label: str, stage: str) -> Reliability:
    off = 0.12 if stage == "before" else 0.03
    bins = [Bin(n / 10, (n + 1) / 10, 12 * n, n / 10 + 0.05, n / 10 + 0.05 - off * n / 10) for n in range(3, 10)]
    return Reliability(label, stage, 504, estimate(off, 0.01), estimate(0.21 + off), (Bin(0, 0.3, 0, 0, 0), *bins))


def mistake(
    text: str = SENTENCE, *, target: str = "واشنطن", confidence: float = 0.93, doubtful: bool = False
) -> Mistake:
    start = text.index(target)
    return Mistake(
        article="a1-019",
        sentence=text,
        actor="usa",
        text=target,
        start=start,
        end=start + len(target),
        expected="against",
        holder="russia",
        given="neutral",
        given_holder=None,
        confidence=confidence,
        likely_label_error=doubtful,
    )


def part(name: str = "test") -> Part:
    return Part(
        name=name,
        file=f"data/corpus/{name}.jsonl",
        sha256="3f8a" * 16,
        articles=64,
        sentences=612,
        rows=1043,
        support={
            "stance.favor": 143,
            "stance.against": 287,
            "stance.neutral": 613,
            **{f"frames.{frame}": rows for frame, rows in FRAMES.items()},
        },
        systems=tuple(system(kind) for kind in FIRST),
        comparisons=(comparison("target_blind"), comparison("tfidf")),
        agreement=(Agreement("test.jsonl", "second.jsonl", 203, 0.741, {"stance.macro_f1": estimate(0.83)}),),
        slices=(
            slice_of("actors", "one", 0.76),
            slice_of("actors", "several", 0.64),
            slice_of("voice", "quoted", 0.41, rows=14),
        ),
        weakest=("voice: quoted", "actors: several"),
        calibration=tuple(reliability(label, stage) for label in ("stance", "holder") for stage in ("before", "after")),
        leakage=Leakage(
            ("data/corpus/train.jsonl",),
            2,
            ("grain_corridor_2022",),
            (Duplicate("a1-020", SENTENCE, "train.jsonl", SENTENCE + " أمس", 0.912),),
        ),
        mistakes=(mistake(), mistake(confidence=0.81, doubtful=True)),
        doubts=(mistake(confidence=0.977, doubtful=True),),
        warnings=("the corpus is synthetic",),
        frame_mistakes=(FrameMistake("a1-021", SENTENCE, "human_rights", False, 0.964),),
        not_actors={"false_matches": 37.0, "rejected": 0.892, "true_matches": 1012.0, "wrongly_rejected": 0.013},
    )


def behaviour() -> tuple[BehaviourTest, ...]:
    failure = Failure(SENTENCE, "نفت موسكو ذلك.", "usa: against russia", "usa: neutral")
    return (
        BehaviourTest(
            "negation",
            "Denial takes the stance away.",
            "contrast",
            54,
            17,
            estimate(0.315, 0.1),
            None,
            0.019,
            (failure,),
        ),
        BehaviourTest(
            "clitics", "A clitic changes nothing.", "invariance", 61, 3, estimate(0.049, 0.04), 0.082, 0.0, ()
        ),
    )


@pytest.fixture(scope="session")
def evaluation() -> Evaluation:
    return Evaluation(
        model="farra-base",
        folder="models/farra",
        fingerprint="b57c90e1",
        resamples=2000,
        seed=13,
        versions={"zawiya": "0.1.0", "numpy": "2.1.0"},
        parts=(part(),),
        behaviour=behaviour(),
        notes=("no second annotation of unseen_actors.jsonl",),
    )


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes articles to a file and gives its path."""

    def written(name: str, *articles: Article) -> Path:
        path = tmp_path / name
        write_corpus(path, articles)
        return path

    return written
