"""A second annotation: found by its articles, refused where it does not fit, and set beside the first."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Sentence
from zawiya.train.decisions import ABSENT
from zawiya.train.evaluate.gold import GoldFile
from zawiya.train.evaluate.records import Agreement, Estimate
from zawiya.train.evaluate.second import Annotation, agreements, compare_annotations, read_second
from zawiya.train.scores import score

from ..labelled import article, gold_file, relabelled, told

pytestmark = pytest.mark.filterwarnings("error")
FRAMES = ("interference", "diplomacy")
FAVOR, AGAINST, NEUTRAL = range(3)
Write = Callable[..., Path]


FIRST = (
    told("أدانت طهران واشنطن", iran="neutral", usa="against iran", frames=FRAMES[:1]),
    told("محادثات", frames=FRAMES[1:]),
    told("أشادت موسكو", russia="favor author", frames=FRAMES),
)
#: The first row has another label, an actor is overlooked, another added, and a frame left out.
SECOND = (
    replace(relabelled(FIRST[0], usa="favor iran"), mentions=relabelled(FIRST[0], usa="favor iran").mentions[1:]),
    FIRST[1],
    relabelled(told("أشادت موسكو", russia="favor author"), frames=FRAMES[:1]),
)


@pytest.fixture
def file() -> GoldFile:
    """Two articles, the second with furniture between its sentences."""
    return gold_file(article("a1", FIRST[0]), article("a2", FIRST[1], told("اقرأ أيضا", role="furniture"), FIRST[2]))


def again(sentences: tuple[Sentence, ...]) -> tuple[Article, Article]:
    """The articles of the file with other labels; furniture is told apart differently."""
    return article("a1", sentences[0]), article("a2", sentences[1], told("اقرأ أيضا"), sentences[2])


def test_it_belongs_to_the_file_whose_articles_it_holds(write: Write, file: GoldFile) -> None:
    other = replace(gold_file(article("b1", FIRST[1])), name="corpus/other")
    path = write("second/rima.jsonl", *again(SECOND))
    found = read_second([path], [other, file])
    assert set(found) == {"corpus/test"}
    (annotation,) = found["corpus/test"]
    assert annotation.name == "rima"
    assert [s.text for s in annotation.sentences] == [s.text for s in file.sentences]
    assert [[(m.actor, m.stance) for m in s.mentions] for s in annotation.sentences] == [
        [("usa", "favor")],
        [],
        [("russia", "favor")],
    ]


def test_sentences_stand_in_the_order_of_the_file_whatever_the_order_of_its_articles(
    write: Write, file: GoldFile
) -> None:
    path = write("rima.jsonl", *reversed(again(SECOND)), article("more", FIRST[1]))
    (annotation,) = read_second([path], [file])["corpus/test"]
    assert [s.text for s in annotation.sentences] == [s.text for s in file.sentences]


def test_a_file_may_have_several(write: Write, file: GoldFile) -> None:
    paths = [write(f"{name}.jsonl", *again(SECOND)) for name in ("rima", "samir")]
    assert [a.name for a in read_second(paths, [file])["corpus/test"]] == ["rima", "samir"]


def test_no_second_annotation_is_none(file: GoldFile) -> None:
    assert read_second([], [file]) == {}


def test_every_fault_of_every_second_annotation_is_told_at_once(write: Write, file: GoldFile) -> None:
    stranger = write("stranger.jsonl", article("z", FIRST[1]))
    first, second = again(SECOND)
    lacking = write("lacking.jsonl", second.with_sentences(second.sentences[:1]))
    other_text = write("other_text.jsonl", article("a1", told("أدانت طهران موسكو", iran="neutral")), second)
    unlabelled = write("unlabelled.jsonl", *again((told("أدانت طهران واشنطن", iran=None, usa=None), *SECOND[1:])))
    with pytest.raises(FaultsError) as raised:
        read_second([stranger, lacking, other_text, unlabelled, write("fine.jsonl", first, second)], [file])
    assert raised.value.source == "second annotation"
    repair = "annotate the same sentences of the same text"
    assert raised.value.faults == (
        f"{stranger}: shares no article with the evaluated files; name the second annotation of one",
        f"{lacking}: article 'a1' is missing, or has another text; {repair}",
        f"{lacking}: article 'a2' lacks 1 of the sentences; {repair}",
        f"{other_text}: article 'a1' is missing, or has another text; {repair}",
        f"{unlabelled}: 2 rows have no stance, so there is nothing to compare with; label them "
        "(stance: favor, against or neutral), or leave them out",
    )


def test_without_an_evaluated_file_it_belongs_to_none(write: Write, file: GoldFile) -> None:
    with pytest.raises(FaultsError, match="shares no article with the evaluated files"):
        read_second([write("rima.jsonl", *again(SECOND))], [])


def test_a_file_that_is_missing_is_named(file: GoldFile, tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"missing\.jsonl"):
        read_second([tmp_path / "missing.jsonl"], [file])


def test_stances_are_compared_on_the_rows_that_both_have_and_all_rows_end_to_end() -> None:
    made = compare_annotations(FIRST, SECOND, FRAMES, [0, 1, 1])
    assert made.rows.sentence.tolist() == [0, 2]
    assert (made.rows.gold.tolist(), made.rows.given.tolist()) == ([AGAINST, FAVOR], [FAVOR, FAVOR])
    pairs = zip(made.pairs.sentence.tolist(), made.pairs.gold.tolist(), made.pairs.given.tolist(), strict=True)
    assert sorted(pairs) == [(0, AGAINST, FAVOR), (0, NEUTRAL, ABSENT), (2, FAVOR, FAVOR)]
    assert made.article.tolist() == [0, 1, 1]
    scores = score(made)
    assert scores["stance.accuracy"] == 1 / 2
    # three rows of the first, two of the second, one alike
    assert scores["end_to_end.triple.f1"] == pytest.approx(2 * 1 / (3 + 2))
    # four frames of the first, three of the second, three alike
    assert scores["frames.micro_f1"] == pytest.approx(2 * 3 / (4 + 3))


def test_rows_are_compared_by_actor_whatever_their_order_and_number() -> None:
    gold = told(usa="against iran", iran="neutral")
    turned = replace(gold, mentions=tuple(reversed(gold.mentions)))
    usa = next(m for m in gold.mentions if m.actor == "usa")
    twice = replace(gold, mentions=(*gold.mentions, replace(usa, start=90, end=95, stance="neutral", holder=None)))
    for other in (turned, twice):
        assert score(compare_annotations([gold], [other], (), [0]))["triple.f1"] == 1
        assert len(compare_annotations([gold], [other], (), [0]).rows.gold) == 2


def agreed(file: GoldFile, *others: Annotation) -> tuple[Agreement, ...]:
    return agreements(file, others, FRAMES, np.ones((20, len(file.articles))))


def test_annotations_that_are_independent_of_the_file_come_first(file: GoldFile) -> None:
    rima, samir, nada = (Annotation(name, SECOND) for name in ("rima", "samir", "nada"))
    found = agreed(file, rima, samir, nada)
    assert [(one.first, one.second) for one in found] == [
        ("rima", "samir"),
        ("rima", "nada"),
        ("samir", "nada"),
        ("test", "rima"),
        ("test", "samir"),
        ("test", "nada"),
    ]
    assert agreed(file) == ()


def test_an_agreement_has_the_scores_of_the_second_by_the_first_and_kappa(file: GoldFile) -> None:
    (found,) = agreed(file, Annotation("rima", SECOND))
    assert found.rows == 2
    # one of two alike; by chance favor with favor in a half, against with against in none: (1/2 - 1/2) / (1 - 1/2)
    assert found.kappa == 0
    assert found.scores["stance.accuracy"] == Estimate(0.5, 0.5, 0.5)
    assert found.scores["end_to_end.triple.f1"].value == 0.4
    assert found.scores["frames.micro_f1"].value == 0.8571


def test_kappa_takes_off_what_chance_would_agree_on() -> None:
    stances = ("favor author", "against author", "neutral")
    gold = [told(russia=label) for label in (*stances, "neutral")]
    other = [*gold[:3], relabelled(gold[3], russia="favor author")]
    file = gold_file(*(article(f"a{n}", sentence) for n, sentence in enumerate(gold)))
    (found,) = agreed(file, Annotation("rima", tuple(other)))
    # three of four alike; by chance 1/4 * 2/4 + 1/4 * 1/4 + 2/4 * 1/4 = 5/16
    assert found.kappa == round((3 / 4 - 5 / 16) / (1 - 5 / 16), 4)


def test_where_chance_alone_agrees_there_is_no_kappa_and_no_warning() -> None:
    file = gold_file(article("a", told(russia="neutral")), article("b", told(usa="neutral")))
    (found,) = agreed(file, Annotation("rima", tuple(file.sentences)))
    assert found.kappa is None
    assert found.scores["stance.accuracy"].value == 1


def test_annotations_without_a_row_in_common_agree_on_nothing(file: GoldFile) -> None:
    (found,) = agreed(file, Annotation("rima", tuple(replace(s, mentions=()) for s in file.sentences)))
    assert (found.rows, found.kappa, found.scores["stance.macro_f1"]) == (0, None, Estimate(None))
    assert found.scores["end_to_end.triple.f1"].value == 0
