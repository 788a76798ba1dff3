import datetime

import pytest

from zawiya.reading.fields import canonical, has_text_field


@pytest.mark.parametrize(
    ("row", "field", "value"),
    [
        ({"Text": "نص"}, "text", "نص"),
        ({" BODY ": "نص"}, "text", "نص"),
        ({"article_text": "نص"}, "text", "نص"),
        ({"articleBody": "نص"}, "text", "نص"),
        ({"النص": "نص"}, "text", "نص"),
        ({"\ufefftitle": "عنوان"}, "title", "عنوان"),
        ({"Headline": "عنوان"}, "title", "عنوان"),
        ({"pub-date": "2022-01-05"}, "date", "2022-01-05"),
        ({"تاريخ النشر": "2022-01-05"}, "date", "2022-01-05"),
        ({"date": datetime.date(2022, 1, 5)}, "date", "2022-01-05"),
        ({"timestamp": 1641340800}, "date", "1641340800"),
        ({"source": {"id": None, "name": "النهر"}}, "outlet", "النهر"),
        ({"مصدر": "النهر"}, "outlet", "النهر"),
        ({"id": 7}, "id", "7"),
        ({"url": "https://example.org/7"}, "id", "https://example.org/7"),
        ({"event": "truce"}, "topic", "truce"),
        ({"body": ["فقرة", "أخرى"]}, "text", "فقرة\nأخرى"),
    ],
)
def test_fields_are_found_by_the_names_in_use(row, field, value):
    assert canonical(row) == {field: value}


def test_the_first_name_that_is_filled_wins():
    assert canonical({"content": "ثان", "text": "أول"})["text"] == "أول"
    assert canonical({"content": "ثان", "text": " "})["text"] == "ثان"


@pytest.mark.parametrize("value", [None, "", "  ", "None", "null", "NaN", float("nan"), float("inf"), True])
def test_empty_values_are_left_out(value):
    assert canonical({"id": value, "date": value, "outlet": value}) == {}


def test_text_that_is_no_string_is_a_fault():
    with pytest.raises(TypeError, match="a number"):
        canonical({"text": 5})


def test_title_of_a_labelled_record_is_the_sentence_with_that_role():
    text = "عنوان قصير\nنص"  # a short title, a text
    sentences = [{"start": 11, "end": 13, "role": "body"}, {"start": 0, "end": 10, "role": "title"}]
    assert canonical({"text": text, "sentences": sentences})["title"] == "عنوان قصير"
    assert "title" not in canonical({"text": text, "sentences": [{"role": "title"}, 3]})


def test_a_table_needs_a_column_with_text():
    assert has_text_field(["id", "Body"])
    assert not has_text_field(["id", "date"])
