"""How well sentence splitters find the boundaries that annotators and authors set.

A boundary is the offset at which a sentence ends; the last one of a document is given, so it is not counted. A proposed
boundary is right when only blanks lie between it and a true one. Offsets are those of the text as it is: libraries that
return strings are aligned with it first.

    python benchmarks/sentence_boundaries.py --pud ar_pud-ud-test.conllu --corpus a.jsonl b.jsonl

CoNLL-U: the ``# text`` sentences that share a ``# newdoc id`` make a document, joined by single spaces; without these
marks, every ten sentences do. JSON Lines: ``text`` and ``sentences`` with ``start`` and ``end``.
"""

import argparse
import importlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from zawiya.sentences import split

GROUP = 10
#: What a first attempt looks like: a stop, closing signs, a space; or a new line.
BASELINE = re.compile(r"[.!?؟…۔]+[\"»”)\]]*(?=\s)|\n")

Splitter = Callable[[str], set[int]]


@dataclass(frozen=True, slots=True)
class Document:
    """A text and the offsets at which its sentences end, the last left out."""

    text: str
    boundaries: frozenset[int]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of boundaries over a whole set."""

    right: int
    proposed: int
    true: int

    def row(self) -> str:
        """Precision, recall and F1 in percent, and the counts behind them."""
        precision = self.right / self.proposed if self.proposed else 0.0
        recall = self.right / self.true if self.true else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        counts = f"{self.proposed - self.right:7d} {self.true - self.right:7d}"
        return f"{100 * precision:9.2f} {100 * recall:7.2f} {100 * f1:7.2f} {counts}"


def read_conllu(path: Path) -> list[Document]:
    """Documents of a CoNLL-U file."""
    groups: list[tuple[str | None, list[str]]] = []
    name: str | None = None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc id = "):
            name = line.removeprefix("# newdoc id = ")
        elif line.startswith("# text = "):
            is_new = not groups or groups[-1][0] != name or (name is None and len(groups[-1][1]) == GROUP)
            if is_new:
                groups.append((name, []))
            groups[-1][1].append(line.removeprefix("# text = ").strip())
    return [_joined(sentences) for _, sentences in groups]


def _joined(sentences: list[str]) -> Document:
    text = " ".join(sentences)
    ends, position = [], 0
    for sentence in sentences[:-1]:
        position += len(sentence)
        ends.append(position)
        position += 1
    return Document(text, frozenset(ends))


def read_jsonl(path: Path) -> list[Document]:
    """Documents of a corpus file."""
    documents = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        documents.append(Document(row["text"], frozenset(s["end"] for s in row["sentences"][:-1])))
    return documents


def aligned(text: str, sentences: list[str]) -> set[int]:
    """Ends of sentences that a library returned as strings, in the text they were cut from."""
    ends, position = set(), 0
    for sentence in sentences:
        body = sentence.strip()
        if not body:
            continue
        found = text.find(body, position)
        if found < 0:
            continue  # the library changed the text; its boundary cannot be placed
        position = found + len(body)
        ends.add(position)
    return ends


def splitters() -> Iterator[tuple[str, Splitter | None]]:
    """Every splitter by name; None for one that is not installed."""
    for name, make in (
        ("sentencex alone", _sentencex),
        ("sentencex by line", _sentencex_by_line),
        ("pysbd alone", _pysbd),
    ):
        try:
            yield name, make()
        except ImportError:
            yield name, None
    yield "regex baseline", lambda text: {match.end() for match in BASELINE.finditer(text)}
    yield "zawiya", lambda text: {end for _, end in split(text)}


def _sentencex() -> Splitter:
    library = importlib.import_module("sentencex")
    return lambda text: aligned(text, list(library.segment("ar", text)))


def _sentencex_by_line() -> Splitter:
    """The library as one would mend it first: it takes a single new line for a blank."""
    library = importlib.import_module("sentencex")
    return lambda text: aligned(text, [s for line in text.split("\n") for s in library.segment("ar", line)])


def _pysbd() -> Splitter:
    segmenter = importlib.import_module("pysbd").Segmenter(language="ar", clean=False)
    return lambda text: aligned(text, segmenter.segment(text))


def boundaries(document: Document, splitter: Splitter) -> set[int]:
    """What a splitter proposes, blanks in front taken off, without the document's end."""
    text = document.text
    trimmed = {len(text[:end].rstrip()) for end in splitter(text)}
    return trimmed - {0, len(text.rstrip())}


def measure(documents: list[Document], splitter: Splitter) -> Score:
    """Score of one splitter over documents."""
    right = proposed = true = 0
    for document in documents:
        found = boundaries(document, splitter)
        right += len(found & document.boundaries)
        proposed += len(found)
        true += len(document.boundaries)
    return Score(right, proposed, true)


def errors(documents: list[Document]) -> Counter[str]:
    """What stands at the boundaries that zawiya sets wrongly or misses: the signs, as ``too many`` or ``missed``."""
    kinds: Counter[str] = Counter()
    for document in documents:
        found = {end for _, end in split(document.text)} - {len(document.text.rstrip())}
        for name, places in (("too many", found - document.boundaries), ("missed", document.boundaries - found)):
            for place in places:
                signs = re.search(r"[^\w\s]*\Z", document.text[max(0, place - 6) : place])
                kinds[f"{name} {(signs.group() if signs else '') or 'no sign'}"] += 1
    return kinds


def main() -> None:
    """Print a table for every set given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pud", type=Path, help="a CoNLL-U file")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[], help="corpus files in JSON Lines")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="also count zawiya's N commonest errors")
    arguments = parser.parse_args()
    sets = [(arguments.pud.name, read_conllu(arguments.pud))] if arguments.pud else []
    sets += [(path.name, read_jsonl(path)) for path in arguments.corpus]
    for name, documents in sets:
        count = sum(len(document.boundaries) for document in documents)
        print(f"\n{name}: {len(documents)} documents, {count} boundaries")
        print(f"{'':18s} precision  recall      F1 too many  missed")
        for splitter_name, splitter in splitters():
            row = measure(documents, splitter).row() if splitter else "   not installed, left out"
            print(f"{splitter_name:18s} {row}")
        for kind, times in errors(documents).most_common(arguments.errors):
            print(f"    {times:5d}  {kind}")


if __name__ == "__main__":
    main()
