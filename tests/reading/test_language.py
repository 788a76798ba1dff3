import pytest

from zawiya.reading.language import judge_language


@pytest.mark.parametrize(
    "text",
    [
        "قال الوزير إن المحادثات استمرت.",  # the minister said the talks went on
        "أعلنت شركة بيجو ڤان وپاريس عن مشروع في مدينة چنيڤ من أجل التجارة",  # foreign names in Arabic
        "نقلت شبكة CNN عن موقع example.org نبأ الهدنة في المدينة",
        "قال الوزیر فی بیان إن المحادثات فی العاصمة کانت جادة من دون أن یذکر التفاصیل",  # Persian yeh and kaf
        "هدنة",
    ],
)
def test_arabic_passes(text):
    assert judge_language(text).arabic


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("The minister said that talks went on in المدينة", "of the letters are Arabic"),
        ("وزیر گفت که این گفتگوها در پایتخت ادامه دارد و با چند کشور است", "Persian"),  # the minister said …
        ("وزیر نے کہا ہے کہ یہ مذاکرات دارالحکومت میں جاری ہیں اور پاکستان سے", "Urdu"),
        ("وەزیر گوتی کە ئەو گفتوگۆیانە لە پایتەخت بەردەوامن و بە هەموو", "Kurdish"),
    ],
)
def test_other_languages_are_named(text, detail):
    verdict = judge_language(text)
    assert not verdict.arabic
    assert detail in verdict.detail


def test_text_without_letters_has_no_language():
    assert not judge_language("12:30 — 2022").letters
