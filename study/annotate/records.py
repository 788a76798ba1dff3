"""What annotators gave back, whatever they worked in: for each sentence they finished, its rows and frames."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from zawiya.records import Article, Mention, Sentence

Format = Literal["label-studio", "csv", "jsonl"]

#: A sentence by its article's id and its span, which name it in every file, also in one that holds a sample only.
Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Answers:
    """One annotator's work on some articles.

    :param annotator: what tells several of one file apart, None where the file does not say.
    :param sentences: those that were finished, with the labels given.
    :param skipped: sentences that the annotator passed over on purpose.
    :param notes: what was repaired or taken for granted on the way in, in plain words.
    """

    annotator: str | None
    sentences: Mapping[Key, Sentence]
    skipped: int = 0
    notes: tuple[str, ...] = field(default=())


def to_label(article: Article) -> Iterator[tuple[Key, Sentence]]:
    """The article's sentences that annotators see: all but the furniture."""
    for sentence in article.sentences:
        if sentence.role != "furniture":
            yield (article.id, sentence.start, sentence.end), sentence


def sentences_of(articles: Sequence[Article]) -> dict[Key, Sentence]:
    """All sentences that annotators see, by what names them."""
    return {key: sentence for article in articles for key, sentence in to_label(article)}


def by_hand(sentence: Sentence) -> Sentence:
    """The sentence as a person labelled it: a model's scores say nothing about that."""
    mentions = tuple(replace(mention, scores={}, holder_score=None) for mention in sentence.mentions)
    return replace(sentence, mentions=mentions, frame_scores={})


def relabelled(sentence: Sentence, mentions: Sequence[Mention], frames: Sequence[str]) -> Sentence:
    """The sentence with an annotator's labels, in the order that it had them where it had them.

    Nobody holds a neutral stance, so a holder that was left behind when a stance became neutral goes.
    """
    known = {(m.start, m.end, m.actor): place for place, m in enumerate(sentence.mentions)}
    rows = [replace(m, holder=None) if m.stance in {"neutral", None} else m for m in mentions]
    rows.sort(key=lambda m: (m.start, m.end, known.get((m.start, m.end, m.actor), len(known))))
    same = set(frames) == set(sentence.frames)
    return by_hand(replace(sentence, mentions=tuple(rows), frames=sentence.frames if same else tuple(frames)))
