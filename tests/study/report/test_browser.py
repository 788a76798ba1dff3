"""The page in a browser: what its script does, and what it does not let happen."""

import os
import re
import shutil
from pathlib import Path

import pytest

from tests.study import folders
from zawiya.study.report.figures import build
from zawiya.study.report.links import reader_link
from zawiya.study.report.page import page
from zawiya.study.report.records import Reader

from .sample import HOSTILE, LINK, article, packed, report, sentence

playwright = pytest.importorskip("playwright.sync_api")

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
BROWSER = os.environ.get("ZAWIYA_BROWSER") or next(filter(None, map(shutil.which, NAMES)), None)
pytestmark = pytest.mark.skipif(not BROWSER, reason="no Chromium here; name one in ZAWIYA_BROWSER")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
#: The words of the first sentence that names anybody, and what each did.
WHY = {"a1": {"1": {"m 0": [[25, 29, 410], [30, 35, -60]]}}}


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as run:
        started = run.chromium.launch(executable_path=BROWSER, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(report(), title="تقرير <b>صغير</b>", why=WHY), encoding="utf-8")
    return path


@pytest.fixture(name="open")
def opened(browser, file):
    """Opens the page at an address; whatever it complains of or asks for fails the test."""
    contexts, complaints, asked = [], [], []

    def visit(address: str = "", *, path: Path = file, width: int = 1280, script: bool = True, **settings):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=script, **settings
        )  # fmt: skip
        contexts.append(context)

        def guard(route):
            if route.request.url.partition("#")[0] == path.as_uri():
                route.continue_()
            else:
                asked.append(route.request.url)
                route.abort()

        context.route("**/*", guard)
        tab = context.new_page()
        tab.set_default_timeout(5000)
        tab.on("console", lambda message: complaints.append(message.text) if message.type != "log" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(path.as_uri() + address)
        if script and address.startswith("#reader"):
            tab.wait_for_selector("#pane > *", state="attached")
        return tab

    visit.complaints = complaints
    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
    assert asked == []


@pytest.fixture(scope="module")
def reading(browser, file):
    """A tab that stays in the reader: what has to be opened once only for many addresses."""
    tab = browser.new_page()
    tab.goto(file.as_uri() + "#reader?")
    tab.wait_for_selector("#pane > *")
    yield tab
    tab.close()


def hits(tab) -> list[str]:
    return [text.replace("\n", " ") for text in tab.locator("#hits .core").all_inner_texts()]


def focused(tab, what: str = "className"):
    return tab.evaluate(f"document.activeElement.{what}")


def hidden_width(tab) -> int:
    """How far the page as a whole can be pushed sideways."""
    return tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_the_figures_are_there_at_once_and_the_reader_is_not(open):
    tab = open()
    assert tab.locator("#stance").is_visible()
    assert not tab.locator("#reader").is_visible()


def test_a_bar_leads_to_the_sentences_behind_it_and_back_leads_to_the_bar(open):
    tab = open()
    bar = tab.locator(f'svg a[href="{LINK}"]').first
    bar.scroll_into_view_if_needed()
    left = tab.evaluate("scrollY")
    bar.click()
    tab.wait_for_selector(".hit")
    assert len(hits(tab)) == 2
    assert hits(tab)[0] == "أخطأت روسيا حين تجاهلت النداء."
    assert tab.locator("#status").inner_text() == "Sentences: 2 · Articles: 2"
    assert not tab.locator("#stance").is_visible()
    tab.go_back()
    tab.wait_for_selector("#stance", state="visible")
    assert tab.evaluate("scrollY") == left


def test_a_number_counts_the_sentences_that_its_link_leads_to(open):
    tab = open()
    cell = tab.locator("#table-outlets td a").first
    counted = cell.get_attribute("title").split(" / ")[0]
    cell.click()
    tab.wait_for_selector(".hit")
    assert len(hits(tab)) == int(counted)


@pytest.mark.slow
def test_every_number_of_a_counted_report_is_that_of_the_sentences_behind_it(open, tmp_path):
    rows = [
        ("usa", "neutral", None),
        ("russia", "against", "author"),
        ("un", "favor", "usa"),
        ("china", "against", "other"),
    ]
    made = [
        folders.article(
            f"{n:02}",
            folders.sentence(rows[n % 4], rows[(n + 1) % 4], frames=["economy"] if n % 2 else []),
            folders.sentence(rows[n % 3], frames=["economy", "legality"]),
            outlet=("النهار", "east & west", None)[n % 3],
            date=f"2022-{1 + n % 5:02}-01",
        )
        for n in range(24)
    ]
    path = tmp_path / "counted.html"
    path.write_text(page(build(folders.opened(tmp_path / "out", made)), title="x"), encoding="utf-8")
    tab = open("#reader?", path=path)
    links = tab.evaluate(
        "[...document.querySelectorAll('a[title][href^=\"#reader?\"]')].map(a => [a.getAttribute('href'), a.title])"
    )
    assert len(links) > 100
    for address, title in dict(links).items():
        tab.evaluate("address => { location.hash = address; }", address)
        count = title.split(" / ")[0]
        playwright.expect(tab.locator("#status")).to_have_text(re.compile(rf"Sentences: {count} |Mentions: {count}$"))


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, 8),
        ({"outlet": "النهار الجديد"}, 3),
        ({"outlet": None}, 2),
        ({"outlet": ["east-post", None]}, 5),
        ({"actor": "russia"}, 4),
        ({"actor": "russia", "stance": "against"}, 2),
        # both are in the sentence, but of two different mentions
        ({"actor": "usa", "stance": "neutral"}, 0),
        ({"voice": "own"}, 2),
        ({"voice": "quoted"}, 2),
        ({"voice": None}, 2),
        ({"holder": "russia"}, 1),
        ({"frame": "legality"}, 2),
        ({"frame": ["legality", "humanitarian"]}, 1),
        ({"frame": None, "outlet": None}, 1),
        ({"from_": "2024-02-10"}, 3),
        ({"to": "2024-02-10"}, 5),
        ({"from_": "2024-01-06", "to": "2024-02-29"}, 2),
        ({"from_": None}, 2),
        ({"article": "a3"}, 2),
        ({"actor": "nobody"}, 0),
    ],
)
def test_a_link_finds_the_sentences_that_fit_all_of_it(reading, filters, found):
    reading.evaluate("address => { location.hash = address; }", reader_link(**filters))
    playwright.expect(reading.locator("#hits .hit")).to_have_count(found)
    assert reading.locator("#empty").is_visible() == (found == 0)


def test_a_chosen_filter_is_in_the_address_and_can_be_taken_away(open):
    tab = open("#reader?")
    tab.select_option('[data-key="actor"]', "=russia")
    tab.select_option('[data-key="stance"]', "=against")
    assert "actor=russia&stance=against" in tab.url
    assert len(hits(tab)) == 2
    tab.get_by_role("button", name="Remove the filter Stance: against").click()
    assert len(hits(tab)) == 4
    tab.get_by_role("link", name="Clear all").click()
    assert len(hits(tab)) == 8


def test_two_frames_can_be_asked_for_together_and_taken_away_again(open):
    tab = open("#reader?")
    tab.select_option('[data-key="frame"][data-place="0"]', "=legality")
    tab.select_option('[data-key="frame"][data-place="1"]', "=humanitarian")
    assert len(hits(tab)) == 1
    tab.select_option('[data-key="frame"][data-place="0"]', "")
    assert tab.url.endswith("frame=humanitarian")
    assert len(hits(tab)) == 2


def test_furniture_is_shown_in_its_article_and_never_counted(open):
    tab = open("#reader?article=a1")
    assert "اقرأ أيضا" not in " ".join(hits(tab))
    assert "اقرأ أيضا" in tab.locator("#pane .furniture").inner_text()


def test_many_sentences_come_in_pages(open, tmp_path):
    many = [article(f"n{n}", 0, "2024-01-01", sentence(f"جملة رقم {n}.")) for n in range(45)]
    path = tmp_path / "many.html"
    path.write_text(page(report(reader=Reader(packed(many), 45, 45)), title="x"), encoding="utf-8")
    tab = open("#reader?", path=path)
    assert len(hits(tab)) == 20
    tab.get_by_role("link", name="Next", exact=True).click()
    assert hits(tab)[0] == "جملة رقم 20."
    tab.get_by_role("link", name="Next", exact=True).click()
    assert len(hits(tab)) == 5
    assert tab.locator("#pager").inner_text().split("\n")[-1].endswith("Next")
    tab.go_back()
    assert hits(tab)[0] == "جملة رقم 20."


def test_a_sentence_opens_its_article_at_its_place(open):
    tab = open("#reader?actor=russia")
    tab.locator(".hit").nth(2).click()
    assert "open=a2&at=1" in tab.url
    assert tab.locator('.sentence[aria-current="true"]').inner_text().startswith("أخطأت")
    assert tab.locator(".hit[aria-current]").count() == 1
    tab.get_by_role("link", name="Next article").click()
    assert "open=evil" in tab.url
    tab.go_back()
    assert tab.locator('.sentence[aria-current="true"]').inner_text().startswith("أخطأت")


def test_stances_are_told_apart_without_colour(open):
    tab = open("#reader?open=a1&at=1")

    def line(selector: str) -> str:
        return tab.locator(f"#pane {selector}").first.evaluate("e => getComputedStyle(e).textDecorationStyle")

    assert {line(".mark.favor"), line(".mark.against"), line(".mark.neutral")} == {"solid", "double", "dotted"}
    assert "Russia" in tab.locator("#pane .tag.against").inner_text()


def test_an_uncertain_label_says_so_in_words_and_by_its_line(open):
    tab = open("#reader?open=a2&at=1")
    mark = tab.locator("#pane .mark.against")
    assert mark.evaluate("e => getComputedStyle(e).textDecorationStyle") == "dashed"
    mark.hover()
    assert "uncertain" in tab.locator("#tip").inner_text()
    assert "uncertain" in tab.locator("#pane .tag.against").text_content()


def test_scores_are_shown_on_hover_and_on_focus(open):
    tab = open("#reader?open=a1&at=1")
    tip = tab.locator("#tip")
    assert not tip.is_visible()
    tab.locator("#pane .mark.against").hover()
    assert re.search(r"against\s+\.800", tip.inner_text())
    tab.mouse.move(5, 5)
    assert not tip.is_visible()
    tab.locator("#pane .mark.against").focus()
    assert re.search(r"against\s+\.800", tip.inner_text())
    assert "held by Russia .900" in tip.inner_text()


def test_a_chosen_mark_shades_the_words_behind_it(open):
    tab = open("#reader?open=a1&at=1")
    assert tab.locator("#pane .word").count() == 0
    tab.locator("#pane .mark.against").click()
    shaded = tab.locator("#pane .sentence .word")
    assert shaded.count() == 2
    assert "for-4" in shaded.nth(0).get_attribute("class")
    assert "not-1" in shaded.nth(1).get_attribute("class")
    assert "spoke for it" in tab.locator(".why-card").inner_text()
    # whom the sentence names as the holder
    assert tab.locator("#pane .mark.holds").inner_text() == "موسكو"
    tab.keyboard.press("Escape")
    assert tab.locator("#pane .word").count() == 0
    assert tab.locator(".why-card").count() == 0


def test_a_decision_that_was_not_worked_out_says_so(open):
    tab = open("#reader?open=a2&at=1")
    tab.locator("#pane .mark.against").click()
    assert "--explain" in tab.locator(".why-card").inner_text()


def test_the_keyboard_alone_gets_from_the_top_to_the_words_behind_a_stance(open):
    tab = open()
    tab.keyboard.press("Tab")
    assert focused(tab) == "skip"
    # from the skip link on: switches, contents, to a figure's link
    for _ in range(40):
        tab.keyboard.press("Tab")
        if (tab.evaluate("document.activeElement.getAttribute('href')") or "").startswith("#reader?outlet"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_selector(".hit")
    assert focused(tab, "id") == "reader-title"
    for _ in range(40):
        tab.keyboard.press("Tab")
        if focused(tab) == "hit":
            break
    tab.keyboard.press("Enter")
    tab.wait_for_selector('.sentence[aria-current="true"]')
    assert focused(tab, "tagName") == "ARTICLE"
    tab.keyboard.press("Tab")
    assert "mark" in focused(tab)
    tab.keyboard.press("Enter")
    assert tab.locator(".why-card").is_visible()


def test_arrows_move_between_marks_in_reading_order(open):
    tab = open("#reader?open=a1&at=1")
    marks = tab.locator("#pane [data-mark]")
    assert tab.locator('#pane [data-mark][tabindex="0"]').count() == 1
    marks.first.focus()
    seen = [focused(tab, "textContent")]
    for key in ("ArrowLeft", "ArrowDown", "End", "ArrowRight", "Home"):
        tab.keyboard.press(key)
        seen.append(focused(tab, "textContent"))
    every = marks.all_text_contents()
    assert seen == [every[0], every[1], every[2], every[-1], every[-2], every[0]]


def test_focus_can_be_seen(open):
    tab = open()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Tab")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_the_language_of_the_interface_can_be_changed(open):
    tab = open("#reader?actor=russia")
    tab.get_by_role("button", name="العربية").click()
    assert tab.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    assert tab.locator("#status").inner_text() == "الجمل: 4 · المقالات: 3"
    assert tab.locator("h2:visible").inner_text() == "القارئ"
    assert "روسيا" in tab.locator('[data-key="actor"]').inner_text()
    assert tab.locator("nav").get_attribute("aria-label") == "المحتويات"
    tab.get_by_role("button", name="English").click()
    assert tab.locator("#status").inner_text() == "Sentences: 4 · Articles: 3"


def test_charts_are_drawn_in_the_language_of_the_interface(open):
    tab = open()
    assert tab.locator("svg text:visible").all_text_contents() == ["Russia"]
    tab.get_by_role("button", name="العربية").click()
    assert tab.locator("svg text:visible").all_text_contents() == ["روسيا"]


@pytest.mark.parametrize("system", ["light", "dark"])
def test_colours_follow_the_system_until_somebody_chooses(open, system):
    tab = open(color_scheme=system)

    def paper() -> str:
        return tab.evaluate("getComputedStyle(document.body).backgroundColor")

    light, dark = "rgb(253, 252, 249)", "rgb(23, 24, 26)"
    assert paper() == {"light": light, "dark": dark}[system]
    tab.get_by_role("button", name="Dark").click()
    assert paper() == dark
    tab.get_by_role("button", name="Light").click()
    assert paper() == light
    tab.reload()
    assert paper() == light


def test_a_hostile_article_is_text_and_nothing_else(open):
    tab = open("#reader?open=evil&at=0")
    text = tab.locator("#pane article").text_content()
    assert "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=2>" in text
    assert tab.evaluate("window.hacked") is None
    for hidden in ("\u202e", "\u202c", "\u2028", "\u2029", "\u200b"):
        assert hidden in HOSTILE
        assert hidden not in tab.locator("body").inner_text()
        assert f"U+{ord(hidden):04X}" in text
    assert tab.locator("#pane img, #pane script").count() == 0


def test_a_hostile_name_of_an_outlet_stays_a_name(open, tmp_path):
    path = tmp_path / "names.html"
    path.write_text(page(report(), title=HOSTILE), encoding="utf-8")
    tab = open("#reader?outlet=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE&open=%22%3E&at=x", path=path)
    assert "<script>alert(1)</script>U+202E" in tab.locator("#chosen").inner_text()
    assert tab.evaluate("window.hacked") is None
    assert len(hits(tab)) == 0


def test_markup_that_got_into_the_page_after_all_would_not_run(open):
    tab = open()
    assert tab.evaluate("document.querySelector('meta[http-equiv]').content").startswith(
        "default-src 'none'; script-src 'sha256-"
    )
    tab.evaluate("document.body.insertAdjacentHTML('beforeend', '<p id=x onclick=\"window.hacked=1\">x</p>')")
    tab.evaluate("document.getElementById('x').click()")
    assert tab.evaluate("window.hacked") is None
    assert all("Content Security Policy" in complaint for complaint in open.complaints)
    open.complaints.clear()


def test_a_phone_never_scrolls_the_page_sideways(open):
    tab = open(width=375)
    for language in ("English", "العربية"):
        tab.get_by_role("button", name=language).click()
        for address in ("#", "#reader?", "#reader?open=a1&at=1", "#reader?open=evil&at=0"):
            tab.evaluate("address => { location.hash = address; }", address)
            tab.wait_for_selector("#figures" if address == "#" else "#pane > *", state="attached")
            assert hidden_width(tab) == 0, (language, address)


def test_on_a_phone_the_article_takes_the_place_of_the_list(open):
    tab = open("#reader?actor=russia", width=375)
    assert not tab.locator("#pane article").is_visible()
    tab.locator(".hit").nth(2).click()
    assert tab.locator("#pane article").is_visible()
    assert not tab.locator("#hits").is_visible()
    tab.get_by_role("link", name="Back to the sentences").click()
    assert tab.locator("#hits").is_visible()


def test_one_of_several_matrices_is_shown_and_another_can_be_chosen(open):
    tab = open("#holders")
    assert tab.locator("#all").is_visible()
    assert not tab.locator("#one").is_visible()
    tab.locator("#holders select").select_option("one")
    assert tab.locator("#one").is_visible()


def test_paper_gets_what_is_on_the_screen_light_and_without_switches(open):
    tab = open(color_scheme="dark")
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not tab.locator(".switches, .contents, details").first.is_visible()
    assert tab.locator("#all").is_visible()
    assert not tab.locator("#one").is_visible()
    assert tab.pdf()[:4] == b"%PDF"


def test_without_script_the_figures_are_there_and_the_reader_says_what_it_needs(open):
    tab = open(script=False)
    for id in ("stance", "all", "one", "c1", "c2"):
        assert tab.locator(f"#{id}").is_visible()
    assert "needs JavaScript" in tab.locator("#reader").inner_text()
    assert not tab.locator(".switches").is_visible()
