"""Two models on the same files: the same numbers from either side, and a plain word on who is better."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import scorer
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.linear import LinearModel
from zawiya.records import Article, Mention
from zawiya.train.evaluate.compare import HEADLINE, Models, compare_models
from zawiya.train.evaluate.evaluate import Request, evaluate
from zawiya.train.evaluate.records import Difference

from ..conftest import small_articles
from ..labelled import article, told
from .worlds import World, words_model


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, tmp_path / "encoder")


@pytest.fixture
def compared(world: World) -> Callable[..., Models]:
    """Compares models with these judges, named a and b, on files; on dev where none are named."""

    def compare(first: LinearModel, second: LinearModel, *data: Path, seed: int = 13) -> Models:
        folders = (world.model("a", judge=first), world.model("b", judge=second))
        return compare_models(folders, data or (world.dev,), actors=world.actors, resamples=200, seed=seed)

    return compare


#: Always right in the small corpus; never anything but neutral; right about praise alone.
RIGHT, NEUTRAL = words_model(name="right"), words_model(name="neutral", bias=30)
PRAISE = replace(RIGHT, name="praise", stance=scorer(("<محادثات",), [[9, 0, 0]], [0, 0, 3]))


def differences(found: Models) -> dict[str, Difference]:
    [comparison] = found.comparisons
    return {d.score: d for d in comparison.differences}


def test_the_better_one_is_named_with_its_gain(compared: Callable[..., Models]) -> None:
    found = compared(NEUTRAL, RIGHT)
    assert found.names == ("neutral", "right")
    stance = differences(found)["stance.macro_f1"]
    # of the worse one 2 * 12 / (12 + 24) on neutral, and nothing else
    assert stance.value == round(1 - 24 / 36 / 3, 4)
    assert stance.verdict.startswith("right is better by 77.8 points, 95% interval ")
    [comparison] = found.comparisons
    assert comparison.mcnemar is not None
    # twelve rows to none, by chance two in 2¹²
    assert (comparison.mcnemar.first_only, comparison.mcnemar.second_only) == (0, 12)
    assert comparison.mcnemar.p == round(2 / 2**12, 6)


def test_every_headline_score_is_compared(compared: Callable[..., Models]) -> None:
    assert tuple(differences(compared(NEUTRAL, RIGHT))) == HEADLINE


def test_the_same_is_found_from_the_other_side(compared: Callable[..., Models]) -> None:
    there, back = differences(compared(PRAISE, RIGHT)), differences(compared(RIGHT, PRAISE))
    for score in HEADLINE:
        assert there[score].value == -(back[score].value or 0.0)
        assert (there[score].low, there[score].high) == (-(back[score].high or 0.0), -(back[score].low or 0.0))
    assert there["stance.macro_f1"].verdict == back["stance.macro_f1"].verdict


def test_a_gain_is_that_of_the_evaluation(world: World, compared: Callable[..., Models]) -> None:
    found = differences(compared(PRAISE, RIGHT))["stance.favor_against_f1"]
    scores = []
    for name in ("a", "b"):
        [part] = evaluate(Request(world.folder / name, (world.dev,), world.cache, beside=(), resamples=100)).parts
        scores.append(part.systems[0].scores["stance.favor_against_f1"].value or 0.0)
    # favor alone is found, of two
    assert scores == [0.5, 1.0]
    assert found.value == scores[1] - scores[0]


def test_a_model_is_no_better_than_itself(compared: Callable[..., Models]) -> None:
    found = compared(RIGHT, RIGHT)
    for difference in differences(found).values():
        assert (difference.value, difference.low, difference.high) == (0.0, 0.0, 0.0)
        assert "score the same" in difference.verdict
    [comparison] = found.comparisons
    assert comparison.mcnemar is not None
    assert (comparison.mcnemar.first_only, comparison.mcnemar.second_only, comparison.mcnemar.p) == (0, 0, 1.0)


def test_models_of_one_name_are_told_apart_by_their_folders(world: World, compared: Callable[..., Models]) -> None:
    found = compared(RIGHT, replace(NEUTRAL, name="right"))
    assert found.names == (str(world.folder / "a"), str(world.folder / "b"))
    assert f"{world.folder}/a is better by" in differences(found)["stance.macro_f1"].verdict


def test_what_may_be_chance_is_not_called_better(world: World, compared: Callable[..., Models]) -> None:
    # praise in one article of twenty, which many resamples do not hold
    neutral = [
        article(f"n{number}", told("في", russia="neutral", usa="neutral", iran="neutral")) for number in range(19)
    ]
    gold = world.corpus("gold", [*neutral, small_articles("p")[-1]])
    stance = differences(compared(NEUTRAL, RIGHT, gold))["end_to_end.triple.f1"]
    assert stance.value is not None
    assert stance.value > 0
    assert stance.low == 0.0
    assert stance.verdict.startswith("no difference shown: right scores")


def test_each_file_is_compared_by_itself(world: World, compared: Callable[..., Models]) -> None:
    praise = world.corpus("praise", small_articles("p")[6:])
    blame = world.corpus("blame", small_articles("b")[:6])
    found = compared(PRAISE, RIGHT, praise, blame)
    assert [comparison.part for comparison in found.comparisons] == [
        f"{world.folder.name}/praise",
        f"{world.folder.name}/blame",
    ]
    gains = [comparison.differences[0].value for comparison in found.comparisons]
    assert gains[0] == 0.0
    assert gains[1] is not None
    assert gains[1] > 0


def test_comparing_is_repeatable(compared: Callable[..., Models]) -> None:
    assert compared(PRAISE, RIGHT, seed=3) == compared(PRAISE, RIGHT, seed=3)
    assert compared(PRAISE, RIGHT, seed=3) != compared(PRAISE, RIGHT, seed=4)


def test_several_seeds_are_compared_by_their_mean(world: World) -> None:
    world.model("seeds/one", judge=RIGHT)
    world.model("seeds/two", judge=NEUTRAL)
    runs = [{"name": "one"}, {"name": "two"}]
    (world.folder / "seeds/replicates.json").write_text(json.dumps({"runs": runs}), encoding="utf-8")
    folders = (world.folder / "seeds", world.model("alone", judge=NEUTRAL))
    found = compare_models(folders, (world.dev,), actors=world.actors, resamples=200)
    assert found.names == ("seeds, 2 seeds", "neutral")
    stance = differences(found)["stance.macro_f1"]
    # half of what one of two gains, which may be none or all of it
    assert stance.value == -round((1 - 24 / 36 / 3) / 2, 4)
    assert (stance.low, stance.high) == (-round(1 - 24 / 36 / 3, 4), 0.0)
    assert stance.verdict.startswith("no difference shown")


def test_two_models_with_seeds_are_drawn_apart(world: World) -> None:
    # two runs, one right and one not, in both: paired by their number they would never differ
    for name in ("a", "b"):
        world.model(f"{name}/one", judge=RIGHT)
        world.model(f"{name}/two", judge=NEUTRAL)
        runs = [{"name": "one"}, {"name": "two"}]
        (world.folder / name / "replicates.json").write_text(json.dumps({"runs": runs}), encoding="utf-8")
    found = compare_models((world.folder / "a", world.folder / "b"), (world.dev,), actors=world.actors, resamples=200)
    stance = differences(found)["stance.macro_f1"]
    assert stance.value == 0.0
    assert stance.low is not None
    assert stance.high is not None
    assert stance.low < 0 < stance.high


def test_models_with_other_frames_are_refused(world: World) -> None:
    other = replace(RIGHT, name="other", frames=("interference", "economy"))
    folders = (world.model("a", judge=RIGHT), world.model("b", judge=other))
    with pytest.raises(ZawiyaError, match=r"(?s)same frames.*only right has .*diplomacy.*only other has .*economy"):
        compare_models(folders, (world.dev,), actors=world.actors)


def test_the_order_of_frames_does_not_matter(world: World) -> None:
    swapped = replace(
        RIGHT,
        name="swapped",
        frames=("diplomacy", "interference"),
        frame=scorer(("تدخل", "محادثات"), [[0, 9], [9, 0]], [-4, -4]),
    )
    folders = (world.model("a", judge=RIGHT), world.model("b", judge=swapped))
    found = compare_models(folders, (world.dev,), actors=world.actors, resamples=100)
    assert differences(found)["frames.micro_f1"].value == 0.0


def test_faults_of_the_data_are_told_as_in_an_evaluation(world: World, compared: Callable[..., Models]) -> None:
    sentence = replace(told("في"), mentions=(Mention("mars", 0, 2, "في", None),))
    gold = world.corpus("gold", [Article("a", sentence.text, sentences=(sentence,))])
    with pytest.raises(FaultsError) as caught:
        compared(RIGHT, NEUTRAL, gold)
    assert len(caught.value.faults) == 2


def test_the_lists_that_come_with_zawiya_are_taken_where_none_is_named(world: World) -> None:
    folders = (world.model("a", judge=RIGHT), world.model("b", judge=NEUTRAL))
    found = compare_models(folders, (world.dev,), resamples=100)
    assert differences(found)["end_to_end.stance.macro_f1"].value == -round(1 - 24 / 36 / 3, 4)
