"""Agreement: the coefficients, what they are of, and what is said where there is none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import krippendorff
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Sentence
from zawiya.resampling import draws
from zawiya.study.annotate.agreement import AgreementReport, agree
from zawiya.study.annotate.coefficients import MISSING, Coefficient, alpha, kappa
from zawiya.study.annotate.disagreements import disagreements

from .worlds import article, sentence

Write = Callable[..., Path]
ONCE = np.ones((1, 4))
UNITS = st.lists(st.tuples(*[st.integers(MISSING, 2)] * 3, st.integers(0, 3)), min_size=1, max_size=30)


def split(units: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, list[int]]:
    table = np.array(units, dtype=np.int64)
    return table[:, :3].T, table[:, 3].tolist()


# The coefficients


@given(UNITS)
def test_each_resample_is_what_the_packages_say_of_it(units: list[tuple[int, int, int, int]]) -> None:
    """A resample that draws each article once is the sample itself, so its interval is the value, twice."""
    answers, articles = split(units)
    for found in (alpha(answers, articles, ONCE), kappa(answers[0], answers[1], articles, ONCE)):
        if found.value is not None and found.low is not None:
            assert (found.low, found.high) == (pytest.approx(found.value, abs=2e-4),) * 2


@given(UNITS, st.lists(st.integers(0, 3), min_size=4, max_size=4).filter(any))
def test_articles_drawn_twice_count_twice(units: list[tuple[int, int, int, int]], times: list[int]) -> None:
    answers, articles = split(units)
    drawn = [place for place, article in enumerate(articles) for _ in range(times[article])]
    weights = np.array([times], dtype=float)
    found = alpha(answers, articles, weights)
    pairs = [u for u in drawn if (answers[:, u] != MISSING).sum() > 1]
    if found.low is not None and len(np.unique(answers[:, pairs][answers[:, pairs] != MISSING])) > 1:
        data = np.where(answers[:, pairs] == MISSING, np.nan, answers[:, pairs])
        told = krippendorff.alpha(reliability_data=data, level_of_measurement="nominal")
        assert found.low == pytest.approx(told, abs=2e-4)
    two = kappa(answers[0], answers[1], articles, weights)
    both = [u for u in drawn if (answers[:2, u] != MISSING).all()]
    if two.low is not None and len(np.unique(answers[:2, both])) > 1:
        assert two.low == pytest.approx(cohen_kappa_score(answers[0, both], answers[1, both]), abs=2e-4)


def test_an_example_worked_by_hand() -> None:
    """Four units, two labels: three agreed on; kappa = (3/4 - 1/2) / (1/2), alpha = 1 - 7 · 2 / (2 · 3 · 5)."""
    first, second = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    found = kappa(first, second, [0, 1, 2, 3], draws(4, resamples=50))
    assert (found.units, found.observed, found.value) == (4, 0.75, 0.5)
    told = alpha(np.stack([first, second]), [0, 1, 2, 3], draws(4, resamples=50))
    assert told.value == pytest.approx(1 - 7 * 2 / 30, abs=1e-4)
    assert told.low is not None and told.high is not None and told.low < told.value < told.high  # type: ignore[operator]


@pytest.mark.parametrize("second", [[0, 0], [MISSING, MISSING]])
def test_without_two_labels_there_is_no_coefficient(second: list[int]) -> None:
    first, other = np.array([0, 0]), np.array(second)
    for found in (
        kappa(first, other, [0, 1], np.ones((3, 2))),
        alpha(np.stack([first, other]), [0, 1], np.ones((3, 2))),
    ):
        assert found.value is found.low is found.high is None
        assert found.why.startswith("undefined: ")


def test_of_one_article_there_is_no_interval() -> None:
    found = kappa(np.array([0, 1, 1]), np.array([0, 1, 0]), [2, 2, 2], draws(4))
    assert found.value is not None
    assert (found.low, found.high) == (None, None)


# What they are of


def world(*sentences: Sentence) -> tuple[Article, ...]:
    """An article for each sentence."""
    return tuple(article(f"a{number}", one) for number, one in enumerate(sentences))


TEXTS = ("موسكو وواشنطن", "موسكو وأنقرة", "طهران", "محادثات")
RIMA = world(
    sentence(TEXTS[0], russia="neutral", usa="against russia", frames=("interference",)),
    sentence(TEXTS[1], russia="favor author", turkey="neutral"),
    sentence(TEXTS[2], iran="against other"),
    sentence(TEXTS[3], frames=("diplomacy",)),
)
SAMIR = world(
    sentence(TEXTS[0], russia="neutral", usa="against author", frames=("interference",)),
    sentence(TEXTS[1], russia="neutral"),
    sentence(TEXTS[2], iran="against other"),
    sentence(TEXTS[3]),
)


def figures(report: AgreementReport, between: str = "all") -> dict[str, Coefficient]:
    return {one.label: one.figure for one in report.agreements if one.between == between}


def test_rows_that_both_have_are_compared_and_rows_of_one_only_end_to_end(write: Write) -> None:
    report = agree([write("rima.jsonl", *RIMA), write("samir.jsonl", *SAMIR)], frames=("interference",), resamples=50)
    assert report.together.names == ("rima", "samir")
    assert (report.shared, report.articles) == (4, 4)
    found = figures(report)
    assert (found["stance"].units, found["stance"].observed) == (4, 0.75)
    assert (found["stance end to end"].units, found["stance end to end"].observed) == (5, 0.6)
    assert found["against"].value == 1
    assert found["favor"].observed == 0.75
    # of stances that both take, not of those that one calls neutral
    assert (found["holder"].units, found["holder"].observed) == (2, 0.5)
    assert (found["frame interference"].units, found["frame interference"].value) == (4, 1)
    # a frame that was not asked about is compared where it occurs
    assert found["frame diplomacy"].observed == 0.75


def test_kappa_is_between_two_and_alpha_between_all_with_answers_missing(write: Write) -> None:
    paths = [write("rima.jsonl", *RIMA), write("samir.jsonl", *SAMIR), write("dana.jsonl", *RIMA[:2])]
    report = agree(paths, resamples=20)
    assert [one.between for one in report.agreements if one.label == "stance"] == [
        "all",
        "rima and samir",
        "rima and dana",
        "samir and dana",
    ]
    assert figures(report, "rima and dana")["stance"].value == 1
    assert figures(report, "rima and dana")["stance"].units == 4
    assert figures(report)["stance"].units == 5


def test_annotations_that_share_nothing_are_refused(write: Write) -> None:
    with pytest.raises(ZawiyaError, match="expected sentences that two of them have, found none"):
        agree([write("a.jsonl", *RIMA[:2]), write("b.jsonl", *SAMIR[2:])])


def test_one_annotation_is_refused(write: Write) -> None:
    with pytest.raises(ZawiyaError, match="expected two annotations or more, found 1"):
        agree([write("a.jsonl", *RIMA)])


def test_other_texts_and_rows_without_stance_are_faults(write: Write) -> None:
    other = replace(RIMA[0], text=f"{RIMA[0].text}.")
    unlabelled = RIMA[2].with_sentences(
        tuple(replace(s, mentions=(replace(s.mentions[0], stance=None, holder=None),)) for s in RIMA[2].sentences)
    )
    with pytest.raises(FaultsError) as error:
        agree([write("a.jsonl", *RIMA), write("b.jsonl", other, unlabelled)])
    assert "has another text" in error.value.faults[0]
    assert "1 rows have no stance" in error.value.faults[1]


def test_each_disagreement_says_who_said_what(write: Write) -> None:
    report = agree([write("rima.jsonl", *RIMA), write("samir.jsonl", *SAMIR)], resamples=5)
    assert [(d.actor, d.frame, d.mention, d.said) for d in disagreements(report.together)] == [
        ("usa", "", "واشنطن", ("against russia", "against author")),
        ("russia", "", "موسكو", ("favor author", "neutral")),
        ("turkey", "", "أنقرة", ("neutral", "none")),
        ("", "diplomacy", "", ("yes", "no")),
    ]


def test_the_interval_comes_from_the_seed(write: Write) -> None:
    paths = [write("rima.jsonl", *RIMA), write("samir.jsonl", *SAMIR)]
    assert agree(paths, resamples=50).agreements == agree(paths, resamples=50).agreements
