"""Asking a model every case of a checklist, and counting those in which it fails.

The actors' places are told, so that a failure is the model's own; whether the list finds them is counted apart.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zawiya.actors import ActorFinder
from zawiya.prediction import Judge
from zawiya.records import Article, Mention, Sentence
from zawiya.resampling import rounded

from ..bootstrap import rate
from ..records import BehaviourTest, Failure
from .cases import Case, CaseSet, Check, Expected, read_checklist
from .transformations import transformations

#: Failures of a test that are written down.
SHOWN = 8

#: What tells one question from another.
_Key = tuple[str, tuple[tuple[str, int, int], ...]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case as the model is asked: the sentences, and what their answers must be.

    :param fault: what is wrong with the answers, None where nothing is.
    """

    sentences: tuple[Sentence, ...]
    fault: Callable[[Sequence[Sentence]], Failure | None]


@dataclass(frozen=True, slots=True)
class _Test:
    name: str
    about: str
    kind: str
    asked: tuple[Asked, ...]


def run_checklist(folder: Path, judge: Judge, finder: ActorFinder) -> tuple[BehaviourTest, ...]:
    """Ask a model every case of a folder, its actors' places told, and look whether the actor list finds them.

    A case counts once, however many forms of its sentence are tried: it fails where one of them does.

    :raises ZawiyaError: when the folder holds no checklist; its subclass FaultsError with every fault of its files.
    """
    checklist = read_checklist(folder, actors=frozenset(finder.actor_ids), frames=frozenset(judge.frames))
    tests = [test for part in checklist.sets for test in _written(part)]
    plain = [case.plain.sentence for case in checklist.cases() if case.plain.sentence.mentions]
    for transformation in transformations(checklist):
        forms = [(sentence, tuple(transformation.forms(sentence))) for sentence in plain]
        asked = tuple(
            Asked((sentence, *changed), _stays(renames=transformation.renames))
            for sentence, changed in forms
            if changed
        )
        tests.append(_Test(transformation.name, transformation.about, "invariance", asked))
    # most sentences are asked once for each transformation
    sentences = {_key(s): s for test in tests for asked in test.asked for s in asked.sentences}
    answers = dict(zip(sentences, judge.label(list(sentences.values()), gold=True), strict=True))
    found = {key: _found(sentence, finder) for key, sentence in sentences.items()}
    return tuple(_counted(test, answers, found) for test in tests if test.asked)


def _key(sentence: Sentence) -> _Key:
    return sentence.text, tuple((m.actor, m.start, m.end) for m in sentence.mentions)


def _written(part: CaseSet) -> Iterator[_Test]:
    """The tests of a file: one of each kind of case that it holds."""
    kinds: dict[str, list[Asked]] = {}
    for case in part.cases:
        kind = "expected" if case.variant is None else "invariance" if case.stays else "contrast"
        kinds.setdefault(kind, []).append(_asked(case, part.checks))
    for kind, asked in kinds.items():
        name = part.name if len(kinds) == 1 or kind == "expected" else f"{part.name}, {kind}"
        yield _Test(name, part.about, kind, tuple(asked))


def _asked(case: Case, checks: Sequence[Check]) -> Asked:
    if case.variant is None:
        return Asked((case.plain.sentence,), _expected((case.plain,), checks))
    both = (case.plain.sentence, case.variant.sentence)
    return Asked(both, _stays() if case.stays else _expected((case.plain, case.variant), checks))


def _expected(
    all_expected: Sequence[Expected], checks: Sequence[Check]
) -> Callable[[Sequence[Sentence]], Failure | None]:
    """Every answer must be what is expected of it."""

    def fault(answers: Sequence[Sentence]) -> Failure | None:
        for expected, given in zip(all_expected, answers, strict=True):
            wrong = [
                *(
                    _row_faults(expected.sentence, given, holders="holder" in checks)
                    if set(checks) - {"frames"}
                    else ()
                ),
                *(_frame_faults(expected, given) if "frames" in checks else ()),
            ]
            if wrong:
                variant = given.text if expected is not all_expected[0] else None
                said, got = ("; ".join(column) for column in zip(*wrong, strict=True))
                return Failure(answers[0].text, variant, said, got)
        return None

    return fault


def _row_faults(expected: Sentence, given: Sentence, *, holders: bool) -> Iterator[tuple[str, str]]:
    for gold, answer in zip(expected.mentions, given.mentions, strict=True):
        if gold.stance != answer.stance or (holders and gold.holder != answer.holder):
            yield _label(gold), _label(answer)


def _label(mention: Mention) -> str:
    return f"{mention.text}: {mention.stance}" + (f", {mention.holder}" if mention.holder else "")


def _frame_faults(expected: Expected, given: Sentence) -> Iterator[tuple[str, str]]:
    missing = [frame for frame in expected.frames if frame not in given.frames]
    false = [frame for frame in expected.without if frame in given.frames]
    if missing or false:
        said = [*expected.frames, *(f"not {frame}" for frame in expected.without)]
        yield ", ".join(said), ", ".join(given.frames) or "no frame"


def _stays(*, renames: bool = False) -> Callable[[Sequence[Sentence]], Failure | None]:
    """Every further answer must have the stances of the first, target by target.

    :param renames: whether the targets go by other names there, and stand in the same order; else each goes by its actor.
    """

    def fault(answers: Sequence[Sentence]) -> Failure | None:
        first = answers[0]
        for changed in answers[1:]:
            if renames:
                pairs = list(zip(first.mentions, changed.mentions, strict=True))
            else:
                by_actor = {m.actor: m for m in changed.mentions}
                pairs = [(m, by_actor[m.actor]) for m in first.mentions]
            moved = [(_label(before), _label(after)) for before, after in pairs if before.stance != after.stance]
            if moved:
                said, got = ("; ".join(column) for column in zip(*moved, strict=True))
                return Failure(first.text, changed.text, said, got)
        return None

    return fault


def _found(sentence: Sentence, finder: ActorFinder) -> bool:
    """Whether the actor list finds every actor of a sentence at its place."""
    alone = replace(sentence, mentions=())
    [seen] = finder.find(Article("case", sentence.text, sentences=(alone,))).sentences
    places = {(m.actor, m.start, m.end) for m in seen.mentions}
    return all((m.actor, m.start, m.end) in places for m in sentence.mentions)


def _counted(test: _Test, answers: dict[_Key, Sentence], found: dict[_Key, bool]) -> BehaviourTest:
    keys = [[_key(s) for s in asked.sentences] for asked in test.asked]
    given = [[answers[key] for key in each] for each in keys]
    failed = [failure for asked, said in zip(test.asked, given, strict=True) if (failure := asked.fault(said))]
    moved = [len({answer.frames for answer in said}) > 1 for said in given]
    lost = [not all(found[key] for key in each) for each in keys]
    invariant = test.kind == "invariance"
    cases = len(test.asked)
    return BehaviourTest(
        name=test.name,
        about=test.about,
        kind=test.kind,  # type: ignore[arg-type]
        cases=cases,
        failed=len(failed),
        rate=rate(len(failed), cases),
        frames_moved=rounded(sum(moved) / cases) if invariant else None,
        unfound=None if test.name == "actor masked" else rounded(sum(lost) / cases),
        examples=tuple(failed[:SHOWN]),
    )
