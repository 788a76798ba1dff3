"""An annotator's spreadsheet, read back: every row is held against the articles, and every fault has its row's number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Mention, Sentence

from .grid import Row, read_grid
from .labels import Labels
from .records import Answers, Key, relabelled
from .sheet import COLUMNS, REJECT, SENTENCE
from .texts import alike, mended, stripped, unguarded, whole_number

#: Written by people for a name that is none, and for a sentence that is not yet done.
_REJECTED = {REJECT, "rejected", "not an actor", "not_an_actor", "none", "no", "لا", "ليس"}
_NO = {"", "0", "0.0", "no", "false", "لا", "-", "–"}
_SEPARATORS = ";,،؛|\n"
_NEEDED = ("row", "sentence", "frames", "actor", "stance", "holder", "article_id", "start", "end")


@dataclass
class _Found:
    """What the sheet says of one sentence, while it is being read."""

    row: int | None = None
    checked: bool = False
    frames: list[str] = field(default_factory=list)
    mentions: dict[tuple[int, int, str], tuple[int, Mention | None]] = field(default_factory=dict)
    actors: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Known:
    """The sentences that the sheet may be about, and how to find one whose id a spreadsheet has spoilt."""

    sentences: Mapping[Key, Sentence]
    spans: Mapping[tuple[int, int], tuple[Key, ...]]
    old: bool

    def find(self, cells: Mapping[str, str]) -> tuple[Key, bool]:
        """The sentence of a row, and whether its id had to be guessed from its place and text."""
        start, end = whole_number(cells.get("start", "")), whole_number(cells.get("end", ""))
        if start is None or end is None:
            raise ZawiyaError(
                f"start and end: expected whole numbers, found {cells.get('start', '')!r} and {cells.get('end', '')!r}; "
                "copy them from another row of the sentence"
            )
        written, text = unguarded(cells.get("article_id", "")), unguarded(cells.get("sentence", ""))
        for name in (written, cells.get("article_id", ""), stripped(written)):
            if (name, start, end) in self.sentences:
                key = (name, start, end)
                if not self._says(text, key):
                    raise ZawiyaError(
                        "sentence: is not the text that stands there in the article; columns may have been sorted apart "
                        "from each other: restore the order, or the text"
                    )
                return key, False
        near = [key for key in self.spans.get((start, end), ()) if self._says(text, key)]
        same = [key for key in near if mended(key[0]) == written]
        if len(same) == 1 or len(near) == 1:
            return (same or near)[0], not same
        raise ZawiyaError(
            f"expected a sentence of the articles, found {written!r}, {start}–{end}; name the articles that were exported, "
            "or restore article_id, start and end"
        )

    def _says(self, text: str, key: Key) -> bool:
        return alike(text, self.sentences[key].text, old=self.old)


def read_sheet(path: Path, known: Mapping[Key, Sentence], labels: Labels, *, take_all: bool = False) -> Answers:
    """An annotator's answers in a CSV file.

    :param known: the sentences that were exported, as they are now.
    :param take_all: take every sentence as looked at, whatever its ``checked`` says.
    :raises FaultsError: with every fault and its row number.
    :raises ZawiyaError: when the file is no such sheet, or no sentence of it is checked.
    """
    grid = read_grid(path, COLUMNS, _NEEDED if take_all else ("checked", *_NEEDED))
    spans: dict[tuple[int, int], tuple[Key, ...]] = defaultdict(tuple)
    for key in known:
        spans[key[1:]] += (key,)
    places = _Known(known, spans, grid.old)
    faults: list[str] = []
    found, guessed = _gathered(grid.rows, places, labels, take_all=take_all, faults=faults)
    sentences = {}
    for key, one in found.items():
        if one.row is None:
            faults.append(f"row {one.actors[0]}: its sentence has no row of its own any more; restore that row")
        elif one.checked:
            frames = list(_frames(one, labels, faults))
            mentions = [mention for _, mention in one.mentions.values() if mention]
            sentences[key] = relabelled(known[key], mentions, frames)
    if faults:
        raise FaultsError(str(path), sorted(faults, key=_row_number))
    if not sentences:
        raise ZawiyaError(
            f"{path}: expected sentences that are checked, found none; write an x under `checked` beside each sentence that "
            "was looked at, or pass --all to take every one as it stands"
        )
    return Answers(None, sentences, notes=tuple(_notes(sentences, known, found, guessed, old=grid.old)))


def _gathered(
    rows: Sequence[Row], places: _Known, labels: Labels, *, take_all: bool, faults: list[str]
) -> tuple[dict[Key, _Found], int]:
    """What the rows say of each sentence, and how many had an id that had to be guessed."""
    found: dict[Key, _Found] = defaultdict(_Found)
    placed: list[tuple[Row, Key]] = []
    guessed = 0
    for row in rows:
        try:
            key, guess = places.find(row.cells)
        except ZawiyaError as error:
            faults.append(f"row {row.number}: {error}")
            continue
        guessed += guess
        placed.append((row, key))
        if _of_sentence(row):
            _take_sentence(row, found[key], take_all=take_all, faults=faults)
    # sentences first: rows may have been sorted
    for row, key in placed:
        if not _of_sentence(row):
            found[key].actors.append(row.number)
            if found[key].checked:
                _take_actor(row, places.sentences[key], found[key], labels, old=places.old, faults=faults)
    return found, guessed


def _of_sentence(row: Row) -> bool:
    kind = stripped(row.cells.get("row", "")).casefold()
    return kind == SENTENCE or (not kind and not stripped(row.cells.get("actor", "")))


def _row_number(fault: str) -> int:
    return int(fault.removeprefix("row ").partition(":")[0])


def _take_sentence(row: Row, found: _Found, *, take_all: bool, faults: list[str]) -> None:
    if found.row is not None:
        faults.append(f"row {row.number}: is the same sentence as row {found.row}; keep one of them")
        return
    found.row = row.number
    found.checked = take_all or stripped(row.cells.get("checked", "")).casefold() not in _NO
    found.frames = _split(row.cells.get("frames", ""))


def _split(cell: str) -> list[str]:
    for separator in _SEPARATORS:
        cell = cell.replace(separator, ";")
    return [part for part in (stripped(unguarded(part)) for part in cell.split(";")) if part]


def _frames(found: _Found, labels: Labels, faults: list[str]) -> Iterator[str]:
    for written in found.frames:
        try:
            yield labels.frame(written)
        except ZawiyaError as error:
            faults.append(f"row {found.row}: {error}")


def _take_actor(row: Row, sentence: Sentence, found: _Found, labels: Labels, *, old: bool, faults: list[str]) -> None:
    """Add an actor's row to what its sentence holds."""
    cells = {name: unguarded(cell) for name, cell in row.cells.items()}
    own: list[str] = []
    mention = Mention("", sentence.start, sentence.start, "")
    rejected = stripped(cells["stance"]).casefold() in _REJECTED
    try:
        mention = _place(cells, sentence, old=old)
    except ZawiyaError as error:
        own.append(str(error))
    try:
        mention = replace(mention, actor=labels.actor(cells["actor"]))
    except ZawiyaError as error:
        own.append(str(error))
    if not rejected:
        try:
            mention = replace(mention, stance=labels.stance(cells["stance"]))
        except ZawiyaError as error:
            own.append(f"{error}, or write {REJECT} where it is no actor")
        try:
            mention = replace(mention, holder=labels.holder(cells["holder"]) if stripped(cells["holder"]) else None)
        except ZawiyaError as error:
            own.append(str(error))
    place = (mention.start, mention.end, mention.actor)
    if not own and place in found.mentions:
        own.append(f"says the same actor and words as row {found.mentions[place][0]}; keep one of them")
    faults += [f"row {row.number}: {fault}" for fault in own]
    if not own:
        found.mentions[place] = (row.number, None if rejected else mention)


def _place(cells: Mapping[str, str], sentence: Sentence, *, old: bool) -> Mention:
    """Where the row's words stand: at the place it gives, else wherever the sentence has them, if that is once."""
    words = cells.get("mention", "")
    start, end = whole_number(cells.get("mention_start", "")), whole_number(cells.get("mention_end", ""))
    if start is not None and end is not None:
        if start == end == sentence.end:
            return _appended(cells, sentence, old=old)
        there = sentence.text[start - sentence.start : end - sentence.start] if start >= sentence.start else ""
        if there and end <= sentence.end and (alike(words, there, old=old) or not stripped(words)):
            return Mention("", start, end, there)
    words = words if words in sentence.text else stripped(words)
    count = sentence.text.count(words) if words else 0
    if count == 1:
        first = sentence.text.index(words)
        return Mention("", sentence.start + first, sentence.start + first + len(words), words)
    if not words:
        raise ZawiyaError("mention: expected the words that name the actor, found nothing; copy them from the sentence")
    if not count:
        raise ZawiyaError(f"mention: expected words of the sentence, found «{words}»; copy them from it")
    raise ZawiyaError(
        f"mention: «{words}» stands in the sentence {count} times; write the first character's number in the article "
        "under mention_start, the one after the last under mention_end, or take more words"
    )


def _appended(cells: Mapping[str, str], sentence: Sentence, *, old: bool) -> Mention:
    """A target that its sentence does not name, by its own name as the articles have it."""
    named = [mention for mention in sentence.mentions if mention.appended]
    same = [m for m in named if m.actor == cells["actor"]] or named
    for mention in same:
        if alike(cells.get("mention", ""), mention.text, old=old):
            return Mention("", mention.start, mention.end, mention.text)
    raise ZawiyaError(
        f"mention: expected the name of a target ({', '.join(m.text for m in named) or 'there is none here'}), "
        f"found «{cells.get('mention', '')}»; restore it"
    )


def _notes(
    sentences: Mapping[Key, Sentence],
    known: Mapping[Key, Sentence],
    found: Mapping[Key, _Found],
    guessed: int,
    *,
    old: bool,
) -> Iterator[str]:
    if old:
        yield "the file is in Windows-1256: texts are taken from the articles, not from its cells"
    if guessed:
        yield f"{guessed} rows have an article_id that the spreadsheet changed; they were found by their place and text"
    gone = sum(max(0, len(known[key].mentions) - len(found[key].actors)) for key in sentences)
    if gone:
        yield f"{gone} actor rows of checked sentences are gone from the file: taken as names that were rejected"
