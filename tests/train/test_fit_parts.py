"""What a fine-tuning is made of: hidden words, padded labels, loss weights, learning rates, scores on dev."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import EvalPrediction

from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder, Window
from zawiya.train.examples import Example
from zawiya.train.fit import (
    Collator,
    MaskedExamples,
    dev_scores,
    learning_rate,
    loss_weights,
    precision,
    training_arguments,
)
from zawiya.train.model import IGNORED

from .conftest import FAST


def example(
    stance: tuple[int, ...] = (), frames: tuple[int, ...] = (0, 0), *, pieces: int = 6, span: tuple[int, int] = (1, 2)
) -> Example:
    count = len(stance)
    window = Window(0, (2, *range(10, 8 + pieces), 3), (span,) * count, tuple(range(count)))
    return Example(window, stance, np.zeros((count, 2 + count), dtype=np.float32), frames)


def masked(encoder: Encoder, examples: list[Example], *, target: float, words: float) -> MaskedExamples:
    return MaskedExamples(examples, encoder=encoder, settings=replace(FAST, mask_target=target, mask_words=words))


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


def test_the_same_words_are_hidden_in_the_same_epoch_and_others_in_another(encoder: Encoder) -> None:
    plain = [example((1,), pieces=30)] * 2

    def hidden(epoch: int, *, seed: int = 7) -> list[tuple[int, ...]]:
        settings = replace(FAST, mask_target=0.5, mask_words=0.5, seed=seed)
        dataset = MaskedExamples(plain, encoder=encoder, settings=settings)
        dataset.epoch = epoch
        # whatever else draws from the common source of chance
        torch.manual_seed(epoch + seed)
        return [dataset[index].window.ids for index in (1, 0)]

    assert hidden(0) == hidden(0)
    assert hidden(0) != hidden(1)
    assert hidden(0) != hidden(0, seed=8)
    # two examples that read alike are hidden each in its own way
    assert hidden(0)[0] != hidden(0)[1]


def test_a_target_is_hidden_as_often_as_asked_for(encoder: Encoder) -> None:
    mask = encoder.tokenizer.token_to_id("[MASK]")
    dataset = masked(encoder, [example((1,), pieces=8, span=(3, 5))] * 400, target=0.25, words=0.0)
    shown = [hidden.window.ids[3:5] for hidden in dataset]
    # all of it or nothing
    assert {ids.count(mask) for ids in shown} == {0, 2}
    assert 70 <= sum(mask in ids for ids in shown) <= 130


def test_the_sign_before_an_appended_target_stays(encoder: Encoder) -> None:
    mask, sep = encoder.tokenizer.token_to_id("[MASK]"), encoder.sep_id
    window = Window(0, (encoder.cls_id, 10, 11, sep, 12, 13, sep), ((4, 6),), (0,))
    plain = Example(window, (0,), np.zeros((1, 3), dtype=np.float32), (0, 0))
    (hidden,) = masked(encoder, [plain], target=1.0, words=1.0)
    assert hidden.window.ids == (encoder.cls_id, mask, mask, sep, mask, mask, sep)


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
    stance, frames = loss_weights(examples, frames=2, power=1.0)
    # eight over the counts, then scaled to a mean of one over the rows
    assert stance == [2.0, 0.5, 1.0, 2.0]
    counts = np.array([1, 4, 2, 1])
    assert (counts * stance).sum() / counts.sum() == pytest.approx(1)
    # present 1+1, absent 2; present 0+1, absent 3
    assert frames == [1.0, 3.0]
    rooted, _ = loss_weights(examples, frames=2, power=0.5)
    assert rooted[0] / rooted[1] == pytest.approx(2, abs=1e-3)


def test_power_nought_weighs_nothing() -> None:
    stance, frames = loss_weights([example((1, 1, 1), (0, 1)), example((0,), (0, 1))], frames=2, power=0.0)
    assert (stance, frames) == ([1, 1, 1, 1], [1, 1])


def test_a_frames_weight_is_kept_between_one_and_ten() -> None:
    _, frames = loss_weights([example((), (1, int(n == 0))) for n in range(400)], frames=2, power=1.0)
    assert frames == [1, 10]


def test_without_frames_only_stances_are_weighed() -> None:
    stance, frames = loss_weights(iter([example((1, 1, 2), ())]), frames=0, power=1.0)
    assert (len(stance), frames) == (4, [])
    assert loss_weights([], frames=0, power=0.5) == ([1, 1, 1, 1], [])


LAYERED = replace(FAST, learning_rate=1e-3, layer_decay=0.5, embedding_learning_rate=None, head_learning_rate=1e-2)


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("encoder.encoder.layer.2.attention.self.query.weight", 1e-3),
        ("encoder.encoder.layer.1.output.dense.bias", 0.5e-3),
        ("encoder.encoder.layer.0.intermediate.dense.weight", 0.25e-3),
        ("encoder.layers.1.attn.Wo.weight", 0.5e-3),
        ("encoder.embeddings.word_embeddings.weight", 0.125e-3),
        ("encoder.embeddings_project.weight", 0.125e-3),
        ("stance.0.weight", 1e-2),
        ("context.distance.weight", 1e-2),
        ("holder_query.bias", 1e-2),
    ],
)
def test_layers_below_the_last_learn_slower_and_heads_by_themselves(name: str, rate: float) -> None:
    assert learning_rate(name, LAYERED, layers=3) == pytest.approx(rate)


def test_embeddings_may_have_a_rate_of_their_own() -> None:
    settings = replace(LAYERED, embedding_learning_rate=7e-5)
    assert learning_rate("encoder.embeddings.word_embeddings.weight", settings, layers=3) == 7e-5
    assert learning_rate("encoder.encoder.layer.2.output.dense.weight", settings, layers=3) == 1e-3


def test_without_decay_all_layers_learn_alike() -> None:
    settings = replace(LAYERED, layer_decay=1.0)
    names = [f"encoder.encoder.layer.{n}.output.dense.weight" for n in range(12)]
    assert {learning_rate(name, settings, layers=12) for name in names} == {1e-3}


def test_precision_is_the_best_of_the_device_or_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert [precision(asked) for asked in ("auto", "fp32", "bf16")] == ["fp32", "fp32", "bf16"]
    with pytest.raises(ZawiyaError, match=r"`trainer\.precision`: fp16 needs a GPU.*write auto or fp32"):
        precision("fp16")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for able, best in ((True, "bf16"), (False, "fp16")):
        monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda able=able: able)
        assert precision("auto") == best
    assert precision("fp16") == "fp16"


def test_the_trainer_is_told_what_the_settings_say(tmp_path: Path) -> None:
    settings = replace(
        FAST, patience=2, metric="frame_macro_f1", accumulation=3, warmup=0.25, checkpointing=True, precision="fp32"
    )
    found = training_arguments(settings, tmp_path)
    assert (found.num_train_epochs, found.per_device_train_batch_size, found.gradient_accumulation_steps) == (2, 4, 3)
    assert (found.metric_for_best_model, found.greater_is_better) == ("frame_macro_f1", True)
    assert found.gradient_checkpointing
    assert not (found.bf16 or found.fp16)
    assert (found.seed, found.output_dir, found.report_to) == (7, str(tmp_path), [])
    # a share of all steps
    assert found.get_warmup_steps(100) == 25


def test_a_lower_loss_is_better(tmp_path: Path) -> None:
    found = training_arguments(replace(FAST, metric="loss"), tmp_path)
    assert (found.metric_for_best_model, found.greater_is_better) == ("loss", False)


def test_losses_are_reported_only_where_asked(tmp_path: Path) -> None:
    assert training_arguments(replace(FAST, report_to=("tensorboard",)), tmp_path).report_to == ["tensorboard"]


def prediction(stance: list, stance_labels: list, frames: list, frame_labels: list) -> EvalPrediction:
    return EvalPrediction(
        predictions=(np.array(stance, dtype=float), np.array(frames, dtype=float)),
        label_ids=(np.array(stance_labels), np.array(frame_labels)),
    )


def test_the_dev_score_is_the_mean_of_stance_and_frames() -> None:
    found = dev_scores(
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
    found = dev_scores(prediction([[[0, 0, 0, 9]]], [[3]], [[1, -1]], [[1, 0]]))
    assert (found["stance_macro_f1"], found["frame_micro_f1"], found["score"]) == (0, 1, 1)


def test_a_model_without_frames_is_scored_by_its_stances() -> None:
    found = dev_scores(prediction([[[9, 0, 0, 0], [0, 9, 0, 0], [0, 0, 9, 0]]], [[0, 1, 2]], [[]], [[]]))
    assert found == {"stance_macro_f1": 1, "frame_micro_f1": 0, "frame_macro_f1": 0, "score": 1}


def test_frames_are_also_scored_each_by_itself() -> None:
    found = dev_scores(prediction([[[0, 0, 0, 9]]] * 2, [[3]] * 2, [[1, -1], [1, -1]], [[1, 0], [1, 1]]))
    assert found["frame_macro_f1"] == pytest.approx(0.5)
