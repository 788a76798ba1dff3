import pytest

from zawiya.reading.titles import as_written, begins_with, headline, joined

TITLE = "الوزيران يبحثان الهدنة"  # the two ministers discuss the truce
BODY = "التقى وزيرا الخارجية أمس في العاصمة وبحثا سبل تثبيت الهدنة بين الطرفين."  # the two ministers met yesterday …


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\r\n", "\n", "\n \n"])
def test_a_short_first_line_above_the_text_is_the_headline(gap):
    assert headline(f"{TITLE}{gap}{BODY}") == TITLE


@pytest.mark.parametrize("title", [f"{TITLE}؟", f"{TITLE}..", f"«{TITLE}»", f'"{TITLE}"'])
def test_a_headline_may_end_in_a_question_or_quotes(title):
    assert headline(f"{title}\n\n{BODY}") == title


def test_markdown_marks_are_not_the_headline():
    assert headline(f"# {TITLE}\n\n{BODY}") == TITLE


@pytest.mark.parametrize(
    "text",
    [
        TITLE,
        f"{TITLE}\n",
        f"{TITLE}.\n\n{BODY}",
        f"{TITLE}،\n{BODY}",
        f"{BODY * 4}\n\n{BODY}",
        f"كلمة\n\n{BODY}",  # a single word
        f"12/05/2020 12:30\n\n{BODY}",
        f"https://example.org/a\n\n{BODY}",
        f"(خاص بالموقع)\n\n{BODY}",  # 'exclusive to the site', in brackets
        "سطر من نص طويل مقسوم\nعلى أسطر متساوية الطول\nكما تفعل بعض البرامج",  # text wrapped at one width
    ],
)
def test_other_first_lines_are_no_headline(text):
    assert headline(text) is None


def test_title_stands_above_its_body():
    assert joined(TITLE, BODY) == f"{TITLE}\n{BODY}"
    assert joined(TITLE, "") == TITLE


@pytest.mark.parametrize("body", [f"{TITLE}\n{BODY}", f"  {TITLE} - النهر\n{BODY}", f"# {TITLE}\n{BODY}"])
def test_a_title_that_the_body_begins_with_is_not_repeated(body):
    assert joined(TITLE, body) == body


def test_the_beginning_of_a_longer_word_is_no_repetition():
    assert not begins_with("بحثان الأمر", "بحث")  # 'they discuss', 'he discussed'


def test_title_is_taken_as_the_text_has_it():
    assert as_written(TITLE, f"{TITLE.replace(' ', '  ')}\n{BODY}") == TITLE.replace(" ", "  ")
    assert as_written(TITLE, BODY) == TITLE
