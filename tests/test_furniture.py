import time

import pytest

from zawiya.furniture import furniture_reasons, furniture_spans


def _lines(text):
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _reason(line, before="قالت الوزارة إن الاجتماع تأجل."):  # the ministry said the meeting was put off
    text = f"{before}\n{line}"
    return furniture_reasons(text, _lines(text))[1]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("(تستمر)", "continuation mark"),
        ("(انتهى)", "continuation mark"),
        ("يتبع...", "continuation mark"),
        ("(رويترز)", "agency credit"),
        ("وكالات", "agency credit"),
        ("(أ ف ب، رويترز)", "agency credit"),
        ("أ.ف.ب", "agency credit"),
        ("المصدر: وكالات", "agency credit"),
        ("المصدر: صحيفة محلية", "source credit"),
        ("دبي – وكالات", "dateline"),
        ("كتب: سامي نصر", "by-line"),
        ("إعداد / هالة عمران", "by-line"),
        ("بقلم سامي نصر", "by-line"),
        ("شارك", "share buttons"),
        ("شاركها على فيسبوك تويتر واتساب", "share buttons"),
        ("شارك على فيسبوك | تغريد | واتس آب", "share buttons"),
        ("فيسبوك: تويتر: يوتيوب:", "share buttons"),
        ("تعليقاتكم", "comments"),
        ("أفكارك وتعليقاتك", "comments"),
        ("أضف تعليقاً", "comments"),
        ("التعليقات (3)", "comments"),
        ("اشترك في النشرة البريدية ليصلك كل جديد", "newsletter"),
        ("النشرة البريدية", "newsletter"),
        ("تابعنا على فيسبوك", "follow us"),
        ("تابعوا قناتنا على تلغرام", "follow us"),
        ("اقرأ أيضا", "links to other articles"),
        ("اقرأ أيضاً: الأمطار تعطل الملاحة في الميناء", "links to other articles"),
        ("مواضيع ذات صلة", "links to other articles"),
        ("روابط ذات علاقة", "links to other articles"),
        ("المزيد", "links to other articles"),
        ("آخر تحديث 12:30", "date or time"),
        ("الخميس 7 أكتوبر/تشرين الأول 2021", "date or time"),
        ("نُشر في ٢٢ كانون الثاني ٢٠٢٠ الساعة 18:05 بتوقيت غرينتش", "date or time"),
        ("12/05/2020", "date or time"),
        ("© 2021 جريدة النهر", "copyright"),
        ("جميع الحقوق محفوظة لموقع النهر", "copyright"),
        ("المقالات المنشورة لا تعبر بالضرورة عن رأي الموقع", "disclaimer"),
        ("(صورة أرشيفية)", "photo credit"),
        ("صورة: سامي نصر", "photo credit"),
        ("AFP / Sami Nasr", "photo credit"),
        ("نستخدم في موقعنا ملفات تعريف الارتباط لتحسين خدماتنا", "cookie notice"),
        ("https://example.org/a?b=c", "address"),
        ("(@sami_nasr)", "address"),
        ("#اليمن #هدنة_2022", "hashtags"),
        ("الكلمات الدلالية: النهر، السد", "tags"),
        ("الرئيسية سياسة اقتصاد رياضة", "navigation"),
        ("إعلان", "label"),
        ("أدخل عنوان البريد الإلكتروني : كلمة السر", "form"),
    ],
)
def test_page_furniture_is_named(line, reason):
    assert _reason(line) == reason


@pytest.mark.parametrize(
    "line",
    [
        "شارك الوزير في المؤتمر",  # the minister took part in the conference
        "شارك الوزير على فيسبوك صورة للقاء",  # the minister shared a photo of the meeting
        "تابع الرئيس الاجتماع",  # the president followed the meeting
        "تابعنا المؤتمر الصحفي للرئيس على الشاشة",  # we followed the press conference
        "اشترك في المؤتمر عشرون دولة",  # twenty states took part
        "كتب الرئيس في رسالته أن الهدنة قائمة",  # the president wrote that the truce stands
        "كتبت الصحيفة: الحرب لن تنتهي قريبا في هذه المنطقة من العالم",  # the paper wrote: …
        "تحرير: القوات تستعيد المدينة",  # liberation: the forces take the city back
        "انتهى الاجتماع دون اتفاق",  # the meeting ended without agreement
        "قالت رويترز إن المحادثات تعثرت",  # Reuters said the talks stalled
        "نقلت وكالات الأنباء عن المسؤول نفيه",  # agencies quoted the official's denial
        "المزيد من القتلى في غزة",  # more people killed in Gaza
        "آخر تحديث للاتفاق النووي رفضته طهران",  # the last update of the deal was refused by Tehran
        "في 7 أكتوبر بدأت الحرب",  # the war began on 7 October
        "تعليقات ترامب أثارت غضب طهران",  # Trump's remarks angered Tehran
        "لا تعبر هذه المواقف بالضرورة عن رأي الحكومة",  # not necessarily the government's view
        "قال الخبير إن كلمة المرور والبريد الإلكتروني سُرقا",  # password and e-mail were stolen
        "واشنطن - بغداد: توتر جديد",  # Washington - Baghdad: new tension
        "سمات المرحلة المقبلة غامضة",  # the traits of the coming phase are unclear
        "حقوق اللاجئين محفوظة بموجب القانون",  # refugees' rights are kept by law
        "روسيا.",  # Russia.
    ],
)
def test_sentences_of_the_article_are_not_furniture(line):
    assert _reason(line) is None


def test_headline_is_kept_once_and_its_repetitions_are_furniture():
    title = "الوزيران يبحثان الهدنة"  # the two ministers discuss the truce
    body = "التقى الوزيران في العاصمة."  # the two ministers met in the capital
    text = f"{title}\nموقع النهر - {title}\n{title}.\n{title} في لقاء مطول بالعاصمة\n{body}"
    assert furniture_spans(text, _lines(text), title) == [False, True, True, False, False]


def test_page_head_in_one_line_is_furniture():
    title = "الوزيران يبحثان الهدنة"  # the two ministers discuss the truce
    text = f"{title}\nالأحد، 05 يناير 2020، آخر تحديث 09:15 {title} الوزيران في العاصمة"
    assert furniture_spans(text, _lines(text), title) == [False, True]


def test_headline_matches_through_vowel_marks_and_hamza():
    text = "إتفاق جديد في المدينة\nاتّفاق جديد في المدينة"  # a new agreement in the city, spelt twice
    assert furniture_spans(text, _lines(text), "إتفاق جديد في المدينة") == [False, True]


def test_byline_inside_a_paragraph_is_left_alone():
    text = "كتب: سامي نصر ثم غادر."  # 'wrote: Sami Nasr', in a line that goes on
    assert furniture_spans(text, [(0, 13), (14, len(text))]) == [False, False]


def test_long_sentences_are_never_furniture():
    assert _reason("جميع الحقوق محفوظة " + "كلمة " * 100) is None  # 'all rights reserved' and many words


def test_one_verdict_for_each_sentence_even_without_text():
    assert furniture_spans("", []) == []
    assert furniture_spans("  ", [(0, 2)]) == [False]


def test_four_hundred_dashes_are_read_at_once():
    started = time.process_time()
    assert _reason("ا" + "-" * 390) is None
    assert _reason("نهر " + "-" * 200 + " رويترز") == "dateline"
    assert time.process_time() - started < 0.2  # half a second each while every way to cut the dashes was tried


def test_a_by_line_asks_for_a_line_of_its_own():
    text = "\u00a0 بقلم سامي نصر \t\nبقلم سامي نصر قالت الوزارة"
    spans = [(2, 15), (18, 31), (32, 44)]
    assert [text[start:end] for start, end in spans[:2]] == ["بقلم سامي نصر"] * 2
    assert furniture_reasons(text, spans) == ["by-line", None, None]


def test_a_megabyte_on_one_line_takes_a_second_not_an_hour():
    sentence = "قال نعم. "
    text = sentence * 100_000
    spans = [(start, start + len(sentence) - 1) for start in range(0, len(text), len(sentence))]
    assert not any(furniture_spans(text, spans))
