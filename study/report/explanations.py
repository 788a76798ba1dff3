"""Which words carried the decisions that the reader shows, worked out beforehand: a page on disk has no model.

The surest stances come first, as they make the figures; what else was decided in their sentences costs nothing more. The
trade-off: a few hundred decisions take seconds, all of a folder would take hours.
"""

from collections.abc import Callable, Sequence
from itertools import groupby, islice

from zawiya.errors import ZawiyaError
from zawiya.explaining import Explanation, decisions_of, explain
from zawiya.prediction import Judge, load_judge
from zawiya.records import Article, Sentence

from ..labelling import model_folder
from ..results import Results
from .records import Place, Reader, Why
from .utf16 import Utf16

#: Sentences that are explained between two reports of how far it is.
STEP = 16
#: Characters of the longest sentence that is explained: to hide each word of a longer one takes as long as many others.
LONGEST = 400
#: Thousandths below which a word is left out: it would not be seen.
FAINT = 15


def judge_of(results: Results) -> Judge:
    """The model that labelled a folder.

    :raises ZawiyaError: when it is not at hand, or another one lies in its place.
    """
    try:
        return load_judge(model_folder(results))
    except ZawiyaError as error:
        raise ZawiyaError(f"{error}, or pass --explain 0") from error


def places(reader: Reader, most: int) -> list[Place]:
    """The sentences with the surest stances, in the order of their articles.

    :param most: decisions that they may have together.
    """
    found = [place for place in reader.places if place.length <= LONGEST]
    kept, left = set(), most
    for place in sorted(found, key=lambda each: -each.score):
        if place.decisions > left:
            break
        left -= place.decisions
        kept.add(place)
    return [place for place in found if place in kept]


def explanations(
    results: Results, judge: Judge, chosen: Sequence[Place], told: Callable[[int], None] = lambda _: None
) -> Why:
    """The words behind the decisions of these sentences.

    :param told: of each number of sentences that are done.
    """
    numbers = {name: [each.sentence for each in own] for name, own in groupby(chosen, key=lambda each: each.article)}
    why: dict[str, dict[str, dict[str, list[list[int]]]]] = {}
    waiting: list[tuple[Article, int]] = []

    def work() -> None:
        decisions = [decision for article, number in waiting for decision in decisions_of(article.sentences[number])]
        found = iter(explain(judge, decisions))
        for article, number in waiting:
            sentence = article.sentences[number]
            own = islice(found, len(decisions_of(sentence)))
            why.setdefault(article.id, {})[str(number)] = {_mark(sentence, each): _words(article, each) for each in own}
        told(len(waiting))
        waiting.clear()

    for article in results.articles(numbers):
        for number in numbers[article.id]:
            waiting.append((article, number))
            if len(waiting) >= STEP:
                work()
    if waiting:
        work()
    return why


def _mark(sentence: Sentence, explanation: Explanation) -> str:
    if explanation.mention is None:
        return f"f {explanation.frame}"
    return f"m {next(n for n, own in enumerate(sentence.mentions) if own is explanation.mention)}"


def _words(article: Article, explanation: Explanation) -> list[list[int]]:
    found, units = [], Utf16(article.text)
    for weight in explanation.weights:
        thousandths = round(1000 * weight.weight)
        if abs(thousandths) >= FAINT:
            found.append([units[weight.start], units[weight.end], thousandths])
    return found
