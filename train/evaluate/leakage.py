"""What an evaluated file shares with the files that the model learnt from.

Likeness is that of letters: it is certain and quick, and a paraphrase goes unseen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from zawiya.records import Article

from ..data.duplicates import near_duplicates
from ..sources import Split, content
from .gold import GoldFile
from .records import Duplicate, Leakage

#: Pairs that are written down; all are counted.
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Known:
    """A training sentence that is nearly the same."""

    article: str
    text: str
    likeness: float


@dataclass(frozen=True, slots=True)
class Shared:
    """What a file shares with the articles to learn from and to choose by.

    :param pairs: of each sentence that stands nearly so there, by its number, the likest.
    :param topics: that both have.
    """

    pairs: Mapping[int, Known]
    topics: tuple[str, ...]


def shared(files: Sequence[GoldFile], split: Split) -> list[Shared]:
    """What each file shares with the articles to learn from and to choose by."""
    learnt: tuple[Article, ...] = (*split.train, *split.dev)
    known = [(article.id, s.text) for article in learnt for s in content([article])]
    asked = [(number, place) for number, file in enumerate(files) for place in range(len(file.sentences))]
    pairs: list[dict[int, Known]] = [{} for _ in files]
    texts = [*(text for _, text in known), *(files[number].sentences[place].text for number, place in asked)]
    for first, second, likeness in near_duplicates(texts):
        if first < len(known) <= second:
            number, place = asked[second - len(known)]
            if place not in pairs[number] or likeness > pairs[number][place].likeness:
                pairs[number][place] = Known(*known[first], likeness)
    topics = {article.topic for article in learnt}
    return [
        Shared(found, tuple(sorted({a.topic for a in file.articles if a.topic and a.topic in topics})))
        for file, found in zip(files, pairs, strict=True)
    ]


def leakage(file: GoldFile, found: Shared | None, checked: tuple[str, ...]) -> Leakage:
    """What is shared, as it is written down.

    :param found: None where no training file was at hand, of which nothing can be said then.
    :param checked: the training files.
    """
    if found is None:
        return Leakage((), 0, (), ())
    likest = sorted(found.pairs.items(), key=lambda item: -item[1].likeness)[:SHOWN]
    examples = tuple(
        Duplicate(
            file.articles[file.article_of[number]].id,
            file.sentences[number].text,
            known.article,
            known.text,
            round(known.likeness, 3),
        )
        for number, known in likest
    )
    return Leakage(checked, len(found.pairs), found.topics, examples)
