import json
import shutil

import pytest

from tests.study.folders import article, sentence, write_results
from zawiya.bundle import Bundle, fingerprint
from zawiya.resources import resource
from zawiya.study.measure.known import known_error
from zawiya.study.measure.view import known_words
from zawiya.study.results import Results

MODEL = resource("models", "default")


def results(tmp_path, *stances, model=None, mark=None, outlet=None):
    """Results of a run of some model, with a row of each stance."""
    run = {
        "settings": {"model": str(model) if model else None},
        "model": {"name": Bundle.load(MODEL).name, "fingerprint": mark or fingerprint(model or MODEL)},
    }
    made = [
        article(str(n), sentence(("usa", s, None if s == "neutral" else "author")), outlet=outlet)
        for n, s in enumerate(stances)
    ]
    return Results.open(write_results(tmp_path / "out", made, run=run))


def test_the_evaluation_of_the_likest_texts_is_taken(tmp_path):
    parts = {
        part["name"]: part for part in json.loads((MODEL / "evaluation.json").read_text(encoding="utf-8"))["parts"]
    }
    mostly_neutral = known_error(results(tmp_path / "a", *["neutral"] * 8, "against"))
    of_many_stances = known_error(results(tmp_path / "b", "neutral", "neutral", "favor", "against"))
    assert mostly_neutral.part.startswith("real/")
    assert of_many_stances.part.startswith("corpus/")
    part = parts[mostly_neutral.part]
    assert mostly_neutral.rows == part["rows"]
    assert sum(mostly_neutral.actual.values()) == pytest.approx(1)
    (model,) = (system for system in part["systems"] if system["kind"] == "model")
    assert mostly_neutral.recall["against"].value == model["scores"]["stance.against.recall"]["value"]


def test_outlets_of_the_evaluation_are_named(tmp_path):
    evaluation = json.loads((MODEL / "evaluation.json").read_text(encoding="utf-8"))
    outlet = next(s["name"] for s in evaluation["parts"][0]["slices"] if s["group"] == "outlet")
    known = known_error(results(tmp_path, "neutral", "neutral", "favor", "against", outlet=outlet))
    assert list(known.slices) == [outlet]
    assert f"on outlets that are here too: {outlet}" in known_words(known)
    assert "against" in known_words(known)


def test_nothing_is_known_of_another_model(tmp_path):
    assert known_error(results(tmp_path, "neutral", mark="0123456789abcdef")) is None


def test_nothing_is_known_without_rows(tmp_path):
    run = {"settings": {"model": None}, "model": {"fingerprint": fingerprint(MODEL)}}
    assert known_error(Results.open(write_results(tmp_path / "out", [article("a", sentence())], run=run))) is None


def test_nothing_is_known_before_the_run_has_ended(tmp_path):
    bare = Results.open(write_results(tmp_path / "out", [article("a", sentence(("usa", "favor", "author")))], run=None))
    assert known_error(bare) is None


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"parts": [{"rows": 3}]}', '{"parts": []}'])
def test_a_model_without_an_evaluation_that_can_be_read(tmp_path, text):
    model = tmp_path / "model"
    shutil.copytree(MODEL, model)
    (model / "evaluation.json").unlink()
    if text is not None:
        (model / "evaluation.json").write_text(text, encoding="utf-8")
    assert known_error(results(tmp_path, "neutral", model=model)) is None
