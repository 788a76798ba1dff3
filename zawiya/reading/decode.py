r"""Bytes to text: UTF-8, UTF-16, windows-1256, ISO-8859-6, and files that mix or break them.

Candidates are compared by how much they look like Arabic (:mod:`zawiya.reading.likeness`): general detectors
mistake short Arabic for other scripts. Nothing is dropped and nothing is normalised: line ends stay ``\r\n``
where they were (later steps treat ``\r`` as white space), and bytes that fit no encoding become U+FFFD with a
warning. Only a byte order mark goes, being no part of the text.
"""

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from zawiya.reading.likeness import UNLIKELY, mean_cost
from zawiya.reading.mixed import MIXED_ENCODING, decode_mixed_line

_SAMPLE = 1 << 16
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"PK\x03\x04", "a ZIP archive or an Office file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "gzip data inside gzip data"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_CONTROLS = bytes(sorted(set(range(0x20)) - set(b"\t\n\r\f\v\x1a\x1b")))
_UTF8_ARABIC = re.compile(rb"[\xd8-\xdb][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_GOOD_ENOUGH = 3.5  # mean cost; a thousand sentences of news are below 3, other languages above 3.9
_DECLARED_BONUS = 0.3


class NotTextError(ValueError):
    """The bytes are no text; the message says what they look like."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and how its bytes were read."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(data: bytes, *, declared: str | None = None) -> Decoded:
    """The text of these bytes.

    :param declared: the encoding that the file itself names (an HTML ``charset``); taken when it fits about as
        well as the best other one.
    :raises NotTextError: when the bytes are no text.
    """
    encoding = detect(data, declared=declared)
    if encoding == MIXED_ENCODING:
        return _decode_mixed(data)
    body = _strip_mark(data, encoding)
    codec = "utf-8" if encoding == "utf-8-sig" else encoding
    try:
        return Decoded(body.decode(codec), encoding)
    except UnicodeDecodeError:
        text = body.decode(codec, errors="replace")
    broken = text.count("\ufffd")
    return Decoded(text, encoding, (f"broken {encoding}: {_count(broken, 'place')} became U+FFFD",))


def detect(data: bytes, *, declared: str | None = None) -> str:
    """Name of the encoding that fits these bytes best, ``utf-8+windows-1256`` where two are mixed.

    :raises NotTextError: when the bytes are no text.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            broken = name == "utf-8-sig" and not _is_utf8(data)
            return MIXED_ENCODING if broken else name
    sixteen = _utf16_without_mark(data)
    if sixteen is not None:
        return sixteen
    _refuse_binary(data)
    if _is_utf8(data):
        return "utf-8"
    high = len(_HIGH.findall(data))
    in_utf8 = 2 * len(_UTF8_ARABIC.findall(data))
    # a letter before a comma looks so in windows-1256 too, but for fewer than one letter in a hundred
    if in_utf8 > max(4, 0.03 * high):
        return MIXED_ENCODING
    return _single_byte(data, declared)


def _strip_mark(data: bytes, encoding: str) -> bytes:
    for mark, name in _BOMS:
        if name == encoding and data.startswith(mark):
            return data[len(mark) :]
    return data


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    """UTF-16 whose high bytes say Arabic or Latin; None where they say nothing."""
    sample = data[:_SAMPLE]
    if len(sample) < 4:
        return None
    for name, parity in (("utf-16-le", 1), ("utf-16-be", 0)):
        high = sample[parity::2]
        expected = high.count(0) + high.count(6)
        if expected < 0.8 * len(high):
            continue
        text = sample[: len(sample) // 2 * 2].decode(name, errors="replace")
        odd = sum(character < " " and character not in "\t\n\r\f\v" for character in text)
        if odd == 0 and mean_cost(text) <= UNLIKELY:
            return name
    return None


def _refuse_binary(data: bytes) -> None:
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            raise NotTextError(f"the bytes look like {name}")
    sample = data[:_SAMPLE]
    nuls = data.count(0)
    if nuls:
        raise NotTextError(f"{_count(nuls, 'NUL byte')} in {len(data)} bytes: not text")
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if controls > 0.01 * len(sample):
        raise NotTextError(f"{_count(controls, 'control character')} in {len(sample)} bytes: not text")


def _single_byte(data: bytes, declared: str | None) -> str:
    sample = _dense_sample(data)
    costs: dict[str, float] = {}
    for name in ("windows-1256", "iso-8859-6"):
        costs[name] = mean_cost(sample.decode(name, errors="replace"))
    declared = _known_codec(declared)
    if declared is not None:
        cost = mean_cost(sample.decode(declared, errors="replace")) - _DECLARED_BONUS
        costs[declared] = min(cost, costs.get(declared, cost))
    best = min(costs, key=costs.__getitem__)
    if costs[best] < _GOOD_ENOUGH:
        return best
    if declared is not None and "\ufffd" not in sample.decode(declared, errors="replace"):
        return declared
    return _other_language(sample)


def _dense_sample(data: bytes) -> bytes:
    """The first lines that have letters beyond ASCII: the head of a page may have none."""
    if len(data) <= _SAMPLE:
        return data
    kept, size = [], 0
    for line in data.splitlines(keepends=True):
        if _HIGH.search(line):
            kept.append(line[:_SAMPLE])
            size += len(kept[-1])
            if size > _SAMPLE:
                break
    return b"".join(kept)


def _known_codec(name: str | None) -> str | None:
    if not name:
        return None
    try:
        b"x".decode(name)  # refuses codecs that make no text, such as rot13
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    names = {"cp1256": "windows-1256", "iso8859-6": "iso-8859-6"}
    found = names.get(found, found)
    return None if found.startswith("utf") else found  # ruled out before


def _other_language(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return best.encoding.replace("_", "-") if best is not None else "utf-8"


def _decode_mixed(data: bytes) -> Decoded:
    lines = [decode_mixed_line(line) for line in _strip_mark(data, "utf-8-sig").splitlines(keepends=True)]
    foreign = [number for number, line in enumerate(lines, 1) if line.windows]
    broken = sum(line.broken for line in lines)
    mixed = any(line.utf8 for line in lines)
    warnings = []
    if foreign and mixed:
        shown = ", ".join(map(str, foreign[:5])) + (", …" if len(foreign) > 5 else "")
        warnings.append(f"windows-1256 inside UTF-8 in {_count(len(foreign), 'line')}: {shown}")
    if broken:
        warnings.append(f"{_count(broken, 'byte')} that fit no encoding became U+FFFD")
    encoding = "utf-8" if not foreign else MIXED_ENCODING if mixed else "windows-1256"
    return Decoded("".join(line.text for line in lines), encoding, tuple(warnings))


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class LineDecoder:
    """Decodes the lines of one file, whose encoding its first bytes told; a line that does not fit is decoded alone.

    UTF-16 and UTF-32 cannot be cut at a newline byte: their lines are those of :meth:`as_utf8`.
    """

    def __init__(self, head: bytes) -> None:
        # a sample may end inside a character, which must not make UTF-8 look mixed
        cut = head.rfind(b"\n") + 1
        self.encoding = detect(head[:cut] or head)
        self.wide = self.encoding.startswith(("utf-16", "utf-32"))

    def decode(self, line: bytes) -> Decoded:
        """The text of one line; ``encoding`` tells whether it was the file's."""
        try:
            name = "utf-8" if self.wide or self.encoding in {MIXED_ENCODING, "utf-8-sig"} else self.encoding
            return Decoded(line.decode(name), "utf-8" if self.encoding == MIXED_ENCODING else self.encoding)
        except UnicodeDecodeError:
            found = decode(line)
        return Decoded(found.text, found.encoding, found.warnings or (f"a line in {found.encoding}",))

    def as_utf8(self, chunks: Iterator[bytes]) -> io.RawIOBase:
        """The bytes of a file in UTF-16 or UTF-32 as UTF-8, whose lines can be told at their ends."""
        return _Recoded(chunks, self.encoding)


class _Recoded(io.RawIOBase):
    """A stream of UTF-8 over pieces of another encoding."""

    def __init__(self, chunks: Iterator[bytes], encoding: str) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._pending = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._pending and not self._ended:
            chunk = next(self._chunks, b"")
            self._ended = not chunk
            self._pending = self._decoder.decode(chunk, final=self._ended).encode("utf-8", errors="replace")
        size = min(len(buffer), len(self._pending))
        buffer[:size], self._pending = self._pending[:size], self._pending[size:]
        return size
