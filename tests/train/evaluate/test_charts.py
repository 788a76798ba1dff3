import re
from html import unescape

import pytest

from zawiya.train.evaluate.charts import SHAPES, Dot, colour, forest, glyph, reliability
from zawiya.train.evaluate.records import Bin, Estimate


def dot(row: str = "stance", series: str = "farra", kind: str = "model", **score: float | None) -> Dot:
    return Dot(row, series, kind, Estimate(**{"value": 0.5, "low": 0.4, "high": 0.6, **score}))


def texts(svg: str) -> list[str]:
    return [unescape(found) for found in re.findall(r"<text[^>]*>([^<]+)</text>", svg)]


def marks(svg: str, kind: str) -> int:
    """Dots and intervals of a kind."""
    return svg.count(f'fill="{colour(kind)}"') + svg.count(f'stroke="{colour(kind)}"')


def test_a_forest_has_a_row_for_each_name_in_the_order_given():
    svg = forest([dot("stance"), dot("holder"), dot("frames")], label="scores")
    assert [text for text in texts(svg) if text.isalpha()] == ["stance", "holder", "frames"]


def test_a_forest_draws_a_dot_and_an_interval_for_each_score():
    svg = forest([dot(), dot(series="TF-IDF", kind="tfidf")], label="scores")
    assert marks(svg, "model") == 2
    assert marks(svg, "tfidf") == 2


def test_a_score_without_interval_is_a_dot_alone():
    svg = forest([dot(low=None, high=None)], label="scores")
    assert marks(svg, "model") == 1


def test_a_row_without_a_score_keeps_its_place():
    svg = forest([dot("stance"), dot("holder", value=None, low=None, high=None)], label="scores")
    assert "holder" in texts(svg)
    assert marks(svg, "model") == 2


def test_nothing_is_drawn_where_there_are_no_scores():
    assert forest([], label="scores") == ""
    assert forest([dot(value=None)], label="scores") == ""
    assert reliability([], label="stance") == ""
    assert reliability([Bin(0, 1, 0, 0, 0)], label="stance") == ""


def test_small_slices_are_pale():
    solid, pale = dot("a"), Dot("b", "farra", "model", Estimate(0.3), faded=True)
    assert 'opacity="0.5"' in forest([solid, pale], label="scores")
    assert 'opacity="0.5"' not in forest([solid], label="scores")


def test_a_diagram_has_a_dot_for_each_bin_that_holds_decisions():
    bins = [Bin(0, 0.5, 0, 0, 0), Bin(0.5, 0.75, 20, 0.6, 0.5), Bin(0.75, 1, 40, 0.9, 0.8)]
    svg = reliability(bins, label="stance")
    assert marks(svg, "model") == 2
    assert {"confidence", "share right"} <= set(texts(svg))


def test_charts_scale_with_the_page_and_say_what_they_show():
    for svg in (
        forest([dot()], label='F1 of "favor" <b>'),
        reliability([Bin(0, 1, 3, 0.5, 0.5)], label='F1 of "favor" <b>'),
    ):
        opening = svg[: svg.index(">") + 1]
        assert 'role="img"' in opening
        assert 'aria-label="F1 of &#34;favor&#34; &lt;b' in svg
        assert "viewBox=" in opening
        assert not re.search(r"<svg[^>]* (?:width|height)=", svg)


def test_names_in_charts_cannot_be_markup():
    svg = forest([dot("</text><script>alert(1)</script>")], label="scores")
    assert "<script" not in svg


def test_colours_are_left_to_the_page_and_nothing_is_fetched():
    svg = forest([dot()], label="scores")
    assert not re.search(r'(?:fill|stroke)="#', svg)
    assert "http" not in svg
    assert 'id="' not in svg


def test_a_theme_set_for_altair_changes_nothing():
    import altair

    plain = forest([dot()], label="scores")
    with altair.theme.enable("dark"):
        assert forest([dot()], label="scores") == plain


@pytest.mark.parametrize("kind", sorted(SHAPES))
def test_every_system_and_stance_has_a_symbol(kind: str):
    assert colour(kind) in glyph(kind)


def test_neither_systems_nor_stances_share_a_symbol():
    for kinds in (("model", "target_blind", "tfidf", "majority", "annotators"), ("favor", "against", "neutral")):
        assert len({SHAPES[kind] for kind in kinds}) == len(kinds)
