"""Calibration on cases whose best temperature, threshold or offset is known beforehand."""

import numpy as np
import pytest

from zawiya.bundle import Calibration
from zawiya.decoding import WindowScores, sigmoid, softmax
from zawiya.inputs import Window
from zawiya.train.calibrate import FEWEST, calibrate
from zawiya.train.examples import Example
from zawiya.train.model import IGNORED

#: Logits that are right about each label and sure of it.
SURE = 6.0 * np.eye(4, dtype=np.float32)


def case(
    stance: list[int] | None = None,
    stance_logits: list | None = None,
    *,
    holder: list[list[float]] | None = None,
    holder_logits: list[list[float]] | None = None,
    frames: tuple[int, ...] = (0,),
    frame_logits: tuple[float, ...] = (-9.0,),
) -> tuple[Example, WindowScores]:
    """One window with its labels and what the model said of it."""
    stance = stance or []
    count = len(stance)
    window = Window(0, (2, 3), ((1, 2),) * count, tuple(range(count)))
    acceptable = np.zeros((count, 2 + count)) if holder is None else np.array(holder)
    pointers = np.zeros((count, 2 + count)) if holder_logits is None else np.array(holder_logits)
    logits = np.array(stance_logits if stance_logits is not None else [SURE[max(label, 0)] for label in stance])
    return (
        Example(window, tuple(stance), acceptable.astype(np.float32), frames),
        WindowScores(
            window,
            logits.reshape(count, 4).astype(np.float32),
            pointers.astype(np.float32),
            np.array(frame_logits, dtype=np.float32),
        ),
    )


def fitted(cases: list[tuple[Example, WindowScores]]) -> Calibration:
    examples, scores = zip(*cases, strict=True)
    return calibrate(examples, scores)


@pytest.mark.parametrize("factor", [1.0, 2.0, 4.0])
def test_the_stance_temperature_undoes_overconfidence(factor: float) -> None:
    # each label appears as often as the model says, before its logits are multiplied
    shares = np.array([0.1, 0.2, 0.6, 0.1])
    cases = [case([label], [factor * np.log(shares)]) for label in range(4) for _ in range(int(100 * shares[label]))]
    assert fitted(cases).stance_temperature == pytest.approx(factor, rel=0.06)


@pytest.mark.parametrize("factor", [1.0, 3.0])
def test_the_frame_temperature_undoes_overconfidence(factor: float) -> None:
    logit = factor * float(np.log(3.0))  # three quarters
    cases = [case(frames=(int(n % 4 > 0),), frame_logits=(logit,)) for n in range(40)]
    assert fitted(cases).frame_temperature == pytest.approx(factor, rel=0.06)


@pytest.mark.parametrize("factor", [1.0, 2.0])
def test_the_holder_temperature_undoes_overconfidence(factor: float) -> None:
    shares = np.array([0.5, 0.3, 0.2])
    cases = []
    for column, times in enumerate((5, 3, 2)):
        acceptable = [[float(column == other) for other in range(3)]]
        cases += [case([1], holder=acceptable, holder_logits=[list(factor * np.log(shares))])] * times
    assert fitted(cases).holder_temperature == pytest.approx(factor, rel=0.06)


def test_without_holders_their_temperature_is_left_alone() -> None:
    assert fitted([case([2]), case([2])]).holder_temperature == 1.0


def test_what_is_separable_is_separated() -> None:
    cases = []
    for n in range(40):
        there = n % 2 == 0
        cases.append(case([n % 4], frames=(int(there),), frame_logits=(1.0 if there else -3.0,)))
    found = fitted(cases)
    (threshold,) = found.frame_thresholds
    for example, scores in cases:
        given = sigmoid(scores.frames / found.frame_temperature) >= threshold
        assert given.tolist() == [bool(flag) for flag in example.frames]
        rejected = softmax(scores.stance / found.stance_temperature)[:, -1] >= found.reject
        assert rejected.tolist() == [label == 3 for label in example.stance]


def test_where_nothing_is_gained_nothing_is_moved() -> None:
    # right about everything under any offset and any threshold
    found = fitted([case([n % 4], frames=(n % 2,), frame_logits=(30.0 if n % 2 else -30.0,)) for n in range(40)])
    assert found.stance_offsets == (0, 0, 0)
    assert found.reject == pytest.approx(0.5)
    assert found.frame_thresholds == (pytest.approx(0.5),)


def test_offsets_lift_a_class_that_is_always_second() -> None:
    # what is in favor is taken for neutral by a little each time
    shy = np.log([0.42, 0.05, 0.5, 0.03])
    neutral = np.log([0.05, 0.05, 0.87, 0.03])
    cases = [*[case([0], [shy])] * 10, *[case([2], [neutral])] * 30, *[case([1])] * 10]
    favor, against, at_neutral = fitted(cases).stance_offsets
    assert favor > np.log(0.5 / 0.42)
    assert (against, at_neutral) == (0, 0) or against <= favor
    assert at_neutral == 0


def test_the_reject_threshold_keeps_as_many_actors_as_it_can() -> None:
    # no-actors are seen with certainty, actors suspected a little
    suspected = np.log([0.05, 0.05, 0.5, 0.4])
    cases = [*[case([2], [suspected])] * 20, *[case([3])] * 20]
    found = fitted(cases)
    assert softmax(suspected / found.stance_temperature)[-1] < found.reject
    assert found.reject < 0.95


def test_a_rare_frame_keeps_the_threshold_of_all_frames_together() -> None:
    # the common frame shows at a low probability, the rare one at a high one
    common = [case(frames=(1, 0), frame_logits=(-0.8, -6.0)) for _ in range(4 * FEWEST)]
    absent = [case(frames=(0, 0), frame_logits=(-3.5, -6.0)) for _ in range(4 * FEWEST)]
    rare = [case(frames=(0, 1), frame_logits=(-3.5, 2.0)) for _ in range(FEWEST - 1)]
    one, other = fitted([*common, *absent, *rare]).frame_thresholds
    alone = fitted([*common, *absent]).frame_thresholds
    assert other == alone[1]
    assert one <= 0.5


def test_a_frames_own_threshold_is_met_halfway() -> None:
    low = [case(frames=(1, 0), frame_logits=(-1.0, -2.0)) for _ in range(60)]
    none = [case(frames=(0, 0), frame_logits=(-3.0, -2.0)) for _ in range(60)]
    # given as if it were common, it would be wrong two times out of three
    high = [case(frames=(0, int(n % 3 == 0)), frame_logits=(-3.0, 2.0 if n % 3 == 0 else -0.9)) for n in range(60)]
    found = fitted([*low, *none, *high])
    assert found.frame_thresholds[0] < found.frame_thresholds[1]


def test_labels_that_are_ignored_decide_nothing() -> None:
    plain = [case([n % 4]) for n in range(20)]
    with_ignored = [*plain, *[case([IGNORED], [np.array([9.0, 0, 0, 0])])] * 20]
    assert fitted(with_ignored) == fitted(plain)


def test_sentences_without_targets_can_be_calibrated_on() -> None:
    found = fitted([case(frames=(1,), frame_logits=(2.0,)), case(frames=(0,), frame_logits=(-2.0,))])
    assert (found.stance_temperature, found.holder_temperature, found.reject) == (1.0, 1.0, pytest.approx(0.5))
    assert found.stance_offsets == (0, 0, 0)


def test_what_is_fitted_fits_the_schema_and_is_the_same_each_time() -> None:
    cases = [case([n % 4], frames=(n % 2,), frame_logits=(float(n % 7 - 3),)) for n in range(60)]
    found = fitted(cases)
    assert found == fitted(cases)
    assert all(0 < threshold < 1 for threshold in found.frame_thresholds)


def test_a_model_without_frames_is_calibrated_on_its_stances() -> None:
    shares = np.array([0.1, 0.2, 0.6, 0.1])
    cases = [
        case([label], [2.0 * np.log(shares)], frames=(), frame_logits=())
        for label in range(4)
        for _ in range(int(100 * shares[label]))
    ]
    found = fitted(cases)
    assert (found.frame_thresholds, found.frame_temperature) == ((), 1.0)
    assert found.stance_temperature == pytest.approx(2.0, rel=0.06)


def test_neither_frames_nor_targets_leave_everything_as_it_is() -> None:
    assert fitted([case(frames=(), frame_logits=())]) == Calibration(())


def test_examples_that_come_one_at_a_time_are_calibrated_on_like_a_list() -> None:
    cases = [case([n % 4], frames=(n % 2,), frame_logits=(float(n % 3 - 1),)) for n in range(12)]
    examples, scores = zip(*cases, strict=True)
    assert calibrate(iter(examples), scores) == calibrate(examples, scores)
