import pytest

from zawiya.reading.dates import date_in_name, date_in_page_head, iso_date


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-01-25", "2023-01-25"),
        ("2023-1-5", "2023-01-05"),
        ("2023/01/25 10:30", "2023-01-25"),
        ("2023-01-25T23:59:00+03:00", "2023-01-25"),
        ("20230125", "2023-01-25"),
        ("25/01/2023", "2023-01-25"),
        ("05/06/2023", "2023-06-05"),
        ("01/25/2023", "2023-01-25"),
        ("25.1.2023", "2023-01-25"),
        ("٢٥/٠١/٢٠٢٣", "2023-01-25"),
        ("1674604800", "2023-01-25"),
        ("1674604800000", "2023-01-25"),
        ("Wed, 25 Jan 2023 08:00:00 GMT", "2023-01-25"),
        ("January 25, 2023", "2023-01-25"),
        ("25th of january 2023", "2023-01-25"),
        ("الأربعاء 25 يناير 2023", "2023-01-25"),
        ("٢٥ كانون الثاني/يناير ٢٠٢٣", "2023-01-25"),
        ("25 كانون الأول 2023", "2023-12-25"),
        ("25 تشرين الثاني، 2023", "2023-11-25"),
        ("3 غشت 2022", "2022-08-03"),
    ],
)
def test_dates_are_read_as_they_are_written(written, day):
    assert iso_date(written) == day


@pytest.mark.parametrize(
    "written", ["", "None", "أمس", "2023", "2023-13-40", "31/02/2023", "15 رمضان 1444", "12:30", "5/6"]
)
def test_what_is_no_certain_day_is_none(written):
    assert iso_date(written) is None


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2023-01-25-06", "2023-01-25"),
        ("paper-2015-07-25-02", "2015-07-25"),
        ("paper_20150725", "2015-07-25"),
        ("2015/07/25/third", "2015-07-25"),
        ("article-7", None),
        ("2023-25-01", None),
        ("120230125", None),
    ],
)
def test_dates_in_file_names(name, day):
    assert date_in_name(name) == day


@pytest.mark.parametrize(
    ("head", "day"),
    [
        ("الأحد، 05 كانون الثاني/يناير 2020، آخر تحديث 09:15 (GMT+0300)", "2020-01-05"),
        ("نُشر في: ٢٥ يناير ٢٠٢٣", "2023-01-25"),
        ("تاريخ النشر: 25/01/2023", "2023-01-25"),
        ("آخر تحديث: الأربعاء 25 يناير 2023 الساعة 12:30", "2023-01-25"),
        ("آخر تحديث 12:30", None),
        ("قال تقرير نشر في 25 يناير 2023 إن الهدنة قائمة", None),  # a report published on …
        ("بدأت الحرب في 25 يناير 2023 في الجنوب", None),  # the war began on …
        ("قالت الصحيفة في عدد 25 يناير 2023 إن آخر تحديث للاتفاق رُفض", None),  # the paper said, in its issue of …
    ],
)
def test_a_page_may_say_its_date_at_the_top(head, day):
    assert date_in_page_head(f"عنوان\n{head}\nنص") == day
    assert date_in_page_head("نص " * 1000 + head) is None
