"""The tokenizer undoes spelling that never changes a word, and still knows where each piece stood."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models
from transformers import AutoTokenizer

from zawiya.errors import ZawiyaError
from zawiya.inputs import Encoder
from zawiya.train.pretrain.tokenizer import SPECIAL, Special, normalizer, save_tokenizer, special_of, train_tokenizer

TEXTS = ["أدانت موسكو تدخل واشنطن في شؤون الدول", "قال رئيس إيران إن القاهرة على حق عام 2024", "السلام على العراق"] * 20


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, vocabulary=200, minimum=2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد إلى آخر ٱلعراق", "احمد الى اخر العراق"),  # forms of alif
        ("على", "علي"),  # alif maqsura
        ("مُحَمَّدٌ", "محمد"),  # vowel marks and shadda
        ("الرحمٰن", "الرحمن"),  # dagger alif
        ("الســـلام", "السلام"),  # tatweel
        ("ﺍﻟﺴﻼﻡ", "السلام"),  # presentation forms with a lam-alif ligature
        ("ﻻ ﻷ", "لا لا"),  # lam-alif ligatures
        ("\u202bموسكو\u202c\u200f", "موسكو"),  # direction marks
        ("مو\u200cسكو\u200d", "موسكو"),  # zero-width joiner and non-joiner
        ("\ufeffموسكو", "موسكو"),  # byte order mark
        ("٢٠٢٤", "2024"),  # Arabic-Indic digits
        ("۲۰۲۴", "2024"),  # Persian digits
        ("کابل", "كابل"),  # Persian kaf
        ("أدانت\u00a0موسكو", "أدانت موسكو"),  # no-break space
        ("أ", "ا\u0654"),  # composed and decomposed
        ("NATO", "nato"),
        ("«السلام»", '"السلام"'),  # guillemets
        ("“السلام”", "„السلام‟"),  # English and German marks
        ("‘السلام’", "‹السلام›"),  # single ones
    ],
)
def test_spellings_of_one_word_have_the_same_pieces(tokenizer: Tokenizer, one: str, other: str) -> None:
    assert tokenizer.encode(one).ids == tokenizer.encode(other).ids


@pytest.mark.parametrize(("one", "other"), [("القاهرة", "القاهره"), ("شؤون", "شوون"), ("رئيس", "رييس")])
def test_what_may_change_a_word_is_kept(one: str, other: str) -> None:
    assert normalizer().normalize_str(one) != normalizer().normalize_str(other)


def test_pieces_point_into_the_text_as_it_was_read(tokenizer: Tokenizer) -> None:
    text = "أَدانَت مــوسكو\u200f ﺍﻟﺴﻼﻡ"
    encoding = tokenizer.encode(text, add_special_tokens=False)
    words: dict[int, list[tuple[int, int]]] = {}
    for word, span in zip(encoding.word_ids, encoding.offsets, strict=True):
        words.setdefault(word, []).append(span)
    read = [text[spans[0][0] : spans[-1][1]].strip("\u200f") for spans in words.values()]
    assert read == ["أَدانَت", "مــوسكو", "ﺍﻟﺴﻼﻡ"]


@given(
    st.text(
        st.one_of(
            st.characters(min_codepoint=0x0621, max_codepoint=0x0670),
            st.characters(min_codepoint=0xFE80, max_codepoint=0xFEFC),
            st.sampled_from(" \u00a0\u200b\u200c\u200f\u202b\ufeff.،«a1"),
        ),
        max_size=30,
    )
)
def test_offsets_are_in_order_inside_the_text(tokenizer: Tokenizer, text: str) -> None:
    encoding = tokenizer.encode(text, add_special_tokens=False)
    reached = 0
    for start, end in encoding.offsets:
        assert 0 <= start <= end <= len(text)
        assert start >= reached or end >= reached
        reached = max(reached, start)


@given(st.text(st.characters(min_codepoint=0x0600, max_codepoint=0x06FF), max_size=20))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalizer().normalize_str(text)
    assert normalizer().normalize_str(once) == once


def test_special_tokens_stand_first_and_around_a_text(tokenizer: Tokenizer) -> None:
    assert [tokenizer.token_to_id(token) for token in SPECIAL] == [0, 1, 2, 3, 4]
    assert tokenizer.encode("موسكو").tokens == ["[CLS]", "موسكو", "[SEP]"]
    assert tokenizer.encode("موسكو", "واشنطن").type_ids == [0, 0, 0, 1, 1]


def test_the_special_pieces_are_found_by_name(tokenizer: Tokenizer) -> None:
    assert special_of(tokenizer) == Special(padding=0, begins=2, mask=4)


def test_a_tokenizer_of_another_kind_is_refused_by_what_it_lacks() -> None:
    other = Tokenizer(models.WordPiece({"<s>": 0, "[UNK]": 1, "[MASK]": 2}, unk_token="[UNK]"))
    with pytest.raises(ZawiyaError, match=r"found no \[PAD\], \[CLS\], \[SEP\]; go on from"):
        special_of(other)


def test_the_vocabulary_keeps_to_its_size(tokenizer: Tokenizer) -> None:
    assert tokenizer.get_vocab_size() <= 200
    assert train_tokenizer(TEXTS, vocabulary=100, minimum=2).get_vocab_size() <= 100


def test_what_is_saved_is_loaded_by_transformers_and_by_zawiya(tokenizer: Tokenizer, tmp_path: Path) -> None:
    save_tokenizer(tokenizer, tmp_path, longest=64)
    text = "أَدانت موسكو"
    loaded = AutoTokenizer.from_pretrained(tmp_path)
    assert loaded(text)["input_ids"] == tokenizer.encode(text).ids
    assert loaded.model_max_length == 64
    assert (loaded.pad_token, loaded.mask_token) == ("[PAD]", "[MASK]")
    assert Encoder.load(tmp_path, longest=64).tokenizer.encode(text).ids == tokenizer.encode(text).ids
