"""What the look of a text says about its sentences: lines, blanks at their ends, and pairs of quotes and brackets.

Straight quotes look alike on both sides, so their sides are told from the neighbours. A pair is believed only within
one paragraph and up to a length: a lost quote then costs a few boundaries, not the rest of the article.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int]

#: Blank or invisible, as the inside of a character class: white space, controls, joiners and direction marks, BOM.
BLANK = r"\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
_SEEN = re.compile(f"[^{BLANK}]")
_IS_BLANK = re.compile(f"[{BLANK}]").match
_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_PARAGRAPH = re.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")

#: Quotes whose two sides look alike, or are mixed up in right-to-left text.
EITHER_SIDE = '"“”„‟″＂'
_PAIRS = {"«": "»", "‹": "›", "(": ")", "[": "]", "{": "}", "（": "）", "﴾": "﴿"}
OPENERS = "".join(_PAIRS)
CLOSERS = "".join(_PAIRS.values())
_SIGNS = re.compile(f"[{re.escape(OPENERS + CLOSERS + EITHER_SIDE)}]")
#: What a closing quote stands in front of.
_BEHIND_CLOSING = set(".,،؛;:!?؟…۔-–—" + CLOSERS)
#: Longer pairs are taken for a quote that was never closed; the longest that the labelled corpora keep whole is 375.
LONGEST_PAIR = 500

#: Lines are taken for wrapped ones only between these widths: lists are narrower, paragraphs on one line wider.
_WRAP_WIDTHS = range(40, 121)
_FEWEST_WRAPPED = 3
_LONGEST_WORD = 40


def next_seen(text: str, position: int, end: int) -> int:
    """The first position from here on that is not blank; ``end`` where there is none."""
    found = _SEEN.search(text, position, end)
    return found.start() if found else end


def trim(text: str, start: int, end: int) -> Span:
    """A span without the blanks at its ends; empty where it is all blank."""
    start = next_seen(text, start, end)
    while end > start and _IS_BLANK(text, end - 1):
        end -= 1
    return start, end


def paragraphs(text: str) -> Iterator[Span]:
    """Trimmed lines of a text; lines that were wrapped at a fixed width come joined."""
    lines = [span for m in _LINE.finditer(text) if (span := trim(text, *m.span())) and span[0] < span[1]]
    wrapped = _wrapped(text, lines)
    index = 0
    while index < len(lines):
        start, end = lines[index]
        while index in wrapped:
            index += 1
            end = lines[index][1]
        index += 1
        yield start, end


def _wrapped(text: str, lines: list[Span]) -> set[int]:
    """The lines that were broken only because the next word did not fit; empty unless the whole text looks wrapped."""
    width = max((end - start for start, end in lines), default=0)
    if width not in _WRAP_WIDTHS:
        return set()
    adjacent, full, mid_sentence = 0, set(), 0
    for index, ((start, end), (after, after_end)) in enumerate(pairwise(lines)):
        if len(_PARAGRAPH.findall(text, end, after)) > 1:
            continue
        adjacent += 1
        word = 0
        while after + word < min(after_end, after + _LONGEST_WORD) and not text[after + word].isspace():
            word += 1
        if end - start + 1 + word > width:
            full.add(index)
            mid_sentence += text[end - 1].isalnum() or text[end - 1] in ",،"
    if len(full) < _FEWEST_WRAPPED or 2 * len(full) < adjacent or 2 * mid_sentence < len(full):
        return set()
    return full


@dataclass(frozen=True, slots=True)
class Pairs:
    """The quotes and brackets of a paragraph.

    :param opening: positions of signs that open.
    :param closing: positions of signs that close.
    :param starts: where outermost pairs open, rising.
    :param ends: where they close, rising.
    """

    opening: frozenset[int]
    closing: frozenset[int]
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def hold(self, position: int) -> bool:
        """Whether a cut in front of this position would tear a pair apart."""
        index = bisect_left(self.starts, position) - 1
        return index >= 0 and position <= self.ends[index]


def find_pairs(text: str, start: int, end: int) -> Pairs:
    """The quotes and brackets between two positions; linear in their distance."""
    opening: set[int] = set()
    closing: set[int] = set()
    spans: list[Span] = []
    open_signs: dict[str, list[int]] = {}
    for match in _SIGNS.finditer(text, start, end):
        position, sign = match.start(), match.group()
        kind = _kind(sign)
        waiting = open_signs.setdefault(kind, [])
        if kind in {'"', "“"}:
            side = _side(text, position, start, end, is_open=bool(waiting))
            if side == "open":
                waiting.clear()  # one that still waits was never closed
        else:
            side = "open" if sign in OPENERS else "close"
        if side == "open":
            opening.add(position)
            waiting.append(position)
            continue
        closing.add(position)
        if waiting and _fits(text, opened := waiting.pop(), position):
            spans.append((opened, position))
    starts, ends = _outermost(spans)
    return Pairs(frozenset(opening), frozenset(closing), starts, ends)


def _kind(sign: str) -> str:
    """One sign for all that can pair up with each other."""
    if sign in EITHER_SIDE:
        return '"' if sign in '"＂″' else "“"
    return _PAIRS.get(sign, sign)


def _side(text: str, position: int, start: int, end: int, *, is_open: bool) -> str:
    """Whether a quote that looks alike on both sides opens or closes."""
    before = text[position - 1] if position > start else " "
    behind = text[position + 1] if position + 1 < end else " "
    blank_before = bool(_IS_BLANK(before)) or before in OPENERS
    blank_behind = bool(_IS_BLANK(behind)) or behind in _BEHIND_CLOSING
    if blank_before and not blank_behind:
        return "open"
    if blank_behind and not blank_before:
        return "close"
    return "close" if is_open or text[position] == "”" else "open"


def _fits(text: str, opened: int, closed: int) -> bool:
    """Whether two signs hold what is between them tight, and it is short enough to be meant as one.

    With blanks on both sides a straight quote does not tell its side; the corpora cut such quotations at every stop.
    """
    blank = _IS_BLANK(text, opened + 1) and _IS_BLANK(text, closed - 1)
    return closed - opened <= LONGEST_PAIR and not blank


def _outermost(spans: list[Span]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Starts and ends of the spans, overlapping ones united."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(spans):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return tuple(starts), tuple(ends)
