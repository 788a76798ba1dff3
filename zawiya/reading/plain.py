"""Plain text and Markdown: a file is one article, however many it looks like; markup stays in the text, for offsets count it."""

import re
from collections.abc import Iterator

import yaml

from zawiya.reading.decode import Decoded, NotTextError, decode
from zawiya.reading.fields import canonical
from zawiya.reading.outcomes import Fault, Found, ReadOptions
from zawiya.reading.streams import ByteSource
from zawiya.reading.titles import joined

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_LONGEST_FRONT_MATTER = 1 << 14  # YAML is slow to read where it is deep
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
    match = _FRONT_MATTER.match(decoded.text[:_LONGEST_FRONT_MATTER])
    if match:
        try:
            front = _fields(match[1])
        except ValueError as error:
            front, warnings = None, (*warnings, f"the front matter is no YAML ({error}); it was left in the text")
        if front is not None:
            body = decoded.text[match.end() :]
            if "title" in front:
                body = joined(front["title"].strip(), body.lstrip("\r\n"))
            values = {**front, "text": body}
    yield Found(values, decoded.encoding, warnings=warnings)


class _PlainLoader(yaml.SafeLoader):
    """YAML of trees: a few aliases of aliases would otherwise stand for billions of values, or for themselves."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias, which front matter has no need of")
        return super().compose_node(parent, index)


def _fields(front: str) -> dict[str, str] | None:
    """The fields of an article that front matter names, without text; None where it is something else.

    :raises ValueError: when it is no YAML, with the reason.
    """
    try:
        found = yaml.load(front, Loader=_PlainLoader)  # noqa: S506 - a safe loader
        if not isinstance(found, dict):
            return None
        return {name: value for name, value in canonical(found).items() if name != "text"}
    # a value that is not what its tag says is any of these
    except (
        yaml.YAMLError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        TypeError,
        RecursionError,
    ) as error:
        raise ValueError((str(error) or type(error).__name__).splitlines()[0]) from error


def _whole(source: ByteSource, options: ReadOptions) -> Decoded | Fault:
    limit = _BYTES_A_CHARACTER * (options.max_chars + 1)
    data = source.read(limit + 1)
    if len(data) > limit:
        return Fault("too_long", f"more than {limit:,} bytes of text, and so than {options.max_chars:,} characters")
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
