"""Articles to a folder that annotators work from."""

from dataclasses import dataclass
from pathlib import Path

from zawiya.errors import ZawiyaError
from zawiya.taxonomy import Taxonomy

from . import lines, sheet, studio
from .labels import labels_of
from .records import Format, sentences_of
from .source import read_articles


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written for annotators.

    :param paths: the files.
    """

    paths: tuple[Path, ...]
    articles: int
    sentences: int
    mentions: int


def export(source: Path | str, to: Format, out: Path | str, *, taxonomy: Taxonomy, overwrite: bool = False) -> Exported:
    """Write what annotators need, with the labels that the articles have already.

    :param source: a corpus file, a sample or a results folder.
    :param out: the folder to write into.
    :raises FaultsError: with every fault of the articles, labels included that the taxonomy lacks.
    :raises ZawiyaError: when ``out`` cannot be written, or holds an export that somebody may be at work on.
    """
    articles = read_articles(source)
    labels = labels_of(taxonomy, articles)
    out = Path(out)
    names = {
        "label-studio": (studio.TASKS, studio.INTERFACE, studio.INSTRUCTIONS),
        "csv": (sheet.SHEET,),
        "jsonl": (lines.LINES,),
    }
    for path in (out / name for name in names[to]):
        if path.exists() and not overwrite:
            raise ZawiyaError(
                f"{path}: stands there already and may hold somebody's work; name another folder, or pass --overwrite"
            )
    try:
        out.mkdir(parents=True, exist_ok=True)
        if to == "label-studio":
            studio.write(articles, labels, out)
        elif to == "csv":
            sheet.write(articles, out / sheet.SHEET)
        else:
            lines.write(articles, out / lines.LINES)
    except OSError as error:
        raise ZawiyaError(f"{out}: expected a folder that can be written to: {error}") from error
    sentences = sentences_of(articles)
    return Exported(
        tuple(out / name for name in names[to]),
        len(articles),
        len(sentences),
        sum(len(sentence.mentions) for sentence in sentences.values()),
    )
