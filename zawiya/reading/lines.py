"""The lines of a text file in flat memory, decoded, numbered and bounded; for formats of many records."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from zawiya.reading.decode import LineDecoder
from zawiya.reading.outcomes import Fault, ReadOptions
from zawiya.reading.streams import ByteSource

# a character may be written as \uXXXX, and labelled records carry their sentences beside the text
_BYTES_A_CHARACTER = 8
_ROOM = 1 << 20


@dataclass(frozen=True, slots=True)
class Line:
    r"""One line.

    :param text: with its line end.
    :param number: which line of those that are not blank, from 1.
    :param line: which line of the file, from 1.
    :param beyond: empty, or for a line cut at the limit ``"`` or ``x`` as the part cut off held an odd or even
        number of quotes.
    """

    text: str
    number: int
    line: int
    encoding: str
    warnings: tuple[str, ...] = ()
    beyond: str = ""


def line_limit(options: ReadOptions) -> int:
    """Most bytes of one line that are kept."""
    return _BYTES_A_CHARACTER * options.max_chars + _ROOM


def numbered_lines(source: ByteSource, options: ReadOptions) -> Iterator[Line | Fault]:
    """The lines with text; a line over the limit is a fault, and a last line that a cut halved is left out.

    :raises NotTextError: when the file is no text.
    """
    for line in all_lines(source, options, blank=False):
        if not line.text.strip():
            continue
        if line.beyond:
            yield Fault("too_long", f"line {line.line}: more than {line_limit(options):,} bytes", line.number)
        elif source.cut and not line.text.endswith("\n"):
            return
        else:
            yield line


def all_lines(source: ByteSource, options: ReadOptions, *, blank: bool = True) -> Iterator[Line]:
    """Every line, those over the limit shortened to it.

    :param blank: with those of ASCII white space alone; without them a file of nothing else is read in no time.
    :raises NotTextError: when the file is no text.
    """
    decoder = LineDecoder(source.head())
    if decoder.wide:
        source = ByteSource(cast(BinaryIO, decoder.as_utf8(source.chunks())))
    number = 0
    for at, (data, beyond) in enumerate(source.lines(line_limit(options)), 1):
        if not blank and data.isspace():
            continue
        decoded = decoder.decode(data)
        text = decoded.text.removeprefix("\ufeff") if at == 1 else decoded.text
        number += bool(text.strip())
        yield Line(text, number, at, decoded.encoding, decoded.warnings, beyond.decode("ascii"))
