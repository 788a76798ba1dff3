"""How the words of two runs differ, by a sample of their articles: words that came up, and how the model cuts them.

A list of actors cannot tell the names that it lacks; but such a name comes up in many articles at once, outside of every
mention. So do words of a new subject: what is found is for people to look through.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from zawiya.arabic import words
from zawiya.inputs import Encoder
from zawiya.records import Article

#: Articles of a run that are read.
SAMPLE = 1000
#: A word must stand in so many of the newer ones.
MIN_ARTICLES = 5
MOST_WORDS = 12
#: Of all words the chance that any is named though nothing changed.
ALARM = 0.05
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class NewWord:
    """A word that stands in more articles than it used to.

    :param text: folded, as it is compared: without vowel marks and hamzas.
    :param before: share of the older run's articles with it, outside of mentions.
    :param after: the same of the newer run.
    """

    text: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Wording:
    """What a sample of a run's articles is written in.

    :param articles: the sampled ids, in order.
    :param holding: for each word the number of articles that have it outside of mentions.
    :param places: for each word of the texts the index of its article.
    :param pieces: into how many pieces the model cuts it.
    :param unknown: how many of them are the unknown piece.
    """

    articles: tuple[str, ...]
    holding: Counter[str]
    places: NDArray[np.int64]
    pieces: NDArray[np.int64]
    unknown: NDArray[np.int64]


def sampled(ids: Sequence[str], most: int = SAMPLE) -> tuple[str, ...]:
    """Ids of a sample, the same each time and in whatever order they come: those of the lowest hashes."""
    if len(ids) <= most:
        return tuple(ids)
    return tuple(sorted(ids, key=lambda name: hashlib.sha256(name.encode("utf-8", "surrogatepass")).digest())[:most])


def wording(articles: Iterable[Article], encoder: Encoder | None) -> Wording:
    """Read the words of articles; furniture is left out.

    :param encoder: of the model; without one no pieces are counted.
    """
    names: list[str] = []
    holding: Counter[str] = Counter()
    places, pieces, unknown = [], [], []
    hidden = _unknown_id(encoder)
    for article in articles:
        free: set[str] = set()
        spelled: list[str] = []
        for sentence in article.sentences:
            if sentence.role == "furniture":
                continue
            for word in words(sentence.text):
                start, end = word.start + sentence.start, word.end + sentence.start
                spelled.append(sentence.text[word.start : word.end])
                if not any(start < m.end and end > m.start for m in sentence.mentions) and _LETTERS.fullmatch(
                    word.text
                ):
                    free.add(word.text)
        holding.update(free)
        if encoder is not None:
            cut = [found.ids for found in encoder.cutter.cut(spelled)]
            places.append(np.full(len(cut), len(names), dtype=np.int64))
            pieces.append(np.array([len(ids) for ids in cut], dtype=np.int64))
            unknown.append(np.array([sum(piece == hidden for piece in ids) for ids in cut], dtype=np.int64))
        names.append(article.id)
    joined = [np.concatenate(each) if each else np.zeros(0, dtype=np.int64) for each in (places, pieces, unknown)]
    return Wording(tuple(names), holding, *joined)


def _unknown_id(encoder: Encoder | None) -> int | None:
    if encoder is None:
        return None
    found = [encoder.tokenizer.token_to_id(name) for name in ("[UNK]", "<unk>")]
    return next((int(number) for number in found if number is not None), None)


def new_words(new: Wording, old: Wording) -> tuple[NewWord, ...]:
    """Words that stand in more of the newer articles than chance would have it, the surest first.

    Log odds of articles with and without a word, over their standard error (Monroe et al. 2008, "Fightin' Words", with a
    flat prior of half an article), against the normal quantile that Bonferroni's rule asks of so many words.
    """
    counts = [(word, count) for word, count in new.holding.items() if count >= MIN_ARTICLES]
    if not counts or not old.articles:
        return ()
    after = np.array([count for _, count in counts]) + 0.5
    before = np.array([old.holding[word] for word, _ in counts]) + 0.5
    rest_after, rest_before = len(new.articles) + 1 - after, len(old.articles) + 1 - before
    error = np.sqrt(1 / after + 1 / before + 1 / rest_after + 1 / rest_before)
    surety = (np.log(after / rest_after) - np.log(before / rest_before)) / error
    bar = norm.isf(ALARM / len(counts))
    order = np.argsort(-surety, kind="stable")[:MOST_WORDS]
    return tuple(
        NewWord(counts[n][0], old.holding[counts[n][0]] / len(old.articles), counts[n][1] / len(new.articles))
        for n in order
        if surety[n] > bar
    )
