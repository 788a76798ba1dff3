"""The labels that annotators may give, and what they write for them: ids, Arabic or English names.

The trade-off: names are taken as well as ids, since people type what they read; a name that two labels share is none.
"""

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from zawiya.arabic import fold
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import AUTHOR, OTHER, STANCES, Article, Sentence, Stance
from zawiya.taxonomy import Taxonomy

from .texts import stripped

#: Arabic names of stances and of holders that are no actor.
STANCE_NAMES: Mapping[Stance, str] = {"favor": "مؤيد", "against": "معارض", "neutral": "محايد"}
HOLDER_NAMES = {AUTHOR: "الكاتب أو الوسيلة", OTHER: "جهة أخرى"}


@dataclass(frozen=True, slots=True)
class Label:
    """One label: what files hold, and what people read."""

    id: str
    arabic: str
    english: str
    definition: str = ""


@dataclass(frozen=True)
class Labels:
    """The actors and frames of a project.

    :param open: kinds of label that are no closed list, so that any name is one.
    """

    actors: tuple[Label, ...]
    frames: tuple[Label, ...]
    open: frozenset[str] = frozenset()

    @property
    def holders(self) -> tuple[Label, ...]:
        """Those who can hold a stance: the author, somebody else, and the actors."""
        return (*(Label(name, arabic, name) for name, arabic in HOLDER_NAMES.items()), *self.actors)

    def actor(self, written: str) -> str:
        """The id of an actor.

        :raises ZawiyaError: when the list has none of that name, with one that is near.
        """
        return _id("actor", written, self.actors, opened="actor" in self.open)

    def holder(self, written: str) -> str:
        """The id of a holder: an actor's, ``author`` or ``other``."""
        return _id("holder", written, self.holders, opened="actor" in self.open)

    def frame(self, written: str) -> str:
        """The id of a frame."""
        return _id("frame", written, self.frames, opened="frame" in self.open)

    def stance(self, written: str) -> Stance:
        """One of the three stances."""
        found = _id("stance", written, [Label(s, STANCE_NAMES[s], s) for s in STANCES], opened=False)
        return next(stance for stance in STANCES if stance == found)


def labels_of(taxonomy: Taxonomy, articles: Iterable[Article]) -> Labels:
    """The labels of a taxonomy; where its actor list is empty, an open set, those that articles have.

    :raises FaultsError: with every label of the articles that a closed list lacks.
    """
    actors = tuple(Label(a.id, a.arabic, a.english) for a in taxonomy.actors.actors)
    frames = tuple(Label(f.id, f.arabic, f.english, f.definition) for f in taxonomy.frames.frames)
    used = [sentence for article in articles for sentence in article.sentences]
    named = Counter(m.actor for s in used for m in s.mentions)
    held = Counter(m.holder for s in used for m in s.mentions if m.holder and m.holder not in HOLDER_NAMES)
    framed = Counter(frame for s in used for frame in s.frames)
    opened = frozenset(kind for kind, known in (("actor", actors), ("frame", frames)) if not known)
    labels = Labels(
        actors or tuple(Label(name, name, "") for name in {**named, **held}),
        frames or tuple(Label(name, name, "") for name in framed),
        opened,
    )
    if faults := unknown(labels, used):
        raise FaultsError("articles", faults)
    return labels


def unknown(labels: Labels, sentences: Iterable[Sentence]) -> list[str]:
    """Every id of the sentences that the lists lack, a line each with a near one."""
    actors: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    frames: Counter[str] = Counter()
    for sentence in sentences:
        actors.update(m.actor for m in sentence.mentions)
        holders.update(m.holder for m in sentence.mentions if m.holder)
        frames.update(sentence.frames)
    faults = []
    lists: list[tuple[str, Counter[str], Sequence[Label]]] = [
        ("actor", actors, labels.actors),
        ("holder", holders, labels.holders),
        ("frame", frames, labels.frames),
    ]
    for kind, counts, known in lists:
        ids = {label.id for label in known}
        if ("actor" if kind == "holder" else kind) not in labels.open:
            faults += [
                f"{_unknown(kind, name, known)} (stands {counts[name]} times)" for name in sorted(set(counts) - ids)
            ]
    return faults


def _id(kind: str, written: str, known: Sequence[Label], *, opened: bool) -> str:
    ids = {label.id for label in known}
    if written in ids:
        return written
    typed = stripped(written)
    if typed in ids:
        return typed
    named = {label.id for label in known if _plain(typed) in _names(label)}
    if len(named) == 1:
        return named.pop()
    if typed and opened:
        return typed
    raise ZawiyaError(_unknown(kind, typed, known))


def _names(label: Label) -> set[str]:
    return {_plain(name) for name in (label.id, label.arabic, label.english) if name}


def _plain(name: str) -> str:
    return fold(name).casefold()


def _unknown(kind: str, written: str, known: Sequence[Label]) -> str:
    if not written:
        return f"{kind}: expected one, found nothing; fill it in"
    by_name = {name: label.id for label in known for name in _names(label)}
    near = dict.fromkeys(by_name[name] for name in difflib.get_close_matches(_plain(written), by_name, n=3))
    few = len(known) <= 16
    hint = (
        f"did you mean {' or '.join(near)}?"
        if near
        else f"known: {', '.join(label.id for label in known)}"
        if few
        else ""
    )
    where = "" if kind == "stance" else f" in the {'frame' if kind == 'frame' else 'actor'} list"
    return f"{kind}: expected one{where}, found {written!r}; {hint or 'take one of them, or name another list'}"
