"""Panels of a report's charts: bars to both sides, dots upon intervals, lines over time.

A panel is drawn for reading at its own size on a narrow phone; larger screens get several beside each other. What a mark
stands for is told by its side or shape as well as by its colour, and each mark is a link to its sentences.

Drawing takes a fifth of a second, so a panel is drawn once, with tokens in the place of words, and the words of each
language are put in afterwards; names stand left of an English panel and right of an Arabic one.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import altair as alt
from markupsafe import Markup, escape

from zawiya import drawing
from zawiya.drawing import CONFIG, svg
from zawiya.pages import plain

from .records import LANGUAGES, Language, Mark, Number, Panel, Words
from .writing import said

#: Pixels for names and for what is drawn; with the padding 352 together.
NAMES, PLOT = 118, 210
HIGH = 110
#: Pixels of a row, alone and for each of several in it.
_ALONE, _AMONG = 27, 14
#: Code points of a name in a description, and rows that a panel's words name.
_NAME, _NAMED = 60, 6
#: Code points of a line of a row's name, and how many lines there are.
_LINE, _LINES = 18, 2
#: Begin the tokens of a row's name and of a mark's description; no text that is shown holds them.
_ROW, _SPOT = "\ue000", "\ue001"
_ROW_TEXT = re.compile(rf'<text text-anchor="end" transform="translate\(-8,([\d.]+)\)"([^>]*)>{_ROW}(\d+)</text>')
_SPOT_TITLE = re.compile(rf"{_SPOT}(\d+);")
#: Pixels between a name and the plot.
_GAP = 8
#: Labels of an axis over time.
_TICKS = 4
#: Opacity of a bar without an interval, which rests on a single article.
_FAINT = 0.4
SHAPES = {
    "favor": "triangle-up",
    "against": "triangle-down",
    "left": "circle",
    "right": "diamond",
    "mark": "circle",
}
_PLAIN_SHARE = r"replace(format(abs(datum.value), '.2~f'), /^0\./, '.')"
_SIGNED = r"replace(replace(format(datum.value, '+.2~f'), /0\./, '.'), '+0', '0')"


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure in a panel.

    :param row: name of the row it stands in, or of what a line is of.
    :param series: what tells it from others of its row: a stance, ``left`` or ``right``, ``mark``.
    :param at: first day of its period, in charts over time; ``said_at`` how the period is called.
    :param hollow: drawn as an outline: what an outlet quotes.
    """

    row: Words
    series: Literal["favor", "against", "left", "right", "mark"]
    number: Number
    at: date | None = None
    said_at: str = ""
    hollow: bool = False


def bars(title: Words, spots: Sequence[Spot], *, rows: Sequence[Words], most: float, label: Words) -> Panel:
    """Against to the left of nought, favor to the right, each upon its interval.

    :param rows: from top to bottom, those without a figure too.
    :param most: largest share that any panel shows.
    :param label: what is seen.
    """
    base = _base(spots, rows, signed=True)
    axis = alt.Axis(tickCount=5, labelExpr=_PLAIN_SHARE, ticks=False, labelPadding=_GAP, domain=False)
    blocks = base.mark_bar(strokeWidth=1.2).encode(
        x=alt.X("value:Q", title=None, axis=axis).scale(domain=[-most, most], nice=False),
        x2=alt.datum(0),
        **_coloured(),
        **_LINKED,
        fillOpacity=alt.FillOpacity("fill:Q", scale=None, legend=None),
        opacity=alt.Opacity("seen:Q", scale=None, legend=None),
        stroke=alt.Stroke("colour:N", scale=None, legend=None),
    )
    intervals = _intervals(base, "var(--ink)")
    nought = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color="var(--soft)", strokeWidth=1).encode(x="x:Q")
    series = len({spot.hollow for spot in spots})
    drawn = alt.layer(blocks, intervals, nought).properties(width=PLOT, height=_height(series))
    return _panel(title, drawn, label, spots, rows)


def dots(
    title: Words,
    spots: Sequence[Spot],
    *,
    rows: Sequence[Words],
    domain: tuple[float, float],
    label: Words,
    signed: bool = False,
) -> Panel:
    """Figures as dots upon their intervals.

    :param domain: lowest and highest value of any panel.
    :param signed: whether nought is a line to be left or right of.
    """
    base = _base(spots, rows)
    expression = _SIGNED if signed else _PLAIN_SHARE
    axis = alt.Axis(tickCount=5, labelExpr=expression, ticks=False, labelPadding=_GAP, domain=False)
    points = base.mark_point(filled=True, size=58).encode(
        x=alt.X("value:Q", title=None, axis=axis).scale(domain=list(domain), nice=False),
        shape=alt.Shape("shape:N", scale=None, legend=None),
        **_coloured(),
        **_LINKED,
        opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
    )
    layers = [_intervals(base), points]
    if signed:
        nought = alt.Chart(alt.Data(values=[{"x": 0}]))
        layers.insert(0, nought.mark_rule(color="var(--soft)", strokeWidth=1).encode(x="x:Q"))
    series = len({spot.series for spot in spots})
    drawn = alt.layer(*layers).properties(width=PLOT, height=_height(series))
    return _panel(title, drawn, label, spots, rows)


def lines(title: Words, spots: Sequence[Spot], *, span: tuple[date, date], most: float, label: Words) -> Panel:
    """Shares over time, with their intervals.

    :param span: first and last day of any panel.
    :param most: largest share of any panel.
    """
    values = [_value(spot, 0, n) for n, spot in enumerate(spots)]
    days = (span[1] - span[0]).days
    form = next(form for longest, form in ((200, "%Y-%m-%d"), (2000, "%Y-%m"), (days, "%Y")) if days <= longest)
    x = alt.X(
        "at:T",
        title=None,
        axis=alt.Axis(format=form, tickCount=_TICKS, grid=False, labelOverlap=True, labelPadding=6),
    ).scale(type="utc", domain=[_day(day) for day in span], nice=False)
    axis = alt.Axis(tickCount=4, labelExpr=_PLAIN_SHARE, ticks=False, domain=False, minExtent=34, maxExtent=34)
    y = alt.Y("value:Q", title=None, axis=axis).scale(domain=[0, most], nice=False)
    base = alt.Chart(alt.Data(values=values)).encode(x=x, color=alt.Color("colour:N", scale=None, legend=None))
    # no band: it would run on through periods that have no interval
    intervals = base.transform_filter("datum.low !== null").mark_rule(strokeWidth=1, opacity=0.5)
    intervals = intervals.encode(y=alt.Y("low:Q").scale(domain=[0, most], nice=False), y2="high:Q")
    strokes = base.mark_line(strokeWidth=1.6).encode(y=y)
    points = base.mark_point(filled=True, size=34, opacity=1).encode(
        y=y, shape=alt.Shape("shape:N", scale=None, legend=None), href="href:N", description="description:N"
    )
    drawn = alt.layer(intervals, strokes, points).properties(width=NAMES + PLOT - 34, height=HIGH)
    return _panel(title, drawn, label, spots)


def glyph(symbol: str) -> Markup:
    """The symbol of a legend's entry, for running text: one of :data:`SHAPES`."""
    return drawing.glyph(SHAPES[symbol], f"var(--{symbol})")


def legend(*marks: tuple[str, Words]) -> tuple[Mark, ...]:
    """Entries of a legend: a symbol of this module, and its words."""
    return tuple(Mark(symbol, words) for symbol, words in marks)


def _panel(
    title: Words, drawn: alt.TopLevelMixin, label: Words, spots: Sequence[Spot], rows: Sequence[Words] = ()
) -> Panel:
    markup = svg(drawn, _SPOT, CONFIG)
    return Panel(title, {each: _worded(markup, each, title, label, spots, rows) for each in LANGUAGES})


def _worded(
    markup: Markup, language: Language, title: Words, label: Words, spots: Sequence[Spot], rows: Sequence[Words]
) -> Markup:
    """The drawing with the words of one language."""
    told = f"{_name(title, language)}: {label.of(language)}. {_told(spots, language)}"
    text = str(markup).replace(f'aria-label="{_SPOT}"', f'aria-label="{escape(told)}"', 1)
    text = _ROW_TEXT.sub(lambda found: _row_text(found, rows[int(found[3])].of(language), language), text)
    text = _SPOT_TITLE.sub(lambda found: str(escape(_description(spots[int(found[1])], language))), text)
    if language == "ar" and rows:
        text = re.sub(r'viewBox="0 ', f'viewBox="{NAMES} ', text, count=1)
    return Markup(text)  # noqa: S704 - markup it was, and words are escaped


def _row_text(found: re.Match[str], name: str, language: Language) -> str:
    """A row's name beside the plot, in lines that fit."""
    lines = textwrap.wrap(plain(name), _LINE, max_lines=_LINES, placeholder="…") or [""]
    first = -0.6 * (len(lines) - 1)
    spans = [f'<tspan x="0" dy="{first if not n else 1.2}em">{escape(line)}</tspan>' for n, line in enumerate(lines)]
    words = "".join(spans) if len(lines) > 1 else escape(lines[0])
    anchor, x = ("start", PLOT + _GAP) if language == "ar" else ("end", -_GAP)
    return f'<text text-anchor="{anchor}" transform="translate({x},{found[1]})"{found[2]}>{words}</text>'


def _told(spots: Sequence[Spot], language: Language) -> str:
    """The figures of a panel in words, the first of many."""
    told = [_description(spot, language) for spot in spots[:_NAMED]]
    return ("; ".join(told) + ("; …" if len(spots) > _NAMED else "")) if told else ""


#: What makes a mark a link.
_LINKED = {"href": "href:N", "description": "description:N"}


def _base(spots: Sequence[Spot], rows: Sequence[Words], *, signed: bool = False) -> alt.Chart:
    """Rows of names, and what all marks of them have in common."""
    axis = alt.Axis(
        grid=True, ticks=False, tickBand="extent", domain=False, labelPadding=_GAP,
        labelLimit=0, minExtent=NAMES, maxExtent=NAMES, labelFontSize=12,
    )  # fmt: skip
    places = {row: n for n, row in enumerate(rows)}
    values = [_value(spot, places[spot.row], n, signed=signed) for n, spot in enumerate(spots)]
    tokens = [f"{_ROW}{n}" for n in range(len(rows))]
    return alt.Chart(alt.Data(values=values)).encode(
        y=alt.Y("row:N", title=None, axis=axis).scale(domain=tokens, paddingInner=0.2, paddingOuter=0.1).sort(None),
        yOffset=alt.YOffset("lane:N").scale(domain=list(dict.fromkeys(value["lane"] for value in values))).sort(None),
    )


def _coloured() -> dict[str, alt.Color]:
    return {"color": alt.Color("colour:N", scale=None, legend=None)}


def _intervals(base: alt.Chart, colour: str = "") -> alt.Chart:
    drawn = base.transform_filter("datum.low !== null").mark_rule(strokeWidth=1.6, strokeCap="round")
    return drawn.encode(x="low:Q", x2="high:Q", **({"color": alt.value(colour)} if colour else _coloured()))


def _value(spot: Spot, row: int, n: int, *, signed: bool = False) -> dict[str, Any]:
    """What Vega knows of a figure.

    :param row: number of its row.
    :param n: its own number.
    """
    number = spot.number
    side = -1 if signed and spot.series == "against" else 1
    ends = [None if end is None else side * end for end in (number.low, number.high)]
    return {
        "row": f"{_ROW}{row}",
        # favor and against of one voice are one row, to both sides
        "lane": "quoted" if spot.hollow else "own" if signed else spot.series,
        "value": None if number.value is None else side * number.value,
        "low": ends[0],
        "high": ends[1],
        "at": None if spot.at is None else _epoch(spot.at),
        "colour": f"var(--{spot.series})",
        "shape": SHAPES[spot.series],
        "fill": 0.25 if spot.hollow else 1.0,
        "opacity": 1.0 if number.clear or number.unit == "share" or spot.series != "mark" else 0.45,
        "seen": 1.0 if number.low is not None else _FAINT,
        "href": number.href,
        "description": f"{_SPOT}{n};",
    }


def _description(spot: Spot, language: Language) -> str:
    """What a mark says to those who do not see it: ``Russia, against: .41 (.31–.52)``."""
    series = {
        "favor": Words("favor", "مؤيِّد"),
        "against": Words("against", "معارِض"),
    }.get(spot.series)
    quoted = Words("quoted", "منقول").of(language) if spot.hollow else ""
    parts = (_name(spot.row, language), series.of(language) if series else "", quoted, spot.said_at)
    return (
        f"{'، '.join(filter(None, parts)) if language == 'ar' else ', '.join(filter(None, parts))}: {said(spot.number)}"
    )


def _name(words: Words, language: Language) -> str:
    name = plain(words.of(language))
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"


def _height(series: int) -> alt.Step:
    return alt.Step(_ALONE if series <= 1 else _AMONG)


def _epoch(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def _day(day: date) -> Any:  # noqa: ANN401 - altair's own
    return alt.DateTime(year=day.year, month=day.month, date=day.day, utc=True)
