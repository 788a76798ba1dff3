"""A binary stream that unpacks gzip by itself and says, instead of raising, that the packed data ended early.

``gzip.GzipFile`` raises at the cut and takes with it what its buffer held; here everything before the cut is
read as any other end of file, and :attr:`ByteSource.cut` tells afterwards. Data that unpacks to absurd sizes is cut
likewise, so that a file of kilobytes cannot keep a run busy for hours. Gzip is known by its first bytes, not
by the suffix, so a page that a browser unpacked while keeping ``.gz`` reads as well.
"""

import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

_GZIP = b"\x1f\x8b"
_CHUNK = 1 << 16
# text packs to a tenth, hardly ever to a hundredth; what is meant to choke a reader, to a thousandth
_MOST_RATIO = 200
_ROOM = 2 << 20


def is_bomb(packed: int, unpacked: int) -> bool:
    """Whether so many bytes unpack to so many as no article's do; a few megabytes are let pass, whatever they hold."""
    return unpacked > _ROOM and unpacked > _MOST_RATIO * packed


class _Gunzip(io.RawIOBase):
    """Unpacks the members of a gzip stream one after the other."""

    def __init__(self, packed: io.BufferedReader) -> None:
        self._packed = packed
        self._unpacker = zlib.decompressobj(wbits=31)
        self._pending = b""
        self._ended = False
        self._used = self._unpacked = 0
        self.cut: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._ended:
            if not self._pending and not self._unpacker.unconsumed_tail:
                self._pending = self._packed.read1(_CHUNK)
            # in small steps, so that nothing large is unpacked before it is known to be too large
            piece = self._step(min(len(buffer), _CHUNK))
            self._unpacked += len(piece)
            if is_bomb(self._used, self._unpacked):
                self._ended, self.cut = True, f"the gzip data unpacks to more than {_MOST_RATIO} times its size"
            elif piece:
                buffer[: len(piece)] = piece
                return len(piece)
        return 0

    def _step(self, size: int) -> bytes:
        packed, self._pending = self._unpacker.unconsumed_tail + self._pending, b""
        try:
            piece = self._unpacker.decompress(packed, size)
        except zlib.error as error:
            self._ended, self.cut = True, f"the gzip data is damaged ({error})"
            return b""
        self._used += len(packed) - len(self._unpacker.unconsumed_tail) - len(self._unpacker.unused_data)
        if self._unpacker.eof:
            rest = self._unpacker.unused_data or self._packed.read1(_CHUNK)
            self._unpacker = zlib.decompressobj(wbits=31)
            if rest.startswith(_GZIP[:1]):  # another member; anything else is padding
                self._pending = rest
            else:
                self._ended = True
        elif not packed and not piece:
            self._ended, self.cut = True, "the gzip data ends early"
        return piece


class ByteSource:
    """The bytes of one input, unpacked.

    :param raw: where they come from; read forward only, unless a format needs to seek.
    """

    def __init__(self, raw: BinaryIO) -> None:
        outer = raw if isinstance(raw, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, raw))
        self._gunzip = _Gunzip(outer) if outer.peek(2)[:2] == _GZIP else None
        self._stream: io.BufferedReader = outer
        if self._gunzip is not None:
            self._stream = cast(io.BufferedReader, io.BufferedReader(self._gunzip, _CHUNK))

    @property
    def cut(self) -> str | None:
        """Why the packed data ended before its end; None while all is well."""
        return self._gunzip.cut if self._gunzip else None

    @property
    def packed(self) -> bool:
        """Whether the input is gzip data."""
        return self._gunzip is not None

    @property
    def seekable(self) -> io.BufferedReader | None:
        """The stream itself where it can be read out of order, else None."""
        return self._stream if not self.packed and self._stream.seekable() else None

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes, fewer only at the end."""
        parts, missing = [], size
        while missing > 0:
            part = self._stream.read(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def head(self) -> bytes:
        """The first bytes, which stay to be read; call before any other read."""
        return self._stream.peek(_CHUNK)

    def chunks(self) -> Iterator[bytes]:
        """What is left, a piece at a time."""
        while chunk := self.read(_CHUNK):
            yield chunk

    def lines(self, limit: int) -> Iterator[tuple[bytes, bytes]]:
        r"""The lines that end in ``\\n``, each as its first ``limit`` bytes and the quotes of what lies beyond.

        The second part is empty for a line within the limit, else ``b'"'`` or ``b'x'`` as an odd or even number of
        quotes was cut off: enough for a reader of quoted fields to keep its balance.
        """
        while line := self._stream.readline(limit):
            quotes = extra = 0
            while not line.endswith(b"\n") and len(line) >= limit:
                more = self._stream.readline(_CHUNK)
                quotes, extra = quotes + more.count(b'"'), extra + len(more)
                if not more or more.endswith(b"\n"):
                    break
            yield line, b"" if not extra else b'"' if quotes % 2 else b"x"
