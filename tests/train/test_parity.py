"""An export may differ from its model where the model was undecided, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from zawiya.bundle import Calibration
from zawiya.decoding import WindowScores
from zawiya.errors import ZawiyaError
from zawiya.inputs import Window
from zawiya.train.parity import INT8_MARGIN, PLAIN_MARGIN, Parity, check, compare

PLAIN = Calibration((0.5, 0.5))


def scores(
    stance: list[list[float]], *, holder: list[list[float]] | None = None, frames: tuple[float, ...] = (0.9, 0.1)
) -> WindowScores:
    """What a run says of one window, as probabilities."""
    count = len(stance)
    even = [[0.8, *[0.2 / (count + 1)] * (count + 1)]] * count
    given = np.array(frames, dtype=np.float64)
    return WindowScores(
        Window(0, (2, 3), ((1, 2),) * count, tuple(range(count))),
        np.log(np.array(stance, dtype=np.float32)).reshape(count, 4),
        np.log(np.array(holder or even, dtype=np.float32)).reshape(count, 2 + count),
        np.log(given / (1 - given)).astype(np.float32),
    )


def compared(
    one: WindowScores, other: WindowScores, *, margin: float = 0.1, calibration: Calibration = PLAIN
) -> Parity:
    return compare([one], [other], calibration, margin=margin)


NEUTRAL = [0.1, 0.1, 0.7, 0.1]


def test_a_run_is_like_itself_in_every_decision() -> None:
    one = scores([NEUTRAL, NEUTRAL])
    # two targets: a stance, a rejection and a holder each; and two frames
    assert compared(one, one) == Parity(decisions=8, different=0, widest=0.0, margin=0.1)


def test_a_window_without_targets_or_frames_has_nothing_to_decide() -> None:
    assert compared(scores([]), scores([])).decisions == 2
    assert compare([scores([], frames=())], [scores([], frames=())], Calibration(()), margin=0.1).decisions == 0
    check(compare([], [], PLAIN, margin=0.1), what="nothing")


def test_numbers_may_differ_where_labels_do_not() -> None:
    assert compared(scores([NEUTRAL]), scores([[0.2, 0.1, 0.6, 0.1]])).different == 0


def test_a_stance_that_differs_is_counted_with_the_margin_that_the_reference_had() -> None:
    # of the three stances together: 5/9 against 3/9
    found = compared(scores([[0.5, 0.1, 0.3, 0.1]]), scores([[0.3, 0.1, 0.5, 0.1]]))
    assert found.different == 1
    assert found.widest == pytest.approx(2 / 9, abs=1e-4)


def test_a_rejection_a_holder_and_a_frame_that_differ_are_counted_too() -> None:
    one = scores([NEUTRAL], holder=[[0.6, 0.3, 0.1]])
    assert compared(one, scores([[0.05, 0.05, 0.3, 0.6]], holder=[[0.6, 0.3, 0.1]])).widest == pytest.approx(0.4)
    assert compared(one, scores([NEUTRAL], holder=[[0.3, 0.6, 0.1]])).widest == pytest.approx(0.3)
    other = scores([NEUTRAL], holder=[[0.6, 0.3, 0.1]], frames=(0.4, 0.1))
    assert compared(one, other).widest == pytest.approx(0.4)


def test_the_surest_of_several_differences_is_the_one_that_is_told() -> None:
    one, other = scores([], frames=(0.55, 0.2)), scores([], frames=(0.45, 0.9))
    assert (compared(one, other).different, compared(one, other).widest) == (2, pytest.approx(0.3))


def test_decisions_are_those_of_the_calibrated_model() -> None:
    one, other = scores([], frames=(0.7, 0.1)), scores([], frames=(0.9, 0.1))
    assert compared(one, other).different == 0
    assert compared(one, other, calibration=replace(PLAIN, frame_thresholds=(0.8, 0.5))).different == 1
    shy, bold = scores([[0.35, 0.1, 0.45, 0.1]]), scores([[0.25, 0.1, 0.55, 0.1]])
    assert compared(shy, bold).different == 0
    assert compared(shy, bold, calibration=replace(PLAIN, stance_offsets=(0.5, 0.0, 0.0))).different == 1


def test_runs_over_different_windows_are_not_compared() -> None:
    with pytest.raises(ValueError):
        compare([scores([NEUTRAL])], [], PLAIN, margin=0.1)


def test_a_near_tie_may_go_either_way() -> None:
    check(Parity(decisions=1000, different=3, widest=INT8_MARGIN, margin=INT8_MARGIN), what="int8 ONNX")


def test_a_sure_decision_that_differs_ends_the_run_in_plain_words() -> None:
    with pytest.raises(
        ZawiyaError, match=r"float32 ONNX: expected .* within 0\.001 of .* found 1 of 1000 .*up to 0\.4"
    ):
        check(Parity(decisions=1000, different=1, widest=0.4, margin=PLAIN_MARGIN), what="float32 ONNX")


def test_too_many_near_ties_that_differ_end_the_run_too() -> None:
    check(Parity(decisions=100, different=2, widest=0.01, margin=0.2), what="int8 ONNX")
    with pytest.raises(ZawiyaError, match="found 3 of 100 labels different"):
        check(Parity(decisions=100, different=3, widest=0.01, margin=0.2), what="int8 ONNX")
