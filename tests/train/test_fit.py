"""Fine-tuning: what is masked, what is weighed, and that it learns what can be learnt."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import EvalPrediction

from zawiya.inputs import Encoder, Window
from zawiya.train.examples import Example
from zawiya.train.fit import Collator, MaskedExamples, dev_score, fit, loss_weights
from zawiya.train.model import IGNORED, StanceModel
from zawiya.train.settings import TrainerSettings

FAST = TrainerSettings(
    epochs=2,
    batch_size=4,
    learning_rate=5e-3,
    head_learning_rate=5e-3,
    weight_decay=0.0,
    mask_target=0.0,
    mask_words=0.0,
    weight_power=0.0,
    seed=7,
)


def example(
    stance: tuple[int, ...] = (), frames: tuple[int, ...] = (0, 0), *, pieces: int = 6, span: tuple[int, int] = (1, 2)
) -> Example:
    count = len(stance)
    window = Window(0, (2, *range(10, 8 + pieces), 3), (span,) * count, tuple(range(count)))
    return Example(window, stance, np.zeros((count, 2 + count), dtype=np.float32), frames)


def masked(encoder: Encoder, examples: list[Example], *, target: float, words: float) -> MaskedExamples:
    return MaskedExamples(examples, encoder=encoder, mask_target=target, mask_words=words)


def test_masking_everything_leaves_the_special_tokens(encoder: Encoder, examples: list[Example]) -> None:
    mask = encoder.tokenizer.token_to_id("[MASK]")
    for hidden in masked(encoder, examples, target=1.0, words=1.0):
        ids = hidden.window.ids
        assert (ids[0], ids[-1]) == (encoder.cls_id, encoder.sep_id)
        assert set(ids[1:-1]) == {mask}


def test_masking_targets_hides_all_their_pieces_and_no_other(encoder: Encoder) -> None:
    mask = encoder.tokenizer.token_to_id("[MASK]")
    plain = example((1,), pieces=8, span=(3, 5))
    (hidden,) = masked(encoder, [plain], target=1.0, words=0.0)
    assert [place for place, piece in enumerate(hidden.window.ids) if piece == mask] == [3, 4]


def test_masking_words_leaves_targets_readable(encoder: Encoder) -> None:
    plain = example((1,), pieces=8, span=(3, 5))
    (hidden,) = masked(encoder, [plain], target=0.0, words=1.0)
    assert hidden.window.ids[3:5] == plain.window.ids[3:5]
    assert hidden.window.ids[2] != plain.window.ids[2]


def test_without_masking_an_example_is_as_it_was(encoder: Encoder, examples: list[Example]) -> None:
    assert [e.window for e in masked(encoder, examples, target=0.0, words=0.0)] == [e.window for e in examples]


def test_words_are_hidden_anew_each_time_and_alike_under_a_seed(encoder: Encoder) -> None:
    dataset = masked(encoder, [example((1,), pieces=30)], target=0.5, words=0.5)
    torch.manual_seed(3)
    draws = [dataset[0].window.ids for _ in range(5)]
    torch.manual_seed(3)
    assert [dataset[0].window.ids for _ in range(5)] == draws
    assert len(set(draws)) > 1


def test_labels_and_spans_stay_where_they_are(encoder: Encoder, examples: list[Example]) -> None:
    for plain, hidden in zip(examples, masked(encoder, examples, target=1.0, words=1.0), strict=True):
        assert replace(hidden, window=plain.window) == replace(plain, holder=hidden.holder)
        assert hidden.window.targets == plain.window.targets


def test_a_tokenizer_without_a_mask_masks_nothing(encoder: Encoder, examples: list[Example]) -> None:
    from tokenizers import Tokenizer, models

    bare = Encoder.of(Tokenizer(models.WordLevel({"[CLS]": 2, "[SEP]": 3, "[PAD]": 0}, unk_token="[PAD]")), longest=32)
    (hidden,) = masked(bare, examples[:1], target=1.0, words=1.0)
    assert hidden.window == examples[0].window


def test_collating_pads_labels_with_what_is_ignored(encoder: Encoder) -> None:
    one = example((1,), (1, 0))
    one.holder[0, 2] = 1
    batch = Collator(encoder)([one, example((0, 2), (0, 1), pieces=9)])
    assert batch["input_ids"].shape == (2, 9)
    assert batch["stance_labels"].tolist() == [[1, IGNORED], [0, 2]]
    assert batch["holder_labels"].tolist() == [[[0, 0, 1, 0], [0, 0, 0, 0]], [[0, 0, 0, 0], [0, 0, 0, 0]]]
    assert batch["frame_labels"].tolist() == [[1, 0], [0, 1]]


def test_weights_of_a_hand_worked_case() -> None:
    # with one added to each: favor 1, against 4, neutral 2, not-an-actor 1; eight in all
    examples = [example((1, 1, 2), (1, 0)), example((1, IGNORED), (0, 0)), example((), (0, 0)), example((), (0, 0))]
    stance, frames = loss_weights(examples, power=1.0)
    # eight over the counts, then scaled to a mean of one over the rows
    assert stance == [2.0, 0.5, 1.0, 2.0]
    counts = np.array([1, 4, 2, 1])
    assert (counts * stance).sum() / counts.sum() == pytest.approx(1)
    # present 1+1, absent 2; present 0+1, absent 3
    assert frames == [1.0, 3.0]
    rooted, _ = loss_weights(examples, power=0.5)
    assert rooted[0] / rooted[1] == pytest.approx(2, abs=1e-3)


def test_power_nought_weighs_nothing() -> None:
    stance, frames = loss_weights([example((1, 1, 1), (0, 1)), example((0,), (0, 1))], power=0.0)
    assert (stance, frames) == ([1, 1, 1, 1], [1, 1])


def test_a_frames_weight_is_kept_between_one_and_ten() -> None:
    _, frames = loss_weights([example((), (1, int(n == 0))) for n in range(400)], power=1.0)
    assert frames == [1, 10]


def prediction(stance: list, stance_labels: list, frames: list, frame_labels: list) -> EvalPrediction:
    return EvalPrediction(
        predictions=(np.array(stance, dtype=float), np.array(frames, dtype=float)),
        label_ids=(np.array(stance_labels), np.array(frame_labels)),
    )


def test_the_dev_score_is_the_mean_of_stance_and_frames() -> None:
    found = dev_score(
        prediction(
            # favor right; against taken for neutral; not-an-actor and padding are not asked
            [[[9, 0, 0, 0], [0, 0, 9, 0]], [[0, 0, 0, 9], [-100, -100, -100, -100]]],
            [[0, 1], [3, IGNORED]],
            [[1, -1], [1, 1]],
            [[1, 0], [0, 1]],
        )
    )
    assert found["stance_macro_f1"] == pytest.approx(1 / 3)
    assert found["frame_micro_f1"] == pytest.approx(0.8)
    assert found["score"] == pytest.approx((1 / 3 + 0.8) / 2)


def test_a_dev_set_without_stances_is_scored_by_its_frames() -> None:
    found = dev_score(prediction([[[0, 0, 0, 9]]], [[3]], [[1, -1]], [[1, 0]]))
    assert (found["stance_macro_f1"], found["frame_micro_f1"]) == (0, 1)


@pytest.fixture
def fitted(
    tmp_path: Path, make_model: Callable[..., StanceModel], encoder: Encoder, examples: list[Example]
) -> Callable[..., StanceModel]:
    def run(settings: TrainerSettings, *, copies: int = 1) -> StanceModel:
        folder = tmp_path / "steps"
        learnt = examples * copies
        return fit(make_model(), train=learnt, dev=examples, encoder=encoder, settings=settings, folder=folder)

    return run


def answers(model: StanceModel, examples: list[Example], encoder: Encoder) -> tuple[float, list, list]:
    """Loss, stances and frames of the examples."""
    batch = Collator(encoder)(examples)
    with torch.no_grad():
        output = model.eval()(**batch)
    return float(output.loss), output.stance_logits.argmax(-1).tolist(), (output.frame_logits > 0).int().tolist()


def test_a_dozen_examples_are_learnt_by_heart(
    fitted: Callable[..., StanceModel], make_model: Callable, examples: list[Example], encoder: Encoder
) -> None:
    before, *_ = answers(make_model(), examples, encoder)
    after, stance, frames = answers(fitted(FAST, copies=15), examples, encoder)
    # label smoothing keeps the loss from nought
    assert after < before / 3
    assert stance == [list(e.stance) for e in examples]
    assert frames == [list(e.frames) for e in examples]


def test_a_run_goes_on_from_its_last_checkpoint(fitted: Callable[..., StanceModel], tmp_path: Path) -> None:
    short = replace(FAST, epochs=1)
    fitted(short)
    steps = {path.name for path in (tmp_path / "steps").glob("checkpoint-*")}
    assert steps == {"checkpoint-3"}
    (tmp_path / "steps" / "checkpoint-3" / "seen").touch()
    fitted(FAST)
    steps = {path.name for path in (tmp_path / "steps").glob("checkpoint-*")}
    assert steps == {"checkpoint-3", "checkpoint-6"}
    # what was there was gone on from, not begun anew
    assert (tmp_path / "steps" / "checkpoint-3" / "seen").exists()


def test_the_best_epoch_is_given_back(fitted: Callable[..., StanceModel], tmp_path: Path) -> None:
    import json

    model = fitted(FAST)
    newest = max((tmp_path / "steps").glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    state = json.loads((newest / "trainer_state.json").read_text(encoding="utf-8"))
    best = StanceModel.from_pretrained(state["best_model_checkpoint"])
    for one, other in zip(model.parameters(), best.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_heads_have_a_learning_rate_of_their_own(
    fitted: Callable[..., StanceModel], make_model: Callable[..., StanceModel]
) -> None:
    frozen = fitted(replace(FAST, epochs=1, learning_rate=1e-12, embedding_learning_rate=1e-12))
    start = dict(make_model().named_parameters())
    moved = {
        name.startswith("encoder.")
        for name, weights in frozen.named_parameters()
        if (weights - start[name]).abs().max() > 1e-5
    }
    assert moved == {False}
