import re
from datetime import date

import pytest

from zawiya.study.report.charts import NAMES, SHAPES, Spot, bars, dots, glyph, lines
from zawiya.study.report.records import Number, Words

USA, RUSSIA = Words("United States", "الولايات المتحدة"), Words("Russia", "روسيا")
LABEL = Words("shares by actor", "النسب بحسب الفاعل")
TITLE = Words("east", "east")
SPOTS = [
    Spot(USA, "against", Number(0.6, 0.4, 0.8, href="#reader?actor=usa&stance=against")),
    Spot(USA, "favor", Number(0.1, href="#reader?actor=usa&stance=favor")),
    Spot(USA, "against", Number(0.2, 0.1, 0.3, href="#reader?actor=usa&voice=quoted"), hollow=True),
]


@pytest.fixture(scope="module")
def panel():
    return bars(TITLE, SPOTS, rows=[USA, RUSSIA], most=0.8, label=LABEL)


def test_each_language_has_its_names_beside_the_plot(panel):
    assert "Russia" in panel.svg["en"]
    assert "روسيا" in panel.svg["ar"]
    assert "Russia" not in panel.svg["ar"]
    assert 'text-anchor="end"' in re.search(r"<text[^>]*>Russia", panel.svg["en"])[0]
    assert 'text-anchor="start"' in re.search(r"<text[^>]*>روسيا", panel.svg["ar"])[0]
    assert 'viewBox="0 ' in panel.svg["en"]
    assert f'viewBox="{NAMES} ' in panel.svg["ar"]


def test_marks_are_links_with_titles_that_say_the_figure(panel):
    links = re.findall(r'<a href="([^"]*)"><title>([^<]*)</title>', panel.svg["en"])
    assert links == [
        ("#reader?actor=usa&amp;stance=against", "United States, against: .600 (.400 … .800)"),
        ("#reader?actor=usa&amp;stance=favor", "United States, favor: .100"),
        ("#reader?actor=usa&amp;voice=quoted", "United States, against, quoted: .200 (.100 … .300)"),
    ]
    assert "الولايات المتحدة، معارِض: .600" in panel.svg["ar"]
    assert "xlink" not in panel.svg["en"]


def test_a_panel_says_what_it_shows_and_fits_a_phone(panel):
    assert 'role="group"' in panel.svg["en"]
    assert 'aria-label="east: shares by actor. United States, against: .600' in panel.svg["en"]
    assert float(re.search(r"--wide: ([\d.]+)px", panel.svg["en"])[1]) <= 370


def test_against_lies_left_of_nought_and_favor_right(panel):
    against, favor = (
        re.search(rf"stance={side}.*?<path d=\"M([\d.]+),[^h]*h([\d.]+)", panel.svg["en"])
        for side in ("against", "favor")
    )
    assert float(against[1]) + float(against[2]) == pytest.approx(105, abs=1)
    assert float(favor[1]) == pytest.approx(105, abs=1)


def test_what_is_quoted_is_pale_and_outlined(panel):
    assert panel.svg["en"].count('fill-opacity="0.25"') == 1


def test_a_figure_without_interval_has_no_line(panel):
    assert panel.svg["en"].count('stroke="var(--ink)"') == 2


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "\u202eأهرام\u202c", "a&b\"c'", "\ue0000\ue0011;"])
def test_names_cannot_be_markup_nor_turn_the_text(name):
    words = Words(name, name)
    spot = Spot(words, "mark", Number(0.5, href="#reader?outlet=x"))
    drawn = dots(words, [spot], rows=[words], domain=(0, 1), label=LABEL).svg["en"]
    assert "<script" not in drawn
    assert not re.search("[\u202e\u202c\ue000\ue001]", drawn)
    assert drawn.count("<svg") == 1


def test_long_names_take_two_lines_and_no_more():
    long = Words(
        "Organisation for the Prohibition of Chemical Weapons", "منظمة حظر الأسلحة الكيميائية في العالم كله دائما"
    )
    drawn = dots(TITLE, [], rows=[long, RUSSIA], domain=(0, 1), label=LABEL).svg["en"]
    assert drawn.count("<tspan") == 2
    assert "…" in drawn


def test_differences_are_drawn_about_nought():
    spots = [
        Spot(USA, "left", Number(-0.5, -0.7, -0.3, unit="difference")),
        Spot(USA, "right", Number(0.5, unit="difference")),
    ]
    drawn = dots(TITLE, spots, rows=[USA], domain=(-1, 1), label=LABEL, signed=True).svg["en"]
    assert "var(--left)" in drawn
    assert "var(--right)" in drawn
    assert ">+.5<" in drawn
    assert "United States: −50.0 (−70.0 … −30.0)" in drawn


@pytest.mark.parametrize(
    ("last", "shown"), [(date(2022, 2, 1), "2022-01-"), (date(2023, 6, 1), ">2022-"), (date(2040, 1, 1), ">2030<")]
)
def test_time_has_dates_as_fine_as_its_span(last, shown):
    spots = [
        Spot(USA, "favor", Number(0.2, 0.1, 0.3, href="#reader?from=2022-01-01"), date(2022, 1, 1), "2022-01-01"),
        Spot(USA, "favor", Number(0.4, href="#reader?to=x"), last, last.isoformat()),
    ]
    drawn = lines(USA, spots, span=(date(2022, 1, 1), last), most=0.5, label=LABEL).svg["ar"]
    assert shown in drawn
    assert drawn.count("<a ") == 2
    assert "الولايات المتحدة، مؤيِّد، 2022-01-01: .200" in drawn


@pytest.mark.parametrize("symbol", SHAPES)
def test_every_symbol_can_stand_in_running_text(symbol):
    assert f"var(--{symbol})" in glyph(symbol)


def test_the_sides_of_a_comparison_and_of_a_stance_have_shapes_of_their_own():
    assert SHAPES["favor"] != SHAPES["against"]
    assert SHAPES["left"] != SHAPES["right"]
