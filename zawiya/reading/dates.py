"""Dates as news pages and data sets write them, to ISO 8601 days; what cannot be told is None, never guessed.

``05/06/2020`` is read day first, as Arabic media write it; a data set that means the month first must say so
by writing ISO dates. Hijri years are left alone.
"""

import re
from datetime import UTC, date, datetime

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
# one line a month: Gregorian, Levantine, Maghrebi and English names
_MONTH_NAMES = (
    "يناير كانون_الثاني جانفي january jan",
    "فبراير شباط فيفري february feb",
    "مارس آذار اذار march mar",
    "أبريل ابريل إبريل نيسان أفريل april apr",
    "مايو أيار ايار ماي may",
    "يونيو يونيه حزيران جوان june jun",
    "يوليو يوليه تموز يوليوز جويلية july jul",
    "أغسطس اغسطس آب اب غشت أوت august aug",
    "سبتمبر أيلول ايلول شتنبر september sept sep",
    "أكتوبر اكتوبر تشرين_الأول تشرين_الاول october oct",
    "نوفمبر تشرين_الثاني نونبر november nov",
    "ديسمبر كانون_الأول كانون_الاول دجنبر december dec",
)
_MONTHS = {name.replace("_", " "): n for n, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_MONTH = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/._])(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?((?:19|20)\d\d)(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")
_NAMED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s,\-]+(?:of\s+)?({_MONTH})(?:\s*/\s*(?:{_MONTH}))?\.?[\s,،\-]+((?:19|20)\d\d)",
    re.IGNORECASE,
)
_MONTH_FIRST = re.compile(rf"(?<!\w)({_MONTH})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_./]?)(\d\d)\2(\d\d)(?!\d)")
_HEAD = 1500
_WRITTEN = r"(\d{1,2}([-/.])\d{1,2}\2\d{4}|\d{4}([-/.])\d{1,2}\3\d{1,2}|\d{1,2}[^\n\d]{3,40}\d{4})"
_STAMP_AFTER = re.compile(rf"(?<!\d){_WRITTEN}[\s،,|–-]{{1,4}}آخر تحديث")
# at the beginning of a line only: a report that "was published on" some day stands in running text
_STAMP_BEFORE = re.compile(
    r"^[^\w\n]*(?:آخر تحديث|ن\u064f?شرت? (?:في|بتاريخ)|تاريخ النشر)\s?:?\s?(?:يوم )?(?:[\u0621-\u064a]+[،\s]+)?"
    rf"{_WRITTEN}(?!\d)",
    re.MULTILINE,
)
#: What stands in everything that the first pattern matches; this or the other in everything that the second does.
_UPDATED, _PUBLISHED = "آخر تحديث", re.compile(r"شرت? (?:في|بتاريخ)|النشر")
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.\d+)?")


def iso_date(value: str) -> str | None:
    """The day that a date field names, as ``YYYY-MM-DD``; None where there is none or it is not certain."""
    value = value.strip().translate(_DIGITS)
    epoch = _EPOCH.fullmatch(value)
    if epoch:
        moment = datetime.fromtimestamp(int(epoch[1]), tz=UTC)
        return _day(moment.year, moment.month, moment.day)
    if match := _YEAR_FIRST.search(value):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    if match := _NAMED.search(value):
        return _day(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    if match := _MONTH_FIRST.search(value):
        return _day(int(match[3]), _MONTHS[match[1].lower()], int(match[2]))
    if match := _DAY_FIRST.search(value):
        day, month = int(match[1]), int(match[3])
        if month > 12:  # then it can only be month first
            day, month = month, day
        return _day(int(match[4]), month, day)
    if match := _COMPACT.search(value):
        return _day(int(match[1]), int(match[2]), int(match[3]))
    return None


def date_in_name(name: str) -> str | None:
    """The day in a file's name or path (``2023-01-25-06``, ``2023/01/25/06``), None where there is none."""
    for match in _IN_NAME.finditer(name.translate(_DIGITS)):
        found = _day(int(match[1]), int(match[3]), int(match[4]))
        if found is not None:
            return found
    return None


def date_in_page_head(text: str) -> str | None:
    """The day beside a page's own words for its publication (``آخر تحديث``, ``نشر في``) near the top of its text."""
    head = text[:_HEAD]
    # a search for words is quick, and few pages have them
    updated = _UPDATED in head
    match = (_STAMP_AFTER.search(head) if updated else None) or (
        _STAMP_BEFORE.search(head) if updated or _PUBLISHED.search(head) else None
    )
    return iso_date(match[1]) if match else None


def _day(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat() if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None
