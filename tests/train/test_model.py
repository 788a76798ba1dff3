"""The model reads a sentence once and answers for each target, untouched by padding."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, BertConfig, BertModel

from zawiya.errors import ZawiyaError
from zawiya.inputs import Window, collate
from zawiya.integrity import write_hashes
from zawiya.train.encoders import load_weights
from zawiya.train.model import IGNORED, StanceModel, load_trained, take_heads, with_encoder

from ..conftest import SMALL, letter_tokenizer
from .conftest import labels, run

CLOSE = {"atol": 1e-5, "rtol": 1e-4}


@pytest.fixture
def model(make_model: Callable[..., StanceModel]) -> StanceModel:
    return make_model()


def test_each_head_has_its_shape(model: StanceModel, windows: list[Window]) -> None:
    output = run(model, windows)
    assert output.stance_logits.shape == (3, 2, 4)
    assert output.holder_logits.shape == (3, 2, 4)
    assert output.frame_logits.shape == (3, 2)
    assert output.loss is None


def test_two_targets_of_one_sentence_are_answered_differently(model: StanceModel, windows: list[Window]) -> None:
    first = run(model, windows).stance_logits[0]
    assert (first[0] - first[1]).abs().max() > 0.01


def test_frames_do_not_depend_on_the_targets(model: StanceModel, windows: list[Window]) -> None:
    asked = windows[0]
    unasked = Window(asked.sentence, asked.ids, (), ())
    torch.testing.assert_close(run(model, [asked]).frame_logits, run(model, [unasked]).frame_logits, **CLOSE)


def test_more_windows_tokens_and_targets_beside_it_change_no_answer(model: StanceModel, windows: list[Window]) -> None:
    crowd = [*windows, Window(3, (2, *range(10, 60), 3), ((1, 2),) * 9, tuple(range(9)))]
    together = run(model, crowd)
    for row, window in enumerate(windows):
        alone = run(model, [window])
        count = len(window.targets)
        pairs = [
            (together.frame_logits[row], alone.frame_logits[0]),
            (together.stance_logits[row, :count], alone.stance_logits[0, :count]),
            (together.holder_logits[row, :count, : 2 + count], alone.holder_logits[0, :count, : 2 + count]),
        ]
        for one, other in pairs:
            torch.testing.assert_close(one, other, **CLOSE)


def test_what_stands_on_padding_is_never_read(model: StanceModel, windows: list[Window]) -> None:
    batch = collate(windows, pad_id=0)
    other = collate(windows, pad_id=77)
    with torch.no_grad():
        one, two = (
            model(*map(torch.from_numpy, (b.input_ids, b.attention_mask, b.target_mask))) for b in (batch, other)
        )
    torch.testing.assert_close(one.frame_logits, two.frame_logits, **CLOSE)
    torch.testing.assert_close(one.stance_logits[0], two.stance_logits[0], **CLOSE)


def test_padding_targets_hold_nothing(model: StanceModel, windows: list[Window]) -> None:
    holders = run(model, windows).holder_logits.softmax(-1)
    # the second window has one target; the last column points to what is not there
    assert holders[1, 0, 3] == 0
    assert holders[1, 0, :3].sum() == pytest.approx(1)


def test_a_window_without_targets_gives_numbers(model: StanceModel, windows: list[Window]) -> None:
    output = run(model, windows[2:])
    for logits in (output.stance_logits, output.frame_logits):
        assert logits.isfinite().all()


def test_the_loss_leaves_out_what_is_ignored(model: StanceModel, windows: list[Window]) -> None:
    whole = run(model, windows, **labels()).loss
    padded = [*windows, windows[0]]
    nothing = labels(
        stance_labels=torch.tensor([[1, 2], [0, IGNORED], [IGNORED, IGNORED], [IGNORED, IGNORED]]),
        holder_labels=torch.zeros(4, 2, 4),
        frame_labels=torch.tensor([[1, 0], [0, 1], [0, 0], [IGNORED, IGNORED]]),
    )
    torch.testing.assert_close(run(model, padded, **nothing).loss, whole)


def test_without_any_label_the_loss_is_nothing(model: StanceModel, windows: list[Window]) -> None:
    nothing = labels(stance_labels=torch.full((3, 2), IGNORED), frame_labels=torch.full((3, 2), IGNORED))
    assert run(model, windows, **nothing).loss == 0


def test_the_loss_falls_with_the_probability_of_what_is_right(model: StanceModel, windows: list[Window]) -> None:
    guess = run(model, windows).stance_logits.argmax(-1)
    right = torch.stack([guess[0], torch.tensor([guess[1, 0], IGNORED]), torch.tensor([IGNORED, IGNORED])])
    wrong = torch.where(right == IGNORED, right, (right + 1) % 4)
    losses = [run(model, windows, **labels(stance_labels=stance)).loss for stance in (right, wrong)]
    assert losses[0] < losses[1]


def test_any_acceptable_holder_will_do(model: StanceModel, windows: list[Window]) -> None:
    holders = run(model, windows).holder_logits[0, 1].softmax(-1)
    nobody = run(model, windows, **labels()).loss

    def loss_of(*columns: int) -> float:
        acceptable = torch.zeros(3, 2, 4)
        acceptable[0, 1, list(columns)] = 1
        return float(run(model, windows, **labels(holder_labels=acceptable)).loss - nobody)

    for columns in ((0,), (2,), (0, 2), (1, 2, 3)):
        expected = -model.config.holder_weight * float(holders[list(columns)].sum().log())
        assert loss_of(*columns) == pytest.approx(expected, abs=1e-4)


def test_a_heavier_label_weighs_more(model: StanceModel, windows: list[Window]) -> None:
    def loss_with(weights: list[float]) -> float:
        model.config.stance_weights = weights
        return float(run(model, windows, **labels()).loss)

    equal = loss_with([1.0, 1.0, 1.0, 1.0])
    # one of each label: weighing all alike by any number is weighing them equally
    assert loss_with([3.0, 3.0, 3.0, 3.0]) == pytest.approx(equal, abs=1e-5)
    assert loss_with([1.0, 9.0, 1.0, 1.0]) != pytest.approx(equal, abs=1e-3)


def test_a_model_that_was_saved_answers_as_before(model: StanceModel, windows: list[Window], tmp_path: Path) -> None:
    model.save_pretrained(tmp_path)
    assert (tmp_path / "model.safetensors").is_file()
    again = StanceModel.from_pretrained(tmp_path).eval()
    assert again.config.frames == model.config.frames
    before, after = run(model, windows), run(again, windows)
    for name in ("stance_logits", "holder_logits", "frame_logits"):
        torch.testing.assert_close(before[name], after[name])


def test_computing_activations_again_changes_neither_loss_nor_gradients(
    make_model: Callable[..., StanceModel], windows: list[Window]
) -> None:
    def learn(checkpointing: bool) -> tuple[torch.Tensor, list[torch.Tensor]]:
        model = make_model().train()
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.0
        if checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
            assert model.is_gradient_checkpointing
        batch = collate(windows, pad_id=0)
        tensors = map(torch.from_numpy, (batch.input_ids, batch.attention_mask, batch.target_mask))
        loss = model(*tensors, **labels()).loss
        loss.backward()
        return loss, [weights.grad for weights in model.parameters() if weights.grad is not None]

    (loss, gradients), (again, others) = learn(False), learn(True)
    torch.testing.assert_close(loss, again)
    assert len(gradients) == len(others) > 0
    for one, other in zip(gradients, others, strict=True):
        torch.testing.assert_close(one, other)


def test_an_encoder_with_a_pooler_comes_back_whole(tmp_path: Path, windows: list[Window]) -> None:
    shape = BertConfig(
        **SMALL,
        vocab_size=letter_tokenizer().get_vocab_size(),
    )
    BertModel(shape).save_pretrained(tmp_path / "bert")
    model = with_encoder(load_weights(str(tmp_path / "bert")), frames=["a", "b"]).eval()
    model.save_pretrained(tmp_path / "model")
    again, report = StanceModel.from_pretrained(tmp_path / "model", output_loading_info=True)
    assert not report["missing_keys"] and not report["unexpected_keys"]
    assert not [name for name, _ in again.named_parameters() if "pooler" in name]
    torch.testing.assert_close(run(model, windows).stance_logits, run(again.eval(), windows).stance_logits)


def test_an_encoders_weights_are_taken_over_exactly(encoder_folder: Path) -> None:
    pretrained = AutoModel.from_pretrained(encoder_folder).state_dict()
    taken = with_encoder(load_weights(str(encoder_folder)), frames=["a"]).encoder.state_dict()
    assert set(pretrained) == set(taken)
    for name, weights in pretrained.items():
        assert torch.equal(weights, taken[name]), name


def test_heads_begin_afresh_with_the_sizes_asked_for(encoder_folder: Path) -> None:
    model = with_encoder(load_weights(str(encoder_folder)), frames=["a", "b", "c"], attention_heads=2, dropout=0.3)
    assert model.frame[-1].out_features == 3
    assert (model.context.heads, model.dropout.p) == (2, 0.3)
    assert model.stance[-1].weight.std() > 0.005
    assert not model.stance[-1].bias.any()


def test_both_encoder_and_heads_learn(encoder_folder: Path, windows: list[Window]) -> None:
    model = with_encoder(load_weights(str(encoder_folder)), frames=["a", "b"])
    batch = collate(windows, pad_id=0)
    tensors = map(torch.from_numpy, (batch.input_ids, batch.attention_mask, batch.target_mask))
    acceptable = torch.zeros(3, 2, 4)
    acceptable[0, 0, 3] = 1
    model(*tensors, **labels(holder_labels=acceptable)).loss.backward()
    without = [name for name, weights in model.named_parameters() if weights.grad is None or not weights.grad.any()]
    # a shift of all keys by one vector moves no softmax
    assert [name for name in without if not name.endswith(("key.bias", "holder_key.bias"))] == []


def test_heads_are_taken_over_and_of_the_frame_head_what_both_have(make_model: Callable[..., StanceModel]) -> None:
    trained, model = make_model(seed=1, frames=3), make_model(seed=2, frames=2)
    model.config.frames = ["frame2", "another"]
    fresh = {name: weights.clone() for name, weights in model.state_dict().items()}
    take_heads(model, trained)
    found, old = model.state_dict(), trained.state_dict()
    torch.testing.assert_close(found["stance.0.weight"], old["stance.0.weight"])
    torch.testing.assert_close(found["frame.3.weight"][0], old["frame.3.weight"][2])
    torch.testing.assert_close(found["frame.3.weight"][1], fresh["frame.3.weight"][1])
    # the encoder is whoever's it was
    assert all(torch.equal(found[name], fresh[name]) for name in found if name.startswith("encoder."))


def test_attention_of_another_number_of_heads_begins_anew(make_model: Callable[..., StanceModel]) -> None:
    trained, model = make_model(seed=1), make_model(seed=2)
    trained.config.attention_heads = model.config.attention_heads // 2
    fresh = model.state_dict()["context.query.weight"].clone()
    take_heads(model, trained)
    torch.testing.assert_close(model.state_dict()["context.query.weight"], fresh)


def test_a_trained_model_that_was_tampered_with_is_not_gone_on_from(
    make_model: Callable[..., StanceModel], tmp_path: Path
) -> None:
    make_model().save_pretrained(tmp_path)
    write_hashes(tmp_path)
    load_trained(tmp_path)
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(ZawiyaError, match="SHA-256"):
        load_trained(tmp_path)
    (tmp_path / "hashes.json").unlink()
    weights.write_bytes(b"no weights")
    with pytest.raises(ZawiyaError, match="cannot be read as a model of zawiya"):
        load_trained(tmp_path)
