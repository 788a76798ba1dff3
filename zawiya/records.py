"""The records that everything else passes on: an article, its sentences, the actors they mention.

All are frozen. Positions are offsets in Unicode code points into ``Article.text``, the text as it was read,
end exclusive. Sentences and mentions carry their own text as well: a little memory for records that can be
read without their article at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Stance = Literal["favor", "against", "neutral"]
Role = Literal["title", "body", "furniture"]

STANCES: tuple[Stance, ...] = ("favor", "against", "neutral")
ROLES: tuple[Role, ...] = ("title", "body", "furniture")

#: Holders that are no actor of the list: the outlet's own voice, and anyone else.
AUTHOR = "author"
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a sentence names an actor, and the stance it takes toward that actor.

    A target that the sentence does not name, a topic for instance, is *appended*: an empty span at the sentence's end
    whose text is the target's name.

    :param actor: an id of the actor list.
    :param stance: None before labelling.
    :param holder: an actor id, ``author``, ``other``, or None where the stance is neutral.
    :param scores: calibrated probability of each stance, empty for text labelled by hand.
    :param holder_score: probability of the holder given, None where there is none.
    """

    actor: str
    start: int
    end: int
    text: str
    stance: Stance | None = None
    holder: str | None = None
    scores: Mapping[str, float] = field(default_factory=dict)
    holder_score: float | None = None

    @property
    def appended(self) -> bool:
        """Whether the target is asked about without being named in the sentence."""
        return self.start == self.end

    @property
    def score(self) -> float | None:
        """Probability of the stance given, None for text labelled by hand."""
        return self.scores.get(self.stance) if self.stance else None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, the actors it names and the frames it puts forward.

    :param role: ``title``, ``body``, or ``furniture`` for what belongs to the page, not to the article;
        furniture is never labelled.
    :param frame_scores: calibrated probability of every frame of the model, empty for text labelled by hand.
    """

    start: int
    end: int
    text: str
    role: Role = "body"
    mentions: tuple[Mention, ...] = ()
    frames: tuple[str, ...] = ()
    frame_scores: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One article as it was read, labelled or not.

    :param id: unique within a run or a corpus.
    :param text: as read; a headline, where there is one, is its first line.
    :param title: the headline, None where there is none.
    :param date: ISO 8601 date, None where unknown.
    :param topic: the event it belongs to, in corpora.
    :param source: the file it came from, with ``#N`` for the N-th record of a file of many.
    :param encoding: how its bytes were decoded.
    :param warnings: what was repaired on the way in, in plain words.
    """

    id: str
    text: str
    title: str | None = None
    date: str | None = None
    outlet: str | None = None
    topic: str | None = None
    sentences: tuple[Sentence, ...] = ()
    source: str | None = None
    encoding: str | None = None
    warnings: tuple[str, ...] = ()

    def with_sentences(self, sentences: tuple[Sentence, ...]) -> "Article":
        """The same article with these sentences."""
        return replace(self, sentences=sentences)
