"""A sentence's labels depend on the sentence alone: not on its neighbours, their order, or how they were batched."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from zawiya import prediction
from zawiya.backends import Backend
from zawiya.bundle import Bundle
from zawiya.inputs import Encoder
from zawiya.linear import LinearModel
from zawiya.prediction import EncoderJudge, load_judge, score_windows
from zawiya.records import Sentence

#: How far two runs of the same window may lie apart when it was padded to another length.
MARGIN = 1e-4


def label_sentences(
    sentences: list[Sentence], *, bundle: Bundle, backend: Backend, encoder: Encoder, gold: bool = False
) -> list[Sentence]:
    return EncoderJudge(bundle, encoder, backend).label(sentences, gold=gold)


@pytest.fixture
def sentences(make_sentence: Callable) -> list[Sentence]:
    """Sentences of very different lengths, with none to three targets; the last is longer than a window."""
    return [
        make_sentence("محادثات"),
        make_sentence("أدانت موسكو تدخل واشنطن", ("russia", "موسكو"), ("usa", "واشنطن")),
        make_sentence(
            "أشادت طهران بدور موسكو في محادثات واشنطن", ("iran", "طهران"), ("russia", "موسكو"), ("usa", "واشنطن")
        ),
        make_sentence("إيران", ("iran", "إيران"), start=40),
        make_sentence(f"موسكو {'بلد ' * 30} واشنطن", ("russia", "موسكو"), ("usa", "واشنطن")),
    ]


def same(one: Sentence, other: Sentence) -> bool:
    return (
        (one.text, one.start, one.frames) == (other.text, other.start, other.frames)
        and [(m.actor, m.start, m.stance, m.holder) for m in one.mentions]
        == [(m.actor, m.start, m.stance, m.holder) for m in other.mentions]
        and np.allclose([*one.frame_scores.values()], [*other.frame_scores.values()], atol=MARGIN)
        and all(
            np.allclose([*m.scores.values()], [*n.scores.values()], atol=MARGIN)
            for m, n in zip(one.mentions, other.mentions, strict=True)
        )
    )


@pytest.mark.parametrize("tokens", [1, 64, 100_000])
@pytest.mark.parametrize("backwards", [False, True])
def test_labels_do_not_depend_on_the_batch(
    sentences: list[Sentence],
    bundle: Bundle,
    torch_backend: Backend,
    encoder: Encoder,
    monkeypatch: pytest.MonkeyPatch,
    tokens: int,
    backwards: bool,
) -> None:
    alone = [label_sentences([s], bundle=bundle, backend=torch_backend, encoder=encoder)[0] for s in sentences]
    assert {m.stance for s in alone for m in s.mentions} - {None}
    monkeypatch.setattr(prediction, "BATCH_TOKENS", tokens)
    order = list(range(len(sentences)))[:: -1 if backwards else 1]
    together = label_sentences(
        [sentences[index] for index in order], bundle=bundle, backend=torch_backend, encoder=encoder
    )
    assert all(same(alone[index], found) for index, found in zip(order, together, strict=True))


def test_windows_come_back_in_their_order(sentences: list[Sentence], torch_backend: Backend, encoder: Encoder) -> None:
    windows = encoder.encode(sentences)
    found = score_windows(windows, backend=torch_backend, encoder=encoder)
    assert [scores.window for scores in found] == windows
    for scores in found:
        count = len(scores.window.targets)
        assert scores.stance.shape == (count, 4)
        assert scores.holder.shape == (count, 2 + count)
        assert scores.frames.shape == (2,)


def test_given_mentions_keep_their_number_and_order(
    sentences: list[Sentence], bundle: Bundle, torch_backend: Backend, encoder: Encoder
) -> None:
    labelled = label_sentences(sentences, bundle=bundle, backend=torch_backend, encoder=encoder, gold=True)
    assert [[m.start for m in s.mentions] for s in labelled] == [[m.start for m in s.mentions] for s in sentences]
    assert all(m.stance for s in labelled for m in s.mentions)


def test_both_ends_of_a_sentence_longer_than_the_encoder_are_read(
    bundle: Bundle, word_backend: Backend, encoder: Encoder, make_sentence: Callable
) -> None:
    text = f"تدخل في إيران {'بلد ' * 30} محادثات"
    (labelled,) = label_sentences([make_sentence(text)], bundle=bundle, backend=word_backend, encoder=encoder)
    assert labelled.frames == ("interference", "diplomacy")


def test_short_sentences_share_a_batch(
    sentences: list[Sentence], bundle: Bundle, word_backend: Backend, encoder: Encoder
) -> None:
    windows = encoder.encode(sentences * 20)
    label_sentences(sentences * 20, bundle=bundle, backend=word_backend, encoder=encoder)
    pieces = sum(len(window.ids) for window in windows)
    # a batch is half full at least, but for the last
    assert word_backend.batches <= 2 * pieces // prediction.BATCH_TOKENS + 1 < len(windows) / 10


def test_no_sentences_are_no_labels(bundle: Bundle, word_backend: Backend, encoder: Encoder) -> None:
    assert label_sentences([], bundle=bundle, backend=word_backend, encoder=encoder) == []
    assert word_backend.batches == 0


def test_batches_that_run_at_once_give_what_one_after_the_other_gives(
    sentences: list[Sentence], bundle: Bundle, torch_backend: Backend, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction, "BATCH_TOKENS", 16)
    with ThreadPoolExecutor(4) as pool:
        at_once = EncoderJudge(bundle, encoder, torch_backend, pool)
        one_by_one = EncoderJudge(bundle, encoder, torch_backend)
        assert (at_once.name, at_once.frames) == ("tiny", ("interference", "diplomacy"))
        assert at_once.label(sentences * 5) == one_by_one.label(sentences * 5)
        assert at_once.label(sentences, gold=True) == one_by_one.label(sentences, gold=True)


def test_a_folder_is_loaded_as_what_it_says_it_is(
    tmp_path: Path, model_folder: Path, linear_model: LinearModel, sentences: list[Sentence]
) -> None:
    linear_model.save(tmp_path)
    for folder, kind in ((model_folder, EncoderJudge), (tmp_path, LinearModel)):
        judge = load_judge(folder, threads=1)
        assert isinstance(judge, kind)
        assert judge.frames == ("interference", "diplomacy")
        assert [len(s.mentions) for s in judge.label(sentences, gold=True)] == [len(s.mentions) for s in sentences]
