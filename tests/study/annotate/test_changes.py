"""Changes: what an annotator did to a sentence, told as one would tell it."""

from dataclasses import replace

from zawiya.records import Sentence
from zawiya.study.annotate.changes import changes, counted

from .worlds import sentence

KEY = ("a", 0, 10)
BEFORE = sentence(
    "موسكو وواشنطن وأنقرة", russia="neutral", usa="against russia", turkey="neutral", frames=("diplomacy",)
)


def told(after: Sentence, before: Sentence = BEFORE) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.about, c.before, c.after) for c in changes({KEY: before}, {KEY: after})]


def test_nothing_changed_is_nothing() -> None:
    assert told(BEFORE) == []


def test_a_stance_with_its_holder_is_one_change() -> None:
    after = sentence(BEFORE.text, russia="neutral", usa="favor author", turkey="neutral", frames=("diplomacy",))
    assert told(after) == [("stance", "usa", "against russia", "favor author")]


def test_a_holder_alone_is_one() -> None:
    after = sentence(BEFORE.text, russia="neutral", usa="against other", turkey="neutral", frames=("diplomacy",))
    assert told(after) == [("holder", "usa", "russia", "other")]


def test_the_same_words_as_another_actor_are_a_change_of_actor() -> None:
    russia, *others = BEFORE.mentions
    assert told(replace(BEFORE, mentions=(replace(russia, actor="iran"), *others))) == [
        ("actor", "iran", "russia", "iran")
    ]


def test_other_words_for_the_same_actor_are_a_change_of_words() -> None:
    russia, *others = BEFORE.mentions
    moved = replace(russia, end=russia.end - 1, text=russia.text[:-1])
    assert told(replace(BEFORE, mentions=(moved, *others))) == [("words", "russia", "موسكو", "موسك")]


def test_mentions_and_frames_come_and_go() -> None:
    after = replace(BEFORE, mentions=BEFORE.mentions[1:], frames=("interference",))
    assert told(after) == [
        ("mention removed", "russia", "«موسكو» neutral", ""),
        ("frame removed", "", "diplomacy", ""),
        ("frame added", "", "", "interference"),
    ]
    assert told(BEFORE, after)[0] == ("mention added", "russia", "", "«موسكو» neutral")
    counts = counted(changes({KEY: BEFORE}, {KEY: after}))
    assert {kind: count for kind, count in counts.items() if count} == {
        "mention removed": 1,
        "frame removed": 1,
        "frame added": 1,
    }
