"""How well the matcher finds (sentence, actor) rows: precision, recall and F1 on labelled files, mentions not given.

    python benchmarks/actors.py FILE... [--errors 40] [--actors configs/taxonomy/actors.yaml]

A row is right when the sentence has a labelled row for that actor. With --model the model's not-an-actor class has
rejected what it takes for false matches, as it does in a run.
"""

import argparse
from collections import Counter
from pathlib import Path

from zawiya import Labeler, Taxonomy
from zawiya.actors import ActorFinder
from zawiya.corpus import read_corpus
from zawiya.records import Article


def found_articles(articles: list[Article], taxonomy: Taxonomy, model: str | None) -> list[Article]:
    """The articles with the actors that the rules find, or with those that a model does."""
    finder = ActorFinder(taxonomy.actors)
    found = [finder.find(article) for article in articles]
    if model is None:
        return found
    return Labeler.load(model, taxonomy=taxonomy).label_prepared(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--actors", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--errors", type=int, default=0, help="show this many of the commonest misses and false finds")
    chosen = parser.parse_args()
    taxonomy = Taxonomy.load(chosen.actors)
    for path in chosen.files:
        articles = list(read_corpus(path))
        missed: Counter[tuple[str, str]] = Counter()
        false: Counter[tuple[str, str]] = Counter()
        hits = 0
        for gold, given in zip(articles, found_articles(articles, taxonomy, chosen.model), strict=True):
            for want, have in zip(gold.sentences, given.sentences, strict=True):
                wanted = {m.actor: m.text for m in want.mentions}
                named = {m.actor: m.text for m in reversed(have.mentions)}
                hits += len(wanted.keys() & named.keys())
                missed.update((a, t) for a, t in wanted.items() if a not in named)
                false.update((a, t) for a, t in named.items() if a not in wanted)
        precision = hits / max(1, hits + false.total())
        recall = hits / max(1, hits + missed.total())
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        print(
            f"{path.name}: precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  ({hits + missed.total()} rows)"
        )
        for name, rows in (("missed", missed), ("false", false)):
            for (actor, text), count in rows.most_common(chosen.errors):
                print(f"  {name:>6} {count:4d}  {actor:24} {text}")


if __name__ == "__main__":
    main()
