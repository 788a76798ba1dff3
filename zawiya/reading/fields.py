"""Records of data files to the few fields an article has, by a table of the names that data sets use.

The first name of a row that a record fills wins. Names are compared without case, spaces, ``-`` and ``_``. A file
whose names are not here can be renamed by its owner; guessing by content would take the wrong column in silence.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from zawiya.arabic import whole_characters

#: Canonical field to accepted names, the more specific ones first.
FIELD_NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "body", "content", "article", "article text", "article body", "article content", "full text",
        "main text", "raw text", "news", "story", "نص", "النص", "نص المقال", "نص الخبر", "متن", "المتن", "محتوى",
        "المحتوى", "الخبر", "المقال",
    ),
    "title": (
        "title", "headline", "heading", "article title", "news title", "عنوان", "العنوان", "عنوان المقال",
        "عنوان الخبر",
    ),
    "date": (
        "date", "published", "pubdate", "published at", "published date", "date published", "publish date",
        "publication date", "article date", "datetime", "timestamp", "created at", "تاريخ", "التاريخ",
        "تاريخ النشر",
    ),
    "outlet": (
        "outlet", "source", "site", "site name", "publisher", "newspaper", "source name", "media", "domain",
        "hostname", "مصدر", "المصدر", "الصحيفة", "صحيفة", "الموقع", "الناشر", "وسيلة الإعلام",
    ),
    "id": (
        "id", "article id", "doc id", "document id", "news id", "uid", "uuid", "guid", "url", "link", "معرف",
        "المعرف", "رقم", "الرقم", "رابط", "الرابط",
    ),
    "topic": ("topic", "event", "موضوع", "الموضوع", "الحدث"),
}  # fmt: skip

_SEPARATORS = re.compile(r"[\s_\-]+")
_NOTHING = frozenset({"", "none", "null", "nan", "n/a", "nat"})
_MOST = 10**100
_SHOWN = 200
Row = Mapping[Any, Any]


def field_key(name: object) -> str:
    """The form in which field names are compared."""
    # no name of an article's field is long, or a number, which Python may refuse to write
    written = name if isinstance(name, str) else ""
    return _SEPARATORS.sub("", written[:_SHOWN].strip().strip("\ufeff").casefold())


def shown_names(names: Iterable[object]) -> str:
    """Names of fields for people, of endless ones the beginning; half characters, which no file can hold, replaced."""
    written = ", ".join(name[:_SHOWN] for name in islice(names, _SHOWN) if isinstance(name, str))
    return whole_characters(written[:_SHOWN])


_KEYS = {field: tuple(map(field_key, names)) for field, names in FIELD_NAMES.items()}


def canonical(row: Row) -> dict[str, str]:
    """The fields of a record under their canonical names, empty ones left out.

    :raises TypeError: when the only text it has is no string; the message says what it is.
    """
    by_key = {field_key(name): value for name, value in row.items()}
    values: dict[str, str] = {}
    wrong: object = None
    for field, keys in _KEYS.items():
        for key in keys:
            value = _string(by_key.get(key), field)
            if value is not None:
                values[field] = value
                break
            if field == "text" and by_key.get(key) not in (None, ""):
                wrong = by_key[key]
    if "text" not in values and wrong is not None:
        raise TypeError(f"the text is {_kind(wrong)}, expected a string")
    if "title" not in values and isinstance(by_key.get("sentences"), list):
        title = _marked_title(values.get("text", ""), by_key["sentences"])
        if title:
            values["title"] = title
    return values


def has_text_field(names: Iterable[object], fields: Iterable[str] = ("text", "title")) -> bool:
    """Whether one of these names stands for one of these canonical fields."""
    keys = set(map(field_key, names))
    return any(key in keys for field in fields for key in _KEYS[field])


def is_known_field(name: object) -> bool:
    """Whether :func:`canonical` would look at a field of this name."""
    key = field_key(name)
    return key == "sentences" or any(key in keys for keys in _KEYS.values())


def _string(value: object, field: str) -> str | None:
    """A field's value as text, None where there is none or it cannot be one."""
    if isinstance(value, str):
        return None if value.strip().casefold() in _NOTHING else value
    if value is None or isinstance(value, bool):
        return None
    if field == "text":  # paragraphs
        whole = isinstance(value, list) and bool(value) and all(isinstance(part, str) for part in value)
        return "\n".join(value) if whole else None  # type: ignore[arg-type]
    if isinstance(value, int | float) and field in {"id", "date"}:
        # false for NaN too; Python refuses to write numbers of thousands of digits
        return str(int(value)) if abs(value) < _MOST and value == int(value) else None
    if isinstance(value, Mapping):  # {"source": {"id": …, "name": …}}
        name = value.get("name")
        return _string(name, field) if isinstance(name, str) else None
    return str(value) if field == "date" and hasattr(value, "isoformat") else None


def _marked_title(text: str, sentences: list[Any]) -> str | None:
    """The title of a record in the corpus format, whose sentences say which one it is."""
    for sentence in sentences:
        if isinstance(sentence, Mapping) and sentence.get("role") == "title":
            start, end = sentence.get("start"), sentence.get("end")
            if isinstance(start, int) and isinstance(end, int):
                return text[start:end].strip() or None
    return None


def _kind(value: object) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), type(value).__name__)
