"""The checklist as it is written: YAML files of cases, groups of names, and sentences that have nothing to do with either."""

import dataclasses
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal

from pydantic.dataclasses import dataclass

from zawiya import config
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import AUTHOR, OTHER, STANCES, Mention, Sentence, Stance

Check = Literal["stance", "holder", "frames"]

#: Files that hold no cases.
NAMES_FILE = "names.yaml"
FILLERS_FILE = "fillers.yaml"

_MARK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True, config=config.STRICT)
class WrittenCase:
    """A case as it stands in a file.

    :param text: with every actor marked, ``[surface](actor)``.
    :param expect: for every actor ``neutral``, ``favor HOLDER`` or ``against HOLDER``.
    :param frames: that the sentence must get.
    :param without: frames that it must not get.
    :param variant: the sentence changed.
    :param then: its labels; None where they must stay as the model has them before the change.
    """

    text: str
    expect: dict[str, str]
    frames: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    variant: str | None = None
    then: dict[str, str] | None = None
    then_frames: tuple[str, ...] = ()
    then_without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=config.STRICT)
class CaseFile:
    """A file of cases that test one ability.

    :param checks: what must be right for a case to pass; who holds a stance is right only where the stance is.
    """

    version: Literal[1]
    name: str
    about: str
    checks: tuple[Check, ...]
    cases: tuple[WrittenCase, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class NameGroup:
    """Names that can stand in for each other with no change of grammar.

    :param names: the actor of each.
    :param invented: names of the same grammar that name nobody.
    """

    about: str
    names: dict[str, str]
    invented: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, config=config.STRICT)
class _NamesFile:
    version: Literal[1]
    groups: tuple[NameGroup, ...]


@dataclass(frozen=True, slots=True, config=config.STRICT)
class _FillersFile:
    version: Literal[1]
    fillers: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """A sentence with what must be said of it.

    :param sentence: its mentions carry the expected labels.
    """

    sentence: Sentence
    frames: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """A case that is ready to be asked.

    :param variant: the sentence changed, None where there is none.
    :param stays: whether the labels must stay as they were, in the place of those that the variant carries.
    """

    plain: Expected
    variant: Expected | None = None
    stays: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class CaseSet:
    """The cases of one file."""

    name: str
    about: str
    checks: tuple[Check, ...]
    cases: tuple[Case, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Checklist:
    """A folder of behaviour tests."""

    sets: tuple[CaseSet, ...]
    groups: tuple[NameGroup, ...] = ()
    fillers: tuple[str, ...] = ()

    def cases(self) -> Iterator[Case]:
        """The cases of all files."""
        for part in self.sets:
            yield from part.cases


def read_checklist(folder: Path, *, actors: Collection[str], frames: Collection[str]) -> Checklist:
    """Read a folder of behaviour tests.

    :param actors: ids of the actor list.
    :param frames: ids of the model's frames.
    :raises ZawiyaError: when there is no such folder, or no file in it; its subclass FaultsError with every fault.
    """
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise ZawiyaError(f"{folder}: expected a folder of behaviour tests (*.yaml), found none")
    faults: list[str] = []
    read = {path: _read(path, faults) for path in paths}
    files = {path: file for path, file in read.items() if isinstance(file, CaseFile)}
    faults += [
        f"{path.name}: `checks`: expected stance, holder or frames, found none; say what must be right"
        for path, file in files.items()
        if not file.checks
    ]
    groups = tuple(group for file in read.values() if isinstance(file, _NamesFile) for group in file.groups)
    faults += [
        f"{path.name}, case {number}: {fault}"
        for path, file in files.items()
        for number, case in enumerate(file.cases, start=1)
        for fault in _faults(case, actors, frames)
    ]
    faults += [
        f"{NAMES_FILE}: «{name}»: actor {actor!r} is not in the actor list"
        for group in groups
        for name, actor in group.names.items()
        if actors and actor not in actors
    ]
    if faults:
        raise FaultsError(str(folder), faults)
    return Checklist(
        tuple(CaseSet(f.name, f.about, f.checks, tuple(map(_case, f.cases))) for f in files.values()),
        groups,
        tuple(filler for file in read.values() if isinstance(file, _FillersFile) for filler in file.fillers),
    )


def _read(path: Path, faults: list[str]) -> CaseFile | _NamesFile | _FillersFile | None:
    """One file; None where it does not fit, and what is wrong with it joins the other faults."""
    schema = {NAMES_FILE: _NamesFile, FILLERS_FILE: _FillersFile}.get(path.name, CaseFile)
    try:
        return config.load(schema, path)
    except FaultsError as error:
        faults += [f"{path.name}: {fault}" for fault in error.faults]
    except ZawiyaError as error:
        faults.append(str(error))
    return None


def _faults(case: WrittenCase, actors: Collection[str], frames: Collection[str]) -> Iterator[str]:
    yield from _label_faults(case.text, case.expect, actors)
    if case.variant is not None:
        yield from _label_faults(case.variant, case.expect if case.then is None else case.then, actors)
    elif case.then is not None:
        yield "has `then` and no `variant`; write the changed sentence"
    if (case.then_frames or case.then_without) and case.then is None:
        yield "has `then_frames` or `then_without` and no `then`; write the variant's labels, {} where it names nobody"
    for frame in (*case.frames, *case.without, *case.then_frames, *case.then_without):
        if frame not in frames:
            yield f"frame {frame!r} is not one of the model's"


def _label_faults(text: str, labels: Mapping[str, str], actors: Collection[str]) -> Iterator[str]:
    if "](" in _MARK.sub(" ", text):
        yield "has a mark that cannot be read; write [surface](actor_id)"
    marked = [name for _, name in _MARK.findall(text)]
    if sorted(marked) != sorted(labels):
        yield f"expected a label for each actor marked once, found marks {marked} and labels {sorted(labels)}"
    for name, label in labels.items():
        stance, *holder = label.split() or [""]
        if stance not in STANCES or (stance == "neutral") != (not holder) or len(holder) > 1:
            yield f"{name}: expected neutral, `favor HOLDER` or `against HOLDER`, found {label!r}"
        elif not {*holder} <= {AUTHOR, OTHER, *labels}:
            yield f"{name}: holder {holder[0]!r} is not marked, so no model can name it; mark it, or write `other`"
        if actors and name not in actors:
            yield f"actor {name!r} is not in the actor list"


def _case(written: WrittenCase) -> Case:
    plain = Expected(_sentence(written.text, written.expect), written.frames, written.without)
    if written.variant is None:
        return Case(plain)
    labels = written.expect if written.then is None else written.then
    variant = Expected(_sentence(written.variant, labels), written.then_frames, written.then_without)
    return Case(plain, variant, stays=written.then is None)


def _sentence(marked: str, labels: Mapping[str, str]) -> Sentence:
    """A marked text as a sentence whose mentions carry the labels."""
    text, mentions, at = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[at : mark.start()]
        surface, actor = mark.groups()
        stance, *holder = labels[actor].split()
        held = holder[0] if holder else None
        mentions.append(Mention(actor, len(text), len(text) + len(surface), surface, _stance(stance), held))
        text += surface
        at = mark.end()
    text += marked[at:]
    return Sentence(0, len(text), text, mentions=tuple(mentions))


def _stance(name: str) -> Stance:
    return STANCES[STANCES.index(name)]  # type: ignore[arg-type]
