"""A whole evaluation, from folders and files to a record: numbers that can be worked out by hand, and what is said of them."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.bundle import fingerprint
from zawiya.errors import FaultsError, ZawiyaError
from zawiya.integrity import sha256
from zawiya.records import Mention
from zawiya.train import run
from zawiya.train.evaluate.evaluate import Request, evaluate
from zawiya.train.evaluate.records import Evaluation, load, save
from zawiya.train.settings import ModelSettings

from ..conftest import small_articles
from ..labelled import article, told
from ..runs import ACTOR_LIST, write_yaml
from .behaviour.test_cases import PLAIN, write
from .worlds import World, of_group, only, relabelled, request, values, without_praise, words_model

#: A sentence that is long enough to be known again.
LONG = "قالت موسكو أمس إن واشنطن بدأت محادثات جديدة في البلد"


@pytest.fixture
def world(tmp_path: Path, encoder_folder: Path) -> World:
    return World(tmp_path, encoder_folder)


def test_a_model_that_is_always_right_scores_one(world: World) -> None:
    part = only(world, world.model(), world.dev)
    found = values(part)
    assert found["stance.macro_f1"] == found["holder.accuracy"] == found["frames.micro_f1"] == 1.0
    assert found["end_to_end.triple.f1"] == 1.0
    assert part.mistakes == part.frame_mistakes == part.doubts == ()


def test_scores_are_those_of_labels_against_labels(world: World) -> None:
    gold = world.corpus("gold", relabelled(small_articles(), without_praise))
    part = only(world, world.model(), gold)
    found = values(part)
    # favor: 3 of 3 found, 6 given; against: 6 of 6; neutral: 12 of 15, none of them false
    assert found["stance.favor.precision"] == 0.5
    assert found["stance.favor.recall"] == 1.0
    assert found["stance.neutral.recall"] == 0.8
    # 2 * 3 / (3 + 6), 1, 2 * 12 / (15 + 12)
    assert found["stance.macro_f1"] == round((2 / 3 + 1 + 24 / 27) / 3, 4)
    assert found["stance.favor_against_f1"] == round((2 / 3 + 1) / 2, 4)
    assert found["triple.f1"] == 21 / 24
    # nine stances are held, and all of them by whom the model says; it gives three holders more
    assert (found["holder.accuracy"], found["holder.precision"]) == (1.0, 0.75)


def test_a_part_says_what_it_was_counted_on(world: World) -> None:
    gold = world.corpus("gold", relabelled(small_articles(), without_praise))
    part = only(world, world.model(), gold)
    assert part.name == f"{world.folder.name}/gold"
    assert (part.file, part.sha256) == (str(gold), sha256(gold))
    assert (part.articles, part.sentences, part.rows) == (12, 12, 24)
    assert part.support == {
        "stance.favor": 3,
        "stance.against": 6,
        "stance.neutral": 15,
        "holder.actor": 9,
        "frames.interference": 6,
        "frames.diplomacy": 6,
    }


def test_the_majority_is_compared_with_the_model(world: World) -> None:
    gold = world.corpus("gold", relabelled(small_articles(), without_praise))
    part = only(world, world.model(), gold, beside=("majority",))
    assert [system.kind for system in part.systems] == ["model", "majority"]
    # neutral alone: 2 * 15 / (15 + 24)
    assert values(part, 1)["stance.macro_f1"] == round(30 / 39 / 3, 4)
    [comparison] = part.comparisons
    stance = comparison.differences[0]
    assert (stance.score, stance.first, stance.second) == ("stance.macro_f1", "majority", "words")
    assert stance.value == round((2 / 3 + 1 + 24 / 27) / 3 - 30 / 39 / 3, 4)
    assert stance.low is not None
    assert stance.low > 0
    assert "words is better by 59.5 points" in stance.verdict
    # the three rows that are not praised, against the nine that have a stance
    assert comparison.mcnemar is not None
    assert (comparison.mcnemar.first_only, comparison.mcnemar.second_only) == (3, 9)


def test_intervals_hold_their_values_and_come_from_the_seed(world: World) -> None:
    gold = world.corpus("gold", relabelled(small_articles(), without_praise))
    model = world.model()
    first, again, other = (evaluate(request(world, model, gold, seed=seed)) for seed in (1, 1, 2))
    assert first == again
    assert values(first.parts[0]) == values(other.parts[0])
    assert first.parts[0].systems != other.parts[0].systems
    for estimate in first.parts[0].systems[0].scores.values():
        if estimate.value is not None:
            assert estimate.low is not None
            assert estimate.high is not None
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1


def test_one_article_has_no_interval(world: World) -> None:
    gold = world.corpus("gold", small_articles()[:1])
    part = only(world, world.model(), gold, beside=("majority",))
    assert {(e.low, e.high) for e in part.systems[0].scores.values()} == {(None, None)}
    assert "too few articles for an interval" in part.comparisons[0].differences[0].verdict


def test_mistakes_are_shown_with_their_place(world: World) -> None:
    gold = world.corpus("gold", relabelled(small_articles(), without_praise))
    part = only(world, world.model(), gold)
    assert len(part.mistakes) == 3
    for mistake in part.mistakes:
        assert (mistake.expected, mistake.given) == ("neutral", "favor")
        assert mistake.sentence[mistake.start : mistake.end] == mistake.text
        # the softmax of 9, 0 and 3: the one word that it knows has all the weight
        assert math.isclose(mistake.confidence, math.exp(9) / (math.exp(9) + 1 + math.exp(3)), abs_tol=1e-4)


def test_all_rows_stand_beside_the_model_in_order_and_are_cut_alike(world: World) -> None:
    model = world.model()
    gold = world.corpus("gold", [replace(a, outlet=f"outlet {n % 2}") for n, a in enumerate(small_articles("x"))])
    first = evaluate(request(world, model, gold, beside=("majority", "tfidf", "target_blind")))
    [part] = first.parts
    assert [system.kind for system in part.systems] == ["model", "target_blind", "tfidf", "majority"]
    names = [system.name for system in part.systems]
    assert [found.differences[0].first for found in part.comparisons] == names[1:]
    assert {found.differences[0].second for found in part.comparisons} == {"words"}
    # in each sentence one target is neutral and the other is not: who says the same of both is half right at most
    accuracy = values(part, 1)["stance.accuracy"]
    assert accuracy is not None
    assert accuracy <= 0.5
    assert values(part, 2)["stance.accuracy"] == 1.0
    assert {name for found in part.slices for name in found.scores} == set(names[:3])
    assert set(of_group(part, "outlet")) == {"outlet 0", "outlet 1"}
    # trained once: nothing is left to chance
    assert evaluate(request(world, model, gold, beside=("majority", "tfidf", "target_blind"))) == first


def test_the_second_evaluation_trains_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    model = world.model()
    evaluate(request(world, model, world.dev, beside=("tfidf",)))
    monkeypatch.setattr(run, "train", None)
    part = only(world, model, world.corpus("other", small_articles("o")), beside=("tfidf",))
    assert [system.kind for system in part.systems] == ["model", "tfidf"]


def test_several_seeds_are_one_row_with_their_mean_and_deviation(world: World) -> None:
    world.model("seeds/seed-1")
    world.model("seeds/seed-2", judge=words_model(bias=30))
    (world.folder / "seeds/replicates.json").write_text(
        json.dumps({"runs": [{"name": "seed-1"}, {"name": "seed-2"}]}), encoding="utf-8"
    )
    found = evaluate(request(world, world.folder / "seeds", world.dev, beside=("majority",)))
    [part] = found.parts
    assert (found.model, part.systems[0].runs) == ("seeds, 2 seeds", 2)
    # one is always right; the other says neutral to all of 24 rows, of which 12 are: 2 * 12 / (12 + 24) / 3
    low = 24 / 36 / 3
    stance = part.systems[0].scores["stance.macro_f1"]
    assert stance.value == round((1 + low) / 2, 4)
    assert stance.deviation == round((1 - low) / math.sqrt(2), 4)
    assert (stance.low, stance.high) == (round(low, 4), 1.0)
    assert part.systems[1].scores["stance.macro_f1"].deviation is None
    assert part.comparisons[0].differences[0].value == round((1 + low) / 2 - low, 4)
    # what is shown of mistakes is the first run's, which makes none
    assert part.mistakes == ()
    assert found.fingerprint == fingerprint(world.folder / "seeds/seed-1")


def test_folds_are_refused(world: World) -> None:
    world.model("folds/fold-1")
    (world.folder / "folds/replicates.json").write_text(json.dumps({"runs": [{"name": "fold-1"}]}), encoding="utf-8")
    with pytest.raises(ZawiyaError, match="holds folds"):
        evaluate(request(world, world.folder / "folds", world.dev))


def test_training_files_that_are_not_at_hand_cost_rows_and_slices_and_a_note(world: World) -> None:
    model = world.model()
    moved = world.train.rename(world.folder / "moved.jsonl")
    found = evaluate(request(world, model, world.dev, beside=("target_blind", "tfidf", "majority")))
    [part] = found.parts
    assert [system.kind for system in part.systems] == ["model", "majority"]
    assert str(world.train) in found.notes[0]
    assert len(found.notes) == 4
    assert part.leakage.checked == part.leakage.topics == ()
    assert of_group(part, "training") == {}
    assert not any("training" in warning for warning in part.warnings)

    found = evaluate(request(world, model, world.dev, beside=("tfidf", "majority"), train=(moved,)))
    assert [system.kind for system in found.parts[0].systems] == ["model", "tfidf", "majority"]
    assert found.notes == ()
    assert found.parts[0].leakage.checked == (str(moved),)


def test_an_open_set_of_actors_has_nothing_to_find(world: World) -> None:
    write_yaml(world.actors, {"version": 1, "actors": []})
    gold = world.corpus(
        "gold",
        relabelled(small_articles("x"), lambda _, m: replace(m, actor=f"any {m.actor}", holder=m.holder and "other")),
    )
    part = only(world, world.model(), gold, beside=("majority",))
    assert not any(name.startswith("end_to_end") for name in part.systems[0].scores)
    assert part.not_actors == {}
    assert values(part)["stance.macro_f1"] == 1.0
    assert not any(found.score.startswith("end_to_end") for found in part.comparisons[0].differences)


def test_frames_go_by_the_names_that_training_gave_them(world: World) -> None:
    renamed = [
        a.with_sentences(tuple(replace(s, frames=("war", "sport") if "تدخل" in s.text else ()) for s in a.sentences))
        for a in small_articles("x")
    ]
    data = replace(world.settings.data, rename_frames={"war": "interference", "sport": None})
    part = only(world, world.model(data=data), world.corpus("gold", renamed))
    assert part.support["frames.interference"] == 6
    # six of six, and six talks that nobody annotated
    assert values(part)["frames.micro_f1"] == round(12 / (6 + 12), 4)


def test_a_file_with_frames_alone_is_judged_by_them(world: World) -> None:
    bare = [a.with_sentences(tuple(replace(s, mentions=()) for s in a.sentences)) for a in small_articles("x")]
    part = only(world, world.model(), world.corpus("gold", bare), beside=("majority",))
    found = values(part)
    assert (found["frames.micro_f1"], found["stance.macro_f1"], found["triple.f1"]) == (1.0, None, None)
    verdicts = {d.score: d.verdict for d in part.comparisons[0].differences}
    assert verdicts["stance.macro_f1"] == "nothing to compare"
    assert part.weakest == ()


def test_furniture_is_not_judged(world: World) -> None:
    page = article("p", told("محادثات", russia="neutral"), told("تدخل", role="furniture", usa="against russia"))
    part = only(world, world.model(), world.corpus("gold", [page]))
    assert (part.sentences, part.rows) == (1, 1)


def test_files_are_parts_in_their_order_under_short_names(world: World) -> None:
    (world.folder / "more").mkdir()
    other = world.corpus("more/dev", small_articles("o"))
    found = evaluate(request(world, world.model(), other, world.dev, other))
    assert [part.name for part in found.parts] == ["more/dev", f"{world.folder.name}/dev"]


def test_the_actors_are_those_of_the_model_unless_others_are_named(world: World) -> None:
    actors = [
        *ACTOR_LIST["actors"],
        {"id": "mars", "kind": "state", "arabic": "م", "english": "M", "names": ["المريخ"]},
    ]
    own = write_yaml(world.folder / "own.yaml", {"version": 1, "actors": actors})
    sentence = replace(told("أدانت المريخ"), mentions=(Mention("mars", 6, 12, "المريخ", "neutral"),))
    gold = world.corpus("gold", [article("m", sentence)])
    assert only(world, world.model("own", actors=str(own)), gold).rows == 1
    other = world.model("other")
    with pytest.raises(FaultsError, match=r"actor 'mars' \(1 rows\) is not in the actor list"):
        evaluate(request(world, other, gold))
    assert only(world, other, gold, actors=own).rows == 1


def test_the_models_actors_are_taken_where_its_training_files_are_not_at_hand(world: World) -> None:
    actors = [
        *ACTOR_LIST["actors"],
        {"id": "mars", "kind": "state", "arabic": "م", "english": "M", "names": ["المريخ"]},
    ]
    write_yaml(world.actors, {"version": 1, "actors": actors})
    model = world.model()
    world.train.unlink()
    sentence = replace(told("أدانت المريخ"), mentions=(Mention("mars", 6, 12, "المريخ", "neutral"),))
    assert only(world, model, world.corpus("gold", [article("m", sentence)])).rows == 1


def test_the_checklist_runs_where_it_is_asked_for_with_or_without_files(world: World, tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    folder = write(tmp_path / "checks", PLAIN)
    model = world.model()
    alone = evaluate(request(world, model, behaviour=folder))
    assert alone.parts == ()
    assert [test.name for test in alone.behaviour if test.kind == "expected"] == ["plain"]
    assert {test.failed for test in alone.behaviour} == {0}
    both = evaluate(request(world, model, world.dev, behaviour=folder))
    assert len(both.parts) == 1
    assert both.behaviour == alone.behaviour
    assert evaluate(request(world, model, world.dev)).behaviour == ()


def test_a_request_for_nothing_is_refused_before_the_model_is_read(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"nothing to evaluate on: name files with --data.*--behaviour"):
        evaluate(Request(tmp_path / "absent", (), tmp_path))


def test_a_folder_without_a_model_is_said(world: World, tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"absent: expected a model folder"):
        evaluate(request(world, tmp_path / "absent", world.dev))


def test_every_fault_of_the_data_is_told_at_once(world: World) -> None:
    strange = [
        article("a", replace(told("في"), mentions=(Mention("mars", 0, 2, "في", "neutral"),), frames=("weather",))),
        article("b", told(russia=None, usa="favor russia")),
    ]
    first, second = world.corpus("strange", strange), world.corpus("empty", [])
    with pytest.raises(FaultsError) as caught:
        evaluate(request(world, world.model(), first, second, world.dev))
    told_of = str(caught.value)
    for part in (
        f"{first}: 1 of 3 rows have no stance",
        f"{first}: actor 'mars' (1 rows) is not in the actor list",
        f"{first}: frame 'weather' (1 sentences) is not in the frame list",
        f"{second}: expected labelled sentences, found none",
    ):
        assert part in told_of
    assert len(caught.value.faults) == 4


def test_an_evaluation_says_what_made_it(world: World) -> None:
    folder = world.model()
    found = evaluate(request(world, folder, world.dev, seed=5))
    assert (found.model, found.folder, found.fingerprint) == ("words", str(folder), fingerprint(folder))
    assert (found.resamples, found.seed, found.notes) == (200, 5, ())
    assert {"zawiya", "scikit-learn", "numpy"} <= set(found.versions)


def test_an_evaluation_is_read_again_as_it_was(world: World, tmp_path: Path) -> None:
    (tmp_path / "checks").mkdir()
    second = world.corpus("second", small_articles("d"))
    wrong = world.corpus("gold", relabelled(small_articles(), without_praise))
    found: Evaluation = evaluate(
        request(
            world,
            world.model(),
            world.dev,
            wrong,
            second=(second,),
            beside=("tfidf", "majority"),
            behaviour=write(tmp_path / "checks", PLAIN),
        )
    )
    save(found, tmp_path / "metrics.json")
    assert load(tmp_path / "metrics.json") == found


def test_a_tfidf_model_has_no_row_beside_it_that_is_itself(world: World) -> None:
    found = evaluate(
        request(world, world.model(model=ModelSettings(kind="tfidf")), world.dev, beside=("tfidf", "majority"))
    )
    assert [system.kind for system in found.parts[0].systems] == ["model", "majority"]
    assert len(found.notes) == 1
