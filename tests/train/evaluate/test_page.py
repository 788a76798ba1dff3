import importlib
import re
import sys
from dataclasses import replace

import pytest

from tests.html import Parsed
from zawiya.errors import ZawiyaError
from zawiya.train.evaluate import page as module
from zawiya.train.evaluate.page import count, likelihood, page, plain, points, score_name, share, shown
from zawiya.train.evaluate.records import Evaluation, Leakage, Part

from .conftest import SENTENCE, estimate, mistake, slice_of

HOSTILE = '<script>alert("1")</script>" onmouseover="x" \u202eevil\u202c <img src=http://example.org/a.png>'


@pytest.fixture(scope="module")
def html(evaluation) -> str:
    """The page of the evaluation as it is."""
    return page(evaluation)


def read(html: str) -> Parsed:
    reader = Parsed(html)
    assert not reader.open
    return reader


def with_part(evaluation: Evaluation, **changes) -> Evaluation:
    return replace(evaluation, parts=(replace(evaluation.parts[0], **changes),))


def section(html: str, name: str) -> str:
    """The text of a section of the first file."""
    inside = html[html.index(f'<h3 id="file-1-{name}"') :]
    ends = [found.start() for found in re.finditer(r"<h3|</section>", inside)]
    return Parsed(inside[: next(end for end in ends if end)]).text


def test_the_head_names_the_model_and_what_it_ran_with(html):
    text = read(html).text
    for said in ("farra-base", "models/farra", "b57c90e1", "numpy", "2.1.0", "data/corpus/test.jsonl", "3f8a" * 16):
        assert said in text


def test_notes_and_warnings_stand_before_the_numbers(html):
    text = read(html).text
    assert text.index("no second annotation") < text.index("Scores of each system")
    assert text.index("the corpus is synthetic") < text.index("Scores of each system")


def test_the_table_has_a_row_for_each_system_with_intervals(evaluation, html):
    text = section(html, "scores")
    for system in evaluation.parts[0].systems:
        assert system.name in text
    assert ".710 .670–.750" in text
    assert "64 articles, 612 sentences, 1,043 targets" in text
    assert "2,000 resamples" in text
    assert "kappa of the stances is .741" in text
    assert "finds 37 actors that the annotators do not have; the model rejects .892" in text


def test_comparisons_give_verdicts_and_mcnemar(html):
    text = section(html, "comparisons")
    assert "farra is better by 16.0 points" in text
    assert "+16.0 +12.0 to +20.0" in text
    assert "−2.0 to +4.0" in text
    assert "p = .005" in text
    assert re.search(r"only target-blind has right: 41; only farra ?: 72", text)


def test_only_differences_whose_interval_leaves_nought_out_are_strong(html):
    assert re.search(r"<strong><bdi>farra is better by 16", html)
    assert not re.search(r"<strong><bdi>no difference", html)


def test_labels_have_their_support(html):
    text = section(html, "labels")
    for name, rows in (("favor", 143), ("against", 287), ("neutral", 613), ("legality", 120), ("human rights", 31)):
        assert f"{name} {rows}" in text
    assert text.index("legality 120") < text.index("human rights 31")
    assert "legality (120)" in text


def test_slices_stand_beside_the_baselines_and_small_ones_are_marked(html):
    text = section(html, "slices")
    assert "several 120 150 .640 .580–.700 .500 .440–.560 .450 .390–.510 .690" in text
    assert "quoted †" in text
    assert "one †" not in text
    assert "weakest slices are voice: quoted (.410, 14 targets) and actors: several (.640, 150 targets)" in text


def test_a_group_of_many_slices_is_folded_but_whole(evaluation):
    outlets = tuple(slice_of("outlet", f"outlet {number}", 0.5) for number in range(60))
    html = page(with_part(evaluation, slices=outlets))
    folded = html[html.index("60 slices</summary>") :]
    folded = Parsed(folded[len("60 slices</summary>") : folded.index("</details>")]).text
    assert all(f"outlet {number} 120 150" in folded for number in range(60))


def test_calibration_shows_both_stages(html):
    text = section(html, "calibration")
    for said in ("stance , before scaling", "holder , after scaling", "ECE .120", "Brier .330", "504 decisions"):
        assert said in text


def test_leakage_says_what_was_checked_and_found(evaluation, html):
    text = section(html, "leakage")
    for said in ("train.jsonl", "2 of 612 sentences", "grain_corridor_2022", "likeness .912"):
        assert said in text
    unchecked = section(page(with_part(evaluation, leakage=Leakage((), 0, (), ()))), "leakage")
    assert "Nothing was checked" in unchecked


def test_mistakes_mark_the_target_and_give_both_labels(html):
    assert html.count("<mark>واشنطن</mark>") == 3
    text = section(html, "mistakes")
    assert "expected against held by russia given neutral confidence .930" in text
    assert "article a1-019" in text
    assert text.index("Labels in doubt") < text.index(".977")


def test_mistakes_about_frames_say_which_way(html):
    text = section(html, "mistakes")
    assert re.search(r"human rights article a1-021 .* annotators do not have it model gives it confidence \.964", text)


def test_a_target_that_is_not_named_is_told(evaluation):
    appended = replace(mistake(), start=len(SENTENCE), end=len(SENTENCE), text="التطبيع")
    reader = read(page(with_part(evaluation, mistakes=(appended,), doubts=())))
    assert "does not name the target: التطبيع" in reader.text
    assert not reader.having("mark")


def test_of_a_very_long_sentence_what_stands_around_the_target_is_shown(evaluation):
    sentence = "أ " * 5000 + "واشنطن" + " ب" * 5000
    html = page(with_part(evaluation, mistakes=(mistake(sentence),), doubts=()))
    found = re.search(r'<bdi dir="rtl">(…[^<]*<mark>واشنطن</mark>[^<]*…)</bdi>', html)
    assert found
    assert len(found[1]) < 1100


def test_behaviour_has_rates_and_examples(html):
    text = read(html).text
    assert "contrast 54 17 .315 .215–.415 – .019" in text
    assert "invariance 61 3 .049 .009–.089 .082 .000" in text
    assert "1 of 17 failures" in text
    assert "usa: against russia" in text


def test_the_page_explains_itself(html):
    text = read(html).text
    for said in ("clustered bootstrap", "The target-blind row", "Under 20 targets"):
        assert said in text


def test_every_link_leads_somewhere(evaluation):
    reader = read(page(replace(evaluation, parts=evaluation.parts * 2)))
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for attributes in reader.having("a")]
    assert len(links) > 16
    assert all(link.startswith("#") and link[1:] in ids for link in links)


def hostile(evaluation: Evaluation) -> Evaluation:
    part = evaluation.parts[0]
    wrong = replace(mistake(), sentence=HOSTILE, text="alert", start=8, end=13, actor=HOSTILE, article=HOSTILE)
    return replace(
        evaluation,
        model=HOSTILE,
        notes=(HOSTILE,),
        parts=(
            replace(
                part,
                name=HOSTILE,
                file=HOSTILE,
                mistakes=(wrong,),
                warnings=(HOSTILE,),
                slices=tuple(replace(each, name=HOSTILE, group=HOSTILE) for each in part.slices),
                systems=tuple(replace(each, name=f"{each.kind} {HOSTILE}") for each in part.systems),
                leakage=replace(part.leakage, topics=(HOSTILE,)),
                support={**part.support, f"frames.{HOSTILE}": 3},
            ),
        ),
        behaviour=tuple(
            replace(
                test, name=HOSTILE, about=HOSTILE, examples=tuple(replace(each, text=HOSTILE) for each in test.examples)
            )
            for test in evaluation.behaviour
        ),
    )


def test_text_of_articles_stays_text(evaluation):
    reader = read(page(hostile(evaluation)))
    assert not reader.having("script")
    assert not reader.having("img")
    assert not any(name.startswith("on") for _, attributes in reader.tags for name in attributes)
    assert '<script>alert("1")</script>' in reader.text


def test_what_would_turn_the_text_is_named_instead(evaluation):
    html = page(hostile(evaluation))
    assert not re.search("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]", html)
    assert '<span class="chip" dir="ltr">U+202E</span>evil' in html
    assert "‹U+202E›" in html


def test_arabic_is_isolated_and_runs_from_right_to_left(html):
    arabic = [attributes for attributes in read(html).having("p") if attributes.get("class") == "arabic"]
    assert arabic
    assert all((attributes["dir"], attributes["lang"]) == ("rtl", "ar") for attributes in arabic)


def test_a_half_of_a_pair_of_surrogates_can_be_written(evaluation):
    page(replace(evaluation, notes=("broken \ud83d",))).encode("utf-8")


@pytest.mark.parametrize("make", [lambda evaluation: evaluation, hostile], ids=["plain", "hostile"])
def test_nothing_is_fetched_and_nothing_runs(evaluation, make):
    html = page(make(evaluation))
    reader = Parsed(html)
    assert not reader.having("script")
    assert not any(
        name in {"src", "srcset", "action", "data", "poster", "xlink:href"}
        or (name == "href" and not value.startswith("#"))
        for _, attributes in reader.tags
        for name, value in attributes.items()
    )
    style = html[html.index("<style>") : html.index("</style>")]
    assert not re.search(r"@import|url\(|http", style)


def test_charts_say_what_they_show(html):
    charts = [attributes for attributes in read(html).having("svg") if attributes.get("role") == "img"]
    labels = [attributes["aria-label"] for attributes in charts]
    assert any("stance macro-F1 .710" in label for label in labels)
    assert any("negation .315" in label for label in labels)


def test_tables_are_captioned_and_scroll_by_themselves(html):
    tables = re.findall(r'<div class="scroll"[^>]*>\s*<table[^>]*>\s*<caption>', html)
    assert len(tables) == html.count("<table")
    assert all("scope" in attributes for attributes in Parsed(html).having("th"))


def bare(part: Part) -> Part:
    """A file of one article about which little can be said."""
    systems = tuple(
        replace(
            each,
            scores={
                name: replace(found, low=None, high=None) for name, found in each.scores.items() if "frames" not in name
            },
        )
        for each in part.systems
    )
    return replace(
        part,
        articles=1,
        support={},
        systems=systems,
        comparisons=tuple(replace(each, differences=(), mcnemar=None) for each in part.comparisons),
        agreement=(),
        slices=tuple(replace(each, scores={}) for each in part.slices),
        weakest=(),
        calibration=(),
        leakage=Leakage((), 0, (), ()),
        mistakes=(),
        doubts=(),
        warnings=(),
        frame_mistakes=(),
        not_actors={},
    )


def test_a_single_article_without_frames_or_mistakes(evaluation):
    reader = read(page(replace(evaluation, parts=(bare(evaluation.parts[0]),), behaviour=(), notes=())))
    assert "there are no intervals" in reader.text
    assert "No frames were labelled" in reader.text
    assert "every stance is right" in reader.text
    assert "Behaviour" not in reader.text
    assert "None" not in reader.text.replace("None: every", "")


def test_scores_that_are_none_are_dashes(evaluation):
    part = evaluation.parts[0]
    unknown = tuple(replace(each, scores=dict.fromkeys(each.scores, estimate(None))) for each in part.systems)
    text = section(page(with_part(evaluation, systems=unknown)), "scores")
    assert text.count("–") >= 14 * len(unknown)
    assert "None" not in text


@pytest.mark.parametrize("changes", [{"systems": ()}, {"slices": (), "weakest": ()}, {"comparisons": ()}])
def test_parts_that_lack_something_are_shown_all_the_same(evaluation, changes):
    assert "None" not in read(page(with_part(evaluation, **changes))).text


def test_an_evaluation_of_no_file(evaluation):
    read(page(replace(evaluation, parts=(), behaviour=())))


def test_several_runs_have_their_deviation(evaluation):
    model, *others = evaluation.parts[0].systems
    model = replace(model, runs=3, scores={name: estimate(0.7, deviation=0.0123) for name in model.scores})
    text = section(page(with_part(evaluation, systems=(model, *others))), "scores")
    assert "mean of 3 runs" in text
    assert "± .012" in text


def test_a_large_evaluation_is_a_small_file(evaluation):
    part = evaluation.parts[0]
    slices = tuple(slice_of(group, f"{group} {number}", 0.5) for group in ("outlet", "event") for number in range(60))
    large = replace(part, mistakes=(mistake(SENTENCE * 20),) * 500, doubts=part.doubts * 500, slices=slices)
    # a third of what three such files may take
    assert len(page(replace(evaluation, parts=(large,))).encode()) < 500_000


def test_a_missing_package_names_the_extra(monkeypatch):
    monkeypatch.delitem(sys.modules, "zawiya.train.evaluate.charts")
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(ZawiyaError, match=re.escape("(altair); run: pip install 'zawiya[evaluate]'")):
        importlib.reload(module)


def test_numbers_are_written_as_in_papers():
    assert [share(value) for value in (0.6114, 1.0, 0.0, -0.05, None)] == [".611", "1.000", ".000", "−.050", "–"]
    assert [points(value) for value in (0.042, -0.0019, None)] == ["+4.2", "−0.2", "–"]
    assert [count(value) for value in (1234, 37.0, 0.892, None)] == ["1,234", "37", ".892", "–"]
    assert [likelihood(p) for p in (0.0004, 0.0123, 1.0)] == ["p < .001", "p = .012", "p = 1.000"]


def test_scores_have_names_in_words():
    assert [score_name(name) for name in ("stance.macro_f1", "stance.favor_against_f1", "end_to_end.triple.f1")] == [
        "stance macro-F1",
        "stance mean of favor and against",
        "end-to-end triple F1",
    ]


def test_invisible_characters_are_shown_and_visible_ones_left():
    assert plain("a\u200fb\u00adc") == "a‹U+200F›b‹U+00AD›c"
    assert plain("سطر\nثان\u0600\u06dd\u00a0") == "سطر\nثان\u0600\u06dd\u00a0"
    assert shown("<\u2066>") == '&lt;<span class="chip" dir="ltr">U+2066</span>&gt;'
