"""What is said of one file beside its scores: warnings, slices by what training knows, annotators, false matches."""

from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.errors import FaultsError
from zawiya.records import Mention
from zawiya.train.evaluate.evaluate import evaluate
from zawiya.train.settings import DataSettings, Source

from ..conftest import small_articles
from ..labelled import article, told
from .worlds import World, of_group, only, relabelled, request, values, without_praise, words_model

#: A sentence that is long enough to be known again.
LONG = "قالت موسكو أمس إن واشنطن بدأت محادثات جديدة في البلد"


@pytest.fixture
def world(tmp_path: Path, encoder_folder: Path) -> World:
    return World(tmp_path, encoder_folder)


def test_an_event_on_both_sides_is_warned_of(world: World) -> None:
    model = world.model()
    part = only(world, model, world.dev)
    assert part.leakage.topics == ("small",)
    [warning] = [warning for warning in part.warnings if "topics" in warning]
    assert "1 topics are in the training files too" in warning
    apart = world.corpus("apart", [replace(a, topic="other") for a in small_articles("x")])
    assert only(world, model, apart).warnings == ()


def test_an_article_without_a_topic_shares_none(world: World) -> None:
    world.corpus("train", [replace(a, topic=None) for a in small_articles("t")])
    model = world.model(data=DataSettings((Source(str(world.train)),), (str(world.train),)))
    apart = world.corpus("apart", [replace(a, topic=None) for a in small_articles("x")])
    assert only(world, model, apart).leakage.topics == ()


def test_nearly_the_same_sentence_in_training_is_warned_of_and_scored_apart(world: World) -> None:
    known = article("known", told(LONG, russia="neutral", usa="neutral"), topic="long")
    world.corpus("train", [*small_articles("t"), known])
    near = article("near", told(LONG + ".", russia="neutral", usa="favor author"), topic="x")
    apart = [replace(a, topic="y") for a in small_articles("x")]
    part = only(world, world.model(), world.corpus("gold", [*apart, near]))
    assert part.leakage.sentences == 1
    assert part.leakage.checked == (str(world.train),)
    [example] = part.leakage.examples
    assert (example.article, example.known_article, example.likeness) == ("near", "known", 1.0)
    assert (example.sentence, example.known) == (LONG + ".", LONG)
    assert any("1 of 13 sentences are near-duplicates of training sentences" in warning for warning in part.warnings)
    cut = of_group(part, "training")
    assert {name: (found.sentences, found.rows) for name, found in cut.items()} == {
        "nearly the same sentence": (1, 2),
        "new sentence": (12, 24),
    }
    # what is new is right throughout; of the other both rows are called neutral by gold or model, one of them wrongly
    assert cut["new sentence"].scores["words"]["stance.accuracy"].value == 1.0
    assert cut["nearly the same sentence"].scores["words"]["stance.accuracy"].value == 0.5


def test_a_sentence_that_the_epoch_was_chosen_by_is_known_too(world: World) -> None:
    world.corpus("dev", [article("known", told(LONG, russia="neutral", usa="neutral"))])
    gold = world.corpus("gold", [article("near", told(LONG, russia="neutral", usa="neutral"))])
    assert only(world, world.model(), gold).leakage.sentences == 1


def test_actors_that_were_not_learnt_about_are_scored_apart(world: World) -> None:
    world.corpus("train", [a for a in small_articles("t") if "طهران" not in a.text])
    cut = of_group(only(world, world.model(), world.dev), "training actors")
    # of 24 rows each of the three actors has eight
    assert {name: found.rows for name, found in cut.items()} == {"seen": 16, "unseen": 8}


def test_a_second_annotation_is_a_row_and_a_bound(world: World) -> None:
    # of the sixth article the second annotator finds no praise
    second = world.corpus("second", relabelled(small_articles("d"), lambda n, m: without_praise(n, m) if n == 6 else m))
    part = only(world, world.model(), world.dev, second=(second,))
    assert [system.kind for system in part.systems] == ["model", "annotators"]
    assert part.systems[1].name == "annotators (dev, second)"
    # favor 5 of 6, neutral 12 and one too many: 10 / 11, 1, 24 / 25
    bound = (10 / 11 + 1 + 24 / 25) / 3
    assert values(part, 1)["stance.macro_f1"] == round(bound, 4)
    [agreement] = part.agreement
    # 23 of 24 agree, by chance (6 * 5 + 6 * 6 + 12 * 13) / 24² would
    chance = 222 / 576
    assert agreement.kappa == round((23 / 24 - chance) / (1 - chance), 4)
    alarms = [warning for warning in part.warnings if "above the annotators' agreement" in warning]
    assert f"stance.macro_f1 1.000 is above the annotators' agreement of {bound:.3f}" in alarms[0]
    # what both have is no alarm: frames agree wholly
    assert not any("frames" in warning for warning in alarms)
    assert any("end_to_end.triple.f1" in warning for warning in alarms)


def test_a_model_below_the_annotators_raises_no_alarm(world: World) -> None:
    second = world.corpus("second", small_articles("d"))
    gold = relabelled(small_articles("d"), lambda n, m: without_praise(n, m) if n == 6 else m)
    part = only(world, world.model(judge=words_model(bias=30)), world.corpus("dev", gold), second=(second,))
    assert part.agreement
    assert not any("agreement" in warning for warning in part.warnings)


def test_two_further_annotations_are_held_against_each_other_first(world: World) -> None:
    files = [world.corpus(name, small_articles("d")) for name in ("one", "two")]
    part = only(world, world.model(), world.dev, second=tuple(files))
    assert [(found.first, found.second) for found in part.agreement] == [("one", "two"), ("dev", "one"), ("dev", "two")]
    assert part.systems[1].name == "annotators (one, two)"


def test_a_second_annotation_goes_to_the_file_of_its_articles(world: World) -> None:
    other = world.corpus("other", small_articles("o"))
    second = world.corpus("second", small_articles("o"))
    first, last = evaluate(request(world, world.model(), world.dev, other, second=(second,))).parts
    assert first.agreement == ()
    assert [found.second for found in last.agreement] == ["second"]


def test_a_second_annotation_of_nothing_is_a_fault(world: World) -> None:
    second = world.corpus("second", small_articles("elsewhere"))
    with pytest.raises(FaultsError, match=r"second\.jsonl: shares no article with the evaluated files"):
        evaluate(request(world, world.model(), world.dev, second=(second,)))


def test_labels_that_a_model_gave_are_warned_of(world: World) -> None:
    gold = relabelled(small_articles("x"), lambda _, m: replace(m, scores={"favor": 0.2}))
    part = only(world, world.model(), world.corpus("gold", gold))
    assert any("its labels carry a model's scores" in warning for warning in part.warnings)


def test_what_becomes_of_false_matches_is_counted(world: World) -> None:
    # to the annotators the first name of the first article is no actor; in the third they take «البلد» for Iran
    first, second = small_articles("x")[:2]
    bare = replace(first.sentences[0], mentions=first.sentences[0].mentions[1:])
    country = article("x9", told("محادثات في البلد"))
    mention = Mention("iran", 11, 16, "البلد", "neutral")
    country = country.with_sentences((replace(country.sentences[0], mentions=(mention,)),))
    part = only(world, world.model(), world.corpus("gold", [first.with_sentences((bare,)), second, country]))
    # the list finds four actors, three of them rightly; this model takes every mention for an actor
    assert part.not_actors == {
        "false_matches": 1.0,
        "rejected": 0.0,
        "true_matches": 3.0,
        "wrongly_rejected": 0.0,
    }
    found = values(part)
    # of four actors that are there three are found, and one is found that is none
    assert (found["end_to_end.actors.precision"], found["end_to_end.actors.recall"]) == (0.75, 0.75)


def test_a_model_called_like_a_row_beside_it_goes_by_its_folder(world: World) -> None:
    model = world.model(judge=words_model(name="majority"))
    part = only(world, model, world.dev, beside=("majority",))
    assert [system.name for system in part.systems] == [str(model), "majority"]
    assert part.comparisons[0].differences[0].second == str(model)
