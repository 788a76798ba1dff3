"""What moved, for the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zawiya.infer.show import printable

from .records import Drift, Respect, first_of

#: Rows of a list that is not written whole.
ROWS = 10


def drift_view(found: Drift) -> RenderableType:
    """What moved, for the terminal: the verdict, then what is beyond chance, then what came and went."""
    parts: list[RenderableType] = [Text(printable(found.verdict), style="bold"), Text()]
    beyond = [respect for respect in found.respects if respect.outcome != "chance"]
    if beyond:
        parts += [_table(beyond), Text()]
    parts.append(
        Text(f"{len(found.respects) - len(beyond)} of {len(found.respects)} things compared are as by chance.")
    )
    for what, actors in (("Actors that are new", found.new_actors), ("Actors that are gone", found.gone_actors)):
        if actors:
            listed = first_of([f"{printable(name)} ({rows:,})" for name, rows in actors.items()], ROWS)
            parts.append(Text(f"{what}: {listed}."))
    if found.words:
        parts.append(Text("Words that came up outside of mentions; names among them may be missing in the actor list:"))
        parts += [Text(f"  {word.before:4.0%} of articles, now {word.after:4.0%}  {word.text}") for word in found.words]
    parts += [Text(f"Note: {printable(note)}", style="dim") for note in found.notes]
    return Group(*parts)


def _table(respects: Sequence[Respect]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("about", "what", "before", "after", "effect", "by chance", ""):
        table.add_column(name, justify="left" if name in {"about", "what", ""} else "right")
    for respect in respects:
        table.add_row(
            respect.about,
            Text(printable(respect.name)),
            _value(respect, respect.before),
            _value(respect, respect.after),
            f"{respect.effect:.2g} {respect.scale}",
            f"{respect.chance:.2g}",
            respect.outcome,
            style="yellow" if respect.outcome == "moved" else "",
        )
    return table


def _value(respect: Respect, value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:.1%}" if respect.scale == "h" else f"{value:.3g}"
