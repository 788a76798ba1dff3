"""Actors named in one sentence: longest match first, through clitics, decided by context where a name is ambiguous.

Precision is bought with rules that are data (the taxonomy's), recall with folding; what both miss is left to the
model, whose not-an-actor class rejects false matches.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..arabic import Word, stems
from .lexicon import Condition, Entry, Known, Lexicon

#: Words of office taken into a mention at most: «نائب رئيس مجلس الوزراء» «القطري».
LONGEST_OFFICE = 5
#: What may stand between the words of one name: spaces, hyphens, quotation marks.
_JOINERS = " \t\u00a0\u200f\u200e\u200c\u200d\u202b\u202a\u202c-‐‑–\"'«»“”‘’"


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


class _Sentence:
    """A sentence with all that decides about the names in it."""

    def __init__(self, text: str, words: Sequence[Word], lexicon: Lexicon, around: Surroundings) -> None:
        self.words = words
        self.lexicon = lexicon
        self.around = around
        self._text = text

    def joined(self, index: int) -> bool:
        """Whether a word follows the one before it with nothing but joiners between them."""
        return not self._text[self.words[index - 1].end : self.words[index].start].strip(_JOINERS)

    def holds(self, stem_set: frozenset[str], *, outside: tuple[int, int]) -> bool:
        """Whether a word with one of the stems stands outside these two positions and what is between them."""
        first, last = outside
        places = self._places
        return any(places[stem][0] < first or last < places[stem][1] for stem in stem_set if stem in places)

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Where each stem stands first and last, so that many names do not each read the whole sentence."""
        places: dict[str, tuple[int, int]] = {}
        for index, word in enumerate(self.words):
            for stem in stems(word.text):
                places[stem] = places.get(stem, (index,))[0], index
        return places


def match(
    text: str, words: Sequence[Word], known: Sequence[tuple[int, Known]], lexicon: Lexicon, around: Surroundings
) -> list[Match]:
    """The actors named in a sentence, in order, without overlaps.

    :param text: the text that the words' offsets are into.
    :param known: what the lexicon knows of the words, see :meth:`Lexicon.among`.
    """
    sentence = _Sentence(text, words, lexicon, around)
    found: list[Match] = []
    floor = 0
    for position, meanings in known:
        best = _best_at(sentence, position, meanings) if position >= floor else None
        if best is not None:
            if best.actor is not None:
                found.append(_with_office(sentence, best, floor))
            floor = best.last + 1
    return found


def _best_at(sentence: _Sentence, position: int, known: Known) -> Match | None:
    """The first accepted entry that begins at a word; the best come first."""
    words = sentence.words
    if known.longer and position + 1 < len(words):
        for clitics, entry in known.longer.get(words[position + 1].text, ()):
            last = position + len(entry.tokens) - 1
            if _words_follow(sentence, position, entry) and _accepted(sentence, position, last, entry):
                return _matched(words, position, last, clitics, entry)
    for clitics, entry in known.alone:
        if _accepted(sentence, position, position, entry):
            return _matched(words, position, position, clitics, entry)
    return None


def _matched(words: Sequence[Word], first: int, last: int, clitics: int, entry: Entry) -> Match:
    return Match(entry.actor, first, last, words[first].offset_after(clitics), words[last].end, entry.origin)


def _words_follow(sentence: _Sentence, position: int, entry: Entry) -> bool:
    words = sentence.words
    if position + len(entry.tokens) > len(words):
        return False
    for index, token in enumerate(entry.tokens[1:], start=position + 1):
        if words[index].text != token or not sentence.joined(index):
            return False
    return True


def _accepted(sentence: _Sentence, first: int, last: int, entry: Entry) -> bool:
    if entry.origin == "name" and entry.condition is None:
        return True
    if entry.origin == "inflected" and first > 0 and stems(sentence.words[first - 1].text) & sentence.lexicon.hosts:
        return False
    if entry.origin == "leader" and not _in_office(entry, sentence.around.month):
        return False
    return entry.condition is None or _condition_holds(sentence, first, last, entry.condition, entry.actor)


def month_of(date: str | None) -> str | None:
    """The month of an ISO 8601 date, the year of any other («20 يناير 2021»), None where it names none."""
    found = _MONTH.search(date or "")
    return found.group() if found else None


def _in_office(entry: Entry, month: str | None) -> bool:
    """Whether a person stands for the actor in a month: never before the first month of office."""
    if month is None or entry.since is None:
        return True
    return entry.since[: len(month)] <= month[: len(entry.since)]


def _condition_holds(sentence: _Sentence, first: int, last: int, condition: Condition, actor: str | None) -> bool:
    words, around = sentence.words, sentence.around
    before = stems(words[first - 1].text) if first > 0 else frozenset()
    after = stems(words[last + 1].text) if last + 1 < len(words) else frozenset()
    if before & condition.not_after or after & condition.not_before:
        return False
    if not condition.needs_evidence or actor in around.named:
        return True
    if before & condition.only_after or after & condition.only_before:
        return True
    return bool(condition.near & around.words) or sentence.holds(condition.near, outside=(first, last))


def _with_office(sentence: _Sentence, found: Match, floor: int) -> Match:
    """The match with the words of office directly before it: «وزير الخارجية» «القطري»."""
    words, known = sentence.words, sentence.lexicon.known
    if found.start != words[found.first].start:
        return found
    first, start = found.first, found.start
    while first > floor and found.first - first < LONGEST_OFFICE and sentence.joined(first):
        word = words[first - 1]
        office = known[word.text]
        if office is None or office.office is None:
            break
        first -= 1
        start = word.offset_after(office.office)
        if office.office:
            # a word with a conjunction or preposition begins the phrase
            break
    return Match(found.actor, first, found.last, start, found.end, found.origin)
