"""``metrics.json``: what is written is what is read, and what does not fit is refused with all its faults."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.train.evaluate.records import VERSION, Estimate, Evaluation, load, save, schema

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def values(evaluation: Evaluation) -> dict[str, Any]:
    """The record as plain values, to be spoilt."""
    return json.loads(json.dumps(asdict(evaluation)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.json"


def faults(path: Path, values: object) -> tuple[str, ...]:
    path.write_text(json.dumps(values), encoding="utf-8")
    with pytest.raises(FaultsError) as caught:
        load(path)
    assert caught.value.source == str(path)
    return caught.value.faults


def test_what_is_written_is_read_again(evaluation: Evaluation, path: Path) -> None:
    save(evaluation, path)
    assert load(path) == evaluation


def test_the_same_evaluation_is_the_same_bytes(evaluation: Evaluation, path: Path, tmp_path: Path) -> None:
    save(evaluation, path)
    save(load(path), tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_people_can_read_it(evaluation: Evaluation, path: Path) -> None:
    save(evaluation, path)
    text = path.read_text(encoding="utf-8")
    # Arabic as it is, on lines of its own
    assert evaluation.parts[0].mistakes[0].sentence in text
    assert text.count("\n") > 100
    assert text.endswith("}\n")


@given(st.none() | st.floats(0, 1), st.none() | st.floats(0, 1), st.text(max_size=20))
def test_numbers_and_notes_are_kept_to_the_last_digit(
    evaluation: Evaluation, tmp_path_factory: pytest.TempPathFactory, value: float | None, low: float | None, note: str
) -> None:
    path = tmp_path_factory.mktemp("records") / "metrics.json"
    part = replace(evaluation.parts[0], systems=(), agreement=())
    system = replace(evaluation.parts[0].systems[0], scores={"x": Estimate(value, low)})
    found = replace(evaluation, parts=(replace(part, systems=(system,)),), notes=(note,))
    save(found, path)
    assert load(path) == found


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_written_as_one(evaluation: Evaluation, path: Path, value: float) -> None:
    # JSON has neither; whoever counts must write None
    spoilt = replace(evaluation.parts[0], not_actors={"rejected": value})
    with pytest.raises(ValueError, match="JSON"):
        save(replace(evaluation, parts=(spoilt,)), path)


@pytest.mark.parametrize("version", [VERSION + 1, 0, "1", None])
def test_another_version_is_refused_by_name(path: Path, values: dict[str, Any], version: object) -> None:
    path.write_text(json.dumps(values | {"version": version}), encoding="utf-8")
    with pytest.raises(ZawiyaError, match=rf"expected version {VERSION} of metrics\.json, found {version}; evaluate"):
        load(path)


def test_the_metrics_of_a_training_run_are_another_file(path: Path) -> None:
    path.write_text(json.dumps({"name": "farra", "test": {}, "data": {}}), encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"expected version 1 of metrics\.json, found None"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}", b"NaN,"])
def test_what_is_no_json_is_said(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(ZawiyaError, match=r"metrics\.json: expected a metrics\.json of `zawiya evaluate`: "):
        load(path)


@pytest.mark.parametrize("content", ["[]", "3", "null", '"x"'])
def test_json_of_another_shape_has_no_version(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ZawiyaError, match="found None"):
        load(path)


def test_a_file_that_is_not_there_is_said(path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"metrics\.json: expected .*No such file"):
        load(path)


def test_every_fault_is_told_at_once_with_its_place(path: Path, values: dict[str, Any]) -> None:
    del values["model"]
    values["sed"] = 3
    values["resamples"] = "many"
    values["parts"][0]["systems"][0]["kind"] = "oracle"
    values["parts"][0]["systems"][0]["scores"]["triple.f1"]["value"] = "good"
    values["parts"][0]["leakage"]["sentences"] = None
    told = faults(path, values)
    assert len(told) == 6
    for place in (
        "`model`: is missing",
        "`sed`: unknown key; did you mean `seed`?",
        "`resamples`",
        "`parts.0.systems.0.kind`",
        "`parts.0.systems.0.scores.triple.f1.value`",
        "`parts.0.leakage.sentences`",
    ):
        assert any(fault.startswith(place) for fault in told), place


def test_what_has_been_added_with_a_default_may_be_missing(
    path: Path, values: dict[str, Any], evaluation: Evaluation
) -> None:
    for name in ("behaviour", "notes"):
        del values[name]
    path.write_text(json.dumps(values), encoding="utf-8")
    assert load(path) == replace(evaluation, behaviour=(), notes=())


def test_the_schema_takes_what_is_written(evaluation: Evaluation, path: Path) -> None:
    save(evaluation, path)
    jsonschema.Draft202012Validator.check_schema(schema())
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema())


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values.pop("model"),
        lambda values: values.update(more=1),
        lambda values: values.update(version=2),
        lambda values: values["parts"][0].update(rows="many"),
        lambda values: values["parts"][0]["systems"][0].update(kind="oracle"),
    ],
)
def test_the_schema_takes_nothing_else(values: dict[str, Any], spoil: Any) -> None:
    spoil(values)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(values, schema())


def test_the_schema_in_the_documents_is_that_of_the_code() -> None:
    written = json.loads((ROOT / "docs/metrics.schema.json").read_text(encoding="utf-8"))
    assert written == schema(), "write docs/metrics.schema.json anew from zawiya.train.evaluate.records.schema()"
