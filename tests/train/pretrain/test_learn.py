"""The loop: what it reads and hides is the same whether it was interrupted or not."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from zawiya.train.pretrain.learn import CHECKPOINT, Reading, learn, rate_at
from zawiya.train.pretrain.objectives import objective_of
from zawiya.train.pretrain.pieces import Pieces
from zawiya.train.pretrain.settings import LearningSettings
from zawiya.train.pretrain.tokenizer import Special

from .worlds import LEARNING, SHAPE

VOCABULARY = 64


@pytest.fixture(scope="module")
def reading() -> Reading:
    """Pieces that each tell the next one."""
    chain = (np.arange(4000) * 7 % 50 + 5).astype(np.uint16)
    return Reading(
        Pieces.of({"a": chain}, {"a": 1.0}, length=16),
        Pieces.of({"": chain[:320]}, {"": 1.0}, length=16),
        np.zeros(VOCABULARY, dtype=bool),
        begins=2,
    )


def model(settings: LearningSettings) -> torch.nn.Module:
    torch.set_num_threads(1)
    torch.manual_seed(3)
    return objective_of(SHAPE, settings, Special(padding=0, begins=2, mask=4), vocabulary=VOCABULARY)


@pytest.mark.parametrize("objective", ["masked", "replaced"])
def test_a_chain_that_can_be_learnt_is_learnt(reading: Reading, tmp_path: Path, objective: str) -> None:
    settings = replace(LEARNING, objective=objective, steps=60, batch_size=16, learning_rate=1e-2)
    found = learn(model(settings), reading, settings, folder=tmp_path, seed=1)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["step"] for line in lines] == list(range(1, 61))
    assert np.mean([line["guessed"] for line in lines[-10:]]) < lines[0]["guessed"] - 0.3
    assert found["held_out_perplexity"] == pytest.approx(np.exp(found["held_out_guessed"]), rel=1e-2)
    assert found["pieces"] == 60 * 16 * 16


@pytest.mark.parametrize("objective", ["masked", "replaced"])
@pytest.mark.parametrize("left_off", [(1,), (2, 5), (3,)])
def test_a_run_that_was_interrupted_ends_like_one_that_was_not(
    reading: Reading, tmp_path: Path, objective: str, left_off: tuple[int, ...]
) -> None:
    settings = replace(LEARNING, objective=objective, accumulation=2, dropout=0.1)
    whole = model(settings)
    learn(whole, reading, settings, folder=tmp_path / "whole", seed=1)
    for stop in left_off:
        learn(model(settings), reading, settings, folder=tmp_path / "parts", seed=1, stop=lambda n, s=stop: n == s)
    last = model(settings)
    learn(last, reading, settings, folder=tmp_path / "parts", seed=1)
    for (name, one), other in zip(whole.state_dict().items(), last.state_dict().values(), strict=True):
        torch.testing.assert_close(one, other, msg=name)


def test_every_stretch_begins_as_a_sentence_does_when_it_is_read_later(reading: Reading) -> None:
    taken = reading.learnt.take(reading.learnt.order(0, seed=1)[:3])
    read = reading.stretches(taken, torch.device("cpu"))
    assert read[:, 0].tolist() == [2, 2, 2]
    assert read[:, 1:].tolist() == taken[:, 1:].tolist()


def test_a_checkpoint_appears_whole(reading: Reading, tmp_path: Path) -> None:
    learn(model(LEARNING), reading, LEARNING, folder=tmp_path, seed=1)
    assert {path.name for path in tmp_path.iterdir()} == {CHECKPOINT, "log.jsonl"}
    assert torch.load(tmp_path / CHECKPOINT, weights_only=True)["step"] == LEARNING.steps


def test_the_rate_rises_and_falls_to_nothing() -> None:
    settings = replace(LEARNING, steps=100, warmup=0.1, learning_rate=1.0)
    rates = [rate_at(step, settings) for step in range(100)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == pytest.approx(1.0)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 0.01


def test_a_run_without_held_out_text_measures_nothing_on_it(reading: Reading, tmp_path: Path) -> None:
    bare = replace(reading, held_out=Pieces((), (), 16))
    found = learn(model(LEARNING), bare, LEARNING, folder=tmp_path, seed=1)
    assert "held_out_perplexity" not in found
