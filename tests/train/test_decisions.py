"""What is to be decided of a sentence: its frames, its rows, and its pairs of sentence and actor."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.records import STANCES
from zawiya.train.decisions import ABSENT, Rows, decisions

from .labelled import relabelled, told

FAVOR, AGAINST, NEUTRAL = range(len(STANCES))
FRAMES = ("interference", "diplomacy")
GOLD = (
    told(iran="neutral", usa="against iran", frames=["interference"]),
    told("محادثات", frames=["diplomacy"]),
    told(russia="favor author", frames=["diplomacy", "interference"]),
)
GIVEN = (
    relabelled(GOLD[0], iran="favor author", usa="against other", frames=[]),
    GOLD[1],
    relabelled(GOLD[2], russia="neutral"),
)


def listed(rows: Rows) -> list[tuple]:
    """Rows as they are read."""
    columns = (rows.sentence, rows.gold, rows.given, rows.gold_holder, rows.given_holder)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def test_every_mention_is_a_row_with_its_stance_and_holder() -> None:
    made = decisions(GOLD, GIVEN, FRAMES)
    assert listed(made.rows) == [
        (0, NEUTRAL, FAVOR, "", "author"),
        (0, AGAINST, AGAINST, "iran", "other"),
        (2, FAVOR, NEUTRAL, "author", ""),
    ]
    assert made.pairs is None


def test_a_mention_without_a_stance_is_a_neutral_row() -> None:
    made = decisions([told(iran=None)], [told(iran=None)], FRAMES)
    assert listed(made.rows) == [(0, NEUTRAL, NEUTRAL, "", "")]


def test_frames_stand_in_the_order_that_is_asked_for_and_others_are_left_out() -> None:
    made = decisions(GOLD, GIVEN, ("diplomacy", "legality", "interference"))
    assert made.frames == ("diplomacy", "legality", "interference")
    assert made.gold_frames.tolist() == [[False, False, True], [True, False, False], [True, False, True]]
    assert made.given_frames.tolist() == [[False, False, False], [True, False, False], [True, False, True]]
    assert decisions(GOLD, GIVEN, ("diplomacy",)).gold_frames.tolist() == [[False], [True], [True]]


def test_each_sentence_is_an_article_of_its_own_unless_told_otherwise() -> None:
    assert decisions(GOLD, GIVEN, FRAMES).article.tolist() == [0, 1, 2]
    assert decisions(GOLD, GIVEN, FRAMES, articles=[4, 4, 0]).article.tolist() == [4, 4, 0]


@pytest.mark.parametrize("frames", [(), FRAMES])
def test_no_sentences_are_no_decisions(frames: tuple[str, ...]) -> None:
    made = decisions([], [], frames, found=[])
    assert made.gold_frames.shape == made.given_frames.shape == (0, len(frames))
    assert listed(made.rows) == listed(made.pairs) == []


def test_no_frames_are_no_columns() -> None:
    assert decisions(GOLD, GIVEN, ()).gold_frames.shape == (3, 0)


def test_a_pair_is_an_actor_that_either_sentence_names() -> None:
    found = [told(usa="against author", russia="neutral"), told("محادثات"), told(iran="favor author")]
    made = decisions(GOLD, GIVEN, FRAMES, found=found)
    assert sorted(listed(made.pairs)) == [
        (0, AGAINST, AGAINST, "iran", "author"),
        (0, NEUTRAL, ABSENT, "", ""),
        (0, ABSENT, NEUTRAL, "", ""),
        (2, FAVOR, ABSENT, "author", ""),
        (2, ABSENT, FAVOR, "", "author"),
    ]
    # what it found by itself changes nothing about where it was told the places
    assert listed(made.rows) == listed(decisions(GOLD, GIVEN, FRAMES).rows)


def test_an_actor_named_twice_is_one_pair_by_the_mention_that_carries_the_stance() -> None:
    once = told(russia="against author")
    (mention,) = once.mentions
    before = replace(mention, stance="neutral", holder=None)
    after = replace(mention, start=mention.start + 20, end=mention.end + 20)
    twice = replace(once, mentions=(before, after))
    made = decisions([twice], [twice], FRAMES, found=[relabelled(once, russia="neutral")])
    assert listed(made.pairs) == [(0, AGAINST, NEUTRAL, "author", "")]
    assert len(made.rows.gold) == 2


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (GIVEN[:2], None),
        ((GIVEN[0], GIVEN[1], replace(GIVEN[2], mentions=())), None),
        ((GIVEN[0], replace(GIVEN[1], mentions=GIVEN[0].mentions), GIVEN[2]), None),
        (GIVEN, GIVEN[:2]),
        (GIVEN, (*GIVEN, GIVEN[0])),
    ],
    ids=["a sentence lacks", "a row lacks", "a row too many", "a found sentence lacks", "a found one too many"],
)
def test_what_does_not_stand_side_by_side_is_refused(given: tuple, found: tuple | None) -> None:
    with pytest.raises(ValueError, match=r"shorter|longer"):
        decisions(GOLD, given, FRAMES, found=found)


def test_some_of_the_sentences_are_numbered_anew_and_keep_their_articles() -> None:
    whole = decisions(GOLD, GIVEN, FRAMES, found=GIVEN, articles=[5, 6, 7])
    part = whole.select(np.array([False, True, True]))
    assert part.article.tolist() == [6, 7]
    assert listed(part.rows) == [(1, FAVOR, NEUTRAL, "author", "")]
    assert listed(part.pairs) == [(1, FAVOR, NEUTRAL, "author", "")]
    assert part.gold_frames.tolist() == [[False, True], [True, True]]


@given(st.lists(st.booleans(), min_size=3, max_size=3))
def test_to_select_is_to_decide_about_the_selected_sentences(kept: list[bool]) -> None:
    part = decisions(GOLD, GIVEN, FRAMES, found=GOLD, articles=[1, 1, 2]).select(np.array(kept))
    chosen = [n for n in range(3) if kept[n]]
    gold, given = [GOLD[n] for n in chosen], [GIVEN[n] for n in chosen]
    alone = decisions(gold, given, FRAMES, found=gold, articles=[(1, 1, 2)[n] for n in chosen])
    assert (listed(part.rows), listed(part.pairs)) == (listed(alone.rows), listed(alone.pairs))
    assert part.article.tolist() == alone.article.tolist()
    assert part.given_frames.tolist() == alone.given_frames.tolist()


def test_some_of_the_rows_are_without_frames_and_pairs() -> None:
    part = decisions(GOLD, GIVEN, FRAMES, found=GIVEN, articles=[5, 6, 7]).of_rows(np.array([False, True, True]))
    assert listed(part.rows) == [(0, AGAINST, AGAINST, "iran", "other"), (2, FAVOR, NEUTRAL, "author", "")]
    assert part.article[part.rows.sentence].tolist() == [5, 7]
    assert (part.frames, part.gold_frames.shape, part.pairs) == ((), (3, 0), None)
