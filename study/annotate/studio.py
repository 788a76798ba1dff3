"""Label Studio: articles as tasks, one a sentence, and the interface that they are labelled in.

A task is a sentence with the text around it, since a stance is decided sentence by sentence and progress is then counted
in sentences. Labels of a task that stand there already are its *prediction*; Label Studio copies them into an annotation
when somebody opens the task. A mention is a region: its label is the stance, actor and holder are chosen
from taxonomies, the only list of Label Studio that can be searched.
Positions of regions are code points, as Label Studio has counted them since its version 1.4; see
https://github.com/HumanSignal/label-studio-frontend/pull/308.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from zawiya.errors import FaultsError
from zawiya.records import STANCES, Article, Mention, Sentence

from .labels import HOLDER_NAMES, STANCE_NAMES, Label, Labels
from .records import to_label
from .texts import mended

TASKS, INTERFACE, INSTRUCTIONS = "tasks.json", "interface.xml", "instructions.html"
#: Stands where a name has been found and nobody has said yet what the stance toward it is.
OPEN = "open"
#: Characters of the article shown before and after a sentence.
CONTEXT = 400
_COLOURS = {"favor": "#2b8a3e", "against": "#c92a2a", "neutral": "#868e96", OPEN: "#f08c00"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """A label as the interface shows it."""

    id: str
    shown: str
    definition: str = ""
    colour: str = ""


def interface(labels: Labels, *, targets: bool = False) -> str:
    """The labelling interface as Label Studio's XML.

    :param targets: whether there are targets that their sentence does not name, which stand in a text of their own.
    :raises FaultsError: with every label that XML cannot hold.
    """
    names = [label.id for label in (*labels.actors, *labels.frames)]
    if faults := [
        f"label {name!r}: holds control characters, which XML lacks; give it another id"
        for name in names
        if mended(name) != name
    ]:
        raise FaultsError("Label Studio", faults)
    stances = [_Shown(s, f"{STANCE_NAMES[s]} / {s}", colour=_COLOURS[s]) for s in STANCES]
    return _render(
        "interface.xml.j2",
        stances=[*stances, _Shown(OPEN, "لم يُحدَّد بعد / undecided", colour=_COLOURS[OPEN])],
        actors=_named(labels.actors),
        holders=[*(_Shown(name, f"{shown} / {name}") for name, shown in HOLDER_NAMES.items()), *_named(labels.actors)],
        frames=_named(labels.frames),
        targets=targets,
    )


def instructions(labels: Labels) -> str:
    """What annotators are told, as the HTML that goes under a project's labelling instructions."""
    return _render("instructions.html.j2", frames=labels.frames)


def tasks(articles: Sequence[Article]) -> Iterator[dict[str, Any]]:
    """A task for each sentence, with its labels as a prediction."""
    for article in articles:
        for _, sentence in to_label(article):
            yield task(article, sentence)


def task(article: Article, sentence: Sentence) -> dict[str, Any]:
    """One sentence as a task."""
    text = article.text
    scores = [m.score for m in sentence.mentions if m.score is not None]
    return {
        "data": {
            "article_id": mended(article.id),
            "start": sentence.start,
            "end": sentence.end,
            "title": mended(article.title or ""),
            "outlet": mended(article.outlet or ""),
            "date": article.date or "",
            "before": _last(text[: sentence.start]),
            "text": mended(sentence.text),
            "after": _first(text[sentence.end :]),
            # in every task: an interface that shows them asks each task for them
            "targets": mended("\n".join(m.text for m in sentence.mentions if m.appended)),
        },
        "predictions": [
            {
                "model_version": "zawiya",
                # the least sure stance, so that tasks can be ordered by doubt
                **({"score": round(min(scores), 4)} if scores else {}),
                "result": result(sentence),
            }
        ],
    }


def result(sentence: Sentence) -> list[dict[str, Any]]:
    """The labels of a sentence as Label Studio's regions and choices."""
    regions: list[dict[str, Any]] = []
    place = 0
    for number, mention in enumerate(sentence.mentions):
        if mention.appended:
            span = (place, place + len(mention.text))
            place = span[1] + 1
            regions += _region(number, mention, span, "targets", "target_")
        else:
            regions += _region(
                number, mention, (mention.start - sentence.start, mention.end - sentence.start), "text", ""
            )
    if sentence.frames:
        regions.append(
            {
                "id": "frames",
                "from_name": "frames",
                "to_name": "text",
                "type": "choices",
                "value": {"choices": list(sentence.frames)},
            }
        )
    return regions


def _region(number: int, mention: Mention, span: tuple[int, int], to: str, prefix: str) -> Iterator[dict[str, Any]]:
    given: list[tuple[str, str, str | None]] = [
        ("stance", "labels", mention.stance or OPEN),
        ("actor", "taxonomy", mention.actor),
        ("holder", "taxonomy", mention.holder),
    ]
    for name, kind, label in given:
        if label is not None:
            yield {
                "id": f"m{number}",
                "from_name": f"{prefix}{name}",
                "to_name": to,
                "type": kind,
                "value": {
                    "start": span[0],
                    "end": span[1],
                    "text": mended(mention.text),
                    kind: [[label]] if kind == "taxonomy" else [label],
                },
                **({"score": round(float(mention.score), 4)} if name == "stance" and mention.score is not None else {}),
            }


def write(articles: Sequence[Article], labels: Labels, folder: Path) -> list[Path]:
    """Write tasks, interface and instructions, and return their paths."""
    made = list(tasks(articles))
    targets = any(task["data"]["targets"] for task in made)
    contents: Mapping[str, str] = {
        TASKS: json.dumps(made, ensure_ascii=False, indent=1) + "\n",
        INTERFACE: interface(labels, targets=targets),
        INSTRUCTIONS: instructions(labels),
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8", newline="\n")
    return [folder / name for name in contents]


def _last(text: str) -> str:
    """The end of what stands before a sentence, from a word's beginning."""
    cut = text[-CONTEXT:]
    return mended(cut if len(cut) == len(text) else f"… {cut.partition(' ')[2]}").strip()


def _first(text: str) -> str:
    """The beginning of what stands behind a sentence, to a word's end."""
    cut = text[:CONTEXT]
    return mended(cut if len(cut) == len(text) else f"{cut.rpartition(' ')[0]} …").strip()


def _named(labels: Sequence[Label]) -> list[_Shown]:
    # the id stands there too: two actors of one name would be one choice otherwise
    return [
        _Shown(
            label.id,
            label.id if label.arabic == label.id else f"{label.arabic} / {label.english} ({label.id})",
            label.definition,
        )
        for label in labels
    ]


def _attr(value: str) -> Markup:
    """Text for an XML attribute, where line ends and tabs would turn into spaces."""
    entities = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return Markup(escape(mended(value), entities))  # noqa: S704 - escaped in this line


def _render(name: str, **values: object) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, keep_trailing_newline=True
    )
    environment.filters["attr"] = _attr
    return environment.get_template(name).render(**values)
