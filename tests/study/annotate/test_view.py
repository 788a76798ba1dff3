"""The lines of the terminal: ids as they are, words of an article so that they move nothing."""

import pytest

from zawiya.study.annotate.changes import Change, Kind
from zawiya.study.annotate.importing import Imported
from zawiya.study.annotate.view import imported_lines


def told(kind: Kind, about: str, before: str, after: str) -> str:
    """The line of the only change that an annotator made."""
    change = Change(kind, ("a", 0, 16), "موسكو بلد كبير.", about, before, after)
    *_, line = imported_lines([Imported(None, None, 1, 1, 0, 0, (change,), ())])
    return line.strip()


def test_ids_are_shown_as_they_are() -> None:
    assert told("stance", "iran", "neutral", "favor author") == "stance iran: neutral -> favor author"
    assert told("frame added", "", "", "diplomacy") == "frame added: diplomacy"


def test_a_holder_who_is_gone_is_nobody() -> None:
    assert told("holder", "iran", "", "") == "holder iran: nobody"


def test_words_are_isolated_from_the_line() -> None:
    assert told("words", "russia", "موسكو", "بلد") == "words russia: \u2068موسكو\u2069 -> \u2068بلد\u2069"


@pytest.mark.parametrize(
    ("hostile", "named"), [("\x1b[2J", "<001B>[2J"), ("\u202eموسكو", "<202E>موسكو"), ("\n", "<000A>")]
)
def test_what_would_move_the_line_is_named(hostile: str, named: str) -> None:
    assert told("words", "russia", "موسكو", hostile) == f"words russia: \u2068موسكو\u2069 -> \u2068{named}\u2069"
    assert told("actor", hostile, "", hostile).count(hostile) == 0
