"""Figures as the numbers of a page, each with the link to its sentences."""

from collections.abc import Mapping
from datetime import date, timedelta

from ..measure.records import Figure
from ..measure.when import UNITS, Unit
from .links import Filter, reader_link
from .records import Number, Tone

_TONES: dict[str, Tone] = {"favor": "favor", "against": "against", "neutral": "neutral", "net": "net"}
_DECEMBER = 12


def number(figure: Figure, **more: Filter | None) -> Number:
    """A figure with its link.

    :param more: filters besides those of the figure's group and label.
    """
    net = figure.label == "net"
    return Number(
        value=figure.share,
        low=figure.low,
        high=figure.high,
        unit="difference" if net else "share",
        href=reader_link(**{**group_filters(figure.group), **label_filters(figure), **more}),
        count=None if net else figure.count,
        rows=None if net else figure.rows,
        articles=figure.articles,
        tone="frame" if figure.kind == "frame" else _TONES[figure.label.split()[-1 if figure.kind == "holder" else 0]],
        clear=net and clear(figure.low, figure.high),
        corrected=figure.method == "corrected",
    )


def group_filters(group: Mapping[str, str | None]) -> dict[str, Filter | None]:
    """Filters for the rows of a group."""
    filters: dict[str, Filter | None] = {key: group[key] for key in ("outlet", "actor") if key in group}
    for unit in UNITS:
        if unit in group:
            period = group[unit]
            filters["from_"], filters["to"] = bounds(period, unit) if period else (None, None)
    return filters


def label_filters(figure: Figure) -> dict[str, Filter | None]:
    """Filters for the rows that a figure's label was given to."""
    if figure.kind == "frame":
        return {"frame": figure.label}
    if figure.label == "net":
        return {"stance": ("favor", "against")}
    if figure.kind == "holder":
        holder, _, stance = figure.label.rpartition(" ")
        return {"holder": holder, "stance": stance}
    stance, _, voice = figure.label.partition(" ")
    return {"stance": stance, **({"voice": voice} if voice else {})}


def bounds(period: str, unit: Unit) -> tuple[str, str]:
    """First and last day of a period as :func:`..measure.when.period` writes it."""
    first = beginning(period, unit)
    match unit:
        case "day":
            last = first
        case "week":
            last = first + timedelta(days=6)
        case "month":
            year, month = divmod(first.month, _DECEMBER)
            last = _before(first.year + year, month + 1)
        case _:
            last = date(first.year, _DECEMBER, 31)
    return first.isoformat(), last.isoformat()


def beginning(period: str, unit: Unit) -> date:
    """First day of a period."""
    match unit:
        case "day":
            return date.fromisoformat(period)
        case "week":
            year, week = period.split("-W")
            return date.fromisocalendar(int(year), int(week), 1)
        case "month":
            return date.fromisoformat(f"{period}-01")
        case _:
            return date(int(period), 1, 1)


def _before(year: int, month: int) -> date:
    # no day comes after the last of the calendar
    return date(year, month, 1) - timedelta(days=1) if year <= date.max.year else date.max


def difference(left: Number, right: Number, href: str = "") -> Number:
    """Left less right, of two independent estimates.

    The interval is put together from theirs (MOVER: Zou and Donner 2008, "Construction of confidence limits about effect
    measures"; Newcombe 1998), which keeps what is lopsided in them.
    """
    if left.value is None or right.value is None:
        return Number(None, unit="difference")
    apart = left.value - right.value
    low = high = None
    if left.low is not None and left.high is not None and right.low is not None and right.high is not None:
        low = apart - ((left.value - left.low) ** 2 + (right.high - right.value) ** 2) ** 0.5
        high = apart + ((left.high - left.value) ** 2 + (right.value - right.low) ** 2) ** 0.5
    return Number(apart, low, high, unit="difference", href=href, tone="net", clear=clear(low, high))


def clear(low: float | None, high: float | None) -> bool:
    """Whether an interval lies on one side of nought."""
    return low is not None and high is not None and not low <= 0 <= high
