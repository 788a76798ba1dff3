"""An actor list compiled for look-up: folded word sequences, each with what it names and what decides about it.

Arabic morphology is spelled out here, once, so that matching is plain dictionary look-up: an adjective becomes its
dozen forms, an optional article two entries. Clitics are not spelled out; the matcher takes them off.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..arabic import ARTICLE, REMEMBERED, Word, fold, readings, without_article
from ..taxonomy import Actor, ActorList, Rule, spellings

Origin = Literal["name", "inflected", "leader", "none"]

#: Words that a lexicon remembers at most before it starts anew.
_MOST_WORDS = 1 << 16

#: Endings of a regular noun or adjective: feminine, sound plurals and duals, construct plural, accusative.
ENDINGS = ("", "ه", "ون", "ين", "ان", "ات", "تان", "تين", "ا", "يين", "يون")


@dataclass(frozen=True, slots=True)
class Condition:
    """A context rule, folded: every word reduced to what :func:`zawiya.arabic.stems` gives."""

    not_after: frozenset[str]
    not_before: frozenset[str]
    only_after: frozenset[str]
    only_before: frozenset[str]
    near: frozenset[str]

    @property
    def needs_evidence(self) -> bool:
        """Whether the alias is accepted only where something speaks for it."""
        return bool(self.only_after or self.only_before or self.near)


@dataclass(frozen=True, slots=True)
class Entry:
    """One word sequence and what it names.

    :param actor: None for a phrase that hides the names inside it.
    :param since: first month of office, None where it does not matter.
    :param month: the same as a number that grows with time, 0 where it does not matter.
    """

    tokens: tuple[str, ...]
    actor: str | None
    origin: Origin
    condition: Condition | None = None
    since: str | None = None
    month: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """What a lexicon knows of one folded word, through its clitics; a number says how many clitic letters come first.

    :param alone: entries of this word only, the best first.
    :param longer: longer entries by their second word, the best first.
    :param description: the actors that the word may stand for, once one of them is named.
    :param office: set where the word is one of office.
    """

    alone: tuple[tuple[int, Entry], ...]
    longer: dict[str, tuple[tuple[int, Entry], ...]]
    description: tuple[int, tuple[str, ...]] | None
    office: int | None


class _KnownWords(dict[str, Known | None]):
    """What is known of each word, looked up once and remembered: news repeats its words."""

    def __init__(self, find: Callable[[str], Known | None]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, word: str) -> Known | None:
        found = self._find(word)
        if len(word) <= REMEMBERED:
            if len(self) >= _MOST_WORDS:
                self.clear()
            self[word] = found
        return found


class Lexicon:
    """All entries by their first word, and the word lists that matching consults.

    :param known: what there is to know of a word, None where that is nothing, as with nearly all words.
    """

    def __init__(
        self,
        entries: dict[str, list[Entry]],
        *,
        offices: frozenset[str],
        hosts: frozenset[str],
        descriptions: dict[str, tuple[str, ...]],
    ) -> None:
        self.hosts = hosts
        self.known = _KnownWords(self._look_up)
        self._entries = entries
        self._offices = offices
        self._descriptions = descriptions

    def among(self, words: Sequence[Word]) -> list[tuple[int, Known]]:
        """The words that something is known of, each behind its place among all."""
        known = self.known
        return [(place, found) for place, word in enumerate(words) if (found := known[word.text]) is not None]

    def _look_up(self, word: str) -> Known | None:
        found: list[tuple[int, Entry]] = []
        description: tuple[int, tuple[str, ...]] | None = None
        office: int | None = None
        for clitics, rest in readings(word):
            if rest in self._entries:
                found += [(clitics, entry) for entry in self._entries[rest]]
            if description is None and rest in self._descriptions:
                description = clitics, self._descriptions[rest]
            if office is None and rest in self._offices:
                office = clitics
        if not found and description is None and office is None:
            return None
        # the longest first, then the one that takes off fewest clitics; of two persons of one name, the later in office
        found.sort(key=lambda pair: (-len(pair[1].tokens), pair[0], -pair[1].month))
        longer: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
        for pair in found:
            if len(pair[1].tokens) > 1:
                longer[pair[1].tokens[1]].append(pair)
        return Known(
            alone=tuple(pair for pair in found if len(pair[1].tokens) == 1),
            longer={second: tuple(pairs) for second, pairs in longer.items()},
            description=description,
            office=office,
        )


def compile_lexicon(actor_list: ActorList) -> Lexicon:
    """The look-up tables of an actor list."""
    by_first: dict[str, dict[tuple[tuple[str, ...], str | None], Entry]] = defaultdict(dict)
    descriptions: dict[str, list[str]] = defaultdict(list)
    for entry in _all_entries(actor_list):
        known = by_first[entry.tokens[0]]
        key = (entry.tokens, entry.actor)
        # the same words under one actor twice: the entry without conditions would win anyway
        if key not in known or (known[key].condition and not entry.condition):
            known[key] = entry
    for actor in actor_list.actors:
        for description in actor.descriptions:
            descriptions[fold(description)].append(actor.id)
    offices = _stem_set(actor_list.offices)
    return Lexicon(
        {first: list(known.values()) for first, known in by_first.items()},
        offices=offices | {ARTICLE + office for office in offices},
        hosts=_stem_set(actor_list.hosts_without_actor),
        descriptions={name: tuple(ids) for name, ids in descriptions.items()},
    )


def inflections(alias: str) -> Iterator[str]:
    """The forms of an adjective or noun given in the masculine singular, folded, with and without the article."""
    stem = spellings(alias)[0]
    for ending in ENDINGS:
        form = stem + ending
        yield form
        yield ARTICLE + form


@lru_cache(maxsize=1 << 15)
def _stems(phrase: str) -> tuple[str, ...]:
    """The words of a phrase, folded and without their articles; rules repeat the same words, so each is folded once."""
    return tuple(without_article(word) for word in fold(phrase).split())


def _stem_set(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for phrase in phrases for stem in _stems(phrase))


def _all_entries(actor_list: ActorList) -> Iterator[Entry]:
    for phrase in actor_list.not_actors:
        for tokens in _tokens(phrase):
            yield Entry(tokens, None, "none")
    for actor in actor_list.actors:
        yield from _entries_of(actor)


def _entries_of(actor: Actor) -> Iterator[Entry]:
    conditions = {spelling: _condition(rule) for rule in actor.context for spelling in spellings(rule.alias)}

    def condition_of(alias: str) -> Condition | None:
        return next((conditions[spelling] for spelling in spellings(alias) if spelling in conditions), None)

    for alias in (*actor.names, *actor.capitals, *actor.bodies):
        condition = condition_of(alias)
        for tokens in _tokens(alias):
            yield Entry(tokens, actor.id, "name", condition)
    for alias in actor.inflected:
        condition = condition_of(alias)
        for form in inflections(alias):
            yield Entry((form,), actor.id, "inflected", condition)
    for leader in actor.leaders:
        month = _month(leader.since)
        for name in (leader.name, *leader.short):
            condition = condition_of(name)
            for tokens in _tokens(name):
                yield Entry(tokens, actor.id, "leader", condition, leader.since, month)


def _month(since: str | None) -> int:
    return int(since.replace("-", "").ljust(6, "0")) if since else 0


def _tokens(alias: str) -> Iterator[tuple[str, ...]]:
    for spelling in spellings(alias):
        yield tuple(spelling.split())


def _condition(rule: Rule) -> Condition:
    return Condition(
        not_after=_stem_set(rule.not_after),
        not_before=_stem_set(rule.not_before),
        only_after=_stem_set(rule.only_after),
        only_before=_stem_set(rule.only_before),
        near=_stem_set(rule.near),
    )
