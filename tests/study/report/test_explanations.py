"""Words behind decisions: which are chosen, and where the page finds them."""

from dataclasses import replace

import pytest

from tests.study.folders import FRAMES, article, opened, sentence, write_results
from zawiya.bundle import fingerprint
from zawiya.errors import ZawiyaError
from zawiya.resources import resource
from zawiya.study.report.explanations import LONGEST, explanations, judge_of, places
from zawiya.study.report.figures import build
from zawiya.study.report.records import Place, Reader
from zawiya.study.results import Results

SAID = "قال"


class SaidSo:
    """A model that is against everybody as long as somebody has said something."""

    name = "said-so"
    frames = FRAMES

    def label(self, sentences, *, gold=False):
        return [self._labelled(each) for each in sentences]

    def _labelled(self, each):
        against = 0.9 if SAID in each.text else 0.5
        scores = {"favor": 0.0, "against": against, "neutral": 1 - against}
        mentions = tuple(replace(mention, stance="against", scores=scores) for mention in each.mentions)
        return replace(each, mentions=mentions, frame_scores=dict.fromkeys(FRAMES, against))


def reader_of(*found: Place) -> Reader:
    return Reader("", 2, 2, places=found)


def test_the_surest_stances_come_first_as_many_as_may_be():
    weak, sure, middling = Place("a", 0, 9, 600, 1), Place("a", 1, 9, 900, 1), Place("b", 0, 9, 700, 1)
    reader = reader_of(weak, sure, middling)
    assert places(reader, 2) == [sure, middling]
    assert places(reader, 99) == [weak, sure, middling]
    assert places(reader, 0) == []


def test_what_a_sentence_decides_is_explained_together_or_not_at_all():
    place = Place("a", 0, 9, 900, 4)
    assert places(reader_of(place), 4) == [place]
    assert places(reader_of(place), 3) == []


def test_a_very_long_sentence_is_left_out():
    reader = reader_of(Place("a", 0, LONGEST + 1, 900, 1), Place("a", 1, LONGEST, 800, 1))
    assert [place.sentence for place in places(reader, 9)] == [1]


def test_words_are_found_under_their_sentence_and_mark_in_the_units_of_the_page(tmp_path):
    named = article(
        "a", sentence(), sentence(("russia", "neutral", None), ("usa", "against", "author"), frames=["economy"])
    )
    # a character that JavaScript counts twice, before the sentence
    moved = replace(named, text="\U0001f600" + named.text, sentences=tuple(
        replace(each, start=each.start + 1, end=each.end + 1,
                mentions=tuple(replace(m, start=m.start + 1, end=m.end + 1) for m in each.mentions))
        for each in named.sentences
    ))  # fmt: skip
    results = opened(tmp_path / "out", [moved])
    done = []
    why = explanations(results, SaidSo(), places(build(results).reader, 10), done.append)
    start = moved.sentences[1].start + 1
    assert why == {
        "a": {"1": {"m 1": [[start, start + len(SAID), 400]], "f economy": [[start, start + len(SAID), 400]]}}
    }
    assert done == [1]


def test_many_articles_are_told_of_step_by_step(tmp_path):
    many = [article(f"{n:02}", sentence(("usa", "against", "author"))) for n in range(20)]
    results = opened(tmp_path / "out", many)
    done = []
    why = explanations(results, SaidSo(), places(build(results).reader, 99), done.append)
    assert sorted(why) == [each.id for each in many]
    assert done == [16, 4]


def test_the_model_has_to_be_the_one_that_labelled(tmp_path):
    made = [article("a", sentence(("usa", "against", "author")))]
    other = Results.open(write_results(tmp_path / "other", made, run={"model": {"fingerprint": "0123"}}))
    with pytest.raises(ZawiyaError, match="expected the model that labelled the articles \\(0123\\)"):
        judge_of(other)
    known = fingerprint(resource("models", "default"))
    same = Results.open(write_results(tmp_path / "same", made, run={"model": {"fingerprint": known}}))
    assert judge_of(same).frames
