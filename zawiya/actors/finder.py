"""Mentions in an article: matches sentence by sentence, and definite descriptions of actors named before.

The article is read once, in order, so that a name can help to decide later ones and never earlier ones.
"""

from collections.abc import Sequence

from ..arabic import Word, stems, words
from ..records import Article, Mention, Sentence
from ..taxonomy import ActorList
from .lexicon import Known, compile_lexicon
from .matcher import Match, Surroundings, match, month_of

#: Sentences back, the title aside, in which an actor must have been named for a description to stand for it.
REACH = 3


class ActorFinder:
    """Finds the actors of one list in articles that are already split into sentences.

    :param actor_list: the actors and their names.
    """

    def __init__(self, actor_list: ActorList) -> None:
        self._lexicon = compile_lexicon(actor_list)
        self.actor_ids = tuple(actor.id for actor in actor_list.actors)

    def find(self, article: Article) -> Article:
        """The article with every mention in each sentence that is not furniture; labels it had are dropped.

        An actor may be mentioned several times in a sentence: labelling chooses which mention stands for the row.
        """
        memory = _Memory()
        title = next((s for s in article.sentences if s.role == "title"), None)
        heading = frozenset().union(*(stems(w.text) for w in words(title.text))) if title else frozenset()
        month = month_of(article.date)
        found: list[Sentence] = []
        for number, sentence in enumerate(article.sentences):
            mentions: tuple[Mention, ...] = ()
            if sentence.role != "furniture":
                tokens = words(article.text, sentence.start, sentence.end)
                known = self._lexicon.among(tokens)
                around = Surroundings(heading, memory.named, month)
                matches = memory.resolve(
                    number, tokens, known, match(article.text, tokens, known, self._lexicon, around)
                )
                memory.note(number, matches)
                mentions = tuple(_mention(article.text, m) for m in matches)
            found.append(
                Sentence(
                    sentence.start,
                    sentence.end,
                    sentence.text,
                    sentence.role,
                    mentions,
                    sentence.frames,
                    sentence.frame_scores,
                )
            )
        return article.with_sentences(tuple(found))


def _mention(text: str, found: Match) -> Mention:
    return Mention(found.actor or "", found.start, found.end, text[found.start : found.end])


class _Memory:
    """The actors that an article has named so far, and when last."""

    def __init__(self) -> None:
        self._last: dict[str, int] = {}
        self.named: set[str] = set()

    def note(self, number: int, matches: Sequence[Match]) -> None:
        for found in matches:
            if found.actor is not None:
                self._last[found.actor] = number
                self.named.add(found.actor)

    def resolve(
        self, number: int, tokens: Sequence[Word], known: Sequence[tuple[int, Known]], matches: list[Match]
    ) -> list[Match]:
        """The matches and, in their gaps, the descriptions that can only mean one actor named before."""
        added: list[Match] = []
        named_here: set[str] = set()
        passed, taken = 0, -1
        for index, found in known:
            if found.description is None:
                continue
            while passed < len(matches) and matches[passed].first <= index:
                named_here.add(matches[passed].actor or "")
                taken = matches[passed].last
                passed += 1
            if index <= taken:
                continue
            clitics, owners = found.description
            actor = self._meant(number, owners, named_here)
            if actor is not None:
                word = tokens[index]
                added.append(Match(actor, index, index, word.offset_after(clitics), word.end, "description"))
        return sorted([*matches, *added], key=lambda found: found.first) if added else matches

    def _meant(self, number: int, owners: Sequence[str], named_here: set[str]) -> str | None:
        """The actor that a description stands for: the only candidate named close by, else none."""
        here = named_here.intersection(owners)
        if len(here) == 1:
            return here.pop()
        recent = {
            owner
            for owner in owners
            if owner in self._last and (number - self._last[owner] <= REACH or self._last[owner] == 0)
        }
        return recent.pop() if len(recent) == 1 else None
