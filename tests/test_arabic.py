"""Folding unites the spellings of a word and never loses where a letter stood."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya import arabic
from zawiya.arabic import fold, fold_character, readings, stems, without_article, words

#: Letters, marks and signs that Arabic text mixes, besides all of Unicode.
ARABIC = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(min_codepoint=0xFB50, max_codepoint=0xFEFC),
        st.sampled_from(" \t\n\u00a0\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2066\u2069\ufeff.-"),
        st.characters(min_codepoint=0x20, max_codepoint=0x24F),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد إلى آخر", "احمد الى اخر"),  # hamza seats of alif
        ("ٱلله", "الله"),  # alif wasla
        ("على", "علي"),  # alif maqsura
        ("القاهرة", "القاهره"),  # ta marbuta
        ("مسؤول", "مسوول"),  # hamza on waw
        ("رئيس", "رييس"),  # hamza on ya
        ("مُحَمَّدٌ", "محمد"),  # vowel marks and shadda
        ("الرحمٰن", "الرحمن"),  # dagger alif
        ("الســـلام", "السلام"),  # tatweel
        ("ﺍﻟﺴﻼﻡ", "السلام"),  # presentation forms with a lam-alif ligature
        ("ﻻ ﻷ ﻹ ﻵ", "لا لا لا لا"),  # lam-alif ligatures
        ("ﻡ ﻭ ﺱ", "م و س"),  # isolated forms
        ("\u202bموسكو\u202c", "موسكو"),  # bidi embedding
        ("مو\u200cس\u200dكو", "موسكو"),  # zero-width joiner and non-joiner
        ("مو\u200bسكو\u200f", "موسكو"),  # zero-width space, right-to-left mark
        ("\ufeffموسكو", "موسكو"),  # byte order mark
        ("عام ٢٠٢٤ و۲۰۲۵", "عام 2024 و2025"),  # Arabic-Indic and Persian digits
        ("کابل گروزنی", "كابل كروزني"),  # Persian kaf, gaf, ya
        ("NATO", "nato"),
        ("İstanbul", "istanbul"),  # its lower case has a mark of its own
        ("Médecins", "me\u0301decins"),  # composed and decomposed
    ],
)
def test_spellings_of_one_word_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("سوريا", "سوري"), ("مالي", "المالي"), ("قطر", "قطري"), ("دعم", "ادعم")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("space", [" ", "\n", "\t", "\u00a0", "\u2009", "\u202f", "\u3000"])
def test_every_kind_of_space_separates_words(space: str) -> None:
    assert fold(f"أدانت{space}موسكو") == "ادانت موسكو"


@pytest.mark.parametrize("mark", ["-", "،", "«", "؟", ".", "/", "…"])
def test_punctuation_separates_words_and_is_left_out(mark: str) -> None:
    assert fold(f"موسكو{mark}واشنطن") == "موسكو واشنطن"


def test_words_tell_where_they_stood() -> None:
    text = "قال: «إِيـران»"
    said, iran = words(text)
    assert (said.text, text[said.start : said.end]) == ("قال", "قال")
    assert (iran.text, text[iran.start : iran.end]) == ("ايران", "إِيـران")
    # behind the first folded letter the vowel mark is passed over too
    assert text[iran.offset_after(1)] == "ي"
    assert iran.offset_after(5) == iran.end


def test_both_letters_of_a_ligature_come_from_its_one_character() -> None:
    (word,) = words("سﻼم")  # salaam, written with the lam-alif ligature
    assert word.text == "سلام"
    assert word.origins == (0, 1, 1, 2)


def test_a_stretch_is_read_with_offsets_into_the_whole_text() -> None:
    text = "أدانت موسكو واشنطن"
    (word,) = words(text, 6, 11)
    assert (word.text, word.start, word.end) == ("موسكو", 6, 11)


def test_marks_after_a_word_belong_to_it_and_marks_before_it_do_not() -> None:
    (word,) = words("\u200fموسكوُ ")
    assert (word.start, word.end) == (1, 7)


def test_a_run_of_marks_is_no_word() -> None:
    assert words("\u064b\u0651 \u0640 \u200f") == []
    assert fold("\u064b\u0651 \u0640 \u200f") == ""


def test_an_invisible_character_belongs_to_a_word_only_where_letters_go_on_behind_it() -> None:
    (word,) = words("مو\u200bسكو\u200f\u064b\u200f")
    assert (word.start, word.end) == (0, 8)


@pytest.mark.parametrize("length", [1, 39, 40, 41, 100, 5000])
def test_words_of_every_length_know_where_their_letters_stood(length: int) -> None:
    (word,) = words("ا" * length)
    assert word.origins == tuple(range(length))
    assert word.offset_after(length) == length


def by_character(text: str) -> list[tuple[str, int, int, tuple[int, ...]]]:
    """The words of a text, found slowly: character by character, as the documentation of ``Word`` tells."""
    found, letters, places, last = [], "", [], 0
    for position, character in enumerate(f"{text} "):
        folded = fold_character(character)
        if folded.isalnum():
            letters += folded
            places += [position] * len(folded)
            last = position + 1
        elif not folded and letters and unicodedata.category(character) != "Cf":
            last = position + 1
        elif folded and letters:
            found.append((letters, places[0], last, tuple(place - places[0] for place in places)))
            letters, places = "", []
    return found


@given(st.one_of(ARABIC, st.text(max_size=40)))
def test_words_are_those_found_character_by_character(text: str) -> None:
    found = [(word.text, word.start, word.end, word.origins) for word in words(text)]
    assert found == by_character(text)
    assert fold(text) == " ".join(word[0] for word in found)


def test_what_is_remembered_of_characters_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arabic, "_MOST_CHARACTERS", 0)
    remembered = len(arabic._LETTERS), len(arabic._PLACES)
    rare = "".join(map(chr, range(0x1E900, 0x1E920)))
    assert len(fold(rare)) == len(words(rare)[0].text) == 32
    assert (len(arabic._LETTERS), len(arabic._PLACES)) == remembered


@given(st.one_of(ARABIC, st.text(max_size=40)))
def test_words_are_in_order_inside_the_text_and_fold_to_themselves(text: str) -> None:
    end = 0
    for word in words(text):
        assert end <= word.start < word.end <= len(text)
        assert len(word.origins) == len(word.text)
        assert list(word.origins) == sorted(word.origins)
        assert word.origins[0] == 0
        assert word.start + word.origins[-1] < word.end
        assert fold(text[word.start : word.end]) == word.text
        end = word.end


@given(st.one_of(ARABIC, st.text(max_size=40)))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ARABIC)
def test_composed_and_decomposed_text_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(ARABIC, ARABIC)
def test_texts_fold_apart_from_each_other(one: str, other: str) -> None:
    assert fold(f"{one}\n{other}").split() == [*fold(one).split(), *fold(other).split()]


@pytest.mark.parametrize(
    ("word", "reading"),
    [
        ("وروسيا", (1, "روسيا")),  # and Russia
        ("بروسيا", (1, "روسيا")),  # with Russia
        ("فبروسيا", (2, "روسيا")),  # so with Russia
        ("والقاهره", (1, "القاهره")),  # and Cairo
        ("كالسعوديه", (1, "السعوديه")),  # like Saudi Arabia
        ("للسعوديه", (2, "السعوديه")),  # to Saudi Arabia: the article that lam swallows is restored
        ("وللسعوديه", (3, "السعوديه")),  # and to Saudi Arabia
        ("للاجيين", (1, "اللاجيين")),  # to the refugees: their own lam is written once
        ("واشنطن", (0, "واشنطن")),  # Washington begins with a letter that is no clitic
    ],
)
def test_clitics_are_read_off_a_word(word: str, reading: tuple[int, str]) -> None:
    assert reading in readings(word)


def test_the_word_as_it_stands_is_the_first_reading() -> None:
    assert readings("وبلاده")[0] == (0, "وبلاده")


def test_readings_never_leave_less_than_two_letters() -> None:
    assert readings("ول") == ((0, "ول"),)
    assert all(len(rest) > 1 for _, rest in readings("فلل"))


@given(st.text("ابفكلوم", min_size=1, max_size=12))
def test_readings_are_few_and_their_letters_are_the_words(word: str) -> None:
    found = readings(word)
    assert len(found) <= 36
    assert len({rest for _, rest in found}) == len(found)
    for clitics, rest in found:
        written = word[clitics:]
        # what is not written is the article, or its alif before a lam that is
        assert rest in {written, f"ال{written}"}


def test_the_article_is_taken_off_longer_words_only() -> None:
    assert without_article("الحكومه") == "حكومه"
    assert without_article("الله") == "الله"
    assert without_article("روسيا") == "روسيا"


def test_stems_hold_the_word_and_what_it_may_be_without_clitics_and_article() -> None:
    assert {"والحكومه", "حكومه"} <= stems("والحكومه")
    assert "حكومه" in stems("للحكومه")


def test_half_characters_become_one_that_is_whole() -> None:
    assert arabic.whole_characters("قال \ud800نعم\udfff") == "قال \ufffdنعم\ufffd"
    assert arabic.whole_characters("قال نعم 😀") == "قال نعم 😀"
