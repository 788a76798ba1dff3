"""What a model was trained on: files are known by their content, and what is not at hand is said."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.integrity import sha256
from zawiya.taxonomy import Taxonomy
from zawiya.train.evaluate.lineage import lineage
from zawiya.train.run import train
from zawiya.train.settings import ModelSettings, Source

from .worlds import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A world whose encoder nobody looks at."""
    return World(tmp_path, tmp_path / "encoder")


def moved(path: Path, to: str) -> Path:
    """A file taken to another place, which is given back."""
    place = path.parent / to
    place.parent.mkdir(parents=True, exist_ok=True)
    return Path(shutil.move(path, place))


def recorded(folder: Path, values: object) -> None:
    (folder / "metrics.json").write_text(json.dumps(values), encoding="utf-8")


def test_files_where_they_were_and_as_they_were_are_found(world: World) -> None:
    found = lineage(world.model())
    assert found.settings == world.settings
    assert found.notes == ()


def test_what_a_run_leaves_is_read(world: World) -> None:
    settings = replace(world.settings, model=ModelSettings(kind="tfidf"), out=str(world.folder / "run"))
    train(settings)
    found = lineage(world.folder / "run")
    assert (found.settings, found.notes) == (settings, ())


def test_a_folder_without_settings_knows_nothing(tmp_path: Path) -> None:
    found = lineage(tmp_path)
    assert found.settings is None
    assert found.notes == (f"{tmp_path}/train.yaml: expected the settings of the training run, found none",)


def test_settings_that_do_not_fit_are_a_fault_and_no_guess(world: World) -> None:
    folder = world.model()
    (folder / "train.yaml").write_text("name: x\nout: y\ndatta: {}\n", encoding="utf-8")
    with pytest.raises(FaultsError, match=r"(?s)train\.yaml: 2 faults.*`datta`: unknown key; did you mean `data`"):
        lineage(folder)


def test_everything_that_is_missing_is_named_at_once(world: World) -> None:
    folder = world.model()
    world.train.unlink()
    world.actors.unlink()
    found = lineage(folder)
    assert found.settings is None
    [note] = found.notes
    assert f"not at hand, or are not what they were: {world.train}, {world.actors};" in note
    assert "name them with --train" in note
    assert str(world.dev) not in note


def test_the_models_own_actor_list_is_known_where_its_training_files_are_not(world: World) -> None:
    folder = world.model()
    world.train.unlink()
    assert lineage(folder).settings is None
    assert lineage(folder).taxonomy().actor_ids == Taxonomy.load(world.actors).actor_ids


def test_an_actor_list_that_is_gone_is_asked_for(world: World) -> None:
    folder = world.model()
    world.actors.unlink()
    with pytest.raises(ZawiyaError, match="expected the actor list of the model, found none; name it with --taxonomy"):
        lineage(folder).taxonomy()


def test_a_fold_has_no_rows_that_would_learn_from_what_it_is_judged_on(world: World) -> None:
    folder = world.model().rename(world.folder / "fold-1")
    (world.folder / "replicates.json").write_text("{}", encoding="utf-8")
    found = lineage(folder)
    assert found.settings is None
    assert "a fold has learnt from a part of its files" in found.notes[0]


@pytest.mark.parametrize("name", ["train", "dev", "actors", "frames"])
def test_a_file_that_has_changed_since_is_not_what_was_learnt_from(world: World, name: str) -> None:
    folder = world.model()
    path: Path = getattr(world, name)
    path.write_bytes(path.read_bytes() + b"\n")
    found = lineage(folder)
    assert found.settings is None
    assert f"are not what they were: {path};" in found.notes[0]


def test_a_file_that_was_moved_and_renamed_is_found_by_its_content(world: World) -> None:
    folder = world.model()
    train_file, lists = moved(world.train, "elsewhere/x.data"), moved(world.frames, "elsewhere/y.yaml")
    assert lineage(folder).settings is None
    found = lineage(folder, [lists, world.dev, train_file])
    assert found.notes == ()
    assert found.settings is not None
    assert found.settings.data.train == (Source(str(train_file)),)
    assert found.settings.data.dev == (str(world.dev),)
    assert found.settings.frames == str(lists)
    assert found.settings.actors == str(world.actors)


def test_a_file_of_the_same_name_and_other_content_is_not_taken(world: World) -> None:
    folder = world.model()
    other = moved(world.train, f"elsewhere/{world.folder.name}/train.jsonl")
    other.write_bytes(world.dev.read_bytes())
    assert lineage(folder, [other]).settings is None


def test_where_the_recorded_file_has_changed_a_copy_of_what_it_was_is_taken(world: World) -> None:
    folder = world.model()
    copy = world.folder / "copy.jsonl"
    shutil.copy(world.train, copy)
    world.train.write_text("", encoding="utf-8")
    found = lineage(folder, [copy])
    assert found.settings is not None
    assert found.settings.data.train == (Source(str(copy)),)


@pytest.mark.parametrize("values", [{}, {"data": {}}, {"data": None}, {"data": []}, [], "x", None])
def test_without_a_record_of_content_files_are_taken_by_name_and_that_is_said(world: World, values: object) -> None:
    folder = world.model()
    recorded(folder, values)
    found = lineage(folder)
    assert found.settings == world.settings
    [note] = found.notes
    assert "does not record what was in" in note
    assert note.endswith("taken by name")
    for path in (world.train, world.dev, world.actors, world.frames):
        assert str(path) in note


def test_a_record_that_cannot_be_read_is_none(world: World) -> None:
    folder = world.model()
    for content in (b"{", b"\xff\xfe", b""):
        (folder / "metrics.json").write_bytes(content)
        assert "taken by name" in lineage(folder).notes[0]
    (folder / "metrics.json").unlink()
    assert "taken by name" in lineage(folder).notes[0]


def test_only_files_that_are_not_recorded_are_taken_by_name(world: World) -> None:
    folder = world.model()
    record = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    del record["data"][str(world.dev)]
    recorded(folder, record)
    assert lineage(folder).notes == (f"the model does not record what was in {world.dev}; taken by name",)


def test_by_name_means_the_name_and_its_folder(world: World) -> None:
    folder = world.model()
    recorded(folder, {})
    near = moved(world.train, f"elsewhere/{world.folder.name}/train.jsonl")
    far = world.folder / "train.jsonl.d/train.jsonl"
    far.parent.mkdir()
    shutil.copy(near, far)
    assert lineage(folder, [far]).settings is None
    found = lineage(folder, [far, near])
    assert found.settings is not None
    assert found.settings.data.train == (Source(str(near)),)


def test_a_folder_is_no_file(world: World) -> None:
    folder = world.model()
    world.train.unlink()
    world.train.mkdir()
    assert lineage(folder, [world.train, world.folder / "absent"]).settings is None


def test_what_is_said_about_sources_stays_with_them(world: World) -> None:
    second = world.corpus("second", [])
    held_out = world.folder / "held_out.txt"
    held_out.write_text("iran\n", encoding="utf-8")
    data = replace(
        world.settings.data,
        train=(Source(str(world.train), 0.5), Source(str(second), 2.0, 0.25)),
        held_out=str(held_out),
        rename_frames={"war": "interference", "sport": None},
    )
    folder = world.model(data=data)
    places = [moved(path, f"elsewhere/{n}") for n, path in enumerate((world.train, second, held_out))]
    found = lineage(folder, places)
    assert found.settings is not None
    assert found.settings.data.train == (Source(str(places[0]), 0.5), Source(str(places[1]), 2.0, 0.25))
    assert found.settings.data.held_out == str(places[2])
    assert found.settings.data.rename_frames == {"war": "interference", "sport": None}


def test_test_files_are_not_asked_for(world: World) -> None:
    # they are judged by, not learnt from; a model's own may be anywhere
    folder = world.model(data=replace(world.settings.data, test=("/nowhere/test.jsonl",)))
    found = lineage(folder)
    assert found.settings is not None
    assert found.settings.data.test == ()


def test_lists_that_come_with_zawiya_are_no_files_to_look_for(world: World) -> None:
    found = lineage(world.model(actors=None, frames=None))
    assert found.notes == ()
    assert found.settings is not None
    assert (found.settings.actors, found.settings.frames) == (None, None)


def test_a_hash_is_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    # from FIPS 180-2, appendix B.1
    assert sha256(tmp_path / "x") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
