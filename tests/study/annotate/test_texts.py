"""Texts as cells and lines: guarded, compared, counted, shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.study.annotate.texts import alike, guarded, mended, shown, stripped, unguarded, whole_number

TEXT = st.one_of(st.text(), st.text(st.sampled_from("=+-@'\t\r\n \u200fأب😀\ud800\x00")))


@given(st.lists(TEXT, max_size=4))
def test_the_apostrophe_of_a_cell_is_undone(texts: list[str]) -> None:
    for text, cell in zip(texts, guarded(texts), strict=True):
        if not text.startswith("'"):
            assert unguarded(cell) == mended(text)


@pytest.mark.parametrize("text", ["'quoted'", "'", "it's", ""])
def test_an_apostrophe_that_guards_nothing_stays(text: str) -> None:
    assert unguarded(text) == text


@given(TEXT)
def test_a_text_is_mended_character_by_character(text: str) -> None:
    assert len(mended(text)) == len(text)
    mended(text).encode()


def test_texts_are_alike_without_what_spreadsheets_lose() -> None:
    assert alike("موسكو  قالت\n", "\u200fموسكو قالت\r\n")
    assert alike("'=1", "=1")
    assert not alike("موسكو", "موسكة")
    assert alike("? موسكو", "😀 موسكو", old=True)
    assert not alike("? موسكو", "😀 موسكو")


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", 12), (" 12.0", 12), ("12,0", 12), ("1,234", 1234), ("١٢", 12), ("1.2E+03", 1200), ("\u200f7", 7)],
)
def test_numbers_are_read_as_spreadsheets_write_them(cell: str, number: int) -> None:
    assert whole_number(cell) == number


@pytest.mark.parametrize("cell", ["", "x", "1.5", "nan", "inf", "2022-03-01", "1e99"])
def test_what_is_no_whole_number_is_none(cell: str) -> None:
    assert whole_number(cell) is None


def test_labels_are_stripped_of_marks_that_nobody_sees() -> None:
    assert stripped(" \u200fusa\u00a0\ufeff") == "usa"
    assert stripped("\u200f ") == ""


def test_a_shown_text_cannot_turn_its_line_around() -> None:
    assert shown("ab\u202ec\n") == "\u2068ab<202E>c<000A>\u2069"
    assert shown("x" * 100, most=5) == "\u2068xxxxx…\u2069"
