"""``zawiya measure`` and ``zawiya sample``: the options; what they do is in :mod:`.figures` and :mod:`.sampling`.

Imports inside the functions: ``zawiya --help`` loads this module too and needs no Arrow.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zawiya.errors import ZawiyaError

from .. import options

if TYPE_CHECKING:
    from rich.console import RenderableType

    from ..results import Results
    from .gold import Gold
    from .records import Figure
    from .units import Units

#: What can be measured.
KINDS = ("stances", "voices", "holders", "frames")
By = Annotated[
    str,
    typer.Option(metavar="COLUMN,…", help="Columns to group by: outlet, role, source, article_id, actor, actor_kind."),
]


def measure(
    out: options.Out,
    of: Annotated[str, typer.Option(metavar="KIND,…", help=f"What to measure: {', '.join(KINDS)}.")] = "stances,frames",
    by: By = "",
    when: Annotated[
        str | None, typer.Option(metavar="day|week|month|year", help="Group by the period of the date besides.")
    ] = None,
    gold: options.Gold = None,
    design: options.Design = None,
    uniform: options.Uniform = False,
    against: Annotated[
        Path | None, typer.Option(metavar="OLDRUN", help="Another results folder: say what has moved since, instead.")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write every figure: .csv, .parquet or .jsonl.")
    ] = None,
) -> None:
    """Shares of stances, voices, holders and frames, each with an interval; corrected where labels of a sample are given.

    Exit status: 0 all well; 2 wrong use.
    """
    from rich.console import Console, Group
    from rich.text import Text

    from ..results import Results
    from .gold import read_gold
    from .known import known_error
    from .tables import check_format, write_figures
    from .units import Units
    from .view import figures_view, trust_view

    options.check_labels(gold, design, uniform)
    if against:
        _check_alone({"--by": by, "--when": when, "--gold": gold, "--to": to})
        _compare(Results.open(out), Results.open(against))
        return
    if to:
        check_format(to)
    results = Results.open(out)
    units = Units.of(results)
    labels = read_gold(gold, units, design=design, uniform=uniform) if gold else None
    found = {kind: figures_of(units, kind, _columns(by), when, labels) for kind in _kinds(of)}
    every = [figure for figures in found.values() for figure in figures]
    if to:
        write_figures(every, to)
    console = Console()
    parts: list[RenderableType] = [
        figures_view(_title(kind), figures, width=console.width) for kind, figures in found.items()
    ]
    parts.append(trust_view(labels, known_error(results) if labels is None else None, every))
    parts += [Text(note) for note in results.notes]
    console.print(Group(*(piece for part in parts for piece in (part, Text()))))
    if to:
        console.print(Text(f"{len(every):,} figures are in {to}"))


def sample(
    out: options.Out,
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="Folder for the sentences and the design of the draw.")
    ],
    n: Annotated[int, typer.Option("--n", help="Sentences to draw.")] = 300,
    way: Annotated[
        str, typer.Option("--way", metavar="stratified|uncertain|uniform", help="How sentences are drawn.")
    ] = "stratified",
    by: Annotated[
        str, typer.Option(metavar="COLUMN,…", help="Columns of which each value gets its share, outlet for instance.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Another seed draws others.")] = 13,
) -> None:
    """Draw sentences for people to label, each with a known chance, so that figures can be corrected by them.

    Writes articles.jsonl, in the corpus format with the model's labels, and design.json.

    Exit status: 0 all well; 2 wrong use.
    """
    from typing import cast, get_args

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from zawiya.infer.show import printable

    from ..results import Results
    from .design import Way
    from .sampling import sample as draw
    from .sampling import save_sample

    if way not in get_args(Way):
        raise ZawiyaError(f"--way: expected {', '.join(get_args(Way))}, found {way!r}")
    drawn = draw(Results.open(out), n, way=cast("Way", way), by=_columns(by), seed=seed)
    save_sample(drawn, to)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("sentences where the model", overflow="fold")
    for name in ("sentences", "drawn"):
        table.add_column(name, justify="right")
    for name, size, taken in drawn.strata:
        table.add_row(Text(printable(name)), f"{size:,}", f"{taken:,}")
    console = Console()
    console.print(table)
    console.print(f"\n{n:,} sentences of {len(drawn.articles):,} articles are in {to}", markup=False)


def figures_of(units: "Units", kind: str, by: tuple[str, ...], when: str | None, gold: "Gold | None") -> "list[Figure]":
    """The figures of one kind.

    :raises ZawiyaError: when they cannot be made by these columns or periods.
    """
    from . import figures
    from .when import UNITS

    unit = next((unit for unit in UNITS if unit == when), None)
    if when and unit is None:
        raise ZawiyaError(f"--when: expected {', '.join(UNITS)}, found {when!r}")
    if unit and units.dates[1] == [None]:
        raise ZawiyaError("--when: expected articles with dates, found none that has one; leave --when out")
    if kind == "frames":
        return figures.frames(units, by, unit, gold=gold)
    if kind == "holders":
        return figures.holders(units, by, unit, gold=gold)
    return figures.stances(units, by, unit, voice=kind == "voices", gold=gold)


def _check_alone(given: dict[str, object]) -> None:
    named = [option for option, value in given.items() if value]
    if named:
        raise ZawiyaError(
            f"--against: expected nothing that is about figures, found {', '.join(named)}; two runs are compared as "
            "wholes, so leave --against or the others out"
        )


def _compare(results: "Results", old: "Results") -> None:
    from rich.console import Console

    from ..drift.compare import drift
    from ..drift.view import drift_view

    Console().print(drift_view(drift(results, old)))


def _kinds(of: str) -> tuple[str, ...]:
    kinds = _columns(of)
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong or not kinds:
        raise ZawiyaError(
            f"--of: expected some of {', '.join(KINDS)}, found {', '.join(map(repr, wrong)) or 'nothing'}"
        )
    return kinds


def _columns(names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))


def _title(kind: str) -> str:
    of = {
        "stances": "of rows, an actor in a sentence each",
        "voices": "of rows; own: the outlet's words, quoted: those of others",
        "holders": "of rows toward the actor, by holder",
        "frames": "of sentences",
    }
    return f"{kind}: percent {of[kind]}"
