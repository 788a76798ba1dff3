"""Fine-tuning: that it learns what can be learnt, goes on where it was, and tells how it went."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import TrainerCallback

from zawiya.inputs import Encoder
from zawiya.records import Article
from zawiya.taxonomy import FrameList, Taxonomy
from zawiya.train.arrow import ExampleSet, example_set
from zawiya.train.examples import Example
from zawiya.train.fit import (
    Collator,
    Fitted,
    MaskedExamples,
    fit,
)
from zawiya.train.model import StanceModel
from zawiya.train.settings import TrainerSettings

from .conftest import FAST

Learn = Callable[..., Fitted]


@pytest.fixture
def fitted(tmp_path: Path, make_model: Callable[..., StanceModel], encoder: Encoder, learnt: Callable) -> Learn:
    def run(
        settings: TrainerSettings,
        articles: Sequence[Article],
        *,
        copies: int = 1,
        table: Callable[[Sequence[Article]], ExampleSet] = learnt,
        model: StanceModel | None = None,
        callbacks: Sequence[TrainerCallback] = (),
    ) -> Fitted:
        return fit(
            model or make_model(),
            train=table([*articles] * copies),
            dev=table(articles),
            encoder=encoder,
            settings=settings,
            folder=tmp_path / "steps",
            callbacks=callbacks,
        )

    return run


def answers(model: StanceModel, examples: list[Example], encoder: Encoder) -> tuple[float, list, list]:
    """Loss, stances and frames of the examples."""
    batch = Collator(encoder)(examples)
    with torch.no_grad():
        output = model.eval()(**batch)
    return float(output.loss), output.stance_logits.argmax(-1).tolist(), (output.frame_logits > 0).int().tolist()


def test_a_dozen_examples_are_learnt_by_heart(
    fitted: Learn, make_model: Callable, articles: list[Article], examples: list[Example], encoder: Encoder
) -> None:
    before, *_ = answers(make_model(), examples, encoder)
    done = fitted(FAST, articles, copies=15)
    after, stance, frames = answers(done.model, examples, encoder)
    # label smoothing keeps the loss from nought
    assert after < before / 3
    assert stance == [list(e.stance) for e in examples]
    assert frames == [list(e.frames) for e in examples]
    assert (done.score, done.epochs) == (1.0, 2.0)


def test_a_run_goes_on_from_its_last_checkpoint(fitted: Learn, articles: list[Article], tmp_path: Path) -> None:
    fitted(replace(FAST, epochs=1), articles)
    steps = {path.name for path in (tmp_path / "steps").glob("checkpoint-*")}
    assert steps == {"checkpoint-3"}
    (tmp_path / "steps" / "checkpoint-3" / "seen").touch()
    fitted(FAST, articles)
    steps = {path.name for path in (tmp_path / "steps").glob("checkpoint-*")}
    assert steps == {"checkpoint-3", "checkpoint-6"}
    # what was there was gone on from, not begun anew
    assert (tmp_path / "steps" / "checkpoint-3" / "seen").exists()


def test_the_best_epoch_is_given_back(fitted: Learn, articles: list[Article], tmp_path: Path) -> None:
    import json

    done = fitted(FAST, articles)
    newest = max((tmp_path / "steps").glob("checkpoint-*"), key=lambda path: int(path.name.rpartition("-")[2]))
    state = json.loads((newest / "trainer_state.json").read_text(encoding="utf-8"))
    best = StanceModel.from_pretrained(state["best_model_checkpoint"])
    for one, other in zip(done.model.parameters(), best.parameters(), strict=True):
        torch.testing.assert_close(one, other)
    assert done.score == pytest.approx(state["best_metric"])


def test_training_ends_when_nothing_has_been_gained_for_so_many_epochs(fitted: Learn, articles: list[Article]) -> None:
    # a step too small to change a label
    still = replace(FAST, epochs=9, learning_rate=1e-12, embedding_learning_rate=1e-12, head_learning_rate=1e-12)
    assert fitted(replace(still, patience=2), articles).epochs == 3.0


def test_callbacks_are_told_of_the_scores(fitted: Learn, articles: list[Article]) -> None:
    told = []

    class Ear(TrainerCallback):
        def on_evaluate(self, args, state, control, metrics, **rest) -> None:
            told.append(metrics["eval_score"])

    fitted(FAST, articles, callbacks=[Ear()])
    assert len(told) == 2


def test_heads_have_a_learning_rate_of_their_own(
    fitted: Learn, make_model: Callable[..., StanceModel], articles: list[Article]
) -> None:
    frozen = fitted(replace(FAST, epochs=1, learning_rate=1e-12, embedding_learning_rate=1e-12), articles).model
    start = dict(make_model().named_parameters())
    moved = {
        name.startswith("encoder.")
        for name, weights in frozen.named_parameters()
        if (weights - start[name]).abs().max() > 1e-5
    }
    assert moved == {False}


def test_each_epoch_shows_all_examples_in_an_order_of_its_own(
    fitted: Learn, articles: list[Article], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[tuple[int, int]] = []
    plain = MaskedExamples.__getitem__

    def noted(self: MaskedExamples, index: int) -> Example:
        shown.append((self.epoch, index))
        return plain(self, index)

    monkeypatch.setattr(MaskedExamples, "__getitem__", noted)
    fitted(FAST, articles)
    orders = [[index for epoch, index in shown if epoch == wanted] for wanted in (0, 1)]
    assert [sorted(order) for order in orders] == [list(range(12))] * 2
    assert orders[0] != orders[1]


def test_the_same_settings_give_the_same_model(fitted: Learn, articles: list[Article], tmp_path: Path) -> None:
    hiding = replace(FAST, epochs=1, mask_words=0.3, mask_target=0.3)
    one = fitted(hiding, articles).model.state_dict()
    (tmp_path / "steps").rename(tmp_path / "before")
    other = fitted(hiding, articles).model.state_dict()
    assert all(torch.equal(weights, other[name]) for name, weights in one.items())


def test_a_model_without_frames_learns_stances(
    fitted: Learn, make_model: Callable, taxonomy: Taxonomy, encoder: Encoder, articles: list[Article]
) -> None:
    bare = replace(taxonomy, frames=FrameList(1, ()))

    def table(held: Sequence[Article]) -> ExampleSet:
        return example_set(held, taxonomy=bare, encoder=encoder)

    done = fitted(FAST, articles, copies=15, table=table, model=make_model(frames=0))
    assert {example.frames for example in table(articles)} == {()}
    assert done.score == 1.0


def test_sentences_without_targets_teach_frames(fitted: Learn, articles: list[Article]) -> None:
    bare = [
        # "talks" or "interference", and no name for the matcher to find
        article.with_sentences((replace(s, text=s.text.split()[2], end=len(s.text.split()[2]), mentions=()),))
        for article in articles
        for s in article.sentences
    ]
    bare = [replace(article, text=article.sentences[0].text) for article in bare]
    done = fitted(FAST, bare, copies=15)
    assert done.score == 1.0


@pytest.mark.parametrize("changes", [{"checkpointing": True}, {"focal_gamma": 2.0}, {"accumulation": 2, "epochs": 4}])
def test_a_run_under_other_settings_learns_as_well(fitted: Learn, articles: list[Article], changes: dict) -> None:
    assert fitted(replace(FAST, **changes), articles, copies=15).score > 0.9


def test_losses_and_scores_go_to_tensorboard_where_asked(
    fitted: Learn, articles: list[Article], tmp_path: Path
) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    fitted(replace(FAST, report_to=("tensorboard",)), articles)
    [written] = (tmp_path / "steps").rglob("events.out.tfevents.*")
    events = EventAccumulator(str(written))
    events.Reload()
    assert "eval/score" in events.Tags()["scalars"]


@pytest.mark.slow
def test_losses_and_scores_go_to_mlflow_where_asked(
    fitted: Learn, articles: list[Article], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mlflow = pytest.importorskip("mlflow")
    store = f"sqlite:///{tmp_path / 'runs.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", store)
    monkeypatch.chdir(tmp_path)
    before = mlflow.get_tracking_uri() if mlflow.is_tracking_uri_set() else None
    mlflow.set_tracking_uri(store)
    try:
        fitted(replace(FAST, report_to=("mlflow",)), articles)
        [run] = mlflow.search_runs(output_format="list")
        assert run.data.metrics["eval_score"] >= 0
        assert run.data.params["seed"] == "7"
    finally:
        mlflow.set_tracking_uri(before)
