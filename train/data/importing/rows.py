"""What the readers of labelled sets share: rows with their line numbers in, articles of one sentence out.

A reader turns rows into articles one by one; a row at fault is remembered and reading goes on, so that all faults of
a file are told at once.
"""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from zawiya.errors import FaultsError, ZawiyaError
from zawiya.records import AUTHOR, Article, Mention, Sentence, Stance

T = TypeVar("T")


def decoded(path: Path) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    :raises FaultsError: with every line that is not UTF-8.
    :raises ZawiyaError: when the file cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ZawiyaError(f"{path}: expected a file that can be read: {error}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults = [
            f"line {number}: expected UTF-8, found {fault}; convert the file to UTF-8"
            for number, line in enumerate(data.split(b"\n"), start=1)
            if (fault := _not_utf8(line))
        ]
    raise FaultsError(str(path), faults)


def _not_utf8(line: bytes) -> str | None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        return f"{error.reason} at byte {error.start + 1}"
    return None


def cells(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a delimited file, each with the line that it begins on; empty lines are passed over.

    :raises FaultsError: when the file is not UTF-8, and where its quotation marks do not pair.
    """
    reader = csv.reader(io.StringIO(decoded(path), newline=""), delimiter=delimiter, strict=True)
    first = 1
    try:
        for row in reader:
            if row:
                yield first, row
            first = reader.line_num + 1
    except csv.Error as error:
        fault = f"line {first}: the row cannot be read ({error}); close its quotation marks and double those inside"
        raise FaultsError(str(path), [fault]) from error


def table(
    path: Path, columns: Sequence[str], convert: Callable[[int, Mapping[str, str]], Article], *, delimiter: str = ","
) -> Iterator[Article]:
    """The articles of a delimited file with a header.

    :param columns: that the header has to hold; others may stand beside them.
    :param convert: makes an article of the number of a row, counted from 1, and its cells by column.
    :raises FaultsError: with every fault of the file.
    """
    rows = cells(path, delimiter)
    _, header = next(rows, (1, []))
    absent = [column for column in columns if column not in header]
    if absent:
        fault = f"line 1: expected the columns {', '.join(columns)}, found {', '.join(header) or 'none'}"
        raise FaultsError(str(path), [f"{fault}; {', '.join(absent)} missing"])

    def checked(number: int, row: list[str]) -> Article:
        return convert(number, dict(zip(header, wide(row, len(header)), strict=True)))

    yield from gathered(path, rows, checked)


def wide(row: list[str], width: int) -> list[str]:
    """The row, if it is as wide as it should be.

    :raises ZawiyaError: when it is not.
    """
    if len(row) != width:
        raise ZawiyaError(f"expected {width} columns, found {len(row)}; quote a cell that holds the delimiter")
    return row


def gathered(path: Path, rows: Iterable[tuple[int, T]], convert: Callable[[int, T], Article]) -> Iterator[Article]:
    """The articles that ``convert`` makes of numbered rows; ids that come again get ``_2``, ``_3``.

    Once a row is at fault no more articles come, but the rest of the file is still checked.

    :param rows: each with its line.
    :param convert: makes an article of the number of a row, counted from 1, and the row; it raises ZawiyaError where
        the row is at fault.
    :raises FaultsError: at the end, with every fault and its line.
    """
    faults: list[str] = []
    known: Counter[str] = Counter()
    try:
        for number, (line, row) in enumerate(rows, start=1):
            try:
                article = convert(number, row)
            except FaultsError as error:
                faults += [f"line {line}: {fault}" for fault in error.faults]
            except ZawiyaError as error:
                faults.append(f"line {line}: {error}")
            else:
                known[article.id] += 1
                count = known[article.id]
                if not faults:
                    yield article if count == 1 else replace(article, id=f"{article.id}_{count}")
    except FaultsError as error:
        # the rows themselves came to an end
        faults += error.faults
    if faults:
        raise FaultsError(str(path), faults)


def chosen(what: str, label: str, labels: Mapping[str, T]) -> T:
    """What a label of the set stands for.

    :raises ZawiyaError: when the set knows no such label.
    """
    if label not in labels:
        raise ZawiyaError(f"{what}: expected one of {', '.join(labels)}, found {label!r}")
    return labels[label]


def stripped(what: str, text: str) -> str:
    """The text without white space at its ends.

    :raises ZawiyaError: when nothing is left.
    """
    if not (bare := text.strip()):
        raise ZawiyaError(f"{what}: expected text, found nothing; fill it in or remove the row")
    return bare


def one_sentence(
    identity: str,
    text: str,
    *,
    mentions: Iterable[Mention] = (),
    frames: Iterable[str] = (),
    topic: str | None = None,
    date: str | None = None,
    warnings: Iterable[str] = (),
) -> Article:
    """An article whose only sentence is its whole text."""
    sentence = Sentence(0, len(text), text, mentions=tuple(mentions), frames=tuple(frames))
    return Article(identity, text, topic=topic, date=date, sentences=(sentence,), warnings=tuple(warnings))


def unlabelled(identity: str, text: str, warning: str) -> Article:
    """A row that the set gives without a label: an article without sentences, to be counted and not written."""
    return Article(identity, text, warnings=(warning,))


def named(text: str, start: int, end: int, stance: Stance) -> Mention:
    """A target that the text names, one of an open set: its own words are its id."""
    return Mention(text[start:end], start, end, text[start:end], stance, held_by(stance))


def appended(text: str, actor: str, name: str, stance: Stance) -> Mention:
    """A target that the text does not name."""
    return Mention(actor, len(text), len(text), name, stance, held_by(stance))


def held_by(stance: Stance) -> str | None:
    """Sets without holders ask for the author's stance; nobody holds a neutral one."""
    return None if stance == "neutral" else AUTHOR
