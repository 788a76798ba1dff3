import re
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from tests.study.folders import article, opened, sentence, write_results
from zawiya.corpus import write_corpus
from zawiya.study.measure.gold import read_gold
from zawiya.study.measure.units import Units
from zawiya.study.report import comparing, framing, stance, timeline
from zawiya.study.report.figures import build
from zawiya.study.report.reader import MOST_BYTES
from zawiya.study.report.records import LANGUAGES, Name, Number, Panel
from zawiya.study.report.world import World
from zawiya.study.results import Results

#: What everything on the page is made of: two outlets, two dates, one sentence a line.
ARTICLES = [
    article(
        "1",
        sentence(("usa", "against", "author"), ("russia", "favor", "usa"), frames=["legality", "economy"]),
        sentence(("usa", "against", "russia"), frames=["legality"]),
        outlet="النهار",
        date="2022-01-03",
    ),
    article("2", sentence(("usa", "neutral", None), frames=["economy"]), outlet="النهار", date="2022-02-10"),
    article("3", sentence(("usa", "favor", "author")), outlet="east", date="2022-01-03"),
    article("4", sentence(("usa", "against", "other"), frames=["economy"]), outlet="east", date="2022-02-11"),
    article("5", sentence(("russia", "against", "usa"), frames=["legality", "economy"]), outlet="east", date=None),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return opened(tmp_path_factory.mktemp("report"), ARTICLES)


@pytest.fixture(scope="module")
def report(results):
    return build(results)


@pytest.fixture
def undrawn(monkeypatch):
    """Reports without drawings, for tests of what is in them otherwise."""
    for module, name in ((stance, "bars"), (framing, "dots"), (comparing, "dots"), (timeline, "lines")):
        monkeypatch.setattr(module, name, lambda title, *_, **__: Panel(title, dict.fromkeys(LANGUAGES, "")))


def block(report, name):
    """A chart, table or matrix by its id; of a chart the table."""
    found = next(
        each
        for section in report.sections
        for each in (*section.blocks, *(b for c in section.comparisons for b in c.blocks))
        if each.id == name
    )
    return found.table if found.kind == "chart" else found


def row(table, *names):
    """The numbers of the row that begins with these names."""
    return next(
        [cell for cell in row if isinstance(cell, Number)]
        for row in table.rows
        if [cell.words.en for cell in row[: len(names)] if isinstance(cell, Name)] == list(names)
    )


def links(report):
    """Every link of the page."""
    blocks = [
        each
        for section in report.sections
        for each in (*section.blocks, *(b for c in section.comparisons for b in c.blocks))
    ]
    for each in blocks:
        if each.kind == "matrix":
            yield from (n.href for squares in each.squares for square in squares for n in square.numbers)
            yield from (name.href for name in (*each.rows, *each.columns))
            continue
        table = each.table if each.kind == "chart" else each
        yield from (cell.href for cells in table.rows for cell in cells if cell.href)
        if each.kind == "chart":
            for panel in each.panels:
                for language in LANGUAGES:
                    yield from (m.replace("&amp;", "&") for m in re.findall(r'href="([^"]*)"', panel.svg[language]))


def test_the_overview_counts_what_was_read(report):
    found = report.overview
    assert (found.articles, found.sentences, found.rows, found.outlets, found.actors) == (5, 6, 7, 2, 2)
    assert (found.first, found.last, found.dateless, found.nameless) == ("2022-01-03", "2022-02-11", 1, 0)
    assert [number.value for number in row(found.by_outlet, "east")] == [3, 3, 3]


def test_stance_is_by_actor_and_outlet(report):
    table = block(report, "stance-by-outlet")
    rows, favor, against, neutral, net = row(table, "All outlets", "United States")
    assert (rows.value, favor.value, against.value, neutral.value) == (5, 0.2, 0.6, 0.2)
    assert net.value == pytest.approx(-0.4)
    rows, favor, against, *_ = row(table, "النهار", "United States")
    assert (rows.value, favor.value, against.count) == (3, 0, 2)
    assert against.low < 2 / 3 < against.high


def test_voices_part_what_an_outlet_says_from_what_it_quotes(report):
    _, favor_own, _, against_own, against_quoted = row(block(report, "stance-by-voice"), "All outlets", "United States")
    assert (favor_own.count, against_own.count, against_quoted.count) == (1, 1, 2)
    assert "voice=quoted" in against_quoted.href


def test_the_matrix_has_holders_against_targets(report):
    matrix = block(report, "holders-0")
    holders = [name.words.en for name in matrix.rows]
    targets = [name.words.en for name in matrix.columns]
    assert set(holders) == {"the outlet", "someone else", "United States", "Russia"}
    square = matrix.squares[holders.index("United States")][targets.index("Russia")]
    assert [(number.tone, number.count, number.rows) for number in square.numbers] == [
        ("favor", 1, 2),
        ("against", 1, 2),
    ]
    assert square.value == 0
    assert matrix.squares[holders.index("Russia")][targets.index("Russia")].numbers == ()


def test_each_outlet_has_its_matrix(report):
    section = next(section for section in report.sections if section.id == "holders")
    matrices = [each for each in section.blocks if each.kind == "matrix"]
    assert [each.title.en for each in matrices] == ["All outlets", "east", "النهار"]
    assert {each.group for each in matrices} == {"holders"}


def test_frames_are_shares_of_sentences(report):
    everywhere, east, nahar = row(block(report, "frames-by-outlet"), "economy")
    assert (everywhere.count, everywhere.rows) == (4, 6)
    assert (east.count, east.rows, nahar.count, nahar.rows) == (2, 3, 2, 3)


def test_over_and_under_use_adds_up_to_nothing_between_two_outlets(report):
    east, nahar = row(block(report, "frames-over-under"), "economy")
    assert east.value == pytest.approx(-nahar.value)
    assert east.low < east.value < east.high


def test_frames_by_actor_are_of_sentences_that_name_it(report):
    matrix = block(report, "frames-by-actor")
    frames, actors = ([name.words.en for name in names] for names in (matrix.rows, matrix.columns))
    frame = next(frame for frame in frames if "legal" in frame.lower())
    (number,) = matrix.squares[frames.index(frame)][actors.index("Russia")].numbers
    assert (number.count, number.rows) == (2, 2)


def test_time_goes_by_the_unit_that_the_span_asks_for(report):
    table = block(report, "stance-over-time")
    days = [cells[1].words.en for cells in table.rows if cells[0].words.en == "United States"]
    assert days == ["2022-01-03", "2022-02-10", "2022-02-11"]


def test_periods_are_halves_of_the_dated_articles(report):
    section = next(section for section in report.sections if section.id == "periods")
    (comparison,) = section.comparisons
    assert (comparison.left.en, comparison.right.en) == ("2022-01-03", "2022-02-10 – 2022-02-11")
    here, there, apart, *_ = row(block(report, "periods-stance"), "United States")
    assert here.value == pytest.approx(-1 / 3)
    assert apart.value == pytest.approx(here.value - there.value)
    assert "from=2022-01-03&to=2022-01-03" in here.href


@pytest.mark.usefixtures("undrawn")
def test_outlets_are_compared_on_shared_events(tmp_path):
    topics = ["dam", "grain", "dam", "grain", "own"]
    made = [replace(each, topic=topic) for each, topic in zip(ARTICLES, topics, strict=True)]
    report = build(opened(tmp_path, made))
    section = next(section for section in report.sections if section.id == "outlets")
    (comparison,) = section.comparisons
    assert comparison.notes[0].en == "Shared events: 2."
    events = block(report, "outlets-0-events")
    assert [[cell.words.en for cell in cells[:1]] for cells in events.rows] == [["dam"], ["grain"]]
    assert "event=e1" in row(block(report, "outlets-0-stance"), "United States")[0].href


def test_every_link_can_be_read(report):
    found = list(links(report))
    assert len(found) > 100
    for link in found:
        asked = parse_qs(link.removeprefix("#reader?"), keep_blank_values=True, strict_parsing=True)
        assert link.startswith("#reader?")
        assert set(asked.get("outlet", [])) <= {"east", "النهار"}
        assert set(asked.get("actor", [])) <= {"usa", "russia"}


def test_every_figure_of_a_chart_is_drawn_and_in_its_table(report):
    chart = next(each for each in report.sections[0].blocks if each.id == "stance-by-outlet")
    drawn = set(re.findall(r'href="([^"]*)"', "".join(panel.svg["en"] for panel in chart.panels)))
    table = {cell.href for cells in chart.table.rows for cell in cells[3:5]}
    assert {link.replace("&amp;", "&") for link in drawn} == table


def test_without_labels_figures_are_counts(report):
    assert (report.method, report.labelled) == ("counted", 0)


def test_what_the_folder_lacks_is_said_in_both_languages(report):
    (note,) = report.notes
    assert note.en.startswith("Articles without date: 1 of 5.")
    assert "1 من 5" in note.ar


# inputs of which little can be said


def section(report, name):
    return next(each for each in report.sections if each.id == name)


@pytest.mark.usefixtures("undrawn")
def test_without_dates_time_is_absent_and_says_so(tmp_path):
    report = build(opened(tmp_path, [replace(each, date=None) for each in ARTICLES]))
    assert section(report, "time").absent.en == "No article has a date, so nothing can be said of time."
    assert section(report, "periods").absent
    assert report.overview.first is None


@pytest.mark.usefixtures("undrawn")
def test_without_outlets_all_are_one(tmp_path):
    report = build(opened(tmp_path, [replace(each, outlet=None) for each in ARTICLES]))
    assert section(report, "outlets").absent
    (chart, _) = section(report, "stance").blocks
    assert [panel.title.en for panel in chart.panels] == ["All outlets"]
    assert any("No article has an outlet" in note.en for note in report.notes)


@pytest.mark.usefixtures("undrawn")
def test_a_single_article_has_figures_without_intervals(tmp_path):
    report = build(opened(tmp_path, ARTICLES[:1]))
    _, _, against, *_ = row(block(report, "stance-by-outlet"), "All outlets", "United States")
    assert (against.value, against.low) == (1, None)
    assert section(report, "time").absent.en == "All dates are one: 2022-01-03."
    assert any("A single article" in note.en for note in report.notes)


@pytest.mark.usefixtures("undrawn")
def test_without_actors_and_frames_there_is_still_a_report(tmp_path):
    report = build(opened(tmp_path, [article("1", sentence(), outlet="a", date="2022-01-01")]))
    assert {each.id for each in report.sections if each.absent} >= {"stance", "holders", "frames", "time", "outlets"}
    assert report.reader.shown == 1


@pytest.mark.usefixtures("undrawn")
def test_a_folder_of_furniture_alone(tmp_path):
    report = build(opened(tmp_path, [article("1", sentence(role="furniture"))]))
    assert report.overview.articles == 0
    assert all(each.absent for each in report.sections)


@pytest.mark.usefixtures("undrawn")
def test_dates_that_no_calendar_has_are_none(tmp_path):
    report = build(opened(tmp_path, [replace(each, date="2022-13-45") for each in ARTICLES]))
    assert report.overview.dateless == 5


@pytest.mark.usefixtures("undrawn")
def test_a_run_that_has_not_ended_is_said(tmp_path):
    report = build(Results.open(write_results(tmp_path, ARTICLES)))
    assert "has not ended yet" in report.notes[0].en


HOSTILE = ["<script>alert(1)</script>", "\u202eأهرام\u202c", "=HYPERLINK(1)", "x" * 5000, "x" * 4999 + "y", "‮&amp;\"'"]


@pytest.mark.usefixtures("undrawn")
def test_long_names_of_outlets_do_not_fill_the_page(tmp_path):
    made = [replace(ARTICLES[0], id=str(n), outlet=name) for n, name in enumerate(HOSTILE)]
    report = build(opened(tmp_path, made))
    chart = section(report, "stance").blocks[0]
    titles = [panel.title.en for panel in chart.panels]
    assert len(set(titles)) == len(HOSTILE) + 1
    assert max(map(len, titles)) <= 80
    assert max(len(link) for link in links(report)) < 1500


@pytest.mark.usefixtures("undrawn")
def test_many_outlets_and_actors_are_cut_and_it_is_said(tmp_path):
    made = [replace(ARTICLES[n % 5], id=str(n), outlet=f"outlet {n % 11}") for n in range(33)]
    report = build(opened(tmp_path, made))
    chart = section(report, "stance").blocks[0]
    assert len(chart.panels) == 1 + 6
    assert report.overview.outlets == 11
    assert "5 more are not" in section(report, "stance").notes[0].en
    assert report.overview.by_outlet.more.en == "and 5 more outlets"


def by_hand(made):
    """The article as somebody would have labelled it: the same labels, no scores."""
    sentences = (
        replace(
            each,
            frame_scores={},
            mentions=tuple(replace(mention, scores={}, holder_score=None) for mention in each.mentions),
        )
        for each in made.sentences
    )
    return made.with_sentences(tuple(sentences))


@pytest.mark.usefixtures("undrawn")
def test_labels_by_people_correct_figures(tmp_path):
    made = [replace(ARTICLES[0], id=str(n)) for n in range(30)]
    results = opened(tmp_path / "out", made)
    write_corpus(tmp_path / "gold.jsonl", map(by_hand, made))
    gold = read_gold(tmp_path / "gold.jsonl", Units.of(results), uniform=True)
    report = build(results, gold=gold)
    assert (report.method, report.labelled) == ("corrected", len(gold.rows))
    found = row(block(report, "stance-by-outlet"), "All outlets", "United States")[2]
    assert found.corrected
    assert found.value == pytest.approx(1)


def test_labels_by_people_leave_the_outlets_as_they_are(tmp_path):
    outlets = [None, "", "east", "x" * 300, "west", "x" * 300]
    made = [replace(ARTICLES[0], id=str(n), outlet=outlet) for n, outlet in enumerate(outlets)]
    results = opened(tmp_path / "out", made)
    write_corpus(tmp_path / "gold.jsonl", map(by_hand, made))
    gold = read_gold(tmp_path / "gold.jsonl", Units.of(results), uniform=True)
    without, with_gold = (World.of(results, labels).units.columns["outlet"] for labels in (None, gold))
    assert with_gold[1] == without[1]
    assert with_gold[0].tolist() == without[0].tolist()
    assert len(set(filter(None, with_gold[1]))) == 4


def test_the_reader_stays_within_its_bounds(report):
    assert len(report.reader.packed) < MOST_BYTES
