"""Figures in the terminal: a table for each kind, a row for each group, and in plain words how far they can be trusted."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from zawiya.infer.show import printable
from zawiya.records import STANCES

from .figures import FEWEST_ARTICLES, FEWEST_LABELLED
from .gold import Gold
from .known import KnownError, Rate
from .records import Figure

#: Groups that are shown; a file has all of them.
MOST_GROUPS = 25


def figures_view(title: str, figures: Sequence[Figure], *, width: int) -> RenderableType:
    """Figures of one kind: shares in hundredths with their intervals.

    :param width: of the terminal, in characters; labels that do not fit are left to the file.
    """
    if not figures:
        return Text(f"{title}: nothing to count")
    totals: dict[str, float] = {}
    for figure in figures:
        totals[figure.label] = totals.get(figure.label, 0) + (figure.count if figure.label != "net" else 0)
    known = list(totals)
    # rows and articles take some sixteen characters, a name and a share with its interval as many each
    fitting = max(1, (width - 16 - 16 * len(figures[0].group)) // 14)
    # net stance says most in one column, and neutral is what the others leave
    first = sorted(known, key=lambda label: (label != "net", label == "neutral", -totals[label]))[:fitting]
    labels = [label for label in known if label in first]
    groups: dict[tuple[str | None, ...], dict[str, Figure]] = {}
    for figure in figures:
        groups.setdefault(tuple(figure.group.values()), {})[figure.label] = figure
    table = Table(
        box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold", title=title, title_justify="left"
    )
    for name in figures[0].group:
        table.add_column(name, overflow="fold", min_width=12)
    for name in ("rows", "articles", *labels):
        table.add_column(name, justify="right", no_wrap=name not in labels)
    for names, found in list(groups.items())[:MOST_GROUPS]:
        one = next(iter(found.values()))
        cells = [share(found[label]) if label in found else Text("") for label in labels]
        shown = [Text(printable(name)) if name is not None else Text("unknown", style="dim") for name in names]
        table.add_row(*shown, f"{one.rows:,}", f"{one.articles:,}", *cells)
    more = max(0, len(groups) - MOST_GROUPS)
    left = [f"{more:,} more group{'s' * (more != 1)}"] if more else []
    more = len(known) - len(labels)
    left += [f"{more:,} more label{'s' * (more != 1)}"] if more else []
    return Group(table, Text(f"and {' and '.join(left)}: --to FILE writes all of them", style="dim")) if left else table


def share(figure: Figure) -> Text:
    """``24 (13–38)``: a share and its interval in hundredths, with ``*`` where labels have corrected it.

    Net stance, which may be below nought, is ``-4 (-14 to 6)``.
    """
    mark = "*" if figure.method == "corrected" else ""
    # a dash beside a minus is read as another one
    between = " to " if figure.label == "net" else "–"
    ends = (
        ""
        if figure.low is None or figure.high is None
        else f" ({_hundredths(figure.low)}{between}{_hundredths(figure.high)})"
    )
    return Text(f"{_hundredths(figure.share)}{mark}{ends}", no_wrap=True)


def _hundredths(value: float) -> str:
    return f"{100 * value:z.0f}"


def trust_view(gold: Gold | None, known: KnownError | None, figures: Sequence[Figure]) -> Text:
    """How far the figures can be trusted."""
    corrected = sum(figure.method == "corrected" for figure in figures)
    others = " The others are the model's own counts, and theirs do not." if corrected < len(figures) else ""
    if gold is not None and corrected:
        return Text(
            f"{gold.note} {corrected:,} of {len(figures):,} figures have labels enough to be corrected and are marked *: their "
            f"intervals hold the model's mistakes.{others}"
        )
    if gold is not None:
        return Text(
            f"{gold.note} No figure has labels enough to be corrected ({FEWEST_LABELLED} rows in {FEWEST_ARTICLES} articles): "
            "these are the model's own counts, and its mistakes are not in their intervals. Label more, or make larger groups."
        )
    text = Text(
        "Not corrected: these are the model's own counts. Intervals say how another choice of articles might have come out "
        "under the same model; its mistakes are not in them. `zawiya sample` draws sentences to label, and --gold corrects."
    )
    if known is not None:
        text.append(" " + known_words(known))
    return text


def known_words(known: KnownError) -> str:
    """What the model's evaluation says, in a few sentences."""
    each = "; ".join(
        f"{stance} {_percent(known.precision[stance])} and {_percent(known.recall[stance])}" for stance in STANCES
    )
    said = (
        f"What is known of the model, from {known.part} ({known.articles:,} articles, {known.rows:,} rows): of the stances "
        f"that it gives, and of those that people gave, it has right: {each}."
    )
    if known.slices:
        outlets = ", ".join(f"{name} {_percent(rate)}" for name, rate in known.slices.items())
        said += f" Stance macro-F1 on outlets that are here too: {outlets}."
    return said


def _percent(rate: Rate) -> str:
    if rate.value is None:
        return "unknown"
    ends = "" if rate.low is None or rate.high is None else f" ({100 * rate.low:.0f}–{100 * rate.high:.0f})"
    return f"{100 * rate.value:.0f}%{ends}"
