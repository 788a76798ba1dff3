"""Annotators' answers back into corpus files, one for each annotator."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from zawiya.corpus import write_corpus
from zawiya.errors import ZawiyaError
from zawiya.records import Article, Sentence
from zawiya.taxonomy import Taxonomy

from .changes import Change, changes
from .labels import labels_of
from .lines import read_lines
from .records import Answers, Format, Key, sentences_of
from .sheet_import import read_sheet
from .source import read_articles
from .studio_import import read_studio


@dataclass(frozen=True, slots=True)
class Imported:
    """One annotator's corpus.

    :param path: the corpus file, None where the annotator finished nothing.
    :param finished: sentences in it.
    :param unfinished: sentences of the articles that were not looked at, left out.
    :param skipped: of these, those that the annotator passed over on purpose.
    :param changes: against the labels that the articles had.
    :param notes: what one should know about the file that came in.
    """

    annotator: str | None
    path: Path | None
    articles: int
    finished: int
    unfinished: int
    skipped: int
    changes: tuple[Change, ...]
    notes: tuple[str, ...]


def import_answers(
    path: Path | str,
    from_: Format,
    source: Path | str,
    out: Path | str,
    *,
    taxonomy: Taxonomy,
    take_all: bool = False,
) -> tuple[Imported, ...]:
    """Read what annotators gave back and write a corpus file for each of them.

    :param path: a Label Studio export, a sheet, or a corpus file.
    :param source: the articles as they were exported.
    :param out: the corpus file; of several annotators each has one of its own, ``NAME.annotator-1.jsonl``.
    :param take_all: take sentences as looked at that are not marked so, in CSV and JSON Lines.
    :raises FaultsError: with every fault of the file.
    """
    articles = read_articles(source)
    labels = labels_of(taxonomy, articles)
    known = sentences_of(articles)
    path, out = Path(path), Path(out)
    if from_ == "label-studio":
        if take_all:
            raise ZawiyaError(
                "--all: expected with csv or jsonl, found label-studio; a task is done once it is submitted"
            )
        answers = read_studio(path, known, labels)
    elif from_ == "csv":
        answers = [read_sheet(path, known, labels, take_all=take_all)]
    else:
        answers = [read_lines(path, articles, labels, take_all=take_all)]
    if not any(one.sentences for one in answers):
        raise ZawiyaError(f"{path}: expected annotations that were submitted, found none; finish some and export again")
    several = sum(bool(one.sentences) for one in answers) > 1
    return tuple(_written(one, articles, known, _named(out, one, several=several)) for one in answers)


def answered(articles: Sequence[Article], sentences: Mapping[Key, Sentence]) -> list[Article]:
    """The articles with these labels, without what was not finished; furniture stays, having no labels to wait for."""
    made = []
    for article in articles:
        kept = tuple(
            sentence if sentence.role == "furniture" else sentences[article.id, sentence.start, sentence.end]
            for sentence in article.sentences
            if sentence.role == "furniture" or (article.id, sentence.start, sentence.end) in sentences
        )
        if any(sentence.role != "furniture" for sentence in kept):
            made.append(article.with_sentences(kept))
    return made


def _named(out: Path, answers: Answers, *, several: bool) -> Path:
    if not several or not answers.annotator:
        return out
    stem, dot, suffix = out.name.partition(".")
    name = "".join(c if c.isalnum() or c in "-_" else "_" for c in answers.annotator)
    return out.with_name(f"{stem}.annotator-{name}{dot}{suffix}")


def _written(answers: Answers, articles: Sequence[Article], known: Mapping[Key, Sentence], path: Path) -> Imported:
    made = answered(articles, answers.sentences)
    if made:
        try:
            write_corpus(path, made)
        except OSError as error:
            raise ZawiyaError(f"{path}: expected a file that can be written: {error}") from error
    # in the order of the articles, whatever the order of the file
    sentences = {key: answers.sentences[key] for key in known if key in answers.sentences}
    unheld = sum(m.holder is None and m.stance in {"favor", "against"} for s in sentences.values() for m in s.mentions)
    twice = sum(len({m.actor for m in s.mentions}) < len(s.mentions) for s in sentences.values())
    notes = answers.notes
    if twice:
        notes += (f"{twice} sentences have an actor in several rows; keep the one that carries its stance",)
    if unheld:
        notes += (f"{unheld} rows take a stance that nobody holds; say who does",)
    return Imported(
        answers.annotator,
        path if made else None,
        len(made),
        len(sentences),
        len(known) - len(sentences),
        answers.skipped,
        changes(known, sentences),
        notes,
    )
