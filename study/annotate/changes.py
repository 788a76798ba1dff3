"""What an annotator changed: one annotation of a sentence set beside another, change by change.

Mentions are paired by what they have in common, so an actor that was replaced where it stood is one change and not two.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from zawiya.records import Mention, Sentence

from .records import Key

Kind = Literal["stance", "holder", "actor", "words", "mention added", "mention removed", "frame added", "frame removed"]
KINDS: tuple[Kind, ...] = (
    "stance",
    "holder",
    "actor",
    "words",
    "mention added",
    "mention removed",
    "frame added",
    "frame removed",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    :param about: the actor, empty for a frame.
    :param before: what it was, empty for what is new.
    :param after: what it is, empty for what is gone.
    """

    kind: Kind
    key: Key
    sentence: str
    about: str
    before: str
    after: str


def changes(before: Mapping[Key, Sentence], after: Mapping[Key, Sentence]) -> tuple[Change, ...]:
    """The changes in all sentences of the second, in their order.

    :param before: holds every sentence of ``after``.
    """
    return tuple(change for key, sentence in after.items() for change in _changes(key, before[key], sentence))


def counted(found: Iterable[Change]) -> dict[Kind, int]:
    """Number of changes of each kind."""
    counts = Counter(change.kind for change in found)
    return {kind: counts[kind] for kind in KINDS}


def _changes(key: Key, before: Sentence, after: Sentence) -> Iterator[Change]:
    def change(kind: Kind, about: str, was: str, now: str) -> Change:
        return Change(kind, key, after.text, about, was, now)

    pairs, removed, added = _paired(before.mentions, after.mentions)
    for was, now in pairs:
        if was.actor != now.actor:
            yield change("actor", now.actor, was.actor, now.actor)
        if (was.start, was.end) != (now.start, now.end):
            yield change("words", now.actor, was.text, now.text)
        if was.stance != now.stance:
            yield change("stance", now.actor, label(was), label(now))
        elif was.holder != now.holder:
            yield change("holder", now.actor, was.holder or "", now.holder or "")
    for mention in removed:
        yield change("mention removed", mention.actor, f"«{mention.text}» {label(mention)}", "")
    for mention in added:
        yield change("mention added", mention.actor, "", f"«{mention.text}» {label(mention)}")
    yield from (change("frame removed", "", frame, "") for frame in before.frames if frame not in after.frames)
    yield from (change("frame added", "", "", frame) for frame in after.frames if frame not in before.frames)


def label(mention: Mention) -> str:
    """A mention's label in one line: ``against russia``, ``neutral``."""
    return " ".join(filter(None, (mention.stance or "unlabelled", mention.holder)))


def _paired(
    before: Iterable[Mention], after: Iterable[Mention]
) -> tuple[list[tuple[Mention, Mention]], list[Mention], list[Mention]]:
    """Mentions that are the same thing before and after, those only before, those only after.

    The same is first what has actor and words in common, then what has the actor, then what has the words.
    """
    left, right = list(before), list(after)
    pairs: list[tuple[Mention, Mention]] = []
    for same in (
        lambda a, b: (a.actor, a.start, a.end) == (b.actor, b.start, b.end),
        lambda a, b: a.actor == b.actor,
        lambda a, b: (a.start, a.end, a.text) == (b.start, b.end, b.text),
    ):
        for was in list(left):
            now = next((candidate for candidate in right if same(was, candidate)), None)
            if now is not None:
                pairs.append((was, now))
                left.remove(was)
                right.remove(now)
    pairs.sort(key=lambda pair: (pair[1].start, pair[1].end))
    return pairs, left, right
