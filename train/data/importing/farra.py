"""Farra: comments on Arabic news and their sentiment toward the targets that annotators found in them.

A target has a term and indices. An index is the number of a word, counted from 0 with white space between words, and
the term begins with that word.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import Article, Mention, Stance

from .format import Format
from .rows import appended, chosen, decoded, gathered, named, one_sentence, stripped

if TYPE_CHECKING:
    from lxml.etree import _Element  # type: ignore[import-untyped]

#: None where annotators could not say.
STANCES: Mapping[str, Stance | None] = {"positive": "favor", "negative": "against", "undetermined": None}
UNDETERMINED = "a target of undetermined polarity is left out"
NOT_FOUND = "a target's term does not stand where its indices say; it is appended"
SPLIT_TERM = "a polarity has a piece of the term before it; the piece is left out"


def read(path: Path) -> Iterator[Article]:
    """The comments of a file; a target that stands at several places is one mention, at the first of them.

    :raises FaultsError: with every fault of the file.
    """
    return gathered(path, _comments(path), _comment)


def _comments(path: Path) -> Iterator[tuple[int, "_Element"]]:
    from lxml import etree  # type: ignore[import-untyped]

    text = decoded(path)
    try:
        # no entities from elsewhere: a data file has none
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise FaultsError(str(path), [f"line {error.lineno}: not XML ({error.msg})"]) from error
    if root.tag != "comments":
        raise FaultsError(str(path), [f"line {root.sourceline}: expected <comments>, found <{root.tag}>"])
    for comment in root.iterchildren("comment"):
        yield comment.sourceline, comment


def _comment(number: int, comment: "_Element") -> Article:
    whole = comment.findtext("text")
    if whole is None or comment.find("targets") is None:
        raise ZawiyaError("comment: expected <text> and <targets>")
    text = stripped("text", whole)
    faults = []
    mentions: list[Mention] = []
    warnings: list[str] = []
    for target in comment.find("targets").iterchildren("target"):
        try:
            mention, notes = _target(target, text)
        except ZawiyaError as error:
            faults.append(f"target of line {target.sourceline}: {error}")
        else:
            mentions += [mention] if mention else []
            warnings += notes
    if faults:
        raise FaultsError("comment", faults)
    mentions.sort(key=lambda mention: (mention.start, mention.end))
    return one_sentence(comment.get("comment_id") or str(number), text, mentions=mentions, warnings=warnings)


def _target(target: "_Element", text: str) -> tuple[Mention | None, list[str]]:
    """The mention of a target, None where its polarity is undetermined, and what was done to get it."""
    term = stripped("term", target.get("term", ""))
    before, colon, polarity = target.get("polarity", "").rpartition(":")
    notes = [SPLIT_TERM] if colon and before.strip() else []
    stance = chosen("polarity", polarity, STANCES)
    starts = _starts(target.get("indices", ""), text)
    if stance is None:
        return None, [*notes, UNDETERMINED]
    for start in starts:
        if text.startswith(term, start):
            return named(text, start, start + len(term), stance), notes
    return appended(text, term, term, stance), [*notes, NOT_FOUND]


def _starts(indices: str, text: str) -> list[int]:
    """Where the words of these numbers begin."""
    words = [word.start() for word in re.finditer(r"\S+", text)]
    numbers = [index.strip() for index in indices.split(",")]
    if not all(number.isdecimal() for number in numbers):
        raise ZawiyaError(f"indices: expected whole numbers with commas between them, found {indices!r}")
    if outside := [number for number in numbers if int(number) >= len(words)]:
        raise ZawiyaError(f"indices: expected words of 0–{len(words) - 1}, found {', '.join(outside)}")
    return [words[int(number)] for number in numbers]


FORMAT = Format(
    read,
    "sentiment of comments on Al Jazeera toward targets; Farra, McKeown, Habash 2015, github.com/narnoura/SentimentTargets-paper",
)
