"""Web pages: the article's text without the page around it, by trafilatura; title, date and site from metadata."""

import re
from collections.abc import Iterator

from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.plain import decoded_or_fault
from zawiya.reading.streams import ByteSource

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=[\s"']*([A-Za-z0-9_.:\-]+)""", re.IGNORECASE)
_HEAD = 8192
# each is a node in memory and costs its time more than once; the longest articles have some ten thousand
_MOST_TAGS = 200_000
# htmldate's extensive search takes any year in the text for the page's date
_SURE_DATES = {"extensive_search": False, "original_date": True}


def read_page(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """The article of one page; the whole page's text, with a warning, where no article can be told apart."""
    data = source.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        yield Fault("too_long", f"a page of more than {options.max_bytes:,} bytes")
        return
    charset = _CHARSET.search(data[:_HEAD])
    decoded = decoded_or_fault(data, declared=charset[1].decode("ascii") if charset else None)
    if isinstance(decoded, Fault):
        yield decoded
        return
    if (tags := decoded.text.count("<")) > _MOST_TAGS:
        yield Fault("too_long", f"a page of {tags:,} tags, more than {_MOST_TAGS:,}")
        return
    values, warnings = _article(decoded.text)
    if not values.get("text", "").strip():
        yield Fault("no_text", "a page without text")
        return
    yield Found(values, decoded.encoding, warnings=decoded.warnings + warnings)


def _article(page: str) -> tuple[dict[str, str], tuple[str, ...]]:
    import trafilatura

    # the declaration names bytes that are gone, and lxml refuses text that carries one
    page = re.sub(r"\A\s*<\?xml[^>]*\?>", "", page)
    found = trafilatura.bare_extraction(
        page, with_metadata=True, include_comments=False, date_extraction_params=_SURE_DATES
    )
    if found is None or not found.text:
        text = trafilatura.html2txt(page)
        return {"text": text}, ("no article found in the page: all of its text was taken",)
    # a page that names its site nowhere gets a piece of its headline for one
    outlet = None if found.sitename and found.sitename in (found.title or "") else found.sitename
    values = {"text": found.text, "title": found.title, "date": found.date, "outlet": outlet}
    return {name: value for name, value in values.items() if value}, ()
