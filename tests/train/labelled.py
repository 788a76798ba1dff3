"""Labelled sentences in the notation of the behaviour checklist: ``told("…", usa="against russia")``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from zawiya.records import STANCES, Article, Mention, Role, Sentence
from zawiya.train.decisions import decisions
from zawiya.train.evaluate.candidates import Candidate, Judged
from zawiya.train.evaluate.gold import GoldFile

NAMES = {"russia": "موسكو", "usa": "واشنطن", "iran": "طهران", "china": "بكين"}


def told(text: str = "", *, frames: Sequence[str] = (), role: Role = "body", **labels: str | None) -> Sentence:
    """A sentence with a row for each actor, ``neutral`` or ``STANCE HOLDER``; its text ends with the names it lacks."""
    lacking = [NAMES[actor] for actor in labels if NAMES[actor] not in text]
    text = " ".join(filter(None, [text, *lacking])) or "لا أحد"
    mentions = []
    for actor, label in labels.items():
        start = text.index(NAMES[actor])
        mentions.append(_labelled(Mention(actor, start, start + len(NAMES[actor]), NAMES[actor]), label))
    mentions.sort(key=lambda mention: mention.start)
    return Sentence(0, len(text), text, role, tuple(mentions), tuple(frames))


def relabelled(sentence: Sentence, *, frames: Sequence[str] | None = None, **labels: str | None) -> Sentence:
    """The same sentence with other labels for some of its actors, and other frames."""
    mentions = tuple(_labelled(m, labels[m.actor]) if m.actor in labels else m for m in sentence.mentions)
    return replace(sentence, mentions=mentions, frames=sentence.frames if frames is None else tuple(frames))


def scored(sentence: Sentence, *, frames: dict[str, float] | None = None, **scores: Sequence[float]) -> Sentence:
    """The same sentence with the scores of favor, against and neutral of some of its actors, and those of frames."""
    mentions = tuple(
        replace(m, scores=dict(zip(STANCES, scores[m.actor], strict=True))) if m.actor in scores else m
        for m in sentence.mentions
    )
    return replace(sentence, mentions=mentions, frame_scores=frames or {})


def _labelled(mention: Mention, label: str | None) -> Mention:
    stance, _, holder = (label or "").partition(" ")
    return replace(mention, stance=stance or None, holder=holder or None)


def article(name: str, *sentences: Sentence, **more: Any) -> Article:
    """An article of sentences one behind the other."""
    placed, end = [], 0
    for sentence in sentences:
        mentions = tuple(replace(m, start=m.start + end, end=m.end + end) for m in sentence.mentions)
        placed.append(replace(sentence, start=end, end=end + len(sentence.text), mentions=mentions))
        end += len(sentence.text) + 1
    return Article(name, "\n".join(s.text for s in sentences), sentences=tuple(placed), **more)


def gold_file(*articles: Article) -> GoldFile:
    """Articles as a file to judge by."""
    return GoldFile("corpus/test", "corpus/test.jsonl", articles)


@dataclass(frozen=True)
class Oracle:
    """A model that says what it is told to say."""

    frames: tuple[str, ...] = ()
    name: str = "oracle"

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        raise AssertionError("what it says is given")


def judged(file: GoldFile, *runs: Sequence[Sentence], judge: Any = None, frames: tuple[str, ...] = ()) -> Judged:
    """What a model said of a file's sentences, in each of its runs; it is told where their actors are."""
    judge = judge or Oracle(frames)
    made = [decisions(file.sentences, run, judge.frames, found=run, articles=file.article_of) for run in runs]
    given = tuple(tuple(run) for run in runs)
    return Judged(Candidate(judge.name, "model", (judge,) * len(runs)), given, given[0], tuple(made))
