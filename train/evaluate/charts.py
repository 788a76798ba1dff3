"""Charts of the evaluation page, drawn by Vega-Lite as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

import altair as alt
from markupsafe import Markup

from zawiya import drawing
from zawiya.drawing import SHARE_LABEL, svg

from .records import Bin, Estimate

#: What tells systems and stances apart beside their colour, by the names of Vega's symbols.
SHAPES = {
    "model": "circle",
    "target_blind": "diamond",
    "tfidf": "square",
    "majority": "cross",
    "annotators": "triangle-right",
    "favor": "triangle-up",
    "against": "triangle-down",
    "neutral": "circle",
}
WIDTH = 370
#: Pixels of a dot's row, alone and among others.
_ALONE, _AMONG = 24, 11
#: Of a diagram of reliability.
_SIDE = 220
_FADED = 0.5


@dataclass(frozen=True, slots=True)
class Dot:
    """A score in a chart.

    :param row: name of the row that it stands in.
    :param series: what tells it from the other dots of its row.
    :param kind: of the colours and shapes.
    :param faded: from too few cases to say much.
    """

    row: str
    series: str
    kind: str
    score: Estimate
    faded: bool = False


def forest(dots: Sequence[Dot], *, label: str) -> Markup:
    """Scores as dots upon their intervals, a row each name; empty where there are none.

    :param label: what is seen, for those who do not see it.
    """
    values = [_values(dot) for dot in dots if dot.score.value is not None]
    if not values:
        return Markup()
    # in the order they came in, those without a score too
    rows = list(dict.fromkeys(dot.row for dot in dots))
    series = list(dict.fromkeys(dot.series for dot in dots))
    base = alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y(
            "row:N", title=None, axis=alt.Axis(grid=True, ticks=False, tickBand="extent", domain=False, labelPadding=8)
        )
        .scale(domain=rows, paddingInner=0.2, paddingOuter=0.1)
        .sort(None),
        yOffset=alt.YOffset("series:N").scale(domain=series).sort(None),
        color=alt.Color("colour:N", scale=None, legend=None),
        opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
    )
    axis = alt.Axis(tickCount=5, format=".1f", labelExpr=SHARE_LABEL, ticks=False, labelPadding=8, domain=False)
    intervals = base.mark_rule(strokeWidth=1.6, strokeCap="round").encode(
        x=alt.X("low:Q", title=None, axis=axis).scale(domain=[0, 1]), x2="high:Q"
    )
    points = base.mark_point(filled=True, size=62).encode(
        x="value:Q", shape=alt.Shape("shape:N", scale=None, legend=None)
    )
    height = alt.Step(_ALONE if len(series) == 1 else _AMONG)
    return svg(alt.layer(intervals, points).properties(width=WIDTH, height=height), label)


def _values(dot: Dot) -> dict[str, str | float | None]:
    return {
        "row": dot.row,
        "series": dot.series,
        "value": dot.score.value,
        "low": dot.score.low,
        "high": dot.score.high,
        "colour": colour(dot.kind),
        "shape": SHAPES[dot.kind],
        "opacity": _FADED if dot.faded else 1.0,
    }


def reliability(bins: Sequence[Bin], *, label: str) -> Markup:
    """How often decisions are right by their confidence, beside the diagonal on which both are the same.

    A dot is as large as the bin has decisions; the line to the diagonal is what the confidence is off by.
    """
    if not any(each.rows for each in bins):
        return Markup()
    values = [{"confidence": each.confidence, "right": each.right, "rows": each.rows} for each in bins if each.rows]
    axis = alt.Axis(tickCount=5, format=".1f", labelExpr=SHARE_LABEL, ticks=False, labelPadding=6)
    x = alt.X("confidence:Q", title="confidence", axis=axis).scale(domain=[0, 1])
    y = alt.Y("right:Q", title="share right", axis=axis).scale(domain=[0, 1])
    ends = alt.Data(values=[{"confidence": end, "right": end} for end in (0, 1)])
    diagonal = alt.Chart(ends).mark_line(strokeDash=[4, 4], color="var(--soft)", strokeWidth=1).encode(x=x, y=y)
    base = alt.Chart(alt.Data(values=values)).encode(x=x)
    gaps = base.mark_rule(color="var(--warn)", strokeWidth=2.5).encode(y=y, y2="confidence:Q")
    dots = base.mark_point(filled=True, color=colour("model"), opacity=1).encode(
        y=y, size=alt.Size("rows:Q", legend=None).scale(domain=[0, max(each.rows for each in bins)], range=[12, 230])
    )
    return svg(alt.layer(diagonal, gaps, dots).properties(width=_SIDE, height=_SIDE), label)


def glyph(kind: str) -> Markup:
    """The symbol of a system or a stance, for running text, whose name always stands beside it."""
    return drawing.glyph(SHAPES[kind], colour(kind))


def colour(kind: str) -> str:
    """The page's variable that holds the colour of a system or a stance."""
    return f"var(--{kind.replace('_', '-')})"
