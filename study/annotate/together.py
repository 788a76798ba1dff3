"""Several annotations of the same sentences, side by side.

Sentences go by article and span: annotators may have been given different ones, but none that are cut differently.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from zawiya.corpus import read_corpus
from zawiya.decoding import merge_mentions
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention, Sentence

from .records import Key, sentences_of
from .source import repeated


@dataclass(frozen=True)
class Together:
    """Annotations of the same articles.

    :param names: of the annotators, by their files.
    :param articles: of all of them, each once.
    :param sentences: for each sentence that any of them has, what each says of it; None where it is not in the file.
    """

    names: tuple[str, ...]
    articles: tuple[Article, ...]
    sentences: dict[Key, tuple[Sentence | None, ...]]

    def everything(self) -> list[Article]:
        """The articles with each annotator's sentences, for what asks about all labels."""
        said: dict[str, list[Sentence]] = defaultdict(list)
        for key, all_said in self.sentences.items():
            said[key[0]] += filter(None, all_said)
        return [article.with_sentences(tuple(said[article.id])) for article in self.articles]

    @cached_property
    def shared(self) -> dict[Key, tuple[Sentence | None, ...]]:
        """The sentences that two or more have."""
        return {key: said for key, said in self.sentences.items() if sum(s is not None for s in said) > 1}


def read_together(paths: Sequence[Path | str]) -> Together:
    """Annotations, one a corpus file.

    :raises FaultsError: with every article whose text is not the same in all files, and every row without stance.
    :raises ZawiyaError: with fewer than two files, or no sentence that two of them have.
    """
    if len(paths) < 2:
        raise ZawiyaError(
            f"expected two annotations or more, found {len(paths)}; name a corpus file for each annotator"
        )
    files = [tuple(read_corpus(Path(path))) for path in paths]
    articles: dict[str, Article] = {}
    faults: list[str] = []
    for path, read in zip(paths, files, strict=True):
        faults += [f"{path}: {fault}" for fault in repeated(read)]
        for article in read:
            held = articles.setdefault(article.id, article)
            if held.text != article.text:
                faults.append(
                    f"{path}: article {article.id!r} has another text than in the files before; annotate one text"
                )
        open_rows = sum(m.stance is None for a in read for s in a.sentences for m in s.mentions)
        if open_rows:
            faults.append(f"{path}: {open_rows} rows have no stance; label them, or take them out")
    if faults:
        raise FaultsError("annotations", faults)
    said = [sentences_of(read) for read in files]
    places = {name: place for place, name in enumerate(articles)}
    keys = sorted({key for one in said for key in one}, key=lambda key: (places[key[0]], *key[1:]))
    together = Together(_names(paths), tuple(articles.values()), {k: tuple(one.get(k) for one in said) for k in keys})
    if not together.shared:
        raise ZawiyaError(
            f"{', '.join(map(str, paths))}: expected sentences that two of them have, found none; annotators have to be given "
            "the same articles, cut into the same sentences"
        )
    return together


def rows_of(sentence: Sentence) -> dict[str, Mention]:
    """The sentence's rows by actor: of several mentions the one that carries the stance."""
    return {mention.actor: mention for mention in merge_mentions(sentence.mentions)}


def _names(paths: Sequence[Path | str]) -> tuple[str, ...]:
    """What annotations are called: by their files' names, or paths where two have one name."""
    short = [Path(path).name.removesuffix(".gz").removesuffix(".jsonl") for path in paths]
    names = [name if short.count(name) == 1 else str(path) for name, path in zip(short, paths, strict=True)]
    # the same file twice still makes two columns
    return tuple(name if names.count(name) == 1 else f"{name} ({number})" for number, name in enumerate(names, start=1))
