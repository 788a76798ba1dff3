"""Numbers written out, as charts say them to those who do not see them; the page writes its own in the same way."""

from zawiya.pages import NOTHING, count, points, share

from .records import Number


def said(number: Number) -> str:
    """A number with its interval: ``.41 (.31–.52)``, or ``.41*`` where labels by people have corrected it."""
    value = written(number, number.value) + "*" * number.corrected
    if number.low is None or number.high is None:
        return value
    return f"{value} ({written(number, number.low)} … {written(number, number.high)})"


def written(number: Number, value: float | None) -> str:
    """A value in the unit of a number."""
    if value is None:
        return NOTHING
    if number.unit == "count":
        return count(value)
    if number.unit == "difference":
        return points(value)
    return share(value) if number.unit == "share" else f"{value:+z.2f}".replace("-", "−")
