"""CheckThat! Task 1: sentences of news that are subjective or objective."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from zawiya.records import Article

from .format import Format, Frame
from .rows import chosen, one_sentence, stripped, table

COLUMNS = ("sentence_id", "sentence", "label")
SUBJECTIVE = Frame(
    "subjective", "رأي ذاتي", "subjective", "the sentence gives its author's own view, judgement, irony or wish"
)
LABELS: Mapping[str, tuple[str, ...]] = {"SUBJ": (SUBJECTIVE.id,), "OBJ": ()}


def read(path: Path) -> Iterator[Article]:
    """The sentences of a file, those that are subjective with the frame of that name.

    :raises FaultsError: with every fault of the file.
    """
    return table(path, COLUMNS, _sentence, delimiter="\t")


def _sentence(number: int, row: Mapping[str, str]) -> Article:
    frames = chosen("label", row["label"], LABELS)
    return one_sentence(row["sentence_id"] or str(number), stripped("sentence", row["sentence"]), frames=frames)


FORMAT = Format(
    read,
    "subjective and objective sentences of news; CLEF 2025 CheckThat! Task 1 (Arabic: ThatiAR)",
    (SUBJECTIVE,),
)
