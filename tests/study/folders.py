"""Results folders made by hand: what a run would have left, from labels that a test thinks up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from zawiya.infer.folder import ResultFolder
from zawiya.infer.ledger import Entry
from zawiya.infer.summary import Tally
from zawiya.records import Article, Mention, Sentence
from zawiya.study.results import Results
from zawiya.taxonomy import Actor, Taxonomy

FRAMES = ("legality", "economy")
#: Actors of the list that tests name, and a word for each.
WORDS = {"russia": "موسكو", "usa": "واشنطن", "un": "الأمم المتحدة", "china": "بكين"}

#: An actor, the stance toward it, and who holds it.
Row = tuple[str, str, str | None]


def sentence(
    *rows: Row, frames: Sequence[str] = (), role: str = "body", sure: float = 0.8, scored: bool = True
) -> Sentence:
    """A sentence that names actors, one word each, with a stance and a holder."""
    text, mentions = "قال", []
    for actor, stance, holder in rows:
        text += " "
        scores = {each: sure if each == stance else (1 - sure) / 2 for each in ("favor", "against", "neutral")}
        at = len(text)
        mentions.append(
            Mention(
                actor,
                at,
                at + len(WORDS[actor]),
                WORDS[actor],
                stance,
                holder,
                scores if scored else {},
                0.7 if holder and scored else None,
            )
        )
        text += WORDS[actor]
    text += "."
    shown = {frame: sure if frame in frames else 1 - sure for frame in FRAMES} if scored and role != "furniture" else {}
    return Sentence(0, len(text), text, role, tuple(mentions), tuple(frames), shown)


def article(name: str, *sentences: Sentence, outlet: str | None = None, date: str | None = None) -> Article:
    """An article of sentences made by :func:`sentence`, set one behind the other."""
    text, placed = "", []
    for each in sentences:
        at = len(text)
        mentions = tuple(replace(m, start=m.start + at, end=m.end + at) for m in each.mentions)
        placed.append(replace(each, start=at, end=at + len(each.text), mentions=mentions))
        text += each.text + "\n"
    return Article(name, text, None, date, outlet, sentences=tuple(placed), source=f"{name}.txt")


@cache
def _actors() -> Mapping[str, Actor]:
    return Taxonomy.load().actors.by_id()


def write_results(folder: Path, articles: Iterable[Article], *, run: dict | None = None, parts: int = 1) -> Path:
    """A results folder of these articles, in some parts; ``run`` is what ``run.json`` says besides, None for no such file."""
    articles = list(articles)
    with ResultFolder(
        folder,
        key={"model": (run or {}).get("model", {}).get("fingerprint", "m")},
        frames=FRAMES,
        actors=_actors(),
        row_group=100,
    ) as results:
        for part in range(parts):
            some = articles[part::parts]
            results.write(some)
            tally = Tally()
            for each in some:
                tally.add(each)
            results.commit([Entry(each.source or each.id, "d", 1, True) for each in some], tally)
        if run is not None:
            results.finish({"complete": True, **run})
    return folder


def opened(folder: Path, articles: Iterable[Article]) -> Results:
    """The same, opened."""
    return Results.open(write_results(folder, articles, run={}))
