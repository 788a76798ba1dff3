"""Actors named in one sentence: longest match first, through clitics, decided by context where a name is ambiguous.

Precision is bought with rules that are data (the taxonomy's), recall with folding; what both miss is left to the
model, whose not-an-actor class rejects false matches.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ..arabic import ARTICLE, Word, readings, stems
from .lexicon import Condition, Entry, Lexicon

#: Words of office taken into a mention at most: «نائب رئيس مجلس الوزراء» «القطري».
LONGEST_OFFICE = 5
#: What may stand between the words of one name: spaces, hyphens, quotation marks.
_JOINERS = frozenset(" \t\u00a0\u200f\u200e\u200c\u200d\u202b\u202a\u202c-‐‑–\"'«»“”‘’")


_MONTH = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])(?:-[0-9]{2})?")


@dataclass(frozen=True, slots=True)
class Match:
    """A stretch of words that names an actor, or hides a name (actor None).

    :param first: index of its first word.
    :param last: index of its last word, inclusive.
    :param start: offset where the name begins in the text as read, clitics left out.
    """

    actor: str | None
    first: int
    last: int
    start: int
    end: int
    origin: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a sentence when a name in it is ambiguous.

    :param words: stems of the words of the title.
    :param named: actors that the article has named without ambiguity so far.
    :param month: month or year of the article, as :func:`month_of` gives it; None where unknown.
    """

    words: frozenset[str] = frozenset()
    named: Collection[str] = ()
    month: str | None = None


def match(text: str, sentence: Sequence[Word], lexicon: Lexicon, around: Surroundings) -> list[Match]:
    """The actors named in a sentence, in order, without overlaps.

    :param text: the text that the words' offsets are into.
    """
    found: list[Match] = []
    position = 0
    while position < len(sentence):
        best = _best_at(text, sentence, position, lexicon, around)
        if best is None:
            position += 1
            continue
        floor = found[-1].last + 1 if found else 0
        found.append(_with_office(text, sentence, best, lexicon, floor))
        position = best.last + 1
    return [candidate for candidate in found if candidate.actor is not None]


def _best_at(
    text: str, sentence: Sequence[Word], position: int, lexicon: Lexicon, around: Surroundings
) -> Match | None:
    """The longest accepted entry that begins at a word; among equals, the one that takes off fewest clitics."""
    word = sentence[position]
    best: tuple[int, int, int] | None = None
    chosen: Match | None = None
    for clitics, rest in readings(word.text):
        for entry in lexicon.entries.get(rest, ()):
            length = len(entry.tokens)
            # of two persons of one name, the later in office
            rank = (-length, clitics, -entry.month)
            if best is not None and rank >= best:
                continue
            last = position + length - 1
            if length > 1 and not _words_follow(text, sentence, position, entry):
                continue
            if not _accepted(sentence, position, last, entry, lexicon, around):
                continue
            best = rank
            chosen = Match(entry.actor, position, last, word.offset_after(clitics), sentence[last].end, entry.origin)
    return chosen


def _words_follow(text: str, sentence: Sequence[Word], position: int, entry: Entry) -> bool:
    if position + len(entry.tokens) > len(sentence):
        return False
    for offset, token in enumerate(entry.tokens[1:], start=1):
        if sentence[position + offset].text != token or not _joined(text, sentence, position + offset):
            return False
    return True


def _joined(text: str, sentence: Sequence[Word], index: int) -> bool:
    """Whether a word follows the one before it with nothing but joiners between them."""
    return all(character in _JOINERS for character in text[sentence[index - 1].end : sentence[index].start])


def _accepted(
    sentence: Sequence[Word], first: int, last: int, entry: Entry, lexicon: Lexicon, around: Surroundings
) -> bool:
    if entry.origin == "inflected" and first > 0 and stems(sentence[first - 1].text) & lexicon.hosts:
        return False
    if entry.origin == "leader" and not _in_office(entry, around.month):
        return False
    return entry.condition is None or _condition_holds(sentence, first, last, entry.condition, entry.actor, around)


def month_of(date: str | None) -> str | None:
    """The month of an ISO 8601 date, the year of any other («20 يناير 2021»), None where it names none."""
    found = _MONTH.search(date or "")
    return found.group() if found else None


def _in_office(entry: Entry, month: str | None) -> bool:
    """Whether a person stands for the actor in a month: never before the first month of office."""
    if month is None or entry.since is None:
        return True
    return entry.since[: len(month)] <= month[: len(entry.since)]


def _condition_holds(
    sentence: Sequence[Word],
    first: int,
    last: int,
    condition: Condition,
    actor: str | None,
    around: Surroundings,
) -> bool:
    before = stems(sentence[first - 1].text) if first > 0 else frozenset()
    after = stems(sentence[last + 1].text) if last + 1 < len(sentence) else frozenset()
    if before & condition.not_after or after & condition.not_before:
        return False
    if not condition.needs_evidence or actor in around.named:
        return True
    if before & condition.only_after or after & condition.only_before:
        return True
    if condition.near & around.words:
        return True
    return any(condition.near & stems(word.text) for index, word in enumerate(sentence) if not first <= index <= last)


def _with_office(text: str, sentence: Sequence[Word], found: Match, lexicon: Lexicon, floor: int) -> Match:
    """The match with the words of office directly before it: «وزير الخارجية» «القطري»."""
    if found.actor is None or found.start != sentence[found.first].start:
        return found
    first, start = found.first, found.start
    while first > floor and found.first - first < LONGEST_OFFICE and _joined(text, sentence, first):
        word = sentence[first - 1]
        reading = _office_reading(word, lexicon)
        if reading is None:
            break
        first -= 1
        start = word.offset_after(reading)
        if reading:
            # a word with a conjunction or preposition begins the phrase
            break
    return Match(found.actor, first, found.last, start, found.end, found.origin)


def _office_reading(word: Word, lexicon: Lexicon) -> int | None:
    """Number of clitic letters before a word of office, None where the word is none."""
    for clitics, rest in readings(word.text):
        if rest in lexicon.offices or rest.removeprefix(ARTICLE) in lexicon.offices:
            return clitics
    return None
