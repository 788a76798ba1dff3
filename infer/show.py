"""The table at the end of a run. Actors and frames go by their ids: Latin letters keep its columns straight."""

from collections.abc import Iterable, Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zawiya.reading import Skipped
from zawiya.records import STANCES

from .summary import RunSummary

#: Actors shown; the tables have all of them.
TOP_ACTORS = 10
#: Names shown for each reason that inputs were skipped for; ``run.json`` has all of them.
NAMES = 3
COLOURS = {"favor": "green", "against": "red", "neutral": ""}


def summary_view(summary: RunSummary) -> Group:
    """What to print at the end of a run."""
    parts: list[RenderableType] = [_totals(summary)]
    if summary.actors:
        parts.append(_actors(summary))
    if summary.frames:
        parts.append(_counts("frame", "sentences", summary.frames))
    if summary.skipped:
        parts.append(_skipped(summary))
    spaced = [piece for part in parts for piece in (part, Text())]
    return Group(*spaced, _ending(summary))


def _totals(summary: RunSummary) -> Table:
    table = _table()
    table.add_column("")
    table.add_column("total", justify="right")
    per_second = summary.added / summary.seconds if summary.seconds else 0.0
    for name, count in (
        ("articles", summary.articles),
        ("  of this run", summary.added),
        ("sentences", summary.sentences),
        ("furniture", summary.furniture),
        ("actor rows", summary.rows),
        *((f"  {stance}", count) for stance, count in summary.stances.items()),
        ("actors found", len(summary.actors)),
        ("skipped", len(summary.skipped)),
        ("repaired", len({source for source, _ in summary.warnings})),
        ("unchanged", summary.unchanged),
        ("gone", summary.gone),
    ):
        table.add_row(name, f"{count:,}")
    table.add_row("seconds", f"{summary.seconds:,.1f}")
    table.add_row("articles/s", f"{per_second:,.1f}")
    return table


def _actors(summary: RunSummary) -> Table:
    table = _table()
    table.add_column("actor")
    table.add_column("rows", justify="right")
    for stance in STANCES:
        table.add_column(stance, justify="right", style=COLOURS[stance])
    for actor, row in list(summary.actors.items())[:TOP_ACTORS]:
        table.add_row(Text(actor), f"{sum(row.values()):,}", *(f"{row[stance]:,}" for stance in STANCES))
    if len(summary.actors) > TOP_ACTORS:
        table.add_row(Text(f"and {len(summary.actors) - TOP_ACTORS} more", style="dim"))
    return table


def _counts(name: str, counted: str, counts: Mapping[str, int]) -> Table:
    table = _table()
    table.add_column(name)
    table.add_column(counted, justify="right")
    for key, count in counts.items():
        table.add_row(Text(key), f"{count:,}")
    return table


def _skipped(summary: RunSummary) -> Table:
    table = _table()
    table.add_column("skipped", style="yellow")
    table.add_column("files", justify="right")
    table.add_column("such as", overflow="fold")
    for reason, count in summary.reasons.items():
        table.add_row(reason, f"{count:,}", Text(_names(s for s in summary.skipped if s.reason == reason)))
    return table


def _names(skipped: Iterable[Skipped]) -> str:
    sources = [printable(s.source) for s in skipped]
    return ", ".join(sources[:NAMES]) + (", …" if len(sources) > NAMES else "")


def _ending(summary: RunSummary) -> Text:
    if summary.interrupted:
        return Text(
            f"Interrupted; the same command goes on behind what is in {printable(str(summary.out))}", style="yellow"
        )
    if not summary.articles:
        return Text(f"Nothing could be labelled; run.json in {printable(str(summary.out))} says why", style="red")
    return Text(f"Results are in {printable(str(summary.out))}")


def printable(name: str) -> str:
    """A name that moves no cursor: control characters in it become ``?``."""
    return "".join(character if character.isprintable() else "?" for character in name)


def _table() -> Table:
    return Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
