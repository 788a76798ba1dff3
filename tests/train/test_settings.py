"""Every shipped config fits its schema, is complete, and says what the schema says."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from zawiya import config
from zawiya.errors import FaultsError
from zawiya.train.pretrain.settings import PretrainSettings
from zawiya.train.settings import Choice, Source, TrainSettings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
SHIPPED = [
    *((TrainSettings, path) for path in sorted((CONFIGS / "train").glob("*.yaml"))),
    *((PretrainSettings, path) for path in sorted((CONFIGS / "pretrain").glob("*.yaml"))),
]
NAMES = [f"{path.parent.name}/{path.name}" for _, path in SHIPPED]

NEEDED = {"name": "n", "out": "o", "data": {"train": ["t"], "dev": ["d"]}, "model": {"encoder": "e"}}


def missing_keys(schema: type, values: dict, place: str = "") -> list[str]:
    found = []
    for field in fields(schema):
        where = f"{place}{field.name}"
        if field.name not in values:
            found.append(where)
        elif is_dataclass(field.type):
            found += missing_keys(field.type, values[field.name], f"{where}.")
    return found


def test_there_are_configs_to_check() -> None:
    assert {schema for schema, _ in SHIPPED} == {TrainSettings, PretrainSettings}


@pytest.mark.parametrize(("schema", "path"), SHIPPED, ids=NAMES)
def test_a_shipped_config_fits_its_schema(schema: type, path: Path) -> None:
    assert isinstance(config.load(schema, path), schema)


@pytest.mark.parametrize(("schema", "path"), SHIPPED, ids=NAMES)
def test_a_shipped_config_names_every_setting(schema: type, path: Path) -> None:
    assert missing_keys(schema, config.load_yaml(path)) == []


@pytest.mark.parametrize(("schema", "path"), SHIPPED, ids=NAMES)
def test_a_shipped_config_names_no_place_of_one_machine(schema: type, path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not [line for line in text.splitlines() if ": /" in line or "[/" in line]


def test_what_is_left_out_has_a_default() -> None:
    settings = config.parse(TrainSettings, NEEDED, source="test")
    assert settings.trainer.epochs > 0
    assert settings.data.test == ()
    assert settings.quantise == "int8"


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ("trainer.epochs", 0),
        ("trainer.batch_size", 0),
        ("trainer.learning_rate", -1e-3),
        ("trainer.mask_target", 1.5),
        ("trainer.mask_words", -0.1),
        ("trainer.warmup", 2),
        ("trainer.seed", "often"),
        ("model.longest", 8),
        ("model.dropout", 1.1),
        ("model.attention_heads", 0),
        ("data.train", "one.jsonl"),
        ("trainer.layer_decay", 0),
        ("trainer.layer_decay", 1.1),
        ("trainer.focal_gamma", -1),
        ("trainer.patience", 0),
        ("trainer.metric", "accuracy"),
        ("trainer.precision", "fp8"),
        ("trainer.report_to", "tensorboard"),
        ("model.kind", "rules"),
        ("seeds", 0),
        ("folds", -1),
        ("quantise", "int4"),
    ],
)
def test_a_value_out_of_range_is_refused_at_its_place(place: str, value: object) -> None:
    values = config.override(NEEDED, [f"{place}={value}"])
    with pytest.raises(FaultsError, match=rf"`{place}`"):
        config.parse(TrainSettings, values, source="test")


def with_train(*sources: object) -> dict:
    return NEEDED | {"data": {"train": list(sources), "dev": ["d"]}}


def test_a_file_to_learn_from_is_a_path_or_a_path_with_its_weight() -> None:
    values = with_train("a.jsonl", {"path": "b.jsonl", "weight": 0.5, "dev_share": 0.1})
    settings = config.parse(TrainSettings, values, source="test")
    assert settings.data.train == (Source("a.jsonl", 1.0, 0.0), Source("b.jsonl", 0.5, 0.1))


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ({"weight": 2}, "path"),
        ({"path": "a", "weight": 0}, "weight"),
        ({"path": "a", "dev_share": 1.5}, "dev_share"),
        ({"path": "a", "share": 0.5}, "share"),
    ],
)
def test_a_fault_of_a_source_is_told_with_its_place(source: dict, place: str) -> None:
    with pytest.raises(FaultsError) as caught:
        config.parse(TrainSettings, with_train("fine", source), source="test")
    assert any("data.train" in fault and place in fault for fault in caught.value.faults)


def test_a_search_names_settings_with_a_range_or_values() -> None:
    values = NEEDED | {"search": {"trainer.seed": {"values": [1, 2]}, "trainer.warmup": {"low": 0.0, "high": 0.2}}}
    settings = config.parse(TrainSettings, values, source="test")
    assert settings.search == {"trainer.seed": Choice(values=(1, 2)), "trainer.warmup": Choice(low=0.0, high=0.2)}


def test_an_encoder_of_more_pieces_than_sixteen_bits_hold_is_refused() -> None:
    values = {"shards": "s", "out": "o", "shape": {"vocabulary": 70_000}}
    with pytest.raises(FaultsError, match=r"`shape\.vocabulary`"):
        config.parse(PretrainSettings, values, source="test")
