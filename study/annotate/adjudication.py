"""Disagreements to be decided by a third person, and the final corpus that the decisions make.

The file to decide in is a sheet with every annotator's answer and an empty column. A decision is an answer, or the name of
the annotator who is right; a sentence of which one thing is undecided stays out of the corpus, since half a sentence would
be trained on as a whole.
"""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from zawiya.corpus import write_corpus
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention, Sentence

from .disagreements import NO, NONE, YES, Disagreement, disagreements
from .grid import Row, read_grid
from .importing import answered
from .labels import Labels
from .records import Key, by_hand
from .sheet import REJECT
from .texts import alike, guarded, stripped, unguarded, whole_number
from .together import Together, rows_of

_PLACE = ("sentence", "mention", "actor", "frame")
_KEY = ("article_id", "start", "end")
DECISION, NUMBER = "decision", "number"
_YES, _NO = {YES, "1", "true", "نعم"}, {NO, "0", "false", "لا"}


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """What became of the disagreements.

    :param sentences: in the final corpus.
    :param decided: disagreements that were decided.
    :param undecided: those that were not; their sentences are left out.
    :param left_out: sentences left out.
    :param alone: sentences of the corpus that one annotator only has, taken as they are.
    """

    articles: int
    sentences: int
    decided: int
    undecided: int
    left_out: int
    alone: int


def write_disagreements(together: Together, path: Path, *, overwrite: bool = False) -> tuple[Disagreement, ...]:
    """Write everything that is to be decided, and return it.

    :raises ZawiyaError: when the file cannot be written, or stands there and may hold decisions.
    """
    if path.exists() and not overwrite:
        raise ZawiyaError(
            f"{path}: stands there already and may hold decisions; name another file, or pass --overwrite"
        )
    found = tuple(disagreements(together))
    try:
        write_sheet(found, together.names, path)
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a file that can be written: {error}") from error
    return found


def write_sheet(found: Sequence[Disagreement], names: Sequence[str], path: Path) -> None:
    """Write disagreements as a sheet, with a column for each annotator and one for the decision."""
    rows = [_cells(number, one) for number, one in enumerate(found, start=1)]
    columns = [guarded([row[place] for row in rows]) for place in range(len(_header(names)))]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(guarded(_header(names)))
        writer.writerows(zip(*columns, strict=True))


def _header(names: Sequence[str]) -> list[str]:
    return [NUMBER, DECISION, *_PLACE, *names, *_KEY]


def _cells(number: int, one: Disagreement) -> list[str]:
    said = ["" if answer is None else answer for answer in one.said]
    key = [one.key[0], str(one.key[1]), str(one.key[2])]
    return [str(number), "", one.sentence, one.mention, one.actor, one.frame, *said, *key]


def adjudicate(together: Together, decided: Path, out: Path, labels: Labels) -> Adjudicated:
    """Lay decisions over what annotators agree on, and write the final corpus.

    :param decided: the sheet of :func:`write_sheet` of the same annotations, with decisions.
    :raises FaultsError: with every decision that is no answer, and its row number.
    :raises ZawiyaError: when nothing is left to be written.
    """
    found = list(disagreements(together))
    decisions = _read(decided, found, together.names, labels)
    undecided = {one.key for place, one in enumerate(found) if place not in decisions}
    by_key: dict[Key, dict[tuple[str, str], str]] = {}
    for place, answer in decisions.items():
        one = found[place]
        by_key.setdefault(one.key, {})[one.actor, one.frame] = answer
    sentences = {
        key: _final([s for s in said if s], by_key.get(key, {}), labels)
        for key, said in together.sentences.items()
        if key not in undecided
    }
    if not sentences:
        raise ZawiyaError(f"{decided}: expected decisions, found none that completes a sentence; fill in `{DECISION}`")
    made = answered(_whole(together), sentences)
    try:
        write_corpus(out, made)
    except OSError as error:
        raise ZawiyaError(f"{out}: expected a file that can be written: {error}") from error
    alone = sum(key not in together.shared for key in sentences)
    return Adjudicated(len(made), len(sentences), len(decisions), len(found) - len(decisions), len(undecided), alone)


def _whole(together: Together) -> list[Article]:
    """The articles with every sentence that any annotator has; furniture is the first annotator's."""
    sentences: dict[str, list[Sentence]] = {
        a.id: [s for s in a.sentences if s.role == "furniture"] for a in together.articles
    }
    for key, said in together.sentences.items():
        sentences[key[0]].append(next(sentence for sentence in said if sentence))
    return [
        article.with_sentences(tuple(sorted(sentences[article.id], key=lambda s: (s.start, s.end))))
        for article in together.articles
    ]


def _final(said: Sequence[Sentence], decisions: Mapping[tuple[str, str], str], labels: Labels) -> Sentence:
    """A sentence with what its annotators agree on and what was decided."""
    rows = [rows_of(sentence) for sentence in said]
    mentions = []
    for actor in dict.fromkeys(actor for one in rows for actor in one):
        held = [one[actor] for one in rows if actor in one]
        answer = decisions.get((actor, ""))
        if answer is None:
            mentions.append(held[0])
        elif answer != NONE:
            mentions.append(_labelled(held, answer, labels))
    frames = [
        frame
        for frame in dict.fromkeys(frame for sentence in said for frame in sentence.frames)
        if decisions.get(("", frame), YES) == YES
    ]
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return by_hand(replace(said[0], mentions=tuple(mentions), frames=tuple(frames)))


def _labelled(held: Sequence[Mention], answer: str, labels: Labels) -> Mention:
    """The mention with the answer, at the words of whoever gave it first."""
    stance, _, holder = answer.partition(" ")
    given = labels.stance(stance), holder or None
    same = next((mention for mention in held if (mention.stance, mention.holder) == given), held[0])
    return replace(same, stance=given[0], holder=given[1])


def _read(path: Path, found: Sequence[Disagreement], names: Sequence[str], labels: Labels) -> dict[int, str]:
    """The decisions by the place of their disagreement."""
    columns = [NUMBER, DECISION, *_PLACE, *_KEY]
    grid = read_grid(path, columns, (DECISION, "actor", "frame", *_KEY))
    places = {(one.key, one.actor, one.frame): place for place, one in enumerate(found)}
    decisions: dict[int, str] = {}
    faults: list[str] = []
    for row in grid.rows:
        try:
            place = _placed(row, found, places, old=grid.old)
            written = stripped(unguarded(row.cells[DECISION]))
            if not written:
                continue
            if place in decisions:
                raise ZawiyaError("decides once more what stands in a row above; keep one of them")
            decisions[place] = _decision(written, found[place], names, labels)
        except ZawiyaError as error:
            faults.append(f"row {row.number}: {error}")
    if faults:
        raise FaultsError(str(path), faults)
    return decisions


def _placed(row: Row, found: Sequence[Disagreement], places: Mapping[tuple[Key, str, str], int], *, old: bool) -> int:
    """The disagreement of a row: by what it says it is about, else by its number and its sentence."""
    cells = {name: unguarded(cell) for name, cell in row.cells.items()}
    start, end, number = (whole_number(cells.get(name, "")) for name in ("start", "end", NUMBER))
    if start is not None and end is not None:
        place = places.get(((cells["article_id"], start, end), cells["actor"], cells["frame"]))
        if place is not None:
            return place
    if number and number <= len(found) and alike(cells.get("sentence", ""), found[number - 1].sentence, old=old):
        one = found[number - 1]
        if (cells["actor"], cells["frame"]) == (one.actor, one.frame):
            return number - 1
    raise ZawiyaError(
        "expected one of the disagreements of these annotations, found another; restore article_id, start, end, actor and "
        "frame, or write the sheet anew from the same annotations"
    )


def _decision(written: str, one: Disagreement, names: Sequence[str], labels: Labels) -> str:
    """The answer that a decision stands for."""
    if written in names:
        answer = one.said[names.index(written)]
        if answer is None:
            raise ZawiyaError(
                f"{DECISION}: {written} did not have the sentence; take another annotator, or give the answer"
            )
        return answer
    plain = written.casefold()
    if one.frame:
        if plain in _YES | _NO:
            return YES if plain in _YES else NO
        raise ZawiyaError(f"{DECISION}: expected yes, no, or an annotator ({', '.join(names)}), found {written!r}")
    if plain in {NONE, REJECT, "-", "–"}:
        return NONE
    stance, _, holder = written.partition(" ")
    try:
        given = labels.stance(stance)
        held = labels.holder(holder) if stripped(holder) else None
    except ZawiyaError as error:
        raise ZawiyaError(
            f"{DECISION}: expected `STANCE HOLDER`, `neutral`, `{REJECT}`, or an annotator ({', '.join(names)}); {error}"
        ) from error
    if given == "neutral":
        return given
    if held is None:
        raise ZawiyaError(f"{DECISION}: says {given} and not who holds it; write `{given} author`, or another holder")
    return f"{given} {held}"
