import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zawiya.reading.decode import LineDecoder, NotTextError, decode

# 'the minister said in a statement that the talks went on', and more of the kind
SENTENCE = "قال الوزير في بيان إن المحادثات استمرت في العاصمة، وأكد أن وقف إطلاق النار ما زال قائماً."
MORE = "من الحكومة الدولة هذا التي الذي رئيس مجلس الأمن لجنة حقوق كل ظل ملك صحيفة نقلت عن مسؤول قوله شعب غزة مؤتمر"
WORDS = f"{SENTENCE[:-7]} {MORE}".replace("،", "").split()
ARABIC = st.lists(st.sampled_from(WORDS), min_size=6, max_size=30, unique=True).map(" ".join)
# line ends, ASCII and marks that all the encodings have
GLUE = st.sampled_from([" ", "\n", "\r\n", ", ", " 2022 ", ". ", " (CNN) ", "، ", "؟ "])
# at least six different words: one word over and over is no Arabic that scoring could know
TEXT = st.lists(st.tuples(ARABIC, GLUE).map("".join), min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", codecs.BOM_UTF8, "utf-8-sig"),
        ("utf-16-le", codecs.BOM_UTF16_LE, "utf-16-le"),
        ("utf-16-be", codecs.BOM_UTF16_BE, "utf-16-be"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", codecs.BOM_UTF32_LE, "utf-32-le"),
        ("windows-1256", b"", "windows-1256"),
        ("iso-8859-6", b"", "iso-8859-6"),
    ],
)
@settings(deadline=None)
@given(text=TEXT)
def test_arabic_comes_back_from_every_encoding(codec, mark, name, text):
    decoded = decode(mark + text.encode(codec))
    assert (decoded.text, decoded.encoding, decoded.warnings) == (text, name, ())


@settings(deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), max_size=200))
def test_utf8_with_a_mark_comes_back_whatever_it_says(text):
    assert decode(codecs.BOM_UTF8 + text.encode()).text == text


@settings(deadline=None)
@given(before=ARABIC, between=ARABIC, after=ARABIC)
def test_windows_1256_inside_utf8_is_found_in_the_middle_of_a_line(before, between, after):
    data = f"{before} ".encode() + f"{between} ".encode("windows-1256") + after.encode()
    decoded = decode(data)
    assert decoded.text == f"{before} {between} {after}"
    assert decoded.encoding == "utf-8+windows-1256"
    assert decoded.warnings == ("windows-1256 inside UTF-8 in 1 line: 1",)


def test_lines_in_windows_1256_are_named():
    decoded = decode(f"{SENTENCE}\n".encode() * 2 + f"{SENTENCE}\n".encode("windows-1256"))
    assert decoded.text == f"{SENTENCE}\n" * 3
    assert decoded.warnings == ("windows-1256 inside UTF-8 in 1 line: 3",)


def test_broken_bytes_become_replacement_characters_with_a_warning():
    data = SENTENCE.encode()
    decoded = decode(data[:20] + b"\xff" + data[20:])
    assert decoded.text.replace("\ufffd", "") == SENTENCE
    assert decoded.encoding == "utf-8"
    assert decoded.warnings == ("1 byte that fit no encoding became U+FFFD",)


def test_a_character_cut_at_the_end_loses_nothing_before_it():
    decoded = decode(SENTENCE.encode()[:-2])  # the full stop and half of the last letter
    assert decoded.text == SENTENCE[:-2] + "\ufffd"
    assert len(decoded.warnings) == 1


def test_odd_byte_at_the_end_of_utf16_is_marked():
    decoded = decode(codecs.BOM_UTF16_LE + SENTENCE.encode("utf-16-le") + b"\x06")
    assert decoded.text == SENTENCE + "\ufffd"
    assert decoded.warnings == ("broken utf-16-le: 1 place became U+FFFD",)


def test_line_ends_stay_as_they_are():
    assert decode(f"{SENTENCE}\r\n{SENTENCE}\r".encode()).text == f"{SENTENCE}\r\n{SENTENCE}\r"


@pytest.mark.parametrize("declared", [None, "windows-1256", "iso-8859-1", "utf-8", "no such thing", "rot13"])
def test_a_wrong_declaration_does_no_harm(declared):
    assert decode(SENTENCE.encode("windows-1256"), declared=declared).text == SENTENCE
    assert decode(SENTENCE.encode(), declared=declared).text == SENTENCE


def test_a_declaration_decides_for_other_scripts():
    text = "Москва и Киев обсудили обмен."  # Russian: Moscow and Kyiv discussed the exchange
    assert decode(text.encode("koi8-r"), declared="koi8-r").text == text


@pytest.mark.parametrize(
    "data",
    [b"abc\x00def", bytes(range(1, 9)) * 40, b"%PDF-1.7 text", b"\x89PNG\r\n", b"PK\x03\x04 more", b"\x1f\x8bmore"],
)
def test_bytes_that_are_no_text_are_refused(data):
    with pytest.raises(NotTextError):
        decode(data)


def test_text_of_another_script_keeps_its_ascii_and_is_not_taken_for_arabic():
    text = "Le ministre a déclaré que la réunion était reportée à l'été prochain."
    decoded = decode(text.encode("latin-1"))
    assert decoded.text.startswith("Le ministre a d")
    assert decoded.encoding not in {"windows-1256", "iso-8859-6"}


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=6, max_size=20, unique=True))
def test_vowelled_arabic_is_recognised(words):
    text = " ".join("".join(letter + "\u064e" for letter in word) for word in words)
    assert decode(text.encode("windows-1256")).text == text


def test_a_line_longer_than_a_piece_is_read_whole():
    text = f"{SENTENCE} " * 400
    decoded = decode(text.encode() + SENTENCE.encode("windows-1256"))
    assert decoded.text == text + SENTENCE


def test_lines_of_a_file_may_differ_in_encoding():
    decoder = LineDecoder(f"{SENTENCE}\n".encode())
    assert decoder.decode(f"{SENTENCE}\n".encode()).warnings == ()
    odd = decoder.decode(f"{SENTENCE}\n".encode("windows-1256"))
    assert (odd.text, odd.warnings) == (f"{SENTENCE}\n", ("a line in windows-1256",))
