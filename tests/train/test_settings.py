"""Every shipped config fits its schema, is complete, and says what the schema says."""

from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from zawiya import config
from zawiya.errors import FaultsError
from zawiya.train.pretrain.settings import PretrainSettings
from zawiya.train.settings import TrainSettings

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
        ("data.extra_dev_share", 7),
        ("data.train", "one.jsonl"),
        ("quantise", "int4"),
    ],
)
def test_a_value_out_of_range_is_refused_at_its_place(place: str, value: object) -> None:
    values = config.override(NEEDED, [f"{place}={value}"])
    with pytest.raises(FaultsError, match=rf"`{place}`"):
        config.parse(TrainSettings, values, source="test")


def test_an_encoder_of_more_pieces_than_sixteen_bits_hold_is_refused() -> None:
    values = {"shards": "s", "out": "o", "shape": {"vocabulary": 70_000}}
    with pytest.raises(FaultsError, match=r"`shape\.vocabulary`"):
        config.parse(PretrainSettings, values, source="test")
