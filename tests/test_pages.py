import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from zawiya.pages import count, environment, likelihood, plain, points, share, shown


@pytest.fixture
def render(tmp_path):
    def write(template, **values):
        (tmp_path / "t.j2").write_text(template, encoding="utf-8")
        return environment(tmp_path).get_template("t.j2").render(**values)

    return write


def test_values_are_escaped_and_what_is_hidden_is_named(render):
    assert render("{{ text }}", text="<b>\u202e") == "&lt;b&gt;‹U+202E›"


def test_what_is_not_known_is_a_dash_and_what_is_not_defined_an_error(render):
    assert render("{{ value }}", value=None) == "–"
    with pytest.raises(UndefinedError):
        render("{{ nothing }}")


def test_numbers_are_written_as_in_papers():
    assert [share(value) for value in (0.6114, 1.0, 0.0, -0.05, None)] == [".611", "1.000", ".000", "−.050", "–"]
    assert [points(value) for value in (0.042, -0.0019, -0.0001, None)] == ["+4.2", "−0.2", "+0.0", "–"]
    assert [count(value) for value in (1234, 37.0, 0.892, None)] == ["1,234", "37", ".892", "–"]
    assert [likelihood(p) for p in (0.0004, 0.0123, 1.0)] == ["p < .001", "p = .012", "p = 1.000"]


def test_invisible_characters_are_shown_and_visible_ones_left():
    assert plain("a\u200fb\u00adc") == "a‹U+200F›b‹U+00AD›c"
    assert plain("سطر\nثان\u0600\u06dd\u00a0") == "سطر\nثان\u0600\u06dd\u00a0"
    assert shown("<\u2066>") == '&lt;<span class="chip" dir="ltr">U+2066</span>&gt;'


@given(st.text())
def test_no_text_turns_what_stands_around_it(text):
    assert not set(plain(text)) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\x00")
