import re

import altair as alt
import pytest

from zawiya.drawing import OUTLINES, glyph, svg


def drawn(**values):
    chart = alt.Chart(alt.Data(values=[{"x": 1 / 3, **values}])).mark_bar().encode(x="x:Q")
    if "link" in values:
        chart = chart.encode(href="link:N", description="said:N")
    return svg(chart, 'a "chart"')


def test_a_drawing_without_links_is_one_image():
    found = drawn()
    assert found.startswith('<svg role="img" direction="ltr" aria-label="a &#34;chart&#34;" viewBox="0 0 ')
    assert "aria-hidden" not in found


def test_a_link_stays_within_the_page_and_has_a_title():
    found = drawn(link="#reader?outlet=a%20b&actor=usa", said="<b> .33")
    assert 'role="group"' in found
    assert '<a href="#reader?outlet=a%20b&amp;actor=usa"><title>&lt;b&gt; .33</title><path' in found
    assert "http" not in found.replace("http://www.w3.org", "")


def test_coordinates_have_two_decimals_at_most():
    assert not re.search(r'[dxy]="[^"]*\.\d{3}', drawn())


@pytest.mark.parametrize("shape", OUTLINES)
def test_a_glyph_is_hidden_from_those_who_hear_its_name(shape):
    assert 'aria-hidden="true"' in glyph(shape, "red")
