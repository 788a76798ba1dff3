"""Plain text and Markdown: a file is one article."""

import re
from collections.abc import Iterator

import yaml

from zawiya.reading.decode import Decoded, NotTextError, decode
from zawiya.reading.fields import canonical
from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.streams import ByteSource
from zawiya.reading.titles import joined

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_BYTES_A_CHARACTER = 4  # the most that any encoding here takes


def read_text(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """The whole file as one article."""
    decoded = _whole(source, options)
    if isinstance(decoded, Fault):
        yield decoded
    else:
        yield Found({"text": decoded.text}, decoded.encoding, warnings=decoded.warnings)


def read_markdown(source: ByteSource, options: ReadOptions) -> Iterator[Found | Fault]:
    """The file below its front matter, which may name title, date and outlet; the markup stays in the text."""
    decoded = _whole(source, options)
    if isinstance(decoded, Fault):
        yield decoded
        return
    values, warnings = {"text": decoded.text}, decoded.warnings
    match = _FRONT_MATTER.match(decoded.text)
    if match:
        try:
            front = yaml.safe_load(match[1])
        except (yaml.YAMLError, ValueError) as error:  # ValueError: a date that is none
            first_line = str(error).splitlines()[0]
            warnings = (*warnings, f"the front matter is no YAML ({first_line}); it was left in the text")
        else:
            if isinstance(front, dict):
                fields = {name: value for name, value in canonical(front).items() if name != "text"}
                body = decoded.text[match.end() :]
                if "title" in fields:
                    body = joined(fields["title"].strip(), body.lstrip("\r\n"))
                values = {**fields, "text": body}
    yield Found(values, decoded.encoding, warnings=warnings)


def _whole(source: ByteSource, options: ReadOptions) -> Decoded | Fault:
    limit = _BYTES_A_CHARACTER * (options.max_chars + 1)
    data = source.read(limit + 1)
    if len(data) > limit:
        size = len(data) + sum(map(len, source.chunks()))
        return Fault("too_long", f"{size:,} bytes of text, more than {options.max_chars:,} characters")
    return decoded_or_fault(data)


def decoded_or_fault(data: bytes, *, declared: str | None = None) -> Decoded | Fault:
    """The text of a file's bytes, or why they have none."""
    if not data.strip():
        return Fault("empty", "no bytes" if not data else f"{len(data)} bytes of white space")
    try:
        decoded = decode(data, declared=declared)
    except NotTextError as error:
        return Fault("binary", str(error))
    if not decoded.text.strip():
        return Fault("empty", "only white space")
    return decoded
