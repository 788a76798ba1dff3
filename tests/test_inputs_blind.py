"""A blind encoder shows every target as the whole of its window: no model can tell from it which one is asked about."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya.backends import Backend
from zawiya.bundle import Bundle
from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder, collate
from zawiya.prediction import EncoderJudge, load_judge, score_windows
from zawiya.records import Mention, Sentence

#: «بلد» repeated: three letters a time, three pieces.
LONG = " ".join(["بلد"] * 60)


@pytest.fixture(scope="module")
def blind(encoder: Encoder) -> Encoder:
    """The encoder of the tiny world, not told its targets."""
    return replace(encoder, blind=True)


def asked(sentence: Sentence, *names: str) -> Sentence:
    """A sentence with targets that it does not name."""
    appended = (Mention(name, sentence.end, sentence.end, name) for name in names)
    return replace(sentence, mentions=(*sentence.mentions, *appended))


def test_every_target_of_a_sentence_is_the_whole_of_it(blind: Encoder, make_sentence: Callable) -> None:
    # Moscow condemned Washington's interference: four words, a piece each, between two special tokens
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), ("russia", "موسكو"), start=100)
    (only,) = blind.encode([sentence])
    assert only.targets == ((1, 5), (1, 5))
    assert only.mentions == (0, 1)


def test_what_is_read_is_what_a_seeing_encoder_reads(blind: Encoder, encoder: Encoder, make_sentence: Callable) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), ("russia", "موسكو"))
    (dark,), (seen,) = blind.encode([sentence]), encoder.encode([sentence])
    assert dark.ids == seen.ids
    assert dark.targets != seen.targets


def test_a_model_says_the_same_of_two_targets_that_it_cannot_tell_apart(
    blind: Encoder, encoder: Encoder, torch_backend: Backend, make_sentence: Callable
) -> None:
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), ("russia", "موسكو"))
    (dark,) = score_windows(blind.encode([sentence]), backend=torch_backend, encoder=blind)
    assert np.array_equal(dark.stance[0], dark.stance[1])
    assert np.array_equal(dark.holder[0], dark.holder[1])
    # which says something only of a model that tells them apart where it is told
    (seen,) = score_windows(encoder.encode([sentence]), backend=torch_backend, encoder=encoder)
    assert np.abs(seen.stance[0] - seen.stance[1]).max() > 0.01


def test_whom_a_sentence_asks_about_does_not_change_what_a_blind_model_reads(
    blind: Encoder, make_sentence: Callable
) -> None:
    text = "أدانت موسكو تدخل واشنطن"
    first, second = blind.encode([make_sentence(text, ("usa", "واشنطن")), make_sentence(text, ("russia", "موسكو"))])
    assert (first.ids, first.targets) == (second.ids, second.targets)


def test_a_target_that_the_sentence_does_not_name_is_not_shown(
    blind: Encoder, encoder: Encoder, make_sentence: Callable
) -> None:
    plain = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"))
    (shown,) = encoder.encode([asked(plain, "طهران")])
    assert len(shown.ids) == 8
    (only,) = blind.encode([asked(plain, "طهران")])
    assert only.ids == blind.encode([plain])[0].ids
    assert only.targets == ((1, 5), (1, 5))
    assert only.mentions == (0, 1)


def test_a_sentence_that_only_asks_is_shown_once(blind: Encoder, make_sentence: Callable) -> None:
    # a seeing encoder needs several windows to show so many names
    sentence = asked(make_sentence("محادثات في البلد"), *("طهران" * 3 for _ in range(12)))
    (only,) = blind.encode([sentence])
    assert len(only.targets) == 12
    assert len(set(only.targets)) == 1


def test_a_sentence_without_pieces_has_a_place_for_its_targets(blind: Encoder) -> None:
    mentions = (Mention("russia", 0, 1, " "), Mention("usa", 1, 2, " "))
    (only,) = blind.encode([Sentence(0, 2, "  ", mentions=mentions)])
    assert only.ids == (blind.cls_id, blind.sep_id)
    assert only.targets == ((1, 2), (1, 2))


def test_a_sentence_without_targets_has_none(blind: Encoder, make_sentence: Callable) -> None:
    (only,) = blind.encode([make_sentence("محادثات في البلد")])
    assert (only.targets, only.mentions) == ((), ())
    assert blind.encode([]) == []


@given(st.lists(st.integers(0, 59), max_size=8), st.integers(0, 3))
def test_in_a_long_sentence_each_target_is_read_once_as_a_whole_window(
    blind: Encoder, places: list[int], names: int
) -> None:
    mentions = tuple(Mention("iran", 4 * place, 4 * place + 3, "بلد") for place in places)
    sentence = asked(Sentence(0, len(LONG), LONG, mentions=mentions), *("موسكو",) * names)
    windows = blind.encode([sentence])
    assert sorted(number for w in windows for number in w.mentions) == list(range(len(places) + names))
    for w in windows:
        assert len(w.ids) <= blind.longest
        assert set(w.targets) <= {(1, len(w.ids) - 1)}
        assert len(w.targets) == len(w.mentions)


def test_a_batch_weighs_all_words_of_the_window_alike(blind: Encoder, make_sentence: Callable) -> None:
    batch = collate(blind.encode([make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"))]), pad_id=blind.pad_id)
    assert batch.target_mask[0, 0].tolist() == pytest.approx([0, 0.25, 0.25, 0.25, 0.25, 0])


def test_a_bundle_says_that_its_model_is_blind(bundle: Bundle, tmp_path: Path) -> None:
    dark = replace(bundle, blind=True)
    dark.save(tmp_path)
    assert Bundle.load(tmp_path) == dark
    bundle.save(tmp_path)
    assert Bundle.load(tmp_path).blind is False


def test_a_bundle_that_is_older_than_blindness_sees(bundle: Bundle, tmp_path: Path) -> None:
    bundle.save(tmp_path)
    path = tmp_path / "zawiya.json"
    path.write_text(path.read_text(encoding="utf-8").replace(',\n  "blind": false', ""), encoding="utf-8")
    assert "blind" not in path.read_text(encoding="utf-8")
    assert Bundle.load(tmp_path) == bundle


def test_a_linear_model_says_nothing_of_blindness(tmp_path: Path) -> None:
    Bundle("words", ("interference",), kind="linear").save(tmp_path)
    assert "blind" not in (tmp_path / "zawiya.json").read_text(encoding="utf-8")
    assert Bundle.load(tmp_path).blind is False


def test_blindness_that_is_neither_true_nor_false_is_a_fault(bundle: Bundle, tmp_path: Path) -> None:
    bundle.save(tmp_path)
    path = tmp_path / "zawiya.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"blind": false', '"blind": "half"'), encoding="utf-8")
    with pytest.raises(ZawiyaError, match="`blind`"):
        Bundle.load(tmp_path)


def test_the_judge_of_a_folder_is_as_blind_as_the_folder_says(
    model_folder: Path, bundle: Bundle, tmp_path: Path, make_sentence: Callable
) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).symlink_to(model_folder / name)
    replace(bundle, blind=True).save(tmp_path)
    dark, seeing = load_judge(tmp_path, threads=1), load_judge(model_folder, threads=1)
    assert isinstance(dark, EncoderJudge)
    sentence = make_sentence("أدانت موسكو تدخل واشنطن", ("usa", "واشنطن"), ("russia", "موسكو"))
    (first, second) = dark.label([sentence], gold=True)[0].mentions
    assert first.scores == second.scores
    (first, second) = seeing.label([sentence], gold=True)[0].mentions
    assert first.scores != second.scores
