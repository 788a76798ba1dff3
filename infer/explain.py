"""``zawiya explain``: which words of a text carried what the model says of it.

The table has one word a row, at the row's end: terminals shuffle columns behind words that are written from right to
left, and a list is read in any of them.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from zawiya.errors import ZawiyaError

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from zawiya.explaining import Decision, Explanation, Weight
    from zawiya.labeler import Labeler
    from zawiya.records import Sentence

Many = list[str] | None

#: Words in the table of a decision.
TOP = 8
#: Weights below this are not coloured: a point in a hundred decides nothing.
FAINT = 0.01
FOR, AGAINST = "cyan", "magenta"


def explain(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="One sentence or several, or - for standard input.")],
    actor: Annotated[
        Many, typer.Option(metavar="ID", help="Explain the stance toward this actor; may be given again.")
    ] = None,
    frame: Annotated[
        Many, typer.Option(metavar="ID", help="Explain this frame, given or not; may be given again.")
    ] = None,
    model: Annotated[
        str | None, typer.Option(metavar="DIR", help="A model folder; by default the embedded model.")
    ] = None,
    taxonomy: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="YAML file with the actors to look for; by default the embedded list."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object for each decision.")] = False,
) -> None:
    """Show which words carried a decision: each is hidden in turn, and its weight is what the decision loses.

    Without --actor and --frame every stance that is not neutral is explained, and every frame given.

    Exit status: 0 all well; 2 wrong use, such as an actor that the text does not name.
    """
    text = _standard_input() if text == "-" else text
    if not text.strip():
        raise ZawiyaError("expected a text to explain, found none; pass a sentence in quotes, or - for standard input")
    # behind what is wrong with the call: a model takes a second to load
    from zawiya.labeler import Labeler
    from zawiya.taxonomy import Taxonomy

    labeler = Labeler.load(model, taxonomy=Taxonomy.load(taxonomy))
    explained = explained_text(labeler, text, actors=tuple(actor or ()), frames=tuple(frame or ()))
    _write(_lines(explained) if as_json else _views(explained))


def explained_text(
    labeler: "Labeler", text: str, *, actors: Sequence[str] = (), frames: Sequence[str] = ()
) -> "list[Explanation]":
    """Explain what a model says of a text, sentence by sentence.

    :param actors: whose stances to explain, neutral ones too.
    :param frames: to explain in every sentence, given or not. Without either: stances that are not neutral, frames given.
    :raises ZawiyaError: when the text does not name an actor, or the model has no such frame.
    """
    from zawiya.explaining import decisions_of
    from zawiya.explaining import explain as words_behind

    sentences = [sentence for sentence in labeler.label(text).sentences if sentence.role != "furniture"]
    _check_frames(labeler, frames)
    _check_actors(labeler, text, sentences, actors)
    if actors or frames:
        decisions = [decision for sentence in sentences for decision in _asked(sentence, actors, frames)]
    else:
        decisions = [decision for sentence in sentences for decision in decisions_of(sentence)]
    return words_behind(labeler.judge, decisions)


def _asked(sentence: "Sentence", actors: Sequence[str], frames: Sequence[str]) -> Iterator["Decision"]:
    from zawiya.explaining import Decision

    yield from (Decision(sentence, mention) for mention in sentence.mentions if mention.actor in actors)
    yield from (Decision(sentence, frame=frame) for frame in dict.fromkeys(frames))


def _check_frames(labeler: "Labeler", frames: Sequence[str]) -> None:
    unknown = sorted(set(frames) - set(labeler.judge.frames))
    if unknown:
        raise ZawiyaError(
            f"--frame: expected frames of the model {labeler.judge.name!r} ({', '.join(labeler.judge.frames) or 'none'}), "
            f"found {', '.join(map(repr, unknown))}; ask about one of these"
        )


def _check_actors(labeler: "Labeler", text: str, sentences: "Sequence[Sentence]", actors: Sequence[str]) -> None:
    missing = sorted(set(actors) - {mention.actor for sentence in sentences for mention in sentence.mentions})
    if not missing:
        return
    from zawiya.records import Article

    prepared = labeler.prepare(Article("text", text))
    rejected = {
        mention.actor: mention.text
        for sentence in prepared.sentences
        if sentence.role != "furniture"
        for mention in sentence.mentions
        if mention.actor in missing
    }
    named = dict.fromkeys(mention.actor for sentence in sentences for mention in sentence.mentions)
    said = [
        f"{wanted!r} (the model takes «{rejected[wanted]}» for no actor)" if wanted in rejected else repr(wanted)
        for wanted in missing
    ]
    raise ZawiyaError(
        f"--actor: expected actors that the text names ({', '.join(named) or 'none'}), found {', '.join(said)}; "
        "ask about one of these, or pass an actor list with --taxonomy"
    )


def _standard_input() -> str:
    from zawiya.reading.decode import NotTextError, decode

    try:
        return decode(sys.stdin.buffer.read()).text
    except NotTextError as error:
        raise ZawiyaError(f"standard input: expected a text, found something else ({error})") from error


def _lines(explained: "Sequence[Explanation]") -> str:
    # other encodings than UTF-8 would lose letters, which JSON's own escapes do not
    ascii_only = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    return "".join(f"{json.dumps(each.as_json(), ensure_ascii=ascii_only)}\n" for each in explained)


def _views(explained: "Sequence[Explanation]") -> str:
    from rich.console import Console

    console = Console(highlight=False)
    with console.capture() as captured:
        if not explained:
            console.print(
                "Nothing to explain: every stance is neutral and no frame is given. Ask with --actor or --frame."
            )
        for place, explanation in enumerate(explained):
            if place:
                console.print()
            console.print(explanation_view(explanation))
    return captured.get()


def _write(text: str) -> None:
    """Print a text; whoever stops reading it does not change how the command went."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, which would fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def explanation_view(explanation: "Explanation") -> "RenderableType":
    """A decision in the terminal: what was decided, the sentence with its words coloured, the words that matter most."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    head = Text.assemble(
        (explanation.mention.actor if explanation.mention else "frame", "bold"), ": ", (_decided(explanation), "bold")
    )
    head.append(f", probability {explanation.score:.2f}")
    if not explanation.weights:
        return Group(head, _coloured(explanation), Text("No words to hide, or too many.", style="dim"))
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("weight", justify="right")
    table.add_column("")
    table.add_column("word", overflow="fold")
    for weight in explanation.strongest(TOP):
        style = _style(weight, _scale(explanation))
        table.add_row(
            f"{round(weight.weight, 3) + 0.0:+.3f}",
            "the target" if weight.target else "",
            Text(_seen(weight.text), style),
        )
    return Group(head, _coloured(explanation), Text(), table)


def _decided(explanation: "Explanation") -> str:
    if explanation.frame is None:
        return explanation.label
    return explanation.frame if explanation.frame in explanation.sentence.frames else f"{explanation.frame} (not given)"


def _coloured(explanation: "Explanation") -> "Text":
    from rich.text import Text

    sentence = explanation.sentence
    shown = Text(_seen(sentence.text))
    scale = _scale(explanation)
    for weight in explanation.weights:
        shown.stylize(_style(weight, scale), weight.start - sentence.start, weight.end - sentence.start)
    asked = explanation.mention
    if asked and not asked.appended:
        shown.stylize("underline", asked.start - sentence.start, asked.end - sentence.start)
    return shown


def _scale(explanation: "Explanation") -> float:
    return max((abs(weight.weight) for weight in explanation.weights), default=0.0)


def _style(weight: "Weight", scale: float) -> str:
    """Cyan for a word that speaks for the decision, magenta for one against it; the stronger the plainer."""
    strength = abs(weight.weight)
    if strength < FAINT:
        return ""
    colour = FOR if weight.weight > 0 else AGAINST
    return f"bold {colour}" if strength >= scale / 2 else colour if strength >= scale / 6 else f"dim {colour}"


def _seen(text: str) -> str:
    """A text that moves no cursor, character for character: white space is a blank, what cannot be seen is ``?``."""
    return "".join(" " if c.isspace() else c if c.isprintable() else "?" for c in text)
