import base64
import hashlib
import json
import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.html import Parsed
from zawiya.pages import shown
from zawiya.study.measure.known import KnownError, Rate
from zawiya.study.report import page as module
from zawiya.study.report.page import SCRIPTS, STYLES, data, drawing, ends, figure, grouped, page, say, shade
from zawiya.study.report.records import Number, Square, Words
from zawiya.study.report.words import WORDS

from .sample import HOSTILE, LINK, article, chart, matrix, number, packed, report, same, sentence, table


@pytest.fixture(scope="module")
def html() -> str:
    return page(report(), title="A small report")


@pytest.fixture(scope="module")
def parsed(html) -> Parsed:
    found = Parsed(html)
    assert not found.open
    return found


def test_every_part_of_a_report_has_its_heading(parsed):
    for heading in ("Overview", "Stance", "Who holds what", "Over time", "Side by side", "About this report", "Reader"):
        assert heading in parsed.text
    assert "Too few dates." in parsed.text
    assert "1 of 4 articles have no date." in parsed.text


def test_both_languages_stand_in_the_page_and_one_is_its_own(html):
    assert '<html lang="en" dir="ltr">' in html
    assert '<html lang="ar" dir="rtl">' in page(report(), title="x", language="ar")
    assert "من يحمل ماذا" in html


def test_the_policy_names_the_one_script_and_the_one_style_of_the_page(html, parsed):
    policy = next(each["content"] for each in parsed.having("meta") if each.get("http-equiv"))
    running = [each for each in parsed.having("script") if "type" not in each]
    assert len(running) == 1
    for kind, text in (("script", parsed.inside["script"][-1]), ("style", parsed.inside["style"][0])):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_nothing_in_the_page_is_fetched_or_runs_by_itself(parsed):
    for tag, attributes in parsed.tags:
        assert tag not in {"link", "img", "iframe", "object", "base", "form"}
        assert not any(each.startswith("on") or each in {"src", "style", "action"} for each in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", "".join(parsed.inside["style"]))


def test_ids_are_given_once_and_every_link_within_the_page_has_its_place(parsed):
    ids = [attributes["id"] for _, attributes in parsed.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    places = {each["href"][1:] for each in parsed.having("a")} - {""}
    assert {place for place in places if not place.startswith("reader?")} <= set(ids)


def test_a_number_is_a_link_with_its_interval_and_what_it_was_counted_from(html):
    cell = html[html.index('<table id="table-stance">') :]
    assert f'<a class="number" href="{LINK.replace("&", "&amp;")}" title="2 / 3">.667</a>' in cell
    assert ".100–.900" in cell


@pytest.mark.parametrize(
    ("number", "written", "interval"),
    [
        (Number(0.4123, 0.31, 0.52), ".412", ".310–.520"),
        (Number(0.041, -0.01, 0.09, "difference"), "+4.1", "−1.0 … +9.0"),
        (Number(1234, unit="count"), "1,234", ""),
        (Number(-0.834, -1, -0.5, "log"), "−0.83", "−1.00 … −0.50"),
        (Number(None), "–", ""),
    ],
)
def test_numbers_are_written_in_their_units(number, written, interval):
    assert figure(number) == written
    assert ends(number) == interval


def test_a_name_stands_once_isolated_and_words_in_both_languages():
    assert say(same("وكالة (1)")) == '<bdi dir="auto">وكالة (1)</bdi>'
    assert say(Words("a", "ب")) == '<span data-l="en" lang="en">a</span><span data-l="ar" lang="ar">ب</span>'


def test_commands_in_a_sentence_are_set_as_commands():
    said = say(Words("run `zawiya <x>`", "شغّل `zawiya`"))
    assert '>run <code dir="ltr">zawiya &lt;x&gt;</code></span>' in said


def test_a_hostile_title_or_name_is_text():
    hostile = same(HOSTILE)
    section = replace(
        report().sections[0], blocks=(replace(table(), title=hostile), replace(matrix("m", hostile), corner=hostile))
    )
    html = page(report(sections=(section,), notes=(hostile,)), title=HOSTILE)
    parsed = Parsed(html)
    assert parsed.having("img") == []
    assert len(parsed.having("script")) == 4
    assert not set("\u202e\u202c\u2028\u2029\u200b") & set(html)
    assert "U+202E" in parsed.text


def test_a_hostile_article_cannot_leave_its_block():
    html = page(
        report(reader=replace(report().reader, packed=packed([article("x", 0, None, sentence(HOSTILE))]))), title="x"
    )
    assert "hacked" not in html


@given(st.dictionaries(st.text(), st.text()))
def test_json_of_a_block_says_the_same_and_has_nothing_that_could_end_it(values):
    text = data(values)
    assert json.loads(text) == values
    assert set(text) <= set(string.printable) - set("<>&")


def test_words_behind_decisions_are_a_block_of_the_page():
    why = {"a</script>": {"1": {"m 0": [[0, 4, 410]]}}}
    block = re.search(r'id="why">(.*?)</script>', page(report(), title="x", why=why))[1]
    assert json.loads(block) == why


def test_a_drawing_has_its_width_as_an_attribute_and_no_styles():
    drawn = drawing(Markup('<svg role="img" style="--wide: 359.5px"><a style="cursor:pointer"/></svg>'))
    assert drawn == '<svg width="360" role="img"><a/></svg>'


@pytest.mark.parametrize(
    ("value", "tone", "classes"),
    [
        (0.5, "net", "s3 shade-favor"),
        (-1, "net", "s5 shade-against"),
        (0.01, "frame", "s1 shade-frame"),
        (0, "net", ""),
    ],
)
def test_a_square_is_as_deep_as_its_value(value, tone, classes):
    assert shade(Square(value, (number(1, 2),)), tone) == classes


def test_an_empty_square_has_no_shade():
    assert shade(Square(None), "net") == "empty"


def test_matrices_of_one_group_stand_together_where_the_first_stands():
    blocks = [matrix("a", same("a"), "g"), chart(), matrix("b", same("b"), "g"), matrix("c", same("c"))]
    assert [[each.id for each in group] for group in grouped(blocks)] == [["a", "b"], ["stance-chart"], ["c"]]


def test_the_box_says_how_the_figures_came_about():
    assert "not corrected" in Parsed(page(report(), title="x")).text
    corrected = Parsed(page(report(method="corrected", labelled=1234), title="x")).text
    assert "labelled by people: 1,234" in corrected
    assert "not corrected" not in corrected
    assert figure(Number(0.5, corrected=True)) == ".500*"


def test_the_box_says_what_is_known_of_the_models_mistakes():
    rate = Rate(0.5792, 0.51, 0.649)
    known = KnownError("test", 42, 796, {"against": rate}, {"against": Rate(None, None, None)}, {}, {})
    text = Parsed(page(report(), title="x", known=known)).text
    assert "articles: 42, actors in sentences: 796" in text
    assert ".57 (.51–.64)" not in text
    assert ".58 (.51–.65)" in text
    assert "not known here" in Parsed(page(report(), title="x")).text


def test_a_sample_says_so():
    reader = replace(report().reader, note=Words("2 of 4 articles.", "2 من 4 مقالات."))
    html = page(report(reader=reader), title="x")
    assert "2 of 4 articles." in html
    assert 'data-sampled="true"' in html


def test_words_of_both_languages_have_the_same_places():
    for name, words in WORDS.items():
        assert words.en.strip(), name
        assert words.ar.strip(), name
        assert words.en != words.ar, name
        places = [sorted(re.findall(r"\{\w+\}", words.of(language))) for language in ("en", "ar")]
        assert places[0] == places[1], name
        assert re.search(r"[\u0600-\u06ff]", words.ar), name
        assert not re.search(r"[\u0600-\u06ff]", words.en), name


def test_every_word_is_used_and_every_used_word_is_there():
    sources = [(module.FOLDER / name).read_text(encoding="utf-8") for name in (*SCRIPTS, module.TEMPLATE)]
    text = "\n".join(sources)
    asked = set(re.findall(r"""\b(?:t|w|tile)\(\s*['"](\w+)['"]""", text)) | set(re.findall(r"WORDS\.(\w+)", text))
    assert asked <= WORDS.keys()
    # some are asked for by a name that is put together: of stances, filters, steps
    assert {name for name in WORDS if not re.search(rf"\b{name}\b", text)} == set()


def test_dark_colours_are_the_same_by_the_systems_wish_and_by_choice():
    base = (module.FOLDER / STYLES[0]).read_text(encoding="utf-8")
    system = re.search(r':root:not\(\[data-theme="light"\]\) \{(.*?)\}', base, re.DOTALL)[1]
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', base, re.DOTALL)[1]
    assert system.split() == chosen.split()


def test_every_colour_is_there_in_light_dark_and_print():
    base, paper = ((module.FOLDER / name).read_text(encoding="utf-8") for name in (STYLES[0], STYLES[-1]))
    names = set(
        re.findall(r"var\((--[a-z-]+)", "".join((module.FOLDER / name).read_text(encoding="utf-8") for name in STYLES))
    )
    colours = names - {"--serif", "--sans", "--arabic", "--shade", "--shadow"}
    for rules in (base.split("@media")[0], base.split('data-theme="dark"]')[1], paper):
        assert colours <= set(re.findall(r"(--[a-z-]+):", rules))


def test_scripts_are_small_and_put_text_into_the_page_as_text_only():
    for name in SCRIPTS:
        text = (module.FOLDER / name).read_text(encoding="utf-8")
        assert len(text.splitlines()) < 400
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|fetch\(", text)
        assert "</" not in text


def test_what_is_hidden_is_the_same_to_the_script_as_to_python():
    script = (module.FOLDER / "core.js").read_text(encoding="utf-8")
    inkless = re.search(r"\\p\{Zp\}((?:\\u[0-9a-f]{4})+)\]", script)[1].encode().decode("unicode_escape")
    assert all("chip" in shown(each) for each in inkless)
    seen = re.search(r"\(\?!\[(.*?)\]\)", script)[1].encode().decode("unicode_escape")
    assert all("chip" not in shown(each) for each in "\u0600\u0605\u06dd\u08e2\u0890\u0891\n\t")
    assert set("\u0600\u0605\u06dd\u08e2\u0890\u0891\n\t") <= set(seen)
