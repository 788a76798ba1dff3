"""The rows of the table: a model with its seeds, and the baselines that are trained once on what it was trained on."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from zawiya.actors import ActorFinder
from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.linear import LinearModel
from zawiya.records import Sentence
from zawiya.train import run
from zawiya.train.evaluate.candidates import BESIDE, Candidate, beside, judge, load_model, runs_of, trained
from zawiya.train.evaluate.gold import GoldFile
from zawiya.train.evaluate.lineage import lineage
from zawiya.train.settings import ModelSettings, Source, TrainSettings
from zawiya.train.sources import load_split

from ..conftest import FRAMES, small_articles
from .worlds import World, words_model


@pytest.fixture
def world(tmp_path: Path, encoder_folder: Path) -> World:
    return World(tmp_path, encoder_folder)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[TrainSettings]]:
    """The settings of every training, which takes place nonetheless."""
    seen: list[TrainSettings] = []
    train = run.train

    def counted(settings: TrainSettings, *rest: Any) -> dict[str, Any]:
        seen.append(settings)
        return train(settings, *rest)

    monkeypatch.setattr(run, "train", counted)
    yield seen


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> list[TrainSettings]:
    """The settings of every training, in the place of which a folder is made."""
    seen: list[TrainSettings] = []

    def made(settings: TrainSettings) -> dict[str, Any]:
        seen.append(settings)
        words_model(name=settings.name).save(Path(settings.out))
        return {}

    monkeypatch.setattr(run, "train", made)
    return seen


def with_seeds(world: World, *seeds: int, **names: str) -> Path:
    """A folder of `zawiya train --seeds`."""
    folder = world.folder / "seeds"
    for seed in seeds:
        world.model(f"seeds/seed-{seed}")
    runs = [{"name": names.get(f"_{seed}", f"seed-{seed}")} for seed in seeds]
    (folder / "replicates.json").write_text(json.dumps({"runs": runs}), encoding="utf-8")
    return folder


def rows(world: World, folder: Path, kinds: Sequence[Any] = BESIDE) -> tuple[list[Candidate], list[str]]:
    """What stands beside a model."""
    past = lineage(folder)
    split = load_split(past.settings.data) if past.settings else None
    return beside(load_model(folder), past, split, kinds, cache=world.cache)


def stances(sentences: Sequence[Sentence]) -> list[list[str | None]]:
    return [[m.stance for m in sentence.mentions] for sentence in sentences]


def test_a_model_is_its_folder(world: World) -> None:
    folder = world.model()
    assert runs_of(folder) == (folder,)
    model = load_model(folder)
    assert (model.name, model.kind, len(model.judges)) == ("words", "model", 1)


def test_a_model_of_several_seeds_is_all_of_them(world: World) -> None:
    folder = with_seeds(world, 13, 14, 15)
    assert runs_of(folder) == tuple(folder / f"seed-{seed}" for seed in (13, 14, 15))
    model = load_model(folder)
    assert (model.name, len(model.judges)) == ("seeds, 3 seeds", 3)


def test_folds_are_refused_for_none_of_them_has_learnt_from_all(world: World) -> None:
    folder = with_seeds(world, 1, 2, _1="fold-1", _2="fold-2")
    with pytest.raises(ZawiyaError, match=r"seeds: holds folds.*name one of fold-1, fold-2"):
        load_model(folder)


def test_folds_of_several_seeds_are_refused_too(world: World) -> None:
    folder = with_seeds(world, 1, _1="fold-1-seed-13")
    with pytest.raises(ZawiyaError, match="holds folds"):
        runs_of(folder)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"runs": []}', '{"runs": [{}]}', '{"runs": 3}', '{"runs": ["seed-13"]}']
)
def test_a_list_of_runs_that_cannot_be_read_is_said(world: World, content: str) -> None:
    folder = world.model()
    (folder / "replicates.json").write_text(content, encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"replicates\.json: expected the runs of `zawiya train --seeds`"):
        runs_of(folder)


def test_a_seed_that_is_not_there_is_said(world: World) -> None:
    folder = with_seeds(world, 13, 14)
    shutil.rmtree(folder / "seed-14")
    with pytest.raises(ZawiyaError, match=r"seed-14: expected a model folder with zawiya\.json, found no folder"):
        load_model(folder)


def test_the_rows_come_in_the_order_of_the_table(world: World, pretended: list[TrainSettings]) -> None:
    found, notes = rows(world, world.model(), ("majority", "tfidf", "target_blind"))
    assert [row.kind for row in found] == ["target_blind", "tfidf", "majority"]
    assert len({row.name for row in found}) == 3
    assert notes == []


@pytest.mark.parametrize("kinds", [(), ("majority",), ("tfidf",), ("target_blind", "majority")])
def test_only_rows_that_are_asked_for_are_trained(
    world: World, pretended: list[TrainSettings], kinds: tuple[Any, ...]
) -> None:
    found, notes = rows(world, world.model(), kinds)
    assert tuple(row.kind for row in found) == kinds
    assert notes == []
    assert len(pretended) == len([kind for kind in kinds if kind != "majority"])


def test_baselines_are_really_trained_and_the_second_time_taken_from_the_cache(
    world: World, calls: list[TrainSettings], make_sentence: Callable[..., Sentence]
) -> None:
    folder = world.model()
    (blind, tfidf, _), _ = rows(world, folder)
    assert [settings.model.kind for settings in calls] == ["encoder", "tfidf"]
    assert [settings.model.blind for settings in calls] == [True, False]
    # an encoder that was not told its targets says the same of all of them
    sentence = make_sentence("طهران أدانت تدخل موسكو.", ("iran", "طهران"), ("russia", "موسكو"))
    [labelled] = blind.judges[0].label([sentence], gold=True)
    assert labelled.mentions[0].scores == labelled.mentions[1].scores
    assert Bundle.load(next(world.cache.glob("target_blind-*"))).blind
    assert isinstance(tfidf.judges[0], LinearModel)
    # and the words around a target tell them apart
    [labelled] = tfidf.judges[0].label([sentence], gold=True)
    assert [m.stance for m in labelled.mentions] == ["neutral", "against"]

    (again, _, _), _ = rows(world, folder)
    assert len(calls) == 2
    assert again.judges[0].label([sentence], gold=True) == blind.judges[0].label([sentence], gold=True)


def test_a_baseline_is_trained_by_the_settings_of_the_model(world: World, pretended: list[TrainSettings]) -> None:
    data = replace(world.settings.data, train=(Source(str(world.train), 2.0),), test=("/nowhere.jsonl",))
    rows(world, world.model(data=data, seeds=3, quantise="int8"))
    blind, tfidf = pretended
    assert blind.model == replace(world.settings.model, blind=True)
    assert tfidf.model == ModelSettings(kind="tfidf")
    for settings in (blind, tfidf):
        assert settings.trainer == world.settings.trainer
        assert settings.data.train == (Source(str(world.train), 2.0),)
        # one run, judged by nothing
        assert (settings.seeds, settings.folds, settings.search, settings.data.test) == (1, 0, {}, ())


def test_a_training_that_was_killed_leaves_no_row_and_is_gone_on_with(
    world: World, calls: list[TrainSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    folder = world.model()
    with monkeypatch.context() as patch:
        patch.setattr(run, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            rows(world, folder, ("target_blind",))
    [left] = world.cache.iterdir()
    assert left.name.startswith("target_blind-")
    assert left.suffix == ".partial"
    assert list(left.glob("checkpoints/*/checkpoint-*"))

    rows(world, folder, ("target_blind",))
    [whole] = world.cache.iterdir()
    assert whole == left.with_suffix("")
    assert not (whole / "checkpoints").exists()
    assert [settings.out for settings in calls] == [str(left), str(left)]


def test_the_same_files_in_another_place_are_the_same_baseline(world: World, pretended: list[TrainSettings]) -> None:
    trained(world.settings, "tfidf", cache=world.cache)
    place = world.folder / "elsewhere"
    place.mkdir()
    paths = [Path(shutil.copy(path, place)) for path in (world.train, world.dev, world.actors, world.frames)]
    data = replace(world.settings.data, train=(Source(str(paths[0])),), dev=(str(paths[1]),))
    moved = replace(
        world.settings, data=data, actors=str(paths[2]), frames=str(paths[3]), out="x", name="y", seeds=2, folds=0
    )
    trained(moved, "tfidf", cache=world.cache)
    assert len(pretended) == 1


def test_files_of_other_content_make_another_baseline(world: World, pretended: list[TrainSettings]) -> None:
    trained(world.settings, "tfidf", cache=world.cache)
    for path in (world.train, world.dev, world.actors, world.frames):
        path.write_bytes(path.read_bytes() + b"\n")
        trained(world.settings, "tfidf", cache=world.cache)
    assert len({settings.out for settings in pretended}) == len(pretended) == 5


def test_other_settings_make_another_baseline(world: World, pretended: list[TrainSettings]) -> None:
    data = world.settings.data
    for settings in (
        world.settings,
        replace(world.settings, trainer=replace(world.settings.trainer, seed=8)),
        replace(world.settings, model=replace(world.settings.model, longest=16)),
        replace(world.settings, data=replace(data, train=(Source(str(world.train), 2.0),))),
        replace(world.settings, data=replace(data, train=(Source(str(world.train), dev_share=0.5),))),
        replace(world.settings, data=replace(data, rename_frames={"diplomacy": None})),
    ):
        trained(settings, "target_blind", cache=world.cache)
        trained(settings, "target_blind", cache=world.cache)
    assert len({settings.out for settings in pretended}) == len(pretended) == 6


def test_other_weights_of_the_encoder_make_another_baseline(world: World, pretended: list[TrainSettings]) -> None:
    encoder = world.folder / "encoder"
    encoder.mkdir()
    settings = replace(world.settings, model=replace(world.settings.model, encoder=str(encoder)))
    for content in (b"one", b"two", b"one"):
        (encoder / "model.safetensors").write_bytes(content)
        trained(settings, "target_blind", cache=world.cache)
    assert len(pretended) == 2


def test_the_two_baselines_of_a_model_lie_apart(world: World, pretended: list[TrainSettings]) -> None:
    folders = {trained(world.settings, kind, cache=world.cache) for kind in ("target_blind", "tfidf")}
    assert {folder.name.rpartition("-")[0] for folder in folders} == {"target_blind", "tfidf"}


def test_without_training_files_what_needs_them_is_left_out_with_a_note(world: World) -> None:
    folder = world.model()
    world.train.unlink()
    (only,), notes = rows(world, folder)
    assert only.kind == "majority"
    assert [note.partition(":")[0] for note in notes] == ["target-blind", "TF-IDF + logistic regression", "majority"]
    assert all("not at hand" in note for note in notes)
    [labelled] = only.judges[0].label([small_articles()[0].sentences[0]], gold=True)
    assert (labelled.frames, [m.stance for m in labelled.mentions]) == ((), ["neutral", "neutral"])


def test_notes_are_about_rows_that_were_asked_for(world: World) -> None:
    folder = world.model()
    world.train.unlink()
    assert rows(world, folder, ("tfidf",)) == (
        [],
        ["TF-IDF + logistic regression: left out, for the training files are not at hand"],
    )
    assert rows(world, folder, ()) == ([], [])


def test_tfidf_does_not_stand_beside_itself(world: World, pretended: list[TrainSettings]) -> None:
    found, notes = rows(world, world.model(model=ModelSettings(kind="tfidf")))
    assert [row.kind for row in found] == ["majority"]
    assert [note.partition(":")[0] for note in notes] == ["target-blind", "TF-IDF + logistic regression"]
    assert all("the model is TF-IDF itself" in note for note in notes)
    assert pretended == []


def test_the_majority_is_that_of_the_articles_learnt_from(world: World) -> None:
    # of twelve sentences six condemn; without those that praise all do, and half of their rows are against
    condemned = [a for a in small_articles("t") if "interference" in a.sentences[0].frames]
    rows_against = [
        a.with_sentences((replace(a.sentences[0], mentions=(a.sentences[0].mentions[1],)),)) for a in condemned
    ]
    world.corpus("train", rows_against)
    (only,), _ = rows(world, world.model(), ("majority",))
    [labelled] = only.judges[0].label([small_articles()[0].sentences[0]], gold=True)
    assert stances([labelled]) == [["against", "against"]]
    assert labelled.frames == ("interference",)


def test_a_candidate_is_asked_with_the_gold_mentions_and_with_those_found(world: World, finder: ActorFinder) -> None:
    # Moscow condemned Washington's interference, of which the annotators have one row, for Tehran, in the first place
    article = small_articles()[0]
    mention = replace(article.sentences[0].mentions[0], actor="iran")
    gold = article.with_sentences((replace(article.sentences[0], mentions=(mention,)),))
    file = GoldFile("test", "test.jsonl", (gold,))
    judged = judge(load_model(world.model()), file, file.listed(finder), FRAMES)
    [given] = judged.given
    assert [(m.actor, m.stance) for m in given[0].mentions] == [("iran", "neutral")]
    assert judged.found is not None
    assert [(m.actor, m.stance) for m in judged.found[0].mentions] == [("russia", "neutral"), ("usa", "against")]
    [made] = judged.decisions
    # of one row, and of the three actors of either
    assert (len(made.rows.gold), made.pairs and len(made.pairs.gold)) == (1, 3)


def test_without_a_list_of_actors_nothing_is_found(world: World) -> None:
    file = GoldFile("test", "test.jsonl", tuple(small_articles()))
    judged = judge(load_model(world.model()), file, None, FRAMES)
    assert judged.found is None
    assert judged.decisions[0].pairs is None


def test_each_seed_is_asked_and_the_first_one_shown(world: World, finder: ActorFinder) -> None:
    world.model("seeds/seed-1")
    world.model("seeds/seed-2", judge=words_model(bias=30))
    (world.folder / "seeds/replicates.json").write_text(
        json.dumps({"runs": [{"name": "seed-1"}, {"name": "seed-2"}]}), encoding="utf-8"
    )
    file = GoldFile("test", "test.jsonl", tuple(small_articles()[:1]))
    judged = judge(load_model(world.folder / "seeds"), file, file.listed(finder), FRAMES)
    assert [stances(given) for given in judged.given] == [[["neutral", "against"]], [["neutral", "neutral"]]]
    assert stances(judged.found or ()) == [["neutral", "against"]]
    assert [made.rows.given.tolist() for made in judged.decisions] == [[2, 1], [2, 2]]


def test_articles_number_the_decisions(world: World, finder: ActorFinder) -> None:
    first, second = small_articles()[:2]
    shifted = [
        replace(
            s,
            start=s.start + 30,
            end=s.end + 30,
            mentions=tuple(replace(m, start=m.start + 30, end=m.end + 30) for m in s.mentions),
        )
        for s in first.sentences
    ]
    twice = replace(first, text=first.text.ljust(30) + first.text, sentences=(*first.sentences, *shifted))
    file = GoldFile("test", "test.jsonl", (twice, second))
    [made] = judge(load_model(world.model()), file, file.listed(finder), FRAMES).decisions
    assert made.article.tolist() == [0, 0, 1]
