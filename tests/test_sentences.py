"""Sentence boundaries: the rules one by one, then what holds for any text."""

import re
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zawiya import layout, sentences
from zawiya.layout import BLANK, find_pairs
from zawiya.sentences import split


def parts(text: str) -> list[str]:
    return [text[start:end] for start, end in split(text)]


@pytest.mark.parametrize("stop", [".", "!", "؟", "?", "…", "...", "..", "۔", "؟!", "\uff01", "\ufe52"])
def test_every_stop_ends_a_sentence(stop):
    # "the delegation arrived in the capital" / "then the talks began"
    first, second = f"وصل الوفد إلى العاصمة اليوم{stop}", "ثم بدأت المحادثات."
    assert parts(f"{first} {second}") == [first, second]


@pytest.mark.parametrize("sign", ["؛", "،", ":", ";"])
def test_weaker_signs_end_nothing(sign):
    assert len(parts(f"وصل الوفد{sign} ثم بدأت المحادثات.")) == 1


@pytest.mark.parametrize("text", ["", " ", "\n\r\n", "\ufeff", "\u200f \u00a0\u200e\u202b", "\x00\u200b"])
def test_blank_text_has_no_sentence(text):
    assert split(text) == []


def test_spans_leave_out_invisible_characters_at_both_ends():
    text = "\ufeff\u202b وصل الوفد.\u200f\u00a0\u200fغادر الوزير\u202c\u200b "
    assert parts(text) == ["وصل الوفد.", "غادر الوزير"]


def test_direction_marks_before_the_stop_stay_inside():
    assert parts("وصل الوفد\u200f. \u200fغادر الوزير\u200f.") == ["وصل الوفد\u200f.", "غادر الوزير\u200f."]


@pytest.mark.parametrize(
    "text",
    [
        "بلغت النسبة 3.5 في المئة.",
        "بلغت النسبة ٣٫٥ في المئة.",
        "بلغت النسبة 3. 5 في المئة.",  # torn apart by tokenisation
        "بدأ اللقاء في 10.30 مساء يوم 12 . 10 . 2017 في جنيف.",
        "قال د. سامر إنه بخير.",
        "قال د.سامر إنه بخير.",
        "قال أ.د. سامر إنه بخير.",
        "قالت م. ليلى إن الجسر آمن.",
        "العنوان ص.ب. 123 جدة.",
        "كتب جون ف. كيندي رسالة.",
        "قالت وكالة (د. ب. أ) إن الجسر آمن.",
        "وصل الجنرال إلى U.S. Army أمس.",
        "كتب Dr. Smith رسالة.",
        "قال ﺩ. سامر إنه بخير.",  # the abbreviation in a presentation form
    ],
)
def test_stops_inside_numbers_and_abbreviations_end_nothing(text):
    assert parts(text) == [text]


@pytest.mark.parametrize(
    "first",
    [
        "كان ذلك عام 2012.",
        "كان ذلك عام 756 م.",  # "in the year 756 AD"
        "كان ذلك عام 1445 هـ.",
        "هكذا قالت وكالة أ.ف.ب.",  # AFP, followed by "and"
        "كان الأمر سهلًا.",  # one letter under a vowel mark is not alone
        "بلغ الربح 3.5.",
    ],
)
def test_stops_behind_numbers_units_and_acronyms_may_end_a_sentence(first):
    assert parts(f"{first} وانتهى الأمر.") == [first, "وانتهى الأمر."]


def test_list_numbers_stay_with_their_items():
    assert parts("1. أول البنود هنا. 2. ثاني البنود هنا.") == ["1. أول البنود هنا.", "2. ثاني البنود هنا."]
    assert parts("١. أول البنود.\n٢. ثاني البنود.") == ["١. أول البنود.", "٢. ثاني البنود."]


@pytest.mark.parametrize("stop", [".", "!", "..", "…"])
def test_a_missing_space_hides_no_boundary(stop):
    assert parts(f"انتهت الجلسة الخميس{stop}وقال الوزير كلمة.") == [f"انتهت الجلسة الخميس{stop}", "وقال الوزير كلمة."]


def test_a_missing_space_behind_a_year_or_a_quote_hides_no_boundary():
    assert parts("حدث عام 2012.وقال") == ["حدث عام 2012.", "وقال"]
    assert parts('قال "لن نذهب."وقال الآخر') == ['قال "لن نذهب."', "وقال الآخر"]
    assert parts("انتهى الأمر.«لن نذهب» قال") == ["انتهى الأمر.", "«لن نذهب» قال"]


@pytest.mark.parametrize(
    "address",
    ["https://example.org/a.b?q=موقع.أخبار", "www.example.org", "a.b@example.org", "تقرير.pdf", "example . com"],
)
def test_stops_inside_addresses_end_nothing_but_those_behind_do(address):
    first = f"نشر الخبر على {address}."
    assert parts(f"{first} ثم حذفه.") == [first, "ثم حذفه."]


@pytest.mark.parametrize("pair", ["«»", '""', "“”", "()", "[]", "””"])
def test_a_quotation_of_several_sentences_stays_whole(pair):
    quoted = f"قال: {pair[0]}لا نريد حربا. نريد سلاما! هل يسمعون؟ نعم{pair[1]}."
    assert parts(f"{quoted} ثم غادر.") == [quoted, "ثم غادر."]


def test_a_quote_that_is_never_closed_holds_nothing():
    assert len(parts("قال: «لا نريد حربا. نريد سلاما. ثم غادر.")) == 3
    assert len(parts('قال: "لا نريد حربا. نريد سلاما. ثم غادر.')) == 3


def test_a_quote_opened_anew_gives_up_the_one_before():
    assert parts('قال: "لا نريد حربا. ثم قال: "نريد سلاما" وغادر.') == [
        'قال: "لا نريد حربا.',
        'ثم قال: "نريد سلاما" وغادر.',
    ]


def test_a_pair_that_is_too_long_holds_nothing():
    text = "«" + "وصل الوفد إلى هنا. " * (layout.LONGEST_PAIR // 10) + "»"
    assert len(split(text)) > 10


def test_quotes_with_blanks_on_both_sides_hold_nothing():
    assert len(parts('قال " لا نريد حربا. نريد سلاما " ثم غادر.')) == 2


@pytest.mark.parametrize(
    "closed", ['نعم."', "نعم.»", "نعم؟”", "نعم.)", 'نعم".', "نعم!».", "نعم. »", "نعم.[12]", "نعم. . ."]
)
def test_closing_signs_and_notes_behind_the_stop_belong_to_the_sentence(closed):
    opener = {'"': '"', "»": "«", "”": "“", ")": "("}.get(next((s for s in closed if s in '"»”)'), ""), "")
    first = f"قال الوزير كلمة {opener}{closed}"
    assert parts(f"{first} ثم غادر.") == [first, "ثم غادر."]


@pytest.mark.parametrize("sign", ["(…)", "(...)", "[... ]", "(؟)", "(!)"])
def test_stops_alone_in_brackets_end_nothing(sign):
    assert len(parts(f"لا نريد حربا {sign} بل نريد سلاما.")) == 1


def test_a_question_goes_on_behind_a_comma():
    assert len(parts("«هل يسمعون كلام الناس هنا؟»، سأل الوزير.")) == 1


def test_a_short_question_stays_with_its_answer():
    assert parts("غادر الجميع. وماذا بعد؟ لا أحد يعرف.") == ["غادر الجميع.", "وماذا بعد؟ لا أحد يعرف."]
    assert len(parts("هل يعرف أحد هنا ماذا بعد؟ لا أحد يعرف.")) == 2


def test_a_headline_ends_at_its_line_and_holds_dots_and_questions():
    body = "وصل الوفد. ثم غادر."
    assert parts(f"الوفد يصل ويغادر\n{body}")[0] == "الوفد يصل ويغادر"
    assert parts(f"بعد يوم طويل.. الوفد يغادر\n{body}")[0] == "بعد يوم طويل.. الوفد يغادر"
    assert parts(f"من أرسل هذا الوفد الكبير؟ قصة زيارة\n{body}")[0] == "من أرسل هذا الوفد الكبير؟ قصة زيارة"


def test_a_single_line_is_no_headline():
    assert len(parts("بعد يوم طويل في جنيف.. الوفد يغادر")) == 2


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r", "\n\n", "\u2028", "\u2029", "\x85"])
def test_a_new_line_ends_a_sentence(newline):
    assert parts(f"عنوان فرعي{newline}نص آخر") == ["عنوان فرعي", "نص آخر"]


def test_lines_wrapped_at_a_fixed_width_are_joined():
    wrapped = (
        "قال الوزير في كلمته أمام المجلس إن\n"
        "الحكومة ستعمل على إصلاح الطرق كلها\n"
        "قبل نهاية العام. وأضاف أن الميزانية\n"
        "تكفي لذلك كله.\n"
        "\n"
        "ثم غادر الوزير القاعة مع أعضاء وفده\n"
        "متوجها إلى المطار.\n"
    )
    found = [" ".join(part.split()) for part in parts(wrapped)]
    # narrower than any wrapped text that is taken for one
    assert len(found) > 3
    wide = wrapped.replace(" في كلمته", " في كلمته الأولى").replace("ستعمل", "الجديدة ستعمل")
    wide = wide.replace("نهاية", "نهاية هذا").replace("الوزير القاعة", "الوزير القاعة الكبرى")
    found = [" ".join(part.split()) for part in parts(wide)]
    assert found == [
        "قال الوزير في كلمته الأولى أمام المجلس إن الحكومة الجديدة ستعمل على إصلاح الطرق كلها قبل نهاية هذا العام.",
        "وأضاف أن الميزانية تكفي لذلك كله.",
        "ثم غادر الوزير القاعة الكبرى مع أعضاء وفده متوجها إلى المطار.",
    ]


def test_lines_of_one_sentence_each_are_not_taken_for_wrapped_ones():
    text = "\n".join(["وصل الوفد الكبير إلى العاصمة صباح يوم الخميس."] * 6)
    assert len(split(text)) == 6


def test_a_dateline_stays_with_the_report():
    assert len(parts("جنيف، 28 نوفمبر. – قالت الوزيرة إن اللقاء تأجل.")) == 1
    assert len(parts("- أول البنود هنا. - ثاني البنود هنا.")) == 2


def test_signs_without_a_word_belong_to_the_sentence_in_front_of_them():
    assert parts("وصل الوفد. ***") == ["وصل الوفد. ***"]
    assert parts("***") == ["***"]


def test_sides_of_straight_quotes_are_told_from_their_neighbours():
    text = 'قال"نعم"ثم "لا" ثم " لا " .'
    pairs = find_pairs(text, 0, len(text))
    quotes = [position for position, sign in enumerate(text) if sign == '"']
    assert pairs.opening == set(quotes[::2])
    assert pairs.closing == set(quotes[1::2])


# Letters, digits, stops, quotes, brackets, blanks, newlines, marks and invisible characters in every order
PIECES = st.sampled_from(
    [
        *'ابدوأaM15٣ .!؟?…۔،؛:"«»“”()[]-–\n\r\t\u00a0\u200f\ufeff\u064b@/#',
        "..",
        "وقال ",
        "www.",
        "https://",
        "كلمة ",
        ". ",
    ]
)
ANY = st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80)
BLANK_CHARACTER = re.compile(f"[{BLANK}]")


@given(ANY)
def test_spans_are_ordered_trimmed_and_cover_every_seen_character(text):
    spans = split(text)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not BLANK_CHARACTER.match(text[start]) and not BLANK_CHARACTER.match(text[end - 1])
        assert not BLANK_CHARACTER.sub("", text[position:start])
        position = end
    assert not BLANK_CHARACTER.sub("", text[position:])


@given(st.characters())
def test_white_space_counts_as_blank(character):
    assert not character.isspace() or BLANK_CHARACTER.match(character)


# Whole words: what surrounds a sentence (newlines, quotes, dashes) may decide its boundaries, and a cut removes it
WORDS = st.sampled_from(
    ["وصل ", "الوفد ", "د", "أ.د", "756 م", "3", "2012", " ", ".", ". ", "؟ ", "! ", "… ", "،", "\u200f", "com "]
)


@given(st.lists(WORDS, max_size=40).map("".join))
def test_a_sentence_is_not_split_again(text):
    for part in parts(text):
        assert parts(part) == [part]


HOSTILE = [
    "ا",
    "ا ",
    ".",
    ". ",
    '"',
    "«",
    "(",
    "ا.",
    "(?) ",
    "-? ",
    "a\n",
    "a@",
    "www.",
    "ا؟ ",
    '".',
    ".[1]",
    "«ا. ",
    "\u200f. ",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_and_not_with_its_square(piece):
    def calls(text: str) -> int:
        count = 0

        def note(frame, event, argument):
            nonlocal count
            count += event in {"call", "c_call"}

        sys.setprofile(note)
        try:
            split(text)
        finally:
            sys.setprofile(None)
        return count

    assert calls(piece * 4000) <= 2.2 * calls(piece * 2000) + 100


def test_no_pattern_repeats_a_repetition():
    patterns = [
        value for module in (sentences, layout) for value in vars(module).values() if isinstance(value, re.Pattern)
    ]
    assert len(patterns) > 8
    for pattern in patterns:
        without_classes = re.sub(r"\[(?:\\.|[^\]\\])+\]", "x", pattern.pattern)
        assert not re.search(r"[+*}]\)[+*{]|[+*]x?[+*]", without_classes), pattern.pattern


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_comes_to_an_end(piece):
    text = piece * (1_000_000 // len(piece))
    spans = split(text)
    assert sum(end - start for start, end in spans) <= len(text)
