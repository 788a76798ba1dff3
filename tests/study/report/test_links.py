from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.study.report.links import KEYS, READER, reader_link

values = st.one_of(st.text(), st.lists(st.text(), min_size=1, max_size=3))


def read(link):
    """As a browser reads a link."""
    assert link.startswith(READER)
    return parse_qs(link.removeprefix(READER), keep_blank_values=True)


def test_a_link_names_what_its_sentences_have():
    assert reader_link(stance="against", outlet="النهار") == (
        "#reader?outlet=%D8%A7%D9%84%D9%86%D9%87%D8%A7%D8%B1&stance=against"
    )


def test_dates_are_from_and_to():
    assert reader_link(from_="2022-01-01", to="2022-01-31") == "#reader?from=2022-01-01&to=2022-01-31"


def test_none_asks_for_what_has_none_and_a_key_left_out_asks_nothing():
    assert reader_link(outlet=None, actor="usa") == "#reader?outlet=&actor=usa"


def test_several_values_repeat_the_key():
    assert read(reader_link(frame=("economy", "protest"))) == {"frame": ["economy", "protest"]}


def test_an_unknown_key_is_a_mistake():
    with pytest.raises(TypeError, match="found colour"):
        reader_link(colour="red")


@given(st.dictionaries(st.sampled_from([key for key in KEYS if key != "from"]), values, min_size=1))
def test_what_was_asked_is_what_is_read(filters):
    link = reader_link(**filters)
    assert link.isascii()
    assert not set(link) & set(" \"'<>")
    asked = {key: [value] if isinstance(value, str) else value for key, value in filters.items()}
    assert read(link) == asked


def test_half_characters_are_asked_for_as_a_browser_reads_them():
    assert read(reader_link(outlet="a\ud800")) == {"outlet": ["a\ufffd"]}
