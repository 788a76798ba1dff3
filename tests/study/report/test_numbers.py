from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.study.measure.records import Figure
from zawiya.study.measure.when import UNITS, period
from zawiya.study.report.numbers import beginning, bounds, difference, number
from zawiya.study.report.records import Number


def figure(label, kind="stance", **group):
    return Figure(kind, group, label, 10, 4, 3, 0.4, 0.2, 0.6)


@pytest.mark.parametrize(
    ("made", "link"),
    [
        (figure("against", outlet="a", actor="usa"), "outlet=a&actor=usa&stance=against"),
        (figure("against own", actor="usa"), "actor=usa&stance=against&voice=own"),
        (figure("net", actor="usa"), "actor=usa&stance=favor&stance=against"),
        (figure("russia against", "holder", actor="usa"), "actor=usa&stance=against&holder=russia"),
        (figure("economy", "frame", outlet=None), "outlet=&frame=economy"),
        (figure("favor", month="2024-02"), "stance=favor&from=2024-02-01&to=2024-02-29"),
        (figure("favor", week="2022-W02"), "stance=favor&from=2022-01-10&to=2022-01-16"),
    ],
)
def test_a_figure_leads_to_the_sentences_it_counts(made, link):
    assert number(made).href == f"#reader?{link}"


def test_a_figure_keeps_its_share_interval_and_counts():
    found = number(figure("against", actor="usa"))
    assert (found.value, found.low, found.high, found.count, found.rows) == (0.4, 0.2, 0.6, 4, 10)
    assert found.tone == "against"


def test_net_stance_is_a_difference_that_may_be_clear():
    found = number(figure("net", actor="usa"))
    assert found.unit == "difference"
    assert found.clear


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(9998, 12, 31)), st.sampled_from(UNITS))
def test_a_day_lies_within_the_bounds_of_its_period(day, unit):
    name = period(day.isoformat(), unit)
    first, last = bounds(name, unit)
    assert first <= day.isoformat() <= last
    assert period(first, unit) == period(last, unit) == name
    assert beginning(name, unit).isoformat() == first


def test_the_last_month_of_the_calendar_has_an_end():
    assert bounds("9999-12", "month") == ("9999-12-01", "9999-12-31")


def test_a_difference_has_an_interval_out_of_two():
    found = difference(Number(0.6, 0.5, 0.7), Number(0.2, 0.1, 0.4))
    assert found.value == pytest.approx(0.4)
    assert found.low == pytest.approx(0.4 - (0.1**2 + 0.2**2) ** 0.5)
    assert found.high == pytest.approx(0.4 + (0.1**2 + 0.1**2) ** 0.5)
    assert found.clear


def test_a_difference_without_intervals_is_never_clear():
    found = difference(Number(0.6), Number(0.2, 0.1, 0.4))
    assert (found.low, found.high, found.clear) == (None, None, False)


def test_nothing_differs_from_what_is_not_there():
    assert difference(Number(None), Number(0.2)).value is None
