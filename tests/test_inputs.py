"""Every target of every sentence reaches the model exactly once, whatever the sentence's length."""

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, pre_tokenizers

from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder, Window, batches, collate, window_starts
from zawiya.pieces import Pieces
from zawiya.records import Mention, Sentence

#: «بلد» repeated: three letters a time, three pieces.
LONG = " ".join(["بلد"] * 60)


def window(pieces: int, *targets: tuple[int, int], sentence: int = 0) -> Window:
    return Window(sentence, tuple(range(10, 10 + pieces)), targets, tuple(range(len(targets))))


@pytest.mark.parametrize(
    ("start", "end", "pieces"),
    [
        (0, 3, (0, 1)),  # exactly a piece
        (4, 8, (1, 3)),  # two pieces
        (1, 2, (0, 1)),  # inside a piece
        (2, 5, (0, 2)),  # parts of two
        (3, 4, (0, 1)),  # between two: the one before
        (8, 9, (2, 3)),  # behind the last
    ],
)
def test_a_span_of_characters_is_the_pieces_it_touches(start: int, end: int, pieces: tuple[int, int]) -> None:
    assert Pieces((7, 8, 9), [(0, [(0, 3)]), (4, [(0, 2), (2, 4)])]).span(start, end) == pieces


def test_a_span_before_the_first_piece_or_without_any_is_the_first_place() -> None:
    assert Pieces((7,), [(2, [(0, 2)])]).span(0, 1) == (0, 1)
    assert Pieces((), []).span(0, 3) == (0, 1)


def test_a_piece_without_width_is_touched_by_nothing() -> None:
    assert Pieces((7, 7, 8, 9), [(0, [(0, 0), (0, 2), (2, 2), (2, 4)])]).span(0, 4) == (1, 4)


@given(st.integers(0, 3000), st.integers(6, 512))
def test_windows_cover_everything_and_overlap_by_a_quarter(length: int, room: int) -> None:
    starts = window_starts(length, room)
    assert starts[0] == 0
    assert starts[-1] == max(0, length - room)
    for one, other in itertools.pairwise(starts):
        assert one < other
        assert one + room - other >= room / 4


def test_a_sentence_that_fits_is_one_window_with_its_targets(encoder: Encoder, make_sentence: Callable) -> None:
    text = "أدانت موسكو تدخل واشنطن"  # Moscow condemned Washington's interference
    sentence = make_sentence(text, ("usa", "واشنطن"), ("russia", "موسكو"), start=100)
    (only,) = encoder.encode([sentence])
    assert only.ids[0] == encoder.cls_id
    assert only.ids[-1] == encoder.sep_id
    assert len(only.ids) == 6
    assert only.mentions == (0, 1)
    assert only.targets == ((4, 5), (2, 3))


def test_a_target_is_all_the_pieces_of_its_name(encoder: Encoder, make_sentence: Callable) -> None:
    sentence = make_sentence("في إيران محادثات", ("iran", "إيران"))
    (only,) = encoder.encode([sentence])
    assert only.targets == ((2, 7),)
    assert [encoder.tokenizer.id_to_token(piece) for piece in only.ids[2:7]] == ["إ", "##ي", "##ر", "##ا", "##ن"]


def test_a_sentence_without_mentions_still_has_a_window(encoder: Encoder, make_sentence: Callable) -> None:
    (only,) = encoder.encode([make_sentence("محادثات في البلد")])
    assert (only.targets, only.mentions) == ((), ())


def test_a_sentence_without_pieces_has_a_window_of_special_tokens(encoder: Encoder) -> None:
    sentence = Sentence(0, 2, "  ", mentions=(Mention("russia", 0, 1, " "),))
    (only,) = encoder.encode([sentence])
    assert only.ids == (encoder.cls_id, encoder.sep_id)
    assert only.targets == ((1, 2),)


def test_windows_name_their_sentence_in_order(encoder: Encoder, make_sentence: Callable) -> None:
    windows = encoder.encode([make_sentence("موسكو"), make_sentence(LONG), make_sentence("طهران")])
    numbers = [w.sentence for w in windows]
    assert numbers == sorted(numbers)
    assert set(numbers) == {0, 1, 2}
    assert numbers.count(1) > 1
    assert encoder.encode([]) == []


@given(st.lists(st.integers(0, 59), max_size=8))
def test_in_a_long_sentence_each_mention_is_read_once_and_whole(encoder: Encoder, places: list[int]) -> None:
    mentions = tuple(Mention("iran", 4 * place, 4 * place + 3, "بلد") for place in places)
    windows = encoder.encode([Sentence(0, len(LONG), LONG, mentions=mentions)])
    assert sorted(number for w in windows for number in w.mentions) == list(range(len(places)))
    for w in windows:
        assert len(w.ids) <= encoder.longest
        assert (w.ids[0], w.ids[-1]) == (encoder.cls_id, encoder.sep_id)
        assert len(w.targets) == len(w.mentions)
        for first, last in w.targets:
            assert 1 <= first < last <= len(w.ids) - 1
            assert [encoder.tokenizer.id_to_token(piece) for piece in w.ids[first:last]] == ["ب", "##ل", "##د"]


def test_the_windows_of_a_long_sentence_leave_no_piece_unread(encoder: Encoder, make_sentence: Callable) -> None:
    sentence = make_sentence(LONG)
    ids = encoder.tokenizer.encode(LONG, add_special_tokens=False).ids
    windows = encoder.encode([sentence])
    starts = window_starts(len(ids), encoder.longest - 2)
    read = {
        start + place: piece
        for start, w in zip(starts, windows, strict=True)
        for place, piece in enumerate(w.ids[1:-1])
    }
    assert [read[place] for place in range(len(ids))] == ids


def test_a_mention_longer_than_a_window_is_cut_to_it(encoder: Encoder) -> None:
    (middle,) = [w for w in encoder.encode([Sentence(0, len(LONG), LONG, mentions=(_whole(),))]) if w.mentions]
    assert middle.targets == ((1, encoder.longest - 1),)


def _whole() -> Mention:
    return Mention("iran", 0, len(LONG), LONG)


def test_a_named_target_longer_than_a_window_is_counted_as_clipped(encoder: Encoder) -> None:
    windows = encoder.encode([Sentence(0, len(LONG), LONG, mentions=(_whole(),))])
    assert [w.clipped for w in windows if w.mentions] == [1]
    assert sum(w.clipped for w in windows) == 1


def test_collating_pads_to_one_shape(encoder: Encoder) -> None:
    batch = collate([window(4, (1, 3)), window(6, (1, 2), (2, 5)), window(3)], pad_id=0)
    assert batch.input_ids.shape == batch.attention_mask.shape == (3, 6)
    assert batch.target_mask.shape == (3, 2, 6)
    assert batch.input_ids[2].tolist() == [10, 11, 12, 0, 0, 0]
    assert batch.attention_mask.sum(1).tolist() == [4, 6, 3]
    assert batch.target_mask[1, 1].tolist() == pytest.approx([0, 0, 1 / 3, 1 / 3, 1 / 3, 0])
    assert batch.target_mask.sum(-1).tolist() == [[1, 0], [pytest.approx(1), pytest.approx(1)], [0, 0]]


def test_a_batch_without_targets_is_one_target_wide() -> None:
    assert collate([window(3)], pad_id=0).target_mask.shape == (1, 1, 3)


@st.composite
def some_windows(draw: st.DrawFn) -> list[Window]:
    found = []
    for number in range(draw(st.integers(1, 12))):
        pieces = draw(st.integers(3, 40))
        spans = draw(st.lists(st.tuples(st.integers(1, pieces - 2), st.integers(1, 5)), max_size=4))
        found.append(window(pieces, *((a, min(a + n, pieces - 1)) for a, n in spans), sentence=number))
    return found


@given(some_windows())
def test_each_target_row_sums_to_one_over_its_span(windows: list[Window]) -> None:
    batch = collate(windows, pad_id=0)
    assert (batch.input_ids.dtype, batch.attention_mask.dtype) == (np.int64, np.int64)
    assert batch.target_mask.dtype == np.float32
    for row, w in enumerate(windows):
        sums = batch.target_mask[row].sum(-1)
        assert np.allclose(sums[: len(w.targets)], 1)
        assert not sums[len(w.targets) :].any()
        assert not batch.target_mask[row][:, batch.attention_mask[row] == 0].any()
        for column, (first, last) in enumerate(w.targets):
            assert batch.target_mask[row, column].nonzero()[0].tolist() == list(range(first, last))


@given(some_windows(), st.integers(1, 200))
def test_batches_divide_the_windows_and_keep_to_their_size(windows: list[Window], tokens: int) -> None:
    found = batches(windows, tokens=tokens)
    assert sorted(index for batch in found for index in batch) == list(range(len(windows)))
    for batch in found:
        assert len(batch) == 1 or len(batch) * max(len(windows[index].ids) for index in batch) <= tokens


def test_no_windows_are_no_batches() -> None:
    assert batches([], tokens=100) == []


def test_a_tokenizer_with_robertas_special_tokens_will_do() -> None:
    tokenizer = Tokenizer(models.WordLevel({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    encoder = Encoder.of(tokenizer, longest=16)
    assert (encoder.cls_id, encoder.sep_id, encoder.pad_id) == (0, 2, 1)


def test_a_tokenizer_without_special_tokens_is_refused() -> None:
    with pytest.raises(ZawiyaError, match=r"none of the special tokens \[CLS\], <s>"):
        Encoder.of(Tokenizer(models.WordLevel({"a": 0}, unk_token="a")), longest=16)


def test_a_tokenizers_own_truncation_and_padding_are_switched_off() -> None:
    tokenizer = Tokenizer(models.WordLevel({"[CLS]": 0, "[SEP]": 1, "[PAD]": 2, "a": 3}, unk_token="a"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(3)
    tokenizer.enable_padding(length=12, pad_id=2)
    (only,) = Encoder.of(tokenizer, longest=16).encode([Sentence(0, 9, "a a a a a")])
    assert only.ids == (0, 3, 3, 3, 3, 3, 1)


def test_loading_needs_a_tokenizer_file(tmp_path: Path) -> None:
    with pytest.raises(ZawiyaError, match=r"expected a tokenizer\.json, found none"):
        Encoder.load(tmp_path, longest=16)


def test_a_tokenizer_file_of_garbage_is_reported_by_name(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(ZawiyaError, match=r"tokenizer\.json"):
        Encoder.load(tmp_path, longest=16)


def test_a_saved_tokenizer_is_loaded(tmp_path: Path, encoder: Encoder, make_sentence: Callable) -> None:
    encoder.tokenizer.save(str(tmp_path / "tokenizer.json"))
    sentence = make_sentence("أدانت موسكو واشنطن", ("russia", "موسكو"))
    assert Encoder.load(tmp_path, longest=32).encode([sentence]) == encoder.encode([sentence])
