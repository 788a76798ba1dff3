"""What annotators did in Label Studio, read from its export: JSON with everything in it, or JSON-MIN.

Each annotator's work is told apart by the number that Label Studio gave the person. Where one annotated a task twice, the
later annotation counts. JSON-MIN has no ids of regions, so stance, actor and holder are put together by their spans; take
JSON wherever there is a choice.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Mention, Sentence

from .labels import Labels
from .records import Answers, Key, relabelled
from .studio import OPEN
from .texts import alike, mended

_NAMES = ("stance", "actor", "holder")
_PREFIX = "target_"


@dataclass
class _Region:
    """One region with what was chosen for it."""

    to: str
    value: Mapping[str, Any]
    chosen: dict[str, list[str]] = field(default_factory=dict)


@dataclass
class _Work:
    """What one annotator did, while it is being read."""

    sentences: dict[Key, Sentence] = field(default_factory=dict)
    dates: dict[Key, str] = field(default_factory=dict)
    skipped: set[Key] = field(default_factory=set)
    repeated: int = 0
    undecided: int = 0


def read_studio(path: Path, known: Mapping[Key, Sentence], labels: Labels) -> list[Answers]:
    """Each annotator's answers in a Label Studio export.

    :param known: the sentences that were exported, as they are now.
    :raises FaultsError: with every task that is not theirs, every label that is unknown and every region out of place.
    """
    work: dict[str, _Work] = defaultdict(_Work)
    faults: list[str] = []
    for number, task in enumerate(_tasks(path), start=1):
        try:
            key, sentence = _sentence(task, known)
            annotations = list(_annotations(task))
        except ZawiyaError as error:
            faults.append(f"task {task.get('id', number)}: {error}")
            continue
        except (AttributeError, TypeError, KeyError, IndexError) as error:
            faults.append(f"task {task.get('id', number)}: is not as Label Studio writes it ({error}); export it anew")
            continue
        for annotation in annotations:
            place = f"task {task.get('id', number)} ({key[0]}, {key[1]}–{key[2]}), annotator {annotation.annotator}"
            try:
                _take(work[annotation.annotator], key, sentence, annotation, labels)
            except FaultsError as error:
                faults += [f"{place}: {fault}" for fault in error.faults]
    if faults:
        raise FaultsError(str(path), faults)
    return [_answers(name, done) for name, done in sorted(work.items())]


@dataclass(frozen=True)
class _Annotation:
    """One annotation of a task."""

    annotator: str
    date: str
    cancelled: bool
    regions: Sequence[_Region]
    frames: Sequence[str]


def _tasks(path: Path) -> list[dict[str, Any]]:
    try:
        tasks = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a Label Studio export that can be read: {error}") from error
    except (ValueError, RecursionError) as error:
        raise ZawiyaError(
            f"{path}: expected Label Studio's JSON, found something else ({error}); export as JSON"
        ) from error
    if not isinstance(tasks, list) or not all(isinstance(task, dict) for task in tasks):
        raise ZawiyaError(f"{path}: expected a list of tasks, found something else; export as JSON or JSON-MIN")
    return tasks


def _sentence(task: Mapping[str, Any], known: Mapping[Key, Sentence]) -> tuple[Key, Sentence]:
    data = task.get("data", task)
    found = (data.get("article_id"), data.get("start"), data.get("end"))
    key = found if found in known else next((key for key in known if (mended(key[0]), *key[1:]) == found), None)
    if key is None:
        raise ZawiyaError(
            f"expected a sentence of the articles, found {found[0]!r}, {found[1]}–{found[2]}; "
            "name the articles that were exported"
        )
    if not alike(str(data.get("text", "")), known[key].text):
        raise ZawiyaError(f"the text of {key[0]!r}, {key[1]}–{key[2]} is not that of the articles; export it anew")
    return key, known[key]


def _annotations(task: Mapping[str, Any]) -> Iterator[_Annotation]:
    if "data" not in task:
        # a task that nobody has done stands there too, when all are exported
        if task.get("annotation_id") is not None:
            yield _minimal(task)
        return
    for annotation in task.get("annotations") or ():
        regions: dict[str, _Region] = {}
        frames: list[str] = []
        for item in annotation.get("result") or ():
            value, name = item.get("value") or {}, str(item.get("from_name", "")).removeprefix(_PREFIX)
            if name == "frames":
                frames += [str(frame) for frame in value.get("choices", ())]
            elif name in _NAMES and "start" in value:
                region = regions.setdefault(str(item.get("id")), _Region(str(item.get("to_name", "text")), value))
                region.chosen[name] = _chosen(value)
        yield _Annotation(
            _annotator(annotation.get("completed_by")),
            str(annotation.get("updated_at") or annotation.get("created_at") or ""),
            bool(annotation.get("was_cancelled")),
            tuple(regions.values()),
            frames,
        )


def _minimal(task: Mapping[str, Any]) -> _Annotation:
    """A task of JSON-MIN, which holds one annotation of it."""
    spans: dict[tuple[str, int, int, int], _Region] = {}
    for prefix, to in (("", "text"), (_PREFIX, "targets")):
        for name in _NAMES:
            met: dict[tuple[int, int], int] = defaultdict(int)
            for value in _listed(task.get(f"{prefix}{name}")):
                if not isinstance(value, Mapping) or "start" not in value:
                    continue
                start, end = value["start"], value["end"]
                region = spans.setdefault((to, start, end, met[start, end]), _Region(to, value))
                region.chosen[name] = _chosen(value)
                met[start, end] += 1
    frames = task.get("frames")
    chosen = frames.get("choices", ()) if isinstance(frames, Mapping) else _listed(frames)
    return _Annotation(
        _annotator(task.get("annotator")),
        str(task.get("updated_at") or ""),
        False,
        tuple(spans.values()),
        [str(frame) for frame in chosen],
    )


def _chosen(value: Mapping[str, Any]) -> list[str]:
    """What was chosen for a region; of a path in a taxonomy the end."""
    paths = [path[-1] for path in value.get("taxonomy") or () if path]
    return [str(label) for label in value.get("labels") or value.get("choices") or paths]


def _listed(value: Any) -> Sequence[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [] if value is None else [value]


def _annotator(person: Any) -> str:  # noqa: ANN401 - a number, or an object with one
    return str(person.get("id", "unknown") if isinstance(person, Mapping) else "unknown" if person is None else person)


def _take(work: _Work, key: Key, sentence: Sentence, annotation: _Annotation, labels: Labels) -> None:
    """Add an annotation to its annotator's work, unless a later one of the same task is there."""
    if key in work.dates:
        work.repeated += 1
        if annotation.date < work.dates[key]:
            return
    work.dates[key] = annotation.date
    work.sentences.pop(key, None)
    work.skipped.discard(key)
    if annotation.cancelled:
        work.skipped.add(key)
        return
    mentions: list[Mention] = []
    frames: list[str] = []
    faults: list[str] = []
    for region in annotation.regions:
        try:
            mentions.append(_mention(region, sentence, labels))
        except FaultsError as error:
            faults += error.faults
    for frame in annotation.frames:
        try:
            frames.append(labels.frame(frame))
        except ZawiyaError as error:
            faults.append(str(error))
    if faults:
        raise FaultsError("annotation", faults)
    if any(mention.stance is None for mention in mentions):
        work.undecided += 1
        return
    # the same region drawn twice says nothing new
    once = {(m.start, m.end, m.actor, m.text): m for m in mentions}
    work.sentences[key] = relabelled(sentence, list(once.values()), list(dict.fromkeys(frames)))


def _mention(region: _Region, sentence: Sentence, labels: Labels) -> Mention:
    words = str(region.value.get("text", ""))
    faults: list[str] = []
    given: dict[str, str | None] = {}
    for name, find in (("stance", labels.stance), ("actor", labels.actor), ("holder", labels.holder)):
        chosen = region.chosen.get(name, [])
        given[name] = None
        if len(chosen) > 1:
            faults.append(f"«{words}»: expected one {name}, found {' and '.join(chosen)}; leave one")
        elif chosen != [OPEN] or name != "stance":
            try:
                given[name] = find(chosen[0]) if chosen else None
            except ZawiyaError as error:
                faults.append(f"«{words}»: {error}")
        if not chosen and name != "holder":
            faults.append(f"«{words}»: has no {name}; choose one, or delete the region")
    start = end = 0
    try:
        start, end, words = _appended(region, sentence) if region.to == "targets" else _span(region.value, sentence)
    except ZawiyaError as error:
        faults.append(str(error))
    if faults:
        raise FaultsError("region", faults)
    mention = Mention(given["actor"] or "", start, end, words, holder=given["holder"])
    return replace(mention, stance=labels.stance(given["stance"])) if given["stance"] else mention


def _span(value: Mapping[str, Any], sentence: Sentence) -> tuple[int, int, str]:
    """Where a region stands in its article, without white space at its ends."""
    start, end = _place(value, sentence.text)
    words = sentence.text[start:end]
    start += len(words) - len(words.lstrip())
    words = words.strip()
    if not words:
        raise ZawiyaError(f"the region at {value.get('start')}–{value.get('end')} holds no words; delete it")
    return sentence.start + start, sentence.start + start + len(words), words


def _appended(region: _Region, sentence: Sentence) -> tuple[int, int, str]:
    """A target that its sentence does not name: an empty span at the end, its words its name."""
    names = [mention.text for mention in sentence.mentions if mention.appended]
    start, end = _place(region.value, "\n".join(names))
    words = "\n".join(names)[start:end]
    if words not in names:
        raise ZawiyaError(f"«{words}»: expected the whole name of a target ({', '.join(names)}); mark all of it")
    return sentence.end, sentence.end, words


def _place(value: Mapping[str, Any], text: str) -> tuple[int, int]:
    """Start and end in code points; versions before 1.4 counted halves of surrogate pairs, which the words give away."""
    start, end, words = value.get("start"), value.get("end"), str(value.get("text") or "")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start < end:
        spans = [(start, end), _from_halves(text, start, end)] if words else [(start, end)]
        for same in (str.__eq__, _same):
            for first, last in spans:
                if last <= len(text) and (not words or same(words, text[first:last])):
                    return first, last
    raise ZawiyaError(
        f"«{words}»: expected a span of the sentence that holds these words, found {start}–{end}; delete the region and "
        "mark the words again"
    )


def _from_halves(text: str, start: int, end: int) -> tuple[int, int]:
    """A span in code units of UTF-16 as one in code points."""
    halves = text.encode("utf-16-le", "surrogatepass")
    first, last = (len(halves[: 2 * place].decode("utf-16-le", "replace")) for place in (start, end))
    return first, last if 2 * end <= len(halves) else len(text) + 1


def _same(words: str, text: str) -> bool:
    # Label Studio writes the end of a line as a backslash and an n
    return alike(words, text) or alike(words.replace("\\n", "\n"), text)


def _answers(name: str, work: _Work) -> Answers:
    notes = []
    if work.repeated:
        notes.append(f"{work.repeated} tasks were annotated more than once; the latest annotation counts")
    if work.undecided:
        notes.append(f"{work.undecided} sentences have a name whose stance is still undecided; they are left out")
    return Answers(name, work.sentences, len(work.skipped), tuple(notes))
