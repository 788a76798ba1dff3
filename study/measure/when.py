"""Dates as the days, weeks, months and years that articles are put together by."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

Unit = Literal["day", "week", "month", "year"]
UNITS: tuple[Unit, ...] = get_args(Unit)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def period(day: str | None, unit: Unit) -> str | None:
    """The period that an ISO 8601 date is in: ``2022-01-11``, ``2022-W02`` (ISO weeks), ``2022-01`` or ``2022``.

    :return: None where there is no date, or none that the calendar has.
    """
    found = _DAY.match(day or "")
    if not found:
        return None
    try:
        when = date(*map(int, found.groups()))
    except ValueError:
        return None
    match unit:
        case "day":
            return when.isoformat()
        case "week":
            year, week, _ = when.isocalendar()
            return f"{year:04}-W{week:02}"
        case "month":
            return f"{when.year:04}-{when.month:02}"
        case _:
            return f"{when.year:04}"


def unit_for(days: Iterable[str | None]) -> Unit | None:
    """The unit that draws dates well: days for up to two months, weeks for up to a year, months up to ten; None without dates."""
    known = sorted(filter(None, (period(day, "day") for day in days)))
    if not known:
        return None
    span = (date.fromisoformat(known[-1]) - date.fromisoformat(known[0])).days
    longest: tuple[tuple[int, Unit], ...] = ((62, "day"), (366, "week"), (3660, "month"))
    return next((unit for days_at_most, unit in longest if span <= days_at_most), "year")
