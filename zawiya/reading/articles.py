"""From a raw record to an :class:`~zawiya.records.Article`: the one place where title, date, outlet and id are decided.

Ids are kept for the whole run to be told apart, about a hundred bytes each: the only thing that grows.
"""

from dataclasses import dataclass, field

from zawiya.arabic import whole_characters
from zawiya.reading.dates import date_in_name, date_in_page_head, iso_date
from zawiya.reading.language import judge_language
from zawiya.reading.outcomes import Found, ReadOptions, Skipped
from zawiya.reading.titles import as_written, headline, joined
from zawiya.records import Article


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a record came from.

    :param source: the file as it was named.
    :param stem: its path inside the folder given, without the suffix; the id of an article that has none.
    :param outlet: the outlet of records that name none.
    """

    source: str
    stem: str
    outlet: str | None = None


@dataclass(slots=True)
class Ids:
    """The ids of a run so far, each with the number that it was last given."""

    taken: dict[str, int] = field(default_factory=dict)

    def unique(self, wanted: str) -> str:
        """The id wanted, or with ``-2``, ``-3``, … behind it where it is taken."""
        found, count = wanted, self.taken.get(wanted, 1)
        while found in self.taken:
            count += 1
            found = f"{wanted}-{count}"
        self.taken[wanted] = count
        self.taken[found] = 1
        return found


def to_article(found: Found, origin: Origin, ids: Ids, options: ReadOptions) -> Article | Skipped:
    """The article of a record, or why it is none."""
    values, warnings = found.values, list(found.warnings)
    marker = "" if found.number is None else f"#{found.number}"
    source = origin.source + marker
    title = " ".join(values.get("title", "").split())
    body = values.get("text", "")
    if title and not body.strip():
        warnings.append("only a headline: the text is empty")
    text = joined(title, body) if title and found.guess_title else body or title
    written = text, title
    text, title = whole_characters(text), whole_characters(title)
    if (text, title) != written:
        warnings.append("half characters (lone surrogates) became U+FFFD")
    fault = _unfit(text, source, options)
    if fault is not None:
        return fault
    headline_found = as_written(title, text) if title else (headline(text) if found.guess_title else None)
    wanted = whole_characters(values.get("id", "").strip()) or origin.stem + marker
    article_id = ids.unique(wanted)
    if article_id != wanted:
        warnings.append(taken_before(wanted))
    return Article(
        id=article_id,
        text=text,
        title=headline_found,
        date=_date(values.get("date"), text, origin, found, warnings),
        outlet=_named(values.get("outlet")) or origin.outlet,
        topic=_named(values.get("topic")),
        source=source,
        encoding=found.encoding,
        warnings=tuple(warnings),
    )


def taken_before(wanted: str) -> str:
    """The warning of an article whose id was taken."""
    return f"the id {wanted!r} was taken before"


def _unfit(text: str, source: str, options: ReadOptions) -> Skipped | None:
    if not text.strip():
        return Skipped(source, "empty", "only white space")
    if len(text) > options.max_chars:
        return Skipped(source, "too_long", f"{len(text):,} characters, more than {options.max_chars:,}")
    language = judge_language(text)
    if not language.letters:
        return Skipped(source, "no_text", language.detail)
    if not language.arabic:
        return Skipped(source, "not_arabic", language.detail)
    return None


def _date(value: str | None, text: str, origin: Origin, found: Found, warnings: list[str]) -> str | None:
    if value and value.strip():
        day = iso_date(value)
        if day is None:
            warnings.append(f"the date {value.strip()[:40]!r} is not understood")
        return day
    day = date_in_page_head(text)
    # the date in the name of a file of many is the day of the export, not of each article
    return day or (date_in_name(origin.stem) if found.number is None else None)


def _named(value: str | None) -> str | None:
    return whole_characters(" ".join(value.split())) or None if value else None
