"""Counting failures, with models whose answers are foretold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from zawiya.actors import ActorFinder
from zawiya.bundle import Bundle
from zawiya.errors import FaultsError
from zawiya.inputs import Encoder
from zawiya.linear import LinearModel
from zawiya.prediction import EncoderJudge, Judge
from zawiya.records import Sentence
from zawiya.train.evaluate.behaviour.run import SHOWN, run_checklist
from zawiya.train.evaluate.records import BehaviourTest

from ....conftest import WordBackend
from .test_cases import write, write_file

#: Moscow condemned Washington's interference; Washington, Moscow's; Tehran praised talks with Moscow.
CONDEMNED = "[موسكو](russia) أدانت تدخل [واشنطن](usa)."
TURNED = "[واشنطن](usa) أدانت تدخل [موسكو](russia)."
PRAISED = "[طهران](iran) أشادت محادثات [موسكو](russia)."
AGAINST_USA = {"russia": "neutral", "usa": "against russia"}


@dataclass
class Told:
    """A judge that was told what to say: of each text the stance of every actor, all else neutral.

    :param frames_of: of each text its frames.
    :param asked: what it was asked, in order.
    """

    stances: Mapping[str, Mapping[str, tuple[str, str]]] = field(default_factory=dict)
    frames_of: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    frames: tuple[str, ...] = ("interference", "diplomacy")
    name: str = "told"
    asked: list[Sentence] = field(default_factory=list)

    def label(self, sentences: Sequence[Sentence], *, gold: bool = False) -> list[Sentence]:
        assert gold
        self.asked += sentences
        return [self._labelled(sentence) for sentence in sentences]

    def _labelled(self, sentence: Sentence) -> Sentence:
        said = self.stances.get(sentence.text, {})
        rows = []
        for m in sentence.mentions:
            stance, holder = said.get(m.actor, ("neutral", None))
            rows.append(replace(m, stance=stance, holder=holder))
        return replace(sentence, mentions=tuple(rows), frames=self.frames_of.get(sentence.text, ()))


@pytest.fixture
def words(bundle: Bundle, encoder: Encoder, word_backend: WordBackend) -> Judge:
    """A judge that blames whoever stands behind «أدانت», in the name of whoever stands before it."""
    return EncoderJudge(bundle, encoder, word_backend)


@pytest.fixture
def run(tmp_path: Path, finder: ActorFinder) -> Callable[..., dict[str, BehaviourTest]]:
    """Asks a judge cases; gives the tests by their names."""

    def asked(judge: Judge, *cases: dict[str, Any], **head: Any) -> dict[str, BehaviourTest]:
        return {test.name: test for test in run_checklist(write(tmp_path, *cases, **head), judge, finder)}

    return asked


Run = Callable[..., dict[str, BehaviourTest]]


def test_a_case_that_is_labelled_as_expected_passes(run: Run, words: Judge) -> None:
    test = run(words, {"text": CONDEMNED, "expect": AGAINST_USA}, checks=["stance", "holder"])["plain"]
    assert (test.kind, test.about, test.cases, test.failed, test.examples) == ("expected", "Plain ones.", 1, 0, ())


def test_a_share_of_failures_has_wilsons_interval(run: Run, words: Judge) -> None:
    wrong = {"text": PRAISED, "expect": {"iran": "neutral", "russia": "neutral"}}
    test = run(words, {"text": CONDEMNED, "expect": AGAINST_USA}, wrong)["plain"]
    assert (test.cases, test.failed) == (2, 1)
    # 1 of 2 with z = 1.95996: half a width of z * sqrt(0.25 / 2 + z² / 16) / (1 + z² / 2) = 0.4055
    assert (test.rate.value, test.rate.low, test.rate.high) == (0.5, 0.0945, 0.9055)


def test_a_failure_says_what_was_expected_and_what_was_given(run: Run, words: Judge) -> None:
    wrong = {"text": CONDEMNED, "expect": {"russia": "favor other", "usa": "neutral"}}
    [failure] = run(words, wrong)["plain"].examples
    assert failure.text == "موسكو أدانت تدخل واشنطن."
    assert failure.variant is None
    assert failure.expected == "موسكو: favor, other; واشنطن: neutral"
    assert failure.given == "موسكو: neutral; واشنطن: against, russia"


def test_only_rows_that_are_wrong_are_shown(run: Run, words: Judge) -> None:
    [failure] = run(words, {"text": CONDEMNED, "expect": {"russia": "neutral", "usa": "favor author"}})[
        "plain"
    ].examples
    assert (failure.expected, failure.given) == ("واشنطن: favor, author", "واشنطن: against, russia")


@pytest.mark.parametrize(
    ("checks", "failed"), [(["stance"], 0), (["stance", "holder"], 1), (["holder"], 1), (["frames"], 0)]
)
def test_a_holder_counts_where_it_is_asked_about(run: Run, words: Judge, checks: list[str], failed: int) -> None:
    case = {"text": CONDEMNED, "expect": {"russia": "neutral", "usa": "against author"}}
    assert run(words, case, checks=checks)["plain"].failed == failed


@pytest.mark.parametrize(
    ("frames", "without", "failed"),
    [
        (["interference"], [], 0),
        ([], ["diplomacy"], 0),
        (["diplomacy"], [], 1),  # missing
        (["interference"], ["interference"], 1),  # false
        ([], [], 0),  # others may be right too
    ],
)
def test_frames_must_be_given_or_not_as_expected(
    run: Run, words: Judge, frames: list[str], without: list[str], failed: int
) -> None:
    case = {"text": CONDEMNED, "expect": AGAINST_USA, "frames": frames, "without": without}
    assert run(words, case, checks=["frames"])["plain"].failed == failed
    assert run(words, case, checks=["stance"])["plain"].failed == 0


def test_a_wrong_frame_is_shown_beside_what_was_expected(run: Run, words: Judge) -> None:
    case = {"text": "تدخل", "expect": {}, "frames": ["diplomacy"], "without": ["interference"]}
    [failure] = run(words, case, checks=["frames"])["plain"].examples
    assert (failure.expected, failure.given) == ("diplomacy, not interference", "interference")
    [failure] = run(words, {"text": "في", "expect": {}, "frames": ["diplomacy"]}, checks=["frames"])["plain"].examples
    assert (failure.expected, failure.given) == ("diplomacy", "no frame")


def test_a_contrast_passes_only_if_both_sentences_are_right(run: Run, words: Judge) -> None:
    right = {
        "text": CONDEMNED,
        "expect": AGAINST_USA,
        "variant": TURNED,
        "then": {"usa": "neutral", "russia": "against usa"},
    }
    first_wrong = right | {"expect": {"russia": "neutral", "usa": "neutral"}}
    second_wrong = right | {"then": {"usa": "neutral", "russia": "neutral"}}
    both_wrong = first_wrong | second_wrong | {"text": CONDEMNED, "expect": first_wrong["expect"]}
    test = run(words, right, first_wrong, second_wrong, both_wrong)["plain"]
    # with both of them wrong it is one case still
    assert (test.kind, test.cases, test.failed) == ("contrast", 4, 3)
    assert [failure.variant for failure in test.examples] == [None, "واشنطن أدانت تدخل موسكو.", None]


def test_frames_of_a_variant_are_looked_at_too(run: Run, words: Judge) -> None:
    case = {"text": "تدخل", "expect": {}, "frames": ["interference"], "variant": "محادثات", "then": {}}
    right, wrong = case | {"then_frames": ["diplomacy"]}, case | {"then_without": ["diplomacy"]}
    test = run(words, right, wrong, checks=["frames"])["plain"]
    assert (test.kind, test.cases, test.failed) == ("contrast", 2, 1)


def test_an_invariance_fails_where_a_stance_moves_whatever_is_right(run: Run, words: Judge) -> None:
    expect = {"russia": "favor author", "usa": "favor author"}
    stays = {"text": CONDEMNED, "expect": expect, "variant": f"في {CONDEMNED}"}
    moves = {"text": CONDEMNED, "expect": expect, "variant": TURNED}
    test = run(words, stays, moves)["plain"]
    assert (test.kind, test.cases, test.failed) == ("invariance", 2, 1)
    [failure] = test.examples
    assert failure.variant == "واشنطن أدانت تدخل موسكو."
    assert failure.expected == "موسكو: neutral; واشنطن: against, russia"
    assert failure.given == "موسكو: against, usa; واشنطن: neutral"


def test_a_holder_that_moves_is_no_failure_of_an_invariance(run: Run) -> None:
    judge = Told({"موسكو": {"russia": ("favor", "author")}, "في موسكو": {"russia": ("favor", "other")}})
    case = {"text": "[موسكو](russia)", "expect": {"russia": "neutral"}, "variant": "في [موسكو](russia)"}
    assert run(judge, case)["plain"].failed == 0


def test_frames_that_move_are_counted_beside_the_failures(run: Run, words: Judge) -> None:
    moves = {"text": CONDEMNED, "expect": AGAINST_USA, "variant": CONDEMNED.replace("تدخل", "محادثات")}
    stays = {"text": CONDEMNED, "expect": AGAINST_USA, "variant": f"في {CONDEMNED}"}
    test = run(words, moves, stays, stays | {"variant": f"من {CONDEMNED}"})["plain"]
    assert (test.failed, test.frames_moved) == (0, 0.3333)


def test_where_labels_are_expected_no_frame_can_move(run: Run, words: Judge) -> None:
    assert run(words, {"text": CONDEMNED, "expect": AGAINST_USA})["plain"].frames_moved is None


def test_an_actor_that_is_not_found_or_found_elsewhere_is_counted(run: Run, words: Judge) -> None:
    found = {"text": CONDEMNED, "expect": AGAINST_USA}
    # the list knows no such name, another actor by this one, and a longer name here
    lost = [
        {"text": "قال [الدب](russia)", "expect": {"russia": "neutral"}},
        {"text": "قالت [موسكو](usa)", "expect": {"usa": "neutral"}},
        {"text": "قالت الولايات [المتحدة](usa)", "expect": {"usa": "neutral"}},
    ]
    test = run(words, found, *lost)["plain"]
    assert test.unfound == 0.75
    # the places are told, so that nothing fails by it
    assert test.failed == 0


def test_of_a_pair_one_lost_actor_is_enough(run: Run, words: Judge) -> None:
    case = {"text": "[موسكو](russia)", "expect": {"russia": "neutral"}, "variant": "[الدب](russia)"}
    assert run(words, case, {**case, "variant": "في [موسكو](russia)"})["plain"].unfound == 0.5


def test_a_sentence_that_names_nobody_loses_nobody(run: Run, words: Judge) -> None:
    assert run(words, {"text": "تدخل", "expect": {}})["plain"].unfound == 0.0


def test_a_file_of_several_kinds_is_as_many_tests(run: Run, words: Judge) -> None:
    plain = {"text": CONDEMNED, "expect": AGAINST_USA}
    contrast = plain | {"variant": TURNED, "then": {"usa": "neutral", "russia": "against usa"}}
    tests = run(words, plain, contrast, plain | {"variant": f"في {CONDEMNED}"}, plain | {"text": f"من {CONDEMNED}"})
    named = {name: (test.kind, test.cases) for name, test in tests.items() if name.startswith("plain")}
    assert named == {
        "plain": ("expected", 2),
        "plain, contrast": ("contrast", 1),
        "plain, invariance": ("invariance", 1),
    }


def test_a_few_failures_are_shown_and_all_are_counted(run: Run) -> None:
    cases = [{"text": f"[موسكو](russia) {number}", "expect": {"russia": "favor author"}} for number in range(SHOWN + 3)]
    test = run(Told(), *cases)["plain"]
    assert (test.failed, test.rate.value) == (SHOWN + 3, 1.0)
    assert [failure.text for failure in test.examples] == [f"موسكو {number}" for number in range(SHOWN)]


def test_every_plain_sentence_is_transformed_and_fails_once(run: Run, words: Judge) -> None:
    tests = run(
        words,
        {"text": CONDEMNED, "expect": AGAINST_USA},
        {"text": f"من {PRAISED}", "expect": {"iran": "neutral", "russia": "favor iran"}},
    )
    # this model knows its verbs by their letters: without its hamza «أدانت» says nothing
    assert (tests["hamza"].kind, tests["hamza"].cases, tests["hamza"].failed) == ("invariance", 2, 2)
    assert [failure.given for failure in tests["hamza"].examples] == ["واشنطن: neutral", "موسكو: neutral"]
    assert tests["hamza"].unfound == 0.0


def test_a_transformation_that_nothing_can_be_done_with_is_no_test(run: Run, words: Judge) -> None:
    tests = run(words, {"text": CONDEMNED, "expect": AGAINST_USA})
    # no quotation marks, no final yeh, no lists of names and company
    assert set(tests) == {"plain", "hamza", "diacritics", "tatweel", "presentation forms", "bidi marks"}


def test_variants_and_sentences_that_name_nobody_are_not_transformed(run: Run, words: Judge) -> None:
    contrast = {
        "text": "في [موسكو](russia)",
        "expect": {"russia": "neutral"},
        "variant": "«[موسكو](russia)»",
        "then": {"russia": "neutral"},
    }
    tests = run(words, contrast, {"text": "«تدخل»", "expect": {}})
    assert "quotation marks" not in tests


def test_a_sentence_with_several_forms_is_one_case_that_any_of_them_fails(run: Run) -> None:
    text = "«[موسكو](russia)»"
    judge = Told({"((موسكو))": {"russia": ("against", "author")}})
    test = run(judge, {"text": text, "expect": {"russia": "neutral"}})["quotation marks"]
    assert (test.cases, test.failed) == (1, 1)
    [failure] = test.examples
    assert (failure.text, failure.variant) == ("«موسكو»", "((موسكو))")


def with_names(folder: Path) -> None:
    group = {"about": "capitals", "names": {"موسكو": "russia", "طهران": "iran"}, "invented": ["زلماطة"]}
    write_file(folder / "names.yaml", {"version": 1, "groups": [group]})
    write_file(folder / "fillers.yaml", {"version": 1, "fillers": ["محادثات في البلد."]})


def test_an_exchanged_actor_must_have_the_stance_of_the_one_before_it(run: Run, tmp_path: Path) -> None:
    with_names(tmp_path)
    case = {"text": "أدانت [موسكو](russia)", "expect": {"russia": "neutral"}}
    biased = Told({"أدانت موسكو": {"russia": ("against", "author")}, "أدانت زلماطة": {"russia": ("against", "author")}})
    tests = run(biased, case)
    assert (tests["actor swap"].failed, tests["actor masked"].failed) == (1, 0)
    [failure] = tests["actor swap"].examples
    assert (failure.variant, failure.expected, failure.given) == (
        "أدانت طهران",
        "موسكو: against, author",
        "طهران: neutral",
    )


def test_who_is_invented_is_not_to_be_found(run: Run, tmp_path: Path, words: Judge) -> None:
    with_names(tmp_path)
    tests = run(words, {"text": CONDEMNED, "expect": AGAINST_USA})
    assert tests["actor masked"].unfound is None
    assert tests["actor swap"].unfound == 0.0
    assert tests["actor swap"].failed == tests["actor masked"].failed == 0


def test_frames_that_company_brings_along_are_seen(run: Run, tmp_path: Path, words: Judge) -> None:
    with_names(tmp_path)
    test = run(words, {"text": CONDEMNED, "expect": AGAINST_USA})["unrelated sentence"]
    # of the filler's talks
    assert (test.failed, test.frames_moved) == (0, 1.0)


def test_each_sentence_is_asked_once_and_without_hints(run: Run) -> None:
    judge = Told()
    case = {"text": CONDEMNED, "expect": AGAINST_USA}
    run(judge, case, case | {"variant": f"في {CONDEMNED}"}, case | {"variant": f"من {CONDEMNED}"})
    texts = [sentence.text for sentence in judge.asked]
    assert len(texts) == len(set(texts))
    assert texts.count("موسكو أدانت تدخل واشنطن.") == 1


def test_a_sentence_about_other_places_is_another_question(run: Run) -> None:
    judge = Told({"موسكو موسكو": {"russia": ("favor", "author")}})
    first = {"text": "[موسكو](russia) موسكو", "expect": {"russia": "favor author"}}
    second = {"text": "موسكو [موسكو](russia)", "expect": {"russia": "favor author"}}
    assert run(judge, first, second)["plain"].failed == 0
    places = [m.start for sentence in judge.asked if sentence.text == "موسكو موسكو" for m in sentence.mentions]
    assert sorted(places) == [0, 6]


def test_a_linear_model_is_asked_the_same_way(run: Run, linear_model: LinearModel) -> None:
    # every target of a sentence with «أدانت» is blamed by it
    case = {"text": CONDEMNED, "expect": {"russia": "against author", "usa": "against russia"}}
    tests = run(linear_model, case, checks=["stance"])
    assert tests["plain"].failed == 0
    # its features are folded, so that no spelling moves it
    assert {name: test.failed for name, test in tests.items() if test.kind == "invariance"} == dict.fromkeys(
        ("hamza", "diacritics", "tatweel", "presentation forms", "bidi marks"), 0
    )


def test_frames_that_the_model_does_not_know_are_told_all_at_once(run: Run, words: Judge) -> None:
    case = {"text": "تدخل", "expect": {}, "frames": ["weather"], "without": ["sport"]}
    with pytest.raises(FaultsError, match=r"(?s)2 faults.*'weather' is not one of the model's.*'sport'"):
        run(words, case)


def test_actors_that_the_list_does_not_know_are_told(run: Run, words: Judge) -> None:
    with pytest.raises(FaultsError, match="actor 'mars' is not in the actor list"):
        run(words, {"text": "[المريخ](mars)", "expect": {"mars": "neutral"}})
