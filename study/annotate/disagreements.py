"""Where annotators disagree: a row for each actor and each frame that they did not say the same of."""

from collections.abc import Iterator
from dataclasses import dataclass

from zawiya.records import Mention, Sentence

from .changes import label
from .records import Key
from .together import Together, rows_of

#: What stands for an annotator who has no row of the actor.
NONE = "none"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing to be decided.

    :param actor: whose row it is, empty for a frame.
    :param frame: the frame in question, empty for an actor's row.
    :param mention: the words that name the actor, of the first who marked them.
    :param said: each annotator's answer: ``against russia``, ``neutral``, ``none`` for no row, ``yes`` or ``no`` for a frame,
        None where the annotator did not have the sentence.
    """

    key: Key
    sentence: str
    actor: str
    frame: str
    mention: str
    said: tuple[str | None, ...]


def disagreements(together: Together) -> Iterator[Disagreement]:
    """What annotators said differently, in the order of the sentences; words marked differently are no disagreement."""
    for key, said in together.shared.items():
        text = next(sentence.text for sentence in said if sentence)
        rows = [None if sentence is None else rows_of(sentence) for sentence in said]
        for actor in dict.fromkeys(actor for one in rows if one for actor in one):
            held = [None if one is None else one.get(actor) for one in rows]
            answers = tuple(None if one is None else _answer(one.get(actor)) for one in rows)
            if _differ(answers):
                mention = next(mention for mention in held if mention)
                yield Disagreement(key, text, actor, "", mention.text, answers)
        for frame in dict.fromkeys(frame for sentence in said if sentence for frame in sentence.frames):
            answers = tuple(_marked(sentence, frame) for sentence in said)
            if _differ(answers):
                yield Disagreement(key, text, "", frame, "", answers)


def _answer(mention: Mention | None) -> str:
    return NONE if mention is None else label(mention)


def _marked(sentence: Sentence | None, frame: str) -> str | None:
    return None if sentence is None else YES if frame in sentence.frames else NO


def _differ(answers: tuple[str | None, ...]) -> bool:
    return len({answer for answer in answers if answer is not None}) > 1
