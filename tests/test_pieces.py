"""Pieces cut word by word are those of the whole text; where they might not be, the whole text is cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from zawiya import pieces
from zawiya.pieces import Cutter, cuts_word_by_word
from zawiya.resources import resource

TEXT = "أدانت موسكو، في بيانٍ لها، «تدخّل» واشنطن\u00a0في 2024."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(resource("models", "default", "tokenizer.json")))


def whole(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[tuple[int, int]]]:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return encoding.ids, encoding.offsets


def cut(cutter: Cutter, *texts: str) -> list[tuple[list[int], list[tuple[int, int]]]]:
    return [(list(found.ids), found.offsets) for found in cutter.cut(texts)]


def description(tokenizer: Tokenizer) -> dict:
    return json.loads(tokenizer.to_str())


def test_the_embedded_tokenizer_cuts_word_by_word(tokenizer: Tokenizer) -> None:
    assert cuts_word_by_word(description(tokenizer))


def test_pieces_and_offsets_are_those_of_the_whole_text(tokenizer: Tokenizer) -> None:
    cutter = Cutter(tokenizer)
    for _ in range(2):  # unknown words, then known ones
        assert cut(cutter, TEXT, "", TEXT[::-1]) == [whole(tokenizer, t) for t in (TEXT, "", TEXT[::-1])]


@given(st.lists(st.text(max_size=60), max_size=4))
def test_so_they_are_of_any_text(texts: list[str]) -> None:
    tokenizer = Tokenizer.from_file(str(resource("models", "default", "tokenizer.json")))
    assert cut(Cutter(tokenizer), *texts) == [whole(tokenizer, text) for text in texts]


@pytest.mark.parametrize(
    "blank", [chr(code) for code in (9, 10, 13, 28, 31, 32, 0x85, 0xA0, 0x1680, 0x2007, 0x200B, 0x2028, 0x3000, 0xFEFF)]
)
def test_every_blank_parts_words_as_the_tokenizer_has_it(tokenizer: Tokenizer, blank: str) -> None:
    text = f"موسكو{blank}واشنطن{blank}{blank}طهران"
    assert cut(Cutter(tokenizer), text) == [whole(tokenizer, text)]


def test_half_a_character_counts_as_one_that_is_unknown(tokenizer: Tokenizer) -> None:
    assert cut(Cutter(tokenizer), "قال \ud800 موسكو") == [whole(tokenizer, "قال \ufffd موسكو")]


def test_special_tokens_in_a_text_are_found_inside_words(tokenizer: Tokenizer) -> None:
    text = "قال[MASK]ثم [SEP]"
    assert cut(Cutter(tokenizer), text) == [whole(tokenizer, text)]


def test_what_is_remembered_has_an_end(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_WORDS", 10)
    cutter = Cutter(tokenizer)
    texts = [f"كلمة{number} موسكو {'س' * 50}{number}" for number in range(40)]
    assert [cut(cutter, text)[0] for text in texts] == [whole(tokenizer, text) for text in texts]
    assert len(cutter._known) <= 12
    assert max(map(len, cutter._known)) <= pieces.LONGEST_WORD


@pytest.mark.parametrize(
    "change",
    [
        {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}},
        {"pre_tokenizer": None},
        {"model": {"type": "BPE", "vocab": {}, "merges": []}},
        {"normalizer": {"type": "Prepend", "prepend": "_"}},
        {"normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "_"}},
        {"normalizer": {"type": "Replace", "pattern": {"Regex": "a b"}, "content": ""}},
        {"added_tokens": [{"content": "<mask>", "lstrip": True, "rstrip": False}]},
        {"added_tokens": [{"content": "two words", "lstrip": False, "rstrip": False}]},
    ],
)
def test_where_words_may_depend_on_their_neighbours_the_whole_text_is_cut(tokenizer: Tokenizer, change: dict) -> None:
    assert not cuts_word_by_word(description(tokenizer) | change)


def test_a_tokenizer_that_looks_beyond_words_is_given_the_whole_text() -> None:
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Split

    tokenizer = Tokenizer(WordLevel({"a b": 0, "[UNK]": 1}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Split(",", "removed")
    assert cut(Cutter(tokenizer), "a b,a b") == [([0, 0], [(0, 3), (4, 7)])]
