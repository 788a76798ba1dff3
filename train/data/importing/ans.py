"""ANS: pairs of news headlines, of which the second agrees with the first, disagrees, or tells of something else."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from zawiya.records import Article, Stance

from .format import Format
from .rows import appended, chosen, one_sentence, stripped, table

COLUMNS = ("s1", "s2", "stance")
STANCES: Mapping[str, Stance] = {"agree": "favor", "disagree": "against", "other": "neutral"}


def read(path: Path) -> Iterator[Article]:
    """The second headline of each pair, with the first as an appended target and as its topic.

    :raises FaultsError: with every fault of the file.
    """
    return table(path, COLUMNS, _pair)


def _pair(number: int, row: Mapping[str, str]) -> Article:
    claim, text = stripped("s1", row["s1"]), stripped("s2", row["s2"])
    stance = chosen("stance", row["stance"], STANCES)
    return one_sentence(str(number), text, mentions=[appended(text, claim, claim, stance)], topic=claim)


FORMAT = Format(read, "whether one Arabic headline agrees with another; Khouja 2020, github.com/latynt/ans")
