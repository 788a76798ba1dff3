"""What a comparison of two runs finds, and its verdict in plain words."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from .shuffling import Scale
from .wording import NewWord

#: What a thing is about: the ``text`` itself, the ``model``, or the ``subject`` of the news.
About = Literal["text", "model", "subject"]
#: Names in a sentence.
SHOWN = 5
DIGITS = 4
#: With fewer articles only large differences are told from chance.
FEW = 30
Outcome = Literal["chance", "slight", "moved"]


@dataclass(frozen=True, slots=True)
class Run:
    """One of the two runs.

    :param articles: that it holds.
    :param sentences: labelled ones.
    :param labels: what its labels depend on beside the articles: fingerprints of ``model`` and ``taxonomy``.
    """

    folder: str
    articles: int
    sentences: int
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Respect:
    """One thing in which the runs were compared.

    :param about: the ``text``, the ``model``, or the ``subject`` of the news.
    :param before: a share or a mean in the older run, None where it has none.
    :param after: the same in the newer one.
    :param effect: how far they are apart, by Cohen's h (``h``) between shares, or the population stability index
        (``psi``) between distributions.
    :param chance: effect that two random groups of the same articles stay below in 95 of 100 cases, over all respects.
    :param p: share of random groups in which anything stands out as far.
    :param outcome: ``chance``, ``slight`` for what is beyond chance but small, or ``moved``.
    """

    about: About
    name: str
    before: float | None
    after: float | None
    scale: Scale
    effect: float
    chance: float
    p: float
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Drift:
    """How a newer run differs from an older one.

    :param respects: text, model and subject, the furthest from chance first in each.
    :param new_actors: rows of the actors that the older run lacks, most first.
    :param gone_actors: rows of those that the newer one lacks.
    :param words: that came up outside of all mentions: a new subject, or names that the actor list lacks.
    :param notes: what one should know before trusting the figures.
    """

    new: Run
    old: Run
    respects: tuple[Respect, ...]
    new_actors: Mapping[str, int]
    gone_actors: Mapping[str, int]
    words: tuple[NewWord, ...]
    notes: tuple[str, ...]

    @property
    def same_labels(self) -> bool:
        """Whether both were labelled by the same model and actor list, as far as is known."""
        known = self.new.labels.keys() & self.old.labels.keys()
        return all(self.new.labels[name] == self.old.labels[name] for name in known)

    def moved(self, *about: About) -> tuple[Respect, ...]:
        """What moved, of these kinds or of all."""
        return tuple(r for r in self.respects if r.outcome == "moved" and (not about or r.about in about))

    @property
    def verdict(self) -> str:
        """In plain words whether the two may be compared, and what to look at first."""
        begin = ""
        if not self.same_labels:
            begin = (
                "The runs were labelled in different ways: what follows is of model or actor list and text together. "
            )
        seen, subject = self.moved("text", "model"), self.moved("subject")
        if seen:
            return f"{begin}Moved: {_names(seen)}. The model may not see what it saw before: look before you compare the runs."
        if subject:
            return (
                f"{begin}The subject moved: {_names(subject)}. The text and how surely it is read did not, so the "
                "shares may be compared."
            )
        slight = tuple(r for r in self.respects if r.outcome == "slight")
        if slight:
            return f"{begin}Little moved, though more than by chance: {_names(slight)}. The runs may be compared."
        few = min(self.new.articles, self.old.articles)
        if few < FEW:
            return f"{begin}Nothing moved beyond chance, but one run has {few:,} article{'s' * (few != 1)}: " + (
                "nothing can be told from so few." if few < 2 else "only what is large could have been seen."
            )
        return f"{begin}Nothing moved beyond chance: the model sees what it saw before."

    def as_json(self) -> dict[str, Any]:
        """As plain values, the verdict first."""
        values = asdict(self)
        values["respects"] = [
            {name: round(value, DIGITS) if isinstance(value, float) else value for name, value in respect.items()}
            for respect in values["respects"]
        ]
        return {"verdict": self.verdict, "same_labels": self.same_labels, **values}


def _names(respects: Sequence[Respect]) -> str:
    return first_of([respect.name for respect in respects], SHOWN)


def first_of(names: Sequence[str], most: int) -> str:
    """The first names of a list, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
