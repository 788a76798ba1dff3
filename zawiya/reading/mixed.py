"""A line of UTF-8 with stretches of windows-1256 in it, or with broken bytes: the cheapest reading of it.

Two readings run side by side over the bytes, each paying for the characters it makes and for every change to the
other. That finds a change in the middle of a word, which cutting at spaces would not. It costs a Python step for
each byte, so only lines that are not valid UTF-8 come here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zawiya.reading.likeness import character_cost, pair_bonus

MIXED_ENCODING = "utf-8+windows-1256"
_CHANGE = 12.0
_PIECE = 4096
_SEQUENCE = re.compile(
    rb"[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_WINDOWS = bytes(range(256)).decode("windows-1256")
# a reading so far: its cost, its last character, and the chain of (character, is_windows, rest of the chain)
_Chain = tuple[str, bool, object] | None
_Path = tuple[float, str, _Chain]


@dataclass(frozen=True, slots=True)
class MixedLine:
    """A line and what its bytes turned out to be.

    :param broken: how many bytes fit nothing and became U+FFFD.
    :param windows: whether any letter of it was windows-1256.
    :param utf8: whether any character beyond ASCII was UTF-8.
    """

    text: str
    broken: int
    windows: bool
    utf8: bool


def decode_mixed_line(line: bytes) -> MixedLine:
    """The cheapest reading of a line, found piece by piece so that a line of megabytes stays within bounds."""
    parts = [_decode_piece(piece) for piece in _pieces(line)]
    return MixedLine(
        "".join(part.text for part in parts),
        sum(part.broken for part in parts),
        any(part.windows for part in parts),
        any(part.utf8 for part in parts),
    )


def _pieces(line: bytes) -> Iterator[bytes]:
    start = 0
    while start < len(line):
        end = min(start + _PIECE, len(line))
        if end < len(line):
            space = line.rfind(b" ", start, end)
            if space > start:
                end = space + 1
            # not inside a UTF-8 character, which is four bytes at most
            whole = next((back for back in range(end, end - 4, -1) if not 0x80 <= line[back] <= 0xBF), end)
            end = max(whole, start + 1)
        yield line[start:end]
        start = end


def _decode_piece(line: bytes) -> MixedLine:
    try:
        text = line.decode("utf-8")
        return MixedLine(text, 0, windows=False, utf8=not text.isascii())
    except UnicodeDecodeError:
        pass
    # arrivals[i]: the cheapest readings of the first i bytes, as UTF-8 and as windows-1256
    nothing: _Path = (0.0, "", None)
    arrivals: dict[int, list[_Path | None]] = {0: [nothing, nothing]}
    for start in range(len(line)):
        utf8, windows = _settle(arrivals.pop(start, [None, None]))
        if utf8 is not None:
            character, length = _utf8_at(line, start)
            _arrive(arrivals, start + length, 0, utf8, character)
        if windows is not None:
            _arrive(arrivals, start + 1, 1, windows, _WINDOWS[line[start]])
    ends = [path for path in arrivals[len(line)] if path is not None]
    return _unwind(min(ends, key=lambda path: path[0])[2])


def _settle(paths: list[_Path | None]) -> list[_Path | None]:
    """Lets each reading go on from the other where that, with the price of the change, is cheaper."""
    utf8, windows = paths
    if windows is not None and (utf8 is None or windows[0] + _CHANGE < utf8[0]):
        return [(windows[0] + _CHANGE, windows[1], windows[2]), windows]
    if utf8 is not None and (windows is None or utf8[0] + _CHANGE < windows[0]):
        return [utf8, (utf8[0] + _CHANGE, utf8[1], utf8[2])]
    return paths


def _utf8_at(line: bytes, start: int) -> tuple[str, int]:
    match = _SEQUENCE.match(line, start)
    if match is None:
        return "\ufffd", 1
    return match.group().decode("utf-8"), match.end() - start


def _arrive(arrivals: dict[int, list[_Path | None]], end: int, reading: int, path: _Path, character: str) -> None:
    cost, previous, chain = path
    cost += character_cost(character) - pair_bonus(previous, character)
    there = arrivals.setdefault(end, [None, None])
    best = there[reading]
    if best is None or cost < best[0]:
        there[reading] = (cost, character, (character, reading == 1, chain))


def _unwind(chain: _Chain) -> MixedLine:
    characters: list[str] = []
    broken, windows, utf8 = 0, False, False
    while chain is not None:
        character, is_windows, rest = chain
        characters.append(character)
        if character == "\ufffd":
            broken += 1
        elif character >= "\x80":
            windows, utf8 = windows or is_windows, utf8 or not is_windows
        chain = rest  # type: ignore[assignment]
    return MixedLine("".join(reversed(characters)), broken, windows, utf8)
