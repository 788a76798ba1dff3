"""The focal loss, and the losses of a model that has no frames."""

import math
from collections.abc import Callable

import pytest
import torch

from zawiya.inputs import Window
from zawiya.train.model import IGNORED, StanceModel

from .conftest import labels, run


@pytest.fixture
def sure(make_model: Callable[..., StanceModel]) -> Callable[[float], StanceModel]:
    """Builds the model with a gamma, its weights always the same."""

    def make(gamma: float) -> StanceModel:
        return make_model(focal_gamma=gamma)

    return make


def test_without_a_gamma_the_loss_is_cross_entropy(sure: Callable, windows: list[Window]) -> None:
    model = sure(0.0)
    model.config.frame_weight = 0.0
    output = run(model, windows, **labels())
    expected = torch.nn.functional.cross_entropy(
        output.stance_logits[[0, 0, 1], [0, 1, 0]], torch.tensor([1, 2, 0]), label_smoothing=0.05
    )
    torch.testing.assert_close(output.loss, expected)


def test_a_gamma_of_nearly_nothing_is_cross_entropy_without_smoothing(sure: Callable, windows: list[Window]) -> None:
    model = sure(1e-9)
    model.config.frame_weight = 0.0
    output = run(model, windows, **labels())
    asked = output.stance_logits[[0, 0, 1], [0, 1, 0]]
    torch.testing.assert_close(output.loss, torch.nn.functional.cross_entropy(asked, torch.tensor([1, 2, 0])))


def test_the_focal_loss_of_a_hand_worked_case(sure: Callable) -> None:
    model = sure(2.0)
    # favor at a half, neutral at nine tenths
    logits = torch.tensor([[[0.5, 0.25, 0.125, 0.125], [0.05, 0.03, 0.9, 0.02]]]).log()
    half, sure_of = 0.5**2 * -math.log(0.5), 0.1**2 * -math.log(0.9)
    found = model._stance_loss(logits, torch.tensor([[0, 2]]))
    assert float(found) == pytest.approx((half + sure_of) / 2, abs=1e-6)
    model.config.stance_weights = [3.0, 1.0, 1.0, 1.0]
    found = model._stance_loss(logits, torch.tensor([[0, 2]]))
    assert float(found) == pytest.approx((3 * half + sure_of) / 4, abs=1e-6)


def test_the_focal_loss_of_frames_of_a_hand_worked_case(sure: Callable) -> None:
    model = sure(2.0)
    # there at three quarters; absent, and given a quarter
    logits = torch.tensor([[math.log(3.0), -math.log(3.0)]])
    model.config.frame_weights = [2.0, 2.0]
    found = model._frame_loss(logits, torch.tensor([[1, 0]]))
    there, absent = 2 * 0.25**2 * -math.log(0.75), 0.25**2 * -math.log(0.75)
    assert float(found) == pytest.approx(2 / 4 * (there + absent) / 2, abs=1e-6)


@pytest.mark.parametrize("gamma", [0.5, 1.0, 2.0])
def test_a_label_that_is_given_with_certainty_leaves_finite_gradients(sure: Callable, gamma: float) -> None:
    model = sure(gamma)
    logits = torch.tensor([[[200.0, 0.0, 0.0, 0.0]]], requires_grad=True)
    frames = torch.tensor([[200.0, -200.0]], requires_grad=True)
    (model._stance_loss(logits, torch.tensor([[0]])) + model._frame_loss(frames, torch.tensor([[1, 0]]))).backward()
    assert logits.grad.isfinite().all()
    assert frames.grad.isfinite().all()


@pytest.mark.parametrize("gamma", [0.0, 2.0])
def test_a_model_without_frames_has_a_loss_of_stance_alone(
    make_model: Callable[..., StanceModel], windows: list[Window], gamma: float
) -> None:
    model = make_model(frames=0, focal_gamma=gamma)
    output = run(model, windows, **labels(frame_labels=torch.zeros(3, 0)))
    assert output.frame_logits.shape == (3, 0)
    assert output.loss > 0
    nothing = labels(stance_labels=torch.full((3, 2), IGNORED), frame_labels=torch.zeros(3, 0))
    assert run(model, windows, **nothing).loss == 0
