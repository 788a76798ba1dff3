"""JSON and JSON Lines records.

JSON Lines are read a line at a time in flat memory. JSON is held whole but parsed an element at a time, so that
a file that breaks in the middle still gives the records before the break.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from zawiya.reading.decode import NotTextError
from zawiya.reading.fields import canonical, has_text_field, shown_names
from zawiya.reading.lines import numbered_lines
from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.plain import decoded_or_fault
from zawiya.reading.streams import ByteSource

_SPACE = re.compile(r"[\s\ufeff]*")
_BETWEEN = re.compile(r"[\s,]*")


def read_json_lines(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """One record a line; a line that is no JSON object is named and the next one read."""
    any_line = False
    try:
        for line in numbered_lines(source, options):
            any_line = True
            if isinstance(line, Fault):
                yield line
                continue
            try:
                value = json.loads(line.text)
            except (ValueError, RecursionError) as error:
                yield Fault("malformed", f"line {line.line}: {_json_fault(error)}", line.number)
                continue
            yield record(value, line.number, line.encoding, line.warnings)
    except NotTextError as error:
        yield Fault("binary", str(error))
        return
    if not any_line and not source.cut:
        yield Fault("empty", "no line with text")


def read_json(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """A list of records, one record, an object that holds one list of records, or records one after the other."""
    data = source.read(options.max_bytes + 1)
    if len(data) > options.max_bytes:
        yield Fault("too_long", f"a JSON file of more than {options.max_bytes:,} bytes; write it as JSON Lines")
        return
    decoded = decoded_or_fault(data)
    if isinstance(decoded, Fault):
        yield decoded
        return
    number = 0
    for value, several in _values(decoded.text):
        number += 1
        if isinstance(value, str):  # where the parser stopped
            yield Fault("malformed", value, number if several else None)
        else:
            yield record(value, number if several else None, decoded.encoding, decoded.warnings)
    if not number:
        yield Fault("no_text", "a JSON file without records")


def record(
    value: object, number: int | None, encoding: str | None = None, warnings: tuple[str, ...] = ()
) -> Found | Fault:
    """One parsed record, by its field names."""
    if not isinstance(value, dict):
        return Fault("malformed", f"a record is an object; this is {type(value).__name__}", number)
    try:
        values = canonical(value)
    except TypeError as error:
        return Fault("malformed", str(error), number)
    if "text" not in values and "title" not in values:
        return Fault("no_text", f"no field with text; the fields are: {shown_names(value) or 'none'}", number)
    labelled = isinstance(value.get("sentences"), list)
    return Found(values, encoding, number, warnings, guess_title=not labelled)


def _values(text: str) -> Iterator[tuple[Any, bool]]:
    """The records of a JSON text, each with whether there may be several; a string is the fault that ended it."""
    start = _skip(_SPACE, text, 0)
    if text[start : start + 1] == "[":
        for value, _ in _sequence(text, start + 1, end="]"):
            yield value, True
        return
    values = _sequence(text, start, end="")
    first, after = next(values, ("no JSON value", start))
    if not isinstance(first, dict):
        fault = first if isinstance(first, str) else f"expected an object or a list, found {type(first).__name__}"
        yield fault, False
        return
    if after < len(text):  # JSON Lines under the name of JSON
        yield first, True
        yield from ((value, True) for value, _ in values)
        return
    held = _held_list(first)
    if held is None:
        yield first, False
    else:
        yield from ((value, True) for value in held)


def _sequence(text: str, start: int, end: str) -> Iterator[tuple[Any, int]]:
    """Values one after the other up to ``end``, each with the place after it; a string is a fault and the last."""
    decoder = json.JSONDecoder()
    at = _skip(_BETWEEN, text, start)
    while at < len(text) and text[at] != end:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield f"{_json_fault(error)}; nothing after it was read", len(text)
            return
        at = _skip(_BETWEEN, text, at)
        yield (f"a record is an object; this is the text {value[:20]!r}" if isinstance(value, str) else value), at
    if end and at >= len(text):
        yield f"the list is not closed by {end!r}: the file ends early", at


def _held_list(value: dict[str, Any]) -> list[Any] | None:
    """The one list of records inside an object that is no record itself."""
    if has_text_field((name for name, field in value.items() if isinstance(field, str)), ("text",)):
        return None
    lists = [
        field
        for field in value.values()
        if isinstance(field, list) and field and all(isinstance(item, dict) for item in field)
    ]
    return lists[0] if len(lists) == 1 else None


def _skip(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _json_fault(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"no valid JSON: {error.msg} at line {error.lineno}, character {error.colno}"
    return f"no valid JSON: {error}"
