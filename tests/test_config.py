"""Settings come from YAML, and everything wrong with a file is said at once, in words that help."""

from dataclasses import field
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import Field
from pydantic.dataclasses import dataclass

from zawiya import config
from zawiya.errors import FaultsError, ZawiyaError


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Trainer:
    epochs: Annotated[float, Field(gt=0)] = 3.0
    batch_size: Annotated[int, Field(ge=1)] = 8


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Source:
    path: str
    share: Annotated[float, Field(ge=0, le=1)] = 1.0


@dataclass(frozen=True, slots=True, config=config.STRICT)
class Settings:
    out: str
    trainer: Trainer = field(default_factory=Trainer)
    sources: tuple[Source, ...] = ()
    kind: Literal["int8", "none"] = "int8"


def write(folder: Path, text: str) -> Path:
    path = folder / "settings.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(FaultsError) as caught:
        config.load(Settings, write(folder, text))
    return caught.value.faults


def test_a_file_becomes_settings_with_defaults_for_the_rest(tmp_path: Path) -> None:
    path = write(tmp_path, "out: runs/a\ntrainer: {epochs: 5}\nsources: [{path: x, share: 0.5}]\n")
    loaded = config.load(Settings, path)
    assert loaded == Settings("runs/a", Trainer(epochs=5.0), (Source("x", 0.5),))


def test_arabic_is_read_as_it_is_written(tmp_path: Path) -> None:
    assert config.load(Settings, write(tmp_path, "out: نتائج\n")).out == "نتائج"


def test_every_fault_is_reported_at_once(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path, "trainer: {epochs: -1, batch_size: many}\nsources: [{path: a}, {share: 7}]\nkind: int4\n"
    )
    places = {fault.split("`")[1] for fault in faults}
    assert places == {
        "out",
        "trainer.epochs",
        "trainer.batch_size",
        "sources.1.path",
        "sources.1.share",
        "kind",
    }


def test_the_message_names_the_file_the_place_and_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(FaultsError) as caught:
        config.load(Settings, write(tmp_path, "out: a\ntrainer: {batch_size: many}\n"))
    message = str(caught.value)
    assert "settings.yaml: 1 fault\n" in message
    assert "`trainer.batch_size`" in message
    assert "'many'" in message


@pytest.mark.parametrize(
    ("text", "place", "meant"),
    [
        ("out: a\ntrainre: {epochs: 3}", "trainre", "trainer"),
        ("out: a\ntrainer: {epoch: 3}", "trainer.epoch", "epochs"),
        ("out: a\nsources: [{path: a, shares: 1}]", "sources.0.shares", "share"),
    ],
)
def test_a_misspelt_key_is_told_from_the_one_that_was_meant(tmp_path: Path, text: str, place: str, meant: str) -> None:
    (fault,) = faults_of(tmp_path, text)
    assert fault == f"`{place}`: unknown key; did you mean `{meant}`?"


def test_an_unknown_key_like_no_other_gets_the_list_of_known_ones(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "out: a\ntrainer: {zzz: 3}")
    assert fault == "`trainer.zzz`: unknown key; known keys: batch_size, epochs"


def test_a_missing_key_is_to_be_added(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "kind: none") == ("`out`: is missing; add it",)


def test_a_long_value_is_shown_by_its_beginning(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, f"out: a\nkind: {'x' * 500}")
    assert "xxx..." in fault
    assert len(fault) < 200


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "3\n"])
@pytest.mark.parametrize("settings", [[], ["out=a"]])
def test_what_is_no_mapping_is_refused(tmp_path: Path, text: str, settings: list[str]) -> None:
    with pytest.raises(ZawiyaError, match=r"settings\.yaml"):
        config.load(Settings, write(tmp_path, text), settings)


def test_an_empty_file_is_a_mapping_without_keys(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "") == ("`out`: is missing; add it",)
    assert config.load(Settings, write(tmp_path, "# nothing yet\n"), ["out=a"]).out == "a"


def test_a_syntax_error_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"(?s)settings\.yaml: is not valid YAML.*line 2"):
        config.load(Settings, write(tmp_path, "out: a\ntrainer: {epochs: 3\nkind: none\n"))


def test_a_missing_file_is_reported_by_name(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"absent\.yaml: there is no such file"):
        config.load(Settings, tmp_path / "absent.yaml")


def test_a_folder_or_bytes_that_are_not_utf8_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "old.yaml"
    path.write_bytes("out: نتائج".encode("cp1256"))
    for unreadable in (path, tmp_path):
        with pytest.raises(ZawiyaError, match="cannot be read as UTF-8"):
            config.load(Settings, unreadable)


def test_yaml_tags_run_no_code(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match="not valid YAML"):
        config.load(Settings, write(tmp_path, "out: !!python/object/apply:os.getcwd []\n"))


def test_settings_are_laid_over_the_file_and_leave_their_neighbours(tmp_path: Path) -> None:
    path = write(tmp_path, "out: a\ntrainer: {epochs: 5, batch_size: 2}\n")
    loaded = config.load(Settings, path, ["trainer.epochs=1", "kind=none", "sources=[{path: x}]"])
    assert loaded == Settings("a", Trainer(1.0, 2), (Source("x"),), "none")


def test_a_setting_may_open_a_section_that_the_file_lacks(tmp_path: Path) -> None:
    assert config.load(Settings, write(tmp_path, "out: a\n"), ["trainer.epochs=2"]).trainer.epochs == 2


@pytest.mark.parametrize("written", ["5e-1", "0.5", "5.0e-1"])
def test_numbers_may_be_written_as_people_write_them(tmp_path: Path, written: str) -> None:
    # YAML 1.1 takes 5e-1 for text
    assert config.load(Settings, write(tmp_path, "out: a\n"), [f"trainer.epochs={written}"]).trainer.epochs == 0.5


def test_a_setting_may_hold_an_equals_sign() -> None:
    assert config.override({}, ["out=a=b"]) == {"out": "a=b"}


def test_overriding_leaves_the_values_it_was_given_alone() -> None:
    values = {"trainer": {"epochs": 3}}
    config.override(values, ["trainer.epochs=9"])
    assert values == {"trainer": {"epochs": 3}}


def test_a_misspelt_setting_is_a_fault_like_any_other(tmp_path: Path) -> None:
    with pytest.raises(FaultsError, match="did you mean `epochs`"):
        config.load(Settings, write(tmp_path, "out: a\n"), ["trainer.epoch=3"])


@pytest.mark.parametrize("setting", ["trainer.epochs", "=3", ""])
def test_a_setting_without_key_or_value_is_refused_with_an_example(setting: str) -> None:
    with pytest.raises(ZawiyaError, match="expected KEY=VALUE"):
        config.override({}, [setting])


def test_a_setting_whose_value_is_no_yaml_is_refused() -> None:
    with pytest.raises(ZawiyaError, match="is not a YAML value"):
        config.override({}, ["out=[a"])
